"""Every gradient is the exact gradient of the cost that is reported: central differences, and autograd."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from nncore import (
    ACTIVATIONS,
    COSTS,
    FFNN,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    identity,
    sigmoid,
    softmax,
    tanh,
)
from tests.gradient_check import allowed_pair, check_gradient, cost_along, cost_of_weights, flat

N_SAMPLES, N_CLASSES = 5, 3


def swish(z):
    return z * sigmoid(z)


def cauchy(target):
    """A cost of one's own: robust against outliers."""

    def cost(prediction):
        return anp.sum(anp.log(1.0 + (prediction - target) ** 2)) / target.shape[0]

    return cost


HIDDEN = {**ACTIVATIONS, "own": swish, "none": None}
OUTPUT = {**ACTIVATIONS, "own": swish}
COST = {**COSTS, "own": cauchy}


def problem(rng):
    labels = rng.integers(0, N_CLASSES, N_SAMPLES)
    return rng.normal(size=(N_SAMPLES, 3)), np.eye(N_CLASSES)[labels]


def network_of(hidden, output, cost, *, rng, seed=0):
    dims = (3, N_CLASSES) if hidden is None else (3, 6, 4, N_CLASSES)
    output = allowed_pair(output, cost, N_CLASSES)
    network = FFNN(dims, tanh if hidden is None else hidden, output, cost, seed=seed)
    # Biases too, so that none is 0 by chance and no unit rests on the kink of RELU.
    network.theta[...] = rng.normal(0.2, 0.6, size=network.theta.shape)
    return network


@pytest.mark.parametrize("cost", COST)
@pytest.mark.parametrize("output", OUTPUT)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_gradient_against_central_differences_and_autograd(hidden, output, cost):
    rng = np.random.default_rng(4)
    X, t = problem(rng)
    network = network_of(HIDDEN[hidden], OUTPUT[output], COST[cost], rng=rng)
    gradient = network.gradient(X, t)
    name = f"{cost} of {output} after {hidden}"
    check_gradient(
        cost_along(network, X, t),
        flat(network, gradient),
        network.theta.copy(),
        name=name,
        rng=rng,
        tolerance=2e-5,
    )
    reference = grad(cost_of_weights(network, X, t))([w.copy() for w in network.weights])
    for ours, theirs in zip(gradient, reference, strict=True):
        np.testing.assert_allclose(
            ours, theirs, rtol=1e-10, atol=1e-13 * (1 + np.abs(theirs).max()), err_msg=name
        )


@pytest.mark.parametrize("cost", COST)
@pytest.mark.parametrize("output", OUTPUT)
def test_reported_cost_is_the_cost_function_of_the_predictions(output, cost):
    rng = np.random.default_rng(4)
    X, t = problem(rng)
    network = network_of(tanh, OUTPUT[output], COST[cost], rng=rng)
    expected = COST[cost](t)(network.predict_proba(X))
    assert network.cost(X, t) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("output", "cost"), [(identity, CostOLS), (sigmoid, CostLogReg), (softmax, CostCrossEntropy)]
)
def test_closed_pairs_agree_with_autograd_to_rounding(output, cost):
    rng = np.random.default_rng(8)
    X, t = problem(rng)
    network = network_of(tanh, output, cost, rng=rng)
    reference = grad(cost_of_weights(network, X, t))([w.copy() for w in network.weights])
    for ours, theirs in zip(network.gradient(X, t), reference, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("lam", [0.0, 0.3])
@pytest.mark.parametrize("lam1", [0.0, 0.2])
def test_penalties_pull_weights_but_not_biases(lam, lam1):
    rng = np.random.default_rng(2)
    X, t = problem(rng)
    network = network_of(tanh, softmax, CostCrossEntropy, rng=rng)
    reference = grad(cost_of_weights(network, X, t, lam=lam, lam1=lam1))([w.copy() for w in network.weights])
    for ours, theirs in zip(network.gradient(X, t, lam=lam, lam1=lam1), reference, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_confidently_wrong_still_learns():
    """Through rounded probabilities the derivative dies at z = 40; from the weighted inputs it is 1."""
    network = FFNN((1, 1), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    network.weights = [np.array([[40.0], [0.0]])]
    gradient = network.gradient(np.zeros((1, 1)), np.zeros((1, 1)))
    assert gradient[0][0, 0] == 1.0
    assert network.cost(np.zeros((1, 1)), np.zeros((1, 1))) == 40.0


@pytest.mark.parametrize("cost", COST)
@pytest.mark.parametrize("output", OUTPUT)
@pytest.mark.parametrize("hidden", [name for name in HIDDEN if name != "none"])
def test_extreme_inputs_give_no_warning_and_no_exception(hidden, output, cost):
    rng = np.random.default_rng(4)
    X, t = problem(rng)
    network = network_of(HIDDEN[hidden], OUTPUT[output], COST[cost], rng=rng)
    outputs = network.predict_proba(1e4 * X)
    assert outputs.shape == t.shape
    assert [g.shape for g in network.gradient(1e4 * X, t)] == [w.shape for w in network.weights]
    assert np.isfinite(network.cost(1e4 * X, t))
