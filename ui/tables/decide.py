"""What the texts of a column are: numbers and how they are written, dates, durations, classes, or missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final, Literal

import numpy as np
import pandas as pd

from nncore.data.number_format import NUMBER_SHARE, Written, respelled_ways, ways_of_writing
from nncore.data.raw_cells import MISSING, with_minus
from ui.tables import cells as ways
from ui.tables.times import TIME_LIKE, Way, likely_ways
from ui.tables.words import MISSING_IN_WORDS

Kind = Literal["number", "text", "date", "empty", "many"]

_FREQUENT: Final = 0.1  # share of a column from which a word such as "none" is one of its texts
_FEW: Final = 3
_NEVER_A_CLASS: Final = "#<(\\"  # what "#N/A", "<NA>", "(null)" and "\\N" begin with: a program wrote them
_SOME: Final = 2 * _FEW + 1  # different numbers of a column that are remembered
_MOST_TRIED: Final = 5000  # different texts by which the way of writing is chosen
# Digits of other scripts are texts; “$ -” is how accountants write nought.
_DIGIT: Final = re.compile(r"[0-9]|^[€$£¥]\s*[-–]$")
_MINUS_BEHIND: Final = re.compile(r"\d[.,]\d+-$")
_GROUPS: Final = re.compile(r"\d[.,'’ \u00a0\u2009\u202f]\d{3}(?!\d)")


@dataclass(frozen=True)
class Doubt:
    """Numbers that may be read in two ways."""

    cells: tuple[str, ...]
    """Up to three of them."""
    taken: Written
    other: Written
    """`taken` and `other`: the way in which they were read, and the other one."""
    read: bool = True
    """Whether they were read as numbers at all."""

    def number(self, way: Written, cell: str) -> float:
        """Return what a cell is in one of the two ways."""
        return float(way.plain(with_minus(cell)) or "nan")

    def readings(self) -> list[tuple[str | float, ...]]:
        """Return every cell with what it is in either way."""
        ways_of = (self.taken, self.other)
        return [(cell, *(self.number(way, cell) for way in ways_of)) for cell in self.cells]


@dataclass(frozen=True, slots=True)
class How:
    """What is known about a column beside its own cells."""

    decimal: str = "."
    sure: bool = True
    """`decimal` and `sure`: the file's decimal sign, and whether anything speaks for it."""
    forced: str | None = None
    """The decimal sign that was chosen by hand."""
    doubtful: bool = False
    """Whether groups of three after that sign alone leave a doubt."""
    thousands: str | None = None
    """The sign between thousands that was chosen by hand, "" for none."""
    day_first: bool | None = None
    """Order of day and month that was chosen by hand."""
    missing: tuple[str, ...] | None = None
    """Words for missing values that were chosen by hand."""
    sentinels: tuple[float, ...] = ()
    """Numbers that stand for a missing value."""
    chosen: Written | Literal[False] | None = False
    """How its numbers are written by choice, None for not at all; False where nothing was chosen."""


