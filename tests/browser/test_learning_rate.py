"""The learning-rate page in a real browser: the marker is dragged, the run follows, the address changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from benchmarks.serve import Playground
from nncore.experiment.field_kinds import number_text
from tests.browser.accessible import sideways
from tests.browser.conftest import Open
from tests.browser.hall import SETTLED
from tests.browser.view import QUIET

pytestmark = pytest.mark.browser

ROOT = '[data-testid="strip-view"]'
PATIENCE_MS = 60_000
FEW = "rates=15&starts=2"
"""A sweep of few runs: what these tests look at is the page, not the sweep."""
CURVE = f"{ROOT} .nns-run-main"


class StripPage:
    """The page as a test sees it.

    Parameters
    ----------
    page : playwright.sync_api.Page
    """

    def __init__(self, page: Any) -> None:
        self.page = page

    def until(self, condition: str, argument: Any = None) -> dict[str, str]:
        """Wait until a condition on the root's data attributes `d` (and an argument `a`) holds."""
        held = self.page.wait_for_function(
            f"a => {{ const node = document.querySelector('{ROOT}'); if (!node) return false;"
            f" const d = node.dataset; return ({condition}) && {{ ...d }}; }}",
            arg=argument,
            timeout=PATIENCE_MS,
        )
        data: dict[str, str] = held.json_value()
        return data

    def done(self) -> dict[str, str]:
        """Wait until the sweep is complete and drawn."""
        return self.until("d.state === 'done' && d.fresh === 'false' && d.eta")

    @property
    def curve(self) -> str:
        """The path of the run at the marker."""
        return self.page.get_attribute(CURVE, "d")

    @property
    def words(self) -> str:
        """The sentence about the run at the marker."""
        return self.page.get_by_test_id("strip-outcome").inner_text()

    @property
    def address(self) -> dict[str, str]:
        """Parameters of the address bar."""
        return {name: value[0] for name, value in parse_qs(urlsplit(self.page.url).query).items()}

    def address_holds(self, name: str, value: str | None) -> None:
        """Wait until the address bar holds a value, or none."""
        self.page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value",
            arg=[name, value],
            timeout=PATIENCE_MS,
        )


OpenStrip = Callable[[str], StripPage]


@pytest.fixture
def open_strip(open_view: Open) -> OpenStrip:
    """Open an address of the page and wait for its sweep."""

    def open_it(query: str = "") -> StripPage:
        strip = StripPage(open_view(f"learning_rate?{query}").page)
        strip.done()
        return strip

    return open_it


def test_the_marker_moves_curve_map_and_words_and_release_sets_the_address(open_strip: OpenStrip) -> None:
    strip = open_strip(f"epochs=100&{FEW}")
    assert strip.words.startswith("η = 0.1: learned")
    asked: list[str] = []
    strip.page.on("websocket", lambda socket: asked.append(socket.url))
    box = strip.page.locator(f"{ROOT} svg.nns-strip").bounding_box()
    y = box["y"] + box["height"] / 2
    before, table = strip.curve, strip.page.locator(".nnp-truth").inner_text()
    strip.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    strip.page.mouse.down()
    seen = []
    for share in (0.4, 0.3, 0.2):
        strip.page.mouse.move(box["x"] + share * box["width"], y)
        seen.append((strip.page.eval_on_selector(ROOT, "node => node.dataset.eta"), strip.curve))
    assert len(set(seen)) == 3
    assert before not in [curve for _, curve in seen]
    assert strip.page.locator(".nnp-truth").inner_text() != table
    assert "0 of 2 starts learned" in strip.words
    assert "eta" not in strip.address
    strip.page.mouse.up()
    chosen = strip.page.eval_on_selector(ROOT, "node => node.dataset.eta")
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('eta')")
    assert float(strip.address["eta"]) == float(chosen)
    assert strip.address["epochs"] == "100"
    assert asked == []
    keys_move_the_marker(strip, float(chosen))
    a_changed_control_keeps_the_picture(strip)


def keys_move_the_marker(strip: StripPage, chosen: float) -> None:
    """Arrow keys move it by a rate, End to the last one; curve and address follow."""
    before = strip.curve
    strip.page.get_by_test_id("eta").focus()
    strip.page.keyboard.press("ArrowRight")
    moved = strip.until("Number(d.eta) > a", chosen)
    assert strip.curve != before
    strip.address_holds("eta", number_text(float(moved["eta"])))
    strip.page.get_by_test_id("eta").focus()
    strip.page.keyboard.press("End")
    strip.until("d.eta === '100'")
    assert "unstable" in strip.words
    strip.address_holds("eta", "100")
    field = strip.page.locator(".st-key-eta input").first
    expect(field).to_have_value("100")
    field.fill("0.01")
    field.press("Enter")
    strip.address_holds("eta", "0.01")
    strip.until("d.eta === '0.01'")
    strip.page.locator(QUIET).wait_for()
    strip.page.get_by_test_id("eta").press("End")
    strip.address_holds("eta", "100")
    # The slider has the focus, and letters are nothing to it.
    for lecture in ("1", None):
        strip.page.keyboard.press("l")
        strip.address_holds("lecture", lecture)


