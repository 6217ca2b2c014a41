"""The address bar: it holds the whole experiment, opens it again, and says what it could not read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from tests.pages.app import TIMEOUT_SECONDS, addressed, go_to, open_page, shown, warnings, widget
from ui.live.view import Callbacks, LiveHandle, _listeners
from ui.shared import session

ADDRESSES = (
    ("logic_gates", Experiment.default("XOR")),
    (
        "logic_gates",
        Experiment.default("XNOR").replace(hidden=(3, 5), hidden_func=("RELU", "tanh"), eta=3e-4),
    ),
    (
        "logic_gates",
        Experiment.default("AND").replace(hidden=(), scheduler="Constant", noise=0.15, data_seed=4),
    ),
    ("digits", Experiment.default("digits").replace(hidden=(64,), batch_size=100, lam=1e-5)),
)


@pytest.mark.parametrize(("page", "experiment"), ADDRESSES, ids=lambda value: getattr(value, "data", value))
def test_an_address_opens_its_experiment_and_stays_as_it_is(page: str, experiment: Experiment) -> None:
    app = open_page(page, experiment.to_query())
    assert shown(app, page) == experiment
    assert addressed(app) == experiment
    assert warnings(app) == []
    app.run()
    assert shown(app, page) == experiment
    assert app.query_params == experiment.to_query()


def test_a_bare_address_opens_the_default_and_names_it() -> None:
    app = open_page("logic_gates", {})
    assert shown(app, "logic_gates") == Experiment.default("XOR")
    assert app.query_params["data"] == "XOR"


def test_the_views_settings_stand_in_the_address_too() -> None:
    query = {"data": "XOR", "v": "1", "speed": "max", "axis": "linear", "lecture": "1"}
    app = open_page("logic_gates", query)
    view = app.session_state["_pages"]["logic_gates"].view
    assert (view.speed, view.axis, view.lecture) == ("max", "linear", True)
    widget(app, "seed").set_value(3).run()
    assert app.query_params == {**query, "seed": "3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eta", "banana"), ("eta", "-1"), ("eta", "nan"), ("eta", "1e400"), ("eta", ""),
        ("hidden", "4-x"), ("hidden", "9-9-9-9-9-9-9"), ("hidden", "100000"), ("hidden_func", "relu6"),
        ("scheduler", "<script>"), ("seed", "1.5"), ("seed", "99999999999999999999"), ("epochs", "0"),
        ("noise", "7"), ("speed", "warp"), ("axis", "sqrt"), ("lecture", "maybe"), ("data", "digits"),
        ("data", "NOTHING"), ("data", "own"), ("v", "99"), ("colour", "red"), ("cost", "CostCrossEntropy"),
        ("formula", "().__class__"),
    ],
)  # fmt: skip
def test_an_impossible_value_is_named_and_the_rest_kept(name: str, value: str) -> None:
    query = {"data": "NAND", "hidden": "6", "scheduler": "Momentum", "momentum": "0.7", "lecture": "0"}
    app = open_page("logic_gates", {**query, name: value})
    assert warnings(app), "nothing was said"
    assert any(name in text for text in warnings(app))
    experiment = shown(app, "logic_gates")
    kept = {"data": "NAND", "hidden": (6,), "scheduler": "Momentum", "momentum": 0.7}
    kept.pop(name, None)
    assert {field: getattr(experiment, field) for field in kept} == kept
    if name in kept or hasattr(experiment, name):
        assert getattr(experiment, name) == getattr(Experiment.default(experiment.data), name)
    assert addressed(app) == experiment


def test_what_was_wrong_stays_on_the_page_until_something_is_changed() -> None:
    app = open_page("logic_gates", {"data": "XOR", "eta": "banana"})
    assert len(warnings(app)) == 1
    app.run()
    assert len(warnings(app)) == 1
    widget(app, "seed").set_value(2).run()
    assert warnings(app) == []


def test_ten_thousand_parameters_do_no_harm() -> None:
    app = open_page("logic_gates", {"data": "OR"} | {f"p{i}": "x" * 50 for i in range(900)})
    assert shown(app, "logic_gates") == Experiment.default("OR")
    assert 1 <= len(warnings(app)) <= 10


def test_pages_do_not_take_one_anothers_address() -> None:
    app = open_page("logic_gates", {"data": "AND", "hidden": "6", "seed": "5"})
    go_to(app, "digits")
    assert shown(app, "digits") == Experiment.default("digits")
    assert warnings(app) == []
    assert addressed(app, "digits") == Experiment.default("digits")


def test_a_page_left_and_entered_again_is_as_it_was() -> None:
    app = open_page("logic_gates", {"data": "AND", "hidden": "6", "seed": "5"})
    left = shown(app, "logic_gates")
    go_to(app, "digits")
    widget(app, "seed").set_value(77).run()
    go_to(app, "home")
    assert app.query_params == {}
    go_to(app, "logic_gates")
    assert shown(app, "logic_gates") == left
    assert widget(app, "hidden_1").value == 6
    assert addressed(app) == left
    go_to(app, "digits")
    assert shown(app, "digits").seed == 77


def test_a_link_followed_within_a_session_wins_over_what_the_page_remembers() -> None:
    app = open_page("logic_gates", {"data": "AND", "hidden": "6"})
    go_to(app, "home")
    go_to(app, "logic_gates", {"data": "NOR", "eta": "0.02"})
    assert shown(app, "logic_gates") == Experiment.default("NOR").replace(eta=0.02)
    assert widget(app, "data").value == "NOR"


def test_an_address_that_the_browser_sends_late_undoes_nothing() -> None:
    app = open_page("logic_gates")
    before = dict(app.query_params)
    widget(app, "seed").set_value(5).run()
    app.query_params = before
    widget(app, "epochs").set_value(300).run()
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(seed=5, epochs=300)


def test_an_address_that_stood_there_for_long_may_come_late_too(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(session, "time", SimpleNamespace(monotonic=lambda: now[0]))
    app = open_page("logic_gates")
    before = dict(app.query_params)
    now[0] += 3600.0  # nobody has touched anything for an hour
    widget(app, "seed").set_value(5).run()
    app.query_params = before
    widget(app, "epochs").set_value(300).run()
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(seed=5, epochs=300)
    now[0] += 3600.0
    app.query_params = before
    app.run()
    assert shown(app, "logic_gates") == Experiment.default("XOR"), "by now it is a link that is followed"


def test_an_address_typed_over_the_old_one_is_opened() -> None:
    app = open_page("logic_gates", {"data": "AND", "hidden": "6"})
    app.query_params = {"data": "OR", "hidden": "none", "v": "1"}
    app.run()
    assert shown(app, "logic_gates") == Experiment.default("OR").replace(hidden=())
    assert widget(app, "hidden").value == 0


def test_names_in_capitals_are_those_that_are_meant() -> None:
    app = open_page(
        "logic_gates", {"Data": "and", "ETA": "0,5", "eta": "0.2", "Speed": "max", "B.Hidden": "3, 3"}
    )
    a = Experiment.default("AND").replace(eta=0.2)
    assert shown(app, "logic_gates") == a.replace(hidden=(3, 3))
    assert app.session_state["_pages"]["logic_gates"].beside == a
    assert app.query_params["speed"] == "max"


def test_a_link_to_what_the_page_showed_a_moment_ago_is_followed() -> None:
    link = {"data": "XOR", "eta": "0.02", "v": "1"}
    app = open_page("logic_gates", link)
    widget(app, "seed").set_value(5).run()
    go_to(app, "home")
    go_to(app, "logic_gates", link)
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(eta=0.02)
    assert widget(app, "seed").value == Experiment.default("XOR").seed
    assert addressed(app) == shown(app, "logic_gates")


def test_a_link_that_equals_the_address_of_the_page_it_stands_on_is_followed() -> None:
    app = open_page("logic_gates", {"data": "AND", "hidden": "6", "seed": "5"})
    go_to(app, "learning_rate", {"data": "XOR", "eta": "0.3", "v": "1"})
    link = dict(app.query_params)
    go_to(app, "logic_gates", link)
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(eta=0.3)


def test_an_address_of_the_last_page_that_arrives_late_asks_for_nothing() -> None:
    app = open_page("logic_gates", {"data": "AND", "seed": "5"})
    late = dict(app.query_params)
    go_to(app, "digits")
    app.query_params = late
    widget(app, "epochs").set_value(30).run()
    assert shown(app, "digits") == Experiment.default("digits").replace(epochs=30)
    assert warnings(app) == []


def test_a_page_left_and_entered_again_at_once_keeps_its_experiment() -> None:
    app = open_page("logic_gates", {"data": "AND", "seed": "5"})
    app.query_params = {}  # the page between has not run at all
    app.run()
    assert shown(app, "logic_gates") == Experiment.default("AND").replace(seed=5)
    assert addressed(app) == shown(app, "logic_gates")


def test_a_widget_whose_value_was_dropped_shows_the_experiment_again() -> None:
    def draw() -> None:
        import streamlit as st

        from nncore.experiment import Experiment
        from ui.shared.session import open_page, place_widget

        opened = open_page("logic_gates", data="XOR")
        st.session_state["_pages"]["logic_gates"].drawn = {"seed"}
        assert "seed" not in st.session_state, "as after a script run that was cut short"
        st.number_input("Seed", 0, 100, key=place_widget("logic_gates", "seed", opened.experiment.seed))
        assert st.session_state["seed"] == Experiment.default("XOR").seed == 1

    app = AppTest.from_function(draw, default_timeout=TIMEOUT_SECONDS).run()
    assert not app.exception
    assert widget(app, "seed").value == 1


def test_what_a_browser_says_of_a_control_before_it_heard_of_its_new_value_undoes_nothing() -> None:
    app = open_page("logic_gates", {"data": "XOR", "seed": "3"})
    widget(app, "reset").click().run()
    # The rate was changed in a browser that still shows the seed of before.
    widget(app, "eta").set_value("0.2")
    widget(app, "seed").set_value(3).run()
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(eta=0.2)
    assert widget(app, "seed").value == 1
    # Alone it is what somebody chose.
    widget(app, "seed").set_value(3).run()
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(eta=0.2, seed=3)


def test_a_view_that_has_been_overtaken_lets_a_browser_choose_nothing() -> None:
    told: list[str] = []
    callbacks = Callbacks(on_told=lambda: told.append("told"), on_follow=lambda *_: told.append("followed"))
    listeners = _listeners(cast(LiveHandle, SimpleNamespace(leads=lambda: False)), "live", callbacks)
    for name in ("on_follow_change", "on_pin_change", "on_lost_change"):
        listeners[name]()
    assert told == ["told"] * 3
    # The back button's script run is over; the browser, which has not heard of it, tells of a run's course.
    app = open_page("logic_gates", {"data": "XOR", "seed": "3"})
    widget(app, "reset").click().run()
    app.session_state["_pages"]["logic_gates"].told = True
    widget(app, "seed").set_value(3).run()
    assert shown(app, "logic_gates") == Experiment.default("XOR")
    assert widget(app, "seed").value == 1


def test_where_the_view_has_led_is_taken_over_before_whatever_else_is_told() -> None:
    told: list[object] = []
    record = SimpleNamespace(experiment=Experiment.default("XOR").replace(hidden=(4, 4)))
    handle = SimpleNamespace(leads=lambda: True, both=lambda: (record, None), record=lambda: record)
    callbacks = Callbacks(
        on_follow=lambda experiment, _: told.append(experiment.hidden), on_pin=lambda _: told.append("pin")
    )
    listeners = _listeners(cast(LiveHandle, handle), "live", callbacks)
    listeners["on_pin_change"]()
    assert told == [(4, 4), "pin"]
    for name in ("on_follow_change", "on_lost_change"):
        listeners[name]()
    assert told == [(4, 4), "pin", (4, 4), (4, 4)]


def test_several_impossible_values_share_one_box():
    app = open_page("logic_gates", {"eta": "soon", "epochs": "-3", "scheduler": "Magic"})
    assert len(app.warning) == 1
    assert len(warnings(app)) == 3
