"""The recipe in Keras: `keras.Sequential`, `compile`, one `train_on_batch` a mini-batch, float64.

Keras computes parts of its optimisers in float32 whatever the weights are in, and keeps epsilon elsewhere
than nncore does. Numbers handed over as `numpy.float64` stay exact; the place of epsilon takes a subclass of
a few lines. Read from Keras 3.15, `keras/src/optimizers`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets on stderr otherwise

import keras
from keras import ops

from nncore.activations import LEAK
from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import NAMES_OF_NUMPY, formula_function
from nncore.frameworks.recipe import Array, Recipe, Unsupported
from nncore.frameworks.running import Rows
from nncore.schedulers import DELTA

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": ops.sigmoid,
    "softmax": ops.softmax,
    "RELU": ops.relu,
    "LRELU": lambda z: ops.leaky_relu(z, negative_slope=LEAK),
    "tanh": ops.tanh,
    "ELU": ops.elu,
    "GELU": lambda z: ops.gelu(z, approximate=True),
    "softplus": ops.softplus,
}

FUNCTIONS = {
    **{name: getattr(ops, name) for name in NAMES_OF_NUMPY},
    "sigmoid": ops.sigmoid,
    "softplus": ops.softplus,
    "relu": ops.relu,
}
"""What a typed formula may call."""

EPSILON_NOTE = (
    "Keras keeps epsilon inside the root (RMSprop, Adagrad) or before the bias correction (Adam) and some "
    "constants in float32: a subclass of its optimiser puts them where nncore has them."
)


@contextmanager
def float_type(name: str) -> Iterator[None]:
    """Have Keras make new layers, losses and optimisers in this precision, and put its own back."""
    before, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(name)
    # Keras derives its policy from the float type once, and then keeps it.
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_floatx(before)
        keras.config.set_dtype_policy(policy)


class Adagrad(keras.optimizers.Adagrad):
    """Keras's Adagrad with epsilon outside the root."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Change one variable."""
        squares = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(squares, gradient * gradient)
        self.assign_sub(variable, learning_rate * gradient / (ops.sqrt(squares) + self.epsilon))


class RMSprop(keras.optimizers.RMSprop):
    """Keras's RMSprop with epsilon outside the root."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Change one variable."""
        squares = self._velocities[self._get_variable_index(variable)]
        self.assign(squares, squares * self.rho + gradient * gradient * (1 - self.rho))
        self.assign_sub(variable, learning_rate * gradient / (ops.sqrt(squares) + self.epsilon))


class Adam(keras.optimizers.Adam):
    """Keras's Adam with epsilon after the bias correction."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Change one variable."""
        step = ops.cast(self.iterations + 1, variable.dtype)
        index = self._get_variable_index(variable)
        first, second = self._momentums[index], self._velocities[index]
        self.assign(first, first * self.beta_1 + gradient * (1 - self.beta_1))
        self.assign(second, second * self.beta_2 + gradient * gradient * (1 - self.beta_2))
        corrected = first / (1 - ops.power(self.beta_1, step))
        root = ops.sqrt(second / (1 - ops.power(self.beta_2, step)))
        self.assign_sub(variable, learning_rate * corrected / (root + self.epsilon))


