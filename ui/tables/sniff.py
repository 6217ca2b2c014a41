"""What a file of text looks like before it is read: encoding, separator, decimal sign, header.

Everything here works on the bytes or on a sample of the first lines, knows no Streamlit and guesses in a
fixed order, so that the same file is always understood in the same way. Whoever knows better says so with
`Reading`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nncore.data.number_format import Written, bare_number, find_written

SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 400
MAX_COLUMNS = 1000

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", r"\s+": "spaces"}
ONE_SEPARATOR = {**SEPARATORS, r"\s+": "space"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 (little endian)",
    "utf-16-be": "UTF-16 (big endian)",
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1",
}
MISSING = ("", "na", "n/a", "nan", "null", "none", "#n/a", "<na>", "?", "-", "--", ".")

# What a file that is no table of text begins with, so that it can be named in the refusal.
_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a compressed (gzip) file",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\x89HDF": "an HDF5 file",
    b"\x7fELF": "a program",
}
_MARKUP = re.compile(r"\s*(<!doctype|<html|<\?xml|<svg)", re.IGNORECASE)
# An object or a list of JSON; a header in brackets goes on with a letter.
_JSON = re.compile(r"\s*(\{\s*\"|\[\s*[\[{\"\d-])")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
_COMMA_NUMBER = re.compile(r"[-+]?(\d+,\d*|,\d+)([eE][-+]?\d+)?$")
_POINT_THOUSANDS = re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+$")
_COMMA_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?$")
_HAS_DIGIT = re.compile(r"\d").search
_ONE_GROUP = re.compile(r"[-+]?\d{1,3}[.,]\d{3}$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class TableError(ValueError):
    """A table that cannot be used, in one sentence that names column and row where there is one."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; `None` means: find out.

    Attributes
    ----------
    encoding : str or None
        A key of `ENCODINGS`.
    separator : str or None
        A key of `SEPARATORS`.
    decimal : str or None
        The decimal sign, "." or ",".
    header : bool or None
        Whether the first line that is not empty holds the names of the columns.
    written : mapping of str to (Written or None)
        How the numbers of columns are probably written, by name; None leaves a column as it is.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    header: bool | None = None
    written: Mapping[str, Written | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """How a file is read, every question answered.

    Attributes
    ----------
    encoding, separator, decimal, header
        As in `Reading`, without `None`.
    names : tuple of str
        One name a column, all different.
    skip : int
        Rows of the file before the first row of data.
    written : tuple of (Written or None)
        How the numbers of each column are written, None where that is plain or they are no numbers.
    notes : tuple of str
        What was noticed on the way, one sentence each.
    """

    encoding: str
    separator: str
    decimal: str
    header: bool
    names: tuple[str, ...]
    skip: int
    written: tuple[Written | None, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.names)


def find_layout(
    data: bytes, reading: Reading | None = None, *, more: Mapping[str, Sequence[str]] | None = None
) -> Layout:
    """Find out how a file of text is laid out.

    Parameters
    ----------
    data : bytes
        The whole file.
    reading : Reading, optional
        What is known already.
    more : mapping of str to sequence of str, optional
        Cells from further down that say more about how the numbers of a column are written.

    Returns
    -------
    Layout

    Raises
    ------
    TableError
        When the file is empty, no text, not a table, or wider than `MAX_COLUMNS` columns.
    """
    reading = reading or Reading()
    _refuse_what_is_no_text(data)
    encoding = reading.encoding or find_encoding(data)
    lines = _sample_lines(data, encoding)
    separator, lines, skip, declared = _declared_separator(lines)
    separator = reading.separator or separator or find_separator(lines)
    rows = parse_rows(lines, separator)
    first, remarks = _first_row(rows)
    skip += first
    rows = [row for row in rows[first:] if any(cell.strip() for cell in row)]
    if not rows:
        raise TableError("The file has no rows: every line of it is empty.")
    header = find_header(rows) if reading.header is None else reading.header
    body = rows[1:] if header else rows
    decimal, sure = find_decimal(body, separator)
    if reading.decimal is not None:
        decimal, sure = reading.decimal, True
    layout = Layout(encoding, separator, decimal, header, (), skip + int(header), notes=(*declared, *remarks))
    return _with_written(_with_names(layout, rows), body, reading=reading, more=more or {}, sure=sure)


def _first_row(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """Return where the table begins: below empty lines, and below a title or comments of a single cell."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    wide = [index for index, count in enumerate(filled) if count > 1]
    start = next((index for index, count in enumerate(filled) if count), 0)
    # A column of texts with gaps beside it may begin with one cell; a title stands above all wide rows.
    few = bool(wide) and start < wide[0] and sum(filled[: wide[0]]) * 2 <= len(wide)
    if not few or _is_number(" ".join(rows[start]).strip()):
        return start, ()
    lines = "line is" if wide[0] == 1 else f"{wide[0]} lines are"
    return wide[0], (
        f"The first {lines} not part of the table (“{clean_name(' '.join(rows[start]))[:40]}”): left out.",
    )


def find_encoding(data: bytes) -> str:
    """Name the encoding: a byte order mark, zero bytes for UTF-16, UTF-8 where it fits, else Latin-1."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:2000]
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        if _decodes(data, encoding):
            return encoding
    return "latin-1"


def find_separator(lines: Sequence[str]) -> str:
    """Name the separator that cuts most lines into the same number of cells, more of them numbers.

    Raises
    ------
    TableError
        When no separator gives two columns or more.
    """
    scores = {}
    for separator in SEPARATORS:
        rows = [row for row in parse_rows(lines, separator) if any(cell.strip() for cell in row)]
        widths = Counter(len(row) for row in rows)
        if not widths:
            raise TableError("The file has no rows: every line of it is empty.")
        width, share = widths.most_common(1)[0]
        # Spaces also cut sentences into words; they must cut every line alike.
        needed = 0.95 if separator == r"\s+" else 0.5
        if width < 2 or (share < needed * len(rows) and min(widths) < 2):
            continue
        cells = [cell.strip() for row in rows for cell in row]
        numeric = sum(map(_is_some_number, cells)) / len(cells)
        # Names and rows have the same number of cells, or the names one fewer, where rows are named too.
        fits = len(rows[0]) in (width, width - 1) and len(rows[0]) > 1
        scores[separator] = (fits, separator != r"\s+", round(share / len(rows), 1), round(numeric, 2), width)
    if not scores:
        tried = ", ".join(SEPARATORS.values())
        raise TableError(
            f"The file has a single column (separators tried: {tried}); "
            "a target and at least one feature are needed."
        )
    return max(scores, key=lambda separator: scores[separator])


def find_header(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row holds names: no number in it, and it differs from what stands below."""
    first, rest = rows[0], rows[1:]
    if any(_is_plain_number(cell.strip()) for cell in first):
        return False
    for index, name in enumerate(first):
        below = [row[index].strip() for row in rest if index < len(row)]
        if any(map(_is_plain_number, below)):
            return True
        if name.strip() and name.strip() in below:
            return False
    return True


def find_decimal(rows: Sequence[Sequence[str]], separator: str) -> tuple[str, bool]:
    """Name the decimal sign of a sample of rows, and say whether anything speaks for it."""
    cells = [cell.strip() for row in rows for cell in row]
    # Beside a currency or a unit, a thousand looks like three decimals: that speaks for neither.
    signed = [bare_number(cell) for cell in cells if not _is_plain_number(cell)]
    cells += [bare for bare in signed if bare and not _ONE_GROUP.match(bare)]
    with_comma = [
        cell for cell in cells if "," in cell and (_is_comma_number(cell) or _COMMA_THOUSANDS.match(cell))
    ]
    with_point = any("." in cell and _is_number(cell) for cell in cells)
    # Where commas separate, "1,234" stands in quotes because its comma groups digits.
    grouped = all(_COMMA_THOUSANDS.match(cell) for cell in with_comma)
    many = any("." in cell or cell.count(",") > 1 for cell in with_comma)
    if with_comma and not with_point and not (grouped and (separator == "," or many)):
        return ",", True
    return ".", with_point or many or separator == ","


def parse_rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Cut lines of text into cells, quotes respected.

    Raises
    ------
    TableError
        When one cell alone is longer than 128 kB.
    """
    if separator == r"\s+":
        return [line.split() for line in lines]
    try:
        return list(csv.reader(lines, delimiter=separator, skipinitialspace=True))[:SAMPLE_ROWS]
    except csv.Error as error:
        raise TableError(f"The file is not a table of text: {error} near its beginning.") from error


def clean_name(name: str) -> str:
    """Return a column name without control characters, at most 60 characters long."""
    return _CONTROL.sub(" ", name).strip()[:60]


def shortened(text: str, most: int = 40) -> str:
    """Return a text of the user's as a sentence or a drawing shows it: on one line, not too long."""
    line = _CONTROL.sub(" ", text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell))


def _is_comma_number(cell: str) -> bool:
    return bool(_COMMA_NUMBER.match(cell) or _POINT_THOUSANDS.match(cell))


def _is_plain_number(cell: str) -> bool:
    return _is_number(cell) or _is_comma_number(cell)


def _is_some_number(cell: str) -> bool:
    return _is_plain_number(cell) or bool(bare_number(cell))


def _decodes(data: bytes, encoding: str) -> bool:
    """Try an encoding on the whole file, in pieces: a decoded copy of 200 MB would cost as much again."""
    decoder = codecs.getincrementaldecoder(encoding)()
    step = 1 << 20
    try:
        for start in range(0, len(data), step):
            decoder.decode(data[start : start + step])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_what_is_no_text(data: bytes) -> None:
    if not data.strip():
        raise TableError("The file is empty.")
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise TableError(
                f"The file begins like {what}; save the table as CSV (text, one line a row) first."
            )


def _sample_lines(data: bytes, encoding: str) -> list[str]:
    """Decode the first lines; a last line that the sample cuts in two is left out."""
    text = data[:SAMPLE_BYTES].decode(encoding, errors="replace")
    if "\x00" in text:
        raise TableError("The file holds zero bytes among its text, so it is not a table of text.")
    if _MARKUP.match(text):
        raise TableError("The file begins like a web page or XML; save the table as CSV first.")
    if _JSON.match(text):
        raise TableError("The file begins like JSON; save the table as CSV (text, one line a row) first.")
    lines = io.StringIO(text, newline=None).readlines()
    if len(data) > SAMPLE_BYTES and len(lines) > 1:
        lines.pop()
    return lines[: SAMPLE_ROWS * 2]


def _declared_separator(lines: list[str]) -> tuple[str | None, list[str], int, tuple[str, ...]]:
    """Excel writes a first line such as "sep=;": take it at its word and leave it out."""
    match = re.match(r'"?sep=(.)"?\s*$', lines[0]) if lines else None
    if match is None or match[1] not in SEPARATORS:
        return None, lines, 0, ()
    return (
        match[1],
        lines[1:],
        1,
        (f"The first line of the file names the {SEPARATORS[match[1]]} as separator.",),
    )


def _with_names(layout: Layout, rows: Sequence[Sequence[str]]) -> Layout:
    """Give every column a name of its own, and say which names had to be made."""
    body = rows[1:] if layout.header else rows
    widths = Counter(len(row) for row in body)
    usual = widths.most_common(1)[0][0] if widths else len(rows[0])
    given = [clean_name(cell) for cell in rows[0]] if layout.header else []
    while given and not given[-1] and len(given) > usual:
        given.pop()
    notes = list(layout.notes)
    if (
        layout.header
        and len(given) == usual - 1
        and any(row[-1].strip() for row in body if len(row) == usual)
    ):
        given.insert(0, "row name")
        notes.append(
            "The header has one name fewer than there are columns: the first column was taken for row names."
        )
    width = max(usual, len(given))
    if width > MAX_COLUMNS:
        raise TableError(f"The table has {width:,} columns; at most {MAX_COLUMNS:,} are read.")
    if width < 2:
        raise TableError(
            f"The file has a single column when cut at the {SEPARATORS[layout.separator]}; "
            "a target and at least one feature are needed."
        )
    names, remarks = unique_names([*given, *[""] * (width - len(given))], announce=layout.header)
    return replace(layout, names=names, notes=(*notes, *remarks))


def _with_written(
    layout: Layout,
    rows: Sequence[Sequence[str]],
    *,
    reading: Reading,
    more: Mapping[str, Sequence[str]],
    sure: bool,
) -> Layout:
    """Find out how the numbers of every column are written, and say what is left out of them."""
    found: list[Written | None] = []
    examples: dict[Written, tuple[str, list[str]]] = {}
    for position, name in enumerate(layout.names):
        cells = [row[position].strip() for row in rows if position < len(row)]
        cells = [cell for cell in (*cells, *more.get(name, ())) if cell.lower() not in MISSING]
        odd = [cell for cell in cells if not _reads(cell, layout.decimal) and _HAS_DIGIT(cell)]
        written = _column_written(name, cells, odd, reading=reading, decimal=layout.decimal, sure=sure)
        found.append(written)
        sample = next((cell for cell in cells if written and written.plain(cell) not in (None, cell)), None)
        if written is not None and sample is not None:
            examples.setdefault(written, (sample, []))[1].append(name)
    notes = [_written_note(*examples[written], written) for written in examples]
    return replace(layout, written=tuple(found), notes=(*layout.notes, *notes))


def _column_written(
    name: str, cells: Sequence[str], odd: Sequence[str], *, reading: Reading, decimal: str, sure: bool
) -> Written | None:
    """Return how the numbers of a column are written; pandas does not read `odd` as they are."""
    known = reading.written.get(name)
    if known is not None:
        numbers = [cell for cell in cells if _HAS_DIGIT(cell)]
        if numbers and all(known.plain(cell) is not None for cell in numbers):
            return known
    if not odd or (known is None and name in reading.written):
        return None
    found = find_written(cells, decimal=decimal, sure=sure)
    return found if found is not None and reading.decimal in (None, found.decimal) else None


def _reads(cell: str, decimal: str) -> bool:
    """Whether pandas reads a cell as a number with this decimal sign."""
    return _is_number(cell.replace(",", ".")) and "." not in cell if decimal == "," else _is_number(cell)


def _written_note(sample: str, names: Sequence[str], written: Written) -> str:
    """Say what is left out of the numbers of columns, and where that is a matter of opinion."""
    column = "Column" if len(names) == 1 else "Columns"
    doubt = (
        ""
        if written.sure
        else " If that is wrong, choose another decimal sign under “Read it in another way”."
    )
    return f"{column} {', '.join(f'“{name}”' for name in names)}: {written.words(sample)}{doubt}"


def unique_names(given: Sequence[str], *, announce: bool) -> tuple[tuple[str, ...], list[str]]:
    """Return names that all differ, and a sentence for each that was changed.

    Parameters
    ----------
    given : sequence of str
        The names in the file; an empty one becomes "column 3".
    announce : bool
        Whether missing names are worth a sentence (not where there is no header at all).
    """
    names: list[str] = []
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
        names.append(unique)
    return tuple(names), notes
