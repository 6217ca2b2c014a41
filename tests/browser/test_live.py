"""Frames, restarts, pauses, tabs, reloads: what only a browser can show."""

from __future__ import annotations

import csv
import io
import json
import signal
from typing import Any

import pytest
from playwright.sync_api import expect

from benchmarks.serve import Playground
from nncore.experiment import Experiment
from tests.browser.conftest import Open
from tests.browser.view import PATIENCE_MS, LiveView
from ui.lesson.lesson import Lesson, Screen

pytestmark = pytest.mark.browser

LONG = "data=XOR&epochs=100000&speed=1"
# By the plot area's own place: the chart may be drawn anew between two questions of a test.
CLICK_CELL = """([row, col, classes]) => {
    const plot = document.querySelector('[data-testid="panel-matrix"] .nsewdrag');
    const box = plot.getBoundingClientRect();
    const at = (low, size, index) => low + size * (index + 0.5) / classes;
    const place = { clientX: at(box.left, box.width, col), clientY: at(box.top, box.height, row) };
    plot.dispatchEvent(new MouseEvent('click', { ...place, bubbles: true }));
}"""
FAST = "speed=max"  # where nobody needs to watch
SLOW_LINE = """() => {
    window.held = null; // a list while nothing of what the server's script says arrives
    const { WebSocket } = window;
    window.WebSocket = class extends WebSocket {
        addEventListener(kind, hear, ...how) {
            const script = kind === 'message' && this.url.includes('_stcore/stream');
            const late = (event) => (window.held ? window.held.push(() => hear(event)) : hear(event));
            super.addEventListener(kind, script ? late : hear, ...how);
        }
    };
}"""
"""What the server's script says is held while `window.held` is a list."""


def test_a_gate_is_drawn_while_it_learns(open_view: Open) -> None:
    view = open_view("logic_gates")
    view.until("d.state === 'playing' && Number(d.epoch) > 0 && Number(d.epoch) < 200")
    end = view.finished()
    assert (end["epoch"], end["outcome"], end["run"]) == ("200", "learned", "1")
    # At normal speed a run is watched, not flashed: about three seconds, 30 frames a second.
    assert int(end["frames"]) >= 12


def test_digits_are_drawn_while_they_learn(open_view: Open) -> None:
    view = open_view("digits")
    view.until("d.state === 'playing' && Number(d.epoch) > 0")
    for panel in ("loss", "accuracy", "matrix", "mistakes", "filters", "pad"):
        assert view.part(f"panel-{panel}").is_visible(), panel
    assert view.finished()["outcome"] == "learned"


def test_the_learning_rate_restarts_the_run_and_goes_to_the_address(open_view: Open) -> None:
    view = open_view(f"logic_gates?{FAST}")
    first = view.finished()
    view.part("eta").focus()
    view.page.keyboard.press("ArrowRight")
    second = view.new_run(first["run"])
    assert float(second["eta"]) > 0.1
    view.page.wait_for_function("new URLSearchParams(location.search).has('eta')")
    assert float(view.query()["eta"]) == float(view.data()["eta"])
    view.until_shown("eta", view.data()["eta"])
    assert view.query()["data"] == "XOR"


def test_a_value_let_go_of_twice_counts_twice(open_view: Open) -> None:
    view = open_view(f"logic_gates?{FAST}")
    view.finished()
    view.part("eta").focus()
    view.page.keyboard.press("ArrowRight")
    view.page.wait_for_function("new URLSearchParams(location.search).has('eta')")
    chosen = view.query()["eta"]
    view.until_shown("eta", chosen)
    view.control("eta").fill("0.1")
    view.control("eta").press("Enter")
    view.page.wait_for_function("!new URLSearchParams(location.search).has('eta')")
    view.until("Number(d.eta) === 0.1")
    view.part("eta").focus()
    view.page.keyboard.press("ArrowRight")
    view.until_query(eta=chosen)
    assert view.data()["eta"] == chosen


@pytest.mark.parametrize(
    ("page", "key", "hidden"), [("logic_gates", "hidden_1", "5"), ("digits", "hidden", "100-30-30")]
)
def test_any_other_control_restarts_the_run(open_view: Open, page: str, key: str, hidden: str) -> None:
    view = open_view(page)
    first = view.drawn(3)
    view.control(key).focus()
    view.page.keyboard.press("ArrowRight")
    view.new_run(first["run"])
    view.until_query(hidden=hidden)
    assert view.data()["eta"] == first["eta"]


