"""What all numbers are kept in."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def floating(values: Any) -> Array:
    """Return `values` as an array of floats, float32 kept as it is."""
    array = np.asarray(values)
    return array if array.dtype.kind == "f" else array.astype(np.float64)
