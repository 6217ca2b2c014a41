"""A class on one server: ``python -m benchmarks load``.

Starts the playground as its users do, opens so many real Streamlit sessions of the digits page, and lets each
pull frames from its live channel as a browser would, all at the same time. Wanted: every client gets at least
three frames a second, the slowest at least half of the mean, nothing fails, and when all have left, the
server's memory is what it was after an earlier class of the same size.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import command
from benchmarks.serve import Playground

PAGE = "digits"
QUERY = "data=digits&epochs=100000&speed=max"
FRAME_SECONDS = 1 / 30
LEAST_FRAMES = 3.0
LEAST_SHARE = 0.5
MEMORY_GROWTH = 1.1
GONE_SECONDS = 30.0
EXPECTED = {"key", "run", "frame"}


@dataclass
class Client:
    """One visitor: what it has seen, and what went wrong."""

    frames: int = 0
    """Frames received while all were pulling."""
    epochs: int = 0
    """Epochs trained in that time."""
    restart: float | None = None
    """Seconds from asking for a restart to the new run's first frame."""
    errors: list[str] = field(default_factory=list)
    """Everything that should not have happened."""


@dataclass(frozen=True)
class Wave:
    """One class: its clients, how long they pulled, and the server meanwhile."""

    clients: list[Client]
    seconds: float
    health: list[float]
    """Answer times of Streamlit's own health check, in seconds."""
    memory: float | None
    """Resident memory while all were there, in MB."""
    processor: float | None
    """Processor time that the server spent, in seconds."""


def resident(pid: int) -> float | None:
    """Return the resident memory of a process in MB, or None where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def processor_time(pid: int) -> float | None:
    """Return the processor time that a process has spent so far in seconds, or None where nobody tells."""
    try:
        # The name in brackets may hold spaces; user and system time are the 14th and 15th field.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def session_token(stream: ClientConnection, page: str, query: str) -> str:
    """Run a page once in a Streamlit session and return the token that it hands to the live view."""
    wish = BackMsg()
    wish.rerun_script.page_name = page
    wish.rerun_script.query_string = query
    await stream.send(wish.SerializeToString())
    while True:
        message = ForwardMsg()
        message.ParseFromString(await stream.recv())
        component = message.delta.new_element.bidi_component
        if component.component_name == "live_view":
            return str(json.loads(component.json)["token"])


async def pull(socket: ClientConnection, client: Client, *, start: asyncio.Event, until: list[float]) -> None:
    """Ask for frames at the pace of a browser, two on their way at most, and count them."""
    await start.wait()
    for _ in range(2):
        await socket.send('{"op":"n"}')
    due = time.perf_counter()
    first: int | None = None
    while (left := until[0] - time.perf_counter()) > 0:
        try:
            message = json.loads(await asyncio.wait_for(socket.recv(), left))
        except TimeoutError:
            break
        if message["t"] not in EXPECTED:
            client.errors.append(str(message)[:200])
        if message["t"] != "frame":
            continue
        client.frames += 1
        first = message["epoch"] if first is None else first
        client.epochs = message["epoch"] - first
        due = max(due + FRAME_SECONDS, time.perf_counter())
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await socket.send('{"op":"n"}')


async def restart(socket: ClientConnection, client: Client) -> None:
    """Measure how long a restart takes while all the others are pulling."""
    asked = time.perf_counter()
    await socket.send('{"op":"restart"}')
    started = False
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), GONE_SECONDS))
        started = started or message["t"] == "run"
        if started and message["t"] == "frame":
            client.restart = time.perf_counter() - asked
            return


async def visit(
    playground: Playground, client: Client, *, ready: asyncio.Barrier, until: list[float]
) -> None:
    """Be one visitor, from opening the page to closing the tab."""
    address = playground.url.replace("http://", "ws://")
    go = asyncio.Event()
    try:
        async with (
            connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as stream,
            asyncio.timeout(300),
        ):
            token = await session_token(stream, PAGE, QUERY)
            async with connect(f"{address}/live/socket", origin=playground.url) as socket:
                await socket.send(json.dumps({"op": "hello", "token": token}))
                while json.loads(await socket.recv())["t"] != "frame":
                    pass
                await ready.wait()
                go.set()
                await pull(socket, client, start=go, until=until)
                await restart(socket, client)
                await ready.wait()
    except Exception as error:
        # Whatever happens to a visitor is a result of the benchmark, and must not end the others.
        client.errors.append(f"{type(error).__name__}: {error}")
        await ready.abort()


async def watch_health(playground: Playground, until: list[float]) -> list[float]:
    """Ask Streamlit's health check five times a second and return how long it took, in seconds."""
    times = []
    while time.perf_counter() < until[0]:
        asked = time.perf_counter()
        await asyncio.to_thread(_ask, f"{playground.url}/_stcore/health")
        times.append(time.perf_counter() - asked)
        await asyncio.sleep(0.2)
    return times


def _ask(address: str) -> None:
    with urllib.request.urlopen(address, timeout=GONE_SECONDS) as answer:
        answer.read()


