"""Costs of two weights, small enough to be drawn whole: where schedulers walk, and how momentum converges.

All functions take points as the last axis of an array, so that many walkers go at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nncore.arrays import Array, ArrayLike
from nncore.schedulers import make_scheduler

FAR = 1e6
"""A walker this far from the origin, or at a cost that is no number, has diverged and is stopped."""

Function = Callable[[Array, Array], Array]
Slope = Callable[[Array, Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Landscape:
    """A cost of two weights."""

    name: str
    label: str
    """`name` and `label`: key of `LANDSCAPES`, and its name for people."""
    formula: str
    """The cost, written out in x and y."""
    help: str
    """One sentence: what it shows."""
    function: Function
    """(x, y), arrays of one shape, to the cost in that shape; may be differentiated by autograd."""
    slope: Slope
    """(x, y) to the two partial derivatives."""
    bounds: tuple[tuple[float, float], tuple[float, float]]
    """pair of (low, high): the part that is drawn."""
    start: tuple[float, float]
    """(float, float): where walkers begin."""
    minima: tuple[tuple[float, float], ...]
    """tuple of (float, float): where the cost is lowest."""
    curvatures: tuple[float, float]
    """(float, float): eigenvalues of the second derivative at the first minimum, the smaller one first."""
    eta: float
    """A learning rate at which something happens."""

    def cost(self, points: ArrayLike) -> Array:
        """Return the cost at points (..., 2), in the shape (...)."""
        points = np.asarray(points, dtype=float)
        with np.errstate(all="ignore"):
            return np.asarray(self.function(points[..., 0], points[..., 1]))

    def gradient(self, points: ArrayLike) -> Array:
        """Return the gradient at points (..., 2), in the same shape."""
        points = np.asarray(points, dtype=float)
        with np.errstate(all="ignore"):
            return np.stack(self.slope(points[..., 0], points[..., 1]), axis=-1)

    def grid(self, n: int) -> Array:
        """Return the cost on n by n points over the bounds, rows from low to high y, shape (n, n).

        Raises
        ------
        ValueError
            When `n` is below 2.
        """
        if n < 2:
            raise ValueError(f"n must be at least 2; got {n!r}.")
        x, y = (np.linspace(low, high, n) for low, high in self.bounds)
        return self.cost(np.stack(np.meshgrid(x, y), axis=-1))


def _beale_parts(x: Array, y: Array) -> tuple[Array, Array, Array]:
    return 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3


def _beale(x: Array, y: Array) -> Array:
    one, two, three = _beale_parts(x, y)
    return one**2 + two**2 + three**2


def _beale_slope(x: Array, y: Array) -> tuple[Array, Array]:
    one, two, three = _beale_parts(x, y)
    by_x = 2 * one * (y - 1) + 2 * two * (y**2 - 1) + 2 * three * (y**3 - 1)
    return by_x, 2 * one * x + 4 * two * x * y + 6 * three * x * y**2


_LANDSCAPES = (
    Landscape(
        "bowl",
        "Bowl",
        "(x² + y²) / 2",
        "Round: from everywhere the steepest way down leads straight to the minimum.",
        lambda x, y: (x**2 + y**2) / 2,
        lambda x, y: (x, y),
        bounds=((-3.0, 3.0), (-3.0, 3.0)),
        start=(-2.4, 1.8),
        minima=((0.0, 0.0),),
        curvatures=(1.0, 1.0),
        eta=0.1,
    ),
    Landscape(
        "ravine",
        "Ravine",
        "(x² + 25 y²) / 2",
        "Steep across, flat along: what is stable across is slow along, unless a scheduler remembers.",
        lambda x, y: (x**2 + 25 * y**2) / 2,
        lambda x, y: (x, 25 * y),
        bounds=((-3.0, 3.0), (-1.5, 1.5)),
        start=(-2.6, 1.0),
        minima=((0.0, 0.0),),
        curvatures=(1.0, 25.0),
        eta=0.05,
    ),
    Landscape(
        "saddle",
        "Saddle",
        "x² / 2 − y² / 2 + y⁴ / 10",
        "Flat in the middle though nothing is gained there: who leaves first?",
        lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 10,
        lambda x, y: (x, -y + 0.4 * y**3),
        bounds=((-3.0, 3.0), (-3.0, 3.0)),
        start=(-2.4, 0.02),
        minima=((0.0, 2.5**0.5), (0.0, -(2.5**0.5))),
        curvatures=(1.0, 2.0),
        eta=0.1,
    ),
    Landscape(
        "rosenbrock",
        "Rosenbrock",
        "(1 − x)² + 100 (y − x²)²",
        "A bent valley: easy to find, hard to follow to its end at (1, 1).",
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
        bounds=((-2.0, 2.0), (-1.0, 3.0)),
        start=(-1.2, 1.0),
        minima=((1.0, 1.0),),
        # Second derivative at the minimum: [[802, -400], [-400, 200]].
        curvatures=(501.0 - 250601.0**0.5, 501.0 + 250601.0**0.5),
        eta=0.001,
    ),
    Landscape(
        "beale",
        "Beale",
        "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        "Walls above a thousand around a flat valley: large gradients, then next to none.",
        _beale,
        _beale_slope,
        bounds=((-1.0, 4.5), (-2.0, 2.0)),
        start=(1.0, 1.6),
        minima=((3.0, 0.5),),
        # Second derivative at the minimum: [[3.15625, -11.4375], [-11.4375, 46.125]].
        curvatures=(0.3014636465222469, 48.97978635347775),
        eta=0.01,
    ),
)

LANDSCAPES: Mapping[str, Landscape] = MappingProxyType({item.name: item for item in _LANDSCAPES})
"""Every landscape by its name."""


def descend(
    landscape: Landscape,
    scheduler: str,
    *,
    eta: Sequence[float] | Array,
    steps: int,
    momentum: float = 0.9,
    start: tuple[float, float] | None = None,
) -> Array:
    """Let walkers go down a landscape, all from one start, each with a learning rate of its own.

    Parameters
    ----------
    landscape : Landscape
    scheduler : str
        A key of ``nncore.schedulers.SCHEDULERS``; rho and rho2 are 0.9 and 0.999.
    eta : sequence of n_walkers floats
        Learning rates.
    steps : int
        Updates, at least 1.
    momentum : float
        Share of the last change that is kept, for schedulers that keep one.
    start : (float, float), optional
        Default: the landscape's own.

    Returns
    -------
    array (n_walkers, steps + 1, 2)
        Where each was before the first and after every update; NaN from the step on at which it went
        further than `FAR` or met a cost that is no number.

    Raises
    ------
    ValueError
        When a number is outside its range or the scheduler is unknown.

    Examples
    --------
    >>> descend(LANDSCAPES["bowl"], "Constant", eta=[0.5, 1.0], steps=1, start=(1.0, 2.0))[:, 1].tolist()
    [[0.5, 1.0], [0.0, 0.0]]
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps!r}.")
    rates = np.asarray(eta, dtype=float)
    if rates.ndim != 1 or not len(rates):
        raise ValueError(f"eta must be a sequence of learning rates; got shape {rates.shape}.")
    rule = make_scheduler(scheduler, eta=rates, momentum=momentum)
    points = np.tile(np.asarray(landscape.start if start is None else start, dtype=float), (len(rates), 1))
    path = np.empty((len(rates), steps + 1, 2))
    path[:, 0] = points
    lost = np.zeros(len(rates), dtype=bool)
    for step in range(1, steps + 1):
        gradient = landscape.gradient(points)
        # A lost walker stands still, so that its huge numbers reach nobody's arithmetic.
        gradient[lost] = 0.0
        with np.errstate(all="ignore"):
            points = points - rule.update_change(gradient)
            lost |= ~(np.abs(points).max(axis=1) < FAR) | ~np.isfinite(landscape.cost(points))
        points[lost] = 0.0
        path[:, step] = np.where(lost[:, None], np.nan, points)
    return path


def convergence_rate(step: ArrayLike, momentum: ArrayLike) -> Array:
    """Return the factor by which heavy-ball momentum shrinks an error per update, on a parabola.

    Parameters
    ----------
    step : number, or array of any shape
        Learning rate times curvature, eta h, without unit.
    momentum : number or array of a shape that fits
        Share of the last change that is kept.

    Returns
    -------
    array
        Largest modulus of the roots of r^2 - (1 + momentum - step) r + momentum. Below 1 it converges, which
        is where 0 < step < 2 (1 + momentum).

    Source: G. Goh, "Why momentum really works", Distill (2017).

    Examples
    --------
    >>> convergence_rate([1.0, 1.9, 2.1], 0.0).round(3).tolist()
    [0.0, 0.9, 1.1]
    """
    step, momentum = np.broadcast_arrays(np.asarray(step, dtype=float), np.asarray(momentum, dtype=float))
    middle = 1.0 + momentum - step
    inside = middle**2 - 4.0 * momentum
    real = (np.abs(middle) + np.sqrt(np.maximum(inside, 0.0))) / 2.0
    return np.where(inside < 0, np.sqrt(np.maximum(momentum, 0.0)), real)
