"""Addresses of what the server offers beside Streamlit: the live socket and the views' files."""

from __future__ import annotations

from functools import cache
from typing import Final, TypedDict

from ui.streamlit_internals import base_path
from ui.web.assets import FOLDER, Assets

# Not a prefix that Streamlit keeps for itself (`_stcore`, `media`, `component`, `static`).
SOCKET_PATH: Final = "/live/socket"
HEALTH_PATH: Final = "/live/health"
FILES_PATH: Final = "/live/web"
CARDS_PATH: Final = "/live/cards"
PHONE_PATH: Final = "/room/{code}"
PHONE_SOCKET_PATH: Final = "/live/room/{code}"
BOOT: Final = (FOLDER / "kit" / "boot.js").read_text(encoding="utf-8")
"""The script of every component: imports the view that the component's data name."""


class ViewFiles(TypedDict):
    """What `kit/boot.js` reads."""

    folder: str
    """Address below which this version of all files lies, ending in a slash."""
    entry: str
    """The view's first module, within the folder."""
    modules: list[str]
    """What it asks for once it runs, such as the charts' library."""


def stylesheet(*names: str) -> str:
    """Give the text of style sheets, for a component that carries its own."""
    return "".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


@cache
def assets() -> Assets:
    """Give the views' files, read from disk on the first call."""
    return Assets()


def view_files(entry: str) -> ViewFiles:
    """Give what a component's data must hold for `BOOT` to show a view by its first module, such as
    ``live/component.js``.

    Raises `KeyError` if there is no such module.
    """
    files = assets()
    folder = f"{base_path()}{FILES_PATH}/{files.version}/"
    return {"folder": folder, "entry": entry, "modules": files.later(entry)}


def card_address(name: str, ground: str) -> str:
    """Give the address, without host, of the picture of a preset's run, by name and ground."""
    return f"{base_path()}{CARDS_PATH}/{name}/{ground}.svg"


def socket_address() -> str:
    """Give the address of the live socket, without host."""
    return f"{base_path()}{SOCKET_PATH}"
