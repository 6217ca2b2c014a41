"""One column of a table: gathered piece by piece, and what it turned out to hold, found out once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from nncore.data.number_format import Written
from ui.tables import cells as ways
from ui.tables.decide import (
    COMPACT_DATES,
    ISO_DATES,
    Decision,
    Doubt,
    How,
    Kind,
    Plain,
    Rule,
    Way,
    compact_dates,
    decide,
)
from ui.tables.words import shortened, times_text, values_text

__all__ = ["MAX_TEXTS", "Column", "ColumnBuilder", "Facts", "Kind", "Slips"]

Rows = slice | np.ndarray

MAX_TEXTS: Final = 1000
_LARGEST: Final = float(np.finfo(np.float32).max)
_COUNTED: Final = 50_000  # rows up to which it is counted whether broken numbers are all different
_EXACT: Final = 2.0**53  # beyond, neighbouring whole numbers are one and the same float
_BEGINS: Final = frozenset("0123456789+-.,iInN")  # how plain numbers begin, and infinite ones
_EPOCH: Final = pd.Timestamp("1970-01-01")


@dataclass(frozen=True)
class Slips:
    """Values of one kind that are not what they should be.

    Attributes
    ----------
    count : int
        How many there are.
    first : int
        Row of the file in which the first one stands, 0 for none.
    sample : str
        What stands there, or "".
    """

    count: int = 0
    first: int = 0
    sample: str = ""


@dataclass(frozen=True)
class Facts:
    """What is asked of a column again and again, found out when it was read.

    Attributes
    ----------
    distinct : int
        Different values, missing ones aside; counting stops just above `MAX_TEXTS`.
    whole : bool
        Whether all its numbers are whole.
    unique : bool
        Whether no two rows have the same value and none is missing.
    counts : bool
        Whether its numbers count the rows, up or down, from 0 or 1.
    rising : bool
        Whether every number is larger than the one above it.
    beyond : bool
        Whether there are whole numbers too large to be told apart as floats.
    """

    distinct: int = 0
    whole: bool = False
    unique: bool = False
    counts: bool = False
    rising: bool = False
    beyond: bool = False


@dataclass(frozen=True)
class Column:
    """One column, as it was understood.

    Attributes
    ----------
    name : str
        Its name, different from all others.
    kind : str
        "number", "text" (up to `MAX_TEXTS` different texts), "date" (days since 1 January 1970),
        "empty" (nothing but missing values) or "many" (more different texts than that).
    values : numpy.ndarray
        Shape (n_rows,): floats with NaN where missing for numbers and dates; codes into `categories`,
        -1 where missing, for texts; zeros for "empty" and "many".
    categories : tuple of str
        The different texts, sorted.
    missing : Slips
        Missing values; those of the next two are among them.
    infinite : Slips
        Numbers that are infinite or beyond single precision.
    strays : Slips
        Texts in a column of numbers or dates.
    words : tuple of (str, int)
        What stands for missing values, and how often.
    kept : tuple of (str, int)
        Words such as "none" that are frequent and so one of its texts, and how often.
    suspects : tuple of (str, int)
        Words but for which it would be a column of numbers, and how often.
    written : Written or None
        How its numbers are written where that is not plain.
    way : Way or None
        How dates and durations are written.
    doubt : Doubt or None
        Where its numbers may be read in two ways.
    sample : str
        One of its numbers that is not written plainly, or "".
    facts : Facts
    nameless : bool
        Whether the header had no name for it.
    slips : tuple of int
        Which values are missing because of a slip of the pen, up to some thousand.
    """

    name: str
    kind: Kind
    values: np.ndarray
    categories: tuple[str, ...] = ()
    missing: Slips = Slips()
    infinite: Slips = Slips()
    strays: Slips = Slips()
    words: tuple[tuple[str, int], ...] = ()
    kept: tuple[tuple[str, int], ...] = ()
    suspects: tuple[tuple[str, int], ...] = ()
    written: Written | None = None
    way: Way | None = None
    doubt: Doubt | None = None
    sample: str = ""
    facts: Facts = Facts()
    nameless: bool = False
    slips: tuple[int, ...] = ()

    @property
    def date_format(self) -> str:
        """How dates are written, as pandas' `to_datetime` takes it, or ""."""
        return self.way.form if self.way is not None and self.kind == "date" else ""

    def rule(self, *, as_shown: bool = False) -> Rule:
        """Return how this column was read, for other rows of the same table.

        Parameters
        ----------
        as_shown : bool
            Whether those rows are written as they are shown, in plain numbers and ISO dates.
        """
        missing = (
            None if self.kind == "text" and not self.words else frozenset(word for word, _ in self.words)
        )
        written, way = (
            (None, ISO_DATES if self.kind == "date" else None) if as_shown else (self.written, self.way)
        )
        return Rule(self.kind, written, way, missing, frozenset(self.categories))

    def series(self, rows: Rows = slice(None)) -> pd.Series:
        """Return the values of some rows as a pandas series; NaN throughout where nothing was kept."""
        if self.kind == "text":
            return pd.Series(pd.Categorical.from_codes(self.values[rows], categories=list(self.categories)))
        if self.kind == "date":
            stamps = pd.Series(_EPOCH + pd.to_timedelta(self.values[rows], unit="D"))
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
        return self.values < 0 if self.kind == "text" else np.full(len(self.values), self.kind == "empty")

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
        if self.suspects:
            found.append(
                f"Column “{self.name}”: {times_text(self.suspects)} stands among numbers, so that the whole "
                "column counts as texts; taken as missing, it leaves a column of numbers."
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


class ColumnBuilder:
    """Gathers one column from the pieces of a file, keeping only what its final kind may need.

    Plain numbers are kept as floats. Whatever else stands in a cell is kept once, as a text with a code.
    Where there are too many different texts, what they are is decided, and they become numbers.

    Parameters
    ----------
    name : str
        Name of the column.
    how : How
        What is known about it.
    double : bool
        Whether numbers are kept in double precision.
    most_texts : int
        How many different texts are kept.
    """

    def __init__(self, name: str, how: How, *, double: bool, most_texts: int) -> None:
        self.name = name
        self._how = how
        self._dtype = np.float64 if double else np.float32
        self._most = most_texts
        self._numbers: list[np.ndarray] = []
        self._codes: list[np.ndarray | None] = []
        self._texts: dict[str, int] = {}
        self._counts: list[int] = []
        self._plain = Plain()
        self._decided: Decision | None = None
        self._many = False
        self._beyond = False

    def add(self, piece: pd.Series) -> None:
        """Take the next piece as pandas read it: numbers, or texts with NaN or "" where nothing stands."""
        if piece.dtype != object and pd.api.types.is_numeric_dtype(piece) and piece.dtype != bool:
            numbers = piece.to_numpy(dtype=float, copy=True)
            whole = piece.dtype.kind in "iu"
            self._beyond |= bool(whole and len(numbers) and np.abs(numbers).max() > _EXACT)
            self._note_plain(numbers[np.isfinite(numbers)])
            self._keep(numbers, None)
            return
        self._add_texts(piece.to_numpy(dtype=object))

    def _note_plain(self, numbers: np.ndarray, times: np.ndarray | None = None) -> None:
        self._plain.add(numbers, times)

    def _keep(self, numbers: np.ndarray, codes: np.ndarray | None) -> None:
        with np.errstate(over="ignore"):
            self._numbers.append(numbers.astype(self._dtype, copy=False))
        self._codes.append(codes)

    def _add_texts(self, piece: np.ndarray) -> None:
        """Take a piece of texts: plain numbers as such, every other different text once."""
        if self._many:
            self._numbers.append(np.zeros(len(piece), dtype=np.int8))
            self._codes.append(None)
            return
        local, unique = pd.factorize(piece)
        texts = [str(text).strip() for text in unique]
        times = np.bincount(local[local >= 0], minlength=len(texts))
        numbers = self._numbers_among(texts)
        fine = np.isfinite(numbers)
        self._note_plain(numbers[fine], times[fine])
        self._beyond |= any(texts[index].isdecimal() for index in np.flatnonzero(np.abs(numbers) > _EXACT))
        odd = [index for index in np.flatnonzero(np.isnan(numbers)).tolist() if texts[index]]
        codes = np.full(len(texts) + 1, -1, dtype=np.int32)
        if odd:
            codes[odd] = self._codes_of([texts[index] for index in odd], times[odd].tolist())
        self._keep(np.append(numbers, np.nan)[local], codes[local] if odd else None)
        if len(self._texts) > self._most:
            self._commit()

    def _numbers_among(self, texts: list[str]) -> np.ndarray:
        """Return the plain numbers among some texts, NaN elsewhere."""
        numbers = np.full(len(texts), np.nan)
        begin = [index for index, text in enumerate(texts) if text[:1] in _BEGINS]
        if begin:
            cells = pd.Series([texts[index] for index in begin], dtype=object)
            found = ways.plain(cells, self._how.decimal)
            decimal = re.escape(self._how.decimal)
            grouped = cells.str.fullmatch(rf"[-+]?[1-9]\d{{0,2}}(?:{decimal}\d{{3}})+").to_numpy(dtype=bool)
            found[grouped] = np.nan
            numbers[begin] = found
        if self._decided is not None:
            ours = self._decided.values(texts, self._how.decimal)
            numbers = np.where(np.isnan(ours), numbers, ours)
        return numbers

    def _codes_of(self, texts: list[str], times: list[int]) -> list[int]:
        """Return the code of every text, a new one for those that are new, and count them."""
        known, counts = self._texts, self._counts
        codes = [known.setdefault(text, len(known)) for text in texts]
        counts += [0] * (len(known) - len(counts))
        for code, count in zip(codes, times, strict=True):
            counts[code] += count
        return codes

    def _counted(self) -> dict[str, int]:
        pairs = zip(self._texts, self._counts, strict=True)
        return {text: count for text, count in pairs if count}

    def _commit(self) -> None:
        """Turn the texts gathered so far into numbers; where they are none, keep no more of them."""
        if self._decided is None:
            self._decided = decide(self._counted(), self._plain, self._how)
        values = self._decided.values(list(self._texts), self._how.decimal)
        if self._decided.kind not in ("number", "date") or np.isnan(values).all():
            self._many = True
            self._texts, self._counts = {}, []
            self._codes = [None] * len(self._codes)
            self._numbers = [np.zeros(len(numbers), dtype=np.int8) for numbers in self._numbers]
            return
        self._fold_in(values)

    def _fold_in(self, values: np.ndarray) -> None:
        """Put numbers in the place of the texts that they are; keep the other texts under new codes."""
        left = [text for text, value in zip(self._texts, values, strict=True) if np.isnan(value)]
        place = np.full(len(values) + 1, -1, dtype=np.int32)
        place[:-1][np.isnan(values)] = np.arange(len(left))
        for numbers, (index, codes) in zip(self._numbers, enumerate(self._codes), strict=True):
            if codes is not None:
                there = codes >= 0
                numbers[there] = np.where(there, np.append(values, np.nan)[codes], numbers)[there]
                self._codes[index] = place[codes]
        counts = self._counted()
        self._texts = {text: code for code, text in enumerate(left)}
        self._counts = [counts.get(text, 0) for text in left]
        self._many = len(left) > self._most

    def cut(self, count: int) -> None:
        """Leave out the last rows."""
        while count and self._numbers:
            taken = min(count, len(self._numbers[-1]))
            codes = self._codes[-1]
            if codes is not None:
                for code in codes[len(codes) - taken :]:
                    if code >= 0:
                        self._counts[code] -= 1
            self._numbers[-1] = self._numbers[-1][: len(self._numbers[-1]) - taken]
            self._codes[-1] = None if codes is None else codes[: len(codes) - taken]
            count -= taken
            if not len(self._numbers[-1]):
                self._numbers.pop()
                self._codes.pop()

    def finish(self, rows: np.ndarray, *, nameless: bool = False) -> Column:
        """Decide what the column holds.

        Parameters
        ----------
        rows : numpy.ndarray
            Row of the file for every value, shape (n_rows,).
        nameless : bool
            Whether the header had no name for it.
        """
        numbers = np.concatenate(self._numbers) if self._numbers else np.zeros(0)
        codes = self._all_codes(len(numbers))
        self._numbers, self._codes = [], []
        decision = self._decided or decide(self._counted(), self._plain, self._how)
        if self._many:
            column = Column(self.name, "many", np.zeros(len(numbers), dtype=np.int8))
        elif decision.kind in ("number", "date"):
            column = self._of_numbers(decision, numbers, codes, rows)
        elif decision.kind == "text":
            column = self._of_texts(decision, numbers, codes, rows)
        else:
            column = Column(self.name, "empty", np.zeros(len(numbers), dtype=np.int8))
        days = (
            compact_dates(self.name, column.values)
            if column.kind == "number" and not column.written
            else None
        )
        if days is not None:
            column = replace(column, kind="date", values=days, way=COMPACT_DATES)
        column = replace(column, words=self._words(decision), doubt=decision.doubt, nameless=nameless)
        return with_facts(column, rows, beyond=self._beyond)

    def _all_codes(self, n_rows: int) -> np.ndarray | None:
        if not self._texts:
            return None
        pieces = zip(self._numbers, self._codes, strict=True)
        filled = [np.full(len(piece), -1, dtype=np.int32) if code is None else code for piece, code in pieces]
        return np.concatenate(filled)

    def _words(self, decision: Decision) -> tuple[tuple[str, int], ...]:
        counts = self._counted()
        return tuple(sorted(((word, counts[word]) for word in decision.missing if word in counts),
                            key=lambda pair: -pair[1]))  # fmt: skip

    def _of_numbers(
        self, decision: Decision, numbers: np.ndarray, codes: np.ndarray | None, rows: np.ndarray
    ) -> Column:
        strays, sample = Slips(), ""
        if decision.way is not None:
            # Plain numbers among dates are no dates.
            wrong = np.isfinite(numbers) if self._decided is None else np.zeros(len(numbers), dtype=bool)
            numbers[wrong] = np.nan
        else:
            wrong = np.zeros(len(numbers), dtype=bool)
        if codes is not None:
            texts = list(self._texts)
            found = decision.values(texts, self._how.decimal)
            lost = np.isnan(found) & ~np.isin(texts, list(decision.missing))
            kept = np.dtype(np.float64) if decision.way is not None else numbers.dtype
            with np.errstate(over="ignore"):
                numbers = np.where(codes >= 0, np.append(found, np.nan)[codes].astype(kept), numbers)
            wrong |= np.append(lost, False)[codes]
            sample = self._odd_sample(decision, texts)
        if wrong.any():
            first = int(np.argmax(wrong))
            said = list(self._texts)[codes[first]] if codes is not None and codes[first] >= 0 else "a number"
            strays = Slips(int(wrong.sum()), int(rows[first]), shortened(said))
        infinite = np.abs(numbers) > _LARGEST
        infinite &= ~np.isnan(numbers)
        beyond = Slips(int(infinite.sum()), int(rows[np.argmax(infinite)])) if infinite.any() else Slips()
        numbers[infinite] = np.nan
        slips = tuple(np.flatnonzero(wrong | infinite)[:MAX_TEXTS].tolist())
        return Column(
            self.name, decision.kind, numbers, strays=strays, infinite=beyond, written=decision.written,
            way=decision.way, sample=sample, slips=slips,
        )  # fmt: skip

    def _odd_sample(self, decision: Decision, texts: list[str]) -> str:
        written = decision.written
        if written is None:
            return ""
        return next((text for text in texts if written.plain(text) not in (None, text)), "")

    def _of_texts(
        self, decision: Decision, numbers: np.ndarray, codes: np.ndarray | None, rows: np.ndarray
    ) -> Column:
        """Bring texts and the numbers among them into one order, each in its usual spelling."""
        digits = 15 if numbers.dtype == np.float64 else 7
        own = np.unique(numbers[~np.isnan(numbers)])
        spelled = [ways.label(text, self._how.decimal, digits) for text in self._texts]
        spelled += [f"{value:.{digits}g}" for value in own]
        gone = [text in decision.missing for text in self._texts] + [False] * len(own)
        words = sorted({word for word, missing in zip(spelled, gone, strict=True) if not missing})
        if len(words) > MAX_TEXTS:
            return Column(self.name, "many", np.zeros(len(numbers), dtype=np.int8))
        order = {word: code for code, word in enumerate(words)}
        codes_of = [-1 if missing else order[word] for word, missing in zip(spelled, gone, strict=True)]
        place = np.array([*codes_of, -1], dtype=np.int32)
        found = np.full(len(numbers), -1, dtype=np.int32) if codes is None else codes.copy()
        there = ~np.isnan(numbers)
        found[there] = len(self._texts) + np.searchsorted(own, numbers[there])
        counts = self._counted()
        kept, suspects = (
            tuple((word, counts[word]) for word in some) for some in (decision.kept, decision.suspects)
        )
        return Column(self.name, "text", place[found], tuple(words), kept=kept, suspects=suspects)


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
        return Facts(MAX_TEXTS + 1 if column.kind == "many" else 0)
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
    return Facts(distinct, whole, unique, counts, rising, beyond and whole)


def _distinct(present: np.ndarray) -> int:
    """Count different numbers, up to just above `MAX_TEXTS`."""
    found = np.zeros(0, dtype=present.dtype)
    for start in range(0, len(present), 50_000):
        found = np.union1d(found, present[start : start + 50_000])
        if len(found) > MAX_TEXTS:
            return MAX_TEXTS + 1
    return len(found)
