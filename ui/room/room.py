"""One room: what it is asked, its phones, their answers. In memory only; gone with the room.

It knows neither a web framework nor Streamlit. Every method may be called from any thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ui.live.protocol import Message
from ui.room.ask import ETA, RATES, Ask
from ui.room.messages import (
    MOST_NAME,
    AskMessage,
    EndMessage,
    GoneMessage,
    RevealedMessage,
    SentMessage,
)
from ui.room.runs import Runs
from ui.shared.question import Question, one_line

MOST_PHONES: Final = 500
MOST_TABS: Final = 3
"""Connections of one phone at the same time; an older one gives way."""
LIFE_SECONDS: Final = 2 * 3600.0
"""A room dies so long after its last use."""

Wake = Callable[[], None]


class GoneError(Exception):
    """Why a phone cannot be in a room: `closed`, `unknown`, `full` or `busy`."""


@dataclass
class Phone:
    """One phone: whoever shows its token."""

    value: float | None = None
    """Its answer."""
    name: str = ""
    """Its nickname, "" for none."""
    at: datetime | None = None
    """When it last answered."""
    serial: int = 0
    """Counts its answers, so that a second tab hears of the first one's."""
    end: EndMessage | None = None
    """What became of its run."""
    tabs: list[Wake] = field(default_factory=list)
    """What wakes each of its connections, the oldest first."""

    def forget(self) -> None:
        """Take the answer back."""
        self.value, self.at, self.end = None, None, None


@dataclass
class Told:
    """How far one connection of a phone has been told."""

    round: int = 0
    serial: int = 0
    revealed: RevealedMessage | None = None
    end: EndMessage | None = None


