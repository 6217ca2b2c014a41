"""What validation rows have in common with training rows, so that they may say more good than is true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ui.tables.choices import Choices
from ui.tables.columns import Column
from ui.tables.roles import says_whose
from ui.tables.table import Table
from ui.tables.words import rows_text

_MORE: Final = 10  # times as many rows are alike as would be by chance, where that is told
_FAR_MORE: Final = 30  # and where it is told beside the table, as columns do have to do with one another
_LOOKED_AT: Final = 5000  # training rows in which values are counted
_MANY: Final = 0.1  # of the validation rows
_DATED: Final = 20  # different dates from which on the rows are a course of time
_IN_ORDER: Final = 0.95  # of the steps from row to row
_TIMES: Final = re.compile(
    r"(?i)(?:^|[\W_])(?:time|timestamp|date|datetime|day|week|month|year|hour|zeit|datum|tag|woche|monat|jahr"
    r"|stunde|heure|jour|semaine|mois|année|fecha|hora|día|mes|año|data|ora|anno|ano)(?:$|[\W_])"
)


@dataclass(frozen=True)
class Alike:
    """What validation rows have in common with training rows."""

    copies: str = ""
    """How many have target and features of a training row; "" for none."""
    many: bool = False
    """Whether so many do that the validation says little else."""
    others: tuple[str, ...] = ()
    """Which are of the same people, or lie between training rows in time."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is to be said of it."""
        return (*filter(None, [self.copies]), *self.others)


def alike_on_both_sides(table: Table, choices: Choices, *, train: np.ndarray, val: np.ndarray) -> Alike:
    """Find out whether validation rows copy training rows, are of the same people, or lie between in time.

    Parameters
    ----------
    table : Table
    choices : Choices
    train, val : arrays of int, shapes (n_train,) and (n_val,)
        Rows of the table.
    """
    if not len(val):
        return Alike()
    columns = [table.column(name) for name in (*choices.features, choices.target)]
    known = val[np.isin(_marks(columns, val), _marks(columns, train))]
    by_chance = _alike_by_chance(columns, known, train) if len(known) else 0.0
    told = len(known) > _MORE * by_chance
    many = told and len(known) >= max(_MANY * len(val), _FAR_MORE * by_chance)
    others = (*_of_somebody(table, choices, train, val), *_between(table, train, val))
    return Alike(_copies_sentence(len(known), len(val)) if told else "", many, others)


def _alike_by_chance(columns: Sequence[Column], known: np.ndarray, train: np.ndarray) -> float:
    """Return how many of these rows would be alike with a training row if columns were independent.

    Where there are but few values, rows are alike by themselves.
    """
    seen = train[np.linspace(0, len(train) - 1, min(len(train), _LOOKED_AT)).astype(int)]
    shares = np.full(len(known), float(len(train)))
    for column in columns:
        values = np.sort(column.values[seen])
        here = column.values[known]
        counts = np.searchsorted(values, here, "right") - np.searchsorted(values, here, "left")
        shares *= np.maximum(counts, 1) / len(seen)
    return float(np.minimum(shares, 1.0).sum())


def _copies_sentence(copies: int, n_val: int) -> str:
    return (
        f"{rows_text(copies)} of the {n_val:,} that validate {'has' if copies == 1 else 'have'} the target "
        "and all features of a training row: of these the network knows the answer by then. If rows were put "
        "in twice, take the copies out of the file; on others the network may do worse than the validation "
        "says."
    )


def _marks(columns: Sequence[Column], rows: np.ndarray) -> np.ndarray:
    """Return a number for each row that equal rows share, and others but once in 2^64."""
    marks = np.zeros(len(rows), dtype=np.uint64)
    for column in columns:
        values = column.values[rows].astype(np.float64) + 0.0  # -0.0 is 0.0
        values[np.isnan(values)] = np.nan
        marks = (marks ^ values.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        marks ^= marks >> np.uint64(29)
    return marks


def _of_somebody(table: Table, choices: Choices, train: np.ndarray, val: np.ndarray) -> Iterator[str]:
    for column in table.columns:
        if column.name == choices.target or column.kind == "many" or not says_whose(column, table.n_rows):
            continue
        there = val[~column.is_missing()[val]]
        known = int(np.isin(column.values[there], column.values[train]).sum())
        if known:
            yield (
                f"Column “{column.name}”: {rows_text(known)} of the {len(val):,} that validate "
                f"{'is' if known == 1 else 'are'} of somebody whose other rows train, whom the network may "
                "know by then. On others it may do worse than the validation says."
            )


def _between(table: Table, train: np.ndarray, val: np.ndarray) -> Iterator[str]:
    column = next((column for column in table.columns if _is_course(column)), None)
    if column is None:
        return
    times, known = column.values[val], column.values[train]
    inside = int(((times > np.nanmin(known)) & (times < np.nanmax(known))).sum())
    if not inside:
        return
    follows = f"The rows follow one another in time (column “{column.name}”)"
    if column.kind != "date":  # a number by such a name may be the time that somebody took
        follows = f"If column “{column.name}” says when each row was, the rows follow one another in time"
    yield (
        f"{follows}, and {inside:,} of the {len(val):,} that validate lie between rows that train. What "
        "comes after the last row the network may foresee worse than the validation says."
    )


def _is_course(column: Column) -> bool:
    """Whether a column says when each row was, one row after the other."""
    timed = column.kind == "date" or (column.kind == "number" and _TIMES.search(column.name))
    if not timed or column.facts.distinct < _DATED:
        return False
    steps = np.diff(column.values[~np.isnan(column.values)].astype(np.float64))
    return bool(max((steps >= 0).mean(), (steps <= 0).mean()) >= _IN_ORDER)
