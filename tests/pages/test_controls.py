"""Every control of the gates and digits pages, found by key, moved off its default, its effect seen."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS
from tests.pages.app import addressed, has_widget, open_page, shown, warnings, widget

# Control, what is chosen, the field it decides, the field's value afterwards.
MOVES: dict[str, tuple[tuple[str, Any, str, Any], ...]] = {
    "logic_gates": (
        ("data", "AND", "data", "AND"),
        ("noise", 0.2, "noise", 0.2),
        ("hidden", 2, "hidden", (4, 4)),
        ("hidden", 0, "hidden", ()),
        ("hidden_1", 7, "hidden", (7,)),
        ("hidden_func", "RELU", "hidden_func", ("RELU",)),
        ("scheduler", "Constant", "scheduler", "Constant"),
        ("eta", "3e-4", "eta", 3e-4),
        ("rho", 0.8, "rho", 0.8),
        ("rho2", 0.99, "rho2", 0.99),
        ("epochs", 500, "epochs", 500),
        ("batch_size", "2", "batch_size", 2),
        ("seed", 8, "seed", 8),
        ("lam", "1e-3", "lam", 1e-3),
        ("lam1", "1e-4", "lam1", 1e-4),
        ("init", "lecture", "init", "lecture"),
        ("output_func", "sigmoid", "output_func", "sigmoid"),
        ("cost", "CostOLS", "cost", "CostOLS"),
        ("schedule", "cosine", "schedule", "cosine"),
        ("rule", "lecture", "rule", "lecture"),
        ("data_seed", 3, "data_seed", 3),
    ),
    "digits": (
        ("noise", 0.1, "noise", 0.1),
        ("split", 0.5, "split", 0.5),
        ("hidden", 1, "hidden", (100,)),
        ("hidden_2", 20, "hidden", (100, 20)),
        ("hidden_func", "LRELU", "hidden_func", ("LRELU",)),
        ("scheduler", "RMS_prop", "scheduler", "RMS_prop"),
        ("eta", "0,01", "eta", 0.01),
        ("batch_size", "128", "batch_size", 128),
        ("batch_size", "All", "batch_size", 0),
        ("epochs", 5, "epochs", 5),
        ("seed", 0, "seed", 0),
        ("init", "zeros", "init", "zeros"),
        ("data_seed", 9, "data_seed", 9),
        ("samples", 500, "samples", 500),
    ),
}
DATA = {"logic_gates": "XOR", "digits": "digits"}


@pytest.mark.parametrize("page", MOVES)
def test_each_control_changes_its_field_and_nothing_else(page: str) -> None:
    app = open_page(page)
    default = Experiment.default(DATA[page])
    for key, choice, field, value in MOVES[page]:
        assert getattr(default, field) != value, f"{key} would not be moved"
        widget(app, key).set_value(choice).run()
        assert not app.exception
        assert shown(app, page) == default.replace(**{field: value}), key
        assert addressed(app, DATA[page]) == default.replace(**{field: value}), key
        assert warnings(app) == []
        widget(app, "reset").click().run()
        assert shown(app, page) == Experiment.default(shown(app, page).data)
        if key == "data":
            widget(app, "data").set_value(DATA[page]).run()


@pytest.mark.parametrize("page", MOVES)
def test_the_moves_above_know_every_control_that_is_drawn(page: str) -> None:
    app = open_page(page)
    moved = {key for moves in MOVES.values() for key, *_ in moves}
    drawn = {name for name in FIELDS if has_widget(app, name)}
    drawn |= {f"hidden_{layer}" for layer in range(1, 7) if has_widget(app, f"hidden_{layer}")}
    assert drawn - moved == set()


@pytest.mark.parametrize(
    ("scheduler", "numbers"),
    [
        ("Constant", set()),
        ("Momentum", {"momentum"}),
        ("Adagrad", set()),
        ("AdagradMomentum", {"momentum"}),
        ("RMS_prop", {"rho"}),
        ("Adam", {"rho", "rho2"}),
    ],
)
def test_a_scheduler_shows_its_own_numbers_only(scheduler: str, numbers: set[str]) -> None:
    app = open_page("logic_gates")
    widget(app, "scheduler").set_value(scheduler).run()
    assert {name for name in ("momentum", "rho", "rho2") if has_widget(app, name)} == numbers


def test_bounds_of_the_number_boxes_are_the_fields_own() -> None:
    app = open_page("logic_gates")
    widget(app, "scheduler").set_value("Momentum").run()
    for name in ("epochs", "seed", "data_seed", "momentum"):
        box = widget(app, name)
        assert (box.min, box.max) == (FIELDS[name].low, FIELDS[name].high), name


@pytest.mark.parametrize(
    "page", ["logic_gates", "patterns", "regression", "own_data", "frameworks", "learning_rate"]
)
def test_a_batch_of_all_rows_says_all_where_it_is_set(page: str) -> None:
    app = open_page(page, {"batch_size": "0"})
    assert (widget(app, "batch_size").label, widget(app, "batch_size").value) == ("Batch size", "all")
    widget(app, "batch_size").set_value("2").run()
    assert (app.query_params["batch_size"], shown(app, page).batch_size) == ("2", 2)
    widget(app, "batch_size").set_value("all").run()
    assert shown(app, page).batch_size == 0


def test_a_batch_that_is_none_is_refused_in_a_sentence() -> None:
    app = open_page("digits")
    widget(app, "batch_size").set_value("some").run()
    assert warnings(app) == [
        "batch_size must be all or a whole number from 0 to 5000; got 'some'. 32 is kept."
    ]


@pytest.mark.parametrize("page", ["logic_gates", "patterns", "digits", "regression"])
def test_the_side_bar_asks_for_data_then_network_then_learning(page: str) -> None:
    app = open_page(page)
    order = [str(element.key) for element in app.sidebar if getattr(element, "key", None)]
    data, network, learning = (order.index(name) for name in ("noise", "hidden", "scheduler"))
    assert data < network < learning < order.index("epochs")
    more = {element.key for element in app.sidebar.expander[0] if getattr(element, "key", None)}
    assert more >= {"rho", "rho2"}, "the decay rates come with what a first visit does not need"


def test_a_scheduler_keeps_its_numbers_while_another_is_chosen() -> None:
    app = open_page("logic_gates", {"data": "XOR", "scheduler": "Momentum", "momentum": "0.5"})
    widget(app, "scheduler").set_value("Constant").run()
    assert not has_widget(app, "momentum")
    widget(app, "scheduler").set_value("Momentum").run()
    assert widget(app, "momentum").value == 0.5
    assert shown(app, "logic_gates").momentum == 0.5


def test_one_activation_for_each_layer() -> None:
    app = open_page("logic_gates", {"data": "XOR", "hidden": "4-3"})
    widget(app, "hidden_func_each").set_value(True).run()
    widget(app, "hidden_func_2").set_value("sigmoid").run()
    assert shown(app, "logic_gates").hidden_func == ("tanh", "sigmoid")
    assert app.query_params["hidden_func"] == "tanh-sigmoid"
    widget(app, "hidden_func_each").set_value(False).run()
    assert shown(app, "logic_gates").hidden_func == ("tanh",)


def test_a_formula_as_activation() -> None:
    app = open_page("logic_gates", {"data": "XOR", "hidden_func": "custom"})
    widget(app, "formula").set_value("tanh(z) + 0.1 * z").run()
    good = shown(app, "logic_gates").formula
    assert "tanh" in good
    widget(app, "formula").set_value("__import__('os')").run()
    assert shown(app, "logic_gates").formula == good
    assert len(warnings(app)) == 1
    assert warnings(app)[0].startswith("formula")


def test_nonsense_in_the_learning_rate_box_keeps_the_last_good_one() -> None:
    app = open_page("logic_gates")
    widget(app, "eta").set_value("0.03").run()
    widget(app, "eta").set_value("very fast").run()
    assert shown(app, "logic_gates").eta == 0.03
    assert app.query_params["eta"] == "0.03"
    assert len(warnings(app)) == 1
    assert "very fast" in warnings(app)[0]
    widget(app, "eta").set_value("0.05").run()
    assert warnings(app) == []


def test_another_gate_leaves_all_other_choices_alone() -> None:
    app = open_page("logic_gates", {"data": "XOR", "hidden": "3-3", "eta": "0.02", "seed": "5"})
    before = asdict(shown(app, "logic_gates"))
    widget(app, "data").set_value("NOR").run()
    assert asdict(shown(app, "logic_gates")) == {**before, "data": "NOR"}


def test_what_is_set_under_more_choices_is_told_where_it_is_folded_away() -> None:
    app = open_page("logic_gates")
    assert not [caption.value for caption in app.sidebar.caption]
    widget(app, "cost").set_value("CostOLS").run()
    assert "Set there: cost squared error." in [caption.value for caption in app.sidebar.caption]
    widget(app, "seed").set_value(4).run()
    assert shown(app, "logic_gates") == Experiment.default("XOR").replace(cost="CostOLS", seed=4)
    assert widget(app, "cost").value == "CostOLS"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("banana", "eta must be a number from 1e-6 to 1000; got 'banana'. 0.02 is kept."),
        ("-5", "eta must be a number from 1e-6 to 1000; got -5. 0.02 is kept."),
        ("1e9", "eta must be a number from 1e-6 to 1000; got 1e9. 0.02 is kept."),
        ("9" * 300, "eta must be a number from 1e-6 to 1000; got 1e300. 0.02 is kept."),
        ("<b>\N{SNOWMAN}</b>", "0.02 is kept."),
        ("", "0.02 is kept."),
    ],
)
def test_what_is_no_learning_rate_gets_a_sentence_and_the_last_one_is_kept(typed: str, said: str) -> None:
    app = open_page("logic_gates", {"data": "AND", "eta": "0.02"})
    widget(app, "eta").set_value(typed).run()
    (notice,) = warnings(app)
    assert notice.endswith(said)
    assert shown(app, "logic_gates") == Experiment.default("AND").replace(eta=0.02)
    assert addressed(app).eta == 0.02
    widget(app, "eta").set_value("0,3").run()
    assert warnings(app) == []
    assert shown(app, "logic_gates").eta == 0.3


def test_what_is_no_formula_gets_a_sentence_that_points_and_the_last_good_one_is_kept() -> None:
    good = {"data": "XOR", "hidden_func": "custom", "formula": "z * tanh(z)"}
    app = open_page("logic_gates", good)
    before = shown(app, "logic_gates")
    widget(app, "formula").set_value("z * tanh(z").run()
    (notice,) = warnings(app)
    assert "olumn" in notice
    assert notice.replace("\\", "").endswith(". z * tanh(z) is kept.")
    assert shown(app, "logic_gates") == before
    widget(app, "formula").set_value("z * z").run()
    assert warnings(app) == []
    assert shown(app, "logic_gates").formula == "z * z"


def test_a_browser_that_missed_the_first_drawing_still_shows_the_experiment() -> None:
    # In the second drawing nothing is set any more: a control that first appears now shows its default.
    app = open_page("logic_gates", {"seed": "41", "hidden": "6", "scheduler": "Momentum", "eta": "0.3"}).run()
    protos = {key: widget(app, key).proto for key in ("seed", "hidden_1", "scheduler", "eta", "hidden")}
    assert not any(proto.set_value for proto in protos.values())
    assert {key: proto.default for key, proto in protos.items()} == {
        "seed": 41, "hidden_1": [6], "scheduler": 1, "eta": "0.3", "hidden": [1],
    }  # fmt: skip


def test_what_was_added_to_a_run_is_said_beside_the_rate_and_dropped_by_other_numbers() -> None:
    query = {"data": "XOR", "eta": "0.01", "more": "50", "changes": "eta120_0.1"}
    app = open_page("logic_gates", query)
    words = "Learning rate 0.01 until epoch 120, then 0.1. 200 epochs planned, 50 added."
    assert words in [caption.value for caption in app.caption]
    assert addressed(app).course == words
    widget(app, "seed").set_value(5).run()
    assert addressed(app).course == words
    widget(app, "epochs").set_value(150).run()
    assert addressed(app).course == "Learning rate 0.01 until epoch 120, then 0.1."
    widget(app, "eta").set_value("0.2").run()
    assert (addressed(app).eta, addressed(app).course) == (0.2, "")


def test_where_many_runs_are_compared_they_go_as_planned() -> None:
    app = open_page("learning_rate", {"data": "XOR", "more": "50", "changes": "eta120_0.5"})
    assert shown(app, "learning_rate") == Experiment.default("XOR")
    assert "more and changes belong to one run" in warnings(app)[0]


def test_the_address_follows_where_the_view_has_led_and_nothing_starts_anew() -> None:
    app = open_page("logic_gates")
    view = Experiment.default("XOR").replace(more=200, hidden=(5,), changes="eta201_0.5")

    def script() -> None:
        import streamlit as st

        from ui.live.course import FOLLOWED
        from ui.shared import session

        session.follow("logic_gates", st.session_state["_test_view"], FOLLOWED)

    tester = AppTest.from_function(script)
    tester.session_state["_pages"] = app.session_state["_pages"]
    tester.session_state["_test_view"] = view
    assert not tester.run().exception
    app.run()
    assert addressed(app) == view
    assert app.session_state["_pages"]["logic_gates"].followed == view
    assert widget(app, "hidden_1").value == 5
    widget(app, "hidden_1").set_value(4).run()
    assert app.session_state["_pages"]["logic_gates"].followed is None
