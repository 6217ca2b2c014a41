"""Lines of a table that hold no cells, or hold them wrapped: rulers, bars at both ends, quotes around all.

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
    >>> find_tidying(["| a | b |", "|---|---|", "| 1 | 2 |", "| 3 | 4 |"])
    Tidying(wrapped=False, ruled=True, barred=True, ended=False, escaped=False, formulas=False, tail='')
    >>> find_tidying(['"a,b";;', '"1,2";;', '"3,4";;']).arguments
    ", wrapped=True, tail=';;'"
    """
    filled = [line for line in lines if line.strip()][:_LOOKED_AT]
    ruled = any(map(_RULER.fullmatch, filled))
    rows = [line.strip() for line in filled if not _RULER.fullmatch(line)]
    barred = len(rows) > 2 and sum(map(_is_barred, rows)) >= 0.9 * len(rows)
    escaped = any(map(_ESCAPED.search, rows))
    formulas = any(map(_FORMULA.search, rows))
    tail = _tail(rows)
    wrapped = _is_wrapped([row.removesuffix(tail) for row in rows])
    return Tidying(wrapped, ruled and len(rows) > 2, barred, escaped=escaped, formulas=formulas, tail=tail)


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
        if ruled and _RULER.fullmatch(text):
            text = ""
        text = text.rstrip().removesuffix(tail) if tail else text
        if wrapped and _QUOTED.fullmatch(text):
            text = text.strip()[1:-1].replace('""', '"')
        if barred and _is_barred(text.strip()):
            text = text.strip()[1:-1]
        if formulas:
            text = _FORMULA.sub(r'\1"\2"', text)
        found.append(text.replace('\\"', '""') if escaped else text)
    return found


def _tail(rows: Sequence[str]) -> str:
    """Return the signs behind all rows, where that sign stands nowhere else and another cuts all of them."""
    ends = {found[0] for row in rows if (found := re.search(r"([;,\t|])\1*$", row))}
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
