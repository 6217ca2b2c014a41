"""A file of new rows for a network that learned from a table: found by the table's names, in whatever order.

Rows are counted as a spreadsheet counts them: the first line of the file is row 1.

This is not the reader of tables (`ui.tables.read_table`), which finds out what columns hold. A row that is to
be answered is read as the training table was, whatever else stands in its file: one row is enough, “5” in a
column of texts is a text, and each problem is told with its row. It also goes with the network that is taken
home, where there is no pandas: NumPy and the standard library are all it needs.
``tests/unit/test_new_rows.py`` and ``tests/unit/test_table_odd.py`` hold the two to the same inputs.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from nncore.data.raw_cells import MISSING
from nncore.data.raw_rows import Preparation, Problem
from nncore.data.tidy import find_tidying, tidy_lines

SPACES: Final = r"\s+"
_SIGNS: Final = (",", ";", "\t", "|", "~", "^", SPACES)
_WHOLE_LINE: Final = "\x1f"  # stands in no file of text, so that it cuts nothing
_CELLS: Final = {
    quote: re.compile(rf"{quote}((?:[^{quote}]|{quote}{quote})*){quote}(?=\s|$)|(\S+)") for quote in "\"'"
}
_NO_VALUE: Final = "holds no value of any feature: not answered"
_LOOKED_AT: Final = 200  # rows by which it is found out how a file is laid out
_DECIMAL: Final = re.compile(r"[-+]?\d+,\d+")
_GROUP: Final = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True)
class Block:
    """Some rows of a file."""

    rows: list[int]
    """Where each stands in the file."""
    cells: list[list[Any]]
    """All cells of each."""
    columns: dict[str, list[Any]]
    """Those of the features."""
    refused: dict[int, str]
    """Why a row has no answer, by its place in the block."""


@dataclass(frozen=True)
class RowFile:
    """A file of new rows, of which it is known where its columns stand."""

    text: str
    separator: str
    """What parts its cells."""
    names: tuple[str, ...]
    """Its columns."""
    first: int
    """Lines above its first row."""
    decimal: str
    """Decimal sign of its plain numbers."""
    told: str
    """One sentence where there was no line of names."""
    preparation: Preparation

    def blocks(self, size: int = 10_000) -> Iterator[Block]:
        """Yield the rows in their order; empty ones and lines of comment are none."""
        block = Block([], [], {name: [] for name in self.preparation.features}, {})
        places = [(name, self.names.index(name)) for name in self.preparation.features]
        kept = {word for column in self.preparation.texts for word in column.kept}
        records = _records(self.text, self.separator, self.preparation.quote)
        for number, cells in enumerate(records, start=1):
            if number <= self.first or _is_nothing(cells, self.preparation.comment):
                continue
            if tuple(self.preparation.called([cell.strip("\ufeff \t") for cell in cells])) == self.names:
                continue  # the line of names once more
            taken = [cells[place] if place < len(cells) else "" for _, place in places]
            if problem := _refusal(cells, taken, self.names, kept=kept):
                block.refused[len(block.rows)] = problem
            block.rows.append(number)
            block.cells.append(cells)
            for (name, _), cell in zip(places, taken, strict=True):
                block.columns[name].append(cell)
            if len(block.rows) == size:
                yield block
                block = Block([], [], {name: [] for name in self.preparation.features}, {})
        if block.rows:
            yield block

    def inputs(self, block: Block) -> tuple[np.ndarray, list[Problem]]:
        """Return inputs of the network for a block, and what was wrong, row by row."""
        return _inputs(self.preparation, block, self.decimal)


@dataclass(frozen=True)
class TypedRows:
    """Rows that were typed by hand, which are numbered from 1."""

    block: Block
    preparation: Preparation
    told: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The features."""
        return self.preparation.features

    def blocks(self) -> Iterator[Block]:
        """Yield them all."""
        yield self.block

    def inputs(self, block: Block) -> tuple[np.ndarray, list[Problem]]:
        """Return inputs of the network for a block, and what was wrong, row by row."""
        return _inputs(self.preparation, block, "")


def typed_rows(rows: Any, preparation: Preparation) -> TypedRows:
    """Return rows that were typed, as `Preparation.columns_of` takes them.

    Raises
    ------
    ValueError
        When a feature is missing.
    """
    columns = preparation.columns_of(rows)
    lines = [list(cells) for cells in zip(*columns.values(), strict=True)]
    empty = {place: _NO_VALUE for place, cells in enumerate(lines) if all(map(_is_empty, cells))}
    return TypedRows(Block(list(range(1, len(lines) + 1)), lines, columns, empty), preparation)


def _is_empty(cell: Any) -> bool:
    return cell is None or cell != cell or not str(cell).strip()


