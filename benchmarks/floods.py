"""Strangers who flood the server: ``python -m benchmarks floods``.

Starts the playground twice as its users do and watches one tab of the first on ``/digits``, which pulls
frames as a browser of 60 a second would, beside floods of requests, handshakes and messages, each from
several clients without a rest. Those take a core themselves: so they have a process of their own, and
what the watched tab's frames are compared with is the same flood against the second server. Wanted: it
keeps at least 60 % of them, waits no longer than 300 ms for one, the server takes no more than 50 MB for the
flood and has all but 10 MB back within 5 s. Where the machine has other work, frames a second of the server's
processor time tell more than frames a second.

``--only WORD ...`` measures some of them, ``--count`` how many clients each has, ``--seconds`` how long each
is watched.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from benchmarks import command
from benchmarks.hostile import CALM_SECONDS, LEAST_SHARE, MOST_GAP, NEIGHBOUR, WIDE, Hall, pull, watched_hall
from benchmarks.serve import Playground
from benchmarks.visitors import Fleet, Tab, processor_time, resident, tab

BEGIN_SECONDS: Final = 2.0
"""Time that a flood has to begin, once its clients' process is up."""
MOST_MB: Final = 50.0
BACK_MB: Final = 10.0
"""What may be left of a flood after `BACK_SECONDS`: what a page needs that is opened for the first time."""
BACK_SECONDS: Final = 5.0
STRANGER: Final = json.dumps({"op": "hello", "token": "x" * 43})
LIVE, STREAM = "/live/socket", "/_stcore/stream"
WIDEST: Final = f"data=spiral&{WIDE}&batch_size=1000&speed=max"

Flood = Callable[[Fleet], Awaitable[object]]


@dataclass(frozen=True)
class Seen:
    """What was seen beside a flood."""

    rate: float
    gap: float
    """`rate` and `gap`: frames a second of the watched tab, and its longest wait for one in seconds."""
    cores: float
    """Of its server."""
    grown: float
    left: float
    """`grown` and `left`: MB that the server took more, at its end and `BACK_SECONDS` later at most."""

    def met(self, usual: Seen) -> bool:
        """Tell whether it is as wanted, `usual` being the same flood elsewhere."""
        memory = self.grown <= MOST_MB and self.left <= BACK_MB
        return memory and self.rate >= LEAST_SHARE * usual.rate and self.gap <= MOST_GAP

    def line(self, name: str, usual: Seen, *, met: bool) -> str:
        """Give the line of the table."""
        frames = f"{usual.rate:.0f}, {self.rate:.0f} | {self.rate / usual.rate:.2f}"
        a_core = f"{usual.rate / usual.cores:.0f}, {self.rate / self.cores:.0f}"
        waits = f"{1e3 * usual.gap:.0f}, {1e3 * self.gap:.0f} | {self.grown:+.0f}, {self.left:+.0f}"
        return f"| {name} | {frames} | {a_core} | {waits} | {'met' if met else 'MISSED'} |"


async def ask(where: Fleet, path: str, times: int) -> None:
    """Send requests on one connection, all at once, and read what comes until the server ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", where.port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{where.port}\r\nAccept: text/html\r\n"
    writer.write(f"{head}\r\n".encode() * (times - 1) + f"{head}Connection: close\r\n\r\n".encode())
    while await reader.read(2**16):
        pass
    writer.close()


async def shake(where: Fleet, path: str, origin: Origin, says: str | None = None) -> None:
    """Open a socket, say something, and wait until it is closed, or close it where nothing is said."""
    kind = [Subprotocol("streamlit")] if path == STREAM else None
    address = f"ws://127.0.0.1:{where.port}{path}"
    async with connect(address, origin=origin, subprotocols=kind) as socket:
        if says is not None:
            await socket.send(says)
            await socket.wait_closed()


async def visit(where: Fleet) -> None:
    """Open a tab with its script, and close it."""
    async with tab(where) as visitor:
        await visitor.tokens("digits", "data=digits&epochs=100000&speed=max")


async def reconnect(where: Fleet, sockets: int) -> None:
    """Open the socket of one live view again and again, from one place or from two at once."""

    async def again(visitor: Tab, token: str) -> None:
        while True:
            with suppress(TimeoutError, WebSocketException):
                async with asyncio.timeout(0.2), await visitor.channel(token) as socket:
                    await (pull(socket, None) if sockets > 1 else socket.recv())

    async with tab(where) as visitor:
        await visitor.show("patterns", WIDEST)
        await asyncio.gather(*(again(visitor, visitor.token) for _ in range(sockets)))


async def send_on(where: Fleet, path: str, message: Callable[[], AsyncIterator[str] | bytes | str]) -> None:
    """Send a message over and over again, to a tab's script or to its live view."""
    async with tab(where) as visitor:
        await visitor.show("patterns", "data=spiral")
        socket = visitor.stream if path == STREAM else visitor.live
        assert socket is not None
        reading = asyncio.create_task(read_all(socket.recv))
        try:
            while True:
                await socket.send(message())
        finally:
            reading.cancel()


