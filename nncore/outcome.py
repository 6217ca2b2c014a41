"""What became of a run: learned, memorised, slow, stuck, unstable or overflow.

A learning rate that is far too high rarely gives NaN: with a logistic cost the weights saturate and the cost
stays on a high plateau. So a run is judged by its curves, by six rules, of which the first that holds counts:

``overflow``
    At the end of some epoch the weights, the outputs or the cost were not finite numbers.
``learned``
    The training cost after the last epoch is at or below the target cost: 7.2 % of what the best constant
    answer costs. That is 0.05 for balanced yes/no questions, 0.17 for ten equally frequent classes, and
    92.8 % of the variance explained for a regression. (Costs of your own: that share of the cost before
    training.) And the validation cost, where there is one, has followed: see the next rule.
    Where the rows cannot be told apart, the mark of `nncore.mark` stands in for the target, and where there
    are validation rows they alone decide: at most 1.02 times the mark on them.
``memorised``
    The training cost is at or below the target, but the validation cost, which is higher, has not followed:
    it ends above a third of what the best constant answer costs there, or it ends above twice the target and
    above one and a half times its lowest level (the median of a sixteenth of the epochs: one lucky epoch is
    none); where there is a mark, above that. (A validation cost above guessing is thus never learned.) While
    it falls by the rule of ``slow``, within a hundredth of its lowest, the run is slow instead.
``unstable``
    The cost after the last epoch is more than a hundredth above the cost before training (a run that merely
    rests where it started is stuck), or it keeps bouncing: within the last quarter of the epochs it rose,
    from one epoch to the next, at least twice by more than a tenth of the cost before training. Or it bounced
    earlier, standing more than a tenth of the cost before training above the lowest it had been, and is still
    on the move by the rule of ``slow``; or it is not, but had been at the target once.
``slow``
    On its way: if it goes on falling as it does, ten times the epochs lower the cost by at least a sixth, or
    by 1 % where it stands within 2.5 times the usual target. How it falls is read off the middle of the run,
    the end of its third quarter and its end (medians over a sixteenth of the epochs): through these three
    goes one power of the number of epochs, at most the first.
``stuck``
    Everything else: the cost rests where it is, or creeps so that ten times the epochs would not be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nncore.arrays import Array
from nncore.costs import ClassWeighted, Cost, CostCrossEntropy, CostLogReg, CostOLS, plain_cost

OUTCOMES: tuple[str, ...] = ("learned", "memorised", "slow", "stuck", "unstable", "overflow")
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
FORETOLD = 1.0 / 6.0
"""A run is on its way when ten times the epochs are foretold to lower its cost by this share."""
NEARLY = 2.5
FORETOLD_NEARLY = 0.01
"""Within so many targets this share is enough."""
TIMES = 10.0
"""By how much more epochs the fall is foretold."""
VAL_SHARE = 1.0 / 3.0
"""Above this share of what the best constant answer costs, a validation cost has not followed."""
VAL_TARGETS = 2.0
VAL_RISE = 1.5
"""Nor has it where it ends above this many targets and above this multiple of its lowest level."""
AS_GOOD = 1.02
"""A validation cost is as good as the mark up to this multiple of it."""

# Powers of time, and for each the ratio of the falls in the fourth and in the third quarter of a run.
_POWERS = np.linspace(-6.0, 1.0, 701) + 1e-6
_SIXTEENTHS = np.arange(1, 17) / 16.0
_RATIOS = (1.0 - 0.75**_POWERS) / (0.75**_POWERS - 0.5**_POWERS)


def constant_cost(t: Any, cost_func: Cost) -> float | None:
    """Return what the best constant answer costs: the mean of the targets, or of the weighted ones.

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
    if plain_cost(cost_func) in (CostOLS, CostLogReg, CostCrossEntropy):
        return float(cost_func(t)(np.broadcast_to(constant_answer(t, cost_func), t.shape)))
    return None


def constant_answer(t: Any, cost_func: Cost) -> Any:
    """Return the answer (n_outputs,) that costs least of those that are the same for every row.

    Parameters
    ----------
    t : array (n_samples, n_outputs)
        Targets.
    cost_func : callable
        A built-in cost: their mean, where classes are weighted with their weights.
    """
    rows = cost_func.row_weights(t.T) if isinstance(cost_func, ClassWeighted) else None
    return t.mean(axis=0) if rows is None else np.average(t, axis=0, weights=rows)


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


@dataclass(frozen=True)
class Validation:
    """How a run fares on rows that it has not seen."""

    costs: Array
    """array (*runs, n_epochs): validation cost after each epoch."""
    guess: float | None = None
    """What the best constant answer costs on these rows; None where that is not known."""
    mark: float | None = None
    """Cost on these rows that decides by itself, see `nncore.mark`."""

    def falls(self) -> Array:
        """Say which runs, (*runs), are at their lowest on these rows, and still on their way."""
        lowest = self.costs[..., -1] <= (1.0 + RISE) * np.min(self.costs, axis=-1)
        return lowest & (foretold_fall(self.costs) >= FORETOLD)

    def lags(self, last: Array) -> Array:
        """Say which runs, (*runs), cost more here than the `last` training cost, and do not fall."""
        return np.asarray(self.costs[..., -1] > last) & ~self.falls()

    def followed(self, target: Any) -> Array:
        """Say which runs, (*runs), are as good on these rows as their training cost promises."""
        last = self.costs[..., -1]
        if self.mark is not None:
            return last <= AS_GOOD * self.mark
        risen = np.asarray(last > VAL_TARGETS * target)
        if risen.any():  # levels are dear: of those runs alone
            levels = [_level(self.costs[risen], share) for share in _SIXTEENTHS]
            risen[risen] = last[risen] > VAL_RISE * np.min(levels, axis=0)
        return ~risen if self.guess is None else ~risen & (last <= VAL_SHARE * self.guess)