def _inputs(preparation: Preparation, block: Block, decimal: str) -> tuple[np.ndarray, list[Problem]]:
    made, problems = preparation.inputs(block.columns, decimal=decimal)
    return made, [*block.refused.items(), *(one for one in problems if one[0] not in block.refused)]


def open_rows(content: bytes, preparation: Preparation) -> RowFile:
    """Find the columns of a file of new rows.

    A line that holds names of features is looked for, whatever parts its cells. Without one, rows as wide as
    the training table, with or without its target, or as the features alone, are taken in that order.

    Parameters
    ----------
    content : bytes
        The whole file.
    preparation : Preparation
        What the network learned from.

    Raises
    ------
    ValueError
        When it is no such file; the sentence names the columns it lacks.
    """
    text = _tidied(decoded(content, preparation.encoding).rstrip("\x00\x1a"))
    if not text.strip():
        raise ValueError("The file of new rows is empty.")
    if _begins_alike(text, preparation.heading):
        first = len(preparation.heading)
        return _by_place(text, preparation.separator, preparation.columns, first, preparation=preparation)
    separator, at = _line_of_names(text, preparation)
    if at < 0:
        return _without_names(text, preparation)
    sample = _sample(text, separator, preparation.quote)
    names = tuple(preparation.called(_names(_unmarked(sample[at]), sample[at + 1 :])))
    preparation.refuse_missing(names)
    first = at + 1 + _without_numbers(sample[at + 1 :], names, preparation, most=len(preparation.heading) - 1)
    if at and not preparation.heading and not any(map(any, sample[at + 1 :])):
        first = 0  # the names stand below the rows
    return _by_place(text, separator, names, first, preparation=preparation)


def _begins_alike(text: str, heading: Sequence[str]) -> bool:
    """Whether a file has the very lines above its rows that the training table had."""
    lines = io.StringIO(text, newline=None)
    return bool(heading) and [line.strip() for line, _ in zip(lines, heading, strict=False)] == list(heading)


def _by_place(
    text: str, separator: str, names: tuple[str, ...], first: int, *, preparation: Preparation, told: str = ""
) -> RowFile:  # fmt: skip
    body = _sample(text, separator, preparation.quote)[first:]
    decimal = _decimal(body, names, separator, preparation)
    return RowFile(text, separator, names, first, decimal, told, preparation)


def _tidied(text: str) -> str:
    """Return a text without what stands around the cells of its lines."""
    lines = io.StringIO(text, newline=None).readlines()
    tidying = find_tidying(lines[:_LOOKED_AT])
    return "\n".join(tidy_lines(lines, **asdict(tidying))) if tidying.needed else text


def decoded(content: bytes, usual: str) -> str:
    """Return the text of a file: marked, UTF-8 where it fits, else in the encoding of the training table."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return content.decode("utf-32", errors="replace")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    if usual.startswith(("utf-16", "utf-32")) and b"\x00" in content[:200]:
        return content.decode(usual, errors="replace").lstrip("\ufeff")
    text = content.decode("utf-8-sig", errors="replace")
    if usual.startswith("utf-8") and text.count("\ufffd") * 20 <= sum(not sign.isascii() for sign in text):
        return text  # a few bytes are damaged
    for encoding in ("utf-8-sig", usual, "cp1252"):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def cells_between_spaces(line: str, quote: str) -> list[str]:
    """Cut a line at its spaces, but not within quotes.

    Examples
    --------
    >>> cells_between_spaces("1.5 'two words'  3", "'")
    ['1.5', 'two words', '3']
    """
    return [
        word or inside.replace(quote * 2, quote)
        for inside, word in _CELLS.get(quote, _CELLS['"']).findall(line)
    ]


def _records(text: str, separator: str, quote: str) -> Iterator[list[str]]:
    """Yield the cells of every line, or of several where a text in quotes goes on."""
    lines = io.StringIO(text, newline=None)
    if separator == SPACES:
        for line in lines:
            yield cells_between_spaces(line, quote)
        return
    try:
        yield from csv.reader(lines, delimiter=separator, quotechar=quote, skipinitialspace=True)
    except csv.Error as error:
        raise ValueError(f"The file of new rows is not a table of text: {error}.") from None


def _sample(text: str, separator: str, quote: str) -> list[list[str]]:
    records = _records(text, separator, quote)
    return [[cell.strip() for cell in cells] for cells, _ in zip(records, range(_LOOKED_AT), strict=False)]


def _is_nothing(cells: Sequence[str], comment: str) -> bool:
    if comment and cells and cells[0].startswith(comment) and not any(cells[1:]):
        return True
    return not any(cell.strip() for cell in cells)


def _refusal(cells: Sequence[str], taken: Sequence[str], names: Sequence[str], *, kept: set[str]) -> str:
    """Say why a row cannot be answered: it has more cells than the file has columns, or no feature at all."""
    words = {cell.strip() for cell in taken} - {""}
    if all(word.lower() in MISSING and word not in kept for word in words):
        return _NO_VALUE
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    if filled <= len(names):
        return ""
    return f"has {filled} values, but there are {len(names)} columns: not answered"


def _line_of_names(text: str, preparation: Preparation) -> tuple[str, int]:
    """Return what parts the cells and which line names most features; -1 where none does."""
    best, found = 0, (preparation.separator, -1)
    wanted = set(preparation.features)
    single = _sample(text, _WHOLE_LINE, preparation.quote)
    if (
        len(wanted) == 1
        and (
            at := next((k for k, cells in enumerate(single) if set(preparation.called(cells)) == wanted), -1)
        )
        >= 0
    ):
        return _WHOLE_LINE, at
    for separator in dict.fromkeys((preparation.separator, *_SIGNS)):
        for at, cells in enumerate(_sample(text, separator, preparation.quote)[:100]):
            count = len(wanted & set(preparation.called(_unique(_unmarked(cells)))))
            if count > best:
                best, found = count, (separator, at)
    return found


def _unmarked(cells: list[str]) -> list[str]:
    """Return a line of names without the sign of a comment in front."""
    if not cells or cells[0][:1] not in ("#", "%", "!"):
        return cells
    first = cells[0].lstrip("#%! ")
    return [first, *cells[1:]] if first else cells[1:]


def _names(cells: list[str], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of all columns; rows that are named too have one cell more than the line above."""
    widths = Counter(len(row) for row in below if any(row))
    usual = widths.most_common(1)[0][0] if widths else len(cells)
    return tuple(_unique(["row name", *cells] if usual == len(cells) + 1 and cells[-1] else cells))


