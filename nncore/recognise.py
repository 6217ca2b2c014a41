"""Recognising functions of the lecture that were typed once more, as its cells have them.

A cell ``def CostLogReg(target): ...`` makes a function that is not the one of `nncore.costs`. The lecture
goes by the name; here the values count as well, since a name may be another one and a function the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from nncore.activations import Activation, softmax
from nncore.arrays import Array
from nncore.costs import Cost, CostCrossEntropy, CostLogReg
from nncore.machinery.output import rule_of

CLOSENESS = 1e-6
"""Relative difference that is overlooked: the lecture's logarithms and quotients carry guards of 1e-9."""


def is_softmax(func: Activation, width: int) -> bool:
    """Say whether an output shares a whole between several classes, so that the largest is the decision.

    Parameters
    ----------
    func : callable
        Built in, or written with ``autograd.numpy``.
    width : int
        Outputs of the network.

    Examples
    --------
    >>> is_softmax(lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True), 3), is_softmax(np.tanh, 3)
    (True, False)
    """
    if width == 1 or func is softmax:
        return width > 1
    z = 1.5 * np.sin(np.arange(1.0, 3.0 * width + 1.0)).reshape(3, width)
    shares = _tried(func, z)
    return shares is not None and shares.shape == z.shape and _share_one(shares)


def _share_one(shares: Array) -> bool:
    whole = np.allclose(shares.sum(axis=-1), 1.0, rtol=0.0, atol=CLOSENESS)
    return bool(whole and (shares >= 0.0).all())


def classifies(cost_func: Cost) -> bool:
    """Say whether a network with this cost is a classifier.

    That is the lecture's rule: it is one with `CostLogReg` and with `CostCrossEntropy`, also where these were
    typed once more. A cost of your own says so itself with an attribute ``classifies = True``.
    """
    rule = rule_of(cost_func)
    if rule is not None:
        return rule.classifies
    said = getattr(cost_func, "classifies", None)
    return is_class_cost(cost_func) if said is None else bool(said)


def is_class_cost(cost_func: Cost) -> bool:
    """Say whether a cost is the lecture's logistic cost or cross entropy, by its name or up to a factor.

    Parameters
    ----------
    cost_func : callable
        Takes the target, returns a function of the prediction.

    Examples
    --------
    >>> def log_loss(target):
    ...     return lambda p: -np.mean(target * np.log(p + 1e-9) + (1 - target) * np.log(1 - p + 1e-9))
    >>> is_class_cost(log_loss), is_class_cost(lambda target: lambda p: np.mean((p - target) ** 2))
    (True, False)
    """
    if getattr(cost_func, "__name__", "") in (CostLogReg.__name__, CostCrossEntropy.__name__):
        return True
    return _same_up_to_a_factor(cost_func, CostLogReg, width=1) or _same_up_to_a_factor(
        cost_func, CostCrossEntropy, width=3
    )


def _same_up_to_a_factor(cost_func: Cost, known: Cost, *, width: int) -> bool:
    """Compare two costs on a few rows: the lecture's mean is over entries, ours over samples."""
    rng = np.random.default_rng(0)
    t = np.eye(width)[[0, 1, 2, 0]] if width > 1 else np.array([[0.0], [1.0], [1.0], [0.0]])
    ratios = []
    for _ in range(3):
        p = rng.uniform(0.1, 0.9, t.shape)
        p = p / p.sum(axis=1, keepdims=True) if width > 1 else p
        value = _tried(lambda rows: cost_func(t)(rows), p)
        if value is None or value.shape != ():
            return False
        ratios.append(float(value) / float(known(t)(p)))
    return min(ratios) > 0.0 and max(ratios) - min(ratios) <= CLOSENESS * max(ratios)


def _tried(function: Callable[[Array], Array | float], rows: Array) -> Array | None:
    """Return what a function of the user's makes of a few rows, or None where it cannot take them."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return np.asarray(function(rows.copy()), dtype=np.float64)
        except Exception:  # whatever it is, the function is none of those looked for
            return None
