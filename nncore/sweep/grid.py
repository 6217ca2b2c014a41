"""A grid of settings around one experiment, cut into stacks of runs that can be trained at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nncore.data import DataSet
from nncore.experiment import STACK_AXES, Experiment
from nncore.experiment.fields import FIELDS
from nncore.training import Training

AXES = tuple(name for name in FIELDS if name not in ("more", "changes"))
"""Fields that may differ within a sweep: its runs go as they are planned."""


def axis_length(name: str, values: Sequence[object] | np.ndarray) -> int:
    """Return how many values an axis has.

    Raises
    ------
    ValueError
        When it is no list, or has none.
    """
    array = isinstance(values, np.ndarray) and values.ndim > 0
    if not array and (isinstance(values, (str, bytes)) or not isinstance(values, Sequence)):
        raise ValueError(f"{name} must be a list of values to sweep over; got {values!r}.")
    try:
        length = len(values)
    except OverflowError:
        raise ValueError(f"{name} must be a list that fits into memory; got {values!r}.") from None
    if length == 0:
        raise ValueError(f"{name} must have at least one value to sweep over; got an empty list.")
    return length


@dataclass(frozen=True)
class Block:
    """Runs that are trained as one stack.

    Parameters
    ----------
    experiment : Experiment
        Everything that the runs share.
    axes : dict of str to tuple
        One value per run for each field in which they differ.
    index : array of int, shape (runs,)
        Position of each run in the flattened grid.
    """

    experiment: Experiment
    axes: Mapping[str, tuple[Any, ...]]
    index: np.ndarray

    def __len__(self) -> int:
        return len(self.index)

    def training(self, data: DataSet | None = None) -> Training:
        """Return the stack of runs, at its start; `data` stands in for the experiment's own.

        Exact: a run of a sweep is the very run that the same experiment gives alone, chaotic ones included.
        """
        axes = self.axes or {"seed": (self.experiment.seed,) * len(self)}
        training = self.experiment.stack(data=data, exact=True, **axes)
        training.take_costs_only()  # one accuracy, the last, is all that a sweep keeps
        return training


@dataclass(frozen=True)
class Grid:
    """Every combination of the values of several fields.

    Parameters
    ----------
    experiment : Experiment
        Supplies every field that is no axis.
    axes : dict of str to tuple
        Values of each axis, in the order in which results are laid out; the last varies fastest.

    Raises
    ------
    ValueError
        When there is no axis, an axis is empty or no field of an experiment, or a value is not allowed.
    """

    experiment: Experiment
    axes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.experiment != self.experiment.plan():
            raise ValueError(
                "more and changes must be none for a sweep, whose runs go as planned; experiment.plan() "
                f"leaves them out. Got: {self.experiment.course}"
            )
        if not self.axes:
            raise ValueError("a sweep must have at least one axis such as eta or seed; got none")
        checked = {name: self._checked(name, values) for name, values in self.axes.items()}
        object.__setattr__(self, "axes", checked)

    def _checked(self, name: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if name not in AXES:
            raise ValueError(f"an axis must be a field of the experiment, {', '.join(AXES)}; got {name!r}.")
        axis_length(name, values)
        checked = tuple(FIELDS[name].check(value) for value in values)
        if name not in STACK_AXES:
            for value in checked:
                self.experiment.replace(**{name: value})  # refuses what does not go with the other fields
        return checked

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of every axis."""
        return tuple(len(values) for values in self.axes.values())

    def __len__(self) -> int:
        return math.prod(self.shape)

    def point(self, index: int) -> dict[str, Any]:
        """Return the settings of one run by its position in the flattened grid."""
        positions = np.unravel_index(index, self.shape)
        return {name: values[i] for (name, values), i in zip(self.axes.items(), positions, strict=True)}

    def experiments(self) -> Iterator[Experiment]:
        """Yield one experiment for each combination of settings that cannot differ within a stack."""
        apart = {name: values for name, values in self.axes.items() if name not in STACK_AXES}
        for chosen in itertools.product(*apart.values()):
            yield self.experiment.replace(**dict(zip(apart, chosen, strict=True)))

    def select(self, **positions: Iterable[int]) -> np.ndarray:
        """Return the flat positions of all runs whose position along the named axes is among those given.

        Parameters
        ----------
        **positions : iterable of int
            Positions along an axis; an axis that is not named is taken whole.

        Returns
        -------
        array of int
        """
        ranges = [list(positions.get(name, range(len(values)))) for name, values in self.axes.items()]
        if not all(ranges):
            return np.zeros(0, dtype=int)
        return np.ravel_multi_index(np.ix_(*ranges), self.shape).ravel()

    def blocks(self, index: np.ndarray, *, most: Callable[[Experiment], int]) -> Iterator[Block]:
        """Cut some runs of the grid into stacks.

        Parameters
        ----------
        index : array of int, shape (runs,)
            Flat positions, each once.
        most : callable
            One of `experiments` to the largest number of runs in a stack of it.

        Yields
        ------
        Block
            Runs of one block share every field that cannot differ within a stack.
        """
        positions = np.unravel_index(np.asarray(index, dtype=int), self.shape)
        names = list(self.axes)
        apart = [i for i, name in enumerate(names) if name not in STACK_AXES]
        inside = [i for i, name in enumerate(names) if name in STACK_AXES]
        groups: dict[tuple[int, ...], list[int]] = {}
        for row, key in enumerate(zip(*(positions[i].tolist() for i in apart), strict=True) if apart else ()):
            groups.setdefault(key, []).append(row)
        if not apart:
            groups[()] = list(range(len(index)))
        for key, rows in groups.items():
            changes = {names[i]: self.axes[names[i]][k] for i, k in zip(apart, key, strict=True)}
            experiment = self.experiment.replace(**changes)
            size = most(experiment)
            for start in range(0, len(rows), size):
                part = rows[start : start + size]
                axes = {
                    names[i]: tuple(self.axes[names[i]][positions[i][row]] for row in part) for i in inside
                }
                yield Block(experiment, axes, np.asarray(index)[part])
