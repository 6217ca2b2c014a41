"""Small messages leave at once: what Streamlit's way of opening its socket would delay."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import Mock

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from ui import streamlit_internals, streamlit_uploads
from ui.lesson.lesson import MOST_SCREENS
from ui.streamlit_internals import (
    MOST_WAITING,
    MOST_WIDGETS,
    LeanSession,
    drop_forged,
    pace_scripts,
    send_small_messages_at_once,
)
from ui.streamlit_uploads import keep_last_uploads


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


def test_a_message_with_more_widgets_than_any_page_has_brings_the_first_of_them():
    states = WidgetStates()
    for k in range(MOST_WIDGETS + 50):
        states.widgets.add(id=f"$$ID-{k}", string_value="given")
    drop_forged(states)
    assert [widget.id for widget in states.widgets] == [f"$$ID-{k}" for k in range(MOST_WIDGETS)]
    assert 10 * MOST_SCREENS <= MOST_WIDGETS


def test_back_is_not_forgotten_where_the_browser_asks_for_more_before_its_run_has_begun(monkeypatch):
    monkeypatch.setattr(app_session, "ScriptRunner", ScriptRunner)
    pace_scripts(lambda _session: nullcontext())
    requests = ScriptRequests()
    monkeypatch.setattr(ScriptRunner, "request_rerun", lambda _runner, data: requests.request_rerun(data))
    runner = app_session.ScriptRunner.__new__(app_session.ScriptRunner)
    runner._session_id = "one"
    assert runner.request_rerun(RerunData(query_string="hidden=4", is_history_navigation=True))
    assert runner.request_rerun(RerunData(query_string="hidden=4"))
    back = requests.on_scriptrunner_ready().rerun_data.is_history_navigation
    context = Mock(session_id="one", query_string="hidden=4", is_history_navigation=back)
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda **_: context)
    assert not context.is_history_navigation  # Streamlit's own word for it is lost
    assert streamlit_internals.is_history_navigation()
    assert streamlit_internals.is_history_navigation()  # also where this run is broken off
    streamlit_internals.history_navigation_heard()
    assert not streamlit_internals.is_history_navigation()


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


BEGUN = ForwardMsg(new_session={}), ForwardMsg(session_status_changed={"script_is_running": True})
DRAWN, ENDED = ForwardMsg(delta={}), ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)


def quiet_session() -> tuple[LeanSession, asyncio.Event]:
    """Give a session whose first script run is over, and the event of there being something to send."""
    due = asyncio.Event()
    session = LeanSession(Mock(main_script_path="playground.py"), Mock(), Mock(), due.set, {}, "quiet")
    tell(session, *BEGUN)
    assert kinds(session) == [
        "new_session",
        "session_status_changed",
    ]  # nothing is kept from a page that opens
    tell(session, DRAWN, ENDED)
    assert kinds(session) == ["delta", "script_finished"]
    return session, due


def tell(session: LeanSession, *messages: ForwardMsg) -> None:
    for message in messages:
        session._enqueue_forward_msg(message)


def kinds(session: LeanSession) -> list[str | None]:
    return [message.WhichOneof("type") for message in session.flush_browser_queue()]


@pytest.mark.parametrize(("then", "kind"), [(DRAWN, "delta"), (ENDED, "script_finished")])
def test_a_script_run_is_told_of_when_it_draws_or_ends(then: ForwardMsg, kind: str) -> None:
    async def play() -> None:
        session, _ = quiet_session()
        tell(session, *BEGUN)
        assert kinds(session) == []
        tell(session, then)
        assert kinds(session) == ["new_session", "session_status_changed", kind]

    asyncio.run(play())


def test_a_script_run_that_draws_nothing_for_long_is_told_of_all_the_same(monkeypatch):
    monkeypatch.setattr(streamlit_internals, "QUIET_SECONDS", 0.001)

    async def play() -> None:
        session, due = quiet_session()
        tell(session, *BEGUN)
        due.clear()
        await due.wait()
        assert kinds(session) == ["new_session", "session_status_changed"]

    asyncio.run(play())


def test_streamlit_does_not_stop_everybody_for_a_collection_after_every_run():
    assert st.get_option("runner.postScriptGC") is False


def test_of_more_controls_than_any_page_has_a_message_is_cut_before_anything_keeps_it(monkeypatch):
    seen: list[BackMsg] = []
    monkeypatch.setattr(AppSession, "handle_backmsg", lambda _session, message: seen.append(message))

    async def tell_of(controls: int) -> BackMsg:
        session, _ = quiet_session()
        message = BackMsg()
        message.rerun_script.page_name = "digits"
        for k in range(controls):
            message.rerun_script.widget_states.widgets.add(id=f"$$ID-{k}")
        session.handle_backmsg(message)
        return message

    whole = asyncio.run(tell_of(MOST_WIDGETS))
    asyncio.run(tell_of(MOST_WIDGETS + 1))
    assert seen[0] is whole
    assert seen[1] == whole


def test_a_browser_cannot_close_every_live_view_nor_ask_git_while_all_wait(monkeypatch):
    seen: list[str | None] = []
    monkeypatch.setattr(
        AppSession, "handle_backmsg", lambda _, message: seen.append(message.WhichOneof("type"))
    )

    async def tell(**said: bool) -> None:
        quiet_session()[0].handle_backmsg(BackMsg(**said))

    for said in ("clear_cache", "load_git_info", "set_run_on_save", "stop_script"):
        asyncio.run(tell(**{said: True}))
    asyncio.run(tell())
    assert seen == ["stop_script"]


def test_a_browser_is_given_no_more_places_for_files_than_a_page_has(monkeypatch):
    seen: list[BackMsg] = []
    monkeypatch.setattr(AppSession, "handle_backmsg", lambda _, message: seen.append(message))

    async def ask(files: int) -> None:
        message = BackMsg()
        message.file_urls_request.file_names.extend(["table.csv"] * files)
        quiet_session()[0].handle_backmsg(message)

    asyncio.run(ask(1))
    asyncio.run(ask(20_000))
    assert [len(message.file_urls_request.file_names) for message in seen] == [1, MOST_WAITING]


def test_of_a_sessions_files_the_last_ones_wait(monkeypatch):
    files = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(streamlit_uploads, "_uploads", lambda: files)
    for number in range(5):
        files.add_file("one", UploadedFileRec(str(number), "a.csv", "text/csv", bytes(10)))
        keep_last_uploads("one")
        keep_last_uploads("none")
    assert list(files.file_storage["one"]) == ["3", "4"]
    assert streamlit_uploads.uploaded_bytes() == 20


def test_a_session_knows_how_large_a_file_its_page_takes(monkeypatch):
    async def play() -> list[int | None]:
        session, _ = quiet_session()
        monkeypatch.setattr(streamlit_uploads, "active_session", {"one": session}.get)
        seen = [streamlit_uploads.largest_upload("one")]
        for page, sizes in (("lesson", [1]), ("lesson", []), ("own_data", [200, 1]), ("digits", [])):
            started = ForwardMsg()
            started.new_session.page_script_hash = page
            session._enqueue_forward_msg(started)
            for size in sizes:
                drawn = ForwardMsg()
                drawn.delta.new_element.file_uploader.id = f"up to {size}"
                drawn.delta.new_element.file_uploader.max_upload_size_mb = size
                session._enqueue_forward_msg(drawn)
            seen.append(streamlit_uploads.largest_upload("one"))
        return [*seen, streamlit_uploads.largest_upload("another")]

    found = asyncio.run(play())
    assert found == [0, 2**20, 2**20, 200 * 2**20, 0, None]


def test_a_file_that_no_script_asks_for_waits_briefly_and_one_that_was_taken_stays(monkeypatch):
    now, there = [0.0], {"here"}
    monkeypatch.setattr(streamlit_uploads, "active_session", lambda name: name in there)
    files = MemoryUploadedFileManager("/upload")
    untaken = streamlit_uploads.UntakenFiles(files, lambda: now[0])
    for session in ("here", "gone", "taken", "ended"):
        files.add_file(session, UploadedFileRec("1", "a.csv", "text/csv", bytes(10)))
    assert [one.file_id for one in files.get_files("taken", ["1"])] == ["1"]
    files.remove_session_files("ended")
    waits, briefly = streamlit_uploads.UNTAKEN_SECONDS
    forgotten = []
    for at in (briefly, briefly + 0.1, waits, waits + 0.1):
        now[0] = at
        forgotten.append(untaken.forget())
    assert forgotten == [set(), {"gone"}, set(), {"here"}]
    assert files._total_bytes == 10
    assert files.get_files("taken", ["1"])


def test_the_end_of_a_tab_whose_script_does_not_run_leaves_no_warning(caplog):
    assert streamlit_internals.this_session() == ""
    assert not caplog.records
