"""How the numbers of a column are written: signs around them, between their thousands, before their decimals.

A column counts as numbers only where all of its cells that hold a digit are written in one and the same way,
and where that way leaves one reading. “12 %”, “€ 1,230.50” and “1 230,5” do; “1,230” alone may be a thousand
or a decimal, which only the rest of the file can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from nncore.data.spellings import SPELLINGS, respelled, rules_of, spellings_of

NUMBER_SHARE = 0.9
"""Share of the cells of a column from which on it is one of numbers, with slips of the pen."""

SPACES = " \u00a0\u2007\u2009\u202f"
"""Ordinary, no-break, figure, thin and narrow no-break space; each counts as a space."""
_THOUSANDS = {"": "", ",": ",", ".": ".", " ": SPACES, "'": "'’"}
_S = f"[{SPACES}]"
_MINUS = "−"
_SIGN = f"[-+{_MINUS}]?"
_CODES = "EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|NZD|BRL|MXN|ZAR|TRY|RUB|KRW|SGD|HKD"
_CURRENCY = rf"(?:[A-Z]{{1,2}})?[€$£¥₹₩₽¢₺₴₫₪]|{_CODES}"
# Without a space before it a unit might be part of a code, such as 4WD, so that only these are known.
_UNITS = (
    "x|×|kg|mg|g|km|cm|mm|m|m²|m³|ml|l|h|min|ms|s|kWh|kW|Hz|hp|PS|bhp|cc|lbs?|oz|ft|mi|mph|km/h|ha|kB|MB|GB|TB"
    "|MHz|GHz|mAh?|mV|Wh|Nm|rpm|kcal|kJ|[kh]?Pa|bar|psi|mmHg|bpm|dB|ppm|px|pts?|yrs?|pcs"
)
# In Chinese, Japanese and Korean no space stands before a unit; what multiplies is none.
_EASTERN = r"(?![万亿億])[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{1,3}"
_LETTERS = r"[^\W\d_]{1,12}[²³]?"
_AFTER = rf"%|‰|°[CF]?|{_CURRENCY}|{_UNITS}|{_EASTERN}|(?<={_S})(?!Uhr){_LETTERS}(?:/{_LETTERS})?"
_SHAPE = str.maketrans("12345678", "9" * 8)
_LIMITS = "<>=≤≥"
_LIMIT = "(?:[<>]=?|[≤≥])"
_CELL = re.compile(
    rf"(?:(?P<limit>{_LIMIT}){_S}*)?(?P<sign>{_SIGN}){_S}*(?:(?P<before>{_CURRENCY}){_S}*)?"
    rf"(?P<number>{_SIGN}(?=[.,]?\d)[\d.,](?:[\d.,'’]|{_S}(?=\d))*(?:[eE][-+]?\d+)?){_S}*(?P<after>{_AFTER})?"
)


@dataclass(frozen=True)
class Written:
    """How the numbers of one column are written."""

    before: str = ""
    after: str = ""
    """`before` and `after`: what stands before or after every one of them, "" for nothing."""
    decimal: str = "."
    """The decimal sign, "." or ","."""
    thousands: str = ""
    """What may stand between thousands: "", ",", ".", " " (any space) or "'"."""
    sure: bool = field(default=True, compare=False)
    """Whether the column itself leaves no other reading; else the rest of the file decided."""
    limits: bool = False
    """Whether "<" or ">" may stand before a number that is beyond what was measured; the limit is taken."""
    spellings: tuple[str, ...] = ()
    """What is brought into plain spelling first, names of `SPELLINGS`."""

    @cached_property
    def pattern(self) -> str:
        """The regular expression that a whole cell has to match."""
        point = re.escape(self.decimal)
        whole = r"\d+"
        if self.thousands:
            gap = f"[{_THOUSANDS[self.thousands]}]"
            # In India groups of two stand in front of the last one of three.
            lakhs = rf"|[1-9]\d?(?:{gap}\d\d)+{gap}\d{{3}}" if self.thousands == "," else ""
            whole = rf"(?:[1-9]\d{{0,2}}(?:{gap}\d{{3}})+{lakhs}|{whole})"
        number = rf"(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][-+]?\d+)?"
        sign, before = _SIGN, re.escape(self.before)
        limit = rf"(?:{_LIMIT}{_S}*)?" if self.limits else ""
        if self.before:
            sign = rf"(?:{_SIGN}{_S}*{before}|{before}{_S}*[-+{_MINUS}]){_S}*"
        return rf"{limit}{sign}{number}{_S}*{re.escape(self.after)}"

    @cached_property
    def _matches(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self.pattern).fullmatch

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """Regular expressions, and what stands for their matches before a cell is read."""
        return rules_of(self.spellings)

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Everything in a cell that is no part of the number."""
        around = (sign for sign in (self.before, self.after) if sign)
        return (
            *(_LIMITS if self.limits else ""),
            *around,
            *_THOUSANDS[self.thousands],
            *(space for space in SPACES if self.thousands != " "),
        )

    def plain(self, cell: str) -> str | None:
        """Return a cell as a number that `float` reads; None where it is written in another way.

        Examples
        --------
        >>> Written(before="€", decimal=",", thousands=".").plain("€ 1.230,50")
        '1230.50'
        >>> Written(after="%").plain("12")
        """
        cell = cell.strip()
        if self.spellings:
            cell = respelled(cell, self.spellings)
        if not self._matches(cell):
            return None
        for sign in self.left_out:
            cell = cell.replace(sign, "")
        return cell.strip().replace(self.decimal, ".").replace(_MINUS, "-")

    def words(self, cell: str, *, spelled: str = "") -> str:
        """Say what is left out of the numbers and how one of them, `cell`, is read then.

        `spelled` is that cell with its minus in front, where it is written in another way.
        """
        named = {" ": "the space", "'": "the apostrophe"}.get(self.thousands, f"“{self.thousands}”")
        parts = (
            (self.before, f"“{self.before}” before the number"),
            (self.after, f"“{self.after}” after the number"),
            (self.thousands, f"{named} between thousands"),
        )
        left_out = ", ".join(words for sign, words in parts if sign)
        if self.limits:
            left_out = f"{left_out}{', ' if left_out else ''}“<” or “>” before what is beyond a limit"
        read = f"“{cell.strip()[:40]}” is read as {float(self.plain(spelled or cell) or 0):.15g}."
        said = [
            f"{left_out}: left out" if left_out else "",
            *(SPELLINGS[name].told(cell) for name in self.spellings),
        ]
        return " ".join([*(f"{part}." for part in said if part), read])


