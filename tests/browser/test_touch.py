"""A phone's finger: it scrolls from wherever it comes down, and finds whatever is to be pressed."""

from __future__ import annotations

import pytest

from tests.browser.accessible import small_targets
from tests.browser.conftest import Open
from tests.browser.test_everyone import STORIES, quiet
from tests.browser.view import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("page", ["gates", "regression", "digits", "learning rate", "own data", "room"])
def test_fingers_have_24_pixels_for_whatever_is_to_be_pressed(open_view: Open, page: str) -> None:
    address, drawn, _ = STORIES[page]
    view = open_view(address, has_touch=True, is_mobile=True)
    view.page.set_viewport_size(PHONE)
    view.page.locator(drawn).first.wait_for(timeout=PATIENCE_MS)
    quiet(view)
    assert small_targets(view.page) == []
    neuron = view.part("neuron-1-2")
    if neuron.count():
        free = neuron.bounding_box()
        neuron.tap()
        view.part("weight-1").wait_for()
        assert small_targets(view.page) == []
        assert neuron.bounding_box()["height"] == free["height"]


def test_fingers_find_the_cross_of_an_input_feature(open_view: Open) -> None:
    view = open_view("patterns?epochs=20&speed=max", has_touch=True, is_mobile=True)
    view.page.set_viewport_size(PHONE)
    view.finished()
    view.quiet()
    view.page.get_by_test_id("stExpandSidebarButton").tap()
    cross = view.page.get_by_role("button", name="Remove y")
    cross.scroll_into_view_if_needed()
    box = cross.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    cross.tap()
    view.until_query(features="x")


def test_a_finger_that_scrolls_the_page_from_a_slider_leaves_it_where_it_is(open_view: Open) -> None:
    view = open_view("logic_gates?speed=max", has_touch=True, is_mobile=True)
    view.page.set_viewport_size(PHONE)
    run = view.finished()["run"]
    view.quiet()
    touch = view.page.context.new_cdp_session(view.page)
    eta = view.part("eta")
    eta.scroll_into_view_if_needed()

    def drag(x: float, y: float) -> None:
        box = eta.bounding_box()
        at = (box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
        for step in range(9):
            point = {"x": at[0] + x * step / 8, "y": at[1] + y * step / 8}
            kind = "touchMove" if step else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    value = eta.input_value()
    above = eta.bounding_box()["y"]
    drag(4, -120)
    view.page.wait_for_function(
        "above => document.querySelector('[data-testid=eta]').getBoundingClientRect().y < above - 60",
        arg=above,
    )
    view.frames_pass()
    view.quiet()
    assert (eta.input_value(), view.run) == (value, run)
    # A quick swipe goes on by itself, at times as far as below the page's head.
    eta.evaluate("slider => slider.scrollIntoView({ block: 'center', behavior: 'instant' })")
    view.frames_pass(2)
    drag(-80, 4)
    view.new_run(run)
    assert int(eta.input_value()) < int(value) + 10


@pytest.mark.parametrize("screen", [(1280, 800), (1024, 768)])
@pytest.mark.parametrize("page", ["own_data", "patterns?hidden=16-16", "regression"])
def test_a_tablet_held_flat_shows_a_pressed_neuron_and_its_card_together(
    open_view: Open, page: str, screen: tuple[int, int]
) -> None:
    view = open_view(page, has_touch=True, is_mobile=True)
    view.page.set_viewport_size({"width": screen[0], "height": screen[1]})
    view.finished()
    view.quiet()
    if page != "own_data":  # beside names of columns four layers have less than that from side to side
        assert small_targets(view.page) == []
    view.part("neuron-1-2").tap()
    view.part("weight-1").wait_for()
    view.page.wait_for_function(
        """() => ['.nnp-card', '[data-testid="neuron-1-2"]'].every((one) => {
            const { top, bottom } = document.querySelector(one).getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
        })""",
        timeout=PATIENCE_MS,
    )
