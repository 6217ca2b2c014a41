"""Texts of a column as numbers, dates or durations: pandas alone, as generated programs write it out too.

`cells` is always a series of texts without spaces around them, None or NaN where nothing stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nncore.data.cell_times import MONTHS, ORDINAL
from nncore.data.raw_cells import label


def plain(cells: pd.Series, decimal: str) -> np.ndarray:
    """Plain numbers with this decimal sign, NaN for whatever else."""
    if decimal == ",":
        cells = cells.where(~cells.str.contains(".", regex=False, na=False))
        cells = cells.str.replace(",", ".", regex=False)
    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, copy=True)


# Called in programs to take home, whose lines stay short.
def signed(
    cells: pd.Series,
    pattern: str,
    left_out: Sequence[str],
    decimal: str,
    *,
    rules: Sequence[tuple[str, str]] = (),
) -> np.ndarray:
    """Numbers with signs around them or between thousands, NaN for whatever else."""
    cells = with_minus(cells)
    for odd, usual in rules:
        cells = cells.str.replace(odd, usual, regex=True)
    cells = cells.where(cells.str.fullmatch(pattern, na=False))
    for sign in left_out:
        cells = cells.str.replace(sign, "", regex=False)
    cells = cells.str.replace(decimal, ".", regex=False).str.replace("−", "-", regex=False)
    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, copy=True)


def with_minus(cells: pd.Series) -> pd.Series:
    """Numbers in brackets, or with a minus behind them, as accountants write what is below nought."""
    return cells.str.replace(
        r"^([^\d()]{0,4})\((.*\d.*)\)$|^(.*\d)-$",
        lambda found: f"-{found[1] or ''}{found[2] or found[3]}",
        regex=True,
    )


# Called in programs to take home, whose lines stay short.
def durations(cells: pd.Series, pattern: str, weights: Sequence[float], offset: float) -> np.ndarray:
    """Sums of the weighted parts of durations, NaN for whatever else."""
    parts = cells.str.extract(f"^{pattern}$")
    known = parts.notna().any(axis=1).to_numpy()
    parts = parts.apply(lambda part: pd.to_numeric(part.str.replace(",", ".", regex=False))).fillna(0.0)
    total = np.zeros(len(parts))
    for place, weight in enumerate(weights):  # in the order in which one cell is summed, to the last digit
        total += parts.iloc[:, place].to_numpy(dtype=float) * weight
    return np.where(known, total + offset, np.nan)


def dates(cells: pd.Series, form: str, unit: str) -> np.ndarray:
    """Days or months since January 1970, or minutes since midnight; NaN for whatever else."""
    stamps = pd.to_datetime(cells, format=form, errors="coerce", utc=True).dt.tz_localize(None)
    if unit == "months":
        return (stamps.dt.year * 12 + stamps.dt.month - 23641).to_numpy(dtype=float, copy=True)
    start = stamps.dt.normalize() if unit == "minutes" else pd.Timestamp("1970-01-01")
    step = pd.Timedelta(minutes=1) if unit == "minutes" else pd.Timedelta(days=1)
    return ((stamps - start) / step).to_numpy(dtype=float, copy=True)


def month_numbers(cells: pd.Series) -> pd.Series:
    """Names of months as M01 to M12, in any of some languages; days without what makes ordinals of them."""
    names = "|".join(sorted(MONTHS, key=len, reverse=True))
    pattern = rf"(?i)(?<![^\W\d_])({names})(?![^\W\d_])\.?"
    named = cells.str.replace(pattern, lambda found: f"M{MONTHS[found[1].lower()]:02d}", regex=True)
    return named.str.replace(ORDINAL, "", regex=True)


def as_numbers(cells: pd.Series, decimal: str) -> np.ndarray:
    """Plain numbers; infinite ones and slips of the pen are NaN."""
    return finite(plain(cells, decimal))


# Called in programs to take home, whose lines stay short.
def as_written(
    cells: pd.Series,
    decimal: str,
    pattern: str,
    left_out: Sequence[str],
    *,
    sign: str,
    rules: Sequence[tuple[str, str]] = (),
) -> np.ndarray:
    """Numbers with signs around them, or plain ones; infinite ones and slips of the pen are NaN."""
    values = signed(cells, pattern, left_out, sign, rules=rules)
    return finite(np.where(np.isnan(values), plain(cells, decimal), values))


def finite(values: np.ndarray) -> np.ndarray:
    """The same numbers, NaN beyond single precision."""
    return np.where(np.abs(values) <= np.finfo(np.float32).max, values, np.nan)


def labels(cells: pd.Series, decimal: str, digits: int) -> pd.Series:
    """Texts in one spelling: a plain number as it is usually written, truth values as True and False."""
    return cells.map(lambda cell: label(cell, decimal, digits), na_action="ignore")
