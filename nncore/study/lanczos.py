"""The largest eigenvalue of a symmetric matrix that is known by its products alone, of many at once.

Lanczos' iteration with every direction held orthogonal to all earlier ones, and restarted from the best of
them where there are too many to keep. It ends on the residual |H v - s v|, not on a value that has ceased to
change: a value may rest for long between two eigenvalues.

Source: K. Wu and H. Simon, "Thick-restart Lanczos method for large symmetric eigenvalue problems", SIAM J.
Matrix Anal. Appl. 22 (2000), 602-616.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncore.arrays import Array

ROOM = 48
ROOM_LEAST = 20
ROOM_NUMBERS = 4_000_000
"""Directions that are kept at once; fewer where they hold more numbers than that, together over all runs."""
KEPT = 12
"""Directions with which a restart begins."""
LOOK_EVERY = 4
"""Products between two looks at the residual."""
ROUNDING = 1e-14
"""Residuals below this share of the strongest bend, up or down, are rounding."""


class LargestEigenvalue:
    """A search that can be moved on product by product.

    Parameters
    ----------
    product : callable
        A vector (*runs, n) to its product with each run's matrix.
    start : array (*runs, n)
        First direction; it must have a share of every eigenvector.
    tolerance : float
        Residual, relative to the eigenvalue, at which a run has converged.

    Attributes
    ----------
    values : array (*runs)
        Largest eigenvalue where the run has converged, NaN where it has not (yet).
    vectors : array (*runs, n)
        Unit eigenvectors of the runs that have converged; elsewhere zeros.
    """

    def __init__(self, product: Callable[[Array], Array], start: Array, *, tolerance: float) -> None:
        self._product, self._tolerance = product, tolerance
        *runs, size = start.shape
        self._room = min(size, max(ROOM_LEAST, min(ROOM, ROOM_NUMBERS // start.size)))
        self._basis = np.zeros((*runs, self._room, size))
        self._matrix = np.zeros((*runs, self._room, self._room))
        self._rest, self._used = np.array(start, dtype=float), 0
        self.values = np.full(runs, np.nan)
        self.vectors = np.zeros(start.shape)
        self._open = np.ones(runs, dtype=bool)

    @property
    def finished(self) -> bool:
        """Whether every run has converged, or never will, its matrix not being finite."""
        return not self._open.any()

    def step(self) -> None:
        """Take one product of every run."""
        with np.errstate(all="ignore"):  # a run that is not finite ends as NaN
            self._step()

    def _step(self) -> None:
        at = self._used
        direction = self._basis[..., at, :]
        direction[...] = self._unit(self._rest)
        image = self._product(direction)
        self._open &= np.isfinite(image).all(axis=-1)
        image[~self._open] = 0.0
        known = self._basis[..., : at + 1, :]
        shares = np.zeros((*self.values.shape, at + 1))
        for _ in range(2):  # once more, against what rounding has left
            part = (known @ image[..., None])[..., 0]
            image -= (part[..., None, :] @ known)[..., 0, :]
            shares += part
        self._matrix[..., at, : at + 1] = self._matrix[..., : at + 1, at] = shares
        self._rest, self._used = image, at + 1
        full = self._used == self._room
        if full or self._used % LOOK_EVERY == 0 or self._exhausted().any():
            self._look(restart=full)

    def _unit(self, vector: Array) -> Array:
        size = np.linalg.norm(vector, axis=-1, keepdims=True)
        return np.divide(vector, size, out=np.zeros_like(vector), where=size > 0)

    def _exhausted(self) -> Array:
        """Return the open runs (*runs) whose directions lead nowhere new."""
        scale = np.abs(self._matrix).max(axis=(-2, -1))
        return self._open & (np.linalg.norm(self._rest, axis=-1) <= ROUNDING * scale)

    def _look(self, *, restart: bool) -> None:
        """Note the runs that have converged; then begin anew from the best directions where room is short."""
        ritz, mixes = np.linalg.eigh(self._matrix[..., : self._used, : self._used])
        top, mix = ritz[..., -1], mixes[..., -1]
        if self._used == self._rest.shape[-1]:
            self._rest[...] = 0.0  # every direction there is has been taken: what is left is rounding
        residual = np.linalg.norm(self._rest, axis=-1) * np.abs(mix[..., -1])
        allowed = self._tolerance * np.abs(top) + 10 * ROUNDING * np.abs(ritz).max(axis=-1)
        good = self._open & (residual <= allowed)
        if good.any():
            known = self._basis[..., : self._used, :]
            self.values[good] = top[good]
            self.vectors[good] = (mix[..., None, :] @ known)[..., 0, :][good]
            self._open &= ~good
            # A run that is through takes no more part: its next direction is zero, and so is all it brings.
            self._rest[good] = 0.0
        if restart:
            kept = min(KEPT, self._used // 2)
            self._basis[..., :kept, :] = np.swapaxes(mixes[..., -kept:], -1, -2) @ self._basis
            self._matrix[...] = 0.0
            self._matrix[..., range(kept), range(kept)] = ritz[..., -kept:]
            self._used = kept
