"""Two runs side by side: split, swapped, held and merged by key, mouse and finger, both at one epoch."""

from __future__ import annotations

import pytest

from tests.browser.accessible import sideways
from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView
from tests.lanes import first
from ui.shared.question import Question, pack, question_content

pytestmark = pytest.mark.browser

STEPS = """() => new Promise((done) => {
    const root = document.querySelector('[data-testid="live-view"]');
    const seen = new Set();
    const apart = [];
    document.querySelector('[data-testid="play"]').click();
    const look = () => {
        const { epoch, beside, state } = root.dataset;
        seen.add(epoch);
        if (epoch !== beside) apart.push([epoch, beside]);
        if (state === 'finished') done({ epochs: seen.size, apart });
        else requestAnimationFrame(look);
    };
    look();
})"""
"""Play, and look at every picture until the end: how many epochs were shown, and where the two were apart."""


def apart(view: LiveView, words: str) -> None:
    """Wait until that is what stands between the two."""
    view.part("apart").get_by_text(words, exact=True).wait_for(timeout=PATIENCE_MS)


def alone(view: LiveView) -> None:
    """Wait until one run is shown, and the address holds no other."""
    view.until("!('beside' in d)")
    view.page.wait_for_function("!location.search.includes('b.')", timeout=PATIENCE_MS)


def large(view: LiveView, side: str, neuron: str | None) -> None:
    """Wait until that neuron fills the map of one side."""
    view.page.wait_for_function(
        """([side, wanted]) => document.querySelector(`[data-testid=${side}] [data-testid=panel-map]`)
            .getAttribute('data-neuron') === wanted""",
        arg=[side, neuron],
    )


def below(view: LiveView) -> list[str]:
    """Return the panels that end below the screen."""
    return view.page.eval_on_selector_all(
        '[data-testid="live-view"] section',
        """panels => panels.filter((one) => one.getBoundingClientRect().bottom > innerHeight)
            .map((one) => one.dataset.testid)""",
    )


def test_two_gates_are_split_moved_swapped_held_and_merged(open_view: Open) -> None:
    view = open_view("logic_gates?speed=max")
    view.finished()
    view.quiet()
    view.press("t")
    view.until("d.beside === '200' && d.state === 'finished'")
    view.until_query(**{"b.eta": "0.1"})
    apart(view, "the same so far: the controls change B")
    view.quiet()
    assert below(view) == ["panel-matrix", "panel-matrix"]
    view.part("side-a").get_by_test_id("neuron-1-2").hover()
    large(view, "side-a", "1-2")
    large(view, "side-b", None)
    view.part("side-b").get_by_test_id("neuron-1-3").focus()
    large(view, "side-b", "1-3")
    view.part("play").hover()
    large(view, "side-a", None)
    view.part("eta").focus()
    for _ in range(3):
        view.page.keyboard.press("ArrowRight")
    view.page.keyboard.press("x")  # before the script was told of B's rate: it goes with B
    apart(view, "learning rate 0.2 | 0.1")
    view.until_query(**{"eta": "0.2", "b.eta": "0.1"})
    view.until_shown("eta", "0.1")
    view.part("words-a").get_by_text("Learned: the target was reached").wait_for()
    view.quiet()
    view.press("p")
    apart(view, "the same so far: the controls change B")
    view.until_query(**{"b.eta": "0.1"})
    view.quiet()
    view.part("pictures-of").click()
    view.part("data-AND").click()
    view.until_query(**{"data": "AND", "b.eta": "0.1"})
    apart(view, "the same so far: the controls change B")
    view.until("d.beside === '200' && d.state === 'finished'")
    view.quiet()
    view.press("t")
    alone(view)
    view.quiet()
    view.page.go_back()
    view.until("d.beside === '200'")
    view.until_query(**{"b.eta": "0.1"})


