"""Arrays as they travel to a browser: little-endian numbers in base64."""

from __future__ import annotations

import base64

import numpy as np

from nncore.arrays import Array


def encode(values: Array, kind: type) -> str:
    """Write an array as base64 of little-endian numbers of that kind; huge ones become the largest it has."""
    dtype = np.dtype(kind).newbyteorder("<")
    return base64.b64encode(np.ascontiguousarray(fitting(values, kind), dtype=dtype).tobytes()).decode(
        "ascii"
    )


def fitting(values: Array, kind: type) -> Array:
    """Return the values held within what single precision can write; NaN and infinity stay what they are."""
    if kind is not np.float32:
        return values
    largest = np.finfo(np.float32).max
    return np.where(np.isinf(values), values, np.clip(values, -largest, largest))