def test_the_back_button_takes_a_change_back(open_view: Open) -> None:
    view = open_view(f"logic_gates?data=XOR&v=1&{FAST}")
    view.finished()
    view.control("hidden_1").focus()
    view.page.keyboard.press("ArrowRight")
    view.until_query(hidden="5")
    changed = view.new_run("1")
    view.page.go_back()
    view.page.wait_for_function("!new URLSearchParams(location.search).has('hidden')")
    view.new_run(changed["run"])
    view.finished()
    view.until_shown("hidden_1", "4")
    assert view.query() == {"data": "XOR", "v": "1", "speed": "max"}
    page = view.page
    page.go_forward()
    view.until_shown("hidden_1", "5")
    view.quiet()
    page.reload()  # done with the page's files; nothing is drawn yet
    page.go_back()
    view.until_shown("hidden_1", "4")
    view.quiet()
    view.until_shown("hidden_1", "4")
    assert "hidden" not in view.query()


@pytest.mark.long
def test_fifty_moves_run_the_last_one_only(open_view: Open) -> None:
    view = open_view("logic_gates")
    view.drawn(3)
    view.press("p")
    pins = view.page.get_by_test_id("stTable")
    pins.wait_for()
    kept = pins.inner_text()
    view.control("hidden_1").focus()
    for key in ["ArrowRight", "ArrowLeft"] * 24 + ["ArrowRight"] * 2:
        view.page.keyboard.press(key)
    view.until_query(hidden="6")
    view.part("neuron-1-6").wait_for()  # none of the runs before has a sixth neuron
    view.finished()
    last = view.run
    view.frames_pass(30)
    assert view.run == last
    assert view.data()["state"] == "finished"
    assert view.page.locator(".st-key-hidden_6").count() == 0
    assert pins.inner_text() == kept


def test_pause_holds_and_play_goes_on(open_view: Open) -> None:
    view = open_view(f"logic_gates?{LONG}")
    view.until("Number(d.epoch) > 5")
    view.press("Space")
    view.until("d.state === 'paused'")
    view.frames_pass(5)
    held = view.epoch
    view.frames_pass(40)
    assert view.epoch == held
    view.press("s")
    view.until("Number(d.epoch) === a", held + 1)
    view.press("Space")
    view.until("Number(d.epoch) > a && d.state === 'playing'", held + 5)
    assert view.run == "1"


def test_two_tabs_do_not_disturb_each_other(open_view: Open) -> None:
    one, other = open_view(f"logic_gates?{FAST}"), open_view(f"logic_gates?{FAST}&data=AND&seed=9")
    one.finished()
    before = other.finished()
    one.control("hidden_1").focus()
    one.page.keyboard.press("ArrowRight")
    one.until_query(hidden="5")
    one.new_run("1")
    one.finished()
    other.frames_pass(10)
    after = other.data()
    assert {name: after[name] for name in ("run", "epoch", "eta", "state")} == {
        name: before[name] for name in ("run", "epoch", "eta", "state")
    }
    assert other.query()["data"] == "AND"
    assert "hidden" not in other.query()


def test_reload_opens_the_same_experiment(open_view: Open) -> None:
    view = open_view(f"logic_gates?data=NOR&seed=3&{FAST}")
    view.finished()
    view.control("hidden_1").focus()
    view.page.keyboard.press("ArrowRight")
    view.until_query(hidden="5")
    view.new_run("1")
    view.finished()
    query, history = view.query(), view.download("history")
    view.page.reload()
    view.finished()
    assert view.query() == query
    assert view.download("history") == history


@pytest.mark.long
def test_a_download_that_is_pressed_before_the_page_is_drawn_anew_is_made(open_view: Open) -> None:
    view = open_view(f"logic_gates?{FAST}", locale="en-GB")  # in a tab of its own: what it begins with stays
    view.page.add_init_script(f"({SLOW_LINE})()")
    view.page.reload()
    view.finished()
    view.page.get_by_text("Take home").click()
    button = view.page.locator(".st-key-download_history button:visible").first
    button.wait_for()
    view.quiet()
    run = view.run
    view.page.evaluate("window.held = []")
    view.control("epochs").fill("150")
    view.control("epochs").press("Enter")
    view.new_run(run)
    view.finished()
    # All that the script's run has to say is here, its end included, and nothing of it has been heard.
    view.page.wait_for_function(
        """() => new Promise((done) => {
            let [count, same] = [-1, 0];
            const turn = () => {
                [same, count] = [window.held.length === count ? same + 1 : 0, window.held.length];
                if (count > 0 && same > 60) done(true);
                else requestAnimationFrame(turn);
            };
            turn();
        })"""
    )
    with view.page.expect_download() as started:
        button.click()
        view.page.evaluate(
            "() => { const said = window.held; window.held = null; said.forEach((hear) => hear()); }"
        )
    with open(started.value.path(), encoding="utf-8") as file:
        assert len(file.readlines()) == 152  # of the run that is shown: a head, and epochs 0 to 150


