"""Classes of several sizes, on one replica and on several: ``python -m benchmarks load --sessions 50,100``.

Each replica has one core; several stand behind the nginx that is shipped. So many real Streamlit sessions of
the digits page pull frames from their live channels as browsers would, all at the same time. Wanted: fairness
(Jain's index of the frames) at least 0.9, no error, memory back when all have left; 100 sessions on one core
at least three frames a second each; two replicas on two cores at least 1.5 times the epochs of one. Where the
machine is shared, look at the frames a second of processor time: they do not depend on who else is busy.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from benchmarks import command
from benchmarks.visitors import Fleet, Tab, fleet, level_memory, processor_time, resident, tab

PAGE: Final = "digits"
QUERY: Final = "data=digits&epochs=100000&speed=max"
FRAME_SECONDS: Final = 1 / 30
OPENING: Final = 8
"""Tabs that are opened at the same time; a class does not press Enter in one millisecond."""
LEAST_FAIRNESS: Final = 0.9
LEAST_FRAMES: Final = 3.0
LEAST_SESSIONS: Final = 100
LEAST_GAIN: Final = 1.5
MEMORY_GROWTH: Final = 1.1
EXPECTED: Final = frozenset({"key", "run", "frame"})
STRAYS: Final = 12
"""Tabs that try a door without sticky sessions."""


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
    """One class on one fleet: its clients, how long they pulled, and the replicas meanwhile."""

    replicas: int
    clients: list[Client]
    seconds: float
    """How long they pulled."""
    processor: float
    """Processor time that the replicas spent, in seconds."""
    memory: tuple[float, float, float, float]
    """Resident memory in MB: before anybody, with the class, before it (after an earlier one), after it."""

    @property
    def frames(self) -> int:
        """Frames of all."""
        return sum(client.frames for client in self.clients)

    @property
    def slowest(self) -> float:
        """Frames a second of the slowest."""
        return min(client.frames for client in self.clients) / self.seconds

    @property
    def fairness(self) -> float:
        """Jain's index of the frames: 1 where all have the same, 1/n where one has all."""
        squares = sum(client.frames**2 for client in self.clients)
        return self.frames**2 / (len(self.clients) * squares) if squares else 0.0

    @property
    def epochs(self) -> float:
        """Epochs a second of all together."""
        return sum(client.epochs for client in self.clients) / self.seconds

    @property
    def frames_a_core(self) -> float:
        """Frames for each second of processor time."""
        return self.frames / self.processor if self.processor else 0.0

    @property
    def errors(self) -> list[str]:
        """All that went wrong."""
        return [error for client in self.clients for error in client.errors]


async def pull(visitor: Tab, client: Client, until: list[float]) -> None:
    """Ask for frames at the pace of a browser, two on their way at most, and count them."""
    for _ in range(2):
        await visitor.send(op="n")
    due, first = time.perf_counter(), None
    while (left := until[0] - time.perf_counter()) > 0:
        try:
            message = await visitor.receive(left)
        except TimeoutError:
            break
        if message["t"] not in EXPECTED:
            client.errors.append(str(message)[:200])
        if message["t"] != "frame":
            continue
        client.frames += 1
        epoch = int(str(message["epoch"]))
        first = epoch if first is None else first
        client.epochs = epoch - first
        due = max(due + FRAME_SECONDS, time.perf_counter())
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await visitor.send(op="n")


async def restart(visitor: Tab, client: Client) -> None:
    """Measure how long a restart takes while all the others ask for one."""
    asked, started = time.perf_counter(), False
    await visitor.send(op="restart")
    while True:
        message = await visitor.receive()
        started = started or message["t"] == "run"
        if started and message["t"] == "frame":
            client.restart = time.perf_counter() - asked
            return


async def visit(
    where: Fleet, client: Client, *, ready: asyncio.Barrier, turn: asyncio.Semaphore, until: list[float]
) -> None:
    """Be one visitor, from opening the page to closing the tab."""
    try:
        async with turn:
            opened = tab(where)
            visitor = await opened.__aenter__()
            await visitor.show(PAGE, QUERY)
            while (await visitor.receive())["t"] != "frame":
                pass
        try:
            await ready.wait()
            await pull(visitor, client, until)
            await restart(visitor, client)
            await ready.wait()
        finally:
            await opened.__aexit__(None, None, None)
    except Exception as error:
        # Whatever happens to a visitor is a result of the benchmark, and must not end the others.
        client.errors.append(f"{type(error).__name__}: {error}")
        await ready.abort()


async def wave(where: Fleet, count: int, seconds: float) -> tuple[list[Client], float, float]:
    """Let a class pull frames for so many seconds; return it, its processor time and its memory."""
    clients = [Client() for _ in range(count)]
    ready, turn, until = asyncio.Barrier(count + 1), asyncio.Semaphore(OPENING), [float("inf")]
    each = partial(visit, where, ready=ready, turn=turn, until=until)
    tasks = [asyncio.create_task(each(client)) for client in clients]
    spent = memory = 0.0
    try:
        # The end is known before anybody passes the barrier: the last to arrive is this function.
        while ready.n_waiting < count and not ready.broken:
            await asyncio.sleep(0.05)
        until[0] = time.perf_counter() + seconds
        before = where.total(processor_time) or 0.0
        await ready.wait()
        await asyncio.sleep(seconds)
        spent = (where.total(processor_time) or 0.0) - before
        memory = where.total(resident) or 0.0
        await ready.wait()
    except asyncio.BrokenBarrierError:
        until[0] = 0.0
    await asyncio.gather(*tasks)
    return clients, spent, memory


