"""Ask first on a page whose pictures do not wait by themselves: they stay out of sight until the reveal."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from ui.web.addresses import BOOT, stylesheet, view_files

_TOKEN: Final = "_covered_by"  # session state: tells this session from that of a server before a restart
_component = st.components.v2.component(
    "ask_view", js=BOOT, css=stylesheet("panels/ask.css"), isolate_styles=False
)


def covered(asked: Mapping[str, object] | None) -> Any:
    """Draw what is asked first, and return the container of what would tell the answer.

    A style that every page begins with (`ui/app/entrance.py`) covers it.

    `asked` is the question with the `id` of its opening, as `Opened.asked` has it; None asks nothing.
    """
    place = st.container()  # kept where nothing is asked, as by `draw_notices`
    if asked is not None:
        token = st.session_state.setdefault(_TOKEN, secrets.token_hex(4))
        with place:
            _component(
                key="ask_view",
                data={"files": view_files("lesson/ask_view.js"), "ask": dict(asked), "token": token},
            )
    return st.container(key=None if asked is None else "covered")
