"""A phone's page and its socket: one small page, one WebSocket, a few bytes a message, no training."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from ui.live.protocol import REPLACED, UNKNOWN_TOKEN, ProtocolError, dump, parse
from ui.live.websocket import OriginRule, RateLimit, Socket, close, hello, receive
from ui.room.codes import normalised
from ui.room.messages import PHONE_VERBS, GoneMessage, Send
from ui.room.room import GoneError, Phone, Room, Told
from ui.room.rooms import Rooms
from ui.streamlit_internals import base_path
from ui.web.addresses import PHONE_SOCKET_PATH
from ui.web.bare_page import bare_page

_LOG: Final = logging.getLogger(__name__)

MESSAGES: Final = (2.0, 20.0)
"""Messages a second, and at once, that a phone's page sends at most."""
COUNT_SECONDS: Final = 0.1
"""Least time between two counts for the lecturer's view."""
PRUNE_SECONDS: Final = 60.0
"""A quiet connection looks so often whether its room has died."""
MOST_NOTED: Final = 1000
"""Faults whose kind and address are remembered, so that each is logged once."""


class PhoneSocket(Socket):
    """The endpoint of all phones.

    Parameters
    ----------
    rooms : Rooms
    allowed : callable
        Says whether a pair of Origin and Host may connect.
    """

    def __init__(self, rooms: Rooms, allowed: OriginRule) -> None:
        super().__init__(allowed)
        self._rooms = rooms
        self._due: set[Room] = set()
        self._noted: set[tuple[str, str]] = set()

    async def page(self, request: Request) -> Response:
        """Serve the page of any code; whether there is such a room is told by the socket alone."""
        code = normalised(request.path_params["code"])
        shown = code or request.path_params["code"][:20]
        return bare_page(
            "room/phone.js",
            title=f"Room {shown}",
            style="room/phone.css",
            status=200 if code else 404,
            code=shown,
            socket=f"{base_path()}{PHONE_SOCKET_PATH.format(code=shown)}",
        )

    async def _talk(self, websocket: WebSocket) -> None:
        first = await hello(websocket, PHONE_VERBS)
        visit = _Visit()
        try:
            room = self._admit(websocket)
            phone = room.join(first.token, visit.wake)
        except GoneError as gone:
            await websocket.send_text(dump(GoneMessage(why=str(gone))))
            await close(websocket, UNKNOWN_TOKEN)
            return
        try:
            self._announce(room)
            await _both(self._read(websocket, room, phone), self._tell(websocket, room, phone, visit))
        finally:
            room.leave(first.token, visit.wake)
            self._announce(room)

    def _admit(self, websocket: WebSocket) -> Room:
        code = normalised(websocket.path_params["code"]) or ""
        room = self._rooms.find(code)
        self._rooms.doorkeeper.admit(_address(websocket), code, exists=room is not None)
        if room is None:
            raise GoneError("unknown")
        return room

    async def _read(self, websocket: WebSocket, room: Room, phone: Phone) -> None:
        limit = RateLimit(*MESSAGES)
        while True:
            said = parse(await receive(websocket), PHONE_VERBS)
            if not limit.allow():
                raise ProtocolError(f"more than {MESSAGES[0]:g} messages a second from a phone")
            if not isinstance(said, Send):
                raise ProtocolError("hello comes once")
            try:
                room.send(phone, said.value, said.name, asked=said.round)
            except ValueError as error:
                raise ProtocolError(str(error)) from error
            self._announce(room)

    async def _tell(self, websocket: WebSocket, room: Room, phone: Phone, visit: _Visit) -> None:
        told = Told()
        while visit.wake in phone.tabs:
            news = room.news(phone, told)
            for message in news:
                await websocket.send_text(dump(message))
            if any(isinstance(message, GoneMessage) for message in news):
                await close(websocket, UNKNOWN_TOKEN)
                return
            await visit.wait(PRUNE_SECONDS)
            self._rooms.prune()
        await close(websocket, REPLACED)

    def _announce(self, room: Room) -> None:
        """Let the lecturer's view count, at most so often however many come at once."""
        if room in self._due:
            return
        self._due.add(room)
        asyncio.get_running_loop().call_later(COUNT_SECONDS, self._count, room)

    def _count(self, room: Room) -> None:
        self._due.discard(room)
        room.announce()

    def _note(self, websocket: WebSocket, error: ProtocolError) -> None:
        """Tell the log of a fault once for each address: a flood must not fill it."""
        key = (_address(websocket), str(error)[:20])
        if key in self._noted:
            return
        if len(self._noted) > MOST_NOTED:
            self._noted.clear()
        self._noted.add(key)
        _LOG.warning("A phone was sent away with %d: %s", error.code, error)


class _Visit:
    """One connection: what wakes it, from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def wake(self) -> None:
        # The loop is gone when a room is closed during shutdown: then nobody is left to be woken.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> None:
        # Not `wait_for`, which in Python 3.11 loses a cancellation that comes together with the event.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()


async def _both(*work: Coroutine[object, object, None]) -> None:
    """Do two things until the first of them ends, and end the other."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _address(websocket: WebSocket) -> str:
    """Return where a connection comes from; behind a proxy of this machine, what it says (uvicorn's rule)."""
    return websocket.client.host if websocket.client else ""
