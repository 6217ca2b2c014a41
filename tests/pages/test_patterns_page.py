"""The patterns page: data and panels, another playground's links, points edited by hand."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from tests.pages.app import addressed, open_page, shown, warnings, widget
from ui.patterns import CLASSIFICATION, REGRESSION, panels_for

PAGE = "patterns"
LINK = "https://playground.tensorflow.org/#activation=relu&dataset=spiral&networkShape=6,3&noise=10&discretize=true&showTestData=false"


@pytest.mark.parametrize("data", [*CLASSIFICATION, *REGRESSION])
def test_every_data_set_opens_from_its_address(data: str) -> None:
    app = open_page(PAGE, {"data": data})
    assert shown(app, PAGE) == Experiment.default(data)
    assert not warnings(app)
    assert set(panels_for(shown(app, PAGE))) >= {"map", "network", "loss"}


def test_a_data_set_of_another_page_is_refused_with_a_notice() -> None:
    app = open_page(PAGE, {"data": "digits"})
    assert shown(app, PAGE).data == "circle"
    assert "digits" in warnings(app)[0]


def test_features_are_chosen_and_stand_in_the_address() -> None:
    app = open_page(PAGE)
    widget(app, "features").set_value(["x2", "y2", "sinx"]).run()
    assert shown(app, PAGE).features == ("x2", "y2", "sinx")
    assert addressed(app, "circle").features == ("x2", "y2", "sinx")


@pytest.mark.parametrize("name", ["show_val", "discrete"])
def test_the_switches_of_the_map_go_to_the_view(name: str) -> None:
    app = open_page(PAGE)
    box = widget(app, f"switch_{name}")
    before = box.value
    box.set_value(not before).run()
    assert getattr(app.session_state["_pages"][PAGE].view, name) is not before
    assert app.query_params[name]
    assert shown(app, PAGE) == Experiment.default("circle")


def test_another_playgrounds_link_opens_the_same_setting() -> None:
    app = open_page(PAGE)
    widget(app, "tfp_link").set_value(LINK).run()
    assert not app.exception
    experiment = shown(app, PAGE)
    assert (experiment.data, experiment.hidden, experiment.hidden_func) == ("spiral", (6, 3), ("RELU",))
    assert (experiment.noise, experiment.scheduler, experiment.batch_size) == (0.1, "Constant", 10)
    view = app.session_state["_pages"][PAGE].view
    assert (view.discrete, view.show_val) == (True, False)
    assert any("logistic cost" in caption.value for caption in app.caption)
    assert widget(app, "noise").value == 0.1


def test_what_is_no_link_gets_a_sentence_and_changes_nothing() -> None:
    app = open_page(PAGE)
    widget(app, "tfp_link").set_value("https://example.org/").run()
    assert "no setting in it" in app.error[0].value
    assert shown(app, PAGE) == Experiment.default("circle")
    widget(app, "tfp_link").set_value("").run()
    assert not app.error


def edits_of(app: AppTest) -> list:
    return next(iter(app.session_state["_edits"].values()), [])


def with_edits(edits: list[dict]) -> AppTest:
    """A page with points edited by hand, as the view's callback leaves them."""
    app = open_page(PAGE)
    experiment = shown(app, PAGE)
    key = (experiment.data, experiment.noise, experiment.samples, experiment.split, experiment.data_seed)
    app.session_state["_edits"] = {key: edits}
    return app.run()


def test_points_edited_by_hand_are_told_and_taken_back() -> None:
    app = with_edits([{"add": [1.0, 2.0, 1]}, {"remove": 0}])
    assert not app.exception
    assert any("2 points edited by hand" in caption.value for caption in app.caption)
    widget(app, "edit_undo").click().run()
    assert edits_of(app) == [{"add": [1.0, 2.0, 1]}]
    widget(app, "edit_clear").click().run()
    assert edits_of(app) == []
    assert not any("edited by hand" in caption.value for caption in app.caption)


def test_points_edited_by_hand_wait_for_their_own_data() -> None:
    app = with_edits([{"add": [1.0, 2.0, 1]}])
    widget(app, "data").set_value("moons").run()
    assert not any("edited by hand" in caption.value for caption in app.caption)
    widget(app, "data").set_value("circle").run()
    assert any("1 point edited by hand" in caption.value for caption in app.caption)
