"""Activations, costs and schedulers of the lecture's published code, as `nncore.published` uses them.

Where they differ from those of `nncore`:

- The softmax's sum and every logarithm are guarded by 1e-9; cross entropy is a mean over samples and classes.
- After every epoch a scheduler forgets what it has gathered, but for the change of the two rules with
  momentum; Adam's bias correction counts epochs.
- Both Adagrads divide by the root of the row sums of g g^T; the guard of 1e-8 stands outside the root there,
  and inside it in RMS_prop and Adam.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo, 2024),
"Building a neural network code".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad, grad

from nncore.activations import ACTIVATIONS, LEAK
from nncore.arrays import Array, Numbers
from nncore.costs import COSTS
from nncore.schedulers import DELTA, SCHEDULERS

GUARD = 1e-9
"""What keeps logarithms and the softmax's division finite."""


@dataclass(frozen=True)
class Curve:
    """An activation and its derivative, both element by element."""

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    """`value` and `slope`: weighted inputs to outputs, and to the derivative, in the same shape."""
    shares: bool = False
    """Whether it is a softmax, whose delta is p - t."""


@dataclass(frozen=True)
class Price:
    """A cost and its derivative by the prediction."""

    value: Callable[[Array, Array], Numbers]
    """(target, prediction) to a number, or to one per run of a stack."""
    slope: Callable[[Array, Array], Array]
    """(target, prediction) to an array in the shape of the prediction."""
    classifies: bool
    """Whether `predict` decides."""


# Activations. The slopes are written as automatic differentiation, which the published code uses, works them
# out: where exp overflows the sigmoid's becomes NaN, which s (1 - s) would not.


def _sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


def _sigmoid_slope(z: Array) -> Array:
    power = np.exp(-z)
    return power * (1.0 / (1.0 + power) ** 2)


def _softmax(z: Array) -> Array:
    powers = anp.exp(z - anp.max(z, axis=-1, keepdims=True))
    return powers / (anp.sum(powers, axis=-1, keepdims=True) + GUARD)


_CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        "identity": Curve(lambda z: z, np.ones_like),
        "sigmoid": Curve(_sigmoid, _sigmoid_slope),
        "tanh": Curve(np.tanh, lambda z: 1.0 / np.cosh(z) ** 2),
        "softmax": Curve(_softmax, elementwise_grad(_softmax), shares=True),
        "RELU": Curve(lambda z: np.where(z > 0.0, z, 0.0), lambda z: np.where(z > 0.0, 1.0, 0.0)),
        "LRELU": Curve(lambda z: np.where(z > 0.0, z, LEAK * z), lambda z: np.where(z > 0.0, 1.0, LEAK)),
    }
)


def curve_of(name: str, func: object) -> Curve:
    """Return an activation in the published form; a function of the user's is differentiated by autograd.

    Parameters
    ----------
    name : str
        What to call it in an error.
    func : callable or str
        One of `nncore.activations.ACTIVATIONS`, its name, or a function written with ``autograd.numpy``.

    Raises
    ------
    ValueError
        When it is neither.
    """
    known = [key for key, value in ACTIVATIONS.items() if func in (key, value)]
    if known and known[0] in _CURVES:
        return _CURVES[known[0]]
    own = ACTIVATIONS[known[0]] if known else func
    if not callable(own):
        raise ValueError(
            f"{name} must be one of {', '.join(ACTIVATIONS)}, or a function of your own; got {func!r}."
        )
    label = getattr(own, "__name__", "")
    # The published code knows these two by their names, and differentiates everything else.
    slope = _CURVES[label].slope if label in ("RELU", "LRELU") else elementwise_grad(own)
    return Curve(own, slope, shares=label == "softmax")


# Costs.


def _total(terms: Array) -> Numbers:
    return np.sum(terms, axis=(-2, -1))


def _squares(target: Array, prediction: Array) -> Numbers:
    return (1.0 / len(target)) * _total((target - prediction) ** 2)


def _squares_slope(target: Array, prediction: Array) -> Array:
    return -((1.0 / len(target)) * 2.0 * (target - prediction))


def _log_loss(target: Array, prediction: Array) -> Numbers:
    yes = target * np.log(prediction + GUARD)
    no = (1.0 - target) * np.log(1.0 - prediction + GUARD)
    return -(1.0 / len(target)) * _total(yes + no)


def _log_loss_slope(target: Array, prediction: Array) -> Array:
    share = -(1.0 / len(target))
    yes = share * target / (prediction + GUARD)
    no = share * (1.0 - target) / (1.0 - prediction + GUARD)
    return yes - no


def _cross_entropy(target: Array, prediction: Array) -> Numbers:
    return -(1.0 / target.size) * _total(target * np.log(prediction + GUARD))


def _cross_entropy_slope(target: Array, prediction: Array) -> Array:
    return -(1.0 / target.size) * target / (prediction + GUARD)


_PRICES: Mapping[str, Price] = MappingProxyType(
    {
        "CostOLS": Price(_squares, _squares_slope, classifies=False),
        "CostLogReg": Price(_log_loss, _log_loss_slope, classifies=True),
        "CostCrossEntropy": Price(_cross_entropy, _cross_entropy_slope, classifies=True),
    }
)


