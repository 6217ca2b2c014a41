"""Activations: known values, derivatives, extremes, and that every entry of the registry is looked at."""

import inspect

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, grad

import nncore.activations as module
from nncore import ACTIVATIONS, FFNN, GELU, LRELU, RELU, derivate, identity, sigmoid, softmax, softplus, tanh
from nncore.initialisation import default_name
from nncore.machinery.kernels import KERNELS, Kernel, by_slope
from tests.gradient_check import check_gradient, cost_along, flat

# Value at -0.5 and 1.5, worked out with Python's math (GELU in its tanh form), and the start that suits.
KNOWN = {
    "identity": ([-0.5, 1.5], "xavier"),
    "sigmoid": ([0.377540668798145, 0.817574476193644], "xavier"),
    "softmax": ([0.119202922022118, 0.880797077977882], "xavier"),
    "RELU": ([0.0, 1.5], "he"),
    "LRELU": ([-0.0005, 1.5], "he"),
    "tanh": ([-0.462117157260010, 0.905148253644866], "xavier"),
    "ELU": ([-0.393469340287367, 1.5], "he"),
    "GELU": ([-0.15428599017485606, 1.3995715769802328], "he"),
    "softplus": ([0.474076984180107, 1.701413277982752], "he"),
}


def test_every_function_of_the_module_is_registered_and_known():
    public = {
        name
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public - {"derivate"} == set(ACTIVATIONS) == set(KNOWN)
    assert set(KERNELS) == set(module.RULES) == set(ACTIVATIONS.values())
    assert all(function.__name__ == name for name, function in ACTIVATIONS.items())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_known_values_and_starts(name):
    values, start = KNOWN[name]
    np.testing.assert_allclose(ACTIVATIONS[name](np.array([-0.5, 1.5])), values, rtol=1e-12)
    assert default_name(ACTIVATIONS[name]) == start


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(), (4,), (3, 4), (2, 3, 4)])
def test_any_shape_in_the_same_shape_out(name, shape):
    z = np.random.default_rng(0).normal(size=shape)
    if name == "softmax" and not shape:
        z = z.reshape(1)
    assert np.shape(ACTIVATIONS[name](z)) == z.shape
    assert np.shape(derivate(ACTIVATIONS[name])(z)) == z.shape


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"softmax"}))
def test_derivate_is_the_derivative(name):
    func = ACTIVATIONS[name]
    z = np.random.default_rng(1).normal(size=(3, 4))
    check_gradient(
        lambda z: float(np.sum(func(z))), derivate(func)(z), z, name=name, rng=np.random.default_rng(2)
    )
    np.testing.assert_allclose(derivate(func)(z), elementwise_grad(func)(z), rtol=1e-13, atol=1e-15)
    # The zero keeps autograd from warning where the slope does not depend on z.
    second = elementwise_grad(lambda z: elementwise_grad(func)(z) + 0.0 * z)
    check_gradient(
        lambda z: float(np.sum(derivate(func)(z))),
        second(z),
        z,
        name=f"{name}'",
        rng=np.random.default_rng(3),
    )


def test_derivate_of_softmax_is_the_diagonal_of_its_jacobian():
    z = np.array([0.3, -1.0, 2.0])
    for i in range(3):
        assert derivate(softmax)(z)[i] == pytest.approx(grad(lambda z, i=i: softmax(z)[i])(z)[i], rel=1e-12)


def test_derivate_of_a_function_of_ones_own():
    own = derivate(lambda z: anp.sin(z) * sigmoid(z))
    z = np.array([[0.0, 1.0]])
    s = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(own(z), np.cos(z) * s + np.sin(z) * s * (1 - s), rtol=1e-13)
    assert own(np.array([0, 1])).shape == (2,)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("extreme", [-1e300, -1e4, -745.2, 0.0, 745.2, 1e4, 1e300])
def test_extremes_stay_finite_without_a_warning(name, extreme):
    z = np.array([[extreme, 0.5, -extreme]])
    assert np.isfinite(ACTIVATIONS[name](z)).all()
    assert np.isfinite(derivate(ACTIVATIONS[name])(z)).all()


