"""What every page's address answers with: Streamlit's own page, titled, and with what has to be there first.

Routes of `st.App` come before Streamlit's (1.67). The addresses of pages are answered here, whatever their
capitals; all others are left to Streamlit.
"""

from __future__ import annotations

import html
import re
from typing import Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ui.shared.navigation import ENTRIES, PAGE_NAMED
from ui.streamlit_internals import base_path, index_page
from ui.web.addresses import view_files

NAME: Final = "Neural network playground"
_TITLE: Final = re.compile(r"<title>.*?</title>", re.DOTALL)
# What would tell an answer may come before the code that asks: it is covered from the first byte on
# (`ui/lesson/cover.py`).
_COVER: Final = (
    '<style>.stApp:not(:has([data-testid="ask-view"][data-asking="false"])) .st-key-covered '
    "{ display: none !important; }</style>"
)


class _PageName(Convertor[str]):
    """The last part of a page's address, in any capitals."""

    regex = "(?i:" + "|".join(entry.name for entry in ENTRIES) + ")"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page_name", _PageName())


def title_of(page: str) -> str:
    """Give what the browser's tab shows; the page comes first, since a tab shows few letters."""
    return f"{page} · {NAME}"


def routes() -> list[Route]:
    """Give the routes of all pages, the root's included."""
    return [
        Route(f"{base_path()}/", _enter, methods=["GET"]),
        Route(f"{base_path()}/{{page:page_name}}", _enter, methods=["GET"]),
    ]


async def _enter(request: Request) -> Response:
    """Answer the address of a page; one with other capitals leads to the one that is written as ours."""
    given = request.path_params.get("page", ENTRIES[0].name)
    name = given.lower()
    if given != name:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{base_path()}/{name}{query}", headers={"Cache-Control": "no-cache"})
    return HTMLResponse(entrance(PAGE_NAMED[name].title), headers={"Cache-Control": "no-cache"})


def entrance(page: str) -> str:
    """Give the page that Streamlit begins in, titled, covered, and with the frame's script before its own.

    Parameters
    ----------
    page : str
        Title of the page that the address names.
    """
    frame = view_files("frame/frame.js")
    script = f'<script type="module" src="{html.escape(frame["folder"] + frame["entry"])}"></script>'
    titled = _TITLE.sub(lambda _: f"<title>{html.escape(title_of(page))}</title>", index_page(), count=1)
    return titled.replace("<head>", f"<head>\n    {script}{_COVER}", 1)
