"""One cell of a table as it stands there: a number, a date, a duration, or one of the texts of its column.

NumPy alone is needed, so that a copy of this module can be handed out beside a network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from nncore.data.cell_times import DURATIONS, ISO, date_value, duration_value
from nncore.data.number_format import Written, bare_number

MISSING: Final = frozenset(
    ("na", "n/a", "n.a.", "n.a", "#n/a", "#na", "nan", "null", "none", "nil", "<na>", "<null>",
     "(null)", "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#nv", "#wert!", "#bezug!",
     "#zahl!", "#n/d", "#valeur!", "#nom?", "\\n", "nat", "?", "-", "--", "---", "–", "—", ".", "..",
     "...", "…", ":", "k.a.", "n.d.",
     # What other spreadsheets, and those of other languages, write for an error.
     "#error!", "#spill!", "#calc!", "#field!", "#getting_data", *(f"err:{code}" for code in range(501, 541)),
     "#¡div/0!", "#¡valor!", "#¡ref!", "#¡num!", "#¡nulo!", "#¿nombre?", "#valor!", "#núm!", "#nome?",
     "#valore!", "#rif!", "#nombre!", "#nul!", "#null", "#waarde!", "#verw!", "#getal!", "#naam?",
     "#deel/0!", "#n/b", "#arg!", "#adr!", "#liczba!", "#nazwa?", "#dziel/0!", "#värdefel!", "#referens!",
     "#ogiltigt!", "#namn?", "#saknas!", "#division/0!", "#værdi!", "#reference!", "#navn?", "#i/t",
     "#verdi!", "#знач!", "#ссылка!", "#имя?", "#число!", "#дел/0!", "#пусто!", "#н/д",
     # What databases keep where there is no date, or none yet.
     "0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "00/00/0000", "9999-12-31", "9999-12-31 00:00:00",
     "31.12.9999", "31/12/9999", "12/31/9999")
)  # fmt: skip
"""What stands in a cell without a value, in small letters; where it is frequent among texts, one of them."""
MISSING_TEXT: Final = "(missing)"
"""What a missing text counts as."""

_PLAIN: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_ONE_GROUP: Final = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_LARGEST: Final = float(np.finfo(np.float32).max)

Cell = Any
"""A text as it stands in the file, a number, a date, or None."""
Value = tuple[float, str]
"""A number, NaN where there is none, and what was wrong."""


def label(cell: str, decimal: str, digits: int) -> str:
    """Return a text in its usual spelling: plain numbers and truth values may be written in several ways."""
    if cell.lower() in ("true", "false"):
        return cell.capitalize()
    number = cell.replace(decimal, ".", 1)
    if not re.fullmatch(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", number):
        return cell
    value = float(number)
    return f"{value:.{digits}g}" if abs(value) < float("inf") else cell


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers, dates or durations."""

    name: str
    fill: float
    """What stands for a missing value: the median of the training rows."""
    shift: float = 0.0
    factor: float = 1.0
    """`shift` and `factor`: how it is scaled, see `Preparation`."""
    written: Written | None = None
    """How its numbers are written where that is not plain."""
    time: str = ""
    """The form of its dates, or a key of `DURATIONS`; "" for numbers."""
    unit: str = ""
    """In what dates and durations are counted."""
    missing: tuple[str, ...] = ()
    """Words that stand for a missing value, beside the usual ones."""

    def value(self, cell: Cell, decimal: str) -> Value:
        """Return what a cell holds, and what was wrong with it."""
        number = self._of_python(cell) if not isinstance(cell, str) else self._of_text(cell.strip(), decimal)
        value, problem = number
        if any(_plain(word, ".") == value or _plain(word, ",") == value for word in self.missing):
            return np.nan, ""  # a number that says that nothing was measured
        if abs(value) > _LARGEST:
            return np.nan, f"“{short(cell)}” is infinite, or beyond 3.4e38"
        return value, problem

    def _of_python(self, cell: Cell) -> Value:
        if cell is None or cell != cell:
            return np.nan, ""
        if isinstance(cell, date):
            days = date_value(cell, ISO, self.unit) if self.unit else None
            return self._known(days, cell)
        try:
            return float(cell), ""
        except (TypeError, ValueError):
            return self._known(None, cell)

    def _of_text(self, text: str, decimal: str) -> Value:
        if not text or text in self.missing or text.lower() in MISSING:
            return np.nan, ""
        if self.time:
            return self._known(self._in_time(text), text)
        cell = with_minus(text)
        if self.written is not None and (found := self.written.plain(cell)) is not None:
            return float(found), ""
        value, around = self._as_it_stands(cell, decimal)
        if value is None:
            return self._known(None, text)
        # Nought needs no currency and no unit.
        if (not around or not value) and (
            not value or self.written is None or not (self.written.before or self.written.after)
        ):
            return value, ""
        return value, f"“{short(text)}” is not written like {self.how}: taken as it stands, {value:.15g}"

    def _as_it_stands(self, cell: str, decimal: str) -> tuple[float | None, bool]:
        """Read a number with other signs around it than the column has, and say whether there are any.

        The other decimal sign counts where it leaves no doubt.
        """
        for bare in (cell, bare_number(cell)):
            for sign in (decimal, "." if decimal == "," else ","):
                value = _plain(bare, sign) if bare else None
                if value is not None and (sign == decimal or not _ONE_GROUP.fullmatch(bare)):
                    return value, bare != cell
            if self.written is not None and bare:
                found = replace(self.written, before="", after="").plain(bare)
                if found is not None:
                    return float(found), bare != cell
        return None, False

    def _in_time(self, text: str) -> float | None:
        if self.time in DURATIONS:
            return duration_value(text, DURATIONS[self.time])
        value = date_value(text, self.time, self.unit)
        return date_value(text, ISO, self.unit) if value is None else value

    def _known(self, value: float | None, cell: Cell) -> Value:
        if value is not None:
            return value, ""
        what = "a date written as in the training table" if self.time else "a number"
        what = f"written as {DURATIONS[self.time].said}" if self.time in DURATIONS else what
        return np.nan, f"“{short(cell)}” is not {what}"

    @property
    def how(self) -> str:
        """How its cells are to be written, for a sentence."""
        if self.time in DURATIONS:
            return f"{DURATIONS[self.time].said}, counted in {self.unit}"
        if self.time:
            form = "%Y-%m-%d" if self.time == ISO else self.time.replace("M%m", "%b")
            return f"dates such as {datetime(2024, 1, 31, 12, 30).strftime(form)}, counted in {self.unit}"
        way = self.written
        if way is None or not (way.before or way.after or way.thousands):
            return "numbers"
        number = f"1{way.thousands}234" if way.thousands else "12"
        return f"numbers such as {f'{way.before} {number} {way.after}'.strip()}"

    def filled(self, problem: str) -> str:
        """Say what stands for a value that is not there."""
        fill = "" if self.time else f", {self.fill:.6g},"
        return f"{problem or 'is missing'}: the median of the training rows{fill} is taken"


