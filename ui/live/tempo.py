"""How fast a run is played: which epoch each frame should reach."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from nncore.estimate import estimate

if TYPE_CHECKING:
    from ui.live.pair import Pair
    from ui.live.run import LiveRun

DRAG_SECONDS: Final = 0.06
"""Training time of a whole run that still follows a dragged learning rate."""
LAST_RUNS: Final = 3
"""Runs of which the quickest tells how long the next one of their size takes."""
WATCH_SECONDS: Final = 3.0
"""Time in which a whole run is shown at normal speed."""
LONGEST_PAUSE: Final = 0.1
"""A frame that comes later than this does not make the run jump: the tab was hidden, or the server busy."""
FRAME_SECONDS: Final = 1 / 30
"""Time between two frames, assumed for the first one."""
SMOOTHING: Final = 0.15
"""Weight of the latest time between two frames in the usual one."""
FIRST_SECONDS: Final = 0.01
"""Training time before the first frame of a new run, which shows its first epoch if that is done by then."""
MAX_SPEED_SHARE: Final = 0.75
"""Part of the time between two frames that is trained at full speed: what is left makes and sends the frame,
so that the browser never waits for one, however fast it draws."""


class Tempo:
    """Epochs by the clock.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds.

    Attributes
    ----------
    speed : str
        Epochs a frame, `normal` or `max`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.speed = "normal"
        self._clock = clock
        self._due = 0.0
        self._last_pull: float | None = None
        self._interval = FRAME_SECONDS

    def owe_nothing(self) -> None:
        """Begin to count epochs anew."""
        self._due = 0.0

    def rest(self) -> None:
        """Note that the time until the next frame is no time of a playing run."""
        self._last_pull = None

    def play(self, run: LiveRun | Pair, *, seconds: float, stale: Callable[[], bool], fresh: bool) -> None:
        """Train as far as the next frame should show, for so many seconds at most.

        The first epoch does not wait for its time: whoever has pressed Play sees it at once.
        """
        passed = self._between_frames()
        before = run.progress
        if fresh:
            run.move(self._ahead(run, FRAME_SECONDS), seconds=min(FIRST_SECONDS, seconds), stale=stale)
            self._due = 0.0
            return
        if self.speed == "max":
            seconds = min(seconds, MAX_SPEED_SHARE * passed)
        run.move(self._ahead(run, passed), seconds=seconds, stale=stale)
        # A run that cannot keep up owes no epochs: it would jump once the server is free.
        self._due = min(self._due - (run.progress - before), 0.0) if self.speed == "normal" else 0.0

    def _between_frames(self) -> float:
        """Give the usual time between two frames, in seconds.

        Smoothed, because the browser asks for two frames at once and then for none: with the bare times every
        other frame would stand still.
        """
        now = self._clock()
        if self._last_pull is not None:
            passed = min(now - self._last_pull, LONGEST_PAUSE)
            self._interval += SMOOTHING * (passed - self._interval)
        self._last_pull = now
        return self._interval

    def _ahead(self, run: LiveRun | Pair, passed: float) -> float:
        """Give the epoch that this frame should reach, after so many seconds since the last one."""
        epochs = run.epochs
        if self.speed == "max":
            return float(epochs)
        if self.speed != "normal":
            return min(math.floor(run.progress) + float(self.speed), epochs)
        # At the pace of the plan, however many epochs have been added to it.
        self._due += passed * run.planned / WATCH_SECONDS
        return min(max(run.progress + max(self._due, 0.0), 1.0), epochs)


class WholeRuns:
    """How long whole runs take: as the quickest of the last few of a size, before there are any as estimated.

    One that others kept from the processor does not end that the hand is followed; several do.
    """

    def __init__(self) -> None:
        self._of: tuple[int, ...] = ()
        self._paces: deque[float] = deque(maxlen=LAST_RUNS)  # seconds an epoch, of runs of that size

    def note(self, run: LiveRun | None) -> None:
        """Note how fast a run was trained."""
        if run is None or not run.progress:
            return
        if self._of != self._size(run):
            self._of = self._size(run)
            self._paces.clear()
        self._paces.append(run.seconds / run.progress)

    def end_soon(self, run: LiveRun) -> bool:
        """Tell whether a run takes so little that it can follow a dragged control."""
        if self._paces and self._of == self._size(run):
            soon = min(self._paces) * run.training.epochs <= DRAG_SECONDS
            if soon or len(self._paces) == LAST_RUNS:
                return soon
        return estimate(run.experiment, run.data).seconds() <= DRAG_SECONDS

    @staticmethod
    def _size(run: LiveRun) -> tuple[int, ...]:
        rows = len(run.data.X)
        return (*run.experiment.dimensions(run.data), rows, run.experiment.batch_size or rows)
