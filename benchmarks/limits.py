"""What a host may rely on, tried on the running server: ``python -m benchmarks limits``.

Starts the playground as its users do and goes to each limit that docs/hosting.md names: requests that are
never finished, browsers that never read, tabs that send without a rest, what a closed tab held, what a tab
costs on every live page, a log that is flooded, and descriptors that run out. ``--only WORD ...`` goes to
these alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import itertools
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks import command
from benchmarks.hostile import LEAST_SHARE, MOST_GAP, NEIGHBOUR, WIDE, Hall, Worst, pull, watched_hall
from benchmarks.serve import Playground
from benchmarks.visitors import Fleet, Tab, entries, level_memory, resident, tab

PATIENCE: Final = (9.0, 13.0)
"""Seconds after which an unfinished request is dropped, at least and at most: ten, and a look each half."""
SILENT: Final = 20
MOST_SILENT_MB: Final = 20.0
GIVEN_BACK_SECONDS: Final = 5.0
NEAR_MB: Final = 5.0
"""What is left of a table counts as nothing below this: the C library keeps some memory for the next one."""
MOST_TAB_MB: Final = 5.0
MOST_TAB_DESCRIPTORS: Final = 3.0
FIRST_TABS: Final = 2
TABS: Final = 8
"""Tabs that are opened beside the first ones: what one more costs, since a step's memory is there once."""
CROWD: Final = 12
NONSENSE: Final = 300
LINES: Final = 25
"""Lines that so many nonsensical sockets may write: twenty at once, and one a second."""
FULL: Final = "full for the moment"
FEW_DESCRIPTORS: Final = 40
"""Descriptors that the server is left with where they run out."""
PAGES: Final = (
    ("gates", "logic_gates", "data=XOR&epochs=100000&speed=max"),
    ("digits", "digits", "data=digits&epochs=100000&speed=max"),
    ("patterns", "patterns", "data=spiral&samples=5000&hidden=16-16&epochs=100000&speed=max"),
    ("patterns, the widest network", "patterns", f"data=spiral&{WIDE}&batch_size=100&speed=max"),
    ("two side by side", "patterns", "data=spiral&samples=5000&epochs=100000&speed=max&b.eta=0.3"),
    ("regression", "regression", "data=sine&epochs=100000&speed=max"),
    ("learning rate", "learning_rate", "data=XOR&epochs=100000"),
    ("heat map", "learning_rate", "data=gauss&look=heat"),
    ("own data", "own_data", "epochs=100000&speed=max"),
    ("building blocks", "building_blocks", "block=backprop"),
    ("room", "room", "hold=rate&data=XOR"),
)
RERUNS: Final = tuple(f"data=spiral&seed={k}" for k in range(1, 4))
FIELDS: Final = {
    "sessions": {"open", "at_work", "views"},
    "slice_seconds": {"median", "p99"},
    "queue": None,
    "memory": {"resident", "available", "limit", "tables", "tables_limit"},
    "descriptors": {"used", "limit"},
}
"""What `/live/health` tells."""
HALF: Final = {"a connection that asks for nothing": "", "half a head": "GET / HTTP/1.1\r\nHo"}


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    measured: str
    wanted: str
    met: bool


@dataclass(frozen=True)
class House:
    """The running server, and the tab that is watched beside everything."""

    playground: Playground
    hall: Hall

    @property
    def where(self) -> Fleet:
        """Where it is visited."""
        return self.hall.where

    @property
    def pid(self) -> int:
        """Of its process."""
        return self.where.pids[0]

    def memory(self) -> float:
        """Give what it holds, in MB."""
        return resident(self.pid) or 0.0

    def descriptors(self) -> int:
        """Count its descriptors."""
        return entries(self.pid, "fd") or 0

    def fares(self) -> dict[str, Any]:
        """Ask it how it fares."""
        with urllib.request.urlopen(f"{self.playground.url}/live/health", timeout=10) as answer:
            found = json.load(answer)
        assert isinstance(found, dict)
        return found


Check = Callable[[House], AsyncIterator[Line]]


# -- requests, sockets, messages ---------------------------------------------------------------------------