@pytest.mark.long
def test_two_networks_read_digits_in_step_and_one_drawing(open_view: Open) -> None:
    view = open_view("digits?epochs=8&b.hidden=20&b.batch_size=0&hold=1")
    view.until("d.state === 'paused' && d.beside === '0'")
    apart(view, "hidden layers 100-30 | 20 neurons, batch size 32 | all rows")
    view.quiet()
    assert "panel-matrix" not in below(view)
    told = view.page.evaluate(STEPS)
    assert told["apart"] == []
    assert 2 < told["epochs"] <= 9  # a busy machine shows fewer of them
    # What is drawn at the left is read at both sides.
    pad = view.part("side-a").get_by_test_id("pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for x, y in ((0.5, 0.2), (0.5, 0.8)):
        view.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        view.page.mouse.down()
    view.page.mouse.up()
    for side in ("side-a", "side-b"):
        view.part(side).get_by_test_id("panel-pad").get_by_text("looks like").wait_for()
    counts = view.page.eval_on_selector_all(
        "[data-testid=panel-matrix] .nnp-plot", "plots => plots.map((one) => one.getAttribute('aria-label'))"
    )
    assert len(set(counts)) == 2


def fits(view: LiveView) -> list[str]:
    return view.page.eval_on_selector_all(
        "[data-testid=panel-fit] .js-line", "lines => lines.map((one) => one.getAttribute('d'))"
    )


@pytest.mark.long
def test_two_fits_are_split_by_finger_on_a_phone(open_view: Open) -> None:
    view = open_view("regression?epochs=300&speed=max&hidden=2", has_touch=True)
    view.page.set_viewport_size({"width": 390, "height": 844})
    view.finished()
    view.quiet()
    view.part("split").tap()
    view.until("d.beside === '300' && d.state === 'finished'")
    view.quiet()
    view.part("new-start").tap()
    apart(view, "seed 1 | 2")
    view.until("d.beside === '300' && d.state === 'finished'")
    view.part("swap").tap()
    apart(view, "seed 2 | 1")
    view.until_query(**{"seed": "2", "b.seed": "1"})
    view.quiet()
    assert len(set(fits(view))) > 2
    assert sideways(view.page) == []
    places = view.page.eval_on_selector_all("[data-testid=panel-fit]", TOPS)
    assert places[0] + 200 < places[1], "one stands below the other"


TOPS = "panels => panels.map((one) => one.getBoundingClientRect().top)"


@pytest.mark.parametrize(
    ("address", "words", "panel"),
    first(
        1,
        [
            ("patterns?epochs=20&b.features=x-y-x2", "input features x, y | x, y, x²", "panel-map"),
            ("own_data?epochs=10&b.lam=0.1", "L2 penalty λ 0 | 0.1", "panel-matrix"),
            (
                "own_data?table=house_prices&epochs=10&b.eta=0.1",
                "learning rate 0.001 | 0.1",
                "panel-residuals",
            ),
        ],
    ),
)
def test_the_other_pages_show_two_on_one_screen(
    open_view: Open, address: str, words: str, panel: str
) -> None:
    view = open_view(f"{address}&speed=max")
    view.finished()
    apart(view, words)
    view.quiet()
    assert len(set(view.page.eval_on_selector_all(f"[data-testid={panel}]", WIDTHS))) == 1
    assert below(view) == []
    assert sideways(view.page) == []


WIDTHS = "panels => panels.map((one) => Math.round(one.getBoundingClientRect().width))"


@pytest.mark.long
def test_data_inputs_and_points_of_b_are_at_hand_in_lecture_mode(open_view: Open) -> None:
    view = open_view("patterns?b.eta=0.3&epochs=20&speed=max&lecture=1", has_touch=True)
    view.finished()
    view.quiet()
    run = view.run
    view.part("edit-high").click()
    corner = view.page.locator("[data-testid=side-b] [data-testid=panel-map] .nnp-panel-body")
    place = corner.bounding_box()
    corner.click(position={"x": 0.25 * place["width"], "y": 14})
    view.new_run(run)
    apart(view, "points by hand none | 1 added, learning rate 0.03 | 0.3")
    view.quiet()
    view.part("data-moons").tap()
    apart(view, "data Circle | Moons, learning rate 0.03 | 0.3")
    view.quiet()
    view.part("feature-x2").focus()
    view.page.keyboard.press("Enter")
    apart(view, "data Circle | Moons, input features x, y | x, y, x², learning rate 0.03 | 0.3")
    view.until_query(**{"data": "circle", "b.data": "moons", "b.features": "x-y-x2", "b.eta": "0.3"})


def test_what_is_asked_first_holds_both_back(open_view: Open) -> None:
    asked = Question("Which one learns?", ("A", "B"), 0, "The other one overshoots.")
    view = open_view(f"logic_gates?b.eta=10&speed=max&ask={pack(question_content(asked))}")
    data = view.until("d.state === 'paused'")
    assert (data["epoch"], data["beside"], data["asking"]) == ("0", "0", "true")
    assert not view.part("words-a").is_visible()
    view.quiet()
    view.press("Space")
    view.finished()
    view.part("words-a").get_by_text("Learned").wait_for()
    assert view.data()["beside"] == "200"


@pytest.mark.long
def test_another_theme_changes_both_matrices_of_a_low_window(open_view: Open) -> None:
    view = open_view("patterns?speed=max&b.eta=0.1")
    view.page.set_viewport_size({"width": 1280, "height": 720})
    view.finished()
    for scheme in ("dark", "light"):
        view.page.emulate_media(color_scheme=scheme)
        view.until("d.theme === a", scheme)
        view.page.wait_for_function(
            """() => {
                const inks = [...document.querySelectorAll('[data-testid=panel-matrix] .xtick text, '
                    + '[data-testid=panel-loss] .xtick text')].map((text) => text.style.fill);
                return inks.length > 4 && new Set(inks).size === 1;
            }""",
            timeout=PATIENCE_MS,
        )
