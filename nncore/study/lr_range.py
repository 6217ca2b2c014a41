"""The learning-rate range test: one run whose rate rises at every step, and the rates read off it.

Beside the true strip it shows where the shortcut misleads: it sees only the first steps, from one start, with
a network that has already been moved by the smaller rates.

Source: L. Smith, "Cyclical learning rates for training neural networks", arXiv:1506.01186, section 3.3; the
picks are those that the fastai library made popular.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nncore import checks
from nncore.arrays import Array, ArrayLike
from nncore.experiment.field_kinds import shown
from nncore.experiment.fields import seeds_from
from nncore.machinery.buffers import Pass
from nncore.machinery.penalty import Penalty
from nncore.user_schedulers import adopt

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment

STEPS = 120
SEEDS = 32
SMOOTHING = 0.8
"""Share of the running mean of the loss that is kept at each step."""
BLOW_UP = 4.0
"""A smoothed loss above so many times the lowest one ends the test."""
ROUNDING = 1e-12
"""Differences below this share of the largest loss are none."""
ORDER_KEY = 0x7A4E
"""Keeps the order of the samples apart from every other stream of the data seed."""


@dataclass(frozen=True)
class RangeTest:
    """What a range test saw.

    Attributes
    ----------
    etas : array (n_steps,)
        Learning rate of each step, rising evenly in the logarithm.
    losses : array (n_seeds, n_steps)
        Cost of the batch before each step, without penalty; NaN after an overflow.
    """

    etas: Array
    losses: Array

    @property
    def median(self) -> Array:
        """Median loss over the seeds, (n_steps,); infinite where most runs have overflowed."""
        return np.median(np.where(np.isfinite(self.losses), self.losses, np.inf), axis=0)

    def picks(self) -> dict[str, Array]:
        """Return the rate that each rule of thumb takes from each seed's own curve.

        Returns
        -------
        dict of array (n_seeds,)
            By the names of `PICKS`; NaN where a rule finds none, as on a flat curve.
        """
        return {
            name: np.array([_rate(self.etas, pick(_curve(name, loss))) for loss in self.losses])
            for name, pick in PICKS.items()
        }

    def median_picks(self) -> dict[str, float]:
        """Return the rate that each rule takes from the median curve; NaN where it finds none."""
        return {name: _rate(self.etas, pick(_curve(name, self.median))) for name, pick in PICKS.items()}


def _curve(name: str, loss: Array) -> Array:
    """Return the smoothed loss that a rule reads; behind a spike the loss falls most steeply of all."""
    return smoothed(without_spikes(loss) if name == "steepest" else loss)


def _rate(etas: Array, index: int | None) -> float:
    return float("nan") if index is None else float(etas[index])


def smoothed(loss: Array) -> Array:
    """Return the running mean of a loss up to where the test ends, corrected for its start.

    Parameters
    ----------
    loss : array (n_steps,)
        One value per step.

    Returns
    -------
    array (n_kept,)
        Shorter where the loss blew up or was not finite.

    Examples
    --------
    >>> smoothed(np.array([1.0, 1.0, np.inf, 1.0])).tolist()
    [1.0, 1.0]
    """
    kept: list[float] = []
    mean, weight = 0.0, 0.0
    for value in loss:
        if not np.isfinite(value):
            break
        mean = SMOOTHING * mean + (1 - SMOOTHING) * float(value)
        weight = SMOOTHING * weight + (1 - SMOOTHING)
        if kept and mean / weight > BLOW_UP * min(kept):
            break
        kept.append(mean / weight)
    return np.array(kept)


def without_spikes(loss: Array) -> Array:
    """Return the running median over five steps, three at either end; what rises or falls stays as it is.

    A batch or step that stands out by itself would otherwise have the steepest fall of all behind it.

    Parameters
    ----------
    loss : array (n_steps,)
        From the first value that is not finite on it is left alone.

    Examples
    --------
    >>> without_spikes(np.array([5.0, 5.0, 9.0, 5.0, 4.0, 3.0, 2.0])).tolist()
    [5.0, 5.0, 5.0, 5.0, 4.0, 3.0, 3.0]
    """
    finite = np.isfinite(loss)
    end = len(loss) if finite.all() else int(np.argmin(finite))
    if end < 5:
        return loss
    inner = np.median(sliding_window_view(loss[:end], 5), axis=-1)
    first, last = np.median(loss[:3]), np.median(loss[end - 3 : end])
    return np.concatenate([[first, first], inner, [last, last], loss[end:]])


def _rounding(loss: Array) -> float:
    """Return the differences that are nothing but rounding: a flat curve does not fall."""
    return ROUNDING * float(np.abs(loss).max())


def steepest(loss: Array) -> int | None:
    """Return the step at which the loss falls fastest per decade, or None where it never falls.

    Parameters
    ----------
    loss : array (n_steps,)
        A loss over evenly spaced logarithms of the rate; a step that stands out by itself does not count.

    Examples
    --------
    >>> steepest(np.array([1.0, 1.0, 0.9, 0.5, 0.4, 0.4]))
    2
    """
    if len(loss) < 3:
        return None
    slope = np.gradient(without_spikes(loss))
    index = int(np.argmin(slope))
    return index if slope[index] < -_rounding(loss) else None


def valley(loss: Array) -> int | None:
    """Return the middle of the longest descent, a fall that may be interrupted; None on a flat curve.

    Parameters
    ----------
    loss : array (n_steps,)
        A smoothed loss over evenly spaced logarithms of the rate.

    Examples
    --------
    >>> valley(np.array([1.0, 0.9, 0.8, 0.7, 0.6, 2.0]))
    2
    """
    n = len(loss)
    if n < 3:
        return None
    # length[i]: most values of a falling sequence that ends at i; the same idea as fastai's `valley`.
    length = np.ones(n, dtype=int)
    for i in range(1, n):
        higher = loss[:i] > loss[i] + _rounding(loss)
        if higher.any():
            length[i] = 1 + length[:i][higher].max()
    end = int(np.argmax(length))
    if length[end] < 2:
        return None
    start = end - int(length[end]) + 1
    return (start + end) // 2


PICKS = {"steepest": steepest, "valley": valley}
"""Rules of thumb that read a learning rate off the curve."""


def range_test(
    experiment: Experiment,
    *,
    low: float = 1e-5,
    high: float = 1e2,
    steps: int = STEPS,
    seeds: Sequence[int] | None = None,
    data: DataSet | None = None,
) -> RangeTest:
    """Run a range test from many starts at once.

    Parameters
    ----------
    experiment : Experiment
        Network, cost, scheduler, batch size; its learning rate and schedule play no part.
    low, high : float
        First and last learning rate, `low` below `high`.
    steps : int
        Updates, one batch each, 3 or more.
    seeds : sequence of int, optional
        Starts; by default 32 from the experiment's own seed on.
    data : DataSet, optional
        Rows instead of the experiment's own.

    Raises
    ------
    ValueError
        When the range is empty or reversed, there are too few steps, or no seed.

    Examples
    --------
    >>> from nncore.experiment import Experiment
    >>> test = range_test(Experiment.default("XOR"), steps=20, seeds=[1, 2])
    >>> test.losses.shape
    (2, 20)
    """
    work = range_steps(experiment, low=low, high=high, steps=steps, seeds=seeds, data=data)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def range_steps(
    experiment: Experiment,
    *,
    low: float = 1e-5,
    high: float = 1e2,
    steps: int = STEPS,
    seeds: Sequence[int] | None = None,
    data: DataSet | None = None,
) -> Generator[None, None, RangeTest]:
    """Run a range test step by step, for those who must not wait; see `range_test`.

    Yields
    ------
    None
        After each step; the generator's value at its end is the test.

    Raises
    ------
    ValueError
        As there.
    """
    steps = checks.whole_number("steps", steps, least=3)
    ends = (checks.setting("low", low, low=0.0, open_low=True), checks.setting("high", high, low=0.0))
    if np.ndim(ends[0]) or np.ndim(ends[1]) or not ends[0] < ends[1]:
        raise ValueError(f"low must be below high, two learning rates; got {shown(low)} and {shown(high)}.")
    if seeds is not None and not np.iterable(seeds):
        raise ValueError(f"seeds must be a list of starts; got {seeds!r}.")
    starts = list(seeds_from(experiment.seed, SEEDS)) if seeds is None else list(seeds)
    if not starts:
        raise ValueError("seeds must hold at least one start; got none.")
    data = experiment.dataset() if data is None else data
    etas = np.geomspace(*ends, steps)
    return RangeTest(etas, (yield from _climb(experiment, starts, etas, data=data)))


def _climb(
    experiment: Experiment, seeds: list[int], etas: Array, *, data: DataSet
) -> Generator[None, None, Array]:
    """Return the loss of every seed before each step, (n_seeds, n_steps), step by step."""
    training = experiment.stack(data=data, seed=seeds)
    engine = training.network.engine
    scheduler = adopt(training.scheduler, engine)
    penalty = Penalty(engine, lam=experiment.lam, lam1=experiment.lam1)
    n, size = len(data.X), min(experiment.batch_size or len(data.X), len(data.X))
    through = Pass(engine, size, trains=True)
    rng = np.random.default_rng(np.random.SeedSequence(experiment.data_seed, spawn_key=(ORDER_KEY,)))
    rows = np.zeros(0, dtype=int)
    losses = np.full((len(seeds), len(etas)), np.nan)
    for step, eta in enumerate(etas):
        # Between two steps somebody else's setting holds.
        with np.errstate(all="ignore"):
            if len(rows) < size:
                rows = np.concatenate([rows, rng.permutation(n)])
            picked, rows = rows[:size], rows[size:]
            through.load(data.X[picked], data.t[picked])
            losses[:, step] = engine.output_layer.costs(through.forward(), through.targets)
            through.backward()
            if penalty.active:
                penalty.add_gradient()
            scheduler.eta = float(eta)
            engine.theta -= scheduler.update_change(engine.gradient)
        yield
    losses[~np.isfinite(losses)] = np.nan
    return losses


def spread_over_seeds(picks: ArrayLike, *, share: float = 0.1) -> tuple[float, float]:
    """Return the rates between which all but the outer shares of the seeds' picks lie; NaN where none picked.

    Parameters
    ----------
    picks : array (n_seeds,)
        One rate per seed, NaN where a rule found none.
    share : float
        Share left out at either end, below one half.

    Examples
    --------
    >>> spread_over_seeds([0.1, 0.1, 0.2, float("nan")])
    (0.1, 0.18)
    """
    known = np.asarray(picks, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [share, 1 - share])
    return round(float(low), 12), round(float(high), 12)
