"""Kinds of fields: how a setting is checked, read from an address, written into one.

A field knows its name, default, range or choices, label and help. Controls, address bar, validation,
scripts and tests read the same declaration (``FIELDS`` in ``nncore.experiment.fields``), so that nothing
about a setting is said twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

import numpy as np

from nncore.data.point_edits import MOST_EDITS, PointEdits
from nncore.experiment.formula import MAX_LENGTH, compile_formula

_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2},\d{3}\s*")
T = TypeVar("T")
LARGE = 1e5  # from here on a rounded number is written with its power of ten
MAX_TEXT = 400  # longest value of an address that is looked at, in characters


def shown(value: object) -> str:
    """Return `value` as a sentence quotes it: a number as typed, else its repr, cut where long.

    Examples
    --------
    >>> shown(-5.0), shown(1e9)
    ('-5', '1e9')
    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
    """
    if isinstance(value, float) and math.isfinite(value):
        return number_text(value)
    try:
        text = repr(value[:MAX_TEXT] if isinstance(value, str) else value)
    except Exception:  # a foreign object's repr may do anything; the sentence must still be said
        text = f"a {type(value).__name__}"
    return text if len(text) <= 43 else text[:40] + "..."


def written_as(text: str, names: Sequence[str]) -> str:
    """Return the name that was meant where only capitals, blanks and `_` differ, else the text itself.

    Examples
    --------
    >>> written_as("and", ["AND", "OR"]), written_as("rms prop", ["RMS_prop"]), written_as("nor", ["OR"])
    ('AND', 'RMS_prop', 'nor')
    """
    meant = [name for name in names if _letters(name) == _letters(text[: 2 * MAX_TEXT])]
    return meant[0] if len(meant) == 1 and text not in names else text


def _letters(name: str) -> str:
    return "".join(name.lower().replace("_", " ").split())


def _parts(text: str) -> list[str]:
    """Return what is joined by hyphens or commas; a text that is too long has no parts."""
    return re.split(r"\s*[-,]\s*", text.strip()) if len(text) <= MAX_TEXT else []


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> [number_text(value) for value in (0.03, 3e-4, 1.0, 100.0, 1e-8)]
    ['0.03', '3e-4', '1', '100', '1e-8']
    """
    text = repr(float(value)).removesuffix(".0")
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        return text
    sign, digits, exponent = Decimal(text).normalize().as_tuple()
    mantissa = "".join(map(str, digits))
    point = f"{mantissa[0]}.{mantissa[1:]}".removesuffix(".")
    scientific = f"{'-' if sign else ''}{point}e{int(exponent) + len(mantissa) - 1}"
    return min(text, scientific, key=len)


def rounded_text(value: float, digits: int = 3) -> str:
    """Return a number in so many digits, as the browser writes it.

    Examples
    --------
    >>> [rounded_text(value) for value in (0.1, 3.0, 0.00001, 0.123456, 99949.0, 123456.0, math.nan)]
    ['0.1', '3', '1e-5', '0.123', '99900', '1.23e5', 'nan']
    """
    short = f"{value:.{digits}g}"
    if not math.isfinite(value):
        return short
    if abs(float(short)) < LARGE:
        return number_text(float(short))
    mantissa, exponent = f"{float(short):e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def counted(n: int, unit: str, *, separator: str = "") -> str:
    """Return a count with its word, in the singular for one; `separator` parts the thousands.

    Examples
    --------
    >>> counted(1, "epoch"), counted(2000, "epoch"), counted(2000, "epoch", separator=",")
    ('1 epoch', '2000 epochs', '2,000 epochs')
    """
    return f"{n:{separator}} {unit}{'' if n == 1 else 's'}"


def read_number(text: str) -> float:
    """Return the number that somebody wrote, with a point or a decimal comma; NaN where it is none.

    A comma before just three digits may group thousands: what can be meant in two ways is not a number here.

    Examples
    --------
    >>> read_number(" 3e-4 "), read_number("0,1"), read_number("1,000"), read_number("1_0")
    (0.0003, 0.1, nan, nan)
    """
    if len(text) > MAX_TEXT or "_" in text or _THOUSANDS.fullmatch(text):
        return math.nan
    try:
        return float(text if "." in text else text.replace(",", ".", 1))
    except ValueError:
        return math.nan


