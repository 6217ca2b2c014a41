"""The cells of the lecture's chapter, typed after `from nncore import *`: each runs, and learns."""

# ruff: noqa: F405 - that line is what is tested; every name in this file comes from it

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

import nncore
from nncore import *  # noqa: F403

LECTURE_NAMES = {
    *("Scheduler", "Constant", "Momentum", "Adagrad", "AdagradMomentum", "RMS_prop", "Adam"),
    *("CostOLS", "CostLogReg", "CostCrossEntropy"),
    *("identity", "sigmoid", "softmax", "RELU", "LRELU", "derivate"),
    *("FFNN", "onehot"),
}

GATES = {
    "AND": [0, 0, 0, 1],
    "OR": [0, 1, 1, 1],
    "NAND": [1, 1, 1, 0],
    "NOR": [1, 0, 0, 0],
    "XOR": [0, 1, 1, 0],
    "XNOR": [1, 0, 0, 1],
}
INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)


def test_every_name_of_the_lecture_is_there():
    assert set(nncore.__all__) >= LECTURE_NAMES
    assert all(name in globals() for name in nncore.__all__)


def test_schedulers_alone():
    scheduler = Adam(eta=1e-3, rho=0.9, rho2=0.999)
    rng = np.random.default_rng(0)
    theta = np.zeros((3, 3))
    for _ in range(10):
        change = scheduler.update_change(rng.random((3, 3)))
        assert change.shape == (3, 3)
        theta -= change
    scheduler.reset()
    assert np.all(theta < 0)


def test_costs_under_autograd():
    target, a = np.array([[1, 2, 3]]).T, np.array([[4, 5, 6]]).T
    derivative = grad(CostCrossEntropy(target))
    np.testing.assert_allclose(derivative(a), -np.array([[1 / 4, 2 / 5, 3 / 6]]).T / 3)


def test_activations_under_derivate():
    z = np.array([[4.0, 5.0, 6.0]]).T
    np.testing.assert_allclose(derivate(sigmoid)(z), np.exp(-z) / (1 + np.exp(-z)) ** 2, rtol=1e-12)
    np.testing.assert_allclose(derivate(lambda z: anp.sin(z))(z), np.cos(z))


def surface(degree=2, n=40):
    """The lecture's regression: a noisy polynomial of two variables and its design matrix."""
    rng = np.random.default_rng(2023)
    x, y = rng.random(n), rng.random(n)
    target = 2 + 3 * x - y + x * y + 0.1 * rng.normal(size=n)
    columns = [x**i * y ** (total - i) for total in range(1, degree + 1) for i in range(total + 1)]
    return np.stack(columns, axis=1), target.reshape(-1, 1)


@pytest.mark.parametrize("lam", [0, 1e-4])
def test_regression_on_a_polynomial_design_matrix(lam, capsys):
    X, t = surface()
    X_train, X_val, t_train, t_val = train_test_split(X, t, random_state=0)
    linear_regression = FFNN((X.shape[1], 1), output_func=identity, cost_func=CostOLS, seed=2023)
    linear_regression.reset_weights()
    scores = linear_regression.fit(
        X_train, t_train, Constant(eta=1e-3), lam=lam, epochs=1000, X_val=X_val, t_val=t_val
    )
    assert set(scores) == {"train_errors", "val_errors"}
    assert scores["train_errors"].shape == scores["val_errors"].shape == (1000,)
    assert np.all(np.diff(scores["train_errors"]) < 0)
    assert scores["train_errors"][-1] < 0.2 * scores["train_errors"][0]
    assert "epoch 1000/1000" in capsys.readouterr().out


def wisconsin():
    X, t = load_breast_cancer(return_X_y=True)
    split = train_test_split(X, t.reshape(-1, 1), random_state=2023)
    scaler = MinMaxScaler().fit(split[0])
    return scaler.transform(split[0]), scaler.transform(split[1]), split[2], split[3]


def test_binary_classification_without_a_hidden_layer():
    X_train, X_val, t_train, t_val = wisconsin()
    logistic_regression = FFNN(dimensions=(30, 1), output_func=sigmoid, cost_func=CostLogReg, seed=2023)
    logistic_regression.reset_weights()
    scores = logistic_regression.fit(
        X_train,
        t_train,
        Adam(eta=1e-3, rho=0.9, rho2=0.999),
        batches=1,
        epochs=1000,
        X_val=X_val,
        t_val=t_val,
    )
    assert set(scores) == {"train_errors", "val_errors", "train_accs", "val_accs"}
    assert scores["val_accs"][-1] > 0.85


