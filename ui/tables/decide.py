"""What the texts of a column are: numbers and how they are written, dates, durations, classes, or missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final, Literal

import numpy as np
import pandas as pd

from nncore.data.number_format import NUMBER_SHARE, Written, ways_of_writing
from ui.tables import cells as ways
from ui.tables.words import MISSING, MISSING_IN_WORDS

Kind = Literal["number", "text", "date", "empty", "many"]

_FREQUENT: Final = 0.1  # share of a column from which a word such as "none" is one of its texts
_FEW: Final = 3
_SOME: Final = 20  # different numbers of a column that are remembered
_MOST_TRIED: Final = 5000  # different texts by which the way of writing is chosen
_DIGIT: Final = re.compile(r"\d")
_GROUPS: Final = re.compile(r"\d[.,'’ \u00a0\u2009\u202f]\d{3}(?!\d)")
_DATE_LIKE: Final = re.compile(r"\d{1,4}[-/. ,]+M?\d{1,2}|M\d\d[ .,/-]|\d{1,4}M\d\d")
_TIME_LIKE: Final = re.compile(
    r"\d{1,4} ?([-/.:,hdmsTMQ]|Std|Tage|[^\W\d_]{3,10}\.?[ ,\d])|PT?\d|Q[1-4]|[^\W\d_]{3,10}\.?,?[ -]\d"
)
_TIME: Final = re.compile(r"[ T,]+(\d{1,2}:\d\d)(:\d\d)?(\.\d+)?( ?[AaPp]\.?[Mm]\.?)?$")
_DATES: Final = (
    "ISO8601", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d/%m/%y", "%d-%m-%y", "%m/%d/%y", "%m-%d-%y", "%Y-%d-%m",
)  # fmt: skip
_NAMED_DATES: Final = (
    "%d-M%m-%Y", "%d M%m %Y", "%d. M%m %Y", "M%m %d, %Y", "M%m %d %Y", "%d M%m, %Y", "%d-M%m-%y", "%d M%m %y",
    "%dM%m%Y", "%d/M%m/%Y", "%Y-M%m-%d", "%Y M%m %d", "%A, %d M%m %Y", "%a, %d M%m %Y", "%A, M%m %d, %Y",
    "%a, M%m %d, %Y", "%a M%m %d %Y",
)  # fmt: skip
_MONTHS: Final = (
    "%Y-%m",
    "%m/%Y",
    "%m-%Y",
    "%Y/%m",
    "%YM%m",
    "%Y M%m",
    "M%m %Y",
    "M%m-%Y",
    "M%m-%y",
    "M%m %y",
)
_YEAR_MONTH: Final = re.compile(r"\d{4}[-/]\d\d?$|\d{4} ?M\d\d$|\d\d?[-/]\d{4}$|M\d\d[- ]?(\d{4}|\d\d)$")
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d(:\d\d)? ?[AaPp]\.?[Mm]\.?$")


@dataclass(frozen=True)
class Way:
    """How texts are turned into numbers, where they are no written numbers.

    Attributes
    ----------
    said : str
        What they are, for a sentence.
    unit : str
        In what they are counted.
    form : str
        The form of dates as `pandas.to_datetime` takes it, or "".
    pattern, weights, offset
        Parts of a duration, what each of them counts, and what is added.
    """

    said: str
    unit: str
    form: str = ""
    pattern: str = ""
    weights: tuple[float, ...] = ()
    offset: float = 0.0

    @property
    def kind(self) -> Kind:
        """Days are dates, whatever else is counted are numbers."""
        return "date" if self.unit == "days" else "number"

    @property
    def named(self) -> bool:
        """Whether months stand there by name."""
        return "M%m" in self.form

    def values(self, cells: pd.Series) -> np.ndarray:
        """Return texts as numbers, NaN for whatever is written in another way."""
        if self.form:
            named = ways.month_numbers(cells) if self.named else cells
            return ways.dates(named, self.form, self.unit)
        return ways.durations(cells, self.pattern, self.weights, self.offset)


COMPACT_DATES: Final = Way("dates, read as year, month, day", "days", "%Y%m%d")
_DATE_NAME: Final = re.compile(r"(?i)date|datum|\b(day|tag|jour|fecha|data|ymd)\b")
ISO_DATES: Final = Way("dates", "days", "ISO8601")

_D, _H, _M = r"(?P<d>\d+)", r"(?P<h>\d{1,4})", r"(?P<m>[0-5]?\d)"
_S: Final = r"(?P<s>\d+(?:[.,]\d+)?)"
_DURATIONS: Final = (
    Way("hours:minutes", "minutes", pattern=r"(?P<h>\d{1,4}):(?P<m>[0-5]\d)", weights=(60, 1)),
    Way(
        "hours:minutes:seconds", "seconds", weights=(86400, 3600, 60, 1),
        pattern=rf"(?:{_D} ?days?,? )?{_H}:(?P<m>[0-5]\d):(?P<s>[0-5]\d(?:[.,]\d+)?)",
    ),
    Way(
        "minutes:seconds", "seconds", pattern=r"(?P<m>\d{1,4}):(?P<s>[0-5]\d[.,]\d+)", weights=(60, 1)
    ),
    Way("hours and minutes", "minutes", pattern=rf"{_H} ?h ?{_M}(?: ?min)?", weights=(60, 1)),
    Way(
        "durations", "seconds", weights=(86400, 3600, 60, 1),
        pattern=rf"(?=\d)(?:{_D} ?(?:d|days?|Tage?)\.?,? ?)?(?:{_H} ?(?:h|hrs?|hours?|Std)\.?,? ?)?"
        rf"(?:(?P<m>\d+) ?(?:m|mins?|minutes?)\.?,? ?)?(?:{_S} ?(?:s|secs?|seconds?)\.?)?",
    ),
    Way(
        "durations", "seconds", weights=(86400, 3600, 60, 1),
        pattern=rf"P(?:{_D}D)?(?:T(?:{_H}H)?(?:(?P<m>\d+)M)?(?:{_S}S)?)?",
    ),
    Way(
        "quarters", "months", pattern=r"(?P<y>\d{4})[- ]?Q(?P<q>[1-4])", weights=(12, 3), offset=-23643
    ),
    Way(
        "quarters", "months", pattern=r"Q(?P<q>[1-4])[- /]?(?P<y>\d{4})", weights=(3, 12), offset=-23643
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """Numbers that may be read in two ways.

    Attributes
    ----------
    cells : tuple of str
        Up to three of them.
    taken, other : Written
        The way in which they were read, and the other one.
    settled : bool
        Whether they were read as numbers at all.
    """

    cells: tuple[str, ...]
    taken: Written
    other: Written
    settled: bool = True

    def readings(self) -> list[tuple[str | float, ...]]:
        """Return every cell with what it is in either way."""
        ways_of = (self.taken, self.other)
        return [(cell, *(float(way.plain(cell) or "nan") for way in ways_of)) for cell in self.cells]


@dataclass(frozen=True)
class Rule:
    """How one column was read, which new rows of the same table follow."""

    kind: Kind
    written: Written | None = None
    way: Way | None = None
    missing: frozenset[str] | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class How:
    """What is known about a column beside its own cells.

    Attributes
    ----------
    decimal, sure
        The file's decimal sign, and whether anything speaks for it.
    forced : str or None
        The decimal sign that was chosen by hand.
    doubtful : bool
        Whether groups of three after that sign alone leave a doubt.
    thousands : str or None
        The sign between thousands that was chosen by hand, "" for none.
    day_first : bool or None
        Order of day and month that was chosen by hand.
    missing : tuple of str, or None
        Words for missing values that were chosen by hand.
    rule : Rule or None
        How the same column was read in another table.
    chosen : Written, None or False
        How its numbers are written by choice, None for not at all; False where nothing was chosen.
    """

    decimal: str = "."
    sure: bool = True
    forced: str | None = None
    doubtful: bool = False
    thousands: str | None = None
    day_first: bool | None = None
    missing: tuple[str, ...] | None = None
    rule: Rule | None = None
    chosen: Written | Literal[False] | None = False


@dataclass
class Plain:
    """What the plain numbers of a column are like: how many, whole, broken, the largest whole one."""

    count: int = 0
    whole: int = 0
    broken: int = 0
    largest: float = 0.0
    some: set[float] = field(default_factory=set)

    def add(self, numbers: np.ndarray, times: np.ndarray | None = None) -> None:
        """Take more numbers; `times` says how often each stands there."""
        whole = numbers == np.round(numbers)
        times = np.ones(len(numbers), dtype=int) if times is None else times
        self.count += int(times.sum())
        self.some.update(numbers[:_SOME].tolist() if len(self.some) < _SOME else ())
        self.whole += int(times[whole].sum())
        self.broken += int(times[~whole].sum())
        if whole.any():
            self.largest = max(self.largest, float(np.abs(numbers[whole]).max()))


@dataclass(frozen=True)
class Decision:
    """What a column holds.

    Attributes
    ----------
    kind : str
    written : Written or None
        How odd numbers are written.
    way : Way or None
        How texts become numbers otherwise.
    missing : frozenset of str
        Texts that stand for a missing value.
    kept : tuple of str
        Words such as "none" that are frequent and so one of its texts.
    suspects : tuple of str
        Words but for which it would be a column of numbers.
    doubt : Doubt or None
    """

    kind: Kind
    written: Written | None = None
    way: Way | None = None
    missing: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    doubt: Doubt | None = None

    def values(self, texts: Sequence[str], decimal: str) -> np.ndarray:
        """Return texts as numbers, NaN for whatever is none, shape (n_texts,)."""
        cells = pd.Series(list(texts), dtype=object)
        if self.way is not None:
            return self.way.values(cells)
        values = ways.plain(cells, decimal)
        if self.written is not None:
            better = ways.signed(cells, self.written.pattern, self.written.left_out, self.written.decimal)
            values = np.where(np.isnan(better), values, better)
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
    if how.rule is not None and how.rule.kind != "empty":
        return _by_rule(texts, plain, how.rule, how)
    if how.missing is None:
        gone = {text: count for text, count in texts.items() if text.lower() in MISSING}
    else:
        chosen = {word.lower() for word in how.missing}
        gone = {text: count for text, count in texts.items() if text.lower() in chosen}
    rest = {text: count for text, count in texts.items() if text not in gone}
    sorted_texts = _Texts(gone, rest, plain)
    if not sorted_texts.present:
        return Decision("empty", missing=frozenset(gone))
    found = _as_numbers(sorted_texts, how) or _as_time(sorted_texts, how)
    if found is not None:
        return replace(found, missing=found.missing | frozenset(gone))
    return _as_texts(sorted_texts, how)


def compact_dates(name: str, numbers: np.ndarray) -> np.ndarray | None:
    """Return numbers such as 20240131 as days, where the column is called a date and all are; else None."""
    present = numbers[~np.isnan(numbers)]
    if (
        not _DATE_NAME.search(name)
        or not len(present)
        or present.min() < 19000101
        or present.max() > 21001231
    ):
        return None
    cells = pd.Series([None if np.isnan(value) else f"{value:.0f}" for value in numbers], dtype=object)
    days = COMPACT_DATES.values(cells)
    return days if np.isnan(days).sum() == np.isnan(numbers).sum() else None


def _by_rule(texts: Mapping[str, int], plain: Plain, rule: Rule, how: How) -> Decision:
    """Read a column as another one was read; where none of it fits, as it would be read by itself."""
    gone = frozenset(
        text for text in texts
        if (text in rule.missing if rule.missing is not None else False)
        or (text.lower() in MISSING and text not in rule.words)
    )  # fmt: skip
    if rule.kind in ("text", "many"):
        return Decision("text", missing=gone)
    taken = Decision(rule.kind, rule.written, rule.way, gone)
    asked = [text for text in texts if text not in gone and _DIGIT.search(text)]
    values = taken.values(asked, how.decimal)
    if asked and (np.isnan(values).all() or (rule.written is not None and np.isnan(values).any())):
        return decide(texts, plain, replace(how, rule=None))
    return taken if asked else replace(taken, written=None)


def _as_numbers(texts: _Texts, how: How) -> Decision | None:
    """Return the decision for a column of numbers, perhaps with slips of the pen; None where it is none."""
    written, doubt, fit = _way_of_writing(texts, how)
    if doubt is not None and not doubt.settled:
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
    if how.chosen and all(how.chosen.plain(cell) is not None for cell in odd):
        return how.chosen, None, sum(texts.digits.values())
    with_minus = ways.with_minus(pd.Series(list(odd), dtype=object)).tolist()
    mixed = texts.plain.count or any(old == new for old, new in zip(odd, with_minus, strict=True))
    spelled = with_minus if mixed else list(odd)
    fitting = [way for way in ways_of_writing(spelled, decimal=how.decimal) if _suits(way, texts.plain, how)]
    if not fitting:
        return None, None, _plain_among(texts, how)
    chosen, other, sure = _choose(fitting, spelled, texts.plain, how)
    count = sum(texts.digits.values())
    if other is None:
        return _unless_plain(chosen, odd, how), None, count
    cells = tuple([cell for cell in odd if _GROUPS.search(cell)][:3])
    bare = not (chosen.before or chosen.after)
    if not sure and not bare and not how.sure:
        return None, Doubt(cells, chosen, other, settled=False), 0
    doubt = None if sure else Doubt(cells, chosen, other)
    return _unless_plain(replace(chosen, sure=sure), odd, how), doubt, count


def _plain_among(texts: _Texts, how: How) -> int:
    """Count cells that are plain numbers though they looked as if they might be grouped."""
    if not texts.digits:
        return 0
    values = ways.plain(pd.Series(list(texts.digits), dtype=object), how.decimal)
    return int(np.array(list(texts.digits.values()))[~np.isnan(values)].sum())


def _suits(way: Written, plain: Plain, how: How) -> bool:
    """Whether a way of writing goes with the plain numbers of its column and with what was chosen."""
    if how.forced is not None and way.decimal != how.forced:
        return False
    if how.thousands is not None and way.thousands not in ("", how.thousands):
        return False
    if plain.count and (way.before or way.after):
        return False
    return not (plain.broken and way.decimal != how.decimal)


def _unless_plain(way: Written, odd: Mapping[str, int], how: How) -> Written | None:
    """Return None for a way that says no more than the file's decimal sign does."""
    says_more = way.before or way.after or way.decimal != how.decimal
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
    return grouped, broken, False