async def unfinished(house: House) -> AsyncIterator[Line]:
    """Begin requests and never end them."""

    async def stays(words: str) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.where.port)
        began = time.perf_counter()
        writer.write(words.encode())
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(reader.read(), 3 * PATIENCE[1])
        writer.close()
        return time.perf_counter() - began

    async with tab(house.where) as visitor:
        await visitor.show("own_data", "")
        head = "".join(f"{name}: {value}\r\n" for name, value in visitor.headers.items())
        head += f"Host: 127.0.0.1:{house.where.port}\r\nContent-Length: 99\r\n"
        head += "Content-Type: multipart/form-data; boundary=edge\r\n\r\n--edge"
        begun = {**HALF, "half a file": f"PUT /_stcore/upload_file/{visitor.session}/one HTTP/1.1\r\n{head}"}
        times = await asyncio.gather(*(stays(words) for words in begun.values()))
    for name, seconds in zip(begun, times, strict=True):
        met = PATIENCE[0] <= seconds <= PATIENCE[1]
        yield Line(f"{name} is dropped after", f"{seconds:.1f} s", "10 s", met)


async def silent(house: House) -> AsyncIterator[Line]:
    """Let twenty tabs ask for all that there is, and read none of it."""
    query = "data=spiral&hidden=64-64&epochs=100000&speed=max"
    async with contextlib.AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(tab(house.where)) for _ in range(SILENT)]
        sockets = []
        for one in tabs:
            token = (await one.tokens("patterns", query))[-1]
            sockets.append(await stack.enter_async_context(await one.channel(token)))
        reading = [asyncio.create_task(pull(socket, None)) for socket in sockets]
        await asyncio.sleep(5.0)
        before = house.memory()
        await ended(reading)
        asking = [asyncio.create_task(ask_on(socket)) for socket in sockets]
        await asyncio.sleep(10.0)
        grown = house.memory() - before
        await ended(asking)
        for socket in sockets:
            # Who does not read hears of no closing either, and each would be waited for.
            socket.transport.abort()
    text = f"{SILENT} sockets that ask and never read hold"
    yield Line(text, f"{grown:.1f} MB", f"< {MOST_SILENT_MB:g} MB", grown < MOST_SILENT_MB)


async def ask_on(socket: ClientConnection) -> None:
    """Ask for frames and pictures without ever reading."""
    with contextlib.suppress(ConnectionClosed):
        for text in itertools.cycle(('{"op":"n"}', '{"op":"neuron","layer":1,"index":1}')):
            await socket.send(text)
            await asyncio.sleep(0.02)


async def ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they are over."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def flood(house: House) -> AsyncIterator[Line]:
    """Send a tab's script messages without a rest, first while reading its answers and then not."""
    for reads in (True, False):
        usual, _, _ = await house.hall.beside(NEIGHBOUR, 1)
        before = await level_memory(house.where) or 0.0
        flooding = asyncio.create_task(flooded(house.where, reads=reads))
        rate, gap, _ = await house.hall.beside(NEIGHBOUR, 1)
        grown = house.memory() - before
        await ended([flooding])
        name = "500 script messages a second, answers " + ("read" if reads else "never read")
        yield frames(name, rate, usual=usual, gap=gap)
        yield Line(f"{name}: memory", f"{grown:+.1f} MB", f"< {MOST_SILENT_MB:g} MB", grown < MOST_SILENT_MB)


async def flooded(where: Fleet, *, reads: bool) -> None:
    """Ask for script runs, 500 a second."""
    async with tab(where) as visitor:
        await visitor.tokens("patterns", RERUNS[0])
        reading = asyncio.create_task(read(visitor.stream)) if reads else None
        try:
            for query in itertools.cycle(RERUNS):
                request = BackMsg()
                request.rerun_script.page_name, request.rerun_script.query_string = "patterns", query
                await visitor.stream.send(request.SerializeToString())
                await asyncio.sleep(0.002)
        finally:
            if reading is not None:
                await ended([reading])


async def read(stream: ClientConnection) -> None:
    """Read all that comes."""
    async for _ in stream:
        pass


async def crowd(house: House) -> AsyncIterator[Line]:
    """Let twelve tabs run their scripts without a rest."""
    usual, _, _ = await house.hall.beside(NEIGHBOUR, 1)
    many = Worst("reruns", "patterns", RERUNS[0], rerun=RERUNS)
    rate, gap, _ = await house.hall.beside(many, CROWD)
    yield frames(f"{CROWD} tabs whose scripts never rest", rate, usual=usual, gap=gap)


