"""The live channel: from one session's choices to the frames that one browser tab draws.

Two parts, none of which knows a web framework, Streamlit or the numerics:

- `Channel`: a mailbox and a source. Script and browser put commands in from any thread, at any time;
  they are handled at the start of the next slice.
- `Registry`: unguessable tokens to channels.

The browser *pulls*: a frame is made when the viewer has given a credit. Only what answers a command (a new
run, a pause, a picture of a cell) is pushed. Without a viewer nothing is computed.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, Protocol, TypeVar, runtime_checkable

from nncore.machinery.pieces import aside
from ui.live.protocol import VERBS, Command, ErrorMessage, Message, Show, dump, leads_on
from ui.live.slice_queue import Unwanted
from ui.live.tickets import ANYWHERE, Place, Slice

_LOG: Final = logging.getLogger(__name__)

MAX_CREDITS: Final = 2
"""Frames a viewer may be owed: one being made while one is being drawn."""
PAINT_SECONDS: Final = 0.06
"""Longest wait for a browser to bring on the screen what it has been sent."""
HELD_SECONDS: Final = 0.005
"""Longest wait of a slice for a source that is at work elsewhere; the queue stands still meanwhile."""
MAX_PENDING: Final = 64
"""Commands kept for the next slice; the browser's older ones give way."""
T = TypeVar("T")


@dataclass
class ViewerCursor:
    """How far a viewer has been told, so that a frame holds only what is new."""

    revision: int = -1
    """That of the source when the viewer was last told everything."""
    run: int = 0
    """Run whose start was announced; 0 before any."""
    epoch: int = -1
    """Last epoch (completed) of the history sent."""
    sent: dict[str, float] = field(default_factory=dict)
    """Time of the last sending, in seconds of a monotonic clock, per optional part."""
    beside: ViewerCursor | None = None
    """The like for a second run that is shown beside the first."""

    def begin(self, run: int) -> None:
        """Note that a run was announced, of which nothing has been told yet."""
        self.run, self.epoch, self.sent = run, -1, {}


class Source(Protocol):
    """What a channel shows."""

    @property
    def playing(self) -> bool:
        """True while another slice would move the run on."""

    @property
    def has_work(self) -> bool:
        """True while a slice is due although no viewer has asked for a frame."""

    @property
    def revision(self) -> int:
        """A count that grows whenever a viewer has to be told something without having asked."""

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        """Handle the commands, train for one slice if pulled, and return the messages for the viewer."""

    @property
    def name(self) -> str:
        """What the log calls the work at hand."""

    @property
    def place(self) -> Place:
        """Where the next slice is to be done, as `SliceQueue.submit` has it; asked from any thread."""

    def outdated_by(self, command: Command) -> bool:
        """Tell whether a command makes useless what is being computed; asked from any thread."""

    def give_up(self) -> None:
        """Note that a step was broken off: what it was computing is neither here nor there."""

    def fail(self, sentence: str) -> None:
        """Stop the run: an error of ours happened while it was computed."""

    def close(self) -> None:
        """Let go of what is held; safe to call twice."""


@runtime_checkable
class Resting(Protocol):
    """A source that holds memory which only computing needs."""

    def rest(self) -> None:
        """Let go of it until something is computed again."""


S = TypeVar("S", bound=Source)
S_co = TypeVar("S_co", bound=Source, covariant=True)


class ClosedError(Exception):
    """The channel has been closed, for its session has ended."""


@dataclass(frozen=True)
class Turn:
    """What a viewer's next slice is for."""

    urgent: bool
    """A control has moved: take the urgent lane."""
    pull: bool
    """The browser has asked for a frame."""


