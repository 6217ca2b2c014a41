"""Forgetting every epoch, as the lecture's published code does: a variant of every scheduler.

Three habits of the published code's bookkeeping change what a learning rate means:

- RMS_prop, Adagrad, AdagradMomentum and Adam forget their squares (Adam its mean as well) at every epoch.
  With one batch an epoch a step then hardly depends on the gradient's size: Adagrad's is always eta.
- Adam's bias correction counts epochs, not updates.
- With softmax and cross entropy the gradient is summed over the rows of a batch, not averaged: ten times the
  rows is ten times the step.

Everything else (the formulas, the 1e-8, the exact gradient, the shuffling) is as in `nncore.schedulers`, so
that the difference seen is the difference of these habits. The published code has others; its very numbers
are those of `nncore.published`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from nncore.arrays import Array, ArrayLike
from nncore.batches import batch_bounds
from nncore.schedulers import Adagrad, AdagradMomentum, Adam, Constant, Momentum, RMS_prop, Scheduler


class _LectureBookkeeping(Scheduler):
    """What the variants add to the scheduler that stands behind them in the order of inheritance."""

    forgets: ClassVar[tuple[str, ...]] = ()
    counts_epochs: ClassVar[bool] = False

    def __init__(self, *numbers: ArrayLike) -> None:
        super().__init__(*numbers)
        self.rows: tuple[int, ...] = (1,)
        self.summed = False
        self._done = 0

    def keep_books(self, rows: Sequence[int], *, summed: bool) -> None:
        """Say how an epoch is cut.

        Parameters
        ----------
        rows : sequence of int
            Samples in each batch of an epoch, in order.
        summed : bool
            Whether gradients, which come as means, are to be turned into sums over the batch.
        """
        self.rows = tuple(rows)
        self.summed = summed

    def update_change(self, gradient: ArrayLike) -> Array:
        epoch, batch = divmod(self._done, len(self.rows))
        self._done += 1
        memory = self._memory
        if memory is not None:
            if batch == 0:
                for name in self.forgets:
                    getattr(memory, name)[...] = 0.0
            if self.counts_epochs:
                memory.n_updates = epoch
        return super().update_change(np.multiply(gradient, self.rows[batch]) if self.summed else gradient)

    def reset(self) -> None:
        """Forget everything, the number of epochs included."""
        super().reset()
        self._done = 0


class LectureConstant(_LectureBookkeeping, Constant):
    """`Constant`: nothing to forget."""


class LectureMomentum(_LectureBookkeeping, Momentum):
    """`Momentum`, which the published code does not let forget either."""


class LectureAdagrad(_LectureBookkeeping, Adagrad):
    """`Adagrad` that forgets its squares at every epoch."""

    forgets = ("second",)


class LectureAdagradMomentum(_LectureBookkeeping, AdagradMomentum):
    """`AdagradMomentum` that forgets its squares, but not its change, at every epoch."""

    forgets = ("second",)


class LectureRMS_prop(_LectureBookkeeping, RMS_prop):
    """`RMS_prop` that forgets its squares at every epoch."""

    forgets = ("second",)


class LectureAdam(_LectureBookkeeping, Adam):
    """`Adam` that forgets both means at every epoch, and corrects their bias by the number of epochs."""

    forgets = ("first", "second")
    counts_epochs = True


LECTURE_SCHEDULERS: Mapping[str, type[_LectureBookkeeping]] = MappingProxyType(
    {kind.__name__.removeprefix("Lecture"): kind for kind in _LectureBookkeeping.__subclasses__()}
)
"""The variant of every built-in scheduler, by the scheduler's name."""


def batch_rows(n_samples: int, batch_size: int) -> tuple[int, ...]:
    """Return the number of samples in each batch of an epoch.

    Parameters
    ----------
    n_samples : int
        Samples in the training set.
    batch_size : int
        Samples in a batch; 0 takes all at once.

    Examples
    --------
    >>> batch_rows(10, 4), batch_rows(10, 0)
    ((4, 4, 2), (10,))
    """
    bounds = batch_bounds(n_samples, batch_size=batch_size or None, batches=None)
    return tuple(stop - start for start, stop in bounds)


