"""A CSV file of the user's own, understood: which columns, which kinds, what is missing, and where.

The file is read in pieces, so that 200 MB stay within a small multiple of their size; numbers are kept as
float32 when there are many of them. Rows are counted as a spreadsheet counts them: the first line of the file
is row 1.
Nothing here knows Streamlit, writes to disk or keeps the file.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import numpy as np
import pandas as pd

from nncore.data.number_format import Written
from nncore.data.raw_cells import with_minus
from ui.tables.columns import Column, Rows
from ui.tables.decide import How
from ui.tables.encoding import refuse_long_lines, without_end_signs
from ui.tables.gathering import ColumnBuilder
from ui.tables.pieces import MEGABYTE, parts_of, pieces_of
from ui.tables.sniff import (
    ENCODINGS,
    ONE_SEPARATOR,
    SEPARATORS,
    SPACES,
    Layout,
    Reading,
    TableError,
    find_layout,
    tidied,
)
from ui.tables.words import clean_name, columns_text, rows_text, shortened

Source = bytes | str | os.PathLike[str] | BinaryIO | TextIO

MAX_BYTES: Final = 200 * MEGABYTE
MAX_ROWS = 2_000_000
MAX_CELLS = 50_000_000
# Up to here a table is small enough to keep its numbers in double precision.
_DOUBLE_CELLS = 2_000_000
_MOST_TEXTS: Final = 5000  # different texts that are kept of one column
_ALL_TEXTS: Final = 50_000  # and of all columns together

_MOST_SUMMED: Final = 100  # columns; in wider tables it would take too long to look for totals
_TOTAL: Final = re.compile(
    r"(?i)\b(?:(?:sub|sous-)?-?totals?|zwischensumme|gesamt(?:summe|ergebnis)?|summe|teilergebnis|ergebnis)$"
)
PLAIN_NUMBER: Final = re.compile(r"[-+]?\d+([.,]\d+)?")
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Table:
    """A table that has been read."""

    name: str
    """Name of the file."""
    layout: Layout
    """How it was read."""
    columns: tuple[Column, ...]
    """The columns in the order of the file."""
    rows: np.ndarray
    """Row of the file for each row that was kept, shape (n_rows,)."""
    notes: tuple[str, ...]
    """What was noticed while reading, one sentence each."""
    double: bool = True
    """Whether its numbers are kept in double precision."""
    found: dict[tuple[Any, ...], Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out of its columns and is asked for again with every choice, by what decides it."""

    @property
    def n_rows(self) -> int:
        """Number of rows that were kept."""
        return len(self.rows)

    def column(self, name: str) -> Column:
        """Return the column of that name; `TableError` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise TableError(
            f"The table has no column “{name}”; it has {', '.join(c.name for c in self.columns)}."
        )

    def in_file(self, name: str) -> str:
        """Return what the file calls a column, which may have been given another name."""
        return self.layout.names[[column.name for column in self.columns].index(name)]

    def written(self, name: str) -> Written | None:
        """Return how the numbers of a column are written, None where that is plain or they are no numbers."""
        return self.column(name).written

    def frame(self, names: tuple[str, ...] | None = None, *, rows: Rows = slice(None)) -> pd.DataFrame:
        """Return the named columns, or all, as a pandas frame: numbers, dates in days, texts as categories.

        `rows` are those wanted of the kept ones, counted from 0.
        """
        wanted = [self.column(name) for name in names] if names is not None else list(self.columns)
        return pd.DataFrame({column.name: column.series(rows) for column in wanted})

    def missing_words(self) -> tuple[str, ...]:
        """Return the words that stand for a missing value in some column."""
        return tuple(dict.fromkeys(word for column in self.columns for word, _ in column.words))

    def summary(self) -> str:
        """Say in one line how the file was read."""
        layout = self.layout
        parts = [
            f"{rows_text(self.n_rows)} and {columns_text(len(self.columns))}",
            f"separator: {SEPARATORS[layout.separator]}",
            f"decimal sign: {'comma' if layout.decimal == ',' else 'point'}",
            f"header: {'yes' if layout.header else 'none'}",
            f"encoding: {ENCODINGS.get(layout.encoding, layout.encoding)}",
        ]
        return "; ".join(parts) + "."


def read_table(
    source: Source, *, name: str = "", reading: Reading | None = None, progress: Progress | None = None
) -> Table:
    """Read a file of comma-separated (or otherwise separated) text.

    Parameters
    ----------
    source : bytes, path or open file
        The whole file, at most `MAX_BYTES` bytes; or where it lies; or a file that is open for reading.
    name : str
        Its name, for messages; that of the path by default.
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

    Examples
    --------
    >>> table = read_table(b"size,kind\\n1.5,a\\n2.5,b\\n", name="t.csv")
    >>> [column.name for column in table.columns], table.n_rows
    (['size', 'kind'], 2)
    """
    data, name = _content(source, name)
    refuse_too_large(len(data), name)
    reading = reading or Reading()
    n_bytes, data = len(data), without_end_signs(data)
    refuse_long_lines(data)
    layout = find_layout(data, reading)
    if len(data) < n_bytes:
        layout = replace(layout, tidying=replace(layout.tidying, ended=True))
    layout = replace(layout, as_text=_as_text(layout, reading))
    double = len(data) <= 12 * _DOUBLE_CELLS
    called = names_given(layout.names, reading.names)
    if layout.tidying.needed:
        lines = io.StringIO(data.decode(layout.encoding, errors="replace"), newline=None)
        data = "".join(tidied(lines, layout.tidying)).encode(layout.encoding, errors="replace")
    columns: tuple[Column, ...] = ()
    for part in parts_of(data, layout):
        builders = _builders(layout, reading, part, double=double)
        rows, dropped, repeated = _gather(data, layout, builders, name=name, progress=progress)
        columns += tuple(
            replace(
                builder.finish(rows, nameless=layout.nameless[place] and called[place] == builder.name),
                name=called[place],
            )
            for place, builder in builders.items()
        )
    columns, rows, empty = _without_empty_rows(columns, rows)
    dropped += empty
    if len(rows) == 0:
        raise TableError(_without_rows(name, layout, dropped))
    return Table(
        name,
        layout,
        columns,
        rows,
        (*_notes(layout, columns, dropped=dropped, repeated=repeated), *_totals(columns, rows)),
        double,
    )


def names_given(in_file: Sequence[str], given: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the columns of a file are called where some of them were given other names.

    Raises
    ------
    TableError
        When a name is empty, too long, or that of another column.
    """
    names = [given.get(name, name) for name in in_file]
    for old, name in zip(in_file, names, strict=True):
        if name == old:
            continue
        if not name or name != clean_name(name):
            raise TableError(
                f"The name of column “{old}” must be 1 to 60 characters on one line; got “{shortened(name)}”."
            )
        if name in in_file or names.count(name) > 1:
            raise TableError(
                f"Column “{old}” cannot be called “{shortened(name)}”: another column of the file is, and "
                "each needs a name of its own."
            )
    return tuple(names)


