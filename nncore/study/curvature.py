"""How sharply the cost bends: the largest eigenvalue of its Hessian.

Gradient descent on a bowl of curvature s is stable while eta s < 2, with momentum beta while
eta s < 2 + 2 beta (G. Goh, "Why momentum really works", Distill, 2017). Training with the full batch and a
constant rate climbs to that limit and stays there: the edge of stability (J. Cohen et al., arXiv:2103.00065).

The Hessian itself is never formed: its product with a vector is the central difference of two exact
gradients, and power iteration needs nothing else.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nncore import checks
from nncore.arrays import Array
from nncore.ffnn import FFNN
from nncore.machinery.buffers import Pass
from nncore.machinery.penalty import Penalty
from nncore.model import Model

STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
"""Relative size of the central difference: balances rounding against the third derivative."""


class Curvature:
    """The Hessian of cost plus penalty of one network, or of each network of a stack, on a fixed set.

    Parameters
    ----------
    network : FFNN
        Gives shape and functions; it is copied, the original is never touched.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        The set on which the cost is a mean over samples.
    lam, lam1 : float, or vector (n_runs,)
        Penalties lam / 2 |W|^2 and lam1 |W|_1 on the weights, not the biases.

    Raises
    ------
    ValueError
        When the network is none, a shape does not fit or a value is not finite.
    """

    def __init__(self, network: Model, X: Any, t: Any, *, lam: Any = 0.0, lam1: Any = 0.0) -> None:
        if not isinstance(network, Model):
            raise ValueError(f"network must be an FFNN; got {network!r}.")
        X, t = network.checked_set(X, t)
        self._engine = _twin(network).engine
        self._through = Pass(self._engine, len(X), trains=True)
        self._through.load(X, t)
        self._penalty = Penalty(self._engine, lam=lam, lam1=lam1)
        self._shape = self._engine.theta.shape
        self._vector: Array | None = None

    def gradient(self, theta: Array) -> Array:
        """Return the gradient at `theta`, (*runs, n_parameters): a mean over samples."""
        self._engine.theta[...] = theta
        self._through.forward()
        self._through.backward()
        if self._penalty.active:
            self._penalty.add_gradient()
        return np.array(self._engine.gradient)

    def product(self, theta: Any, vector: Any) -> Array:
        """Return the Hessian at `theta` times a vector.

        Parameters
        ----------
        theta, vector : array (*runs, n_parameters)
            Where the Hessian is taken; what it is multiplied by.

        Returns
        -------
        array (*runs, n_parameters)
            Exact to about ten digits where the third derivative is moderate.

        Raises
        ------
        ValueError
            When a shape is not that of the parameters.
        """
        theta, vector = self._checked("theta", theta), self._checked("vector", vector)
        with np.errstate(all="ignore"):
            size = _norm(vector)
            scale = STEP * (1.0 + np.abs(theta).max(axis=-1, keepdims=True))
            step = scale * np.divide(vector, size, out=np.zeros_like(vector), where=size > 0)
            return (self.gradient(theta + step) - self.gradient(theta - step)) * (size / (2.0 * scale))

    def _checked(self, name: str, values: Any) -> Array:
        values = np.asarray(values, dtype=np.float64)
        if values.shape != self._shape:
            raise ValueError(
                f"{name} must have the shape of the parameters, {self._shape}; got {values.shape}."
            )
        return values

    def sharpness(self, theta: Any, *, iterations: int = 200, tolerance: float = 1e-7) -> Any:
        """Return the largest eigenvalue of the Hessian at `theta`, by power iteration.

        The first call starts from a fixed vector, later ones from where the last one ended: along a run the
        direction turns slowly, and a few products suffice.

        Parameters
        ----------
        theta : array (*runs, n_parameters)
            Weights and biases, as in ``network.theta``.
        iterations : int
            Products at most, in each of two rounds; the second is needed only where the strongest curvature
            is negative.
        tolerance : float
            Relative change of the eigenvalue at which a round ends.

        Returns
        -------
        float, or array (n_runs,)
            NaN where the weights are not finite.

        Raises
        ------
        ValueError
            When the shape of `theta` is not that of the parameters, or `iterations` is below 1.
        """
        theta = self._checked("theta", theta)
        iterations = checks.whole_number("iterations", iterations, least=1)
        with np.errstate(all="ignore"):
            if self._vector is None or not np.isfinite(self._vector).all():
                self._vector = _first_vector(self._shape)
            value = self._iterate(theta, 0.0, iterations, tolerance=tolerance)
            if np.any(value < 0):
                # The strongest bend is downwards: lifted by its size, the largest eigenvalue leads.
                lift = np.where(value < 0, -value, 0.0)
                value = self._iterate(theta, lift[..., None], iterations, tolerance=tolerance) - lift
        return value if self._shape[:-1] else float(value)

    def _iterate(self, theta: Array, lift: Any, iterations: int, *, tolerance: float) -> Array:
        vector, value = self._vector, np.full(self._shape[:-1], np.nan)
        assert vector is not None
        for _ in range(iterations):
            image = self.product(theta, vector) + lift * vector
            before, value = value, np.einsum("...p,...p->...", vector, image)
            size = _norm(image)
            usable = np.isfinite(size) & (size > 0)
            vector = np.divide(image, size, out=np.array(vector), where=usable)
            still = np.abs(value - before) > tolerance * np.abs(value)
            if not np.any((still | np.isnan(before)) & np.isfinite(value)):
                break
        self._vector = vector
        return value


def _twin(network: Model) -> FFNN:
    """Return a network of the same shape and functions, whose weights may be moved about."""
    return FFNN(
        network.dimensions,
        network.hidden_func,
        network.output_func,
        network.cost_func,
        seed=[0] * network.runs[0] if network.runs else 0,
        init="zeros",
    )


def _norm(vector: Array) -> Array:
    return np.sqrt(np.einsum("...p,...p->...", vector, vector))[..., None]


def _first_vector(shape: tuple[int, ...]) -> Array:
    """Return one direction for all runs, with a share of every eigenvector and no favourite."""
    vector = np.random.default_rng(0).standard_normal(shape[-1])
    return np.broadcast_to(vector / np.linalg.norm(vector), shape).copy()


def sharpness(network: Model, X: Any, t: Any, *, lam: Any = 0.0, lam1: Any = 0.0) -> Any:
    """Return the largest eigenvalue of the Hessian of a network's cost plus penalty, as it stands.

    Parameters
    ----------
    network : FFNN
        One network or a stack; it is not changed.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        The set on which the cost is a mean over samples.
    lam, lam1 : float, or vector (n_runs,)
        Penalties on the weights, not the biases.

    Returns
    -------
    float, or array (n_runs,)

    Raises
    ------
    ValueError
        When the network is none, a shape does not fit or a value is not finite.

    Examples
    --------
    A line through the origin bends as twice the mean square of its inputs:

    >>> line = FFNN((1, 1), seed=0)
    >>> round(sharpness(line, [[-3.0], [3.0]], [[0.0], [0.0]]), 6)
    18.0
    """
    return Curvature(network, X, t, lam=lam, lam1=lam1).sharpness(network.theta)


def full_hessian(network: Model, X: Any, t: Any, *, lam: Any = 0.0) -> Array:
    """Return the whole Hessian of one small network, column by column; what `sharpness` is checked against.

    Parameters
    ----------
    network : FFNN
        A single network; it is not changed.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        The set on which the cost is a mean over samples.
    lam : float
        Penalty lam / 2 |W|^2 on the weights, not the biases.

    Returns
    -------
    array (n_parameters, n_parameters)
        Symmetric.

    Raises
    ------
    ValueError
        When the network is a stack, a shape does not fit or a value is not finite.
    """
    if isinstance(network, Model) and network.runs:
        raise ValueError(f"network must be a single one, not a stack; got {network.runs[0]} runs.")
    curvature = Curvature(network, X, t, lam=lam)
    theta = np.array(network.theta)
    columns = np.stack([curvature.product(theta, axis) for axis in np.eye(theta.size)], axis=1)
    return 0.5 * (columns + columns.T)


def stability_limit(scheduler: str, momentum: float) -> float | None:
    """Return what eta times sharpness must stay below, or None where there is no such limit.

    Parameters
    ----------
    scheduler : str
        Name of a built-in scheduler.
    momentum : float
        Its momentum, where it has one.

    Returns
    -------
    float or None
        2 for Constant, 2 + 2 momentum for Momentum; adaptive rules bend the ground they stand on.

    Examples
    --------
    >>> stability_limit("Constant", 0.9), stability_limit("Momentum", 0.9), stability_limit("Adam", 0.9)
    (2.0, 3.8, None)
    """
    return {"Constant": 2.0, "Momentum": 2.0 + 2.0 * momentum}.get(scheduler)
