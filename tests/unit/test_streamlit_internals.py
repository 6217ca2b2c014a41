"""Small messages leave at once: what Streamlit's way of opening its socket would delay."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from ui.streamlit_internals import pace_scripts, send_small_messages_at_once


def _nodelay(one: socket.socket) -> bool:
    return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_accepted_connections_send_at_once():
    with socket.socket(family=socket.AF_INET) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert not _nodelay(server)
        assert send_small_messages_at_once() >= 1
        with socket.create_connection(server.getsockname()):
            accepted, _ = server.accept()
            with accepted:
                assert _nodelay(accepted)


def test_other_sockets_and_files_stay_as_they_are(tmp_path):
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, (tmp_path / "file").open("w") as file:
        send_small_messages_at_once()
        datagrams.bind(("127.0.0.1", 0))
        file.write("still open")
    assert (tmp_path / "file").read_text() == "still open"


def test_every_run_of_a_script_waits_its_turn_under_the_name_of_its_session(monkeypatch):
    told = []

    @contextmanager
    def pace(session: str) -> Iterator[None]:
        told.append(session)
        yield
        told.append("end")

    monkeypatch.setattr(app_session, "ScriptRunner", ScriptRunner)
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _runner, rerun_data: told.append(rerun_data))
    pace_scripts(pace)
    runner = app_session.ScriptRunner.__new__(app_session.ScriptRunner)
    runner._session_id = "one"
    asked = RerunData()
    runner._run_script(asked)
    assert told == ["one", asked, "end"]


@pytest.mark.parametrize("forged", ["", "-", "x", "\0", "a" * 5000])
def test_a_forged_widget_does_not_reach_the_state_of_a_script(forged, monkeypatch):
    monkeypatch.setattr(app_session, "ScriptRunner", ScriptRunner)
    seen = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _runner, data: seen.append(data.widget_states))
    pace_scripts(lambda _session: nullcontext())
    runner = app_session.ScriptRunner.__new__(app_session.ScriptRunner)
    runner._session_id = "one"
    states = WidgetStates()
    real = ("$$ID-12ab-eta", "$$STREAMLIT_INTERNAL_KEY_$$ID-12ab-live__events")
    for name in (real[0], forged, real[1], forged):
        states.widgets.add(id=name, string_value="given")
    runner._run_script(RerunData(widget_states=states))
    assert [widget.id for widget in seen[0].widgets] == list(real)


def _script() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def changed() -> None:
        st.session_state["begun"] = True
        get_script_run_ctx().script_requests.request_rerun(RerunData())  # as another control does meanwhile
        st.session_state["ended"] = True

    st.checkbox("x", key="x", on_change=changed)
    st.text("ended" if st.session_state.get("ended") else "not ended")


def test_a_callback_comes_to_its_end_before_what_is_asked_for_meanwhile(monkeypatch):
    monkeypatch.setattr(app_session, "ScriptRunner", ScriptRunner)
    pace_scripts(lambda _session: nullcontext())
    monkeypatch.setattr(
        app_test, "LocalScriptRunner", type("Paced", (LocalScriptRunner, app_session.ScriptRunner), {})
    )
    app = app_test.AppTest.from_function(_script).run()
    app.checkbox[0].check().run()
    assert app.session_state["begun"]
    assert app.text[0].value == "ended"


def test_streamlit_does_not_stop_everybody_for_a_collection_after_every_run():
    assert st.get_option("runner.postScriptGC") is False
