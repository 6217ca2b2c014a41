"""How sharply the cost bends: the largest eigenvalue of its Hessian.

Gradient descent on a bowl of curvature s is stable while eta s < 2, with momentum beta while
eta s < 2 + 2 beta (G. Goh, "Why momentum really works", Distill, 2017). Training with the full batch and a
constant rate climbs to that limit and stays there: the edge of stability (J. Cohen et al., arXiv:2103.00065).

The Hessian itself is never formed: its products with vectors are exact (see `nncore.study.hessian`), and
Lanczos' iteration (`nncore.study.lanczos`) needs nothing else.
"""

from __future__ import annotations

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike, Numbers
from nncore.ffnn import FFNN
from nncore.machinery.penalty import Penalty
from nncore.machinery.pieces import pause
from nncore.model import Model
from nncore.study.hessian import Hessian
from nncore.study.lanczos import LargestEigenvalue

PRODUCTS = 1000
"""Products after which a search is given up where nothing else is said."""
TOLERANCE = 1e-8
"""Residual, relative to the eigenvalue, at which it is taken for found."""
STRANGER = 0.1
"""Share of a fixed random direction in a start that is otherwise the last eigenvector: lets another one that
has overtaken it be seen."""


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

    Attributes
    ----------
    lift : array (*runs, n_parameters)
        What the penalty adds to the diagonal of the Hessian.

    Raises
    ------
    ValueError
        When the network is none, a shape does not fit or a value is not finite.
    """

    def __init__(
        self, network: Model, X: ArrayLike, t: ArrayLike, *, lam: ArrayLike = 0.0, lam1: ArrayLike = 0.0
    ) -> None:
        if not isinstance(network, Model):
            raise ValueError(f"network must be an FFNN; got {network!r}.")
        X, t = network.checked_set(X, t)
        self._engine = _twin(network).engine
        self._columns = np.vstack([np.ones(len(X)), X.T])
        self._targets = np.ascontiguousarray(t.T)
        penalty = Penalty(self._engine, lam=lam, lam1=lam1)
        self.lift = np.asarray(penalty.lam)[..., None] * self._engine.weight_mask()
        self._shape = self._engine.theta.shape
        self._start = _first_vector(self._shape)

    def hessian(self, theta: ArrayLike) -> Hessian:
        """Return the Hessian of the cost at `theta`, (*runs, n_parameters), without the penalty."""
        theta = self._checked("theta", theta)
        return Hessian(self._engine, theta, self._columns, targets=self._targets)

    def product(self, theta: ArrayLike, vector: ArrayLike) -> Array:
        """Return the Hessian at `theta` times a vector.

        Parameters
        ----------
        theta, vector : array (*runs, n_parameters)
            Where the Hessian is taken; what it is multiplied by.

        Returns
        -------
        array (*runs, n_parameters)
            Exact to rounding. On the kink of RELU its slope is 0, as it is in training.

        Raises
        ------
        ValueError
            When a shape is not that of the parameters.
        """
        vector = self._checked("vector", vector)
        with np.errstate(all="ignore"):
            return self.hessian(theta) @ vector + self.lift * vector

    def _checked(self, name: str, values: object) -> Array:
        values = np.asarray(values, dtype=np.float64)
        if values.shape != self._shape:
            raise ValueError(
                f"{name} must have the shape of the parameters, {self._shape}; got {values.shape}."
            )
        return values

    def search(self, theta: ArrayLike, *, tolerance: float = TOLERANCE) -> LargestEigenvalue:
        """Return the search for the largest eigenvalue at `theta`, to be moved on product by product.

        Parameters
        ----------
        theta : array (*runs, n_parameters)
            Weights and biases, as in ``network.theta``.
        tolerance : float
            As for `sharpness`.

        Raises
        ------
        ValueError
            When the shape of `theta` is not that of the parameters.
        """
        hessian = self.hessian(theta)
        pause()
        start = self._start + STRANGER * _first_vector(self._shape)
        return LargestEigenvalue(lambda v: hessian @ v + self.lift * v, start, tolerance=tolerance)

    def sharpness(
        self, theta: ArrayLike, *, iterations: int = PRODUCTS, tolerance: float = TOLERANCE
    ) -> Numbers:
        """Return the largest eigenvalue of the Hessian at `theta`.

        The first call starts from a fixed random direction, later ones from near where the last one ended:
        along a run the direction turns slowly.

        Parameters
        ----------
        theta : array (*runs, n_parameters)
            Weights and biases, as in ``network.theta``.
        iterations : int
            Products at most. No more than n_parameters are needed where there are few.
        tolerance : float
            Residual |H v - s v| with |v| = 1, relative to the eigenvalue s, at which it is taken for found.

        Returns
        -------
        float, or array (n_runs,)
            NaN where the search has not converged within `iterations`, or the weights are not finite.

        Raises
        ------
        ValueError
            When the shape of `theta` is not that of the parameters, or `iterations` is below 1.
        """
        iterations = checks.whole_number("iterations", iterations, least=1)
        with np.errstate(all="ignore"):
            search = self.search(theta, tolerance=tolerance)
            for _ in range(iterations):
                search.step()
                if search.finished:
                    break
        return self.note(search)

    def note(self, search: LargestEigenvalue) -> Numbers:
        """Return what a search has found, as `sharpness` does; the next one starts from there."""
        found = np.isfinite(search.values)[..., None]
        self._start = np.where(found, search.vectors, self._start)
        return search.values if self._shape[:-1] else float(search.values)


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


def _first_vector(shape: tuple[int, ...]) -> Array:
    """Return one direction for all runs, with a share of every eigenvector and no favourite."""
    vector = np.random.default_rng(0).standard_normal(shape[-1])
    return np.broadcast_to(vector / np.linalg.norm(vector), shape).copy()


def sharpness(
    network: Model, X: ArrayLike, t: ArrayLike, *, lam: ArrayLike = 0.0, lam1: ArrayLike = 0.0
) -> Numbers:
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
        To a millionth part; NaN where the search has not converged or the weights are not finite. Below 0 on
        a ridge, where every direction bends down.

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
