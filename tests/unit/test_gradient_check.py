"""The gradient checker can fail: errors of 0.1 % are planted in derivatives that are right."""

import numpy as np
import pytest

from nncore import FFNN, CostLogReg, sigmoid, tanh
from tests.gradient_check import check_gradient, cost_along, flat


def bowl(x):
    return float(np.sum(x**3))


def test_the_right_derivative_passes():
    at = np.array([[0.5, -1.5], [2.0, 0.1]])
    check_gradient(bowl, 3 * at**2, at, name="bowl", rng=np.random.default_rng(0))


@pytest.mark.parametrize("error", [1.001, 0.999, 1.0005])
def test_a_derivative_wrong_by_a_thousandth_fails(error):
    at = np.array([[0.5, -1.5], [2.0, 0.1]])
    with pytest.raises(AssertionError, match=r"derivative of bowl is wrong: claimed .* central difference"):
        check_gradient(bowl, error * 3 * at**2, at, name="bowl", rng=np.random.default_rng(0))


def test_one_wrong_weight_in_a_network_fails():
    network = FFNN((2, 3, 1), tanh, sigmoid, CostLogReg, seed=1)
    X, t = np.array([[0.3, -1.0], [1.2, 0.4]]), np.array([[1.0], [0.0]])
    gradient = flat(network, network.gradient(X, t))
    rng = np.random.default_rng(5)
    check_gradient(cost_along(network, X, t), gradient, network.theta.copy(), name="network", rng=rng)
    gradient[np.argmax(np.abs(gradient))] *= 1.01
    with pytest.raises(AssertionError, match="derivative of network is wrong"):
        check_gradient(cost_along(network, X, t), gradient, network.theta.copy(), name="network", rng=rng)


def test_a_dropped_bias_fails():
    network = FFNN((2, 3, 1), tanh, sigmoid, CostLogReg, seed=1)
    X, t = np.array([[0.3, -1.0], [1.2, 0.4]]), np.array([[1.0], [0.0]])
    layers = network.gradient(X, t)
    layers[0][0] = 0.0
    with pytest.raises(AssertionError, match="is wrong"):
        check_gradient(
            cost_along(network, X, t),
            flat(network, layers),
            network.theta.copy(),
            name="network without bias",
            rng=np.random.default_rng(5),
        )
