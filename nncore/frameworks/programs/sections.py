"""A program in parts: a heading, a few words for a student, and code.

Templates are written as the program reads: `# --- heading ---`, comment lines, code. Words of a user that go
into comments are brought onto one line of printable characters first.
"""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass
from itertools import takewhile

from nncore.export.source import LINE, render


@dataclass(frozen=True)
class Section:
    """One part of a program."""

    title: str
    """Heading of the notebook cell, comment line in the script."""
    text: str
    """One or two sentences for a student."""
    code: str
    """Python source."""


@dataclass(frozen=True)
class Program:
    """A complete program."""

    title: str
    """What it trains, in which library."""
    install: str
    """The line that installs what it imports."""
    sections: tuple[Section, ...]
    """In the order in which they run."""
    file_stem: str
    """Name of its file without ending."""

    def script(self) -> str:
        """Return the program as one Python file."""
        head = f"# {one_line(self.title)}\n#\n# Needs: {one_line(self.install)}\n"
        return "\n".join([head, *(_part(section) for section in self.sections)])

    def notebook(self) -> str:
        """Return the program as a Jupyter notebook, version 4.5 of the format, as JSON text."""
        cells = [_cell("markdown", f"# {self.title}\n\nNeeds: `{self.install}`", 0)]
        for section in self.sections:
            cells.append(_cell("markdown", f"## {section.title}\n\n{section.text}", len(cells)))
            cells.append(_cell("code", section.code, len(cells)))
        notebook = {
            "cells": cells,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _part(section: Section) -> str:
    words = textwrap.wrap(one_line(section.text), LINE - 2, break_on_hyphens=False)
    return "\n".join(
        [f"# --- {one_line(section.title)} ---", *(f"# {line}" for line in words), section.code, ""]
    )


def _cell(kind: str, source: str, number: int) -> dict[str, object]:
    lines = source.strip("\n").splitlines(keepends=True)
    ran: dict[str, object] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": lines, **ran}


def one_line(text: str) -> str:
    """Return text fit for a comment: one line, printable characters only, at most 300 of them."""
    return "".join(c if c.isprintable() else " " for c in str(text))[:300]


def sections_of(template: str, values: dict[str, object]) -> tuple[Section, ...]:
    """Return the sections that a template of this package makes of some values."""
    # Texts of a user stand in their quotes on lines that begin otherwise.
    parts = re.split(r"^# --- (.+) ---\n", render(__package__, template, values), flags=re.MULTILINE)
    return tuple(_section(title, body) for title, body in zip(parts[1::2], parts[2::2], strict=True))


def _section(title: str, body: str) -> Section:
    lines = body.split("\n")
    words = list(takewhile(lambda line: line.startswith("# "), lines))
    code = "\n".join(lines[len(words) :]).strip("\n")
    return Section(title, " ".join(line.removeprefix("# ") for line in words), code)
