"""A training that can be held, moved on, changed on the way and asked how it stands."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike, Numbers
from nncore.batches import batch_bounds, checked_data, with_ones
from nncore.machinery.buffers import NO_COPY, Passes
from nncore.machinery.kernels import all_built_in
from nncore.machinery.lodging import Lodging
from nncore.machinery.penalty import Penalty
from nncore.machinery.pieces import hook
from nncore.machinery.record import MetricRecorder, target_columns
from nncore.machinery.shared import shared
from nncore.machinery.workspace import LEAST_SHARED
from nncore.mark import Mark, guessing_costs
from nncore.model import Model
from nncore.outcome import target_cost
from nncore.report import TrainingReport
from nncore.schedulers import Scheduler
from nncore.schedules import Schedule, checked_change
from nncore.user_schedulers import SchedulerLike, adopt

DEFAULT_ORDER = 0
"""Order seed where none is given, the same for every network: a stack then sees what its runs alone see."""


class Training(TrainingReport):
    """One network (or stack), a scheduler, the data, and the history so far.

    Parameters
    ----------
    network : Model
        Trained in place.
    scheduler : Scheduler
        Any object with ``update_change`` and ``reset``; copied and reset once, here.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        Training set; t may be a vector where there is one output.
    batch_size : int, optional
        Samples in a mini-batch, at most; the last one of an epoch takes what is left. None: all samples.
    batches : int, optional
        Instead of `batch_size`: the number of mini-batches; the last takes the remainder as well.
    epochs : int
        Passes through the training set that are planned.
    lam, lam1 : float, or vector (n_runs,)
        Penalties lam / 2 |W|^2 and lam1 |W|_1 on the weights, not the biases. They are minimised with the
        cost but not reported in it; see `penalty`.
    X_val, t_val : arrays like X and t, optional
        A set that is watched but not trained on.
    order_seed : int, optional
        Decides the order of the samples, drawn anew without replacement every epoch, the same for all runs of
        a stack. Where there is one batch only, the order plays no part.
    schedule : callable, optional
        (epoch from 0, planned epochs) to a factor on the learning rate, asked at the start of each epoch. It
        is told the epochs planned here, whatever `extend` adds: those of SCHEDULES stay at the plan's end.
    judge : (X, t), optional
        A clean set for `judge_proba`, ``accuracy("judge")`` and ``confusion("judge")``.
    metrics_every : int
        Cost and accuracy are taken every so many epochs and after the last planned one; NaN between.
    mark : Mark, optional
        What to reach instead of the usual target, for rows that cannot be told apart; see `nncore.mark`.
    changes : iterable of (epoch, field, value)
        What is changed on the way: once so many epochs are done, "eta" or "lam" has that value, as if
        `set_eta` or `set_lam` had been called then.

    Attributes
    ----------
    planned : int
        Epochs planned at the start; `epochs` holds those that were added as well.
    on_epoch : callable or None
        Called with the number of epochs after each one, while a run is finite: to keep weights on the way. It
        must not change the network. In a stack, runs that overflowed read as zeros there.

    Raises
    ------
    ValueError
        When an argument cannot be meant; the sentence names it, what is allowed and what was given.

    Examples
    --------
    >>> from nncore import *
    >>> X, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    >>> network = FFNN((2, 4, 1), tanh, sigmoid, CostLogReg, seed=7)
    >>> training = Training(network, Adam(0.1, 0.9, 0.999), X, t, epochs=200)
    >>> training.advance()
    200
    >>> training.outcome
    'learned'
    """

    # Every choice of a training has its name here, and the lecture's order for the first four.
    def __init__(
        self,
        network: Model,
        scheduler: SchedulerLike,
        X: ArrayLike,
        t: ArrayLike,
        *,
        batch_size: int | None = None,
        batches: int | None = None,
        epochs: int = 100,
        lam: ArrayLike = 0.0,
        lam1: ArrayLike = 0.0,
        X_val: ArrayLike | None = None,
        t_val: ArrayLike | None = None,
        order_seed: int | None = None,
        schedule: Schedule | None = None,
        judge: tuple[ArrayLike, ArrayLike] | None = None,
        metrics_every: int = 1,
        mark: Mark | None = None,
        changes: Iterable[tuple[int, str, Numbers]] = (),
    ) -> None:
        if not isinstance(network, Model):
            raise ValueError(f"network must be an FFNN; got {network!r}.")
        self.network = network
        self.data = checked_data(network, X, t, X_val=X_val, t_val=t_val, judge=judge)
        self.epochs = self.planned = checks.whole_number("epochs", epochs, least=0)
        self._every = checks.whole_number("metrics_every", metrics_every, least=1)
        self._bounds = batch_bounds(len(self.data.X), batch_size=batch_size, batches=batches)
        seed = DEFAULT_ORDER if order_seed is None else order_seed
        self._order_rng = np.random.default_rng(checks.whole_number("order_seed", seed, least=0))
        if schedule is not None and not callable(schedule):
            raise ValueError(
                f"schedule must be a callable of (epoch, epochs), such as one of SCHEDULES; got {schedule!r}."
            )
        self.schedule = schedule
        self.mark = mark
        self._engine = network.engine
        self.scheduler = adopt(scheduler, self._engine)
        self._eta = getattr(self.scheduler, "eta", None) if hasattr(scheduler, "eta") else None
        self._penalty = Penalty(self._engine, lam=lam, lam1=lam1)
        self.changes: list[tuple[int, str, Numbers]] = []
        self._coming = sorted((checked_change(change) for change in changes), key=lambda change: change[0])
        self.on_epoch: Callable[[int], None] | None = None
        self._begin()

    def __reduce__(self) -> str | tuple[object, ...]:
        # Also what copy.copy asks for: a shallow copy would train the same weights.
        raise TypeError(NO_COPY)

    def _begin(self) -> None:
        """Make the buffers and look at the network as it stands before the first step."""
        data, engine = self.data, self._engine
        self.epoch = 0
        self._batch = 0
        self._waiting: list[tuple[object, str, object]] = []
        self._order: Array | None = None
        self._theta_memory = engine.memory(engine.theta)
        self._whole = len(self._bounds) == 1
        self._passes = Passes(engine, trains=True, data=(data.X, data.t) if self._whole else None)
        if not self._whole:
            self._design = shared(data.X, ("design", engine.dtype), partial(with_ones, data.X, engine.dtype))
            self._targets = target_columns(data.t, engine.dtype)
        self._overflow = np.full(engine.runs, -1)
        self._alive = np.ones(engine.runs, bool)
        self._dead: Array | None = None
        self._last_theta = np.zeros_like(engine.theta) if engine.runs else engine.theta
        self._blocks = Passes(engine)
        self._train = self._recorder(data.X, data.t, through=self._passes if self._whole else None)
        self._val, self._judge = (
            None if X is None or t is None else self._recorder(X, t)
            for X, t in ((data.X_val, data.t_val), (data.X_judge, data.t_judge))
        )
        self._lodging = Lodging(
            engine,
            passes=self._passes,
            blocks=self._blocks,
            sizes=(stop - start for start, stop in self._bounds),
            recorders=(self._train, self._val, self._judge),
        )
        self._unrecorded = False
        self._opens = True
        self._plan()
        with np.errstate(all="ignore"):
            self._train.forward()
            self._start = np.asarray(self._train.costs(), dtype=np.float64)
            cost_func = self.network.cost_func
            self._usual = target_cost(data.t, cost_func, start=self._start)
            self._target = self._usual if self.mark is None else self.mark.train
            self._guess_val = guessing_costs(data.t, data.t_val, cost_func)[1]
            self._note_overflow(~np.isfinite(self._start))
            self._flush()

    def _recorder(self, X: Array, t: Array, *, through: Passes | None = None) -> MetricRecorder:
        return MetricRecorder(
            self._engine, X, t, overflow=self._overflow, through=through, blocks=self._blocks
        )

    def take_costs_only(self) -> None:
        """Note no accuracy after each epoch, from the start on; `accuracy` still tells it at any time."""
        for recorder in (self._train, self._val):
            if recorder is not None:
                recorder.accs = None

    def rest(self) -> None:
        """Let go of the memory that only computing needs, until something is computed again.

        Of a wide network it is more than the network: activations and their gradients for every sample of a
        batch. What was learned, the scheduler's memory and the history stay.
        """
        self._lodging.rest()

    def share_memory(self) -> None:
        """Compute in memory that all who do so in a thread use one after the other.

        A hundred wide networks of which one moves at a time then take little more than their weights and what
        their schedulers remember. The numbers are the same. `gradients` holds until another one of them moves
        on, or this one rests. A small network, and what belongs to the user, go on as they are.
        """
        engine, rows = self._engine, max(stop - start for start, stop in self._bounds)
        large = max(engine.n_parameters, rows * max(engine.dimensions)) * max(engine.runs, default=1)
        ours = all_built_in(engine.hidden_func) and engine.output_layer.deferrable
        if large >= LEAST_SHARED and ours and isinstance(self.scheduler, Scheduler):
            self._lodging.share(self.scheduler)

    def _settle(self) -> None:
        self._lodging.settle()

    # ------------------------------------------------------------------ moving on

    def advance(self, epochs: int | None = None, seconds: float | None = None) -> int:
        """Train on, never past the planned epochs; without arguments to their end.

        However the work is cut into calls, the numbers are the same to the last bit.

        Parameters
        ----------
        epochs : int, optional
            At most so many more epochs are completed.
        seconds : float, optional
            Stop after the first mini-batch that ends later than this; the next call goes on from there.

        Returns
        -------
        int
            Epochs completed in this call.

        Raises
        ------
        ValueError
            When `epochs` is not a whole number of at least 0, or `seconds` is negative or not a number.
        """
        until = self.epochs
        if epochs is not None:
            until = min(until, self.epoch + checks.whole_number("epochs", epochs, least=0))
        deadline = math.inf
        if seconds is not None:
            deadline = time.perf_counter() + float(checks.setting("seconds", seconds, low=0.0))
        before = self.epoch
        self._settle()
        # Overflow is a result here, so NumPy need not warn of it.
        with np.errstate(all="ignore"):
            try:
                if self._dead is not None:
                    self._engine.theta[self._dead] = 0.0
                self._run(until, deadline)
            finally:
                self._flush()
        return self.epoch - before

    def _run(self, until: int, deadline: float) -> None:
        clock = time.perf_counter
        timed = deadline < math.inf
        # Asked once: a tiny network's mini-batch takes microseconds.
        interrupt = hook()
        while self.epoch < until and self._alive_any:
            if self._opens and self._batch == 0:
                self._open_epoch()
            self._step()
            if self._batch == 0:
                self._close_epoch()
            if interrupt is not None:
                interrupt()
            if timed and clock() >= deadline:
                break
        if self._coming and self._batch == 0:
            self._make_changes()

    def _open_epoch(self) -> None:
        """Set the learning rate of this epoch, and draw the order of its samples."""
        while self._waiting:
            setattr(*self._waiting.pop(0))
        self._make_changes()
        self._opens = self.schedule is not None or not self._whole or bool(self._coming)
        if self.schedule is not None:
            self._set_factor(float(self.schedule(self.epoch, self.planned)))
        if not self._whole:
            self._order = self._order_rng.permutation(len(self.data.X))

    def _step(self) -> None:
        """Train on one mini-batch."""
        start, stop = self._bounds[self._batch]
        through = self._passes[stop - start]
        if not self._whole:
            assert self._order is not None
            through.load_rows(self._design, self._targets, self._order[start:stop])
        for function, arguments in through.forward_calls:
            function(*arguments)
        if self._unrecorded:
            # With one batch the pass that starts an epoch is the evaluation after the one before.
            self._record()
            if not self._alive_any:
                return
        for function, arguments in through.backward_calls:
            function(*arguments)
        if self._penalty.active:
            self._penalty.add_gradient()
        change = self.scheduler.update_change(self._engine.gradient)
        if self._dead is not None:
            change[self._dead] = 0.0
        np.subtract(self._engine.theta, change, self._engine.theta)
        self._batch += 1
        if self._batch == len(self._bounds):
            self._batch = 0
            self.epoch += 1

    def _close_epoch(self) -> None:
        """Take the metrics after an epoch where they are due, and look whether the runs are still finite."""
        if not self._alive_any:
            return
        if self._every > 1 and self.epoch % self._every and self.epoch != self.epochs:
            self._check_weights()
        elif self._whole:
            self._unrecorded = True
        else:
            self._train.forward()
            self._record()
        if self.on_epoch is not None:
            self._check_weights()
            if self._alive_any:
                self.on_epoch(self.epoch)

    def _record(self) -> None:
        """Note cost and accuracy of the network as it is, whose training pass has just gone forward."""
        self._unrecorded = False
        squares = self._train.record(self.epoch) + self._theta_memory.dot(self._theta_memory)
        if not math.isfinite(squares):
            self._note_overflow(self._train.failed(self.epoch) | self._lost())
        if self._val is not None:
            self._val.forward()
            self._val.record(self.epoch)

    def _check_weights(self) -> None:
        if not math.isfinite(self._theta_memory.dot(self._theta_memory)):
            self._note_overflow(self._lost())

    def _lost(self) -> Array:
        """Return which runs (*runs) have weights that are not finite, or whose squares are not."""
        theta = self._engine.theta
        return ~np.isfinite(np.einsum("...p,...p->...", theta, theta))

    def _flush(self) -> None:
        """Bring the history up to the last epoch that was completed."""
        if self._unrecorded:
            self._train.forward()
            self._record()
        for recorder in (self._train, self._val):
            if recorder is not None:
                recorder.flush()
                recorder.reserve(self.epoch)
        if self._dead is not None:
            self._engine.theta[self._dead] = self._last_theta[self._dead]

    def _note_overflow(self, failed: Array) -> None:
        """Stop the runs that have just ceased to be finite.

        In a stack they stand at zero while their neighbours train, so that all numbers stay finite and quick
        to check; `_flush` shows their last weights again.
        """
        failed = failed & self._alive
        self._overflow[failed] = self.epoch
        self._alive &= ~failed
        self._alive_any = bool(self._alive.any())
        for recorder in (self._train, self._val):
            if recorder is not None:
                recorder.mark_overflow(failed, self.epoch)
        if self._engine.runs and failed.any():
            self._dead = np.flatnonzero(~self._alive)
            self._last_theta[failed] = self._engine.theta[failed]
            self._engine.theta[failed] = 0.0

    # ------------------------------------------------------------------ changing it on the way

    def extend(self, epochs: int) -> None:
        """Go on for so many more epochs.

        The run is then, bit for bit, one that was planned that long, unless its schedule depends on the plan:
        such a schedule keeps the plan that it began with, and the factor with which that ends.

        Raises
        ------
        ValueError
            When `epochs` is not a whole number of at least 0.
        """
        self.epochs += checks.whole_number("epochs", epochs, least=0)
        self._plan()

    def _plan(self) -> None:
        self._train.plan(self.epochs)
        if self._val is not None:
            self._val.plan(self.epochs)

    @property
    def eta(self) -> Numbers | None:
        """The learning rate as it was set, before any schedule."""
        return self._eta

    def set_eta(self, eta: ArrayLike) -> None:
        """Go on with another learning rate from the next start of an epoch; weights and memory stay.

        What was to be changed of it later on the way is given up.

        Parameters
        ----------
        eta : float, or vector (n_runs,)
            Learning rate, above 0.

        Raises
        ------
        ValueError
            When `eta` is not above 0 and finite, or the scheduler has none.
        """
        eta = checks.setting("eta", eta, low=0.0, open_low=True)
        if np.ndim(eta) and np.shape(eta) != self._engine.runs:
            raise ValueError(f"eta must be a number or one per run, {self._engine.runs}; got {eta!r}.")
        if self._eta is None:
            raise ValueError(f"eta cannot be changed: {self.scheduler!r} has no attribute eta.")
        self._give_up("eta")
        self._take_eta(eta)

    def _take_eta(self, eta: Numbers) -> None:
        self._eta = eta
        self._change("eta", eta, (self.scheduler, "eta", eta))

    def set_lam(self, lam: ArrayLike) -> None:
        """Go on with another penalty lam / 2 |W|^2 from the next start of an epoch; weights and memory stay.

        What was to be changed of it later on the way is given up.

        Parameters
        ----------
        lam : float, or vector (n_runs,)
            At least 0.

        Raises
        ------
        ValueError
            When `lam` is negative, not finite, or a vector that has not one value per run.
        """
        self._take_lam(lam)
        self._give_up("lam")

    def _take_lam(self, lam: ArrayLike) -> None:
        penalty = Penalty(self._engine, lam=lam, lam1=self._penalty.lam1)
        self._change("lam", penalty.lam, (self, "_penalty", penalty))

    @property
    def coming(self) -> list[tuple[int, str, Numbers]]:
        """What is still to be changed on the way: (epoch, field, value), in order."""
        return list(self._coming)

    def _give_up(self, field: str) -> None:
        self._coming = [change for change in self._coming if change[1] != field]

    def _make_changes(self) -> None:
        """Make the changes that are due between two epochs."""
        while self._coming and self._coming[0][0] <= self.epoch:
            _, field, value = self._coming.pop(0)
            if field == "eta":
                self._take_eta(value)
            else:
                self._take_lam(value)

    def _change(self, field: str, value: Numbers, place: tuple[object, str, object]) -> None:
        # In mid-epoch it waits for the next epoch: then `changes` says exactly what was done.
        self.changes.append((self.epoch + (self._batch > 0), field, value))
        if self._batch:
            self._waiting.append(place)
            self._opens = True
        else:
            setattr(*place)

    def _set_factor(self, factor: float) -> None:
        if not (math.isfinite(factor) and factor >= 0.0):
            raise ValueError(f"schedule must return a finite factor of at least 0; got {factor!r}.")
        if isinstance(self.scheduler, Scheduler):
            if factor != self.scheduler.factor:
                self.scheduler.factor = factor
        else:
            self.scheduler.eta = np.asarray(self._eta) * factor
