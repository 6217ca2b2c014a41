"""Activation functions of the lecture, and four more, each with its exact derivative.

Every function takes a number, a vector, a matrix ``(n_samples, n_features)`` or a stack
``(n_runs, n_samples, n_features)``, works element by element (`softmax`: along the last axis) and never
overflows. All of them may be used inside functions of your own that `autograd` differentiates.

A function gives its value; the `Rule` above it all else that is known of it: the slope, and both once more as
the engine computes them, in place. Another activation is another function under a rule.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo,
2024), "Building a neural network code".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad

from nncore.arrays import Array, ArrayLike, floating
from nncore.machinery.kernels import Activation, Call, Kernel, by_slope, into, level
from nncore.machinery.rule import RULES, Rule

LEAK = 1e-3
"""Slope of `LRELU` below zero."""
GELU_INNER = 0.044715
"""Cubic coefficient of the tanh form of `GELU` (Hendrycks & Gimpel 2016, section 2)."""
GELU_SCALE = float(np.sqrt(2.0 / np.pi))
GELU_FLAT = 12.0
"""Beyond this the tanh inside `GELU` is 1 to the last bit; cutting there keeps its cube finite."""


@Rule(
    slope=lambda a, z: anp.ones_like(z),
    kernel=Kernel(lambda z, scratch: [], lambda delta, a, z, scratch: [], keeps_order=True),
    typed="1 * z",
    written="z",
    note="A straight line: layers of it are one layer. For the outputs of a regression.",
)
def identity(z: Array) -> Array:
    """Return the input unchanged: the output of a regressor.

    Examples
    --------
    >>> identity(np.array([-1.0, 2.0]))
    array([-1.,  2.])
    """
    return z


def _sigmoid(z: Array, scratch: Array) -> list[Call]:
    return [(np.negative, (z, z)), (np.exp, (z, z)), (np.add, (z, 1.0, z)), (np.reciprocal, (z, z))]


def _sigmoid_slope(a: Array, z: Array, scratch: Array) -> list[Call]:
    return [(np.subtract, (1.0, a, scratch)), (np.multiply, (scratch, a, scratch))]


@Rule(
    slope=lambda a, z: a * (1.0 - a),
    kernel=Kernel(_sigmoid, by_slope(_sigmoid_slope), keeps_order=True, half_at=0.0),
    bounds=(0.0, 1.0),
    typed="1 / (1 + exp(-z))",
    written="1 / (1 + e⁻ᶻ)",
    note="Slope at most ¼, below 0.05 beyond ±2.9: gradients vanish in deep networks.",
)
def sigmoid(z: ArrayLike) -> Array:
    """Squash to (0, 1): 1 / (1 + exp(-z)).

    Both tails keep full precision: 4e-18 at -40, exactly 0 only below -745.

    Examples
    --------
    >>> sigmoid(0.0)
    np.float64(0.5)
    """
    # The form 1 / (1 + exp(-z)) keeps both tails to full precision; an infinite exp gives an exact 0.
    with np.errstate(over="ignore", under="ignore"):
        return 1.0 / (1.0 + np.exp(-floating(z)))


def _column_sums(z: Array) -> Array:
    """Return a buffer (*runs, 1, n_samples) that is walked in the same order as z."""
    return np.empty_like(z[..., :1, :])


def _softmax(z: Array, scratch: Array) -> list[Call]:
    row = _column_sums(z)
    return [
        (np.maximum.reduce, (z, -2, None, row, True)),
        (np.subtract, (z, row, z)),
        (np.exp, (z, z)),
        (np.add.reduce, (z, -2, None, row, True)),
        (np.divide, (z, row, z)),
    ]


def _softmax_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    row = _column_sums(delta)
    return [
        (np.multiply, (delta, a, scratch)),
        (np.add.reduce, (scratch, -2, None, row, True)),
        (np.subtract, (delta, row, delta)),
        (np.multiply, (delta, a, delta)),
    ]


@Rule(
    slope=lambda a, z: a * (1.0 - a),
    kernel=Kernel(_softmax, _softmax_back, keeps_order=True),
    carry=lambda g, a, z: a * (g - anp.sum(g * a, axis=-1, keepdims=True)),
    bounds=(0.0, 1.0),
)
def softmax(z: ArrayLike) -> Array:
    """Turn every row into probabilities: exp(z_i) / sum_j exp(z_j), along the last axis.

    Parameters
    ----------
    z : array (..., n_classes)
        Weighted inputs of the output layer.

    Returns
    -------
    array of the same shape
        Rows are positive and sum to one.

    Source: C. Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.62.

    Examples
    --------
    >>> softmax(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """
    z = floating(z)
    with np.errstate(under="ignore"):
        powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


@Rule(
    slope=lambda a, z: anp.where(z > 0.0, 1.0, 0.0),
    kernel=Kernel(
        lambda z, scratch: [into(np.maximum, z, level(z, 0.0), out=z)],
        # a is at least 0, so its sign is the slope; a NaN stays one.
        by_slope(lambda a, z, scratch: [(np.sign, (a, scratch))]),
    ),
    start="he",
    typed="where(z > 0, z, 0 * z)",
    written="max(z, 0)",
    note="Slope 1 or 0: a neuron whose z is negative for every row no longer learns.",
)
def RELU(z: ArrayLike) -> Array:
    """Cut off below zero: max(z, 0), with derivative 0 at the kink.

    Examples
    --------
    >>> RELU(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(floating(z), 0.0)


def _lrelu(z: Array, scratch: Array) -> list[Call]:
    return [(np.multiply, (z, LEAK, scratch)), into(np.maximum, z, scratch, out=z)]


def _lrelu_slope(a: Array, z: Array, scratch: Array) -> list[Call]:
    # sign(a) is -1, 0 or 1: its larger with the leak is the slope, 1 above zero and the leak elsewhere.
    return [(np.sign, (a, scratch)), into(np.maximum, scratch, level(scratch, LEAK), out=scratch)]


@Rule(
    slope=lambda a, z: anp.where(z > 0.0, 1.0, LEAK),
    kernel=Kernel(_lrelu, by_slope(_lrelu_slope)),
    start="he",
    typed="where(z > 0, z, 0.001 * z)",
    written="max(z, z/1000)",
    note="Hardly different from RELU, but never quite dead: slope 0.001 below zero.",
)
def LRELU(z: ArrayLike) -> Array:
    """Cut off below zero but for a slope of 1e-3: max(z, z / 1000), with derivative 1e-3 at the kink.

    Examples
    --------
    >>> LRELU(np.array([-1.0, 2.0])).tolist()
    [-0.001, 2.0]
    """
    z = floating(z)
    return np.maximum(z, LEAK * z)


def _tanh_slope(a: Array, z: Array, scratch: Array) -> list[Call]:
    return [(np.square, (a, scratch)), (np.subtract, (1.0, scratch, scratch))]


@Rule(
    slope=lambda a, z: 1.0 - a**2,
    kernel=Kernel(lambda z, scratch: [(np.tanh, (z, z))], by_slope(_tanh_slope)),
    bounds=(-1.0, 1.0),
    typed="tanh(z)",
    written="tanh z",
    note="Slope 1 in the middle, centred on zero; below 0.05 beyond ±2.2.",
)
def tanh(z: ArrayLike) -> Array:
    """Squash to (-1, 1) by the hyperbolic tangent.

    Examples
    --------
    >>> tanh(np.array([0.0]))
    array([0.])
    """
    return np.tanh(floating(z))


def _elu(z: Array, scratch: Array) -> list[Call]:
    zero = level(z, 0.0)
    return [
        into(np.minimum, z, zero, out=scratch),
        (np.expm1, (scratch, scratch)),
        into(np.maximum, z, zero, out=z),
        (np.add, (z, scratch, z)),
    ]


def _elu_slope(a: Array, z: Array, scratch: Array) -> list[Call]:
    return [into(np.minimum, a, level(a, 0.0), out=scratch), (np.add, (scratch, 1.0, scratch))]


@Rule(
    slope=lambda a, z: anp.minimum(a, 0.0) + 1.0,
    kernel=Kernel(_elu, by_slope(_elu_slope)),
    start="he",
    typed="where(z > 0, z, exp(z) - 1)",
    written="z, or eᶻ − 1 below 0",
    note="Smooth; below zero it tends to −1, and its slope to 0.",
)
def ELU(z: ArrayLike) -> Array:
    """Bend smoothly to -1 below zero: z for z > 0, exp(z) - 1 otherwise.

    Source: Clevert, Unterthiner & Hochreiter, arXiv:1511.07289, with alpha = 1.

    Examples
    --------
    >>> ELU(np.array([-1e4, 2.0]))
    array([-1.,  2.])
    """
    z = floating(z)
    with np.errstate(under="ignore"):
        return np.maximum(z, 0.0) + np.expm1(np.minimum(z, 0.0))


def _bend(z: ArrayLike) -> Array:
    inside = anp.clip(z, -GELU_FLAT, GELU_FLAT)
    return anp.tanh(GELU_SCALE * (inside + GELU_INNER * inside**3))


def _bent_slope(z: ArrayLike) -> Array:
    bend = _bend(z)
    inside = anp.clip(z, -GELU_FLAT, GELU_FLAT)
    inner_slope = GELU_SCALE * (1.0 + 3.0 * GELU_INNER * inside**2)
    return 0.5 * (1.0 + bend) + 0.5 * inside * (1.0 - bend**2) * inner_slope


def _gelu_bend(z: Array, scratch: Array) -> list[Call]:
    def stretch(inside: Array) -> None:
        inside *= GELU_SCALE * (1.0 + GELU_INNER * inside * inside)

    return [
        (np.clip, (z, -GELU_FLAT, GELU_FLAT, scratch)),
        (stretch, (scratch,)),
        (np.tanh, (scratch, scratch)),
    ]


def _gelu(z: Array, scratch: Array) -> list[Call]:
    return [
        *_gelu_bend(z, scratch),
        (np.add, (scratch, 1.0, scratch)),
        (np.multiply, (z, scratch, z)),
        (np.multiply, (z, 0.5, z)),
    ]


def _gelu_slope(a: Array, z: Array, scratch: Array) -> list[Call]:
    def rise() -> None:
        inside = np.clip(z, -GELU_FLAT, GELU_FLAT)
        inner_slope = GELU_SCALE * (1.0 + 3.0 * GELU_INNER * inside * inside)
        scratch[...] = 0.5 * (1.0 + scratch) + 0.5 * inside * (1.0 - scratch * scratch) * inner_slope

    return [*_gelu_bend(z, scratch), (rise, ())]


@Rule(
    slope=lambda a, z: _bent_slope(z),
    kernel=Kernel(_gelu, by_slope(_gelu_slope), keeps_input=True),
    start="he",
    typed="0.5 * z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z**3)))",
    written="½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))",
    note="Smooth RELU with a dip, where its slope is negative; beyond 0.75 the slope is above 1, up to 1.13.",
)
def GELU(z: ArrayLike) -> Array:
    """Weigh the input by its chance of being the larger: z Phi(z), in the tanh form.

    0.5 z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) is within 5e-4 of the form with the error function;
    PyTorch and Keras call it ``approximate="tanh"`` and ``approximate=True``.

    Source: Hendrycks & Gimpel, arXiv:1606.08415, section 2.

    Examples
    --------
    >>> GELU(np.array([-1e4, 0.0, 1e4])).tolist()
    [-0.0, 0.0, 10000.0]
    """
    z = floating(z)
    return 0.5 * z * (1.0 + _bend(z))


def _softplus_slope(a: Array, z: Array, scratch: Array) -> list[Call]:
    # With a = log(1 + e^z) the slope e^z / (1 + e^z) is 1 - e^-a.
    return [
        (np.negative, (a, scratch)),
        (np.expm1, (scratch, scratch)),
        (np.negative, (scratch, scratch)),
    ]


@Rule(
    slope=lambda a, z: sigmoid(z),
    kernel=Kernel(lambda z, scratch: [(np.logaddexp, (0.0, z, z))], by_slope(_softplus_slope)),
    start="he",
    typed="log(1 + exp(z))",
    written="log(1 + eᶻ)",
    note="RELU with its corner rounded; its derivative is the sigmoid.",
)
def softplus(z: ArrayLike) -> Array:
    """Smooth out the kink of `RELU`: log(1 + exp(z)).

    Examples
    --------
    >>> softplus(np.array([-1e4, 1e4]))
    array([    0., 10000.])
    """
    with np.errstate(under="ignore"):
        return np.logaddexp(0.0, floating(z))


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({func.__name__: func for func in RULES})
"""Every built-in activation by its name."""


def derivate(func: Activation) -> Activation:
    """Return the element-wise derivative of an activation.

    Parameters
    ----------
    func : callable
        One of `ACTIVATIONS`, or a function of one argument written with ``autograd.numpy``.

    Returns
    -------
    callable
        Takes an array of any shape, returns the derivative in the same shape. For `softmax` it is the
        diagonal of the Jacobian, s_i (1 - s_i); training uses the whole Jacobian.

    Raises
    ------
    ValueError
        When `func` is not callable.

    Examples
    --------
    >>> derivate(RELU)(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 1.])
    >>> derivate(lambda z: z**3)(np.array([2.0]))
    array([12.])
    """
    if not callable(func):
        raise ValueError(f"func must be a callable, such as sigmoid or a function of your own; got {func!r}.")
    rule = RULES.get(func)
    slope = elementwise_grad(func) if rule is None else lambda z: rule.slope(func(z), z)
    return lambda z: slope(floating(z))