class Viewer:
    """One connected browser tab, which looks at a channel.

    `wake` is called from any thread when there may be something to do.
    """

    def __init__(self, channel: Channel[Source], wake: Callable[[], None]) -> None:
        self.channel = channel
        self.wake = wake
        self.cursor = ViewerCursor()
        self.closed = False
        self._credits = 0

    def credit(self) -> None:
        """Note that the browser is about to draw and can take one more frame."""
        self._credits = min(self._credits + 1, MAX_CREDITS)
        if self.cursor.run:
            self.channel.drawn.set()
        self.wake()

    def due(self) -> Turn | None:
        """Say what is to be done now, if anything; a turn that pulls a frame spends one credit."""
        source = self.channel.source
        if self.closed:
            return None
        if self.channel.pending or self.cursor.revision != source.revision:
            return Turn(urgent=True, pull=False)
        if source.has_work:
            return Turn(urgent=False, pull=False)
        if self._credits and source.playing:
            self._credits -= 1
            return Turn(urgent=False, pull=True)
        return None

    def produce(self, seconds: float, waiting: int, *, pull: bool, place: Place = ANYWHERE) -> list[str]:
        """Do one slice for this viewer, on the worker thread, and return the texts to send."""
        if self.closed:
            return []
        texts = self.channel.step(self, seconds=seconds, waiting=waiting, pull=pull, place=place)
        if texts is None:
            self._credits += pull
        return texts or []

    def delivered(self) -> None:
        """Note that all that the last slice had to say has been sent."""
        if not self.channel.pending:
            self.channel.answered.set()
            self.channel.followed.set()

    def close(self) -> None:
        """Leave the channel; safe to call twice."""
        self.closed = True
        self.channel.forget(self)


