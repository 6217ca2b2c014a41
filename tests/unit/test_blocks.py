"""The numbers behind the building blocks: exact, and checked against another way of getting them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nncore import plain
from nncore.activations import ACTIVATIONS, RULES
from nncore.costs import COSTS
from nncore.data import load
from nncore.experiment import Experiment
from nncore.experiment.formula import compile_formula
from nncore.schedulers import SCHEDULERS
from nncore.study.landscapes import LANDSCAPES
from tests.walks_reference import FILE, reference
from ui.blocks.backprop import work_out
from ui.blocks.curves import (
    COST_WORDS,
    FLAT,
    WORDS,
    P,
    Z,
    activation_curves,
    cost_curves,
    race,
)
from ui.blocks.printed import number
from ui.blocks.settings import SETTINGS, STAGES

NAMES = [name for name in ACTIVATIONS if name != "softmax"]


def test_every_activation_and_cost_of_nncore_is_shown() -> None:
    assert [curve["name"] for curve in activation_curves()] == NAMES
    assert {name for name, func in ACTIVATIONS.items() if RULES[func].typed} == set(NAMES)
    assert set(WORDS) == {*NAMES, "custom"}
    assert [curve["name"] for curve in cost_curves()] == list(COSTS) == list(COST_WORDS)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_typed_is_the_activation(name: str) -> None:
    assert np.allclose(
        compile_formula(RULES[ACTIVATIONS[name]].typed)(Z), ACTIVATIONS[name](Z), rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("curve", activation_curves(), ids=NAMES)
def test_both_derivatives_agree_with_differences(curve: dict) -> None:
    assert curve["difference"] < 1e-12
    value, slope = np.array(curve["value"]), np.array(curve["auto"])
    steps = (value[2:] - value[:-2]) / (Z[2:] - Z[:-2])
    smooth = np.abs(Z[1:-1]) > 0.06  # away from the corners
    assert np.allclose(steps[smooth], slope[1:-1][smooth], atol=2e-3)


def test_a_formula_is_shown_last_with_autograds_derivative_alone() -> None:
    curve = activation_curves(compile_formula("z ** 2"))[-1]
    assert (curve["name"], curve["formula"], curve["closed"]) == ("custom", "z ** 2", None)
    assert np.allclose(curve["auto"], 2 * Z)


def test_a_formula_without_a_number_somewhere_has_a_gap_there() -> None:
    curve = activation_curves(compile_formula("log(z)"))[-1]
    below = Z < 0
    assert all(value is None for value, gone in zip(curve["value"], below, strict=True) if gone)
    assert all(slope is None for slope, gone in zip(curve["auto"], below, strict=True) if gone)
    assert curve["value"][-1] == pytest.approx(np.log(6))


@pytest.mark.parametrize("curve", cost_curves(), ids=list(COSTS))
@pytest.mark.parametrize("target", ["0", "1"])
def test_costs_are_nncores_with_their_gradient(curve: dict, target: str) -> None:
    found = curve["targets"][target]
    for index in (10, 100, 190):
        p, t = np.array([[P[index]]]), np.array([[float(target)]])
        if curve["name"] == "CostCrossEntropy":
            p, t = np.hstack([p, 1 - p]), np.hstack([t, 1 - t])
        assert found["value"][index] == pytest.approx(float(COSTS[curve["name"]](t)(p)))
        difference = (found["value"][index + 1] - found["value"][index - 1]) / (P[index + 1] - P[index - 1])
        assert found["closed"][index] == pytest.approx(found["auto"][index], rel=1e-9)
        assert found["closed"][index] == pytest.approx(difference, rel=0.02)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_browser_is_told_what_it_needs_for_its_walks(name: str) -> None:
    landscape, sent = LANDSCAPES[name], race(name)
    assert sent["schedulers"] == list(SCHEDULERS)
    assert sent["start"] == list(landscape.start)
    assert landscape.eta in sent["etas"]
    assert len(sent["etas"]) == len(set(sent["etas"])) == 101
    assert race(name, (1.0, -0.5))["start"] == [1.0, -0.5]
    assert len(json.dumps(sent)) < 3000  # what is dragged needs nothing from the server


def test_the_walks_that_the_browser_is_held_against_are_nncores() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    walked = reference()
    assert len(kept) == len(walked)
    for old, new in zip(kept, walked, strict=True):
        numbers = ("places", "end_cost")
        assert {**old, **dict.fromkeys(numbers)} == {**new, **dict.fromkeys(numbers)}
        assert old["places"].keys() == new["places"].keys()
        for step, place in new["places"].items():
            assert np.allclose(old["places"][step], place, rtol=1e-6, atol=1e-6)


# --- Back-propagation


@pytest.mark.parametrize("gate", ["XOR", "AND"])
@pytest.mark.parametrize(
    "hidden_func", ["sigmoid", "tanh", "RELU", "LRELU", "ELU", "GELU", "softplus", "identity"]
)
@pytest.mark.parametrize("cost", ["CostLogReg", "CostOLS"])
@pytest.mark.parametrize("trained", [0, 30])
def test_the_chain_rule_on_paper_is_the_networks_gradient(
    gate: str, hidden_func: str, cost: str, trained: int
) -> None:
    experiment = Experiment.default(gate).replace(hidden=(2,), hidden_func=(hidden_func,), seed=5, cost=cost)
    training = experiment.training()
    if trained:
        training.advance(epochs=trained)
    table = load(gate)
    for x, t in zip(table.X, table.t, strict=True):
        worked = work_out(training.network, x, float(t[0]), eta=0.1)
        gradient = training.network.gradient(x[None], t[None])
        for mine, theirs in zip(worked.gradient(), gradient, strict=True):
            assert np.allclose(mine, theirs, rtol=1e-10, atol=1e-14)
        assert worked.numbers["cost"] == pytest.approx(float(training.network.cost(x[None], t[None])))


@pytest.mark.parametrize("hidden_func", ["sigmoid", "tanh", "ELU", "GELU", "softplus"])
@pytest.mark.parametrize("row", [(0.0, 1.0), (1.0, 1.0)])
def test_the_gradients_on_paper_are_those_of_plain(hidden_func: str, row: tuple[float, float]) -> None:
    network = Experiment.default("XOR").replace(hidden=(2,), hidden_func=(hidden_func,), seed=8).network()
    written = plain.Network(network.weights, (hidden_func, "sigmoid"), "CostLogReg")
    X, t = np.array([row]), np.array([[1.0]])
    worked = work_out(network, X[0], 1.0, eta=0.1)
    for mine, theirs in zip(worked.gradient(), plain.gradient(written, X, t), strict=True):
        assert np.allclose(mine, theirs, rtol=1e-12, atol=1e-15)
    assert worked.numbers["cost"] == pytest.approx(plain.cost(written, X, t), rel=1e-12)


def test_a_step_lowers_the_cost_of_its_row() -> None:
    network = Experiment.default("XOR").replace(hidden=(2,)).network()
    worked = work_out(network, np.array([1.0, 0.0]), 1.0, eta=0.05)
    assert worked.numbers["new_cost"] < worked.numbers["cost"]
    assert worked.numbers["new_b2"] == pytest.approx(worked.numbers["b2"] - 0.05 * worked.numbers["gb2"])


def test_every_number_appears_in_one_stage_and_stages_name_only_numbers() -> None:
    worked = work_out(
        Experiment.default("XOR").replace(hidden=(2,)).network(), np.array([1.0, 1.0]), 0.0, eta=0.1
    )
    shown = [key for stage in worked.stages for key in stage.keys]
    assert len(shown) == len(set(shown))
    assert set(shown) <= set(worked.numbers)
    assert len(worked.stages) == STAGES
    assert {"x1", "w1_12", "b2", "z1_2", "a1_1", "d1_2", "gw1_21", "gb2", "cost", "new_w2_2"} <= set(shown)


def test_only_a_2_2_1_network_is_worked_out() -> None:
    with pytest.raises(ValueError, match=r"network must be a single 2-2-1; got \(2, 4, 1\)"):
        work_out(Experiment.default("XOR").network(), np.zeros(2), 0.0, eta=0.1)


def test_the_arithmetic_is_written_as_on_paper() -> None:
    network = Experiment.default("XOR").replace(hidden=(2,), hidden_func=("tanh",), seed=3).network()
    for mine, given in zip(network.weights, ([[0.5, -1], [2, 1], [1, 1]], [[0.25], [-2], [1]]), strict=True):
        mine[...] = given
    lines = [line for stage in work_out(network, [1.0, 0.0], 1.0, eta=0.5).stages for line in stage.lines]
    assert "z1 = b1 + w11 x1 + w21 x2 = 0.500 + 2 · 1 + 1 · 0 = 2.500" in lines
    assert "a1 = tanh(2.500) = 0.987" in lines
    assert "z = b + v1 a1 + v2 a2 = 0.2500 + (−2) · 0.9866 + 1 · 0 = −1.723" in lines
    assert "p = σ(−1.723) = 1 / (1 + e^(−(−1.723))) = 0.151" in lines
    assert "C = log(1 + e^(−(−1.723))) = 1.887" in lines
    assert "dC/dp = (p − t) / (p (1 − p)) = −6.603" in lines
    assert "dp/dz = p (1 − p) = 0.1515 · (1 − 0.1515) = 0.129" in lines
    assert "δ = dC/dp · dp/dz = p − t = 0.151 − 1 = −0.849" in lines
    assert "a′(z1) = 1 − a1² = 1 − 0.9866² = 0.0266" in lines
    assert "δ1 = v1 · δ · a′(z1) = (−2) · (−0.8485) · 0.02659 = 0.0451" in lines
    assert "dC/dw11 = δ1 · x1 = 0.0451 · 1 = 0.0451" in lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-5.02e-6, "−5.0e−6"),
        (0.000251, "0.000251"),
        (1.0, "1"),
        (-0.5, "−0.500"),
        (0.01234, "0.0123"),
        (-12.3456, "−12.346"),
    ],
)
def test_numbers_stand_in_the_drawing_with_three_digits(value: float, text: str) -> None:
    assert number(value) == text


# --- Settings


def test_settings_go_into_the_address_and_come_back() -> None:
    moved = {
        "block": "schedulers",
        "landscape": "beale",
        "eta": 0.02,
        "momentum": 0.5,
        "start_x": 1.5,
        "start_y": -1.0,
        "step": 57,
        "race": "best",
        "without": ("Constant", "Adam"),
        "weights": (0.5, -0.25, 1.0, 2.0, 3.0, -4.0, 0.0, 1.5, 1e-4),
        "stage": 10,
        "z": -2.35,
        "p": 0.125,
        "target": "0",
        "z2": 5.5,
        "lecture": 1,
    }
    values, notices = SETTINGS.read(SETTINGS.query({**SETTINGS.defaults, **moved}))
    assert values == {**SETTINGS.defaults, **moved}
    assert notices == []
    assert SETTINGS.query(SETTINGS.defaults) == {}


def test_capitals_and_decimal_commas_are_read_in_lists_too() -> None:
    given = {"weights": "0,5_1_2_3_4_5_6_7_8", "without": "ADAM-constant"}
    values, notices = SETTINGS.read(given)
    assert notices == []
    assert values["weights"] == (0.5, *range(1, 9))
    assert values["without"] == ("Constant", "Adam")
    assert SETTINGS.read({"weights": "None", "without": "NONE"}) == (dict(SETTINGS.defaults), [])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"weights": "1_2_3"}, "weights must be none, or 9 numbers from -10 to 10 joined by _; got '1_2_3'"),
        ({"weights": "1_2_3_4_5_6_7_8_nan"}, "weights must be none, or 9 numbers"),
        ({"weights": "1_2_3_4_5_6_7_8_11"}, "weights must be none, or 9 numbers"),
        ({"weights": "x" * 9999}, "weights must be none, or 9 numbers"),
        ({"stage": "11"}, "stage must be a whole number from 0 to 10; got '11'"),
        ({"step": "201"}, "step must be a whole number from -1 to 200; got '201'"),
        ({"without": "Adam-SGD"}, "without must be none, or names out of Constant, Momentum"),
        ({"z1": "7"}, "z1 must be a number from -6 to 6; got 7."),
        ({"p": "0"}, "p must be a number from 0.005 to 0.995; got 0."),
        ({"row": "2 0"}, "row must be one of 0 0, 0 1, 1 0, 1 1; got '2 0'"),
        (
            {"landscape": "moon"},
            "landscape must be one of bowl, ravine, saddle, rosenbrock, beale",
        ),
        ({"start_x": "inf"}, "start_x must be a number from -5 to 5; got 'inf'"),
        ({"start_y": "50"}, "start_y must be a number from -5 to 5; got 50"),
        ({"lecture": "yes"}, "lecture must be a whole number from 0 to 1; got 'yes'"),
        ({"formula": "9**9**9"}, "formula must be a formula in z of at most 200 characters: column 1:"),
    ],
)
def test_a_bad_value_gets_its_sentence_and_the_default(address: dict[str, str], sentence: str) -> None:
    values, notices = SETTINGS.read({"block": "costs", **address})
    assert values == {**SETTINGS.defaults, "block": "costs"}
    assert len(notices) == 1
    assert notices[0].startswith(sentence)
    assert notices[0].endswith("is used instead.")


# --- What is said beside the curves

CURVES = {
    curve["name"]: {key: np.array(curve[key]) for key in ("value", "auto")} for curve in activation_curves()
}
CLAIMS = {
    "identity": lambda a, s: (s == 1).all(),
    "sigmoid": lambda a, s: s.max() == 0.25 and (s[np.abs(Z) > 5] < FLAT).all(),
    "RELU": lambda a, s: set(s) == {0.0, 1.0} and (s[Z < 0] == 0).all(),
    "LRELU": lambda a, s: set(s) == {0.001, 1.0} and np.allclose(a, np.maximum(Z, Z / 1000)),
    "tanh": lambda a, s: s.max() == s[Z == 0] == 1 and (s[np.abs(Z) > 3] < FLAT).all(),
    "ELU": lambda a, s: abs(a[0] + 1) < FLAT and 0 < s[0] < FLAT and np.diff(s).min() >= -1e-15,
    "GELU": lambda a, s: (s[Z < -1] < 0).any() and 1 < s.max() < 1.2 and (s[Z < 0] <= 1).all(),
    "softplus": lambda a, s: np.allclose(s, CURVES["sigmoid"]["value"], rtol=1e-12),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_an_activation_is_true_wherever_it_is_drawn(name: str) -> None:
    assert CLAIMS[name](CURVES[name]["value"], CURVES[name]["auto"])


def test_gelus_formula_as_it_is_printed_is_gelu() -> None:
    printed = next(curve for curve in activation_curves() if curve["name"] == "GELU")["formula"]
    assert printed == "½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))"
    typed = Z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (Z + 0.044715 * Z**3)))
    assert np.allclose(typed, CURVES["GELU"]["value"], atol=1e-15)


def test_what_is_said_of_costs_is_true_up_to_the_edges() -> None:
    costs = {curve["name"]: curve["targets"] for curve in cost_curves()}
    near = slice(1, -1)  # the slider's range: from 0.005 to 0.995
    for target in (0.0, 1.0):
        told = {name: found[f"{target:.0f}"] for name, found in costs.items()}
        wrong = 0 if target else -1
        assert told["CostOLS"]["value"][wrong] == 1
        assert abs(told["CostOLS"]["closed"][1 if target else -2]) == pytest.approx(2, rel=0.02)
        p, pull = P[near], np.array(told["CostLogReg"]["closed"][near], dtype=float)
        assert np.allclose(pull * p * (1 - p), p - target, atol=1e-12)
        assert (np.diff(np.abs(pull)) * (1 - 2 * target) > 0).all()
        # Down where the target is 0, up where it is 1: no place of the slider is left undecided.
        for found in told.values():
            assert (np.sign(np.array(found["auto"][near], dtype=float)) == 1 - 2 * target).all()
