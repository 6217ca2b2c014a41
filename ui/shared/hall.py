"""Lecture mode on a page: the way into it and out, and what leads on while the navigation is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from nncore.experiment.field_kinds import Choice
from nncore.experiment.fields import FIELDS
from ui.shared import session
from ui.shared.navigation import ENTRIES

_DATA = "hall_data"


def lecture_button(page: str, *, lecture: bool) -> None:
    """Draw the button, and key, that turns the lecture mode of a page with an experiment on, or off again."""
    turn_button(lambda on: session.change_view(page, lecture=on), lecture=lecture)


def turn_button(turn: Callable[[bool], None], *, lecture: bool) -> None:
    """Draw the button, and key, that turns lecture mode; `turn` is told whether it is on from now on."""
    st.button(
        "Lecture", key="lecture_mode", shortcut="l", on_click=turn, args=(not lecture,),
        help="Lecture mode: large type, no side bar, everything on one screen.",
    )  # fmt: skip


def hall_menu(
    data: Sequence[str] = (), *, shown: str = "", on_data: Callable[[str], None] | None = None
) -> None:
    """Draw the menu in the upper right corner: data sets, pages in lecture mode, picture of the screen.

    Parameters
    ----------
    data : sequence of str
        Data sets to choose from; with fewer than two there is no choice.
    shown : str
        The one on the screen.
    on_data : callable, optional
        Called with the one that is chosen.
    """
    with st.container(key="hall_menu"):
        name = "Data sets, pages, picture"
        menu = st.popover(name, icon=":material/menu:", key="hall_open", on_change="rerun")
    if not menu.open:
        return
    with menu:
        if on_data is not None and len(data) > 1 and shown in data:
            _choose_data(data, shown, on_data)
        for entry in ENTRIES:
            if entry.exists:
                st.page_link(entry.file, label=entry.title, query_params=session.lecture_query(entry.name))
        with st.container(horizontal=True):
            for kind in ("png", "svg"):  # ui/web/frame/camera.js takes it as the button is pressed
                st.button(f"Picture ({kind.upper()})", key=f"picture_{kind}")


def _choose_data(data: Sequence[str], shown: str, on_data: Callable[[str], None]) -> None:
    st.session_state[_DATA] = shown
    labels = FIELDS.of(Choice, "data").labels
    st.selectbox(
        "Data", data, key=_DATA, format_func=lambda name: labels.get(name, name),
        on_change=lambda: on_data(st.session_state[_DATA]),
    )  # fmt: skip
