"""The network: shapes, weights, decisions, starts, copies."""

import copy
import pickle

import autograd.numpy as anp
import numpy as np
import pytest

from nncore import (
    ACTIVATIONS,
    FFNN,
    INITIALISATIONS,
    RELU,
    Adam,
    Constant,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    Training,
    identity,
    plain,
    sigmoid,
    softmax,
    tanh,
)
from nncore.initialisation import default_name, draw
from tests.unit.gates import XOR, X, clusters, xor_network

# Spread of weights (12 inputs, 5 outputs) and of biases.
SPREADS = {
    "lecture": (1.0, 0.01),
    "xavier": (np.sqrt(2 / 17), 0.0),
    "he": (np.sqrt(2 / 12), 0.0),
    "zeros": (0.0, 0.0),
}


def test_the_lectures_defaults():
    network = FFNN((2, 3, 1))
    assert (network.hidden_func, network.output_func, network.cost_func) == ((sigmoid,), identity, CostOLS)
    assert network.seed is None
    assert network.runs == ()
    assert [layer.shape for layer in network.weights] == [(3, 3), (4, 1)]


def test_forward_pass_by_hand():
    network = FFNN((2, 2, 1), RELU, identity, seed=0)
    network.weights = [np.array([[1.0, -1.0], [2.0, 3.0], [0.5, -4.0]]), np.array([[10.0], [1.0], [-1.0]])]
    # Sample (1, 2): hidden 1 + 2 + 1 = 4 and -1 + 3 - 8 = -6, cut to 0; output 10 + 4.
    hidden, output = network.layer_outputs(np.array([[1.0, 2.0]]))
    assert hidden.tolist() == [[4.0, 0.0]]
    assert output.tolist() == network.predict_proba(np.array([[1, 2]])).tolist() == [[14.0]]


def test_weights_show_the_memory_of_theta():
    network = xor_network()
    network.weights[0][0, 1] = 42.0
    assert 42.0 in network.theta
    network.theta[...] = 0.0
    assert not any(layer.any() for layer in network.weights)


def test_weights_can_be_set_and_refuse_other_shapes():
    network, other = xor_network(1), xor_network(2)
    network.weights = other.weights
    np.testing.assert_array_equal(network.theta, other.theta)
    with pytest.raises(
        ValueError, match=r"weights must be a list of arrays of shapes \[\(3, 4\), \(5, 1\)\]"
    ):
        network.weights = other.weights[:1]


def test_reset_gives_the_start_of_the_seed_and_fresh_ones_without_a_seed():
    network = xor_network(3)
    start = network.theta.copy()
    network.fit(X, XOR, Constant(0.5), epochs=3, progress=False)
    assert not np.array_equal(network.theta, start)
    network.reset_weights()
    np.testing.assert_array_equal(network.theta, start)
    unseeded = xor_network(None)
    before = unseeded.theta.copy()
    unseeded.reset_weights()
    assert not np.array_equal(unseeded.theta, before)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_a_copy_has_its_own_memory(copied):
    network = xor_network([1, 2])
    twin = copied(network)
    if copied is copy.copy:
        assert twin.theta is network.theta
        return
    twin.weights[0][...] = 0.0
    assert not np.array_equal(twin.theta, network.theta)
    twin.reset_weights()
    twin.fit(X, XOR, Adam(0.1, 0.9, 0.999), epochs=5, progress=False)
    network.fit(X, XOR, Adam(0.1, 0.9, 0.999), epochs=5, progress=False)
    np.testing.assert_array_equal(twin.theta, network.theta)


def test_a_running_training_is_not_copied_into_something_broken():
    with pytest.raises(TypeError, match="A training cannot be copied or pickled"):
        copy.deepcopy(Training(xor_network(), Constant(0.1), X, XOR))


# ---------------------------------------------------------------- decisions


