"""Freed memory, given back to the operating system.

When a class of fifty leaves, some 350 MB of small arrays are freed, but the C library keeps them for later:
the process stays as large as in its busiest minute. glibc gives them back when asked (`malloc_trim`);
elsewhere there is nothing to ask for.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable
from typing import Final

DELAY_SECONDS: Final = 1.5
"""Time between the first channel that closes and the tidying, in which the rest of the class may leave."""


def trim() -> bool:
    """Give freed memory back, and say whether the C library knows how to."""
    try:
        malloc_trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        # Not glibc: musl and macOS have no such function, Windows not even the library.
        return False
    malloc_trim(0)
    return True


def give_back() -> bool:
    """Collect what only refers to itself, as an ended session does, and give all freed memory back."""
    gc.collect()
    return trim()


class Tidying:
    """Gives memory back by `work` so many seconds (`delay`) after it was first asked to, once for all who
    asked meanwhile; `timer` makes a timer as `threading.Timer` does.
    """

    def __init__(
        self,
        work: Callable[[], object] = give_back,
        *,
        delay: float = DELAY_SECONDS,
        timer: Callable[[float, Callable[[], None]], threading.Timer] = threading.Timer,
    ) -> None:
        self._work = work
        self._delay = delay
        self._make_timer = timer
        self._timer: threading.Timer | None = None
        # What is collected while a thread is inside may ask again.
        self._lock = threading.RLock()

    def __call__(self) -> None:
        """Ask for it; from any thread, never waits."""
        with self._lock:
            if self._timer is None:
                self._timer = self._make_timer(self._delay, self._run)
                self._timer.daemon = True
                self._timer.start()

    def stop(self) -> None:
        """Forget what was asked for; safe to call twice."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _run(self) -> None:
        with self._lock:
            self._timer = None
        self._work()
