"""One server for all browser tests of a worker, and tabs that open its pages as if for the first time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from benchmarks.serve import Playground
from tests.browser.view import PATIENCE_MS, LiveView
from tests.tabs import Tabs

# Playwright's own 5 seconds are fewer than a script run takes a busy machine; all else here waits so long.
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server() -> Iterator[Playground]:
    """A running playground."""
    with Playground() as started:
        yield started


Open = Callable[..., LiveView]


@pytest.fixture
def open_view(tabs: Tabs, server: Playground) -> Iterator[Open]:
    """Open an address in a tab that remembers nothing; the test fails if a page reported an error."""
    with tabs.opener(PATIENCE_MS) as opened:

        def open_it(address: str, *, at: Playground | None = None, **options: Any) -> LiveView:
            return LiveView(opened((at or server).url, address, **options))

        yield open_it
