"""The same training in other libraries, each written as its own manual would; a missing library is named."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Problem:
    """One training, for all libraries: Adam, mean cross entropy, shuffled every epoch."""

    name: str
    """Row of the table."""
    X: np.ndarray
    t: np.ndarray
    """`X` and `t`, array (n_samples, n_features), array (n_samples, n_outputs): training set; one output of
    0/1, or one-hot rows."""
    hidden: tuple[int, ...]
    """Widths of the hidden layers."""
    activation: str
    """``"tanh"`` or ``"relu"``, inside."""
    batch: int
    """Samples in a mini-batch; all of them where there are no more."""
    eta: float
    """Learning rate."""
    runs: int = 1
    """Networks to be trained."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of all layers."""
        return (self.X.shape[1], *self.hidden, self.t.shape[1])

    @property
    def labels(self) -> np.ndarray:
        """Class of every sample."""
        return self.t.argmax(axis=1) if self.t.shape[1] > 1 else self.t[:, 0].astype(int)


Runner = Callable[[int], None]


def sklearn_runner(problem: Problem, dtype: Any) -> Runner:
    """Return scikit-learn's MLPClassifier, told never to stop early."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    X, labels = problem.X.astype(dtype), problem.labels

    def run(epochs: int) -> None:
        network = MLPClassifier(
            problem.hidden,
            activation=problem.activation,
            batch_size=min(problem.batch, len(X)),
            learning_rate_init=problem.eta,
            alpha=0.0,
            max_iter=epochs,
            tol=0.0,
            n_iter_no_change=epochs + 1,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(X, labels)

    return run


def torch_runner(problem: Problem, dtype: Any) -> Runner:
    """Return the usual PyTorch loop: eager, batches by a random permutation, the loss read once a batch."""
    import torch

    torch.set_num_threads(1)
    kind = torch.float64 if dtype == np.float64 else torch.float32
    inside = torch.nn.Tanh if problem.activation == "tanh" else torch.nn.ReLU
    layers: list[Any] = []
    for n_in, n_out in zip(problem.widths[:-1], problem.widths[1:], strict=True):
        layers += [torch.nn.Linear(n_in, n_out, dtype=kind), inside()]
    network = torch.nn.Sequential(*layers[:-1])
    X = torch.tensor(problem.X, dtype=kind)
    several = problem.t.shape[1] > 1
    t = torch.tensor(problem.labels) if several else torch.tensor(problem.t, dtype=kind)
    cost = torch.nn.CrossEntropyLoss() if several else torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=problem.eta)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            total = 0.0
            order = torch.randperm(len(X))
            for start in range(0, len(X), problem.batch):
                rows = order[start : start + problem.batch]
                optimizer.zero_grad()
                loss = cost(network(X[rows]), t[rows])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)

    return run


def keras_runner(problem: Problem, dtype: Any) -> Runner:
    """Return Keras' own ``fit`` on the TensorFlow backend."""
    import keras
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    kind = np.dtype(dtype).name
    several = problem.t.shape[1] > 1
    network = keras.Sequential(
        [
            keras.Input((problem.X.shape[1],), dtype=kind),
            *(keras.layers.Dense(n, activation=problem.activation, dtype=kind) for n in problem.hidden),
            keras.layers.Dense(
                problem.t.shape[1], activation="softmax" if several else "sigmoid", dtype=kind
            ),
        ]
    )
    cost = "categorical_crossentropy" if several else "binary_crossentropy"
    network.compile(optimizer=keras.optimizers.Adam(problem.eta), loss=cost, metrics=["accuracy"])
    X, t = problem.X.astype(dtype), problem.t.astype(dtype)

    def run(epochs: int) -> None:
        network.fit(X, t, batch_size=problem.batch, epochs=epochs, verbose=0)

    return run


def jax_runner(problem: Problem, dtype: Any) -> Runner:
    """Return a jitted Adam step in jax, one call for each mini-batch; the first call compiles."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", dtype == np.float64)
    rng = np.random.default_rng(0)
    shapes = zip(problem.widths[:-1], problem.widths[1:], strict=True)
    start = [(rng.normal(size=(i, o), scale=i**-0.5).astype(dtype), np.zeros(o, dtype)) for i, o in shapes]
    inside = jnp.tanh if problem.activation == "tanh" else jax.nn.relu
    several = problem.t.shape[1] > 1

    def cost(layers: Any, X: Any, t: Any) -> Any:
        for weights, bias in layers[:-1]:
            X = inside(X @ weights + bias)
        z = X @ layers[-1][0] + layers[-1][1]
        if several:
            return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.sum(t * z, axis=1))
        return jnp.mean(jnp.logaddexp(0.0, z) - t * z)

    @jax.jit
    def step(state: Any, X: Any, t: Any) -> Any:
        layers, first, second, count = state
        value, slope = jax.value_and_grad(cost)(layers, X, t)
        count = count + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
        change = jax.tree.map(
            lambda m, v: (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8), first, second
        )
        return (jax.tree.map(lambda w, c: w - problem.eta * c, layers, change), first, second, count), value

    blank = jax.tree.map(np.zeros_like, start)
    held = [(start, blank, blank, 0)]

    def run(epochs: int) -> None:
        for _ in range(epochs):
            order = rng.permutation(len(problem.X))
            for begin in range(0, len(order), problem.batch):
                rows = order[begin : begin + problem.batch]
                held[0], value = step(held[0], problem.X[rows].astype(dtype), problem.t[rows].astype(dtype))
            value.block_until_ready()

    return run


PEERS: dict[str, tuple[str, Callable[[Problem, Any], Runner]]] = {
    "scikit-learn": ("sklearn", sklearn_runner),
    "PyTorch": ("torch", torch_runner),
    "Keras": ("keras", keras_runner),
    "jax": ("jax", jax_runner),
}
"""Peer: the module that must be installed, and what makes its runner."""


def available(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of the peers can be imported here, and which are missing."""
    there = [name for name in names if importlib.util.find_spec(PEERS[name][0]) is not None]
    return there, [name for name in names if name not in there]
