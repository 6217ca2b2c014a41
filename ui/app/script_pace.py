"""Scripts of one session may not take the time of all others.

Streamlit runs a page's script again for every message of its browser. A tab that sends them without a rest,
by a held key or on purpose, would hold the interpreter all the time: so each session has seconds in hand,
pays its scripts with them, and waits once they are used up. They come back the faster the fewer sessions run
scripts just then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

IN_HAND: Final = 0.6
"""Seconds of processor time that a session has to begin with, and at most: some twenty script runs."""
SHARE: Final = 0.4
"""Part of a core that the scripts of all sessions may take together for long."""
MOST_CHARGED: Final = 0.25
"""Seconds that one run costs at most: the first one of a process imports half the house."""
MOST_WAITED: Final = 1.0
"""Seconds that one run waits at most."""
ACTIVE_SECONDS: Final = 2.0
"""A session counts among those that run scripts for so long after its last run."""
_NEVER: Final = threading.Event()


@dataclass
class _Account:
    """Seconds in hand, and when they were counted."""

    seconds: float
    at: float


class ScriptPace:
    """Accounts of all sessions.

    Parameters
    ----------
    clock, cost : callable
        Monotonic time, and processor time of this thread, in seconds.
    wait : callable
        Waits for so many seconds; other threads go on.

    Attributes
    ----------
    serving : bool
        Whether there are others to be kept waiting; else nothing is charged.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        cost: Callable[[], float] = time.thread_time,
        wait: Callable[[float], object] = _NEVER.wait,
    ) -> None:
        self._clock, self._cost, self._wait = clock, cost, wait
        self.serving = True
        self._accounts: dict[str, _Account] = {}
        self._lock = threading.Lock()

    @contextmanager
    def run(self, session: str) -> Iterator[None]:
        """Run a script when its session can pay for it; charge what it took, however it ends."""
        if not self.serving:
            yield
            return
        due = self._due(session)
        if due > 0.0:
            self._wait(min(due, MOST_WAITED))
        begun = self._cost()
        try:
            yield
        finally:
            with self._lock:
                if session in self._accounts:
                    self._accounts[session].seconds -= min(self._cost() - begun, MOST_CHARGED)

    def _due(self, session: str) -> float:
        """Return how long a session has to wait until it has seconds in hand."""
        now = self._clock()
        with self._lock:
            self._forget(now)
            rate = SHARE / max(1, sum(now - one.at < ACTIVE_SECONDS for one in self._accounts.values()))
            account = self._accounts.setdefault(session, _Account(IN_HAND, now))
            account.seconds = min(IN_HAND, account.seconds + rate * (now - account.at))
            account.at = now
            return -account.seconds / rate

    def _forget(self, now: float) -> None:
        """Drop accounts that are full again by any measure."""
        full = [name for name, one in self._accounts.items() if now - one.at > 60.0 * IN_HAND]
        for name in full:
            del self._accounts[name]


SCRIPTS: Final = ScriptPace()
"""Those of this process; it serves nobody until the server has started."""
SCRIPTS.serving = False
