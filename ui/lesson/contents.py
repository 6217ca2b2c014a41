"""A lesson's screens as a list for the back row: one line or two a screen, each the way to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from textwrap import shorten
from typing import Final

import streamlit as st

from ui.lesson.lesson import Lesson, Screen
from ui.lesson.stage import show_address
from ui.shared.navigation import PAGE_NAMED

_HEIGHT: Final = 84.0  # of the list, in hundredths of the screen's height
_LINE: Final = 3.1  # of one line of its type
_MOST_LINES: Final = 4
_MOST_LINKS: Final = 200_000  # characters of all addresses together: each holds a lesson of one's own whole
_LETTERS: Final = 88  # of the list's type on a line across a screen of 4 to 3, the narrowest

_STYLE: Final = """<style>
.nn-contents { display: grid; grid-auto-flow: column; gap: 0 2vw; height: 84vh; margin: 0; padding: 0; }
.nn-contents li { display: flex; gap: 0.6em; align-items: center; min-width: 0; margin: 0; font-size: 0.95rem; line-height: 1.15; }
.nn-contents b { flex: none; min-width: 1.6em; text-align: right; }
.nn-contents a { color: inherit; }
</style>"""  # noqa: E501


@dataclass(frozen=True)
class Fit:
    """How a list of screens fills the screen: columns, rows, and letters for each."""

    columns: int
    rows: int
    letters: int


def fit(count: int) -> Fit:
    """Return how so many screens are laid out.

    Examples
    --------
    >>> fit(4), fit(24)
    (Fit(columns=1, rows=4, letters=340), Fit(columns=2, rows=12, letters=82))
    >>> fit(100)
    Fit(columns=4, rows=25, letters=19)
    """
    columns = 1 if count <= 10 else 2 if count <= 26 else 4
    rows = max(1, math.ceil(count / columns))
    lines = max(1, min(_MOST_LINES, int(_HEIGHT / rows / _LINE)))
    return Fit(columns, rows, lines * (_LETTERS // columns - len("100")))


def words_of(screen: Screen, letters: int) -> str:
    """Return what stands for a screen: its caption, or its page where it has none, in so many letters."""
    return shorten(screen.caption or PAGE_NAMED[screen.page].title, letters, placeholder=" …")


def draw_contents(lesson: Lesson) -> None:
    """Draw the list; a click shows the lesson from that screen on, in a tab of its own."""
    laid = fit(len(lesson.screens))
    grid = f"grid-template: repeat({laid.rows}, 1fr) / repeat({laid.columns}, minmax(0, 1fr))"
    linked = len(lesson.screens) * len(show_address(lesson)) <= _MOST_LINKS
    items = []
    for number, screen in enumerate(lesson.screens, start=1):
        words = escape(words_of(screen, laid.letters))
        if linked:
            address = escape(show_address(lesson, screen=number), quote=True)
            words = f'<a href="{address}" target="_blank">{words}</a>'
        items.append(f"<li><b>{number}</b><span>{words}</span></li>")
    st.html(f'{_STYLE}<ol class="nn-contents" style="{grid}">{"".join(items)}</ol>')
