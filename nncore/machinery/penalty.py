"""Holding weights back: the penalties that a cost may be minimised with."""

from __future__ import annotations

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike, Numbers
from nncore.machinery.buffers import Engine


class Penalty:
    """lam / 2 |W|^2 + lam1 |W|_1 over the weights (not the biases) of one engine.

    Parameters
    ----------
    engine : Engine
        Whose weights are held back.
    lam, lam1 : float, or vector (n_runs,)
        At least 0.

    Raises
    ------
    ValueError
        When a number is negative, not finite or too large for the engine's precision, or a vector has not one
        value per run.
    """

    def __init__(self, engine: Engine, *, lam: ArrayLike, lam1: ArrayLike) -> None:
        self.engine = engine
        self.lam = checks.setting("lam", lam, low=0.0)
        self.lam1 = checks.setting("lam1", lam1, low=0.0)
        self._pull = self._spread("lam", self.lam)
        self._push = self._spread("lam1", self.lam1)
        self.active = self._pull is not None or self._push is not None
        self._scratch = np.empty_like(engine.theta if self.active else 0.0)

    def _spread(self, name: str, value: Numbers) -> Array | None:
        """Return the penalty for every parameter, or None where there is none at all."""
        if np.ndim(value) and np.shape(value) != self.engine.runs:
            raise ValueError(
                f"{name} must be one number, or one per run, {self.engine.runs}; got {np.shape(value)}."
            )
        if not np.any(value):
            return None
        checks.within(name, np.asarray(value), dtype=self.engine.dtype)
        spread = np.empty_like(self.engine.theta)
        spread[...] = np.asarray(value)[..., None] * self.engine.weight_mask()
        return spread

    def add_gradient(self) -> None:
        """Add the derivative of the penalty to the engine's gradient; |w| has slope 0 at 0."""
        scratch, gradient = self._scratch, self.engine.gradient
        if self._pull is not None:
            np.multiply(self.engine.theta, self._pull, scratch)
            np.add(gradient, scratch, gradient)
        if self._push is not None:
            np.sign(self.engine.theta, scratch)
            np.multiply(scratch, self._push, scratch)
            np.add(gradient, scratch, gradient)

    def value(self) -> Numbers:
        """Return the penalty itself, (*runs)."""
        theta = self.engine.theta * self.engine.weight_mask()
        squares, sizes = (theta * theta).sum(axis=-1), np.abs(theta).sum(axis=-1)
        value = 0.5 * self.lam * squares + self.lam1 * sizes
        return value if self.engine.runs else float(value)
