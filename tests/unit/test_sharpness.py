"""The largest eigenvalue of the Hessian, against the whole Hessian and against what is known by hand."""

from __future__ import annotations

import warnings
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import hessian
from autograd.extend import defvjp, primitive

from nncore import (
    ACTIVATIONS,
    FFNN,
    RELU,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    identity,
    sharpness,
    sigmoid,
    softmax,
    tanh,
)
from nncore.experiment import Experiment
from nncore.experiment.formula import compile_formula
from nncore.study.curvature import Curvature, stability_limit
from nncore.study.lanczos import LargestEigenvalue

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])


def network(seed: int | list[int], cost: object = CostOLS, output: object = identity) -> FFNN:
    return FFNN((2, 4, 1), tanh, output, cost, seed=seed)


def full_hessian(network: FFNN, X: Any, t: Any, *, lam: float = 0.0) -> np.ndarray:
    """Return the whole Hessian of one network, column by column."""
    curvature = Curvature(network, X, t, lam=lam)
    theta = np.array(network.theta)
    hessian = curvature.hessian(theta)
    with np.errstate(all="ignore"):
        columns = np.stack([hessian @ axis for axis in np.eye(theta.size)], axis=1)
    return 0.5 * (columns + columns.T) + np.diag(np.broadcast_to(curvature.lift, theta.shape))


def test_the_full_hessian_of_a_line_is_known() -> None:
    line = FFNN((1, 1), seed=0)
    inputs = np.array([[1.0], [2.0], [6.0]])
    # Cost = mean (b + w x - t)^2: second derivatives 2, 2 mean x, 2 mean x^2.
    expected = [[2.0, 6.0], [6.0, 2 * 41 / 3]]
    np.testing.assert_allclose(full_hessian(line, inputs, np.zeros((3, 1))), expected, rtol=1e-8)


def own(z: Any) -> Any:
    return z * anp.tanh(z)


def cauchy(target: Any) -> Any:
    """A cost of one's own: robust against outliers."""
    return lambda p: anp.sum(anp.log(1.0 + (p - target) ** 2)) / len(target)


HIDDEN = [*ACTIVATIONS.values(), own]
ENDS = [
    *((output, CostOLS) for output in HIDDEN),
    (sigmoid, CostLogReg),
    (softmax, CostCrossEntropy),
    (own, cauchy),
    (sigmoid, cauchy),
]


def a_network(number: int) -> tuple[FFNN, np.ndarray, np.ndarray]:
    """Return the network of that number, any shape and any functions, with rows to judge it on."""
    rng = np.random.default_rng([11, number])
    output, cost = ENDS[number % len(ENDS)]
    dims = [int(rng.integers(1, 4)), *rng.integers(1, 7, rng.integers(0, 3)).tolist()]
    dims.append(int(rng.integers(2 if output is softmax else 1, 4)))
    hidden = [HIDDEN[k] for k in rng.integers(len(HIDDEN), size=len(dims) - 2)]
    network = FFNN(dims, hidden, output, cost, seed=number)
    network.theta[...] = rng.normal(0.0, rng.choice([0.3, 1.0, 3.0]), network.theta.shape)
    n_samples = int(rng.integers(1, 9))
    inputs = rng.normal(size=(n_samples, dims[0]))
    # Zeros among the inputs: some weighted sums then lie on a kink of RELU.
    inputs[rng.random(inputs.shape) < 0.2] = 0.0
    return network, inputs, np.eye(dims[-1])[rng.integers(dims[-1], size=n_samples)]


def cost_of(network: FFNN, inputs: np.ndarray, targets: np.ndarray) -> Any:
    """Return the cost as a function of all parameters, written down once more for autograd."""

    def cost(theta: Any) -> Any:
        values, start = inputs, 0
        functions = (*network.hidden_func, network.output_func)
        for (n_out, n_in), func in zip(network.engine.shapes, functions, strict=True):
            weights = theta[start : start + n_out * n_in].reshape(n_out, n_in)
            values, start = func(anp.dot(values, weights[:, 1:].T) + weights[:, 0]), start + n_out * n_in
        return network.cost_func(targets)(values)

    return cost