@dataclass(slots=True)
class Plain:
    """What the plain numbers of a column are like: how many, whole, broken, the largest whole one."""

    count: int = 0
    whole: int = 0
    broken: int = 0
    largest: float = 0.0
    some: tuple[float, ...] = ()

    def add(self, numbers: np.ndarray, times: np.ndarray | None = None) -> None:
        """Take more numbers; `times` says how often each stands there."""
        whole = numbers == np.round(numbers)
        times = np.ones(len(numbers), dtype=int) if times is None else times
        self.count += int(times.sum())
        if len(self.some) < _SOME:
            self.some = tuple({*self.some, *numbers[: 3 * _SOME].tolist()})[:_SOME]
        self.whole += int(times[whole].sum())
        self.broken += int(times[~whole].sum())
        if whole.any():
            self.largest = max(self.largest, float(np.abs(numbers[whole]).max()))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a column holds."""

    kind: Kind
    written: Written | None = None
    """How odd numbers are written."""
    way: Way | None = None
    """How texts become numbers otherwise."""
    missing: frozenset[str] = frozenset()
    """Texts that stand for a missing value."""
    kept: tuple[str, ...] = ()
    """Words such as "none" that are frequent and so one of its texts."""
    suspects: tuple[str, ...] = ()
    """Words but for which it would be a column of numbers."""
    doubt: Doubt | None = None

    def values(self, texts: Sequence[str], decimal: str) -> np.ndarray:
        """Return texts as numbers, NaN for whatever is none, shape (n_texts,)."""
        cells = pd.Series([None if text in self.missing else text for text in texts], dtype=object)
        if self.way is not None:
            return self.way.values(cells)
        if self.written is None:
            return ways.plain(cells, decimal)
        spelled = [None if text in self.missing else self.written.plain(with_minus(text)) for text in texts]
        numbers = pd.to_numeric(pd.Series(spelled, dtype=object), errors="coerce")
        values = numbers.to_numpy(dtype=float, copy=True)
        # Nearly always all are written so, and it takes as long again to look for plain ones among them.
        if None in spelled:
            values = np.where(np.isnan(values), ways.plain(cells, decimal), values)
        return values


@dataclass
class _Texts:
    """The texts of a column, sorted by what they may be."""

    gone: dict[str, int]
    rest: dict[str, int]
    plain: Plain
    digits: dict[str, int] = field(init=False)
    words: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.digits = {text: count for text, count in self.rest.items() if _DIGIT.search(text)}
        self.words = {text: count for text, count in self.rest.items() if text not in self.digits}

    @property
    def present(self) -> int:
        return self.plain.count + sum(self.rest.values())


def decide(texts: Mapping[str, int], plain: Plain, how: How) -> Decision:
    """Decide what a column holds.

    Parameters
    ----------
    texts : mapping of str to int
        Its different cells that are no plain numbers, and how often each stands there.
    plain : Plain
        Its plain numbers.
    how : How
        What else is known.
    """
    if how.missing is None:
        gone = {text: count for text, count in texts.items() if text.lower() in MISSING}
    else:
        chosen = {word.lower() for word in how.missing}
        gone = {text: count for text, count in texts.items() if text.lower() in chosen}
    if how.sentinels and texts:
        numbers = ways.plain(pd.Series(list(texts), dtype=object), how.decimal)
        hidden = np.isin(numbers, how.sentinels)
        gone |= {text: texts[text] for text, is_one in zip(list(texts), hidden, strict=True) if is_one}
    rest = {text: count for text, count in texts.items() if text not in gone}
    sorted_texts = _Texts(gone, rest, plain)
    if not sorted_texts.present:
        return Decision("empty", missing=frozenset(gone))
    found = _as_numbers(sorted_texts, how) or _as_time(sorted_texts, how)
    if found is not None:
        return replace(found, missing=found.missing | frozenset(gone))
    return _as_texts(sorted_texts, how)


def _as_numbers(texts: _Texts, how: How) -> Decision | None:
    """Return the decision for a column of numbers, perhaps with slips of the pen; None where it is none."""
    written, doubt, fit = _way_of_writing(texts, how)
    if doubt is not None and not doubt.read:
        return Decision("text", doubt=doubt) if fit == 0 and not texts.plain.count else None
    numbers = texts.plain.count + fit
    words = {text: count for text, count in texts.words.items() if text.lower() in MISSING_IN_WORDS}
    if numbers >= NUMBER_SHARE * texts.present:
        return Decision("number", written, doubt=doubt)
    said = sum(words.values())
    if said and numbers >= NUMBER_SHARE * (texts.present - said) and numbers >= 0.3 * texts.present:
        return Decision("number", written, missing=frozenset(words), doubt=doubt)
    return None


def _way_of_writing(texts: _Texts, how: How) -> tuple[Written | None, Doubt | None, int]:
    """Return how the odd numbers of a column are written, the doubt, and how many cells that reads."""
    odd = dict(list(texts.digits.items())[:_MOST_TRIED])
    if not odd:
        return None, None, 0
    if how.chosen is None:
        return None, None, _plain_among(texts, how)
    below_nought = [with_minus(cell) for cell in odd]
    if how.chosen and all(how.chosen.plain(cell) is not None for cell in below_nought):
        return how.chosen, None, sum(texts.digits.values())
    mixed = texts.plain.count or any(
        old == new or _MINUS_BEHIND.search(old) for old, new in zip(odd, below_nought, strict=True)
    )
    spelled = below_nought if mixed else list(odd)
    ways_found = ways_of_writing(spelled, decimal=how.decimal) or respelled_ways(spelled, decimal=how.decimal)
    fitting = [way for way in ways_found if _suits(way, texts, how)]
    if not fitting and texts.plain.count:
        # One letter behind some numbers is no unit, which all of them would have.
        others = respelled_ways(spelled, decimal=how.decimal)
        fitting = [way for way in others if "flags" in way.spellings and _suits(way, texts, how)]
    if not fitting and not mixed and (either := ways_of_writing(below_nought, decimal=how.decimal)):
        # Brackets around all: below nought, as accountants write it, or as a text sets them aside.
        above = replace(either[0], spellings=("brackets",))
        return None, Doubt(tuple(odd)[:3], either[0], above, read=False), 0
    if not fitting:
        return None, None, _plain_among(texts, how)
    chosen, other, sure = _choose(fitting, spelled, texts.plain, how)
    count = sum(texts.digits.values())
    if other is None:
        return _unless_plain(chosen, odd, how), None, count
    cells = tuple([cell for cell in odd if _GROUPS.search(cell)][:3])
    bare = not (chosen.before or chosen.after)
    if not sure and not bare and not how.sure:
        return None, Doubt(cells, chosen, other, read=False), 0
    doubt = None if sure else Doubt(cells, chosen, other)
    return _unless_plain(replace(chosen, sure=sure), odd, how), doubt, count


def _plain_among(texts: _Texts, how: How) -> int:
    """Count cells that are plain numbers though they looked as if they might be grouped."""
    if not texts.digits:
        return 0
    values = ways.plain(pd.Series(list(texts.digits), dtype=object), how.decimal)
    return int(np.array(list(texts.digits.values()))[~np.isnan(values)].sum())


def _suits(way: Written, texts: _Texts, how: How) -> bool:
    """Whether a way of writing goes with the plain numbers of its column and with what was chosen."""
    plain = texts.plain
    limits = sum(count for text, count in texts.digits.items() if text[0] in "<>≤≥")
    if 2 * limits > texts.present:
        return False  # classes such as “<18” and “>65”
    if how.forced is not None and way.decimal != how.forced:
        return False
    if how.thousands is not None and way.thousands not in ("", how.thousands):
        return False
    if "flags" in way.spellings and 2 * plain.count < texts.present:
        return False  # seats such as “12 b”, not numbers of which some bear a remark
    nought = not plain.broken and not plain.largest  # needs no currency and no unit
    if plain.count and (way.before or way.after) and not nought:
        return False
    return not (plain.broken and way.decimal != how.decimal)


def _unless_plain(way: Written, odd: Mapping[str, int], how: How) -> Written | None:
    """Return None for a way that says no more than the file's decimal sign does."""
    says_more = way.before or way.after or way.spellings or way.decimal != how.decimal
    if says_more or (way.thousands and any(_GROUPS.search(cell) for cell in odd)):
        return way
    values = ways.plain(pd.Series(list(odd), dtype=object), how.decimal)
    return way if np.isnan(values).any() else None


