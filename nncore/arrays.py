"""What all numbers are kept in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from numpy.typing import DTypeLike as DTypeLike

Array = NDArray[Any]
Numbers = float | Array
"""One number, or a vector with one per run."""


def floating(values: ArrayLike) -> Array:
    """Return `values` as an array of floats, float32 kept as it is."""
    array = np.asarray(values)
    return array if array.dtype.kind == "f" else array.astype(np.float64)
