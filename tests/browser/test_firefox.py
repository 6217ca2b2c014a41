"""The live page's core story in Firefox: it learns, moves under the keys, starts anew, pauses, goes on."""

from __future__ import annotations

import pytest

from benchmarks.serve import Playground
from tests.browser.firefox import Firefox, firefox, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

FIREFOX = installed()
DATA = """document.querySelector('[data-testid="live-view"]')?.dataset"""
ARROW_RIGHT = "\ue014"


def story(browser: Firefox, site: str) -> None:
    browser.open(f"{site}/logic_gates?speed=max")
    browser.until(f"{DATA}?.state === 'finished'")
    first = browser.ask(f"{DATA}.run")
    browser.press("e")
    assert browser.ask("document.activeElement.dataset.testid") == "eta"
    browser.press(ARROW_RIGHT)
    browser.until(f"{DATA}.run !== '{first}' && {DATA}.state === 'finished'")
    assert float(browser.ask(f"{DATA}.eta")) > 0.1
    second = browser.ask(f"{DATA}.run")
    browser.press("n")
    browser.until(f"{DATA}.run !== '{second}' && {DATA}.state === 'finished'")
    browser.until("new URLSearchParams(location.search).get('seed') === '2'")
    assert "Learned" in browser.ask("document.querySelector('.nnp-say').textContent")
    assert browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


if FIREFOX is not None:

    def test_a_network_learns_in_firefox(server: Playground) -> None:
        with firefox(str(FIREFOX)) as browser:
            story(browser, server.url)