class Channel(Generic[S_co]):
    """What one live view of one session shows: its source, into which only one thread at a time is let.

    Events tell how far the browser is: `drawn` is set once it has begun to draw a frame of this channel;
    `answered` is cleared when the script asks for something, and set when the answer has gone to the browser;
    `painted` is cleared likewise, and set when the browser says that a first picture is on its screen;
    `followed` is cleared when it leads on, and set when that is done. `owner` is the session whose work this
    is: all its channels have one part of the time, and by default a channel stands for itself. `share` is
    that part, as `Slice` has it, noted by whoever queues it. Its browser may say `verbs`.
    """

    def __init__(
        self, source: S_co, owner: Hashable = None, verbs: Mapping[str, type[Command]] = VERBS
    ) -> None:
        self.verbs = verbs
        self.token = secrets.token_urlsafe(32)
        self.owner: Hashable = self.token if owner is None else owner
        self.drawn, self.answered = threading.Event(), threading.Event()
        self.painted, self.followed = threading.Event(), threading.Event()
        self.key: str | None = None
        self.source = source
        self.closed = False
        self._mailbox: deque[Command] = deque()
        self._mailbox_lock = threading.Lock()
        self._source_lock = threading.Lock()
        self._viewer: Viewer | None = None
        self._outdated = self._let = False
        self.share = 1.0
        self._stepped: float | None = None
        self.registry: Registry | None = None

    @property
    def pending(self) -> bool:
        """True while commands wait for the next slice."""
        return bool(self._mailbox)

    @property
    def watched(self) -> bool:
        """True while a browser is connected."""
        return self._viewer is not None

    def send(self, command: Command) -> None:
        """Put a command in the mailbox and wake the viewer; never waits for a slice. From any thread.

        It replaces the last command in the box when both are of a kind of which only the latest matters.
        """
        with self._mailbox_lock:
            if self.closed:
                return
            self._outdated = self._outdated or self.source.outdated_by(command)
            if self._mailbox and type(self._mailbox[-1]) is type(command) and not command.each_counts:
                self._mailbox.pop()
            self._mailbox.append(command)
            if leads_on(command):
                self.followed.clear()
            if isinstance(command, Show):
                self.answered.clear()
                self.painted.clear()
            if len(self._mailbox) > MAX_PENDING:
                self._mailbox.remove(next(old for old in self._mailbox if not isinstance(old, Show)))
            viewer = self._viewer
        if viewer is not None:
            viewer.wake()

    def await_lead(self, seconds: float) -> None:
        """Wait until the source knows where the browser has led it; so many seconds at most."""
        if self.watched and not self.followed.is_set():
            with aside():
                self.followed.wait(seconds)

    def await_picture(self, seconds: float) -> None:
        """Wait until the answer is on the screen; so many seconds at most, and `PAINT_SECONDS` to be seen."""
        with aside():
            if self.answered.wait(seconds):
                self.painted.wait(PAINT_SECONDS)

    def admit(self, key: str) -> str | None:
        """Let a browser in that has shown the token, or refuse it.

        `key` is what an earlier connection of the same view was told, empty on the first, which gets its key
        in return. Raises `PermissionError` if the token has been used and the key is not the one that was
        told then: a token that was looked up in somebody's page opens nothing.
        """
        with self._mailbox_lock:
            if self.key is None:
                self.key = secrets.token_urlsafe(32)
                return self.key
            # JSON can hold half a character, which no plain encoding takes.
            if not hmac.compare_digest(key.encode(errors="surrogatepass"), self.key.encode()):
                raise PermissionError("token must be shown with its key once it has been used; it was not")
            return None

    def open_viewer(self, wake: Callable[[], None]) -> Viewer:
        """Connect a browser; an older connection of the same view is closed (it is a half-dead one).

        `wake` is called from any thread when there may be something to do, and must not block. Raises
        `RuntimeError` if the channel has been closed.
        """
        viewer = Viewer(self, wake)
        with self._mailbox_lock:
            if self.closed:
                raise RuntimeError("the channel is closed")
            older, self._viewer = self._viewer, viewer
        if older is not None:
            older.closed = True
            older.wake()
        return viewer

    def forget(self, viewer: Viewer) -> None:
        """Drop a viewer that has left; another one that has come meanwhile stays."""
        with self._mailbox_lock:
            if self._viewer is viewer:
                self._viewer = None

    @property
    def outdated(self) -> bool:
        """True while nobody wants what is being computed: it will be replaced, or all have left."""
        return self._outdated or self.closed

    def step(
        self, viewer: Viewer, *, seconds: float, waiting: int, pull: bool, place: Place = ANYWHERE
    ) -> list[str] | None:
        """Do one slice: handle what is in the mailbox, train, and describe what is new to the viewer.

        None where the source is at work for somebody else: an older connection's slice is held at a pause.
        """
        with self._inside(HELD_SECONDS) as free:
            if self.closed:
                return []
            if not free:
                return None
            self._stepped = time.monotonic()
            stale = partial(self._is_stale, viewer)
            work = Slice(seconds, waiting, stale, self.share, place)
            try:
                messages = self.source.step(self._take(), cursor=viewer.cursor, pull=pull, work=work)
                return [dump(message) for message in messages]
            except Unwanted:
                self.source.give_up()
                return []
            except Exception:
                sentence = self._apologise()
                # Told here and now: the viewer need not be woken for it.
                viewer.cursor.revision = self.source.revision
                return [dump(ErrorMessage(message=sentence))]

    def _is_stale(self, viewer: Viewer) -> bool:
        return self.pending or viewer.closed or self.closed

    def flush(self) -> None:
        """Handle what the script has asked for, here in the calling thread; waits for a running slice to end.

        What the browser asked for stays in the box, since its answers belong to the viewer.
        """
        with self._inside():
            if self.closed or not any(isinstance(command, Show) for command in tuple(self._mailbox)):
                return
            with self._turn():
                commands = self._take(Show)
                try:
                    work = Slice(0.0, 0, lambda: True)
                    self.source.step(commands, cursor=None, pull=False, work=work)
                except Unwanted:
                    self.source.give_up()
                except Exception:
                    self._apologise()
            viewer = self._viewer
        # It may have looked while the command was in nobody's hands: out of the box, not yet handled.
        if viewer is not None:
            viewer.wake()

    def rest(self, before: float) -> bool:
        """Let the source rest if its last slice began before then (`time.monotonic`); say whether it did."""
        if self._stepped is None or self._stepped > before or not isinstance(self.source, Resting):
            return False
        with self._inside(0) as free:
            if free and not self.closed:
                self._stepped = None
                self.source.rest()
            return free

    def inspect(self, look: Callable[[], T]) -> T:
        """Call `look` while no slice runs, and return its result; `ClosedError` if there is nothing left."""
        with self._inside():
            if self.closed:
                raise ClosedError
            return look()

    def close(self) -> None:
        """End the channel: the viewer is sent away, the run let go. Safe to call twice, from any thread.

        Where a slice runs, the run is let go at its end, which comes at its next pause.
        """
        with self._mailbox_lock:
            if self.closed:
                return
            self.closed = True
            viewer, self._viewer = self._viewer, None
            self._mailbox.clear()
        if self.registry is not None:
            self.registry.drop(self)
        if viewer is not None:
            viewer.closed = True
            viewer.wake()
        self._let_go()

    @contextmanager
    def _inside(self, seconds: float = -1) -> Iterator[bool]:
        """Let one thread at a time into the source; say whether it became free within so many seconds."""
        free = self._source_lock.acquire(blocking=False)
        if not free:
            with aside() if seconds < 0 else nullcontext():
                free = self._source_lock.acquire(timeout=seconds)
        try:
            yield free
        finally:
            if free:
                self._source_lock.release()
                if self.closed:
                    self._let_go()

    def _let_go(self) -> None:
        """Close the source once, unless somebody is inside, who will do it on the way out."""
        if not self._source_lock.acquire(blocking=False):
            return
        try:
            if self._let:
                return
            self._let = True
            self.source.close()
        finally:
            self._source_lock.release()
        if self.registry is not None:
            self.registry.after_close()

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self.registry is None else self.registry.turn(self.owner)

    def _take(self, kind: type[Command] = Command) -> list[Command]:
        with self._mailbox_lock:
            self._outdated = False
            commands = [command for command in self._mailbox if isinstance(command, kind)]
            self._mailbox = deque(command for command in self._mailbox if not isinstance(command, kind))
        return commands

    def _apologise(self) -> str:
        identity = secrets.token_hex(4)
        _LOG.exception("Error %s in a live run", identity)
        sentence = f"Something went wrong on our side (error {identity}). Restart the run or reload the page."
        self.source.fail(sentence)
        return sentence


