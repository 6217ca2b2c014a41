"""Rows as they stand in a table, made ready for a network as the rows were that it learned from.

`Preparation` holds all that was decided on the way: how numbers and dates are written in each column, what
fills its gaps, how it is scaled, which texts it may hold. It needs NumPy alone, so that a copy of this module
can be handed out beside a network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from nncore.data.cell_times import DURATIONS
from nncore.data.number_format import Written
from nncore.data.raw_cells import Cell, NumberColumn, TextColumn, short
from nncore.data.spellings import SPELLINGS

SCALINGS: Final = ("standard", "minmax", "none")
_FORM: Final = re.compile(r"[%A-Za-z0-9 .,:/\\T年月日+-]{1,40}")

Problem = tuple[int, str]
"""Which row of those given, counted from 0, and what is wrong with it."""


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
    in_file : tuple of str
        What that table calls its `columns`, () where they bear its names.
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
    in_file: tuple[str, ...] = ()

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

    def called(self, names: Sequence[str]) -> list[str]:
        """Return names of columns as they are here; those of the training table are understood as well."""
        here = dict(zip(self.in_file, self.columns, strict=False))
        return [name if here.get(name) in names else here.get(name, name) for name in names]

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
            given = list(getattr(rows, "columns", rows))
            places = dict(zip(self.called([str(name) for name in given]), given, strict=True))
            self.refuse_missing(tuple(places))
            return {name: list(rows[places[name]]) for name in self.features}
        listed = list(rows)
        if listed and all(isinstance(row, Mapping) for row in listed):
            listed = [dict(zip(self.called(list(row)), row.values(), strict=True)) for row in listed]
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
                    f"got {short(row)}."
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
            raise ValueError(f"preparation must be one that was saved; got {short(str(error))}.") from None
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
    return [(row, f"“{short(name)}” {said[code]}") for row, code in enumerate(codes) if code in said]


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{short(name)}”" for name in names)


def _tuple(fact: Any) -> Any:
    return tuple(fact) if isinstance(fact, list) else fact


def _number_column(written: Mapping[str, Any] | None, **facts: Any) -> NumberColumn:
    how = None if written is None else Written(**{name: _tuple(fact) for name, fact in written.items()})
    return NumberColumn(written=how, **{name: _tuple(fact) for name, fact in facts.items()})


def _text_column(**facts: Any) -> TextColumn:
    return TextColumn(**{name: _tuple(fact) for name, fact in facts.items()})


def _refuse_wrong(made: Preparation) -> None:
    """Refuse what nobody would have saved: texts that are none, numbers that are not finite, other forms."""
    every: tuple[NumberColumn | TextColumn, ...] = (*made.numbers, *made.texts)
    names = [column.name for column in every]
    words = [
        made.target, *made.features, *made.classes, *made.columns, *made.heading, *made.in_file, *names,
        *(word for column in every for word in column.missing),
        *(word for column in made.texts for word in (*column.texts, *column.kept)),
        made.decimal, made.separator, made.quote, made.encoding, made.comment,
    ]  # fmt: skip
    if not all(isinstance(word, str) for word in words):
        raise ValueError("preparation must name its columns, classes and texts; got something else.")
    if sorted(names) != sorted(made.features) or made.scaling not in SCALINGS:
        raise ValueError(f"preparation must have a column for each feature; got {short(names)}.")
    values = [made.center, made.spread, *(value for one in made.numbers for value in _facts_of(one))]
    if not all(isinstance(value, int | float) and abs(value) < float("inf") for value in values):
        raise ValueError("preparation must hold finite numbers; got something else.")
    for column in made.numbers:
        written = column.written
        signs = () if written is None else (written.before, written.after, written.decimal, written.thousands)
        if not all(isinstance(sign, str) and len(sign) < 40 for sign in signs) or not _known_signs(written):
            raise ValueError(f"written must name signs; got {short(written)}.")
        if column.time and column.time not in DURATIONS and not _FORM.fullmatch(column.time):
            raise ValueError(f"time must be a form of dates or a duration; got {short(column.time)}.")


def _known_signs(written: Written | None) -> bool:
    thousands = ("", ",", ".", " ", "'")
    if written is None:
        return True
    known = isinstance(written.spellings, tuple) and all(name in SPELLINGS for name in written.spellings)
    return known and written.decimal in (".", ",") and written.thousands in thousands


def _facts_of(column: NumberColumn) -> tuple[float, float, float]:
    return column.fill, column.shift, column.factor