@dataclass(frozen=True, kw_only=True)
class Field(Generic[T]):
    """One setting of an experiment, declared once."""

    name: str
    """Field of `Experiment`, key of the widget and of the address."""
    default: T
    """Value on the playground's first page; ``Experiment.default(data)`` has those of each problem."""
    label: str
    help: str
    """`label` and `help`: what a control is called, and one sentence for a student."""
    unit: str = ""
    """Unit of a number, "" for pure numbers."""
    kinds: tuple[str, ...] = ()
    """Kinds of data (``nncore.data.KINDS``) for which the setting matters; empty: all."""
    schedulers: tuple[str, ...] = ()
    """Schedulers for which it matters; empty: all."""

    @property
    def allowed(self) -> str:
        """Return what may be given, as the end of "must be ..."."""
        raise NotImplementedError

    def check(self, value: object) -> T:
        """Return `value` in the type of the field; ValueError with a sentence if it is not allowed."""
        raise NotImplementedError

    def parse(self, text: str) -> T:
        """Return the value that `text` of an address stands for; ValueError if there is none."""
        return self.check(text)

    def format(self, value: T) -> str:
        """Return the text of an address that `parse` reads back as `value`."""
        return str(value)

    def applies(self, *, kind: str, scheduler: str) -> bool:
        """Return whether the setting matters for that kind of data and that scheduler."""
        return (not self.kinds or kind in self.kinds) and (
            not self.schedulers or scheduler in self.schedulers
        )

    def refuse(self, given: object) -> ValueError:
        """Return the error that names the field, what is allowed, and what was given."""
        return ValueError(f"{self.name} must be {self.allowed}; got {shown(given)}.")