def test_an_address_gives_the_same_run_bit_for_bit(open_view: Open) -> None:
    address = "logic_gates?data=XNOR&hidden=3-3&scheduler=Momentum&eta=0.05&seed=11&epochs=150&noise=0.1&v=1"
    histories = []
    for _ in range(2):
        view = open_view(f"{address}&{FAST}")
        view.finished()
        histories.append(view.download("history"))
        experiment = Experiment.from_json(view.download("experiment"))
    assert histories[0] == histories[1]
    assert (
        experiment
        == Experiment.from_query(dict(part.split("=") for part in address.partition("?")[2].split("&")))[0]
    )
    alone = experiment.training()
    alone.advance(epochs=experiment.epochs)
    shown = [float(row["train_cost"]) for row in csv.DictReader(io.StringIO(histories[0].decode()))]
    assert shown[1:] == list(alone.history["train_errors"])
    assert shown[0] == float(alone.start_cost)


def test_an_overflow_is_told_and_a_better_learning_rate_is_one_press_away(open_view: Open) -> None:
    view = open_view("logic_gates?data=XOR&scheduler=Constant&eta=30&cost=CostOLS&output_func=identity")
    end = view.until("d.state === 'overflow'")
    assert int(end["epoch"]) < 200
    view.page.get_by_text("The setting with which this problem opens learns").first.wait_for()
    view.part("try-eta").click()
    view.new_run(end["run"])
    assert view.until("d.state === 'finished'")["outcome"] == "learned"


def test_a_network_that_cannot_learn_xor_is_told_so_and_mended(open_view: Open) -> None:
    view = open_view(f"logic_gates?data=XOR&hidden=none&{FAST}")
    view.finished()
    assert view.page.get_by_text("at most 3 of the 4 rows").is_visible()
    view.page.get_by_role("button", name="Add a hidden layer").click()
    view.until_query(data="XOR", v="1")
    view.new_run("1")
    assert view.finished()["outcome"] == "learned"
    view.page.get_by_text("at most 3 of the 4 rows").wait_for(state="detached")


def test_new_start_takes_the_next_seed_and_the_network_that_is_shown(open_view: Open) -> None:
    view = open_view(f"logic_gates?data=XOR&seed=41&{FAST}")
    view.finished()
    view.quiet()
    view.part("layers-plus").click()
    view.part("layer-2-plus").wait_for()
    view.press("n")  # before the script was told of the layer
    view.until_query(seed="42", hidden="4-4")
    view.until("d.about.startsWith('XOR 2-4-4-1 ') && d.about.includes(', seed 42, ')")
    view.until_shown("seed", "42")
    assert view.data()["eta"] == "0.1"


@pytest.mark.long
def test_what_is_told_in_haste_while_the_server_is_slow_is_all_heard(open_view: Open) -> None:
    with Playground() as own:
        assert own.process is not None
        for first, wanted in (("n", {"seed": "2"}), ("ArrowRight", {"eta": "0.12"})):
            view = open_view(f"logic_gates?{FAST}", at=own)
            view.finished()
            epochs = view.control("epochs")
            epochs.wait_for()
            view.quiet()
            own.process.send_signal(signal.SIGSTOP)
            view.press("e")
            view.page.keyboard.press(first)
            epochs.fill("77")
            epochs.press("Enter")
            own.process.send_signal(signal.SIGCONT)
            view.until_query(epochs="77", **wanted)
            view.until("d.state === 'finished' && d.epoch === '77'")
        # Over two connections: what the script is told must not overtake where the view was led.
        view = open_view(f"logic_gates?{FAST}", at=own)
        view.finished()
        view.quiet()
        own.process.send_signal(signal.SIGSTOP)
        view.part("layers-plus").click()
        view.press("n")
        own.process.send_signal(signal.SIGCONT)
        view.until_query(hidden="4-4", seed="2")
        view.until(
            "d.state === 'finished' && d.about.startsWith('XOR 2-4-4-1 tanh') && d.about.includes('seed 2')"
        )


