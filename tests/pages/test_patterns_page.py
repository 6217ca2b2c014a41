"""The patterns page: data and panels, another playground's links, points edited by hand."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from pages.patterns import CLASSIFICATION, REGRESSION, panels_for
from tests.pages.app import addressed, go_to, open_page, shown, warnings, widget
from ui.shared.tfp_link import PARAMETER

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


def test_a_setting_that_stood_behind_the_mark_of_our_own_address_opens_the_same() -> None:
    setting = LINK.partition("#")[2]
    by_box, by_address = open_page(PAGE), open_page(PAGE, {PARAMETER: setting})
    widget(by_box, "tfp_link").set_value(LINK).run()
    assert shown(by_address, PAGE) == shown(by_box, PAGE)
    assert by_address.query_params == by_box.query_params
    assert any("logistic cost" in caption.value for caption in by_address.caption)
    assert "none of its settings" in open_page(PAGE, {PARAMETER: "nonsense"}).error[0].value


def test_what_of_a_link_is_not_used_as_it_stands_is_told_above_the_view() -> None:
    setting = LINK.partition("#")[2]
    assert not open_page(PAGE, {PARAMETER: setting}).warning
    app = open_page(PAGE, {PARAMETER: f"{setting}&regDataset=moon&noise=90"})
    told = app.warning[0].value
    assert "regDataset must be one of" in told
    assert "Noise must be" in told
    assert "logistic cost" not in told
    widget(app, "tfp_link").set_value(LINK).run()
    assert not app.warning


def test_what_is_no_link_gets_a_sentence_and_changes_nothing() -> None:
    app = open_page(PAGE)
    widget(app, "tfp_link").set_value("https://example.org/").run()
    assert "no setting in it" in app.error[0].value
    assert shown(app, PAGE) == Experiment.default("circle")
    widget(app, "tfp_link").set_value("").run()
    assert not app.error


def test_what_a_link_brings_is_shown_as_it_is_written() -> None:
    app = open_page(PAGE)
    widget(app, "tfp_link").set_value(f"{LINK}&![](//a.b/c)=1").run()
    assert any(r"!\[\](//a.b/c)" in caption.value for caption in app.caption)


BY_HAND = "r3m0_1.5_0a1_2_1a-2_0.5_0"


def told(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption if "by hand" in caption.value)


def test_points_edited_by_hand_stand_in_the_address_and_are_taken_back() -> None:
    app = open_page(PAGE, {"data": "circle", "points": BY_HAND, "eta": "0.2"})
    assert not app.exception
    assert not warnings(app)
    assert shown(app, PAGE) == Experiment.default("circle").replace(points=BY_HAND, eta=0.2)
    assert "2 added, 1 moved, 1 removed" in told(app)
    assert addressed(app, "circle") == shown(app, PAGE)
    widget(app, "edit_undo").click().run()
    assert shown(app, PAGE).points == "r3m0_1.5_0a1_2_1"
    widget(app, "edit_clear").click().run()
    assert shown(app, PAGE) == Experiment.default("circle").replace(eta=0.2)
    assert not told(app)
    assert "points" not in app.query_params


def test_points_edited_by_hand_survive_another_page_and_other_controls() -> None:
    app = open_page(PAGE, {"data": "circle", "points": BY_HAND})
    widget(app, "hidden_1").set_value(3).run()
    assert shown(app, PAGE).points == BY_HAND
    go_to(app, "regression")
    go_to(app, PAGE)
    assert shown(app, PAGE).points == BY_HAND
    assert "2 added" in told(app)
    widget(app, "noise").set_value(0.2).run()
    assert shown(app, PAGE).points == "a1_2_1a-2_0.5_0"
    widget(app, "data").set_value("moons").run()
    assert shown(app, PAGE).points == ""


def test_an_address_with_impossible_points_is_told() -> None:
    app = open_page(PAGE, {"data": "circle", "points": "r99999a1_2_1"})
    assert shown(app, PAGE) == Experiment.default("circle")
    assert "points must name training rows" in warnings(app)[0]


def edit_in(app: AppTest, value: tuple[str, object]) -> None:
    """Let the page's callback run, as the view's action does."""

    def script() -> None:
        import streamlit as st

        from pages.patterns import PAGE as live_page

        live_page.act(*st.session_state["_test_edit"])

    tester = AppTest.from_function(script)
    pass_on(app, tester)
    tester.session_state["_test_edit"] = value
    assert not tester.run().exception
    pass_on(tester, app)


def pass_on(one: AppTest, other: AppTest) -> None:
    for key in ("_pages", "_edit_steps", "_edit_refused"):
        if key in one.session_state:
            other.session_state[key] = one.session_state[key]


@pytest.mark.parametrize(
    "value",
    [None, 5, {}, {"add": [1, 2]}, {"add": [1, 2, "x"]}, {"add": [1, 2, True]}, {"explode": 3}, {"move": [1]},
     {"remove": 1e9}, {"add": [float("nan"), 0, 1]}, {"add": [0, 0, 1], "remove": 3}],
)  # fmt: skip
def test_nonsense_from_a_browser_edits_nothing(value: object) -> None:
    app = open_page(PAGE)
    edit_in(app, ("point", value))
    assert shown(app, PAGE) == Experiment.default("circle")


def test_edits_are_kept_in_turn_and_undone_in_turn() -> None:
    app = open_page(PAGE)
    for edit in ({"add": [1.0004, 2, 1]}, {"remove": 7}, {"move": [7, 0.5, 0.5]}):
        edit_in(app, ("point", edit))
    app.run()
    assert shown(app, PAGE).points == "r7m8_0.5_0.5a1_2_1"
    for left in ("r7a1_2_1", "a1_2_1", ""):
        widget(app, "edit_undo").click().run()
        assert shown(app, PAGE).points == left


def test_an_edit_that_cannot_be_done_is_told() -> None:
    app = open_page(PAGE)
    edit_in(app, ("point", {"remove": 999}))
    app.run()
    assert any("point must be a row from 0 to" in text for text in warnings(app))
    assert shown(app, PAGE) == Experiment.default("circle")


def test_a_click_on_a_picture_chooses_data_and_features() -> None:
    app = open_page(PAGE)
    for action, value, wanted in (
        ("feature", "x2", {"features": "x-y-x2"}),
        ("feature", "x", {"features": "y-x2"}),
        ("data", "spiral", {"data": "spiral", "features": "y-x2"}),
        ("data", "nonsense", {"data": "spiral", "features": "y-x2"}),
        ("feature", 7, {"data": "spiral", "features": "y-x2"}),
        ("feature", "y", {"data": "spiral", "features": "x2"}),
        ("feature", "x2", {"data": "spiral", "features": "x2"}),
    ):
        edit_in(app, (action, value))
        app.run()
        query = app.query_params
        assert {name: query[name] for name in wanted} == wanted, (action, value)
