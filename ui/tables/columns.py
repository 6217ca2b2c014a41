"""One column of a table: gathered piece by piece, and what it turned out to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from nncore.data.number_format import Written
from ui.tables.sniff import MISSING, shortened

Kind = Literal["number", "text", "date", "empty", "many"]

MAX_TEXTS = 1000
# A column in which this share of the values are numbers is a column of numbers with slips of the pen.
_NUMBER_SHARE = 0.9
_DATE_SHARE = 0.9
_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%y")
_DATE_FORMATS = ("ISO8601", *_DAY_FIRST, "%m/%d/%Y", "%Y/%m/%d")
_DIGIT = re.compile(r"\d")
_LARGEST = float(np.finfo(np.float32).max)
_EPOCH = pd.Timestamp("1970-01-01")


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

    def plus(self, rows: np.ndarray, where: np.ndarray, *, sample: str = "") -> Slips:
        """Return these slips and those of the next rows, `where` being a mask over `rows`."""
        if not where.any():
            return self
        first = self.first or int(rows[np.argmax(where)])
        return Slips(self.count + int(where.sum()), first, self.sample or sample)

    def joined(self, other: Slips) -> Slips:
        """Return both together."""
        first = min(self.first, other.first) if self.first and other.first else self.first or other.first
        return Slips(self.count + other.count, first, self.sample or other.sample)


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
    note : str
        One more sentence, or "".
    date_format : str
        How dates are written, as pandas' `to_datetime` takes it, or "".
    """

    name: str
    kind: Kind
    values: np.ndarray
    categories: tuple[str, ...] = ()
    missing: Slips = Slips()
    infinite: Slips = Slips()
    strays: Slips = Slips()
    note: str = ""
    date_format: str = ""

    def series(self, rows: Any = slice(None)) -> pd.Series:
        """Return the values of some rows as a pandas series; NaN throughout where nothing was kept."""
        if self.kind == "text":
            return pd.Series(pd.Categorical.from_codes(self.values[rows], categories=list(self.categories)))
        if self.kind == "date":
            stamps = pd.Series(_EPOCH + pd.to_timedelta(self.values[rows], unit="D"))
            whole = bool((stamps.dropna() == stamps.dropna().dt.normalize()).all())
            return stamps.dt.date if whole else stamps
        if self.kind == "number":
            return pd.Series(self.values[rows])
        return pd.Series(np.full(len(np.arange(len(self.values))[rows]), np.nan))

    def distinct(self, *, limit: int = MAX_TEXTS) -> int:
        """Number of different values, missing ones aside; counting stops just above `limit`."""
        if self.kind == "text":
            return len(self.categories)
        if self.kind == "empty":
            return 0
        if self.kind == "many":
            return limit + 1
        found: set[float] = set()
        for start in range(0, len(self.values), 50_000):
            piece = self.values[start : start + 50_000]
            found.update(np.unique(piece[~np.isnan(piece)]).tolist())
            if len(found) > limit:
                break
        return len(found)

    def remarks(self) -> list[str]:
        """Say what was noticed in this column, one sentence each, with the row where it begins."""
        found = [self.note] if self.note else []
        if self.strays.count:
            found.append(
                f"Column “{self.name}”, row {self.strays.first}: "
                f"“{self.strays.sample}” is not a {self.kind}; "
                f"{_values(self.strays.count)} of this kind, taken as missing."
            )
        if self.infinite.count:
            found.append(
                f"Column “{self.name}”, row {self.infinite.first}: infinite, or beyond 3.4e38; "
                f"{_values(self.infinite.count)} of this kind, taken as missing."
            )
        return found


