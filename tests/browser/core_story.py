"""What every browser must do: networks that learn, keys, new starts, a sweep, and every other page drawn."""

from __future__ import annotations

from typing import Any, Protocol

DATA = """document.querySelector('[data-testid="live-view"]')?.dataset"""
STRIP = """document.querySelector('[data-testid="strip-view"]')?.dataset"""
QUIET = """document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'"""
ADDRESS = "new URLSearchParams(location.search)"
ARROW_RIGHT = "\ue014"

GATES = "logic_gates?speed=max"
LIVE = ("digits?epochs=1", "patterns?epochs=20", "regression?epochs=20", "own_data?epochs=20")
SWEEP = "learning_rate?rates=9&starts=2&epochs=40&seed=1"


def drawn_as(name: str) -> str:
    """Return the expression that finds a view by its test id, in the page or in the shadow of a component."""
    roots = "[document, ...[...document.querySelectorAll('*')].map((one) => one.shadowRoot).filter(Boolean)]"
    return f"""{roots}.map((one) => one.querySelector('[data-testid="{name}"]')).find(Boolean)"""


# Pages without a run of their own, and what says that they are drawn.
OTHERS = {
    "": (
        "[...document.querySelectorAll('.nn-run-card')].slice(0, 1)"
        ".some((one) => (one.scrollIntoView(), one.complete && one.naturalWidth))"
    ),
    "building_blocks": drawn_as("block-activation"),
    "building_blocks?block=schedulers": f"{drawn_as('block-paths')}?.dataset.playing",
    "frameworks?data=XOR&epochs=20": f"{drawn_as('compare-view')}?.dataset.state === 'complete'",
    "room": """document.querySelector('[data-testid="room-open"]')""",
    "lesson": "document.querySelector('.st-key-copy_lecture')",
}


class Tab(Protocol):
    """What these stories ask of a browser."""

    def open(self, address: str) -> None:
        """Open an address."""

    def ask(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to."""

    def until(self, condition: str) -> None:
        """Wait until an expression is true."""

    def press(self, key: str) -> None:
        """Press a key and let it go."""


def fits(browser: Tab) -> None:
    """Nothing is wider than the window."""
    assert browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def run(browser: Tab, address: str) -> None:
    """A run that ends, another under the arrow key and a new start, both of which reach the address."""
    browser.open(address)
    browser.until(f"{DATA}?.state === 'finished' && {QUIET}")
    first, eta = browser.ask(f"{DATA}.run"), float(browser.ask(f"{DATA}.eta"))
    browser.press("e")
    browser.until("document.activeElement.dataset.testid === 'eta'")
    browser.press(ARROW_RIGHT)
    browser.until(f"{DATA}.run !== '{first}' && {DATA}.state === 'finished'")
    moved = browser.ask(f"{DATA}.eta")
    assert float(moved) > eta
    # In the moment in which the rate is told to the script: neither is lost, and a run has both.
    browser.press("n")
    browser.until(f"{ADDRESS}.get('seed') === '2' && Number({ADDRESS}.get('eta')) === {moved}")
    browser.until(f"{DATA}.about.includes(', seed 2, ') && {DATA}.eta === '{moved}'")
    browser.until(f"{DATA}.state === 'finished'")
    fits(browser)


def two(browser: Tab, address: str) -> None:
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
    browser.until(f"location.search.includes('b.eta={eta}') && {QUIET}")
    browser.press("x")
    browser.until(f"{words} === 'learning rate {eta} | 0.1' && {DATA}.beside === {DATA}.epoch && {QUIET}")
    fits(browser)
    browser.press("t")
    browser.until(f"!('beside' in {DATA}) && !location.search.includes('b.')")


def sweep(browser: Tab, address: str) -> None:
    """A sweep that ends, its marker moved by a key, and another start."""
    browser.open(address)
    browser.until(f"{STRIP}?.state === 'done' && {STRIP}.fresh === 'false' && {QUIET}")
    eta, job = float(browser.ask(f"{STRIP}.eta")), browser.ask(f"{STRIP}.job")
    browser.press("e")
    browser.until("document.activeElement.dataset.testid === 'eta'")
    browser.press(ARROW_RIGHT)
    browser.until(f"Number({STRIP}.eta) > {eta}")
    moved = browser.ask(f"{STRIP}.eta")
    browser.press("n")
    browser.until(f"{ADDRESS}.get('seed') === '2' && Number({ADDRESS}.get('eta')) === {moved}")
    browser.until(f"{STRIP}.job !== '{job}' && {STRIP}.state === 'done' && {STRIP}.fresh === 'false'")
    browser.until(f"{STRIP}.eta === '{moved}'")
    fits(browser)


def check_story(browser: Tab, server: str) -> None:
    """All of it, at the address of a playground."""
    run(browser, f"{server}/{GATES}")
    browser.until("document.querySelector('.nnp-say').textContent.includes('Learned')")
    two(browser, f"{server}/{GATES}")
    for page in LIVE:
        run(browser, f"{server}/{page}&speed=max")
    sweep(browser, f"{server}/{SWEEP}")
    for page, drawn in OTHERS.items():
        browser.open(f"{server}/{page}")
        browser.until(f"Boolean({drawn}) && {QUIET}")
        fits(browser)
