"""The lecture's published code, habits and all: what its classes give, number for number.

The rest of `nncore` does what the textbooks say. This module does what the code that came with the lecture
does, so that the two can be seen side by side. Its habits, each of which decides the numbers:

- A layer's bias input is 0.01, but the gradient of the bias is taken as if it were 1.
- Going back, a layer's weights are updated before they carry the delta to the layer below.
- Weights and biases of a layer have a scheduler each; `nncore.published_rules` has their habits.
- With a softmax the delta is p - t, summed over the batch, whatever the cost.
- Rows are never shuffled; an epoch is cut into `batches` of n // batches rows, the last takes the rest.
- Cost and accuracy are reported of what `predict` answers: a classifier's 0/1 decisions, every output at 0.5.
- Cross entropy is a mean over samples and classes; logarithms and the softmax's sum are guarded by 1e-9.

The published code draws its rows with replacement first; here the rows are taken as they are given.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo, 2024),
"Building a neural network code"; the code is by E. Reber and G. Kajda (2023), CC BY-NC 4.0. Its facts are
used here, its text is not. ``tests/parity/lecture_runs.npz`` holds runs of it.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike
from nncore.batches import batch_bounds
from nncore.machinery.pieces import pause
from nncore.published_rules import Curve, curve_of, price_of, rule_of, spread

T = TypeVar("T")

BIAS_INPUT = 0.01
"""What every bias is multiplied by on the way forward."""
BORDER = 0.5
"""An output above it is decided as 1."""
PIECE_WORK = 20_000_000
"""Products in a piece of work, a few milliseconds."""
OUTPUT_WORK = 40
"""Products that take as long as one output of an activation."""
LEAST_ROWS = 64
"""Rows of a piece at least: fewer would cost more than they take."""


class Passed(NamedTuple):
    """What a layer took in, bias input first, and its sums, (*runs, n_samples, width)."""

    inputs: Array
    sums: Array


class PublishedRun:
    """A run of the published code that can be moved on in slices, or a stack of runs that share their rows.

    Parameters
    ----------
    weights : sequence of array (*runs, n_inputs + 1, n_outputs)
        What to start from, row 0 the biases; copied.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        Rows, in the order in which they are trained on; t may be a vector where there is one output.
    hidden_func : callable or str, or sequence of them
        One activation for all hidden layers, or one for each.
    output_func, cost_func : callable or str
        Of `nncore` (taken in the published form), by name, or of one's own, written with ``autograd.numpy``.
    scheduler : str or class
        One of `nncore.schedulers.SCHEDULERS`.
    numbers : mapping of str to float, or vector (n_runs,)
        eta, and momentum, rho, rho2 where the rule has them.
    batches : int
        Batches in an epoch, at most one a row.
    epochs : int
        Passes through the rows.
    lam : float, or vector (n_runs,)
        What of the weights, not the biases, is added to their gradient.
    bias_input : float
        What every bias is multiplied by; see `together`.
    together : bool
        Whether all layers are updated after the way back, not on it. With this and a `bias_input` of 1 the
        gradient is the exact one (a softmax's its sum over the batch), and what is left are the schedulers.

    Attributes
    ----------
    weights : list of array
        As they are now.
    runs : tuple of int
        () for one run, (n_runs,) for a stack.
    train_errors, train_accs : array (*runs, epochs)
        Cost and share of matching 0/1 entries as the published code reports them; NaN for epochs to come. A
        regressor has no `train_accs`: None.
    epoch : int
        Epochs completed.
    sums : array (*runs, n_samples, n_outputs) or None
        Sums of the last layer on all rows after the last epoch: its outputs before their activation.
    on_epoch : callable or None
        Called with 0 before the first epoch, and with the number of epochs after each one.

    Raises
    ------
    ValueError
        When an argument cannot be meant; the sentence names it, what is allowed and what was given.

    Examples
    --------
    >>> run = PublishedRun([np.zeros((2, 1))], [[1.0]], [[2.0]], hidden_func="sigmoid",
    ...     output_func="identity", cost_func="CostOLS", scheduler="Constant", numbers={"eta": 0.25},
    ...     batches=1, epochs=2, lam=0.0)
    >>> run.advance()
    >>> [layer.round(4).tolist() for layer in run.weights], run.train_errors.round(4).tolist()
    ([[[1.495], [1.495]]], [0.9801, 0.2401])
    """

    # Its arguments are those of `fit`, and the two that take habits away.
    def __init__(
        self,
        weights: Sequence[ArrayLike],
        X: ArrayLike,
        t: ArrayLike,
        *,
        hidden_func: object,
        output_func: object,
        cost_func: object,
        scheduler: object,
        numbers: Mapping[str, object],
        batches: int,
        epochs: int,
        lam: ArrayLike,
        bias_input: float = BIAS_INPUT,
        together: bool = False,
    ) -> None:
        self.weights = _checked_weights(weights)
        self.X = checks.inputs("X", X, width=self.weights[0].shape[-2] - 1)
        self.t = checks.targets("t", t, like=self.X, width=self.weights[-1].shape[-1])
        self._curves = [
            *_hidden_curves(hidden_func, len(self.weights) - 1),
            curve_of("output_func", output_func),
        ]
        self._price = price_of(cost_func)
        runs = self.runs = self.weights[0].shape[:-2]
        kind, checked = rule_of(scheduler, numbers, runs=runs)
        self._rules = [(kind(checked), kind(checked)) for _ in self.weights]
        self._bounds = batch_bounds(len(self.X), batch_size=None, batches=batches)
        self.epochs = checks.whole_number("epochs", epochs, least=0)
        self._lam = spread("lam", checks.setting("lam", lam, low=0.0), runs=runs)
        self._bias_input, self._together = bias_input, together
        self.train_errors = np.full((*runs, self.epochs), np.nan)
        self.train_accs = np.full((*runs, self.epochs), np.nan) if self._price.classifies else None
        self.epoch = 0
        self.batch = 0
        self.sums: Array | None = None
        self.on_epoch: Callable[[int], None] | None = None
        self._work = self._steps()

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.epochs

    @property
    def progress(self) -> float:
        """Epochs done, with the share of the present one whose batches are done."""
        return self.epoch + self.batch / len(self._bounds)

    def advance(self, seconds: float | None = None) -> None:
        """Train on for about so long, or to the end; however it is cut, the numbers are the same.

        Parameters
        ----------
        seconds : float, optional
            Stop after the first piece of a pass that ends later than this: a layer, or of many rows a part.
        """
        deadline = math.inf if seconds is None else time.perf_counter() + seconds
        # Overflow is a result here, so NumPy need not warn of it.
        with np.errstate(all="ignore"):
            for _ in self._work:
                pause()
                if time.perf_counter() >= deadline:
                    return

    def outputs(self, X: ArrayLike) -> Array:
        """Return what the network answers as it is now, (*runs, n_samples, n_outputs).

        Parameters
        ----------
        X : array (n_samples, n_features)
            Inputs.
        """
        X = checks.inputs("X", X, width=self.X.shape[1])
        with np.errstate(all="ignore"):
            return _finished(self._forward(X))[1]

    def _steps(self) -> Iterator[None]:
        """Train to the end, with a halt after every piece of a pass."""
        if self.on_epoch is not None:
            yield from self._look()
            self.on_epoch(0)
        while not self.finished:
            for start, stop in self._bounds:
                yield from self._train(self.X[start:stop], self.t[start:stop])
                self.batch += 1
            for rule in (rule for pair in self._rules for rule in pair):
                rule.forget()
            yield from self._report()
            self.batch = 0
            self.epoch += 1
            if self.on_epoch is not None:
                self.on_epoch(self.epoch)
            yield

    def _parts(self, rows: int) -> list[slice]:
        """Cut rows so that a part of them is through any layer within a few milliseconds."""
        # An activation costs as much as some dozens of products; a stack comes with all its runs.
        work = max(layer.size + OUTPUT_WORK * layer.size // layer.shape[-2] for layer in self.weights)
        size = max(LEAST_ROWS, PIECE_WORK // work)
        return [slice(first, first + size) for first in range(0, rows, size)]

    def _forward(self, X: Array) -> Generator[None, None, tuple[list[Passed], Array]]:
        """Push rows through the network; return what each layer took in and summed, and the outputs."""
        passed: list[Passed] = []
        outputs = X
        for layer, curve in zip(self.weights, self._curves, strict=True):
            column = np.full((*outputs.shape[:-1], 1), self._bias_input)
            inputs = np.concatenate([column, outputs], axis=-1)
            passed.append(Passed(inputs, inputs @ layer))
            outputs = curve.value(passed[-1].sums)
            yield
        return passed, outputs

    def _train(self, X: Array, t: Array) -> Iterator[None]:
        """Train on one batch."""
        parts = self._parts(len(X))
        passed, outputs = [], []
        for rows in parts:
            of_layers, answers = yield from self._forward(X[rows])
            passed.append(of_layers)
            outputs.append(answers)
        delta = self._last_delta(t, _joined([layers[-1].sums for layers in passed]), _joined(outputs))
        deltas = [delta[..., rows, :] for rows in parts]
        later: list[tuple[int, Array]] = []
        for i in reversed(range(len(self.weights))):
            of_layer = [layers[i] for layers in passed]
            if i < len(self.weights) - 1:
                deltas = yield from self._carried(deltas, i, of_layer)
            later.append((i, (yield from self._change(i, of_layer, deltas))))
            if not self._together or i == 0:
                self._take(later)

    def _carried(
        self, deltas: list[Array], i: int, passed: list[Passed]
    ) -> Generator[None, None, list[Array]]:
        """Carry the delta of the layer above down to a layer, part by part."""
        carried = []
        # Unless layers wait for one another, these are the weights after their update.
        above = self.weights[i + 1][..., 1:, :]
        for delta, part in zip(deltas, passed, strict=True):
            down = np.swapaxes(above @ np.swapaxes(delta, -1, -2), -1, -2)
            carried.append(down * self._curves[i].slope(part.sums))
            yield
        return carried

    def _change(self, i: int, passed: list[Passed], deltas: list[Array]) -> Generator[None, None, Array]:
        """Return what a layer's schedulers make of its gradient."""
        gradient: Any = None
        for delta, part in zip(deltas, passed, strict=True):
            share = np.swapaxes(part.inputs[..., 1:], -1, -2) @ delta
            of_bias_share = np.sum(delta, axis=-2, keepdims=True)
            if gradient is None:
                gradient, of_bias = share, of_bias_share
            else:
                gradient, of_bias = gradient + share, of_bias + of_bias_share
            yield
        gradient = gradient + self.weights[i][..., 1:, :] * self._lam
        rule, rule_of_bias = self._rules[i]
        return np.concatenate([rule_of_bias.change(of_bias), rule.change(gradient)], axis=-2)

    def _last_delta(self, t: Array, sums: Array, outputs: Array) -> Array:
        curve = self._curves[-1]
        if curve.shares:
            return outputs - t
        return curve.slope(sums) * self._price.slope(t, outputs)

    def _take(self, changes: list[tuple[int, Array]]) -> None:
        while changes:
            i, change = changes.pop()
            self.weights[i] = self.weights[i] - change

    def _look(self) -> Iterator[None]:
        """Push all rows through the network as it is now."""
        sums, outputs = [], []
        for rows in self._parts(len(self.X)):
            of_layers, answers = yield from self._forward(self.X[rows])
            sums.append(of_layers[-1].sums)
            outputs.append(answers)
        self.sums, self._answers = _joined(sums), _joined(outputs)

    def _report(self) -> Iterator[None]:
        """Note cost and accuracy of what the network would predict."""
        yield from self._look()
        answers = self._answers
        if self.train_accs is not None:
            answers = np.where(answers > BORDER, 1.0, 0.0)
            self.train_accs[..., self.epoch] = np.mean(self.t == answers, axis=(-2, -1))
        self.train_errors[..., self.epoch] = self._price.value(self.t, answers)


def _finished(work: Generator[None, None, T]) -> T:
    """Do work without a halt; return what it gives."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def _joined(parts: Sequence[Array]) -> Array:
    """Put the rows together again; a single part stays as it is laid out, on which sums depend."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-2)


def _hidden_curves(hidden_func: object, layers: int) -> list[Curve]:
    if not isinstance(hidden_func, list | tuple):
        return [curve_of("hidden_func", hidden_func)] * layers
    if len(hidden_func) != layers:
        raise ValueError(
            f"hidden_func must be one activation, or one for each of the {layers} hidden layers;"
            f" got {len(hidden_func)}."
        )
    return [curve_of("hidden_func", func) for func in hidden_func]


def _checked_weights(weights: Any) -> list[Array]:
    """Return copies of the layers, if they fit one another."""
    if not isinstance(weights, list | tuple) or not weights:
        raise ValueError(f"weights must be a list of one array a layer; got {type(weights).__name__}.")
    layers = [np.array(checks.numbers(f"weights[{i}]", layer)) for i, layer in enumerate(weights)]
    shapes = [layer.shape for layer in layers]
    fits = all(layer.ndim in (2, 3) and layer.shape[-2] >= 2 and layer.size for layer in layers)
    fits = fits and all(a[:-2] == b[:-2] and a[-1] + 1 == b[-2] for a, b in itertools.pairwise(shapes))
    if not fits:
        raise ValueError(
            "weights must have shapes (inputs + 1, outputs), each layer's outputs the inputs of the next;"
            f" got {', '.join(map(str, shapes))}."
        )
    if not all(np.isfinite(layer).all() for layer in layers):
        raise ValueError("weights must be finite everywhere; got one that is not.")
    return layers


# A name for each thing that the published code is given, so more than other functions here have.
def fit(
    weights: Sequence[ArrayLike],
    X: ArrayLike,
    t: ArrayLike,
    *,
    hidden_func: object,
    output_func: object,
    cost_func: object,
    scheduler: object,
    numbers: Mapping[str, float],
    batches: int,
    epochs: int,
    lam: float,
) -> tuple[list[Array], dict[str, Array]]:
    """Train as the published code does; see the head of `nncore.published`.

    Parameters
    ----------
    weights : sequence of array (n_inputs + 1, n_outputs)
        What to start from, one array a layer, row 0 the biases; not modified.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        Rows as they are after the published code has drawn its own, in that order.
    hidden_func, output_func, cost_func : callable or str
        Functions of `nncore` (taken in the published form), their names, or functions of one's own.
    scheduler : str or class
        One of `nncore.schedulers.SCHEDULERS`.
    numbers : mapping of str to float
        eta, and momentum, rho, rho2 where the rule has them; others are ignored.
    batches, epochs : int
        Batches in an epoch; passes through the rows.
    lam : float
        What of the weights, not the biases, is added to their gradient.

    Returns
    -------
    weights : list of array (n_inputs + 1, n_outputs)
        At the end; infinite or NaN where the run has overflowed.
    scores : dict of array (epochs,)
        ``train_errors`` and, for a classifier, ``train_accs``: cost and share of matching entries of the 0/1
        decisions.

    Raises
    ------
    ValueError
        When an argument cannot be meant; the sentence names it, what is allowed and what was given.

    Source: the lecture's chapter "Building a neural network code", whose classes these numbers are those of.

    Examples
    --------
    >>> X, t = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [1]]
    >>> end, scores = fit([np.zeros((3, 1))], X, t, hidden_func="sigmoid", output_func="sigmoid",
    ...     cost_func="CostLogReg", scheduler="Adam", numbers={"eta": 0.5, "rho": 0.9, "rho2": 0.999},
    ...     batches=1, epochs=60, lam=0)
    >>> scores["train_accs"][[0, -1]].tolist()
    [0.75, 1.0]
    """
    run = PublishedRun(
        weights, X, t, hidden_func=hidden_func, output_func=output_func, cost_func=cost_func,
        scheduler=scheduler, numbers=numbers, batches=batches, epochs=epochs, lam=lam,
    )  # fmt: skip
    if run.runs:
        raise ValueError(f"weights must be those of one run, (inputs + 1, outputs); got {run.runs[0]} runs.")
    run.advance()
    scores = {"train_errors": run.train_errors}
    if run.train_accs is not None:
        scores["train_accs"] = run.train_accs
    return run.weights, scores