def price_of(func: object) -> Price:
    """Return a cost in the published form; one of the user's classifies if it is named as one that does.

    Parameters
    ----------
    func : callable or str
        One of `nncore.costs.COSTS`, its name, or a function like them.

    Raises
    ------
    ValueError
        When it is neither.
    """
    known = [key for key, value in COSTS.items() if func in (key, value)]
    if known:
        return _PRICES[known[0]]
    if not callable(func):
        raise ValueError(
            f"cost_func must be one of {', '.join(COSTS)}, or a function like them; got {func!r}."
        )
    named = _PRICES.get(getattr(func, "__name__", ""))
    return Price(
        lambda target, prediction: float(func(target)(prediction)),
        lambda target, prediction: grad(func(target))(prediction),
        classifies=named is not None and named.classifies,
    )


# Schedulers. Their numbers are floats, or arrays (n_runs, 1, 1) in a stack.


class _Rule:
    """What a gradient becomes; one of these for the weights of a layer, another for its biases."""

    def __init__(self, numbers: Mapping[str, Numbers]) -> None:
        self.numbers = numbers
        self.forget()

    def change(self, gradient: Array) -> Array:
        """Return what is to be taken from the weights, in the shape of the gradient."""
        return self.numbers["eta"] * gradient

    def forget(self) -> None:
        """Forget what an epoch has gathered."""


class _Momentum(_Rule):
    last: Numbers = 0.0

    def change(self, gradient: Array) -> Array:
        self.last = self.numbers["momentum"] * self.last + self.numbers["eta"] * gradient
        return self.last


class _Adagrad(_Rule):
    sums: Numbers = 0.0

    def change(self, gradient: Array) -> Array:
        # The whole product, though only its diagonal counts: that sums a row in the published code's order.
        product = gradient @ np.swapaxes(gradient, -1, -2)
        self.sums = self.sums + np.diagonal(product, axis1=-2, axis2=-1)[..., None]
        return self.numbers["eta"] * gradient * (1.0 / (DELTA + np.sqrt(self.sums)))

    def forget(self) -> None:
        self.sums = 0.0


class _AdagradMomentum(_Adagrad):
    last: Numbers = 0.0

    def change(self, gradient: Array) -> Array:
        self.last = self.last * self.numbers["momentum"] + super().change(gradient)
        return self.last


class _RMS_prop(_Rule):
    second: Numbers = 0.0

    def change(self, gradient: Array) -> Array:
        rho = self.numbers["rho"]
        self.second = rho * self.second + (1.0 - rho) * gradient * gradient
        return self.numbers["eta"] * gradient / np.sqrt(self.second + DELTA)

    def forget(self) -> None:
        self.second = 0.0


class _Adam(_Rule):
    epoch = 0
    first: Numbers = 0.0
    second: Numbers = 0.0

    def change(self, gradient: Array) -> Array:
        rho, rho2 = self.numbers["rho"], self.numbers["rho2"]
        self.first = rho * self.first + (1.0 - rho) * gradient
        self.second = rho2 * self.second + (1.0 - rho2) * gradient * gradient
        first = self.first / (1.0 - rho**self.epoch)
        second = self.second / (1.0 - rho2**self.epoch)
        return self.numbers["eta"] * first / np.sqrt(second + DELTA)

    def forget(self) -> None:
        self.first = self.second = 0.0
        self.epoch += 1


_RULES: Mapping[str, type[_Rule]] = MappingProxyType(
    {
        "Constant": _Rule,
        "Momentum": _Momentum,
        "Adagrad": _Adagrad,
        "AdagradMomentum": _AdagradMomentum,
        "RMS_prop": _RMS_prop,
        "Adam": _Adam,
    }
)


def rule_of(
    scheduler: object, numbers: object, *, runs: tuple[int, ...]
) -> tuple[type[_Rule], dict[str, Numbers]]:
    """Return the rule of a scheduler and its numbers, checked as the scheduler itself checks them.

    Parameters
    ----------
    scheduler : str or class
        One of `nncore.schedulers.SCHEDULERS`.
    numbers : mapping of str to float, or vector (n_runs,)
        eta, and momentum, rho, rho2 where the rule has them.
    runs : tuple of int
        () for one run, (n_runs,) for a stack.

    Raises
    ------
    ValueError
        When the scheduler is unknown, or a number is missing or outside its range.
    """
    name = scheduler.__name__ if isinstance(scheduler, type) else scheduler
    if not isinstance(name, str) or name not in _RULES:
        raise ValueError(
            f"scheduler must be one of {', '.join(_RULES)}, by name or as the class; got {scheduler!r}."
        )
    needed = SCHEDULERS[name].numbers
    if not isinstance(numbers, Mapping) or any(number not in numbers for number in needed):
        raise ValueError(f"numbers must be a mapping with {', '.join(needed)} for {name}; got {numbers!r}.")
    checked = SCHEDULERS[name](*(numbers[number] for number in needed))
    return _RULES[name], {number: spread(number, getattr(checked, number), runs=runs) for number in needed}


def spread(name: str, value: Numbers, *, runs: tuple[int, ...]) -> Numbers:
    """Return a number, or a vector with one per run so shaped that each meets every weight of its run.

    Raises
    ------
    ValueError
        When there are not as many as runs.
    """
    if isinstance(value, float):
        return value
    if value.shape != runs:
        stack = f", or one per run of {runs[0]}" if runs else ""
        raise ValueError(f"{name} must be one number{stack}; got {len(value)} values.")
    return value[:, None, None]
