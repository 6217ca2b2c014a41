"""The phones' socket with real clients against a real server: what is on the wire, and what is sent away."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from nncore.experiment import Experiment
from tests.unit.test_socket import Server
from ui.live.protocol import MAX_MESSAGE, POLICY, REPLACED, TOO_LARGE, UNKNOWN_TOKEN
from ui.room.ask import Question, Rates
from ui.room.messages import EndMessage
from ui.room.phone import MESSAGES, PhoneSocket
from ui.room.room import MOST_TABS, Room
from ui.room.rooms import Rooms
from ui.streamlit_internals import origin_allowed
from ui.web.addresses import PHONE_PATH, PHONE_SOCKET_PATH, assets

WAIT = 10.0
ASK = Question("Faster?", ("yes", "no"), right=0)


@pytest.fixture(scope="module")
def rooms() -> Rooms:
    return Rooms()


@pytest.fixture(scope="module")
def server(rooms: Rooms) -> Iterator[Server]:
    phones = PhoneSocket(rooms, origin_allowed)
    app = Starlette(routes=[WebSocketRoute(PHONE_SOCKET_PATH, phones.serve), Route(PHONE_PATH, phones.page)])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="websockets-sansio")
    server = Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    assert server.listening.wait(WAIT)
    yield server
    server.should_exit = True
    thread.join(WAIT)


@pytest.fixture
def room(rooms: Rooms) -> Iterator[Room]:
    room, _ = rooms.open(ASK)
    yield room
    rooms.close(room.code)


class Phone:
    """One client, and all that it has ever heard."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hear(self) -> dict[str, Any]:
        self.heard.append(json.loads(self.socket.recv(WAIT)))
        return self.heard[-1]

    def closed(self) -> int:
        """The code with which the server has closed, once it has."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.hear()
        assert self.socket.close_code is not None
        return self.socket.close_code


@contextlib.contextmanager
def phone(server: Server, code: str, token: str = "ada", origin: str | None = None) -> Iterator[Phone]:
    """A phone that has said hello; it was asked where the room is there."""
    own = f"http://{server.host}"
    with connect(f"ws://{server.host}/live/room/{code}", origin=origin or own, proxy=None) as socket:
        visitor = Phone(socket)
        visitor.say(op="hello", token=token)
        yield visitor


def test_a_phone_joins_sends_and_is_told_at_the_reveal(server, room):
    with phone(server, room.code.lower()) as ada:
        assert ada.hear() == {"t": "ask", "round": 1, "text": "Faster?", "answers": ["yes", "no"]}
        ada.say(op="send", value=1)
        assert ada.hear() == {"t": "sent", "value": 1}
        room.reveal()
        room.tell_phones()
        assert ada.hear() == {"t": "revealed", "right": 0}
        room.again()
        assert ada.hear()["round"] == 2


def test_nothing_of_another_phone_is_on_the_wire(server, room):
    room.put(Rates(Experiment.default("XOR")))
    with phone(server, room.code, "ada") as ada, phone(server, room.code, "bob-token") as bob:
        assert ada.hear()["t"] == bob.hear()["t"] == "ask"
        bob.say(op="send", value=0.4321, name="Bobby")
        assert bob.hear()["t"] == "sent"
        ada.say(op="send", value=0.1)
        assert ada.hear() == {"t": "sent", "value": 0.1}
        room.reveal()
        room.tell_phones()
        assert ada.hear() == {"t": "revealed"}
        room.end_runs(
            {0.1: EndMessage(outcome="learned", text="L"), 0.4321: EndMessage(outcome="slow", text="S")}
        )
        assert ada.hear() == {"t": "end", "outcome": "learned", "text": "L"}
        rooms_words = json.dumps(ada.heard)
        assert not any(word in rooms_words for word in ("4321", "Bobby", "bob-token", "slow"))


def test_a_reload_keeps_the_answer_and_counts_once(server, room):
    with phone(server, room.code) as first:
        first.hear()
        first.say(op="send", value=1)
        first.hear()
    with phone(server, room.code) as second:
        assert second.hear()["value"] == 1
        assert room.counts() == (1, 1)


def test_a_second_tab_follows_the_first_and_the_oldest_of_many_goes(server, room):
    with contextlib.ExitStack() as stack:
        tabs = []
        for _ in range(MOST_TABS + 1):
            tabs.append(stack.enter_context(phone(server, room.code)))
            tabs[-1].hear()
        assert tabs[0].closed() == REPLACED
        tabs[1].say(op="send", value=0)
        assert [tab.hear() for tab in tabs[1:]] == [{"t": "sent", "value": 0}] * MOST_TABS
        assert room.counts() == (1, 1)


@pytest.mark.parametrize("code", ["AAAAAA", "nonsense", "0"])
def test_a_code_that_leads_nowhere_is_told(server, code):
    with phone(server, code) as lost:
        assert lost.hear() == {"t": "gone", "why": "unknown"}
        assert lost.closed() == UNKNOWN_TOKEN


def test_a_room_that_closes_sends_everybody_away(server, room, rooms):
    with phone(server, room.code) as ada:
        ada.hear()
        rooms.close(room.code)
        assert ada.hear() == {"t": "gone", "why": "closed"}
        assert ada.closed() == UNKNOWN_TOKEN


def test_a_full_room_is_told(server, room, monkeypatch):
    monkeypatch.setattr("ui.room.room.MOST_PHONES", 1)
    with phone(server, room.code, "ada") as ada, phone(server, room.code, "bob") as bob:
        assert ada.hear()["t"] == "ask"
        assert bob.hear() == {"t": "gone", "why": "full"}


NONSENSE = {
    "no JSON": ("{", POLICY),
    "a verb of the lecturer's": ('{"op":"reveal"}', POLICY),
    "hello twice": ('{"op":"hello","token":"ada"}', POLICY),
    "an answer that is not offered": ('{"op":"send","value":7}', POLICY),
    "not a number": ('{"op":"send","value":NaN}', POLICY),
    "too long": ('{"op":"send","value":1,"name":"' + "x" * MAX_MESSAGE + '"}', TOO_LARGE),
}


@pytest.mark.parametrize(("text", "code"), NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_closes_the_connection_and_nobody_else_feels_it(server, room, text, code):
    with phone(server, room.code, "eve") as eve, phone(server, room.code, "ada") as ada:
        eve.hear()
        ada.hear()
        eve.socket.send(text)
        assert eve.closed() == code
        ada.say(op="send", value=0)
        assert ada.hear() == {"t": "sent", "value": 0}


def test_a_flood_closes_the_connection_and_is_logged_once(server, room, caplog):
    with caplog.at_level(logging.WARNING, logger="ui.room.phone"):
        for _ in range(3):
            with phone(server, room.code, "eve") as eve:
                eve.hear()
                with contextlib.suppress(ConnectionClosed):
                    for _ in range(10 * int(MESSAGES[1])):
                        eve.say(op="send", value=1)
                assert eve.closed() == POLICY
    assert [record for record in caplog.messages if "messages a second" in record] == [
        "A phone was sent away with 1008: more than 2 messages a second from a phone"
    ]


def test_the_first_message_must_be_hello(server, room):
    with connect(
        f"ws://{server.host}/live/room/{room.code}", origin=f"http://{server.host}", proxy=None
    ) as socket:
        socket.send('{"op":"send","value":1}')
        assert Phone(socket).closed() == POLICY


def test_a_foreign_page_opens_no_socket(server, room):
    with pytest.raises(InvalidStatus), phone(server, room.code, origin="http://evil.example"):
        pass


def page(server: Server, code: str) -> tuple[int, str]:
    """Status and text of the page of a code."""
    connection = http.client.HTTPConnection(server.host, timeout=WAIT)
    connection.request("GET", f"/room/{quote(code)}")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_phones_page_is_small_and_asks_no_other_host(server, room):
    status, text = page(server, room.code.lower())
    assert status == 200
    assert f'data-code="{room.code}"' in text
    assert "://" not in text
    version, names = assets().version, ["room/phone.js", "room/phone.css", *assets().later("room/phone.js")]
    files = [bytes(assets().answer(version, name, {}).body) for name in names]
    assert len(text) + sum(map(len, files)) < 40_000


def test_an_address_that_is_no_code_is_shown_as_text_and_told_by_its_status(server):
    status, text = page(server, '"><script>x')
    assert status == 404
    assert "<script>" not in text
