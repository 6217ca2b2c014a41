"""The live socket with a real client against a real server: credits, pushes, and what is refused."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import field
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ui.live.channel import Channel, Registry, ViewerCursor
from ui.live.protocol import (
    MAX_MESSAGE,
    Command,
    Draw,
    Message,
    Pause,
    Play,
    Restart,
    Show,
    sent_as,
)
from ui.live.slice_queue import SliceQueue
from ui.live.tickets import Slice
from ui.live.websocket import BURST, LiveSocket
from ui.streamlit_internals import origin_allowed

WAIT = 10.0  # seconds after which silence is a failure
SILENCE = 0.15  # seconds in which a frame that must not come would have come


class NewRun(Message):
    t = "run"
    run: int


class Frame(Message):
    t = "frame"
    run: int
    first: int = field(metadata=sent_as("from"))
    epoch: int


class Counter:
    """A source that counts: a run is a number, a frame is a step of it."""

    def __init__(self) -> None:
        self.playing = True
        self.has_work = False
        self.revision = 1
        self.run = 1
        self.epoch = 0
        self.closed = threading.Event()
        self.obeyed: list[Command] = []
        self.threads: set[str] = set()
        self.name = "a counter"
        self.place: str | None = None

    def outdated_by(self, _command: Command) -> bool:
        return False

    def give_up(self) -> None:
        raise AssertionError("nothing here makes a step useless")

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        self.threads.add(threading.current_thread().name)
        for command in commands:
            self.obeyed.append(command)
            match command:
                case Show() | Restart():
                    self.run, self.epoch = self.run + 1, 0
                case Play() | Pause():
                    self.playing = isinstance(command, Play)
                case Draw():
                    raise RuntimeError("a fault of ours")
        if cursor is None:
            return []
        messages: list[Message] = []
        cursor.revision = self.revision
        if cursor.run != self.run:
            cursor.run, cursor.epoch = self.run, -1
            messages.append(NewRun(run=self.run))
        self.epoch += pull
        messages.append(Frame(run=self.run, first=cursor.epoch + 1, epoch=self.epoch))
        cursor.epoch = self.epoch
        return messages

    def fail(self, sentence: str) -> None:
        self.revision += 1

    def close(self) -> None:
        self.closed.set()


class Server(uvicorn.Server):
    """A server in a thread, which says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="module")
def server(registry: Registry) -> Iterator[Server]:
    queue = SliceQueue()
    endpoint = LiveSocket(registry, queue, origin_allowed)
    routes = [WebSocketRoute("/live/socket", endpoint.serve), Route("/live/socket", endpoint.explain)]
    app = Starlette(routes=routes)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="websockets-sansio")
    server = Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    assert server.listening.wait(WAIT)
    yield server
    server.should_exit = True
    thread.join(WAIT)
    queue.close()


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def channel(registry: Registry, counter: Counter) -> Iterator[Channel]:
    channel = registry.open(counter)
    yield channel
    channel.close()


def dial(server: Server, origin: str | None = None) -> ClientConnection:
    origin = f"http://{server.host}" if origin is None else origin
    return connect(f"ws://{server.host}/live/socket", origin=origin, open_timeout=WAIT)


def say(socket: ClientConnection, op: str, **values: Any) -> None:
    socket.send(json.dumps({"op": op, **values}))


def hear(socket: ClientConnection) -> dict[str, Any]:
    return json.loads(socket.recv(timeout=WAIT))


def silent(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=SILENCE)
    except TimeoutError:
        return True
    return False


def flood(socket: ClientConnection, count: int) -> None:
    for _ in range(count):
        say(socket, "n")


def close_code(socket: ClientConnection) -> int | None:
    """Read until the server closes, and give its code."""
    try:
        while True:
            socket.recv(timeout=WAIT)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def greet(socket: ClientConnection, channel: Channel) -> str:
    """Show the token for the first time, and give the key that is told in return."""
    say(socket, "hello", token=channel.token)
    told = hear(socket)
    assert told["t"] == "key"
    return told["key"]


@pytest.fixture
def socket(server: Server, channel: Channel) -> Iterator[ClientConnection]:
    """A connection that has been welcomed and has had its first frame."""
    with dial(server) as socket:
        greet(socket, channel)
        assert hear(socket) == {"t": "run", "run": 1}
        assert hear(socket) == {"t": "frame", "run": 1, "from": 0, "epoch": 0}
        yield socket


# -- frames ------------------------------------------------------------------------------------------------


def test_no_frame_without_credit(socket):
    assert silent(socket)
    say(socket, "n")
    assert hear(socket)["epoch"] == 1
    assert silent(socket)


def test_two_credits_are_two_frames_and_ten_are_not_ten(socket):
    say(socket, "pause")
    assert hear(socket)["epoch"] == 0
    for _ in range(10):
        say(socket, "n")
    say(socket, "play")
    assert [hear(socket)["epoch"] for _ in range(3)] == [0, 1, 2]
    assert silent(socket)


