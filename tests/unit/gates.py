"""XOR and small helpers that the tests of training share."""

import numpy as np

from nncore import FFNN, Adam, CostLogReg, Training, sigmoid, tanh

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])


def xor_network(seed=7, dims=(2, 4, 1), **settings):
    return FFNN(dims, tanh, sigmoid, CostLogReg, seed, **settings)


def xor_training(seed=7, scheduler=None, **settings):
    return Training(xor_network(seed), scheduler or Adam(0.1, 0.9, 0.999), X, XOR, **settings)


def clusters(n=30, n_classes=3, seed=0):
    """Return X (n, 2) and one-hot t (n, n_classes): overlapping clouds around points on a circle."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % n_classes
    angle = 2 * np.pi * labels / n_classes
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.3 * rng.normal(size=(n, 2)), np.eye(
        n_classes
    )[labels]


def assert_same(one, other):
    """Fail unless two histories agree to the last bit, NaN for NaN."""
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)