def outcomes(
    costs: Array,
    *,
    start: Any,
    target: Any,
    overflowed: Any,
    validation: Validation | None = None,
    usual: Any = None,
) -> Array:
    """Judge runs by the rules at the head of this module.

    Parameters
    ----------
    costs : array (*runs, n_epochs)
        Training cost after each epoch; entries of a run that overflowed are not looked at.
    start : float, or array (*runs)
        Training cost before the first epoch.
    target : float, or array (*runs)
        Training cost to reach.
    overflowed : bool, or array (*runs)
        Which runs ceased to be finite.
    validation : Validation, optional
        The rows that were kept apart, where there are any.
    usual : float, or array (*runs), optional
        The usual target, where a mark stands in for it.

    Returns
    -------
    str array (*runs)
        One of `OUTCOMES` each.

    Examples
    --------
    >>> curves = np.array([[0.3, 0.1, 0.01], [0.6, 0.5, 0.4], [0.4, 0.4, 0.4], [0.9, 1.0, 1.2]])
    >>> outcomes(curves, start=0.7, target=0.05, overflowed=False).tolist()
    ['learned', 'slow', 'stuck', 'unstable']
    """
    start = np.broadcast_to(np.asarray(start, dtype=float), costs.shape[:-1])
    whole = np.concatenate([start[..., None], costs], axis=-1)
    last = whole[..., -1]
    with np.errstate(all="ignore"):
        reached = last <= target
        seen = validation if costs.shape[-1] else None
        followed = True if seen is None else seen.followed(target)
        nearly = NEARLY * np.asarray(target if usual is None else usual)
        enough = np.where(last <= nearly, FORETOLD_NEARLY, FORETOLD)
        moves = foretold_fall(whole) >= enough
        lost = ~reached & _ever_at(whole, target)
        bounced = np.zeros(moves.shape, bool)
        bounced[moves] = _bounced(whole[moves], start[moves])  # the dearest question, where it counts
        rules = {
            "overflow": np.broadcast_to(overflowed, np.shape(last)),
            "learned": followed & (reached if seen is None or seen.mark is None else True),
            "memorised": reached & (seen is None or seen.lags(last)),
            "unstable": _rose(whole, start) | np.where(moves, bounced, lost),
            "slow": moves | (reached & (seen is None or seen.falls())),
        }
        return np.select(list(rules.values()), list(rules), "stuck")


def _rose(whole: Array, start: Array) -> Array:
    """Say which runs, (*runs), end above their start, or still jump up in their last quarter."""
    n_epochs = whole.shape[-1] - 1
    recent = whole[..., max(1, n_epochs - n_epochs // WINDOW) :]
    rises = np.diff(recent, axis=-1) > BOUNCE * start[..., None]
    bouncing = np.count_nonzero(rises, axis=-1) >= BOUNCES_LEAST
    return np.asarray(whole[..., -1] > (1.0 + RISE) * start) | bouncing


def _bounced(whole: Array, start: Array) -> Array:
    """Say which runs, (*runs), ever stood well above the lowest cost that they had been at."""
    lowest = np.minimum.accumulate(whole, axis=-1)
    above = np.subtract(whole, lowest, lowest)
    return above.max(axis=-1) > BOUNCE * start


def _ever_at(whole: Array, target: Any) -> Array:
    """Say which runs, (*runs), were at the target once."""
    return np.asarray((whole <= np.asarray(target)[..., None]).any(axis=-1))


def foretold_fall(whole: Array) -> Array:
    """Return by which share ten times the epochs would lower each cost if it goes on falling as it does.

    Parameters
    ----------
    whole : array (*runs, n_epochs + 1)
        Cost before training and after each epoch.

    Returns
    -------
    array (*runs)
        0 where the cost does not fall; where nothing was trained yet everything is still to come, infinity.

    Examples
    --------
    >>> round(float(foretold_fall(np.linspace(1.0, 0.5, 11))), 2), float(foretold_fall(np.ones(11)))
    (9.0, 0.0)
    """
    if whole.shape[-1] < 2:
        return np.full(whole.shape[:-1], np.inf)
    half, quarter, end = (_level(whole, share) for share in (0.5, 0.75, 1.0))
    before, now = half - quarter, quarter - end
    ratio = np.where(before > 0.0, now / np.where(before > 0.0, before, 1.0), np.inf)
    power = np.interp(ratio, _RATIOS, _POWERS)
    left = now * (TIMES**power - 1.0) / (1.0 - 0.75**power)
    return np.where(now > 0.0, left / end, 0.0)


def _level(whole: Array, share: float) -> Array:
    """Return the cost at a share of the epochs, (*runs), as the median over the sixteenth before it."""
    n_epochs = whole.shape[-1] - 1
    at = int(n_epochs * share)

    def median(epoch: int) -> Array:
        return np.median(whole[..., max(0, epoch - n_epochs // 16) : epoch + 1], axis=-1)

    part = n_epochs * share - at
    return (1.0 - part) * median(at) + part * median(at + 1) if part else median(at)


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
    reached = costs <= np.asarray(target)[..., None]
    if not costs.shape[-1]:
        return np.where(np.asarray(start) <= target, 0, -1)
    first = np.where(reached.any(axis=-1), reached.argmax(axis=-1) + 1, -1)
    return np.where(np.asarray(start) <= target, 0, first)
