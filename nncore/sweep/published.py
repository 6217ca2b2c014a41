"""Stacks of runs of the lecture's published code, which a sweep can train beside those of `nncore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nncore.arrays import Array, Numbers
from nncore.data import DataSet
from nncore.experiment.build import activation_functions
from nncore.experiment.lecture_rule import batch_rows
from nncore.outcome import first_epoch_at, outcomes, target_cost
from nncore.published import BIAS_INPUT, PublishedRun
from nncore.sweep.grid import Block


class PublishedTraining:
    """The published code on the rows of an experiment, asked and moved on as a `nncore.Training` is.

    It starts from the experiment's weights and takes every row once, in the order of the data: the published
    code would draw its rows with replacement first. It has neither a schedule nor an L1 penalty. Costs are
    those of the probabilities, as everywhere in `nncore`; what the code itself reports is `reported`.

    Parameters
    ----------
    block : Block
        The runs; each sweep trains all of them as one stack.
    data : DataSet, optional
        Rows instead of the experiment's own.
    schedulers_only : bool
        Whether to follow the exact gradient, so that of all habits the schedulers' are left (and with a
        softmax the sum over the batch).

    Attributes
    ----------
    network : FFNN
        The networks of the same start, untrained.
    run : PublishedRun
        What trains.
    epochs : int
        Epochs planned.
    overflow_epoch : int array (n_runs,)
        Number of the epoch at whose end a run was no longer finite; -1 where there is none.
    """

    def __init__(self, block: Block, data: DataSet | None = None, *, schedulers_only: bool = False) -> None:
        experiment = block.experiment
        self.data = experiment.dataset() if data is None else data
        axes = _axes(block)
        self.network = experiment.network(axes["seed"], data=data)
        self.run = PublishedRun(
            self.network.weights, self.data.X, self.data.t,
            hidden_func=activation_functions(experiment), output_func=self.network.output_func,
            cost_func=self.network.cost_func, scheduler=experiment.scheduler, numbers=axes,
            batches=len(batch_rows(len(self.data.X), experiment.batch_size)), epochs=experiment.epochs,
            lam=axes["lam"], together=schedulers_only, bias_input=1.0 if schedulers_only else BIAS_INPUT,
        )  # fmt: skip
        self.run.on_epoch = self._note
        self.epochs = experiment.epochs
        self.overflow_epoch = np.full(len(block), -1)
        self._targets = np.ascontiguousarray(self.data.t.T)
        self._costs = np.full((len(block), self.epochs + 1), np.nan)

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.run.epoch

    @property
    def progress(self) -> float:
        """Epochs done, with the share of the present one whose batches are done."""
        return self.run.progress

    @property
    def finished(self) -> bool:
        """Whether all planned epochs are done, or every run has overflowed."""
        return self.run.finished or bool((self.overflow_epoch >= 0).all())

    def advance(self, seconds: float | None = None) -> None:
        """Train on for about so long, or to the end; see `PublishedRun.advance`."""
        if not self.finished:
            self.run.advance(seconds)

    @property
    def history(self) -> Mapping[str, Array]:
        """Cost of the probabilities after every epoch, (n_runs, epoch); NaN from an overflow on."""
        return {"train_errors": self._costs[:, 1 : self.epoch + 1]}

    @property
    def start_cost(self) -> Array:
        """Cost of the probabilities before the first step, (n_runs,)."""
        return self._costs[:, 0]

    @property
    def target_cost(self) -> Numbers:
        """Cost at which a run has learned, one number or (n_runs,); see `nncore.outcome`."""
        return target_cost(self.data.t, self.network.cost_func, start=self.start_cost)

    @property
    def outcome(self) -> Array:
        """What became of the runs so far, by the rule of `nncore.outcome`, (n_runs,)."""
        lost = self.overflow_epoch >= 0
        return outcomes(
            self.history["train_errors"], start=self.start_cost, target=self.target_cost, overflowed=lost
        )

    @property
    def epochs_to_target(self) -> Array:
        """Number of epochs after which the target cost was first reached, (n_runs,); -1 where it was not."""
        return first_epoch_at(self.history["train_errors"], start=self.start_cost, target=self.target_cost)

    @property
    def reported(self) -> Array:
        """Cost and share of matching entries that the published code reports last, (n_runs, 2).

        A regressor reports no share: NaN.
        """
        accs = self.run.train_accs
        shown = (self.run.train_errors, self.run.train_errors * np.nan if accs is None else accs)
        return np.stack([values[:, self.epoch - 1] for values in shown], axis=-1)

    def _note(self, epoch: int) -> None:
        """Note the cost after an epoch, exact from the sums of the last layer."""
        assert self.run.sums is not None
        costs = self.network.engine.output_layer.costs(np.swapaxes(self.run.sums, -1, -2), self._targets)
        squares = [np.einsum("rij,rij->r", layer, layer) for layer in self.run.weights]
        finite = np.isfinite(costs) & np.isfinite(np.sum(squares, axis=0))
        self.overflow_epoch[~finite & (self.overflow_epoch < 0)] = epoch
        self._costs[:, epoch] = np.where(self.overflow_epoch < 0, costs, np.nan)


def _axes(block: Block) -> dict[str, Any]:
    """Return one seed, and the other numbers of every run."""
    n_runs = len(block)

    def each(name: str) -> Sequence[object]:
        return block.axes.get(name, (getattr(block.experiment, name),) * n_runs)

    numbers = {name: np.array(each(name)) for name in ("eta", "momentum", "rho", "rho2", "lam")}
    return {**numbers, "seed": list(each("seed"))}
