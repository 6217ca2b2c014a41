"""The values that a sweep steps through: typed as text, spread over decades, ordered coarse to fine."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nncore.experiment.field_kinds import shown

MOST_VALUES = 10_000
"""Longest axis that is spread out at once."""
MOST_DIGITS = 12  # significant digits to which spread values are rounded at most


def spread(low: float, high: float, count: int) -> tuple[float, ...]:
    """Return numbers evenly spaced in the logarithm, rounded to as few digits as keep them apart.

    Rounding makes them fit for an address and a label: 0.03, not 0.0294705170.

    Parameters
    ----------
    low, high : float
        First and last value; positive, `low` below `high` unless `count` is 1.
    count : int
        How many values, 1 or more.

    Returns
    -------
    tuple of float
        Strictly rising. The spacing is even to about a fifth of a step.

    Raises
    ------
    ValueError
        When an end is not a positive finite number, the range is empty or reversed, or `count` is below 1.

    Examples
    --------
    >>> spread(1e-3, 1.0, 7)
    (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    """
    _check_ends(low, high, count)
    if low <= 0:
        raise ValueError(f"range must start above 0 to be spread over decades; got {shown(low)}")
    exact = np.geomspace(low, high, count)
    for digits in range(1, MOST_DIGITS + 1):
        rounded = [float(f"{value:.{digits - 1}e}") for value in exact]
        if count == 1 or _even(rounded):
            return tuple(rounded)
    return tuple(float(value) for value in exact)


def _even(values: Sequence[float]) -> bool:
    """Whether the values rise, in steps of the logarithm that differ by less than a fifth from their mean."""
    steps = np.diff(np.log(values))
    return bool(np.all(np.abs(steps - steps.mean()) < 0.2 * steps.mean()))


def steps(low: float, high: float, count: int) -> tuple[float, ...]:
    """Return evenly spaced numbers.

    Parameters
    ----------
    low, high : float
        First and last value, `low` below `high` unless `count` is 1.
    count : int
        How many values, 1 or more.

    Raises
    ------
    ValueError
        When an end is not finite, the range is empty or reversed, or `count` is below 1.

    Examples
    --------
    >>> steps(0.0, 0.9, 4)
    (0.0, 0.3, 0.6, 0.9)
    """
    _check_ends(low, high, count)
    return tuple(float(f"{value:.{MOST_DIGITS}g}") for value in np.linspace(low, high, count))


def _check_ends(low: float, high: float, count: int) -> None:
    ends = f"{shown(low)} to {shown(high)}"
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"range must have two finite ends; got {ends}")
    if count > MOST_VALUES:
        raise ValueError(f"range must hold at most {MOST_VALUES:,} values; got a count of {count:,}")
    if count < 1:
        raise ValueError(f"range must hold at least one value; got a count of {count}")
    if low > high:
        raise ValueError(f"range must run from low to high; got {ends}, which is reversed")
    if low == high and count > 1:
        raise ValueError(f"range must not be empty; got {count} values from {ends}")


def parse_range(field: str, text: str, *, logarithmic: bool) -> tuple[float, ...]:
    """Read the values of an axis as they are typed.

    Parameters
    ----------
    field : str
        Name of the axis, for the error sentence.
    text : str
        ``low:high:count``, or single values separated by commas.
    logarithmic : bool
        Whether a range is spread over decades or evenly.

    Raises
    ------
    ValueError
        When the text is neither, an entry is not a number, or the range is empty or reversed.

    Examples
    --------
    >>> parse_range("eta", "0.01:1:3", logarithmic=True)
    (0.01, 0.1, 1.0)
    >>> parse_range("batch_size", "8,32,0", logarithmic=False)
    (8.0, 32.0, 0.0)
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (1, 3):
        raise ValueError(f"{field} must be low:high:count or values separated by commas; got {text!r}")
    if len(parts) == 1:
        return tuple(_number(field, part, text) for part in text.split(","))
    low, high, count = (_number(field, part, text) for part in parts)
    if not math.isfinite(count) or count != int(count):
        raise ValueError(f"{field} must have a whole number as its count; got {parts[2]!r}")
    try:
        return (spread if logarithmic else steps)(low, high, int(count))
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _number(field: str, part: str, text: str) -> float:
    try:
        return float(part)
    except ValueError:
        raise ValueError(
            f"{field} must be low:high:count or values separated by commas; {part.strip()!r} in {text!r} "
            "is not a number"
        ) from None


def coarse_to_fine(count: int, *, first: int = 8) -> list[np.ndarray]:
    """Cut the positions of an axis into stages, each of which halves the gaps of the one before.

    Parameters
    ----------
    count : int
        Length of the axis.
    first : int
        About how many positions, evenly spaced, the first stage holds; both ends are always among them.

    Returns
    -------
    list of int arrays
        Every position exactly once.

    Examples
    --------
    >>> [stage.tolist() for stage in coarse_to_fine(9, first=3)]
    [[0, 4, 8], [2, 6], [1, 3, 5, 7]]
    """
    stages: list[np.ndarray] = []
    seen = np.zeros(count, dtype=bool)
    points = max(2, first)
    while not seen.all():
        chosen = np.unique(np.rint(np.linspace(0, count - 1, min(points, count))).astype(int))
        new = chosen[~seen[chosen]]
        if len(new):
            stages.append(new)
        seen[chosen] = True
        points = 2 * points - 1
    return stages
