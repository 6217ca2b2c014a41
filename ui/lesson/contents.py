"""A lesson's screens as a list for the back row: each with its caption, and the way to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import shorten
from typing import Final

import streamlit as st

from ui.lesson.lesson import MOST_CAPTION, Lesson, Screen
from ui.lesson.stage import show_address
from ui.shared.navigation import PAGE_NAMED

_HEIGHT: Final = 84.0  # of the list, in hundredths of the screen's height
_SIZES: Final = (0.95, 0.9, 0.85, 0.8)  # of its type, in rem; the least is still read in the last row
_LINE: Final = 3.27  # height of a line of one rem
_LETTERS: Final = 84  # of one rem on a line across a screen of 4 to 3, the narrowest
_APART: Final = 0.25  # between two screens, in lines
_MOST_LINKS: Final = 200_000  # characters of all addresses together: each holds a lesson of one's own whole

_STYLE: Final = """<style>
.nn-contents { display: flex; gap: 0 2vw; height: 84vh; }
.nn-contents ol { flex: 1 1 0; min-width: 0; display: flex; flex-direction: column; justify-content: space-around; margin: 0; padding: 0; }
.nn-contents li { display: flex; gap: 0.6em; align-items: center; margin: 0; font-size: inherit; line-height: 1.15; }
.nn-contents b { flex: none; min-width: 1.6em; text-align: right; }
.nn-contents a { color: inherit; }
.nn-contents span { unicode-bidi: plaintext; }
</style>"""  # noqa: E501


@dataclass(frozen=True)
class Fit:
    """How a list of screens fills the screen: columns, rows, size of type in rem, most letters of each."""

    columns: int
    rows: int
    size: float
    letters: int


def fit(captions: Sequence[str]) -> Fit:
    """Return how screens with these captions are laid out: in the largest type that leaves all of them whole.

    Examples
    --------
    >>> fit(["Four tanh neurons."] * 4)
    Fit(columns=1, rows=4, size=0.95, letters=200)
    >>> fit(["word " * 40] * 100)
    Fit(columns=4, rows=25, size=0.8, letters=23)
    """
    count = len(captions)
    columns = 1 if count <= 10 else 2 if count <= 26 else 4
    rows = max(1, math.ceil(count / columns))
    for size in _SIZES:
        lines = int(_HEIGHT / (_LINE * size) - _APART * rows)
        letters = int(_LETTERS / size / columns) - len("100")
        needed = [math.ceil(len(caption) / letters) for caption in captions]
        if all(sum(needed[start : start + rows]) <= lines for start in range(0, count, rows)):
            return Fit(columns, rows, size, MOST_CAPTION)
    return Fit(columns, rows, size, max(1, lines // rows) * letters)


def words_of(screen: Screen) -> str:
    """Return what stands for a screen: its caption, or its page where it has none."""
    return screen.caption or PAGE_NAMED[screen.page].title


def draw_contents(lesson: Lesson) -> None:
    """Draw the list; a click shows the lesson from that screen on, in a tab of its own."""
    captions = [words_of(screen) for screen in lesson.screens]
    laid = fit(captions)
    linked = len(captions) * len(show_address(lesson)) <= _MOST_LINKS
    items = []
    for number, caption in enumerate(captions, start=1):
        words = escape(shorten(caption, laid.letters, placeholder=" …"))
        if linked:
            address = escape(show_address(lesson, screen=number), quote=True)
            words = f'<a href="{address}" target="_blank">{words}</a>'
        items.append(f"<li><b>{number}</b><span>{words}</span></li>")
    columns = [items[start : start + laid.rows] for start in range(0, len(items), laid.rows)]
    lists = "".join(f"<ol>{''.join(column)}</ol>" for column in columns)
    st.html(f'{_STYLE}<div class="nn-contents" style="font-size: {laid.size}rem">{lists}</div>')
