"""What stands above a table: comments, a title, a separator that Excel declares, the header of ARFF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ui.tables.words import TableError

SPACES: Final = r"\s+"
SEPARATORS: Final = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
    "~": "tilde",
    "^": "caret",
    ":": "colon",
    SPACES: "spaces",
}
COMMENT: Final = re.compile(r'\s*"?(#|%|//|!|; )')
_ATTRIBUTE: Final = re.compile(r"""@attribute\s+('(?:[^'\\]|\\.)*'|"[^"]*"|\S+)\s+""", re.IGNORECASE)


@dataclass(frozen=True)
class Preface:
    """What stands above the table: lines of comment, Excel's declaration, or all of an ARFF header."""

    skip: int = 0
    separator: str | None = None
    names: tuple[str, ...] = ()
    quote: str = '"'
    comment: str = ""
    last_comment: str = ""
    title: str = ""
    notes: tuple[str, ...] = ()

    def said(self, header_row: int) -> tuple[str, ...]:
        """Say what was left out above the table, whose names stand in that row of the file."""
        count = self.skip - (header_row == self.skip)
        if not self.title or not count:
            return self.notes
        lines = "first line is" if count == 1 else f"first {count} lines are"
        return (f"The {lines} not part of the table (“{self.title}”): left out.",)


_SINGLE: Final = re.compile(r"'[^']*'(?:[,;\t|](?:'[^']*'|[^'\",;\t|]*))+$")
_SINGLE_AMONG_SPACES: Final = re.compile(r"(?:\S+\s+)*'[^'\s][^',;|]*'(?:\s+(?:'[^']*'|[^'\s]\S*))*$")


def _quote(lines: Sequence[str]) -> str:
    """Name the quotation mark: a single one only where nearly every line has texts in them."""
    filled = [line.strip() for line in lines if line.strip()]
    single = sum(bool(_SINGLE.match(line) or _SINGLE_AMONG_SPACES.match(line)) for line in filled)
    return "'" if filled and single >= 0.9 * len(filled) and '"' not in "".join(filled) else '"'


def find_preface(lines: Sequence[str]) -> Preface:
    first = next((line for line in lines if line.strip() and not COMMENT.match(line)), "")
    if first.lower().startswith("@relation"):
        return _arff(lines)
    # Excel writes a first line such as "sep=;": take it at its word and leave it out.
    declared = re.match(r'"?sep=(.)"?\s*$', lines[0]) if lines else None
    if declared is not None and declared[1] in SEPARATORS:
        note = f"The first line of the file names the {SEPARATORS[declared[1]]} as separator."
        return Preface(1, declared[1], notes=(note,))
    return _comments(lines)


def _comments(lines: Sequence[str]) -> Preface:
    """Leave out lines of comment above the table; the last of them may hold the names."""
    skip, last = 0, ""
    for line in lines:
        if line.strip() and not COMMENT.match(line):
            break
        skip += 1
        last = line if line.strip() else last
    if not last or skip == len(lines):
        return Preface(quote=_quote(lines))
    mark = COMMENT.match(last)
    shown = " ".join(lines[0].strip().strip('"').split())[:40] or last.strip()[:40]
    return Preface(skip, comment=mark[1] if mark else "#", last_comment=last, title=shown)


def _arff(lines: Sequence[str]) -> Preface:
    """Take names and beginning of the rows from the header of an ARFF file.

    Raises
    ------
    TableError
        When its rows are sparse, or it has none.
    """
    names = []
    for number, line in enumerate(lines, start=1):
        attribute = _ATTRIBUTE.match(line.strip())
        if attribute:
            names.append(attribute[1].strip("'\""))
        if line.strip().lower().startswith("@data"):
            following = next((rest for rest in lines[number:] if rest.strip() and rest[:1] != "%"), "")
            if following.lstrip().startswith("{"):
                raise TableError("The file is sparse ARFF, which is not read here; save it as CSV first.")
            note = (
                f"The file is ARFF: {len(names)} names stand above its rows, which begin in row {number + 1}."
            )
            quote = '"' if following.count('"') >= 2 else "'"
            return Preface(number, ",", tuple(names), quote, "%", notes=(note,))
    raise TableError("The file begins like ARFF, but has no line “@data” with rows below it.")
