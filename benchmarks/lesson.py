"""How fast and how calm a lesson goes on, in a headless Chromium: ``python -m benchmarks lesson``.

Milliseconds from Page Down to the frame in which the next screen is seen, and to the first frame of its
moving run, over the lecture's lesson; the recording of the same steps must hold no picture whose mean
brightness leaves that of both neighbours by more than a third. The next screen is made ready while the
present one is shown: each step waits for that, as a lecturer who speaks does.
"""

from __future__ import annotations

import base64
import io
import statistics
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from benchmarks import command
from benchmarks.serve import Playground, browser

SCREEN: Final = {"width": 1280, "height": 720}
PATIENCE_MS: Final = 120_000
LIMIT_MS: Final = 300.0
SHARE: Final = 1 / 3

# In every frame of the page: keys are noted by one clock, and so is the drawing that shows a screen.
PROBE: Final = """
const now = () => performance.timeOrigin + performance.now();
const marks = window === top ? (window.marks = []) : null;
const note = (what, at) => top.marks?.push([what, at]);
addEventListener('keydown', (event) => event.key === 'PageDown' && note('key', now()), true);
if (marks) addEventListener('DOMContentLoaded', () => {
    let shown;
    const turn = () => {
        const { shown: is } = document.body.dataset;
        const seen = document.querySelector('.nnl-seen')?.contentDocument;
        const view = seen?.querySelector('[data-testid="live-view"]');
        if (is && is !== shown) {
            shown = is;
            const channel = new MessageChannel();  // told after the picture in which it is first seen
            channel.port1.onmessage = () => note('seen ' + is, now());
            channel.port2.postMessage(0);
        }
        const moves = view && Number(view.dataset.epoch) > 0;
        if (moves && marks.moving !== is) note('moves ' + (marks.moving = is), now());
        requestAnimationFrame(turn);
    };
    turn();
});
"""


def go_through(page: Any, url: str, steps: int) -> list[list[Any]]:
    """Go through the lesson, and return what was noted."""
    page.add_init_script(PROBE)
    page.goto(f"{url}/show/lecture")
    screen = 1
    for _ in range(steps):
        wait(page, f"document.body.dataset.prepared === '{screen}'")
        page.keyboard.press("PageDown")
        if page.evaluate("document.body.dataset.wanted") == str(screen):  # that was the reveal
            wait(page, f"marks.moving === '{screen}'")
            page.evaluate("marks.push(['revealed', 0])")
            page.keyboard.press("PageDown")
        screen += 1
        wait(page, f"document.body.dataset.shown === '{screen}'")
    wait(page, f"marks.some(([what]) => what === 'seen {screen}')")
    return page.evaluate("marks")


def wait(page: Any, condition: str) -> None:
    """Wait until something holds in the page."""
    page.wait_for_function(condition, timeout=PATIENCE_MS)


def delays(marks: Sequence[Sequence[Any]], what: str) -> dict[str, float]:
    """Return the milliseconds from each key to what it led to, by screen."""
    found: dict[str, float] = {}
    for index, (name, at) in enumerate(marks):
        if name.split()[0] == what:
            keys = [when for before, when in marks[:index] if before == "key"]
            found |= {name.split()[1]: at - keys[-1]} if keys else {}
    return found


def brightness(picture: str) -> float:
    """Return the mean brightness of a recorded picture, 0 to 255."""
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        return float(np.asarray(image.convert("L")).mean())


def flashes(levels: Sequence[float]) -> list[int]:
    """Return the pictures whose brightness leaves that of both neighbours by more than a third.

    Examples
    --------
    >>> flashes([200, 201, 90, 200]), flashes([200, 200, 90, 90]), flashes([30, 250, 30])
    ([2], [], [1])
    """
    triples = zip(levels, levels[1:], levels[2:], strict=False)
    return [
        place
        for place, (before, level, after) in enumerate(triples, start=1)
        if min(abs(level - before) / before, abs(level - after) / after) > SHARE
    ]


def record(page: Any) -> tuple[Any, list[str]]:
    """Record what is on the screen, at most thirty pictures a second."""
    pictures: list[str] = []
    session = page.context.new_cdp_session(page)

    def keep(event: Any) -> None:
        pictures.append(event["data"])
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 40, "maxWidth": 320, "maxHeight": 180})
    return session, pictures


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a limit is not kept."""
    parser = command("lesson", __doc__)
    parser.add_argument("--quick", action="store_true", help="three steps: only look whether it runs")
    parser.add_argument("--steps", type=int, default=20, help="steps through the lesson")
    parser.add_argument("--dark", action="store_true", help="with the dark theme")
    options = parser.parse_args(arguments)
    steps = 3 if options.quick else options.steps
    with Playground() as server, browser() as chromium:
        scheme = "dark" if options.dark else "light"
        page = chromium.new_context(viewport=SCREEN, color_scheme=scheme).new_page()
        session, pictures = record(page)
        marks = go_through(page, server.url, steps)
        session.send("Page.stopScreencast")
    seen, moves = delays(marks, "seen"), delays(marks, "moves")
    print(f"{steps} steps of the lecture's lesson, 1280x720, {scheme}; milliseconds from Page Down")
    for name, values in (("next screen seen", seen), ("its run moves", moves)):
        slowest = max(values, key=values.__getitem__)
        median = statistics.median(values.values())
        print(f"  {name:18}median {median:5.0f}   most {values[slowest]:5.0f} (screen {slowest})")
    shown = pictures[first_whole(pictures) :]
    amiss = flashes([brightness(picture) for picture in shown])
    print(f"  {len(shown)} pictures recorded, {len(amiss)} flashes")
    return int(max(seen.values()) > LIMIT_MS or bool(amiss))


def first_whole(pictures: Sequence[str]) -> int:
    """Return the first picture in which the first screen is there: before it, the page is empty."""
    levels = [brightness(picture) for picture in pictures[:200]]
    changes = [place for place in range(1, len(levels)) if abs(levels[place] - levels[place - 1]) > 1]
    return changes[0] if changes else 0
