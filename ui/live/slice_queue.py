"""The work of all users, one slice at a time, so that each session gets the same part of the time.

Start-time fair queueing (P. Goyal, H. Vin, H. Cheng, "Start-time fair queueing", SIGCOMM 1996): each session
has an account of the processor time it took, and the one that took least comes next; who was away starts
again from where the others are, and nobody owes more than two seconds pay off. A control that has just moved
borrows a little time, which is charged like all else (K. Duda, D. Cheriton, "Borrowed-virtual-time
scheduling", SOSP 1999).

Work that is long pauses now and then (`nncore.machinery.pieces`). Whoever has had a turn by then, while
others wait, is held there, on a thread of its own, until it comes next: one thread works at any time. Here
nobody knows a web framework, Streamlit or what a slice does.
"""

from __future__ import annotations

import logging
import math
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from nncore.machinery.pieces import aside, interrupted_by
from ui.live.tickets import Account, Place, Ticket, Worker

_LOG: Final = logging.getLogger(__name__)

SLICE_SECONDS: Final = 0.015
"""Training time of one slice when nobody else waits."""
LEAST_SECONDS: Final = 0.0015
"""Training time of one slice however many wait: with less, a full server would do little but change turns."""
TURN_SECONDS: Final = 0.008
"""Time after which work is held at its next pause, where others wait; the first time only if it was computing
for half of it."""
HELD_WEIGHT: Final = 2.0
"""What a second of work counts that was held at a pause: who asks for more than a turn at once goes on behind
those whose frames fit into one."""
OWED_SECONDS: Final = 2.0
"""Longest time in which a session has no turn because of what it took before. Where a hundred are at work,
the tenth of a second in which a page opens would else be a debt of ten seconds, and its view stand still."""
LONG_SECONDS: Final = 0.1
"""A stretch without a pause that took more of the processor is logged, once for each piece of work."""
LOOK_SECONDS: Final = 0.005
"""Time between two looks at what a stretch took: the system need not be asked at every mini-batch."""
REMEMBERED: Final = 1024
"""Slices, sessions and names of long work that are remembered."""
MOST_IDLE: Final = 4
"""Threads that are kept for the next work; in a rush there are as many as work is held at pauses."""
RECENT_SECONDS: Final = 5.0
"""A session without a slice for so long is not at work, and its account is closed."""

T = TypeVar("T")


class Unwanted(BaseException):
    """Raised out of a pause where nobody wants the result any more; no handler of errors should see it."""


@dataclass(frozen=True)
class SliceStatistics:
    """How the queue fares, for whoever hosts the server."""

    median: float
    p99: float
    """`median` and `p99`: of the last slices, in seconds; 0 before the first."""
    waiting: int
    """Slices in the queue, the running one not counted."""
    sessions: int
    """Sessions that had a slice in the last `RECENT_SECONDS`."""


class _Hook:
    """What the pauses of a ticket's work call."""

    def __init__(self, queue: SliceQueue, ticket: Ticket[object]) -> None:
        self._queue, self._ticket = queue, ticket

    def __call__(self) -> None:
        self._queue._pause(self._ticket)

    def aside(self) -> AbstractContextManager[None]:
        return self._queue._aside(self._ticket)