@dataclass(frozen=True, kw_only=True)
class Choice(Field[str]):
    """One name out of a list; `labels` are the words for each choice where the name is not enough."""

    choices: tuple[str, ...]
    labels: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def allowed(self) -> str:
        return f"one of {', '.join(self.choices)}"

    def check(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise self.refuse(value)
        return value

    def parse(self, text: str) -> str:
        return self.check(written_as(text, self.choices))


@dataclass(frozen=True, kw_only=True)
class Switch(Field[bool]):
    """On or off, `1` or `0` in an address."""

    @property
    def allowed(self) -> str:
        return "one of 0, 1"

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(value)
        return value

    def parse(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise self.refuse(text)
        return text == "1"

    def format(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True, kw_only=True)
class Real(Field[float]):
    """A finite number from `low` to `high`; `logarithmic` asks for a logarithmic slider.

    `zero` allows 0 below a positive `low`, for quantities that can be switched off.
    """

    low: float
    high: float
    logarithmic: bool = False
    zero: bool = False

    @property
    def allowed(self) -> str:
        off = "0 or " if self.zero else ""
        return f"{off}a number from {number_text(self.low)} to {number_text(self.high)}"

    def check(self, value: object) -> float:
        if isinstance(value, (bool, np.bool_)) or not isinstance(
            value, (int, float, np.integer, np.floating)
        ):
            raise self.refuse(value)
        if not (self.low <= value <= self.high or (self.zero and value == 0)):
            raise self.refuse(value)
        return float(value) + 0.0  # no negative zero: it would be another address for the same run

    def parse(self, text: str) -> float:
        number = read_number(text)
        if not math.isfinite(number):
            raise self.refuse(text)
        return self.check(number)

    def format(self, value: float) -> str:
        return number_text(value)


@dataclass(frozen=True, kw_only=True)
class Whole(Field[int | None]):
    """A whole number from `low` to `high`.

    `zero_means` is the word for 0 where that is special, which may be written instead.

    With `optional`, None stands for a number that is left open, "" in an address.
    """

    low: int
    high: int
    logarithmic: bool = False
    zero_means: str = ""
    optional: bool = False

    @property
    def allowed(self) -> str:
        left_open = "left empty or " if self.optional else ""
        word = f"{self.zero_means} or " if self.zero_means else ""
        return f"{left_open}{word}a whole number from {self.low} to {self.high}"

    def check(self, value: object) -> int | None:
        if self.optional and value is None:
            return None
        number = value
        if isinstance(value, (float, np.floating)) and float(value).is_integer():
            number = int(value)
        if isinstance(number, (bool, np.bool_)) or not isinstance(number, (int, np.integer)):
            raise self.refuse(value)
        if not self.low <= number <= self.high:
            raise self.refuse(value)
        return int(number)

    def parse(self, text: str) -> int | None:
        if self.zero_means and text.strip().casefold() == self.zero_means:
            return 0
        try:
            return self.check(read_number(text) if text.strip() or not self.optional else None)
        except ValueError:
            raise self.refuse(text) from None

    def format(self, value: int | None) -> str:
        return "" if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class Widths(Field[tuple[int, ...]]):
    """Widths of the hidden layers, `100-30` in an address; no layer at all is `none`."""

    max_layers: int
    max_width: int

    @property
    def allowed(self) -> str:
        return f"none or up to {self.max_layers} widths from 1 to {self.max_width} such as 100-30"

    def check(self, value: object) -> tuple[int, ...]:
        if isinstance(value, (str, bytes)) or not isinstance(value, (Sequence, np.ndarray)):
            raise self.refuse(value)
        if len(value) > self.max_layers:
            raise self.refuse(value)
        for width in value:
            whole = isinstance(width, (int, np.integer)) and not isinstance(width, (bool, np.bool_))
            if not whole or not 1 <= width <= self.max_width:
                raise self.refuse(value)
        return tuple(int(width) for width in value)

    def parse(self, text: str) -> tuple[int, ...]:
        if text.strip().casefold() == "none":
            return ()
        parts = _parts(text)
        if not parts or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
            raise self.refuse(text)
        try:
            return self.check(tuple(int(part) for part in parts))
        except ValueError:
            raise self.refuse(text) from None

    def format(self, value: tuple[int, ...]) -> str:
        return "-".join(str(width) for width in value) or "none"


@dataclass(frozen=True, kw_only=True)
class Names(Field[tuple[str, ...]]):
    """One or more names out of a list, `tanh-RELU` in an address."""

    choices: tuple[str, ...]
    most: int
    unique: bool = False
    labels: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def allowed(self) -> str:
        different = "different " if self.unique else ""
        return f"1 to {self.most} {different}names out of {', '.join(self.choices)}, joined by -"

    def check(self, value: object) -> tuple[str, ...]:
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise self.refuse(value)
        if not 1 <= len(value) <= self.most:
            raise self.refuse(value)
        if any(not isinstance(name, str) or name not in self.choices for name in value):
            raise self.refuse(value)
        if self.unique and len(set(value)) < len(value):
            raise self.refuse(value)
        return tuple(value)

    def parse(self, text: str) -> tuple[str, ...]:
        try:
            return self.check([written_as(part, self.choices) for part in _parts(text)])
        except ValueError:
            raise self.refuse(text) from None

    def format(self, value: tuple[str, ...]) -> str:
        return "-".join(value)


@dataclass(frozen=True, kw_only=True)
class Formula(Field[str]):
    """The text of an activation of one's own, in z."""

    @property
    def allowed(self) -> str:
        return f"a formula in z of at most {MAX_LENGTH} characters"

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse(value)
        try:
            return compile_formula(value).text
        except ValueError as error:
            raise ValueError(f"{self.name} must be {self.allowed}: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Pieces(Field[str]):
    """A text of several pieces; none of them is "", and `none` in an address."""

    def parse(self, text: str) -> str:
        return "" if text.strip().casefold() == "none" else self.check(text)

    def format(self, value: str) -> str:
        return str(value) or "none"


@dataclass(frozen=True, kw_only=True)
class Points(Pieces):
    """Points of a plane that were edited by hand, as the text of `nncore.data.point_edits`.

    No edit at all is "", and `none` in an address.
    """

    @property
    def allowed(self) -> str:
        return f"none or up to {MOST_EDITS} pieces such as r5, m12_0.1_-2 or a3_-0.5_1"

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse(value)
        try:
            return str(PointEdits.parse(value))
        except ValueError:
            raise self.refuse(value) from None
