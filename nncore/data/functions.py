"""Regressions: functions of one variable, surfaces over two, and the lecture's polynomial.

Every function takes raw inputs of shape (n, 1) or (n, 2) and returns targets of shape (n, 1).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncore.arrays import ArrayLike

# Centres and signs of the six hills and hollows of TensorFlow Playground's regression set.
_HILLS = np.array(
    [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)], dtype=float
)


def _polynomial(xy: np.ndarray) -> np.ndarray:
    """Return x + 2y + 3x² + 4xy + 5y², the lecture's example of a regression."""
    x, y = xy[:, :1], xy[:, 1:]
    return x + 2 * y + 3 * x**2 + 4 * x * y + 5 * y**2


def _plane(xy: np.ndarray) -> np.ndarray:
    """Return (x + y) / 10, TensorFlow Playground's plane."""
    return xy.sum(axis=1, keepdims=True) / 10


def _hills(xy: np.ndarray) -> np.ndarray:
    """Return TensorFlow Playground's hills: of six cones of radius 2, the one that is highest here."""
    distance = np.hypot(xy[:, :1] - _HILLS[:, 0], xy[:, 1:] - _HILLS[:, 1])
    height = np.clip(1 - distance / 2, 0, 1)
    best = height.argmax(axis=1)
    rows = np.arange(len(xy))
    return (_HILLS[best, 2] * height[rows, best])[:, None]


CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sine": lambda x: np.sin(2 * np.pi * x),
    "step": lambda x: np.where(x < 0, -0.5, 0.5),
    "bump": lambda x: np.exp(-((x / 0.25) ** 2)),
    "kink": lambda x: np.abs(x) - 0.5,
    "runge": lambda x: 1 / (1 + 25 * x**2),
    "waves": lambda x: 0.7 * np.sin(np.pi * x) + 0.3 * np.sin(5 * np.pi * x),
}
SURFACES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "polynomial_surface": _polynomial,
    "reg_plane": _plane,
    "reg_gauss": _hills,
}
CURVE_BOUNDS = ((-1.0, 1.0),)
SURFACE_BOUNDS = {
    "polynomial_surface": ((0.0, 1.0), (0.0, 1.0)),
    "reg_plane": ((-6.0, 6.0), (-6.0, 6.0)),
    "reg_gauss": ((-6.0, 6.0), (-6.0, 6.0)),
}


def design_matrix(x: ArrayLike, y: ArrayLike, degree: int) -> np.ndarray:
    """Return every product x^i y^j up to a total degree, one column each, for a linear regression.

    Parameters
    ----------
    x, y : arrays of any one shape with n elements
        Coordinates; flattened row by row.
    degree : int
        Highest total degree, 0 or more.

    Returns
    -------
    array of shape (n, (degree + 1)(degree + 2) / 2)
        Columns 1, x, y, x², xy, y², x³, ... in the order of the lecture.

    Raises
    ------
    ValueError
        If the shapes differ or the degree is not a whole number from 0 on.

    Examples
    --------
    >>> design_matrix([2.0], [3.0], 2)
    array([[1., 2., 3., 4., 6., 9.]])
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.shape != y.shape:
        raise ValueError(f"x and y must have one shape; got {x.shape} and {y.shape}")
    if isinstance(degree, bool) or not isinstance(degree, (int, np.integer)) or degree < 0:
        raise ValueError(f"degree must be a whole number, 0 or more; got {degree!r}")
    x, y = x.ravel(), y.ravel()
    columns = [x ** (total - power) * y**power for total in range(degree + 1) for power in range(total + 1)]
    return np.stack(columns, axis=1)
