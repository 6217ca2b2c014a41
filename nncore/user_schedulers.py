"""Schedulers that are not ours: any object with ``update_change`` and ``reset``.

Such an object may not know what a flat vector of all weights or a stack of runs is. So every run gets copies
of its own. A copy is given the flat vector if it can take one; if not, or if the object has an attribute
``per_layer = True``, there is one copy for the weights and one for the biases of every layer, as in the
lecture.
"""

from __future__ import annotations

import copy
from typing import Any, Protocol

import numpy as np

from nncore.arrays import Array, ArrayLike, Numbers
from nncore.machinery.buffers import Engine
from nncore.schedulers import Scheduler


class SchedulerLike(Protocol):
    """What a scheduler must be able to do."""

    def update_change(self, gradient: Array) -> Array:
        """Return what is to be taken from the weights, in the shape of the gradient."""

    def reset(self) -> None:
        """Forget what was learned."""


class ForeignScheduler:
    """A scheduler of the user's, made to work on the flat gradient of a network or a stack.

    Parameters
    ----------
    original : object
        Has ``update_change`` and ``reset``; it is copied.
    engine : Engine
        Whose gradient it will be given.
    """

    def __init__(self, original: SchedulerLike, engine: Engine) -> None:
        self.engine = engine
        self._name = repr(original)
        self._change = np.zeros_like(engine.theta)
        self.per_layer = bool(getattr(original, "per_layer", False)) or not _takes_vectors(
            original, engine.n_parameters
        )
        n_copies = 2 * len(engine.shapes) if self.per_layer else 1
        self._copies = {
            run: [_for_run(original, run, engine.runs) for _ in range(n_copies)]
            for run in np.ndindex(engine.runs)
        }

    def __repr__(self) -> str:
        return self._name

    def __copy__(self) -> ForeignScheduler:
        return copy.deepcopy(self)

    @property
    def eta(self) -> Numbers:
        """Learning rate of the copies, if the object has one: a number, or a vector with one per run.

        Raises
        ------
        ValueError
            When the object has none.
        """
        rates = [getattr(copies[0], "eta", None) for copies in self._copies.values()]
        if rates[0] is None:
            raise ValueError("eta cannot be changed: the scheduler has no attribute eta.")
        return np.array(rates) if self.engine.runs else rates[0]

    @eta.setter
    def eta(self, value: ArrayLike) -> None:
        rates = np.broadcast_to(value, self.engine.runs)
        for run, copies in self._copies.items():
            for one in copies:
                one.eta = float(rates[run])

    def reset(self) -> None:
        """Let every copy forget what it learned."""
        for copies in self._copies.values():
            for one in copies:
                one.reset()

    def update_change(self, gradient: Array) -> Array:
        """Return what is to be taken from the weights.

        Parameters
        ----------
        gradient : array (*runs, n_parameters)
            The flat gradient of the engine.

        Returns
        -------
        array (*runs, n_parameters)
            A buffer, valid until the next call.
        """
        for run, copies in self._copies.items():
            if self.per_layer:
                self._by_layer(run, copies, gradient)
            else:
                self._change[run] = copies[0].update_change(gradient[run].copy())
        return self._change

    def _by_layer(self, run: tuple[int, ...], copies: list[SchedulerLike], gradient: Array) -> None:
        pairs = zip(self.engine.views(gradient), self.engine.views(self._change), strict=True)
        for layer, (slope, change) in enumerate(pairs):
            weights, bias = copies[2 * layer], copies[2 * layer + 1]
            change[run][:, 1:] = weights.update_change(slope[run][:, 1:].T.copy()).T
            change[run][:, :1] = bias.update_change(slope[run][:, :1].T.copy()).T


def adopt(scheduler: SchedulerLike, engine: Engine) -> Scheduler | ForeignScheduler:
    """Return a fresh copy of a scheduler that takes the flat gradient of the engine.

    Raises
    ------
    ValueError
        When it is not a scheduler, or has a vector of numbers whose length is not the number of runs.
    """
    if isinstance(scheduler, type) or not all(
        callable(getattr(scheduler, name, None)) for name in ("update_change", "reset")
    ):
        raise ValueError(
            "scheduler must be an object with update_change(gradient) and reset(), such as"
            f" Adam(1e-3, 0.9, 0.999); got {scheduler!r}."
        )
    # A subclass with a rule of its own need not know of flat vectors and runs any more than a stranger does.
    rule = getattr(type(scheduler), "update_change", None)
    ours = getattr(rule, "__module__", "").split(".")[0] == "nncore"
    if not (isinstance(scheduler, Scheduler) and ours):
        foreign = ForeignScheduler(scheduler, engine)
        foreign.reset()
        return foreign
    for name in scheduler.numbers:
        shape = np.shape(getattr(scheduler, name))
        if shape and shape != engine.runs:
            raise ValueError(f"{name} must be one number, or one per run, {engine.runs}; got {shape}.")
    own = copy.deepcopy(scheduler)
    own.reset()
    return own


def _takes_vectors(original: SchedulerLike, size: int) -> bool:
    """Say whether a copy answers a small flat gradient with a change of the same shape."""
    probe = copy.deepcopy(original)
    for name, value in vars(probe).items():
        if isinstance(value, np.ndarray) and value.ndim == 1:
            setattr(probe, name, value.flat[0])
    gradient = np.linspace(0.1, 1.0, size)
    try:
        with np.errstate(all="ignore"):
            return np.shape(probe.update_change(gradient)) == gradient.shape
    except Exception:  # whatever it is, the object cannot take a flat vector
        return False


def _for_run(original: SchedulerLike, run: tuple[int, ...], runs: tuple[int, ...]) -> Any:
    """Return a copy in which every vector with one value per run is replaced by this run's value."""
    own = copy.deepcopy(original)
    for name, value in vars(own).items():
        if runs and isinstance(value, np.ndarray) and value.shape == runs:
            setattr(own, name, float(value[run]))
    return own
