"""One column gathered piece by piece while a file is read, keeping only what its final kind may need."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from nncore.data.raw_cells import label, with_minus
from nncore.data.spellings import respelled
from ui.tables import cells as ways
from ui.tables.columns import MAX_TEXTS, Column, Facts, Slips, with_facts
from ui.tables.decide import Decision, How, Plain, decide
from ui.tables.sentinels import find_sentinels
from ui.tables.times import compact_dates
from ui.tables.words import no_first, shortened

_SHORT: Final = 40
_ONCE: Final = 4096  # texts that are remembered so that they are kept once
_LARGEST: Final = float(np.finfo(np.float32).max)
_EXACT: Final = 2.0**53  # beyond, neighbouring whole numbers are one and the same float
_BEGINS: Final = frozenset("0123456789+-.,iInN")  # how plain numbers begin, and infinite ones


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
    once : dict
        Texts of all columns of a file, filled by each of them, so that equal ones are one.
    """

    # A thousand of these stand side by side.
    __slots__ = (
        "_beyond", "_codes", "_counts", "_decided", "_dtype", "_how", "_many", "_most", "_numbers", "_once",
        "_padded", "_plain", "_texts", "name",
    )  # fmt: skip

    def __init__(self, name: str, how: How, *, double: bool, most_texts: int, once: dict[str, str]) -> None:
        self.name = name
        self._how = how
        self._dtype = np.float64 if double else np.float32
        self._most = most_texts
        self._once = once
        self._numbers: list[np.ndarray] = []
        self._codes: list[np.ndarray | None] = []
        self._texts: dict[str, int] = {}
        self._counts: list[int] = []
        self._plain = Plain()
        self._decided: Decision | None = None
        self._many = False
        self._beyond = self._padded = False

    def add(self, piece: pd.Series) -> None:
        """Take the next piece as pandas read it: numbers, or texts with NaN or "" where nothing stands."""
        if self._many:
            self._numbers.append(_gone(piece.isna().to_numpy()))
            self._codes.append(None)
            return
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
        if codes is not None and np.isnan(numbers).all():
            numbers = np.broadcast_to(np.nan, len(numbers))  # takes no room
        else:
            with np.errstate(over="ignore"):
                numbers = numbers.astype(self._dtype, copy=False)
        self._numbers.append(numbers)
        self._codes.append(codes)

    def _add_texts(self, piece: np.ndarray) -> None:
        """Take a piece of texts: plain numbers as such, every other different text once."""
        local, unique = pd.factorize(piece)
        texts = [str(text).strip() for text in unique]
        self._padded |= any(len(text) != len(given) for text, given in zip(texts, unique, strict=True))
        # Columns of a wide table often hold the same words, which are kept once.
        if len(self._once) > _ONCE:
            self._once.clear()
        texts = [self._once.setdefault(text, text) if len(text) < _SHORT else text for text in texts]
        times = np.bincount(local[local >= 0], minlength=len(texts))
        numbers = self._numbers_among(texts)
        numbers[np.isin(numbers, self._how.sentinels)] = np.nan
        fine = np.isfinite(numbers)
        self._note_plain(numbers[fine], times[fine])
        self._beyond |= any(texts[index].isdecimal() for index in np.flatnonzero(np.abs(numbers) > _EXACT))
        odd = [index for index in np.flatnonzero(np.isnan(numbers)).tolist() if texts[index]]
        small = len(self._texts) + len(texts) < np.iinfo(np.int16).max
        codes = np.full(len(texts) + 1, -1, dtype=np.int16 if small else np.int32)
        if odd:
            codes[odd] = self._codes_of([texts[index] for index in odd], times[odd].tolist())
        self._keep(np.append(numbers, np.nan)[local], codes[local] if odd else None)
        if len(self._texts) > self._most:
            self._commit()

    def _numbers_among(self, texts: list[str]) -> np.ndarray:
        """Return the plain numbers among some texts, NaN elsewhere."""
        numbers = np.full(len(texts), np.nan)
        if self._decided is not None:
            numbers = self._decided.values(texts, self._how.decimal)
        begin = [index for index in np.flatnonzero(np.isnan(numbers)) if texts[index][:1] in _BEGINS]
        if begin:
            cells = pd.Series([texts[index] for index in begin], dtype=object)
            found = ways.plain(cells, self._how.decimal)
            grouped = re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(self._how.decimal)}\d{{3}})+").fullmatch
            found[[grouped(cell) is not None for cell in cells]] = np.nan
            numbers[begin] = found
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
            pieces = zip(self._numbers, self._codes, strict=True)
            self._numbers = [
                _gone(np.isnan(numbers) & (True if codes is None else codes < 0)) for numbers, codes in pieces
            ]
            self._codes = [None] * len(self._codes)
            return
        self._fold_in(values)

    def _fold_in(self, values: np.ndarray) -> None:
        """Put numbers in the place of the texts that they are; keep the other texts under new codes."""
        left = [text for text, value in zip(self._texts, values, strict=True) if np.isnan(value)]
        place = np.full(len(values) + 1, -1, dtype=np.int32)
        place[:-1][np.isnan(values)] = np.arange(len(left))
        for numbers, (index, codes) in zip(self._numbers, enumerate(self._codes), strict=True):
            if codes is not None:
                found = np.where(codes >= 0, np.append(values, np.nan)[codes], numbers)
                self._numbers[index] = found.astype(self._dtype, copy=False)
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
            column = Column(self.name, "many", numbers, facts=self._too_many)
        elif decision.kind in ("number", "date"):
            column = self._of_numbers(decision, numbers, codes, rows)
        elif decision.kind == "text":
            column = self._of_texts(decision, numbers, codes, rows)
        else:
            column = Column(self.name, "empty", np.zeros(len(numbers), dtype=np.int8))
        plain = column.kind == "number" and not column.written
        if plain and (found := compact_dates(self.name, column.values)) is not None:
            column = replace(column, kind=found[1].kind, values=found[0], way=found[1])
        column = replace(column, words=self._words(decision), doubt=decision.doubt)
        column = replace(column, nameless=nameless, padded=self._padded, sentinels=find_sentinels(column))
        return with_facts(column, rows, beyond=self._beyond)

    def _all_codes(self, n_rows: int) -> np.ndarray | None:
        if not self._texts or not self._numbers:
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

    @property
    def _too_many(self) -> Facts:
        return Facts(min(self._most, MAX_TEXTS) + 1)

    def _odd_sample(self, decision: Decision, texts: list[str]) -> str:
        written = decision.written
        if written is None:
            return ""
        odd = [text for text in texts if written.plain(with_minus(text)) not in (None, text)]
        spelled = (text for text in odd if respelled(with_minus(text), written.spellings) != text)
        return next(spelled, odd[0] if odd else "")

    def _of_texts(
        self, decision: Decision, numbers: np.ndarray, codes: np.ndarray | None, rows: np.ndarray
    ) -> Column:
        """Bring texts and the numbers among them into one order, each in its usual spelling."""
        digits = 15 if numbers.dtype == np.float64 else 7
        own = np.unique(numbers[~np.isnan(numbers)])
        spelled = [label(text, self._how.decimal, digits) for text in self._texts]
        spelled += [f"{value:.{digits}g}" for value in own]
        counts = self._counted()  # without those of a total at the end alone
        gone = [text in decision.missing or text not in counts for text in self._texts] + [False] * len(own)
        words = no_first(sorted({word for word, gap in zip(spelled, gone, strict=True) if not gap}))
        found = np.full(len(numbers), -1, dtype=np.int32) if codes is None else codes.copy()
        there = ~np.isnan(numbers)
        found[there] = len(self._texts) + np.searchsorted(own, numbers[there])
        if len(words) > MAX_TEXTS:
            return Column(self.name, "many", _gone(np.array([*gone, True])[found]), facts=self._too_many)
        order = {word: code for code, word in enumerate(words)}
        codes_of = [-1 if missing else order[word] for word, missing in zip(spelled, gone, strict=True)]
        place = np.array([*codes_of, -1], dtype=np.int16)
        kept, suspects = (
            tuple((word, counts[word]) for word in some) for some in (decision.kept, decision.suspects)
        )
        return Column(self.name, "text", place[found], tuple(words), kept=kept, suspects=suspects)


def _gone(missing: np.ndarray) -> np.ndarray:
    """Return what is kept of a column of too many texts: -1 where one is missing, else 0."""
    return -missing.astype(np.int8)
