"""One column of a table, and what it turned out to hold, found out once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from nncore.data.number_format import Written
from ui.tables.decide import Doubt, Kind
from ui.tables.times import Way
from ui.tables.words import quoted, times_text, values_text

Rows = slice | np.ndarray

MAX_TEXTS: Final = 1000
_COMPARED: Final = 50  # texts up to which it is looked whether some are spelled alike
_COUNTED: Final = 50_000  # rows up to which it is counted whether broken numbers are all different
_BETWEEN: Final = re.compile(r"(?<=[^\W_])[\s_-]+(?=[^\W_])")
_PAIR: Final = re.compile(
    r"[(\[]?[-+]?\d+([.,]\d+)?(\s?[/;×x]\s?|, |\s*±\s*| \()[-+]?\d+([.,]\d+)?%?[)\]]?"
    r"|[(\[]?-?\d+\.\d+,-?\d+\.\d+[)\]]?|POINT ?\(\S+ \S+\)"
)
_EPOCH: Final = pd.Timestamp("1970-01-01")


@dataclass(frozen=True, slots=True)
class Slips:
    """Values of one kind that are not what they should be."""

    count: int = 0
    """How many there are."""
    first: int = 0
    """Row of the file in which the first one stands, 0 for none."""
    sample: str = ""
    """What stands there, or ""."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked of a column again and again, found out when it was read."""

    distinct: int = 0
    """Different values, missing ones aside; counting stops just above `MAX_TEXTS`, or above what is kept."""
    whole: bool = False
    """Whether all its numbers are whole."""
    unique: bool = False
    """Whether no two rows have the same value and none is missing."""
    counts: bool = False
    """Whether its numbers count the rows, up or down, from 0 or 1."""
    rising: bool = False
    """Whether every number is larger than the one above it."""
    beyond: bool = False
    """Whether there are whole numbers too large to be told apart as floats."""
    either: bool = False
    """Whether its dates may begin with the day as well as with the month, each of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as it was understood."""

    name: str
    """Its name, different from all others."""
    kind: Kind
    """str: "number", "text" (up to `MAX_TEXTS` different texts), "date" (days since 1 January 1970), "empty"
    (nothing but missing values) or "many" (more different texts than that, or than are kept of one column
    of a very wide table)."""
    values: np.ndarray
    """Shape (n_rows,): floats with NaN where missing for numbers and dates; codes into `categories`, -1 where
    missing, for texts; 0 or, where missing, -1 for "many"; zeros for "empty"."""
    categories: tuple[str, ...] = ()
    """The different texts, sorted, but “no” before “yes”."""
    missing: Slips = Slips()
    """Missing values; those of the next two are among them."""
    infinite: Slips = Slips()
    """Numbers that are infinite or beyond single precision."""
    strays: Slips = Slips()
    """Texts in a column of numbers or dates."""
    words: tuple[tuple[str, int], ...] = ()
    """tuple of (str, int): what stands for missing values, and how often."""
    kept: tuple[tuple[str, int], ...] = ()
    """tuple of (str, int): words such as "none" that are frequent and so one of its texts, and how often."""
    suspects: tuple[tuple[str, int], ...] = ()
    """tuple of (str, int): words but for which it would be a column of numbers, and how often."""
    sentinels: tuple[tuple[float, int], ...] = ()
    """tuple of (float, int): numbers far from all others that perhaps say that nothing was measured, and how
    often."""
    written: Written | None = None
    """How its numbers are written where that is not plain."""
    way: Way | None = None
    """How dates and durations are written."""
    doubt: Doubt | None = None
    """Where its numbers may be read in two ways."""
    sample: str = ""
    """One of its numbers that is not written plainly, or ""."""
    facts: Facts = Facts()
    nameless: bool = False
    """Whether the header had no name for it."""
    padded: bool = False
    """Whether there were spaces around a text, which are no part of it."""
    slips: tuple[int, ...] = ()
    """Which values are missing because of a slip of the pen, up to some thousand."""

    def series(self, rows: Rows = slice(None)) -> pd.Series:
        """Return the values of some rows as a pandas series; NaN throughout where nothing was kept."""
        if self.kind == "text":
            return pd.Series(pd.Categorical.from_codes(self.values[rows], categories=list(self.categories)))
        if self.kind == "date":
            stamps = pd.Series(_EPOCH + pd.to_timedelta(self.values[rows], unit="D")).dt.round("ms")
            whole = bool((stamps.dropna() == stamps.dropna().dt.normalize()).all())
            return stamps.dt.date if whole else stamps
        if self.kind == "number":
            return pd.Series(self.values[rows])
        return pd.Series(np.full(len(self.values[rows]), np.nan))

    def distinct(self, *, limit: int = MAX_TEXTS) -> int:
        """Number of different values, missing ones aside; counting stops just above `limit`."""
        return min(self.facts.distinct, limit + 1)

    def is_missing(self) -> np.ndarray:
        """Return where a value is missing, shape (n_rows,)."""
        if self.kind in ("number", "date"):
            return np.isnan(self.values)
        return self.values < 0 if self.kind != "empty" else np.ones(len(self.values), dtype=bool)

    def has_slip(self) -> np.ndarray:
        """Return where a missing value is a slip of the pen or infinite, shape (n_rows,)."""
        slips = np.zeros(len(self.values), dtype=bool)
        slips[list(self.slips)] = True
        return slips

    def rows(self, keep: np.ndarray, rows: np.ndarray) -> Column:
        """Return the column with some of its rows alone, `rows` being their rows of the file."""
        return with_facts(replace(self, values=self.values[keep]), rows, beyond=self.facts.beyond)

    def remarks(self) -> list[str]:
        """Say what was noticed in this column, one sentence each, with the row where it begins."""
        found = []
        if self.way is not None and self.kind == "date":
            found.append(f"Column “{self.name}” holds {self.way.said}: they are counted in days.")
        elif self.way is not None:
            found.append(
                f"Column “{self.name}” holds {self.way.said}: they are numbers, counted in {self.way.unit}."
            )
        if self.words:
            count = "counts" if len(self.words) == 1 else "count"
            found.append(f"Column “{self.name}”: {times_text(self.words[:5])} {count} as missing.")
        if self.kept:
            kept = times_text(self.kept[:5])
            found.append(f"Column “{self.name}”: {kept} is frequent, so it counts as a text of its own.")
        if len(self.categories) <= _COMPARED and (alike := _alike(self.categories)):
            found.append(
                f"Column “{self.name}”: {quoted(alike)} differ in {_difference(alike)} alone; each counts as "
                "a text of its own."
            )
        pairs = sum(1 for text in self.categories if _PAIR.fullmatch(text))
        if 10 * pairs > 9 * len(self.categories):
            found.append(
                f"Column “{self.name}” holds two numbers in each cell (“{self.categories[0]}”), so that it "
                "counts as texts. In two columns of the file each would be a number."
            )
        if self.sentinels:
            said = times_text((f"{value:g}", count) for value, count in self.sentinels)
            found.append(
                f"Column “{self.name}”: {said} stands far from all its other numbers. Where that says that "
                "nothing was measured, it is to be taken as missing; until you say so it is a number."
            )
        if self.suspects:
            found.append(
                f"Column “{self.name}”: {times_text(self.suspects)} stands among numbers or dates, so that "
                "the whole column counts as texts; taken as missing, it leaves a column of them."
            )
        if self.strays.count:
            found.append(
                f"Column “{self.name}”, row {self.strays.first}: "
                f"“{self.strays.sample}” is not a {self.kind}; "
                f"{values_text(self.strays.count)} of this kind, taken as missing."
            )
        if self.infinite.count:
            found.append(
                f"Column “{self.name}”, row {self.infinite.first}: infinite, or beyond 3.4e38; "
                f"{values_text(self.infinite.count)} of this kind, taken as missing."
            )
        return found


