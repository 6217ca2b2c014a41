"""Products of a network's Hessian with vectors, exact to rounding.

One pass forward and back notes everything that does not depend on the vector: values, slopes and bends of all
layers at one place. A product then carries the change of every number along the vector through both passes.

Source: B. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994), 147-160.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.core import make_vjp

from nncore.activations import (
    ELU,
    GELU,
    GELU_FLAT,
    GELU_INNER,
    GELU_SCALE,
    LEAK,
    LRELU,
    RELU,
    Activation,
    identity,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from nncore.arrays import Array
from nncore.costs import CostCrossEntropy, CostLogReg, CostOLS
from nncore.machinery.buffers import Engine
from nncore.machinery.kernels import as_rows
from nncore.machinery.output import COST_RULES, OutputLayer
from nncore.machinery.pieces import PIECE_NUMBERS, TRACED_NUMBERS, WHOLE_NUMBERS, cuts, pause, product

Change = Callable[[Array], Array]
"""The change of one array to that of another, both (*runs, width, n_samples)."""
Bends = tuple[Array, Array, Array]
"""Value, slope and second derivative of an activation, element by element."""


def _sigmoid(z: Array) -> Bends:
    a, rest = sigmoid(z), sigmoid(-z)
    return a, a * rest, a * rest * (rest - a)


def _tanh(z: Array) -> Bends:
    a = tanh(z)
    slope = 1.0 - a * a
    return a, slope, -2.0 * a * slope


def _relu(z: Array) -> Bends:
    return RELU(z), (z > 0.0).astype(float), np.zeros_like(z)


def _lrelu(z: Array) -> Bends:
    return LRELU(z), np.where(z > 0.0, 1.0, LEAK), np.zeros_like(z)


def _elu(z: Array) -> Bends:
    a, below = ELU(z), np.exp(np.minimum(z, 0.0))
    return a, below, np.where(z > 0.0, 0.0, below)


def _softplus(z: Array) -> Bends:
    up = sigmoid(z)
    return softplus(z), up, up * sigmoid(-z)


def _gelu(z: Array) -> Bends:
    inside = np.clip(z, -GELU_FLAT, GELU_FLAT)
    bend = np.tanh(GELU_SCALE * (inside + GELU_INNER * inside**3))
    rise = GELU_SCALE * (1.0 + 3.0 * GELU_INNER * inside**2)
    turn = GELU_SCALE * 6.0 * GELU_INNER * inside
    flat = 1.0 - bend * bend
    second = flat * rise + 0.5 * inside * flat * (turn - 2.0 * bend * rise * rise)
    return GELU(z), 0.5 * (1.0 + bend) + 0.5 * inside * flat * rise, second


BENDS: Mapping[Activation, Callable[[Array], Bends]] = MappingProxyType(
    {
        identity: lambda z: (z, np.ones_like(z), np.zeros_like(z)),
        sigmoid: _sigmoid,
        RELU: _relu,
        LRELU: _lrelu,
        tanh: _tanh,
        ELU: _elu,
        GELU: _gelu,
        softplus: _softplus,
    }
)
"""Value, slope and second derivative of the activations that work element by element."""


class Layer(Protocol):
    """An activation at one place z (*runs, width, n_samples)."""

    value: Array

    def push(self, change: Array) -> Array:
        """Return how the values change when z does."""

    def pull(self, slope: Array) -> Array:
        """Return the derivative by z, given the one by the values."""

    def turn(self, slope: Array) -> Change:
        """Return the map from a change of z to that of `pull(slope)`."""


class _Elementwise:
    def __init__(self, bends: Bends) -> None:
        self.value, self._slope, self._second = bends

    def push(self, change: Array) -> Array:
        return self._slope * change

    pull = push

    def turn(self, slope: Array) -> Change:
        factor = slope * self._second
        return lambda change: factor * change


def _traced(function: Callable[[Array], object], rows: Array) -> tuple[Callable[[Array], Array], Array]:
    """Return the way back through a function, and its value.

    Raises
    ------
    ValueError
        When autograd cannot differentiate it: a function that has a slope need not have a second derivative.
    """
    with warnings.catch_warnings():
        # Autograd warns where a derivative is zero everywhere, which is an answer here.
        warnings.filterwarnings("ignore", message="Output seems independent of input")
        try:
            return make_vjp(function, rows)
        except Exception as error:
            raise ValueError(
                "sharpness must be asked of activations and costs that autograd differentiates twice;"
                f" got {type(error).__name__}: {error}"
            ) from error


class _Traced:
    """Any function that autograd differentiates twice: softmax, and functions of the user's."""

    def __init__(self, func: Activation, z: Array) -> None:
        self._func, self._rows = func, as_rows(z).copy()
        self._pull, value = _traced(func, self._rows)
        self.value = as_rows(value)
        # The way back is linear in what it is given, so its own way back is the way forward.
        self._push = _traced(self._pull, np.ones_like(value))[0]

    def push(self, change: Array) -> Array:
        return as_rows(self._push(as_rows(change)))

    def pull(self, slope: Array) -> Array:
        return as_rows(self._pull(as_rows(slope)))

    def turn(self, slope: Array) -> Change:
        rows = as_rows(slope)
        return _turn(lambda z: anp.sum(rows * self._func(z)), self._rows)[1]