def frames(name: str, rate: float, *, usual: float, gap: float) -> Line:
    """Give the line of what the watched tab kept of its frames."""
    text = f"{rate / usual:.2f} of {usual:.0f} frames/s, longest wait {1e3 * gap:.0f} ms"
    wanted = f">= {LEAST_SHARE:g}, <= {1e3 * MOST_GAP:.0f} ms"
    return Line(f"{name}: a watched tab keeps", text, wanted, rate >= LEAST_SHARE * usual and gap <= MOST_GAP)


# -- memory ------------------------------------------------------------------------------------------------


async def given_back(house: House) -> AsyncIterator[Line]:
    """Let a tab hold a table, close it, and wait until all is as before; nobody else comes."""
    await hold_table(house)
    await asyncio.sleep(GIVEN_BACK_SECONDS)
    before, tables = await level_memory(house.where) or 0.0, house.fares()["memory"]["tables"]
    held, counted = await hold_table(house)
    closed = time.perf_counter()
    while (seconds := time.perf_counter() - closed) < 2 * GIVEN_BACK_SECONDS:
        if house.memory() < before + NEAR_MB and house.fares()["memory"]["tables"] == tables:
            break
        await asyncio.sleep(0.1)
    name = f"a closed tab's {held - before:.0f} MB, {(counted - tables) / 1e6:.0f} MB of tables"
    yield Line(
        f"{name}, given back after",
        f"{seconds:.1f} s",
        f"<= {GIVEN_BACK_SECONDS:g} s",
        seconds <= GIVEN_BACK_SECONDS,
    )


async def hold_table(house: House) -> tuple[float, int]:
    """Upload a table, and tell memory in MB and bytes of tables while a tab holds it."""
    rows = "\n".join(f"{k % 97},{k % 89},{'ab'[k % 2]}" for k in range(200_000))
    async with tab(house.where) as visitor:
        await visitor.show("own_data", "")
        await visitor.upload("own_data", f"size,weight,kind\n{rows}".encode())
        return house.memory(), int(house.fares()["memory"]["tables"])


async def cost(house: House) -> AsyncIterator[Line]:
    """Open several tabs of every live page, and tell what one costs."""
    for name, page, query in PAGES:
        await opened(house, page, query, FIRST_TABS, seconds=1.0)
        await level_memory(house.where)
        before = await opened(house, page, query, FIRST_TABS)
        await level_memory(house.where)
        after = await opened(house, page, query, FIRST_TABS + TABS)
        await level_memory(house.where)
        memory, files = ((b - a) / TABS for a, b in zip(before, after, strict=True))
        met = memory <= MOST_TAB_MB and files <= MOST_TAB_DESCRIPTORS
        wanted = f"<= {MOST_TAB_MB:g} MB, <= {MOST_TAB_DESCRIPTORS:g}"
        yield Line(f"a tab more of {name}", f"{memory:.1f} MB, {files:.1f} descriptors", wanted, met)


async def opened(
    house: House, page: str, query: str, count: int, *, seconds: float = 4.0
) -> tuple[float, int]:
    """Open tabs that pull frames for a while; tell memory in MB and descriptors, and close them."""
    async with contextlib.AsyncExitStack() as stack:
        pulling = []
        for _ in range(count):
            one = await stack.enter_async_context(tab(house.where))
            for token in await one.tokens(page, query):
                socket = await stack.enter_async_context(await one.channel(token))
                pulling.append(asyncio.create_task(pull(socket, None)))
        await asyncio.sleep(seconds)
        found = house.memory(), house.descriptors()
        await ended(pulling)
    return found


# -- log, health, descriptors ------------------------------------------------------------------------------


async def log(house: House) -> AsyncIterator[Line]:
    """Open sockets that talk nonsense, and count the lines that the log has of them."""
    before, began = house.playground.log().count("\n"), time.perf_counter()
    address = f"ws://127.0.0.1:{house.where.port}/live/socket"
    for _ in range(NONSENSE):
        async with connect(address, origin=house.where.origin) as socket:
            await socket.send("nonsense")
            await socket.wait_closed()
    lines = house.playground.log().count("\n") - before
    most = LINES + time.perf_counter() - began
    yield Line(
        f"lines in the log of {NONSENSE} sockets that talk nonsense",
        f"{lines}",
        f"<= {most:.0f}",
        lines <= most,
    )


