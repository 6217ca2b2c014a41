"""Cost functions of the lecture: sums over outputs, means over samples.

Each takes the target and returns a function of the prediction alone, so that
``autograd.grad(CostOLS(target))(prediction)`` is its gradient.

A prediction is an output of the network, after the activation. A `Training` reports the same quantities, but
computes sigmoid + `CostLogReg` and softmax + `CostCrossEntropy` from the weighted inputs of the output
layer, which is exact where a probability has already been rounded to 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import autograd.numpy as anp
import numpy as np

from nncore import checks
from nncore.activations import identity, sigmoid, softmax
from nncore.arrays import Array, ArrayLike, floating, totals
from nncore.machinery.output import COST_RULES, Cost, CostRule, Measure, weigh


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


def _squares_from_z(t: Array, z: Array, rows: Array | None = None) -> Array:
    distance = z - t
    return totals(weigh(distance * distance, rows))


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


def _log_loss_from_z(t: Array, z: Array, rows: Array | None = None) -> Array:
    # log(1 + e^z) is |z| / 2 + z / 2 + log(1 + e^-|z|); with t of 0 or 1 the halves cancel exactly.
    # One array serves |z| / 2, -|z| and the rest in turn: three of them would not stay in the cache.
    size = np.abs(z)
    size *= 0.5
    linear = z * (0.5 - t)
    linear += size
    size *= -2.0
    linear += np.log1p(np.exp(size, out=size), out=size)
    return totals(weigh(linear, rows))


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


def _cross_entropy_from_z(t: Array, z: Array, rows: Array | None = None) -> Array:
    top = np.max(z, axis=-2, keepdims=True)
    shifted = z - top
    chosen = totals(weigh(shifted * t, rows))
    sums = np.sum(np.exp(shifted), axis=-2)
    return np.sum(weigh(np.log(sums), rows), axis=-1) - chosen


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


@dataclass(frozen=True)
class ClassWeighted:
    """A built-in cost in which every row counts as much as the weight of its class.

    The mean stays one over samples: a weight of 2 is the same as having the row twice, at twice the size of
    the sum and the same divisor. Weights that average to 1 over the rows leave the size of a step alone.

    Parameters
    ----------
    cost : callable
        One of `COSTS`.
    weights : tuple of float
        One per class, above 0. With one output they stand for 0 and 1, else for the columns of a target
        that is 1 at its class and 0 elsewhere.

    Raises
    ------
    ValueError
        When the cost is not built in, or a weight is not above 0; when called, if the target has another
        number of classes.

    Examples
    --------
    >>> cost = ClassWeighted(CostLogReg, (1.0, 3.0))
    >>> round(float(cost(np.array([[1.0], [0.0]]))(np.array([[0.5], [0.5]]))), 6)
    1.386294
    """

    cost: Cost
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.cost not in COST_RULES:
            raise ValueError(f"cost must be one of {', '.join(COSTS)}; got {self.cost!r}.")
        given = checks.numbers("weights", self.weights)
        if given.ndim != 1 or len(given) < 2 or not (np.isfinite(given).all() and (given > 0.0).all()):
            raise ValueError(f"weights must be two or more numbers above 0; got {self.weights!r}.")
        object.__setattr__(self, "weights", tuple(float(weight) for weight in given))

    def __call__(self, target: ArrayLike) -> Measure:
        """Return the cost of a prediction (n_samples, n_outputs), a number."""
        t = floating(target)
        rows, terms = self.row_weights(np.atleast_2d(t).T), COST_RULES[self.cost].terms
        return _mean_over_samples(t, lambda t, prediction: rows[:, None] * terms(t, prediction))

    def row_weights(self, t: Array) -> Array:
        """Return what each row counts, (n_samples,), for targets t (n_outputs, n_samples).

        Raises
        ------
        ValueError
            If the targets have another number of classes than there are weights.
        """
        classes = 2 if len(t) == 1 else len(t)
        if classes != len(self.weights):
            raise ValueError(f"weights must be {classes}, one per class; got {len(self.weights)}.")
        weights = np.array(self.weights)
        return weights[0] + (weights[1] - weights[0]) * t[0] if len(t) == 1 else weights @ t


def plain_cost(cost: Cost) -> Cost:
    """Return a cost without the weights of its classes."""
    return cost.cost if isinstance(cost, ClassWeighted) else cost
