"""The recipe in Keras: `keras.Sequential`, `compile`, one `train_on_batch` a mini-batch, float64.

Keras computes parts of its optimisers in float32 whatever the weights are in, and keeps epsilon elsewhere
than nncore does. Numbers handed over as `numpy.float64` stay exact; the place of epsilon takes a subclass of
a few lines. Read from Keras 3.15, `keras/src/optimizers`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets on stderr otherwise

import keras
from keras import ops

from nncore.experiment.fields import CUSTOM
from nncore.frameworks import with_keras_optimisers
from nncore.frameworks.formulas import formula_function
from nncore.frameworks.libraries import KERAS
from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import Peer, Rows

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


class KerasNetwork(Peer):
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

    def set_rate(self, eta: float) -> None:
        self._model.optimizer.learning_rate = eta

    def train(self, batches: Sequence[Rows]) -> None:
        with float_type(self._floatx):
            for rows in batches:
                self._model.train_on_batch(self.recipe.X[rows], self.recipe.t[rows])

    def evaluate(self, X: Array, t: Array) -> tuple[float, Array]:
        with float_type(self._floatx):
            z = self._model(ops.convert_to_tensor(X, self._floatx), training=False)
            cost = self._cost(ops.convert_to_tensor(t, self._floatx), z)
            return float(ops.mean(cost)), ops.convert_to_numpy(self._activation(self.recipe.output)(z))

    def weights(self) -> list[Array]:
        pairs = (layer.get_weights() for layer in self._model.layers)
        return [np.vstack([bias, kernel]).astype(float) for kernel, bias in pairs]

    def _activation(self, name: str) -> Callable[[keras.KerasTensor], keras.KerasTensor]:
        if name == CUSTOM:
            return formula_function(self.recipe.formula, KERAS.functions_in(keras=keras))
        call = KERAS.activation(name)
        return partial(call.function(keras=keras), **call.arguments)

    def _build(self, defaults: bool) -> keras.Sequential:
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

    def _cost(self, t: keras.KerasTensor, z: keras.KerasTensor) -> keras.KerasTensor:
        """Cost of every row, from the last pre-activations; Keras takes the mean."""
        if self.recipe.cost == "CostOLS":
            return ops.sum(ops.square(self._activation(self.recipe.output)(z) - t), axis=1)
        if self.recipe.cost == "CostLogReg":
            return ops.sum(ops.binary_crossentropy(t, z, from_logits=True), axis=1)
        return ops.categorical_crossentropy(t, z, from_logits=True)

    def _optimiser_like_ours(self) -> keras.Optimizer:
        r, found = self.recipe, KERAS.optimiser(self.recipe.scheduler)
        if found.subclasses:
            self.notes.append(EPSILON_NOTE)
            call = found.subclass(r)
            make = getattr(with_keras_optimisers, call.path)
        else:
            call = found.call(r)
            make = call.function(keras=keras)
        # Plain numbers would be rounded to float32.
        exact = {name: np.array(value)[()] for name, value in call.arguments.items()}
        return make(r.eta, **exact)

    def _default_optimiser(self) -> keras.Optimizer:
        call = KERAS.optimiser(self.recipe.scheduler).default(self.recipe)
        return call.function(keras=keras)(self.recipe.eta, **call.arguments)