async def read_all(receive: Callable[[], Awaitable[object]]) -> None:
    """Read all that comes."""
    while True:
        await receive()


async def ping(where: Fleet) -> None:
    """Ask a live view's socket whether it is there, twenty times at once."""
    async with tab(where) as visitor:
        await visitor.show("patterns", "data=spiral")
        assert visitor.live is not None
        while True:
            for answered in [await visitor.live.ping() for _ in range(20)]:
                await answered


async def upload(where: Fleet) -> None:
    """Send small tables one after the other."""
    async with tab(where) as visitor:
        await visitor.show("own_data", "")
        while True:
            await visitor.upload("own_data", TABLE)


async def lessons(where: Fleet) -> None:
    """Send files that are far too long for a lesson, one after the other."""
    async with tab(where) as visitor:
        await visitor.tokens("lesson", "")
        while True:
            await visitor.upload("lesson", FAR_TOO_LONG, "lesson.json")


def long_message() -> bytes:
    """Give a message of 0.9 MB that asks for a script run with 14,000 controls that no page has."""
    request = BackMsg()
    request.rerun_script.page_name = "patterns"
    for k in range(14_000):
        request.rerun_script.widget_states.widgets.add(id=f"$$ID-{k}", string_value="x" * 40)
    return request.SerializeToString()


async def crumbs() -> AsyncIterator[str]:
    """Give a message in two thousand pieces."""
    yield '{"op":"step"'
    for _ in range(2000):
        yield " "
    await asyncio.sleep(0.02)
    yield "}"


