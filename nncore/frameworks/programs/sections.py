"""A program in parts: a heading, a few words for a student, and code.

Values are written by `repr` and `json`, never pasted in, so nothing that a user typed can become code; words
that go into comments are brought onto one line of printable characters first.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LINE = 110


@dataclass(frozen=True)
class Section:
    """One part of a program.

    Attributes
    ----------
    title : str
        Heading of the notebook cell, comment line in the script.
    text : str
        One or two sentences for a student.
    code : str
        Python source.
    """

    title: str
    text: str
    code: str


@dataclass(frozen=True)
class Program:
    """A complete program.

    Attributes
    ----------
    title : str
        What it trains, in which library.
    install : str
        The line that installs what it imports.
    sections : tuple of Section
        In the order in which they run.
    file_stem : str
        Name of its file without ending.
    """

    title: str
    install: str
    sections: tuple[Section, ...]
    file_stem: str

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
    words = textwrap.wrap(one_line(section.text), LINE - 2)
    return "\n".join(
        [f"# --- {one_line(section.title)} ---", *(f"# {line}" for line in words), section.code, ""]
    )


def _cell(kind: str, source: str, number: int) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    cell["source"] = source.strip("\n").splitlines(keepends=True)
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def one_line(text: str) -> str:
    """Return text fit for a comment: one line, printable characters only, at most 300 of them."""
    return "".join(c if c.isprintable() else " " for c in str(text))[:300]


def literal(value: Any) -> str:
    """Return Python source that evaluates to the same value: numbers, texts, arrays and sequences of them.

    Examples
    --------
    >>> literal(np.array([[0.1, 2.0]])), literal("a'b"), literal(np.float64(3.0))
    ('[[0.1, 2.0]]', '"a\\'b"', '3.0')
    """
    if isinstance(value, np.ndarray | np.generic):
        return repr(value.tolist())
    return repr(value)


def wrapped(prefix: str, values: Sequence[Any], suffix: str) -> str:
    """Return `prefix[values]suffix` as source, over several lines where one would be too long.

    Examples
    --------
    Lines end between values, never at a space inside one.

    >>> print(wrapped("NAMES = ", ["a name of some length"] * 6, ""))
    NAMES = [
        'a name of some length', 'a name of some length', 'a name of some length', 'a name of some length',
        'a name of some length', 'a name of some length',
    ]
    """
    text = literal(list(values))
    if len(prefix) + len(text) + len(suffix) <= LINE:
        return f"{prefix}{text}{suffix}"
    lines = [""]
    for value in values:
        item = f"{literal(value)},"
        if lines[-1] and len(lines[-1]) + 1 + len(item) > LINE - 4:
            lines.append(item)
        else:
            lines[-1] = f"{lines[-1]} {item}".strip()
    return f"{prefix}[\n" + "\n".join(f"    {line}" for line in lines) + f"\n]{suffix}"
