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


SETTINGS: Final = {-8: 1, -3: 2**20, -1: 2**22}
"""What glibc's `mallopt` is told: M_ARENA_MAX, one store of freed memory for all threads, which rarely ask at
the same time, instead of one for each; M_MMAP_THRESHOLD, arrays of more bytes are given back when they are
freed; M_TRIM_THRESHOLD, and so is what more is free at the store's end. Source: glibc's manual, "Malloc
Tunable Parameters"."""


def _glibc(name: str) -> Callable[..., int] | None:
    """Return a function of the C library, None where it has no such one or there is no such library."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):
        return None


def keep_little() -> bool:
    """Have freed memory given back sooner from now on, and say whether the C library knows how to."""
    mallopt = _glibc("mallopt")
    return mallopt is not None and all([mallopt(*setting) for setting in SETTINGS.items()])


def trim() -> bool:
    """Give freed memory back, and say whether the C library knows how to."""
    # musl and macOS have no such function, Windows not even the library.
    malloc_trim = _glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)
    return malloc_trim is not None


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