def _as_time(texts: _Texts, how: How) -> Decision | None:
    """Return the decision for a column of dates, times or durations; None where it is none."""
    if texts.plain.count > (1 - NUMBER_SHARE) * texts.present or not texts.digits:
        return None
    if sum(texts.digits.values()) < NUMBER_SHARE * texts.present:
        return None
    tried = dict(list(texts.digits.items())[:_MOST_TRIED])
    if not any(map(_TIME_LIKE.match, list(tried)[:10])):
        return None
    cells = pd.Series(list(tried), dtype=object)
    counts = np.array(list(tried.values()))
    best, most = None, NUMBER_SHARE * texts.present * counts.sum() / sum(texts.digits.values())
    for way in _likely_ways(cells, how):
        try:
            fits = int(counts[~np.isnan(way.values(cells))].sum())
        except (ValueError, OverflowError):
            continue
        if fits > most or (best is None and fits == most):
            best, most = way, float(fits)
    return None if best is None else Decision(best.kind, way=best)


def _likely_ways(cells: pd.Series, how: How) -> list[Way]:
    """Return the ways of writing dates and durations that are worth trying on some texts."""
    probe = cells.iloc[:: max(1, len(cells) // 40)]
    if len(probe) and probe.str.fullmatch(_CLOCK.pattern, na=False).mean() > 0.5:
        seconds = probe.iloc[0].count(":") == 2
        return [Way("times of the day", "minutes", "%I:%M:%S %p" if seconds else "%I:%M %p")]
    durations = [way for way in _DURATIONS if (probe.str.fullmatch(way.pattern, na=False)).mean() > 0.5]
    if durations:
        return durations
    named = ways.month_numbers(probe)
    if named.str.contains(_DATE_LIKE.pattern, na=False).mean() <= 0.5:
        return []
    if named.str.match(_YEAR_MONTH.pattern, na=False).mean() > 0.5:
        return [Way("months", "months", form) for form in _MONTHS]
    time = _time_of_day(named)
    forms = _NAMED_DATES if named.str.contains(r"M\d\d", regex=True).mean() > 0.5 else _DATES
    said = {True: "dates, read as day, month, year", False: "dates, read as month, day, year", None: "dates"}
    found = []
    for form in forms:
        order = None if "M%m" in form or "%d" not in form else form.find("%d") < form.find("%m")
        order = None if form.startswith("%Y") else order
        if how.day_first is None or order in (None, how.day_first):
            found.append(Way(said[order], "days", form if form == "ISO8601" else form + time))
    return found


def _time_of_day(cells: pd.Series) -> str:
    """Return the form of what stands behind the dates."""
    for cell in cells:
        found = _TIME.search(cell)
        if found:
            gap = cell[found.start() : found.start(1)]
            hour, half = ("%I", " %p" if found[4].startswith(" ") else "%p") if found[4] else ("%H", "")
            return f"{gap}{hour}:%M{':%S' if found[2] else ''}{'.%f' if found[3] else ''}{half}"
    return ""


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
        if count >= _FEW and (count >= _FREQUENT * present or count >= 0.5 * usual)
    )
    return Decision("text", missing=frozenset(texts.gone) - set(kept), kept=kept, suspects=suspects)


def _suspects(texts: _Texts, how: How) -> tuple[str, ...]:
    """Return the few words without which the column would be one of numbers: tried, not guessed."""
    words = tuple(texts.words)
    if not 0 < len(words) <= _FEW:
        return ()
    others = {text: count for text, count in texts.rest.items() if text not in texts.words}
    alone = _as_numbers(_Texts({}, others, texts.plain), how) if others or texts.plain.count else None
    said = sum(texts.words.values())
    different = len(texts.plain.some) + len(texts.digits)
    if different <= 2 * len(words):
        return ()  # a few numbers and a few words are classes
    return words if alone is not None and alone.kind == "number" and said <= 0.7 * texts.present else ()
