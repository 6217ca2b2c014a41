"""Activations as the engine runs them: in place, on feature-major buffers, as lists of ready calls.

A *call* is a function with its arguments already bound to buffers. A pass through the network is a list of
calls, made once and replayed at every step: that is what makes a network of a dozen weights fast.

Buffers are feature-major, (*runs, width, n_samples), so that a layer's constant row of ones, its bias and
its weights meet inside one matrix product, and softmax's sums run down an axis the processor likes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from autograd.core import make_vjp

from nncore.arrays import Array, ArrayLike

Activation = Callable[[Array], Array]
Call = tuple[Callable[..., object], tuple[Any, ...]]

_LEVELS: WeakValueDictionary[Hashable, Array] = WeakValueDictionary()


def replay(calls: Iterable[Call]) -> None:
    """Run ready calls one after the other."""
    for function, arguments in calls:
        function(*arguments)


def into(function: Callable[..., object], *arguments: ArrayLike, out: Array) -> Call:
    """Return the call of a ufunc that must have its output named: np.maximum and np.minimum."""
    return partial(function, *arguments, out=out), ()


def level(like: Array, value: float) -> Array:
    """Return an array of one value: np.maximum and np.minimum take thrice as long against a number.

    It is not written to, so that all who need it have the same one.
    """
    key = (like.shape, like.strides, like.dtype, value)
    known = _LEVELS.get(key)
    if known is None:
        known = np.full_like(like, value)
        known.flags.writeable = False
        _LEVELS[key] = known
    return known


@dataclass(frozen=True)
class Kernel:
    """One activation, compiled onto buffers."""

    forward: Callable[[Array, Array], list[Call]]
    """(z, scratch) to the calls that turn z into a = f(z), in place."""
    backward: Callable[[Array, Array, Array, Array], list[Call]]
    """(delta, a, z, scratch) to the calls that multiply delta by f'(z), in place (softmax: the Jacobian)."""
    keeps_input: bool = False
    """Whether `backward` reads z, which `forward` overwrites; if not, it is given a in its place."""
    keeps_order: bool = False
    """Whether the largest output is that of the largest z, and is not rounded to 1."""
    half_at: float | None = None
    """The z above which an output is more than one half, where z itself is to decide that."""


KERNELS: dict[Activation, Kernel] = {}
"""The kernel of every built-in activation; `nncore.activations` enters each where it defines it."""


def all_built_in(functions: Iterable[Activation]) -> bool:
    """Tell whether none of these is a function of the user's; what a formula of ours does is known."""
    return all(func in KERNELS or hasattr(func, "element_by_element") for func in functions)


def by_slope(slope: Callable[[Array, Array, Array], list[Call]]) -> Callable[..., list[Call]]:
    """Return the `backward` of an element-wise kernel.

    Parameters
    ----------
    slope : callable
        (a, z, scratch) to the calls that put f'(z) into scratch.
    """

    def backward(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
        return [*slope(a, z, scratch), (np.multiply, (delta, scratch, delta))]

    return backward


def as_rows(buffer: Array) -> Array:
    """Return a feature-major buffer as (*runs, n_samples, width), the layout that users see."""
    return np.swapaxes(buffer, -1, -2)


def user_kernel(func: Activation, *, keeps_trace: bool = True) -> Kernel:
    """Return the kernel of a function written with ``autograd.numpy``: value and derivative from one trace.

    A kernel remembers its last trace, so every pass needs one of its own; or it traces again for the
    derivative. Traces of a wide layer would be hundreds of megabytes, in a hundred thousand objects, which
    Python's garbage collector looks through again and again while everybody waits.
    """
    pulls: list[Callable[[Array], Array]] = []

    def forward(z: Array, scratch: Array) -> list[Call]:
        def apply() -> None:
            # A copy, since the trace keeps its argument while z is overwritten.
            before = as_rows(z).copy()
            if keeps_trace:
                way_back, as_rows(z)[...] = make_vjp(func, before)
                pulls[:] = [way_back]
            else:
                as_rows(z)[...] = func(before)

        return [(apply, ())]

    def backward(delta: Array, a: Array, z: Array, scratch: Array) -> list[Call]:
        def pull() -> None:
            way_back = pulls[0] if keeps_trace else make_vjp(func, as_rows(z).copy())[0]
            as_rows(delta)[...] = way_back(as_rows(delta).copy())

        return [(pull, ())]

    return Kernel(forward, backward, keeps_input=not keeps_trace)


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
        def quiet(z: Array) -> Array:
            return func(z) + 0.0 * z

        quiet.__name__ = _name(func)
        quiet.__dict__.update(_typed=func)
        return quiet
    return func


def _name(func: Activation) -> str:
    return getattr(func, "__name__", repr(func))
