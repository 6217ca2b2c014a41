"""What a room is asked: a question with two to five answers, or a learning rate for an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice, Field, Real, Whole, counted
from nncore.experiment.fields import FIELDS
from nncore.experiment.settings import Settings
from nncore.sweep.memory import most_in_stack
from ui.shared.question import MOST_ANSWER, MOST_ANSWERS, MOST_QUESTION, Question, one_line, pack, unpack

PARTING: Final = "|"
RATES: Final = (1e-4, 10.0)
"""Ends of a phone's slider; the rates that it may type are those of an experiment."""
ETA: Final = FIELDS.of(Real, "eta")
PLAIN_ETA: Final = 0.1
"""What stands for the learning rate of an experiment whose phones have one each."""


@dataclass(frozen=True, kw_only=True)
class Line(Field[str]):
    """A line of words."""

    most: int
    """Characters."""

    @property
    def allowed(self) -> str:
        return f"a text of at most {self.most} characters"

    def check(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > self.most:
            raise self.refuse(value)
        return one_line(value)


def _unpacked(text: str) -> str:
    """Return what an address says, packed or plain."""
    try:
        given = unpack(text)
    except ValueError:
        return text
    return given if isinstance(given, str) else text


@dataclass(frozen=True, kw_only=True)
class UntoldWhole(Whole):
    """A whole number that an address holds packed: one that is projected does not tell it."""

    def parse(self, text: str) -> int | None:
        return super().parse(_unpacked(text))

    def format(self, value: int | None) -> str:
        return pack(super().format(value))


@dataclass(frozen=True, kw_only=True)
class UntoldLine(Line):
    """A line of words that an address holds packed."""

    def parse(self, text: str) -> str:
        return super().parse(_unpacked(text))

    def format(self, value: str) -> str:
        return pack(super().format(value))


SETTINGS: Final = Settings(
    Choice(
        name="hold", default="answer", label="Each phone holds", choices=("answer", "rate"),
        labels={"answer": "an answer", "rate": "a learning rate"},
        help="Answers are counted; learning rates are trained, all from the same start.",
    ),
    Line(
        name="question", default="Ten times the learning rate: what happens?", label="Question",
        most=MOST_QUESTION, help="What the room is asked.",
    ),
    Line(
        name="answers", default="It learns faster | It learns slower | It does not learn", label="Answers",
        most=MOST_ANSWERS * (MOST_ANSWER + 3), help="Two to five, parted by a bar |.",
    ),
    UntoldWhole(
        name="right", default=None, label="Right answer", low=1, high=MOST_ANSWERS, optional=True,
        help="Its number, marked at the reveal; empty: none is.",
    ),
    UntoldLine(
        name="why", default="", label="Why", most=MOST_QUESTION,
        help="One sentence that is shown at the reveal.",
    ),
)  # fmt: skip
"""What the address of the page holds beside the experiment."""


@dataclass(frozen=True)
class Rates:
    """A learning rate for an experiment."""

    experiment: Experiment
    """Everything but the learning rate, as planned: nothing is added to a run or changed on its way."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "experiment", self.experiment.plan().replace(eta=PLAIN_ETA))

    @property
    def text(self) -> str:
        """What a phone is asked."""
        return "Which learning rate?"

    @property
    def label(self) -> str:
        """The experiment in a line, without the learning rate that it has not."""
        parts = self.experiment.label().split(", ")
        kept = [part for part in parts if not part.startswith("eta ")]
        return ", ".join([*kept, counted(self.experiment.epochs, "epoch", separator=",")])

    def value(self, given: float) -> float:
        """Return a learning rate that a phone has sent.

        Raises
        ------
        ValueError
            If an experiment cannot have it.
        """
        return ETA.check(given)


Ask = Question | Rates


def ask_of(values: Mapping[str, Any], experiment: Experiment, *, free: int) -> Ask:
    """Return what the page's settings and experiment ask.

    Parameters
    ----------
    values : mapping
        One entry a name of `SETTINGS`.
    experiment : Experiment
        What learning rates are for.
    free : int
        Bytes of memory to spare.

    Raises
    ------
    ValueError
        With a sentence, when it is no question, or a run does not fit into memory.
    """
    if values["hold"] == "rate":
        most_in_stack(experiment, free=free)
        return Rates(experiment)
    answers = tuple(one_line(part) for part in values["answers"].split(PARTING))
    right = None if values["right"] is None else values["right"] - 1
    return Question(values["question"], tuple(filter(None, answers)), right, values["why"])
