"""The table of columns that one chooses in: what stands in it, and what an edit of one of its cells means.

A row a column of the file: its role, what it is taken for, what it holds. An edit becomes a change of the
`Choices`, or a sentence that says why it cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from ui.tables.choices import (
    CLASS_TYPES,
    MAX_ONE_HOT,
    Choices,
    labels_of,
    like_numbers,
    number_label,
    target_problem,
    telling_features,
    usable_features,
)
from ui.tables.columns import Column
from ui.tables.roles import Task, index_reason, tasks_for
from ui.tables.table import Table
from ui.tables.words import TableError, shortened

ROLES: Final = ("feature", "target", "index", "ignored")
TYPES: Final = ("number", "yes/no", "class", "date", "text")
KINDS: Final = {
    "number": "numbers",
    "text": "texts",
    "date": "dates",
    "empty": "empty",
    "many": "too many texts",
}
"""What a column holds, in words."""
FIRST_VALUES: Final = 4
_TASK_TYPES: Final[dict[str, Task]] = {"number": "regression", "yes/no": "binary", "class": "multiclass"}


MISSING_SAYS: Final = "missing says"
"""Heading of the words that stand for a missing value."""


def columns_frame(table: Table, choices: Choices) -> pd.DataFrame:
    """Return the table of columns as it stands: one row a column of the file, in its order."""
    return pd.DataFrame(
        [
            {
                "column": column.name,
                "role": role_of(table, column, choices),
                "type": type_of(column, choices),
                "holds": KINDS[column.kind],
                "first values": ", ".join(first_values(column)),
                "different": str(column.distinct()) if column.distinct() <= 1000 else "more than 1,000",
                "missing": column.missing.count,
                "first in row": str(column.missing.first or "–"),
                MISSING_SAYS: ", ".join(word for word, _ in column.words),
            }
            for column in table.columns
        ]
    )


def role_of(table: Table, column: Column, choices: Choices) -> str:
    """Return what a column is for: one of `ROLES`."""
    if column.name == choices.target:
        return "target"
    if column.name in choices.features:
        return "feature"
    said = dict(choices.aside).get(column.name)
    return said or ("index" if index_reason(table, column) else "ignored")


def type_of(column: Column, choices: Choices) -> str:
    """Return what a column is taken for: one of `TYPES`."""
    if column.name == choices.target:
        return next(name for name, task in _TASK_TYPES.items() if task == choices.task)
    said = dict(choices.types).get(column.name)
    if said is not None:
        return said
    if column.kind in ("number", "date"):
        return column.kind
    if column.kind != "text" or len(column.categories) > MAX_ONE_HOT:
        return "text"
    return "yes/no" if len(column.categories) == 2 else "class"


def first_values(column: Column) -> list[str]:
    """Return the first values of a column as they stand below each other, gaps left out."""
    if column.kind == "text":
        codes = column.values[column.values >= 0][:FIRST_VALUES]
        return [shortened(column.categories[int(code)]) for code in codes]
    if column.kind in ("number", "date"):
        there = column.values[~np.isnan(column.values)][:FIRST_VALUES]
        return [_dated(value) if column.kind == "date" else number_label(value) for value in there]
    return []


def _dated(value: float) -> str:
    return str(np.datetime64("1970-01-01") + np.timedelta64(int(value), "D"))


def edited(table: Table, choices: Choices, name: str, *, changes: Mapping[str, str | None]) -> Choices:
    """Return the choices after cells of one row were changed.

    Parameters
    ----------
    table : Table
    choices : Choices
    name : str
        Which column's row.
    changes : mapping
        New values by heading: a role, a type, or both.

    Raises
    ------
    TableError
        When the column cannot be that; the sentence says why.
    """
    column = table.column(name)
    if role := changes.get("role"):
        choices = _with_role(table, choices, column, role)
    if kind := changes.get("type"):
        choices = _with_type(table, choices, column, kind)
    return choices


def _with_role(table: Table, choices: Choices, column: Column, role: str) -> Choices:
    if role == "target":
        return with_target(table, choices, column.name)
    if column.name == choices.target:
        raise TableError(f"“{column.name}” is the target: choose another target, then it is free.")
    features = tuple(name for name in choices.features if name != column.name)
    aside = tuple(pair for pair in choices.aside if pair[0] != column.name)
    if role != "feature":
        return replace(choices, features=features, aside=(*aside, (column.name, role)))
    usable, reasons = usable_features(table, choices.target)
    if column.name not in usable:
        raise TableError(next(reason for reason in reasons if f"“{column.name}”" in reason))
    types = tuple(pair for pair in choices.types if pair != (column.name, "text"))
    return replace(choices, features=_in_order(table, {*features, column.name}), aside=aside, types=types)


def _in_order(table: Table, names: set[str]) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name in names)


def carried_over(table: Table, suggested: Choices, *, before: Choices, old: Table) -> Choices:
    """Return the choices for a table that was read anew, with what was chosen before where it still can be.

    Parameters
    ----------
    table : Table
        As it is read now.
    suggested : Choices
        What it is probably for.
    before : Choices
        What was chosen while it was read in another way.
    old : Table
        As it was read then.
    """
    names = {column.name for column in table.columns}
    aside = tuple(pair for pair in before.aside if pair[0] in names and pair[0] != suggested.target)
    types = tuple(
        (name, kind) for name, kind in before.types
        if name in names and not type_problem(table, table.column(name), kind)
    )  # fmt: skip
    out = {name for name, _ in aside} | {name for name, kind in types if kind == "text"}
    by_hand = set(before.features) - set(telling_features(old, before.target))
    wanted = ({*suggested.features} | by_hand) - out
    usable, _ = usable_features(table, suggested.target)
    weighing = "none" if before.weighing == "hand" else before.weighing
    return replace(
        suggested, features=_in_order(table, wanted & set(usable)), types=types, aside=aside,
        scaling=before.scaling, filling=before.filling, weighing=weighing,
    )  # fmt: skip


def called_otherwise(choices: Choices, old: Table, new: Table) -> Choices:
    """Return the same choices for a table whose columns were given other names.

    Parameters
    ----------
    choices : Choices
    old, new : Table
        With the names before and after.
    """
    called = {was.name: now.name for was, now in zip(old.columns, new.columns, strict=True)}
    # What is no feature stays so by word, as another name may no longer say that it numbers the rows.
    roles = {was.name: role_of(old, was, choices) for was in old.columns if called[was.name] != was.name}
    aside = {name: role for name, role in roles.items() if role in ("index", "ignored")}
    return replace(
        choices, target=called[choices.target], features=tuple(called[name] for name in choices.features),
        types=tuple((called[name], kind) for name, kind in choices.types),
        aside=tuple((called[name], role) for name, role in {**dict(choices.aside), **aside}.items()),
    )  # fmt: skip


def with_target(table: Table, choices: Choices, target: str) -> Choices:
    """Return the choices with another target: its likeliest task, features that do more than tell rows apart.

    Columns that were put aside by hand stay aside, and weights by hand belonged to other classes.

    Raises
    ------
    TableError
        When the column cannot be the target.
    """
    column = table.column(target)
    if problem := target_problem(column):
        raise TableError(problem)
    aside = dict(choices.aside)
    features = tuple(name for name in telling_features(table, target) if name not in aside)
    return replace(
        choices, target=target, task=tasks_for(column)[0], features=features, weights=(),
        weighing="none" if choices.weighing == "hand" else choices.weighing,
    )  # fmt: skip


def _with_type(table: Table, choices: Choices, column: Column, kind: str) -> Choices:
    if column.name == choices.target:
        return _with_task(choices, column, kind)
    if problem := type_problem(table, column, kind):
        raise TableError(problem)
    types = tuple(pair for pair in choices.types if pair[0] != column.name)
    if kind == "text":
        # Texts are not read as language here: a column of them tells the network nothing.
        features = tuple(name for name in choices.features if name != column.name)
        return replace(choices, types=(*types, (column.name, kind)), features=features)
    as_held = replace(choices, types=types)
    if type_of(column, as_held) == kind:
        return as_held
    return replace(as_held, types=(*types, (column.name, kind)))


def _with_task(choices: Choices, column: Column, kind: str) -> Choices:
    task = _TASK_TYPES.get(kind)
    if task is None or task not in tasks_for(column):
        possible = [name for name, task in _TASK_TYPES.items() if task in tasks_for(column)]
        raise TableError(
            f"The target “{column.name}” must be taken for a {' or '.join(possible)}, as it holds "
            f"{column.distinct()} different {KINDS[column.kind]}; got {kind}."
        )
    keeps_classes = "regression" not in (task, choices.task)
    return replace(
        choices, task=task, weighing=choices.weighing if keeps_classes else "none",
        weights=choices.weights if keeps_classes else (),
    )  # fmt: skip


def type_problem(table: Table, column: Column, kind: str) -> str:
    """Say why a column cannot be taken for a type; "" where it can."""
    holds = f"Column “{column.name}” holds {KINDS[column.kind]}"
    if kind == type_of(column, Choices("", "binary", ())):
        return ""
    if kind in CLASS_TYPES and column.kind in ("number", "text"):
        return _class_problem(column, kind)
    if kind == "text" and column.kind == "text":
        return ""
    if kind == "number" and column.kind in ("text", "many"):
        such = f" such as “{shortened(labels_of(column)[0])}”" if column.kind == "text" else ""
        return (like_numbers(table, column) if such else "") or f"{holds}{such}: no numbers."
    if kind == "number" and column.kind == "date":
        return f"{holds}, which are counted and scaled as numbers already."
    if kind == "date":
        return f"{holds}; how dates are written is chosen under “Read it in another way”."
    return f"{holds}: it cannot be taken for {kind}."


def _class_problem(column: Column, kind: str) -> str:
    count = column.distinct()
    if column.kind == "number" and (column.written is not None or column.way is not None):
        return (
            f"Column “{column.name}” holds numbers with signs or units around them: it stays a number here, "
            "since their spellings are no classes."
        )
    if kind == "yes/no" and count != 2:
        return f"Column “{column.name}” has {count:,} different values; yes/no must have exactly 2."
    if count > MAX_ONE_HOT:
        return f"Column “{column.name}” has {count:,} different values; a class has {MAX_ONE_HOT} at most."
    return ""
