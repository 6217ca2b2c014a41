"""What a file of text looks like before it is read: encoding, separator, decimal sign, header.

Everything here works on the bytes or on a sample of lines, knows no Streamlit and guesses in a fixed order,
so that the same file is always understood in the same way. Whoever knows better says so with `Reading`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Final

from nncore.data.number_format import bare_number
from nncore.data.row_files import cells_between_spaces
from nncore.data.tidy import Tidying, find_tidying, tidy_lines
from ui.tables.encoding import (
    ENCODINGS,
    WIDE,
    decodes,
    find_encoding,
    refuse_other_formats,
    refuse_what_is_no_text,
)
from ui.tables.header import Head, find_head, is_head_below, unique_names
from ui.tables.preface import SEPARATORS, SPACES, find_preface
from ui.tables.reading import Reading
from ui.tables.words import TableError, clean_name

__all__ = ["ENCODINGS", "MAX_COLUMNS", "SEPARATORS", "Layout", "Reading", "TableError", "find_layout"]

SAMPLE_BYTES: Final = 256 * 1024
SAMPLE_ROWS: Final = 400
SAMPLE_LEAST: Final = 16
SAMPLE_CELLS: Final = 12_000
"""Cells of the sample, about: a cell takes more than ten times its own bytes while it is looked at."""
SPREAD_PIECES: Final = 24
SPREAD_LEAST: Final = 8  # lines of them, however many cells they have
"""Pieces of a large file, evenly spread, of which some lines tell how numbers are written further down."""
MAX_COLUMNS: Final = 1000
FAR_TOO_WIDE: Final = 20 * MAX_COLUMNS
"""More cells of a first line than that are not cut, which would take more than the file's own memory."""

_FIRST: Final = 4  # rows among which the names are looked for
_LONG: Final = 100  # characters; no number has as many
_NAME: Final = 3  # words of a name, at most
ONE_COLUMN: Final = ",;\t|"
ONE_SEPARATOR: Final = {**SEPARATORS, SPACES: "space"}
DAMAGED: Final = "Some bytes of the file are no UTF-8; they are shown as �."

_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
_COMMA_NUMBER: Final = re.compile(r"[-+]?(\d+,\d*|,\d+)([eE][-+]?\d+)?$")
_POINT_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+$")
_COMMA_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?$")
_GROUPS: Final = re.compile(r"[-+]?[1-9]\d{0,2}([.,]\d{3})+$")
_WHOLE: Final = re.compile(r"[-+]?\d+$")
_TIME_OR_ADDRESS: Final = re.compile(r"\d:[0-5]\d(?!\d)|://|: ")