def test_binary_classification_with_hidden_layers():
    X_train, X_val, t_train, t_val = wisconsin()
    neural_network = FFNN(
        (30, 100, 30, 1), hidden_func=RELU, output_func=sigmoid, cost_func=CostLogReg, seed=2023
    )
    neural_network.reset_weights()
    scores = neural_network.fit(
        X_train, t_train, Adam(eta=1e-4, rho=0.9, rho2=0.999), epochs=1000, X_val=X_val, t_val=t_val
    )
    assert scores["val_accs"][-1] > 0.93
    assert set(np.unique(neural_network.predict(X_val))) <= {0, 1}


def test_multiclass_classification_of_digits():
    digits = load_digits()
    X, t = digits.data / 16, onehot(digits.target)
    X_train, X_val, t_train, t_val = train_test_split(X, t, random_state=2023)
    network = FFNN((64, 100, 30, 10), LRELU, softmax, CostCrossEntropy, seed=2023)
    network.reset_weights()
    scores = network.fit(
        X_train, t_train, Adam(eta=1e-4, rho=0.9, rho2=0.999), batches=40, epochs=60, X_val=X_val, t_val=t_val
    )
    assert scores["val_accs"][-1] > 0.9
    assert scores["train_errors"][-1] < 0.25 * scores["train_errors"][0]
    assert network.predict(X_val).shape == t_val.shape


@pytest.mark.parametrize("gate", GATES)
def test_logic_gates_by_logistic_regression(gate):
    """2-1 can represent every gate but XOR and XNOR: those stay at three right answers of four, at best."""
    target = np.array(GATES[gate]).reshape(-1, 1)
    network = FFNN((2, 1), output_func=sigmoid, cost_func=CostLogReg, seed=2023)
    network.reset_weights()
    scores = network.fit(INPUTS, target, Adam(eta=1e-1, rho=0.9, rho2=0.999), epochs=1000)
    if gate in ("XOR", "XNOR"):
        assert scores["train_accs"].max() <= 0.75
        assert scores["train_errors"].min() >= np.log(2) - 1e-12
    else:
        assert scores["train_accs"][-1] == 1.0
        assert scores["train_errors"][-1] < 0.05


@pytest.mark.parametrize("gate", GATES)
def test_a_hidden_layer_learns_every_gate(gate):
    target = np.array(GATES[gate]).reshape(-1, 1)
    network = FFNN((2, 4, 1), tanh, sigmoid, CostLogReg, seed=7)
    scores = network.fit(INPUTS, target, Adam(eta=1e-1, rho=0.9, rho2=0.999), epochs=300)
    np.testing.assert_array_equal(network.predict(INPUTS), target)
    assert scores["train_errors"][-1] < 0.05


def test_the_result_depends_strongly_on_the_learning_rate():
    target = np.array(GATES["AND"]).reshape(-1, 1)
    rates = np.array([1e-4, 1e-3, 1e-2, 1e-1, 1.0])
    network = FFNN((2, 1), output_func=sigmoid, cost_func=CostLogReg, seed=[2023] * 5)
    scores = network.fit(INPUTS, target, Adam(eta=rates, rho=0.9, rho2=0.999), epochs=1000)
    final = scores["train_errors"][:, -1]
    assert np.all(np.diff(final) < 0)
    assert final[0] > 10 * final[-1]


def test_onehot_rows():
    np.testing.assert_array_equal(onehot(np.array([1, 0, 3])), [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    assert onehot(load_digits().target).shape == (1797, 10)


def test_the_pytorch_example_in_this_library():
    """8-12-8-1 with RELU inside and a sigmoid at the end, on a table of features and a 0/1 target."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(200, 8))
    target = (table[:, 0] + table[:, 1] * table[:, 2] > 0).astype(int).reshape(-1, 1)
    network = FFNN((8, 12, 8, 1), RELU, sigmoid, CostLogReg, seed=1)
    scores = network.fit(table, target, Adam(1e-3, 0.9, 0.999), batches=20, epochs=60)
    assert scores["train_accs"][-1] > 0.85
