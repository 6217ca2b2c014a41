"""Tables are read one at a time, and within the server's memory for files and tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from nncore.machinery.pieces import aside
from ui.shared.byte_budget import BudgetError, budget
from ui.tables.preparation import Prepared
from ui.tables.table import Progress, Table
from ui.tables.words import TableError

CELL_BYTES: Final = 40
"""Bytes that reading and preparing takes at its height, for each cell (measured: 31 to 48)."""
FIRST_BYTES: Final = 20_000
"""Beginning of a file in which the cells of a row are counted."""
_SEPARATORS: Final = (b",", b";", b"\t", b"|")
LOOK_SECONDS: Final = 0.5
"""Time between two looks whether whoever waits is still there."""

# Reading is work for the interpreter, two at once gain nothing, and their peaks would add up.
_TURN: Final = threading.RLock()


@contextmanager
def turn(content: bytes = b"", progress: Progress | None = None) -> Iterator[None]:
    """Wait until nobody else reads, and hold what reading a file takes.

    Parameters
    ----------
    content : bytes
        The file; none where a table that is there already is made ready anew.
    progress : callable, optional
        Told while others are before us; ends the waiting by an exception of its own.

    Raises
    ------
    TableError
        If the server has not that much memory for it.
    """
    with aside():
        while not _TURN.acquire(timeout=LOOK_SECONDS):
            if progress is not None:
                progress(0.0, "Another table is being read; yours comes next")
    try:
        with budget().hold(CELL_BYTES * cells(content), "table"):
            yield
    except BudgetError as error:
        raise TableError(str(error)) from error
    finally:
        _TURN.release()


def cells(content: bytes) -> int:
    """Estimate the cells of a file without reading it: its lines by the separators in its first ones."""
    first = content[:FIRST_BYTES].splitlines()[:-1] or [content]
    width = max(line.count(sign) for line in first for sign in _SEPARATORS) + 1
    return width * (content.count(b"\n") + 1)


def count(table: Table, content: bytes = b"") -> Table:
    """Count a table, and the file it was read from where that is kept, for as long as the table lives."""
    budget().keep(table, len(content) + table.rows.nbytes + sum(c.values.nbytes for c in table.columns))
    return table


def count_prepared(prepared: Prepared) -> Prepared:
    """Count the rows that were made ready, for as long as they are kept."""
    data = prepared.data
    arrays = (data.X, data.t, data.X_val, data.t_val, prepared.train_rows, prepared.val_rows, prepared.strata)
    budget().keep(prepared, sum(array.nbytes for array in arrays if array is not None))
    return prepared