def _content(source: Source, name: str) -> tuple[bytes, str]:
    """Return the bytes of a file and its name."""
    if isinstance(source, bytes):
        return source, name or "table.csv"
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            refuse_too_large(path.stat().st_size, name or path.name)
            return path.read_bytes(), name or path.name
        except OSError as error:
            raise TableError(f"“{path.name}” cannot be opened: {error.strerror or error}.") from error
    content = source.read()
    given = name or Path(str(getattr(source, "name", ""))).name or "table.csv"
    return content.encode() if isinstance(content, str) else bytes(content), given


def _as_text(layout: Layout, reading: Reading) -> tuple[bool, ...]:
    """Say which columns are read as texts first: also those of which a number stands for a missing value."""
    columns = zip(layout.names, layout.as_text, strict=True)
    return tuple(as_text or bool(_sentinels(name, reading)) for name, as_text in columns)


def _sentinels(name: str, reading: Reading) -> tuple[float, ...]:
    """Return the numbers that stand for a missing value in a column, or in all."""
    words = reading.missing_in.get(name, reading.missing) or ()
    numbers = [word.replace(",", ".") for word in words if PLAIN_NUMBER.fullmatch(word)]
    return (*reading.sentinels.get(name, ()), *map(float, numbers))


def _builders(layout: Layout, reading: Reading, part: range, *, double: bool) -> dict[int, ColumnBuilder]:
    most = max(50, min(_MOST_TEXTS, _ALL_TEXTS // layout.width))
    doubtful = not layout.sure or layout.decimal == ","
    plain = How(
        layout.decimal, layout.sure, reading.decimal, doubtful, reading.thousands, reading.day_first,
        reading.missing,
    )  # fmt: skip
    once: dict[str, str] = {}
    return {
        place: ColumnBuilder(
            layout.names[place], _how(plain, layout.names[place], reading),
            double=double, most_texts=most, once=once,
        )
        for place in part
    }  # fmt: skip


def _how(plain: How, name: str, reading: Reading) -> How:
    return replace(
        plain, sentinels=_sentinels(name, reading), chosen=reading.written.get(name, False),
        missing=reading.missing_in.get(name, reading.missing),
    )  # fmt: skip


def _gather(
    data: bytes,
    layout: Layout,
    builders: Mapping[int, ColumnBuilder],
    *,
    name: str,
    progress: Progress | None,
) -> tuple[np.ndarray, int, int]:
    """Read all rows into the builders; return where each stands, how many were empty, and how many names."""
    whole = len(builders) == layout.width
    stream = io.BytesIO(data)
    kept, dropped, repeated, n_seen = [], 0, 0, 0
    for chunk in pieces_of(stream, layout, name, wanted=tuple(builders)):
        empty = _is_blank(chunk) if whole else np.zeros(len(chunk), dtype=bool)
        comments = _is_comment(chunk, layout) if whole else empty
        if whole:
            _refuse_too_long(chunk, layout, n_seen, comments)
        rows = np.arange(n_seen, n_seen + len(chunk), dtype=np.int32) + layout.skip + 1
        n_seen += len(chunk)
        names = _is_names(chunk, layout)
        repeated += int(names.sum())
        full = ~(empty | comments | names)
        dropped += int((empty & ~comments).sum())
        if not full.all():
            chunk, rows = chunk[full], rows[full]
        kept.append(rows)
        for position, builder in builders.items():
            builder.add(chunk[position])
        del chunk  # before the next one is there
        if progress is not None:
            share = (min(builders) + len(builders) * stream.tell() / len(data)) / layout.width
            progress(min(1.0, share), f"{n_seen:,} rows read")
    rows = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int32)
    for builder in builders.values():
        builder.cut(layout.foot)
    return rows[: len(rows) - layout.foot], dropped, repeated


def _is_blank(chunk: pd.DataFrame) -> np.ndarray:
    """Return which rows hold nothing at all, shape (n_rows,)."""
    blank = np.ones(len(chunk), dtype=bool)
    for position in chunk:
        if not blank.any():
            break
        column = chunk[position]
        if column.dtype == object:
            blank[blank] = [not str(cell or "").strip() or cell != cell for cell in column.to_numpy()[blank]]
        else:
            blank &= column.isna().to_numpy()
    return blank


def _is_names(chunk: pd.DataFrame, layout: Layout) -> np.ndarray:
    """Return which rows repeat the line of names, shape (n_rows,)."""
    repeats = np.full(len(chunk), layout.repeated)
    for position, name in enumerate(layout.names):
        if not repeats.any():
            break
        column = chunk[position]
        repeats[repeats] = [
            str(cell).strip("\ufeff \t") == name for cell in column.to_numpy(dtype=object)[repeats]
        ]
    return repeats


def _is_comment(chunk: pd.DataFrame, layout: Layout) -> np.ndarray:
    """Return which rows are lines of comment among the rows, shape (n_rows,)."""
    if not layout.comment or chunk[0].dtype != object:
        return np.zeros(len(chunk), dtype=bool)
    begins = chunk[0].str.startswith(layout.comment, na=False).to_numpy(dtype=bool, copy=True)
    if begins.any():
        begins[begins] = chunk.loc[begins, chunk.columns[1:]].isna().all(axis=1).to_numpy()
    return begins


def _without_empty_rows(
    columns: tuple[Column, ...], rows: np.ndarray
) -> tuple[tuple[Column, ...], np.ndarray, int]:
    """Leave out rows in which nothing but words for missing values stands."""
    empty = np.ones(len(rows), dtype=bool)
    for column in columns:
        if not empty.any():
            return columns, rows, 0
        empty &= column.is_missing() & ~column.has_slip()
    if not empty.any():
        return columns, rows, 0
    return tuple(column.rows(~empty, rows[~empty]) for column in columns), rows[~empty], int(empty.sum())


def _notes(layout: Layout, columns: Sequence[Column], *, dropped: int, repeated: int) -> Iterator[str]:
    """Say what was noticed while reading, one sentence each."""
    yield from layout.notes
    for name, column in zip(layout.names, columns, strict=True):
        if name != column.name:
            yield f"Column “{name}” of the file is called “{column.name}” here."
    alike: dict[Written, list[Column]] = {}
    for column in columns:
        if column.written is not None and column.sample:
            alike.setdefault(column.written, []).append(column)
    for written, those in alike.items():
        sample = those[0].sample
        names = ", ".join(f"“{column.name}”" for column in those)
        doubt = "" if written.sure else (
            " If that is wrong, choose another decimal sign under “Read it in another way”."
        )  # fmt: skip
        said = written.words(sample, spelled=with_minus(sample))
        yield f"Column{'s' if len(those) > 1 else ''} {names}: {said}{doubt}"
    yield from _short_rows(layout, columns[-1])
    if left_out := layout.foot + layout.tidying.below:
        yield f"The last {'row is' if left_out == 1 else f'{left_out} rows are'} no data: left out."
    if repeated:
        yield f"The line of names stands among the rows {_times(repeated)} more: left out."
    if dropped:
        what = "empty row or line of dashes" if layout.tidying.ruled else "empty row"
        many = "empty rows or lines of dashes" if layout.tidying.ruled else "empty rows"
        yield f"{dropped:,} {many} were left out." if dropped > 1 else f"1 {what} was left out."


def _short_rows(layout: Layout, last: Column) -> Iterator[str]:
    """Say which rows have too few values where spaces part them, as an empty cell cannot be written there."""
    written = sum(count for _, count in last.words) + last.strays.count + last.infinite.count
    short = last.missing.count - written
    if layout.separator == SPACES and short > 0:
        first = "" if written else f", the first is row {last.missing.first}"
        yield (
            f"{rows_text(short)} with fewer values than there are columns{first}: what stands there may be "
            "in the wrong columns. A text with spaces should stand in quotes."
        )


def _totals(columns: Sequence[Column], rows: np.ndarray) -> Iterator[str]:
    """Say where rows seem to sum others up: a text says so, and another column is empty there."""
    for column in columns if len(columns) <= _MOST_SUMMED else ():
        codes = [code for code, text in enumerate(column.categories) if _TOTAL.search(text)]
        at = np.isin(column.values, codes)
        others = [other.is_missing() for other in columns if codes and other is not column]
        if any(gone[at].all() and 2 * gone[~at].sum() < (~at).sum() for gone in others):
            first, said = (
                rows[np.argmax(at)],
                f"{rows_text(int(at.sum()))} such as “{column.categories[codes[0]]}”",
            )
            yield (
                f"Column “{column.name}”, row {first}: {said} may sum others up. A total says nothing of "
                "single rows: take them out of the file."
            )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _without_rows(name: str, layout: Layout, dropped: int) -> str:
    """Say why a table has no row that can be used."""
    if dropped:
        first = layout.skip + 1
        rows = f"row {first} is" if dropped == 1 else f"all {dropped:,} rows from row {first} on are"
        return f"“{name}” holds no value: {rows} empty in every column."
    return f"“{name}” has a header but no rows of data below it."


def refuse_too_large(n_bytes: int, name: str) -> None:
    """Refuse a file by its size alone, above `MAX_BYTES`, before anything of it is read: `TableError`."""
    if n_bytes > MAX_BYTES:
        raise TableError(
            f"“{name}” has {n_bytes / MEGABYTE:,.0f} MB; at most {MAX_BYTES // MEGABYTE} MB are read: "
            "leave out columns or rows first."
        )


def _refuse_too_long(chunk: pd.DataFrame, layout: Layout, n_seen: int, comments: np.ndarray) -> None:
    """Refuse rows with more values than columns, and tables with more rows than are read."""
    extra = chunk[layout.width].notna().to_numpy() & ~comments
    if extra.any():
        place = int(np.argmax(extra))
        row = n_seen + place + layout.skip + 1
        if place and _is_blank(chunk.iloc[place - 1 : place])[0]:
            raise TableError(
                f"Row {row} has more values than there are columns, {layout.width}, and an empty row stands "
                "above it: perhaps another table begins there. Keep one table a file."
            )
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
