"""What the lecturer's view is told of a room; the source of its channel."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np

from nncore.outcome import OUTCOMES
from ui.live.channel import ViewerCursor
from ui.live.meta import cost_range
from ui.live.packing import encode
from ui.live.pictures import rounded
from ui.live.protocol import Command, ErrorMessage, Message, Show, finite
from ui.live.tickets import Slice
from ui.room.ask import Rates
from ui.room.messages import (
    Again,
    CountMessage,
    CurvesMessage,
    EndsMessage,
    Names,
    Part,
    Reveal,
    RoomMessage,
    RunsMessage,
    VotesMessage,
)
from ui.room.room import Room
from ui.room.runs import Runs
from ui.shared.question import Question


class ShowRoom(Show):
    """Show a room, or none."""

    room: Room | None


class Look(Command):
    """Something in the room has changed; only the room itself says so."""


class RoomPlayer:
    """What a channel shows where it shows a room; see `ui.live.channel.Source`.

    Attributes
    ----------
    room : Room or None
        What is shown.
    wake : callable
        Called from any thread when the room has changed: whoever opened the channel lets it look.
    """

    def __init__(self) -> None:
        self.room: Room | None = None
        self.wake: Callable[[], None] = lambda: None
        self._before = 0
        self._trouble = ""
        self._phones_wait = False

    @property
    def revision(self) -> int:
        """Grows with every change of the room, and with every other room."""
        return self._before + (0 if self.room is None else self.room.revision)

    @property
    def name(self) -> str:
        """What the log calls the work at hand."""
        ask = None if self.room is None else self.room.ask
        return f"room, {urlencode(ask.experiment.to_query())}" if isinstance(ask, Rates) else "room"

    @property
    def place(self) -> None:
        """Return None: its slices are short."""

    def outdated_by(self, command: Command) -> bool:
        """Return False: the runs are all phones', whatever this view asks for."""
        return False

    def give_up(self) -> None:
        """Note that a step was broken off, since this view has gone: the runs begin anew for the next one."""
        if self.playing and self.room is not None and self.room.runs is not None:
            self.room.runs.broken = True

    @property
    def playing(self) -> bool:
        """True while the runs are under way."""
        return self.room is not None and self.room.state == "training" and not self._trouble

    @property
    def has_work(self) -> bool:
        """True while phones wait for the reveal; runs move when the view asks for a frame, and are seen."""
        return self._phones_wait

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        """Handle the commands, train for one slice if pulled, and return what is new to the viewer."""
        if self._phones_wait and self.room is not None:
            # Five hundred messages, which the picture on the large screen must not wait for.
            self._phones_wait = False
            self.room.tell_phones()
        for command in commands:
            self._handle(command)
        room = self.room
        if cursor is None or room is None:
            if cursor is not None:
                cursor.revision = self.revision
            return []
        if room.revealed and room.runs is None and isinstance(room.ask, Rates):
            begin(room, room.ask)
        if pull and room.runs is not None and self.playing:
            room.runs.move(work.seconds)
            if room.runs.stack.finished:
                room.end_runs(room.runs.told())
        # Nothing else is asked, marked or trained between two of the sentences.
        with room.lock:
            return self._describe(room, cursor)

    def _handle(self, command: Command) -> None:
        room = self.room
        match command:
            case ShowRoom():
                self._show(command.room)
            case Reveal() if room is not None:
                room.reveal()
                self._phones_wait = True
            case Again() if room is not None:
                self._trouble = ""
                room.again()
            case Names(hidden) if room is not None:
                room.hide_names(hidden)

    def _show(self, room: Room | None) -> None:
        if room is self.room:
            return
        seen = self.revision + 1
        if self.room is not None:
            self.room.listeners.discard(self._heard)
        self.room, self._trouble, self._phones_wait = room, "", False
        self._before = seen if room is None else seen - room.revision
        if room is not None:
            room.use()
            room.listeners.add(self._heard)

    def _heard(self) -> None:
        self.wake()

    def _describe(self, room: Room, cursor: ViewerCursor) -> list[Message]:
        """Return what is new: `cursor.sent` holds, for each stack, the kept epochs that have been sent."""
        changed = cursor.revision != self.revision
        cursor.revision = self.revision
        if self._trouble:
            return [ErrorMessage(message=self._trouble)]
        if cursor.run != room.round:
            cursor.run = room.round
            cursor.sent.clear()
        messages: list[Message] = []
        if changed:
            answered, phones = room.counts()
            messages += [room_message(room), CountMessage(answered=answered, phones=phones)]
            messages += self._revealed(room, cursor)
        if room.runs is not None:
            messages += news_of(room.runs, cursor)
        return messages

    def _revealed(self, room: Room, cursor: ViewerCursor) -> list[Message]:
        """Return the answers when they stand open: once, and once more when another one is marked."""
        if not room.revealed or cursor.sent.get("answers") == room.marked:
            return []
        if isinstance(room.ask, Question):
            cursor.sent["answers"] = room.marked
            return [VotesMessage(counts=room.tally(), right=room.ask.right, why=room.ask.why)]
        if room.runs is None:
            return []
        cursor.sent["answers"] = room.marked
        return [runs_message(room.runs)]

    def fail(self, sentence: str) -> None:
        """Stop: an error of ours happened while it was computed."""
        self._trouble = sentence
        self._before += 1

    def close(self) -> None:
        """Let go of the room, which goes on without this view; safe to call twice."""
        self._show(None)


