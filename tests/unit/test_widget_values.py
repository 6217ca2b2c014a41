"""Experiment to widgets and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nncore.data import DATA
from nncore.experiment import Experiment
from ui.shared.widget_values import from_widgets, to_widgets

WORTH_TESTING = (
    Experiment.default("XOR"),
    Experiment.default("XOR").replace(hidden=(), eta=3e-4, lam=1e-5),
    Experiment.default("XNOR").replace(hidden=(3, 5, 2), hidden_func=("RELU", "tanh", "sigmoid"), noise=0.2),
    Experiment.default("digits").replace(scheduler="Momentum", momentum=0.95, batch_size=64),
    Experiment.default("circle").replace(features=("x2", "y2"), lam1=1e-3),
    Experiment.default("sine").replace(hidden_func=("custom",), formula="z * sigmoid(z)"),
)


@pytest.mark.parametrize("experiment", WORTH_TESTING, ids=lambda experiment: experiment.label())
def test_widgets_give_back_the_experiment_they_show(experiment: Experiment) -> None:
    elsewhere = Experiment.default(experiment.data).replace(hidden=(7, 7), seed=99)
    assert from_widgets(to_widgets(experiment), elsewhere) == (experiment, [])


@pytest.mark.parametrize("data", DATA)
def test_every_default_survives_its_widgets(data: str) -> None:
    experiment = Experiment.default(data)
    assert from_widgets(to_widgets(experiment), Experiment.default("XOR")) == (experiment, [])


@given(some.floats(1e-6, 1e3))
def test_every_learning_rate_survives_its_box_bit_for_bit(eta: float) -> None:
    experiment = Experiment.default("XOR").replace(eta=eta)
    assert from_widgets(to_widgets(experiment), Experiment.default("XOR"))[0].eta == eta


def test_absent_widgets_leave_the_base_alone() -> None:
    base = Experiment.default("XOR").replace(eta=0.07, hidden=(5, 3))
    assert from_widgets({}, base) == (base, [])
    assert from_widgets({"seed": 12}, base) == (base.replace(seed=12), [])


@pytest.mark.parametrize("text", ["", "fast", "1e", "0.1.2", "3e-4 or so"])
def test_a_learning_rate_that_is_no_number_is_refused_in_a_sentence(text: str) -> None:
    base = Experiment.default("XOR").replace(eta=0.07)
    experiment, problems = from_widgets({"eta": text, "seed": 5}, base)
    assert experiment == base.replace(seed=5)
    assert len(problems) == 1
    assert problems == [f"eta must be a number from 1e-6 to 1000; got {text!r}. 0.07 is kept."]


def test_a_learning_rate_out_of_range_keeps_everything_else() -> None:
    base = Experiment.default("XOR")
    experiment, problems = from_widgets({"eta": "1e9", "scheduler": "Constant"}, base)
    assert experiment == base.replace(scheduler="Constant")
    assert len(problems) == 1
    assert "eta" in problems[0]


def test_an_added_layer_is_as_wide_as_the_last_one() -> None:
    base = Experiment.default("XOR").replace(hidden=(6,))
    experiment, _ = from_widgets({"hidden": 3, "hidden_1": 6}, base)
    assert experiment.hidden == (6, 6, 6)


def test_one_activation_a_layer_only_when_asked_for() -> None:
    base = Experiment.default("XOR").replace(hidden=(4, 4))
    values = {"hidden_func": "tanh", "hidden_func_1": "RELU", "hidden_func_2": "sigmoid"}
    assert from_widgets({**values, "hidden_func_each": False}, base)[0].hidden_func == ("tanh",)
    assert from_widgets({**values, "hidden_func_each": True}, base)[0].hidden_func == ("RELU", "sigmoid")


def test_a_decimal_comma_is_understood_but_thousands_are_not_guessed() -> None:
    base = Experiment.default("XOR")
    assert from_widgets({"eta": "0,05"}, base)[0].eta == 0.05
    for typed in ("1,000.5", "1,000"):
        experiment, problems = from_widgets({"eta": typed}, base)
        assert experiment == base
        assert problems == [f"eta must be a number from 1e-6 to 1000; got '{typed}'. 0.1 is kept."]
