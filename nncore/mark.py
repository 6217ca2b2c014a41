"""The mark to reach where rows cannot be told apart: what a straight model makes of the same rows.

A table of measurements is one such case; rows made with so much noise that the very rule behind them costs
more than the target of `nncore.outcome` are another. There a network has learned when it is as good as a
straight model: logistic or ridge regression, scikit-learn's as they come, fitted to the training rows, their
answers costed by the network's own cost (on validation rows at most nine tenths of guessing).

Where the model is less than a tenth better than guessing on its own training rows it says nothing. A table
then keeps the usual target; made-up rows have what the rule behind them costs, with the usual target on top,
at most nine tenths of guessing. What the rule costs is known of curves and surfaces, by the noise of their
targets, and where noise turned labels over: each answer is as sure as the share that it turned over allows.
Where noise moved the points instead, each row's five nearest neighbours vote, and their share of errors is
taken for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from nncore.arrays import Array
from nncore.costs import ClassWeighted, Cost, CostCrossEntropy, CostLogReg, CostOLS, plain_cost
from nncore.data import DATA, DataSet
from nncore.machinery.pieces import aside
from nncore.outcome import TARGET_SHARE, constant_answer, constant_cost

STRAIGHT, RULE, CAPPED = "straight model", "what the noise allows", "nine tenths of guessing"
NO_BETTER = 0.9
"""Above this share of guessing a model says nothing."""
MOST_ROWS = 5_000
"""A straight model is fitted to at most so many of the training rows, evenly taken."""
LUCKY_ROWS = 40
"""On fewer validation rows a cost may come up to that share of guessing by chance: an answer that has nothing
to do with a target costs up to 4 / n less on n rows, at two standard errors."""
NEIGHBOURS = 5
SURE = 1e-9
"""Probabilities are kept this far from 0 and 1, as the lecture's logarithms are."""


@dataclass(frozen=True)
class Mark:
    """A cost to reach instead of the usual target."""

    train: float
    """On the training rows."""
    val: float | None
    """On the validation rows, where there are any."""
    label: str
    """What it is the cost of."""
    val_label: str = ""
    """What `val` is the cost of, where that is something else."""
    lucky: bool = False
    """Whether `val` is so near guessing, and of so few rows, that chance may reach it."""

    def label_on(self, validation: bool) -> str:
        """Return what the mark is the cost of, on the validation rows or on those for training."""
        return (validation and self.val_label) or self.label


_MARKS: WeakKeyDictionary[DataSet, dict[Cost, Mark | None]] = WeakKeyDictionary()


def mark(data: DataSet, cost_func: Cost) -> Mark | None:
    """Return the mark for a data set, or None where the usual target is fair.

    Parameters
    ----------
    data : DataSet
        Rows to train on, and those to validate on.
    cost_func : callable
        The network's cost; one that is not built in has no mark.
    """
    known = _MARKS.setdefault(data, {})
    if cost_func not in known:
        known[cost_func] = _mark(data, cost_func)
    return known[cost_func]


def _mark(data: DataSet, cost_func: Cost) -> Mark | None:
    guess = constant_cost(data.t, cost_func)
    if guess is None or guess <= 1e-12:
        return None
    rule = None if measured(data) else _rule_cost(data, cost_func)
    if rule is not None and rule <= TARGET_SHARE * guess:
        return None
    straight = straight_costs(data, cost_func)
    if straight is not None and straight.train <= NO_BETTER * guess:
        return straight
    return None if rule is None else _rule_mark(data, cost_func, min(rule / guess + TARGET_SHARE, NO_BETTER))


def _rule_mark(data: DataSet, cost_func: Cost, share: float) -> Mark:
    """Return a share of guessing as the mark, on both sets."""
    guesses = guessing_costs(data.t, data.t_val, cost_func)
    train, val = (None if guess is None else share * guess for guess in guesses)
    assert train is not None  # only built-in costs come here
    return Mark(train, val, RULE)


def guessing_costs(t: Array, t_val: Array | None, cost_func: Cost) -> tuple[float | None, float | None]:
    """Return what the mean of the training targets costs as an answer, on both sets; None where not known.

    Parameters
    ----------
    t, t_val : array (n_samples, n_outputs)
        Targets; no validation targets have no cost.
    cost_func : callable
        The cost.
    """
    guess = constant_cost(t, cost_func)
    if guess is None or t_val is None:
        return guess, None
    mean = constant_answer(t, cost_func)
    if plain_cost(cost_func) is not CostOLS:
        mean = np.clip(mean, SURE, 1.0 - SURE)
    return guess, float(cost_func(t_val)(np.broadcast_to(mean, t_val.shape)))