@pytest.mark.long
def test_a_restarted_server_is_found_again(open_view: Open) -> None:
    with Playground() as own:
        view = open_view("logic_gates?data=OR&eta=0.05&epochs=100000&speed=1", at=own)
        view.until("Number(d.epoch) > 3")
        # Streamlit fetches the code of its controls when it draws them: a server that is gone cannot give it.
        view.control("seed").wait_for()
        lesson = Lesson("Kept", (Screen("logic_gates", (), "As it was."),))
        desk = open_view(f"lesson?lesson={lesson.packed()}", at=own)
        expect(desk.control("caption_0")).to_have_value("As it was.")
        desk.quiet()
        own.stop()
        view.until("d.state === 'offline'")
        own.start()
        view.until("d.state === 'playing' && Number(d.epoch) > 0")
        assert view.data()["eta"] == "0.05"
        assert view.query()["data"] == "OR"
        desk.page.locator('[data-test-connection-state="CONNECTED"]').wait_for(timeout=PATIENCE_MS)
        desk.quiet()
        desk.control("caption_0").fill("Typed first.")
        desk.control("caption_0").press("Enter")
        desk.page.wait_for_function("before => location.search !== before", arg=f"?lesson={lesson.packed()}")
        expect(desk.control("caption_0")).to_have_value("Typed first.")


@pytest.mark.long
def test_everything_works_below_a_base_path(open_view: Open) -> None:
    with Playground(base="nn") as own:
        view = open_view(f"logic_gates?data=AND&{FAST}", at=own)
        assert view.finished()["outcome"] == "learned"
        assert asked_of_streamlit(view) == {"/nn/_stcore/health", "/nn/_stcore/host-config"}


def asked_of_streamlit(view: LiveView) -> set[str]:
    """Wait until the page has been told by its server what it allows; return where it asked."""
    asked = "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"
    view.page.wait_for_function(f"{asked}.some((path) => path.endsWith('/_stcore/host-config'))")
    return {path for path in view.page.evaluate(asked) if "/_stcore/" in path}


def test_a_page_finds_its_server_at_the_first_try(open_view: Open) -> None:
    view = open_view("logic_gates?data=AND&eta=0.1")
    view.until("Number(d.epoch) > 0")
    assert asked_of_streamlit(view) == {"/_stcore/health", "/_stcore/host-config"}


def test_a_page_trains_before_it_has_been_told_what_its_server_allows(open_view: Open) -> None:
    view = open_view("logic_gates?data=AND&eta=0.1")
    held: list[Any] = []
    view.page.route("**/_stcore/host-config", lambda route: held.append(route))
    view.page.reload()
    view.until("Number(d.epoch) > 0")
    assert len(held) == 1
    held[0].continue_()
    assert "/_stcore/host-config" in asked_of_streamlit(view)


def test_downloads_are_what_they_say(open_view: Open) -> None:
    view = open_view(f"logic_gates?data=AND&epochs=20&{FAST}")
    view.finished()
    assert json.loads(view.download("experiment"))["experiment"]["epochs"] == 20
    assert view.download("weights").startswith(b"PK")
    program = view.download("script").decode()
    assert "from nncore import" in program
    compile(program, "script.py", "exec")


def test_the_matrix_counts_the_rows_that_are_chosen_and_a_cell_shows_its_images(open_view: Open) -> None:
    view = open_view(f"digits?epochs=5&{FAST}")
    view.finished()
    panel, images = view.part("panel-matrix"), view.part("panel-mistakes")
    panel.get_by_text("of 359 validation rows right").wait_for()
    view.part("matrix-rows").select_option("train")
    panel.get_by_text("of 1438 training rows right").wait_for()
    images.get_by_text("training rows").wait_for()
    view.page.evaluate(CLICK_CELL, [3, 3, 10])
    images.get_by_text("True 3, predicted 3").wait_for()
    assert images.get_by_role("button", name="A 3, read rightly").count() == 24
    view.part("cell-row").select_option("")
    images.get_by_text("Most confident mistakes").wait_for()


def test_back_and_forward_visit_what_was_chosen_across_pages_and_nothing_else(open_view: Open) -> None:
    view = open_view("logic_gates")
    view.drawn()
    view.quiet()
    page = view.page
    box = view.control("seed")
    box.fill("3")
    box.press("Enter")
    view.until_query(seed="3")
    view.quiet()
    page.get_by_role("link", name="Digits").first.click()
    page.wait_for_url("**/digits?data=digits*")
    view.until("d.state !== 'offline' && Number(d.eta) === 0.001")
    for go, where in (
        (page.go_back, "**/logic_gates?data=XOR&seed=3*"),
        (page.go_back, "**/logic_gates?data=XOR&v=1"),
        (page.go_forward, "**/logic_gates?data=XOR&seed=3*"),
        (page.go_forward, "**/digits?data=digits*"),
    ):
        view.quiet()
        go()
        page.wait_for_url(where)
    page.wait_for_function("document.title.startsWith('Digits ·')")
