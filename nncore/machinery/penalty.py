"""Holding weights back: the penalties that a cost may be minimised with."""

from __future__ import annotations

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike, Numbers
from nncore.machinery.buffers import Engine
from nncore.machinery.workspace import LEAST_SHARED


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
        self._by_layers = engine.theta.size >= LEAST_SHARED
        self._pull = self._spread("lam", self.lam)
        self._push = self._spread("lam1", self.lam1)
        self.active = self._pull is not None or self._push is not None
        self._scratch = np.empty_like(engine.theta if self.active and not self._by_layers else 0.0)

    def _spread(self, name: str, value: Numbers) -> Array | None:
        """Return the penalty for every parameter, or None where there is none at all.

        Of a large network it is one number a run, (*runs, 1, 1), and the biases are seen to on the way.
        """
        if np.ndim(value) and np.shape(value) != self.engine.runs:
            raise ValueError(
                f"{name} must be one number, or one per run, {self.engine.runs}; got {np.shape(value)}."
            )
        if not np.any(value):
            return None
        checks.within(name, np.asarray(value), dtype=self.engine.dtype)
        if self._by_layers:
            return np.asarray(value, self.engine.dtype)[..., None, None]
        spread = np.empty_like(self.engine.theta)
        spread[...] = np.asarray(value)[..., None] * self.engine.weight_mask()
        return spread

    def add_gradient(self) -> None:
        """Add the derivative of the penalty to the engine's gradient; |w| has slope 0 at 0."""
        engine = self.engine
        if self._by_layers:
            # An array in the shape of all parameters would be kept by every run of many.
            for weights, gradient in zip(engine.weights, engine.gradients, strict=True):
                self._add(weights, gradient, np.empty_like(weights))
        else:
            self._add(engine.theta, engine.gradient, self._scratch)

    def _add(self, theta: Array, gradient: Array, scratch: Array) -> None:
        if self._pull is not None:
            self._times(theta, self._pull, scratch)
            np.add(gradient, scratch, gradient)
        if self._push is not None:
            np.sign(theta, scratch)
            self._times(scratch, self._push, scratch)
            np.add(gradient, scratch, gradient)

    def _times(self, values: Array, penalty: Array, out: Array) -> None:
        if self._by_layers:
            biases = values[..., 0] * 0.0
            np.multiply(values, penalty, out)
            out[..., 0] = biases
        else:
            np.multiply(values, penalty, out)

    def value(self) -> Numbers:
        """Return the penalty itself, (*runs)."""
        theta = self.engine.theta * self.engine.weight_mask()
        squares, sizes = (theta * theta).sum(axis=-1), np.abs(theta).sum(axis=-1)
        value = 0.5 * self.lam * squares + self.lam1 * sizes
        return value if self.engine.runs else float(value)
