"""All that touches names of uvicorn, of websockets and of asyncio's loop that are not public.

Seen to work with uvicorn 0.54, websockets 17.4 and Python 3.11. When one is updated, read this file first.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeAlias

from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

ACCEPTED_AT_ONCE: Final = 2
"""Connections that the server accepts in one round of its loop."""
LONGEST_MESSAGE: Final = 4 * 2**20
"""Bytes of a message from a browser, kept until it is whole: room for 100,000 cells pasted among new rows."""
MOST_HELD: Final = 32 * 2**20
"""Bytes of messages, of all sockets together, that are not whole yet or wait to be read."""
PIECE_BYTES: Final = 100
"""What each piece of a message costs beside its bytes, of which it need not have any."""
LEAST_RATE: Final = 1000.0
"""Bytes a second that a body or message must come with, once its patience is over."""
READ_AT_ONCE: Final = (2**11, 2**18)
"""Bytes that are read of a connection in one round of the loop: at first, and at most."""
DEAR: Final = 50e-9
"""Processor seconds a byte beyond which a full read is dear. Of a file or a long message a byte takes a
twentieth, of what comes in pieces of a byte each forty times as much."""
LONG_SECONDS: Final = 0.002
"""Processor time of a read that is dear although there was no more to read."""
DEAR_SHARE: Final = 0.1
"""Part of the loop's time for all dear reads together."""


Theirs: TypeAlias = Any
"""What is uvicorn's or asyncio's own, and has no public type."""


def accept_few_at_once(most: int = ACCEPTED_AT_ONCE) -> None:
    """Let the running loop look at what it has accepted before it accepts more; call it before it listens.

    asyncio accepts as many connections as the backlog holds, 2048 here, and tells us of the first of them two
    rounds later: a burst takes all descriptors, and each one that fails is a traceback in the log.
    """
    loop: Theirs = asyncio.get_running_loop()
    selector_loop: Theirs = asyncio.SelectorEventLoop
    if not isinstance(loop, selector_loop):
        return
    accept = loop._accept_connection

    def accept_few(*arguments: Theirs) -> None:
        factory, listener, tls, server, backlog, *more = arguments
        accept(factory, listener, tls, server, min(backlog, most), *more)

    loop._accept_connection = accept_few


class DearReads:
    """Who sends what is dear to take apart is read more rarely, one after the other.

    uvicorn takes apart at once what the system has of a connection, up to 256 kB: of 32,000 empty pieces of a
    message half a second's work, in which nobody else is heard. Here a dear read is a short one, and the next
    comes when ten times its processor time has gone by, that of all others who send such things included.
    """

    def __init__(self, spent: Callable[[], float] = time.thread_time) -> None:
        self.spent = spent
        self._free = 0.0

    def wait(self, took: float, now: float) -> float:
        """Return the seconds until a connection is read again that has just taken so many."""
        self._free = max(self._free, now) + took / DEAR_SHARE
        return self._free - now


class PacedTransport:
    """A connection's transport, which is read only where both its protocol and `DearReads` allow it."""

    def __init__(self, transport: Theirs, reads: DearReads) -> None:
        self._transport = transport
        self._reads = reads
        self._loop = asyncio.get_running_loop()
        self._wanted, self.waits = True, False
        self.write = transport.write
        transport.max_size = READ_AT_ONCE[0]

    def __getattr__(self, name: str) -> Theirs:
        return getattr(self._transport, name)

    def pause_reading(self) -> None:
        """Read no more until the protocol wants to."""
        self._wanted = False
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on, now or when it is its turn again."""
        self._wanted = True
        if not self.waits:
            self._transport.resume_reading()

    def has_read(self, size: int, took: float) -> None:
        """Note how long so many bytes took to be taken apart."""
        full = size >= self._transport.max_size
        if took > DEAR * size and (full or took > LONG_SECONDS):
            self._transport.max_size = READ_AT_ONCE[0]
            self._transport.pause_reading()
            self.waits = True
            self._loop.call_later(self._reads.wait(took, self._loop.time()), self._read_on)
        elif full:
            self._transport.max_size = min(2 * size, READ_AT_ONCE[1])

    def _read_on(self) -> None:
        self.waits = False
        if self._wanted:
            self._transport.resume_reading()


@dataclass
class Held:
    """What is kept of a socket's message: since when, how many bytes, and when the last of them came."""

    began: float
    size: int
    at: float