def _alike(texts: tuple[str, ...]) -> list[str]:
    """Return the first texts that differ in capitals, spaces or a full stop alone, or nothing."""
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(_BETWEEN.sub(" ", text.lower()).removesuffix("."), []).append(text)
    return next((those for those in found.values() if len(those) > 1), [])


def _difference(alike: Sequence[str]) -> str:
    lower = {text.lower() for text in alike}
    if len(lower) == 1:
        return "capitals"
    return "a full stop" if len({text.removesuffix(".") for text in lower}) == 1 else "spaces or dashes"


def with_facts(column: Column, rows: np.ndarray, *, beyond: bool) -> Column:
    """Return a column with what is counted in it: missing and different values, whether it counts rows."""
    gone = column.is_missing()
    missing = Slips(int(gone.sum()), int(rows[np.argmax(gone)])) if gone.any() else Slips()
    return replace(column, missing=missing, facts=_facts(column, gone, beyond=beyond))


def _facts(column: Column, gone: np.ndarray, *, beyond: bool) -> Facts:
    if column.kind == "text":
        used = np.unique(column.values[~gone])
        return Facts(len(used), unique=len(used) == len(gone))
    if column.kind not in ("number", "date"):
        return Facts(column.facts.distinct)
    present = column.values[~gone]
    whole = bool(len(present)) and bool(np.all(present == np.round(present)))
    distinct = _distinct(present)
    complete = len(present) == len(gone) > 1
    unique = complete and distinct > min(len(present), MAX_TEXTS) - 1
    rising = counts = False
    if unique and len(present) > _COUNTED and not whole:
        unique = False  # measurements, which a sort of all of them would only confirm
    elif unique:
        unique = distinct == len(present) or len(np.unique(present)) == len(present)
    if unique and whole:
        steps = np.diff(present.astype(np.float64))
        rising = bool((steps > 0).all())
        counts = bool((steps == 1).all() and present[0] in (0, 1))
        counts = counts or bool((steps == -1).all() and present[-1] in (0, 1))
    either = column.way is not None and column.way.either and _swappable(present)
    return Facts(distinct, whole, unique, counts, rising, beyond and whole, either)


def _swappable(days: np.ndarray) -> bool:
    """Whether day and month may change places in every date, and do make another one of some."""
    dates = np.floor(days).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day, month = (dates - months).astype(int) + 1, months.astype(int) % 12 + 1
    return bool(len(day) and day.max() <= 12 and (day != month).any())


def _distinct(present: np.ndarray) -> int:
    """Count different numbers, up to just above `MAX_TEXTS`."""
    found = np.zeros(0, dtype=present.dtype)
    for start in range(0, len(present), 50_000):
        found = np.union1d(found, present[start : start + 50_000])
        if len(found) > MAX_TEXTS:
            return MAX_TEXTS + 1
    return len(found)
