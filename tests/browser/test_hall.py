"""Lecture mode on every page and in every mode, as the last row sees it on screens of five sizes."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from benchmarks.serve import Playground
from tests.browser.conftest import Open
from tests.browser.hall import faults_on
from tests.browser.view import PATIENCE_MS, LiveView
from ui.lesson.lesson import Lesson, Screen
from ui.lesson.shipped import LECTURE
from ui.lesson.stage import show_address
from ui.shared.question import Question

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

LIVE = "[data-testid=live-view]:is([data-state=finished], [data-state=overflow])"
SWEPT = "[data-testid=strip-view][data-state=done][data-fresh=false]"
BLOCK = "[data-testid^=block-]"
ROOM = "[data-testid=room-view]"
COMPARED = "[data-testid=compare-view][data-state=complete]"
FEW = "rates=7&starts=2&epochs=40"

# What is opened in lecture mode, page by page, and what says that it is drawn.
STORIES: dict[str, tuple[str, list[str]]] = {
    "live": (
        LIVE,
        [
            "?speed=max",
            "logic_gates?speed=max",
            "logic_gates?scheduler=Constant&eta=30&cost=CostOLS&output_func=identity&speed=max",
            "digits?epochs=2&speed=max",
            "patterns?epochs=20&speed=max",
            # The longest name beside a long seed.
            "regression?epochs=20&scheduler=AdagradMomentum&seed=439592&speed=max",
            "regression?data=polynomial_surface&epochs=20&speed=max",
            "own_data?epochs=20&speed=max",
        ],
    ),
    "two side by side": (
        LIVE,
        [
            "logic_gates?b.eta=0.3&speed=max",
            "logic_gates?scheduler=Constant&eta=30&cost=CostOLS&output_func=identity&b.eta=0.3&speed=max",
            # The longest verdicts, and the most differences that are named.
            "digits?epochs=4&b.eta=0.3&speed=max",
            "patterns?epochs=20&b.hidden=4-4&b.seed=3&b.scheduler=Momentum&b.eta=0.3&speed=max",
            "regression?epochs=20&b.eta=0.3&speed=max",
            "own_data?epochs=20&b.eta=0.3&speed=max",
        ],
    ),
    "sweeps": (
        SWEPT,
        [
            *(
                f"learning_rate?look={look}&{FEW}"
                for look in ("strip", "race", "heat", "luck", "range", "curvature", "rules")
            ),
            f"learning_rate?data=circle&{FEW}",
        ],
    ),
    "sweeps of other data": (
        SWEPT,
        [
            "learning_rate?data=digits&rates=5&starts=1&epochs=2",
            "learning_rate?data=digits&look=heat&rates=3&starts=1&epochs=1",
            f"learning_rate?data=sine&{FEW}",
            f"learning_rate?look=race&race=schedule&{FEW}",
        ],
    ),
    "building blocks": (
        BLOCK,
        [
            "building_blocks?block=activations",
            "building_blocks?block=costs",
            "building_blocks?block=softmax",
            "building_blocks?block=schedulers&step=200",
            # The longest words: a ridge, and two lost.
            "building_blocks?block=schedulers&landscape=rosenbrock&start_x=0.2&start_y=3&step=200&eta=0.2",
            "building_blocks?block=backprop&stage=9",
        ],
    ),
    "frameworks": (COMPARED, ["frameworks?data=XOR&epochs=20", "frameworks?data=own&epochs=5"]),
    "room": (ROOM, ["room?hold=answer", "room?hold=rate"]),
    "lesson": (".nn-contents", ["lesson"]),
}
WITH_A_RUN = ("live", "two side by side", "sweeps", "sweeps of other data", "frameworks")

LARGE = """() => [...document.querySelectorAll(
    '.nnp-slider-eta .nnp-slider-value, .nnp-facts dd, .nns-lecture-facts dd, .nn-facts')]
    .filter((node) => node.checkVisibility())
    .map((node) => [node.innerText, parseFloat(getComputedStyle(node).fontSize) / innerHeight])"""
LOWEST = """() => Math.max(...[...document.querySelectorAll(
    '.nnp-grid, .nns-screen, [data-testid=stTable]')].map((node) => node.getBoundingClientRect().bottom))
    / innerHeight"""


def opened(view: LiveView, server: Playground, address: str, drawn: str) -> None:
    """Go to an address in lecture mode, and wait until it is drawn."""
    view.page.set_viewport_size({"width": 1280, "height": 720})
    view.page.goto(f"{server.url}/{address}{'&' if '?' in address else '?'}lecture=1")
    # A server that is asked for digits first loads its libraries: that alone takes a busy machine a minute.
    view.page.locator(drawn).first.wait_for(state="attached", timeout=4 * PATIENCE_MS)
    view.quiet()


def run_is_told(view: LiveView) -> list[str]:
    """Return what is missing of learning rate, method, epoch and seed in large type, and of a full screen."""
    facts = view.page.evaluate(LARGE)
    found = [f"small fact: {text} {size:.3f}" for text, size in facts if size < 0.03]
    words = " ".join(text for text, _ in facts)
    if len(words.split()) < 4 or not any(name in words for name in ("Adam", "Constant", "Momentum")):
        found.append(f"the run is not told: {words}")
    lowest = view.page.evaluate(LOWEST)
    return found if lowest > 0.9 else [*found, f"{lowest:.2f} of the screen is filled"]


@pytest.mark.parametrize("story", STORIES)
def test_a_back_row_sees_all_of_a_page_on_a_screen_of_any_size(
    open_view: Open, server: Playground, story: str
) -> None:
    drawn, addresses = STORIES[story]
    view = open_view("room")
    found = []
    for address in addresses:
        opened(view, server, address, drawn)
        faults = faults_on(view.page)
        if story in WITH_A_RUN:
            faults += run_is_told(view)
        if not view.page.locator(".st-key-hall_menu button").is_visible():
            faults.append("no menu of pages and data sets")
        found += [f"{address}: {fault}" for fault in faults]
    assert found == [], "\n".join(found)


ANSWER = """([code, values]) => values.forEach((value, place) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/live/room/${code}`);
    socket.onopen = () => socket.send(JSON.stringify({ op: 'hello', token: `phone ${place}` }));
    socket.onmessage = () => {
        socket.onmessage = null;
        socket.send(JSON.stringify({ op: 'send', value }));
    };
})"""


LONG = Question(
    "A learning rate of 10, a hundred times as large: what will it do to learning, and why would it?",
    ("Faster, to the same end", "Faster, then no better", "Nothing is learned at all", "Something else"),
    2,
    "The steps overshoot: the cost jumps about and ends above where it started.",
)
LONGEST = Question(
    "a learning rate of a hundred times as much, and of a tenth; " * 3 + "is it so?",
    tuple(f"{place}: faster than before, at first, and slower than before at the end" for place in range(5)),
    2,
    "The steps overshoot: the cost jumps about and ends above where it started, and it stays there. " * 2,
)
ASKED = {
    "question": LONGEST.text, "answers": " | ".join(LONGEST.answers), "right": "3", "why": LONGEST.why,
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "sent"),
    [({"hold": "answer"}, [0, 1, 1]), (ASKED, [0, 1, 4]), ({"hold": "rate"}, [1e-4, 0.1, 10])],
    ids=["answer", "longest", "rate"],
)
def test_a_back_row_reads_a_room_that_is_open(
    open_view: Open, asked: dict[str, str], sent: list[float]
) -> None:
    view = open_view(f"room?{urlencode(asked)}&lecture=1")
    view.part("room-open").click()
    view.page.locator(f"{ROOM}[data-state=asking]").wait_for()
    found = [f"asking: {fault}" for fault in faults_on(view.page)]
    view.page.evaluate(ANSWER, [view.part("room-code").inner_text(), sent])
    expect(view.part("room-count")).to_contain_text("3 of 3")
    view.part("room-reveal").click()
    view.page.locator(f"{ROOM}[data-open=true]").wait_for()
    if asked.get("hold") == "rate":
        expect(view.part("room-summary")).to_contain_text("First of those that learned")
    found += [f"revealed: {fault}" for fault in faults_on(view.page)]
    view.part("room-close").click()
    assert found == [], "\n".join(found)


OWN = Lesson(
    "Asked",
    tuple(
        Screen(page, query, "A caption of some length about the screen and what it shows.", LONG)
        for page, query in (
            ("logic_gates", (("data", "AND"), ("b.eta", "0.02"), ("speed", "max"))),
            ("patterns", (("data", "circle"), ("b.eta", "0.1"), ("speed", "max"))),
            ("regression", (("epochs", "20"), ("speed", "max"))),
            ("frameworks", (("data", "XOR"), ("epochs", "20"))),
        )
    )
    + tuple(
        Screen(page, query, "The longest question that there may be.", LONGEST)
        for page, query in (
            ("logic_gates", (("hidden", "16-16-16-16"), ("speed", "max"))),
            ("digits", (("epochs", "2"), ("speed", "max"))),
            ("frameworks", (("data", "XOR"), ("epochs", "20"))),
        )
    ),
)
ASKING = "[data-asking=true]"


@pytest.mark.parametrize("lesson", [LECTURE, OWN], ids=["lecture", "own"])
def test_a_back_row_reads_a_lesson_its_questions_and_their_answers(open_view: Open, lesson: Lesson) -> None:
    page = open_view(show_address(lesson).lstrip("/")).page
    screen = page.frame_locator(".nnl-seen")
    found = []
    # Of the lecture, those before and with its first question: the others are like them, and take minutes.
    for number, what in enumerate(lesson.screens[: 4 if lesson == LECTURE else None], start=1):
        page.set_viewport_size({"width": 1280, "height": 720})
        page.wait_for_function(f"document.body.dataset.prepared === '{number}'", timeout=4 * PATIENCE_MS)
        if what.question is not None:
            screen.locator(ASKING).first.wait_for(timeout=PATIENCE_MS)
            found += [f"{number} asks: {fault}" for fault in faults_on(page)]
            page.keyboard.press("PageDown")
        screen.locator(f"{LIVE}, {COMPARED}").first.wait_for(timeout=PATIENCE_MS)
        found += [f"{number}: {fault}" for fault in faults_on(page)]
        page.keyboard.press("PageDown")
    assert found == [], "\n".join(found)
