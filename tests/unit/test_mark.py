"""The mark to reach where rows cannot be told apart: scikit-learn's straight model on the same rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from nncore import DataSet, Experiment
from nncore.costs import COSTS, CostLogReg, CostOLS
from nncore.data import DATA, load
from nncore.mark import RULE, STRAIGHT, mark
from nncore.outcome import constant_cost, target_cost


def noisy_labels(seed: int = 1, rows: int = 200, share: float = 0.75) -> DataSet:
    """Draw a table whose labels follow a line, with noise that no rule can know."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 4))
    t = (X[:, :1] + 1.5 * rng.normal(size=(rows, 1)) > 0).astype(float)
    cut = int(share * rows)
    return DataSet("own", "binary", X[:cut], t[:cut], X_val=X[cut:], t_val=t[cut:])


def test_a_table_is_held_against_logistic_regression_in_the_costs_own_units() -> None:
    data = noisy_labels()
    model = LogisticRegression().fit(data.X, data.t[:, 0])
    found = mark(data, CostLogReg)
    assert found is not None
    assert found.label == STRAIGHT
    for cost, X, t in ((found.train, data.X, data.t), (found.val, data.X_val, data.t_val)):
        assert cost == pytest.approx(float(CostLogReg(t)(model.predict_proba(X)[:, 1:])), rel=1e-6)
    squares = mark(data, CostOLS)
    assert squares is not None
    assert squares.train == pytest.approx(
        float(CostOLS(data.t)(model.predict_proba(data.X)[:, 1:])), rel=1e-6
    )


def test_a_noisy_curve_is_held_against_ridge_regression() -> None:
    data = load("sine", noise=0.5)
    found = mark(data, CostOLS)
    assert found is not None
    assert found.label == STRAIGHT
    answers = Ridge().fit(data.X, data.t).predict(data.X).reshape(-1, 1)
    assert found.train == pytest.approx(float(CostOLS(data.t)(answers)))


@pytest.mark.parametrize("name", DATA)
def test_what_a_problem_opens_with_keeps_its_target_unless_it_is_a_table(name: str) -> None:
    experiment = Experiment.default(name)
    training = experiment.training()
    cost = COSTS[experiment.resolved()[0]]
    usual = target_cost(training.data.t, cost, start=training.start_cost)
    if DATA[name].kind == "table":
        assert training.mark is not None
        assert training.target_cost == training.mark.train > usual
    else:
        assert training.mark is None
        assert training.target_cost == usual


@pytest.mark.parametrize("name", ["circle", "xor_cloud", "checkerboard"])
def test_labels_that_noise_turned_over_are_held_against_the_rule_behind_them(name: str) -> None:
    data = load(name, noise=0.2)
    found = mark(data, CostLogReg)
    assert found is not None
    assert found.label == RULE
    q = data.turned_over
    rule = -q * np.log(q) - (1 - q) * np.log(1 - q)
    guess = constant_cost(data.t, CostLogReg)
    assert guess is not None
    assert rule < found.train <= 0.9 * guess


def test_rows_without_noise_or_with_little_have_no_mark() -> None:
    assert all(
        mark(load(name, noise=0.0), CostLogReg) is None for name in ("circle", "gauss", "spiral", "XOR")
    )
    assert mark(load("sine", noise=0.1), CostOLS) is None
    one_class = DataSet("own", "binary", np.eye(4), np.ones((4, 1)))
    assert mark(one_class, CostLogReg) is None
    bent = load("circle")
    assert (
        mark(DataSet("own", "binary", bent.X, bent.t), CostLogReg) is None
    )  # straight is no better than guessing


def test_the_network_has_learned_when_it_is_as_good_on_rows_it_has_not_seen() -> None:
    data = noisy_labels()
    found = mark(data, CostLogReg)
    assert found is not None
    assert found.val is not None
    calm = Experiment.default("own").replace(hidden=(), eta=0.03, epochs=60).training(data)
    calm.advance()
    assert calm.history["train_errors"][-1] > calm._usual
    assert calm.history["val_errors"][-1] <= 1.02 * found.val
    assert calm.outcome == "learned"
    wild = Experiment.default("own").replace(hidden=(64, 64), eta=0.01, epochs=200).training(data)
    wild.advance()
    assert wild.history["train_errors"][-1] < found.train
    assert wild.history["val_errors"][-1] > 1.2 * found.val
    assert wild.outcome == "memorised"


def test_a_mark_is_worked_out_once_for_a_data_set() -> None:
    data = noisy_labels(seed=4)
    assert mark(data, CostLogReg) is mark(data, CostLogReg)
