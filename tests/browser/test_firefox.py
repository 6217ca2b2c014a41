"""The core story of the live pages and of the strip in Firefox: runs, keys, new starts, the address."""

from __future__ import annotations

import pytest

from benchmarks.serve import Playground
from tests.browser.firefox import Firefox, firefox, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

FIREFOX = installed()
DATA = """document.querySelector('[data-testid="live-view"]')?.dataset"""
QUIET = """document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'"""
ARROW_RIGHT = "\ue014"


LIVE = ("digits?epochs=1", "patterns?epochs=20", "regression?epochs=20", "own_data?epochs=20")
STRIP = """document.querySelector('[data-testid="strip-view"]')?.dataset"""


def story(browser: Firefox, address: str) -> None:
    """A run that ends, another under the arrow key and a new start, both of which reach the address."""
    browser.open(address)
    browser.until(f"{DATA}?.state === 'finished' && {QUIET}")
    first, eta = browser.ask(f"{DATA}.run"), float(browser.ask(f"{DATA}.eta"))
    browser.press("e")
    browser.until("document.activeElement.dataset.testid === 'eta'")
    browser.press(ARROW_RIGHT)
    browser.until(f"{DATA}.run !== '{first}' && {DATA}.state === 'finished'")
    assert float(browser.ask(f"{DATA}.eta")) > eta
    browser.until(QUIET)
    second = browser.ask(f"{DATA}.run")
    browser.press("n")
    browser.until(f"{DATA}.run !== '{second}' && {DATA}.state === 'finished'")
    browser.until("new URLSearchParams(location.search).get('seed') === '2'")
    assert browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def two(browser: Firefox, address: str) -> None:
    """Two side by side by key, one of them moved, then in each other's place, and one again."""
    words = "document.querySelector('[data-testid=apart]')?.textContent"
    browser.open(address)
    browser.until(f"{DATA}?.state === 'finished' && {QUIET}")
    browser.press("t")
    browser.until(f"{DATA}.beside === {DATA}.epoch && {words}.startsWith('the same') && {QUIET}")
    browser.press("e")
    browser.until("document.activeElement.dataset.testid === 'eta'")
    browser.press(ARROW_RIGHT)
    browser.until(f"{words}.startsWith('learning rate 0.1 | ') && {QUIET}")
    eta = browser.ask(f"{DATA}.eta")
    browser.until(f"location.search.includes('b.eta={eta}')")
    browser.press("x")
    browser.until(f"{words} === 'learning rate {eta} | 0.1' && {DATA}.beside === {DATA}.epoch && {QUIET}")
    assert browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    browser.press("t")
    browser.until(f"!('beside' in {DATA}) && !location.search.includes('b.')")


def strip(browser: Firefox, address: str) -> None:
    """A sweep that ends, its marker moved by a key, and another start."""
    browser.open(address)
    browser.until(f"{STRIP}?.state === 'done' && {STRIP}.fresh === 'false' && {QUIET}")
    eta, job = float(browser.ask(f"{STRIP}.eta")), browser.ask(f"{STRIP}.job")
    browser.press("e")
    browser.until("document.activeElement.dataset.testid === 'eta'")
    browser.press(ARROW_RIGHT)
    browser.until(f"Number({STRIP}.eta) > {eta} && {QUIET}")
    browser.press("n")
    browser.until(f"{STRIP}.job !== '{job}' && {STRIP}.state === 'done' && {STRIP}.fresh === 'false'")
    browser.until("new URLSearchParams(location.search).get('seed') === '2'")


if FIREFOX is not None:

    def test_networks_learn_in_firefox(server: Playground) -> None:
        with firefox(str(FIREFOX)) as browser:
            story(browser, f"{server.url}/logic_gates?speed=max")
            assert "Learned" in browser.ask("document.querySelector('.nnp-say').textContent")
            two(browser, f"{server.url}/logic_gates?speed=max")
            for page in LIVE:
                story(browser, f"{server.url}/{page}&speed=max")
            strip(browser, f"{server.url}/learning_rate?rates=9&starts=2&epochs=40&seed=1")
