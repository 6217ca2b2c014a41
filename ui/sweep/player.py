"""The source behind an eta strip: one request at a time, worked on only while a browser looks."""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from ui.live.channel import ViewerCursor
from ui.live.player import SLOWED
from ui.live.protocol import Command, ErrorMessage, Message, Pause, Play, Restart, Show
from ui.live.tickets import Slice
from ui.sweep.messages import Finding, JobMessage, TickMessage
from ui.sweep.modes import Job, SweepRequest

TICK_SECONDS: Final = 0.1
"""Least time between two words about progress."""
SHARE_SMOOTHING: Final = 0.15
"""Weight of the last slice in the usual part of the time."""
BESIDE_SECONDS: Final = 0.006
"""Longest slice of a sweep beside a run, whose next frame waits for its end."""
FIRST_SECONDS: Final = 0.15
"""Longest slice for a new sweep's first picture, where nobody else waits."""


class ShowSweep(Show):
    """Show a sweep."""

    request: SweepRequest


class StripPlayer:
    """What a channel shows where it shows a sweep; see `ui.live.channel.Source`.

    The `request` is what the page asked for last, the `job` the sweep at work, or done; the `revision` grows
    with every new sweep and every trouble. One that is `pulled` works only when the browser asks for it, one
    slice at a time: for a strip that must not take the time of the run beside it. The `clock` is monotonic,
    in seconds.
    """

    def __init__(self, *, pulled: bool = False, clock: Callable[[], float] = time.perf_counter) -> None:
        self._pulled = pulled
        self._clock = clock
        self._numbers = itertools.count(1)
        self._cache: OrderedDict[Hashable, Finding] = OrderedDict()
        self.request: SweepRequest | None = None
        self.job: Job | None = None
        self._identity = 0
        self.revision = 0
        self._serial = 0
        self._found: dict[str, tuple[int, Finding]] = {}
        self._state = "waiting"
        self._trouble = ""
        self._broken = False
        self._share = 1.0

    @property
    def name(self) -> str:
        """What the log calls the work at hand: mode and experiment."""
        request = self.request
        return "" if request is None else f"{request.mode}, {urlencode(request.experiment.to_query())}"

    @property
    def place(self) -> None:
        """Return None: most of what a sweep holds it keeps from step to step."""

    def outdated_by(self, command: Command) -> bool:
        """Tell whether a command makes useless what is being computed."""
        return isinstance(command, ShowSweep) and command.request != self.request

    def give_up(self) -> None:
        """Note that a step was broken off; its job begins anew where it is still wanted."""
        self._broken = True

    @property
    def playing(self) -> bool:
        """True while a slice that the browser asks for would get the sweep on."""
        return self._pulled and self._state == "working"

    @property
    def has_work(self) -> bool:
        """True while the sweep goes on without being asked for."""
        return not self._pulled and self._state == "working"

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        """Handle the commands, sweep on for one slice, and return what this viewer has not been told."""
        before, broken, self._broken = self._identity, self._broken, False
        for command in commands:
            self._handle(command)
        if broken and self._identity == before and self.request is not None:
            request, self.request = self.request, None
            self._show(request)
        if cursor is None:
            return []
        self._share += SHARE_SMOOTHING * (work.share - self._share)
        wanted = pull if self._pulled else not work.stale()
        if self.job is not None and self._state == "working" and wanted:
            if self._found or self._pulled:
                self.job.move(min(work.seconds, BESIDE_SECONDS) if self._pulled else work.seconds)
            else:
                self.job.begin(max(work.seconds, FIRST_SECONDS / (1 + work.load)))
            self._gather(self.job)
        return self._describe(cursor)

    def _handle(self, command: Command) -> None:
        match command:
            case ShowSweep(request):
                self._show(request)
            case Pause() if self._state == "working":
                self._turn("cancelled")
            case Play() | Restart() if self._state == "cancelled":
                self._turn("working")

    def _turn(self, state: str) -> None:
        self._state = state
        self.revision += 1

    def _show(self, request: SweepRequest) -> None:
        if request == self.request and self._state != "failed":
            return
        if self.request is not None and request.data is not self.request.data:
            self._cache.clear()  # what was found belongs to other rows under the same name
        self.request, self._trouble = request, ""
        self.job = Job(request, self._cache, clock=self._clock)
        self._identity = next(self._numbers)
        self._found = {}
        self._turn("working")

    def _gather(self, job: Job) -> None:
        for name, message in job.take().items():
            self._serial += 1
            self._found[name] = (self._serial, message)
        if job.finished:
            self._turn("done")

    def _describe(self, cursor: ViewerCursor) -> list[Message]:
        """Return what is new to a viewer: its `cursor.run` is the job, its `cursor.epoch` the last serial."""
        job, changed = self.job, cursor.revision != self.revision
        cursor.revision = self.revision
        if self._trouble:
            return [ErrorMessage(message=self._trouble)]
        if job is None:
            return []
        messages: list[Message] = []
        if cursor.run != self._identity:
            cursor.run, cursor.epoch = self._identity, -1
            messages.append(JobMessage(job=self._identity, meta=job.meta))
        for serial, finding in self._found.values():
            if serial > cursor.epoch:
                messages.append(replace(finding, job=self._identity))
        cursor.epoch = max([cursor.epoch, *(serial for serial, _ in self._found.values())])
        now = self._clock()
        if messages or self._pulled or changed or now - cursor.sent.get("tick", -1.0) >= TICK_SECONDS:
            cursor.sent["tick"] = now
            done = round(job.done, 4)
            text = job.text + (self._slowed if self._state == "working" else "")
            messages.append(TickMessage(job=self._identity, state=self._state, done=done, text=text))
        return messages

    @property
    def _slowed(self) -> str:
        """What is said of others who slow a sweep down that asks for much."""
        share = round(self._share, 1)
        return f"; others are at work: it gets {share:.0%} of the time" if share <= SLOWED else ""

    def fail(self, sentence: str) -> None:
        """Stop: an error of ours happened while it was computed."""
        self._trouble = sentence
        self._turn("failed")

    def close(self) -> None:
        """Let go of everything; safe to call twice."""
        self.job, self._state = None, "waiting"
        self._found.clear()
        self._cache.clear()
