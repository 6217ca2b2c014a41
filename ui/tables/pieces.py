"""A file of text cut into pieces that pandas reads one after the other, so that memory stays small."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import pandas as pd

from ui.tables.sniff import ONE_SEPARATOR, SPACES, Layout, TableError

MEGABYTE: Final = 10**6  # as the uploader counts
_CHUNK_CELLS: Final = 500_000
_SIDE_BY_SIDE: Final = 50  # columns of a wide table that are gathered together
_GONE_THROUGH: Final = 40 * MEGABYTE  # bytes of a file times how often it is gone through for them, at most


def parts_of(data: bytes, layout: Layout) -> list[range]:
    """Return which columns are gathered at a time: some of a wide table, as a text takes six times its bytes.

    What is left out or refused for a whole row is found with all of them at once.
    """
    parts = min(layout.width // _SIDE_BY_SIDE, _GONE_THROUGH // len(data))
    parts = parts if parts > 1 and _is_even(data, layout) else 1
    size = -(-layout.width // parts)
    return [range(start, min(start + size, layout.width)) for start in range(0, layout.width, size)]


def _is_even(data: bytes, layout: Layout) -> bool:
    """Whether every row is one of data, with no more cells than there are columns."""
    if layout.comment or layout.repeated or layout.foot or layout.separator == SPACES:
        return False
    text = io.TextIOWrapper(io.BytesIO(data), layout.encoding, errors="replace", newline="")
    rows = csv.reader(text, delimiter=layout.separator, quotechar=layout.quote, skipinitialspace=True)
    try:
        return all(len(row) <= layout.width and any(row) for row in islice(rows, layout.skip, None))
    except csv.Error:
        return False


def pieces_of(
    stream: io.BytesIO, layout: Layout, name: str, *, wanted: Sequence[int]
) -> Iterator[pd.DataFrame]:
    """Yield pieces of the file: some columns, or all and one more than there should be, which catches rows
    that are too long.
    """
    whole = len(wanted) == layout.width
    data = stream.getvalue()  # no copy, as nobody has written to it
    texts = {
        position: object for position, as_text in enumerate(layout.as_text) if as_text or layout.repeated
    }
    try:
        with warnings.catch_warnings():
            # A first row that is far too long is told below, as any other row, in a sentence.
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            yield from pd.read_csv(
                stream,
                sep=layout.separator,
                decimal=layout.decimal,
                dtype=texts,
                encoding=layout.encoding,
                encoding_errors="replace",
                header=None,
                names=list(range(layout.width + whole)),
                index_col=False,
                usecols=None if whole else wanted,
                skiprows=layout.skip,
                skip_blank_lines=False,
                skipinitialspace=True,
                quotechar=layout.quote,
                keep_default_na=False,
                na_values=[""],
                low_memory=False,
                chunksize=_rows_at_once(len(data), data.count(b"\n") or data.count(b"\r"), len(wanted)),
            )
    except (pd.errors.EmptyDataError, IndexError):
        return  # no row below the header; pandas 3 stumbles where some of many columns are texts
    except (pd.errors.ParserError, ValueError, OverflowError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(_sentence(error, layout, name)) from error


def _rows_at_once(n_bytes: int, n_lines: int, width: int) -> int:
    """Return how many rows are read in one piece: few where they are wide, so that memory stays small."""
    cells = min(_CHUNK_CELLS, max(8_000, n_bytes // 50))
    return max(1, min(cells // (width + 1), max(MEGABYTE, n_bytes // 8) * n_lines // n_bytes))


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