def lecture_scheduler(name: str, *, rows: Sequence[int], summed: bool, **numbers: ArrayLike) -> Scheduler:
    """Make a scheduler that forgets, counts and sums as the published code does.

    Parameters
    ----------
    name : str
        Name of a built-in scheduler.
    rows : sequence of int
        Samples in each batch of an epoch.
    summed : bool
        Whether gradients are summed over the batch: softmax with cross entropy.
    **numbers : float, or vector (n_runs,)
        eta, momentum, rho, rho2; those that the rule does not have are ignored.

    Raises
    ------
    ValueError
        When the name is unknown or a number is outside its range.

    Examples
    --------
    >>> rule = lecture_scheduler("Adagrad", rows=(4,), summed=False, eta=0.5)
    >>> [rule.update_change(np.array([g])).round(6).tolist() for g in (3.0, 0.1, -7.0)]
    [[0.5], [0.5], [-0.5]]
    """
    if name not in LECTURE_SCHEDULERS:
        raise ValueError(f"scheduler must be one of {', '.join(LECTURE_SCHEDULERS)}; got {name!r}.")
    kind = LECTURE_SCHEDULERS[name]
    scheduler = kind(*(numbers[number] for number in kind.numbers))
    scheduler.keep_books(rows, summed=summed)
    return scheduler


def forgetting_label(name: str, *, summed: bool) -> str:
    """Return what a run under these habits alone is to be called, "" where there is none.

    Parameters
    ----------
    name : str
        Name of a built-in scheduler.
    summed : bool
        Whether gradients are summed over the batch.

    Examples
    --------
    >>> forgetting_label("Adam", summed=True), forgetting_label("Momentum", summed=False)
    ('only the forgetting and the sum', '')
    """
    habits = ["the forgetting"] * bool(LECTURE_SCHEDULERS[name].forgets) + ["the sum"] * summed
    return f"only {' and '.join(habits)}" if habits else ""


def rule_difference(name: str, *, summed: bool, batches: int) -> str:
    """Return in a sentence or two what the published code forgets, counts and sums otherwise.

    Parameters
    ----------
    name : str
        Name of a built-in scheduler.
    summed : bool
        Whether gradients are summed over the batch.
    batches : int
        Batches in an epoch.

    Examples
    --------
    >>> rule_difference("Constant", summed=False, batches=1)
    'Constant has nothing to forget, and with this cost gradients are means there too.'
    """
    kind = LECTURE_SCHEDULERS[name]
    parts = []
    if kind.counts_epochs:
        parts.append(
            "The published code lets Adam forget both running means at every epoch and corrects their bias "
            "by the number of epochs"
        )
    elif kind.forgets:
        parts.append(f"The published code lets {name} forget the squares it has seen at every epoch")
    if parts and batches == 1:
        parts.append(
            ", and an epoch here is a single step, so that the size of a gradient would hardly matter"
        )
    if summed:
        grows = not kind.forgets
        parts.append(
            (". It also" if parts else "The published code")
            + " sums the softmax gradient over the rows of a batch instead of averaging it, "
            + ("so that its steps grow with the batch" if grows else f"which {name} divides out again")
        )
    if not parts:
        return f"{name} has nothing to forget, and with this cost gradients are means there too."
    return "".join(parts) + "."


def other_habits(name: str, *, batches: int) -> str:
    """Return in two sentences what else decides a run of the published code.

    Parameters
    ----------
    name : str
        Name of a built-in scheduler.
    batches : int
        Batches in an epoch.

    Examples
    --------
    >>> other_habits("Momentum", batches=1).partition(". ")[0]
    'Its biases count a hundredth on the way forward, and a layer is updated before it carries the delta back'
    """
    guards = {
        "Adagrad": f", and {name} divides all weights of a row by the root of the row's sum of squares",
        "RMS_prop": f", and {name}'s 1e-8 stands inside the root, where it shortens small steps",
    }
    guard = guards.get({"AdagradMomentum": "Adagrad", "Adam": "RMS_prop"}.get(name, name), "")
    order = ", in the same order in every epoch" if batches > 1 else ""
    return (
        "Its biases count a hundredth on the way forward, and a layer is updated before it carries the delta"
        f" back{guard}. Its run here starts from the same weights and takes every row once{order}; by itself"
        " the published code would first draw its rows with replacement."
    )
