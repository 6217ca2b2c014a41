"""Every phone's learning rate as one run, all from the same start: stacks that are trained side by side.

A stack is as large as a step of it stays short: a gate's 500 runs are one, a wide network's are several,
which take turns. Either way each run is, to the last bit, the experiment that it is alone.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from nncore.data import DataSet
from nncore.estimate import estimate
from nncore.experiment import Experiment
from nncore.mark import guessing_costs
from nncore.sweep import Block, Grid, bytes_per_run, thinned_epochs
from nncore.training import Training
from ui.live.record import RunRecord
from ui.live.sentences import sentence

CURVE_EPOCHS: Final = 121
"""Points of a curve, evenly spread over the epochs."""
STEP_SECONDS: Final = 0.002
"""About the longest step of a stack: nobody else's slice has to wait for longer."""
STACK_BYTES: Final = 256 * 2**20
"""Memory for the stacks that are trained side by side; others wait until one is done."""


@dataclass(frozen=True)
class End:
    """What became of one run."""

    outcome: str
    text: str
    """The verdict's words."""
    reached: int
    """Epochs to the target, -1 for never."""
    final: float
    """Cost after the last epoch; NaN after an overflow."""


@dataclass
class Lane:
    """One stack on its way."""

    block: Block
    """Its runs: neighbours among the room's."""
    training: Training | None = None
    """None before its start and after its end."""
    known: int = 0
    """Kept epochs whose costs are known."""

    @property
    def rows(self) -> slice:
        """Its runs among the room's."""
        return slice(int(self.block.index[0]), int(self.block.index[-1]) + 1)


def runs_in_step(experiment: Experiment, data: DataSet) -> int:
    """Return how many runs may share a step."""
    steps = experiment.epochs * -(-len(data.X) // (experiment.batch_size or len(data.X)))
    each = estimate(experiment, data).each / max(1, steps)
    return max(1, int(STEP_SECONDS / each))


@dataclass
class RoomStack:
    """The runs of a room.

    Attributes
    ----------
    epochs : int array (n_kept,)
        Epochs whose costs are kept.
    costs : array (n_runs, n_kept)
        NaN where not known yet, and after an overflow.
    lanes : list of Lane
        Stacks, of the lowest rates first.
    ends : list of End or None
        One a run.
    """

    experiment: Experiment
    """What all share."""
    etas: Sequence[float]
    """The learning rates, rising, each once."""
    data: DataSet = field(init=False)
    target: float = field(default=float("nan"), init=False)
    start: float = field(default=float("nan"), init=False)

    def __post_init__(self) -> None:
        self.data = self.experiment.dataset()
        runs = runs_in_step(self.experiment, self.data)
        grid = Grid(self.experiment, {"eta": tuple(self.etas)})
        self.lanes = [Lane(block) for block in grid.blocks(np.arange(len(grid)), most=lambda _: runs)]
        room = STACK_BYTES // (min(runs, len(grid)) * bytes_per_run(self.experiment, self.data))
        self._side_by_side = max(1, int(room))
        self._waiting = deque(self.lanes)
        self._moving: list[Lane] = []
        self.epochs = thinned_epochs(self.experiment.epochs, CURVE_EPOCHS)
        self.costs = np.full((len(grid), len(self.epochs)), np.nan)
        self.ends: list[End | None] = [None] * len(grid)
        self._start_lane()

    @property
    def finished(self) -> bool:
        """Whether every run is over."""
        return not self._moving and not self._waiting

    @property
    def epoch(self) -> int:
        """Epochs that every run has behind it."""
        done = [self.epochs[lane.known - 1] if lane.known else 0 for lane in self.lanes]
        return int(min(done))

    def move(
        self, seconds: float, *, until: int | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Train on for a while; at least one mini-batch of one stack.

        Parameters
        ----------
        seconds : float
            Training time.
        until : int, optional
            Epoch at which all rest, however much time is left.
        clock : callable
            Monotonic time in seconds.
        """
        until = self.experiment.epochs if until is None else until
        deadline = clock() + seconds
        while not self.finished:
            if self._waiting and len(self._moving) < self._side_by_side:
                self._start_lane()
            lane = min(self._moving, key=_progress)
            assert lane.training is not None
            if lane.training.progress >= until:
                return
            self._advance(lane, until, max(0.0, deadline - clock()))
            if clock() >= deadline:
                return

    def _start_lane(self) -> None:
        lane = self._waiting.popleft()
        lane.training = lane.block.training(self.data)
        self._moving.append(lane)
        self.start = float(np.ravel(lane.training.start_cost)[0])
        self.target = float(np.ravel(lane.training.target_cost)[0])
        self._note(lane)

    def _advance(self, lane: Lane, until: int, seconds: float) -> None:
        training = lane.training
        assert training is not None
        several = len(self._moving) > 1
        # With several stacks, each goes one epoch at a time, so that their curves grow side by side.
        training.advance(epochs=1 if several else until - training.epoch, seconds=seconds)
        self._note(lane)
        if training.finished:
            self._finish(lane, training)

    def _note(self, lane: Lane) -> None:
        """Keep the costs of the epochs that have been completed."""
        training = lane.training
        assert training is not None
        reached = np.searchsorted(self.epochs, training.epoch, side="right")
        # A stack whose runs have all overflowed rests before the planned end.
        known = len(self.epochs) if training.finished else int(reached)
        history = training.history["train_errors"]
        for place in range(lane.known, known):
            epoch = self.epochs[place]
            if epoch <= training.epoch:
                column = history[:, epoch - 1] if epoch else training.start_cost
                self.costs[lane.rows, place] = column
        lane.known = known

    def _finish(self, lane: Lane, training: Training) -> None:
        records = records_of(self.experiment, self.etas[lane.rows], training)
        self.ends[lane.rows] = [_end(record) for record in records]
        lane.training = None
        self._moving.remove(lane)

    def winners(self) -> list[int]:
        """Return the learned runs that were at the target first, several where they are level."""
        reached = {
            run: end.reached
            for run, end in enumerate(self.ends)
            if end is not None and end.outcome == "learned" and end.reached >= 0
        }
        return [run for run, epochs in reached.items() if epochs == min(reached.values())]


def _progress(lane: Lane) -> float:
    return lane.training.progress if lane.training is not None else 0.0


def _end(record: RunRecord) -> End:
    final = float("nan") if record.overflow_epoch >= 0 else record.final_cost
    return End(record.outcome, sentence(record, ""), record.epochs_to_target, final)


def records_of(experiment: Experiment, etas: Sequence[float], training: Training) -> list[RunRecord]:
    """Return the runs of a finished stack, each as a live run keeps itself."""
    history = training.history
    data = training.data
    guess, guess_val = guessing_costs(data.t, data.t_val, training.network.cost_func)
    outcomes, start = training.outcome, np.asarray(training.start_cost)
    reached, overflow = np.asarray(training.epochs_to_target), np.asarray(training.overflow_epoch)
    val = history.get("val_errors")
    records = []
    for run, eta in enumerate(etas):
        records.append(
            RunRecord(
                run=run,
                experiment=experiment.replace(eta=eta),
                epoch=training.epoch,
                train=(float(start[run]), *history["train_errors"][run].tolist()),
                # What the rows kept apart cost before training is in no verdict.
                val=() if val is None else (math.nan, *val[run].tolist()),
                outcome=str(outcomes[run]),
                overflow_epoch=int(overflow[run]),
                epochs_to_target=int(reached[run]),
                guess=guess,
                guess_val=guess_val,
                mark=training.mark,
                finished=True,
            )
        )
    return records
