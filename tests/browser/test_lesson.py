"""The lecture: presets, pins, lecture mode, keys."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as WaitedInVain
from playwright.sync_api import expect

from benchmarks.serve import Playground
from pages.lesson import LINES
from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, ROOT
from tests.lanes import first
from ui.shared.question import Question
from ui.shared.view_settings import VIEW

pytestmark = pytest.mark.browser


OUTSIDE = """() => {
    const found = [];
    const name = (node) => node.dataset.testid || node.outerHTML.slice(0, 80);
    const shown = (node) => {
        const { display, visibility } = getComputedStyle(node);
        // What only a screen reader finds is no part of the picture.
        const unseen = node.closest('[style*="clip-path"]');
        const drawn = display !== 'none' && visibility !== 'hidden' && !unseen;
        return drawn && node.getBoundingClientRect().width > 2;
    };
    const within = (box, frame) => box.top >= frame.top - 1 && box.left >= frame.left - 1
        && box.bottom <= frame.bottom + 1 && box.right <= frame.right + 1;
    const screen = { top: 0, left: 0, bottom: innerHeight, right: innerWidth };
    const view = document.querySelector('[data-testid="live-view"]');
    const panels = [...view.querySelectorAll('[data-testid^="panel-"]')].filter(shown);
    const check = (node, frame, what) => {
        if (shown(node) && !within(node.getBoundingClientRect(), frame)) found.push(`${what}: ${name(node)}`);
    };
    for (const node of [view, ...panels, ...view.querySelectorAll('button, input, select')]) {
        check(node, screen, 'off screen');
    }
    for (const panel of panels) {
        const frame = panel.getBoundingClientRect();
        for (const node of panel.querySelectorAll('td, th, p, h2, h3, canvas, button')) {
            check(node, frame, 'cut off');
        }
    }
    for (const node of [document.querySelector('[data-testid="stMain"]'), ...view.querySelectorAll('*')]) {
        const scrolls = ['auto', 'scroll'].includes(getComputedStyle(node).overflowY);
        if (scrolls && node.scrollHeight > node.clientHeight + 1) found.push(`scrolls: ${name(node)}`);
    }
    return found;
}"""

UNNAMED = """() => [...document.querySelector('[data-testid="live-view"]').querySelectorAll('*')]
    .filter((node) => node.matches('button, input, select, canvas'))
    .filter((node) => node.offsetParent !== null)
    .filter((node) => !node.getAttribute('aria-label') && !node.title && !node.innerText.trim())
    .filter((node) => !node.closest('label, [aria-hidden="true"], [role="img"][aria-label]'))
    .map((node) => node.outerHTML.slice(0, 100))"""


def outside(page: Any) -> list[str]:
    """Return what is cut off or scrolls once the browser has laid out the end of a run."""
    with suppress(WaitedInVain):
        page.wait_for_function(f"() => ({OUTSIDE})().length === 0")
    return page.evaluate(OUTSIDE)


@pytest.mark.parametrize(
    "page",
    first(
        2,
        [
            "logic_gates?data=XOR",
            "logic_gates?hidden=none",
            "logic_gates?scheduler=Constant&eta=30&cost=CostOLS&output_func=identity",
            "digits?epochs=5",
            "logic_gates?b.eta=0.02",
            "digits?epochs=5&b.eta=0.01",
        ],
    ),
)
def test_lecture_mode_fits_a_projector_without_scrolling(open_view: Open, page: str) -> None:
    view = open_view(f"{page}&lecture=1&speed=max")
    view.until("d.state === 'finished' || d.state === 'overflow'")
    assert not view.page.get_by_test_id("stSidebar").is_visible()
    assert not view.page.get_by_test_id("stHeader").is_visible()
    assert outside(view.page) == []
    text = view.part("live-view").inner_text()
    assert "Constant" in text if "Constant" in page else "Adam" in text
    for word in ("scheduler", "epoch", "seed", "Learning rate"):
        assert word in text, word


SMALL = """() => {
    const least = 0.0219 * innerHeight;
    const words = (node) => [...node.childNodes].filter((part) => part.nodeType === 3)
        .map((part) => part.textContent.trim()).join('');
    const shown = (node) => node.getBoundingClientRect().width > 3
        && getComputedStyle(node).visibility !== 'hidden';
    return [...document.querySelector('[data-testid="live-view"]').querySelectorAll('*')]
        .filter((node) => words(node) && shown(node) && parseFloat(getComputedStyle(node).fontSize) < least)
        .map((node) => `${words(node)} ${getComputedStyle(node).fontSize}`);
}"""


@pytest.mark.parametrize(
    "page", first(1, ["logic_gates?hidden=none", "regression?data=sine", "regression?epochs=90&b.hidden=2"])
)
def test_lecture_mode_fills_screens_of_any_size_with_type_that_a_back_row_reads(
    open_view: Open, page: str
) -> None:
    view = open_view(f"{page}&lecture=1&speed=max")
    view.finished()
    for width, height in ((1280, 720), (1920, 1080), (3840, 2160)):
        view.page.set_viewport_size({"width": width, "height": height})
        view.frames_pass()
        assert outside(view.page) == [], (width, height)
        assert view.page.evaluate(SMALL) == [], (width, height)
        bottom = view.part("live-view").evaluate("node => node.getBoundingClientRect().bottom")
        assert bottom > 0.95 * height


def test_one_key_enters_and_leaves_lecture_mode(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&speed=max")
    view.finished()
    view.press("l")
    view.until_query(lecture="1")
    view.page.get_by_test_id("stSidebar").wait_for(state="hidden")
    assert view.run == "1", "the run must not start again"
    view.press("l")
    view.page.get_by_test_id("stSidebar").wait_for(state="visible")
    view.page.wait_for_function("!new URLSearchParams(location.search).has('lecture')")
    expect(view.control("hidden_1")).to_be_visible()


@pytest.mark.long
def test_speed_and_axis_go_to_the_address_and_stay(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR")
    view.finished()
    view.press("y")
    view.until_query(axis="linear")
    view.press("m")
    view.until_query(axis="linear", speed="max")
    view.page.reload()
    view.finished()
    assert view.part("speed").input_value() == "max"
    assert view.query()["axis"] == "linear"


@pytest.mark.long
def test_a_preset_opens_from_home_and_pins_survive_the_way(open_view: Open) -> None:
    view = open_view("")
    view.page.get_by_role("link", name="Too small: 0.0005").click()
    view.until_query(data="XOR", eta="5e-4")
    view.until("Number(d.eta) === 5e-4 && d.state === 'finished'")
    view.quiet()
    view.press("p")
    table = view.page.get_by_test_id("stTable")
    table.wait_for()
    assert "stuck" in table.inner_text()
    view.page.get_by_role("link", name="Home", exact=True).click()
    view.page.get_by_role("link", name="Right: 0.1").click()
    view.until("Number(d.eta) === 0.1 && d.state === 'finished'")
    view.quiet()
    view.press("p")
    view.page.get_by_role("button", name="Remove B").wait_for()
    rows = table.inner_text()
    assert "eta 5e-4" in rows
    assert "eta 0.1" in rows
    view.page.get_by_role("link", name="Digits", exact=True).click()
    view.until("Number(d.eta) === 0.001")
    view.quiet()
    assert "eta 5e-4" in table.inner_text()
    view.page.get_by_role("button", name="Remove all").click()
    table.wait_for(state="detached")


CUT_OFF = """() => [...document.querySelectorAll('[data-testid="stMain"] a')]
    .filter((link) => [...link.querySelectorAll('*')].some((node) =>
        node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflow !== 'visible'))
    .map((link) => link.innerText)"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_no_link_of_the_home_page_is_cut_off(open_view: Open, width: int) -> None:
    view = open_view("")
    view.page.set_viewport_size({"width": width, "height": 720})
    view.page.get_by_role("link", name="Two layers of 64 on ten points: too many").wait_for()
    assert view.page.evaluate(CUT_OFF) == []


