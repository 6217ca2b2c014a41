"""Where a table begins and what its columns are called: titles, names in one line or several, units, none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from nncore.data.raw_cells import MISSING
from ui.tables.reading import Reading
from ui.tables.words import MISSING_IN_WORDS, clean_name, quoted, shortened

Row = Sequence[str]

_NUMBER: Final = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?$|[-+]?\d{1,3}(\.\d{3})+,\d+$")
_BEGINS_WITH_NUMBER: Final = re.compile(r"[(+\-€$£¥~<>= ]{0,4}\d")
_WHOLE: Final = re.compile(r"\d{1,4}$")
_FLAGGED: Final = re.compile(r"[-+(<>~$€£]{0,3}\d[\d.,]*([ %*)\[]|$)")  # a number with a mark behind it
_MEASURE: Final = re.compile(r"\d{1,5}(?:[.,]\d+)?$")
_UNIT: Final = re.compile(r"[\[(<].{0,20}[\])>]$|[^\W\d_]{0,4}[%‰°²³/µ€$£·*^\w]{0,6}(/[\w²³^]{1,6})?$")
_IMPORT_ID: Final = '{"ImportId"'  # how Qualtrics names its questions to itself, below their words
_MOST_TITLES: Final = 30
_MOST_NAMES: Final = 4
_YEARS: Final = (1500, 2200)


@dataclass(frozen=True)
class Head:
    """Where the rows begin and what the columns are called."""

    header: bool
    """Whether the file names its columns."""
    names: tuple[str, ...]
    """One name a column, all different."""
    nameless: tuple[bool, ...]
    """Which names had to be made though there is a header."""
    skip: int
    """Rows of the file before the first row of data."""
    row: int
    """Row of the file with the names, 0 for none."""
    told: str
    """One sentence where it is not the plain case."""
    notes: tuple[str, ...]
    """What else was noticed."""


def find_head(
    rows: Sequence[Row], *, before: int, names: Sequence[str], commented: str, reading: Reading
) -> Head:
    """Find where a table begins and what its columns are called.

    Parameters
    ----------
    rows : sequence of rows
        The first rows of the file, below what stands above the table.
    before : int
        Rows of the file above these.
    names : sequence of str
        Names that are known from above, as in ARFF.
    commented : str
        The last line of comment above, which may hold the names.
    reading : Reading
        What is known already.
    """
    start, notes = _titles(rows)
    if names:
        return _head(rows, (), start, before=before, given=list(names), row=before, told="", notes=notes)
    at = reading.header_row if reading.header_row != before + start + 1 else None
    if at is not None and reading.header is not False and at > before:
        start, notes = min(at - before - 1, len(rows) - 1), ()
    below = [row for row in rows[start:] if _filled(row)]
    if commented and reading.header is None and at is None and _in_comment(commented, below):
        cells = _comment_cells(commented, len(below[0]))
        told = f"The names were taken from the comment in row {before}: {quoted(cells[:6])}."
        return _head(rows, (), start, before=before, given=cells, row=before, told=told, notes=notes)
    header = is_head(below[0], below[1:]) if reading.header is None else reading.header
    if not header:
        told = "No line of names was found: the first row is data, and the columns are numbered."
        if reading.header is False:
            told = "The first row is data, as was chosen, and the columns are numbered."
        return _head(rows, (), start, before=before, given=[], row=0, told=told, notes=notes)
    more = [] if at is not None else _more_names(below)
    return _named(rows, start, more, before=before, notes=notes)


def _named(rows: Sequence[Row], start: int, more: list[int], *, before: int, notes: tuple[str, ...]) -> Head:
    """Return the head of a table with a line of names, and perhaps further ones or units below it."""
    used = [index for index in range(start, len(rows)) if _filled(rows[index])][: len(more) + 1]
    start, first = used[0], [cell.strip() for cell in rows[used[0]]]
    given, told = first, []
    years = [cell for cell in first if _NUMBER.match(cell)]
    if years:
        told.append(f"The numbers {quoted(years[:4])} in row {before + start + 1} were taken for names.")
    if before + start:
        told.append(f"The names stand in row {before + start + 1}.")
    merged = len(first) - len({cell for cell in first if cell}) > 1
    for index in used[1:]:
        cells = [cell.strip() for cell in rows[index]]
        row = before + index + 1
        if merged:
            given = _joined(given, cells)
        elif _looks_like_units(cells, _numeric_columns(rows[used[-1] + 1 :])):
            units = [
                f"{name} in {unit}" for name, unit in zip(given, cells, strict=False) if unit.strip("-– ")
            ]
            told.append(f"Row {row} holds units and no data: {', '.join(map(shortened, units[:8]))}.")
        else:
            said = shortened(" | ".join(cell for cell in cells if cell), 60)
            told.append(f"Row {row} describes the columns and holds no data (“{said}”): left out.")
    if merged and len(used) > 1:
        there = [name for name in given if name]
        told.append(f"The names were put together from the rows up to {row}: {quoted(there[:4])}.")
    return _head(
        rows,
        used,
        start,
        before=before,
        given=given,
        row=before + start + 1,
        told=" ".join(told),
        notes=notes,
    )


def _head(
    rows: Sequence[Row], used: Sequence[int], start: int, *, before: int, given: list[str], row: int,
    told: str, notes: tuple[str, ...],
) -> Head:  # fmt: skip
    """Give every column a name of its own, and say which names had to be made."""
    first = used[-1] + 1 if used else start
    body = [line for line in rows[first:] if _filled(line)]
    widths = Counter(len(line) for line in body)
    usual = widths.most_common(1)[0][0] if widths else len(given) or 1
    given = [clean_name(cell) for cell in given]
    while given and not given[-1] and len(given) > usual:
        given.pop()
    said = list(notes)
    nameless: list[bool] = []
    if used and len(given) == usual - 1 and any(line[-1].strip() for line in body if len(line) == usual):
        given.insert(0, "row name")
        nameless = [True]
        told += " The header has one name fewer than there are columns: the first was taken for row names."
    width = max(usual, len(given))
    given += [""] * (width - len(given))
    nameless += [bool(row) and not name for name in given[len(nameless) :]]
    names, remarks = unique_names(given, announce=bool(row))
    return Head(bool(row), names, tuple(nameless), before + first, row, told.strip(), (*said, *remarks))


def is_head(row: Row, below: Sequence[Row]) -> bool:
    """Say whether a row holds names: no number but such as may be one, and unlike what stands below."""
    cells = [cell.strip() for cell in row]
    numbers = [index for index, cell in enumerate(cells) if _NUMBER.match(cell)]
    if numbers:
        return _counts_on(cells, numbers, below)
    numeric = _numeric_columns(below)
    if numeric:
        telling = [cells[index] for index in numeric if index < len(cells)]
        complete = all(index < len(line) and line[index].strip() for line in below for index in numeric)
        # Where numbers stand in every row but this one, its other cells are names.
        nameless = complete and not any(telling) and any(cells) and len(below) > 1
        return nameless or any(cell and cell.lower() not in MISSING for cell in telling)
    columns = [[line[index].strip() for line in below if index < len(line)] for index in range(len(cells))]
    if any(map(_above_numbers, cells, columns)):
        return True
    for name, column in zip(cells, columns, strict=True):
        if any(map(_NUMBER.match, column)):
            return True
        if name and name in column:
            return False
    return True


def _above_numbers(name: str, column: Sequence[str]) -> bool:
    """Whether a word stands above cells that all begin with a number, such as “7 %”, “$ 12” or “3/10”."""
    present = [cell for cell in column if cell and cell.lower() not in MISSING]
    word = name[:1].isalpha() and name.lower() not in MISSING | MISSING_IN_WORDS
    return (
        word
        and not any(map(str.isdecimal, name))
        and len(present) > 2
        and all(map(_BEGINS_WITH_NUMBER.match, present))
    )


def is_head_below(row: Row, body: Sequence[Row]) -> bool:
    """Say whether the last row of a file without names above holds them: words, unlike all that stands above.

    Parameters
    ----------
    row : sequence of str
        The last row.
    body : sequence of rows
        The first rows.
    """
    cells = [cell.strip() for cell in row]
    columns = [[line[index].strip() for line in body if index < len(line)] for index in range(len(cells))]
    numeric = _numeric_columns(body)
    texts = [columns[index] for index in range(len(cells)) if index not in numeric]
    new = all(cell and cell not in column for cell, column in zip(cells, columns, strict=True))
    # A slip of the pen stands among numbers too; beside it is a row's own name, or one of few texts.
    again = all(2 * len(set(column)) <= len(column) for column in texts)
    return new and len(set(cells)) == len(cells) > 1 and bool(numeric) and again and is_head(cells, body)


def _counts_on(cells: list[str], numbers: list[int], below: Sequence[Row]) -> bool:
    """Whether the numbers of a row are names, unlike those below: years, a count, or beside another name."""
    if not below:
        return False
    if not all(_WHOLE.match(cells[index]) for index in numbers):
        return _measures(cells, numbers, below)
    values = [int(cells[index]) for index in numbers]
    others = [index for index in range(len(cells)) if index not in numbers]
    least = 2 if others else 4
    if len(values) < least or not _one_way(values):
        return False
    if any(cells[index] in (line[index].strip() for line in below[:50] if index < len(line)) and cells[index]
           for index in others):  # fmt: skip
        return False
    years = _are_years(values)
    counts = _is_count(values) and values[0] in (0, 1)
    named = any(cells[index] and cells[index].lower() not in MISSING
                for index in set(_numeric_columns(below)) & set(others))  # fmt: skip
    # Four years at one distance are names even above whole numbers that might be years themselves.
    even = _even if len(values) > 3 and _even(values) else _are_years
    alike = even if years else _is_count if counts else _one_way
    return (years or counts or named) and not any(_alike(line, numbers, alike) for line in below[:5])


def _measures(cells: list[str], numbers: list[int], below: Sequence[Row]) -> bool:
    """Whether names of columns are what was set where they were measured, such as wavelengths: beside a name.

    They rise or fall from column to column as the numbers below them do not, and the other cells of the row
    stand above texts that come again, without being one of them.
    """
    if len(numbers) < 3 or not all(_MEASURE.match(cells[index]) for index in numbers):
        return False
    values = [float(cells[index].replace(",", ".")) for index in numbers]
    columns = [
        [row[index].strip() for row in below if index < len(row)]
        for index in set(range(len(cells))) - set(numbers)
    ]
    others = [cells[index] for index in range(len(cells)) if index not in numbers]
    named = [name not in column for name, column in zip(others, columns, strict=True)]
    again = any(2 * len(set(column)) <= len(column) for column in columns)
    rows = [[row[index].strip() if index < len(row) else "" for index in numbers] for row in below[:5]]
    plain = [[float(cell.replace(",", ".")) for cell in row] for row in rows if all(map(_MEASURE.match, row))]
    alike = _even if _even(values) else _one_way
    return _one_way(values) and again and all(named) and all(others) and not any(map(alike, plain))


def _one_way(values: Sequence[float]) -> bool:
    """Whether numbers rise all along, or fall."""
    steps = [after - value for value, after in pairwise(values)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _even(values: Sequence[float]) -> bool:
    """Whether numbers rise or fall by the same from one to the next."""
    return len({round(after - value, 6) for value, after in pairwise(values)}) == 1


def _are_years(values: Sequence[int]) -> bool:
    return all(_YEARS[0] <= value <= _YEARS[1] for value in values)


def _is_count(values: Sequence[int]) -> bool:
    return list(values) == list(range(values[0], values[0] + len(values)))


def _alike(row: Row, numbers: list[int], alike: Callable[[Sequence[int]], bool]) -> bool:
    """Whether a row might hold the same kind of numbers as the row above it that may be names."""
    cells = [row[index].strip() if index < len(row) else "" for index in numbers]
    return all(map(_WHOLE.match, cells)) and alike([int(cell) for cell in cells])


def _numeric_columns(rows: Sequence[Row]) -> list[int]:
    """Return the columns most of whose cells are numbers."""
    found = []
    for index in range(max(map(len, rows), default=0)):
        cells = [row[index].strip() for row in rows if index < len(row)]
        present = [cell for cell in cells if cell and cell.lower() not in MISSING]
        if present and sum(bool(_NUMBER.match(cell)) for cell in present) >= 0.8 * len(present):
            found.append(index)
    return found


def _titles(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]]:
    """Return where the table begins: below empty rows, and below titles, which fill the first cells alone."""
    filled = [_filled(row) for row in rows]
    start = next((index for index, count in enumerate(filled) if count), 0)
    wide = [index for index, count in enumerate(filled) if count > 1]
    end = start
    # A column of texts with gaps beside it may begin with one cell; a title stands above all wide rows.
    left = all(row[0].strip() for row in rows[: wide[0]] if _filled(row)) if wide else False
    if left and start < wide[0] and sum(filled[: wide[0]]) * 2 <= len(wide):
        end = start if _NUMBER.match(" ".join(rows[start]).strip()) else wide[0]
    end = max(end, _broad_titles(rows, filled, end))
    if end == start:
        return start, ()
    lines = "first line is" if end == 1 else f"first {end} lines are"
    title = clean_name(" ".join(cell for cell in rows[start] if cell))[:40]
    return end, (f"The {lines} not part of the table (“{title}”): left out.",)


def _broad_titles(rows: Sequence[Row], filled: list[int], start: int) -> int:
    """Return where titles end that fill some cells, fewer than the table has, with names below them."""
    usual = Counter(count for count in filled if count).most_common(1)[0][0]
    end = start
    while end < min(len(rows) - 2, start + _MOST_TITLES):
        row, count = rows[end], filled[end]
        left = all(cell.strip() for cell in row[:count])
        if count and (count >= usual or not left or _NUMBER.match(row[0].strip())):
            break
        end += 1
    below = [row for row in rows[end:] if _filled(row)]
    return end if end > start and len(below) > 2 and is_head(below[0], below[1:]) else start


def _more_names(below: Sequence[Row]) -> list[int]:
    """Return which rows below a line of names hold no data either: further names, units or descriptions."""
    machine = [
        k for k, row in enumerate(below[:_MOST_NAMES]) if any(cell.startswith(_IMPORT_ID) for cell in row)
    ]
    if machine:
        return list(range(1, machine[-1] + 1))
    found: list[int] = []
    body = below[_MOST_NAMES + 1 :] if len(below) > 2 * _MOST_NAMES else below[2:]
    numeric = _numeric_columns(body)
    merged = len(below[0]) - len({cell.strip() for cell in below[0] if cell.strip()}) > 1
    for index in range(1, min(_MOST_NAMES, len(below) - 2)):
        cells = [cell.strip() for cell in below[index]]
        over = [cells[column] if column < len(cells) else "" for column in numeric]
        said = [cell for cell in over if cell and cell.lower() not in MISSING]
        alone_above_texts = not said and index == 1 and not (merged and cells[:1] != [""])
        data = any(map(_NUMBER.match, over)) or any(map(_FLAGGED.match, over))
        if not numeric or data or alone_above_texts:
            break
        rest = [column for column in range(len(cells)) if column not in numeric]
        returns = any(
            cells[column] and cells[column] in (row[column].strip() for row in body if column < len(row))
            for column in rest
        )
        alone = 0 < len(said) < 2 and not all(_UNIT.match(cell) for cell in cells if cell)
        if returns or alone or (0 < len(said) * 2 < len(over) and not merged):
            break
        found.append(index)
    return found


def _looks_like_units(cells: Row, numeric: Sequence[int]) -> bool:
    """Whether what stands above numbers are units, with nothing above the other columns."""
    others = [cell for index, cell in enumerate(cells) if index not in numeric]
    over = [cells[index] for index in numeric if index < len(cells) and cells[index]]
    return bool(over) and all(map(_UNIT.match, over)) and not any(cell.strip("-–— []()<>") for cell in others)


def _joined(above: Row, below: Row) -> list[str]:
    """Put two lines of names together, the upper one reaching to the right as merged cells do.

    A line that fills the first cells alone names the columns of an index, as pandas writes it.
    """
    named = _filled(below)
    if named < len(above) / 2 and all(cell for cell in below[:named]):
        return [*below[:named], *above[named:]]
    joined, last = [], ""
    for index in range(max(len(above), len(below))):
        upper = above[index] if index < len(above) else ""
        lower = below[index] if index < len(below) else ""
        last = upper or last
        joined.append(lower if not last or last.startswith("Unnamed:") else f"{last} {lower}".strip())
    return joined


def _in_comment(commented: str, below: Sequence[Row]) -> bool:
    """Whether the names stand in a comment: as many as there are columns, above rows that begin with none."""
    if not below:
        return False
    cells = _comment_cells(commented, len(below[0]))
    return len(cells) == len(below[0]) > 1 and not is_head(below[0], below[1:]) and is_head(cells, below)


def _comment_cells(commented: str, width: int) -> list[str]:
    """Cut a comment into as many cells as there are columns, if one of the usual signs does so."""
    text = commented.strip()
    bare = re.sub(r"^[#%!/]+\s*(?=[^\s,;|])", "", text)
    for words in (bare, text):
        for separator in (",", ";", "\t", "|", None):
            cells = [cell.strip().strip('"') for cell in words.split(separator)]
            if len(cells) == width:
                return cells
    return []


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell.strip())


def unique_names(given: Sequence[str], *, announce: bool) -> tuple[tuple[str, ...], list[str]]:
    """Return names that all differ, and a sentence for each that was changed.

    Parameters
    ----------
    given : sequence of str
        The names in the file; an empty one becomes "column 3".
    announce : bool
        Whether missing names are worth a sentence (not where there is no header at all).
    """
    names: dict[str, None] = {}
    notes = []
    for position, name in enumerate(given, start=1):
        unique = name or f"column {position}"
        copies = 1
        while unique in names:
            copies += 1
            unique = f"{name or f'column {position}'} ({copies})"
        if name and unique != name:
            notes.append(f"Two columns are called “{name}”: the one in column {position} is now “{unique}”.")
        elif not name and announce:
            notes.append(f"Column {position} has no name in the header: it is called “{unique}”.")
        names[unique] = None
    return tuple(names), notes
