"""The page of building blocks: every choice is kept, shown and part of the address."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nncore import plain
from tests.pages.app import go_to, open_page, warnings, widget
from ui.blocks import frame
from ui.blocks.settings import BLOCKS, SETTINGS

PAGE = "building_blocks"


def choices(app: AppTest) -> dict:
    return app.session_state["_blocks"]


def test_it_opens_on_activations_with_a_bare_address() -> None:
    app = open_page(PAGE)
    assert choices(app) == dict(SETTINGS.defaults)
    assert dict(app.query_params) == {}
    assert not app.error


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_opens_from_its_address(block: str) -> None:
    app = open_page(PAGE, {"block": block})
    assert choices(app)["block"] == block
    assert not warnings(app)


def test_a_block_is_chosen_by_its_button_and_stands_in_the_address() -> None:
    app = open_page(PAGE)
    app.button_group[0].set_value("schedulers").run()
    assert not app.exception
    assert app.query_params == {"block": "schedulers"}
    app.button_group[1].set_value("beale").run()
    assert app.query_params == {"block": "schedulers", "landscape": "beale"}
    # A pressed button that is pressed again changes nothing.
    app.button_group[1].set_value(None).run()
    assert choices(app)["landscape"] == "beale"


@pytest.mark.parametrize(
    ("key", "value"), [("gate", "AND"), ("row", "1 1"), ("hidden_func", "RELU"), ("trained", 0), ("seed", 9)]
)
def test_back_propagation_follows_each_choice(key: str, value: object) -> None:
    app = open_page(PAGE, {"block": "backprop"})
    widget(app, f"blocks_{key}").set_value(value).run()
    assert not app.exception
    assert choices(app) == {**SETTINGS.defaults, "block": "backprop", key: value}
    assert app.query_params[key] == str(value)


def test_a_formula_is_taken_over_and_offered_to_every_page_that_trains() -> None:
    app = open_page(PAGE)
    widget(app, "blocks_formula").set_value("z * tanh(z)").run()
    assert not app.exception
    assert (choices(app)["formula"], choices(app)["activation"]) == ("z * tanh(z)", "custom")
    assert app.query_params["formula"] == "z * tanh(z)"
    links = [link.proto.query_string for link in app.get("page_link")]
    assert len(links) == 5
    assert all("hidden_func=custom" in link and "formula=z+%2A+tanh%28z%29" in link for link in links)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("z * sigmod(z)", "Column 5: 'sigmod' is not known, write sigmoid"),
        ("z^2", r"powers are written \*\*, such as z\*\*2; got ^"),
        ("9**9**9", r"'9\*\*9\*\*9' must be a finite number"),
        ("__import__('os')", "Column 1"),
        ("z +", "Column 3"),
        ("", "Column 1: a formula must not be empty"),
    ],
)
def test_what_is_no_formula_gets_a_sentence_and_changes_nothing(typed: str, sentence: str) -> None:
    app = open_page(PAGE, {"formula": "z * tanh(z)"})
    widget(app, "blocks_formula").set_value(typed).run()
    assert not app.exception
    assert sentence in app.error[0].value
    assert "`z * tanh(z)` stays in use" in app.error[0].value
    assert choices(app)["formula"] == "z * tanh(z)"
    assert widget(app, "blocks_formula").value == typed


def test_a_formula_with_a_gap_is_taken_with_a_warning() -> None:
    app = open_page(PAGE)
    widget(app, "blocks_formula").set_value("log(z)").run()
    assert choices(app)["formula"] == "log(z)"
    assert "has no finite value or slope at some z from -6 to 0" in warnings(app)[0]


def test_lecture_mode_is_a_button_and_part_of_the_address() -> None:
    app = open_page(PAGE, {"block": "schedulers"})
    app.button(key="lecture_mode").click().run()
    assert app.query_params == {"block": "schedulers", "lecture": "1"}
    assert not app.title
    app.button(key="lecture_mode").click().run()
    assert app.query_params == {"block": "schedulers"}
    assert app.title


def test_a_choice_that_moves_while_another_address_opens_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(PAGE, {"block": "backprop"})
    trained = widget(app, "blocks_trained")
    with monkeypatch.context() as cut_short:
        cut_short.setattr(frame, "note_drawn", st.stop)
        app.query_params = {"block": "backprop", "seed": "5"}
        app.run()
    assert not app.number_input
    trained.set_value(7).run()  # the browser still shows what was drawn before
    assert not app.exception
    assert (choices(app)["trained"], choices(app)["seed"]) == (7, 5)


def test_another_landscape_forgets_start_and_rate_of_the_last_one() -> None:
    app = open_page(
        PAGE, {"block": "schedulers", "eta": "0.3", "start_x": "1", "start_y": "1", "momentum": "0.5"}
    )
    app.button_group[1].set_value("rosenbrock").run()
    assert app.query_params == {"block": "schedulers", "landscape": "rosenbrock", "momentum": "0.5"}


def test_rates_between_the_places_of_their_sliders_stay_in_the_address_as_they_were_typed() -> None:
    address = {"block": "schedulers", "eta": "0.0123", "momentum": "0.905"}
    app = open_page(PAGE, address)
    assert (choices(app)["eta"], choices(app)["momentum"]) == (0.0123, 0.905)
    assert app.query_params == address
    refused = warnings(open_page(PAGE, {"block": "schedulers", "momentum": "1"}))
    assert "momentum must be a number from 0 to 0.99; got" in refused[0]


def test_weights_by_hand_last_until_other_ones_are_drawn() -> None:
    weights = "0_0_1_1_1_1_0_1_-1"
    app = open_page(PAGE, {"block": "backprop", "weights": weights, "stage": "3"})
    widget(app, "blocks_row").set_value("1 1").run()
    assert app.query_params == {"block": "backprop", "weights": weights, "stage": "3", "row": "1 1"}
    widget(app, "blocks_seed").set_value(4).run()
    assert app.query_params == {"block": "backprop", "stage": "3", "row": "1 1", "seed": "4"}


def test_the_address_is_read_as_far_as_it_can_be() -> None:
    app = open_page(
        PAGE, {"block": "costs", "eta": "zero", "formula": "open('x')", "colour": "red", "cost": "CostOLS"}
    )
    assert choices(app) == {**SETTINGS.defaults, "block": "costs", "cost": "CostOLS"}
    told = " ".join(warnings(app))
    assert "eta must be 0 or a number from 1e-4 to 10; got 'zero'" in told
    assert "formula must be" in told
    assert "'colour' in the address is not a setting and is ignored." in told


def test_choices_survive_a_visit_to_another_page_whose_address_is_not_read_as_ours() -> None:
    app = open_page(PAGE, {"block": "softmax"})
    go_to(app, "logic_gates")
    go_to(app, PAGE)
    assert choices(app)["block"] == "softmax"
    assert not warnings(app)


def test_the_formulas_are_read_on_the_page_of_back_propagation_and_taken_along() -> None:
    app = open_page(PAGE, {"block": "backprop"})
    app.button(key="formulas").click().run()
    assert not app.exception
    assert app.code[0].value == Path(plain.__file__).read_text(encoding="utf-8").strip()
    assert len(app.get("download_button")) == 1
    assert [button.key for button in open_page(PAGE, {"block": "backprop", "lecture": "1"}).button] == [
        "lecture_mode"
    ]
