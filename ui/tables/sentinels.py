"""Numbers that stand for "nothing was measured", such as -999: found, and asked about."""

from __future__ import annotations

from typing import Final

import numpy as np

from ui.tables.columns import Column

_USUAL: Final = frozenset(
    sign * float(digits)
    for sign in (1, -1)
    for digits in ("88", "98", "99", "888", "998", "999", "9998", "9999", "99999", "999999", "9999999",
                   "99.9", "99.99", "999.9", "999.99", "9999.99", "32767", "32768", "1e20", "1e30")
)  # fmt: skip
_LEAST: Final = 2  # times that it stands there
_OTHERS: Final = 5  # different numbers beside it, as a few of them may be classes


def find_sentinels(column: Column) -> tuple[tuple[float, int], ...]:
    """Return usual signs for a missing value that stand further from all other numbers than those spread.

    Parameters
    ----------
    column : Column

    Examples
    --------
    >>> values = np.array([-999.0, 1.0, 2.0, 3.0, 4.0, 5.0, -999.0])
    >>> find_sentinels(Column("a", "number", values))
    ((-999.0, 2),)
    """
    if column.kind != "number" or column.way is not None:
        return ()
    values = column.values[~np.isnan(column.values)]
    found: list[tuple[float, int]] = []
    for _ in range(2):
        if not len(values):
            break
        for end in (values.min(), values.max()):
            others = values[values != end]
            count = len(values) - len(others)
            if float(end) in _USUAL and count >= _LEAST and _is_far(float(end), others):
                found.append((float(end), count))
                values = others
                break
    return tuple(found)


def _is_far(end: float, others: np.ndarray) -> bool:
    if len(np.unique(others[:1000])) < _OTHERS:
        return False
    low, high = float(others.min()), float(others.max())
    return max(low - end, end - high) > high - low
