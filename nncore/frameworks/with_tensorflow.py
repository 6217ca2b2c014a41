"""The recipe in low-level TensorFlow: variables, a tape, a compiled step, the update written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import tensorflow as tf

from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import formula_function
from nncore.frameworks.libraries import TENSORFLOW
from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import Peer, Rows
from nncore.schedulers import DELTA


class TensorFlowNetwork(Peer):
    """Variables, a tape and a compiled step."""

    def __init__(self, recipe: Recipe, *, defaults: bool = False) -> None:
        self.version = str(tf.__version__)
        self.notes: list[str] = []
        self.recipe = recipe
        self._dtype = tf.float32 if defaults else tf.float64
        self._layers = [(self._variable(w[1:]), self._variable(w[0])) for w in recipe.start]
        self._hidden = [self._activation(name) for name in recipe.hidden]
        self._output = self._activation(recipe.output)
        self._update = UPDATES[recipe.scheduler]
        memory = TENSORFLOW.optimiser(recipe.scheduler).memory
        self._memory = [
            [[self._variable(np.zeros_like(part)) for _ in memory] for part in (w[1:], w[0])]
            for w in recipe.start
        ]
        self._X, self._t = tf.constant(recipe.X, self._dtype), tf.constant(recipe.t, self._dtype)
        self.eta = tf.Variable(recipe.eta, dtype=self._dtype)
        self._steps = tf.Variable(0.0, dtype=tf.float64)
        rows = tf.TensorSpec([None], tf.int64)
        self._step = tf.function(self._one_step, input_signature=[rows])
        self._measure = tf.function(self._cost_and_outputs, reduce_retracing=True)

    def set_rate(self, eta: float) -> None:
        self.eta.assign(eta)

    def train(self, batches: Sequence[Rows]) -> None:
        for rows in batches:
            self._step(tf.constant(rows, tf.int64))

    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        cost, outputs = self._measure(tf.constant(X, self._dtype), tf.constant(t, self._dtype))
        return float(cost), outputs.numpy()

    def weights(self) -> list[Array]:
        return [np.vstack([b.numpy(), w.numpy()]).astype(float) for w, b in self._layers]

    def unbiased(self, mean: tf.Variable, decay: float) -> tf.Tensor:
        """Return a running mean that started at 0 without what the 0 makes of it."""
        return mean / tf.cast(1 - decay**self._steps, self._dtype)

    def _variable(self, array: Array) -> tf.Variable:
        return tf.Variable(array, dtype=self._dtype)

    def _one_step(self, rows: tf.Tensor) -> None:
        X, t = tf.gather(self._X, rows), tf.gather(self._t, rows)
        with tf.GradientTape() as tape:
            loss = self._cost(self._logits(X), t)
        gradients = tape.gradient(loss, self._layers)
        r = self.recipe
        self._steps.assign_add(1.0)
        for (w, b), (gw, gb), (mw, mb) in zip(self._layers, gradients, self._memory, strict=True):
            self._update(self, w, gw + r.lam * w + r.lam1 * tf.sign(w), mw)
            self._update(self, b, gb, mb)

    def _cost_and_outputs(self, X: tf.Tensor, t: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        z = self._logits(X)
        return self._cost(z, t), self._output(z)

    def _activation(self, name: str) -> Callable[[tf.Tensor], tf.Tensor]:
        if name == CUSTOM:
            return formula_function(self.recipe.formula, TENSORFLOW.functions_in(tf=tf))
        call = TENSORFLOW.activation(name)
        return partial(call.function(tf=tf), **call.arguments)

    def _logits(self, a: tf.Tensor) -> tf.Tensor:
        for activation, (w, b) in zip(self._hidden, self._layers[:-1], strict=True):
            a = activation(a @ w + b)
        w, b = self._layers[-1]
        return a @ w + b

    def _cost(self, z: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
        each: tf.Tensor
        if self.recipe.cost == "CostOLS":
            each = (self._output(z) - t) ** 2
        else:
            each = TENSORFLOW.losses[self.recipe.cost].function(tf=tf)(t, z)
        return tf.reduce_mean(tf.reduce_sum(tf.reshape(each, (tf.shape(t)[0], -1)), axis=1))


def _constant(net: TensorFlowNetwork, w: tf.Variable, g: tf.Tensor, memory: list[tf.Variable]) -> None:
    w.assign_sub(net.eta * g)


def _momentum(net: TensorFlowNetwork, w: tf.Variable, g: tf.Tensor, memory: list[tf.Variable]) -> None:
    (change,) = memory
    change.assign(net.recipe.momentum * change + net.eta * g)
    w.assign_sub(change)


def _adagrad(net: TensorFlowNetwork, w: tf.Variable, g: tf.Tensor, memory: list[tf.Variable]) -> None:
    (squares,) = memory
    squares.assign_add(g * g)
    w.assign_sub(net.eta * g / (tf.sqrt(squares) + DELTA))


def _adagrad_momentum(
    net: TensorFlowNetwork, w: tf.Variable, g: tf.Tensor, memory: list[tf.Variable]
) -> None:
    squares, change = memory
    squares.assign_add(g * g)
    change.assign(net.recipe.momentum * change + net.eta * g / (tf.sqrt(squares) + DELTA))
    w.assign_sub(change)


def _rms_prop(net: TensorFlowNetwork, w: tf.Variable, g: tf.Tensor, memory: list[tf.Variable]) -> None:
    (squares,) = memory
    squares.assign(net.recipe.rho * squares + (1 - net.recipe.rho) * g * g)
    w.assign_sub(net.eta * g / (tf.sqrt(squares) + DELTA))


def _adam(net: TensorFlowNetwork, w: tf.Variable, g: tf.Tensor, memory: list[tf.Variable]) -> None:
    r, (first, second) = net.recipe, memory
    first.assign(r.rho * first + (1 - r.rho) * g)
    second.assign(r.rho2 * second + (1 - r.rho2) * g * g)
    root = tf.sqrt(net.unbiased(second, r.rho2))
    w.assign_sub(net.eta * net.unbiased(first, r.rho) / (root + DELTA))


UPDATES = {
    "Constant": _constant,
    "Momentum": _momentum,
    "Adagrad": _adagrad,
    "AdagradMomentum": _adagrad_momentum,
    "RMS_prop": _rms_prop,
    "Adam": _adam,
}
"""The rule of each scheduler for one variable and its gradient."""