def begin(room: Room, rates: Rates) -> None:
    """Let the learning rates of a room become runs, where there are any."""
    asked = room.round
    answers = [(phone.value, phone.name) for phone in room.answers()]
    given = [(value, name) for value, name in answers if value is not None]
    if given:
        room.train(Runs(rates, given), asked=asked)


def room_message(room: Room) -> RoomMessage:
    """Return what a room is asked, and how it stands."""
    ask = room.ask
    return RoomMessage(
        code=room.code,
        round=room.round,
        state=room.state,
        text=ask.text,
        label=ask.label if isinstance(ask, Rates) else "",
        answers=ask.answers if isinstance(ask, Question) else None,
        hidden=room.names_hidden,
    )


def runs_message(runs: Runs) -> RunsMessage:
    """Return what holds for a room's runs to their end."""
    stack = runs.stack
    return RunsMessage(
        etas=list(stack.etas),
        phones=runs.phones,
        names=runs.names,
        epochs=stack.epochs.tolist(),
        planned=stack.experiment.epochs,
        range=cost_range(stack.start, stack.data.task),
        target=finite(stack.target),
    )


def news_of(runs: Runs, cursor: ViewerCursor) -> list[Message]:
    """Return what is new in a room's curves, and, once, how they ended."""
    stack, parts = runs.stack, []
    for number, lane in enumerate(stack.lanes):
        first = int(cursor.sent.get(f"lane {number}", 0))
        if lane.known > first:
            cursor.sent[f"lane {number}"] = lane.known
            costs = stack.costs[lane.rows, first : lane.known]
            rows = lane.rows.stop - lane.rows.start
            parts.append(Part(row=lane.rows.start, rows=rows, first=first, b64=encode(costs, np.float32)))
    # An empty frame too is an answer: the view asks for one at a time.
    messages: list[Message] = [CurvesMessage(epoch=stack.epoch, parts=parts)]
    if stack.finished and "ends" not in cursor.sent:
        cursor.sent["ends"] = 1.0
        messages.append(ends_message(runs))
    return messages


def ends_message(runs: Runs) -> EndsMessage:
    """Return what became of a room's runs."""
    ends = [end for end in runs.stack.ends if end is not None]
    return EndsMessage(
        outcome=encode(np.array([OUTCOMES.index(end.outcome) for end in ends]), np.uint8),
        reached=encode(np.array([end.reached for end in ends]), np.int32),
        final=rounded([end.final for end in ends]),
        winners=runs.stack.winners(),
        learned=runs.learned,
    )
