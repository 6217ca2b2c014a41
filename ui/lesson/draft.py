"""The lesson that somebody is putting together in this tab, and the way of a screen into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any, Final

import streamlit as st

from ui.lesson.lesson import (
    MOST_CAPTION,
    MOST_SCREENS,
    MOST_TITLE,
    NO_SCREEN,
    OWN_FILE,
    Lesson,
    Screen,
    read_address,
    screen_query,
)
from ui.lesson.stage import show_address
from ui.shared.navigation import PAGE_NAMED
from ui.shared.question import Question, check_line
from ui.shared.session import shown_label
from ui.shared.toasts import tell_briefly

_DRAFT: Final = "_lesson"  # session state: the lesson
_TOLD: Final = "_lesson_told"  # session state: a sentence to be shown once
EMPTY: Final = Lesson("My lesson")


def draft() -> Lesson:
    """Return the lesson as it stands."""
    return st.session_state.get(_DRAFT, EMPTY)


def untouched() -> bool:
    """Whether nobody has put one together in this tab yet."""
    return _DRAFT not in st.session_state


def put(lesson: Lesson) -> None:
    """Go on with another lesson."""
    st.session_state[_DRAFT] = lesson


def rename(title: str) -> None:
    """Give it a title; `ValueError` with a sentence where it is too long."""
    put(replace(draft(), title=check_line("title", title, most=MOST_TITLE)))


def move(place: int, by: int) -> None:
    """Move a screen forward or back; at the ends it stays."""
    screens = list(draft().screens)
    if 0 <= place < len(screens) and 0 <= place + by < len(screens):
        screens.insert(place + by, screens.pop(place))
        put(replace(draft(), screens=tuple(screens)))


def remove(place: int) -> None:
    """Take a screen out."""
    screens = draft().screens
    put(replace(draft(), screens=screens[:place] + screens[place + 1 :]))


def caption(place: int, text: str) -> None:
    """Say something else about a screen; `ValueError` with a sentence where it is too long."""
    _change(place, lambda screen: replace(screen, caption=check_line("caption", text, most=MOST_CAPTION)))


def ask(place: int, question: Question | None) -> None:
    """Ask something before a screen's run plays, or nothing."""
    _change(place, lambda screen: replace(screen, question=question))


def _change(place: int, change: Callable[[Screen], Screen]) -> None:
    screens = list(draft().screens)
    screens[place] = change(screens[place])
    put(replace(draft(), screens=tuple(screens)))


def add(page: str, query: Mapping[str, str], *, own_file: bool = False) -> str:
    """Add a screen at the end; return the sentence that says so, or why not.

    `own_file` says that it shows a file of one's own of which its address tells nothing.
    """
    screens = draft().screens
    if len(screens) >= MOST_SCREENS:
        return f"A lesson has at most {MOST_SCREENS} screens; this one is full."
    if own_file:
        return OWN_FILE
    words = check_line("caption", first_words(page)[:MOST_CAPTION], most=MOST_CAPTION)
    screen = Screen(page, screen_query(query), words)
    _, _, problems = read_address(screen.address)
    if problems:
        return problems[0]
    put(replace(draft(), screens=(*screens, screen)))
    return f"Added as screen {len(screens) + 1} of your lesson."


def first_words(page: str) -> str:
    """Return the caption that a screen begins with: its page and its experiment."""
    label = shown_label(page)
    title = PAGE_NAMED[page].title
    return f"{title}: {label}" if label else title


def draw_adding(page: str, *, own_file: bool = False) -> None:
    """Draw the button that adds what a page shows, where that can be a screen; nothing in lecture mode.

    `own_file` as in `add`.
    """
    query: dict[str, Any] = st.query_params.to_dict()
    if page in NO_SCREEN or query.get("lecture") not in (None, "0"):
        return
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        tell_briefly(told, icon=":material/slideshow:")
    count = len(draft().screens)
    with st.container(horizontal=True, vertical_alignment="center", key="lesson_adding"):
        st.button(
            "Add this screen to my lesson", key="add_screen", icon=":material/playlist_add:",
            on_click=_add, args=(page, query, own_file),
            help="The address as it stands becomes a screen of a lesson.",
        )  # fmt: skip
        if count:
            st.page_link(
                PAGE_NAMED["lesson"].file, icon=":material/slideshow:",
                label=f"My lesson ({count} screen{'s' if count > 1 else ''})",
            )  # fmt: skip


def draw_show_link(lesson: Lesson, label: str, *, key: str) -> None:
    """Draw the link that shows a lesson, in a tab of its own: the one that is being made stays in this."""
    address = escape(show_address(lesson), quote=True)
    with st.container(key=key, width="content"):
        st.html(f'<a href="{address}" target="_blank" style="color: inherit"><b>{escape(label)}</b></a>')


def _add(page: str, query: Mapping[str, str], own_file: bool) -> None:
    st.session_state[_TOLD] = add(page, query, own_file=own_file)