def _unique(cells: Sequence[str]) -> list[str]:
    """Return names as the reader of the training table makes them: all different, none empty."""
    names: dict[str, None] = {}
    copies: Counter[str] = Counter()
    for position, cell in enumerate(cells, start=1):
        name = re.sub(r"[\x00-\x1f\x7f]+", " ", cell).strip()[:60] or f"column {position}"
        unique = name
        while unique in names:
            copies[name] += 1
            unique = f"{name} ({copies[name] + 1})"
        names[unique] = None
    return list(names)


def _without_names(text: str, preparation: Preparation) -> RowFile:
    """Take the columns of a file without names by their order."""
    columns = preparation.columns
    orders = [columns, tuple(name for name in columns if name != preparation.target), preparation.features]
    for separator in dict.fromkeys((preparation.separator, *_SIGNS, _WHOLE_LINE)):
        sample = [cells for cells in _sample(text, separator, preparation.quote) if any(cells)]
        widths = Counter(map(len, sample))
        usual = widths.most_common(1)[0][0] if widths else 0
        names = next((order for order in orders if len(order) == usual), None)
        if names is None:
            continue
        lines = _sample(text, separator, preparation.quote)
        first = _without_numbers(lines, names, preparation, most=len(preparation.heading))
        body = [cells for cells in lines[first:] if any(cells)]
        if not body or _without_numbers(body, names, preparation, most=1):
            continue
        told = "No line of names was found: the columns are taken in the order of the training table."
        return _by_place(text, separator, names, first, preparation=preparation, told=told)
    preparation.refuse_missing(())
    raise ValueError("The file of new rows has no row.")


def _without_numbers(
    lines: Sequence[Sequence[str]], names: Sequence[str], preparation: Preparation, *, most: int
) -> int:
    """Count lines at the beginning that hold titles, units or names: no number where each row has some."""
    places = [(column, names.index(column.name)) for column in preparation.numbers if column.name in names]
    if not places:
        return 0
    for count, cells in enumerate(lines):
        there = [(column, cells[place]) for column, place in places if place < len(cells) and cells[place]]
        numbers = [
            column for column, cell in there if not np.isnan(column.value(cell, preparation.decimal)[0])
        ]
        blank = not any(cells) or (there and all(column.value(cell, ".")[1] == "" for column, cell in there))
        if numbers or count >= most or (blank and any(cells)):
            return count
    return 0


def _decimal(
    rows: Sequence[Sequence[str]], names: Sequence[str], separator: str, preparation: Preparation
) -> str:
    """Return the decimal sign of plain numbers, that of the training table where no other stands."""
    places = [names.index(column.name) for column in preparation.numbers if not column.written]
    cells = [cells[place] for cells in rows for place in places if place < len(cells)]
    comma = any(_DECIMAL.fullmatch(cell) and not _GROUP.fullmatch(cell) for cell in cells)
    point = any("." in cell and "," not in cell for cell in cells)
    if comma != point and separator != ",":
        return "," if comma else "."
    return preparation.decimal
