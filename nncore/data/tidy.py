"""Lines of a table that hold no cells, or hold them wrapped: rulers, bars at both ends, quotes around all,
signs between cells that no reader knows, columns of a fixed width, digits of another script.

A line that is left out stays as an empty one, so that rows keep their numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RULER = re.compile(r"\s*[-=+|: ]*(?:---|===|\+-)[-=+|: ]*\s*")
_QUOTED = re.compile(r'\s*"(?:[^"]|"")*"\s*')
# Inside a text in quotes; before a separator the backslash may be the end of a path.
_ESCAPED = re.compile(r'(?:^|[,;\t|])\s*"[^"]*\\"[^",;\t|]')
_FORMULA = re.compile(r'(^|[,;\t|])="([^"]*)"(?=[,;\t|]|$)')
_NUMBER = re.compile(r"\s*[-+]?\d+(?:[.,]\d+)?\s*")
_LOOKED_AT = 60
_PARTING = ("\x01", "\x1f", "\x1e", "¦", "§", "||", "::", "，", "；", "\u3000", " / ")
_PERHAPS = ("->", "#")  # where nothing else cuts, and not once alone
# Bars and corners of frames as the ASCII ones that stand for them.
_FRAME = {ord(sign): "|" for sign in "│┃║"} | {ord(sign): "-" for sign in "─━═"} | {
    ord(sign): "+" for sign in "┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛╭╮╰╯"
}  # fmt: skip
_LEAST_FIXED = 5  # lines by which columns of a fixed width are told
_ODD_DIGITS = {start + digit: str(digit) for start in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)}
_NO_ROOM = (0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A))
# The comma and the point of Arabic and full width, and marks that are not seen.
_PLAIN = _ODD_DIGITS | {0x66B: ".", 0xFF0E: ".", 0x66C: "", 0xFF0D: "-"} | dict.fromkeys(_NO_ROOM)
_QUOTE = re.compile(r"""(?:^|\s)['"]""")
_NUMBERS = re.compile(r"[-+]?[\d.,:/%-]*\s*")


@dataclass(frozen=True)
class Tidying:
    """What is taken off the lines of a table."""

    wrapped: bool = False
    """Quotes around whole lines."""
    ruled: bool = False
    """Lines of dashes."""
    barred: bool = False
    """A vertical bar at both ends."""
    ended: bool = False
    """Zero bytes or the sign of DOS behind the last line."""
    escaped: bool = False
    """A backslash before quotes inside a text, where a table doubles them."""
    formulas: bool = False
    """A sign of equality before a text in quotes, by which Excel keeps it a text."""
    tail: str = ""
    """Separators that a spreadsheet adds behind every line that it does not cut."""
    parting: str = ""
    """What parts the cells, where no reader of tables knows it: a tab takes its place."""
    columns: tuple[int, ...] = ()
    """Where the columns begin that have a fixed width."""
    respelled: bool = False
    """Digits of another script in numbers, and marks that are not seen."""
    framed: bool = False
    """Bars and corners that are drawn as a frame."""
    below: int = 0
    """How many lines at the end are no rows, and would have too many cells."""

    @property
    def said(self) -> list[str]:
        """What of it changes how cells are cut or spelled, one sentence each."""
        seen = self.parting.isprintable()
        sign = self.parting if seen else f"\\u{ord(self.parting):04x}"
        told = {
            f"“{sign}” parts the cells of this file; it is read as a tab.": self.parting,
            "The columns have a fixed width: they are cut where all rows are blank.": self.columns,
            "Digits of another script are read as 0 to 9, unseen marks are left out.": self.respelled,
        }
        return [sentence for sentence, holds in told.items() if holds]

    @property
    def needed(self) -> bool:
        """Whether anything is."""
        return bool(self.arguments)

    @property
    def arguments(self) -> str:
        """What `tidy_lines` is to be called with beside the lines, as a program writes it."""
        return "".join(f", {name}={value!r}" for name, value in vars(self).items() if value)


def find_tidying(lines: Sequence[str]) -> Tidying:
    """Find out what stands around the cells of a table.

    Parameters
    ----------
    lines : sequence of str
        The first lines of the file.

    Examples
    --------
    >>> find_tidying(["| a | b |", "|---|---|", "| 1 | 2 |", "| 3 | 4 |"]).arguments
    ', ruled=True, barred=True'
    >>> find_tidying(['"a,b";;', '"1,2";;', '"3,4";;']).arguments
    ", wrapped=True, tail=';;'"
    """
    framed = any("│" in line or "┃" in line or "║" in line for line in lines[:_LOOKED_AT])
    if framed:
        lines = [line.translate(_FRAME) for line in lines]
    filled = [line for line in lines if line.strip()][:_LOOKED_AT]
    ruled = any(map(_RULER.fullmatch, filled))
    rows = [line.strip() for line in filled if not _RULER.fullmatch(line)]
    barred = len(rows) > 2 and sum(map(_is_barred, rows)) >= 0.9 * len(rows)
    escaped = any(map(_ESCAPED.search, rows))
    formulas = any(map(_FORMULA.search, rows))
    tail = _tail(rows)
    wrapped = _is_wrapped([row.removesuffix(tail) for row in rows])
    whole = [line.rstrip("\r\n") for line in lines if line.strip()]
    return Tidying(
        wrapped, ruled and len(rows) > 2, barred, escaped=escaped, formulas=formulas, tail=tail,
        parting=_parting(whole), columns=() if ruled else _columns(whole), respelled=_is_respelled(whole),
        framed=framed,
    )  # fmt: skip


# Every field of `Tidying` has its name here, as programs to take home write them out.
def tidy_lines(
    lines: Iterable[str],
    *,
    wrapped: bool = False,
    ruled: bool = False,
    barred: bool = False,
    ended: bool = False,
    escaped: bool = False,
    formulas: bool = False,
    tail: str = "",
    parting: str = "",
    columns: Sequence[int] = (),
    respelled: bool = False,
    framed: bool = False,
    below: int = 0,
) -> list[str]:
    """Return lines as a reader of separated values takes them.

    Examples
    --------
    >>> tidy_lines(["| 1 | 2 |", "+---+---+"], ruled=True, barred=True)
    [' 1 | 2 ', '']
    """
    found = []
    for line in lines:
        text = line.rstrip("\r\n\x00\x1a" if ended else "\r\n")
        text = text.translate(_FRAME) if framed else text
        if ruled and _RULER.fullmatch(text):
            text = ""
        text = text.rstrip().removesuffix(tail) if tail else text
        if wrapped and _QUOTED.fullmatch(text):
            text = text.strip()[1:-1].replace('""', '"')
        if barred and _is_barred(text.strip()):
            text = text.strip()[1:-1]
        if formulas:
            text = _FORMULA.sub(r'\1"\2"', text)
        if parting:
            text = text.replace(parting, "\t")
        if columns:
            ends = [*columns[1:], None]
            text = "\t".join(text[begin:end].strip() for begin, end in zip(columns, ends, strict=True))
        if respelled:
            text = text.translate(_PLAIN)
        found.append(text.replace('\\"', '""') if escaped else text)
    filled = [place for place, text in enumerate(found) if text.strip(" ,;\t|")]
    for place in filled[len(filled) - below :]:
        found[place] = ""
    return found


def _is_even(rows: Sequence[str], sign: str) -> bool:
    """Whether a sign stands in every row, and as often."""
    counts = {row.count(sign) for row in rows}
    return len(counts) == 1 and counts != {0}


def _parting(rows: Sequence[str]) -> str:
    """Return what parts the cells of all rows though readers of tables do not know it, or ""."""
    if len(rows) < 3 or any("\t" in row for row in rows):
        return ""
    usual = any(_is_even(rows, sign) for sign in ",;")
    perhaps = [sign for sign in _PERHAPS if not _is_even(rows, " ") and rows[0].count(sign) > 1]
    for sign in (sign for sign in (*_PARTING, *perhaps) if _is_even(rows, sign)):
        bars = usual or ("|" not in sign and _is_even(rows, "|"))
        alone = sign == "||" and any("|" in row.replace(sign, "") for row in rows)
        if not (alone or bars) or not sign.isprintable():
            return sign
    return ""


def _columns(rows: Sequence[str]) -> tuple[int, ...]:
    """Return where columns of a fixed width begin: right of what is blank in every row, none where signs or
    spaces cut all rows into as many cells.
    """
    cut = any(_is_even(rows, sign) for sign in ",;|\t") or len({len(row.split()) for row in rows}) == 1
    if cut or len(rows) < _LEAST_FIXED or any(map(_QUOTE.search, rows)):
        return ()
    inked = {place for row in rows for place, sign in enumerate(row) if sign != " "}
    begins = [place for place in sorted(inked) if place - 1 not in inked]
    cells = [
        [row[begin:end].strip() for begin, end in zip(begins, [*begins[1:], None], strict=True)]
        for row in rows
    ]
    columns = list(zip(*cells, strict=True))
    full = len(columns) > 1 and all(2 * sum(map(bool, column)) > len(column) for column in columns)
    numbers = any(all(map(_NUMBER.fullmatch, column[1:])) for column in columns)
    return tuple(begins) if full and numbers and all(row[0] for row in cells) else ()


def _is_respelled(rows: Sequence[str]) -> bool:
    """Whether numbers stand there in digits of another script, and no texts do, or marks without room."""
    odd = [row for row in rows if not row.isascii()]
    if any(ord(sign) in _NO_ROOM for row in odd for sign in row):
        return True
    cells = [cell for row in odd for cell in re.split(r"[,;\t|]", row)]
    given = [cell for cell in cells if any(ord(sign) in _ODD_DIGITS for sign in cell)]
    return bool(given) and all(_NUMBERS.fullmatch(cell.translate(_PLAIN).strip(' "')) for cell in given)


def _tail(rows: Sequence[str]) -> str:
    """Return the signs behind all rows, where that sign stands nowhere else and another cuts all of them."""
    # No pattern: it would try each sign of a long row as the first of those at its end.
    ends = {row[len(row.rstrip(row[-1])) :] for row in rows if row[-1:] in {*";,\t|"}}
    tail = ends.pop() if len(ends) == 1 else ""
    bare = [row.removesuffix(tail) for row in rows]
    if (
        len(rows) < 3
        or not tail
        or any(row == cut or tail[0] in cut for row, cut in zip(rows, bare, strict=True))
    ):
        return ""
    return tail if any(all(sign in row for row in bare) for sign in ",;\t|") else ""


def _is_barred(text: str) -> bool:
    return len(text) > 1 and text.startswith("|") and text.endswith("|")


def _is_wrapped(rows: Sequence[str]) -> bool:
    """Whether quotes stand around whole lines, in which a sign cuts all of them into as many cells."""
    if len(rows) < 3 or not all(map(_QUOTED.fullmatch, rows[1:])):
        return False
    bare = tidy_lines(rows, wrapped=True)
    for sign in ",;\t|":
        try:
            cells = list(csv.reader(bare, delimiter=sign))
        except csv.Error:
            continue
        alike = len({len(row) for row in cells}) == 1 and len(cells[0]) > 1
        if alike and any(map(_NUMBER.fullmatch, (cell for row in cells[1:] for cell in row))):
            return True
    return False
