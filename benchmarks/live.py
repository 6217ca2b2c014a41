"""How live the playground is, in a headless Chromium: ``python -m benchmarks live``.

Frames a second, milliseconds from a key to the first frame of the new run, seconds from the address to
the first drawn training frame, epochs a second at full speed: on each page, median of ten. Before each page
an empty one is drawn, of whose frames 0.93 are wanted, and a loop of arithmetic tells how fast the machine
was just then.
``--pages patterns own_data`` measures these pages alone. Screenshots go to ``benchmarks/results/``.

With ``--busy`` an endless loop runs on every core beside all of it, so that half the machine is left: frames
and the answer of Streamlit's own controls alone are measured then.

With ``--tensorflow-playground PATH`` the frames of a build of TensorFlow Playground (the folder that holds
its ``index.html``) are drawn before each page in place of the empty one's.
"""

from __future__ import annotations

import functools
import http.server
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import command
from benchmarks.blocks import slider_delays
from benchmarks.serve import Playground, browser

RESULTS = Path(__file__).resolve().parent / "results"
PROBE = Path(__file__).resolve().parent / "probe.js"
SCREEN = {"width": 1280, "height": 720}
VIEW = '[data-testid="live-view"]'
KEY_LIMIT_MS = 5000
STRETCH_MS = 2000
LOOP = 1_000_000
LEAST_OF_FRAMES = 0.93
"""Part of the frames that are drawn just before a page, which its own must reach."""
BUSY_FRAMES = 28.0
FIRST_FRAME_SECONDS = 1.4
PAINTED_MS = {"learning rate": 50.0, "first width": 100.0}
"""Milliseconds from a key on a control to the new run's first frame, painted."""
ANSWER_MS = 200.0
"""Milliseconds in which Streamlit's own controls answer, and a width is painted, at half the speed."""


@dataclass(frozen=True)
class Subject:
    """A page to be measured."""

    name: str
    """Its address."""
    steady: str
    """Parameters for a run that lasts."""
    fast: str
    """Parameters for a run at full speed that lasts."""
    epochs_goal: float | None = None
    """Epochs a second wanted at full speed while drawn."""
    trains: bool = True
    """Whether it has a live view; the building blocks are measured by their own sliders."""


