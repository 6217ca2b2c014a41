"""Two runs side by side on the pages: the address holds both, the controls change B."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from tests.pages.app import go_to, open_page, shown, warnings, widget
from tests.pages.test_pins import record, with_pins
from ui.shared.beside import beside_query

XOR = Experiment.default("XOR")


def held(app: AppTest, page: str = "logic_gates") -> Experiment | None:
    """Return what stands beside the controls' experiment."""
    return app.session_state["_pages"][page].beside


def led(app: AppTest, experiment: Experiment) -> AppTest:
    """Let the page follow where its view has led."""

    def script() -> None:
        import streamlit as st

        from ui.live.course import FOLLOWED
        from ui.shared import session

        session.follow("logic_gates", st.session_state["_test_view"], FOLLOWED)

    callback = AppTest.from_function(script)
    callback.session_state["_pages"] = app.session_state["_pages"]
    callback.session_state["_test_view"] = experiment
    assert not callback.run().exception
    return app.run()


def test_a_run_that_went_beyond_its_end_is_split_like_any_other() -> None:
    longer = XOR.replace(more=200)
    app = led(open_page("logic_gates"), longer)
    assert app.session_state["_pages"]["logic_gates"].followed == longer
    act(app, "split")
    assert held(app) == longer
    assert app.session_state["_pages"]["logic_gates"].followed is None, "the view has A still to begin"


def act(app: AppTest, name: str, value: object = "", page: str = "logic_gates") -> AppTest:
    """Do what a button of the view asks for, as Streamlit does: before the script runs."""

    def script(name: str, value: object, page: str) -> None:
        from ui.live.page import ACTIONS

        ACTIONS[name](page, value)

    callback = AppTest.from_function(script, kwargs={"name": name, "value": value, "page": page})
    for key in ("_pages", "_pins"):
        if key in app.session_state:
            callback.session_state[key] = app.session_state[key]
    assert not callback.run().exception
    return app.run()


@pytest.mark.parametrize(
    ("page", "a", "changes"),
    [
        ("logic_gates", XOR, {"eta": 0.3}),
        ("logic_gates", XOR.replace(hidden=(3,)), {"data": "AND", "hidden": (4,)}),
        ("digits", Experiment.default("digits"), {"hidden": (20,), "batch_size": 0}),
        ("patterns", Experiment.default("circle"), {"data": "spiral", "features": ("x", "y", "x2")}),
        ("patterns", Experiment.default("circle"), {"data": "reg_plane", "cost": "auto"}),
        ("regression", Experiment.default("sine"), {"lam": 0.01}),
        ("own_data", Experiment.default("own"), {"eta": 0.1, "seed": 3}),
    ],
)
def test_an_address_opens_both_and_stays_as_it_is(page: str, a: Experiment, changes: dict) -> None:
    b = Experiment(**{**vars(a), **changes})
    query = {**a.to_query(), **beside_query(a, b)}
    app = open_page(page, query)
    assert (held(app, page), shown(app, page)) == (a, b)
    assert warnings(app) == []
    app.run()
    assert app.query_params == query


def test_a_bad_value_of_b_is_named_and_the_rest_kept() -> None:
    app = open_page("logic_gates", {"data": "AND", "b.eta": "abc", "b.seed": "7", "b.colour": "red"})
    first, second = sorted(warnings(app))
    assert first.startswith("'b.colour' in the address is not a setting")
    assert second.startswith("b.eta must be a number from 1e-6 to 1000; got 'abc'. That of A, 0.1, is used")
    assert shown(app, "logic_gates") == held(app).replace(seed=7)


def test_pages_that_show_one_run_say_that_they_leave_the_other_out() -> None:
    app = open_page("learning_rate", {"data": "XOR", "b.eta": "0.3"})
    assert any("'b.eta' in the address is not a setting" in text for text in warnings(app))


def test_the_controls_change_b_and_the_address_names_only_what_differs() -> None:
    app = open_page("logic_gates", {"b.eta": "0.1"})
    widget(app, "eta").set_value("0.5").run()
    widget(app, "seed").set_value(4).run()
    assert (held(app), shown(app, "logic_gates")) == (XOR, XOR.replace(eta=0.5, seed=4))
    assert app.query_params == {"data": "XOR", "v": "1", "b.eta": "0.5", "b.seed": "4"}


