"""One server and one Chromium for all browser tests of a worker; a fresh profile for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.serve import Playground
from tests.browser.view import LiveView

SCREEN = {"width": 1280, "height": 720}

# Chromium reports these although nothing is amiss: Streamlit looks for its own routes below the page's
# address first, and a server that is down cannot be reached.
HARMLESS = (
    "404 (Not Found)",
    "ERR_CONNECTION_REFUSED",
    "WebSocket",
    "net::ERR_",
    "502",
    "503",
    "Client Error",
    "Failed to fetch dynamically imported module",
    "timed out",
    "not responding",
    "disconnected from server",
)


@pytest.fixture(scope="session")
def server() -> Iterator[Playground]:
    """A running playground."""
    with Playground() as started:
        yield started


Open = Callable[..., LiveView]


@pytest.fixture
def open_view(chromium: Any, server: Playground) -> Iterator[Open]:
    """Open an address in a tab of its own profile; the test fails if a page reported an error meanwhile."""
    contexts: list[Any] = []
    faults: list[str] = []

    def note(text: str) -> None:
        if not any(part in text for part in HARMLESS):
            faults.append(text)

    def open_it(address: str, *, at: Playground | None = None, **options: Any) -> LiveView:
        context = chromium.new_context(viewport=SCREEN, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda message: note(message.text) if message.type == "error" else None)
        page.goto(f"{(at or server).url}/{address}")
        return LiveView(page)

    yield open_it
    for context in contexts:
        context.close()
    assert faults == [], faults
