"""The answers of a room as a table to take home: no phone's name, no token, no address."""

from __future__ import annotations

import csv
import io

from ui.room.messages import EndMessage
from ui.room.room import Phone, Room
from ui.shared.question import Question


def answers_csv(room: Room) -> str:
    """Return the open answers as comma-separated text: time, answer or learning rate, outcome.

    The outcome of an answer is `right` or `wrong` where one is marked; that of a learning rate is its run's,
    empty until it has ended. Before the reveal there is only the head.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    question = isinstance(room.ask, Question)
    writer.writerow(["time", "answer" if question else "learning_rate", "outcome"])
    for phone in room.answers() if room.revealed else ():
        writer.writerow(_row(room, phone))
    return text.getvalue()


def _row(room: Room, phone: Phone) -> tuple[str, str, str]:
    assert phone.at is not None  # of those who answered
    assert phone.value is not None
    time = phone.at.isoformat(timespec="milliseconds")
    ask = room.ask
    if not isinstance(ask, Question):
        end: EndMessage | None = phone.end
        return time, repr(phone.value), "" if end is None else end.outcome
    marked = "" if ask.right is None else "right" if phone.value == ask.right else "wrong"
    return time, unevaluated(ask.answers[int(phone.value)]), marked


def unevaluated(text: str) -> str:
    """Return a text that a spreadsheet takes for one, not for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text
