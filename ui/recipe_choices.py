"""What can be learned from a table: targets, tasks, features, and why some columns can be neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ui.table import Table
from ui.table_columns import MAX_TEXTS, Column
from ui.table_sniff import TableError

Task = Literal["binary", "multiclass", "regression"]

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
MISSING_TEXT = "(missing)"
MAX_CLASSES = 50
MAX_ONE_HOT = 50
MAX_INPUTS = 1000
MAX_INPUT_CELLS = 60_000_000
MIN_ROWS = 8
# Whole numbers with this few different values are rather classes than a quantity.
_FEW = 10


@dataclass(frozen=True)
class Choices:
    """What the user chose to learn from a table.

    Attributes
    ----------
    target : str
        Column to be predicted.
    task : str
        A key of `TASKS`.
    features : tuple of str
        Columns to predict it from.
    scaling : str
        A key of `SCALINGS`, for columns of numbers.
    filling : str
        A key of `FILLINGS`, for missing numbers. A missing text always becomes a value of its own.
    split : float
        Share of the rows that train, in (0, 1].
    seed : int
        Draws which rows.
    """

    target: str
    task: Task
    features: tuple[str, ...]
    scaling: str = "standard"
    filling: str = "fill"
    split: float = 0.8
    seed: int = 0


def suggest(table: Table) -> Choices:
    """Return what a table is probably for: its last usable column is learned from all other usable ones.

    Raises
    ------
    TableError
        When no column can be a target.
    """
    reasons = []
    for column in reversed(table.columns):
        tasks = tasks_for(column)
        if tasks:
            features, _ = usable_features(table, column.name)
            if features:
                return Choices(column.name, tasks[0], features)
        reasons.append(target_problem(column))
    raise TableError("No column can be learned. " + " ".join(reason for reason in reasons[:3] if reason))


def tasks_for(column: Column) -> tuple[Task, ...]:
    """Return the tasks for which a column can be the target, the likeliest first; () when there is none."""
    if column.kind in ("empty", "many", "date"):
        return ()
    different = column.distinct(limit=MAX_CLASSES)
    if different < 2:
        return ()
    classes: tuple[Task, ...] = ()
    if different == 2:
        classes = ("binary", "multiclass")
    elif different <= MAX_CLASSES:
        classes = ("multiclass",)
    if column.kind == "text":
        return classes
    present = column.values[~np.isnan(column.values)]
    whole = bool(np.all(present == np.round(present)))
    likely_classes = different == 2 or (whole and different <= _FEW)
    return (*classes, "regression") if likely_classes else ("regression", *classes)


def target_problem(column: Column) -> str:
    """Say in a sentence why a column cannot be the target; "" when it can."""
    if tasks_for(column):
        return ""
    if column.kind == "empty":
        return f"Column “{column.name}” has no values at all, from row {column.missing.first} on."
    if column.kind == "date":
        return f"Column “{column.name}” holds dates: they can be a feature, not a target."
    if column.kind == "many" or column.distinct(limit=MAX_CLASSES) > MAX_CLASSES:
        count = f"more than {MAX_TEXTS:,}" if column.kind == "many" else f"{len(column.categories):,}"
        return (
            f"Column “{column.name}” has {count} different texts; "
            f"at most {MAX_CLASSES} classes can be told apart here."
        )
    return (
        f"Column “{column.name}” has a single value, “{labels_of(column)[0]}”, in every row; "
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
            count = f"more than {MAX_TEXTS:,}" if column.kind == "many" else f"{len(column.categories):,}"
            reasons.append(
                f"Column “{column.name}” has {count} different texts, like a name or a number plate "
                f"(at most {MAX_ONE_HOT} can be encoded): left out."
            )
        elif column.distinct(limit=1) < 2 and (column.kind != "text" or not column.missing.count):
            reasons.append(f"Column “{column.name}” is “{labels_of(column)[0]}” in every row: left out.")
        else:
            usable.append(column.name)
    return tuple(usable), tuple(reasons)


def labels_of(column: Column) -> list[str]:
    """Return the first values of a column as they are shown."""
    if column.kind == "text":
        return list(column.categories)
    present = column.values[~np.isnan(column.values)]
    return [number_label(value) for value in np.unique(present[:1000])] or [MISSING_TEXT]


def number_label(value: Any) -> str:
    """Return a number as the name of a class."""
    return f"{value:.7g}" if np.asarray(value).dtype == np.float32 else f"{value:.15g}"


def quoted(names: Iterable[str]) -> str:
    """Return names in quotation marks, separated by commas."""
    return ", ".join(f"“{name}”" for name in names)


def rows_text(count: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"