class Connections:
    """Connections that have not yet asked for anything, or not to the end; it also bounds their messages.

    uvicorn 0.54 waits for a first request for ever, takes every connection that the system gives it, and
    keeps every message that is not whole, whoever sends it.

    Parameters
    ----------
    crowded : callable
        Tells whether there are too few descriptors left for another connection.
    patience : float
        Seconds that a browser has for the head of a request, and between two pieces of a message.
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(
        self, crowded: Callable[[], bool], patience: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._crowded = crowded
        self._patience = patience
        self._clock = clock
        self._since: weakref.WeakKeyDictionary[Theirs, float] = weakref.WeakKeyDictionary()
        self._held: dict[Theirs, Held] = {}
        self._reads = DearReads()

    @property
    def held(self) -> int:
        """Bytes of messages that are not whole yet, or wait."""
        return sum(one.size for one in self._held.values())

    def watch(self) -> None:
        """Look at every connection that the server accepts from now on."""
        requests: Theirs = AutoHTTPProtocol
        sockets: Theirs = AutoWebSocketsProtocol

        def connection_made(accept: Callable[..., None], protocol: Theirs, transport: Theirs) -> None:
            accept(protocol, PacedTransport(transport, self._reads))
            protocol.config.ws_max_size = LONGEST_MESSAGE
            if self._crowded():
                transport.abort()
            else:
                self._since[protocol] = self._clock()

        def data_received(receive: Callable[..., None], protocol: Theirs, data: bytes) -> None:
            before = self._reads.spent()
            receive(protocol, data)
            protocol.transport.has_read(len(data), self._reads.spent() - before)

        def message_received(receive: Callable[..., None], protocol: Theirs, data: bytes) -> None:
            data_received(receive, protocol, data)
            self._note(protocol)

        def connection_lost(lose: Callable[..., None], protocol: Theirs, error: Exception | None) -> None:
            lose(protocol, error)
            # The protocol is part of a circle, which is collected some time.
            protocol.frames = []
            protocol.conn.reader.buffer.clear()
            self._held.pop(protocol, None)

        _around(requests, connection_made)
        _around(requests, data_received)
        _around(sockets, message_received, "data_received")
        _around(sockets, connection_lost)

    def _note(self, socket: Theirs) -> None:
        """Note what is held of a socket's messages; where it is too much of all, the oldest goes."""
        size, now = _held(socket), self._clock()
        if not size:
            self._held.pop(socket, None)
            return
        known = self._held.setdefault(socket, Held(now, 0, now))
        known.size, known.at = size, now
        if self.held > MOST_HELD:
            self._look_again()
        while self.held > MOST_HELD:
            oldest = min(self._held, key=lambda one: self._held[one].began)
            del self._held[oldest]
            oldest.transport.abort()

    def _look_again(self) -> None:
        for socket, known in list(self._held.items()):
            known.size = _held(socket)
            if not known.size:
                del self._held[socket]

    def drop_unfinished(self) -> int:
        """End the connections on which nothing whole has been asked for in time, and say how many."""
        now, late = self._clock(), []
        for protocol, since in list(self._since.items()):
            if protocol.transport.get_protocol() is not protocol or protocol.transport.is_closing():
                del self._since[protocol]  # gone, or a WebSocket now
            elif protocol.cycle is not None and not protocol.cycle.response_complete:
                self._since[protocol] = now
            elif now - since > self._patience:
                late.append(protocol)
        self._look_again()
        for socket, known in self._held.items():
            if socket.read_paused or socket.transport.waits:
                known.began = known.at = now  # it is we who do not read
            slow = now - known.began > self._patience + known.size / LEAST_RATE
            if slow or now - known.at > self._patience:
                late.append(socket)
        for protocol in late:
            protocol.transport.abort()
        return len(late)


def _held(socket: Theirs) -> int:
    """Count the bytes of a socket's messages that wait to be read, or to be whole."""
    waiting = sum(len(event.get("bytes") or event.get("text") or "") for event in socket.queue._queue)
    pieces = len(socket.frames) * PIECE_BYTES + (socket.conn.current_size or 0)
    return waiting + pieces + len(socket.conn.reader.buffer)


def _around(protocols: Theirs, wrapper: Callable[..., None], name: str = "") -> None:
    """Let a function stand around a method of a class, in place of one that stood there before."""
    name = name or wrapper.__name__
    method = getattr(protocols, name)
    method = getattr(method, "__wrapped__", method)

    @wraps(method)
    def around(*arguments: Theirs) -> None:
        wrapper(method, *arguments)

    setattr(protocols, name, around)