def _turn(function: Callable[[Array], float], rows: Array) -> tuple[Array, Change]:
    """Return gradient and Hessian product of a function of rows, both for arrays laid out as buffers."""
    pull, slope = _traced(grad(function), rows)
    return as_rows(slope), lambda change: as_rows(pull(as_rows(change)))


def _traced_bends(func: Activation, z: Array) -> Bends:
    """Work out once what `BENDS` tells of other functions; traces of many samples would be many objects."""
    ones = np.ones_like(z)
    second, slope = _traced(lambda z: make_vjp(func, z)[0](ones), z)
    return func(z), slope, second(ones)


def _layer(func: Activation, z: Array) -> Layer:
    if func in BENDS:
        return _Elementwise(BENDS[func](z))
    if getattr(func, "element_by_element", False):
        return _Elementwise(_traced_bends(func, z))
    return _Traced(func, z)


def _end(layer: OutputLayer, z: Array, t: Array, of: int) -> tuple[Array, Change]:
    """Return the derivative of a mean cost by z (*runs, n_outputs, n_samples), and how it changes.

    The mean is one over `of` samples, which may be more than these.
    """
    share = 1.0 / of
    pair = (layer.output_func, layer.cost_func)
    if pair == (softmax, CostCrossEntropy):
        return _softmax_end(z, t, share)
    if pair == (sigmoid, CostLogReg):
        p, slope, _ = _sigmoid(z)
        return share * (p * (1.0 - t) - t * sigmoid(-z)), lambda change: share * slope * change
    if layer.cost_func is CostOLS and layer.output_func in BENDS:
        a, slope, second = BENDS[layer.output_func](z)
        bend = 2.0 * share * (slope * slope + (a - t) * second)
        return 2.0 * share * (a - t) * slope, lambda change: bend * change
    measure, part = layer.cost_func(as_rows(t).copy()), t.shape[-1] / of
    if z.ndim == 2:
        return _turn(lambda rows: part * measure(layer.output_func(rows)), as_rows(z).copy())
    return _turn(
        lambda rows: sum(part * measure(layer.output_func(rows[run])) for run in range(len(z))),
        as_rows(z).copy(),
    )


def _softmax_end(z: Array, t: Array, share: float) -> tuple[Array, Change]:
    """Return what `_end` does for a softmax, exact also where a probability has been rounded to 1.

    What is left of 1 is summed from the other probabilities, and changes count from that of the largest sum.
    """
    p = as_rows(softmax(as_rows(z)))
    top = np.argmax(z, axis=-2)[..., None, :]
    others = p.copy()
    np.put_along_axis(others, top, 0.0, axis=-2)
    rest = 1.0 - p
    np.put_along_axis(rest, top, others.sum(axis=-2, keepdims=True), axis=-2)

    def turn(change: Array) -> Array:
        moved = change - np.take_along_axis(change, top, axis=-2)
        return share * p * (moved - np.sum(others * moved, axis=-2, keepdims=True))

    return share * (p * (1.0 - t) - t * rest), turn


