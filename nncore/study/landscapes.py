"""Costs of two weights, small enough to be drawn whole: where schedulers walk.

All functions take points as the last axis of an array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nncore.arrays import Array, ArrayLike

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