def test_split_swapped_held_and_merged() -> None:
    app = act(open_page("logic_gates"), "split")
    assert app.query_params["b.eta"] == "0.1"
    widget(app, "eta").set_value("0.5").run()
    act(app, "swap")
    assert (held(app), shown(app, "logic_gates")) == (XOR.replace(eta=0.5), XOR)
    assert widget(app, "eta").value == "0.1"
    assert (app.query_params["eta"], app.query_params["b.eta"]) == ("0.5", "0.1")
    act(app, "split")
    assert held(app) is None
    assert app.query_params == XOR.to_query()


@pytest.mark.parametrize("touched", [False, True])
def test_a_run_that_no_setting_repeats_is_held_by_its_settings_and_its_curve_is_kept(touched: bool) -> None:
    def script() -> None:
        import streamlit as st

        from pages.logic_gates import PAGE

        PAGE.pin(st.session_state["record"], PAGE.open())

    app = open_page("logic_gates", {"b.eta": "0.3"})
    pinned = AppTest.from_function(script)
    pinned.session_state["_pages"] = app.session_state["_pages"]
    pinned.session_state["record"] = replace(record(XOR.replace(eta=0.3)), touched=touched)
    assert not pinned.run().exception
    assert pinned.session_state["_pages"]["logic_gates"].beside == XOR.replace(eta=0.3)
    assert ("_pins" in pinned.session_state) == touched
    assert [toast.value.startswith("Weights of B were set by hand") for toast in pinned.toast] == [
        True
    ] * touched


def test_the_pin_made_last_stands_at_the_left() -> None:
    app = with_pins(open_page("logic_gates"), record(XOR.replace(seed=7)), record(XOR.replace(eta=0.5)))
    act(app, "split")
    assert (held(app), shown(app, "logic_gates")) == (XOR.replace(eta=0.5), XOR)
    assert app.table, "the pins stay"


def test_both_survive_a_change_of_page() -> None:
    app = open_page("logic_gates", {"b.eta": "0.3"})
    go_to(app, "digits")
    assert held(app, "digits") is None
    go_to(app, "logic_gates")
    assert (held(app), shown(app, "logic_gates").eta) == (XOR, 0.3)
    assert app.query_params["b.eta"] == "0.3"


def test_rows_of_ones_own_are_those_of_both_or_there_is_one() -> None:
    app = open_page("own_data", {"data": "own", "b.eta": "0.1"})
    assert held(app, "own_data") is not None
    widget(app, "data").set_value("wisconsin").run()
    assert held(app, "own_data") is None


def test_take_home_says_whose_files_they_are() -> None:
    app = open_page("logic_gates", {"b.eta": "0.3"})
    app.run()
    assert any("files are those of B" in caption.value for caption in app.caption)


def test_data_and_inputs_are_chosen_for_b_alone_or_for_both() -> None:
    circle = Experiment.default("circle")
    query = {**circle.to_query(), **beside_query(circle, circle.replace(features=("x", "y", "x2"), eta=0.1))}
    app = open_page("patterns", query)
    for name, value, a, b in (
        ("data", {"name": "gauss", "both": True}, ("gauss", ("x", "y")), ("gauss", ("x", "y", "x2"))),
        (
            "feature",
            {"name": "xy", "both": True},
            ("gauss", ("x", "y", "xy")),
            ("gauss", ("x", "y", "x2", "xy")),
        ),
        ("feature", {"name": "x2", "both": True}, ("gauss", ("x", "y", "xy")), ("gauss", ("x", "y", "xy"))),
        ("data", "spiral", ("gauss", ("x", "y", "xy")), ("spiral", ("x", "y", "xy"))),
        ("data", {"both": True}, ("gauss", ("x", "y", "xy")), ("spiral", ("x", "y", "xy"))),
    ):
        act(app, name, value, "patterns")
        one, other = held(app, "patterns"), shown(app, "patterns")
        assert one is not None
        assert ((one.data, one.features), (other.data, other.features)) == (a, b)
    assert shown(app, "patterns").eta == 0.1