def _choose(
    fitting: Sequence[Written], odd: Sequence[str], plain: Plain, how: How
) -> tuple[Written, Written | None, bool]:
    """Choose among ways of writing; also return the other one and whether the choice leaves no doubt."""
    grouped = next((way for way in fitting if way.thousands), None)
    broken = next((way for way in fitting if not way.thousands), None)
    if how.forced is not None or grouped is None or broken is None:
        return fitting[0], None, True
    if how.thousands is not None:
        return (grouped if how.thousands else broken), None, True
    groups = [cell for cell in odd if _GROUPS.search(cell)]
    whole = plain.whole or any(not _GROUPS.search(cell) for cell in odd)
    if plain.broken or plain.largest >= 1000:
        return broken, grouped, True
    if whole:
        round_ones = any(re.search(r"0\D*$", cell) for cell in groups)
        if how.sure and broken.decimal == how.decimal and not round_ones and plain.largest < 100:
            return broken, grouped, False
        return grouped, broken, round_ones
    if broken.decimal == how.decimal:
        return broken, grouped, not how.doubtful
    return grouped, broken, how.sure and how.decimal == ","


def _as_time(texts: _Texts, how: How) -> Decision | None:
    """Return the decision for a column of dates, times or durations; None where it is none."""
    if texts.plain.count > (1 - NUMBER_SHARE) * texts.present or not texts.digits:
        return None
    if sum(texts.digits.values()) < NUMBER_SHARE * texts.present:
        return None
    tried = dict(list(texts.digits.items())[:_MOST_TRIED])
    if not any(map(TIME_LIKE.match, list(tried)[:10])):
        return None
    cells = pd.Series(list(tried), dtype=object)
    counts = np.array(list(tried.values()))
    best, most = None, NUMBER_SHARE * texts.present * counts.sum() / sum(texts.digits.values())
    for way in likely_ways(cells, day_first=how.day_first):
        try:
            fits = int(counts[~np.isnan(way.values(cells))].sum())
        except (ValueError, OverflowError):
            continue
        if fits > most or (best is None and fits == most):
            best, most = way, float(fits)
        if fits == counts.sum():
            break
    return None if best is None else Decision(best.kind, way=best)


def _as_texts(texts: _Texts, how: How) -> Decision:
    """Return the decision for a column of texts: a frequent word such as “none” is one of them."""
    suspects = _suspects(texts, how)
    if how.missing is not None:
        return Decision("text", missing=frozenset(texts.gone), suspects=suspects)
    usual = median(texts.rest.values()) if texts.rest else 0.0
    present = texts.present + sum(texts.gone.values())
    kept = tuple(
        text
        for text, count in texts.gone.items()
        if text[0] not in _NEVER_A_CLASS
        and count >= _FEW
        and (count >= _FREQUENT * present or count >= 0.5 * usual)
    )
    return Decision("text", missing=frozenset(texts.gone) - set(kept), kept=kept, suspects=suspects)


def _suspects(texts: _Texts, how: How) -> tuple[str, ...]:
    """Return the few words without which the column would be one of numbers: tried, not guessed."""
    words = tuple(texts.words)
    if not 0 < len(words) <= _FEW:
        return ()
    others = {text: count for text, count in texts.rest.items() if text not in texts.words}
    without = _Texts({}, others, texts.plain)
    alone = (_as_numbers(without, how) or _as_time(without, how)) if without.present else None
    said = sum(texts.words.values())
    different = len(texts.plain.some) + len(texts.digits)
    if different <= 2 * len(words):
        return ()  # a few numbers and a few words are classes
    found = alone is not None and alone.kind in ("number", "date") and said <= 0.7 * texts.present
    return words if found else ()
