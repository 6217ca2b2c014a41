"""The numbers behind the building blocks: exact, and checked against another way of getting them."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.data import load
from nncore.experiment import Experiment
from nncore.formula import compile_formula
from nncore.landscapes import LANDSCAPES, descend
from nncore.schedulers import SCHEDULERS
from ui import blocks_settings as settings
from ui.blocks_backprop import number, work_out
from ui.blocks_numbers import (
    COST_WORDS,
    ETAS,
    LOST,
    PLAIN,
    STEPS,
    WORDS,
    P,
    Z,
    activation_curves,
    cost_curves,
    walks,
)

NAMES = [name for name in ACTIVATIONS if name != "softmax"]


def test_every_activation_and_cost_of_nncore_is_shown() -> None:
    assert [curve["name"] for curve in activation_curves()] == NAMES
    assert set(PLAIN) == set(NAMES)
    assert set(WORDS) == {*NAMES, "custom"}
    assert [curve["name"] for curve in cost_curves()] == list(COSTS) == list(COST_WORDS)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_typed_is_the_activation(name: str) -> None:
    assert np.allclose(compile_formula(PLAIN[name])(Z), ACTIVATIONS[name](Z), rtol=1e-12, atol=1e-15)


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


def decoded(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_walks_travel_as_they_were_walked(name: str) -> None:
    landscape, sent = LANDSCAPES[name], walks(name, 0.5)
    shape = (len(SCHEDULERS), len(ETAS), STEPS + 1)
    places = np.stack([decoded(part, "<i2") for part in sent["places"]]).reshape(*shape, 2)
    costs = np.stack([decoded(part, "<i2") for part in sent["costs"]]).reshape(shape)
    assert np.array_equal(places[..., 0] == LOST, costs == LOST)
    low, high = np.array(landscape.bounds).T
    for position, rule in enumerate(SCHEDULERS):
        path = descend(landscape, rule, eta=ETAS[16:17], steps=STEPS, momentum=0.5)[0]
        kept = ~np.isnan(path[:, 0])
        shown = low + places[position, 16] / 10_000 * (high - low)
        inside = kept & (np.abs(places[position, 16]).max(axis=1) < 32_000)
        assert np.allclose(shown[inside], path[inside], atol=1e-3 * (high - low).max())
        assert np.array_equal(costs[position, 16] == LOST, ~kept)


def test_a_start_of_ones_own_is_walked_from() -> None:
    sent = walks("bowl", 0.9, (1.0, -2.0))
    assert sent["start"] == [1.0, -2.0]
    first = decoded(sent["places"][0], "<i2")[:2] / 10_000
    assert np.allclose(-3 + 6 * first, [1.0, -2.0], atol=1e-3)


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
    assert {"x1", "w1_12", "b2", "z1_2", "a1_1", "d1_2", "gw1_21", "gb2", "cost", "new_w2_2"} <= set(shown)


def test_only_a_2_2_1_network_is_worked_out() -> None:
    with pytest.raises(ValueError, match=r"network must be a single 2-2-1; got \(2, 4, 1\)"):
        work_out(Experiment.default("XOR").network(), np.zeros(2), 0.0, eta=0.1)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1.0, "1"), (-0.5, "−0.500"), (0.01234, "0.0123"), (-12.3456, "−12.346")]
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
    }
    values, notices = settings.read(settings.query({**settings.DEFAULTS, **moved}))
    assert values == {**settings.DEFAULTS, **moved}
    assert notices == []
    assert settings.query(settings.DEFAULTS) == {}
