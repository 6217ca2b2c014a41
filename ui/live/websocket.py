"""The WebSocket between a live view and its channel.

One task reads: it checks every message, keeps count of credits and puts commands in the channel's mailbox.
One task pumps: it queues a slice when there is something to do, and sends what the slice gave. Work itself
happens on the thread of the `SliceQueue`, never on the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from ui.live import protocol
from ui.live.channel import Channel, Registry, Source, Viewer
from ui.live.protocol import (
    POLICY,
    REPLACED,
    UNKNOWN_TOKEN,
    KeyMessage,
    MarkedMessage,
    ProtocolError,
    dump,
    parse,
)
from ui.live.slice_queue import SliceQueue
from ui.live.tickets import Ticket

_LOG: Final = logging.getLogger(__name__)

HELLO_SECONDS: Final = 10.0
"""Time that a new connection has to show its token."""
MESSAGES_PER_SECOND: Final = 250.0
"""Sustained rate of messages: 60 credits and 60 control moves a second, and as much again."""
BURST: Final = 500.0
"""Messages that may come at once, after a silence."""

OriginRule = Callable[[str | None, str | None], bool]


@dataclass
class RateLimit:
    """A bucket of tokens: `burst` at once, `rate` per second for good."""

    rate: float = MESSAGES_PER_SECOND
    """Messages per second."""
    burst: float = BURST
    """Messages at once."""
    clock: Callable[[], float] = time.monotonic
    """Monotonic time in seconds."""

    def __post_init__(self) -> None:
        self._left = self.burst
        self._last = self.clock()

    def allow(self) -> bool:
        """Take one token; False when there is none."""
        if self.left < 1.0:
            return False
        self._left -= 1.0
        return True

    def due(self, tokens: float = 1.0) -> float:
        """Take some tokens, of those to come if there are none; return the seconds until they are there."""
        self._left = self.left - tokens
        return max(0.0, -self._left / self.rate)

    @property
    def left(self) -> float:
        """Tokens that there are now."""
        now = self.clock()
        self._left = min(self.burst, self._left + (now - self._last) * self.rate)
        self._last = now
        return self._left


class Socket:
    """What every socket of ours does: looks who comes, and sends away with a code what breaks its protocol.

    Parameters
    ----------
    allowed : callable
        Says whether a pair of Origin and Host may connect.
    """

    def __init__(self, allowed: OriginRule) -> None:
        self._allowed = allowed

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection to its end."""
        headers = websocket.headers
        if not self._allowed(headers.get("origin"), headers.get("host")):
            _LOG.warning(
                "Live socket refused: origin %.80r, host %.80r (a proxy must pass the Host header on)",
                headers.get("origin"),
                headers.get("host"),
            )
            await websocket.close(POLICY)
            return
        await websocket.accept()
        try:
            await self._talk(websocket)
        except ProtocolError as error:
            self._note(websocket, error)
            await close(websocket, error.code)
        except WebSocketDisconnect:
            return

    async def _talk(self, websocket: WebSocket) -> None:
        """Speak with one browser until it leaves, or has to."""
        raise NotImplementedError

    def _note(self, websocket: WebSocket, error: ProtocolError) -> None:
        """Tell the log why somebody is sent away."""
        _LOG.warning("Live socket closed with %d: %s", error.code, error)


async def hello(websocket: WebSocket, verbs: Mapping[str, type[protocol.Command]]) -> protocol.Hello:
    """Wait for the first message of a connection.

    Raises
    ------
    ProtocolError
        If it does not come in time, or is another one.
    """
    try:
        text = await asyncio.wait_for(receive(websocket), HELLO_SECONDS)
    except TimeoutError as error:
        raise ProtocolError("no token came in time") from error
    first = parse(text, verbs)
    if not isinstance(first, protocol.Hello):
        raise ProtocolError(f"the first message must be hello, was {type(first).__name__.lower()}")
    return first


