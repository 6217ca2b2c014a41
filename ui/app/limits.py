"""What this server can still take: whether another tab may come in, and how often the log says one thing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ui.shared.machine import Descriptors, Memory, descriptors, memory

LOOK_SECONDS: Final = 0.25
"""How long a look at the machine is good for."""
LOOK_AGAIN_SECONDS: Final = 0.01
"""The same where somebody would be refused."""
LINES_AT_ONCE: Final = 20
"""Lines from one place in the code that the log takes at once, and then one a second."""
_RESERVE: Final = (16, 512)
"""Descriptors that are kept for what runs: a sixteenth of all, at least and at most so many."""
_MEMORY_SHARE: Final = 0.04
"""Share of the memory that is kept for what runs."""


@dataclass(frozen=True)
class Left:
    """What the machine has left; None where it does not tell."""

    descriptors: Descriptors | None
    memory: Memory | None


def look() -> Left:
    """Look at the machine."""
    return Left(descriptors(), memory())


class Room:
    """Whether there is room for more, so that what runs can go on.

    A page is refused first, then the connection of its script, and last any connection: who got the page
    shall have the rest.

    Parameters
    ----------
    look : callable
        Looks at the machine.
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(self, look: Callable[[], Left] = look, clock: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._clock = clock
        self._left = look()
        self._at = clock()
        self._accepted = 0

    def refuses_page(self) -> bool:
        """Tell whether a new tab must be sent away."""
        return self._short_of_descriptors(2.0) or self._short_of_memory(_MEMORY_SHARE)

    def refuses_script(self) -> bool:
        """Tell whether a tab that has its page already must wait."""
        return self._short_of_descriptors(1.0) or self._short_of_memory(_MEMORY_SHARE / 2)

    def refuses_connection(self) -> bool:
        """Tell whether a connection that was just accepted must be dropped."""
        self._accepted += 1
        return self._short_of_descriptors(0.5)

    def _now(self, patience: float) -> Left:
        now = self._clock()
        if now - self._at > patience:
            self._left, self._at, self._accepted = self._look(), now, 0
        return self._left

    def _short_of_descriptors(self, reserves: float) -> bool:
        # Connections that have closed since the last look were counted too: before a refusal, look again.
        return self._seem_short(reserves, LOOK_SECONDS) and self._seem_short(reserves, LOOK_AGAIN_SECONDS)

    def _seem_short(self, reserves: float, patience: float) -> bool:
        found = self._now(patience).descriptors
        if found is None:
            return False
        reserve = max(_RESERVE[0], min(found.limit // 16, _RESERVE[1]))
        return found.limit - found.used - self._accepted < reserves * reserve

    def _short_of_memory(self, share: float) -> bool:
        found = self._now(LOOK_SECONDS).memory
        return found is not None and found.available < share * found.limit


class LogLimit(logging.Filter):
    """Lets each place in the code write some lines at once, then one a second, and counts what it held back.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._places: dict[tuple[str, int], _Place] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a line pass, with the number of those before it that did not, or hold it back."""
        place = self._places.setdefault((record.pathname, record.lineno), _Place(self._clock()))
        if not place.allows(self._clock()):
            return False
        if place.held:
            record.msg = f"{record.getMessage()} ({place.held} more lines like this one were left out)"
            record.args, place.held = (), 0
        return True


@dataclass
class _Place:
    at: float
    left: float = LINES_AT_ONCE
    held: int = 0

    def allows(self, now: float) -> bool:
        self.left = min(LINES_AT_ONCE, self.left + now - self.at)
        self.at = now
        if self.left < 1.0:
            self.held += 1
            return False
        self.left -= 1.0
        return True


def limit_log(limit: LogLimit) -> None:
    """Let every logger that there is ask the limit first; call it once all is imported."""
    found = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    for logger in (logging.root, logging.getLogger("asyncio"), *found):
        logger.addFilter(limit)
