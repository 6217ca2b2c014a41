"""What becomes of connections: those that ask for nothing, and those that send what is dear to take apart."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ui import uvicorn_internals
from ui.uvicorn_internals import (
    LONGEST_MESSAGE,
    Connections,
    DearReads,
    PacedTransport,
    accept_few_at_once,
)

MB = 10**6


@contextmanager
def served(connections: Connections) -> Iterator[int]:
    """Serve an app that reads bodies with uvicorn, in a thread, and look at its connections all the time."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        accept_few_at_once()
        connections.watch()
        sweeping = asyncio.create_task(sweep())
        yield
        sweeping.cancel()

    async def sweep() -> None:
        while True:
            connections.drop_unfinished()
            await asyncio.sleep(0.01)

    async def hello(request: Request) -> Response:
        return PlainTextResponse(f"{len(await request.body())} bytes")

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            await websocket.send_text(str(len(await websocket.receive_text())))
            await websocket.receive_text()

    routes = [Route("/", hello, methods=["GET", "PUT"]), WebSocketRoute("/talk", talk)]
    app = Starlette(routes=routes, lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        Connections(lambda: False, 1e9).watch()  # nobody is looked at by the next test


def answer(port: int, *pieces: bytes) -> bytes:
    """Send a request in pieces and return all that comes back until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        for piece in pieces:
            one.sendall(piece)
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while more := one.recv(4096):
                found += more
        return found


def test_requests_that_are_not_finished_are_dropped_and_whole_ones_answered():
    with served(Connections(lambda: False, 0.05)) as port:
        whole = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert answer(port, whole).endswith(b"0 bytes")
        assert [answer(port), answer(port, whole[:9]), answer(port, whole[:-2])] == [b"", b"", b""]


def test_where_there_is_no_room_connections_are_dropped_until_there_is_again():
    full = threading.Event()
    full.set()
    with served(Connections(full.is_set, 10.0)) as port:
        whole = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with ThreadPoolExecutor(30) as pool:
            assert set(pool.map(lambda _: answer(port), range(30))) == {b""}
        full.clear()
        assert answer(port, whole).endswith(b"0 bytes")


@pytest.mark.parametrize(("length", "taken"), [(LONGEST_MESSAGE, True), (LONGEST_MESSAGE + 1, False)])
def test_a_message_longer_than_any_of_ours_ends_its_connection_before_it_is_whole(length: int, taken: bool):
    with (
        served(Connections(lambda: False, 10.0)) as port,
        connect(f"ws://127.0.0.1:{port}/talk", compression=None) as one,
    ):
        with contextlib.suppress(ConnectionClosed):
            one.send(["x" * 1000, "x" * (length - 1000)])
            assert one.recv(10) == str(length)
        one.close()
        # 1009, or none where the line is cut while the rest is still being sent.
        assert (one.close_code == 1000) == taken


def begin(one: ClientConnection, kilobytes: int) -> None:
    """Send the beginning of a message of 3 MB, of which no more comes."""
    one.socket.sendall(b"\x81\xff" + (3 * 2**20).to_bytes(8, "big") + bytes(4) + bytes(1000 * kilobytes))


def test_a_message_that_stops_is_dropped_with_its_connection_and_a_silent_one_stays():
    connections = Connections(lambda: False, 0.05)
    with served(connections) as port:
        address = f"ws://127.0.0.1:{port}/talk"
        with connect(address, compression=None) as silent, connect(address, compression=None) as one:
            begin(one, 100)
            with pytest.raises(ConnectionClosed):
                one.recv(10)
            assert connections.held == 0
            silent.send("whole")
            assert silent.recv(10) == "5"


def test_where_too_much_waits_to_be_whole_the_oldest_goes_and_whoever_comes_is_heard(monkeypatch):
    monkeypatch.setattr(uvicorn_internals, "MOST_HELD", 300_000)
    connections = Connections(lambda: False, 60.0)
    with served(connections) as port, contextlib.ExitStack() as stack:
        address = f"ws://127.0.0.1:{port}/talk"
        held = [stack.enter_context(connect(address, compression=None)) for _ in range(3)]
        for place, one in enumerate(held[:2]):
            begin(one, 100)
            until(lambda place=place: connections.held == 100_000 * (place + 1))
        held[2].send(["x" * 90_000] * 2)
        with pytest.raises(ConnectionClosed):
            held[0].recv(10)
        assert held[2].recv(10) == "180000"
        until(lambda: connections.held == 100_000)  # the second one's
        # In the midst of a message it can say no goodbye, and would wait for the other's.
        held[1].socket.shutdown(socket.SHUT_RDWR)


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(2000):
        if true():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it never was")


EMPTY_PIECES = bytes([0x01, 0x80, 0, 0, 0, 0]) + 5000 * bytes([0x00, 0x80, 0, 0, 0, 0])
"""A message in pieces that hold nothing, and have no end."""
SINGLE_BYTES = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + 5000 * b"1\r\nx\r\n"


@pytest.mark.parametrize("kind", ["pings", "pieces", "chunks"])
def test_what_is_dear_to_take_apart_is_read_in_turns(kind):
    connections, waits = Connections(lambda: False, 60.0), []
    connections._reads.wait = lambda took, _now: waits.append(took) or 0.0
    with served(connections) as port:
        if kind == "chunks":
            with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
                one.sendall(SINGLE_BYTES + b"0\r\n\r\n")
                assert one.recv(4096)
        else:
            with connect(f"ws://127.0.0.1:{port}/talk", compression=None) as one:
                one.socket.sendall(5000 * b"\x89\x80\0\0\0\0" if kind == "pings" else EMPTY_PIECES)
                until(lambda: len(waits) > 5)
    # 30 kB in reads of 2 kB, each of which took its time.
    assert len(waits) > 5
    assert min(waits) > uvicorn_internals.DEAR * uvicorn_internals.READ_AT_ONCE[0]


def test_a_file_and_a_long_message_are_read_without_waiting():
    connections, waits = Connections(lambda: False, 60.0), []
    connections._reads.wait = lambda took, _now: waits.append(took) or 0.0
    with served(connections) as port:
        body = 3 * MB * b"x"
        head = f"PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        assert answer(port, head.encode() + body).endswith(b"3000000 bytes")
        with connect(f"ws://127.0.0.1:{port}/talk", compression=None) as one:
            one.send("x" * 3 * MB)
            assert one.recv(10) == "3000000"
    # Of the first read of each a head is part, or the handshake.
    assert len(waits) <= 4


class Line:
    """A transport that notes whether it is read."""

    max_size = 0
    read = True

    def write(self, _data: bytes) -> None: ...

    def pause_reading(self) -> None:
        self.read = False

    def resume_reading(self) -> None:
        self.read = True


def test_a_connection_is_read_again_when_both_its_turn_has_come_and_its_protocol_wants_it():
    async def play() -> list[bool]:
        line, seen = Line(), []
        paced = PacedTransport(line, DearReads())
        for pauses in (False, True):
            paced.has_read(2**11, 0.0005)
            paced.resume_reading()  # uvicorn, when its app has taken a message
            seen.append(line.read)
            if pauses:
                paced.pause_reading()
            while paced.waits:
                await asyncio.sleep(0.001)
            seen.append(line.read)
        paced.resume_reading()
        return [*seen, line.read]

    assert asyncio.run(play()) == [False, True, False, False, True]


def test_all_dear_reads_together_have_their_part_of_the_time():
    reads = DearReads()
    assert reads.wait(0.004, 100.0) == pytest.approx(0.04)
    assert reads.wait(0.001, 100.01) == pytest.approx(0.04)
    assert reads.wait(0.001, 200.0) == pytest.approx(0.01)
