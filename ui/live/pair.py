"""Two runs side by side, moved on in step: what a player moves where it shows two."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ui.live.attention import Eyes
    from ui.live.run import LiveRun

ROUNDING: Final = 1e-9
"""Share of an epoch by which two ways to count the same mini-batches may differ."""


class Pair:
    """Two runs by one clock: each is the run that it is alone, and both are shown at the same epoch.

    The slower one goes first, for its part of the time, and the other follows as far as whole mini-batches
    lead. One that is over, or has overflowed, waits at its end for the other.

    Parameters
    ----------
    run : LiveRun
        What the controls change.
    held : LiveRun
        What is held beside it.
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(
        self, run: LiveRun, held: LiveRun, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.run = run
        self.held = held
        self.runs = (run, held)
        self._clock = clock
        # One that is begun later is shown once it has come as far as the other.
        late = held.progress < run.progress
        self._owed = (held, _whole_batches(held, run.progress)) if late else None

    @property
    def over(self) -> bool:
        """True when both are."""
        return all(run.over for run in self.runs)

    @property
    def overflowed(self) -> bool:
        """True when both are over, and the controls' run has overflowed."""
        return self.over and self.run.overflowed

    @property
    def progress(self) -> float:
        """Epochs done by the one that is ahead, of those that still go on."""
        going = [run.progress for run in self.runs if not run.over]
        return max(going or [run.progress for run in self.runs])

    @property
    def epochs(self) -> int:
        """Epochs of the longer one."""
        return max(run.epochs for run in self.runs)

    @property
    def planned(self) -> int:
        """Those that were planned."""
        return max(run.planned for run in self.runs)

    @property
    def seconds(self) -> float:
        """Training time of the controls' run."""
        return self.run.seconds

    @property
    def level(self) -> bool:
        """False while one of them has still to come to the epoch of the other before both can be shown."""
        return self._owed is None

    @property
    def advising(self) -> bool:
        """True while what to try after one of them is still being tried out."""
        return self.over and any(run.advising for run in self.runs)

    def reached(self, target: float) -> bool:
        """Tell whether both are at an epoch, or over."""
        return all(run.reached(target) for run in self.runs)

    def move(self, target: float, *, seconds: float, stale: Callable[[], bool]) -> None:
        """Train both until `target` epochs are done, for so many seconds together; see `LiveRun.move`."""
        if not self.level:
            self.catch_up(seconds=seconds, stale=stale)
            return
        first, second = self._in_order()
        if first.training.epoch < second.training.epoch and not (first.over or second.over):
            # Epochs were added to runs of different lengths: the shorter one comes after, for all to see.
            first.move(min(target, second.training.epoch), seconds=seconds, stale=stale)
            return
        begin = self._clock()
        waits = first.over
        if not waits:
            first.move(target, seconds=seconds * _share(first, second), stale=stale)
        goal = target if waits else _whole_batches(second, first.progress)
        self._owed = (second, goal)
        self.catch_up(seconds=seconds - (self._clock() - begin), stale=stale)

    def catch_up(self, *, seconds: float, stale: Callable[[], bool]) -> None:
        """Train the one that has to come to the epoch of the other."""
        if self._owed is None:
            return
        run, goal = self._owed
        if not run.reached(goal):
            run.move(goal, seconds=max(0.0, seconds), stale=stale)
        if run.reached(goal):
            self._owed = None

    def step(self, target: float, eyes: Eyes, *, seconds: float, stale: Callable[[], bool]) -> None:
        """Train both until `target` epochs are done, and keep the last update of the neuron looked at."""
        self._owed = None
        for run, attention in ((self.run, eyes.run), (self.held, eyes.beside)):
            run.step(target, attention.watched(run), seconds=seconds / 2, stale=stale)

    def resume(self) -> None:
        """Show the present again."""
        for run in self.runs:
            run.resume()

    @property
    def at_once(self) -> bool:
        """Whether both are trained to their end at once."""
        return self.run.at_once

    @at_once.setter
    def at_once(self, at_once: bool) -> None:
        for run in self.runs:
            run.at_once = at_once

    def seek(self, epoch: int) -> None:
        """Look back at an epoch of both; at the end of the controls' run, the other one is at its own."""
        self.run.seek(epoch)
        self.held.seek(self.held.training.epoch if self.run.sought is None else epoch)

    def advise(self, seconds: float) -> None:
        """Try out what may help after the end, one after the other."""
        waiting = [run for run in self.runs if run.over and not run.advised]
        for run in waiting[:1]:
            run.advise(seconds)

    def _in_order(self) -> tuple[LiveRun, LiveRun]:
        """Give the one that is behind by an epoch or more first, else the slower one."""
        one, other = self.runs
        if one.training.epoch != other.training.epoch and not (one.over or other.over):
            return (one, other) if one.training.epoch < other.training.epoch else (other, one)
        return (one, other) if _pace(one) >= _pace(other) else (other, one)


def _share(first: LiveRun, second: LiveRun) -> float:
    """Part of the time after which the rest is enough for the second one to follow."""
    both = _pace(first) + _pace(second)
    return 1.0 if second.over else _pace(first) / both if both else 0.5


def _pace(run: LiveRun) -> float:
    """Seconds of training an epoch."""
    return run.seconds / run.progress if run.progress else 0.0


def _whole_batches(run: LiveRun, goal: float) -> float:
    """Give how far a run comes by whole mini-batches without passing `goal` epochs."""
    batches = run.training.batches
    return math.floor(goal * batches + ROUNDING) / batches - ROUNDING