class Hessian:
    """The Hessian of a network's mean cost on a fixed set, at one place in the space of its weights.

    A large set is taken in blocks of samples, whose products are added up.

    Parameters
    ----------
    engine : Engine
        Gives shapes and functions; its own weights play no part.
    theta : array (*runs, n_parameters)
        The place.
    columns : array (n_inputs + 1, n_samples)
        The inputs, below a row of ones.
    targets : array (n_outputs, n_samples)
    """

    def __init__(self, engine: Engine, theta: Array, columns: Array, *, targets: Array) -> None:
        weights = engine.views(np.ascontiguousarray(theta))
        with np.errstate(all="ignore"):
            self._blocks = [
                _Block(engine, weights, columns[:, part], targets=targets[:, part], of=len(columns.T))
                for part in _parts(engine, columns)
            ]

    def __matmul__(self, vector: Array) -> Array:
        """Return the product with a vector (*runs, n_parameters)."""
        found = self._blocks[0] @ vector
        for block in self._blocks[1:]:
            found += block @ vector
        return found


def _parts(engine: Engine, columns: Array) -> list[slice]:
    """Return slices over the samples: one, unless they are many and the cost is a plain mean over them."""
    samples = columns.shape[-1]
    widest = max(engine.dimensions) * max(engine.runs, default=1)
    traced = any(func not in BENDS for func in engine.hidden_func)
    whole, piece = (TRACED_NUMBERS,) * 2 if traced else (WHOLE_NUMBERS, PIECE_NUMBERS)
    if widest * samples <= whole or engine.output_layer.cost_func not in COST_RULES:
        return [slice(None)]
    return cuts(samples, piece // widest)


class _Block:
    """The same of some out of `of` samples."""

    def __init__(
        self, engine: Engine, weights: list[Array], columns: Array, *, targets: Array, of: int
    ) -> None:
        self._engine = engine
        self._weights = weights
        self._forward(columns)
        self._backward(targets, of)

    def _forward(self, columns: Array) -> None:
        # Batched products are twice as slow on a transposed view: what is used in each is laid out once.
        self._back = [np.ascontiguousarray(as_rows(weights[..., 1:])) for weights in self._weights]
        self._inputs, self._layers = [columns], []
        for func, weights in zip(self._engine.hidden_func, self._weights, strict=False):
            layer = _layer(func, product(weights, self._inputs[-1]))
            ones = np.ones_like(layer.value[..., :1, :])
            self._inputs.append(np.concatenate([ones, layer.value], axis=-2))
            self._layers.append(layer)
            pause()

    def _backward(self, targets: Array, of: int) -> None:
        self._rows = [np.ascontiguousarray(as_rows(inputs)) for inputs in self._inputs]
        sums = product(self._weights[-1], self._inputs[-1])
        slope, end = _end(self._engine.output_layer, sums, targets, of)
        self._slopes, self._turns = [slope], [end]
        for layer, back in zip(reversed(self._layers), reversed(self._back), strict=False):
            pause()
            before = product(back, slope)
            slope = layer.pull(before)
            self._slopes.insert(0, slope)
            self._turns.insert(0, layer.turn(before))

    def __matmul__(self, vector: Array) -> Array:
        """Return the product with a vector (*runs, n_parameters)."""
        moves = self._engine.views(np.ascontiguousarray(vector))
        sums, values = self._changes(moves)
        found = np.empty_like(vector, order="C")
        parts = self._engine.views(found)
        change = self._turns[-1](sums[-1])
        for at in range(len(moves) - 1, -1, -1):
            pause()
            product(change, self._rows[at], out=parts[at])
            if at:
                parts[at][..., 1:] += product(self._slopes[at], as_rows(values[at - 1]))
                before = product(as_rows(moves[at][..., 1:]), self._slopes[at])
                before += product(self._back[at], change)
                pause()
                change = self._layers[at - 1].pull(before) + self._turns[at - 1](sums[at - 1])
        return found

    def _changes(self, moves: list[Array]) -> tuple[list[Array], list[Array]]:
        """Return how weighted sums and values of all layers change when the weights move."""
        sums, values = [product(moves[0], self._inputs[0])], []
        for layer, move, weights, inputs in zip(
            self._layers, moves[1:], self._weights[1:], self._inputs[1:], strict=True
        ):
            values.append(layer.push(sums[-1]))
            pause()
            sums.append(product(move, inputs) + product(weights[..., 1:], values[-1]))
        return sums, values
