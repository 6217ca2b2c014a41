"""Building blocks in a browser: what is dragged follows at once, and comes back from its address."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

BLOCK = '[data-testid^="block-"]'


def facts(page) -> dict[str, str]:
    """The numbers below a chart, by their names."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('div')]
            .map((node) => node.shadowRoot).filter(Boolean)
            .flatMap((root) => [...root.querySelectorAll('.nnb-facts > div')])
            .map((row) => [row.children[0].textContent, row.children[1].textContent]))"""
    )


def drag(slider, value: float) -> None:
    """Move a range input as a hand does: every step says `input`, letting go says `change`."""
    slider.evaluate(
        """(node, value) => {
            node.value = value;
            node.dispatchEvent(new Event('input', { bubbles: true }));
            node.dispatchEvent(new Event('change', { bubbles: true }));
        }""",
        str(value),
    )


def test_walking_along_an_activation_shows_value_and_slope(open_view: Open) -> None:
    page = open_view("building_blocks?activation=sigmoid").page
    walk = page.get_by_test_id("walk")
    walk.wait_for()
    walk.focus()
    drag(walk, 0)
    assert facts(page)["value"] == "0.5"
    assert facts(page)["slope by autograd"] == "0.25"
    page.keyboard.press("ArrowRight")
    assert float(facts(page)["value"]) > 0.5
    page.locator('button[data-name="RELU"]').click()
    drag(walk, -2)
    assert facts(page)["slope, closed form"] == "0"
    page.wait_for_function("new URLSearchParams(location.search).get('activation') === 'RELU'")
    assert float(walk.input_value()) == -2


def test_schedulers_walk_answer_to_eta_at_once_and_to_momentum_from_the_server(open_view: Open) -> None:
    page = open_view("building_blocks?block=schedulers&landscape=ravine").page
    block = page.locator(BLOCK)
    block.wait_for()
    until = """([name, value]) => {
        const roots = [...document.querySelectorAll('div')].map((node) => node.shadowRoot).filter(Boolean);
        const node = roots.map((root) => root.querySelector('[data-testid="block-paths"]')).find(Boolean);
        return node && node.dataset[name] === value;
    }"""
    page.wait_for_function(until, arg=["playing", "true"])
    page.wait_for_function(until, arg=["step", "200"])
    eta = page.get_by_test_id("walk-eta")
    drag(eta, int(eta.get_attribute("max")))
    page.wait_for_function(until, arg=["eta", "10"])
    assert "diverged" in page.locator(".nnb-walkers").inner_text()
    drag(page.get_by_test_id("walk-momentum"), 0.5)
    page.wait_for_function(until, arg=["momentum", "0.5"])
    page.wait_for_function("new URLSearchParams(location.search).get('momentum') === '0.5'")
    assert page.get_by_test_id("walk-step").input_value() == "200"
    page.locator(".nnb-map").click(position={"x": 100, "y": 100})
    page.wait_for_function("new URLSearchParams(location.search).has('start_x')")
    page.wait_for_function(until, arg=["playing", "true"])


def test_back_propagation_goes_step_by_step_and_keeps_its_step(open_view: Open) -> None:
    page = open_view("building_blocks?block=backprop").page
    following = page.get_by_test_id("stage-next")
    following.wait_for()
    assert "dC/dw" not in page.locator(".nnb-net").inner_text()
    for _ in range(20):
        following.click()
    assert "dC/dw" in page.locator(".nnb-net").inner_text()
    assert "11 of 11" in page.locator(BLOCK).inner_text()
    assert "Checked: the nine gradients" in page.locator(BLOCK).inner_text()


def test_a_formula_trains_on_another_page(open_view: Open) -> None:
    view = open_view("building_blocks?formula=z*tanh(z)")
    view.page.get_by_role("link", name="on XOR").click()
    view.drawn()
    assert view.query()["formula"] == "z*tanh(z)"
    assert view.query()["hidden_func"] == "custom"
    assert view.finished()["state"] == "finished"