def a_changed_control_keeps_the_picture(strip: StripPage) -> None:
    """A changed control starts another sweep, and the last one's picture stays until there is another."""
    first = strip.done()["job"]
    strip.page.evaluate(
        """root => {
            window.blanks = 0;
            const look = () => {
                if (!document.querySelector(`${root} .nns-median`)) window.blanks += 1;
                requestAnimationFrame(look);
            };
            look();
        }""",
        ROOT,
    )
    strip.page.get_by_label("Seed", exact=True).first.fill("5")
    strip.page.keyboard.press("Enter")
    strip.until("d.job !== a && d.state === 'done' && d.fresh === 'false'", first)
    assert strip.page.evaluate("window.blanks") == 0
    strip.address_holds("seed", "5")


def test_a_finger_drags_the_marker_too(open_view: Open) -> None:
    strip = StripPage(open_view(f"learning_rate?{FEW}", has_touch=True).page)
    strip.done()
    box = strip.page.locator(f"{ROOT} svg.nns-strip").bounding_box()
    strip.page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    tapped = strip.until("Number(d.eta) < 0.01")
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('eta')")
    assert float(strip.address["eta"]) == float(tapped["eta"])


def test_every_look_draws_its_parts_and_does_its_part(open_strip: OpenStrip) -> None:
    strip = open_strip(f"scheduler=Momentum&cost=CostOLS&eta=0.1&epochs=40&{FEW}")
    for look, part, act in (
        ("Race", "lane-Momentum", each_at_its_own_best),
        ("Range test", "picks", None),
        ("Two rules", "rule-difference", read_the_habits),
        ("Curvature", "panel-sharpness", play_the_edge),
        ("Luck", "luck", take_a_seed),
        ("Heat map", "heat", open_a_cell),
    ):
        job = strip.until("true")["job"]
        strip.page.get_by_role("radio", name=look).or_(
            strip.page.get_by_role("button", name=look)
        ).first.click()
        strip.until("d.job !== a && d.state === 'done' && d.fresh === 'false'", job)
        strip.page.get_by_test_id(part).filter(has_text=re.compile(r"\S")).wait_for()
        if act is not None:
            act(strip)


def each_at_its_own_best(strip: StripPage) -> None:
    """The race is run, its winner named; its other half: every runner at a rate of its own."""
    heads = strip.page.locator(".nns-lane-word")
    assert not any("η" in text for text in heads.all_inner_texts())
    strip.page.get_by_test_id("race-play").click()
    strip.page.get_by_test_id("race-winner").filter(has_text="First at the target from this").wait_for()
    strip.page.get_by_role("button", name="Play the race").wait_for()
    strip.page.get_by_test_id("race-own").click()
    assert len({text.partition("η")[2] for text in heads.all_inner_texts()}) > 1
    assert len(heads.all()) == 6


def read_the_habits(strip: StripPage) -> None:
    """The published code has a row and zones of its own, and what is said follows the marker."""
    strip.page.get_by_test_id("habits").get_by_role("row", name="published code").wait_for()
    assert strip.page.locator(f"{ROOT} .nns-below .nns-zone").count() > 0
    before = strip.words
    assert ", the published code ends at " in before
    strip.page.get_by_test_id("eta").press("ArrowLeft")
    strip.until("d.eta !== a", "0.1")
    assert strip.words != before
    assert strip.words.startswith("η = ")
    strip.page.get_by_test_id("eta").press("ArrowRight")
    strip.until("d.eta === a", "0.1")


def play_the_edge(strip: StripPage) -> None:
    """Curvature is played to its end, and once more."""
    dial = '[data-testid="panel-dial"]'
    at_end = f"() => document.querySelector('{dial}').dataset.epoch === '40'"
    strip.page.wait_for_function(at_end, timeout=PATIENCE_MS)
    strip.page.evaluate(
        """dial => {
            const node = document.querySelector(dial);
            window.played = [];
            new MutationObserver(() => window.played.push(Number(node.dataset.epoch)))
                .observe(node, { attributeFilter: ['data-epoch'] });
        }""",
        dial,
    )
    strip.page.get_by_test_id("edge-play").click()
    strip.page.wait_for_function("() => window.played.length && window.played.at(-1) === 40")
    played = strip.page.evaluate("window.played")
    assert played[0] == 0
    assert played == sorted(played)
    assert "limit 3.8" in strip.page.get_by_test_id("panel-sharpness").inner_text()


def take_a_seed(strip: StripPage) -> None:
    """A start that is clicked becomes the seed."""
    assert strip.page.get_by_test_id("luck").inner_text().endswith("of 20 starts learned at η = 0.1")
    strip.page.locator('.nns-tile[data-seed="7"]').click()
    strip.address_holds("seed", "7")
    strip.until("d.fresh === 'false' && d.state === 'done'")


