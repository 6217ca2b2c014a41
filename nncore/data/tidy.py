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

    @property
    def needed(self) -> bool:
        """Whether anything is."""
        return any((self.wrapped, self.ruled, self.barred, self.ended, self.escaped, self.formulas))


def find_tidying(lines: Sequence[str]) -> Tidying:
    """Find out what stands around the cells of a table.

    Parameters
    ----------
    lines : sequence of str
        The first lines of the file.

    Examples
    --------
    >>> find_tidying(["| a | b |", "|---|---|", "| 1 | 2 |", "| 3 | 4 |"])
    Tidying(wrapped=False, ruled=True, barred=True, ended=False, escaped=False, formulas=False)
    >>> find_tidying(['"a,b"', '"1,2"', '"3,4"'])
    Tidying(wrapped=True, ruled=False, barred=False, ended=False, escaped=False, formulas=False)
    """
    filled = [line for line in lines if line.strip()][:_LOOKED_AT]
    ruled = any(map(_RULER.fullmatch, filled))
    rows = [line.strip() for line in filled if not _RULER.fullmatch(line)]
    barred = len(rows) > 2 and sum(map(_is_barred, rows)) >= 0.9 * len(rows)
    escaped = any(map(_ESCAPED.search, rows))
    formulas = any(map(_FORMULA.search, rows))
    return Tidying(_is_wrapped(rows), ruled and len(rows) > 2, barred, escaped=escaped, formulas=formulas)


def tidy_lines(
    lines: Iterable[str],
    *,
    wrapped: bool = False,
    ruled: bool = False,
    barred: bool = False,
    ended: bool = False,
    escaped: bool = False,
    formulas: bool = False,
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
        if wrapped and _QUOTED.fullmatch(text):
            text = text.strip()[1:-1].replace('""', '"')
        if barred and _is_barred(text.strip()):
            text = text.strip()[1:-1]
        if formulas:
            text = _FORMULA.sub(r'\1"\2"', text)
        found.append(text.replace('\\"', '""') if escaped else text)
    return found


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
