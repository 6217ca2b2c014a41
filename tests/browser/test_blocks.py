"""Building blocks in a browser: what is dragged follows at once, and comes back from its address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.hall import SETTLED
from tests.browser.view import QUIET
from tests.lanes import first

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


def settled(page) -> None:
    """Wait until the page is whole and nothing on it moves: what is pointed at then stays where it is."""
    page.locator(QUIET).wait_for()
    page.evaluate(SETTLED)


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


PATHS_SAY = """([name, value]) => {
    const roots = [...document.querySelectorAll('div')].map((node) => node.shadowRoot).filter(Boolean);
    const node = roots.map((root) => root.querySelector('[data-testid="block-paths"]')).find(Boolean);
    return node && node.dataset[name] === value;
}"""
IN_ADDRESS = "([name, value]) => new URLSearchParams(location.search).get(name) === value"


@pytest.mark.long
def test_schedulers_walk_and_answer_to_both_numbers_in_the_browser(open_view: Open) -> None:
    page = open_view("building_blocks?block=schedulers&landscape=ravine").page
    page.locator(BLOCK).wait_for()
    page.wait_for_function(PATHS_SAY, arg=["playing", "true"])
    page.wait_for_function(PATHS_SAY, arg=["step", "200"])
    eta = page.get_by_test_id("walk-eta")
    # Dragged but not let go: nothing goes to the server, and the picture follows all the same.
    eta.evaluate("(node) => { node.value = node.max; node.dispatchEvent(new Event('input')); }")
    assert page.locator(BLOCK).get_attribute("data-eta") == "10"
    assert "diverged" in page.locator(".nnb-walkers").inner_text()
    assert "Constant diverged at step" in page.locator(".nnb-left").inner_text()
    assert "eta=" not in page.url
    drag(eta, 45)
    page.wait_for_function(IN_ADDRESS, arg=["eta", "0.018"])
    drag(page.get_by_test_id("walk-momentum"), 0.5)
    assert page.locator(BLOCK).get_attribute("data-momentum") == "0.5"
    page.wait_for_function(IN_ADDRESS, arg=["momentum", "0.5"])
    assert page.get_by_test_id("walk-step").input_value() == "200"


def test_the_start_is_dragged_by_hand_and_by_keys(open_view: Open) -> None:
    page = open_view("building_blocks?block=schedulers&landscape=bowl").page
    field = page.get_by_test_id("walk-map")
    field.wait_for()
    settled(page)
    box = field.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25, steps=3)
    page.wait_for_function(PATHS_SAY, arg=["start", "1.5,1.5"])
    page.mouse.up()
    page.wait_for_function(PATHS_SAY, arg=["playing", "true"])
    page.wait_for_function(IN_ADDRESS, arg=["start_x", "1.5"])
    field.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(PATHS_SAY, arg=["start", "1.4,1.5"])
    page.wait_for_function(IN_ADDRESS, arg=["start_x", "1.4"])


def test_a_link_opens_the_very_figure_of_the_schedulers(open_view: Open) -> None:
    address = "building_blocks?block=schedulers&landscape=beale&eta=0.0123&momentum=0.7"
    page = open_view(address + "&start_x=2&start_y=-1&step=57&race=best&without=Adam").page
    page.wait_for_function(PATHS_SAY, arg=["step", "57"])
    block = page.locator(BLOCK)
    wanted = {"playing": "false", "eta": "0.0123", "momentum": "0.7", "start": "2,-1"}
    assert {name: block.get_attribute(f"data-{name}") for name in wanted} == wanted
    assert block.locator('button[data-name="Adam"]').get_attribute("aria-pressed") == "false"
    assert block.locator('button[data-value="best"]').get_attribute("aria-pressed") == "true"
    # The stability map marks the rate at which Momentum walks here: its best, not that of the slider.
    assert "η 0.045" in block.locator('button[data-name="Momentum"]').inner_text()
    assert "η × curvature 49 = 2.2:" in block.inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(PATHS_SAY, arg=["step", "58"])
    page.wait_for_function(IN_ADDRESS, arg=["step", "58"])


def test_another_landscape_begins_with_its_own_start_and_rate(open_view: Open) -> None:
    page = open_view("building_blocks?block=schedulers&landscape=bowl&eta=0.3&start_x=1&start_y=1").page
    page.wait_for_function(PATHS_SAY, arg=["start", "1,1"])
    page.get_by_role("radio", name="Rosenbrock").click()
    page.wait_for_function(PATHS_SAY, arg=["start", "-1.2,1"])
    page.wait_for_function(PATHS_SAY, arg=["eta", "0.001"])
    page.wait_for_function(IN_ADDRESS, arg=["eta", None])


def test_back_propagation_goes_step_by_step_with_keys_and_keeps_its_step(open_view: Open) -> None:
    page = open_view("building_blocks?block=backprop").page
    following = page.get_by_test_id("stage-next")
    following.wait_for()
    assert "dC/dw" not in page.locator(".nnb-net").inner_text()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert "dC/dw11" in page.locator(".nnb-net").inner_text()
    assert "11 of 11" in page.locator(BLOCK).inner_text()
    assert "Checked: the nine gradients" in page.locator(BLOCK).inner_text()
    page.wait_for_function(IN_ADDRESS, arg=["stage", "10"])
    page.get_by_test_id("stage-back").click()
    page.wait_for_function(IN_ADDRESS, arg=["stage", "9"])


def test_a_weight_set_by_hand_stands_in_the_drawing_and_in_the_link(open_view: Open) -> None:
    page = open_view("building_blocks?block=backprop&stage=2").page
    page.locator('[data-weight="w1_11"]').click()
    drag(page.get_by_test_id("weight"), 2.5)
    page.locator('[data-weight="w1_11"]', has_text="w11 2.500").wait_for()
    page.wait_for_function("new URLSearchParams(location.search).get('weights').split('_')[2] === '2.5'")
    assert "(2.500)" not in page.locator(".nnb-lines").inner_text()
    page.reload()
    page.locator('[data-weight="w1_11"]', has_text="w11 2.500").wait_for()
    assert "3 of 11" in page.locator(BLOCK).inner_text()
    page.get_by_test_id("weights-drawn").click()
    page.wait_for_function(IN_ADDRESS, arg=["weights", None])
    page.locator('[data-weight="w1_11"]', has_text="w11 0.360").wait_for()
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stage-back")).to_be_hidden()
    page.emulate_media(media="screen")


@pytest.mark.parametrize(
    "block",
    first(
        2,
        [
            "activations",
            "costs",
            "softmax",
            "schedulers",
            "schedulers&landscape=rosenbrock&start_x=0.2&start_y=3",  # the longest words
            "backprop",
        ],
    ),
)
def test_lecture_mode_shows_a_part_on_one_screen(open_view: Open, block: str) -> None:
    page = open_view(f"building_blocks?block={block}&stage=9&step=200&eta=0.2").page
    page.locator(BLOCK).wait_for()
    page.keyboard.press("l")
    page.wait_for_function(IN_ADDRESS, arg=["lecture", "1"])
    page.locator(".nnb-lecture").wait_for()
    page.locator('[data-testid="stHeader"]').wait_for(state="hidden")
    below = """() => {
        const roots = [...document.querySelectorAll('div')].map((node) => node.shadowRoot).filter(Boolean);
        const block = roots.map((root) => root.querySelector('.nnb-lecture')).find(Boolean);
        return block.getBoundingClientRect().bottom <= innerHeight && block.scrollWidth <= innerWidth;
    }"""
    page.wait_for_function(below)
    page.keyboard.press("l")
    page.wait_for_function(IN_ADDRESS, arg=["lecture", None])


def test_softmax_sums_come_from_the_link_and_go_into_it(open_view: Open) -> None:
    page = open_view("building_blocks?block=softmax&z1=0&z2=0&z3=0").page
    page.get_by_test_id("z1").wait_for()
    settled(page)
    page.locator(".st-key-lecture_mode button").first.hover()
    # What is said of it stands below it, not on the camera and the menu above.
    page.wait_for_function("""() => {
        const box = (one) => document.querySelector(one)?.getBoundingClientRect();
        return box('[role="tooltip"]')?.top > box('.st-key-lecture_mode button').bottom;
    }""")
    assert "33 %" in page.get_by_test_id("bars").inner_text()
    drag(page.get_by_test_id("z2"), 3)
    assert "91 %" in page.get_by_test_id("bars").inner_text()
    page.wait_for_function(IN_ADDRESS, arg=["z2", "3"])


def test_softmax_goes_nowhere_past_the_ends_of_its_sliders(open_view: Open) -> None:
    page = open_view("building_blocks?block=softmax&z1=5&z2=5&z3=5").page
    page.get_by_text("Nobody leads").wait_for()
    more = page.get_by_role("button", name="all + 1")
    more.click()
    page.wait_for_function(IN_ADDRESS, arg=["z3", "6"])
    assert more.is_disabled()
    assert page.get_by_role("button", name="all × 2").is_disabled()
    page.get_by_role("button", name="all ÷ 2").click()
    page.wait_for_function(IN_ADDRESS, arg=["z1", "3"])
    assert more.is_enabled()


def test_a_probability_that_has_rounded_to_1_is_named_beside_its_delta(open_view: Open) -> None:
    weights = "_".join(["10"] * 9)
    address = f"building_blocks?block=backprop&hidden_func=RELU&row=1+1&weights={weights}&stage=6"
    page = open_view(address).page
    page.get_by_text("p has rounded to 1").wait_for()
    lines = page.locator(".nnb-lines").inner_text()
    assert "δ = dC/dp · dp/dz = p − t = 1 − 0 = 1" in lines
    assert "0 · 0" not in lines
    assert "cost 610" in page.locator(".nnb-net").inner_text()


def test_one_walks_along_a_curve_with_the_mouse(open_view: Open) -> None:
    page = open_view("building_blocks?activation=tanh&z=-2.35").page
    chart = page.locator(".nnb-main .nnb-chart")
    chart.wait_for()
    settled(page)
    assert float(page.get_by_test_id("walk").input_value()) == -2.35
    box = chart.bounding_box()
    page.mouse.click(box["x"] + 52 + (box["width"] - 66) / 2, box["y"] + 60)
    page.wait_for_function(IN_ADDRESS, arg=["z", "0"])
    assert facts(page)["slope by autograd"] == "1"


@pytest.mark.long
def test_a_formula_trains_on_another_page(open_view: Open) -> None:
    view = open_view("building_blocks?formula=z*tanh(z)")
    view.page.get_by_role("link", name="on XOR").click()
    view.drawn()
    assert view.query()["formula"] == "z*tanh(z)"
    assert view.query()["hidden_func"] == "custom"
    assert view.finished()["state"] == "finished"


def test_a_phone_shows_the_whole_network_of_back_propagation_and_each_of_its_numbers(open_view: Open) -> None:
    page = open_view("building_blocks?block=backprop&stage=10", has_touch=True, is_mobile=True).page
    page.set_viewport_size({"width": 390, "height": 844})
    net = page.locator(".nnb-net")
    net.locator("svg").wait_for()
    # As high as wide at least, since it is drawn for a phone.
    page.wait_for_function(
        """() => [...document.querySelectorAll('*')].some(({ shadowRoot }) => {
            const box = shadowRoot?.querySelector('.nnb-net svg')?.getBoundingClientRect();
            return box && box.height >= box.width;
        })"""
    )
    expect(net).to_contain_text("→")
    assert net.evaluate("net => net.scrollWidth <= net.clientWidth")
    lying = net.evaluate(
        """net => {
            const all = [...net.querySelectorAll('text')]
                .map((text) => [text.textContent, text.getBoundingClientRect()]);
            const frame = net.getBoundingClientRect();
            const out = all.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1);
            const on = all.flatMap(([one, a], i) => all.slice(i + 1)
                .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
                .map(([other]) => `${one} on ${other}`));
            return [...out.map(([words]) => `${words} is out`), ...on];
        }"""
    )
    assert lying == []
