"""One thread for the work of all users: one slice at a time, first come first served.

It knows neither a web framework, Streamlit nor what a slice does.
"""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import Final, Generic, TypeVar

SLICE_SECONDS: Final = 0.015
"""Training time of one slice when nobody else waits."""
LEAST_SECONDS: Final = 0.0015
"""Training time of one slice however many wait: with less, a full server would do little but change turns."""
REMEMBERED: Final = 1024
"""Slices whose lengths are remembered for `SliceQueue.statistics`."""
RECENT_SECONDS: Final = 5.0
"""An owner without a slice for so long is not at work."""


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class SliceStatistics:
    """How the queue fares, for whoever hosts the server.

    Attributes
    ----------
    median, p99 : float
        Of the last slices, in seconds; 0 before the first.
    waiting : int
        Slices in the queue, the running one not counted.
    sessions : int
        Sessions that had a slice in the last `RECENT_SECONDS`.
    """

    median: float
    p99: float
    waiting: int
    sessions: int


class Ticket(Generic[T_co]):
    """A piece of work in the queue, and the future of its result."""

    def __init__(self, work: Callable[[float, int], T_co], owner: object = None) -> None:
        self.work = work
        self.owner = owner
        self.future: Future[T_co] = Future()


class SliceQueue:
    """One worker thread for everybody's training, because two would only fight for the interpreter lock.

    Work waits in two lanes: ordinary slices, and urgent ones (a control has moved and a first frame is
    wanted). When both lanes hold work they take turns, so that a hundred dragged sliders do not starve
    a run that merely plays.

    Parameters
    ----------
    seconds : float
        Training time of a slice when nobody else waits, in seconds. It is divided by one plus those waiting.
    least : float
        Training time of a slice at least, in seconds.
    """

    def __init__(self, *, seconds: float = SLICE_SECONDS, least: float = LEAST_SECONDS) -> None:
        self._seconds = seconds
        self._least = least
        self._lanes: tuple[deque[Ticket[object]], deque[Ticket[object]]] = (deque(), deque())
        self._urgent_last = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._lengths: deque[float] = deque(maxlen=REMEMBERED)
        self._seen: dict[object, float] = {}

    def statistics(self) -> SliceStatistics:
        """Say how long the last slices took, how many wait, and how many sessions are at work."""
        with self._changed:
            lengths, now = sorted(self._lengths), time.monotonic()
            sessions = sum(now - seen < RECENT_SECONDS for seen in self._seen.values())
        if not lengths:
            return SliceStatistics(0.0, 0.0, self.waiting, sessions)
        last = lengths[math.ceil(0.99 * len(lengths)) - 1]
        return SliceStatistics(statistics.median(lengths), last, self.waiting, sessions)

    @property
    def waiting(self) -> int:
        """Number of slices in the queue, the running one not counted."""
        return len(self._lanes[0]) + len(self._lanes[1])

    def submit(
        self, work: Callable[[float, int], T], *, owner: object = None, urgent: bool = False
    ) -> Ticket[T]:
        """Queue `work(seconds, waiting)`.

        Parameters
        ----------
        work : callable
            Called on the worker thread with its training time in seconds and the number of those waiting.
        owner : hashable, optional
            The session that it is done for.
        urgent : bool
            Take the urgent lane.

        Returns
        -------
        Ticket
            Its `future` gives the result, or the exception that `work` raised.

        Raises
        ------
        RuntimeError
            If the queue has been closed.
        """
        ticket = Ticket(work, owner)
        with self._changed:
            if self._closed:
                raise RuntimeError("the queue of slices is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="live-training", daemon=True)
                self._thread.start()
            self._lanes[urgent].append(ticket)
            self._changed.notify()
        return ticket

    def hurry(self, ticket: Ticket[object]) -> None:
        """Move a waiting ticket to the urgent lane; nothing happens when its work has begun."""
        with self._changed:
            if ticket in self._lanes[False]:
                self._lanes[False].remove(ticket)
                self._lanes[True].append(ticket)

    def close(self) -> None:
        """Cancel what waits and end the thread after the running slice; safe to call twice."""
        with self._changed:
            self._closed = True
            for lane in self._lanes:
                for ticket in lane:
                    ticket.future.cancel()
                lane.clear()
            self._changed.notify()

    def _next(self) -> Ticket[object] | None:
        with self._changed:
            while not self._closed and not self.waiting:
                self._changed.wait()
            if self._closed:
                return None
            ordinary, urgent = self._lanes
            self._urgent_last = bool(urgent) and not (self._urgent_last and ordinary)
            return self._lanes[self._urgent_last].popleft()

    def _work(self) -> None:
        while (ticket := self._next()) is not None:
            if not ticket.future.set_running_or_notify_cancel():
                continue
            waiting, begin = self.waiting, time.perf_counter()
            try:
                result = ticket.work(max(self._seconds / (1 + waiting), self._least), waiting)
            except Exception as error:
                ticket.future.set_exception(error)
            else:
                ticket.future.set_result(result)
            self._note(ticket, time.perf_counter() - begin)
            # The result may be a large text: do not keep it while waiting for the next ticket.
            del ticket

    def _note(self, ticket: Ticket[object], seconds: float) -> None:
        """Remember how long a slice took, and when its owner had one; forget who has long been gone."""
        with self._changed:
            now = time.monotonic()
            self._lengths.append(seconds)
            self._seen[ticket.owner] = now
            if len(self._seen) > REMEMBERED:
                self._seen = {owner: at for owner, at in self._seen.items() if now - at < RECENT_SECONDS}


@cache
def slice_queue() -> SliceQueue:
    """Give the one queue of training slices of this process."""
    return SliceQueue()
