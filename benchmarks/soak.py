"""Half an hour of coming and going: ``python -m benchmarks soak --minutes 30``.

Twenty visitors open, look, change, upload, sweep, reload, hold a room with phones, and close, over and over
again. After two fifths of the time, and at the end, all have left for a moment. Wanted: no error, and memory,
threads and descriptors are within 5 % then of what they were before, and so are memory and threads while
all are there (their descriptors are as many as there are phones just then).
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from benchmarks import command
from benchmarks.timing import table
from benchmarks.visitors import PATIENCE_SECONDS, Fleet, Tab, entries, fleet, level_memory, resident, tab

SAMPLE_SECONDS: Final = 1.0
FLAT: Final = 0.05
"""Share by which a figure may have grown."""
ROWS: Final = (200, 20_000)
"""Rows of an uploaded table, at least and at most."""
LOOK_SECONDS: Final = (1.0, 8.0)
PAGES: Final = (
    ("digits", "data=digits&speed=max"),
    ("logic_gates", "data=XOR"),
    ("patterns", "data=spiral&epochs=5000"),
    ("regression", ""),
    ("learning_rate", "data=XOR"),
    ("learning_rate", "data=gauss&look=luck"),
    ("learning_rate", "data=XOR&look=heat"),
    ("learning_rate", "data=gauss&look=curvature&epochs=100000"),
    ("own_data", ""),
    ("building_blocks", ""),
    ("", ""),
    ("room", "hold=rate&data=XOR"),
    ("room", "hold=answer"),
)
"""Pages and addresses that visitors come to."""
PHONES: Final = (1, 12)
"""Phones of a room, at least and at most."""


@dataclass
class Record:
    """What was seen of the server, and of its visitors."""

    samples: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Second, memory in MB, threads, descriptors."""
    rests: list[tuple[float, float, float]] = field(default_factory=list)
    """The last three, when all had left."""
    visits: int = 0
    uploads: int = 0
    rooms: int = 0
    errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Give the counts."""
        errors = len(self.errors)
        return f"{self.visits} visits, {self.uploads} uploads, {self.rooms} rooms, {errors} errors"


async def wander(where: Fleet, record: Record, until: float, draw: random.Random) -> None:
    """Be one visitor after another until the time is over."""
    while time.monotonic() < until:
        try:
            async with tab(where) as visitor:
                for _ in range(draw.randint(1, 3)):
                    await look_around(visitor, record, draw)
            record.visits += 1
        except Exception as error:
            # Whatever happens to a visitor is a result, and must not end the others.
            record.errors.append(f"{time.monotonic():.0f}: {type(error).__name__}: {error}")


async def look_around(visitor: Tab, record: Record, draw: random.Random) -> None:
    """Open a page, watch it for a while, change the learning rate, upload a table where one can."""
    page, query = draw.choice(PAGES)
    await visitor.show(page, query)
    if visitor.uploader:
        status = await visitor.upload(page, csv(draw))
        record.uploads += 1
        if status != 204:
            record.errors.append(f"upload answered {status}")
    if page == "room":
        await hold_room(visitor, query, draw)
        record.rooms += 1
    elif visitor.live is not None:
        await watch(visitor, draw, sweep=page == "learning_rate")


async def watch(visitor: Tab, draw: random.Random, *, sweep: bool) -> None:
    """Ask for a frame as soon as one has come, and now and then for another run."""
    end = time.monotonic() + draw.uniform(*LOOK_SECONDS)
    await visitor.send(op="n")
    while (left := end - time.monotonic()) > 0:
        try:
            message = await visitor.receive(left)
        except TimeoutError:
            return
        if message["t"] != "frame":
            continue
        await asyncio.sleep(1 / 30)
        await visitor.send(op="n")
        if draw.random() < 0.02 and not sweep:
            await visitor.send(op="restart")


async def hold_room(visitor: Tab, query: str, draw: random.Random) -> None:
    """Open a room, let phones come and answer, reveal, look at what becomes of it, and close the room."""
    await visitor.trigger("room", query, "open", {"key": ""})
    address = f"ws://127.0.0.1:{visitor.where.port}/live/room/{visitor.told['room']['code']}"
    async with AsyncExitStack() as stack:
        for number in range(draw.randint(*PHONES)):
            phone = await stack.enter_async_context(connect(address, origin=visitor.where.origin))
            await phone.send(json.dumps({"op": "hello", "token": f"phone {number}"}))
            await hears(phone, "ask")
            value = 10 ** draw.uniform(-3, 1) if "rate" in query else draw.randint(0, 2)
            await phone.send(json.dumps({"op": "send", "value": value}))
            await hears(phone, "sent")
        await visitor.send(op="reveal")
        await watch(visitor, draw, sweep=True)
        await visitor.trigger("room", query, "close", True)
        await hears(phone, "gone")


async def hears(phone: ClientConnection, what: str) -> None:
    """Wait until a phone is told something."""
    while json.loads(await asyncio.wait_for(phone.recv(), PATIENCE_SECONDS))["t"] != what:
        pass


def csv(draw: random.Random) -> bytes:
    """Write a table of random size."""
    lines = ["size,weight,kind"]
    for _ in range(draw.randint(*ROWS)):
        kind = draw.choice("ab")
        lines.append(f"{draw.gauss(ord(kind), 1):.3f},{draw.random():.3f},{kind}")
    return "\n".join(lines).encode()


def look(where: Fleet) -> tuple[float, float, float]:
    """Give memory in MB, threads and descriptors."""
    (pid,) = where.pids
    return resident(pid) or 0.0, float(entries(pid, "task") or 0), float(entries(pid, "fd") or 0)


async def sample(where: Fleet, record: Record, began: float, until: float) -> None:
    """Look at the server once a second, and print once a minute."""
    while (now := time.monotonic()) < until:
        record.samples.append((now - began, *look(where)))
        if len(record.samples) % 60 == 0:
            means = [statistics.fmean(one[k] for one in record.samples[-60:]) for k in (1, 2, 3)]
            print(
                f"minute {(now - began) / 60:.0f}: {means[0]:.0f} MB, {means[1]:.1f} threads, "
                f"{means[2]:.1f} descriptors; {record}",
                flush=True,
            )
        await asyncio.sleep(SAMPLE_SECONDS)


async def soak(minutes: float, visitors: int) -> Record:
    """Let them come and go."""
    record, dice = Record(), [random.Random(number) for number in range(visitors)]
    with fleet(1) as where:
        began = time.monotonic()
        for share in (0.4, 1.0):
            until = began + 60 * minutes * share
            who = [wander(where, record, until, one) for one in dice]
            await asyncio.gather(sample(where, record, began, until), *who)
            await level_memory(where)
            record.rests.append(look(where))
    return record


def report(record: Record) -> bool:
    """Print both rests and both parts of the time beside one another, and say whether all is flat."""
    fifth = max(1, len(record.samples) // 5)
    parts = record.samples[fifth : 2 * fifth], record.samples[-fifth:]
    busy = [[statistics.fmean(one[k] for one in part) for part in parts] for k in (1, 2, 3)]
    names = ("memory, MB", "threads", "descriptors")
    rows = []
    for name, (before, after) in zip(names, zip(*record.rests, strict=True), strict=True):
        rows.append([f"all have left: {name}", *told(before, after)])
    for name, (before, after) in zip(names, busy, strict=True):
        rows.append([f"all are there: {name}", *told(before, after)])
    rows[-1][-1] = ""  # as many as there are phones just then
    flat = all(row[-1] != "MISSED" for row in rows)
    print(table(("figure", "after two fifths", "at the end", "change", ""), rows))
    print(record)
    print("\n".join(record.errors[:10]))
    return flat and not record.errors


def told(before: float, after: float) -> list[str]:
    """Give the cells of two figures, and whether the later one is flat."""
    met = after <= before * (1 + FLAT)
    return [f"{before:.1f}", f"{after:.1f}", f"{after / before - 1:+.1%}", "met" if met else "MISSED"]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something grew or went wrong."""
    parser = command("soak", __doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default 30)")
    parser.add_argument("--visitors", type=int, default=20, help="at the same time (default 20)")
    options = parser.parse_args(argv)
    return 0 if report(asyncio.run(soak(options.minutes, options.visitors))) else 1
