"""Every page and mode for everyone: axe-core, headings, names of pictures, sizes of texts, narrow windows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest

from pages.learning_rate import MODES
from tests.browser.accessible import (
    BY_COLOUR,
    cut_texts,
    heading_faults,
    in_narrow_windows,
    sideways,
    small_texts,
    unnamed_pictures,
    unworded,
    violations,
    wear,
)
from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView
from tests.tabs import SCREEN
from ui.blocks.settings import BLOCKS
from ui.lesson.shipped import LECTURE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

FINISHED = '[data-testid="live-view"][data-state="finished"]'
OVERFLOW = '[data-testid="live-view"][data-state="overflow"]'
SWEPT = '[data-testid="strip-view"][data-state="done"][data-fresh="false"]'
COMPARED = '[data-testid="compare-view"][data-state="complete"]'
BLOCK = '[data-testid="block-activation"]'
MOUNTED = dict(zip(BLOCKS, ("activation", "cost", "softmax", "paths", "backprop"), strict=True))
ASKING = '[data-testid="room-view"][data-state="asking"]'
REVEALED = '[data-testid="room-view"][data-state="revealed"]'
SWEEP = "learning_rate?rates=9&starts=2&epochs=40"
OVERFLOWS = "logic_gates?scheduler=Constant&eta=30&cost=CostOLS&output_func=identity&speed=max"
WITHOUT_LECTURE = ("home", "lesson")

Step = Callable[[LiveView], None]


def quiet(view: LiveView) -> None:
    """Wait until no script runs: Streamlit pales what is about to be drawn anew."""
    view.quiet()
    view.page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")


def unfolded(view: LiveView) -> None:
    """Open every fold of the page."""
    closed = view.page.locator('[data-testid="stMain"] details:not([open]) > summary:visible')
    while closed.count():
        closed.first.click()
        quiet(view)


def pinned_unfolded(view: LiveView) -> None:
    view.press("p")
    view.page.get_by_test_id("stTable").wait_for()
    unfolded(view)


def titled(view: LiveView, part: str) -> None:
    """Wait until the browser's tab says what of the page is on screen."""
    view.page.wait_for_function("part => document.title.startsWith(`${part} · `)", arg=part)


def look(name: str) -> Step:
    """Choose another look of the learning-rate page."""

    def choose(view: LiveView) -> None:
        job = view.page.locator(SWEPT).get_attribute("data-job")
        view.page.get_by_role("radio", name=MODES[name].label, exact=True).click()
        view.page.locator(f'{SWEPT}:not([data-job="{job}"])').wait_for()
        titled(view, MODES[name].label)

    return choose


def block(name: str) -> Step:
    """Choose another building block."""

    def choose(view: LiveView) -> None:
        view.page.get_by_role("radio", name=BLOCKS[name], exact=True).click()
        view.page.locator(f'[data-testid="block-{MOUNTED[name]}"]').wait_for()
        titled(view, BLOCKS[name])

    return choose


def room(view: LiveView) -> None:
    view.page.get_by_test_id("room-open").click()
    view.page.locator(ASKING).wait_for()


def revealed(view: LiveView) -> None:
    view.press("r")
    view.page.locator(REVEALED).wait_for()


def copied(view: LiveView) -> None:
    """Make the lecture's lesson one's own, and open the place where its first screen is changed."""
    view.page.locator(".st-key-copy_lecture button:visible").click()
    view.page.locator(".st-key-copy_lecture button:visible:disabled").wait_for()
    view.quiet()
    view.page.locator('[data-testid="stMain"] details:not([open]) > summary:visible').first.click()


def nothing(view: LiveView) -> None:
    """What is there at once."""


