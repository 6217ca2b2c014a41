"""Scripts of one session may not take the time of all others.

Streamlit runs a page's script again for every message of its browser. A tab that sends them without a rest,
by a held key or on purpose, would hold the interpreter all the time: so each session has seconds in hand,
pays its scripts with them, and waits once they are used up. They come back the faster the fewer sessions run
scripts just then. A script that had to wait is paid for with the session's part of the frames too: whoever
never rests has no more of the time than others, scripts and frames together.

One script computes at a time: several gain nothing beside one another, and whoever makes frames would wait
for the interpreter once for each of them, at every long array. A script that only waits lets the next one in
(`nncore.machinery.pieces.aside`). What is paid is time, not processor time: where the machine has other work,
scripts still leave the better part of it to the frames.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from nncore.machinery.pieces import interrupted_by

IN_HAND: Final = 0.3
"""Seconds of computing that a session has to begin with, and at most: some ten script runs. Several that
never rest have no more of them together: each keeps the others until it has rested."""
HASTY: Final = 3
"""Runs without a rest between them after which a session counts as one that never rests: a page that opens,
or a hand that changes its mind, has two or three."""
SHARE: Final = 0.4
"""Part of the time in which scripts may compute for long, those of all sessions together."""
SHARE_RESTLESS: Final = 0.2
"""The same for a session whose last run ended less than `RESTED_SECONDS` ago, where no other runs scripts: a
hand that drags still sees some five runs a second. Several have less together, down to the half: the server
has as much again to do for every run, and frames keep most of the time."""
MOST_CHARGED: Final = 0.25
"""Seconds that one run costs at most: the first one of a process imports half the house."""
MOST_WAITED: Final = 1.0
"""Seconds that one run waits at most until its session can pay for it."""
RESTED_SECONDS: Final = 1.0
MOST_WAITED_RESTLESS: Final = 6.0
"""The same where the session's last run ended less than `RESTED_SECONDS` ago: a dozen tabs that send without
a rest would else take all the time, each of them once a second."""
MOST_QUEUED: Final = 0.5
"""Seconds that a script waits at most for one and the same other to end: it may stand where nobody thought of
it."""
ACTIVE_SECONDS: Final = 2.0
"""A session counts among those that run scripts while it waits, and for so long after its last run began."""
_NEVER: Final = threading.Event()


@dataclass
class _Account:
    """Seconds in hand, when they were counted, when the last run begins and ended, and hasty runs so far."""

    seconds: float
    at: float
    begins: float = -math.inf
    ended: float = -math.inf
    hasty: int = 0


class ScriptPace:
    """Accounts of all sessions.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds.
    wait : callable
        Waits for so many seconds; other threads go on.
    charge : callable
        Told session and seconds of a run for which the session had to wait; must not wait itself.
    after : callable
        Called at the end of each run; must not wait.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = _NEVER.wait,
        charge: Callable[[str, float], object] = lambda _session, _seconds: None,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self._clock, self._wait, self._charge, self._after = clock, wait, charge, after
        self._door = Door()
        self._accounts: dict[str, _Account] = {}
        self._lock = threading.Lock()

    @contextmanager
    def run(self, session: str) -> Iterator[None]:
        """Run a script when its session can pay for it; charge what it took, however it ends."""
        due = self._due(session)
        if due > 0.0:
            self._wait(due)
        turn = _Turn(self._door, self._clock)
        turn.begin()
        try:
            with interrupted_by(turn):
                yield
        finally:
            turn.end()
            with self._lock:
                if account := self._accounts.get(session):
                    account.seconds -= min(turn.seconds, MOST_CHARGED)
                    account.ended = self._clock()
            if due > 0.0:
                self._charge(session, turn.seconds)
            self._after()

    def _due(self, session: str) -> float:
        """Return how long a session has to wait: until it has seconds in hand, or for as long as it may."""
        now = self._clock()
        with self._lock:
            self._forget(now)
            account = self._accounts.setdefault(session, _Account(IN_HAND, now))
            rested = now - account.ended >= RESTED_SECONDS
            active = max(1, sum(now - one.begins < ACTIVE_SECONDS for one in self._accounts.values()))
            rate = SHARE / active if rested else SHARE_RESTLESS / (2 * active - 1)
            account.seconds = min(IN_HAND, account.seconds + rate * (now - account.at))
            account.at = now
            account.hasty = 0 if rested else account.hasty + 1
            kept = IN_HAND * (1.0 - 1.0 / active) if account.hasty > HASTY else 0.0
            most = MOST_WAITED if rested else MOST_WAITED_RESTLESS
            due = max(0.0, min((kept - account.seconds) / rate, most))
            account.begins = now + due
            return due

    def _forget(self, now: float) -> None:
        """Drop accounts that are full again by any measure."""
        full = [name for name, one in self._accounts.items() if now - one.at > 60.0 * IN_HAND]
        for name in full:
            del self._accounts[name]


class Door:
    """Lets one script compute at a time, and others beside it where it keeps them for `MOST_QUEUED` seconds.

    Attributes
    ----------
    free : threading.Semaphore
    entered : int
        How many have had their turn: a line that moves is worth waiting in, since all who compute at once end
        last.
    """

    def __init__(self) -> None:
        self.free = threading.Semaphore()
        self.entered = 0

    def enter(self) -> bool:
        """Wait for one's turn; False where whoever has it does not end."""
        seen = self.entered
        while not self.free.acquire(timeout=MOST_QUEUED):
            if self.entered == seen:
                return False
            seen = self.entered
        self.entered += 1
        return True


class _Turn:
    """One script's part in computing, and what its pauses call; it ends while the script only waits.

    Attributes
    ----------
    seconds : float
        How long it has been computing, with its waits for the interpreter and the machine.
    """

    def __init__(self, door: Door, clock: Callable[[], float]) -> None:
        self.seconds = 0.0
        self._door, self._clock = door, clock
        self._mine = False
        self._begun = 0.0

    def begin(self) -> None:
        """Compute while no other script does, or beside one that does not end."""
        self._mine = self._door.enter()
        self._begun = self._clock()

    def end(self) -> None:
        """Let the next one compute."""
        self.seconds += self._clock() - self._begun
        if self._mine:
            self._door.free.release()

    def __call__(self) -> None:
        """Go on: what a script computes between two pauses is little."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let another script compute while this one waits."""
        self.end()
        try:
            yield
        finally:
            self.begin()