class KerasNetwork:
    """A `keras.Sequential` of `Dense` layers."""

    def __init__(self, recipe: Recipe, *, defaults: bool = False) -> None:
        self.version = f"{keras.__version__} on {keras.backend.backend()}"
        self.recipe = recipe
        self.notes: list[str] = []
        self._floatx = "float32" if defaults else "float64"
        with float_type(self._floatx):
            optimiser = self._default_optimiser() if defaults else self._optimiser_like_ours()
            self._model = self._build(defaults)
            # XLA would take a second to compile, for each size of batch.
            self._model.compile(optimizer=optimiser, loss=self._cost, jit_compile=False)
        if not defaults and recipe.scheduler in ("Adagrad", "RMS_prop", "Adam"):
            self.notes.append(EPSILON_NOTE)

    def set_rate(self, eta: float) -> None:
        """Use this learning rate from the next mini-batch on."""
        self._model.optimizer.learning_rate = eta

    def train(self, batches: Sequence[Rows]) -> None:
        """Take one step for each of these mini-batches."""
        with float_type(self._floatx):
            for rows in batches:
                self._model.train_on_batch(self.recipe.X[rows], self.recipe.t[rows])

    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        """Cost of these rows without penalty, and the outputs (n, outputs)."""
        with float_type(self._floatx):
            z = self._model(ops.convert_to_tensor(X, self._floatx), training=False)
            cost = self._cost(ops.convert_to_tensor(t, self._floatx), z)
            return float(ops.mean(cost)), ops.convert_to_numpy(ACTIVATIONS[self.recipe.output](z))

    def weights(self) -> list[Array]:
        """A copy of the weights, one array (inputs + 1, outputs) a layer, biases in row 0."""
        pairs = (layer.get_weights() for layer in self._model.layers)
        return [np.vstack([bias, kernel]).astype(float) for kernel, bias in pairs]

    def _activation(self, name: str) -> Any:
        if name != CUSTOM:
            return ACTIVATIONS[name]
        return formula_function(self.recipe.formula, FUNCTIONS)

    def _build(self, defaults: bool) -> Any:
        r = self.recipe
        # Keras's L2 is lam times the sum of squares, whose gradient is twice nncore's.
        l2 = r.lam if defaults else r.lam / 2
        penalty = (
            keras.regularizers.L1L2(l1=np.float64(r.lam1), l2=np.float64(l2)) if r.lam or r.lam1 else None
        )
        model = keras.Sequential([keras.Input((r.dimensions[0],))])
        for width, name in zip(r.dimensions[1:], (*r.hidden, "identity"), strict=True):
            model.add(
                keras.layers.Dense(width, activation=self._activation(name), kernel_regularizer=penalty)
            )
        for layer, w in zip(model.layers, r.start, strict=True):
            layer.set_weights([w[1:], w[0]])
        return model

    def _cost(self, t: Any, z: Any) -> Any:
        """Cost of every row, from the last pre-activations; Keras takes the mean."""
        output, cost = self.recipe.output, self.recipe.cost
        if cost == "CostOLS":
            return ops.sum(ops.square(ACTIVATIONS[output](z) - t), axis=1)
        if (output, cost) == ("sigmoid", "CostLogReg"):
            return ops.sum(ops.binary_crossentropy(t, z, from_logits=True), axis=1)
        return ops.categorical_crossentropy(t, z, from_logits=True)

    def _optimiser_like_ours(self) -> Any:
        r, exact = self.recipe, np.float64
        rest = {"learning_rate": r.eta, "epsilon": DELTA}
        makers = {
            "Constant": lambda: keras.optimizers.SGD(r.eta),
            "Momentum": lambda: keras.optimizers.SGD(r.eta, momentum=exact(r.momentum)),
            "Adagrad": lambda: Adagrad(initial_accumulator_value=0.0, **rest),
            "RMS_prop": lambda: RMSprop(rho=exact(r.rho), **rest),
            "Adam": lambda: Adam(beta_1=exact(r.rho), beta_2=exact(r.rho2), **rest),
        }
        if r.scheduler not in makers:
            raise Unsupported(f"Keras has no optimiser like {r.scheduler}.")
        return makers[r.scheduler]()

    def _default_optimiser(self) -> Any:
        r = self.recipe
        makers = {
            "Constant": lambda: keras.optimizers.SGD(r.eta),
            "Momentum": lambda: keras.optimizers.SGD(r.eta, momentum=r.momentum),
            "Adagrad": lambda: keras.optimizers.Adagrad(r.eta),
            "RMS_prop": lambda: keras.optimizers.RMSprop(r.eta),
            "Adam": lambda: keras.optimizers.Adam(r.eta),
        }
        if r.scheduler not in makers:
            raise Unsupported(f"Keras has no optimiser like {r.scheduler}.")
        return makers[r.scheduler]()
