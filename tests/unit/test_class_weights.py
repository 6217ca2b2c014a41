"""Class weights: one cost whose rows count as their classes do, its exact gradient, what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from nncore import (
    FFNN,
    Adam,
    ClassWeighted,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    Experiment,
    Training,
    identity,
    load,
    onehot,
    save,
    sharpness,
    sigmoid,
    softmax,
    tanh,
)
from nncore.costs import Cost
from nncore.data import DataSet
from nncore.frameworks.recipe import Unsupported, recipe_of
from nncore.mark import mark, straight_costs
from nncore.outcome import constant_answer, constant_cost
from tests.gradient_check import check_gradient, cost_along, flat
from ui.live.problem import same_data
from ui.live.record import row_key

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 3))
LABELS = (X[:, 0] + 0.8 * RNG.normal(size=60) > 0.9).astype(int)
THREE = np.digitize(X[:, 1] + 0.5 * RNG.normal(size=60), [-0.9, 0.8])
WEIGHTS = (0.7, 2.5)


def network(cost: Cost, output=sigmoid, width: int = 1) -> FFNN:
    return FFNN((3, 4, width), tanh, output, cost, seed=3)


CASES = {
    "sigmoid": (ClassWeighted(CostLogReg, WEIGHTS), sigmoid, LABELS[:, None].astype(float)),
    "squares through a sigmoid": (ClassWeighted(CostOLS, WEIGHTS), sigmoid, LABELS[:, None].astype(float)),
    "squares": (ClassWeighted(CostOLS, WEIGHTS), identity, LABELS[:, None].astype(float)),
    "softmax": (ClassWeighted(CostCrossEntropy, (1.0, 0.4, 3.0)), softmax, onehot(THREE)),
    "squares through a softmax": (ClassWeighted(CostOLS, (1.0, 0.4, 3.0)), softmax, onehot(THREE)),
}


def test_the_cost_is_scikit_learns_with_sample_weights() -> None:
    p = 1.0 / (1.0 + np.exp(-X @ [1.0, 0.3, -0.2]))
    rows = np.array(WEIGHTS)[LABELS]
    ours = ClassWeighted(CostLogReg, WEIGHTS)(LABELS[:, None])(p[:, None])
    assert ours == pytest.approx(log_loss(LABELS, p, sample_weight=rows) * rows.mean(), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_cost_and_gradient_are_those_of_the_weighted_rows(name: str) -> None:
    cost, output, t = CASES[name]
    trained = network(cost, output, t.shape[1])
    training = Training(trained, Adam(0.01, 0.9, 0.999), X, t, epochs=3)
    assert float(training.start_cost) == pytest.approx(float(cost(t)(trained.predict_proba(X))), rel=1e-10)
    assert trained.cost(X, t) == pytest.approx(float(cost(t)(trained.predict_proba(X))), rel=1e-10)
    slope = flat(trained, trained.gradient(X, t))
    check_gradient(cost_along(trained, X, t), slope, trained.theta.copy(), name=name, rng=RNG)


def test_a_whole_weight_is_the_row_as_often() -> None:
    t = LABELS[:, None].astype(float)
    often = np.repeat(np.arange(60), np.where(LABELS == 1, 3, 1))
    weighted = network(ClassWeighted(CostLogReg, (1.0, 3.0)))
    repeated = network(CostLogReg)
    share = len(often) / 60
    for ours, theirs in zip(weighted.gradient(X, t), repeated.gradient(X[often], t[often]), strict=True):
        np.testing.assert_allclose(ours, share * theirs, rtol=1e-10, atol=1e-14)


def test_sharpness_is_that_of_the_weighted_cost() -> None:
    t = LABELS[:, None].astype(float)
    trained = network(ClassWeighted(CostLogReg, WEIGHTS))
    theta, columns = trained.theta.copy(), []
    for place in range(theta.size):
        slopes = []
        for step in (1e-4, -1e-4):
            trained.theta[...] = theta
            trained.theta.flat[place] += step
            slopes.append(flat(trained, trained.gradient(X, t)))
        columns.append((slopes[0] - slopes[1]) / 2e-4)
    trained.theta[...] = theta
    assert sharpness(trained, X, t) == pytest.approx(np.linalg.eigvalsh(np.array(columns)).max(), rel=1e-5)


def data_set(weights: tuple[float, ...] = WEIGHTS) -> DataSet:
    t = LABELS[:, None].astype(float)
    return DataSet("own", "binary", X[:40], t[:40], X_val=X[40:], t_val=t[40:], class_weights=weights)


def test_an_experiment_trains_with_the_weights_of_its_rows_in_batches_and_in_stacks() -> None:
    experiment = Experiment.default("own").replace(hidden=(4,), hidden_func=("tanh",), epochs=6)
    run = experiment.training(data_set())
    assert run.network.cost_func == ClassWeighted(CostLogReg, WEIGHTS)
    run.advance()
    stack = experiment.stack(data=data_set(), eta=[experiment.eta, 0.1], exact=True)
    stack.advance()
    np.testing.assert_array_equal(stack.history["val_errors"][0], run.history["val_errors"])
    plain = experiment.training(data_set(()))
    plain.advance()
    assert plain.history["train_errors"][-1] != run.history["train_errors"][-1]


def test_the_best_constant_and_the_mark_are_weighted_as_the_cost_is() -> None:
    cost, rows = ClassWeighted(CostLogReg, WEIGHTS), data_set()
    answer = constant_answer(rows.t, cost)
    nearby = [float(cost(rows.t)(np.broadcast_to(answer + step, rows.t.shape))) for step in (-0.01, 0, 0.01)]
    assert nearby[1] == min(nearby) == constant_cost(rows.t, cost)
    counts = np.array(WEIGHTS)[LABELS[:40]]
    model = LogisticRegression(max_iter=500).fit(rows.X, LABELS[:40], sample_weight=counts)
    straight = straight_costs(rows, cost)
    assert straight is not None
    assert straight.train == pytest.approx(float(cost(rows.t)(model.predict_proba(rows.X)[:, 1:])), rel=1e-9)
    assert mark(rows, cost) != mark(rows, CostLogReg)


def test_a_weighted_network_is_saved_with_its_weights(tmp_path: Path) -> None:
    before = network(ClassWeighted(CostLogReg, WEIGHTS))
    save(tmp_path / "net.npz", before)
    after = load(tmp_path / "net.npz")
    assert after.cost_func == before.cost_func
    np.testing.assert_array_equal(after.predict_proba(X), before.predict_proba(X))


def test_other_weights_are_other_rows_for_the_view_and_its_pins() -> None:
    one, other = data_set(), data_set((1.0, 1.5))
    assert same_data(one, replace(one))
    assert not same_data(one, other)
    assert len({row_key(data) for data in (one, other, data_set(()))}) == 3


def test_two_tables_of_the_same_answers_are_told_apart_and_one_scaled_anew_is_not() -> None:
    one = data_set()
    assert row_key(replace(one, X=one.X * 10)) == row_key(one)
    assert row_key(replace(one, feature_names=("length", "width"))) != row_key(one)
    assert row_key(replace(one, class_names=("ill", "well"))) != row_key(one)


@pytest.mark.parametrize(
    ("cost", "weights", "words"),
    [
        (CostLogReg, (1.0,), "two or more numbers above 0"),
        (CostLogReg, (1.0, 0.0), "two or more numbers above 0"),
        (CostLogReg, (1.0, float("nan")), "two or more numbers above 0"),
        (lambda target: lambda p: 0.0, (1.0, 2.0), "cost must be one of"),
    ],
)
def test_what_are_no_weights_is_refused(cost: Cost, weights: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ClassWeighted(cost, weights)


def test_weights_that_do_not_fit_the_classes_are_refused_before_training() -> None:
    with pytest.raises(ValueError, match="weights must be 2, one per class; got 3"):
        Experiment.default("own").training(data_set((1.0, 2.0, 3.0)))
    with pytest.raises(ValueError, match="class_weights must be empty for a regression"):
        DataSet("own", "regression", X, X[:, :1], class_weights=WEIGHTS)


def test_other_libraries_refuse_weighted_classes_in_a_sentence() -> None:
    with pytest.raises(Unsupported, match="only nncore's own program carries over"):
        recipe_of(Experiment.default("own"), data=data_set())