def measured(data: DataSet) -> bool:
    """Say whether the rows are a table of measurements, whose noise nobody knows."""
    source = DATA.get(data.name)
    return source is None or source.kind == "table"


def straight_costs(data: DataSet, cost_func: Cost) -> Mark | None:
    """Return what a straight model costs on both sets, or None where it cannot be fitted.

    Parameters
    ----------
    data : DataSet
        Rows as the network sees them.
    cost_func : callable
        A built-in cost.
    """
    answers = _fitted(data, cost_func)
    if answers is None or plain_cost(cost_func) not in (CostOLS, CostLogReg, CostCrossEntropy):
        return None

    def cost(X: Array, t: Array) -> float:
        p = answers(X)
        return float(cost_func(t)(p if plain_cost(cost_func) is CostOLS else np.clip(p, SURE, 1.0 - SURE)))

    val, label, lucky = None, "", False
    if data.X_val is not None and data.t_val is not None:
        guess = guessing_costs(data.t, data.t_val, cost_func)[1]
        assert guess is not None
        val = cost(data.X_val, data.t_val)
        if val > NO_BETTER * guess:
            val, label, lucky = NO_BETTER * guess, CAPPED, len(data.X_val) < LUCKY_ROWS
    return Mark(cost(data.X, data.t), val, STRAIGHT, label, lucky)


def _fitted(data: DataSet, cost_func: Cost) -> Callable[[Array], Array] | None:
    """Return the answers (n, n_outputs) of a straight model as a function of inputs (n, n_inputs).

    Where the cost weighs classes, so does the model.
    """
    # scikit-learn takes a second to load, and gates do not need it.
    from sklearn.linear_model import LogisticRegression, Ridge

    rows = slice(None, None, -(-len(data.X) // MOST_ROWS))
    X, t = data.X[rows], data.t[rows]
    if data.task == "regression":
        with aside():
            ridge = Ridge().fit(X, t)
        return lambda X: ridge.predict(X).reshape(len(X), -1)
    labels = t.argmax(axis=1) if t.shape[1] > 1 else (t[:, 0] > 0.5).astype(int)
    if len(np.unique(labels)) < 2:
        return None
    counts = cost_func.row_weights(t.T) if isinstance(cost_func, ClassWeighted) else None
    with warnings.catch_warnings(), aside():
        warnings.simplefilter("ignore")  # not converged is still a fair mark
        model = LogisticRegression(max_iter=500).fit(X, labels, sample_weight=counts)

    def probabilities(X: Array) -> Array:
        p = np.zeros((len(X), max(2, t.shape[1])))
        p[:, model.classes_] = model.predict_proba(X)
        return p if t.shape[1] > 1 else p[:, 1:]

    return probabilities


def _rule_cost(data: DataSet, cost_func: Cost) -> float:
    """Return what the rule behind made-up rows costs on the training rows."""
    if data.noise == 0.0 or data.image_shape is not None:
        return 0.0
    if data.truth is not None and data.points is not None:
        return float(cost_func(data.t)(data.truth(data.points)))
    return _sure_cost(min(data.turned_over or _neighbours_wrong(data), 0.5), cost_func)


def _sure_cost(wrong: float, cost_func: Cost) -> float:
    """Return the cost of answers that are as sure as the share of errors allows."""
    if wrong <= 0.0:
        return 0.0
    right, off = cost_func(np.array([[1.0]])), cost_func(np.array([[0.0]]))
    answer = np.array([[1.0 - wrong]])
    return float((1.0 - wrong) * right(answer) + wrong * off(answer))


def _neighbours_wrong(data: DataSet) -> float:
    """Return the share of training rows whose nearest neighbours vote for another class."""
    from scipy.spatial import KDTree

    labels = data.t.argmax(axis=1) if data.t.shape[1] > 1 else (data.t[:, 0] > 0.5).astype(int)
    most = min(NEIGHBOURS, len(labels) - 1)
    if most < 1:
        return 0.0
    near = KDTree(data.X).query(data.X, k=most + 1)[1][:, 1:]  # the first is the row itself
    votes: Any = labels[near].mean(axis=1) > 0.5
    return float(np.mean(votes != labels))
