"""What must be equal by mathematics is equal here, and near misses are not."""

import copy

import numpy as np
import pytest

from nncore import FFNN, Constant, CostCrossEntropy, CostLogReg, identity, sigmoid, softmax, tanh
from tests.unit.gates import clusters


def test_a_linear_network_is_least_squares():
    rng = np.random.default_rng(1)
    features, t = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    design = np.hstack([np.ones((40, 1)), features])
    solution = np.linalg.lstsq(design, t, rcond=None)[0]
    network = FFNN((3, 2), seed=1)
    network.fit(features, t, Constant(0.1), epochs=2000, progress=False)
    np.testing.assert_allclose(network.weights[0], solution, rtol=1e-10)
    ridge = FFNN((3, 2), seed=1)
    ridge.fit(features, t, Constant(0.1), epochs=2000, lam=0.5, progress=False)
    # Derivative zero: 2/n D^T (D w - t) + lam w = 0, the bias without lam.
    system = 2 / 40 * design.T @ design + 0.5 * np.diag([0.0, 1, 1, 1])
    np.testing.assert_allclose(ridge.weights[0], np.linalg.solve(system, 2 / 40 * design.T @ t), rtol=1e-10)


def test_near_misses_of_least_squares_do_not_agree():
    rng = np.random.default_rng(1)
    features, t = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    solution = np.linalg.lstsq(np.hstack([np.ones((40, 1)), features]), t, rcond=None)[0]
    for output, lam in ((tanh, 0.0), (identity, 1e-3)):
        network = FFNN((3, 2), output_func=output, seed=1)
        network.fit(features, t, Constant(0.1), epochs=2000, lam=lam, progress=False)
        assert not np.allclose(network.weights[0], solution, rtol=1e-5)


def test_a_sample_given_twice_weighs_twice():
    points, t = clusters(9)
    twice = FFNN((2, 3), output_func=softmax, cost_func=CostCrossEntropy, seed=1)
    once = copy.deepcopy(twice)
    twice.fit(np.vstack([points, points]), np.vstack([t, t]), Constant(0.5), epochs=50, progress=False)
    once.fit(points, t, Constant(0.5), epochs=50, progress=False)
    np.testing.assert_allclose(twice.theta, once.theta, rtol=1e-11)


def test_one_yes_no_output_is_two_outputs_that_share():
    """sigmoid(z) is the second share of softmax(-z / 2, z / 2)."""
    yes = FFNN((2, 1), output_func=sigmoid, cost_func=CostLogReg, seed=1)
    points, t = clusters(20, n_classes=2)
    shared = FFNN((2, 2), output_func=softmax, cost_func=CostCrossEntropy, seed=1, init="zeros")
    half = 0.5 * yes.weights[0]
    shared.weights = [np.hstack([-half, half])]
    assert shared.cost(points, t) == pytest.approx(yes.cost(points, t[:, 1:]), rel=1e-12)
