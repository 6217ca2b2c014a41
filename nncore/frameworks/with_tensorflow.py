"""The recipe in low-level TensorFlow: variables, a tape, a compiled step, the update written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from nncore.activations import LEAK
from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import NAMES_OF_NUMPY, formula_function
from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import Rows
from nncore.schedulers import DELTA

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": tf.sigmoid,
    "softmax": tf.nn.softmax,
    "RELU": tf.nn.relu,
    "LRELU": lambda z: tf.nn.leaky_relu(z, LEAK),
    "tanh": tf.tanh,
    "ELU": tf.nn.elu,
    "GELU": lambda z: tf.nn.gelu(z, approximate=True),
    "softplus": tf.nn.softplus,
}

FUNCTIONS = {
    **{name: getattr(tf, name) for name in NAMES_OF_NUMPY if hasattr(tf, name)},
    "log": tf.math.log,
    "erf": tf.math.erf,
    "arctan": tf.atan,
    "sigmoid": tf.sigmoid,
    "softplus": tf.nn.softplus,
    "relu": tf.nn.relu,
}
"""What a typed formula may call."""

Update = Callable[[Any, Any, list[Any], Any], None]


def _constant(recipe: Recipe) -> Update:
    def update(w: Any, g: Any, memory: list[Any], eta: Any) -> None:
        w.assign_sub(eta * g)

    return update


def _momentum(recipe: Recipe) -> Update:
    def update(w: Any, g: Any, memory: list[Any], eta: Any) -> None:
        change = memory[0]
        change.assign(recipe.momentum * change + eta * g)
        w.assign_sub(change)

    return update


def _adagrad(recipe: Recipe) -> Update:
    def update(w: Any, g: Any, memory: list[Any], eta: Any) -> None:
        squares = memory[0]
        squares.assign_add(g * g)
        w.assign_sub(eta * g / (tf.sqrt(squares) + DELTA))

    return update


def _adagrad_momentum(recipe: Recipe) -> Update:
    def update(w: Any, g: Any, memory: list[Any], eta: Any) -> None:
        squares, change = memory
        squares.assign_add(g * g)
        change.assign(recipe.momentum * change + eta * g / (tf.sqrt(squares) + DELTA))
        w.assign_sub(change)

    return update


def _rms_prop(recipe: Recipe) -> Update:
    def update(w: Any, g: Any, memory: list[Any], eta: Any) -> None:
        squares = memory[0]
        squares.assign(recipe.rho * squares + (1 - recipe.rho) * g * g)
        w.assign_sub(eta * g / (tf.sqrt(squares) + DELTA))

    return update


def _adam(recipe: Recipe) -> Update:
    def update(w: Any, g: Any, memory: list[Any], eta: Any) -> None:
        first, second, power, power2 = memory
        first.assign(recipe.rho * first + (1 - recipe.rho) * g)
        second.assign(recipe.rho2 * second + (1 - recipe.rho2) * g * g)
        power.assign(power * recipe.rho)
        power2.assign(power2 * recipe.rho2)
        w.assign_sub(eta * (first / (1 - power)) / (tf.sqrt(second / (1 - power2)) + DELTA))

    return update


UPDATES: dict[str, tuple[Callable[[Recipe], Update], str]] = {
    "Constant": (_constant, ""),
    "Momentum": (_momentum, "0"),
    "Adagrad": (_adagrad, "0"),
    "AdagradMomentum": (_adagrad_momentum, "00"),
    "RMS_prop": (_rms_prop, "0"),
    "Adam": (_adam, "0011"),
}
"""The rule of a scheduler, and what each tensor of its memory starts at."""


class TensorFlowNetwork:
    """Variables, a tape and a compiled step."""

    def __init__(self, recipe: Recipe, *, defaults: bool = False) -> None:
        self.version = str(tf.__version__)
        self.notes: list[str] = []
        self.recipe = recipe
        self._dtype = tf.float32 if defaults else tf.float64
        self._layers = [(self._variable(w[1:]), self._variable(w[0])) for w in recipe.start]
        make, starts = UPDATES[recipe.scheduler]
        self._update = make(recipe)
        fill = {"0": np.zeros_like, "1": np.ones_like}
        self._memory = [
            [[self._variable(fill[c](part)) for c in starts] for part in (w[1:], w[0])] for w in recipe.start
        ]
        self._X, self._t = tf.constant(recipe.X, self._dtype), tf.constant(recipe.t, self._dtype)
        self._eta = tf.Variable(recipe.eta, dtype=self._dtype)
        rows = tf.TensorSpec([None], tf.int64)
        self._step = tf.function(self._one_step, input_signature=[rows])
        self._measure = tf.function(self._cost_and_outputs, reduce_retracing=True)

    def set_rate(self, eta: float) -> None:
        """Use this learning rate from the next mini-batch on."""
        self._eta.assign(eta)

    def train(self, batches: Sequence[Rows]) -> None:
        """Take one step for each of these mini-batches."""
        for rows in batches:
            self._step(tf.constant(rows, tf.int64))

    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        """Cost of these rows without penalty, and the outputs (n, outputs)."""
        cost, outputs = self._measure(tf.constant(X, self._dtype), tf.constant(t, self._dtype))
        return float(cost), outputs.numpy()

    def weights(self) -> list[Array]:
        """A copy of the weights, one array (inputs + 1, outputs) a layer, biases in row 0."""
        return [np.vstack([b.numpy(), w.numpy()]).astype(float) for w, b in self._layers]

    def _variable(self, array: Array) -> Any:
        return tf.Variable(array, dtype=self._dtype)

    def _one_step(self, rows: Any) -> None:
        X, t = tf.gather(self._X, rows), tf.gather(self._t, rows)
        with tf.GradientTape() as tape:
            loss = self._cost(self._logits(X), t)
        gradients = tape.gradient(loss, self._layers)
        r = self.recipe
        for (w, b), (gw, gb), (mw, mb) in zip(self._layers, gradients, self._memory, strict=True):
            self._update(w, gw + r.lam * w + r.lam1 * tf.sign(w), mw, self._eta)
            self._update(b, gb, mb, self._eta)

    def _cost_and_outputs(self, X: Any, t: Any) -> tuple[Any, Any]:
        z = self._logits(X)
        return self._cost(z, t), ACTIVATIONS[self.recipe.output](z)

    def _activation(self, name: str) -> Any:
        return ACTIVATIONS[name] if name != CUSTOM else formula_function(self.recipe.formula, FUNCTIONS)

    def _logits(self, a: Any) -> Any:
        for name, (w, b) in zip(self.recipe.hidden, self._layers[:-1], strict=True):
            a = self._activation(name)(a @ w + b)
        w, b = self._layers[-1]
        return a @ w + b

    def _cost(self, z: Any, t: Any) -> Any:
        output, cost = self.recipe.output, self.recipe.cost
        if cost == "CostOLS":
            each = tf.reduce_sum((ACTIVATIONS[output](z) - t) ** 2, axis=1)
        elif (output, cost) == ("sigmoid", "CostLogReg"):
            each = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(t, z), axis=1)
        else:
            each = tf.nn.softmax_cross_entropy_with_logits(t, z)
        return tf.reduce_mean(each)
