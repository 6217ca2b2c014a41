"""Keras's optimisers with epsilon where nncore and PyTorch have it, added to the finished root.

The adapter trains with them, and programs carry their source. Read from Keras 3.15, `keras/src/optimizers`.
"""

from __future__ import annotations

import keras
import numpy as np


class Adagrad(keras.optimizers.Adagrad):
    """Keras's Adagrad with epsilon outside the root."""

    def update_step(
        self, g: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.Variable
    ) -> None:
        squares = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(squares, g * g)
        self.assign_sub(variable, learning_rate * g / (keras.ops.sqrt(squares) + self.epsilon))


class RMSprop(keras.optimizers.RMSprop):
    """Keras's RMSprop with epsilon outside the root."""

    def update_step(
        self, g: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.Variable
    ) -> None:
        squares = self._velocities[self._get_variable_index(variable)]
        self.assign(squares, squares * self.rho + g * g * (1 - self.rho))
        self.assign_sub(variable, learning_rate * g / (keras.ops.sqrt(squares) + self.epsilon))


class Adam(keras.optimizers.Adam):
    """Keras's Adam with epsilon after the bias correction."""

    def update_step(
        self, g: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.Variable
    ) -> None:
        m = self._momentums[self._get_variable_index(variable)]
        v = self._velocities[self._get_variable_index(variable)]
        self.assign(m, m * self.beta_1 + g * (1 - self.beta_1))
        self.assign(v, v * self.beta_2 + g * g * (1 - self.beta_2))
        first = m / self.share(self.beta_1, m.dtype)
        second = v / self.share(self.beta_2, v.dtype)
        self.assign_sub(variable, learning_rate * first / (keras.ops.sqrt(second) + self.epsilon))

    def share(self, decay: float, dtype: str) -> keras.KerasTensor:
        """What a mean has seen since it started at 0; in 64 bits: 1 - 0.999 would lose three digits."""
        step = keras.ops.cast(self.iterations + 1, "float64")
        return keras.ops.cast(1 - keras.ops.power(np.float64(decay), step), dtype)
