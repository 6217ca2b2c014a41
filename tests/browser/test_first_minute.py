"""The first minute: Home shows before it tells, and what a gate's lesson needs stands on one screen."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import cut_texts
from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView
from tests.lanes import first

pytestmark = pytest.mark.browser

PICTURES = """() => {
    const images = [...document.querySelectorAll('img.nn-run-card')];
    for (const image of images) image.loading = 'eager';
    return images.length > 20 && images.every((image) => image.complete && image.naturalWidth > 0);
}"""


def below(view: LiveView, *parts: str) -> list[str]:
    """Those of the parts that do not end within a window of 720 pixels' height."""
    boxes = {part: view.part(part).last.bounding_box() for part in parts}
    return [part for part, box in boxes.items() if box["y"] < 0 or box["y"] + box["height"] > 720]


MANY = "eta=blue&momentum=7&rho=9&split=5&noise=99&nonsense=1"
NOTICED = {
    f"logic_gates?data=XOR&hidden=none&speed=max&{MANY}": ("loss", "map", "truth", "network"),  # and a hint
    f"logic_gates?data=XOR&hidden=none&speed=max&b.eta=1&{MANY}": ("loss", "map", "truth", "network"),
    f"logic_gates?data=XOR&hidden=none&speed=max&lecture=1&{MANY}": ("loss", "map", "truth", "network"),
    f"logic_gates?data=XOR&hidden=none&speed=max&lecture=1&b.eta=1&{MANY}": ("loss", "map", "truth"),
    f"regression?data=sine&hidden=2&speed=max&{MANY}": ("loss", "fit", "network"),
}


@pytest.mark.parametrize("address", first(2, NOTICED))
def test_whatever_could_not_be_used_of_an_address_leaves_the_panels_in_view(
    open_view: Open, address: str
) -> None:
    view = open_view(address)
    view.page.set_viewport_size({"width": 1280, "height": 720})
    view.finished()
    view.quiet()
    view.frames_pass()
    assert below(view, "eta", *(f"panel-{name}" for name in NOTICED[address])) == []
    if "lecture" not in address:
        assert [fault for fault in cut_texts(view.page) if "nnp-truth" in fault] == []
    notices = view.page.get_by_test_id("stAlertContainer")
    last = notices.get_by_role("listitem").last
    notices.and_(view.page.locator('[tabindex="0"]')).focus()
    view.page.keyboard.press("End")
    view.page.wait_for_function(
        "([box, line]) => line.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom + 2",
        arg=[notices.element_handle(), last.element_handle()],
    )


@pytest.mark.parametrize("address", ["logic_gates?speed=max", "learning_rate"])
def test_the_words_of_a_truth_table_stand_apart_on_a_tablet(open_view: Open, address: str) -> None:
    view = open_view(address)
    view.page.set_viewport_size({"width": 820, "height": 1180})
    table = view.page.locator(".nnp-truth")
    table.get_by_text("right").last.wait_for(timeout=PATIENCE_MS)
    gaps = table.evaluate(
        """table => [...table.rows].flatMap((row) => {
            const words = [...row.cells].filter((cell) => cell.textContent).map((cell) => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return range.getBoundingClientRect();
            });
            const edge = table.getBoundingClientRect().right + 1;
            return words.map(({ right }, at) => (words[at + 1]?.left ?? edge) - right);
        })"""
    )
    assert min(gaps) >= 0


@pytest.mark.long
def test_home_shows_a_network_under_the_hand_and_a_picture_of_each_run(open_view: Open) -> None:
    view = open_view("")
    view.page.set_viewport_size({"width": 1280, "height": 720})
    view.drawn()
    assert below(view, "eta", "panel-map", "panel-network", "panel-loss") == []
    view.finished()
    view.part("eta").focus()
    view.page.keyboard.press("ArrowRight")
    moved = view.until("Number(d.eta) > 0.03 && d.state === 'finished'")
    # Made in spare time: beside a busy machine some of their runs end late.
    view.page.wait_for_function(PICTURES, timeout=3 * PATIENCE_MS)
    link = view.page.get_by_role("link", name="Spiral: two hidden layers")
    link.scroll_into_view_if_needed()
    assert (urlsplit(view.page.url).query, view.data()["eta"]) == ("", moved["eta"])
    link.click()
    view.until_query(data="spiral")
    view.until("d.eta !== a", moved["eta"])
    view.page.get_by_role("link", name="Home", exact=True).click()
    view.until("d.eta === a", moved["eta"])
    assert urlsplit(view.page.url).query == ""


def test_pictures_are_drawn_anew_when_the_theme_changes_and_no_run_is(open_view: Open) -> None:
    view = open_view("")
    view.drawn()
    view.quiet()
    run = view.run
    for scheme in ("dark", "light"):
        view.page.emulate_media(color_scheme=scheme)
        view.page.locator(f'.nn-run-card[src$="{scheme}.svg"]').first.wait_for(state="attached")
    view.quiet()
    assert view.run == run


def test_truth_table_and_network_of_a_gate_stand_on_the_first_screen(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&speed=max")
    view.page.set_viewport_size({"width": 1280, "height": 720})
    view.finished()
    assert below(view, "eta", "panel-loss", "panel-map", "panel-truth", "panel-network") == []
    facts = view.page.locator(".nnp-facts").inner_text()
    assert "–" not in facts, "what is not known is not said"
    expect(view.control("batch_size")).to_have_value("all", timeout=PATIENCE_MS)
    view.control("batch_size").fill("2")
    view.control("batch_size").press("Enter")
    view.until_query(batch_size="2")