async def wave(playground: Playground, count: int, seconds: float) -> Wave:
    """Let a class of `count` visitors pull frames for so many seconds, all at the same time."""
    clients = [Client() for _ in range(count)]
    ready = asyncio.Barrier(count + 1)
    until = [float("inf")]
    tasks = [asyncio.create_task(visit(playground, client, ready=ready, until=until)) for client in clients]
    health: list[float] = []
    memory = processor = None
    pid = playground.process.pid if playground.process else 0
    try:
        # The end is known before anybody passes the barrier: the last to arrive is this function.
        while ready.n_waiting < count and not ready.broken:
            await asyncio.sleep(0.05)
        until[0] = time.perf_counter() + seconds
        before = processor_time(pid)
        await ready.wait()
        health = await watch_health(playground, until)
        after = processor_time(pid)
        processor = None if before is None or after is None else after - before
        memory = resident(pid)
        await ready.wait()
    except asyncio.BrokenBarrierError:
        until[0] = 0.0
    await asyncio.gather(*tasks)
    return Wave(clients, seconds, health, memory, processor)


async def settled(playground: Playground) -> float | None:
    """Wait until the server's memory no longer falls, and return it in MB."""
    assert playground.process is not None
    lowest, steady, waited = float("inf"), 0, 0.0
    while steady < 8 and waited < GONE_SECONDS:
        memory = resident(playground.process.pid)
        if memory is None:
            return None
        steady = 0 if memory < lowest - 1.0 else steady + 1
        lowest = min(lowest, memory)
        await asyncio.sleep(0.5)
        waited += 0.5
    return lowest


def report(measured: Wave, levels: Sequence[float | None]) -> bool:
    """Print the table and return whether everything wanted was reached."""
    rates = sorted(client.frames / measured.seconds for client in measured.clients)
    mean = statistics.fmean(rates)
    share = rates[0] / mean if mean else 0.0
    errors = [error for client in measured.clients for error in client.errors]
    epochs = sum(client.epochs for client in measured.clients) / measured.seconds
    restarts = [1e3 * client.restart for client in measured.clients if client.restart is not None]
    health = [1e3 * value for value in measured.health]
    cold, before, after = levels
    frames = sum(client.frames for client in measured.clients)
    cost = 1e3 * measured.processor / frames if measured.processor and frames else None
    cores = measured.processor / measured.seconds if measured.processor else None
    grown = after / before if before and after else None
    rows = (
        ("clients", f"{len(rates)}", "", True),
        ("frames/s, slowest", f"{rates[0]:.2f}", f">= {LEAST_FRAMES:g}", rates[0] >= LEAST_FRAMES),
        ("frames/s, mean", f"{mean:.2f}", "", True),
        ("frames/s, fastest", f"{rates[-1]:.2f}", "", True),
        ("slowest / mean", f"{share:.2f}", f">= {LEAST_SHARE:g}", share >= LEAST_SHARE),
        ("epochs/s, all together", f"{epochs:.0f}", "", True),
        ("all restart at once: median ms to the first frame", _middle(restarts), "", True),
        ("health check, median ms", _middle(health), "", True),
        ("server's processor time a frame, ms", "-" if cost is None else f"{cost:.1f}", "", True),
        ("cores the server could use", "-" if cores is None else f"{cores:.2f}", "", True),
        ("errors", f"{len(errors)}", "0", not errors),
        ("memory MB: before anybody", _megabytes(cold), "", True),
        ("memory MB: with the class", _megabytes(measured.memory), "", True),
        ("memory MB: after an earlier class", _megabytes(before), "", True),
        (
            "memory MB: after this class",
            _megabytes(after),
            f"<= {MEMORY_GROWTH:g} of that",
            grown is None or grown <= MEMORY_GROWTH,
        ),
    )
    print("| figure | measured | wanted | |\n|---|---|---|---|")
    for name, value, wanted, met in rows:
        print(f"| {name} | {value} | {wanted} | {'' if not wanted else 'met' if met else 'MISSED'} |")
    for error in errors[:10]:
        print(error)
    return all(met for *_, met in rows)


def _middle(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f}" if values else "-"


def _megabytes(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


async def measure(count: int, seconds: float) -> bool:
    """Let two classes of the same size come and go, and report on the second."""
    # A tab that was closed is otherwise remembered for two minutes.
    os.environ["STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL"] = "1"
    with Playground() as playground:
        cold = await settled(playground)
        await wave(playground, count, min(seconds, 3.0))
        before = await settled(playground)
        measured = await wave(playground, count, seconds)
        after = await settled(playground)
        met = report(measured, (cold, before, after))
        if "Traceback" in playground.log():
            print(playground.log())
            return False
    return met


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something wanted was missed."""
    parser = command("load", __doc__)
    parser.add_argument("--clients", type=int, default=50, help="visitors at the same time (default 50)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long they pull (default 10)")
    options = parser.parse_args(argv)
    return 0 if asyncio.run(measure(options.clients, options.seconds)) else 1
