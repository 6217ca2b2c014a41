"""One loop that trains any library batch by batch and writes its history down as nncore does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nncore.frameworks.recipe import Array, Recipe

Rows = NDArray[np.intp]

CURVES = ("train_errors", "val_errors", "train_accs", "val_accs")
"""Histories of a run, by nncore's names."""


class Peer(Protocol):
    """A network in some library, ready to be trained."""

    version: str
    notes: list[str]

    def set_rate(self, eta: float) -> None:
        """Use this learning rate from the next mini-batch on."""

    def train(self, batches: Sequence[Rows]) -> None:
        """Take one step for each of these mini-batches."""

    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        """Cost of these rows without penalty, and the outputs (n, outputs)."""

    def weights(self) -> list[Array]:
        """A copy of the weights, one array (inputs + 1, outputs) a layer, biases in row 0."""


@dataclass
class FrameworkRun:
    """What a library made of an Experiment."""

    library: str
    version: str = ""
    """`library` and `version`: key in ``LIBRARIES``, and the version that ran."""
    start_cost: float = float("nan")
    """Training cost before the first step."""
    train_errors: list[float] = field(default_factory=list, repr=False)
    val_errors: list[float] = field(default_factory=list, repr=False)
    train_accs: list[float] = field(default_factory=list, repr=False)
    val_accs: list[float] = field(default_factory=list, repr=False)
    """`train_errors`, `val_errors`, `train_accs` and `val_accs`: after every epoch, over all rows; empty
    where they do not apply. The run ends early when a cost is not finite."""
    first_step: list[Array] = field(default_factory=list, repr=False)
    weights: list[Array] = field(default_factory=list, repr=False)
    """`first_step` and `weights`: weights (inputs + 1, outputs) a layer after the first mini-batch, and
    now."""
    ms_per_epoch: float = float("nan")
    """Median time of an epoch's training steps in milliseconds, evaluation not counted and the first epoch
    left out (libraries compile then), unless there is no other."""
    notes: list[str] = field(default_factory=list)
    """One sentence for everything that could not be matched."""
    stopped: bool = False
    """Whether somebody asked to stop before the last epoch."""

    @property
    def epochs(self) -> int:
        """Epochs completed."""
        return len(self.train_errors)

    @property
    def history(self) -> dict[str, Array]:
        """The four histories as arrays (epochs,), those that apply."""
        return {name: np.array(getattr(self, name)) for name in CURVES if getattr(self, name)}


Progress = Callable[[FrameworkRun], None]


def accuracy(outputs: Array, t: Array, *, one_class: bool) -> float:
    """Share of rows decided rightly: by the largest output of a softmax, else in every output by one half."""
    if one_class:
        return float(np.mean(outputs.argmax(axis=1) == t.argmax(axis=1)))
    return float(np.mean(((outputs > 0.5) == (t > 0.5)).all(axis=1)))


def drive(
    recipe: Recipe,
    peer: Peer,
    library: str,
    *,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> FrameworkRun:
    """Train `peer` for the recipe's epochs, in the recipe's order of batches.

    Parameters
    ----------
    recipe, peer, library
        What to train, in what, and its key.
    progress : callable, optional
        Called with the run so far after every epoch.
    should_stop : callable, optional
        Asked after every epoch; a true answer ends the run, which keeps what it has.
    """
    run = begin(recipe, peer, library)
    for _ in epochs(recipe, peer, run):
        if progress is not None:
            progress(run)
        if should_stop is not None and should_stop():
            run.stopped = run.epochs < recipe.epochs
            break
    run.weights = peer.weights()
    return run


def begin(recipe: Recipe, peer: Peer, library: str) -> FrameworkRun:
    """Return the run of `peer` before its first step."""
    start_cost = peer.evaluate(recipe.X, recipe.t)[0]
    return FrameworkRun(library, version=peer.version, notes=list(peer.notes), start_cost=start_cost)


def epochs(recipe: Recipe, peer: Peer, run: FrameworkRun) -> Iterator[None]:
    """Train one epoch after the other and write each into `run`; ends early when the cost is not finite."""
    times: list[float] = []
    for epoch, batches in enumerate(recipe.batches()):
        times.append(_epoch(recipe, peer, run, epoch=epoch, batches=batches))
        _record(recipe, peer, run)
        run.ms_per_epoch = 1e3 * float(np.median(times[1:] or times))
        yield
        if not np.isfinite(run.train_errors[-1]):
            return


def _epoch(recipe: Recipe, peer: Peer, run: FrameworkRun, *, epoch: int, batches: Sequence[Rows]) -> float:
    """Train one epoch, note the weights after the very first step, and return the seconds it took."""
    peer.set_rate(recipe.rate(epoch))
    seconds = 0.0
    if epoch == 0:
        start = time.perf_counter()
        peer.train(batches[:1])
        seconds = time.perf_counter() - start
        run.first_step = peer.weights()
        batches = batches[1:]
    start = time.perf_counter()
    if batches:
        peer.train(batches)
    return seconds + time.perf_counter() - start


def _record(recipe: Recipe, peer: Peer, run: FrameworkRun) -> None:
    cost, outputs = peer.evaluate(recipe.X, recipe.t)
    run.train_errors.append(cost)
    if recipe.classification:
        run.train_accs.append(accuracy(outputs, recipe.t, one_class=recipe.output == "softmax"))
    if recipe.X_val is None or recipe.t_val is None:
        return
    cost, outputs = peer.evaluate(recipe.X_val, recipe.t_val)
    run.val_errors.append(cost)
    if recipe.classification:
        run.val_accs.append(accuracy(outputs, recipe.t_val, one_class=recipe.output == "softmax"))