class LiveSocket(Socket):
    """The endpoint.

    Parameters
    ----------
    registry : Registry
        Channels by token.
    queue : SliceQueue
        Where the work of all channels is done.
    allowed : callable
        Says whether a pair of Origin and Host may connect.
    """

    def __init__(self, registry: Registry, queue: SliceQueue, allowed: OriginRule) -> None:
        super().__init__(allowed)
        self._registry = registry
        self._queue = queue

    async def _talk(self, websocket: WebSocket) -> None:
        await self._serve(websocket, await self._welcome(websocket))

    async def explain(self, request: Request) -> Response:
        """Tell a page whose handshakes are refused what reaches us of them, so that it can say what is wrong.

        A handshake from which a proxy took the upgrade comes here as well.

        Parameters
        ----------
        request : Request
            Its query may hold ``origin``, the page's own.

        Returns
        -------
        Response
            426 with `host`, the Host header as it came, and `allowed`, whether it goes with that origin.
        """
        host = request.headers.get("host")
        if "sec-websocket-key" in request.headers:
            _LOG.warning("Live socket refused: a proxy must pass the Upgrade and Connection headers on")
        allowed = self._allowed(request.query_params.get("origin"), host)
        return JSONResponse(
            {"host": host, "allowed": allowed},
            status_code=426,
            headers={"Upgrade": "websocket", "Cache-Control": "no-store"},
        )

    async def _welcome(self, websocket: WebSocket) -> Channel[Source]:
        first = await hello(websocket, protocol.VERBS)
        channel = self._registry.find(first.token)
        if channel is None:
            raise ProtocolError("unknown token", UNKNOWN_TOKEN)
        try:
            key = channel.admit(first.key)
        except PermissionError as error:
            raise ProtocolError(str(error), UNKNOWN_TOKEN) from error
        if key is not None:
            await websocket.send_text(dump(KeyMessage(key=key)))
        return channel

    async def _serve(self, websocket: WebSocket, channel: Channel[Source]) -> None:
        wake = _Wake(self._queue)
        try:
            wake.viewer = viewer = channel.open_viewer(wake)
        except RuntimeError as error:
            raise ProtocolError("the channel has just been closed", UNKNOWN_TOKEN) from error
        pump = asyncio.create_task(self._pump(websocket, viewer, wake))
        reader = asyncio.create_task(self._read(websocket, viewer))
        try:
            done, _ = await asyncio.wait({pump, reader}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            viewer.close()
            for task in (pump, reader):
                task.cancel()
            await asyncio.gather(pump, reader, return_exceptions=True)

    async def _read(self, websocket: WebSocket, viewer: Viewer) -> None:
        limit = RateLimit()
        while True:
            command = parse(await receive(websocket), viewer.channel.verbs)
            if not limit.allow():
                raise ProtocolError(f"more than {MESSAGES_PER_SECOND:g} messages a second")
            match command:
                case protocol.Hello():
                    raise ProtocolError("hello comes once")
                case protocol.Credit():
                    viewer.credit()
                case protocol.Mark():
                    await websocket.send_text(dump(MarkedMessage()))
                case protocol.Painted():
                    viewer.channel.painted.set()
                case _:
                    viewer.channel.send(command)

    async def _pump(self, websocket: WebSocket, viewer: Viewer, wake: _Wake) -> None:
        channel = viewer.channel
        while not viewer.closed:
            turn = viewer.due()
            if turn is None:
                await wake.wait()
                continue
            # What has been asked for since may have another place, which its first slice finds out.
            place = None if channel.outdated else channel.source.place
            work = partial(viewer.produce, pull=turn.pull, place=place)
            wake.ticket = ticket = self._queue.submit(
                work,
                owner=channel.owner,
                urgent=turn.urgent,
                place=place,
                unwanted=lambda: channel.outdated,
                name=lambda: channel.source.name,
            )
            # A command that came before the ticket was known, and could not promote it, is seen here.
            if channel.pending:
                self._queue.promote(ticket)
            texts = await asyncio.wrap_future(ticket.future)
            channel.share = ticket.share
            for text in texts:
                await websocket.send_text(text)
            viewer.delivered()
        code = UNKNOWN_TOKEN if channel.closed else REPLACED
        await close(websocket, code)


class _Wake:
    """What a channel calls, from any thread, when there may be something to do for a connection.

    When a command has come while an ordinary slice of the connection waits its turn, that slice takes the
    urgent lane; else the pump is woken.

    Parameters
    ----------
    queue : SliceQueue
        Where the connection's slices wait.
    """

    def __init__(self, queue: SliceQueue) -> None:
        self._queue = queue
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self.viewer: Viewer | None = None
        self.ticket: Ticket[list[str]] | None = None

    def __call__(self) -> None:
        ticket = self.ticket
        if (
            ticket is not None
            and self.viewer is not None
            and (self.viewer.channel.pending or self.viewer.closed)
        ):
            self._queue.promote(ticket)
        # The loop is gone when a session is released during shutdown: then nobody is left to be woken.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


async def receive(websocket: WebSocket) -> str:
    """Wait for one text message."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if not isinstance(text, str):
        raise ProtocolError("a message must be text")
    return text


async def close(websocket: WebSocket, code: int) -> None:
    """Close a connection with a code, unless it is closed already."""
    if websocket.client_state is not WebSocketState.CONNECTED:
        return
    if websocket.application_state is not WebSocketState.CONNECTED:
        return
    # The other side may vanish between the check and the closing handshake.
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code)
