"""A table in a file of one's own as a task: which columns go in, which one is to be found."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nncore.data import TASKS, DataSet
from nncore.data.number_format import Written
from nncore.data.rows import split_rows, stream

MAX_CLASSES = 30
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "#n/a", "<na>", "?", "-", "--", "."))
"""What stands in a cell without a value, in small letters."""
Cells = dict[str, str]


@dataclass(frozen=True)
class CsvTask:
    """Columns of a file, and how its rows are split.

    Parameters
    ----------
    name : str
        Name of the file, which a program will read.
    text : str
        Its content; the first line names the columns.
    features : tuple of str
        Columns of numbers.
    target : str
        Column of classes, or of numbers for a regression.
    task : {"binary", "multiclass", "regression"}
        What the target means.
    split : float
        Share of the rows that train.
    seed : int
        Draws the split.
    separator, encoding, decimal : str
        How the file is written; `decimal` is "." or ",".
    written : tuple of (str, Written)
        Columns whose numbers are written in another way.

    Raises
    ------
    ValueError
        If a column is missing, a cell is no number, or the target does not suit the task.
    """

    name: str
    text: str
    features: tuple[str, ...]
    target: str
    task: str = "binary"
    split: float = 0.8
    seed: int = 0
    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    written: tuple[tuple[str, Written], ...] = ()

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"task must be one of {', '.join(TASKS)}; got {self.task!r}.")
        if not self.features:
            raise ValueError("features must name at least one column; got none.")
        names = columns_of(self.text, self.separator)
        for name in (*self.features, self.target):
            if name not in names:
                raise ValueError(f"columns must be among {', '.join(names)}; got {name!r}.")
        if self.target in self.features:
            raise ValueError(f"target must not be one of the features; got {self.target!r}.")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are used, the target last."""
        return (*self.features, self.target)

    @cached_property
    def _all_rows(self) -> list[Cells]:
        return list(csv.DictReader(io.StringIO(self.text), delimiter=self.separator))

    @property
    def n_left_out(self) -> int:
        """Rows that are not used, since a wanted cell is missing."""
        return len(self._all_rows) - self.n_rows

    @property
    def marks(self) -> list[str]:
        """What stands in the wanted cells that are missing, apart from nothing; sorted, in small letters."""
        found = {(row[name] or "").strip().lower() for row in self._all_rows for name in self.columns}
        return sorted((found & MISSING) - {""})

    @cached_property
    def _rows(self) -> list[Cells]:
        """Rows in which no wanted cell is missing."""
        rows = [row for row in self._all_rows if not any(is_missing(row[name]) for name in self.columns)]
        if len(rows) < 4:
            raise ValueError(f"the table must have at least 4 complete rows; got {len(rows)}.")
        return rows

    def _numbers(self, name: str) -> np.ndarray:
        written = dict(self.written).get(name)
        cells = [row[name] for row in self._rows]
        bad = next((cell for cell in cells if not is_number(cell, self.decimal, written)), None)
        if bad is not None:
            raise ValueError(f"column {name!r} must hold numbers; got {bad!r}.")
        values = np.array([number(cell, self.decimal, written) for cell in cells])
        if not np.isfinite(values).all():
            raise ValueError(f"column {name!r} must hold finite numbers; got infinity or NaN.")
        return values

    @cached_property
    def _labels(self) -> tuple[np.ndarray, np.ndarray]:
        values = [row[self.target].strip() for row in self._rows]
        classes, labels = np.unique(values, return_inverse=True)
        most = 2 if self.task == "binary" else MAX_CLASSES
        if not 2 <= len(classes) <= most:
            raise ValueError(
                f"target of a {self.task} task must have 2 to {most} different values; "
                f"{self.target!r} has {len(classes)}."
            )
        return classes, labels

    @property
    def n_rows(self) -> int:
        """Rows that are used."""
        return len(self._rows)

    @property
    def strata(self) -> np.ndarray | None:
        """Class of every row (n_rows,), None for a regression."""
        return None if self.task == "regression" else self._labels[1]

    @cached_property
    def training_rows(self) -> np.ndarray:
        """Sorted numbers of the rows that train."""
        return split_rows(self.n_rows, self.split, rng=stream(self.seed, "split"), strata=self.strata)[0]

    def dataset(self) -> DataSet:
        """Return the rows as a data set, inputs scaled to 0 to 1 by the range of the training rows.

        Raises
        ------
        ValueError
            If a cell is no number, or the target does not suit the task.
        """
        X = np.stack([self._numbers(name) for name in self.features], axis=1)
        classes: tuple[str, ...] = ()
        if self.task == "regression":
            t = self._numbers(self.target)[:, None]
        else:
            found, labels = self._labels
            classes = tuple(str(name) for name in found)
            t = labels[:, None].astype(float) if self.task == "binary" else np.eye(len(found))[labels]
        train = self.training_rows
        rest = np.setdiff1d(np.arange(len(X)), train)
        low, high = X[train].min(axis=0), X[train].max(axis=0)
        width = np.where(high > low, high - low, 1.0)
        scaled = (X - low) / width
        held_out = len(rest) > 0
        return DataSet(
            "own",
            self.task,
            scaled[train],
            t[train],
            X_val=scaled[rest] if held_out else None,
            t_val=t[rest] if held_out else None,
            feature_names=self.features,
            class_names=classes,
            bounds=tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)),
            note="Every column scaled to 0 to 1 by the range of the training rows.",
            points=X[train],
            points_val=X[rest] if held_out else None,
            scaling=(low, 1 / width),
        )


def columns_of(text: str, separator: str = ",") -> list[str]:
    """Return the names in the first line of a table."""
    return next(csv.reader(io.StringIO(text), delimiter=separator), [])


def is_missing(cell: str | None) -> bool:
    """Whether a cell holds no value."""
    return (cell or "").strip().lower() in MISSING


def number(cell: str, decimal: str = ".", written: Written | None = None) -> float:
    """Return the number in a cell, which is written plainly or in the way of its column.

    Raises
    ------
    ValueError
        If it holds none.
    """
    if written is not None:
        return float(written.plain(cell) or "")
    if decimal == "," and "." in cell:
        raise ValueError(f"number must have a decimal comma; got {cell!r}.")
    return float(cell.replace(",", ".") if decimal == "," else cell)


def is_number(cell: str, decimal: str = ".", written: Written | None = None) -> bool:
    """Whether a cell holds a number."""
    try:
        number(cell, decimal, written)
    except ValueError:
        return False
    return True
