"""What every page's address answers with: Streamlit's own page, titled, and with what has to be there first.

Routes of `st.App` come before Streamlit's (1.67). The addresses of pages are answered here, whatever their
capitals; all others are left to Streamlit.
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from typing import Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ui.shared.navigation import ENTRIES, PAGE_NAMED, Entry, title_of
from ui.streamlit_internals import base_path, browser_side, from_here, index_page
from ui.web.addresses import view_files

LIVE: Final = "live/component.js"
OTHER: Final = {
    "learning_rate": "sweep/strip_view.js",
    "building_blocks": "blocks/blocks.js",
    "room": "room/room_view.js",
    "frameworks": "compare/compare.js",
}
"""First modules of the views of pages that do not show a run, or not first."""
STYLE: Final = "live/live.css"
"""The style sheet that a view which shows a run asks for, and stays unseen without."""
FRAME: Final = "frame/frame.js"
FIRST_FILES: Final = (FRAME, LIVE, STYLE, *OTHER.values())
"""What the first page may ask for."""
ABOVE: Final = {"own_data": ("Selectbox",)}
"""Streamlit's elements that stand above a page's view, where their scripts are not on every page."""
_AHEAD: Final = (
    'for (const href of ADDRESSES) document.head.append(Object.assign(document.createElement("link"), '
    'href.endsWith(".css") ? { rel: "preload", as: "style" } : { rel: "modulepreload" }, '
    '{ fetchPriority: "low", href }))'
)
_IDLE: Final = (
    "globalThis.requestIdleCallback?.(() => ADDRESSES.forEach((address) => import(address).catch(() => {})))"
)
"""Reads the charts' library while the browser waits for the server; should that fail, the view says it."""
_PART: Final = "[^/]+"
_TITLE: Final = re.compile(r"<title>.*?</title>", re.DOTALL)
# What would tell an answer may come before the code that asks: it is covered from the first byte on
# (`ui/lesson/cover.py`).
_COVER: Final = (
    '<style>.stApp:not(:has([data-testid="ask-view"][data-asking="false"])) .st-key-covered '
    "{ display: none !important; }</style>"
)


_IMPORTED_SCRIPT: Final = re.compile(r'\b(?:from|import)"\./([^"]+\.js)"')


@cache
def scripts_of(*kinds: str) -> tuple[str, ...]:
    """Give the addresses, relative to a page's, of the scripts that kinds of elements need and no page names.

    Streamlit's browser side (1.67) asks for them once it is told of such an element.
    """
    folder = browser_side() / "static" / "js"
    found = [path.name for kind in kinds for path in folder.glob(f"{kind}.*.js")]
    for name in found:
        imported = _IMPORTED_SCRIPT.findall((folder / name).read_text(encoding="utf-8"))
        found += [one for one in imported if one not in found and one not in index_page()]
    return tuple(f"./static/js/{name}" for name in found)


_GAP: Final = "[-_ +]?"
_HOME: Final = ENTRIES[0].name
_NAMES: Final = {entry.name.replace("_", ""): entry.name for entry in ENTRIES} | {_HOME: ""}
"""Names as addresses have them, by their letters; Streamlit (1.67) knows its first page by the root alone."""


class _PageName(Convertor[str]):
    """A page's address, in any capitals and with any gaps, and those of a phone and of a lesson, in capitals.

    As they are written here the latter are answered before (`ui/app/server.py`).
    """

    regex = f"(?i:{'|'.join(e.name.replace('_', _GAP) for e in ENTRIES)}|room/{_PART}|show(?:/{_PART})?)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page_name", _PageName())


def routes() -> list[Route]:
    """Give the routes of all pages, the root's included."""
    return [
        Route(f"{base_path()}/", _enter, methods=["GET"]),
        Route(f"{base_path()}/{{page:page_name}}", _enter, methods=["GET"]),
    ]


async def _enter(request: Request) -> Response:
    """Answer the address of a page; one that is written in another way leads to the one written as ours."""
    given = request.path_params.get("page", "")
    name = _NAMES.get(re.sub(_GAP, "", given.lower()), given.lower())
    if given != name:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{base_path()}/{name}{query}", headers={"Cache-Control": "no-cache"})
    return HTMLResponse(entrance(PAGE_NAMED[name or _HOME]), headers={"Cache-Control": "no-cache"})


def entrance(entry: Entry) -> str:
    """Give the page that Streamlit begins in, titled, covered, and with the frame's script before its own.

    Streamlit's waits for the frame's. After Streamlit's own, while it waits for its first words from the
    server, the browser fetches what they will ask for: the view's module, and Streamlit's scripts for views.
    """
    frame = view_files(FRAME)
    first = f'<script type="module" src="{html.escape(frame["folder"] + frame["entry"])}"></script>'
    modules = _AHEAD.replace("ADDRESSES", json.dumps(ahead(entry.name)))
    charts = _IDLE.replace("ADDRESSES", json.dumps(charts_of(entry.name)))
    last = f'<script type="module">{modules}; {charts}</script>'
    title = f"<title>{html.escape(title_of(entry.title))}</title>"
    text = _TITLE.sub(lambda _: title, index_page(), count=1)
    text = text.replace("<head>", f"<head>\n    <script>{from_here()}</script>{first}{_COVER}", 1)
    return text.replace("</head>", f"  {last}\n  </head>", 1)


def ahead(name: str) -> list[str]:
    """Give the addresses of the files that a page needs to show its view; charts may come later."""
    view = view_files(OTHER.get(name, LIVE))
    files = (view["entry"],) if name in OTHER else (view["entry"], STYLE)
    return [
        *scripts_of("Html", *ABOVE.get(name, ()), "BidiComponent"),
        *(view["folder"] + one for one in files),
    ]


def charts_of(name: str) -> list[str]:
    """Give the addresses of the library that draws a page's charts; none where it has no charts."""
    view = view_files(OTHER.get(name, LIVE))
    return [view["folder"] + one for one in view["modules"]]