# Address, what says that it is drawn, and the steps after each of which the page is looked at.
STORIES: dict[str, tuple[str, str, dict[str, Step]]] = {
    "home": ("", "text=Two layers of 64 on ten points: too many", {"home": nothing}),
    "gates": ("logic_gates?speed=max", FINISHED, {"pinned, unfolded": pinned_unfolded}),
    "gates overflow": (OVERFLOWS, OVERFLOW, {"overflow": nothing}),
    "digits": ("digits?epochs=2&speed=max", FINISHED, {"unfolded": unfolded}),
    "patterns": ("patterns?epochs=20&speed=max", FINISHED, {"unfolded": unfolded}),
    "regression": ("regression?epochs=20&speed=max", FINISHED, {"unfolded": unfolded}),
    "two gates": ("logic_gates?speed=max&b.eta=0.02", FINISHED, {"side by side": unfolded}),
    "two networks of digits": ("digits?epochs=2&speed=max&b.eta=0.01", FINISHED, {"side by side": nothing}),
    "two regressions": ("regression?epochs=20&speed=max&b.hidden=2", FINISHED, {"side by side": nothing}),
    "own data": ("own_data?epochs=20&speed=max", FINISHED, {"unfolded": unfolded}),
    "room": (
        "room?hold=answer",
        '[data-testid="room-open"]',
        {"no room": nothing, "asking": room, "revealed": revealed},
    ),
    "lesson": ("lesson", ".st-key-copy_lecture", {"none of one's own": nothing, "a copy": copied}),
    "frameworks": ("frameworks?data=XOR&epochs=20", COMPARED, {"compared": unfolded}),
    "learning rate": (SWEEP, SWEPT, {name: look(name) for name in [*list(MODES)[1:], next(iter(MODES))]}),
    "building blocks": ("building_blocks?stage=9", BLOCK, {name: block(name) for name in BLOCKS}),
}


def looked_at(view: LiveView, where: str) -> list[str]:
    quiet(view)
    page = view.page
    found = [*violations(page), *heading_faults(page), *unnamed_pictures(page), *small_texts(page)]
    found += [*cut_texts(page), *unworded(page)]
    return [f"{where}: {fault}" for fault in found]


def colours_of(view: LiveView, where: str) -> list[str]:
    quiet(view)
    return [f"{where}: {fault}" for fault in violations(view.page, BY_COLOUR)]


def lecture_mode(view: LiveView, state: str) -> None:
    """Enter lecture mode, or leave it: Streamlit's head is then hidden, or visible."""
    view.press("l")
    view.page.get_by_test_id("stHeader").wait_for(state=state)


@pytest.mark.parametrize("story", STORIES)
def test_a_page_is_for_everyone(open_view: Open, story: str) -> None:
    address, drawn, steps = STORIES[story]
    view = open_view(address)
    view.page.locator(drawn).first.wait_for(timeout=PATIENCE_MS)
    found: list[str] = []
    # Each step ends in the other theme, in which the next one goes on: a change of theme draws all anew.
    schemes = cycle([("light", "dark"), ("dark", "light")])
    for (name, step), (scheme, other) in zip(steps.items(), schemes, strict=False):
        step(view)
        where = f"{story}, {name}"
        found += looked_at(view, f"{where}, {scheme}")
        found += [f"{where}, {fault}" for fault in in_narrow_windows(view.page, lambda: quiet(view))]
        if story in WITHOUT_LECTURE:
            wear(view.page, other)
        else:
            lecture_mode(view, "hidden")
            found += looked_at(view, f"{where}, lecture mode, {scheme}")
            if name == next(iter(steps)):
                narrow = in_narrow_windows(view.page, lambda: quiet(view))
                found += [f"{where}, lecture mode, {fault}" for fault in narrow]
            wear(view.page, other)
            found += colours_of(view, f"{where}, lecture mode, {other}")
            lecture_mode(view, "visible")
        found += colours_of(view, f"{where}, {other}")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lesson_is_for_everyone_while_it_asks_and_after(open_view: Open, scheme: str) -> None:
    asking = 1 + next(at for at, screen in enumerate(LECTURE.screens) if screen.question)
    view = open_view(f"show/lecture#screen={asking}", color_scheme=scheme)
    page = view.page
    shown = page.frame_locator(f'iframe[data-screen="{asking}"]')
    shown.locator('[data-asking="true"]').first.wait_for(timeout=PATIENCE_MS)
    frame = next(
        one for one in page.frames if one.url.startswith(page.url.partition("show/")[0] + "logic_gates")
    )
    found = [*violations(page), *violations(frame), *in_narrow_windows(page)]
    page.get_by_test_id("lesson-next").click()
    shown.locator('[data-testid="live-view"][data-state="finished"]').wait_for(timeout=PATIENCE_MS)
    found += [*violations(page), *violations(frame)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dialog_is_for_everyone_and_no_letter_passes_it(open_view: Open, scheme: str) -> None:
    view = open_view("building_blocks?block=backprop", color_scheme=scheme)
    page = view.page
    page.get_by_test_id("block-backprop").wait_for(timeout=PATIENCE_MS)
    view.quiet()
    opener = page.get_by_role("button", name="formulas").first
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    quiet(view)
    assert violations(page) == []
    page.keyboard.press("l")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('[role=dialog]'))")
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    view.quiet()
    assert page.get_by_test_id("stHeader").is_visible()


