"""Cost functions of the lecture: sums over outputs, means over samples.

Each takes the target and returns a function of the prediction alone, so that
``autograd.grad(CostOLS(target))(prediction)`` is its gradient.

A prediction is an output of the network, after the activation. A `Training` reports the same quantities, but
computes sigmoid + `CostLogReg` and softmax + `CostCrossEntropy` from the weighted inputs of the output
layer, which is exact where a probability has already been rounded to 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import autograd.numpy as anp
import numpy as np

from nncore.activations import identity, sigmoid, softmax
from nncore.arrays import Array, ArrayLike, floating
from nncore.machinery.output import COST_RULES, Cost, CostRule, Measure


def _floors(like: Array) -> tuple[float, float]:
    """Return the smallest p and the smallest 1 - p that a logarithm is given, for this precision."""
    precision = np.finfo(np.float32 if like.dtype == np.float32 else np.float64)
    return float(precision.tiny), float(precision.epsneg)


def _mean_over_samples(targets: ArrayLike, terms: Callable[[Array, Array], Array]) -> Measure:
    target = floating(targets)

    def cost(prediction: Array) -> float:
        if not hasattr(prediction, "dtype"):
            prediction = floating(prediction)
        if prediction.shape != target.shape:
            raise ValueError(
                f"prediction must have the shape of the target, {target.shape}; got {prediction.shape}."
            )
        n_samples = target.shape[0] if target.ndim else 1
        return anp.sum(terms(target, prediction)) / n_samples

    return cost


def _squares(target: Array, prediction: Array) -> Array:
    return (prediction - target) ** 2


def _squares_slope(target: Array, prediction: Array) -> Array:
    return 2.0 * (prediction - target)


def _squares_from_z(t: Array, z: Array) -> Array:
    distance = z - t
    return np.sum(distance * distance, axis=(-2, -1))


@CostRule(_squares, _squares_slope, identity, _squares_from_z, factor=2.0, classifies=False)
def CostOLS(target: ArrayLike) -> Measure:
    """Squared error: the sum over outputs of (prediction - target)^2, mean over samples (no factor 1/2).

    Parameters
    ----------
    target : array (n_samples, n_outputs)
        What the network should answer.

    Returns
    -------
    callable
        Takes a prediction (n_samples, n_outputs), returns a number.

    Raises
    ------
    ValueError
        When the returned function is given a prediction of another shape.

    Examples
    --------
    >>> CostOLS(np.array([[1.0], [2.0]]))(np.array([[1.0], [4.0]]))
    np.float64(2.0)
    """
    return _mean_over_samples(target, _squares)


def _log_loss(target: Array, prediction: Array) -> Array:
    tiny, rounding = _floors(prediction)
    yes = target * anp.log(anp.maximum(prediction, tiny))
    no = (1.0 - target) * anp.log(anp.maximum(1.0 - prediction, rounding))
    return -(yes + no)


def _log_loss_slope(target: Array, prediction: Array) -> Array:
    tiny, rounding = _floors(prediction)
    rest = 1.0 - prediction
    yes = np.where(prediction > tiny, target / np.maximum(prediction, tiny), 0.0)
    no = np.where(rest > rounding, (1.0 - target) / np.maximum(rest, rounding), 0.0)
    return no - yes


def _log_loss_from_z(t: Array, z: Array) -> Array:
    # log(1 + e^z) is |z| / 2 + z / 2 + log(1 + e^-|z|); with t of 0 or 1 the halves cancel exactly.
    size = np.abs(z)
    linear = z * (0.5 - t)
    tail = np.negative(size)
    np.log1p(np.exp(tail, out=tail), out=tail)
    size *= 0.5
    linear += size
    linear += tail
    return np.sum(linear, axis=(-2, -1))


@CostRule(_log_loss, _log_loss_slope, sigmoid, _log_loss_from_z)
def CostLogReg(target: ArrayLike) -> Measure:
    """Logistic cost: the sum over outputs of -t log p - (1 - t) log(1 - p), mean over samples.

    Parameters
    ----------
    target : array (n_samples, n_outputs)
        Zeros and ones, or probabilities between.

    Returns
    -------
    callable
        Takes probabilities (n_samples, n_outputs), returns a number. p is cut at the smallest normal
        number and 1 - p at the last bit, so that no answer costs infinitely much.

    Raises
    ------
    ValueError
        When the returned function is given a prediction of another shape.

    Examples
    --------
    >>> round(float(CostLogReg(np.array([[1.0]]))(np.array([[0.5]]))), 6)
    0.693147
    """
    return _mean_over_samples(target, _log_loss)


def _cross_entropy(target: Array, prediction: Array) -> Array:
    return -target * anp.log(anp.maximum(prediction, _floors(prediction)[0]))


def _cross_entropy_slope(target: Array, prediction: Array) -> Array:
    tiny = _floors(prediction)[0]
    return np.where(prediction > tiny, -target / np.maximum(prediction, tiny), 0.0)


def _cross_entropy_from_z(t: Array, z: Array) -> Array:
    top = np.max(z, axis=-2, keepdims=True)
    shifted = z - top
    chosen = np.sum(shifted * t, axis=(-2, -1))
    sums = np.sum(np.exp(shifted), axis=-2)
    return np.sum(np.log(sums), axis=-1) - chosen


@CostRule(_cross_entropy, _cross_entropy_slope, softmax, _cross_entropy_from_z)
def CostCrossEntropy(target: ArrayLike) -> Measure:
    """Cross entropy: the sum over classes of -t log p, mean over samples.

    Parameters
    ----------
    target : array (n_samples, n_classes)
        One row per sample: 1 at its class, 0 elsewhere.

    Returns
    -------
    callable
        Takes probabilities (n_samples, n_classes), returns a number. p is cut at the smallest normal number.

    Raises
    ------
    ValueError
        When the returned function is given a prediction of another shape.

    Examples
    --------
    >>> round(float(CostCrossEntropy(np.array([[0.0, 1.0]]))(np.array([[0.75, 0.25]]))), 6)
    1.386294
    """
    return _mean_over_samples(target, _cross_entropy)


COSTS: Mapping[str, Cost] = MappingProxyType({cost.__name__: cost for cost in COST_RULES})
"""Every built-in cost by its name."""
