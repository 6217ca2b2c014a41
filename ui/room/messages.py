"""What phones and the lecturer's view are told, and what they may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ui.live.messages import Numbers
from ui.live.protocol import Command, Credit, Flag, Hello, Message, Painted, Rate, Round, Words, sent_as

MOST_NAME: Final = 20
"""Longest nickname, in characters."""


# -- phones ------------------------------------------------------------------------------------------------


class Send(Command):
    """A phone's answer, by its place, or its learning rate; a nickname where one is wanted; and which
    question it answers, 0 for whichever is asked."""

    each_counts = True
    value: Rate
    name: Words = ""
    round: Round = 0


PHONE_VERBS: Final[Mapping[str, type[Command]]] = {"hello": Hello, "send": Send}
"""Every verb that a phone may send."""


class AskMessage(Message):
    """What a phone is asked: answers to choose from, or a learning rate."""

    t = "ask"
    round: int
    """Number of the question in its room."""
    text: str
    answers: tuple[str, ...] | None = None
    range: tuple[float, float] | None = None
    allowed: tuple[float, float] | None = None
    """`range` and `allowed`: ends of the slider, and of what may be typed."""
    value: float | None = None
    """What this phone has sent already; `name` likewise."""
    name: str | None = None


class SentMessage(Message):
    """This phone's answer has arrived, with the nickname that it is kept under."""

    t = "sent"
    value: float
    name: str | None = None


class RevealedMessage(Message):
    """The answers stand open; `right` is the place of the marked one, and `why` a sentence about it."""

    t = "revealed"
    right: int | None = None
    why: str | None = None


class EndMessage(Message):
    """What became of this phone's run: a word, a sentence, and whether none of the room learned sooner."""

    t = "end"
    outcome: str
    text: str
    first: bool | None = None


class GoneMessage(Message):
    """The phone is sent away: the room is `closed`, `unknown` or `full`, or too many codes were tried."""

    t = "gone"
    why: str


# -- the lecturer's view -----------------------------------------------------------------------------------


class Reveal(Command):
    """Open the answers; learning rates begin to train."""


class Again(Command):
    """Ask the same once more: all answers are taken back."""


class Names(Command):
    """Hide nicknames, or show them."""

    hidden: Flag


ROOM_VERBS: Final[Mapping[str, type[Command]]] = {
    "hello": Hello, "n": Credit, "painted": Painted, "reveal": Reveal, "again": Again, "names": Names,
}  # fmt: skip
"""Every verb that the lecturer's view may send."""


class RoomMessage(Message):
    """What the room is asked, and how it stands."""

    t = "room"
    code: str
    round: int
    state: str
    """`asking`, `revealed` (answers stand open), `training` or `finished`."""
    text: str
    label: str
    answers: tuple[str, ...] | None = None
    hidden: bool
    """Whether nicknames are hidden."""


class CountMessage(Message):
    """How many have answered, of how many phones; never what."""

    t = "count"
    answered: int
    phones: int


class VotesMessage(Message):
    """How many gave each answer; sent from the reveal on."""

    t = "votes"
    counts: list[int]
    right: int | None
    why: str


class RunsMessage(Message):
    """The runs of a room, one a learning rate, rising; sent from the reveal on."""

    t = "runs"
    etas: list[float]
    phones: list[int]
    """How many phones have each."""
    names: list[str]
    """Their nicknames, "" for none."""
    epochs: list[int]
    """Epochs of which costs are sent."""
    planned: int
    range: list[float]
    """Ends of the cost axis."""
    target: float | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """New costs of neighbouring runs: from run `row` and kept epoch `first` on, float32 in base64."""

    row: int
    rows: int
    first: int = field(metadata=sent_as("from"))
    b64: str


class CurvesMessage(Message):
    """What is new in the runs' curves."""

    t = "frame"
    epoch: int
    parts: list[Part]


class EndsMessage(Message):
    """What became of every run."""

    t = "ends"
    outcome: str
    reached: str
    final: Numbers
    """`outcome`, `reached` and `final`: position in `nncore.OUTCOMES` as bytes, epochs to the target as int32
    (-1: never), final cost as float32; all in base64."""
    winners: list[int]
    """The learned runs that were at the target first, all of the same epoch."""
    learned: float
    """Share of phones whose run learned."""