def test_a_new_run_is_pushed_from_the_script_thread_without_credit(socket, channel):
    thread = threading.Thread(target=channel.send, args=(Show(),))
    thread.start()
    thread.join(WAIT)
    assert hear(socket) == {"t": "run", "run": 2}
    assert hear(socket) == {"t": "frame", "run": 2, "from": 0, "epoch": 0}
    assert silent(socket)


def test_the_browser_tells_when_the_answer_to_the_script_is_on_its_screen(socket, channel):
    say(socket, "painted")
    assert channel.painted.wait(WAIT)
    channel.send(Show())
    assert not channel.painted.is_set()
    hear(socket)
    hear(socket)
    say(socket, "painted")
    assert channel.painted.wait(WAIT)
    assert channel.answered.is_set()


def test_a_mark_is_answered_once_all_before_it_has_come_and_a_script_waits_till_it_is_done(socket, channel):
    with channel._inside():  # no slice runs meanwhile
        say(socket, "shape", by=1)
        say(socket, "mark")
        assert (hear(socket), channel.followed.is_set()) == ({"t": "marked"}, False)
    channel.await_lead(WAIT)
    assert channel.followed.is_set()


def test_restart_is_answered_at_once_and_no_frame_of_the_old_run_follows(socket):
    say(socket, "n")
    assert hear(socket)["run"] == 1
    say(socket, "restart")
    assert hear(socket) == {"t": "run", "run": 2}
    say(socket, "n")
    assert [hear(socket)["run"] for _ in range(2)] == [2, 2]


def test_reconnecting_brings_the_whole_history(server, channel, socket):
    for _ in range(3):
        say(socket, "n")
        hear(socket)
    socket.close()
    with dial(server) as again:
        say(again, "hello", token=channel.token, key=channel.key)
        assert hear(again) == {"t": "run", "run": 1}
        assert hear(again) == {"t": "frame", "run": 1, "from": 0, "epoch": 3}


def test_slices_run_on_the_training_thread_not_on_the_loop(socket, counter):
    say(socket, "n")
    hear(socket)
    assert counter.threads == {"live-training"}


def test_two_channels_do_not_mix(server, registry, socket, counter):
    other = registry.open(Counter())
    with dial(server) as second:
        greet(second, other)
        assert [hear(second)["t"] for _ in range(2)] == ["run", "frame"]
        say(second, "restart")
        assert [hear(second)["run"] for _ in range(2)] == [2, 2]
        say(second, "n")
        assert hear(second)["epoch"] == 1
    assert counter.run == 1
    assert silent(socket)
    other.close()


def test_no_viewer_no_work(socket, channel, counter):
    say(socket, "n")
    hear(socket)
    socket.close()
    deadline = time.monotonic() + WAIT
    while channel.watched:
        assert time.monotonic() < deadline
    channel.send(Show())
    assert channel.pending
    assert counter.run == 1


# -- ends --------------------------------------------------------------------------------------------------


def test_the_end_of_the_session_closes_the_socket_as_an_unknown_token(socket, channel, counter):
    channel.close()
    assert close_code(socket) == 4404
    assert counter.closed.is_set()


def test_a_second_connection_of_the_same_view_ends_the_first(server, socket, channel):
    with dial(server) as newer:
        say(newer, "hello", token=channel.token, key=channel.key)
        assert hear(newer)["t"] == "run"
        assert close_code(socket) == 4409
        hear(newer)
        say(newer, "n")
        assert hear(newer)["t"] == "frame"


def test_an_error_of_ours_is_told_and_the_socket_lives_on(socket, caplog):
    with caplog.at_level(logging.ERROR):
        say(socket, "draw", pixels=[0.5] * 64)
        message = hear(socket)
    assert message["t"] == "error"
    assert caplog.records[0].args[0] in message["message"]
    say(socket, "restart")
    assert [hear(socket)["run"] for _ in range(2)] == [2, 2]


