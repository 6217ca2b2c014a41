"""The largest eigenvalue of the Hessian, against the whole Hessian and against what is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import FFNN, CostLogReg, CostOLS, identity, sharpness, sigmoid, tanh
from nncore.experiment import Experiment
from nncore.study.curvature import Curvature, full_hessian, stability_limit

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])


def network(seed: int | list[int], cost: object = CostOLS, output: object = identity) -> FFNN:
    return FFNN((2, 4, 1), tanh, output, cost, seed=seed)


def test_the_full_hessian_of_a_line_is_known() -> None:
    line = FFNN((1, 1), seed=0)
    inputs = np.array([[1.0], [2.0], [6.0]])
    # Cost = mean (b + w x - t)^2: second derivatives 2, 2 mean x, 2 mean x^2.
    expected = [[2.0, 6.0], [6.0, 2 * 41 / 3]]
    np.testing.assert_allclose(full_hessian(line, inputs, np.zeros((3, 1))), expected, rtol=1e-8)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("cost", "output"), [(CostOLS, identity), (CostLogReg, sigmoid)])
def test_power_iteration_finds_the_largest_eigenvalue(seed: int, cost: object, output: object) -> None:
    one = network(seed, cost, output)
    largest = np.linalg.eigvalsh(full_hessian(one, X, T))[-1]
    assert sharpness(one, X, T) == pytest.approx(largest, rel=1e-5)


@pytest.mark.parametrize("seed", [0, 4, 6])
def test_a_dominant_negative_eigenvalue_does_not_hide_the_largest(seed: int) -> None:
    one = network(seed, CostOLS, sigmoid)
    one.theta[...] *= 2
    eigenvalues = np.linalg.eigvalsh(full_hessian(one, X, T))
    assert -eigenvalues[0] > 1.2 * eigenvalues[-1]
    assert sharpness(one, X, T) == pytest.approx(eigenvalues[-1], rel=1e-5)


def test_a_stack_gives_what_its_networks_give_alone_and_is_left_alone() -> None:
    seeds = [3, 1, 2]
    stack = network(seeds)
    before = stack.theta.copy()
    together = sharpness(stack, X, T)
    np.testing.assert_array_equal(stack.theta, before)
    alone = [sharpness(network(seed), X, T) for seed in seeds]
    np.testing.assert_allclose(together, alone, rtol=1e-5)


def test_the_penalty_lifts_the_curvature_of_weights() -> None:
    line = FFNN((1, 1), seed=0)
    inputs = np.array([[-3.0], [3.0]])
    assert sharpness(line, inputs, np.zeros((2, 1)), lam=0.5) == pytest.approx(18.5, rel=1e-7)


def test_overflowed_weights_have_no_sharpness_and_spoil_no_neighbour() -> None:
    stack = network([1, 2])
    curvature = Curvature(stack, X, T)
    theta = stack.theta.copy()
    theta[0] = np.nan
    values = curvature.sharpness(theta)
    assert np.isnan(values[0])
    assert values[1] == pytest.approx(sharpness(network(2), X, T), rel=1e-5)


def test_gradient_descent_on_a_bowl_is_stable_below_the_limit_and_not_above() -> None:
    line = FFNN((1, 1), identity, identity, CostOLS, seed=0)
    inputs = np.array([[-1.0], [1.0]])
    bend = sharpness(line, inputs, np.zeros((2, 1)))
    for name, momentum in (("Constant", 0.0), ("Momentum", 0.9)):
        limit = stability_limit(name, momentum)
        assert limit is not None
        for factor, falls in ((0.98, True), (1.02, False)):
            velocity, weight = 0.0, 1.0
            for _ in range(400):
                velocity = momentum * velocity + factor * limit / bend * bend * weight
                weight -= velocity
            assert (abs(weight) < 1.0) is falls, (name, factor)


def test_squared_error_climbs_to_the_edge_of_stability() -> None:
    """The sine fit 1-16-1 tanh: eta times sharpness reaches 2 and stays near it."""
    experiment = Experiment.default("sine").replace(
        scheduler="Constant", eta=0.3, batch_size=0, epochs=600, seed=2
    )
    training = experiment.training()
    curvature = Curvature(training.network, training.data.X, training.data.t)
    training.advance()
    product = experiment.eta * curvature.sharpness(training.network.theta)
    assert 1.5 < product < 2.6


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="network must be an FFNN; got 3"):
        Curvature(3, X, T)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="network must be a single one, not a stack; got 2 runs"):
        full_hessian(network([1, 2]), X, T)
    with pytest.raises(ValueError, match="theta must have the shape of the parameters"):
        Curvature(network(1), X, T).sharpness(np.zeros(3))
    with pytest.raises(ValueError, match="iterations must be a whole number of at least 1"):
        Curvature(network(1), X, T).sharpness(network(1).theta, iterations=0)


def test_adaptive_schedulers_have_no_fixed_limit() -> None:
    assert stability_limit("RMS_prop", 0.9) is None
