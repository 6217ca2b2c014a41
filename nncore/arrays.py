"""What all numbers are kept in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from numpy.typing import DTypeLike as DTypeLike

Array = NDArray[Any]
Numbers = float | Array
"""One number, or a vector with one per run."""


FEW = 7
"""So few numbers np.sum adds one after the other too, but takes ten times as long for many small sets."""


def totals(values: Array) -> Array:
    """Return sums over the last two axes of `values` (..., n_rows, n_columns)."""
    rows, columns = values.shape[-2:]
    if not 0 < rows * columns <= FEW:
        return np.sum(values, axis=(-2, -1))
    total = values[..., 0, 0].copy()
    for row, column in list(np.ndindex(rows, columns))[1:]:
        total += values[..., row, column]
    return total[()]


def floating(values: ArrayLike) -> Array:
    """Return `values` as an array of floats, float32 kept as it is."""
    array = np.asarray(values)
    return array if array.dtype.kind == "f" else array.astype(np.float64)
