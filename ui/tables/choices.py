"""What can be learned from a table: targets, tasks, features, and why some columns can be neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from nncore.data.number_format import find_written
from nncore.data.raw_cells import MISSING_TEXT
from ui.tables.columns import Column
from ui.tables.roles import (
    MAX_CLASSES,
    MIN_ROWS,
    Task,
    counts_something,
    index_reason,
    likely_target,
    tasks_for,
)
from ui.tables.table import Table
from ui.tables.words import TableError, quoted, rows_text, shortened

TASKS: dict[str, str] = {
    "binary": "two classes",
    "multiclass": "several classes",
    "regression": "a number",
}
SCALINGS: dict[str, str] = {
    "standard": "mean 0, spread 1",
    "minmax": "0 to 1",
    "none": "as it is",
}
FILLINGS: dict[str, str] = {
    "fill": "fill in the median",
    "drop": "leave the row out",
}
WEIGHINGS: dict[str, str] = {
    "none": "every row the same",
    "root": "rare classes more (square roots)",
    "balanced": "every class the same in all",
    "hand": "as the table of classes says",
}
MAX_ONE_HOT = 50
MAX_INPUTS = 1000
MAX_INPUT_CELLS = 60_000_000
CLASS_TYPES = ("class", "yes/no")
# A number and what may be its unit or a remark, unlike “7590-VHVEG” and “3f2a91”.
_BEGINS_LIKE_A_NUMBER = re.compile(r"[(+\-€$£¥~<>=≈ ]*[0-9][0-9.,'’\s]*(?![-_/]\w)[^0-9]{0,30}$")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?$")
_MOSTLY = 0.6  # share of the texts of a column from which on it was perhaps meant as numbers


@dataclass(frozen=True)
class Choices:
    """What the user chose to learn from a table."""

    target: str
    """Column to be predicted."""
    task: Task
    """A key of `TASKS`."""
    features: tuple[str, ...]
    """Columns to predict it from."""
    scaling: str = "standard"
    """A key of `SCALINGS`, for columns of numbers."""
    filling: str = "fill"
    """A key of `FILLINGS`, for missing numbers. A missing text always becomes a value of its own."""
    split: float = 0.8
    """Share of the rows that train, in (0, 1]."""
    seed: int = 0
    """Draws which rows."""
    types: tuple[tuple[str, str], ...] = ()
    """Columns that are taken for something else than what they hold: name, and a type out of
    `ui.tables.choice_edits.TYPES`."""
    aside: tuple[tuple[str, str], ...] = ()
    """Columns that were put aside by hand: name, "index" or "ignored"."""
    weighing: str = "none"
    """A key of `WEIGHINGS`: how much a row of each class counts in the cost."""
    weights: tuple[float, ...] = ()
    """One per class, in the order of `Prepared.classes`, where they were chosen by hand."""

    def as_class(self, column: Column) -> bool:
        """Whether a feature becomes one 0/1 input a value: texts do, and numbers that are called classes."""
        return column.kind == "text" or dict(self.types).get(column.name) in CLASS_TYPES


def suggest(table: Table) -> Choices:
    """Return what a table is probably for: a likely target, learned from all other usable columns.

    Columns that only tell rows apart are left to be chosen by hand. Where no column is left to learn from,
    the features are empty and `prepare` says why.

    Parameters
    ----------
    table : Table

    Raises
    ------
    TableError
        When there are too few rows or columns, or no column can be a target.
    """
    if len(table.columns) == 1:
        raise TableError(
            f"“{table.name}” has a single column, “{shortened(table.columns[0].name)}”; a target and at "
            "least one feature are needed. If it has more, choose another separator."
        )
    if table.n_rows < MIN_ROWS:
        raise TableError(
            f"“{table.name}” has {rows_text(table.n_rows)} of data; at least {MIN_ROWS} are needed, "
            "some to learn from and others to check with."
        )
    target = likely_target(table)
    if target is None:
        reasons = [target_problem(column) for column in reversed(table.columns)]
        raise TableError("No column can be learned. " + " ".join(reasons[:3]))
    return Choices(target.name, tasks_for(target)[0], telling_features(table, target.name))


def passed_over(table: Table, target: str) -> tuple[str, ...]:
    """Say why columns that stand behind the suggested target were not taken instead of it.

    A separator at the end of every line makes an empty column without a name, of which nobody thinks.
    """
    names = [column.name for column in table.columns]
    behind = table.columns[names.index(target) + 1 :]
    unnamed = re.compile(r"column \d+$")
    return tuple(
        problem
        for column in behind
        if not (column.kind == "empty" and unnamed.match(column.name)) and (problem := target_problem(column))
    )


def target_problem(column: Column) -> str:
    """Say in a sentence why a column cannot be the target; "" when it can."""
    if tasks_for(column):
        return ""
    if column.kind == "empty":
        return f"Column “{column.name}” has no values at all, from row {column.missing.first} on."
    if column.kind == "date":
        return f"Column “{column.name}” holds dates: they can be a feature, not a target."
    if column.kind == "many" or column.distinct(limit=MAX_CLASSES) > MAX_CLASSES:
        count = (
            f"more than {column.facts.distinct - 1:,}"
            if column.kind == "many"
            else f"{len(column.categories):,}"
        )
        return (
            f"Column “{column.name}” has {count} different texts; "
            f"at most {MAX_CLASSES} classes can be told apart here."
        )
    where = "wherever it has one" if column.missing.count else "in every row"
    return (
        f"Column “{column.name}” has a single value, “{shortened(labels_of(column)[0])}”, {where}; "
        "two classes or more are needed."
    )


def usable_features(table: Table, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that can be features, and a sentence for each that cannot.

    Parameters
    ----------
    table : Table
    target : str
        The target, which is no feature of itself.
    """
    usable, reasons = [], []
    for column in table.columns:
        if column.name == target:
            continue
        if column.kind == "empty":
            reasons.append(f"Column “{column.name}” is empty from row {column.missing.first} on: left out.")
        elif column.kind == "many" or (column.kind == "text" and len(column.categories) > MAX_ONE_HOT):
            count = (
                f"more than {column.facts.distinct - 1:,}"
                if column.kind == "many"
                else f"{len(column.categories):,}"
            )
            reasons.append(
                f"Column “{column.name}” has {count} different texts, like a name or a number plate "
                f"(at most {MAX_ONE_HOT} can be encoded): left out."
            )
            reasons += [sentence] if (sentence := like_numbers(table, column)) else []
        elif column.distinct(limit=1) < 2 and (column.kind != "text" or not column.missing.count):
            reasons.append(
                f"Column “{column.name}” is “{shortened(labels_of(column)[0])}” in every row: left out."
            )
        else:
            usable.append(column.name)
            if reason := index_reason(table, column):
                reasons.append(
                    f"Column “{column.name}” {reason}: "
                    "it says nothing about new rows, so it is a feature only if you choose it."
                )
                said = like_numbers(table, column) if column.kind == "text" else ""
                reasons += [said] if said else []
    return tuple(usable), tuple(reasons)


