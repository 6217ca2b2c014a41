"""README's first picture, made anew: the marker of the learning rate is dragged, and all panels follow.

``python -m benchmarks animation`` starts the playground, drags the marker there and back as a hand would and
writes ``docs/logic_gates.webp``, an animation that is played three times.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from benchmarks.serve import Playground, browser

PICTURE: Final = Path(__file__).parents[1] / "docs" / "logic_gates.webp"
ADDRESS: Final = "logic_gates?speed=max"
SCREEN: Final = {"width": 1280, "height": 720}
SHOWN: Final = 960
"""Width of the animation in pixels."""
MOST_BYTES: Final = 1_500_000
STEPS: Final = 36
"""Pictures on the way; there and back again."""
STILL_MS: Final = 1200
MOVING_MS: Final = 90
LOWEST, HIGHEST = 0.30, 0.80
"""How far the marker goes, as shares of the slider: from slow through learned to where it bounces."""
FINISHED: Final = "document.querySelector('[data-testid=\"live-view\"]').dataset.state !== 'playing'"
PLACE: Final = """(() => {
    const { min, max, valueAsNumber } = document.querySelector('[data-testid="eta"]');
    return (valueAsNumber - min) / (max - min);
})()"""
TWO_FRAMES: Final = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def frames(page: Any) -> list[Image.Image]:
    """Drag the marker to and fro, and return the screen at every place of it."""
    box = page.get_by_test_id("eta").bounding_box()
    across = 0.5 + 0.5 * np.sin(2 * np.pi * np.arange(STEPS) / STEPS)
    places = box["x"] + box["width"] * (LOWEST + (HIGHEST - LOWEST) * across)
    height = box["y"] + box["height"] / 2
    start = box["x"] + box["width"] * float(page.evaluate(PLACE))
    page.mouse.move(start, height)
    page.mouse.down()
    taken = [picture(page)]
    for place in places:
        page.mouse.move(place, height)
        page.evaluate(TWO_FRAMES)
        page.wait_for_function(FINISHED)
        taken.append(picture(page))
    page.mouse.up()
    return taken


def picture(page: Any) -> Image.Image:
    """Return what the window shows, as wide as the animation."""
    screen = Image.open(io.BytesIO(page.screenshot()))
    size = (SHOWN, SHOWN * screen.height // screen.width)
    return screen.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def main(arguments: Sequence[str] = ()) -> None:
    """Write the animation; there are no arguments.

    Raises
    ------
    RuntimeError
        If the file comes out larger than a README should load.
    """
    with Playground() as server, browser() as chromium:
        page = chromium.new_page(viewport=SCREEN, color_scheme="light")
        page.goto(f"{server.url}/{ADDRESS}")
        page.locator('[data-testid="live-view"][data-state="finished"]').wait_for()
        page.locator('[data-testid="panel-loss"] .js-line').first.wait_for(state="attached")
        page.locator('[data-test-script-state="notRunning"]').wait_for()
        first, *others = frames(page)
    durations = [STILL_MS] + [MOVING_MS] * len(others)
    look = {"quality": 75, "method": 5, "loop": 3, "minimize_size": True}
    first.save(PICTURE, save_all=True, append_images=others, duration=durations, **look)
    size = PICTURE.stat().st_size
    if size > MOST_BYTES:
        raise RuntimeError(f"The animation must have at most {MOST_BYTES} bytes; it has {size}.")
    print(f"{PICTURE.name}: {len(durations)} pictures, {size} bytes.")
