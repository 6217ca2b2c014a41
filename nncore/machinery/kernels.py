"""Activations as the engine runs them: in place, on feature-major buffers, as lists of ready calls.

A *call* is a function with its arguments already bound to buffers. A pass through the network is a list of
calls, made once and replayed at every step: that is what makes a network of a dozen weights fast.

Buffers are feature-major, (*runs, width, n_samples), so that a layer's constant row of ones, its bias and
its weights meet inside one matrix product, and softmax's sums run down an axis the processor likes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
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
    Array,
    identity,
    sigmoid,
    softmax,
    softplus,
    tanh,
)

Call = tuple[Callable[..., Any], tuple[Any, ...]]


def replay(calls: Iterable[Call]) -> None:
    """Run ready calls one after the other."""
    for function, arguments in calls:
        function(*arguments)


def _into(function: Callable[..., Any], *arguments: Any, out: Array) -> Call:
    """Return the call of a ufunc that must have its output named: np.maximum and np.minimum."""
    return partial(function, *arguments, out=out), ()


def _level(like: Array, value: float) -> Array:
    """Return an array of one value: np.maximum and np.minimum take thrice as long against a number."""
    return np.full_like(like, value)


@dataclass(frozen=True)
class Kernel:
    """One activation, compiled onto buffers.

    Attributes
    ----------
    forward : callable
        (z, scratch) to the calls that turn z into a = f(z), in place.
    backward : callable
        (delta, a, z, scratch) to the calls that multiply delta by f'(z), in place (softmax: the Jacobian).
    keeps_input : bool
        Whether `backward` reads z, which `forward` overwrites; if not, it is given a in its place.
    """

    forward: Callable[[Array, Array], list[Call]]
    backward: Callable[[Array, Array, Array, Array], list[Call]]
    keeps_input: bool = False


def _nothing(*_buffers: Array) -> list[Call]:
    return []


def _sigmoid(z: Array, scratch: Array) -> list[Call]:
    return [(np.negative, (z, z)), (np.exp, (z, z)), (np.add, (z, 1.0, z)), (np.reciprocal, (z, z))]


def _sigmoid_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    return [
        (np.subtract, (1.0, a, scratch)),
        (np.multiply, (scratch, a, scratch)),
        (np.multiply, (delta, scratch, delta)),
    ]


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


def _tanh_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    return [
        (np.multiply, (a, a, scratch)),
        (np.subtract, (1.0, scratch, scratch)),
        (np.multiply, (delta, scratch, delta)),
    ]


def _relu_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    # a is at least 0, so its sign is the slope; a NaN stays one.
    return [(np.sign, (a, scratch)), (np.multiply, (delta, scratch, delta))]


def _lrelu(z: Array, scratch: Array) -> list[Call]:
    return [(np.multiply, (z, LEAK, scratch)), _into(np.maximum, z, scratch, out=z)]


def _lrelu_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    # sign(a) is -1, 0 or 1: its larger with the leak is the slope, 1 above zero and the leak elsewhere.
    return [
        (np.sign, (a, scratch)),
        _into(np.maximum, scratch, _level(scratch, LEAK), out=scratch),
        (np.multiply, (delta, scratch, delta)),
    ]


def _elu(z: Array, scratch: Array) -> list[Call]:
    zero = _level(z, 0.0)
    return [
        _into(np.minimum, z, zero, out=scratch),
        (np.expm1, (scratch, scratch)),
        _into(np.maximum, z, zero, out=z),
        (np.add, (z, scratch, z)),
    ]


def _elu_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    return [
        _into(np.minimum, a, _level(a, 0.0), out=scratch),
        (np.add, (scratch, 1.0, scratch)),
        (np.multiply, (delta, scratch, delta)),
    ]


def _softplus(z: Array, scratch: Array) -> list[Call]:
    return [(np.logaddexp, (0.0, z, z))]


def _softplus_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    # With a = log(1 + e^z) the slope e^z / (1 + e^z) is 1 - e^-a.
    return [
        (np.negative, (a, scratch)),
        (np.expm1, (scratch, scratch)),
        (np.negative, (scratch, scratch)),
        (np.multiply, (delta, scratch, delta)),
    ]


def _gelu_tanh(z: Array, out: Array) -> list[Call]:
    return [
        (np.clip, (z, -GELU_FLAT, GELU_FLAT, out)),
        (_gelu_inside, (out,)),
        (np.tanh, (out, out)),
    ]


def _gelu_inside(inside: Array) -> None:
    inside *= GELU_SCALE * (1.0 + GELU_INNER * inside * inside)


def _gelu(z: Array, scratch: Array) -> list[Call]:
    return [
        *_gelu_tanh(z, scratch),
        (np.add, (scratch, 1.0, scratch)),
        (np.multiply, (z, scratch, z)),
        (np.multiply, (z, 0.5, z)),
    ]


def _gelu_back(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
    def scale_by_slope() -> None:
        inside = np.clip(z, -GELU_FLAT, GELU_FLAT)
        rise = GELU_SCALE * (1.0 + 3.0 * GELU_INNER * inside * inside)
        delta[...] *= 0.5 * (1.0 + scratch) + 0.5 * inside * (1.0 - scratch * scratch) * rise

    return [*_gelu_tanh(z, scratch), (scale_by_slope, ())]


KERNELS: Mapping[Activation, Kernel] = MappingProxyType(
    {
        identity: Kernel(_nothing, _nothing),
        sigmoid: Kernel(_sigmoid, _sigmoid_back),
        softmax: Kernel(_softmax, _softmax_back),
        RELU: Kernel(lambda z, scratch: [_into(np.maximum, z, _level(z, 0.0), out=z)], _relu_back),
        LRELU: Kernel(_lrelu, _lrelu_back),
        tanh: Kernel(lambda z, scratch: [(np.tanh, (z, z))], _tanh_back),
        ELU: Kernel(_elu, _elu_back),
        GELU: Kernel(_gelu, _gelu_back, keeps_input=True),
        softplus: Kernel(_softplus, _softplus_back),
    }
)
"""One kernel for every activation of `nncore.activations.ACTIVATIONS`."""


def as_rows(buffer: Array) -> Array:
    """Return a feature-major buffer as (*runs, n_samples, width), the layout that users see."""
    return np.swapaxes(buffer, -1, -2)


def user_kernel(func: Activation) -> Kernel:
    """Return the kernel of a function written with ``autograd.numpy``: value and derivative from one trace.

    A kernel remembers its last trace, so every pass needs one of its own.
    """
    pulls: list[Callable[[Array], Array]] = []

    def forward(z: Array, scratch: Array) -> list[Call]:
        def apply() -> None:
            # A copy, since the trace keeps its argument while z is overwritten.
            pull, value = make_vjp(func, as_rows(z).copy())
            pulls[:] = [pull]
            as_rows(z)[...] = value

        return [(apply, ())]

    def backward(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
        def pull() -> None:
            as_rows(delta)[...] = pulls[0](as_rows(delta).copy())

        return [(pull, ())]

    return Kernel(forward, backward)


def check_user_function(name: str, func: Activation, width: int) -> Activation:
    """Try a function of the user's on a small matrix; return it, fit for training.

    Raises
    ------
    ValueError
        When it fails, cannot be differentiated by autograd, or changes the shape.
    """
    if not callable(func):
        raise ValueError(f"{name} must be a callable, such as tanh or a function of your own; got {func!r}.")
    sample = np.linspace(-0.5, 0.5, 2 * width).reshape(2, width)
    with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            pull, value = make_vjp(func, sample)
            slope = pull(np.ones_like(value))
        except Exception as error:
            raise ValueError(
                f"{name} must be a function of one array written with autograd.numpy;"
                f" {_name(func)} failed with {type(error).__name__}: {error}"
            ) from error
    if np.shape(value) != sample.shape or np.shape(slope) != sample.shape:
        raise ValueError(
            f"{name} must return an array of the shape it is given; {_name(func)} made"
            f" {np.shape(value)} of {sample.shape}."
        )
    if any("independent of input" in str(warning.message) for warning in heard):
        # Autograd warns at every call of a function that ignores its argument; this one does not.
        return lambda z: func(z) + 0.0 * z
    return func


def _name(func: Activation) -> str:
    return getattr(func, "__name__", repr(func))
