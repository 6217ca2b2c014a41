"""What became of a run: learned, slow, unstable or overflow.

A learning rate that is far too high rarely gives NaN: with a logistic cost the weights saturate and the cost
stays on a high plateau. So a run's training cost is judged by four rules, the first that holds:

``overflow``
    At the end of some epoch the weights, the outputs or the cost were not finite numbers.
``learned``
    The cost after the last epoch is at most the target cost: 7.2 % of what the best constant answer costs.
    That is 0.05 for balanced yes/no questions, 0.17 for ten equally frequent classes, and 92.8 % of the
    variance explained for a regression. (Costs of your own: 7.2 % of the cost before training.)
``unstable``
    The cost after the last epoch is more than a hundredth above the cost before training (a run that merely
    rests where it started is slow), or it keeps bouncing: within the last quarter of the epochs it rose, from
    one epoch to the next, at least twice by more than a tenth of the cost before training.
``slow``
    Everything else: still falling, or resting on a plateau.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nncore.arrays import Array
from nncore.costs import Cost, CostCrossEntropy, CostLogReg, CostOLS

OUTCOMES: tuple[str, ...] = ("learned", "slow", "unstable", "overflow")
"""All outcomes, from best to worst."""

TARGET_SHARE = 0.05 / float(np.log(2.0))
"""Target cost as a share of the cost of the best constant answer: 0.05 for a balanced yes/no question."""
RISE = 0.01
"""A run has risen when it ends by this share above the cost before training; less is noise of its batches."""
BOUNCE = 0.1
"""A rise between two epochs counts as a bounce above this share of the cost before training."""
BOUNCES_LEAST = 2
WINDOW = 4
"""Bounces are looked for in the last 1 / WINDOW of the epochs."""


def constant_cost(t: Any, cost_func: Cost) -> float | None:
    """Return what the best constant answer costs, the mean of the targets.

    Parameters
    ----------
    t : array (n_samples, n_outputs)
        Targets.
    cost_func : callable
        The cost; for one that is not built in there is no answer.

    Returns
    -------
    float or None
        Sum over outputs, mean over samples, as the cost itself.

    Examples
    --------
    >>> round(constant_cost(np.array([[0.0], [1.0]]), CostLogReg), 4)
    0.6931
    """
    t = np.asarray(t, dtype=float)
    mean = np.broadcast_to(t.mean(axis=0), t.shape)
    if cost_func in (CostOLS, CostLogReg, CostCrossEntropy):
        return float(cost_func(t)(mean))
    return None


def target_cost(t: Any, cost_func: Cost, *, start: Any) -> Any:
    """Return the cost at which a run counts as having learned.

    Parameters
    ----------
    t : array (n_samples, n_outputs)
        Targets of the training set.
    cost_func : callable
        The cost.
    start : float, or array (n_runs,)
        Cost before training: what stands in where the best constant answer is free or not known.

    Returns
    -------
    float, or array (n_runs,)
    """
    constant = constant_cost(t, cost_func)
    # Targets that are all alike cost a constant answer nothing: no share of that could be reached.
    return TARGET_SHARE * (constant if constant and constant > 1e-12 else start)


def outcomes(costs: Array, *, start: Any, target: Any, overflowed: Any) -> Array:
    """Judge runs by the rules at the head of this module.

    Parameters
    ----------
    costs : array (*runs, n_epochs)
        Training cost after each epoch; entries of a run that overflowed are not looked at.
    start : float, or array (*runs)
        Training cost before the first epoch.
    target : float, or array (*runs)
        Cost at which a run has learned.
    overflowed : bool, or array (*runs)
        Which runs ceased to be finite.

    Returns
    -------
    str array (*runs)
        One of `OUTCOMES` each.

    Examples
    --------
    >>> falls = np.array([[0.5, 0.01], [0.5, 0.4], [0.9, 1.2]])
    >>> outcomes(falls, start=0.7, target=0.05, overflowed=False).tolist()
    ['learned', 'slow', 'unstable']
    """
    start = np.asarray(start, dtype=float)
    n_epochs = costs.shape[-1]
    last = costs[..., -1] if n_epochs else start
    recent = costs[..., n_epochs - n_epochs // WINDOW - 1 :]
    with np.errstate(all="ignore"):
        rises = np.diff(recent, axis=-1) > BOUNCE * start[..., None]
        bouncing = np.count_nonzero(rises, axis=-1) >= BOUNCES_LEAST
        return np.select(
            [
                np.broadcast_to(overflowed, np.shape(last)),
                last <= target,
                (last > (1.0 + RISE) * start) | bouncing,
            ],
            ["overflow", "learned", "unstable"],
            "slow",
        )


def first_epoch_at(costs: Array, *, start: Any, target: Any) -> Array:
    """Return the number of epochs after which each run first stood at or below the target, or -1.

    Parameters
    ----------
    costs : array (*runs, n_epochs)
        Training cost after each epoch.
    start, target : float, or array (*runs)
        Cost before the first epoch; cost to reach.

    Returns
    -------
    int array (*runs)
        In epochs: 0 where the start was good enough.

    Examples
    --------
    >>> int(first_epoch_at(np.array([0.5, 0.04, 0.03]), start=0.7, target=0.05))
    2
    """
    start = np.asarray(start, dtype=float)
    every = np.concatenate([start[..., None], costs], axis=-1)
    reached = every <= np.asarray(target)[..., None]
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), -1)
