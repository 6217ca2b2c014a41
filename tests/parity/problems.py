"""The three problems that other libraries' reference runs are made on.

They need NumPy and scikit-learn only, and no random stream that a new NumPy release might change: the
starting weights come from the raw integers of PCG64, whose sequence NumPy promises to keep.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

N_STEPS = 50
"""Full-batch updates in every reference run."""

N_DIGITS = 512
"""Rows of the digits that are used."""

WEIGHT_STRIDE = 37
"""Of the digits network every 37th weight is stored, to keep the file small; of the small ones, all."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Data, starting weights and the names of activation, output and cost.

    Attributes
    ----------
    X, t
        Inputs (n, features) and targets (n, outputs); one-hot rows where there are several classes.
    start
        One array a layer, (inputs + 1, outputs), biases in row 0.
    hidden, output, cost
        nncore's names.
    stride
        Every how many weights of the flat, concatenated layers are stored.
    """

    X: Array
    t: Array
    start: tuple[Array, ...]
    hidden: str
    output: str
    cost: str
    stride: int = 1

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Widths of all layers, inputs first."""
        return (self.X.shape[1], *(w.shape[1] for w in self.start))


def uniform(seed: int, shape: tuple[int, ...]) -> Array:
    """Numbers in [-1, 1) from the raw integers of PCG64."""
    raw = np.random.PCG64(seed).random_raw(int(np.prod(shape)))
    return (raw / 2.0**63 - 1.0).reshape(shape)


def start_weights(dimensions: tuple[int, ...], seed: int) -> tuple[Array, ...]:
    """Uniform weights within 1/sqrt(inputs), biases included, so that nothing starts at a special value."""
    pairs = pairwise(dimensions)
    return tuple(uniform(seed + k, (i + 1, o)) / np.sqrt(i) for k, (i, o) in enumerate(pairs))


def xor() -> Problem:
    """The truth table of XOR for 2-4-1 with tanh, sigmoid and binary cross entropy."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    t = np.array([[0.0], [1.0], [1.0], [0.0]])
    return Problem(X, t, start_weights((2, 4, 1), 10), "tanh", "sigmoid", "CostLogReg")


def digits() -> Problem:
    """The first 512 digits for 64-100-30-10 with RELU, softmax and cross entropy."""
    bunch = load_digits()
    X = bunch.data[:N_DIGITS] / 16.0
    t = np.eye(10)[bunch.target[:N_DIGITS]]
    start = start_weights((64, 100, 30, 10), 20)
    return Problem(X, t, start, "RELU", "softmax", "CostCrossEntropy", WEIGHT_STRIDE)


def curve() -> Problem:
    """A smooth surface over the plane for 2-8-1 with sigmoid and squared error."""
    X = uniform(30, (60, 2))
    t = np.sin(2 * X[:, :1]) + X[:, 1:] ** 2
    return Problem(X, t, start_weights((2, 8, 1), 40), "sigmoid", "identity", "CostOLS")


PROBLEMS = {"xor": xor, "digits": digits, "curve": curve}

SETTINGS: dict[str, dict[str, float]] = {
    "Constant": {"eta": 0.1},
    "Momentum": {"eta": 0.05, "momentum": 0.9},
    "Adagrad": {"eta": 0.05},
    "RMS_prop": {"eta": 0.003, "rho": 0.9},
    "Adam": {"eta": 0.01, "rho": 0.9, "rho2": 0.999},
}
"""Scheduler numbers of the runs, by nncore's names."""


def stored_part(problem: Problem, weights: list[Array]) -> Array:
    """The weights that are stored: all layers flattened one after another, every `stride`-th number."""
    return np.concatenate([np.asarray(w).ravel() for w in weights])[:: problem.stride]