SUBJECTS = (
    Subject("logic_gates", "data=XOR&epochs=100000&speed=1", "data=XOR&epochs=100000&speed=max", 5000),
    Subject("digits", "data=digits&epochs=5000&speed=1", "data=digits&epochs=5000&speed=max", 40),
    Subject("patterns", "data=spiral&epochs=20000&speed=1", "data=spiral&epochs=20000&speed=max"),
    Subject("regression", "data=sine&epochs=50000&speed=1", "data=sine&epochs=50000&speed=max"),
    # A bare address shows the diabetes-like sample, read and made ready as a file of one's own is.
    Subject("own_data", "epochs=20000&speed=1", "epochs=20000&speed=max"),
    Subject("building_blocks", "", "", trains=False),
)


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, in which unit, and what is wanted."""

    name: str
    values: Sequence[float]
    unit: str
    goal: float | None
    most: bool
    """Whether `goal` is an upper bound."""

    @property
    def median(self) -> float:
        """Median of the values; NaN when nothing could be measured."""
        return statistics.median(self.values) if self.values else float("nan")

    @property
    def met(self) -> str:
        """Whether the median reaches the goal, in a word."""
        if self.goal is None:
            return ""
        return "met" if (self.median <= self.goal if self.most else self.median >= self.goal) else "MISSED"

    def line(self) -> str:
        """The figure as a row of a Markdown table."""
        goal = "" if self.goal is None else f"{'<=' if self.most else '>='} {self.goal:g}"
        spread = f"{min(self.values):.3g}-{max(self.values):.3g}" if self.values else "nothing measured"
        return f"| {self.name} | {self.median:.3g} {self.unit} | {spread} | {goal} | {self.met} |"


@contextmanager
def opened(chrome: Any, address: str) -> Iterator[Any]:
    """Open an address in a fresh profile (empty cache) and wait for the first drawn training frame."""
    context = chrome.new_context(viewport=SCREEN)
    try:
        page = context.new_page()
        page.add_init_script(path=str(PROBE))
        page.goto(address)
        page.wait_for_function("window.__probe && window.__probe.drawn.length > 0", timeout=60_000)
        yield page
    finally:
        context.close()


def first_frame(chrome: Any, server: Playground, subject: Subject, *, rounds: int) -> Figure:
    """Seconds from the address to the first drawn frame: warm server, empty cache."""
    values = []
    for _ in range(rounds):
        with opened(chrome, f"{server.url}/{subject.name}") as page:
            values.append(page.evaluate("window.__probe.drawn[0].at") / 1000)
    return Figure(f"{subject.name}: address to first frame", values, "s", FIRST_FRAME_SECONDS, most=True)


def frame_rate(chrome: Any, server: Playground, subject: Subject, *, rounds: int, least: float) -> Figure:
    """Drawn frames a second while training, of which `least` are wanted."""
    with opened(chrome, f"{server.url}/{subject.name}?{subject.steady}") as page:
        page.evaluate(f"window.__probe.rate({STRETCH_MS})")
        values = [page.evaluate(f"window.__probe.rate({STRETCH_MS})")["fps"] for _ in range(rounds)]
        page.screenshot(path=RESULTS / f"{subject.name}-training.png")
    return Figure(f"{subject.name}: drawn frames", values, "/s", least, most=False)


def full_speed(chrome: Any, server: Playground, subject: Subject, *, rounds: int) -> Figure:
    """Epochs a second at ``speed=max``, while drawn."""
    values = []
    for _ in range(rounds):
        with opened(chrome, f"{server.url}/{subject.name}?{subject.fast}") as page:
            values.append(page.evaluate("window.__probe.rate(1500)")["epochs"])
    return Figure(f"{subject.name}: epochs at full speed", values, "/s", subject.epochs_goal, most=False)


def key_delay(
    chrome: Any,
    server: Playground,
    subject: Subject,
    *,
    rounds: int,
    control: str,
    goal: float,
    lasts: bool = True,
) -> tuple[Figure, Figure]:
    """Milliseconds from an arrow key on a control to the new run's first frame, drawn and painted.

    `goal` is for the painted one: before that nobody sees it. A run that `lasts` begins anew; that with which
    a page opens is as a rule so short that its end is drawn.
    """
    drawn, painted = [], []
    name = subject.name if lasts else f"{subject.name} as it opens"
    with opened(chrome, f"{server.url}/{subject.name}?{subject.steady if lasts else ''}") as page:
        handle = page.locator(CONTROLS[control]).first
        handle.scroll_into_view_if_needed()
        handle.focus()
        for turn in range(rounds + 1):
            # Now and then: at one pace every key would meet what the last one had Streamlit draw.
            page.evaluate(f"window.__probe.rate({STRETCH_MS // 4 + 100 * (turn % 8)})")
            page.keyboard.press("ArrowRight" if turn % 2 == 0 else "ArrowLeft")
            hit = page.evaluate(f"window.__probe.afterKey({KEY_LIMIT_MS})")
            # The first press warms up the view's code paths, as a lecturer's first touch does.
            if hit and turn:
                drawn.append(hit["drawn"])
                painted.append(hit["painted"])
        page.screenshot(path=RESULTS / f"{name}-after-{control}.png")
    return (
        Figure(f"{name}: {control} key to drawn frame", drawn, "ms", None, most=True),
        Figure(f"{name}: {control} key to painted frame", painted, "ms", goal, most=True),
    )


CONTROLS = {
    "learning rate": '[data-testid="eta"]',
    "first width": '.st-key-hidden_1 input[type="range"]',
}
FOLD, FOLDED = "More choices", ".st-key-init"


def answer_delay(chrome: Any, server: Playground, subject: Subject, *, rounds: int) -> Figure:
    """Milliseconds from a click on a fold of the side bar to its content, painted, beside a run."""
    values = []
    with opened(chrome, f"{server.url}/{subject.name}?{subject.steady}") as page:
        fold, content = page.get_by_text(FOLD, exact=True), page.locator(FOLDED)
        for turn in range(rounds + 1):
            page.evaluate(f"window.__probe.watch('{FOLDED}')")
            fold.click()
            page.wait_for_function("window.__probe.appeared !== null", polling=50)
            # The first click warms up the way, as a lecturer's first touch does.
            if turn:
                values.append(page.evaluate("window.__probe.appeared"))
            fold.click()
            content.wait_for(state="hidden")
    return Figure(
        f"{subject.name}: click on a fold of the side bar to its content", values, "ms", ANSWER_MS, True
    )


@contextmanager
def busy() -> Iterator[None]:
    """Run an endless loop on every core meanwhile."""
    cores = sorted(os.sched_getaffinity(0))
    code = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"
    loops = [subprocess.Popen([sys.executable, "-c", code, str(core)]) for core in cores]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def busy_figures(
    chrome: Any, server: Playground, rounds: int, *, subjects: Sequence[Subject] = SUBJECTS
) -> Iterator[Figure]:
    """Measure what has to hold at half the machine's speed."""
    for subject in subjects:
        if subject.trains:
            yield frame_rate(chrome, server, subject, rounds=rounds, least=BUSY_FRAMES)
            yield from key_delay(
                chrome, server, subject, rounds=rounds, control="first width", goal=ANSWER_MS
            )
            yield answer_delay(chrome, server, subject, rounds=rounds)


