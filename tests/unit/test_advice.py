"""`nncore.advise`: what is said of a run is true, and what is advised was tried or is marked as not tried."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from nncore import Adviser, DataSet, Experiment, Training, advise
from nncore.advice import Advice
from nncore.costs import CostLogReg, CostOLS
from nncore.data import load
from nncore.diagnosis import FLAT, steepest, straight_limit
from nncore.mark import guessing_costs

# Addresses of CASES: what the run is, what is changed, and words of the sentence.
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "data=digits&eta=0.5": ("stuck", {"eta": 0.001}, "eta = 0.5 is too high"),
    "data=digits&eta=0.1": ("unstable", {"eta": 0.001}, "eta = 0.1 is too high"),
    "data=XOR&hidden=2&hidden_func=RELU&seed=3&epochs=500": ("stuck", {"seed": 5}, "are dead"),
    "data=circle&hidden=none": (
        "stuck",
        {"hidden": (8,)},
        "borders are straight, and none costs less than 0.681",
    ),
    "data=sine&hidden=2": ("stuck", {"hidden": (16,)}, "With a hidden layer of 16 neurons it learns."),
    "data=XOR&eta=1&epochs=10000": ("stuck", {"eta": 0.1}, "eta = 1 is too high"),
    "data=XOR&eta=6&epochs=5000": ("unstable", {"eta": 0.1}, "eta = 6 is too high"),
    "data=XOR&eta=15": ("unstable", {"eta": 0.1}, "eta = 15 is too high"),
    "data=XOR&eta=100": ("unstable", {"eta": 0.1}, "eta = 100 is too high"),
    "data=XOR&eta=10": ("unstable", {"eta": 0.1}, "eta = 10 is too high"),
    "data=XOR&eta=1e-5": ("stuck", {"eta": 0.1}, "eta = 1e-5 is too low"),
    "data=XNOR&hidden=none": ("stuck", {"hidden": (4,)}, "none costs less than 0.693"),
    "data=XOR&hidden=4&hidden_func=identity": (
        "stuck",
        {"hidden_func": ("tanh",), "hidden": (8,)},
        "Without a bending activation",
    ),
    "data=sine&eta=50&scheduler=Constant": (
        "overflow",
        {"scheduler": "Adam", "eta": 0.03},
        "steps overshoot, further and further. The setting with which this problem opens learns",
    ),
    "data=spiral": ("memorised", {"lam": 0.001}, "A penalty helps"),
    "data=sine&hidden=64-64&samples=20&epochs=3000&noise=0.3": (
        "memorised",
        {"samples": 60},
        "More rows help",
    ),
    "data=moons&lam=1": ("stuck", {"lam": 0.0}, "The penalty of lambda = 1 is too strong"),
    "data=gauss&lam1=2": ("stuck", {"lam1": 0.0}, "The penalty of lambda1 = 2 is too strong"),
    "data=circle&lam=3&hidden=4-4": ("stuck", {"lam": 0.0}, "the penalty has pulled their weights to 0"),
    "data=XOR&init=zeros": ("stuck", {"init": "auto"}, "for every row: their weights are 0, or nearly so."),
    "data=bump&eta=1e-4&epochs=50": ("slow", {"eta": 0.03, "epochs": 1000}, "eta 0.03, 1000 epochs."),
    # What a short curve foretells is held against what was tried: nothing is past help and helped at once.
    "data=polynomial_surface&hidden=2&seed=5&scheduler=Constant&epochs=5": (
        "stuck",
        {"epochs": 50},
        "Yet it gets on later: with 50 epochs it learns.",
    ),
    "data=AND&hidden=none&eta=0.001": (
        "slow",
        {"seed": 2, "eta": 0.1},
        "Another start and another rate help",
    ),
}


def run_of(address: str) -> tuple[Experiment, Training]:
    query = dict(part.split("=") for part in address.split("&"))
    experiment, notices = Experiment.from_query(query)
    assert notices == []
    training = experiment.training()
    training.advance()
    return experiment, training


@pytest.mark.parametrize("address", CASES)
def test_a_run_of_the_cases_is_judged_and_mended_in_one_step(address: str) -> None:
    outcome, change, words = CASES[address]
    experiment, training = run_of(address)
    assert training.outcome == outcome
    advice = advise(experiment, training)
    assert (advice.change, advice.tried) == (change, True)
    assert words in advice.text
    after = experiment.replace(**change).training()
    after.advance()
    assert after.outcome == "learned"


def test_a_run_that_learned_needs_none_and_a_formula_without_a_slope_has_none() -> None:
    assert advise(*run_of("data=XOR")) == Advice("")
    told = advise(*run_of("data=XOR&hidden_func=custom&formula=sqrt(abs(z))"))
    assert (told.change, told.tried) == (None, False)
    assert "the slope of sqrt(abs(z)) is not a finite number at z = 0" in told.text
    assert told.text.endswith("No learning rate mends that.")


def test_where_nothing_helps_that_is_said() -> None:
    rng = np.random.default_rng(3)
    data = DataSet("own", "binary", rng.normal(size=(60, 3)), rng.integers(0, 2, (60, 1)).astype(float))
    experiment = Experiment.default("own").replace(hidden=(1,), eta=1e-3, epochs=2, lam=10.0)
    training = experiment.training(data)
    training.advance()
    advice = advise(experiment, training, data=data, seconds=0.0)
    assert not advice.tried
    assert advice.text


def test_a_run_that_takes_too_long_to_try_is_said_where_there_was_time_to_try() -> None:
    experiment, training = run_of("data=XOR&scheduler=Constant&eta=0.5&epochs=20")
    assert advise(experiment, training, seconds=0.0).text == "Nothing was tried out."
    assert "takes too long" in advise(experiment, training, seconds=1e-9).text
    assert advise(experiment, training).tried


def test_what_lowers_the_cost_without_learning_is_not_marked_as_tried() -> None:
    experiment, training = run_of("data=waves&hidden=4&eta=1e-4&epochs=100")
    advice = advise(experiment, training, seconds=0.02)
    assert advice.change is not None
    after = experiment.replace(**advice.change).training()
    after.advance()
    assert advice.tried == (after.outcome == "learned")
    assert after.history["train_errors"][-1] < training.history["train_errors"][-1]


def test_costs_in_an_advice_are_written_as_in_the_verdict_before_it() -> None:
    rng = np.random.default_rng(0)
    data = DataSet("own", "regression", rng.normal(size=(60, 3)), 1e-3 * rng.normal(size=(60, 1)))
    experiment = Experiment.default("own").replace(hidden=(4,), eta=1e-4, epochs=30)
    training = experiment.training(data)
    training.advance()
    told = advise(experiment, training, data=data).text
    assert re.search(r"ends at \d(\.\d+)?e-\d instead of 0\.\d+", told), told


def drawn(*, told: float, n: int, columns: int) -> DataSet:
    """Return a table whose first column says so much of yes or no, a fifth of its rows kept apart."""
    rng = np.random.default_rng(17)
    X = rng.normal(size=(n, columns))
    t, train = (told * X[:, :1] + rng.normal(size=(n, 1)) > 0).astype(float), slice(None, 4 * n // 5)
    return DataSet("own", "binary", X[train], t[train], X_val=X[4 * n // 5 :], t_val=t[4 * n // 5 :])


def told_of(data: DataSet, **changes: Any) -> tuple[Experiment, Training, Advice]:
    experiment = Experiment.default("own").replace(eta=3e-3, **changes)
    training = experiment.training(data)
    training.advance()
    return experiment, training, advise(experiment, training, data=data)


def test_on_noise_nothing_is_advised_and_the_straight_model_is_asked_too() -> None:
    data = drawn(told=0.0, n=200, columns=4)
    _, training, advice = told_of(data)
    assert training.outcome == "slow"  # the training cost falls: that alone promises nothing
    assert (advice.change, advice.more) == (None, 0)
    assert "is a tenth better than guessing" in advice.text
    assert "nor is a straight model" in advice.text


def test_what_is_advised_costs_less_than_guessing_on_rows_that_were_not_seen() -> None:
    data = drawn(told=2.0, n=120, columns=40)
    experiment, training, advice = told_of(data)
    assert training.outcome == "memorised"
    assert advice.change is not None
    after = experiment.replace(**advice.change).training(data)
    after.advance()
    guess = guessing_costs(data.t, data.t_val, CostLogReg)[1]
    assert guess is not None
    assert after.history["val_errors"][-1] <= 0.9 * guess < training.history["val_errors"][-1]


@pytest.mark.parametrize("change", [{}, {"changes": "eta50_0.004"}, {"changes": "eta190_1e-5"}])
def test_going_on_is_tried_with_the_run_itself_and_told_where_it_helps(change: dict[str, Any]) -> None:
    slow = Experiment.default("XOR").replace(eta=2e-3, **change)
    training = slow.training()
    training.advance()
    assert training.outcome == "slow"
    more = advise(slow, training).more
    before = training.history["train_errors"][-1]
    training.extend(200)
    training.advance()
    helps = training.history["train_errors"][-1] <= 0.9 * before
    assert helps == ("1e-5" not in slow.changes)
    assert more == (200 if helps else 0)


def test_a_large_network_is_told_the_usual_rate_without_a_trial() -> None:
    experiment, training = run_of("data=digits&eta=50&epochs=1")
    advice = advise(experiment.replace(epochs=20), training, seconds=0.1)
    assert (advice.change, advice.tried) == ({"eta": 0.001}, False)
    assert "it was not tried out on this network" in advice.text


def test_step_by_step_is_the_same_and_leaves_the_training_alone() -> None:
    experiment, training = run_of("data=XOR&hidden=2&hidden_func=RELU&seed=3")
    before = training.network.theta.copy(), training.epoch, training.history["train_errors"].copy()
    adviser = Adviser(experiment, training)
    steps = 0
    while not adviser.advance(seconds=0.0):
        assert "are dead" in adviser.advice.text
        assert adviser.advice.change is None
        steps += 1
    assert steps > 2
    assert adviser.advice == advise(experiment, training)
    np.testing.assert_array_equal(before[0], training.network.theta)
    assert before[1] == training.epoch
    np.testing.assert_array_equal(before[2], training.history["train_errors"])


def test_rows_of_ones_own_are_taken_from_the_training() -> None:
    wisconsin = load("wisconsin", split=0.8)
    own = DataSet("own", "binary", wisconsin.X, wisconsin.t, X_val=wisconsin.X_val, t_val=wisconsin.t_val)
    experiment = Experiment.default("own").replace(eta=10.0, epochs=20)
    training = experiment.training(own)
    training.advance()
    with_rows, without = advise(experiment, training, data=own), advise(experiment, training)
    assert with_rows == without
    assert with_rows.tried


def test_a_change_on_the_way_is_what_the_advice_starts_from() -> None:
    experiment = Experiment.default("XOR").replace(eta=0.05)
    training = experiment.training()
    training.advance(epochs=20)
    training.set_eta(100.0)
    training.advance()
    advice = advise(experiment, training)
    assert "eta = 100 is too high" in advice.text
    assert advice.change == {"eta": 0.1}


def test_a_stack_is_refused() -> None:
    stack = Experiment.default("XOR").stack(seed=[1, 2])
    with pytest.raises(ValueError, match="training must be one run, no stack; got 2 runs"):
        advise(Experiment.default("XOR"), stack)


def test_the_best_straight_model_is_what_no_straight_network_beats() -> None:
    circle, plane = load("circle"), load("reg_plane")
    assert straight_limit(load("XOR"), CostLogReg) == pytest.approx(np.log(2), rel=1e-6)
    assert straight_limit(plane, CostOLS) == pytest.approx(0.0, abs=1e-20)
    limit = straight_limit(circle, CostLogReg)
    straight = Experiment.default("circle").replace(hidden=(), eta=0.1, epochs=2000, batch_size=0).training()
    straight.advance()
    assert limit is not None
    assert straight.history["train_errors"].min() == pytest.approx(limit, rel=1e-3)
    assert straight.history["train_errors"].min() >= limit * (1 - 1e-6)


@pytest.mark.parametrize("func", ["tanh", "sigmoid", "RELU", "GELU", "softplus"])
def test_neurons_are_called_saturated_or_dead_only_where_no_slope_is_left(func: str) -> None:
    experiment = Experiment.default("XOR").replace(hidden_func=(func,), init="zeros")
    network = experiment.network()
    X = experiment.dataset().X
    flat = func == "RELU"
    assert (steepest(network, X, 0) <= FLAT) == flat
    training = experiment.training()
    training.advance()
    text = advise(experiment, training).text
    assert ("no gradient passes" in text) == flat
    for bias in (60.0, -60.0):
        network.weights[0][0] = bias
        bent = {"RELU": bias > 0, "GELU": bias > 0, "softplus": bias > 0}.get(func, False)
        assert (steepest(network, X, 0) > FLAT) == bent


def test_a_formula_that_is_flat_is_not_called_saturated() -> None:
    experiment = Experiment.default("XOR").replace(hidden_func=("custom",), formula="z*0+1")
    training = experiment.training()
    training.advance()
    text = advise(experiment, training).text
    assert "are where the formula is flat: the answer is the same for every row" in text
    assert "saturated" not in text
