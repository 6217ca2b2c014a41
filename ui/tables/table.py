"""A CSV file of the user's own, understood: which columns, which kinds, what is missing, and where.

The file is read in pieces, so that 200 MB stay within a small multiple of their size; numbers are kept as
float32 when there are many of them. Rows are counted as a spreadsheet counts them: the first line of the file
is row 1.
Nothing here knows Streamlit, writes to disk or keeps the file.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from nncore.data.number_format import Written
from ui.tables.columns import Column, ColumnBuilder
from ui.tables.sniff import (
    ENCODINGS,
    MISSING,
    ONE_SEPARATOR,
    SEPARATORS,
    Layout,
    Reading,
    TableError,
    find_layout,
)

MEGABYTE = 10**6  # as the uploader counts
MAX_BYTES = 200 * MEGABYTE
MAX_ROWS = 2_000_000
MAX_CELLS = 50_000_000
# Up to here a table is small enough to keep its numbers in double precision.
_DOUBLE_CELLS = 2_000_000
_CHUNK_CELLS = 500_000
# What stands further down may tell more about how numbers are written than the first rows do.
_MOST_READINGS = 4

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Table:
    """A table that has been read.

    Attributes
    ----------
    name : str
        Name of the file.
    layout : Layout
        How it was read.
    columns : tuple of Column
        The columns in the order of the file.
    rows : numpy.ndarray
        Row of the file for each row that was kept, shape (n_rows,).
    notes : tuple of str
        What was noticed while reading, one sentence each.
    """

    name: str
    layout: Layout
    columns: tuple[Column, ...]
    rows: np.ndarray
    notes: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        """Number of rows that were kept."""
        return len(self.rows)

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises
        ------
        TableError
            When there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise TableError(
            f"The table has no column “{name}”; it has {', '.join(c.name for c in self.columns)}."
        )

    def written(self, name: str) -> Written | None:
        """Return how the numbers of a column are written, None where that is plain or they are no numbers."""
        return self.layout.written[self.layout.names.index(name)]

    def reading_alike(self) -> Reading:
        """Return how to read other rows of this table: texts stay texts, numbers keep their signs."""
        pairs = zip(self.columns, self.layout.written, strict=True)
        return Reading(
            written={
                column.name: written
                for column, written in pairs
                if written is not None or column.kind in ("text", "many")
            }
        )

    def other_signs(self, other: Table, names: Sequence[str]) -> list[str]:
        """Say in which columns another table has other signs around its numbers than this one."""
        found = []
        for name in names:
            mine, given = (table.written(name) or Written() for table in (self, other))
            if (mine.before, mine.after) != (given.before, given.after):
                learned, here = (f"{how.before} 12 {how.after}".strip() for how in (mine, given))
                found.append(
                    f"Column “{name}” was learned from numbers such as “{learned}”, here they are such as "
                    f"“{here}”: they are taken as they stand."
                )
        return found

    def frame(self, names: tuple[str, ...] | None = None, *, rows: Any = slice(None)) -> pd.DataFrame:
        """Return columns as a pandas frame: numbers, dates in days, texts as categories.

        Parameters
        ----------
        names : tuple of str, optional
            Columns wanted; all of them by default.
        rows : slice or numpy.ndarray
            Which of the kept rows, counted from 0.
        """
        wanted = [self.column(name) for name in names] if names is not None else list(self.columns)
        return pd.DataFrame({column.name: column.series(rows) for column in wanted})

    def summary(self) -> str:
        """Say in one line how the file was read."""
        layout = self.layout
        parts = [
            f"{self.n_rows:,} row{'' if self.n_rows == 1 else 's'} and {len(self.columns)} columns",
            f"separator: {SEPARATORS[layout.separator]}",
            f"decimal sign: {'comma' if layout.decimal == ',' else 'point'}",
            f"header: {'yes' if layout.header else 'none'}",
            f"encoding: {ENCODINGS.get(layout.encoding, layout.encoding)}",
        ]
        return "; ".join(parts) + "."


def read_table(
    data: bytes, *, name: str = "table.csv", reading: Reading | None = None, progress: Progress | None = None
) -> Table:
    """Read a file of comma-separated (or otherwise separated) text.

    Parameters
    ----------
    data : bytes
        The whole file, at most `MAX_BYTES` bytes.
    name : str
        Its name, for messages.
    reading : Reading, optional
        What is known about it; the rest is found out.
    progress : callable, optional
        Called with the share read so far (0 to 1) and a sentence.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        When the file is too large, no text, no table, or damaged; the sentence names the row if there is one.
    """
    refuse_too_large(len(data), name)
    reading = reading or Reading()
    layout = find_layout(data, reading)
    more: dict[str, list[str]] = {}
    for _ in range(_MOST_READINGS):
        table, odd = _read_once(data, layout, name=name, progress=progress)
        if not odd:
            break
        for column, cells in odd.items():
            more.setdefault(column, []).extend(cells)
        after = find_layout(data, replace(reading, encoding=layout.encoding), more=more)
        if after.written == layout.written:
            break
        layout = after
    return table


def _read_once(
    data: bytes, layout: Layout, *, name: str, progress: Progress | None
) -> tuple[Table, dict[str, list[str]]]:
    """Read a file as it is said to be laid out; also return cells that were no numbers, by column."""
    stream = io.BytesIO(data)
    builders = [
        ColumnBuilder(column, decimal=layout.decimal, written=written)
        for column, written in zip(layout.names, layout.written, strict=True)
    ]
    kept, dropped, n_seen = [], 0, 0
    double = len(data) <= 12 * _DOUBLE_CELLS
    for chunk in _chunks(stream, layout, name):
        _refuse_too_long(chunk, layout, n_seen)
        rows = np.arange(n_seen, n_seen + len(chunk), dtype=np.int32) + layout.skip + 1
        full = chunk.notna().any(axis=1).to_numpy()
        n_seen += len(chunk)
        dropped += int(len(chunk) - full.sum())
        if not full.all():
            chunk, rows = chunk[full], rows[full]
        kept.append(rows)
        for position, builder in enumerate(builders):
            builder.add(chunk[position], rows, double=double)
        if progress is not None:
            progress(min(1.0, stream.tell() / len(data)), f"{n_seen:,} rows read")
    rows = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int32)
    if len(rows) == 0:
        raise TableError(_without_rows(name, layout, dropped))
    columns = tuple(builder.finish() for builder in builders)
    notes = layout.notes
    if dropped:
        notes = (*notes, f"{dropped:,} empty row{'s were' if dropped > 1 else ' was'} left out.")
    odd = {builder.name: builder.odd for builder in builders if builder.odd}
    return Table(name, layout, columns, rows, notes), odd


def _without_rows(name: str, layout: Layout, dropped: int) -> str:
    """Say why a table has no row that can be used."""
    if dropped:
        first = layout.skip + 1
        rows = f"row {first} is" if dropped == 1 else f"all {dropped:,} rows from row {first} on are"
        return f"“{name}” holds no value: {rows} empty in every column."
    return f"“{name}” has a header but no rows of data below it."


def refuse_too_large(n_bytes: int, name: str) -> None:
    """Refuse a file by its size alone, before anything of it is read.

    Raises
    ------
    TableError
        When it is larger than `MAX_BYTES`.
    """
    if n_bytes > MAX_BYTES:
        raise TableError(
            f"“{name}” has {n_bytes / MEGABYTE:,.0f} MB; at most {MAX_BYTES // MEGABYTE} MB are read: "
            "leave out columns or rows first."
        )


def _chunks(stream: io.BytesIO, layout: Layout, name: str) -> Iterator[pd.DataFrame]:
    """Yield pieces of the file, one column more than it should have, to catch rows that are too long."""
    options: dict[str, Any] = {
        "sep": layout.separator,
        "decimal": layout.decimal,
        "dtype": {position: str for position, written in enumerate(layout.written) if written is not None},
        "encoding": layout.encoding,
        "encoding_errors": "replace",
        "header": None,
        "names": list(range(layout.width + 1)),
        "index_col": False,
        "skiprows": layout.skip,
        "skip_blank_lines": False,
        "skipinitialspace": True,
        "na_values": [*MISSING, *(word.upper() for word in MISSING)],
        "low_memory": False,
        "chunksize": max(1, _CHUNK_CELLS // (layout.width + 1)),
    }
    try:
        with warnings.catch_warnings():
            # A first row that is far too long is told below, as any other row, in a sentence.
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            yield from pd.read_csv(stream, **options)
    except pd.errors.EmptyDataError:
        return
    except (pd.errors.ParserError, ValueError, OverflowError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(_sentence(error, layout, name)) from error


def _refuse_too_long(chunk: pd.DataFrame, layout: Layout, n_seen: int) -> None:
    """Refuse rows with more values than columns, and tables with more rows than are read."""
    extra = chunk[layout.width].notna().to_numpy()
    if extra.any():
        row = n_seen + int(np.argmax(extra)) + layout.skip + 1
        raise TableError(
            f"Row {row} has {layout.width + 1} values, but there are {layout.width} columns: "
            f"a {ONE_SEPARATOR[layout.separator]} too many, or a text that should stand in quotes."
        )
    n_rows = n_seen + len(chunk)
    if n_rows > MAX_ROWS:
        raise TableError(f"The table has more than {MAX_ROWS:,} rows; at most {MAX_ROWS:,} are read.")
    if n_rows * layout.width > MAX_CELLS:
        raise TableError(
            f"The table has more than {MAX_CELLS:,} cells ({layout.width} columns); "
            "leave out columns or rows first."
        )


def _sentence(error: Exception, layout: Layout, name: str) -> str:
    """Turn what the parser says into a sentence that names the row."""
    text = str(error)
    too_long = re.search(r"in line (\d+), saw (\d+)", text)
    if too_long:
        return (
            f"Row {too_long[1]} has {too_long[2]} values, but there are {layout.width} columns: "
            f"a {ONE_SEPARATOR[layout.separator]} too many, or a text that should stand in quotes."
        )
    quote = re.search(r"EOF inside string starting at row (\d+)", text)
    if quote:
        return f"Row {int(quote[1]) + 1} opens a quotation mark that is never closed."
    return f"“{name}” cannot be read as a table: {text.strip().splitlines()[-1]}"