async def measure(replicas: int, count: int, seconds: float) -> Wave:
    """Let two classes of the same size come and go, and report on the second; say on stderr how far it is."""
    with fleet(replicas) as where:
        began = time.monotonic()

        def say(what: str) -> None:
            print(
                f"{time.monotonic() - began:4.0f} s: {count} x {replicas}: {what}",
                file=sys.stderr,
                flush=True,
            )

        cold = await level_memory(where) or 0.0
        say("a first class comes, which warms the replicas up")
        await wave(where, count, min(seconds, 3.0))
        before = await level_memory(where) or 0.0
        say("the class that is measured comes")
        clients, spent, memory = await wave(where, count, seconds)
        say("it has gone; what it held is given back")
        after = await level_memory(where) or 0.0
    return Wave(replicas, clients, seconds, spent, (cold, memory, before, after))


async def strays(sticky: bool) -> int:
    """Count the live views that come up, of `STRAYS` tabs before two replicas."""
    with fleet(2, sticky=sticky) as where:
        found = await asyncio.gather(*(_comes_up(where) for _ in range(STRAYS)))
    return sum(found)


async def _comes_up(where: Fleet) -> bool:
    try:
        async with tab(where) as visitor:
            await visitor.show(PAGE, QUERY)
            while (await visitor.receive())["t"] != "frame":
                pass
    except Exception:
        # A refused handshake, an unknown token, silence: each is a view that does not come up.
        return False
    return True


HEADER: Final = (
    "replicas", "sessions", "frames/s a session", "slowest", "fairness", "epochs/s", "frames a core-second",
    "cores had", "restart ms", "MB a session", "MB before, after", "errors",
)  # fmt: skip


def line(cells: Sequence[str]) -> str:
    """Give a line of the table, which is printed as soon as it is measured."""
    return "| " + " | ".join(cell.ljust(len(name)) for cell, name in zip(cells, HEADER, strict=True)) + " |"


def row(one: Wave) -> list[str]:
    """Give a class's figures."""
    cold, there, before, after = one.memory
    sessions = len(one.clients)
    restarts = [1e3 * client.restart for client in one.clients if client.restart is not None]
    return [
        f"{one.replicas}", f"{sessions}", f"{one.frames / one.seconds / sessions:.2f}", f"{one.slowest:.2f}",
        f"{one.fairness:.3f}", f"{one.epochs:.0f}", f"{one.frames_a_core:.0f}",
        f"{one.processor / one.seconds:.2f}", f"{statistics.median(restarts):.0f}" if restarts else "-",
        f"{(there - cold) / sessions:.1f}", f"{before:.0f}, {after:.0f}", f"{len(one.errors)}",
    ]  # fmt: skip


def missed(waves: Sequence[Wave]) -> list[str]:
    """Say what was wanted and not reached."""
    found = []
    for one in waves:
        name = f"{len(one.clients)} sessions on {one.replicas} replica{'s' if one.replicas > 1 else ''}"
        if one.errors:
            found.append(f"{name}: {len(one.errors)} errors, such as {one.errors[0]}")
        if one.fairness < LEAST_FAIRNESS:
            found.append(f"{name}: fairness {one.fairness:.3f}, wanted {LEAST_FAIRNESS:g}")
        if one.memory[3] > MEMORY_GROWTH * one.memory[2]:
            found.append(f"{name}: memory {one.memory[3]:.0f} MB after, {one.memory[2]:.0f} before")
        if one.replicas == 1 and len(one.clients) <= LEAST_SESSIONS and one.slowest < LEAST_FRAMES:
            found.append(f"{name}: {one.slowest:.2f} frames a second, wanted {LEAST_FRAMES:g}")
    return found + [sentence for pair in _pairs(waves) for sentence in pair]


def _pairs(waves: Sequence[Wave]) -> list[list[str]]:
    """Compare two replicas with one, where classes of one size were on both."""
    ones = {len(one.clients): one for one in waves if one.replicas == 1}
    found = []
    for two in waves:
        one = ones.get(len(two.clients))
        if two.replicas == 2 and one is not None and two.epochs < LEAST_GAIN * one.epochs:
            gain = two.epochs / max(one.epochs, 1e-9)
            found.append(
                [f"{len(two.clients)} sessions: two replicas {gain:.2f} times one, wanted {LEAST_GAIN}"]
            )
    return found


def counts(text: str) -> list[int]:
    """Read ``50,100,200``.

    Raises
    ------
    ValueError
        If a part is no whole number above 0.
    """
    found = [int(part) for part in text.split(",")]
    if min(found) < 1:
        raise ValueError(f"counts must be above 0; {text!r} was given")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something wanted was missed."""
    parser = command("load", __doc__)
    add = parser.add_argument
    add("--sessions", type=counts, default=[50], help="sizes of the classes (default 50)")
    add("--replicas", type=counts, default=[1], help="how many replicas, each on one core (default 1)")
    add("--seconds", type=float, default=10.0, help="how long they pull (default 10)")
    add("--stickiness", action="store_true", help="only count views that come up without and with it")
    options = parser.parse_args(argv)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if options.stickiness:
        for sticky in (False, True):
            came = asyncio.run(strays(sticky))
            print(f"{'with' if sticky else 'without'} sticky sessions: {came} of {STRAYS} live views come up")
        return 0
    waves: list[Wave] = []
    print(line(HEADER), line(["-" * len(name) for name in HEADER]), sep="\n", flush=True)
    for replicas in options.replicas:
        for count in options.sessions:
            waves.append(asyncio.run(measure(replicas, count, options.seconds)))
            print(line(row(waves[-1])), flush=True)
    sentences = missed(waves)
    print("\n".join(f"MISSED: {sentence}" for sentence in sentences) or "All that is wanted was reached.")
    return 1 if sentences else 0
