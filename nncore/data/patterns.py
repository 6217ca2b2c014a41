"""Two classes in the plane: four patterns of TensorFlow Playground, and two more.

Geometry and meaning of noise of `circle`, `xor_cloud`, `gauss` and `spiral` follow TensorFlow
Playground (D. Smilkov and S. Carter, 2016), whose labels -1 and 1 are 0 and 1 here. The plane
runs from -6 to 6. Every function returns the points (n, 2), the labels (n,) after noise, and the
labels (n,) that they would have without it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

Labelled = tuple[np.ndarray, np.ndarray, np.ndarray]
BOUNDS = ((-6.0, 6.0), (-6.0, 6.0))
_RADIUS = 5.0


def _halves(n: int) -> np.ndarray:
    """Return class 1 for the first half of the rows, class 0 for the others."""
    return (np.arange(n) < (n + 1) // 2).astype(int)


def draw_circle(n: int, noise: float, *, rng: Generator, noise_rng: Generator) -> Labelled:
    """Draw a disc inside a ring; noise shifts the point by which a label is chosen."""
    inside = _halves(n)
    low, high = np.where(inside, 0.0, 0.7 * _RADIUS), np.where(inside, 0.5 * _RADIUS, _RADIUS)
    radius = low + (high - low) * rng.random(n)
    angle = 2 * np.pi * rng.random(n)
    points = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    shifted = points + _RADIUS * noise * noise_rng.uniform(-1, 1, (n, 2))
    labels = np.hypot(*shifted.T) < 0.5 * _RADIUS
    return points, labels.astype(int), inside


def draw_xor_cloud(n: int, noise: float, *, rng: Generator, noise_rng: Generator) -> Labelled:
    """Draw four squares, opposite ones alike; noise shifts the point by which a label is chosen."""
    points = rng.uniform(-_RADIUS, _RADIUS, (n, 2))
    points += np.where(points > 0, 0.3, -0.3)
    shifted = points + _RADIUS * noise * noise_rng.uniform(-1, 1, (n, 2))
    return points, (shifted.prod(axis=1) >= 0).astype(int), (points.prod(axis=1) >= 0).astype(int)


def draw_gauss(n: int, noise: float, *, rng: Generator, noise_rng: Generator) -> Labelled:
    """Draw two normal clouds about (2, 2) and (-2, -2); noise 0 to 0.5 is variance 0.5 to 4."""
    labels = _halves(n)
    spread = np.sqrt(0.5 + 7.0 * noise)
    points = np.where(labels, 2.0, -2.0)[:, None] + spread * rng.standard_normal((n, 2))
    return points, labels, labels


def draw_spiral(n: int, noise: float, *, rng: Generator, noise_rng: Generator) -> Labelled:
    """Draw two arms of one and three quarter turns; noise moves the points themselves."""
    labels = _halves(n)
    sizes = np.where(labels, labels.sum(), n - labels.sum())
    place = np.where(labels, np.arange(n), np.arange(n) - labels.sum()) / sizes
    angle = 1.75 * place * 2 * np.pi + np.where(labels, 0.0, np.pi)
    points = (_RADIUS * place)[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + noise * noise_rng.uniform(-1, 1, (n, 2)), labels, labels


def draw_moons(n: int, noise: float, *, rng: Generator, noise_rng: Generator) -> Labelled:
    """Draw two interleaved half circles, scikit-learn's `make_moons` enlarged 3.3 times."""
    labels = _halves(n)
    angle = np.pi * rng.random(n)
    x = np.where(labels, np.cos(angle), 1.0 - np.cos(angle)) - 0.5
    y = np.where(labels, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    points = np.stack([x, y], axis=1) + noise * noise_rng.standard_normal((n, 2))
    return 3.3 * points, labels, labels


def draw_checkerboard(n: int, noise: float, *, rng: Generator, noise_rng: Generator) -> Labelled:
    """Draw a board of four by four fields; noise shifts the point by which a label is chosen."""
    points = rng.uniform(-6.0, 6.0, (n, 2))

    def colour(at: np.ndarray) -> np.ndarray:
        return (np.floor(at / 3.0).sum(axis=1).astype(int) % 2 == 0).astype(int)

    return points, colour(points + 3.0 * noise * noise_rng.uniform(-1, 1, (n, 2))), colour(points)


# Called as draw(n, noise, rng=..., noise_rng=...): one stream draws the points, the other their noise.
PATTERNS: dict[str, Callable[..., Labelled]] = {
    "circle": draw_circle,
    "xor_cloud": draw_xor_cloud,
    "gauss": draw_gauss,
    "spiral": draw_spiral,
    "moons": draw_moons,
    "checkerboard": draw_checkerboard,
}
