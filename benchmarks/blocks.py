"""How soon the building blocks follow a key: the sliders of the schedulers, a weight set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FAST_MS = 80.0
GOOD_MS = 150.0
WAIT_MS = 10_000

# Notes when the next key is pressed, and resolves when the block has drawn another value of one of its facts.
_WATCH = """([kind, fact]) => {
    const roots = [...document.querySelectorAll('div')].map((node) => node.shadowRoot).filter(Boolean);
    const block = roots.map((root) => root.querySelector(`[data-testid="block-${kind}"]`)).find(Boolean);
    const read = () => (fact === 'drawing' ? block.querySelector('svg').textContent : block.dataset[fact]);
    const before = read();
    const note = { capture: true, once: true };
    const key = new Promise((told) => addEventListener('keydown', (event) => told(event.timeStamp), note));
    window.__drawn = new Promise((told) => {
        const look = new MutationObserver(async () => {
            if (read() === before) return;
            look.disconnect();
            const drawn = performance.now();
            const at = await key;
            requestAnimationFrame(() => setTimeout(() => told([drawn - at, performance.now() - at]), 0));
        });
        look.observe(block, { attributes: true, childList: true, subtree: true });
    });
}"""


@dataclass(frozen=True)
class Handle:
    """A slider to be moved by arrow keys."""

    name: str
    address: str
    """Parameters of the page."""
    kind: str
    fact: str
    """`kind` and `fact`: the block, and what of it changes with the picture."""
    slider: str
    """Its test id."""
    goal: float
    """Milliseconds."""
    first: str = ""
    """What is clicked before, as a selector; nothing when empty."""


_RACE = "block=schedulers&landscape=rosenbrock"
HANDLES = (
    Handle("learning rate", _RACE, "paths", "eta", "walk-eta", FAST_MS),
    Handle("momentum", _RACE, "paths", "momentum", "walk-momentum", GOOD_MS),
    Handle(
        "weight", "block=backprop&stage=10", "backprop", "drawing", "weight", GOOD_MS,
        first='[data-weight="w1_11"]',
    ),
)  # fmt: skip


def slider_delays(
    chrome: Any, url: str, *, rounds: int, screen: dict[str, int]
) -> Iterator[tuple[Handle, list[float], list[float]]]:
    """Yield for each handle the milliseconds from key to drawn and to painted picture.

    `url` is the home page. One more key than `rounds` is pressed before, as a lecturer's first touch does.
    """
    for handle in HANDLES:
        context = chrome.new_context(viewport=screen)
        try:
            page = context.new_page()
            page.goto(f"{url}/building_blocks?{handle.address}")
            page.locator(f'[data-testid="block-{handle.kind}"]').wait_for()
            if handle.first:
                page.locator(handle.first).click()
            slider = page.get_by_test_id(handle.slider)
            slider.focus()
            hits = []
            for turn in range(rounds + 1):
                page.evaluate(_WATCH, [handle.kind, handle.fact])
                page.keyboard.press("ArrowLeft" if turn % 2 == 0 else "ArrowRight")
                hits.append(page.evaluate("window.__drawn"))
                # The address follows a little later; the next key is not to be measured together with that.
                page.wait_for_load_state("networkidle", timeout=WAIT_MS)
            yield handle, [drawn for drawn, _ in hits[1:]], [painted for _, painted in hits[1:]]
        finally:
            context.close()
