"""What a sweep found out: arrays over its axes, and the questions one asks of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from nncore.arrays import Array
from nncore.experiment.fields import FIELDS
from nncore.outcome import OUTCOMES
from nncore.sweep.grid import Block, Grid
from nncore.training import Training

LEARNED = OUTCOMES.index("learned")
PENDING = 255
"""Code of a run that is not done (or whose worker was lost)."""
COLUMNS = (
    "outcome",
    "final_cost",
    "accuracy",
    "val_cost",
    "val_accuracy",
    "epochs_to_target",
    "overflow_epoch",
)


@dataclass(frozen=True)
class StackResult:
    """What came out of one stack: plain arrays, small enough to travel between machines.

    Attributes
    ----------
    index : int array (n_runs,)
        Positions in the flattened grid.
    values : dict of array (n_runs,)
        One entry for each of the result's arrays.
    curves : array (n_runs, n_kept) or None
        Training cost after the kept epochs.
    """

    index: Array
    values: Mapping[str, Array]
    curves: Array | None = None

    @classmethod
    def of(cls, block: Block, training: Training, *, curve_epochs: Array | None = None) -> StackResult:
        """Read off a finished training.

        Parameters
        ----------
        block : Block
            Which runs they are.
        training : Training
            The stack, at its end.
        curve_epochs : int array (n_kept,), optional
            Epochs, from 0 for the start, of which the cost is kept.
        """
        history = training.history

        def last(name: str) -> Array:
            curve = history.get(name)
            return curve[:, -1] if curve is not None and curve.shape[-1] else np.full(len(block), np.nan)

        def accuracy(which: str, costs: str) -> Array:
            tells = isinstance(training, Training) and training.network.classification and costs in history
            shares = training.accuracy(which) if tells else np.nan
            return np.where(np.isnan(last(costs)), np.nan, shares)

        values = {
            "outcome": np.array([OUTCOMES.index(word) for word in training.outcome], dtype=np.uint8),
            "start_cost": np.asarray(training.start_cost, dtype=float),
            "final_cost": np.where(training.overflow_epoch >= 0, np.nan, last("train_errors")),
            "accuracy": accuracy("train", "train_errors"),
            "val_cost": last("val_errors"),
            "val_accuracy": accuracy("validation", "val_errors"),
            "epochs_to_target": np.asarray(training.epochs_to_target, dtype=np.int32),
            "overflow_epoch": np.asarray(training.overflow_epoch, dtype=np.int32),
        }
        return cls(np.asarray(block.index), values, kept_curve(training, curve_epochs))


def kept_curve(training: Training, epochs: Array | None) -> Array | None:
    """Return the training cost of every run after some epochs, from 0 for the start; (n_runs, n_kept).

    NaN after an overflow, and beyond the epochs that were planned.
    """
    if epochs is None:
        return None
    costs = training.history["train_errors"]
    kept = np.full((len(costs), len(epochs)), np.nan)
    there = (epochs > 0) & (epochs <= costs.shape[1])
    kept[:, there] = costs[:, epochs[there] - 1]
    kept[:, epochs == 0] = np.asarray(training.start_cost, dtype=float)[:, None]
    return kept


def thinned_epochs(epochs: int, most: int) -> Array:
    """Return at most `most` epochs from 0 to `epochs`, both included, as evenly as whole numbers allow.

    Parameters
    ----------
    epochs, most : int
        Planned epochs; how many to keep, 2 or more.

    Examples
    --------
    >>> thinned_epochs(10, 6).tolist()
    [0, 2, 4, 6, 8, 10]
    """
    return np.unique(np.rint(np.linspace(0, epochs, min(most, epochs + 1))).astype(int))


@dataclass
class SweepResult:
    """Every run of a grid: arrays over its axes, which fill while the sweep goes on.

    Attributes
    ----------
    grid : Grid
        Experiment and axes.
    outcome : uint8 array (*axes)
        Position in ``nncore.OUTCOMES``; `PENDING` where a run is not done.
    start_cost, final_cost : array (*axes)
        Training cost before and after, without penalty; the final one is NaN after an overflow.
    accuracy, val_cost, val_accuracy : array (*axes)
        After the last epoch; NaN where they do not apply.
    epochs_to_target, overflow_epoch : int32 array (*axes)
        In epochs; -1 where the target was not reached, or nothing overflowed.
    curve_epochs : int array (n_kept,) or None
        Epochs of the kept curves, from 0 for the start.
    curves : array (*axes, n_kept) or None
        Training cost after those epochs.
    lost : list of str
        What went wrong with stacks whose runs are missing, one sentence each.
    seconds : float
        Time that the sweep took.
    """

    grid: Grid
    curve_epochs: Array | None = None
    lost: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        shape = self.grid.shape
        self.outcome = np.full(shape, PENDING, dtype=np.uint8)
        self.start_cost, self.final_cost = np.full(shape, np.nan), np.full(shape, np.nan)
        self.accuracy = np.full(shape, np.nan)
        self.val_cost, self.val_accuracy = np.full(shape, np.nan), np.full(shape, np.nan)
        self.epochs_to_target = np.full(shape, -1, dtype=np.int32)
        self.overflow_epoch = np.full(shape, -1, dtype=np.int32)
        kept = None if self.curve_epochs is None else len(self.curve_epochs)
        self.curves = None if kept is None else np.full((*shape, kept), np.nan)

    def __repr__(self) -> str:
        axes = " x ".join(f"{len(values)} {name}" for name, values in self.axes.items())
        return f"<SweepResult {axes}: {np.count_nonzero(self.done):,} of {len(self.grid):,} runs done>"

    def add(self, stack: StackResult) -> None:
        """Take the runs of one stack in."""
        for name, values in stack.values.items():
            getattr(self, name).reshape(-1)[stack.index] = values
        if self.curves is not None and stack.curves is not None:
            self.curves.reshape(-1, self.curves.shape[-1])[stack.index] = stack.curves

    @property
    def axes(self) -> Mapping[str, tuple[Any, ...]]:
        """Values along each axis, in order."""
        return self.grid.axes

    @property
    def done(self) -> Array:
        """Which runs are there, bool array (*axes)."""
        return self.outcome != PENDING

    @property
    def complete(self) -> bool:
        """Whether every run is there."""
        return bool(self.done.all())

    @property
    def missing(self) -> Array:
        """Flat positions of the runs that are not there."""
        return np.flatnonzero(~self.done.reshape(-1))

    @property
    def outcome_names(self) -> Array:
        """Outcomes as words, str array (*axes); "pending" where a run is not done."""
        words = np.array([*OUTCOMES, "pending"])
        return words[np.minimum(self.outcome, len(OUTCOMES))]

    def _axis(self, over: str) -> int:
        if over not in self.axes:
            raise ValueError(f"over must be an axis of the sweep, {', '.join(self.axes)}; got {over!r}.")
        return list(self.axes).index(over)

    def share_learned(self, over: str = "seed") -> Array:
        """Return the share of finished runs along an axis that learned; NaN where none is done.

        Raises
        ------
        ValueError
            When the sweep has no such axis.
        """
        axis = self._axis(over)
        done = self.done.sum(axis=axis)
        learned = (self.outcome == LEARNED).sum(axis=axis)
        return np.divide(learned, done, out=np.full(done.shape, np.nan), where=done > 0)

    def quantile(self, share: float, over: str = "seed") -> Array:
        """Return a quantile of the final cost along an axis, overflows counted as infinite.

        Parameters
        ----------
        share : float
            0.5 for the median.
        over : str
            The axis.

        Raises
        ------
        ValueError
            When the sweep has no such axis, or a run along it is missing.
        """
        axis = self._axis(over)
        if not self.complete:
            raise ValueError(f"every run must be done for a quantile; {len(self.missing)} are missing.")
        costs = np.where(np.isnan(self.final_cost), np.inf, self.final_cost)
        return np.quantile(costs, share, axis=axis, method="inverted_cdf")

    def best(self) -> dict[str, Any]:
        """Return the settings of the run with the lowest final cost.

        Raises
        ------
        ValueError
            When no run ended with a finite cost.
        """
        if not np.isfinite(self.final_cost).any():
            raise ValueError("at least one run must have ended with a finite cost; got none.")
        return self.grid.point(int(np.nanargmin(self.final_cost)))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield every run as a row: its settings as an address writes them, then what became of it."""
        names = self.outcome_names.reshape(-1)
        for index in range(len(self.grid)):
            row = {name: FIELDS[name].format(value) for name, value in self.grid.point(index).items()}
            row["outcome"] = str(names[index])
            for column in COLUMNS[1:]:
                row[column] = getattr(self, column).reshape(-1)[index].item()
            yield row

    def to_csv(self, target: str | Path | TextIO) -> None:
        """Write one line per run, with full precision.

        Parameters
        ----------
        target : path or text file
            Where to.
        """
        if isinstance(target, (str, Path)):
            with open(target, "w", newline="", encoding="utf-8") as file:
                self.to_csv(file)
            return
        writer = csv.DictWriter(target, [*self.axes, *COLUMNS])
        writer.writeheader()
        for row in self.rows():
            writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> Any:
    return repr(value) if isinstance(value, float) else value