@pytest.mark.long
def test_five_hundred_networks_have_the_largest_eigenvalue_of_their_full_hessian() -> None:
    for number in range(500):
        one, inputs, targets = a_network(number)
        eigenvalues = np.linalg.eigvalsh(full_hessian(one, inputs, targets))
        # Costs are of the order of one or the strongest bend: rounding leaves so much where the largest is 0.
        rounding = 1e-13 * max(1.0, np.abs(eigenvalues).max())
        found = sharpness(one, inputs, targets)
        assert found == pytest.approx(eigenvalues[-1], rel=1e-6, abs=rounding), number


def test_the_full_hessian_is_the_one_that_autograd_finds() -> None:
    for number in range(0, 500, 7):
        one, inputs, targets = a_network(number)
        mine = full_hessian(one, inputs, targets)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Output seems independent")
            theirs = hessian(cost_of(one, inputs, targets))(np.array(one.theta))
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12 + 1e-9 * np.abs(theirs).max())


def test_a_formula_bends_as_the_same_function_followed_by_its_trace_does() -> None:
    formula = compile_formula("where(z > 0, z, 0.1*z) + sin(z)*tanh(z)")
    vector = np.random.default_rng(0).standard_normal(17)
    for stack in ((), (3,)):
        products = []
        for func in (formula, lambda z: formula(z)):  # the second one is not known to go element by element
            one = FFNN((2, 4, 1), func, sigmoid, CostLogReg, seed=list(range(3)) if stack else 5)
            moved = np.broadcast_to(vector, one.theta.shape)
            products.append(Curvature(one, X, T).product(one.theta, moved))
        np.testing.assert_allclose(products[0], products[1], rtol=1e-12, atol=1e-15)


def test_zero_is_the_largest_eigenvalue_where_nothing_bends_up() -> None:
    ridge = FFNN((2, 1), output_func=sigmoid, cost_func=CostOLS, seed=0)
    ridge.weights = [[[0.0], [1.0], [0.5]]]
    assert sharpness(ridge, [[2.0, 0.3]], [[0.0]]) == pytest.approx(0.0, abs=1e-12)
    flat = FFNN((2, 3, 1), RELU, init="zeros", seed=0)
    assert sharpness(flat, np.zeros((2, 2)), np.zeros((2, 1))) == 2.0
    dead = FFNN((2, 1), RELU, RELU, init="zeros", seed=0)
    dead.theta[...] = -1.0
    assert sharpness(dead, X, T) == 0.0


def test_a_downward_bend_three_times_as_strong_does_not_hide_the_largest_eigenvalue() -> None:
    experiment = Experiment.default("gauss").replace(cost="CostOLS")
    training = experiment.training()
    assert sharpness(training.network, training.data.X, training.data.t) == pytest.approx(0.7789, abs=1e-4)


@pytest.mark.parametrize("z", [1.0, 20.0, 40.0, 300.0])
def test_a_probability_that_is_rounded_to_one_still_bends(z: float) -> None:
    """Two logits z and -z: the curvature by the biases is 2 p (1 - p), and by weights x^2 times that."""
    p, q = 1.0 / (1.0 + np.exp(-2.0 * z)), 1.0 / (1.0 + np.exp(2.0 * z))
    chosen = FFNN((1, 2), output_func=softmax, cost_func=CostCrossEntropy, seed=0)
    chosen.weights = [[[z, -z], [0.0, 0.0]]]
    assert sharpness(chosen, [[3.0]], [[1.0, 0.0]]) == pytest.approx(20.0 * p * q, rel=1e-9)
    single = FFNN((1, 1), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    single.weights = [[[2.0 * z], [0.0]]]
    assert sharpness(single, [[3.0]], [[1.0]]) == pytest.approx(10.0 * p * q, rel=1e-9)


def test_many_parameters_and_a_short_basis_give_the_same_eigenvalue() -> None:
    rng = np.random.default_rng(3)
    wide = FFNN((4, 30, 20, 3), tanh, softmax, CostCrossEntropy, seed=[1, 2])
    inputs, targets = rng.normal(size=(50, 4)), np.eye(3)[rng.integers(3, size=50)]
    curvature = Curvature(wide, inputs, targets)
    hessian = curvature.hessian(wide.theta)
    axes = np.broadcast_to(np.eye(wide.theta.shape[1])[:, None], (wide.theta.shape[1], *wide.theta.shape))
    full = np.stack([hessian @ axis for axis in axes], axis=-1)
    expected = np.linalg.eigvalsh(full)[:, -1]
    np.testing.assert_allclose(curvature.sharpness(wide.theta), expected, rtol=1e-9)


@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-5, 1e-3])
def test_neighbouring_eigenvalues_are_told_apart(gap: float) -> None:
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(200, 200)))[0]
    values = np.concatenate([[1.0, 1.0 - gap], np.linspace(-3.0, 0.99, 198)])
    matrix = axes * values @ axes.T
    start = rng.normal(size=200)
    search = LargestEigenvalue(lambda v: matrix @ v, start, tolerance=1e-8)
    steps = 0
    while not search.finished and steps < 2000:
        search.step()
        steps += 1
    assert float(search.values) == pytest.approx(1.0, rel=1e-6)
    np.testing.assert_allclose(matrix @ search.vectors, search.values * search.vectors, atol=1e-7)