def test_a_finished_run_is_looked_back_at_by_arrow_keys_and_played_on(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&epochs=1000&speed=max")
    end = view.finished()
    view.part("scrub").focus()
    view.page.keyboard.press("ArrowLeft")
    back = view.until("Number(d.epoch) < 1000")
    assert back["run"] == end["run"]
    view.page.keyboard.press("ArrowLeft")
    further = view.until("Number(d.epoch) < a", int(back["epoch"]))
    view.page.get_by_text(f"Looking back at epoch {further['epoch']}.").first.wait_for()
    view.press("Space")
    assert view.until("d.state === 'finished' && d.epoch === '2000'")["run"] == end["run"]
    view.press("b")
    view.new_run(end["run"])
    assert view.finished()["epoch"] == "2000"


def test_a_change_in_mid_run_marks_the_curve_and_goes_on(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&epochs=100000&speed=1")
    view.until("Number(d.epoch) > 3")
    view.part("eta-live").check()
    view.page.get_by_text("moving η goes on with the new rate").first.wait_for()
    view.part("eta").focus()
    view.page.keyboard.press("ArrowRight")
    changed = view.until("Number(d.eta) > 0.1")
    assert changed["run"] == "1"
    view.part("panel-loss").get_by_text(f"η → {changed['eta']}").wait_for()
    view.until("Number(d.epoch) > a", int(changed["epoch"]) + 3)
    view.page.wait_for_function("location.search.includes('changes=eta')")
    assert "eta" not in view.query(), "the plan begins with the usual rate, and the change is said beside it"
    assert view.query()["changes"].endswith(f"_{changed['eta']}")


@pytest.mark.parametrize("page", ["logic_gates", "digits"])
def test_every_control_and_picture_of_the_view_has_a_name(open_view: Open, page: str) -> None:
    view = open_view(page)
    view.drawn(5)
    assert view.page.evaluate(UNNAMED) == []


@pytest.mark.long
def test_a_lesson_is_led_by_a_remote_asks_first_and_is_left_where_it_stands(open_view: Open) -> None:
    view = open_view("show/lecture")
    page = view.page
    body = "document.body.dataset"
    page.wait_for_function(f"{body}.prepared === '1'", timeout=PATIENCE_MS)
    page.frame_locator(".nnl-seen").locator(f"{ROOT}[data-outcome='learned']").wait_for(timeout=PATIENCE_MS)
    waiting = page.frame_locator('[data-screen="2"]').locator(ROOT).evaluate("node => ({ ...node.dataset })")
    assert (waiting["state"], waiting["epoch"], waiting["asking"]) == ("paused", "0", "true")
    assert page.locator('[data-screen="3"]').count() == 1, "a remote is soon pressed twice"

    page.keyboard.press("PageDown")
    page.wait_for_function(f"{body}.shown === '2'")
    screen = page.frame_locator(".nnl-seen")
    ask = screen.get_by_test_id("ask")
    assert "How many of the four rows" in ask.inner_text()
    for name in ("small-strip", "hint-add_layer"):
        assert not screen.get_by_test_id(name).is_visible(), name
    assert not screen.get_by_text("One line has the two ones").is_visible()
    page.keyboard.press(".")
    dark = page.get_by_test_id("lesson-dark")
    dark.wait_for()
    page.keyboard.press("PageDown")
    dark.wait_for(state="hidden")
    assert ask.get_attribute("data-state") == "asking", "the key lit the screen again, and no more"
    page.keyboard.press("2")
    assert screen.get_by_test_id("answer-2").get_attribute("aria-pressed") == "true"
    page.keyboard.press("PageDown")
    screen.locator(f"{ROOT}[data-outcome='stuck']").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate(f"{body}.shown") == "2", "the first press reveals"
    assert "✓ 2 At most three (chosen)" in ask.inner_text()
    assert "One line has the two ones" in ask.inner_text()
    assert screen.get_by_text("Stuck:").first.is_visible()

    page.keyboard.press("PageDown")
    page.wait_for_function(f"{body}.shown === '3'", timeout=PATIENCE_MS)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"{body}.shown === '2'", timeout=PATIENCE_MS)
    assert "✓ 2" in ask.inner_text(), "what was revealed stands"
    assert page.url.endswith("#screen=2")
    page.reload()
    page.wait_for_function(f"{body}.shown === '2'", timeout=PATIENCE_MS)
    expect(ask).to_have_attribute("data-state", "revealed", timeout=PATIENCE_MS)
    assert "✓ 2 At most three" in ask.inner_text(), "after a reload, too, and where its frame was let go of"
    screen.locator(f"{ROOT}[data-outcome='stuck']").wait_for(timeout=PATIENCE_MS)
    page.keyboard.press("l")
    page.wait_for_url("**/logic_gates?*")
    view.finished()
    assert not {"lecture", "hold", "ask"} & set(view.query())
    assert view.query()["hidden"] == "none"


@pytest.mark.slow
@pytest.mark.long
def test_a_lesson_of_ones_own_is_put_together_taken_home_opened_again_and_shown(open_view: Open) -> None:
    view = open_view("logic_gates?data=AND&b.eta=0.02&speed=max")
    page = view.page
    view.finished()
    view.quiet()
    page.locator(".st-key-add_screen button:visible").first.click()
    page.get_by_role("link", name="My lesson (1 screen)").click()
    caption = page.get_by_label("Caption")
    expect(caption).to_have_value(re.compile(r"^Logic gates: A \| B: learning rate 0\.1 \| 0\.02; AND "))
    before = page.url
    caption.fill("Two rates, one start.")
    caption.press("Enter")
    page.wait_for_function("before => location.href !== before", arg=before)
    view.quiet()
    page.locator("[class*=st-key-ask_0_fold] summary").click()
    lines = ("Which learns?", "left | right | both", "3", "Both rates learn AND.")
    for label, text in zip(LINES.values(), lines, strict=True):
        page.get_by_label(label).fill(text)
    page.locator(".st-key-ask_0_set button").click()
    page.get_by_test_id("stExpander").get_by_text("Asks: Which learns?").wait_for()
    heard = page.locator("body > .nn-voice p", has_text="Screen 1 asks: Which learns?")
    expect(heard).to_have_count(1)
    view.quiet()  # the file is made anew below it
    with page.expect_download() as saved:
        page.locator(".st-key-download_lesson button:visible").first.click()

    again = open_view("lesson").page
    file = {"name": "lesson.json", "mimeType": "application/json", "buffer": saved.value.path().read_bytes()}
    again.locator(".st-key-lesson_file input[type=file]").set_input_files(file)
    again.get_by_text("Asks: Which learns?").wait_for()
    with again.expect_popup() as opened:
        again.locator(".st-key-show_own a").click()
    show = opened.value
    show.wait_for_function("document.body.dataset.prepared === '1'", timeout=PATIENCE_MS)
    assert show.get_by_test_id("lesson-caption").inner_text() == "Two rates, one start."
    screen = show.frame_locator(".nnl-seen")
    assert "Both rates" not in screen.locator("body").inner_text()
    show.keyboard.press("PageDown")
    screen.locator(f"{ROOT}[data-state='finished']").wait_for(timeout=PATIENCE_MS)
    assert "✓ 3 both" in screen.get_by_test_id("ask").inner_text()
    assert "learning rate 0.1 | 0.02" in screen.locator("body").inner_text()
    show.close()


@pytest.mark.slow
@pytest.mark.long
def test_pictures_that_do_not_wait_stay_covered_until_the_reveal_also_where_the_question_does_not_come(
    open_view: Open, server: Playground
) -> None:
    page = open_view("lesson").page
    page.route("**/lesson/ask_view.js", lambda route: route.abort())
    asked = Question("What will come of it?", ("this", "that"), 1)
    page.goto(f"{server.url}/frameworks?data=XOR&epochs=20&ask={VIEW['ask'].format(asked)}")
    told = page.get_by_test_id("compare-view")
    told.wait_for(state="attached", timeout=PATIENCE_MS)
    page.get_by_text("The picture cannot be loaded").first.wait_for()
    expect(told).to_be_hidden()
    page.unroute("**/lesson/ask_view.js")
    page.reload()
    ask = page.get_by_test_id("ask")
    expect(ask).to_have_attribute("data-state", "asking", timeout=PATIENCE_MS)
    expect(told).to_be_hidden()
    page.keyboard.press("Space")
    expect(told).to_be_visible()
    expect(ask).to_contain_text("✓ 2 that")


HASTE = """(keys) => {
    const press = (key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    keys.forEach(press);
    return [...document.querySelectorAll('iframe')].map((frame) => Number(frame.dataset.screen));
}"""
FIRST_SEEN = """() => {
    if (document.body.dataset.shown !== '4') return null;
    const inner = document.querySelector('.nnl-seen').contentDocument;
    return [Number(inner.querySelector('[data-testid="live-view"]')?.dataset.frames ?? 0)];
}"""


@pytest.mark.slow
@pytest.mark.long
def test_screens_that_are_passed_by_in_haste_are_not_waited_for(open_view: Open) -> None:
    page = open_view("show/lecture#screen=9").page
    page.wait_for_function("document.body.dataset.shown === '9'", timeout=PATIENCE_MS)
    # A screen that is not there in 15 s is shown as far as it is: for this story the time stands still.
    page.evaluate("performance.now = () => 0")
    held = page.evaluate(HASTE, ["PageUp"] * 6 + ["PageDown"])
    assert set(held) <= {4, *range(7, 12)}, held
    assert 4 in held
    (frames,) = page.wait_for_function(FIRST_SEEN, timeout=PATIENCE_MS).json_value()
    assert frames > 0, "what was asked for, left and asked for again is not shown before it is there"
