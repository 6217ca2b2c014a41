"""The regression page: curves and the surface, other fits beside the network, errors against its size."""

from __future__ import annotations

import json

import pytest

from nncore.experiment import Experiment
from pages.regression import CURVES, LESSON, SURFACES, panels_for
from tests.pages.app import open_page, shown, warnings, widget
from ui.figures.regression_fits import ERRORS

PAGE = "regression"


@pytest.mark.parametrize("data", [*CURVES, *SURFACES])
def test_every_data_set_opens_from_its_address(data: str) -> None:
    app = open_page(PAGE, {"data": data})
    assert shown(app, PAGE) == Experiment.default(data)
    assert not warnings(app)
    assert ("fit" in panels_for(shown(app, PAGE))) == (data in CURVES)


@pytest.mark.parametrize("data", ["sine", "polynomial_surface"])
def test_other_fits_stand_beside_the_network(data: str) -> None:
    app = open_page(PAGE, {"data": data, "look": "compare", "epochs": "30", "noise": "0.2"})
    assert not app.exception
    table = app.dataframe[0].value
    columns = json.loads(app.dataframe[0].proto.columns)
    assert {columns[name]["type_config"]["format"] for name in ERRORS} == {"%.3g"}
    assert table["fit"].str.contains("least squares").sum() == 1
    assert table["fit"].str.contains("ridge").sum() == 1
    before = table["training error"][1]
    widget(app, "fit_degree").set_value(2).run()
    assert not app.exception
    assert app.query_params["degree"] == "2"
    after = app.dataframe[0].value
    assert after["training error"][1] > before
    assert after["training error"][0] == table["training error"][0]
    widget(app, "fit_alpha").set_value(10.0).run()
    assert app.query_params["alpha"] == "10"
    assert app.dataframe[0].value["training error"][2] > after["training error"][2]
    assert app.dataframe[0].value["training error"][1] == after["training error"][1]


def test_impossible_numbers_in_the_address_are_named_and_the_defaults_used() -> None:
    app = open_page(PAGE, {"look": "compare", "degree": "900", "alpha": "much", "epochs": "5"})
    assert not app.exception
    assert widget(app, "fit_degree").value == 9
    assert widget(app, "fit_alpha").value == 0.1
    assert any("degree must be a whole number from 1 to 20; got '900'" in box.value for box in app.warning)


def test_errors_against_the_size_fill_in_while_one_looks() -> None:
    app = open_page(PAGE, {"look": "size", "epochs": "2"})
    assert not app.exception
    for _ in range(60):
        if app.session_state["_size_sweep"][1].finished:
            break
        app.run()
    assert app.session_state["_size_sweep"][1].finished
    assert any("Validation is best at" in text.value for text in app.markdown)


def test_the_sweep_starts_anew_only_for_what_it_depends_on() -> None:
    app = open_page(PAGE, {"look": "size", "epochs": "2"})
    sweep = app.session_state["_size_sweep"][1]
    widget(app, "hidden_1").set_value(5).run()
    widget(app, "seed").set_value(4).run()
    assert app.session_state["_size_sweep"][1] is sweep
    widget(app, "noise").set_value(0.3).run()
    assert app.session_state["_size_sweep"][1] is not sweep


def test_the_lesson_is_set_up_by_its_button() -> None:
    app = open_page(PAGE, {"look": "size", "epochs": "2", "data": "bump"})
    widget(app, "size_lesson").click().run()
    assert not app.exception
    assert {name: getattr(shown(app, PAGE), name) for name in LESSON} == LESSON


def test_the_choice_below_the_view_is_part_of_the_address() -> None:
    app = open_page(PAGE, {"epochs": "5"})
    app.button_group[0].set_value("compare").run()
    assert app.query_params["look"] == "compare"
    app.button_group[0].set_value(None).run()
    assert "look" not in app.query_params


def test_sizes_are_compared_as_planned_beside_a_run_that_went_on() -> None:
    app = open_page("regression", {"look": "size", "epochs": "2", "more": "3", "changes": "eta4_0.1"})
    assert shown(app, "regression").total_epochs == 5
    assert any("all else as planned above" in caption.value for caption in app.caption)