@dataclass(frozen=True)
class TextColumn:
    """A column of texts, each of which is an input of its own."""

    name: str
    texts: tuple[str, ...]
    """The texts of the training rows, in the order of the inputs; `MISSING_TEXT` where one was missing."""
    missing: tuple[str, ...] = ()
    """Words that stand for a missing text."""
    kept: tuple[str, ...] = ()
    """Words that usually do, and are texts of this column."""
    decimal: str = "."
    """Decimal sign of the numbers among them."""
    digits: int = 15
    """How many of their digits count."""
    numbers: bool = False
    """Whether all of them are numbers, of which each is a class."""

    @property
    def how(self) -> str:
        """Which texts it may hold, for a sentence."""
        more = f" and {len(self.texts) - 8} more" if len(self.texts) > 8 else ""
        return f"one of {', '.join(self.texts[:8])}{more}"

    def place(self, cell: Cell, _decimal: str) -> tuple[int, str]:
        """Return which of its texts a cell holds, -1 for none of them, and what was wrong."""
        text = self._spelled(cell)
        if text in self.texts:
            return self.texts.index(text), ""
        if text == MISSING_TEXT:
            return -1, "is missing, as in no training row: all inputs of this column are 0"
        return -1, f"“{short(text)}” is in no training row: all inputs of this column are 0"

    def _spelled(self, cell: Cell) -> str:
        if cell is None or cell != cell:
            return MISSING_TEXT
        if not isinstance(cell, str):
            number = isinstance(cell, int | float | np.number) and not isinstance(cell, bool | np.bool)
            return f"{float(cell):.{self.digits}g}" if number else label(str(cell), ".", self.digits)
        text = cell.strip()
        usual = text.lower() in MISSING and text not in self.kept
        if not text or usual or text in self.missing:
            return MISSING_TEXT
        value = _plain(text, self.decimal) if self.numbers else None
        return label(text, self.decimal, self.digits) if value is None else f"{value:.{self.digits}g}"


def _plain(text: str, decimal: str) -> float | None:
    """Return a plain number with this decimal sign, None for whatever else."""
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".", 1)
    return float(text) if _PLAIN.fullmatch(text) else None


def with_minus(text: str) -> str:
    """Return a number in brackets, or with a minus behind it, with the minus in front."""
    found = re.fullmatch(r"([^\d()]{0,4})\((.*\d.*)\)|(.*\d)-", text) if text[-1:] in (")", "-") else None
    return f"-{found[1] or ''}{found[2] or found[3]}" if found else text


def short(cell: Cell, most: int = 40) -> str:
    """Return a cell as a sentence quotes it, on one line and cut where it is long."""
    line = re.sub(r"[\x00-\x1f\x7f]+", " ", str(cell)[: most + 1])
    return line if len(line) <= most else f"{line[: most - 1]}…"