def test_what_has_not_converged_is_not_a_number() -> None:
    one = network(1)
    curvature = Curvature(one, X, T)
    assert np.isnan(curvature.sharpness(one.theta, iterations=3))
    assert curvature.sharpness(one.theta) == pytest.approx(sharpness(one, X, T), rel=1e-9)


def test_an_eigenvector_that_has_been_overtaken_is_left() -> None:
    """The second search starts from the last one's vector, which is then the smaller eigenvalue's."""
    stack = network([1, 2, 3])
    curvature = Curvature(stack, X, T)
    other = network([4, 5, 6]).theta
    curvature.sharpness(stack.theta)
    np.testing.assert_allclose(curvature.sharpness(other), sharpness(network([4, 5, 6]), X, T), rtol=1e-8)


def test_a_function_without_a_second_derivative_is_named() -> None:
    @primitive
    def once(z: Any) -> Any:
        return z**2

    defvjp(once, lambda ans, z: lambda g: g * np.asarray(getattr(z, "_value", z)) * 2.0)
    half = FFNN((2, 1), output_func=lambda z: once(z), seed=0)
    assert np.isfinite(sharpness(half, X, T))

    defvjp(once, lambda ans, z: lambda g: g * np.multiply(float(np.sum(z)), 2.0))
    with pytest.raises(ValueError, match="activations and costs that autograd differentiates twice; got"):
        sharpness(half, X, T)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("cost", "output"), [(CostOLS, identity), (CostLogReg, sigmoid)])
def test_the_search_finds_the_largest_eigenvalue(seed: int, cost: object, output: object) -> None:
    one = network(seed, cost, output)
    largest = np.linalg.eigvalsh(full_hessian(one, X, T))[-1]
    assert sharpness(one, X, T) == pytest.approx(largest, rel=1e-8)


@pytest.mark.parametrize("seed", [0, 4, 6])
def test_a_dominant_negative_eigenvalue_does_not_hide_the_largest(seed: int) -> None:
    one = network(seed, CostOLS, sigmoid)
    one.theta[...] *= 2
    eigenvalues = np.linalg.eigvalsh(full_hessian(one, X, T))
    assert -eigenvalues[0] > 1.2 * eigenvalues[-1]
    assert sharpness(one, X, T) == pytest.approx(eigenvalues[-1], rel=1e-8)


def test_a_stack_gives_what_its_networks_give_alone_and_is_left_alone() -> None:
    seeds = [3, 1, 2]
    stack = network(seeds)
    before = stack.theta.copy()
    together = sharpness(stack, X, T)
    np.testing.assert_array_equal(stack.theta, before)
    alone = [sharpness(network(seed), X, T) for seed in seeds]
    np.testing.assert_allclose(together, alone, rtol=1e-8)


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
    assert values[1] == pytest.approx(sharpness(network(2), X, T), rel=1e-8)


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
    with pytest.raises(ValueError, match="theta must have the shape of the parameters"):
        Curvature(network(1), X, T).sharpness(np.zeros(3))
    with pytest.raises(ValueError, match="iterations must be a whole number of at least 1"):
        Curvature(network(1), X, T).sharpness(network(1).theta, iterations=0)


def test_adaptive_schedulers_have_no_fixed_limit() -> None:
    assert stability_limit("RMS_prop", 0.9) is None