def test_the_side_bar_begins_closed_below_900_pixels(open_view: Open) -> None:
    view = open_view("logic_gates?speed=max")
    view.finished()
    button = view.page.get_by_test_id("stExpandSidebarButton")
    assert not button.is_visible()
    view.page.set_viewport_size({"width": 899, "height": 844})
    button.wait_for()
    view.page.set_viewport_size(SCREEN)
    button.wait_for(state="hidden")


# What a sheet of A4 holds between its margins, lying and upright.
SHEETS = ((1047, 718), (718, 1047))
PAPER = {
    "digits?epochs=2&speed=max": FINISHED,
    SWEEP: SWEPT,
    "digits?epochs=2&speed=max&b.eta=0.01": FINISHED,
}


@pytest.mark.parametrize("address", PAPER)
def test_paper_shows_the_pictures_as_they_were_drawn_and_nothing_to_press(
    open_view: Open, address: str
) -> None:
    view = open_view(address, color_scheme="light")
    page = view.page
    page.locator(PAPER[address]).wait_for(timeout=PATIENCE_MS)
    quiet(view)
    shapes = """() => [...document.querySelectorAll('.nnp-view :is(canvas, svg), .nns-map')]
        .map((one) => one.getBoundingClientRect()).filter((box) => box.height > 40)
        .map(({ width, height }) => width / height)"""
    drawn = page.evaluate(shapes)
    assert drawn
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    pictures = ".nnp-picture, .nnp-neuron, .nnp-tile, details[open] *"
    pressed = f":is(select, summary, .nn-camera, button:not({pictures})):visible"
    for width, height in SHEETS:
        page.set_viewport_size({"width": width, "height": height})
        assert not any(page.get_by_test_id(name).is_visible() for name in ("stSidebar", "stHeader", "play"))
        assert page.locator(pressed).evaluate_all("all => all.map((one) => one.outerHTML)") == []
        # Firefox prints the caption of a table that is clipped away.
        told = page.locator('[style*="clip-path"] caption, [style*="clip-path"][role="status"]')
        assert {*told.evaluate_all("all => all.map((one) => one.checkVisibility())")} == {False}
        assert sideways(page) == []
        if width > height:  # under 900 pixels a window, but not a sheet, has views draw themselves anew
            assert page.evaluate(shapes) == drawn


def test_colours_that_the_system_chooses_still_tell_what_is_chosen(open_view: Open) -> None:
    view = open_view("logic_gates?speed=max", forced_colors="active")
    view.finished()
    ground = "(one) => getComputedStyle(one).backgroundColor"
    fills = view.page.locator(".nnp-truth-fill")
    assert fills.first.evaluate(ground) not in (
        view.page.locator("body").evaluate(ground),
        "rgba(0, 0, 0, 0)",
    )
    pressed = view.page.locator('[data-testid="live-view"] button[aria-pressed="true"]').first
    other = view.page.locator('[data-testid="live-view"] button[aria-pressed="false"]').first
    assert pressed.evaluate(ground) != other.evaluate(ground)
    ink = view.page.get_by_test_id("live-view").evaluate(
        "(one) => ['text', 'background'].map((name) => one.style.getPropertyValue(`--nn-${name}`))"
    )
    assert ink == view.page.evaluate(
        """() => ['CanvasText', 'Canvas'].map((name) => {
            const probe = document.body.appendChild(document.createElement('i'));
            probe.style.color = name;
            return getComputedStyle(probe).color;
        })"""
    )