def test_both_tails_of_sigmoid_keep_their_digits():
    assert sigmoid(-40.0) == pytest.approx(4.248354255291589e-18, rel=1e-14)
    assert sigmoid(40.0) == 1.0


@pytest.mark.parametrize(
    ("func", "said"), [(sigmoid, "below 0.05 beyond ±2.9"), (tanh, "below 0.05 beyond ±2.2")]
)
def test_where_a_slope_is_said_to_be_small_it_is(func, said):
    assert said in module.RULES[func].note
    edge = float(said.rpartition("±")[2])
    inside, outside = derivate(func)(np.array([edge - 0.05, edge])), derivate(func)(np.array([edge, 30.0]))
    assert inside.max() > 0.05
    assert outside.max() <= 0.05


def test_the_slope_of_gelu_exceeds_one_where_it_is_said_to():
    slope = derivate(GELU)
    assert (slope(np.linspace(-6.0, 0.75, 500)) < 1.0).all()
    assert (slope(np.linspace(0.76, 4.0, 500)) > 1.0).all()
    assert round(float(slope(np.linspace(0.0, 6.0, 6001)).max()) - 1.0, 2) == 0.13
    assert slope(np.array([-1.0]))[0] < 0.0


def test_slopes_at_the_kink():
    zero = np.zeros(1)
    assert derivate(RELU)(zero) == 0.0
    assert derivate(LRELU)(zero) == 1e-3
    for func, slope in ((RELU, 0.0), (LRELU, 1e-3)):
        network = FFNN((1, 1, 1), func, identity, seed=0)
        network.weights = [np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]])]
        # The cost (0 - 1)^2 has slope -2 by the output; the hidden bias sees it times the slope at 0.
        assert network.gradient(zero[:, None], np.ones((1, 1)))[0][0, 0] == -2.0 * slope


def test_single_precision_is_kept_and_whole_numbers_are_taken():
    for func in ACTIVATIONS.values():
        assert func(np.ones(3, np.float32)).dtype == np.float32
    assert tanh(np.array([0, 1])).dtype == np.float64
    assert GELU([0, 1]).shape == (2,)
    np.testing.assert_array_equal(softplus(np.array([0])), [np.log(2)])


def test_rows_of_softmax_sum_to_one():
    share = softmax(np.random.default_rng(0).normal(scale=300, size=(6, 4)))
    np.testing.assert_allclose(share.sum(axis=-1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(softmax(np.array([1e4, 1e4 + np.log(3)])), [0.25, 0.75], rtol=1e-11)


@pytest.fixture
def bump():
    """Return another activation, exp(-z^2), known by its rule for the time of one test."""
    rule = module.Rule(
        slope=lambda a, z: -2.0 * z * a,
        kernel=Kernel(
            lambda z, scratch: [(np.multiply, (z, z, z)), (np.negative, (z, z)), (np.exp, (z, z))],
            by_slope(
                lambda a, z, scratch: [
                    (np.multiply, (z, a, scratch)),
                    (np.multiply, (scratch, -2.0, scratch)),
                ]
            ),
            keeps_input=True,
        ),
    )
    known = rule(lambda z: np.exp(-(module.floating(z) ** 2)))
    yield known
    del module.RULES[known], KERNELS[known]


@pytest.mark.parametrize("place", ["hidden", "output"])
def test_one_rule_is_all_that_another_activation_needs(bump, place):
    rng = np.random.default_rng(5)
    z = rng.normal(size=(3, 4))
    np.testing.assert_allclose(derivate(bump)(z), -2 * z * np.exp(-(z**2)), rtol=1e-14)
    np.testing.assert_allclose(elementwise_grad(bump)(z), derivate(bump)(z), rtol=1e-14)
    hidden, output = (bump, identity) if place == "hidden" else (tanh, bump)
    network = FFNN((4, 5, 2), hidden, output, seed=1)
    assert network.engine.output_layer.deferrable  # taken for built in
    gradient = flat(network, network.gradient(z, z[:, :2]))
    check_gradient(cost_along(network, z, z[:, :2]), gradient, network.theta.copy(), name="bump", rng=rng)


def test_derivate_refuses_what_is_no_function():
    with pytest.raises(ValueError, match=r"func must be a callable.*got 'tanh'"):
        derivate("tanh")
