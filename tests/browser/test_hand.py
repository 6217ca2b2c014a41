"""One screen, one hand: pointing at what is drawn, and a run without an end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView
from tests.lanes import first

pytestmark = pytest.mark.browser


def large(view: LiveView, neuron: str | None) -> None:
    """Wait until that neuron fills the map, or with None the whole network does."""
    view.page.wait_for_function(
        "wanted => document.querySelector('[data-testid=panel-map]').getAttribute('data-neuron') === wanted",
        arg=neuron,
    )


def pixels(view: LiveView) -> str:
    return view.page.eval_on_selector("[data-testid=panel-map] canvas", "canvas => canvas.toDataURL()")


def at_rest(view: LiveView, *names: str) -> list[dict[str, float]]:
    """Wait until these parts have stood where they are for twenty frames; return their boxes.

    A run may be over before what stands above it on the page has its place.
    """
    view.quiet()
    view.page.wait_for_function(
        """names => {
            const parts = names.map((name) => document.querySelector(`[data-testid=${name}]`));
            const places = JSON.stringify(parts.map((part) => part.getBoundingClientRect()));
            window.stood = window.stood?.places === places ? window.stood : { places, frames: 0 };
            return (window.stood.frames += 1) > 20;
        }""",
        arg=list(names),
        timeout=PATIENCE_MS,
    )
    return [view.part(name).bounding_box() for name in names]


def test_a_neuron_fills_the_map_by_mouse_and_by_keyboard_and_a_click_holds_it(open_view: Open) -> None:
    view = open_view("patterns?data=circle&epochs=20&hidden=16")
    view.finished()
    whole = pixels(view)
    view.part("neuron-1-16").hover()
    large(view, "1-16")
    assert pixels(view) != whole
    view.part("play").hover()
    large(view, None)
    assert pixels(view) == whole
    view.part("neuron-0-2").focus()
    large(view, "0-2")
    view.page.keyboard.press("ArrowRight")
    large(view, "1-2")
    free = view.part("neuron-1-2").bounding_box()
    view.page.keyboard.press("Enter")
    view.part("eta").focus()
    large(view, "1-2")
    view.part("weight-1").wait_for()
    assert view.part("neuron-1-2").bounding_box() == free
    assert view.part("neuron-1-2").get_attribute("aria-pressed") == "true"
    field = view.part("weight-1")
    field.fill("7.5")
    field.press("Enter")
    words = "Layer 1, neuron 2, first training row: weights · inputs + bias = 7.5·"
    view.page.locator(".nnp-card-words", has_text=words).wait_for()
    view.page.get_by_role("status").get_by_text(words).wait_for(state="attached")
    view.part("neuron-1-2").focus()
    view.page.keyboard.press("Escape")
    view.part("eta").focus()
    large(view, None)
    bottom = view.part("panel-network").bounding_box()
    assert bottom["y"] + bottom["height"] <= 720


WITH_NETWORK = (
    "own_data?epochs=3&speed=max",
    "own_data?table=house_prices&epochs=3&speed=max&lecture=1",
    "own_data?data=wisconsin&epochs=3&speed=max&hidden=16-16",
    "logic_gates?data=XOR&epochs=30&speed=max&hidden=none",
    "regression?epochs=3&speed=max",
)
STAND = """() => {
    const all = document.querySelectorAll('.nnp-panel, .nnp-panel-body, .nnp-neuron');
    return JSON.stringify([...all].map((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return [node.className, x, y, width, height, getComputedStyle(node).visibility];
    }));
}"""


@pytest.mark.parametrize("address", first(2, WITH_NETWORK))
def test_the_card_of_a_held_neuron_is_in_view_beside_its_network_and_moves_nothing(
    open_view: Open, address: str
) -> None:
    view = open_view(address)
    view.finished()
    neuron, card = view.part("neuron-1-1"), view.page.locator(".nnp-card")
    neuron.hover()
    view.frames_pass()
    free = view.page.evaluate(STAND)

    def places() -> list[Any]:
        return [one[:5] for one in json.loads(view.page.evaluate(STAND)) if "nnp-panel-body" not in one[0]]

    before = places()
    # Once while nothing has the focus, as after a click, and once at the neuron.
    keys = (lambda: view.page.keyboard.press("Escape"), lambda: neuron.press("Escape"))
    for let_go in (neuron.click, *keys):
        neuron.click()
        view.part("weight-0").wait_for()
        view.frames_pass()
        box, drawn = card.bounding_box(), view.part("panel-network").bounding_box()
        assert box["height"] > 40
        assert box["y"] + box["height"] <= 720
        assert (
            box["x"] >= drawn["x"] + drawn["width"]
            or box["x"] + box["width"] <= drawn["x"]
            or (box["y"] + box["height"] <= drawn["y"])
        )
        assert places() == before
        let_go()
        card.wait_for(state="hidden")
        view.page.wait_for_function(f"free => ({STAND})() === free", arg=free)


def test_a_weight_shows_its_number_where_it_is_drawn_and_takes_another_one(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&hidden=none&eta=0.5&speed=max")
    view.finished()
    boxes = at_rest(view, "neuron-0-1", "neuron-1-1")
    x, y = (
        sum(box[at] + box[size] / 2 for box in boxes) / 2 for at, size in (("x", "width"), ("y", "height"))
    )
    view.part("step").click()
    view.page.get_by_text("Epoch 201. Output: ").first.wait_for()
    view.page.mouse.move(x, y)
    tip = view.part("weight-tip")
    tip.get_by_text("weight 1 → 1:").wait_for()
    view.page.mouse.click(x, y)
    field = view.part("weight-here")
    field.fill("-3")
    field.press("Enter")
    view.page.get_by_text("A weight was set by hand: the cost is ").first.wait_for()
    view.page.mouse.move(x, y - 60)
    view.page.mouse.move(x, y)
    tip.get_by_text("weight 1 → 1: −3").wait_for()
    assert [view.part(name).bounding_box() for name in ("neuron-0-1", "neuron-1-1")] == boxes
    view.part("course").get_by_text("Weights set by hand: no link holds them.").wait_for()
    view.part("play").click()
    view.until_query(more="201")
    view.finished()
    view.part("course").get_by_text("200 epochs planned, 201 added. Weights set by hand: no link").wait_for()
    view.part("as-planned").click()
    view.part("course").get_by_text("no link").wait_for(state="detached")


LONG = (
    "logic_gates?data=XOR&hidden=none&eta=0.02&speed=max",  # a notice stands above the panels too
    "patterns?data=circle&hidden=none&changes=eta30_0.5lam60_0.01&more=20&speed=max",
    "digits?epochs=2&speed=max&b.changes=eta1_0.002eta2_0.003",
)


@pytest.mark.parametrize("address", first(1, LONG))
def test_a_verdict_of_many_sentences_moves_nothing_and_leaves_the_panels_in_view(
    open_view: Open, address: str
) -> None:
    view = open_view(address)
    boxes = """() => [...document.querySelectorAll('.nnp-panel')].filter((panel) => panel.checkVisibility())
        .map((panel) => { const { top, bottom } = panel.getBoundingClientRect(); return [top, bottom]; })"""
    view.drawn()
    view.until("['playing', 'finished'].includes(d.state)")
    before = view.page.evaluate(boxes)
    view.finished()
    view.page.locator("[data-testid=try-eta]:not([hidden])").wait_for()
    view.frames_pass()
    assert view.page.evaluate(boxes) == before
    assert [box for box in before if box[0] < 660 and box[1] > 720] == []
    # What has no room lies over the panels while one points at it.
    view.page.locator(".nnp-words").evaluate_all(
        """nodes => nodes.forEach((node) => { node.dataset.whole = node.tabIndex === 0 ? 'no' : 'yes'; })"""
    )
    for words in view.page.locator(".nnp-words[data-whole=no]:visible").all():
        short = words.inner_text()
        words.hover()
        assert len(words.inner_text()) > len(short) or not short.endswith("…")
        assert view.page.evaluate(boxes) == before


@pytest.mark.long
def test_layers_data_and_features_are_changed_where_they_are_drawn(open_view: Open) -> None:
    view = open_view("patterns?data=circle&epochs=20")
    view.finished()
    view.part("layer-1-plus").click()
    view.part("layers-plus").click()
    view.part("layer-2-minus").click()
    view.until_query(hidden="9-3")
    view.until_shown("hidden_1", "9")
    view.finished()
    run = view.run
    view.frames_pass()
    assert view.run == run, "the script that follows starts nothing"
    view.part("keep-weights").check()
    view.part("layers-plus-1").click()
    view.until_query(hidden="9-4-3")
    view.part("layers-minus-1").click()
    view.until_query(hidden="4-3")
    view.part("layers-minus").click()
    view.until_query(hidden="4")
    view.part("feature-xy").click()
    view.until_query(features="x-y-xy")
    view.part("data-xor_cloud").click()
    view.until_query(data="xor_cloud", features="x-y-xy")
    view.page.locator("[data-testid=data-xor_cloud][aria-pressed=true]").wait_for()


def test_rows_of_the_table_and_cells_of_the_matrix_mark_their_points(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&epochs=30")
    view.finished()
    marked = "nodes => nodes.map(node => node.dataset.marked === 'true')"
    rows = view.page.locator("[data-testid^=truth-]")
    view.part("truth-2").focus()
    view.page.wait_for_function("document.querySelector('[data-testid=truth-2]').dataset.marked === 'true'")
    assert rows.evaluate_all(marked) == [False, True, False, False]
    view.part("panel-matrix").get_by_role("application").focus()
    view.page.wait_for_function("document.querySelector('[data-testid=truth-2]').dataset.marked !== 'true'")
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("ArrowRight")
    view.page.wait_for_function("document.querySelector('[data-testid=truth-2]').dataset.marked === 'true'")


def test_a_run_goes_on_beyond_its_end_and_its_link_opens_it_again(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&epochs=30&eta=0.02&speed=max")
    view.finished()
    for epoch in (31, 32):
        view.part("step").click()
        view.until("Number(d.epoch) === a", epoch)
        view.page.get_by_text(f"Epoch {epoch}. Layer 1, neuron 1:").first.wait_for()
    view.press("Space")
    view.until("d.state === 'finished' && d.epoch === '62'")
    assert view.run == "1"
    view.until_query(epochs="30", more="32")
    view.part("eta-live").check()
    view.part("eta").focus()
    view.page.keyboard.press("ArrowRight")
    rate = view.until("Number(d.eta) > 0.02")["eta"]
    view.until_query(eta="0.02", changes=f"eta62_{rate}")
    words = f"Learning rate 0.02 until epoch 62, then {rate}. 30 epochs planned, 32 added."
    assert view.part("course").inner_text() == words
    view.part("more-epochs").click()
    end = view.until("d.state === 'finished' && d.epoch === '92'")
    view.until_query(more="62")
    cost = view.part("panel-loss").inner_text()
    again = open_view(view.page.url.rsplit("/", 1)[1])
    opened = again.until("d.state === 'finished' && d.epoch === '92'")
    assert (opened["eta"], opened["outcome"]) == (end["eta"], end["outcome"])
    # Drawn once the charts' library is there.
    expect(again.part("panel-loss")).to_have_text(cost, use_inner_text=True)
    again.part("restart").click()
    again.new_run(opened["run"])
    again.part("as-planned").click()
    again.page.wait_for_function("!location.search.includes('more') && !location.search.includes('changes')")
    assert again.until("d.state === 'finished' && d.epoch === '30'")["eta"] == "0.02"


@pytest.mark.parametrize("size", [(1280, 720), pytest.param((1024, 768), marks=pytest.mark.long)])
def test_the_images_most_like_a_drawing_close_as_they_opened(open_view: Open, size: tuple[int, int]) -> None:
    view = open_view("digits?epochs=1&samples=100&speed=max")
    view.page.set_viewport_size({"width": size[0], "height": size[1]})
    view.finished()
    pad, why = view.part("pad"), view.part("pad-why")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    view.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    view.page.mouse.down()
    view.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    view.page.mouse.up()
    for _ in range(2):
        why.get_by_text("why?").click()
        expect(why).to_have_attribute("open", "")
        why.get_by_text("why?").click()
        expect(why).not_to_have_attribute("open", "")
    why.get_by_text("why?").click()
    why.get_by_text("The training images most like it").click()
    expect(why).not_to_have_attribute("open", "")
