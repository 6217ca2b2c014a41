"""A room of phones: ``python -m benchmarks room --phones 500``.

A lecturer in Chromium opens a room; so many real WebSocket clients join it and each sends a learning rate
within five seconds, while another tab of that browser shows digits that train. That tab is closed, one phone
changes its mind, and the lecturer reveals. ``--nginx`` puts two replicas and an nginx in front of all.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks import command
from benchmarks.serve import browser
from benchmarks.visitors import Fleet, fleet, processor_time, resident

JOIN_SECONDS: Final = 5.0
FIRST_MS: Final = 500.0
TOLD_SECONDS: Final = 2.0
LEAST_FRAMES: Final = 0.9
ROUNDS: Final = 3
WATCH_SECONDS: Final = 5.0
WAIT: Final = 60.0
LOOK = threading.Event()
"""Never set: waiting for it is the time between two looks."""
PASS = "ms => new Promise(done => setTimeout(done, ms))"
"""Lets time pass in a page whose frames are counted meanwhile."""
LIVE_PAGE: Final = "digits?data=digits&epochs=100000&speed=1"
VIEW: Final = '[data-testid="room-view"]'


@dataclass
class Phone:
    """One client: when it comes, as a share of the time; its rate; and when what happened to it last."""

    share: float
    eta: float
    socket: ClientConnection | None = None
    joined: float = 0.0
    sent: float = 0.0
    told: float = 0.0
    received: int = 0
    errors: list[str] = field(default_factory=list)


class Class:
    """All phones, in a thread of their own; each answers whatever it is asked.

    Parameters
    ----------
    url : Origin
        The public address.
    code : str
        The room's.
    count : int
        How many.
    """

    def __init__(self, url: Origin, code: str, count: int) -> None:
        dice = random.Random(count)
        self.phones = [Phone(k / count, 10 ** dice.uniform(-4.0, 1.0)) for k in range(count)]
        self._url, self._address = url, f"{url.replace('http', 'ws', 1)}/live/room/{code}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._come, daemon=True)

    def _come(self) -> None:
        self._loop.run_until_complete(self._all())

    def start(self) -> None:
        """Let them come."""
        self._thread.start()

    def join(self) -> None:
        """Wait until they have left."""
        self._thread.join(WAIT)

    def wait(self, what: str, *, since: float = 0.0) -> float:
        """Wait until something has happened to every phone after a moment; return when it did to the last."""
        until = time.perf_counter() + WAIT
        while time.perf_counter() < until:
            if all(getattr(phone, what) > since or phone.errors for phone in self.phones):
                break
            LOOK.wait(0.002)
        return max(getattr(phone, what) for phone in self.phones)

    def change_one(self) -> float:
        """Let the first phone send another rate, and return when it did once the server has it."""
        phone = self.phones[0]
        assert phone.socket is not None
        phone.eta *= 0.9
        begun = time.perf_counter()
        message = json.dumps({"op": "send", "value": phone.eta})
        asyncio.run_coroutine_threadsafe(phone.socket.send(message), self._loop).result(WAIT)
        while phone.sent < begun and not phone.errors:
            LOOK.wait(0.001)
        return begun

    async def _all(self) -> None:
        await asyncio.gather(*(self._visit(phone) for phone in self.phones))

    async def _visit(self, phone: Phone) -> None:
        # Spread over four of the five seconds, as hands are.
        await asyncio.sleep(0.8 * JOIN_SECONDS * phone.share)
        try:
            async with connect(self._address, origin=self._url, open_timeout=WAIT) as phone.socket:
                await phone.socket.send(json.dumps({"op": "hello", "token": f"phone {phone.share}"}))
                async for text in phone.socket:
                    phone.received += len(text)
                    if not await self._hear(phone, json.loads(text)):
                        return
        except Exception as error:
            # Whatever happens to a phone is a result of the benchmark.
            phone.errors.append(f"{type(error).__name__}: {error}")

    async def _hear(self, phone: Phone, message: dict[str, Any]) -> bool:
        now = time.perf_counter()
        match message["t"]:
            case "ask":
                phone.joined = phone.joined or now
                assert phone.socket is not None
                await phone.socket.send(json.dumps({"op": "send", "value": phone.eta}))
            case "sent":
                phone.sent = now
            case "end":
                phone.told = now
            case "gone":
                if message["why"] != "closed":
                    phone.errors.append(str(message))
                return False
        return True


def frames(page: Any, seconds: float) -> float:
    """Return how many frames a second a live view draws."""
    frames = """Number(document.querySelector('[data-testid="live-view"]').dataset.frames)"""
    look = f"() => [{frames}, performance.now()]"
    first, start = page.evaluate(look)
    page.evaluate(PASS, 1000 * seconds)
    last, end = page.evaluate(look)
    return 1000 * (last - first) / (end - start)


def until(page: Any, condition: str) -> None:
    """Wait until a condition on the room's data `d` holds."""
    page.wait_for_function(
        f"() => {{ const d = document.querySelector('{VIEW}')?.dataset; return d && ({condition}); }}",
        polling=5, timeout=1000 * WAIT,
    )  # fmt: skip


def level_memory(hall: Fleet, page: Any) -> float | None:
    """Return the memory once it no longer falls."""
    lowest, steady = float("inf"), 0
    while steady < 6:
        now = hall.total(resident)
        if now is None:
            return None
        steady = 0 if now < lowest - 1.0 else steady + 1
        lowest = min(lowest, now)
        page.evaluate(PASS, 500)
    return lowest


