"""What the server refuses before it breaks: bytes, tabs, connections, lines of the log."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnected

from ui.app import gate
from ui.app.gate import MESSAGE_BYTES, Gate
from ui.app.limits import LINES_AT_ONCE, Left, LogLimit, Room
from ui.live.websocket import RateLimit
from ui.shared import machine
from ui.shared.byte_budget import Budget
from ui.shared.machine import Descriptors, Memory
from ui.shared.refusals import take_refusal
from ui.streamlit_internals import (
    GONE_SECONDS,
    MOST_KEPT,
    STREAM_PATH,
    KeptSessions,
    LeanSession,
    UnopenedLoop,
    closing_code,
)

MB = 10**6
MIB = 2**20


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# ---------------------------------------------------------------------- the machine


def test_memory_is_that_of_the_machine_or_of_the_tightest_group(tmp_path: Path):
    proc, groups = tmp_path / "proc", tmp_path / "groups"
    (proc / "self").mkdir(parents=True)
    assert machine.memory(proc, groups) is None
    (proc / "meminfo").write_text("MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 600 kB\n")
    assert machine.memory(proc, groups) == Memory(1024_000, 614_400)
    (proc / "self" / "cgroup").write_text("0::/system/play\n")
    for name, limit in (("system", "max"), ("system/play", "500000")):
        (groups / name).mkdir(parents=True)
        (groups / name / "memory.max").write_text(limit)
        (groups / name / "memory.current").write_text("450000")
    assert machine.memory(proc, groups) == Memory(500_000, 50_000)
    (groups / "system/play/memory.stat").write_text("anon 1\ninactive_file 30000\n")
    assert machine.memory(proc, groups) == Memory(500_000, 80_000)


def test_descriptors_are_counted_and_their_limit_is_raised_to_what_is_allowed():
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
        assert machine.raise_descriptor_limit() == hard
        before = machine.descriptors()
        with open(os.devnull):
            now = machine.descriptors()
        assert before is not None
        assert now == Descriptors(before.used + 1, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def left(used: int, limit: int = 1024, free: int = 10**9) -> Left:
    return Left(Descriptors(used, limit), Memory(10**9, free))


@pytest.mark.parametrize(
    ("found", "refused"),
    [
        (left(800), (False, False, False)),
        (left(900), (True, False, False)),
        (left(970), (True, True, False)),
        (left(1000), (True, True, True)),
        (left(10, free=30 * MB), (True, False, False)),
        (left(10, free=10 * MB), (True, True, False)),
        (Left(None, None), (False, False, False)),
    ],
)
def test_pages_are_refused_first_then_scripts_then_connections(found: Left, refused, clock):
    room = Room(lambda: found, clock)
    assert (room.refuses_page(), room.refuses_script(), room.refuses_connection()) == refused


def test_connections_between_two_looks_are_counted(clock):
    looks = []
    room = Room(lambda: looks.append(clock.now) or left(900), clock)
    refused = [room.refuses_connection() for _ in range(200)]
    assert refused == sorted(refused)
    assert 0 < sum(refused) < 200
    assert len(looks) == 1
    clock.now = 0.1  # many of them may have closed again
    assert not room.refuses_connection()
    assert len(looks) == 2


# ---------------------------------------------------------------------- the gate


class Spacious(Room):
    """Room for all, or for nobody."""

    def __init__(self, full: bool = False) -> None:
        super().__init__(lambda: left(1020 if full else 10))


async def _whole(scope: Any, receive: Any, send: Any) -> None:
    """Read a body and say how long it was, as an app behind the gate."""
    length, more = 0, True
    try:
        while more:
            event = await receive()
            length, more = length + len(event.get("body", b"")), event.get("more_body", False)
        status, text = 200, str(length)
    except HTTPException as error:
        status, text = error.status_code, error.detail
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": text.encode()})


async def ask(
    guard: Gate, pieces: list[bytes | None], *, method: str = "PUT", path: str = "/", **headers: str
) -> tuple[int, str]:
    """Send a request piece by piece, None for one that never comes; return status and text."""
    events = [{"type": "http.request", "body": piece or b"", "more_body": True} for piece in pieces]
    events[-1]["more_body"] = False
    sent: list[Any] = []

    async def receive() -> Any:
        if pieces[len(pieces) - len(events)] is None:
            await asyncio.Event().wait()
        return events.pop(0)

    async def send(event: Any) -> None:
        sent.append(event)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await guard({"type": "http", "method": method, "path": path, "headers": raw}, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


@contextmanager
def rerun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    named: list[str] = []
    monkeypatch.setattr(gate, "run_again", named.append)
    yield named


def test_a_body_counts_from_its_first_byte_and_is_given_back_at_its_end():
    budget = Budget(10 * MB)
    assert asyncio.run(ask(Gate(_whole, Spacious(), budget), [b"x" * MB] * 9)) == (200, f"{9 * MB}")
    assert budget.used == 0


def test_an_upload_beyond_the_budget_is_refused_where_it_passes_it_and_its_page_is_told(monkeypatch):
    budget, path = Budget(2 * MB), "/nn/_stcore/upload_file/session-1/file-1"
    guard = Gate(_whole, Spacious(), budget)
    with rerun(monkeypatch) as named:
        status, text = asyncio.run(ask(guard, [b"x" * MB] * 3, path=path))
        assert (status, named) == (413, ["session-1"])
        assert "memory for files and tables is full: 2 MB of 2 MB" in text
        assert take_refusal("session-1") == text
        # One that says its size is refused before its first byte.
        status, text = asyncio.run(ask(guard, [None], path=path, content_length="9000000"))
        assert (status, named) == (413, ["session-1"] * 2)
        assert "needs about 9 MB" in text
    assert budget.used == 0


@pytest.mark.parametrize(("largest", "words"), [(MIB, "files of up to 1 MB; this one is"), (0, "no files")])
def test_a_file_larger_than_its_pages_uploader_takes_is_refused_at_its_first_byte_too_many(
    monkeypatch, largest, words
):
    monkeypatch.setattr(gate, "largest_upload", {"lesson-1": largest}.get)
    budget, path = Budget(100 * MB), "/_stcore/upload_file/lesson-1/file-1"
    guard = Gate(_whole, Spacious(), budget)
    read = [b"x" * MB] * 5 + [None]
    status, text = asyncio.run(ask(guard, read, path=path))
    assert (status, words in text) == (413, True)
    # One that says its size is refused before it.
    status, text = asyncio.run(ask(guard, [None], path=path, content_length="9000000"))
    assert (status, words in text) == (413, True)
    assert take_refusal("lesson-1") == ""  # the browser has told its user
    assert budget.used == 0
    if largest:
        assert asyncio.run(ask(guard, [b"x" * MIB, b"form"], path=path))[0] == 200
    assert asyncio.run(ask(guard, [b"x" * MB] * 5, path=path.replace("lesson-1", "another")))[0] == 200


def test_all_uploads_together_are_read_at_a_rate_and_other_bodies_at_once(monkeypatch):
    slept: list[float] = []

    async def sleep(due: float) -> None:
        slept.append(due)

    monkeypatch.setattr(gate.asyncio, "sleep", sleep)
    monkeypatch.setattr(gate, "RateLimit", partial(RateLimit, clock=lambda: 0.0))
    rate, burst = gate.UPLOAD_RATE
    guard = Gate(_whole, Spacious(), Budget(100 * MB))
    assert asyncio.run(ask(guard, [b"x" * 15 * MB]))[0] == 200
    assert slept == []
    for file in "ab":
        asyncio.run(ask(guard, [b"x" * 10 * MB], path=f"/_stcore/upload_file/s/{file}"))
    assert slept == pytest.approx([(10 * MB - burst) / rate, (20 * MB - burst) / rate])


@pytest.mark.parametrize("error", [ClientDisconnect(), WebSocketDisconnected("closed")])
def test_who_leaves_in_the_midst_of_a_file_or_a_message_is_no_fault_for_the_log(error):
    async def leaves(_scope: Any, _receive: Any, _send: Any) -> None:
        raise error

    http = isinstance(error, ClientDisconnect)
    scope = {"type": "http" if http else "websocket", "method": "PUT", "path": STREAM_PATH, "headers": []}
    send = Mock()
    asyncio.run(Gate(leaves, Spacious(), Budget(MB))(scope | {"subprotocols": []}, Mock(), send))
    assert not send.called


def test_a_body_that_stops_is_dropped(monkeypatch):
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0.02)
    status, text = asyncio.run(ask(Gate(_whole, Spacious(), Budget(MB)), [b"x", None]))
    assert (status, text) == (408, "Nothing came for 0.02 seconds.")


def test_a_body_that_trickles_is_dropped(clock):
    pieces = [b"x" * 10] * 100

    async def receive() -> Any:
        clock.now += 1.0
        return {"type": "http.request", "body": pieces.pop(), "more_body": True}

    async def read() -> None:
        patient = gate._patient(receive, clock)
        while True:
            await patient()

    with pytest.raises(HTTPException) as told:
        asyncio.run(read())
    # The answer ends the connection too, which would else be kept for five seconds more.
    assert (told.value.status_code, told.value.headers) == (408, {"Connection": "close"})
    assert clock.now == 11.0


def test_who_finds_no_room_gets_a_page_that_says_so_and_tries_again():
    full = Gate(_whole, Spacious(full=True), Budget(MB))
    status, text = asyncio.run(ask(full, [b""], method="GET", path="/digits", accept="text/html,*/*"))
    assert status == 503
    assert "full for the moment: 0 tabs are open" in text
    assert 'http-equiv="refresh" content="20"' in text
    # What is no page belongs to a tab that is there.
    assert asyncio.run(ask(full, [b""], method="GET", path="/static/index.js", accept="*/*"))[0] == 200


@pytest.mark.parametrize(
    "case",
    [
        (0.0, 2, (301 - 120) / 60),
        (0.0, 4 * MESSAGE_BYTES, (1 + 300 * 5 - 120) / 60),
        (1 / 50, MESSAGE_BYTES - 1, 300 / 50),
    ],
)
def test_a_tab_that_floods_its_script_is_read_slowly_and_a_hand_is_not(monkeypatch, clock, case):
    pause, length, seconds = case

    async def sleep(due: float) -> None:
        clock.now += due

    messages = [{"type": "websocket.receive", "bytes": bytes(length)} for _ in range(300)]
    waiting, read = [*messages, {"type": "websocket.disconnect"}], []

    async def receive() -> Any:
        clock.now += pause if len(waiting) > 1 else 0.0
        return waiting.pop(0)

    async def script(scope: Any, receive: Any, send: Any) -> None:
        while (event := await receive())["type"] != "websocket.disconnect":
            read.append(event)

    monkeypatch.setattr(gate, "RateLimit", partial(RateLimit, clock=clock))
    monkeypatch.setattr(gate.asyncio, "sleep", sleep)
    scope = {"type": "websocket", "path": STREAM_PATH, "subprotocols": []}
    asyncio.run(Gate(script, Spacious(), Budget(MB))(scope, receive, sleep))
    assert read == messages
    assert clock.now == pytest.approx(seconds)


# ---------------------------------------------------------------------- sessions


def info(name: str) -> Any:
    return SimpleNamespace(session=SimpleNamespace(id=name))


def test_the_session_of_a_closed_tab_ends_at_once_and_that_of_a_broken_line_later(clock):
    kept = KeptSessions(120.0, clock)
    for name, code in (("closed", 1001), ("broken", 1006), ("returns", 1006)):
        token = closing_code.set(code)
        kept.save(info(name))
        closing_code.reset(token)
    kept.delete("returns")
    assert (kept.due(), len(kept.list())) == ([], 2)
    clock.now = GONE_SECONDS
    assert kept.due() == ["closed"]
    kept.delete("closed")
    clock.now = 119.0
    assert kept.due() == []
    assert kept.get("broken") is not None
    clock.now = 120.0
    assert kept.due() == ["broken"]
    assert kept.get("never") is None


def test_no_more_than_so_many_sessions_wait_for_their_return(clock):
    kept = KeptSessions(120.0, clock)
    for number in range(MOST_KEPT + 3):
        kept.save(info(f"s{number}"))
    assert kept.due() == ["s0", "s1", "s2"]


def test_a_loop_that_nobody_runs_has_no_descriptors_and_one_that_is_run_works():
    before = machine.descriptors()
    loop = UnopenedLoop()
    assert machine.descriptors() == before
    assert loop.run_until_complete(asyncio.sleep(0.0, "ran")) == "ran"
    loop.close()
    unused = UnopenedLoop()
    unused.close()
    assert machine.descriptors() == before


def test_a_session_that_has_ended_holds_nothing_whoever_still_names_it():
    async def begin() -> LeanSession:
        return LeanSession(Mock(main_script_path="playground.py"), Mock(), Mock(), Mock(), {}, "ended")

    session = asyncio.run(begin())
    table = Mock()
    session.session_state["table"] = table
    held = weakref.ref(table)
    del table
    session.shutdown()
    gc.collect()
    assert held() is None


# ---------------------------------------------------------------------- the log


def line(number: int, text: str = "socket.accept() out of system resource") -> logging.LogRecord:
    return logging.LogRecord("asyncio", logging.ERROR, "events.py", number, text, (), None)


def test_a_place_that_says_the_same_for_ever_is_held_back_and_counted(clock):
    limit = LogLimit(clock)
    assert sum(limit.filter(line(7)) for _ in range(100_000)) == LINES_AT_ONCE
    assert limit.filter(line(8))
    clock.now = 1.0
    record = line(7)
    assert limit.filter(record)
    assert record.getMessage().endswith(f"({100_000 - LINES_AT_ONCE} more lines like this one were left out)")
    assert not limit.filter(line(7))


def test_the_rate_limit_lets_a_burst_through_and_then_its_rate():
    now = [0.0]
    limit = RateLimit(rate=10.0, burst=5.0, clock=lambda: now[0])
    assert [limit.allow() for _ in range(6)] == [True] * 5 + [False]
    now[0] += 0.1
    assert [limit.allow() for _ in range(2)] == [True, False]
    now[0] += 100.0
    assert [limit.allow() for _ in range(6)] == [True] * 5 + [False]
    assert [limit.due() for _ in range(2)] == pytest.approx([0.1, 0.2])
    now[0] += 0.4
    assert limit.due() == 0.0
