"""The performance behind an eta strip: one wish at a time, worked on only while a browser looks."""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from ui.live.channel import Seen, Slice
from ui.live.protocol import Command
from ui.sweep.modes import Job, Wish

TICK_SECONDS: Final = 0.1
"""Least time between two words about progress."""
FIRST_SECONDS: Final = 0.15
"""Longest slice for a new sweep's first picture, where that is quickly had and nobody else waits."""


class StripPlayer:
    """What a channel shows where it shows a sweep; see `ui.live.channel.Performance`.

    Parameters
    ----------
    pulled : bool
        Work only when the browser asks for it, one slice at a time: for a strip that must not take the time
        of the run beside it.
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(self, *, pulled: bool = False, clock: Callable[[], float] = time.perf_counter) -> None:
        self._pulled = pulled
        self._clock = clock
        self._numbers = itertools.count(1)
        self._cache: OrderedDict[Any, dict[str, Any]] = OrderedDict()
        self._wish: Wish | None = None
        self._job: Job | None = None
        self._identity = 0
        self._edition = 0
        self._serial = 0
        self._found: dict[str, tuple[int, dict[str, Any]]] = {}
        self._state = "waiting"
        self._trouble = ""
        self._told = 0.0

    @property
    def playing(self) -> bool:
        """True while a slice that the browser asks for would get the sweep on."""
        return self._pulled and self._state == "working"

    @property
    def hurrying(self) -> bool:
        """True while the sweep goes on without being asked for."""
        return not self._pulled and self._state == "working"

    @property
    def edition(self) -> int:
        """Grows with every new sweep and every trouble."""
        return self._edition

    @property
    def wish(self) -> Wish | None:
        """What the page asked for last."""
        return self._wish

    @property
    def job(self) -> Job | None:
        """The sweep at work, or done."""
        return self._job

    def perform(
        self, commands: list[Command], *, seen: Seen | None, pull: bool, work: Slice
    ) -> list[dict[str, Any]]:
        """Obey the commands, sweep on for one slice, and return what this viewer has not been told."""
        for command in commands:
            self._obey(command)
        if seen is None:
            return []
        wanted = pull if self._pulled else not work.stale()
        if self._job is not None and self._state == "working" and wanted:
            if self._found or self._pulled or not self._job.quick:
                self._job.move(work.seconds)
            else:
                self._job.begin(max(work.seconds, FIRST_SECONDS / (1 + work.load)))
            self._gather(self._job)
        return self._tell(seen)

    def _obey(self, command: Command) -> None:
        if command.op == "show":
            self._show(command.args["wish"])
        elif command.op == "pause" and self._state == "working":
            self._state = "cancelled"
            self._edition += 1
        elif command.op in {"play", "restart"} and self._state == "cancelled":
            self._state = "working"
            self._edition += 1

    def _show(self, wish: Wish) -> None:
        if wish == self._wish and self._state != "failed":
            return
        self._wish, self._trouble = wish, ""
        self._job = Job(wish, self._cache, clock=self._clock)
        self._identity = next(self._numbers)
        self._found = {}
        self._state = "working"
        self._edition += 1

    def _gather(self, job: Job) -> None:
        for name, message in job.take().items():
            self._serial += 1
            self._found[name] = (self._serial, message)
        if job.finished:
            self._state = "done"
            self._edition += 1

    def _tell(self, seen: Seen) -> list[dict[str, Any]]:
        """Return what is new to a viewer: its `seen.run` is the job, its `seen.epoch` the last serial."""
        if self._trouble:
            seen.edition = self._edition
            return [{"t": "error", "message": self._trouble}]
        job = self._job
        if job is None:
            seen.edition = self._edition
            return []
        messages: list[dict[str, Any]] = []
        if seen.run != self._identity:
            seen.run, seen.epoch = self._identity, -1
            messages.append({"t": "job", "job": self._identity, "meta": job.meta})
        for serial, message in self._found.values():
            if serial > seen.epoch:
                messages.append({**message, "job": self._identity})
        seen.epoch = max([seen.epoch, *(serial for serial, _ in self._found.values())])
        now = self._clock()
        if (
            messages
            or self._pulled
            or seen.edition != self._edition
            or now - seen.sent.get("tick", -1.0) >= TICK_SECONDS
        ):
            seen.sent["tick"] = now
            messages.append(
                {
                    "t": "tick",
                    "job": self._identity,
                    "state": self._state,
                    "done": round(job.done, 4),
                    "text": job.text,
                }
            )
        seen.edition = self._edition
        return messages

    def fail(self, sentence: str) -> None:
        """Stop: an error of ours happened while it was computed."""
        self._state, self._trouble = "failed", sentence
        self._edition += 1

    def close(self) -> None:
        """Let go of everything; safe to call twice."""
        self._job, self._state = None, "waiting"
        self._found.clear()
        self._cache.clear()