class Registry:
    """All open channels by their tokens.

    `after_close` is called when a channel has closed and let go of its run; `serving` says whether the socket
    is up, so that a browser can come to watch; `turn` gives a script's thread its turn among all who work.
    """

    def __init__(self) -> None:
        self.after_close: Callable[[], None] = lambda: None
        self.serving = False
        self.turn: Callable[[Hashable], AbstractContextManager[None]] = lambda _owner: nullcontext()
        self._channels: dict[str, Channel[Source]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._channels)

    def open(
        self, source: S, *, owner: Hashable = None, verbs: Mapping[str, type[Command]] = VERBS
    ) -> Channel[S]:
        """Open a channel under a new, unguessable token of 256 bits."""
        channel = Channel(source, owner, verbs)
        channel.registry = self
        with self._lock:
            self._channels[channel.token] = channel
        return channel

    def hand_out(self, channel: Channel[Source]) -> str:
        """Give the token for the page; a new one where the old one was used and nobody is connected.

        So a view that has lost its key, because the page was left or the connection broke at a bad moment, is
        let in again with the next run of its script.
        """
        with self._lock:
            spent = channel.key is not None and not channel.watched
            if spent and self._channels.pop(channel.token, None) is not None:
                channel.token, channel.key = secrets.token_urlsafe(32), None
                self._channels[channel.token] = channel
            return channel.token

    def find(self, token: str) -> Channel[Source] | None:
        """Give the channel of a token, or None."""
        with self._lock:
            return self._channels.get(token)

    def rest(self, before: float) -> bool:
        """Let all rest whose last slice began before then; say whether somebody did."""
        with self._lock:
            channels = list(self._channels.values())
        return any([channel.rest(before) for channel in channels])

    def drop(self, channel: Channel[Source]) -> None:
        """Forget the token of a channel that closes."""
        with self._lock:
            self._channels.pop(channel.token, None)


CHANNELS: Final = Registry()
"""The channels of this process: filled by the scripts, read by the socket."""