def telling_features(table: Table, target: str) -> tuple[str, ...]:
    """Return the columns that are features at first: usable ones that do more than tell rows apart.

    Texts of most different values are left out where all together would be too many inputs.
    """
    usable, _ = usable_features(table, target)
    telling = [name for name in usable if not index_reason(table, table.column(name))]
    if not telling:
        # Where nothing else is there, what counts under a name of its own may be a time or a size.
        telling = [name for name in usable if counts_something(table, table.column(name))]
    most = min(MAX_INPUTS, MAX_INPUT_CELLS // max(1, table.n_rows))
    widths = {name: inputs_of(table.column(name), texts=False) for name in telling}
    while sum(widths.values()) > most:
        del widths[max(reversed(widths), key=lambda name: widths[name])]
    return tuple(widths)


def inputs_of(column: Column, *, texts: bool) -> int:
    """Return how many inputs of the network a feature becomes, a number taken as texts as many as it has."""
    if column.kind == "text":
        return len(column.categories) + 1
    return column.distinct() + 1 if texts else 1


def like_numbers(table: Table, column: Column) -> str:
    """Say of a column of texts that it was perhaps meant as numbers, and what stands in the way; else ""."""
    texts = column.categories
    like = [code for code, text in enumerate(texts) if _BEGINS_LIKE_A_NUMBER.match(text)]
    if len(like) <= _MOSTLY * len(texts):
        return ""
    odd = [code for code in like if not _PLAIN_NUMBER.match(texts[code])]
    code = next(iter(odd or [code for code in range(len(texts)) if code not in like] or like))
    row = table.rows[np.argmax(column.values == code)]
    cure = "take units, signs and spaces out of the file"
    if column.suspects:
        cure = f"take {quoted(word for word, _ in column.suspects)} as missing"
    elif column.doubt is not None and column.doubt.other.spellings:
        cure = "choose one of their two readings, which are asked about above the table"
    elif column.doubt is not None or find_written(texts, decimal=table.layout.decimal, sure=True):
        cure = "choose their decimal sign under “Read it in another way”"
    return (
        f"Column “{column.name}”, row {row}: “{shortened(texts[code])}” is no plain number, so the whole "
        f"column counts as texts. If numbers are meant, {cure}."
    )


def labels_of(column: Column) -> list[str]:
    """Return the first values of a column as they are shown."""
    if column.kind == "text":
        return list(column.categories)
    present = column.values[~np.isnan(column.values)]
    return [number_label(value) for value in np.unique(present[:1000])] or [MISSING_TEXT]


def number_label(value: float | np.floating) -> str:
    """Return a number as the name of a class."""
    return f"{value:.7g}" if isinstance(value, np.float32) else f"{value:.15g}"