def reveal(desk: Any, phones: Class) -> tuple[float, float]:
    """Let one phone change its mind, reveal at once, and ask again.

    Returns
    -------
    first : float
        From that rate to the first frame of all curves, in seconds.
    told : float
        From the end of the runs to the last phone's being told, in seconds.
    """
    begun = phones.change_one()
    desk.keyboard.press("r")
    until(desk, f"d.curves === '{len(phones.phones)}' && Number(d.epoch) >= 0")
    first = time.perf_counter() - begun
    until(desk, "d.state === 'finished'")
    ended = time.perf_counter()
    told = phones.wait("told", since=begun) - ended
    desk.get_by_test_id("room-again").click()
    phones.wait("sent", since=ended)
    until(desk, f"d.answered === '{len(phones.phones)}'")
    return first, max(0.0, told)


@dataclass
class Measured:
    """What one room was like: frames a second, processor seconds, memory in MB."""

    frames: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float | None] = field(default_factory=dict)
    memory: list[float | None] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    joined: float = 0.0

    def watch(self, name: str, live: Any, hall: Fleet) -> None:
        """Count a live view's frames for a while."""
        before = hall.total(processor_time)
        self.frames[name] = frames(live, WATCH_SECONDS)
        after = hall.total(processor_time)
        self.processor[name] = None if before is None or after is None else after - before


def lesson(hall: Fleet, chromium: Any, count: int) -> tuple[Measured, Class]:
    """Play one room."""
    found = Measured()
    tab = chromium.new_context(viewport={"width": 1280, "height": 720})
    live, desk = tab.new_page(), tab.new_page()
    for page in (live, desk):
        page.set_default_timeout(1000 * WAIT)
    desk.goto(f"{hall.origin}/room?hold=rate&data=XOR")
    desk.get_by_test_id("room-open").wait_for()
    live.goto(f"{hall.origin}/{LIVE_PAGE}")
    live.wait_for_function("document.querySelector('[data-testid=\"live-view\"]')?.dataset.frames > 30")
    live.bring_to_front()
    found.memory.append(level_memory(hall, live))
    found.watch("without a room", live, hall)
    desk.get_by_test_id("room-open").click()
    until(desk, "d.state === 'asking'")
    phones = Class(hall.origin, desk.get_by_test_id("room-code").inner_text(), count)
    live.bring_to_front()
    begun = time.perf_counter()
    phones.start()
    found.watch("while all join and send", live, hall)
    phones.wait("sent")
    found.joined = phones.wait("joined") - begun
    found.watch("with the room", live, hall)
    live.close()
    desk.bring_to_front()
    until(desk, f"d.answered === '{count}'")
    found.memory.append(hall.total(resident))
    for _ in range(ROUNDS):
        first, told = reveal(desk, phones)
        found.firsts.append(first)
        found.told.append(told)
    desk.get_by_test_id("room-close").click()
    until(desk, "d.state === 'none'")
    phones.join()
    found.memory.append(level_memory(hall, desk))
    tab.close()
    return found, phones


def table(found: Measured, phones: Class) -> list[tuple[str, str, str, bool]]:
    """Return the rows of the table: what, measured, wanted, and whether it was met."""
    first, told = 1e3 * statistics.median(found.firsts), max(found.told)
    usual, storm = found.processor["without a room"], found.processor["while all join and send"]
    each = "-" if usual is None or storm is None else f"{1e3 * (storm - usual) / len(phones.phones):.1f}"
    share = found.frames["with the room"] / found.frames["without a room"]
    received = statistics.median(phone.received for phone in phones.phones) / ROUNDS
    errors = [error for phone in phones.phones for error in phone.errors]
    for error in errors[:10]:
        print(error)
    return [
        ("phones", f"{len(phones.phones)}", "", True),
        ("all have joined, s", f"{found.joined:.1f}", f"<= {JOIN_SECONDS:g}", found.joined <= JOIN_SECONDS),
        ("last rate to the first frame of all curves, ms", f"{first:.0f}", "<= 500", first <= FIRST_MS),
        ("last phone told its end after the run, s", f"{told:.2f}", "<= 2", told <= TOLD_SECONDS),
        ("bytes that a phone receives in a round, median", f"{received:.0f}", "", True),
        ("server's processor time for a phone that joins and sends, ms", each, "", True),
        *((f"lecturer's frames/s {name}", f"{rate:.1f}", "", True) for name, rate in found.frames.items()),
        ("share of frames with the room", f"{share:.2f}", ">= 0.9", share >= LEAST_FRAMES),
        ("memory MB: before, with the room, after", " ".join(map(_megabytes, found.memory)), "", True),
        ("errors", f"{len(errors)}", "0", not errors),
    ]


def _megabytes(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something wanted was missed."""
    parser = command("room", __doc__)
    parser.add_argument("--phones", type=int, default=500, help="at most 500 (default 500)")
    parser.add_argument("--nginx", action="store_true", help="behind nginx, with two replicas")
    options = parser.parse_args(argv)
    if not 1 <= options.phones <= 500:
        parser.error(f"phones must be from 1 to 500; {options.phones} was given")
    with fleet(1 + options.nginx, spread=False) as hall, browser() as chromium:
        rows = table(*lesson(hall, chromium, options.phones))
    print("| figure | measured | wanted | |\n|---|---|---|---|")
    for name, value, wanted, met in rows:
        print(f"| {name} | {value} | {wanted} | {'' if not wanted else 'met' if met else 'MISSED'} |")
    return 0 if all(met for *_, met in rows) else 1