class Room:
    """A class that takes part.

    Parameters
    ----------
    code : str
        As phones type it.
    ask : Ask
        What is asked first.
    clock : callable
        Monotonic time in seconds.

    Attributes
    ----------
    ask : Ask
    round : int
        Grows with every question; the answers to earlier ones are gone.
    marked : int
        Grows when another answer of the same question is marked.
    revealed : bool
        Whether the answers stand open.
    runs : Runs or None
        What learning rates became at the reveal.
    names_hidden : bool
    closed : bool
    revision : int
        Grows when the lecturer's view has something to be told.
    listeners : set of callable
        Called when `revision` has grown.
    lock : context manager
        Held while several of these are read together.
    """

    def __init__(self, code: str, ask: Ask, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.code = code
        self.ask = ask
        self.round = 1
        self.marked = 1
        self.revealed = False
        self.runs: Runs | None = None
        self.names_hidden = False
        self.closed = False
        self.revision = 1
        self.listeners: set[Wake] = set()
        self._clock = clock
        self._used = clock()
        self._phones: dict[str, Phone] = {}
        self.lock = threading.RLock()

    @property
    def state(self) -> str:
        """How the room stands: `asking`, `revealed`, `training` or `finished`."""
        if not self.revealed:
            return "asking"
        if self.runs is None:
            return "revealed"
        return "finished" if self.runs.stack.finished else "training"

    @property
    def expired(self) -> bool:
        """Whether nobody has used the room for so long that it dies."""
        return self._clock() - self._used > LIFE_SECONDS

    # -- phones --------------------------------------------------------------------------------------------

    def join(self, token: str, wake: Wake) -> Phone:
        """Let a connection of a phone in.

        Parameters
        ----------
        token : str
            The phone's own: whoever shows the same one again is the same phone.
        wake : callable
            Called, from any thread, when there may be something to tell.

        Raises
        ------
        GoneError
            If the room is closed or full.
        """
        with self.lock:
            if self.closed:
                raise GoneError("closed")
            phone = self._phones.get(token)
            if phone is None:
                if len(self._phones) >= MOST_PHONES:
                    raise GoneError("full")
                phone = self._phones[token] = Phone()
            phone.tabs.append(wake)
            self._used = self._clock()
            if len(phone.tabs) > MOST_TABS:
                phone.tabs.pop(0)()
        return phone

    def leave(self, token: str, wake: Wake) -> None:
        """Drop a connection; a phone that goes without having answered leaves its place to another one."""
        with self.lock:
            phone = self._phones.get(token)
            if phone is None:
                return
            if wake in phone.tabs:
                phone.tabs.remove(wake)
            if not phone.tabs and phone.value is None:
                del self._phones[token]

    def send(self, phone: Phone, value: float, name: str, *, asked: int = 0) -> None:
        """Take a phone's answer; a later one replaces it, and none counts after the reveal.

        `asked` is the round of the question that was answered, 0 where the phone does not say: what was meant
        for an earlier one is no answer to this.

        Raises
        ------
        ValueError
            If the question has no such answer.
        """
        with self.lock:
            if self.revealed or self.closed or asked not in (0, self.round):
                return
            phone.value = self.ask.value(value)
            phone.name = one_line(one_line(name)[:MOST_NAME])
            phone.at = datetime.now().astimezone()
            phone.serial += 1
            self._used = self._clock()
            tabs = tuple(phone.tabs)
        for wake in tabs:
            wake()

    def news(self, phone: Phone, told: Told) -> list[Message]:
        """Return what a connection has not been told, all of it about its own phone; notes it as told."""
        with self.lock:
            if self.closed:
                return [GoneMessage(why="closed")]
            messages: list[Message] = []
            if told.round != self.round:
                told.round, told.serial, told.revealed, told.end = self.round, phone.serial, None, None
                messages.append(self._question(phone))
            if told.serial != phone.serial:
                told.serial = phone.serial
                if phone.value is not None:
                    messages.append(SentMessage(value=phone.value, name=phone.name or None))
            if self.revealed and told.revealed != (revealed := self._revealed()):
                told.revealed = revealed
                messages.append(revealed)
            if phone.end is not None and told.end is not phone.end:
                told.end = phone.end
                messages.append(phone.end)
            return messages

    def _question(self, phone: Phone) -> AskMessage:
        ask, value, name = self.ask, phone.value, phone.name or None
        if isinstance(ask, Question):
            return AskMessage(round=self.round, text=ask.text, answers=ask.answers, value=value, name=name)
        return AskMessage(
            round=self.round, text=ask.text, range=RATES, allowed=(ETA.low, ETA.high), value=value, name=name
        )

    def _revealed(self) -> RevealedMessage:
        if isinstance(self.ask, Question):
            return RevealedMessage(right=self.ask.right, why=self.ask.why or None)
        return RevealedMessage()

    # -- the lecturer --------------------------------------------------------------------------------------

    def put(self, ask: Ask) -> None:
        """Ask something else; the same again changes nothing, and another mark or why keeps the answers."""
        with self.lock:
            if ask == self.ask:
                return
            same = _in_words(ask) == _in_words(self.ask)
            self.ask = ask
            self.marked += 1
            if not same:
                self._begin()
        self._tell_all()

    def again(self) -> None:
        """Take all answers back and ask anew."""
        with self.lock:
            self._begin()
        self._tell_all()

    def _begin(self) -> None:
        self.round += 1
        self.revealed, self.runs = False, None
        for phone in self._phones.values():
            phone.forget()
        self._phones = {token: phone for token, phone in self._phones.items() if phone.tabs}

    def train(self, runs: Runs, *, asked: int) -> None:
        """Let the answers to question `asked` be these runs; nothing where another one is asked meanwhile."""
        with self.lock:
            if asked != self.round:
                return
            self.runs = runs
        self.announce()

    def reveal(self) -> None:
        """Open the answers; from now on none is taken. The phones are to be told by `tell_phones`."""
        with self.lock:
            self.revealed = True
        self.announce()

    def hide_names(self, hidden: bool) -> None:
        """Hide the nicknames on the lecturer's screen, or show them."""
        self.names_hidden = hidden
        self.announce()

    def end_runs(self, ends: dict[float, EndMessage]) -> None:
        """Tell every phone what became of its learning rate."""
        with self.lock:
            for phone in self._phones.values():
                if phone.value is not None:
                    phone.end = ends.get(phone.value)
        self._tell_all()

    def close(self) -> None:
        """Send all phones away; safe to call twice."""
        with self.lock:
            self.closed = True
        self._tell_all()

    def use(self) -> None:
        """Note that somebody is at work here: the two hours begin anew."""
        self._used = self._clock()

    def announce(self) -> None:
        """Let the lecturer's views look."""
        with self.lock:
            self.revision += 1
            listeners = tuple(self.listeners)
        for tell in listeners:
            tell()

    def counts(self) -> tuple[int, int]:
        """Return how many phones have answered, and how many there are."""
        with self.lock:
            answered = sum(phone.value is not None for phone in self._phones.values())
            return answered, len(self._phones)

    def answers(self) -> list[Phone]:
        """Return the phones that have answered, in the order of their answers."""
        with self.lock:
            given = [phone for phone in self._phones.values() if phone.at is not None]
        return sorted(given, key=lambda phone: phone.at.timestamp() if phone.at else 0.0)

    def tally(self) -> list[int]:
        """Return how many phones gave each answer of a question."""
        given = [phone.value for phone in self.answers()]
        return [given.count(place) for place in range(len(getattr(self.ask, "answers", ())))]

    def tell_phones(self) -> None:
        """Let every connection look what is new for its phone."""
        with self.lock:
            self._used = self._clock()
            tabs = [wake for phone in self._phones.values() for wake in phone.tabs]
        for wake in tabs:
            wake()

    def _tell_all(self) -> None:
        self.tell_phones()
        self.announce()


def _in_words(ask: Ask) -> object:
    """Return what phones are shown of a question before the reveal."""
    return (ask.text, ask.answers) if isinstance(ask, Question) else ask
