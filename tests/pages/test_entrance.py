"""The page that every address answers with, and addresses that are nearly right."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from streamlit.file_util import get_static_dir

from ui.app import entrance
from ui.shared.navigation import ENTRIES, Entry
from ui.streamlit_internals import from_here, index_page
from ui.web.addresses import assets


def ask(path: str, query: str = "", method: str = "GET") -> tuple[int, dict[str, str], str]:
    """Return status, headers and text that the entrance answers, as a server would ask for them."""
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    app = Starlette(routes=entrance.routes())
    with ThreadPoolExecutor(1) as thread:  # a browser test may have left its loop in this one
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]).decode()


def address_of(entry: Entry) -> str:
    return "/" if entry is ENTRIES[0] else f"/{entry.name}"


def test_streamlits_page_is_kept_but_for_title_and_a_script_before_and_after_its_own() -> None:
    text = ask("/digits", "data=digits")[2]
    title, first, last = (
        "<title>Digits · Neural network playground</title>",
        "/frame/frame.js",
        "modulepreload",
    )
    own = [line for line in text.splitlines() if first in line or ("<script" in line and last in line)]
    lines = [line for line in text.splitlines() if line not in own]
    assert len(lines) == len(text.splitlines()) - 2
    assert "\n".join(lines).replace(title, "<title>Streamlit</title>") == index_page().rstrip("\n")
    assert text.index(from_here()) < text.index(first) < text.index('src="./static/js/') < text.index(own[-1])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_what_is_fetched_ahead_is_there_and_none_of_what_streamlits_page_names_itself(entry: Entry) -> None:
    script = next(line for line in ask(address_of(entry))[2].splitlines() if "fetchPriority" in line)
    addresses = json.loads(script[script.index("[") : script.index("]") + 1])
    assert addresses == list(dict.fromkeys(addresses))
    own = [address for address in addresses if address.startswith("./static/")]
    assert any("/BidiComponent." in address for address in own)
    assert all((Path(get_static_dir()) / address).is_file() for address in own)
    assert not any(address in index_page() for address in own)
    for address in addresses[len(own) :]:
        version, name = address.removeprefix("/live/web/").split("/", 1)
        assert assets().answer(version, name, {}).status_code == 200


@pytest.mark.parametrize(("page", "count"), [("logic_gates", 1), ("own_data", 1), ("building_blocks", 0)])
def test_the_library_of_charts_is_read_before_the_view_asks_for_it_where_there_are_charts(
    page: str, count: int
) -> None:
    script = ask(f"/{page}")[2].partition("requestIdleCallback")[2].partition("</script>")[0]
    charts = json.loads(script[script.index("[") : script.index("]") + 1])
    assert len(charts) == count
    for address in charts:
        version, name = address.removeprefix("/live/web/").split("/", 1)
        assert assets().answer(version, name, {}).status_code == 200


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_page_has_its_own_title_from_the_first_moment(entry: Entry) -> None:
    assert f"<title>{entry.title} ·" in ask(address_of(entry))[2]
    assert ask(address_of(entry), method="HEAD")[0] == 200


def test_the_root_is_home() -> None:
    assert "<title>Home ·" in ask("/")[2]


def test_other_capitals_lead_to_the_page_with_all_that_was_asked() -> None:
    status, headers, _ = ask("/Logic_Gates", "data=and&eta=0,1")
    assert (status, headers["location"]) == (307, "/logic_gates?data=and&eta=0,1")
    # A phone's and a lesson's: written as ours, they are answered before these.
    assert ask("/Room/ABC-D2")[1]["location"] == "/room/abc-d2"
    assert [ask(path)[1]["location"] for path in ("/Show", "/SHOW/Lecture")] == ["/show", "/show/lecture"]


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("/home", "/"),
        ("/Home", "/"),
        ("/logic-gates", "/logic_gates"),
        ("/LearningRate", "/learning_rate"),
        ("/own data", "/own_data"),
        ("/Building-Blocks", "/building_blocks"),
    ],
)
def test_a_page_written_in_another_way_is_found(written: str, page: str) -> None:
    status, headers, _ = ask(written, "data=and")
    assert (status, headers["location"]) == (307, f"{page}?data=and")
    assert ask(page)[0] == 200


def test_below_a_sub_path_the_addresses_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "base_path", lambda: "/nn")
    assert ask("/nn/DIGITS")[1]["location"] == "/nn/digits"
    assert ask("/nn/home")[1]["location"] == "/nn/"
    assert [ask(path)[0] for path in ("/nn/digits", "/nn/", "/digits")] == [200, 200, 404]


def test_what_is_no_page_is_left_to_streamlit() -> None:
    assert [ask(path)[0] for path in ("/static/index.js", "/digits/more", "/nothing")] == [404] * 3
