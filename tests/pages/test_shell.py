"""The frame around the pages: navigation, the view's files, the start of the server, and faults of ours."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import streamlit as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from tests.pages.app import SHELL, open_home, open_page
from ui import streamlit_internals as compat
from ui.app import server
from ui.live.channel import CHANNELS, Channel, Viewer
from ui.shared.navigation import ENTRIES, PAGES
from ui.web import addresses as server_paths
from ui.web.assets import FOLDER, TYPES, VIEWS, Assets

ROOT = SHELL.parents[2]
SCRIPT = "live/component.js"
T = TypeVar("T")
SESSION = "test session id"  # AppTest's own, the same for every test


def run_apart(answer: Coroutine[object, object, T]) -> T:
    """Wait for a coroutine in a thread of its own: a browser test may have left its loop here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, answer).result()


@pytest.fixture(autouse=True)
def fresh_session():
    yield
    clear_session_resource_cache(SESSION)


def present() -> list[str]:
    return [entry.name for entry in ENTRIES if (PAGES / f"{entry.name}.py").is_file()]


# -- navigation --------------------------------------------------------------------------------------------


def test_every_file_in_pages_is_an_entry_of_the_navigation():
    files = {path.stem for path in PAGES.glob("*.py")} - {"__init__"}
    assert files <= {entry.name for entry in ENTRIES}


def test_home_comes_first_and_has_the_root_address():
    assert [entry.name for entry in ENTRIES][:3] == ["home", "logic_gates", "digits"]
    assert [title.value for title in open_home().title] == ["See a neural network learn"]


@pytest.mark.parametrize("name", present())
def test_every_page_opens_and_runs_again_without_an_exception(name):
    app = open_page(name)
    assert not app.exception
    assert not app.run().exception


# -- the live view on a page -------------------------------------------------------------------------------


def view_of(app: AppTest) -> dict[str, Any]:
    """The data that the script handed to the component."""
    (element,) = [node for node in app.main if node.type == "bidi_component"] or live_elements(app)
    return json.loads(element.proto.json)


def live_elements(app: AppTest) -> list[Any]:
    found = []

    def search(block: Any) -> None:
        for child in block.children.values():
            if getattr(child, "type", "") == "bidi_component":
                found.append(child)
            if hasattr(child, "children"):
                search(child)

    search(app._tree)
    return [element for element in found if element.proto.component_name == "live_view"]


def channel_of(app: AppTest) -> Channel:
    channel = CHANNELS.find(view_of(app)["token"])
    assert channel is not None
    return channel


def frames(channel: Channel, viewer: Viewer | None = None) -> list[dict[str, Any]]:
    viewer = viewer or channel.open_viewer(lambda: None)
    turn = viewer.due()
    return [] if turn is None else [json.loads(text) for text in viewer.produce(0.01, 0, pull=turn.pull)]


def test_the_script_points_the_channel_at_the_experiment_of_the_page():
    app = open_page("logic_gates", {"data": "AND", "eta": "0.2"})
    run, frame = frames(channel_of(app))
    assert run["meta"]["data"] == "AND"
    assert run["meta"]["eta"] == frame["eta"] == 0.2


def test_a_rerun_keeps_token_and_run():
    app = open_page("logic_gates")
    channel = channel_of(app)
    viewer = channel.open_viewer(lambda: None)
    run, _ = frames(channel, viewer)
    app.run()
    assert view_of(app)["token"] == channel.token
    assert frames(channel, viewer) == []
    assert channel.inspect(channel.source.record).run == run["run"]


def test_a_control_that_moves_starts_a_new_run_without_a_word_from_the_browser():
    app = open_page("logic_gates")
    channel = channel_of(app)
    viewer = channel.open_viewer(lambda: None)
    first, _ = frames(channel, viewer)
    app.selectbox(key="scheduler").set_value("Momentum").run()
    second, frame = frames(channel, viewer)
    assert second["run"] > first["run"]
    assert second["meta"]["scheduler"] == "Momentum"
    assert frame["from"] == 0


