"""Dates, times and durations in one cell of a table, as numbers: days, months, minutes or seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

_MONTH_NAMES: Final = (
    "january januar janvier enero gennaio janeiro januari января",
    "february februar février fevrier febrero febbraio fevereiro februari февраля",
    "march märz maerz mrz mars marzo março marco maart mrt marts mart марта",
    "april avril abril aprile апреля",
    "may mai mayo maggio maio mei maj мая май",
    "june juni juin junio giugno junho июня июнь",
    "july juli juillet julio luglio julho июля июль",
    "august août aout agosto augustus augusti августа",
    "september septembre septiembre setiembre settembre setembro сентября",
    "october oktober octobre octubre ottobre outubro октября",
    "november novembre noviembre novembro ноября",
    "december dezember décembre decembre diciembre dicembre dezembro desember декабря",
)
MONTHS = {
    name[:end]: number
    for number, names in enumerate(_MONTH_NAMES, start=1)
    for name in names.split()
    for end in range(3, len(name) + 1)
    if name[:end] != "jui"  # June and July begin so in French
}
"""Names of months and how they begin, three letters at least, in English, German, French, Spanish, Italian,
Portuguese, Dutch, Swedish, Danish, Norwegian and Russian."""
ORDINAL: Final = r"(?<=\d)(?:st|nd|rd|th|er)(?![^\W\d_])"
"""What stands behind the first, second, third or fourth day of a month."""

ISO: Final = "ISO8601"
"""The form of dates such as 2024-01-31 or 2024-01-31T12:30, as `pandas.to_datetime` calls it."""

_EPOCH: Final = datetime(1970, 1, 1)
_ISO_CELL: Final = re.compile(
    r"(\d{4})[-/. ]?(\d{1,2})(?:[-/. ]?(\d{1,2}))?"
    r"(?:[T ]+(\d{1,2})(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?)?\s*(Z|[-+]\d\d:?(?:\d\d)?)?"
)
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_MONTH_NAME: Final = re.compile(
    rf"(?i)(?<![^\W\d_])({'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![^\W\d_])\.?"
)


@dataclass(frozen=True)
class Duration:
    """How a duration is written."""

    said: str
    """What it is, for a sentence."""
    unit: str
    """In what it is counted."""
    pattern: str
    """The regular expression that a whole cell matches; its groups are the parts."""
    weights: tuple[float, ...]
    offset: float = 0.0
    """`weights` and `offset`: what each part counts, and what is added."""


_D, _H, _M = r"(?P<d>\d+)", r"(?P<h>\d{1,4})", r"(?P<m>[0-5]?\d)"
_YEAR: Final = 365.2425 / 7  # weeks of a year
_FOOT, _INCH = "['′’]", "(?:\"|″|”|'')"
_DEGREES: Final = (
    rf"(?P<{{0}}d>\d{{{{1,3}}}}) ?° ?(?P<{{0}}m>[0-5]?\d(?:\.\d+)?) ?{_FOOT} ?"
    rf"(?:(?P<{{0}}s>[0-5]?\d(?:[.,]\d+)?) ?{_INCH})? ?"
)
_S: Final = r"(?P<s>\d+(?:[.,]\d+)?)"
DURATIONS: Final = {
    "h:m": Duration("hours:minutes", "minutes", r"\+?(?P<h>\d{1,4}):(?P<m>[0-5]\d)", (60, 1)),
    "h:m:s": Duration(
        "hours:minutes:seconds", "seconds",
        rf"\+?(?:{_D} ?days?,? )?{_H}:(?P<m>[0-5]\d):(?P<s>[0-5]\d(?:[.,]\d+)?)", (86400, 3600, 60, 1),
    ),
    "m:s": Duration("minutes:seconds", "seconds", r"\+?(?P<m>\d{1,4}):(?P<s>[0-5]\d[.,]\d+)", (60, 1)),
    "h m": Duration("hours and minutes", "minutes", rf"{_H} ?h ?{_M}(?: ?min)?", (60, 1)),
    "words": Duration(
        "durations", "seconds",
        rf"(?=\d)(?:{_D} ?(?:d|days?|Tage?)\.?,? ?)?(?:{_H} ?(?:h|hrs?|hours?|Std)\.?,? ?)?"
        rf"(?:(?P<m>\d+) ?(?:m|mins?|minutes?)\.?,? ?)?(?:{_S} ?(?:s|secs?|seconds?)\.?)?",
        (86400, 3600, 60, 1),
    ),
    "ISO": Duration(
        "durations", "seconds", rf"P(?:{_D}D)?(?:T(?:{_H}H)?(?:(?P<m>\d+)M)?(?:{_S}S)?)?",
        (86400, 3600, 60, 1),
    ),
    "year quarter": Duration("quarters", "months", r"(?P<y>\d{4})[- ]?Q(?P<q>[1-4])", (12, 3), -23643),
    "quarter year": Duration("quarters", "months", r"[QT](?P<q>[1-4])[- /]?(?P<y>\d{4})", (3, 12), -23643),
    "quarter name": Duration(
        "quarters", "months", r"(?P<q>[1-4])\.? ?(?:Quartal|[Tt]rimestre|[QT])[- /]?(?P<y>\d{4})",
        (3, 12), -23643,
    ),
    "year week": Duration(
        "weeks", "weeks", r"(?P<y>\d{4})[- /]?(?:W|KW|CW) ?(?P<w>[0-5]?\d)", (_YEAR, 1), -1970 * _YEAR
    ),
    "week year": Duration(
        "weeks", "weeks", r"(?:W|KW|CW) ?(?P<w>[0-5]?\d)[- /](?P<y>\d{4})", (1, _YEAR), -1970 * _YEAR
    ),
    "feet": Duration(
        "feet and inches", "inches",
        rf"(?=[3-8]{_FOOT}|.*{_INCH})(?P<f>\d{{1,2}}){_FOOT} ?(?P<i>(?:1[01]|\d)(?:\.\d+)?) ?{_INCH}?",
        (12, 1),
    ),
    "m′s″": Duration(
        "minutes and seconds", "seconds",
        rf"(?P<m>\d{{1,3}}){_FOOT} ?(?P<s>[0-5]\d(?:[.,]\d+)?) ?{_INCH}", (60, 1)
    ),
    "degrees": Duration(
        "degrees, minutes and seconds", "degrees",
        rf"{_DEGREES.format('')}[NE]|{_DEGREES.format('s')}[SW]",
        (1, 1 / 60, 1 / 3600, -1, -1 / 60, -1 / 3600),
    ),
}  # fmt: skip
"""Ways of writing durations, those that say more first."""


def duration_value(cell: str, duration: Duration) -> float | None:
    """Return a duration in its unit, None where the cell is written in another way."""
    found = re.fullmatch(duration.pattern, cell)
    if found is None or not any(found.groups()):
        return None
    total = 0.0
    for part, weight in zip(found.groups(), duration.weights, strict=True):
        total += float((part or "0").replace(",", ".")) * weight
    return total + duration.offset


def date_value(cell: str | date, form: str, unit: str) -> float | None:
    """Return a date in days or months since January 1970, or a time in minutes since midnight.

    Parameters
    ----------
    cell : str, date or datetime
    form : str
        As `pandas.to_datetime` takes it; names of months stand for ``M%m``.
    unit : str
        "days", "months" or "minutes".
    """
    stamp = _stamp(cell, form)
    if stamp is None:
        return None
    if unit == "months":
        return float(stamp.year * 12 + stamp.month - 23641)
    if unit == "minutes":
        return (stamp - stamp.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(minutes=1)
    return (stamp - _EPOCH) / timedelta(days=1)


def _stamp(cell: str | date, form: str) -> datetime | None:
    if isinstance(cell, datetime):
        return _without_zone(cell)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    if form == ISO:
        return _iso(cell)
    if "M%m" in form:
        cell = with_month_numbers(cell)
    try:
        return _without_zone(datetime.strptime(cell, form))
    except ValueError:
        return None


def _iso(cell: str) -> datetime | None:
    found = _ISO_CELL.fullmatch(cell)
    if found is None:
        return None
    *parts, fraction, zone = found.groups()
    numbers = [int(part or default) for part, default in zip(parts, (1, 1, 1, 0, 0, 0), strict=True)]
    year, month, day, hour, minute, second = numbers
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        stamp = datetime(year, month, day, hour, minute, second, micro)
    except ValueError:
        return None
    if zone in (None, "Z"):
        return stamp
    digits = zone[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return stamp + shift if zone.startswith("-") else stamp - shift


def _without_zone(stamp: datetime) -> datetime:
    return stamp if stamp.tzinfo is None else stamp.astimezone(UTC).replace(tzinfo=None)


@lru_cache(maxsize=1024)
def with_month_numbers(cell: str) -> str:
    """Return a text with names of months as M01 to M12, and days without what makes ordinals of them.

    Examples
    --------
    >>> with_month_numbers("3. März 2024")
    '3. M03 2024'
    """
    if not _LETTERS.search(cell):
        return cell
    named = _MONTH_NAME.sub(lambda found: f"M{MONTHS[found[1].lower()]:02d}", cell)
    return re.sub(ORDINAL, "", named)
