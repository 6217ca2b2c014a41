"""The curvature of a run or a stack, measured product by product so that nobody waits for all of them."""

from __future__ import annotations

from typing import Final

from nncore.arrays import Array, Numbers
from nncore.study.curvature import Curvature
from nncore.study.lanczos import LargestEigenvalue

SHARP_PRODUCTS: Final = 40
SHARP_TOLERANCE: Final = 1e-4
"""Products of one measurement at most, and the residual at which it ends; what has not converged is
a gap in the curve. The next one starts where this one ended."""


class SharpnessMeasurement:
    """The search for the largest curvature of a network or stack at one place `theta` (*runs, n_parameters),
    which is copied.

    Measurements of one run share the `curvature`, one after the other.
    """

    def __init__(self, curvature: Curvature, theta: Array) -> None:
        self._curvature, self._theta = curvature, theta.copy()
        self._search: LargestEigenvalue | None = None
        self._products = 0

    def step(self) -> Numbers | None:
        """Do a part, about as long as two steps of training; return what was found, None before the end."""
        if self._search is None:
            # Not before it is this measurement's turn: it starts where the one before it ended.
            self._search = self._curvature.search(self._theta, tolerance=SHARP_TOLERANCE)
            return None
        self._search.step()
        self._products += 1
        if not self._search.finished and self._products < SHARP_PRODUCTS:
            return None
        return self._curvature.note(self._search)