def open_a_cell(strip: StripPage) -> None:
    """The run of a heat map's cell is opened."""
    strip.page.wait_for_selector('[data-testid="heat"] .nns-cell')
    strip.page.get_by_test_id("heat").focus()
    strip.page.keyboard.press("ArrowRight")
    strip.page.keyboard.press("ArrowUp")
    assert "Click to open that run" in strip.page.locator(".nns-mode-heat > .nns-hint").first.inner_text()
    strip.page.keyboard.press("Enter")
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('lam')")
    assert float(strip.address["eta"]) > 0.1
    strip.done()


@pytest.mark.long
def test_digits_show_progress_and_are_cancelled_by_button_and_by_leaving(
    open_view: Open, server: Playground
) -> None:
    strip = StripPage(open_view("learning_rate?data=digits&look=race").page)
    strip.until("d.state === 'working' && Number(d.done) > 0 && d.fresh === 'false'")
    assert strip.page.locator(f"{ROOT} progress").is_visible()
    strip.page.get_by_test_id("strip-cancel").click()
    held = strip.until("d.state === 'cancelled'")
    assert float(held["done"]) < 1
    strip.page.get_by_test_id("strip-cancel").click()
    strip.until("d.state === 'working' && Number(d.done) > Number(a)", held["done"])
    strip.page.get_by_role("link", name="Logic gates", exact=True).click()
    strip.page.wait_for_selector('[data-testid="live-view"][data-state="finished"]', timeout=PATIENCE_MS)


def test_two_tabs_have_two_sweeps(open_strip: OpenStrip) -> None:
    one, two = open_strip(f"hidden=2&{FEW}"), open_strip(f"hidden=6&{FEW}")
    one.page.get_by_test_id("eta").focus()
    one.page.keyboard.press("Home")
    one.until("d.eta === '0.00001' || Number(d.eta) === 1e-5")
    assert two.until("true")["eta"] == "0.1"
    assert one.curve != two.curve


def test_everything_fits_a_projector_in_lecture_mode(open_strip: OpenStrip) -> None:
    strip = open_strip(f"lecture=1&{FEW}")
    assert not strip.page.get_by_test_id("stSidebar").is_visible()
    bottom = strip.page.eval_on_selector(f"{ROOT} .nns-panels", "node => node.getBoundingClientRect().bottom")
    assert bottom <= 720
    right = strip.page.eval_on_selector(ROOT, "node => node.getBoundingClientRect().right")
    assert right <= 1280
    strip.page.set_viewport_size({"width": 820, "height": 1180})
    strip.page.evaluate(SETTLED)
    assert sideways(strip.page) == []


def test_long_words_leave_the_chart_of_the_range_test_its_height(open_strip: OpenStrip) -> None:
    # No rate learns here, and the sentence of each pick takes two lines.
    strip = open_strip(
        "data=waves&hidden=2&scheduler=Constant&lam=9&eta=0.01&epochs=40&look=range&rates=5&starts=2"
    )
    strip.page.get_by_text("best of the strip", exact=True).wait_for(timeout=PATIENCE_MS)
    strip.page.evaluate(SETTLED)
    assert strip.page.locator(f"{ROOT} .nns-chart").bounding_box()["height"] > 120


def test_a_start_without_a_map_keeps_its_seed_apart_from_what_became_of_it(open_strip: OpenStrip) -> None:
    strip = open_strip("data=digits&samples=50&hidden=4&epochs=1&look=luck&rates=2&starts=1&seed=2147483000")
    tile = strip.page.get_by_test_id("seed-2147483000")
    for part in (tile, tile.locator(".nns-tile-seed"), tile.locator(".nns-tile-word")):
        assert part.evaluate("node => node.scrollWidth <= node.clientWidth")
    seed, word = (tile.locator(f".nns-tile-{part}").bounding_box() for part in ("seed", "word"))
    assert seed["x"] + seed["width"] <= word["x"] or seed["y"] + seed["height"] <= word["y"] + 1


def test_a_phone_shows_how_far_a_sweep_is(open_view: Open) -> None:
    page = open_view("learning_rate?epochs=20000&batch_size=1&rates=25&starts=5").page
    page.set_viewport_size({"width": 390, "height": 844})
    cancel = page.get_by_test_id("strip-cancel")
    cancel.wait_for(timeout=PATIENCE_MS)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert sideways(page) == []
    cancel.click()
    page.wait_for_selector(f"{ROOT}[data-state=cancelled]", timeout=PATIENCE_MS)


def test_the_strip_stands_above_the_slider_of_the_gates_page(open_view: Open) -> None:
    page = open_view("logic_gates").page
    page.wait_for_selector('[data-testid="small-strip"][data-state="done"]', timeout=PATIENCE_MS)
    zones = page.locator('[data-testid="small-strip"] [data-outcome]')
    assert {zones.nth(k).get_attribute("data-outcome") for k in range(zones.count())} >= {"slow", "learned"}
    strip = page.get_by_test_id("small-strip").bounding_box()
    slider = page.get_by_test_id("eta").bounding_box()
    assert strip["y"] + strip["height"] <= slider["y"] + 4
    assert abs(strip["x"] - slider["x"]) < 4