def test_decisions_of_one_output_follow_the_threshold():
    network = FFNN((1, 1), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    network.weights = [np.array([[0.0], [1.0]])]
    points = np.array([[-1.0], [0.0], [0.2], [3.0]])
    assert network.predict(points).tolist() == [[0], [0], [1], [1]]
    assert network.predict(points, threshold=0.9).tolist() == [[0], [0], [0], [1]]
    assert network.predict(points, threshold=0.1).tolist() == [[1], [1], [1], [1]]
    assert network.predict(points).dtype.kind == "i"


def test_decisions_of_several_outputs_are_one_hot():
    network = FFNN((2, 3), output_func=softmax, cost_func=CostCrossEntropy, seed=0)
    points, _ = clusters(12)
    decided = network.predict(points)
    assert set(decided.ravel().tolist()) == {0, 1}
    np.testing.assert_array_equal(decided.sum(axis=1), 1)
    np.testing.assert_array_equal(decided.argmax(axis=1), network.predict_proba(points).argmax(axis=1))
    network.weights = [np.zeros((3, 3))]
    np.testing.assert_array_equal(network.predict(points), np.tile([1, 0, 0], (12, 1)))


def test_untrained_zeros_are_right_by_chance_only():
    """With all outputs equal the first class is taken, as `predict` does; ties do not count as right."""
    points, t = clusters(30)
    network = FFNN((2, 4, 3), tanh, softmax, CostCrossEntropy, seed=0, init="zeros")
    history = network.fit(points, t, Constant(1e-12), epochs=1, progress=False)
    assert history["train_accs"][0] == pytest.approx(1 / 3)


def test_a_regressor_answers_with_its_outputs():
    network = FFNN((2, 3, 2), seed=1)
    np.testing.assert_array_equal(network.predict(X), network.predict_proba(X))


def test_outputs_of_a_classifier_with_another_output_function_decide_at_one_half():
    network = FFNN((1, 1), output_func=lambda z: z + 0.0, cost_func=CostLogReg, seed=0)
    network.weights = [np.array([[0.0], [1.0]])]
    assert network.predict(np.array([[0.4], [0.6]])).tolist() == [[0], [1]]


# ---------------------------------------------------------------- layers


def test_one_activation_for_all_or_one_for_each():
    points = np.array([[0.5, -1.0]])
    network = FFNN((2, 3, 4, 1), [tanh, RELU], seed=1)
    written = plain.Network(network.weights, ("tanh", "RELU", "identity"), "CostOLS")
    for ours, theirs in zip(
        network.layer_outputs(points), plain.forward(written, points)[1][1:], strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    assert FFNN((2, 3, 4, 1), tanh).hidden_func == (tanh, tanh)
    assert FFNN((2, 1), tanh).hidden_func == ()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_inside_the_network_is_the_public_one(name):
    points = np.random.default_rng(0).normal(scale=3, size=(7, 3))
    network = FFNN((3, 4, 2), ACTIVATIONS[name], seed=1)
    z = points @ network.weights[0][1:] + network.weights[0][0]
    np.testing.assert_allclose(network.layer_outputs(points)[0], ACTIVATIONS[name](z), rtol=1e-12, atol=1e-15)


def test_functions_of_ones_own_train():
    def own_cost(target):
        return lambda prediction: anp.sum((prediction - target) ** 4) / target.shape[0]

    network = FFNN((2, 6, 1), lambda z: z / (1 + anp.abs(z)), lambda z: anp.sin(z), own_cost, seed=1)
    history = network.fit(X, XOR, Adam(0.05, 0.9, 0.999), epochs=300, progress=False)
    assert history["train_errors"][-1] < 0.01
    constant = FFNN((2, 3, 1), lambda z: anp.ones_like(z), seed=1)
    constant.fit(X, XOR, Constant(0.1), epochs=200, progress=False)
    np.testing.assert_allclose(constant.predict(X), 0.5, atol=1e-6)


# ---------------------------------------------------------------- starts


def test_every_scheme_is_tested():
    assert set(SPREADS) == set(INITIALISATIONS)


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_spread_of_the_first_weights(init):
    weights, biases = [], []
    for seed in range(200):
        (layer,) = draw((12, 5), (tanh,), init=init, rng=np.random.default_rng(seed))
        weights.append(layer[1:])
        biases.append(layer[0])
    assert np.std(weights) == pytest.approx(SPREADS[init][0], rel=0.03)
    assert np.std(biases) == pytest.approx(SPREADS[init][1], rel=0.1)
    assert abs(np.mean(weights)) < 0.03


def test_default_start_suits_each_layers_activation():
    assert {name for name, func in ACTIVATIONS.items() if default_name(func) == "he"} == {
        "RELU",
        "LRELU",
        "ELU",
        "GELU",
        "softplus",
    }
    mixed, he, xavier = (
        FFNN((9, 8, 7, 1), [RELU, tanh], seed=2, init=init) for init in (None, "he", "xavier")
    )
    np.testing.assert_array_equal(mixed.weights[0], he.weights[0])
    np.testing.assert_array_equal(mixed.weights[1], xavier.weights[1])
    np.testing.assert_array_equal(mixed.weights[2], xavier.weights[2])


def test_another_scheme_is_the_same_start_stretched():
    he, lecture = FFNN((9, 8, 1), seed=2, init="he"), FFNN((9, 8, 1), seed=2, init="lecture")
    np.testing.assert_allclose(he.weights[0][1:], lecture.weights[0][1:] * np.sqrt(2 / 9), rtol=1e-15)


def test_single_and_double_precision_start_alike():
    np.testing.assert_array_equal(
        xor_network(4, dtype=np.float32).theta, xor_network(4).theta.astype(np.float32)
    )