def test_the_end_of_the_session_closes_its_channels_and_forgets_their_tokens():
    app = open_page("logic_gates")
    channel = channel_of(app)
    viewer = channel.open_viewer(lambda: None)
    clear_session_resource_cache(SESSION)
    assert channel.closed
    assert viewer.closed
    assert CHANNELS.find(channel.token) is None
    app.run()
    assert view_of(app)["token"] != channel.token


def test_each_page_has_its_own_channel():
    app = open_page("logic_gates")
    gates = view_of(app)["token"]
    app.switch_page("../../pages/digits.py").run()
    assert view_of(app)["token"] != gates


def test_the_view_is_told_where_its_files_and_its_socket_are():
    data = view_of(open_page("logic_gates"))
    assert data["files"]["folder"] == f"/live/web/{server_paths.assets().version}/"
    assert data["files"]["entry"] == SCRIPT
    assert data["socket"] == "/live/socket"
    assert data["eta"] == Experiment.default("XOR").eta


# -- routes and files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("option", "base"), [("", ""), ("nn", "/nn"), ("/a/b/", "/a/b")])
def test_routes_and_addresses_lie_under_the_base_path(monkeypatch, option, base):
    monkeypatch.setattr(compat.st, "get_option", lambda name: option if name == "server.baseUrlPath" else "")
    socket, explanation, files, *pages = server.routes()
    assert isinstance(socket, WebSocketRoute)
    assert isinstance(explanation, Route)
    assert isinstance(files, Route)
    assert explanation.path == socket.path == server_paths.socket_address() == f"{base}/live/socket"
    assert files.path.startswith(f"{base}/live/web/")
    assert all(page.path.startswith(f"{base}/") for page in pages)
    assert server_paths.view_files(SCRIPT)["folder"].startswith(f"{base}/live/web/")


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/logic_gates", "stands below /nn/"),
        ("/nn/nowhere", "Not Here"),
        ("/nn", "Not Here"),
        ("/nnn", "stands"),
    ],
)
def test_an_address_beside_the_sub_path_names_what_the_proxy_must_keep(monkeypatch, path, answer):
    monkeypatch.setattr(compat.st, "get_option", lambda name: "nn" if name == "server.baseUrlPath" else "")
    request = Request({"type": "http", "path": path, "headers": [], "query_string": b""})
    given = run_apart(server.not_found(request, HTTPException(404, "Not Here")))
    assert given.status_code == 404
    assert answer in bytes(given.body).decode()


