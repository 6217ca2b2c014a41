"""What is told once is heard once, however many script runs are asked for before the first has begun."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import Mock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import app_session
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunner, script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from ui.streamlit_internals import pace_scripts
from ui.streamlit_requests import (
    LONGEST_TOLD,
    MOST_TELLING,
    MOST_TOLD,
    HearingRunner,
    HearingSession,
    joined,
    without_words,
)

LIVE = "$$STREAMLIT_INTERNAL_KEY_$$ID-1-live__events"


def words(*told: object) -> WidgetStates:
    states = WidgetStates()
    states.widgets.add(id=LIVE, json_trigger_value=json.dumps(told))
    return states


def pressed(name: str, *, value: bool = True) -> WidgetStates:
    states = WidgetStates()
    states.widgets.add(id=name, trigger_value=value)
    states.widgets.add(id="number", int_value=3)
    return states


def told(states: WidgetStates) -> dict[str, object]:
    return {one.id: getattr(one, str(one.WhichOneof("value"))) for one in states.widgets}


def test_what_a_component_tells_is_joined_in_order():
    both = joined(words({"event": "action"}), words({"event": "eta", "value": 0.1}))
    assert json.loads(str(told(both)[LIVE])) == [{"event": "action"}, {"event": "eta", "value": 0.1}]


def test_a_press_goes_with_states_that_know_nothing_of_it():
    newer = WidgetStates()
    newer.widgets.add(id="number", int_value=4)
    assert told(joined(pressed("go"), newer)) == {"number": 4, "go": True}
    assert told(joined(pressed("go"), pressed("go", value=False))) == {"go": True, "number": 3}


def test_of_values_that_stay_the_newer_ones_count():
    assert told(joined(pressed("go", value=False), None)) == {}
    assert told(joined(None, pressed("go"))) == told(pressed("go"))


def test_only_the_last_words_of_many_are_kept():
    states = words(0)
    for k in range(1, 3 * MOST_TOLD):
        states = joined(states, words(k))
    assert json.loads(str(told(states)[LIVE])) == list(range(2 * MOST_TOLD, 3 * MOST_TOLD))


def test_of_more_tellers_than_any_page_has_the_last_are_joined():
    many, newer = WidgetStates(), WidgetStates()
    for states in (many, newer):
        for k in range(3 * MOST_TELLING):
            states.widgets.add(id=f"{k}", json_trigger_value='["word"]')
    counts = [len(json.loads(widget.json_trigger_value)) for widget in joined(many, newer).widgets]
    assert counts == [1] * 2 * MOST_TELLING + [2] * MOST_TELLING


def test_where_a_component_tells_more_than_any_has_to_say_its_last_words_are_kept():
    long = "x" * (LONGEST_TOLD // 2)
    states = joined(words("short"), words(long))
    assert json.loads(str(told(states)[LIVE])) == ["short", long]
    assert json.loads(str(told(joined(states, words(long)))[LIVE])) == [long]


@pytest.mark.parametrize("nonsense", ["{", "[" * 100_000, "\0", "7"])
def test_nonsense_of_a_strange_browser_does_no_harm(nonsense):
    states = WidgetStates()
    states.widgets.add(id=LIVE, json_trigger_value=nonsense)
    assert json.loads(str(told(joined(states, words("fine")))[LIVE]))[-1] == "fine"


def test_a_fragments_clock_brings_no_words():
    assert told(without_words(joined(words("eta"), pressed("go")))) == {"number": 3}


SCRIPT = f"""
import streamlit as st
from {__name__} import HEARD

st.button("go", key="go", on_click=HEARD.append, args=("go",))
st.number_input("n", key="n")
HEARD.append("ran")
"""
HEARD: list[str] = []


class Gate:
    """Keeps script runs waiting for their turn."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)

    @contextmanager
    def pace(self, _session: str) -> Iterator[None]:
        self.entered.release()
        assert self.open.wait(20)
        yield


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr(app_session, "ScriptRunner", ScriptRunner)
    monkeypatch.setattr(script_runner.runtime, "get_instance", Mock())
    gate = Gate()
    pace_scripts(gate.pace)
    HEARD.clear()
    return gate


async def opened(path: Path, gate: Gate) -> tuple[HearingSession, Callable[[], WidgetStates]]:
    """Give a session whose page has been drawn, and what its browser sends where the button was pressed."""
    path.write_text(SCRIPT)
    script = ScriptData(str(path), is_hello=False)
    session = HearingSession(script, Mock(), ScriptCache(), lambda: None, {}, "one")
    gate.open.set()
    session.request_rerun(ClientState())
    await ended(session)
    drawn = (message.delta.new_element.button.id for message in session.flush_browser_queue())
    identity = next(filter(None, drawn))

    def press() -> WidgetStates:
        states = WidgetStates()
        states.widgets.add(id=identity, trigger_value=True)
        return states

    HEARD.clear()
    gate.open.clear()
    while gate.entered.acquire(blocking=False):
        pass
    return session, press


async def ended(session: HearingSession) -> None:
    """Wait until no script runs, and the session knows."""
    while session._scriptrunner or any("scriptThread" in thread.name for thread in threading.enumerate()):
        await asyncio.sleep(0.005)


async def waiting(gate: Gate) -> None:
    """Wait until a run waits for its turn."""
    while not gate.entered.acquire(blocking=False):
        await asyncio.sleep(0.005)


def test_a_press_is_heard_once_though_its_run_was_replaced_while_it_waited(gate, tmp_path):
    async def play() -> None:
        session, press = await opened(tmp_path / "page.py", gate)
        session.request_rerun(ClientState(widget_states=press()))
        await waiting(gate)
        session.request_rerun(ClientState())
        await waiting(gate)
        session.request_rerun(ClientState())
        gate.open.set()
        await ended(session)
        session.shutdown()

    asyncio.run(play())
    assert HEARD.count("go") == 1
    assert HEARD[-1] == "ran"


def test_a_press_is_heard_once_though_its_run_is_replaced_before_it_has_a_thread(gate, tmp_path):
    async def play() -> None:
        session, press = await opened(tmp_path / "page.py", gate)
        gate.open.set()
        for _ in range(3):
            session.request_rerun(ClientState(widget_states=press()))
            session.request_rerun(ClientState())
            session.request_rerun(ClientState())
            await ended(session)
        session.shutdown()

    asyncio.run(play())
    assert HEARD.count("go") == 3


def test_a_press_that_was_heard_is_not_told_again(gate, tmp_path):
    async def play() -> None:
        session, press = await opened(tmp_path / "page.py", gate)
        gate.open.set()
        session.request_rerun(ClientState(widget_states=press()))
        while "go" not in HEARD:
            await asyncio.sleep(0.001)
        session.request_rerun(ClientState())
        await ended(session)
        session.shutdown()

    asyncio.run(play())
    assert HEARD.count("go") == 1


def test_a_fragments_clock_that_strikes_between_a_press_and_its_request_does_not_press_again(gate, tmp_path):
    async def play() -> None:
        session, press = await opened(tmp_path / "page.py", gate)
        gate.open.set()
        session.request_rerun(ClientState(widget_states=press(), is_auto_rerun=True))
        session.request_rerun(ClientState(widget_states=press()))
        await ended(session)
        session.shutdown()

    asyncio.run(play())
    assert HEARD.count("go") == 1


def test_the_servers_sessions_hear(gate):
    assert issubclass(app_session.ScriptRunner, HearingRunner)
