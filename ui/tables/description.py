"""What was decided about a table, for whoever uses the network without this playground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.compose import ColumnTransformer

from nncore.data.cell_times import DURATIONS
from nncore.data.raw_cells import MISSING, NumberColumn, TextColumn
from nncore.data.raw_rows import Preparation
from ui.tables.choices import Choices
from ui.tables.columns import Column
from ui.tables.table import Table


def describe(
    table: Table, choices: Choices, steps: ColumnTransformer, *, classes: Sequence[str],
    center: float, spread: float,
) -> Preparation:  # fmt: skip
    """Return all that turns raw rows into inputs, and outputs into answers.

    Parameters
    ----------
    table : Table
    choices : Choices
    steps : ColumnTransformer
        Fitted to the training rows.
    classes : sequence of str
    center, spread : float
        A predicted number is output * spread + center.
    """
    layout, names = table.layout, tuple(column.name for column in table.columns)
    return Preparation(
        choices.target, choices.features, _numbers(table, steps), _texts(table, steps), tuple(classes),
        choices.scaling, center, spread, names, layout.decimal, layout.separator, layout.quote,
        layout.encoding, layout.comment, layout.heading, layout.names if layout.names != names else (),
    )  # fmt: skip


def _group(steps: ColumnTransformer, group: str) -> list[str]:
    return next((list(names) for name, _, names in steps.transformers_ if name == group), [])


def _numbers(table: Table, steps: ColumnTransformer) -> tuple[NumberColumn, ...]:
    names = _group(steps, "numbers")
    if not names:
        return ()
    fitted = steps.named_transformers_["numbers"]
    scale: Any = fitted["scale"]
    shifts = getattr(scale, "mean_", getattr(scale, "min_", [0.0] * len(names)))
    factors = getattr(scale, "scale_", [1.0] * len(names))
    return tuple(
        _number(table.column(name), float(fill), float(shift), float(factor))
        for name, fill, shift, factor in zip(names, fitted["fill"].statistics_, shifts, factors, strict=True)
    )


def _number(column: Column, fill: float, shift: float, factor: float) -> NumberColumn:
    way = column.way
    time = "" if way is None else way.form or _duration(way.pattern)
    unit = "" if way is None else way.unit
    words = tuple(word for word, _ in column.words)
    return NumberColumn(column.name, fill, shift, factor, column.written, time, unit, words)


def _duration(pattern: str) -> str:
    return next(name for name, duration in DURATIONS.items() if duration.pattern == pattern)


def _texts(table: Table, steps: ColumnTransformer) -> tuple[TextColumn, ...]:
    names = _group(steps, "texts")
    if not names:
        return ()
    known = steps.named_transformers_["texts"]["encode"].categories_
    return tuple(
        _text(table, table.column(name), tuple(map(str, texts)))
        for name, texts in zip(names, known, strict=True)
    )


def _text(table: Table, column: Column, texts: tuple[str, ...]) -> TextColumn:
    kept = tuple(text for text in column.categories if text.lower() in MISSING)
    digits = 15 if table.double else 7
    words = tuple(word for word, _ in column.words)
    numbers = column.kind == "number"
    return TextColumn(column.name, texts, words, kept, table.layout.decimal, digits, numbers)
