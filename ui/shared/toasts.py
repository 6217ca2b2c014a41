"""What is said for a few seconds at the window's edge."""

from __future__ import annotations

from typing import Final

import streamlit as st

_LAST: Final = "_toast_last"  # session state: what was said last
ANEW: Final = "\u200b"
"""A space of no width, which nobody sees or hears."""


def tell_briefly(words: str, *, icon: str) -> None:
    """Say something at the window's edge, anew also where the same words still stand there.

    Streamlit 1.67 takes equal words at one place for the same toast: it neither shows them longer, nor can a
    screen reader hear them again (`ui/web/frame/toasts.js`).
    """
    told = words + ANEW if st.session_state.get(_LAST) == words else words
    st.session_state[_LAST] = told
    st.toast(told, icon=icon)
