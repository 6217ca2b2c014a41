"""The learning-rate page without a browser: looks, range, marker, seeds and cells, junk in the address."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.outcome import OUTCOMES
from nncore.sweep import sweep
from pages.learning_rate import LUCKY_RATES, MODES, SETTINGS, run_of_mode, size_of, telling
from tests.pages.app import VIEW, addressed, go_to, open_page, shown, warnings, widget
from ui.shared.session import query_of
from ui.sweep.budget import SweepSize, subset

PAGE = "learning_rate"


def experiment(app: AppTest) -> Experiment:
    """Return the experiment that the page holds; the address must hold the same."""
    query = {name: value for name, value in app.query_params.items() if name not in (*SETTINGS, *VIEW)}
    held, notices = Experiment.from_query(query)
    assert notices == []
    assert held == shown(app, PAGE)
    return held


def look(app: AppTest) -> Any:
    return next(group for group in app.get("button_group") if group.key == "look")


def test_the_page_opens_on_the_strip_of_xor() -> None:
    app = open_page(PAGE)
    assert experiment(app) == Experiment.default("XOR")
    assert look(app).value == "strip"
    assert warnings(app) == []
    assert len(app.error) == 0


def test_a_rate_outside_of_the_sweep_is_said_not_to_be_the_one_that_is_shown() -> None:
    told = "the run at the nearest rate is shown"
    for address, outside in (
        ({"eta": "1000"}, "η = 1000 lies outside of what is swept, 1e-5 to 100"),
        ({"eta": "0.1", "high": "0.01"}, "η = 0.1 lies outside of what is swept, 1e-5 to 0.01"),
        ({"eta": "100"}, ""),
        ({"eta": "1000", "look": "heat"}, ""),
    ):
        infos = warnings(open_page(PAGE, address))
        assert [one for one in infos if told in one] == ([f"{outside}: {told}."] if outside else [])


@pytest.mark.parametrize("name", MODES)
def test_every_look_opens_from_its_address_and_explains_itself(name: str) -> None:
    app = open_page(PAGE, {"look": name, "eta": "0.3"})
    assert look(app).value == name
    assert experiment(app).eta == 0.3
    assert any(MODES[name].help in caption.value for caption in app.caption)


@pytest.mark.parametrize("data", ["moons", "sine", "digits", "wisconsin", "reg_gauss"])
def test_any_problem_can_be_chosen_and_brings_its_defaults(data: str) -> None:
    app = open_page(PAGE)
    widget(app, "data").set_value(data).run()
    assert not app.exception
    assert experiment(app) == Experiment.default(data)
    assert look(app).value == "strip"


def test_a_control_changes_the_experiment_and_leaves_the_look() -> None:
    app = open_page(PAGE, {"look": "luck"})
    widget(app, "scheduler").set_value("Momentum").run()
    assert experiment(app).scheduler == "Momentum"
    assert look(app).value == "luck"


def test_a_typed_rate_is_taken_over() -> None:
    app = open_page(PAGE)
    before = experiment(app)
    widget(app, "eta").set_value("3e-4").run()
    assert experiment(app) == before.replace(eta=3e-4)
    assert app.query_params["eta"] == "3e-4"


def test_the_range_is_read_from_the_address_and_from_its_fields() -> None:
    app = open_page(PAGE, {"low": "0.001", "high": "10", "rates": "12", "starts": "3"})
    assert widget(app, "range_low").value == "0.001"
    widget(app, "range_high").set_value("1").run()
    assert app.query_params["high"] == "1"
    assert app.query_params["rates"] == "12"
    widget(app, "range_low").set_value(" ").run()
    assert "low" not in app.query_params
    assert len(app.error) == 0


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("low", "1000", "reversed"),
        ("low", "100", "empty"),
        ("low", "abc", "low must be a number from 1e-6 to 1000; got 'abc'."),
        ("low", "$x$", r"got '\$x\$'"),
        ("rates", "2.5", "rates must be left empty or a whole number from 2 to 200; got '2.5'"),
        ("rates", "inf", "rates must be left empty or a whole number from 2 to 200; got 'inf'"),
        ("starts", "nan", "starts must be left empty or a whole number from 1 to 100; got 'nan'"),
        ("starts", "1000", "starts must be left empty or a whole number from 1 to 100; got '1000'"),
        ("rates", "-3", "rates must be left empty or a whole number from 2 to 200; got '-3'"),
    ],
)
def test_a_range_that_is_none_is_refused_and_nothing_is_lost(name: str, value: str, sentence: str) -> None:
    app = open_page(PAGE, {"rates": "20", "starts": "100"} if name == "starts" else {})
    before = dict(app.query_params)
    widget(app, f"range_{name}").set_value(value).run()
    assert not app.exception
    assert sentence in app.error[0].value
    assert "kept" in app.error[0].value
    assert dict(app.query_params) == before
    app.run()
    assert len(app.error) == 0


def test_more_runs_than_a_live_sweep_takes_are_refused_with_the_number_that_fits() -> None:
    app = open_page(PAGE, {"rates": "200"})
    widget(app, "range_starts").set_value("99").run()
    assert "room for 5,000 runs" in app.error[0].value


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"look": "tea"}, "look must be one of strip, race, heat, luck, range, curvature, rules; got 'tea'."),
        ({"low": "5", "high": "1"}, "5 to 1 is reversed. The usual range is used."),
        ({"rates": "many"}, "rates must be left empty or a whole number from 2 to 200; got 'many'."),
        ({"against": "momentum"}, "against must be one of lam, hidden, batch_size; got 'momentum'."),
        ({"eta": "-1"}, "eta must be a number"),
    ],
)
def test_junk_in_the_address_is_named_and_the_rest_is_kept(query: dict[str, str], sentence: str) -> None:
    app = open_page(PAGE, {**query, "seed": "5"})
    assert any(sentence in text for text in warnings(app))
    assert experiment(app).seed == 5


def test_the_heat_map_has_its_axis_and_the_race_its_field() -> None:
    app = open_page(PAGE, {"look": "heat"})
    widget(app, "against").set_value("hidden").run()
    assert app.query_params["against"] == "hidden"
    app = open_page(PAGE, {"look": "race"})
    widget(app, "race").set_value("schedule").run()
    assert app.query_params["race"] == "schedule"


def test_the_edge_of_stability_is_one_click_away() -> None:
    app = open_page(PAGE, {"look": "curvature", "data": "XOR"})
    widget(app, "show_edge").click().run()
    held = experiment(app)
    assert (held.scheduler, held.cost, held.output_func, held.eta) == ("Constant", "CostOLS", "identity", 0.3)
    assert not any(button.key == "show_edge" for button in app.button)


def test_lecture_mode_hides_the_words_and_comes_back() -> None:
    app = open_page(PAGE)
    widget(app, "lecture_mode").click().run()
    assert app.query_params["lecture"] == "1"
    assert len(app.caption) == 0
    widget(app, "lecture_mode").click().run()
    assert "lecture" not in app.query_params


def test_the_run_goes_on_with_exactly_its_setting_on_its_own_page() -> None:
    app = open_page(PAGE, {"eta": "0.3", "seed": "9"})
    run = experiment(app)
    go_to(app, "logic_gates", query_of(run))
    assert addressed(app) == run
    assert run.seed == 9


def test_the_address_brings_back_everything() -> None:
    first = open_page(PAGE, {"look": "heat", "against": "hidden", "low": "0.001", "hidden": "6"})
    query = dict(first.query_params)
    second = open_page(PAGE, query)
    assert experiment(second) == experiment(first)
    assert look(second).value == "heat"
    assert widget(second, "range_low").value == "0.001"


def test_sizes_are_read_with_words_for_what_is_left_out() -> None:
    assert size_of(SETTINGS.defaults) == SweepSize()
    assert size_of(SETTINGS.read({"low": "0,01", "rates": "7"})[0]) == SweepSize(0.01, 100.0, 7)


def test_the_link_below_opens_the_run_that_is_drawn() -> None:
    adam = Experiment.default("spiral").replace(rule="lecture", schedule="cosine")
    drawn = run_of_mode(adam, "curvature")
    assert (drawn.scheduler, drawn.batch_size, drawn.schedule, drawn.rule) == (
        "Constant", 0, "constant", "textbook",
    )  # fmt: skip
    assert run_of_mode(adam, "rules") == adam.replace(rule="textbook")
    assert run_of_mode(adam, "strip") == adam
    digits = Experiment.default("digits")
    assert run_of_mode(digits, "strip").samples == 500


def test_a_mode_opens_where_something_happens_as_long_as_nothing_was_set() -> None:
    app = open_page(PAGE)
    look(app).set_value("curvature").run()
    assert (experiment(app).cost, experiment(app).eta) == ("CostOLS", 0.3)
    app = open_page(PAGE)
    look(app).set_value("luck").run()
    assert experiment(app) == Experiment.default("XOR").replace(eta=LUCKY_RATES["XOR"])
    app = open_page(PAGE, {"eta": "0.2"})
    for mode in ("curvature", "luck"):
        look(app).set_value(mode).run()
        assert experiment(app) == Experiment.default("XOR").replace(eta=0.2)


@pytest.mark.parametrize("name", MODES)
def test_the_bare_address_of_a_mode_opens_what_its_button_opens(name: str) -> None:
    pressed, typed = open_page(PAGE), open_page(PAGE, {"look": name})
    look(pressed).set_value(name).run()
    assert experiment(typed) == experiment(pressed)
    assert typed.query_params == pressed.query_params


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("said", [{"data": "XOR"}, {"seed": "7"}, {"eta": "0.1"}])
def test_an_address_of_a_mode_that_says_anything_of_a_run_opens_that_run(
    name: str, said: dict[str, str]
) -> None:
    app = open_page(PAGE, {"look": name, **said})
    assert experiment(app) == Experiment.from_query({"data": "XOR", **said})[0]


def test_the_usual_run_is_kept_in_a_mode_that_opens_with_another_one() -> None:
    app = open_page(PAGE, {"look": "luck"})
    assert experiment(app).eta == LUCKY_RATES["XOR"]
    widget(app, "eta").set_value("0.1").run()
    assert experiment(app) == Experiment.default("XOR")
    assert experiment(open_page(PAGE, dict(app.query_params))) == Experiment.default("XOR")
    widget(app, "lecture_mode").click().run()
    assert experiment(open_page(PAGE, dict(app.query_params))) == Experiment.default("XOR")


def test_another_problem_opens_on_the_setting_in_which_its_mode_tells_something() -> None:
    app = open_page(PAGE, {"look": "curvature"})
    widget(app, "data").set_value("sine").run()
    assert (experiment(app).cost, experiment(app).eta) == ("CostOLS", 0.25)
    look(app).set_value("luck").run()
    widget(app, "data").set_value("digits").run()
    assert experiment(app) == Experiment.default("digits").replace(eta=LUCKY_RATES["digits"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(one, marks=() if data.task == "binary" and one != "wisconsin" else pytest.mark.long)
        for one, data in DATA.items()
        if one != "checkerboard"
    ],
)
def test_of_twenty_starts_some_learn_and_some_do_not_where_luck_opens(data: str) -> None:
    shown, _ = subset(telling(Experiment.default(data), "luck"))
    outcomes = sweep(shown, seed=tuple(range(1, 21))).outcome
    learned = int((np.asarray(outcomes) == OUTCOMES.index("learned")).sum())
    assert 3 <= learned <= 18