async def shaken(where: Fleet, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a socket by hand, so that what is sent then is as odd as can be."""
    reader, writer = await asyncio.open_connection("127.0.0.1", where.port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{where.port}\r\nOrigin: {where.origin}\r\n"
    head += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    head += f"Sec-WebSocket-Key: {22 * 'A'}==\r\n"
    kind = "Sec-WebSocket-Protocol: streamlit\r\n" if path == STREAM else ""
    writer.write(f"{head}{kind}\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def tiny(where: Fleet, path: str, first: bytes, frame: bytes) -> None:
    """Send frames that hold nothing, as fast as they are taken."""
    reader, writer = await shaken(where, path)
    reading = asyncio.create_task(drink(reader))
    try:
        writer.write(first)
        while True:
            writer.write(10_000 * frame)
            await writer.drain()
    finally:
        reading.cancel()
        writer.close()


async def drink(reader: asyncio.StreamReader) -> None:
    """Read all that comes, and forget it."""
    while await reader.read(2**16):
        pass


async def halves(where: Fleet, path: str) -> None:
    """Begin a message of 4 MB on each of 25 sockets, send nearly all of it, and wait."""
    sockets = [await shaken(where, path) for _ in range(25)]
    for _, writer in sockets:
        writer.write(b"\x82\xff" + (4_000_000).to_bytes(8, "big") + bytes(4) + bytes(3_900_000))
        await asyncio.sleep(0.0)
    await asyncio.sleep(6.0)
    for _, writer in sockets:
        writer.close()


async def chunks(where: Fleet) -> None:
    """Send a file in chunks of one byte each."""
    async with tab(where) as visitor:
        await visitor.show("own_data", "")
        reader, writer = await asyncio.open_connection("127.0.0.1", where.port)
        head = "".join(f"{name}: {value}\r\n" for name, value in visitor.headers.items())
        head += f"Host: 127.0.0.1:{where.port}\r\nTransfer-Encoding: chunked\r\n"
        head += "Content-Type: multipart/form-data; boundary=edge\r\nConnection: close\r\n\r\n"
        writer.write(f"PUT /_stcore/upload_file/{visitor.session}/one HTTP/1.1\r\n{head}".encode())
        writer.write(200_000 * b"1\r\nx\r\n" + b"0\r\n\r\n")
        await drink(reader)
        writer.close()


async def strange(where: Fleet, request: BackMsg) -> None:
    """Send a tab's script what no tab of ours sends."""
    async with tab(where) as visitor:
        await visitor.tokens("patterns", "data=spiral")
        reading = asyncio.create_task(read_all(visitor.stream.recv))
        try:
            while True:
                await visitor.stream.send(request.SerializeToString())
                await asyncio.sleep(0.01)
        finally:
            reading.cancel()


async def odd_table(where: Fleet, table: bytes) -> None:
    """Send a table that is odd, again and again."""
    async with tab(where) as visitor:
        await visitor.show("own_data", "")
        while True:
            await visitor.upload("own_data", table)


def file_places() -> BackMsg:
    """Ask for places for 20,000 files."""
    request = BackMsg()
    request.file_urls_request.file_names.extend(20_000 * ["table.csv"])
    return request


async def endless() -> AsyncIterator[str]:
    """Give a message that grows for ever."""
    while True:
        yield "x" * 100_000


LONG: Final = long_message()
TABLE: Final = "\n".join(
    ["size,weight,kind", *(f"{k % 97},{k % 89},{'ab'[k % 2]}" for k in range(1000))]
).encode()
FAR_TOO_LONG: Final = b'{"version": 1, "screens": [' + 5_000_000 * b" " + b"]}"
PING, PIECE, MESSAGE, BEGINNING = (bytes([kind, 0x80, 0, 0, 0, 0]) for kind in (0x89, 0x00, 0x82, 0x01))
"""Frames that hold nothing: a ping, a piece of a message, a whole one, and the beginning of one."""
FLOODS: Final[dict[str, Flood]] = {
    "pages, each on a connection of its own": lambda where: ask(where, "/", 1),
    "pages, 500 at once on a connection": lambda where: ask(where, "/", 500),
    "addresses that are none": lambda where: ask(where, "/static/js/none.js", 50),
    "how the server fares": lambda where: ask(where, "/live/health", 50),
    "new tabs": visit,
    "handshakes": lambda where: shake(where, STREAM, where.origin),
    "tokens that are none": lambda where: shake(where, LIVE, where.origin, STRANGER),
    "other pages' handshakes": lambda where: shake(where, LIVE, Origin("http://other.example")),
    "reconnects of a live view": lambda where: reconnect(where, 1),
    "two sockets of one live view": lambda where: reconnect(where, 2),
    "pings": ping,
    "messages in pieces": lambda where: send_on(where, LIVE, crumbs),
    "messages that never end": lambda where: send_on(where, LIVE, endless),
    "long messages to scripts": lambda where: send_on(where, STREAM, lambda: LONG),
    "nonsense to scripts": lambda where: send_on(where, STREAM, lambda: os.urandom(200)),
    "uploads": upload,
    "lesson files of 5 MB": lessons,
    "raw pings": lambda where: tiny(where, STREAM, b"", PING),
    "empty pieces of a message": lambda where: tiny(where, LIVE, BEGINNING, PIECE),
    "empty messages": lambda where: tiny(where, STREAM, b"", MESSAGE),
    "halves of messages to scripts": lambda where: halves(where, STREAM),
    "halves of messages to views": lambda where: halves(where, LIVE),
    "files in chunks of a byte": chunks,
    "forget what is cached": lambda where: strange(where, BackMsg(clear_cache=True)),
    "ask git": lambda where: strange(where, BackMsg(load_git_info=True)),
    "20,000 places for files": lambda where: strange(where, file_places()),
    "tables of blank lines": lambda where: odd_table(where, b"a,b\n" + 2_800_000 * b"\n"),
    "tables of commas and quotes": lambda where: odd_table(where, b"'a'" + 60 * b"," + b'"\n1,2\n'),
}


async def flood(name: str, where: Fleet, count: int) -> None:
    """Be some clients that never rest, whatever they are answered."""

    async def again() -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                await FLOODS[name](where)
            await asyncio.sleep(0.0)

    print("begun", flush=True)
    await asyncio.gather(*(again() for _ in range(count)))


@asynccontextmanager
async def flooding(name: str, port: int, count: int) -> AsyncIterator[None]:
    """Let a process of its own flood a server meanwhile."""
    words = [sys.executable, "-m", "benchmarks", "floods", "--flood", name, "--port", str(port)]
    clients = await asyncio.create_subprocess_exec(
        *words, "--count", str(count), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert clients.stdout is not None
        await clients.stdout.readline()
        await asyncio.sleep(BEGIN_SECONDS)
        yield
    finally:
        clients.kill()
        await clients.wait()


async def warm(where: Fleet) -> None:
    """Open each page that is flooded, so that no flood is charged with what a page's first visitor costs."""
    for page in ("patterns", "own_data"):
        async with tab(where) as visitor:
            await visitor.show(page, "")
            if visitor.uploader:
                await visitor.upload(page, TABLE)


async def beside(hall: Hall, name: str, port: int, count: int) -> Seen:
    """Watch the tab, and its server, while a server is flooded; then wait until the memory is back."""
    (pid,) = hall.where.pids
    before = resident(pid) or 0.0
    async with flooding(name, port, count):
        start, spent = time.perf_counter(), processor_time(pid) or 0.0
        await asyncio.sleep(hall.seconds)
        end = time.perf_counter()
        cores = ((processor_time(pid) or 0.0) - spent) / (end - start)
        seen = hall.watch.between(start, end)
        grown = (resident(pid) or 0.0) - before
    ended = time.perf_counter()
    await asyncio.sleep(CALM_SECONDS)
    while (left := (resident(pid) or 0.0) - before) > BACK_MB and time.perf_counter() - ended < BACK_SECONDS:
        await asyncio.sleep(0.25)
    return Seen(*seen, cores, grown, left)


async def measure(chosen: Sequence[str], seconds: float, count: int) -> bool:
    """Print a line for each flood; return whether everything wanted was reached."""
    good = True
    with Playground() as other:
        async with watched_hall(seconds) as (playground, hall):
            here, there = (urlsplit(one.url).port or 80 for one in (playground, other))
            await hall.beside(NEIGHBOUR, 1)
            await warm(hall.where)
            print(
                f"| {count} x | frames/s: elsewhere, here | share | a core's second: elsewhere, here "
                "| longest wait, ms: elsewhere, here | MB: meanwhile, left | |\n" + 7 * "|---" + "|",
                flush=True,
            )
            for name in chosen:
                usual = await beside(hall, name, there, count)
                found = await beside(hall, name, here, count)
                met = found.met(usual)
                good = good and met
                print(found.line(name, usual, met=met), flush=True)
    return good


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something wanted was missed."""
    parser = command("floods", __doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each is watched (default 3)")
    parser.add_argument("--count", type=int, default=4, help="clients of a flood (default 4)")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="floods whose name has one of these words")
    parser.add_argument("--flood", choices=FLOODS, help="only be the clients of this one, against --port")
    parser.add_argument("--port", type=int)
    options = parser.parse_args(argv)
    if options.flood:
        asyncio.run(flood(options.flood, Fleet(options.port, ()), options.count))
    chosen = [name for name in FLOODS if not options.only or any(word in name for word in options.only)]
    return 0 if asyncio.run(measure(chosen, options.seconds, options.count)) else 1
