"""The learning-rate page in a real browser: the marker is dragged, the run follows, the address changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.serve import Playground
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

ROOT = '[data-testid="strip-view"]'
PATIENCE_MS = 60_000
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
        self.page.wait_for_function(
            f"a => {{ const node = document.querySelector('{ROOT}'); if (!node) return false;"
            f" const d = node.dataset; return {condition}; }}",
            arg=argument,
            timeout=PATIENCE_MS,
        )
        return self.page.eval_on_selector(ROOT, "node => ({ ...node.dataset })")

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

    def address_holds(self, name: str, value: str) -> None:
        """Wait until the address bar holds a value."""
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


def test_dragging_moves_curve_map_and_words_and_release_sets_the_address(open_strip: OpenStrip) -> None:
    strip = open_strip("epochs=100")
    assert strip.words.startswith("η = 0.1: learned")
    asked: list[str] = []
    strip.page.on("websocket", lambda socket: asked.append(socket.url))
    box = strip.page.locator(f"{ROOT} svg.nns-strip").bounding_box()
    y = box["y"] + box["height"] / 2
    before, table = strip.curve, strip.page.locator(".nns-truth").inner_text()
    strip.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    strip.page.mouse.down()
    seen = []
    for share in (0.4, 0.3, 0.2):
        strip.page.mouse.move(box["x"] + share * box["width"], y)
        seen.append((strip.page.eval_on_selector(ROOT, "node => node.dataset.eta"), strip.curve))
    assert len(set(seen)) == 3
    assert before not in [curve for _, curve in seen]
    assert strip.page.locator(".nns-truth").inner_text() != table
    assert "not learned" in strip.words
    assert "eta" not in strip.address
    strip.page.mouse.up()
    chosen = strip.page.eval_on_selector(ROOT, "node => node.dataset.eta")
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('eta')")
    assert float(strip.address["eta"]) == float(chosen)
    assert strip.address["epochs"] == "100"
    assert asked == []


def test_arrow_keys_move_the_marker_and_the_address_follows(open_strip: OpenStrip) -> None:
    strip = open_strip()
    before = strip.curve
    strip.page.get_by_test_id("eta").focus()
    strip.page.keyboard.press("ArrowRight")
    moved = strip.until("Number(d.eta) > 0.1")
    assert strip.curve != before
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('eta')")
    assert float(strip.address["eta"]) == float(moved["eta"])
    strip.page.get_by_test_id("eta").focus()
    strip.page.keyboard.press("End")
    strip.until("d.eta === '100'")
    assert "unstable" in strip.words


def test_a_finger_drags_the_marker_too(open_view: Open) -> None:
    strip = StripPage(open_view("learning_rate", has_touch=True).page)
    strip.done()
    box = strip.page.locator(f"{ROOT} svg.nns-strip").bounding_box()
    strip.page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    tapped = strip.until("Number(d.eta) < 0.01")
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('eta')")
    assert float(strip.address["eta"]) == float(tapped["eta"])


def test_a_changed_control_starts_another_sweep_and_keeps_the_picture_until_then(
    open_strip: OpenStrip,
) -> None:
    strip = open_strip()
    first = strip.until("true")["job"]
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
    assert strip.address["seed"] == "5"


def test_the_run_of_a_heat_map_s_cell_is_opened(open_strip: OpenStrip) -> None:
    strip = open_strip("look=heat")
    strip.page.wait_for_selector('[data-testid="heat"] .nns-cell')
    heat = strip.page.get_by_test_id("heat")
    heat.focus()
    strip.page.keyboard.press("ArrowRight")
    strip.page.keyboard.press("ArrowUp")
    assert "Click to open that run" in strip.page.locator(".nns-mode-heat > .nns-hint").first.inner_text()
    strip.page.keyboard.press("Enter")
    strip.page.wait_for_function("() => new URLSearchParams(location.search).has('lam')")
    assert float(strip.address["eta"]) > 0.1
    strip.done()


def test_a_start_that_is_clicked_becomes_the_seed(open_strip: OpenStrip) -> None:
    strip = open_strip("look=luck")
    assert strip.page.get_by_test_id("luck").inner_text() == "20 of 20 starts learned at η = 0.1"
    strip.page.locator('.nns-tile[data-seed="7"]').click()
    strip.address_holds("seed", "7")


def test_every_look_draws_its_parts(open_strip: OpenStrip) -> None:
    strip = open_strip("scheduler=Momentum&cost=CostOLS&eta=0.5")
    for look, part in (
        ("Race", "lane-Momentum"),
        ("Range test", "picks"),
        ("Two rules", "rule-difference"),
        ("Curvature", "panel-sharpness"),
    ):
        job = strip.until("true")["job"]
        strip.page.get_by_role("radio", name=look).or_(
            strip.page.get_by_role("button", name=look)
        ).first.click()
        strip.until("d.job !== a && d.state === 'done' && d.fresh === 'false'", job)
        strip.page.get_by_test_id(part).wait_for()
        assert strip.page.get_by_test_id(part).inner_text() != "", look


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
    one, two = open_strip("hidden=2"), open_strip("hidden=6")
    one.page.get_by_test_id("eta").focus()
    one.page.keyboard.press("Home")
    one.until("d.eta === '0.00001' || Number(d.eta) === 1e-5")
    assert two.until("true")["eta"] == "0.1"
    assert one.curve != two.curve


def test_everything_fits_a_projector_in_lecture_mode(open_strip: OpenStrip) -> None:
    strip = open_strip("lecture=1")
    assert not strip.page.get_by_test_id("stSidebar").is_visible()
    bottom = strip.page.eval_on_selector(f"{ROOT} .nns-panels", "node => node.getBoundingClientRect().bottom")
    assert bottom <= 720
    right = strip.page.eval_on_selector(ROOT, "node => node.getBoundingClientRect().right")
    assert right <= 1280


def test_the_strip_stands_above_the_slider_of_the_gates_page(open_view: Open) -> None:
    page = open_view("logic_gates").page
    page.wait_for_selector('[data-testid="small-strip"][data-state="done"]', timeout=PATIENCE_MS)
    zones = page.locator('[data-testid="small-strip"] [data-outcome]')
    assert {zones.nth(k).get_attribute("data-outcome") for k in range(zones.count())} >= {"slow", "learned"}
    strip = page.get_by_test_id("small-strip").bounding_box()
    slider = page.get_by_test_id("eta").bounding_box()
    assert strip["y"] + strip["height"] <= slider["y"] + 4
    assert abs(strip["x"] - slider["x"]) < 4
