"""Streamlit's own scripts and style sheets that pages begin with, over HTTP: from memory, compressed once.

Streamlit 1.67 opens each on the disk for every visitor, some sixty a page, and compresses none of them: where
no proxy does, a class would fetch four times as much. It takes no route of ours at these addresses, so they
are answered on the way to its own.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.app.entrance import ahead
from ui.shared.navigation import ENTRIES
from ui.streamlit_internals import base_path, browser_side, index_page
from ui.web.assets import FOR_GOOD, Asset

_NAMED: Final = re.compile(r"\./(static/(?:js|css)/[\w.-]+\.(?:js|css))\b")


def first_scripts() -> dict[str, Asset]:
    """Give all that Streamlit's page names, or one of ours fetches ahead, by its path.

    Each carries a digest of its content in its name. All others are left to Streamlit.
    """
    named = _NAMED.findall(" ".join([index_page(), *(one for entry in ENTRIES for one in ahead(entry.name))]))
    files = {name: browser_side() / name for name in dict.fromkeys(named)}
    return {
        f"{base_path()}/{name}": Asset.of(path.read_bytes(), path.suffix)
        for name, path in files.items()
        if path.is_file()
    }


class FirstScripts:
    """Answers for them, and lets every other request through to `app`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._files = first_scripts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        asset = self._files.get(scope["path"]) if scope.get("method") == "GET" else None
        answer = self._app if asset is None else asset.answer(Headers(scope=scope), caching=FOR_GOOD)
        await answer(scope, receive, send)
