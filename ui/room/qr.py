"""QR codes as outlines for an SVG."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TypedDict

import segno


class QrCode(TypedDict):
    """A QR code without its quiet zone: its side in modules, and the outline of its dark ones."""

    size: int
    d: str


@lru_cache(maxsize=64)
def qr_code(text: str) -> QrCode:
    """Return the QR code of a text, legible with a seventh of it covered.

    Parameters
    ----------
    text : str
        An address.
    """
    matrix = segno.make_qr(text, error="m").matrix
    return {"size": len(matrix), "d": "".join(_row(y, row) for y, row in enumerate(matrix))}


def _row(y: int, row: bytearray) -> str:
    """Return a row's dark stretches, each as a rectangle."""
    outline, x = "", 0
    for dark, stretch in groupby(row):
        length = len(list(stretch))
        if dark:
            outline += f"M{x},{y}h{length}v1h-{length}z"
        x += length
    return outline
