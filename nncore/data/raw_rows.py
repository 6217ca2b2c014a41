"""Rows as they stand in a table, made ready for a network as the rows were that it learned from.

`Preparation` holds all that was decided on the way: how numbers and dates are written in each column, what
fills its gaps, how it is scaled, which texts it may hold. It needs NumPy alone, so that a copy of this module
can be handed out beside a network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from nncore.data.cell_times import DURATIONS, ISO, date_value, duration_value
from nncore.data.number_format import Written, bare_number

MISSING: Final = frozenset(
    ("na", "n/a", "n.a.", "n.a", "#n/a", "#na", "nan", "null", "none", "nil", "<na>", "<null>",
     "(null)", "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#nv", "#wert!", "#bezug!",
     "#zahl!", "#n/d", "#valeur!", "#nom?", "\\n", "nat", "?", "-", "--", "---", "–", "—", ".", "..",
     "...", "…", "k.a.", "n.d.")
)  # fmt: skip
"""What stands in a cell without a value, in small letters; where it is frequent among texts, one of them."""
MISSING_TEXT: Final = "(missing)"
"""What a missing text counts as."""
SCALINGS: Final = ("standard", "minmax", "none")

_PLAIN: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_ONE_GROUP: Final = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_LARGEST: Final = float(np.finfo(np.float32).max)
_FORM: Final = re.compile(r"[%A-Za-z0-9 .,:/\\T-]{1,40}")

Cell = Any
"""A text as it stands in the file, a number, a date, or None."""
Problem = tuple[int, str]
"""Which row of those given, counted from 0, and what is wrong with it."""
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
    """A column of numbers, dates or durations.

    Attributes
    ----------
    name : str
    fill : float
        What stands for a missing value: the median of the training rows.
    shift, factor : float
        How it is scaled, see `Preparation`.
    written : Written or None
        How its numbers are written where that is not plain.
    time : str
        The form of its dates, or a key of `DURATIONS`; "" for numbers.
    unit : str
        In what dates and durations are counted.
    missing : tuple of str
        Words that stand for a missing value, beside the usual ones.
    """

    name: str
    fill: float
    shift: float = 0.0
    factor: float = 1.0
    written: Written | None = None
    time: str = ""
    unit: str = ""
    missing: tuple[str, ...] = ()

    def value(self, cell: Cell, decimal: str) -> Value:
        """Return what a cell holds, and what was wrong with it."""
        number = self._of_python(cell) if not isinstance(cell, str) else self._of_text(cell.strip(), decimal)
        value, problem = number
        if abs(value) > _LARGEST:
            return np.nan, f"“{_short(cell)}” is infinite, or beyond 3.4e38"
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
        cell = _with_minus(text)
        if self.written is not None and (found := self.written.plain(cell)) is not None:
            return float(found), ""
        value, around = self._as_it_stands(cell, decimal)
        if value is None:
            return self._known(None, text)
        if not around and (self.written is None or not (self.written.before or self.written.after)):
            return value, ""
        return value, f"“{_short(text)}” is not written like {self.how}: taken as it stands, {value:.15g}"

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
        return np.nan, f"“{_short(cell)}” is not {what}"

    @property
    def how(self) -> str:
        """How its cells are to be written, for a sentence."""
        if self.time in DURATIONS:
            return f"{DURATIONS[self.time].said}, counted in {self.unit}"
        if self.time:
            form = "%Y-%m-%d" if self.time == ISO else self.time.replace("M%m", "%b")
            return f"dates such as {datetime(2024, 1, 31, 12, 30).strftime(form)}, counted in {self.unit}"
        if self.written is None or not (self.written.before or self.written.after):
            return "numbers"
        return f"numbers such as {f'{self.written.before} 12 {self.written.after}'.strip()}"

    def filled(self, problem: str) -> str:
        """Say what stands for a value that is not there."""
        fill = "" if self.time else f", {self.fill:.6g},"
        return f"{problem or 'is missing'}: the median of the training rows{fill} is taken"


@dataclass(frozen=True)
class TextColumn:
    """A column of texts, each of which is an input of its own.

    Attributes
    ----------
    name : str
    texts : tuple of str
        The texts of the training rows, in the order of the inputs; `MISSING_TEXT` where one was missing.
    missing : tuple of str
        Words that stand for a missing text.
    kept : tuple of str
        Words that usually do, and are texts of this column.
    decimal : str
        Decimal sign of the numbers among them.
    digits : int
        How many of their digits count.
    """

    name: str
    texts: tuple[str, ...]
    missing: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    decimal: str = "."
    digits: int = 15

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
        return -1, f"“{_short(text)}” is in no training row: all inputs of this column are 0"

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
        return label(text, self.decimal, self.digits)


@dataclass(frozen=True)
class Preparation:
    """All that turns rows of a table into inputs of a network, and its outputs into answers.

    Attributes
    ----------
    target : str
        What is predicted.
    features : tuple of str
        The columns that it is predicted from, in the order in which rows without names are given.
    numbers : tuple of NumberColumn
        The first inputs, one each.
    texts : tuple of TextColumn
        The inputs after them, one for each of their texts.
    classes : tuple of str
        Names of the classes, () where a number is predicted.
    scaling : str
        "standard": (value - shift) / factor; "minmax": value * factor + shift; "none".
    center, spread : float
        A predicted number is output * spread + center.
    columns : tuple of str
        All columns of the training table.
    decimal, separator, quote, encoding, comment : str
        How that table was written.
    heading : tuple of str
        The lines above its first row of data.
    """

    target: str
    features: tuple[str, ...]
    numbers: tuple[NumberColumn, ...] = ()
    texts: tuple[TextColumn, ...] = ()
    classes: tuple[str, ...] = ()
    scaling: str = "standard"
    center: float = 0.0
    spread: float = 1.0
    columns: tuple[str, ...] = ()
    decimal: str = "."
    separator: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    comment: str = ""
    heading: tuple[str, ...] = ()

    @property
    def n_inputs(self) -> int:
        """Number of inputs of the network."""
        return len(self.numbers) + sum(len(column.texts) for column in self.texts)

    def column(self, name: str) -> NumberColumn | TextColumn:
        """Return the feature of that name.

        Raises
        ------
        KeyError
            When there is none.
        """
        every: tuple[NumberColumn | TextColumn, ...] = (*self.numbers, *self.texts)
        return {column.name: column for column in every}[name]

    def inputs(
        self, columns: Mapping[str, Sequence[Cell]], *, decimal: str = ""
    ) -> tuple[np.ndarray, list[Problem]]:
        """Return inputs of the network (n_rows, n_inputs), and what was wrong, row by row.

        Parameters
        ----------
        columns : mapping of str to sequence
            The cells of every feature.
        decimal : str
            Decimal sign of plain numbers among them, that of the training table by default.

        Raises
        ------
        ValueError
            When a feature is missing; the sentence names it.
        """
        self.refuse_missing(tuple(columns))
        n_rows = max((len(columns[name]) for name in self.features), default=0)
        made = np.zeros((n_rows, self.n_inputs))
        problems: list[Problem] = []
        place = len(self.numbers)
        for position, number in enumerate(self.numbers):
            cells = columns[number.name]
            values, codes, said = _of_different(cells, number.value, decimal or self.decimal)
            said |= {k: number.filled(said.get(k, "")) for k, value in enumerate(values) if value != value}
            problems += _problems(number.name, cells, codes, said)
            column = np.array(values, dtype=float)[codes]
            made[:, position] = self._scaled(np.where(np.isnan(column), number.fill, column), number)
        for text in self.texts:
            cells = columns[text.name]
            places, codes, said = _of_different(cells, text.place, "")
            problems += _problems(text.name, cells, codes, said)
            chosen = np.array(places, dtype=int)[codes]
            known = np.flatnonzero(chosen >= 0)
            made[known, place + chosen[known]] = 1.0
            place += len(text.texts)
        return made, sorted(problems, key=lambda problem: problem[0])

    def refuse_missing(self, names: Sequence[str]) -> None:
        """Refuse rows that lack a feature.

        Raises
        ------
        ValueError
            When there is one.
        """
        absent = [name for name in self.features if name not in names]
        if absent:
            raise ValueError(
                f"The new rows lack the column{'s' if len(absent) > 1 else ''} {_quoted(absent)}; "
                f"the network was trained on {_quoted(self.features)}."
            )

    def _scaled(self, values: np.ndarray, column: NumberColumn) -> np.ndarray:
        if self.scaling == "standard":
            return (values - column.shift) / column.factor
        return values * column.factor + column.shift if self.scaling == "minmax" else values

    def answers(self, outputs: np.ndarray) -> np.ndarray:
        """Return probabilities of all classes, or values in their units, from outputs (n_rows, n_outputs)."""
        if not self.classes:
            return outputs * self.spread + self.center
        return np.hstack([1.0 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def names(self, answers: np.ndarray) -> list[str]:
        """Return the class of every row; of two the second where its probability reaches one half."""
        two = answers.shape[1] == 2
        codes = (answers[:, 1] >= 0.5).astype(int) if two else answers.argmax(axis=1)
        return [self.classes[int(code)] for code in codes]

    def columns_of(self, rows: Any) -> dict[str, list[Cell]]:
        """Return the cells of every feature from rows as Python has them.

        Parameters
        ----------
        rows : table
            A pandas frame, or a mapping of names to columns; or rows, each a mapping of names to cells, or
            its cells in the order of `features`.

        Raises
        ------
        ValueError
            When a feature is missing or a row has another number of cells.
        """
        if hasattr(rows, "columns") or isinstance(rows, Mapping):
            names = [str(name) for name in getattr(rows, "columns", rows)]
            self.refuse_missing(names)
            return {name: list(rows[name]) for name in self.features}
        listed = list(rows)
        if listed and all(isinstance(row, Mapping) for row in listed):
            self.refuse_missing([name for name in self.features if any(name in row for row in listed)])
            return {name: [row.get(name) for row in listed] for name in self.features}
        for number, row in enumerate(listed):
            if (
                isinstance(row, str)
                or not isinstance(row, Sequence | np.ndarray)
                or len(row) != len(self.features)
            ):
                raise ValueError(
                    f"row {number} must hold {len(self.features)} values, {_quoted(self.features)}; "
                    f"got {_short(row)}."
                )
        return {name: [row[place] for row in listed] for place, name in enumerate(self.features)}

    def to_facts(self) -> dict[str, Any]:
        """Return all of it as JSON takes it."""
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Preparation:
        """Return what `to_facts` wrote, believed only where it was looked at.

        Raises
        ------
        ValueError
            When it is something else; the sentence names the field.
        """
        try:
            numbers = tuple(_number_column(**fact) for fact in facts["numbers"])
            texts = tuple(_text_column(**fact) for fact in facts["texts"])
            rest = {name: fact for name, fact in facts.items() if name not in ("numbers", "texts")}
            made = cls(**{name: _tuple(fact) for name, fact in rest.items()}, numbers=numbers, texts=texts)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"preparation must be one that was saved; got {_short(str(error))}.") from None
        _refuse_wrong(made)
        return made


def _of_different(
    cells: Sequence[Cell], read: Callable[[Cell, str], tuple[Any, str]], decimal: str
) -> tuple[list[Any], list[int], dict[int, str]]:
    """Read every different cell once: what each holds, which of them every row has, what was wrong."""
    known: dict[tuple[type, Cell], int] = {}
    codes = [known.setdefault((type(cell), cell), len(known)) for cell in cells]
    results = [read(cell, decimal) for _, cell in known]
    said = {code: sentence for code, (_, sentence) in enumerate(results) if sentence}
    return [value for value, _ in results], codes, said


def _problems(name: str, cells: Sequence[Cell], codes: list[int], said: Mapping[int, str]) -> list[Problem]:
    if not said:
        return []
    return [(row, f"“{_short(name)}” {said[code]}") for row, code in enumerate(codes) if code in said]


def _plain(text: str, decimal: str) -> float | None:
    """Return a plain number with this decimal sign, None for whatever else."""
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".", 1)
    return float(text) if _PLAIN.fullmatch(text) else None


def _with_minus(text: str) -> str:
    """Return a number in brackets, or with a minus behind it, with the minus in front."""
    found = re.fullmatch(r"\((.*\d.*)\)|(.*\d)-", text)
    return f"-{found[1] or found[2]}" if found else text


def _short(cell: Cell, most: int = 40) -> str:
    line = re.sub(r"[\x00-\x1f\x7f]+", " ", str(cell)[: most + 1])
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{_short(name)}”" for name in names)


def _tuple(fact: Any) -> Any:
    return tuple(fact) if isinstance(fact, list) else fact


def _number_column(written: Mapping[str, Any] | None, **facts: Any) -> NumberColumn:
    how = None if written is None else Written(**written)
    return NumberColumn(written=how, **{name: _tuple(fact) for name, fact in facts.items()})


def _text_column(**facts: Any) -> TextColumn:
    return TextColumn(**{name: _tuple(fact) for name, fact in facts.items()})


def _refuse_wrong(made: Preparation) -> None:
    """Refuse what nobody would have saved: texts that are none, numbers that are not finite, other forms."""
    every: tuple[NumberColumn | TextColumn, ...] = (*made.numbers, *made.texts)
    names = [column.name for column in every]
    words = [
        made.target, *made.features, *made.classes, *made.columns, *made.heading, *names,
        *(word for column in every for word in column.missing),
        *(word for column in made.texts for word in (*column.texts, *column.kept)),
        made.decimal, made.separator, made.quote, made.encoding, made.comment,
    ]  # fmt: skip
    if not all(isinstance(word, str) for word in words):
        raise ValueError("preparation must name its columns, classes and texts; got something else.")
    if sorted(names) != sorted(made.features) or made.scaling not in SCALINGS:
        raise ValueError(f"preparation must have a column for each feature; got {_short(names)}.")
    values = [made.center, made.spread, *(value for one in made.numbers for value in _facts_of(one))]
    if not all(isinstance(value, int | float) and abs(value) < float("inf") for value in values):
        raise ValueError("preparation must hold finite numbers; got something else.")
    for column in made.numbers:
        written = column.written
        signs = () if written is None else (written.before, written.after, written.decimal, written.thousands)
        if not all(isinstance(sign, str) and len(sign) < 40 for sign in signs) or not _known_signs(written):
            raise ValueError(f"written must name signs; got {_short(written)}.")
        if column.time and column.time not in DURATIONS and not _FORM.fullmatch(column.time):
            raise ValueError(f"time must be a form of dates or a duration; got {_short(column.time)}.")


def _known_signs(written: Written | None) -> bool:
    thousands = ("", ",", ".", " ", "'")
    return written is None or (written.decimal in (".", ",") and written.thousands in thousands)


def _facts_of(column: NumberColumn) -> tuple[float, float, float]:
    return column.fill, column.shift, column.factor
