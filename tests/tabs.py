"""Tabs of one browser that tests take and give back: a page opens in half the time where another has been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

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
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


class Tabs:
    """The tabs of a browser, each in a profile of its own: of two in one window, one would not be drawn.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    """

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.free: list[Any] = []

    def take(self, **options: Any) -> Any:
        """Give a tab: one that was used before, or where there is none or it takes options, a new one."""
        if options or not self.free:
            # The certificates of the tests vouch for themselves.
            profile = self.browser.new_context(viewport=SCREEN, ignore_https_errors=True, **options)
            return profile.new_page()
        page = self.free.pop()
        page.set_viewport_size(SCREEN)
        page.emulate_media(color_scheme="light")
        page.mouse.move(0, 0)  # where it rested last a tooltip may open over what is to be pressed
        return page

    def give_back(self, page: Any, *, usual: bool) -> None:
        """End what the tab shows, and keep it where it is like any other."""
        if not usual or page.is_closed():
            page.context.close()
            return
        page.goto("about:blank")
        page.context.clear_cookies()
        self.free.append(page)

    @contextmanager
    def opener(self, patience_ms: int, *, console: bool = True) -> Iterator[Callable[..., Any]]:
        """Yield what opens an address in a tab as if the browser had never been there.

        Every tab is given back at the end. A page that reported an error meanwhile fails the test, by an
        exception or, where `console` says so, in its console.
        """
        taken: list[tuple[Any, bool]] = []
        faults: list[str] = []

        def note(text: str) -> None:
            if not any(part in text for part in HARMLESS):
                faults.append(text)

        def on_error(error: Any) -> None:
            note(str(error))

        def on_console(message: Any) -> None:
            if console and message.type == "error":
                note(message.text)

        def open_it(site: str, address: str, **options: Any) -> Any:
            page = self.take(**options)
            taken.append((page, not options))
            page.set_default_timeout(patience_ms)
            page.goto(f"{site}/_stcore/health")
            page.evaluate(FORGET)
            page.on("pageerror", on_error)
            page.on("console", on_console)
            page.goto(f"{site}/{address}")
            return page

        try:
            yield open_it
        finally:
            for page, usual in taken:
                page.remove_listener("pageerror", on_error)
                page.remove_listener("console", on_console)
                self.give_back(page, usual=usual)
        assert faults == [], faults
