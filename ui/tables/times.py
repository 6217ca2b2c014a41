"""Dates, times and durations: how they may be written, and which ways are worth trying on some texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from nncore.data.cell_times import DURATIONS, ISO, with_month_numbers
from ui.tables import cells as ways

_DATE_LIKE: Final = re.compile(r"\d{1,4}[-/. ,年]+M?\d{1,2}|M\d\d[ .,/-]|\d{1,4}M\d\d")
TIME_LIKE: Final = re.compile(
    r"\+?\d{1,4} ?([-/.:,hdmsTMQ年'′’°]|Std|Tage|[^\W\d_]{3,10}\.?[ ,\d]|de )"
    r"|PT?\d|[QT][1-4]|(W|KW|CW) ?\d|([^\W\d_]{2,10}\.?,? )?[^\W\d_]{3,10}\.?,?[ /-] ?\d"
)
_TIME: Final = re.compile(
    r"[ T,]+(\d{1,2}:\d\d)(:\d\d)?([.,]\d+)?( ?[AaPp]\.?[Mm]\.?)?( (?:GMT)?[-+]\d\d:?\d\d)?$"
)
_DATES: Final = (
    ISO, "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d/%m/%y", "%d-%m-%y", "%m/%d/%y", "%m-%d-%y", "%Y-%d-%m", "%Y年%m月%d日",
)  # fmt: skip
_NAMED_DATES: Final = (
    "%d-M%m-%Y", "%d M%m %Y", "%d. M%m %Y", "%d de M%m de %Y", "%d de M%m %Y", "M%m %d, %Y", "M%m %d %Y",
    "%d M%m, %Y", "%d-M%m-%y", "%d M%m %y",
    "%dM%m%Y", "%d/M%m/%Y", "%Y-M%m-%d", "%Y M%m %d", "%A, %d M%m %Y", "%a, %d M%m %Y", "%A, M%m %d, %Y",
    "%a, M%m %d, %Y", "%a M%m %d %Y", "%a M%m %d %H:%M:%S %Y", "%a M%m %d %H:%M:%S %z %Y",
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
    "M%m/%Y",
    "M%m/%y",
)
_YEAR_MONTH: Final = re.compile(r"\d{4}[-/]\d\d?$|\d{4} ?M\d\d$|\d\d?[-/]\d{4}$|M\d\d[- /]?(\d{4}|\d\d)$")
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d(:\d\d)? ?[AaPp]\.?[Mm]\.?$")
# What may stand behind every time of a column alike: a zone, or the German word for the time of the day.
_BEHIND: Final = re.compile(
    r" ?(?:UTC|GMT|BST|CET|CEST|MEZ|MESZ|EST|EDT|CST|CDT|MST|MDT|PST|PDT|MSK|IST|JST|KST)"
    r"(?:[+-]\d{1,2}(?::?\d\d)?)?(?: \(.+\))?$| ?Uhr$| \([^()]*[^\W\d_]\)$"
)
_HOUR: Final = re.compile(r"\d{1,2}([:.])\d\d(:\d\d)?$")


@dataclass(frozen=True)
class Way:
    """How texts are turned into numbers, where they are no written numbers."""

    said: str
    """What they are, for a sentence."""
    unit: str
    """In what they are counted."""
    form: str = ""
    """The form of dates as `pandas.to_datetime` takes it, or ""."""
    pattern: str = ""
    weights: tuple[float, ...] = ()
    offset: float = 0.0
    """`pattern`, `weights` and `offset`: parts of a duration, what each of them counts, and what is added."""

    @property
    def kind(self) -> Literal["number", "date"]:
        """Days are dates, whatever else is counted are numbers."""
        return "date" if self.unit == "days" else "number"

    @property
    def named(self) -> bool:
        """Whether months stand there by name."""
        return "M%m" in self.form

    @property
    def either(self) -> bool:
        """Whether day and month stand in front, as numbers, in an order that differs from land to land."""
        return self.form[:5] in ("%d/%m", "%m/%d", "%d-%m", "%m-%d")

    def values(self, cells: pd.Series) -> np.ndarray:
        """Return texts as numbers, NaN for whatever is written in another way."""
        if self.form == ISO and (days := _plain_days(cells)) is not None:
            return days
        if self.form:
            named = ways.month_numbers(cells) if self.named else cells
            return ways.dates(named, self.form, self.unit)
        return ways.durations(cells, self.pattern, self.weights, self.offset)


def _plain_days(cells: pd.Series) -> np.ndarray | None:
    """Return dates such as 2024-01-31 as days, as NumPy reads them; None where any is not."""
    texts = cells.to_list()
    try:
        signs = "".join(texts)
    except TypeError:
        return None  # a gap
    dashes = signs[4::10] + signs[7::10]
    if set(map(len, texts)) != {10} or dashes != "-" * len(dashes):
        return None
    try:
        return np.array(texts, dtype="datetime64[D]").astype(float)
    except ValueError:
        return None


_COMPACT: Final = {6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_DATE_NAME: Final = re.compile(
    r"(?i)date|datum|month|monat|period|yyyymm|\b(day|tag|jour|fecha|data|ymd|mois|mes|ym)\b"
)

_DURATIONS: Final = tuple(
    Way(how.said, how.unit, pattern=how.pattern, weights=how.weights, offset=how.offset)
    for how in DURATIONS.values()
)


def compact_dates(name: str, numbers: np.ndarray) -> tuple[np.ndarray, Way] | None:
    """Return numbers such as 20240131 as days, 202401 as months, where the column is called so; else None.

    `numbers` has shape (n_rows,); hours, minutes and seconds may follow.
    """
    present = numbers[~np.isnan(numbers)]
    form = _COMPACT.get(len(f"{present[0]:.0f}"), "") if len(present) and _DATE_NAME.search(name) else ""
    years = present // 10.0 ** (len(f"{present[0]:.0f}") - 4) if form else present
    if not form or years.min() < 1900 or years.max() > 2100:
        return None
    months = form == "%Y%m"
    way = Way("months", "months", form) if months else Way("dates, read as year, month, day", "days", form)
    cells = pd.Series([None if np.isnan(value) else f"{value:.0f}" for value in numbers], dtype=object)
    days = way.values(cells)
    return (days, way) if np.isnan(days).sum() == np.isnan(numbers).sum() else None


def likely_ways(cells: pd.Series, *, day_first: bool | None) -> list[Way]:
    """Return the ways of writing dates and durations that are worth trying on some texts.

    Parameters
    ----------
    cells : pandas.Series
        Different texts of a column, shape (n,).
    day_first : bool or None
        Order of day and month that was chosen by hand.
    """
    probe = [cell for cell in cells.iloc[:: max(1, len(cells) // 40)] if isinstance(cell, str)]
    behind = _behind(probe)
    probe = [cell.removesuffix(behind) for cell in probe]
    if clock := _clock(probe, bare=bool(behind)):
        more = f" ({behind.strip()})" if behind else ""
        return [Way(f"times of the day{more}", "minutes", clock + behind)]
    durations = [way for way in _DURATIONS if _mostly(re.compile(way.pattern).fullmatch, probe)]
    if durations:
        return durations
    named = [with_month_numbers(cell) for cell in probe]
    if not _mostly(_DATE_LIKE.search, named):
        return []
    if _mostly(_YEAR_MONTH.match, named):
        if len({cell[:3] for cell in named}) == 1 and _mostly(re.compile(r"M\d\d[- /]?\d\d$").match, named):
            return []  # a word before numbers rather than one month of many years
        return [Way("months", "months", form) for form in _MONTHS]
    time = _time_of_day(named) + behind
    forms = _NAMED_DATES if _mostly(re.compile(r"M\d\d").search, named) else _DATES
    said = {True: "dates, read as day, month, year", False: "dates, read as month, day, year", None: "dates"}
    found = []
    for usual in forms:
        form = "%Y-%m-%d" if usual == ISO and (behind or ",%f" in time) else usual
        order = None if "M%m" in form or "%d" not in form else form.find("%d") < form.find("%m")
        order = None if form.startswith("%Y") else order
        if day_first is None or order in (None, day_first):
            found.append(Way(said[order], "days", form if form == ISO else form + time))
    return found


def _clock(cells: Sequence[str], *, bare: bool) -> str:
    """Return the form of times of the day, "" where they are none; `bare` ones have no AM or PM."""
    like = _CLOCK if _mostly(_CLOCK.fullmatch, cells) else _HOUR
    if like is _HOUR and not (bare and _mostly(like.fullmatch, cells)):
        return ""
    first = next(cell for cell in cells if like.fullmatch(cell))
    sign = "." if "." in first[:3] else ":"
    seconds = ":%S" if len(re.findall(r"\d\d?", first)) == 3 else ""
    return f"%I:%M{seconds} %p" if like is _CLOCK else f"%H{sign}%M{seconds}"


def _behind(cells: Sequence[str]) -> str:
    """Return what stands behind every time of some cells alike, "" where nothing does."""
    found = _BEHIND.search(cells[0]) if cells else None
    return found[0] if found and all(cell.endswith(found[0]) for cell in cells) else ""


def _mostly(like: Callable[[str], object], cells: Sequence[str]) -> bool:
    """Whether more than half of some cells are like that."""
    return 2 * sum(1 for cell in cells if like(cell)) > len(cells)


def _time_of_day(cells: Iterable[str]) -> str:
    """Return the form of what stands behind the dates."""
    for cell in cells:
        found = _TIME.search(cell)
        if found:
            gap = cell[found.start() : found.start(1)]
            fraction = f"{found[3][0]}%f" if found[3] else ""
            zone = found[5].rstrip("-+:0123456789") + "%z" if found[5] else ""
            hour, half = ("%I", " %p" if found[4].startswith(" ") else "%p") if found[4] else ("%H", "")
            return f"{gap}{hour}:%M{':%S' if found[2] else ''}{fraction}{half}{zone}"
    return ""