# -- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:1", "null", "http://[", "https://evil.example:443"]
)
def test_a_foreign_origin_does_not_get_through_the_handshake(server, origin, caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(InvalidStatus, match="403"):
        dial(server, origin=origin)
    assert [record.name for record in caplog.records] == ["ui.live.websocket"]


def test_an_unknown_token_is_told_so(server):
    with dial(server) as socket:
        say(socket, "hello", token="x" * 43)
        assert close_code(socket) == 4404


def test_the_token_of_a_session_that_ended_is_unknown(server, registry):
    channel = registry.open(Counter())
    channel.close()
    with dial(server) as socket:
        say(socket, "hello", token=channel.token)
        assert close_code(socket) == 4404


@pytest.mark.parametrize("shown", [{}, {"key": ""}, {"key": "x" * 43}, {"key": "\ud800"}])
def test_a_stolen_token_opens_nothing_and_its_owner_feels_nothing(server, channel, socket, *, caplog, shown):
    with caplog.at_level(logging.WARNING), dial(server) as thief:
        say(thief, "hello", token=channel.token, **shown)
        assert close_code(thief) == 4404
    assert len(caplog.records) == 1
    assert channel.token not in caplog.text
    say(socket, "n")
    assert hear(socket)["epoch"] == 1


def test_a_view_that_lost_its_key_is_let_in_with_the_token_of_the_next_script_run(
    server, registry, channel, socket
):
    used = channel.token
    assert registry.hand_out(channel) == used  # somebody is connected: nothing to renew
    socket.close()
    deadline = time.monotonic() + WAIT
    while channel.watched:
        assert time.monotonic() < deadline
    fresh = registry.hand_out(channel)
    assert fresh != used
    with dial(server) as late:
        say(late, "hello", token=used)
        assert close_code(late) == 4404
    with dial(server) as again:
        greet(again, channel)
        assert hear(again) == {"t": "run", "run": 1}


@pytest.mark.parametrize("first", ['{"op":"n"}', '{"op":"play"}', "{}", "", '{"op":"hello"}'])
def test_nothing_is_said_before_hello(server, channel, counter, first):
    with dial(server) as socket:
        socket.send(first)
        assert close_code(socket) == 1008
    assert counter.obeyed == []


def ask_plainly(server: Server, origin: str, **headers: str) -> dict[str, Any]:
    """Ask the socket's address over plain HTTP, as a page does whose handshakes are refused."""
    connection = http.client.HTTPConnection(server.host, timeout=WAIT)
    connection.request("GET", f"/live/socket?origin={quote(origin, safe='')}", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("upgrade")) == (426, "websocket")
    assert answer.getheader("cache-control") == "no-store"
    told = json.loads(answer.read())
    connection.close()
    return told


def test_a_page_whose_handshakes_are_refused_is_told_what_reaches_the_server(server):
    assert ask_plainly(server, f"http://{server.host}") == {"host": server.host, "allowed": True}
    dropped = ask_plainly(server, "https://class.example", Host="playground")
    assert dropped == {"host": "playground", "allowed": False}


def test_a_handshake_without_its_upgrade_is_logged_with_what_to_set(server, caplog):
    with caplog.at_level(logging.WARNING):
        ask_plainly(server, "http://here", **{"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
    assert "Upgrade and Connection headers" in caplog.text


NONSENSE = {
    "not json": "nonsense",
    "a list": "[1, 2]",
    "deep nesting": "[" * 3000,
    "unknown verb": '{"op":"eval","code":"1"}',
    "verb of a wrong type": '{"op":["play"]}',
    "verb of the script": '{"op":"show","experiment":{}}',
    "hello again": '{"op":"hello","token":"x"}',
    "number as text": '{"op":"eta","value":"0.1","mode":"drag"}',
    "truth as number": '{"op":"eta","value":true,"mode":"drag"}',
    "not a number": '{"op":"eta","value":NaN,"mode":"drag"}',
    "infinity": '{"op":"lam","value":Infinity,"mode":"live"}',
    "huge number": '{"op":"eta","value":1e400,"mode":"drag"}',
    "unknown mode": '{"op":"eta","value":0.1,"mode":"fast"}',
    "negative epoch": '{"op":"seek","epoch":-1}',
    "broken epoch": '{"op":"seek","epoch":1.5}',
    "63 pixels": json.dumps({"op": "draw", "pixels": [0] * 63}),
    "a bright pixel": json.dumps({"op": "draw", "pixels": [2] * 64}),
    "a point in a string": '{"op":"point","add":"1,2,3"}',
    "half a cell": '{"op":"cell","row":1}',
    "a neuron without its place": '{"op":"neuron","layer":0}',
    "a point added and moved": '{"op":"point","add":[0,0,1],"move":[0,1,1]}',
    "a point left alone": '{"op":"point"}',
    "no speed": '{"op":"speed","value":null}',
    "a cell of other rows": '{"op":"cell","row":1,"col":1,"rows":"own"}',
    "unknown speed": '{"op":"speed","value":"warp"}',
    "no value": '{"op":"speed"}',
}


@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_closes_the_socket_and_is_logged_in_one_line(socket, counter, caplog, text):
    with caplog.at_level(logging.WARNING):
        socket.send(text)
        assert close_code(socket) == 1008
    assert len(caplog.records) == 1
    assert "\n" not in caplog.records[0].getMessage()
    assert len(caplog.records[0].getMessage()) < 300
    assert counter.obeyed == []


def test_bytes_are_not_a_message(socket):
    socket.send(b'{"op":"n"}')
    assert close_code(socket) == 1008


def test_an_oversized_message_closes_the_socket(socket):
    socket.send(json.dumps({"op": "n", "padding": "x" * MAX_MESSAGE}))
    assert close_code(socket) == 1009


def test_too_many_messages_close_the_socket_and_nobody_elses(server, registry, socket, counter):
    quiet = registry.open(Counter())
    with dial(server) as other:
        greet(other, quiet)
        hear(other), hear(other)
        # Whether the sender hears of the closing while it still sends is up to the two machines' buffers.
        with contextlib.suppress(ConnectionClosed):
            flood(socket, int(10 * BURST))
        assert close_code(socket) == 1008
        say(other, "n")
        assert hear(other)["epoch"] == 1
    quiet.close()


def test_a_visitor_without_a_token_is_sent_away(server, monkeypatch):
    monkeypatch.setattr("ui.live.websocket.HELLO_SECONDS", 0.02)
    with dial(server) as socket:
        assert close_code(socket) == 1008
