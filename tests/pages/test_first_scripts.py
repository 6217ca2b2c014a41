"""Streamlit's own scripts that pages begin with are its files, compressed for whoever can read it."""

from __future__ import annotations

import asyncio
import gzip
import re
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response

from ui.app import first_scripts
from ui.app.entrance import ahead
from ui.app.first_scripts import FirstScripts
from ui.streamlit_internals import browser_side, index_page


def ask(app: FirstScripts, path: str, method: str = "GET", **headers: str) -> Response:
    """Return what is answered to a request with these headers."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app({"type": "http", "method": method, "path": path, "headers": raw}, receive, send))
    given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Response(sent[1]["body"], status_code=sent[0]["status"], headers=given)


STREAMLIT = PlainTextResponse("Streamlit's own answer")


def test_all_that_a_page_begins_with_is_its_file_compressed_for_whoever_reads_it() -> None:
    app = FirstScripts(STREAMLIT)
    named = re.findall(r'(?:src|href)="\.(/static/(?:js|css)/[^"]+)"', index_page())
    fetched = [address[1:] for address in ahead("own_data") if address.startswith("./static/")]
    assert len(named) > 50
    assert len(fetched) > 2
    for path in (*named, *fetched):
        file = (browser_side() / path[1:]).read_bytes()
        plain, zipped = ask(app, path), ask(app, path, accept_encoding="gzip, br")
        assert plain.body == gzip.decompress(bytes(zipped.body)) == file
        assert plain.headers["content-type"].split(";")[0] in ("text/javascript", "text/css")
        assert "immutable" in zipped.headers["cache-control"]
        assert "content-encoding" not in plain.headers
        assert ask(app, path, if_none_match=plain.headers["etag"]).status_code == 304


def test_all_else_is_left_to_streamlit() -> None:
    app = FirstScripts(STREAMLIT)
    script = next(iter(first_scripts.first_scripts()))
    for path in ("/static/js/nothing.js", "/", "/_stcore/health", f"/nn{script}", f"{script}/.."):
        assert ask(app, path).body == STREAMLIT.body
    assert ask(app, script, "HEAD").body == STREAMLIT.body


def test_below_a_sub_path_their_addresses_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    script = next(iter(first_scripts.first_scripts()))
    monkeypatch.setattr(first_scripts, "base_path", lambda: "/nn")
    app = FirstScripts(STREAMLIT)
    assert ask(app, f"/nn{script}").headers["content-type"].startswith("text/")
    assert ask(app, f"/nn{script}").body != STREAMLIT.body
    assert ask(app, script).body == STREAMLIT.body
