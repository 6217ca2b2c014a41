"""The playground by keyboard alone: the same keys on every page, none where one writes, and a switch."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SWEPT = '[data-testid="strip-view"][data-state="done"][data-fresh="false"]'
FOCUSED = "document.activeElement.dataset.testid"


def lecture(view: LiveView, state: str) -> None:
    """Press L where the focus is: Streamlit's head is then hidden, or visible."""
    view.page.keyboard.press("l")
    view.page.get_by_test_id("stHeader").wait_for(state=state)
    view.quiet()


def tab_to(view: LiveView, name: str) -> None:
    """Go from control to control until the one of that test id has the focus."""
    for _ in range(120):
        view.page.keyboard.press("Tab")
        if view.page.evaluate(f"{FOCUSED} === '{name}'"):
            return
    raise AssertionError(f"Tab does not lead to {name}.")


def test_a_run_is_led_by_keyboard_alone(open_view: Open) -> None:
    view = open_view("logic_gates?speed=max")
    run = view.finished()["run"]
    keys = view.page.keyboard
    keys.press("e")
    assert view.page.evaluate(FOCUSED) == "eta"
    keys.press("ArrowRight")
    eta = view.new_run(run)["eta"]
    keys.press("n")
    view.until_query(seed="2", eta=eta)
    view.until("d.about.includes(', seed 2, ') && d.eta === a && d.state === 'finished'", eta)
    lecture(view, "hidden")
    lecture(view, "visible")
    tab_to(view, "single-keys")
    keys.press("Enter")
    run = view.data()["run"]
    keys.press("n")
    keys.press("e")
    assert view.page.evaluate(FOCUSED) == "single-keys"
    view.frames_pass()
    view.quiet()
    assert view.run == run
    view.page.reload()
    view.finished()
    assert view.part("single-keys").get_attribute("aria-checked") == "false"
    more = view.part("layers-plus")
    more.press("Enter")
    view.part("layer-2-plus").wait_for()
    expect(more).to_be_focused()
    view.until_query(hidden="4-4")
    view.quiet()
    view.part("single-keys").press("Enter")
    neuron = view.part("neuron-1-2").last
    neuron.focus()
    for side_by_side in ("true", "false"):
        keys.press("t")
        view.page.locator(f'[data-testid="split"][aria-pressed="{side_by_side}"]').wait_for()
        expect(neuron).to_be_focused()
        view.quiet()


def test_the_learning_rates_are_walked_by_keyboard_alone(open_view: Open) -> None:
    view = open_view("learning_rate?rates=9&starts=2&epochs=40&seed=3")
    view.page.locator(SWEPT).wait_for(timeout=PATIENCE_MS)
    job = view.page.locator(SWEPT).get_attribute("data-job")
    keys = view.page.keyboard
    keys.press("e")
    assert view.page.evaluate(FOCUSED) == "eta"
    keys.press("n")
    view.until_query(seed="4")
    view.page.locator(f'{SWEPT}:not([data-job="{job}"])').wait_for(timeout=PATIENCE_MS)
    assert view.page.evaluate(FOCUSED) == "eta"
    lecture(view, "hidden")
    lecture(view, "visible")
    view.page.get_by_role("button", name="Range").press("Enter")
    field = view.page.get_by_test_id("stPopoverBody").get_by_role("textbox").first
    field.wait_for()
    keys.press("l")
    keys.press("Escape")
    view.quiet()
    assert view.page.get_by_test_id("stHeader").is_visible()
    view.page.get_by_role("radio", name="Heat map").press("Space")
    view.page.locator(f"{SWEPT}[data-mode=heat]").wait_for(timeout=PATIENCE_MS)
    view.quiet()
    keys.press("e")
    assert view.page.evaluate(FOCUSED) == "heat", "its arrows walk the rates, and Enter opens one"
    keys.press("n")
    view.until_query(seed="5")


def test_a_landscape_is_walked_by_keyboard_alone(open_view: Open) -> None:
    view = open_view("building_blocks?block=schedulers")
    block = view.part("block-paths")
    block.and_(view.page.locator('[data-playing="true"]')).wait_for(timeout=PATIENCE_MS)
    keys = view.page.keyboard
    keys.press("e")
    assert (
        view.page.evaluate("(document.activeElement.shadowRoot ?? document).activeElement.dataset.testid")
        == "walk-eta"
    )
    keys.press("Space")
    block.and_(view.page.locator('[data-playing="false"]')).wait_for()
    start = block.get_attribute("data-start")
    keys.press("n")
    keys.press("l")  # in the same moment: neither is lost
    view.page.locator(f'[data-testid="block-paths"]:not([data-start="{start}"])').wait_for()
    view.page.get_by_test_id("stHeader").wait_for(state="hidden")
    view.quiet()
    lecture(view, "visible")


@pytest.mark.long
def test_a_lesson_is_put_in_order_by_keyboard_alone_and_heard(open_view: Open) -> None:
    view = open_view("logic_gates?speed=max")
    view.finished()
    view.quiet()
    page, said = view.page, view.page.locator("body > .nn-voice")
    adding = page.locator(".st-key-add_screen button:visible").first
    adding.press("Enter")
    expect(said).to_have_text("Added as screen 1 of your lesson.", timeout=PATIENCE_MS)
    lecture(view, "hidden")  # also while the toast is there, which is no dialog
    lecture(view, "visible")
    adding.press("Enter")
    page.get_by_role("link", name="My lesson (2 screens)").press("Enter")
    view.page.locator(".st-key-later_0 button:visible").press("Enter")
    expect(said).to_contain_text("Screen 1 is now screen 2.", timeout=PATIENCE_MS)
    expect(page.locator(".st-key-remove_1 button:visible")).to_be_focused(
        timeout=PATIENCE_MS
    )  # later it cannot be
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-remove_0 button:visible")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Screen 1 is taken out; 0 left.", timeout=PATIENCE_MS)
    copy = page.locator(".st-key-copy_lecture button:visible")
    copy.press("Enter")
    expect(copy).to_be_disabled(timeout=PATIENCE_MS)
    page.wait_for_function("document.activeElement.matches('[data-testid=stMain] button')")
