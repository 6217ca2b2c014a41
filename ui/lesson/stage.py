"""The page on which a lesson is shown: a few lines around the modules that show it, and the lesson as data.

It is no Streamlit page: each screen is one of ours in a frame of its own, so that the next one is whole
before it is seen. A lesson of one's own comes behind the `#` of the address, which no server's log ever
holds; the page sends it here to be read, and nothing of it is kept.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.lesson.lesson import Lesson, LessonError, lesson_from
from ui.lesson.shipped import SHIPPED
from ui.shared.question import unpack
from ui.streamlit_internals import base_path
from ui.web.bare_page import bare_page

SHOW: Final = "/show"
MOST_SENT: Final = 300_000
"""Longest packed lesson that is read, in bytes."""


def routes() -> list[Route]:
    """Give the routes of the page and of what it reads; Streamlit does not prefix them, so we do."""
    base = base_path()
    return [
        Route(f"{base}{SHOW}", _page, methods=["GET"]),
        Route(f"{base}{SHOW}/read", _read, methods=["POST"]),
        Route(f"{base}{SHOW}/{{name}}", _page, methods=["GET"]),
    ]


def show_address(lesson: Lesson, *, screen: int = 1) -> str:
    """Return the address, without host, that shows a lesson from a screen on, which counts from 1."""
    names = [name for name, shipped in SHIPPED.items() if shipped == lesson]
    if names:
        return f"{base_path()}{SHOW}/{names[0]}#screen={screen}"
    return f"{base_path()}{SHOW}#lesson={lesson.packed()}&screen={screen}"


def stage_content(lesson: Lesson) -> dict[str, object]:
    """Return what the page has to know: for each screen the address in its frame, and its caption."""
    screens = [
        {"address": screen.opening(lecture="1", hold="1"), "caption": screen.caption}
        for screen in lesson.screens
    ]
    return {"title": lesson.title, "screens": screens}


async def _page(request: Request) -> Response:
    name = request.path_params.get("name", "").lower()
    if name and name not in SHIPPED:
        return Response(f"lesson must be one of {', '.join(SHIPPED)}; got {name[:40]}.", status_code=404)
    title = SHIPPED[name].title if name else "Lesson"
    base = base_path()
    return bare_page(
        "lesson/stage.js",
        title=title,
        style="lesson/stage.css",
        name=name,
        read=f"{base}{SHOW}/read",
        base=f"{base}/",
    )


async def _read(request: Request) -> Response:
    """Answer a lesson's name, or a packed lesson, with what the page has to know or with what is amiss."""
    sent = bytearray()
    async for part in request.stream():
        sent += part
        if len(sent) > MOST_SENT:
            return _refuse([f"lesson must be packed into at most {MOST_SENT} bytes; more were sent."])
    text = sent.decode("ascii", errors="replace")
    try:
        lesson = SHIPPED.get(text) or lesson_from(unpack(text))
    except LessonError as error:
        return _refuse(error.sentences)
    except ValueError as error:
        return _refuse([f"lesson {error}"])
    if not lesson.screens:
        return _refuse(["screens must be at least one; there were none."])
    return JSONResponse(stage_content(lesson), headers={"Cache-Control": "no-store"})


def _refuse(sentences: list[str] | tuple[str, ...]) -> Response:
    return JSONResponse({"problems": list(sentences)}, status_code=422)
