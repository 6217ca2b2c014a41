"""Activation functions of the lecture, and four more, each with its exact derivative.

Every function takes a number, a vector, a matrix ``(n_samples, n_features)`` or a stack
``(n_runs, n_samples, n_features)``, works element by element (`softmax`: along the last axis) and never
overflows. All of them may be used inside functions of your own that `autograd` differentiates.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo,
2024), "Building a neural network code".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import autograd.numpy as anp
import numpy as np
import numpy.typing as npt
from autograd import elementwise_grad
from autograd.extend import defvjp, primitive

Array = npt.NDArray[Any]
Activation = Callable[[Any], Any]

LEAK = 1e-3
"""Slope of `LRELU` below zero."""
GELU_INNER = 0.044715
"""Cubic coefficient of the tanh form of `GELU` (Hendrycks & Gimpel 2016, section 2)."""
GELU_SCALE = float(np.sqrt(2.0 / np.pi))
GELU_FLAT = 12.0
"""Beyond this the tanh inside `GELU` is 1 to the last bit; cutting there keeps its cube finite."""


def floating(values: Any) -> Array:
    """Return `values` as an array of floats, float32 kept as it is."""
    array = np.asarray(values)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


@primitive
def _sigmoid(z: Any) -> Array:
    # The form 1 / (1 + exp(-z)) keeps both tails to full precision; an infinite exp gives an exact 0.
    with np.errstate(over="ignore", under="ignore"):
        return 1.0 / (1.0 + np.exp(-floating(z)))


@primitive
def _softmax(z: Any) -> Array:
    z = floating(z)
    with np.errstate(under="ignore"):
        powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)


@primitive
def _relu(z: Any) -> Array:
    return np.maximum(floating(z), 0.0)


@primitive
def _lrelu(z: Any) -> Array:
    z = floating(z)
    return np.maximum(z, LEAK * z)


@primitive
def _elu(z: Any) -> Array:
    z = floating(z)
    with np.errstate(under="ignore"):
        return np.maximum(z, 0.0) + np.expm1(np.minimum(z, 0.0))


@primitive
def _softplus(z: Any) -> Array:
    with np.errstate(under="ignore"):
        return np.logaddexp(0.0, floating(z))


def _gelu_tanh(z: Any) -> Any:
    inside = anp.clip(z, -GELU_FLAT, GELU_FLAT)
    return anp.tanh(GELU_SCALE * (inside + GELU_INNER * inside**3))


@primitive
def _gelu(z: Any) -> Array:
    z = floating(z)
    return 0.5 * z * (1.0 + _gelu_tanh(z))


def _gelu_slope(z: Any) -> Any:
    bend = _gelu_tanh(z)
    inside = anp.clip(z, -GELU_FLAT, GELU_FLAT)
    inner_slope = GELU_SCALE * (1.0 + 3.0 * GELU_INNER * inside**2)
    return 0.5 * (1.0 + bend) + 0.5 * inside * (1.0 - bend**2) * inner_slope


defvjp(_sigmoid, lambda a, z: lambda g: g * a * (1.0 - a))
defvjp(_softmax, lambda a, z: lambda g: a * (g - anp.sum(g * a, axis=-1, keepdims=True)))
defvjp(_relu, lambda a, z: lambda g: g * anp.where(z > 0.0, 1.0, 0.0))
defvjp(_lrelu, lambda a, z: lambda g: g * anp.where(z > 0.0, 1.0, LEAK))
defvjp(_elu, lambda a, z: lambda g: g * anp.where(z > 0.0, 1.0, a + 1.0))
defvjp(_softplus, lambda a, z: lambda g: g * _sigmoid(z))
defvjp(_gelu, lambda a, z: lambda g: g * _gelu_slope(z))


def identity(z: Any) -> Any:
    """Return the input unchanged: the output of a regressor.

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> identity(np.array([-1.0, 2.0]))
    array([-1.,  2.])
    """
    return z


def sigmoid(z: Any) -> Any:
    """Squash to (0, 1): 1 / (1 + exp(-z)).

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape
        Both tails keep full precision: 4e-18 at -40, exactly 0 only below -745.

    Examples
    --------
    >>> sigmoid(0.0)
    np.float64(0.5)
    """
    return _sigmoid(z)


def softmax(z: Any) -> Any:
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
    return _softmax(z)


def RELU(z: Any) -> Any:
    """Cut off below zero: max(z, 0), with derivative 0 at the kink.

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> RELU(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return _relu(z)


def LRELU(z: Any) -> Any:
    """Cut off below zero but for a slope of 1e-3: max(z, z / 1000), with derivative 1e-3 at the kink.

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> LRELU(np.array([-1.0, 2.0])).tolist()
    [-0.001, 2.0]
    """
    return _lrelu(z)


def tanh(z: Any) -> Any:
    """Squash to (-1, 1) by the hyperbolic tangent.

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> tanh(np.array([0.0]))
    array([0.])
    """
    return anp.tanh(z)


def ELU(z: Any) -> Any:
    """Bend smoothly to -1 below zero: z for z > 0, exp(z) - 1 otherwise.

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape

    Source: Clevert, Unterthiner & Hochreiter, arXiv:1511.07289, with alpha = 1.

    Examples
    --------
    >>> ELU(np.array([-1e4, 2.0]))
    array([-1.,  2.])
    """
    return _elu(z)


def GELU(z: Any) -> Any:
    """Weigh the input by its chance of being the larger: z Phi(z), in the tanh form.

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape
        0.5 z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))), within 5e-4 of the form with the error
        function; PyTorch and Keras call it ``approximate="tanh"`` and ``approximate=True``.

    Source: Hendrycks & Gimpel, arXiv:1606.08415, section 2.

    Examples
    --------
    >>> GELU(np.array([-1e4, 0.0, 1e4])).tolist()
    [-0.0, 0.0, 10000.0]
    """
    return _gelu(z)


def softplus(z: Any) -> Any:
    """Smooth out the kink of `RELU`: log(1 + exp(z)).

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> softplus(np.array([-1e4, 1e4]))
    array([    0., 10000.])
    """
    return _softplus(z)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        function.__name__: function
        for function in (identity, sigmoid, softmax, RELU, LRELU, tanh, ELU, GELU, softplus)
    }
)
"""Every built-in activation by its name."""


def _softmax_slope(z: Any) -> Any:
    share = softmax(z)
    return share * (1.0 - share)


_SLOPES: Mapping[Activation, Activation] = MappingProxyType(
    {
        identity: lambda z: np.ones_like(floating(z)),
        sigmoid: lambda z: _sigmoid(z) * (1.0 - _sigmoid(z)),
        softmax: _softmax_slope,
        RELU: lambda z: np.where(np.asarray(z) > 0.0, 1.0, 0.0),
        LRELU: lambda z: np.where(np.asarray(z) > 0.0, 1.0, LEAK),
        tanh: lambda z: 1.0 - np.tanh(z) ** 2,
        ELU: lambda z: np.minimum(_elu(z), 0.0) + 1.0,
        GELU: lambda z: _gelu_slope(floating(z)),
        softplus: _sigmoid,
    }
)


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
    if func in _SLOPES:
        return _SLOPES[func]
    slope = elementwise_grad(func)

    def derivative(z: Any) -> Any:
        return slope(floating(z))

    return derivative