async def health(house: House) -> AsyncIterator[Line]:
    """Ask how it fares."""
    found = house.fares()
    same = found.keys() == FIELDS.keys()
    same = same and all(names is None or found[name].keys() == names for name, names in FIELDS.items())
    yield Line("/live/health tells", ", ".join(found), ", ".join(FIELDS), same)


async def full(house: House) -> AsyncIterator[Line]:
    """Leave few descriptors, let tabs come until they are used up, and let them go again."""
    resource: Any = importlib.import_module("resource")
    limit = house.descriptors() + FEW_DESCRIPTORS
    resource.prlimit(house.pid, resource.RLIMIT_NOFILE, (limit, limit))
    lines = house.playground.log().count("\n")
    async with contextlib.AsyncExitStack() as stack:
        came = 0
        while (
            "full for the moment" not in (page := await asyncio.to_thread(entrance, house)) and came < limit
        ):
            came += 1
            with contextlib.suppress(OSError, ConnectionClosed):
                await stack.enter_async_context(connected(house, came))
        rate, _ = await watched(house)
        yield Line(f"tab {came + 1} where descriptors run out is told", sentence(page), "so", FULL in page)
        yield Line("and the watched one goes on with", f"{rate:.0f} frames/s", "> 0", rate > 0)
    began = time.perf_counter()
    while FULL in await asyncio.to_thread(entrance, house):
        await asyncio.sleep(0.2)
    seconds = time.perf_counter() - began
    yield Line("when they have left, new ones come in after", f"{seconds:.1f} s", "<= 5 s", seconds <= 5.0)
    written = house.playground.log().count("\n") - lines
    yield Line("lines in the log meanwhile", f"{written}", f"<= {LINES}", written <= LINES)


@contextlib.asynccontextmanager
async def connected(house: House, number: int) -> AsyncIterator[Tab]:
    """Open a tab with its live view."""
    async with tab(house.where) as one:
        await one.show("logic_gates", f"data=XOR&seed={number}")
        yield one


async def watched(house: House) -> tuple[float, float]:
    """Give the watched tab's frames a second and its longest wait, for a while."""
    start = time.perf_counter()
    await asyncio.sleep(house.hall.seconds)
    return house.hall.watch.between(start, time.perf_counter())


def entrance(house: House) -> str:
    """Give the page that a new browser gets."""
    request = urllib.request.Request(f"{house.playground.url}/", headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()


def sentence(page: str) -> str:
    """Give the first sentence of a page's paragraph."""
    return page.partition("<p>")[2].partition(":")[0]


CHECKS: Final[dict[str, Check]] = {
    "unfinished": unfinished, "silent": silent, "flood": flood, "crowd": crowd, "given_back": given_back,
    "cost": cost, "log": log, "health": health, "full": full,
}  # fmt: skip
"""By the word behind ``--only``; the last one leaves the server with few descriptors."""


async def measure(chosen: Sequence[Check], seconds: float) -> bool:
    """Print a line for each limit as it is reached; return whether all held."""
    print("| limit | measured | wanted | |\n|---|---|---|---|", flush=True)
    good = True
    async with watched_hall(seconds) as (playground, hall):
        one = House(playground, hall)
        for check in chosen:
            async for line in check(one):
                good = good and line.met
                words = f"| {line.what} | {line.measured} | {line.wanted} |"
                print(f"{words} {'met' if line.met else 'MISSED'} |", flush=True)
        good = good and "Traceback" not in one.playground.log()
    return good


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if a limit did not hold."""
    parser = command("limits", __doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long a tab is watched (default 5)")
    parser.add_argument("--only", nargs="+", choices=CHECKS, default=list(CHECKS), metavar="WORD",
                        help=f"of {', '.join(CHECKS)}")  # fmt: skip
    options = parser.parse_args(argv)
    chosen = [check for name, check in CHECKS.items() if name in options.only]
    return 0 if asyncio.run(measure(chosen, options.seconds)) else 1