class ColumnBuilder:
    """Gathers one column from the pieces of a file, keeping only what its final kind may need.

    Parameters
    ----------
    name : str
        Name of the column.
    decimal : str
        The decimal sign.
    written : Written, optional
        How numbers are written where that is not plain.

    Attributes
    ----------
    odd : list of str
        Some of the texts with digits that were no numbers: how numbers are written may be another way.
    """

    def __init__(self, name: str, *, decimal: str, written: Written | None = None) -> None:
        self.name = name
        self.decimal = decimal
        self.written = written
        self.odd: list[str] = []
        self._numbers: list[np.ndarray] = []
        self._codes: list[np.ndarray | None] = []
        self._days: list[np.ndarray | None] = []
        self._texts: dict[str, int] = {}
        self._too_many = False
        self._date_format: str | None = None
        self._maybe_date = True
        self._n_numbers = 0
        self._missing = self._infinite = self._words = self._undated = Slips()

    def add(self, piece: pd.Series, rows: np.ndarray, *, double: bool) -> None:
        """Take the next piece.

        Parameters
        ----------
        piece : pandas.Series
            As pandas read it: numbers, texts, truth values or a mixture. Shape (n,).
        rows : numpy.ndarray
            Row of the file for each of them. Shape (n,).
        double : bool
            Whether numbers are kept in double precision.
        """
        if pd.api.types.is_numeric_dtype(piece) and not pd.api.types.is_bool_dtype(piece):
            numbers, texts = piece.to_numpy(dtype=float, copy=True), None
        else:
            numbers, texts = self._split(piece)
        finite = np.abs(numbers) <= _LARGEST
        infinite = ~finite & ~np.isnan(numbers)
        worded = np.zeros(len(numbers), dtype=bool) if texts is None else ~pd.isna(texts)
        numbers[infinite] = np.nan
        self._missing = self._missing.plus(rows, ~finite & ~worded)
        self._infinite = self._infinite.plus(rows, infinite)
        self._n_numbers += int(finite.sum())
        self._numbers.append(numbers if double else numbers.astype(np.float32))
        if texts is None or not worded.any():
            self._codes.append(None)
            self._days.append(None)
        else:
            self._words = self._words.plus(rows, worded, sample=shortened(str(texts[np.argmax(worded)])))
            self._note_odd(texts[worded])
            self._add_texts(texts, worded, rows)

    def finish(self) -> Column:
        """Decide what the column holds."""
        n_rows = sum(len(piece) for piece in self._numbers)
        present = self._n_numbers + self._words.count
        if present == 0:
            return self._column("empty", np.zeros(n_rows, dtype=np.int8))
        if self._words.count == 0:
            return self._column("number", np.concatenate(self._numbers))
        if self._maybe_date and self._n_numbers <= (1 - _DATE_SHARE) * present:
            return self._finish_date()
        if self._n_numbers >= _NUMBER_SHARE * present:
            return self._column("number", np.concatenate(self._numbers), strays=self._words)
        return self._finish_text(n_rows)

    def _column(
        self,
        kind: Kind,
        values: np.ndarray,
        categories: tuple[str, ...] = (),
        *,
        strays: Slips | None = None,
        note: str = "",
    ) -> Column:
        strays = strays or Slips()
        return Column(
            self.name,
            kind,
            values,
            categories,
            missing=self._missing.joined(strays),
            infinite=self._infinite,
            strays=strays,
            note=note,
            date_format=(self._date_format or "") if kind == "date" else "",
        )

    def _split(self, piece: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Cut a mixed piece into numbers (NaN elsewhere) and texts (None elsewhere)."""
        texts = piece.astype(object).map(_as_text, na_action="ignore")
        if self.written is not None:
            plain = as_plain(texts, self.written)
        else:
            plain = texts.str.replace(",", ".", regex=False) if self.decimal == "," else texts
        numbers = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float, copy=True)
        words = texts.to_numpy(dtype=object, copy=True)
        # "nan" is a missing value and "inf" a number that is none: neither is a text.
        gone = ~np.isnan(numbers) | texts.str.lower().isin(MISSING).to_numpy()
        words[gone] = None
        return numbers, words

    def _add_texts(self, texts: np.ndarray, present: np.ndarray, rows: np.ndarray) -> None:
        words = texts[present]
        self._days.append(self._dates(texts, present, rows))
        codes = np.full(len(texts), -1, dtype=np.int32)
        if not self._too_many:
            local, uniques = pd.factorize(words)
            known = [self._texts.setdefault(word, len(self._texts)) for word in uniques]
            codes[present] = np.array(known, dtype=np.int32)[local]
        self._codes.append(codes)
        if len(self._texts) > MAX_TEXTS:
            # What has so many texts will not be encoded: keep no more of them.
            self._too_many = True
            self._texts.clear()
            self._codes = [None] * len(self._codes)

    def _note_odd(self, words: np.ndarray) -> None:
        # A sign that all numbers share must hold for all of them; elsewhere the first text may tell enough.
        among = words if self.written is not None else words[:1]
        self.odd += [str(word) for word in among if _DIGIT.search(str(word))][:1]

    def _dates(self, texts: np.ndarray, present: np.ndarray, rows: np.ndarray) -> np.ndarray | None:
        """Read texts as dates; None, for good, when they are none."""
        if not self._maybe_date:
            return None
        words = pd.Series(texts[present])
        for form in (self._date_format,) if self._date_format else _DATE_FORMATS:
            stamps = pd.to_datetime(words, format=form, errors="coerce", utc=True)
            if stamps.notna().mean() < _DATE_SHARE:
                continue
            self._date_format = form
            days = np.full(len(texts), np.nan)
            days[present] = (stamps.dt.tz_localize(None) - _EPOCH) / pd.Timedelta(days=1)
            wrong = present & np.isnan(days)
            self._undated = self._undated.plus(rows, wrong, sample=shortened(str(texts[np.argmax(wrong)])))
            return days
        self._maybe_date = False
        self._days = [None] * len(self._days)
        return None

    def _finish_date(self) -> Column:
        pieces = [
            np.full(len(piece), np.nan) if days is None else days
            for piece, days in zip(self._numbers, self._days, strict=True)
        ]
        order = ", read as day, month, year" if self._date_format in _DAY_FIRST else ""
        note = f"Column “{self.name}” holds dates{order}: they are counted in days."
        strays = self._undated
        if self._n_numbers:
            strays = Slips(strays.count + self._n_numbers, strays.first or self._words.first, strays.sample)
        return self._column("date", np.concatenate(pieces), strays=strays, note=note)

    def _finish_text(self, n_rows: int) -> Column:
        numbers = np.concatenate(self._numbers)
        own = np.unique(numbers[~np.isnan(numbers)])
        if self._too_many or len(self._texts) + len(own) > MAX_TEXTS:
            return self._column("many", np.zeros(n_rows, dtype=np.int8))
        pieces = zip(self._numbers, self._codes, strict=True)
        codes = np.concatenate(
            [np.full(len(piece), -1, dtype=np.int32) if code is None else code for piece, code in pieces]
        )
        for value in own:
            label = f"{value:.15g}" if numbers.dtype == np.float64 else f"{value:.7g}"
            codes[numbers == value] = self._texts.setdefault(label, len(self._texts))
        words = list(self._texts)
        order = sorted(range(len(words)), key=lambda index: words[index])
        # Code -1 (missing) reads the last entry.
        place = np.full(len(words) + 1, -1, dtype=np.int32)
        place[order] = np.arange(len(words))
        return self._column("text", place[codes], tuple(words[index] for index in order))


def as_plain(texts: pd.Series, written: Written) -> pd.Series:
    """Return texts as `float` reads them, NaN where they are written in another way."""
    numbers = texts.where(texts.str.fullmatch(written.pattern, na=False))
    for sign in written.left_out:
        numbers = numbers.str.replace(sign, "", regex=False)
    return numbers.str.replace(written.decimal, ".", regex=False).str.replace("−", "-", regex=False)


def _as_text(value: Any) -> str:
    """Return a cell as text; truth values in one spelling, since pandas may have seen them as such or not."""
    text = str(value).strip()
    return text.capitalize() if text.lower() in ("true", "false") else text


def _values(count: int) -> str:
    return "one value" if count == 1 else f"{count:,} values"