def test_files_are_kept_for_good_under_their_version_and_never_under_another():
    assets = Assets()
    answer = assets.answer(assets.version, SCRIPT, {"accept-encoding": "gzip, br"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    old = assets.answer("older", SCRIPT, {})
    assert old.headers["cache-control"] == "no-cache"
    assert b"class View" in old.body
    known = assets.answer(assets.version, SCRIPT, {"if-none-match": old.headers["etag"]})
    assert (known.status_code, known.body) == (304, b"")


@pytest.mark.parametrize(
    "name", ["assets.py", "live/../assets.py", "../../playground.py", "live", "live/nothing.js", ""]
)
def test_what_is_not_a_file_of_the_view_is_not_found(name):
    assert Assets().answer("any", name, {}).status_code == 404


def test_every_file_of_the_views_is_served_and_no_other():
    assets = Assets()
    served = 0
    for path in FOLDER.rglob("*"):
        name = path.relative_to(FOLDER).as_posix()
        public = path.is_file() and path.suffix in TYPES and name.split("/")[0] in VIEWS
        assert assets.answer(assets.version, name, {}).status_code == (200 if public else 404)
        served += public
    assert served == len(assets) > 10


@pytest.mark.parametrize("entry", ["sweep/strip_view.js", "blocks/blocks.js", "compare/compare.js"])
def test_a_view_that_draws_without_plotly_does_not_fetch_it(entry):
    assert not [name for name in server_paths.view_files(entry)["modules"] if name.startswith("vendor/")]


def test_a_changed_file_changes_the_version(tmp_path):
    view = tmp_path / "live"
    view.mkdir()
    (view / "view.js").write_text("one")
    (view / "notes.md").write_text("private")
    first = Assets(tmp_path)
    assert len(first) == 1
    (view / "notes.md").write_text("other")
    (tmp_path / "beside.js").write_text("private")
    assert Assets(tmp_path).version == first.version
    (view / "view.js").write_text("two")
    assert Assets(tmp_path).version != first.version


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://here:8501", "here:8501", True),
        ("https://here", "here", True),
        (None, "here:8501", True),
        ("http://here:9999", "here:8501", False),
        ("http://localhost:9999", "localhost:8501", False),
        ("http://evil.example", "here:8501", False),
        ("http://here:8501.evil.example", "here:8501", False),
        ("null", "here:8501", False),
        ("http://[", "here:8501", False),
        ("", "here:8501", False),
    ],
)
def test_only_pages_of_this_server_may_open_the_socket(origin, host, allowed):
    assert compat.origin_allowed(origin, host) is allowed


def test_a_name_declared_for_a_proxy_is_allowed(monkeypatch):
    options = {
        "browser.serverAddress": "nn.school.example",
        "server.corsAllowedOrigins": ["https://lms.example"],
    }
    monkeypatch.setattr(compat.st, "get_option", options.get)
    assert compat.origin_allowed("https://nn.school.example", "10.0.0.7:8501")
    assert compat.origin_allowed("https://lms.example", "10.0.0.7:8501")
    assert not compat.origin_allowed("https://school.example", "10.0.0.7:8501")


# -- start and faults --------------------------------------------------------------------------------------

START = """
import asyncio, gc, json, time
import playground
from ui.app.server import lifespan
from threadpoolctl import threadpool_info

async def start():
    async with lifespan(playground.app):
        begin = time.thread_time()
        gc.collect(2)
        spent = time.thread_time() - begin
        blas = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
        print(json.dumps({"seconds": spent, "frozen": gc.get_freeze_count(), "blas": blas}))

asyncio.run(start())
"""


@pytest.mark.slow
@pytest.mark.long
def test_after_the_start_a_garbage_collection_is_short_and_blas_has_one_thread():
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["frozen"] > 50_000
    assert told["seconds"] < 0.02
    assert set(told["blas"]) == {1}


def faulty() -> None:
    """A script with an error of ours: what Streamlit does with it, it does in the handler's hands."""
    import streamlit as st

    from ui.app.server import on_script_error

    st.session_state["suppressed"] = on_script_error(ZeroDivisionError("secret detail"))


def test_an_error_of_ours_is_an_apology_with_an_id_and_a_way_out(caplog):
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_function(faulty).run()
    assert app.session_state["suppressed"] is True
    (apology,) = app.error
    (record,) = [entry for entry in caplog.records if entry.name == "ui.app.server"]
    assert record.args[0] in apology.value
    assert "secret" not in apology.value
    assert "Start over" in app.markdown[0].value


def test_hot_reload_is_off():
    assert st.get_option("server.fileWatcherType") == "none" or "none" in (
        Path(ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(
    ("share", "said"), [("0.5", "Some images are kept apart"), ("1", "No image is kept apart")]
)
def test_the_story_of_the_digits_says_of_its_own_rows_whether_some_are_kept_apart(
    share: str, said: str
) -> None:
    app = open_page("digits", {"split": share, "samples": "40"})
    app.session_state["digit_story"] = True
    app.run()
    (split,) = (text.value for text in app.markdown if text.value.startswith("**4. Split.**"))
    assert said in split