class SliceQueue:
    """The one place where users' work is done, because two threads would only fight for the interpreter lock.

    Parameters
    ----------
    seconds : float
        Training time of a slice when nobody else waits, in seconds. It is divided by one plus those waiting.
    least : float
        Training time of a slice at least, in seconds.
    turn : float
        Time after which work that pauses lets others go first, in seconds.
    """

    def __init__(
        self, *, seconds: float = SLICE_SECONDS, least: float = LEAST_SECONDS, turn: float = TURN_SECONDS
    ) -> None:
        self._seconds = seconds
        self._least = least
        self._turn = turn
        self._lock = threading.Lock()
        self._accounts: dict[Hashable, Account] = {}
        self._ready: dict[Hashable, Account] = {}
        self._now = 0.0
        self._waiting = 0
        self._running: Ticket[object] | None = None
        self._began = 0.0
        self._resumed = self._looked = self._paid = 0.0
        self._idle: list[Worker] = []
        self._workers: dict[Place, Worker] = {}
        self._taken: set[Place] = set()
        self._mine = threading.local()
        self._closed = False
        self._lengths: deque[float] = deque(maxlen=REMEMBERED)
        self._logged: set[str] = set()

    def statistics(self) -> SliceStatistics:
        """Say how long the last slices took, how many wait, and how many sessions are at work."""
        with self._lock:
            lengths, now = sorted(self._lengths) or [0.0], time.monotonic()
            sessions = sum(0.0 < now - one.seen < RECENT_SECONDS for one in self._accounts.values())
        last = lengths[math.ceil(0.99 * len(lengths)) - 1]
        return SliceStatistics(statistics.median(lengths), last, self.waiting, sessions)

    @property
    def waiting(self) -> int:
        """Number of slices in the queue, the running one not counted."""
        return self._waiting

    def submit(
        self,
        work: Callable[[float, int], T],
        *,
        owner: Hashable = None,
        urgent: bool = False,
        place: Place = None,
        unwanted: Callable[[], bool] = lambda: False,
        name: Callable[[], str] = lambda: "",
    ) -> Ticket[T]:
        """Queue `work(seconds, waiting)`.

        Parameters
        ----------
        work : callable
            Called with its training time in seconds and the number of those waiting.
        owner : hashable, optional
            The session that it is done for, and that its seconds are charged to.
        urgent : bool
            A control has moved: borrow time for the first turn.
        place : hashable, optional
            Of all work at one place a piece is not begun before the last one has ended, also where that is
            held at pauses. One thread does it all, so that what lies in a thread's memory lies there once.
        unwanted : callable
            Asked at pauses whether to give the work up; its future then has an `Unwanted`.
        name : callable
            Asked for what the log calls the work, should it take long.

        Returns
        -------
        Ticket
            Its `future` gives the result, or the exception that `work` raised.

        Raises
        ------
        RuntimeError
            If the queue has been closed.
        """
        ticket = Ticket(work, owner, place=place, unwanted=unwanted, name=name)
        self._enter(ticket, urgent=urgent)
        return ticket

    @contextmanager
    def turn(self, owner: Hashable = None, *, name: str = "") -> Iterator[None]:
        """Take part with the calling thread: wait for its turn, and let others go first at pauses.

        Within a slice, or within another such block, nothing happens: the thread has its turn.

        Parameters
        ----------
        owner : hashable, optional
            The session that the seconds are charged to.
        name : str
            What the log calls the work, should it take long.

        Raises
        ------
        RuntimeError
            If the queue has been closed.
        """
        if getattr(self._mine, "turn", False):
            yield
            return
        with aside(), self._guest(owner, name):
            yield

    @contextmanager
    def _guest(self, owner: Hashable, name: str) -> Iterator[None]:
        ticket: Ticket[object] = Ticket(lambda _seconds, _waiting: None, owner, name=lambda: name)
        ticket.thread = thread = Worker(guest=True)
        self._enter(ticket, urgent=False)
        thread.told.acquire()
        self._mine.turn = True
        self._resume()
        try:
            with interrupted_by(_Hook(self, ticket)):
                yield
        finally:
            self._mine.turn = False
            self._leave(ticket)

    def promote(self, ticket: Ticket[object]) -> None:
        """Let a waiting ticket borrow time; nothing happens when its work has begun."""
        with self._lock:
            account = self._accounts.get(ticket.owner)
            if account is not None and ticket in account.lanes[False]:
                account.lanes[False].remove(ticket)
                account.lanes[True].append(ticket)

    def charge(self, owner: Hashable, seconds: float) -> None:
        """Let a session pay for seconds that it took elsewhere; one that has no work here has no account."""
        with self._lock:
            if account := self._accounts.get(owner):
                account.start = max(account.start, self._now) + seconds

    def close(self) -> None:
        """Cancel what waits; what runs, or is held at a pause, ends at its next one. Safe to call twice."""
        with self._lock:
            self._closed = True
            for account in self._accounts.values():
                for lane in account.lanes:
                    fresh = [ticket for ticket in lane if ticket.thread is None]
                    for ticket in fresh:
                        ticket.future.cancel()
                        lane.remove(ticket)
                    self._waiting -= len(fresh)
            self._ready = {owner: one for owner, one in self._ready.items() if one}
            free = [one for place, one in self._workers.items() if place not in self._taken]
            for thread in (*self._idle, *free):
                thread.ticket = None
                thread.told.release()
            self._idle.clear()

    # -- turns -----------------------------------------------------------------------------------------------

    def _enter(self, ticket: Ticket[object], *, urgent: bool) -> None:
        with self._lock:
            if self._closed:
                raise RuntimeError("the queue of slices is closed")
            account = self._accounts.setdefault(ticket.owner, Account())
            if not account and (self._running is None or self._running.owner != ticket.owner):
                account.start = max(account.start, self._now)
            account.lanes[urgent].append(ticket)
            self._ready[ticket.owner] = account
            self._waiting += 1
            self._begin_next()

    def _begin_next(self) -> None:
        """Give the turn to whoever comes next, if nobody has it; called under the lock."""
        if self._running is not None or not self._waiting:
            return
        ready = self._may_begin()
        if not ready:
            return
        self._now = max(self._now, min(one.start for one in ready.values()))
        latest = self._now + OWED_SECONDS / len(ready)
        for one in ready.values():
            one.start = min(one.start, latest)
        now = self._began = time.perf_counter()
        owner, account = min(ready.items(), key=lambda one: one[1].rank(now, self._taken))
        ticket = account.pop(now, self._taken)
        self._waiting -= 1
        if not account:
            del self._ready[owner]
        self._running = ticket
        if ticket.thread is None:
            ticket.thread = self._worker(ticket.place)
        ticket.thread.ticket = ticket
        ticket.thread.told.release()

    def _may_begin(self) -> dict[Hashable, Account]:
        """Give who may have the next turn; who waits for a place is owed nothing for it, as who is away."""
        if not self._taken:
            return self._ready
        ready = {owner: one for owner, one in self._ready.items() if any(one.next(self._taken))}
        for one in self._ready.keys() - ready.keys():
            self._ready[one].start = max(self._ready[one].start, self._now)
        return ready

    def _worker(self, place: Place) -> Worker:
        """Give a thread that begins a piece of work, at a place its own."""
        if place is None:
            return self._idle.pop() if self._idle else self._hire()
        self._taken.add(place)
        if place not in self._workers:
            self._workers[place] = self._hire()
        return self._workers[place]

    def _hire(self) -> Worker:
        thread = Worker()
        threading.Thread(target=self._work, args=(thread,), name="live-training", daemon=True).start()
        return thread

    def _work(self, thread: Worker) -> None:
        self._mine.turn = True
        while True:
            thread.told.acquire()
            ticket, thread.ticket = thread.ticket, None
            if ticket is None:
                return
            self._do(ticket)
            if self._closed or thread.spare:
                return
            del ticket  # the result may be a large text, which is not kept while waiting for the next one

    def _do(self, ticket: Ticket[object]) -> None:
        self._resume()
        if not ticket.future.set_running_or_notify_cancel():
            self._leave(ticket)
            return
        waiting = self.waiting
        try:
            with interrupted_by(_Hook(self, ticket)):
                result = ticket.work(max(self._seconds / (1 + waiting), self._least), waiting)
        except (Exception, Unwanted) as error:
            self._leave(ticket)
            ticket.future.set_exception(error)
        else:
            self._leave(ticket)
            ticket.future.set_result(result)

    def _pause(self, ticket: Ticket[object]) -> None:
        """Let others go first where the turn is over; raise where the work has become useless."""
        if self._closed or ticket.unwanted():
            raise Unwanted("nobody waits for it any more")
        now = time.perf_counter()
        if now - self._looked >= LOOK_SECONDS:
            self._look_back(ticket)
        if now - self._began < self._turn:
            return
        if not ticket.held and time.thread_time() - self._paid < self._turn / 2:
            return  # it is no long work, only kept from the processor
        thread = ticket.thread
        assert thread is not None  # it is running
        with self._lock:
            account = self._charge(ticket, now)
            if self._waiting == 0 or not self._may_begin():
                self._began = now
                return
            ticket.held = True
            self._running = None
            self._line_up(ticket, account)
        self._await_turn(thread)

    def _line_up(self, ticket: Ticket[object], account: Account) -> None:
        """Put work that has begun before all else of its session; called under the lock."""
        account.lanes[False].appendleft(ticket)
        self._ready[ticket.owner] = account
        self._waiting += 1
        self._begin_next()

    def _resume(self) -> None:
        """Note that the calling thread has the turn."""
        self._resumed = self._paid = time.thread_time()

    def _await_turn(self, thread: Worker) -> None:
        thread.told.acquire()
        self._resume()
        if self._closed:
            raise Unwanted("the server ends")

    @contextmanager
    def _aside(self, ticket: Ticket[object]) -> Iterator[None]:
        """Leave the turn to others while the calling thread goes on, and line up again afterwards.

        Two threads work then, since a library cannot be held; what this one took is charged at its end.
        """
        thread = ticket.thread
        assert thread is not None  # it is running
        begin = time.thread_time()
        with self._lock:
            self._charge(ticket, time.perf_counter())
            self._running = None
            self._begin_next()
        try:
            yield
        finally:
            with self._lock:
                account = self._accounts.setdefault(ticket.owner, Account())
                account.start = max(account.start, self._now) + time.thread_time() - begin
                self._line_up(ticket, account)
            self._await_turn(thread)

    def _leave(self, ticket: Ticket[object]) -> None:
        self._look_back(ticket)
        now = time.perf_counter()
        with self._lock:
            self._charge(ticket, now)
            self._running = None
            self._taken.discard(ticket.place)
            thread, own = ticket.thread, ticket.place is None and not self._closed
            if own and thread is not None and not thread.guest:
                thread.ticket, thread.spare = None, len(self._idle) >= MOST_IDLE
                self._idle += [] if thread.spare else [thread]
            self._begin_next()

    def _charge(self, ticket: Ticket[object], now: float) -> Account:
        """Charge the processor time of a turn that ends now; close accounts of who has long been gone."""
        seconds, clock = now - self._began, time.monotonic()
        account = self._accounts.setdefault(ticket.owner, Account())
        before, self._paid = self._paid, time.thread_time()
        weight = HELD_WEIGHT / (1 + self._queued_behind(ticket)) if ticket.held else 1.0
        account.start += (self._paid - before) * weight
        account.seen = clock
        ticket.charge(seconds, now)
        self._lengths.append(seconds)
        if len(self._accounts) > REMEMBERED:
            self._accounts = {
                owner: one
                for owner, one in self._accounts.items()
                if owner in self._ready or clock - one.seen < RECENT_SECONDS
            }
        return account

    def _queued_behind(self, ticket: Ticket[object]) -> int:
        """Count the sessions that wait for the place of work, which has their part of the time as well."""
        if ticket.place is None:
            return 0
        waiting = (one for lanes in self._ready.values() for lane in lanes.lanes for one in lane)
        return len({one.owner for one in waiting if one.place == ticket.place and one.thread is None})

    def _look_back(self, ticket: Ticket[object]) -> None:
        """Log a stretch without a pause that kept everybody waiting, once for each piece of work."""
        self._looked = time.perf_counter()
        now = time.thread_time()
        seconds, self._resumed = now - self._resumed, now
        if seconds < LONG_SECONDS or len(self._logged) >= REMEMBERED:
            return
        name = ticket.name()
        if name and name not in self._logged:
            self._logged.add(name)
            _LOG.warning("A slice took %.0f ms without a pause: %.500s", 1e3 * seconds, name)


@cache
def slice_queue() -> SliceQueue:
    """Give the one queue of training slices of this process."""
    return SliceQueue()
