"""What every request passes first: is there room for another tab, and for the bytes that it brings?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse
from starlette.websockets import WebSocketDisconnected

from ui.app.limits import Room
from ui.live.websocket import RateLimit
from ui.shared.byte_budget import Budget, BudgetError
from ui.shared.refusals import refuse_file
from ui.streamlit_internals import STREAM_PATH, closing_code, known_session, open_sessions, run_again
from ui.streamlit_uploads import UPLOAD_PATH, keep_last_uploads, largest_upload
from ui.uvicorn_internals import LEAST_RATE

_LOG: Final = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 10.0
"""Time for the head of a request, and between two pieces of its body."""
FORM_BYTES: Final = 2**20
"""What the form around a file may have beside it, as Streamlit 1.67 allows."""
UPLOAD_RATE: Final = (5e7, 5e6)
"""Bytes a second, and at once, that are read of all uploads together: to take a form apart is work on the
server's loop, 4 ms a megabyte."""
TRY_AGAIN_SECONDS: Final = 20
SCRIPT_MESSAGES: Final = (60.0, 120.0)
"""Messages a second, and at once, that are read of what a tab sends to its script. More than a hand can send;
whoever sends more is read that slowly, through its own connection's buffers, and loses none."""
MESSAGE_BYTES: Final = 2**14
"""A message counts once more for every so many bytes: ten times what a page's controls take."""

_CLOSE: Final = {"Connection": "close"}

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """The outermost layer of the server.

    Parameters
    ----------
    app : callable
        What lies behind.
    room : Room
    budget : Budget
    """

    def __init__(self, app: App, room: Room, budget: Budget) -> None:
        self._app = app
        self._room = room
        self._budget = budget
        self._uploads = RateLimit(*UPLOAD_RATE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or refuse it."""
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path.endswith(STREAM_PATH):
            await self._script(scope, receive, send)
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] in {"PUT", "POST"}:
            await self._body(scope, receive, send)
        elif self._is_page(scope) and self._room.refuses_page():
            await full_page()(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_page(self, scope: Scope) -> bool:
        return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")

    async def _script(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Connect a tab with its script, unless it is a new one and there is no room."""
        if self._room.refuses_script() and not any(known_session(name) for name in scope["subprotocols"]):
            _LOG.warning("A new tab was refused: descriptors or memory are nearly used up")
            await send({"type": "websocket.close", "code": 1013})
            return

        limit, tokens = RateLimit(*SCRIPT_MESSAGES), 1.0

        async def noting() -> Event:
            nonlocal tokens
            # Before a message is taken: whoever gives up waiting for the next one must not lose it.
            due, tokens = limit.due(tokens), 1.0
            await asyncio.sleep(due)
            event = await receive()
            tokens += len(event.get("bytes") or b"") // MESSAGE_BYTES
            if event["type"] == "websocket.disconnect":
                closing_code.set(event.get("code") or 0)
            return event

        # Streamlit 1.67 closes once more what has gone meanwhile.
        with contextlib.suppress(WebSocketDisconnected):
            await self._app(scope, noting, send)

    async def _body(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what a request brings from its first byte, for as long as it is under way."""
        _, upload, address = scope["path"].partition(UPLOAD_PATH)
        session = address.partition("/")[0]
        largest = largest_upload(session) if upload else None
        length = Headers(scope=scope).get("content-length", "")
        # Who leaves in the midst of a file is no fault of ours.
        with self._budget.hold() as more, contextlib.suppress(ClientDisconnect):
            patient, arrived = _patient(receive, time.monotonic), 0

            async def counting() -> Event:
                nonlocal arrived
                event = await patient()
                size = len(event.get("body", b""))
                arrived += size
                if upload:
                    await asyncio.sleep(self._uploads.due(size))
                try:
                    _require(arrived, largest)
                    more(size)
                except _TooLargeError as error:
                    raise HTTPException(413, str(error)) from error
                except BudgetError as error:
                    raise HTTPException(413, self._refused(upload, session, error)) from error
                return event

            try:
                if upload and length.isdigit():
                    _require(int(length), largest)
                    self._budget.require(int(length))
            except (_TooLargeError, BudgetError) as error:
                told = isinstance(error, BudgetError)
                sentence = self._refused(upload, session, error) if told else str(error)
                await HTMLResponse(escape(sentence), 413, _CLOSE)(scope, receive, send)
                return
            await self._app(scope, counting, send)
        if upload:
            keep_last_uploads(session)

    def _refused(self, upload: str, session: str, error: Exception) -> str:
        """Tell the session to which a file was sent why it was not taken; its page shows the sentence."""
        if upload:
            refuse_file(session, str(error))
            run_again(session)
        return str(error)


class _TooLargeError(Exception):
    """Why a page does not take a file, in a sentence; the browser has told its user before."""


def _require(size: int, largest: int | None) -> None:
    """Check that the form around a file is not larger than what the page's uploaders take."""
    if largest is not None and size > (largest + FORM_BYTES if largest else 0):
        most = f"files of up to {largest // 2**20} MB; this one is larger" if largest else "no files"
        raise _TooLargeError(f"This page takes {most}.")


def _patient(receive: Receive, clock: Callable[[], float]) -> Receive:
    """Give a request's events, and end it where its body comes too slowly."""
    began, arrived, whole = clock(), 0, False

    async def next_event() -> Event:
        nonlocal arrived, whole
        if whole:
            return await receive()
        try:
            event = await asyncio.wait_for(receive(), PATIENCE_SECONDS)
        except TimeoutError as error:
            raise _late(f"Nothing came for {PATIENCE_SECONDS:g} seconds.") from error
        arrived += len(event.get("body", b""))
        whole = not event.get("more_body", False)
        if not whole and clock() - began > PATIENCE_SECONDS + arrived / LEAST_RATE:
            raise _late(f"Less than {LEAST_RATE:,.0f} bytes a second came.")
        return event

    return next_event


def _late(sentence: str) -> HTTPException:
    """Give the answer to who sends too slowly; the connection ends with it, which would else be kept."""
    return HTTPException(408, sentence, _CLOSE)


def full_page() -> HTMLResponse:
    """Give the page for whom there is no room; it tries again by itself."""
    tabs = open_sessions()
    words = f"{tabs} tabs are" if tabs != 1 else "1 tab is"
    text = (
        f"The playground is full for the moment: {words} open, and what the server has left is theirs. "
        f"This page tries again by itself every {TRY_AGAIN_SECONDS} seconds."
    )
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" '
        f'content="{TRY_AGAIN_SECONDS}"><meta name="viewport" content="width=device-width">'
        f'<title>Full for the moment</title><body style="font: 1.1rem/1.5 sans-serif; max-width: 34rem; '
        f'margin: 15vh auto; padding: 0 1rem"><h1 style="font-size: 1.4rem">Full for the moment</h1>'
        f"<p>{escape(text)}</p></body></html>"
    )
    return HTMLResponse(page, 503, {"Retry-After": str(TRY_AGAIN_SECONDS), "Cache-Control": "no-store"})
