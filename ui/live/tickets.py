"""What the queue of slices is made of: pieces of work, threads that do them, and each session's account."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Hashable, Set
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Place = Hashable | None
"""Where work is done: of what has the same place one piece is begun and ended before the next; None is
nowhere in particular."""
ANYWHERE: Final = "anywhere"
"""The place of work that nobody has queued: it may do there whatever it likes."""

BORROWED_SECONDS: Final = 0.05
BORROWED_EVERY: Final = 0.25
"""How far before its turn a session comes whose control has moved, and how long it must then wait to borrow
again: a control that never rests would else be before everybody who has just come."""

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Slice:
    """What one slice of work may cost, and a way to ask whether it is still wanted."""

    seconds: float
    """Training time, in seconds."""
    load: int
    """Number of others who were waiting when the slice began."""
    stale: Callable[[], bool]
    """True as soon as a command has arrived, which may replace the run."""
    share: float = 1.0
    """Part of the time that the last slices got which took more than one turn; 1 where others left all."""
    place: Place = ANYWHERE
    """Where it is done."""


class Worker:
    """A thread that works when it is told to, of the queue's own or a guest; one at a time is told."""

    def __init__(self, *, guest: bool = False) -> None:
        self.guest, self.spare = guest, False
        self.told = threading.Semaphore(0)
        self.ticket: Ticket[object] | None = None


class Ticket(Generic[T_co]):
    """A piece of work in the queue, and the future of its result.

    Attributes
    ----------
    share : float
        Part of the time that it got from its first turn to its last; 1 where one turn was enough.
    held : bool
        Whether others went first at one of its pauses.
    """

    def __init__(
        self,
        work: Callable[[float, int], T_co],
        owner: Hashable = None,
        *,
        place: Place = None,
        unwanted: Callable[[], bool] = lambda: False,
        name: Callable[[], str] = lambda: "",
    ) -> None:
        self.work = work
        self.owner = owner
        self.place = place
        self.unwanted = unwanted
        self.name = name
        self.future: Future[T_co] = Future()
        self.thread: Worker | None = None
        self.seconds = 0.0
        self.share = 1.0
        self.held = False
        self._began = 0.0

    def may_begin(self, taken: Set[Place]) -> bool:
        """Tell whether it has begun, or may where others are at work at the places that are taken."""
        return self.thread is not None or self.place not in taken

    def charge(self, seconds: float, now: float) -> None:
        """Note a turn of so many seconds that has just ended."""
        if self._began:
            self.share = min(1.0, (self.seconds + seconds) / max(now - self._began, 1e-9))
        else:
            self._began = now - seconds
        self.seconds += seconds


class Account:
    """What waits for one session, and when its next turn starts, in seconds of work like everybody's.

    Ordinary and urgent slices take turns, so that a dragged slider does not starve a run that merely plays.
    """

    def __init__(self) -> None:
        self.start = 0.0
        self.seen = 0.0
        self._borrowed = -math.inf
        self.lanes: tuple[deque[Ticket[object]], deque[Ticket[object]]] = (deque(), deque())
        self._urgent_last = False

    def __len__(self) -> int:
        return len(self.lanes[False]) + len(self.lanes[True])

    def next(self, taken: Set[Place]) -> list[Ticket[object] | None]:
        """Give of each lane what comes next, where others are at work at the places that are taken."""
        return [next((one for one in lane if one.may_begin(taken)), None) for lane in self.lanes]

    def rank(self, now: float, taken: Set[Place]) -> float:
        """Who has the lowest comes next, of those who may begin."""
        # Asked of every session at every turn: most have nothing urgent, and end here.
        if not self.lanes[True] or now - self._borrowed < BORROWED_EVERY:
            return self.start
        return self.start - (BORROWED_SECONDS if self.next(taken)[True] is not None else 0.0)

    def pop(self, now: float, taken: Set[Place]) -> Ticket[object]:
        """Take the next ticket that may begin; there must be one."""
        ordinary, urgent = lanes = self.next(taken)
        if urgent is not None and now - self._borrowed >= BORROWED_EVERY:
            self._borrowed = now
        self._urgent_last = urgent is not None and not (self._urgent_last and ordinary is not None)
        ticket = lanes[self._urgent_last]
        assert ticket is not None
        self.lanes[self._urgent_last].remove(ticket)
        return ticket