@dataclass(frozen=True)
class Layout:
    """How a file is read, every question answered."""

    encoding: str
    separator: str
    decimal: str
    header: bool
    """`encoding`, `separator`, `decimal` and `header`: as in `Reading`, without `None`."""
    names: tuple[str, ...]
    """One name a column, all different."""
    skip: int
    """Rows of the file before the first row of data."""
    sure: bool = False
    """Whether anything in the file speaks for that decimal sign."""
    nameless: tuple[bool, ...] = ()
    """Which of them had to be made though there is a header."""
    header_row: int = 1
    """Row of the file that holds the names, 0 for none."""
    foot: int = 0
    """Rows at the end that are no data, such as a source or a total."""
    quote: str = '"'
    """The quotation mark."""
    comment: str = ""
    """Sign with which lines of comment begin, "" where there are none."""
    as_text: tuple[bool, ...] = ()
    """Which columns are read as texts first, as more than plain numbers stands in them."""
    verbatim: bool = False
    """Whether the first line of the file holds the very names, and no spaces follow the separators."""
    told: str = ""
    """One sentence about the header where it is not the plain case of one line of names, else ""."""
    notes: tuple[str, ...] = ()
    """What was noticed on the way, one sentence each."""
    heading: tuple[str, ...] = ()
    """The lines above the first row of data."""
    tidying: Tidying = field(default_factory=Tidying)
    """What is taken off the lines before they are cut."""
    repeated: bool = False
    """Whether the line of names stands among the rows again."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.names)


def find_layout(data: bytes, reading: Reading | None = None) -> Layout:
    """Find out how a file of text is laid out.

    Parameters
    ----------
    data : bytes
        The whole file.
    reading : Reading, optional
        What is known already.

    Raises
    ------
    TableError
        When the file is empty, no text, or wider than `MAX_COLUMNS` columns.
    """
    reading = reading or Reading()
    refuse_what_is_no_text(data)
    encoding = reading.encoding or find_encoding(data)
    damaged = encoding == "utf-8" and not decodes(data, encoding)
    lines = sample_lines(data, encoding)
    _refuse_width(1 + max((lines[0].count(sign) for sign in ",;\t|"), default=0), least=FAR_TOO_WIDE)
    tidying = find_tidying(lines)
    first_lines = lines = tidied(lines, tidying)
    preface = find_preface(lines)
    lines = lines[preface.skip :]
    known = reading.separator or preface.separator or ("|" if tidying.barred else "")
    separator = known or find_separator(lines, preface.quote)
    rows = parse_rows(lines, separator, preface.quote)
    if not any(cell.strip() for row in rows for cell in row):
        raise TableError("The file has no rows: every line of it is empty.")
    if reading.header is None and _quoted_names(lines, separator):
        reading = replace(reading, header=True)
    head = find_head(
        rows, before=preface.skip, names=preface.names, commented=preface.last_comment, reading=reading
    )
    last = _last_rows(data, encoding, separator, preface.quote, tidying=tidying)
    body = rows[head.skip - preface.skip :]
    foot = _foot(last, body, len(head.names))
    tidying = _without_long_rows(tidying, last[len(last) - foot :], len(head.names))
    if not head.header and reading.header is None and last and is_head_below(last[-1], body[:-1]):
        head, foot = _from_below(head, last[-1], data), 1
    _refuse_width(len(head.names))
    n_lines = max(data.count(b"\n"), data.count(b"\r"))
    whole = len(rows) < SAMPLE_ROWS and len(data) <= SAMPLE_BYTES and n_lines <= preface.skip + len(lines)
    spread = (
        [] if whole else parse_rows(tidied(_spread_lines(data, encoding), tidying), separator, preface.quote)
    )
    decimal, sure = find_decimal([*body, *spread], separator)
    if reading.decimal is not None:
        decimal, sure = reading.decimal, True
    return Layout(
        encoding, separator, decimal, head.header, head.names, head.skip, sure, head.nameless, head.row,
        foot - tidying.below, preface.quote, preface.comment,
        _as_text([*body, *spread], len(head.names), decimal),
        not damaged and _is_verbatim(lines, separator, head.names),
        head.told,
        (
            *([DAMAGED] if damaged else []), *tidying.said, *preface.said(head.row), *head.notes,
            *_codes(body, head.names),
        ),
        tuple(line.strip() for line in first_lines[: head.skip]), tidying,
        _is_repeated(data, encoding, head.row),
    )  # fmt: skip


def _without_long_rows(tidying: Tidying, foot: Sequence[Sequence[str]], width: int) -> Tidying:
    """Take rows below a table off as lines where they would be rows with too many values."""
    return replace(tidying, below=len(foot)) if any(len(row) > width for row in foot) else tidying


def _from_below(head: Head, cells: Sequence[str], data: bytes) -> Head:
    """Take the names from the last row."""
    names, _ = unique_names([clean_name(cell) for cell in cells], announce=False)
    row = data.rstrip().count(b"\n") + 1
    return replace(head, names=names, told=f"The names stand below the rows, in row {row}.")


def _is_verbatim(lines: Sequence[str], separator: str, names: Sequence[str]) -> bool:
    """Whether the first line holds the very names, and no spaces follow the separators."""
    spaced = any(f"{separator} " in line for line in lines)
    return not spaced and lines[:1] != [] and next(csv.reader(lines[:1])) == list(names)


def _quoted_names(lines: Sequence[str], separator: str) -> bool:
    """Whether all of the first line stands in quotes and not all of the next: names, as R writes them."""
    gap = r"\s+" if separator == SPACES else re.escape(separator)
    all_quoted = re.compile(rf'"[^"]*"(?:{gap}"[^"]*")+\s*$')
    first = [line for line in lines[:2] if line.strip()]
    return len(first) == 2 and bool(all_quoted.match(first[0])) and not all_quoted.match(first[1])


def _refuse_width(width: int, *, least: int = MAX_COLUMNS) -> None:
    if width > least:
        raise TableError(f"The table has {width:,} columns; at most {MAX_COLUMNS:,} are read.")


def sample_lines(data: bytes, encoding: str) -> list[str]:
    """Decode the first lines; a last line that the sample cuts in two is left out.

    Raises
    ------
    TableError
        When they are no table of text.
    """
    start = data[:SAMPLE_BYTES]
    refuse_other_formats(start.decode(encoding, errors="replace"))
    text = io.TextIOWrapper(io.BytesIO(start), encoding, errors="replace")
    lines = list(islice(text, SAMPLE_LEAST))
    most = min(SAMPLE_ROWS * 2, SAMPLE_CELLS // (_most_signs(lines) + 1))
    lines += islice(text, max(0, most - SAMPLE_LEAST))
    if len(data) > SAMPLE_BYTES and len(lines) > 1 and not next(text, ""):
        lines.pop()
    return lines


def _spread_lines(data: bytes, encoding: str) -> list[str]:
    """Decode some lines of pieces from all over a large file."""
    found: list[str] = []
    first = min(SAMPLE_BYTES, len(data) // 10 // 4 * 4)
    step = (len(data) - first) // SPREAD_PIECES
    size = max(4096, 3 * len(data) // max(1, data.count(b"\n")))
    for start in range(first, len(data), max(4, step // 4 * 4)):
        text = data[start : start + size].decode(encoding, errors="replace")
        found += io.StringIO(text, newline=None).readlines()[1:-1][:8]
    most = max(SPREAD_LEAST, SAMPLE_CELLS // (_most_signs(found) + 1))
    return found[:: -(-len(found) // most)] if found else found


def _most_signs(lines: Sequence[str]) -> int:
    """Return how often one of the usual separators stands in a line, at most."""
    return max((line.count(sign) for line in lines[:3] for sign in ",;\t| "), default=0)


def tidied(lines: Iterable[str], tidying: Tidying) -> list[str]:
    """Return lines with their ends, and without what stands around their cells."""
    if not tidying.needed:
        return list(lines)
    return [f"{line}\n" for line in tidy_lines(lines, **asdict(tidying))]


def _is_repeated(data: bytes, encoding: str, row: int) -> bool:
    """Whether the line of names stands in the file again, as in files that were put together."""
    if not row or encoding.startswith(WIDE):
        return False
    found = re.match(rb"(?:[^\r\n]*(?:\r\n?|\n)){%d}([^\r\n]*)" % (row - 1), data)
    name = found[1] if found else b""
    name, mark = name.removeprefix(codecs.BOM_UTF8), b"\n" + codecs.BOM_UTF8
    return len(name) > 2 and data.count(b"\n" + name) + data.count(mark + name) > (row > 1)


def _last_rows(
    data: bytes, encoding: str, separator: str, quote: str, *, tidying: Tidying
) -> list[list[str]]:
    """Return the last rows of a file that are not empty."""
    if encoding.startswith(WIDE) and len(data) > SAMPLE_BYTES:
        return []
    end = io.BytesIO(data[-16384 if len(data) > SAMPLE_BYTES else 0 :])
    lines = deque(islice(io.TextIOWrapper(end, encoding, errors="replace"), 1, None), maxlen=40)
    rows = parse_rows(tidied(lines, tidying), separator, quote)
    return [row for row in rows if any(cell.strip() for cell in row)]


_FOOTER: Final = re.compile(
    r"(grand )?totals?\b|sum\b|mean\b|average\b|source\b|notes?\b|generated\b|quelle\b|summe\b|gesamt"
    r"|[(\[]?\d[\d,.]* rows?\b|\(c\)opyright|mittelwert|durchschnitt\b|moyenne\b|somme\b|suma\b|somma\b"
    r"|promedio\b|média\b|gemiddelde\b|totaal\b|итого\b|всего\b|合计|总计|合計|小計|小计"
    r"|©|\(c\)|\* |end of|eof$",
    re.IGNORECASE,
)
_RULED: Final = re.compile(r"[-_=*~.]{3,}")
_STATISTIC: Final = re.compile(r"(std|sd|st\.? ?dev|median|min|max|count)\b", re.IGNORECASE)


def _foot(last: Sequence[Sequence[str]], body: Sequence[Sequence[str]], width: int) -> int:
    """Count rows at the end that are no data: a source, a note or a total in a column of other texts."""
    firsts = Counter(row[0].strip() for row in body if row)
    # Max may be somebody's name, but not among numbers.
    among_numbers = 2 * sum(bool(_NUMBER.match(cell)) for cell in firsts) > len(firsts)
    count = 0
    for row in reversed(last[-6:]):
        filled = [index for index, cell in enumerate(row) if cell.strip()]
        said = row[0].strip()
        alone = filled == [0] and width > 2 and not _NUMBER.match(said)
        words = " ".join(row[: len(filled)]).strip()
        known = _FOOTER.match(words) or (among_numbers and _STATISTIC.match(words))
        named = bool(known) and width > 1 and firsts[said] <= 1
        ruled = alone and _RULED.fullmatch(said)
        if not (named or ruled or (alone and count + 1 < len(last) and firsts[said] <= 1 and " " in said)):
            break
        count += 1
    return count if count < len(body) else 0


def find_separator(lines: Sequence[str], quote: str = '"') -> str:
    """Name the separator that cuts most lines into the same number of cells, more of them numbers.

    Where none cuts them, it is one that stands nowhere, so that the file is a single column.

    Parameters
    ----------
    lines : sequence of str
    quote : str
        The quotation mark.

    Raises
    ------
    TableError
        When every line is empty.
    """
    scores = {}
    numeric: dict[str, float] = {}
    for separator in [sign for sign in SEPARATORS if sign != ":"]:
        widths, numbers, first_rows = Counter[int](), 0, list[list[str]]()
        for row in _cut(lines, separator, quote):
            if any(cell.strip() for cell in row):
                widths[len(row)] += 1
                numbers += sum(len(cell) < _LONG and _is_some_number(cell.strip()) for cell in row)
                first_rows += [row] * (len(first_rows) < _FIRST)
        if not widths:
            raise TableError("The file has no rows: every line of it is empty.")
        width, share = widths.most_common(1)[0]
        # Spaces also cut sentences into words; they must cut every line alike.
        needed = 0.95 if separator == SPACES else 0.5
        if width < 2 or (share < needed * widths.total() and min(widths) < 2):
            continue
        numeric[separator] = numbers / sum(size * count for size, count in widths.items())
        if separator == SPACES and width <= _NAME and len(widths) == 1 and not numeric[separator]:
            continue  # two words in every line are a name rather than two columns
        # Names and rows have the same number of cells, or the names one fewer, where rows are named too.
        first = _first_names(first_rows) if numeric[separator] else first_rows[0]
        fits = len(first) in (width, width - 1) and len(first) > 1
        even = round(share / widths.total(), 1)
        scores[separator] = (fits, separator != SPACES, even, round(numeric[separator], 2), width)
    if not scores and _by_colons(lines, quote):
        return ":"
    if not scores:
        return next((sign for sign in ONE_COLUMN if not any(sign in line for line in lines)), "\t")
    best = max(scores, key=lambda separator: scores[separator])
    # Columns set apart by spaces, with a tab, a decimal comma or a comma inside a text here and there.
    fits, _, evenness, filled, _ = scores.get(SPACES, (False, False, 0.0, 0.0, 0))
    if fits and evenness >= 0.9 and filled > numeric[best] + 0.25 and _better_by_spaces(lines, best, quote):
        return SPACES
    return best


def _first_names(rows: list[list[str]]) -> list[str]:
    """Return the first row that is cut at all, where it has no numbers, as names below a title have none."""
    first = next((row for row in rows if len(row) > 1), rows[0])
    return rows[0] if any(_is_some_number(cell.strip()) for cell in first) else first


def _by_colons(lines: Sequence[str], quote: str) -> bool:
    """Whether colons cut every line into as many cells, few of which are parts of times or addresses."""
    rows = [row for row in parse_rows(lines, ":", quote) if any(row)]
    even = len(rows) > 2 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 2
    words = any(not _is_some_number(cell.strip()) for row in rows[1:] for cell in row)
    return even and words and 2 * sum(bool(_TIME_OR_ADDRESS.search(line)) for line in lines) < len(lines)


def _better_by_spaces(lines: Sequence[str], best: str, quote: str) -> bool:
    """Whether spaces cut lines of numbers in which another sign only stands now and then, or in decimals."""
    cells = [cell for row in parse_rows(lines, SPACES, quote) for cell in row]
    return sum(best in cell and not _is_some_number(cell) for cell in cells) <= 0.02 * len(cells)


def find_decimal(rows: Sequence[Sequence[str]], separator: str) -> tuple[str, bool]:
    """Name the decimal sign of a sample of rows, and say whether anything speaks for it."""
    plain, signed, grouped = Counter[str](), Counter[str](), 0
    for position in range(max(map(len, rows), default=0)):
        cells = {row[position].strip() for row in rows if position < len(row)}
        groups = [cell for cell in cells if _GROUPS.match(cell)]
        clear = [cell for cell in cells if not _GROUPS.match(cell)]
        # Beside a currency or a unit, a thousand looks like three decimals: that speaks for neither.
        bare = [bare_number(cell) for cell in cells if not _is_plain_number(cell)]
        for votes, some in (
            (plain, clear),
            (signed, [cell for cell in bare if cell and not _GROUPS.match(cell)]),
        ):
            votes["."] += any(
                "." in cell and (_is_number(cell) or _COMMA_THOUSANDS.match(cell)) for cell in some
            )
            votes[","] += any("," in cell and _is_comma_number(cell) for cell in some)
        plain["."] += any(cell.count(",") > 1 for cell in groups)
        plain[","] += any(cell.count(".") > 1 for cell in groups)
        if groups and not any(map(_WHOLE.match, clear)):
            grouped += any("," in cell for cell in groups)
    for votes in (plain, signed):
        if votes["."] or votes[","]:
            even = votes["."] == votes[","]
            return ("," if votes[","] > votes["."] or (even and separator == ";") else "."), True
    if grouped and separator != ",":
        return ",", False
    return ".", separator == ","


def _as_text(rows: Sequence[Sequence[str]], width: int, decimal: str) -> tuple[bool, ...]:
    """Say which columns hold more than plain numbers, or numbers that may be read in two ways."""
    found = []
    plain = _COMMA_NUMBER if decimal == "," else _NUMBER
    for position in range(width):
        cells = {row[position].strip() for row in rows if position < len(row)} - {""}
        numbers = [cell for cell in cells if plain.match(cell) or _WHOLE.match(cell)]
        groups = [cell for cell in numbers if _GROUPS.match(cell)]
        clear = any(decimal in cell and not _GROUPS.match(cell) for cell in numbers)
        long = any(len(cell) > 15 and _WHOLE.match(cell) for cell in cells)
        found.append(len(numbers) < len(cells) or not cells or (bool(groups) and not clear) or long)
    return tuple(found)


_CODE: Final = re.compile(
    r"(?i)(?:^|[\W_])(?:zip|zip ?codes?|post(?:al)? ?codes?|plz|cap|cep|fips|codes?)(?:$|[\W_])"
)


def _codes(rows: Sequence[Sequence[str]], names: Sequence[str]) -> list[str]:
    """Say of columns of numbers that begin with zeros, all equally long, that they may be codes."""
    said = []
    for position, name in enumerate(names):
        cells = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
        known = set(cells)
        zero = next((cell for cell in cells if cell[0] == "0"), "")
        alike = len(zero) > 2 and all(len(cell) == len(zero) and _WHOLE.match(cell) for cell in known)
        if alike and int(zero) and (len(known) < len(cells) or _CODE.search(name)):
            said.append(
                f"Column “{name}”: its numbers begin with zeros, as codes do (“{zero}” is read as "
                f"{int(zero)}). Where they name things, choose class as its type."
            )
    return said


def parse_rows(lines: Iterable[str], separator: str, quote: str = '"') -> list[list[str]]:
    """Cut lines of text into cells, quotes respected.

    Raises
    ------
    TableError
        When one cell alone is longer than 128 kB.
    """
    once: dict[str, str] = {}  # a cell that stands there again takes no more room
    return [[once.setdefault(cell, cell) for cell in row] for row in _cut(lines, separator, quote)]


def _cut(lines: Iterable[str], separator: str, quote: str) -> Iterator[list[str]]:
    """Yield the rows of `parse_rows` one by one."""
    if separator == SPACES:
        yield from (cells_between_spaces(line, quote) for line in islice(lines, SAMPLE_ROWS))
        return
    try:
        reader = csv.reader(lines, delimiter=separator, quotechar=quote, skipinitialspace=True)
        yield from islice(reader, SAMPLE_ROWS)
    except csv.Error as error:
        raise TableError(
            f"A cell near the beginning of the file has more than {csv.field_size_limit():,} signs, so it is "
            "no table of text, or a quotation mark is missing."
        ) from error


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell))


def _is_comma_number(cell: str) -> bool:
    return bool(_COMMA_NUMBER.match(cell) or _POINT_THOUSANDS.match(cell))


def _is_plain_number(cell: str) -> bool:
    return _is_number(cell) or _is_comma_number(cell)


def _is_some_number(cell: str) -> bool:
    return _is_plain_number(cell) or bool(bare_number(cell))
