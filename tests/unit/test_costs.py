"""Costs: sums over outputs, means over samples; their gradients; the guards at 0 and 1."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from sklearn.metrics import log_loss

from nncore import COSTS, FFNN, CostCrossEntropy, CostLogReg, CostOLS, identity, sigmoid, softmax
from nncore.costs import COST_RULES
from tests.gradient_check import check_gradient

TARGET = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
PREDICTION = np.array([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]])

# By hand: the squares; the logarithms of all entries; those of the right classes.
BY_HAND = {
    "CostOLS": (0.09 + 0.04 + 0.01 + 0.0625 + 0.0625 + 0.25) / 2,
    "CostLogReg": -(np.log([0.7, 0.8, 0.9, 0.75, 0.75, 0.5]).sum()) / 2,
    "CostCrossEntropy": -(np.log(0.7) + np.log(0.5)) / 2,
}


def test_every_cost_is_tested_and_has_a_rule():
    assert set(COSTS) == set(BY_HAND)
    assert set(COST_RULES) == set(COSTS.values())
    assert all(function.__name__ == name for name, function in COSTS.items())


@pytest.mark.parametrize("name", COSTS)
def test_by_hand(name):
    assert COSTS[name](TARGET)(PREDICTION) == pytest.approx(BY_HAND[name], rel=1e-14)


@pytest.mark.parametrize("name", COSTS)
def test_autograd_of_a_cost_is_its_derivative(name):
    cost = COSTS[name](TARGET)
    slope = grad(cost)(PREDICTION)
    check_gradient(cost, slope, PREDICTION, name=name, rng=np.random.default_rng(0))
    rule = COST_RULES[COSTS[name]].slope(TARGET, PREDICTION) / len(TARGET)
    np.testing.assert_allclose(rule, slope, rtol=1e-13)


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("answer", [-1e4, -1.0, 0.0, 1.0, 2.0, 1e4])
def test_no_answer_costs_infinitely_much(name, answer):
    wrong = np.full_like(TARGET, answer)
    assert np.isfinite(COSTS[name](TARGET)(wrong))
    assert np.isfinite(grad(COSTS[name](TARGET))(wrong)).all()
    assert np.isfinite(COSTS[name](TARGET)(wrong.astype(np.float32)))


def test_the_lectures_whole_numbers_far_from_probabilities():
    target, prediction = np.array([[1, 2, 3]]).T, np.array([[4, 5, 6]]).T
    np.testing.assert_allclose(
        grad(CostCrossEntropy(target))(prediction), -target / prediction / 3, rtol=1e-15
    )
    np.testing.assert_allclose(grad(CostOLS(target))(prediction), 2 * (prediction - target) / 3, rtol=1e-15)


@pytest.mark.parametrize("name", COSTS)
def test_other_shapes_are_refused_rather_than_broadcast(name):
    with pytest.raises(
        ValueError, match=r"prediction must have the shape of the target, \(2, 3\); got \(2, 1\)"
    ):
        COSTS[name](TARGET)(PREDICTION[:, :1])


def test_logistic_cost_is_the_one_of_scikit_learn():
    t, p = np.array([1, 0, 1, 1]), np.array([0.9, 0.2, 0.4, 1.0 - 1e-9])
    assert CostLogReg(t)(p) == pytest.approx(log_loss(t, p), rel=1e-12)
    labels = np.argmax(TARGET, axis=1)
    assert CostCrossEntropy(TARGET)(PREDICTION) == pytest.approx(
        log_loss(labels, PREDICTION, labels=[0, 1, 2])
    )


def test_network_cost_is_exact_where_probabilities_are_rounded():
    """sigmoid(1e4) is 1 to the last bit; a wrong answer given so surely costs 1e4 all the same."""
    X, t = np.array([[1e4], [-1e4], [1e4]]), np.array([[0.0], [1.0], [1.0]])
    network = FFNN((1, 1), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    network.weights = [np.array([[0.0], [1.0]])]
    assert network.cost(X, t) == pytest.approx(2e4 / 3, rel=1e-15)
    network = FFNN((1, 2), output_func=softmax, cost_func=CostCrossEntropy, seed=0)
    network.weights = [np.array([[0.0, 0.0], [1.0, 0.0]])]
    assert network.cost(X, np.hstack([t, 1 - t])) == pytest.approx(2e4 / 3, rel=1e-15)


def test_only_classifying_costs_make_classifiers():
    assert not FFNN((1, 1), seed=0).classification
    assert FFNN((1, 1), output_func=sigmoid, cost_func=CostLogReg, seed=0).classification
    assert FFNN((1, 2), output_func=softmax, cost_func=CostCrossEntropy, seed=0).classification

    def own(target):
        return lambda prediction: anp.mean((prediction - target) ** 4)

    assert not FFNN((1, 1), cost_func=own, seed=0).classification
    own.classifies = True
    assert FFNN((1, 1), output_func=identity, cost_func=own, seed=0).classification