def bare_number(cell: str) -> str:
    """Return the one number that a cell holds beside a currency, a unit or spaces; "" where there is none.

    Examples
    --------
    >>> bare_number("€ 1 230,5"), bare_number("5"), bare_number("about 5")
    ('1230,5', '', '')
    """
    part = _CELL.fullmatch(cell.strip())
    bare = re.sub(f"[{SPACES}'’]", "", part["number"]) if part and not part["limit"] else ""
    return "" if bare == cell.strip() else bare


def find_written(cells: Sequence[str], *, decimal: str, sure: bool = False) -> Written | None:
    """Find out how the numbers of a column are written.

    Parameters
    ----------
    cells : sequence of str
        The cells that hold something.
    decimal : str
        The decimal sign of the file, "." or ",".
    sure : bool
        Whether that is known; else it decides nothing where a column may be read in two ways.

    Returns
    -------
    Written or None
        None where the cells are no numbers, are written in several ways, or leave two readings.

    Examples
    --------
    >>> find_written(["12,5 %", "7 %"], decimal=".")
    Written(before='', after='%', decimal=',', thousands='', sure=True, limits=False, spellings=())
    >>> find_written(["€ 1,230", "€ 2,500"], decimal=".") is None
    True
    """
    cells = [cell.strip() for cell in cells]
    numbers = [cell for cell in cells if re.search(r"\d", cell)]
    if not numbers or len(numbers) < NUMBER_SHARE * len(cells):
        return None
    fitting = ways_of_writing(numbers, decimal=decimal)
    if not fitting:
        return None
    first = fitting[0]
    if len(fitting) == 1:
        return first
    return replace(first, sure=False) if sure and first.decimal == decimal else None


def ways_of_writing(numbers: Sequence[str], *, decimal: str) -> list[Written]:
    """Return the ways in which all numbers of a column may be written, as far as they read them differently.

    Parameters
    ----------
    numbers : sequence of str
        Cells that hold a digit.
    decimal : str
        The decimal sign of the file; the ways that have it come first.

    Examples
    --------
    >>> [way.plain("1,230") for way in ways_of_writing(["1,230", "2,500"], decimal=".")]
    ['1230', '1.230']
    """
    # One of each shape is enough: which digits stand there decides nothing, but a nought in front may.
    numbers = list(dict.fromkeys(number.strip().translate(_SHAPE) for number in numbers))
    parts = [_CELL.fullmatch(number) for number in numbers]
    around = {(part["before"] or "", part["after"] or "") if part else None for part in parts}
    if len(around) != 1 or (only := around.pop()) is None:
        return []
    limits = any(part["limit"] for part in parts if part)
    found: dict[tuple[float, ...], Written] = {}
    for written in _fitting(numbers, around=only, decimal=decimal, limits=limits):
        found.setdefault(tuple(float(written.plain(number) or "nan") for number in numbers), written)
    return list(found.values())


def respelled_ways(numbers: Sequence[str], *, decimal: str) -> list[Written]:
    """Return the ways as `ways_of_writing` does, after what people write beside numbers was made plain.

    Examples
    --------
    >>> respelled_ways(["755[2]", "1,230"], decimal=".")[0].plain("755[2]")
    '755'
    """
    spellings = spellings_of(numbers, _CELL)
    plain = [respelled(number, spellings) for number in numbers] if spellings else []
    return [replace(way, spellings=spellings) for way in ways_of_writing(plain, decimal=decimal)]


def _fitting(
    numbers: Sequence[str], *, around: tuple[str, str], decimal: str, limits: bool
) -> Iterator[Written]:
    """Yield the ways in which all numbers may be written, those with the file's decimal sign first."""
    for point in sorted(".,", key=lambda sign: sign != decimal):
        for thousands in _THOUSANDS:
            if thousands != point:
                written = Written(*around, point, thousands, limits=limits)
                if all(re.fullmatch(written.pattern, number) for number in numbers):
                    yield written
