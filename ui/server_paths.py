"""Addresses of what the server offers beside Streamlit: the live socket and the view's files."""

from __future__ import annotations

from functools import cache
from typing import Final

from ui.assets import Assets
from ui.compat import base_path

# Not a prefix that Streamlit keeps for itself (`_stcore`, `media`, `component`, `static`).
SOCKET_PATH: Final = "/live/socket"
FILES_PATH: Final = "/live/web"


@cache
def assets() -> Assets:
    """Give the view's files, read from disk on the first call."""
    return Assets()


def files_address(view: str = "live_view") -> str:
    """Give the address below which this version of a view's files lies, ending in a slash."""
    return f"{base_path()}{FILES_PATH}/{assets().version}/{view}/"


def socket_address() -> str:
    """Give the address of the live socket, without host."""
    return f"{base_path()}{SOCKET_PATH}"