def block_delays(chrome: Any, server: Playground, rounds: int) -> Iterator[Figure]:
    """Milliseconds from an arrow key on a slider of the building blocks to the picture."""
    for handle, drawn, painted in slider_delays(chrome, server.url, rounds=rounds, screen=SCREEN):
        name = f"building_blocks: {handle.name} key to"
        yield Figure(f"{name} drawn picture", drawn, "ms", handle.goal, most=True)
        yield Figure(f"{name} painted picture", painted, "ms", None, most=True)


def control_rate(chrome: Any) -> Figure:
    """How often this browser draws an empty page: what the machine can give today."""
    context = chrome.new_context(viewport=SCREEN)
    page = context.new_page()
    page.add_init_script(path=str(PROBE))
    page.goto("data:text/html,<p>control</p>")
    values = [page.evaluate("window.__probe.idle(1000)") for _ in range(3)]
    context.close()
    return Figure("control: an empty page", values, "/s", None, most=False)


def control_loop(page: str) -> Figure:
    """How long the same arithmetic takes in this process: where it takes longer, the machine was slower."""
    values = []
    for _ in range(5):
        start = time.perf_counter()
        sum(number * number for number in range(LOOP))
        values.append(1000 * (time.perf_counter() - start))
    return Figure(f"control before {page}: a loop", values, "ms", None, most=True)


def tensorflow_playground(chrome: Any, folder: Path) -> Figure:
    """Frames a second of a build of TensorFlow Playground, by its own epoch counter."""
    handler = functools.partial(_Silent, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = chrome.new_context(viewport=SCREEN)
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/index.html")
        page.locator("#play-pause-button").click()
        count = """() => new Promise((resolve) => {
            let n = 0; const t = performance.now();
            const o = new MutationObserver(() => { n += 1; });
            const where = document.querySelector('#iter-number');
            o.observe(where, {childList: true, characterData: true, subtree: true});
            setTimeout(() => { o.disconnect(); resolve(1000 * n / (performance.now() - t)); }, 2000);
        })"""
        values = [page.evaluate(count) for _ in range(3)]
        page.screenshot(path=RESULTS / "tensorflow-playground.png")
    finally:
        context.close()
        server.shutdown()
    return Figure("TensorFlow Playground: drawn frames", values, "/s", None, most=False)


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Keep the table free of access lines."""


def figures(
    chrome: Any,
    server: Playground,
    rounds: int,
    *,
    subjects: Sequence[Subject] = SUBJECTS,
    reference: Callable[[Any], Figure],
) -> Iterator[Figure]:
    """Measure everything, page by page; before each page `reference`, whose frames it is held against."""
    for subject in subjects:
        yield control_loop(subject.name)
        if not subject.trains:
            yield from block_delays(chrome, server, rounds)
            continue
        yield first_frame(chrome, server, subject, rounds=rounds)
        beside = reference(chrome)
        yield beside
        least = LEAST_OF_FRAMES * beside.median
        yield frame_rate(chrome, server, subject, rounds=rounds, least=least)
        for control, goal in PAINTED_MS.items():
            yield from key_delay(chrome, server, subject, rounds=rounds, control=control, goal=goal)
        control, goal = "learning rate", PAINTED_MS["learning rate"]
        yield from key_delay(chrome, server, subject, rounds=rounds, control=control, goal=goal, lasts=False)
        yield answer_delay(chrome, server, subject, rounds=rounds)
        yield full_speed(chrome, server, subject, rounds=min(rounds, 5))


def main(arguments: Sequence[str] | None = None, *, show: Callable[[str], None] = print) -> int:
    """Measure, print one table, and return 1 if a goal was missed."""
    parser = command("live", __doc__)
    parser.add_argument("--rounds", type=int, default=10, help="measurements per figure (10)")
    parser.add_argument(
        "--tensorflow-playground", type=Path, help="folder of a build of TensorFlow Playground"
    )
    parser.add_argument(
        "--pages", nargs="+", choices=[subject.name for subject in SUBJECTS], metavar="PAGE",
        help=f"pages to measure: {', '.join(subject.name for subject in SUBJECTS)} (all)",
    )  # fmt: skip
    parser.add_argument("--busy", action="store_true", help="leave half of every core to an endless loop")
    options = parser.parse_args(arguments)
    subjects = [subject for subject in SUBJECTS if options.pages is None or subject.name in options.pages]
    RESULTS.mkdir(exist_ok=True)
    missed = 0
    show("| figure | median | spread | goal | |\n|---|---|---|---|---|")
    build = options.tensorflow_playground
    reference = control_rate if build is None else functools.partial(tensorflow_playground, folder=build)
    measured = busy_figures if options.busy else functools.partial(figures, reference=reference)
    with Playground() as server, browser() as chrome, busy() if options.busy else nullcontext():
        for figure in measured(chrome, server, options.rounds, subjects=subjects):
            show(figure.line())
            missed += figure.met == "MISSED"
    return int(missed > 0)
