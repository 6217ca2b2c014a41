"""Texts that are not ours, shown by Streamlit as they are."""

from __future__ import annotations

import re
from typing import Final

_MARKDOWN: Final = re.compile(r"([\\`*\[\]{}#$~<>|!]|(?<![^\W_])_|_(?![^\W_])|:(?=[\w/-]+[:\[]))")


def plain(text: str) -> str:
    """Return a text so that Streamlit's Markdown shows it as it is: it may hold $, * or links."""
    return _MARKDOWN.sub(r"\\\1", text)
