"""Nicknames of a room's phones: what is kept of them, and who hears of it."""

from __future__ import annotations

from nncore.experiment import Experiment
from ui.room.ask import Rates
from ui.room.messages import MOST_NAME, SentMessage
from ui.room.room import Room, Told

RATES = Rates(Experiment.default("XOR"))


def test_a_nickname_is_short_and_on_one_line():
    room = Room("ACK3M7", RATES)
    phone = room.join("ada", print)
    room.send(phone, 0.1, "  Ada\n\u202e<b>" + "x" * 60)
    assert phone.name == "Ada <b>xxxxxxxxxxxxx"


def test_a_nickname_keeps_what_joins_its_signs_and_nothing_else_that_cannot_be_seen():
    room = Room("ACK3M7", RATES)
    phone = room.join("ada", print)
    teacher, persian = "\U0001f469\u200d\U0001f3eb", "\u0645\u06cc\u200c\u062e"
    for name in (teacher, persian):
        room.send(phone, 0.1, f" \u200d{name}\u200b\u200c ")
        assert phone.name == name
    room.send(phone, 0.1, "\u200c\u200d \u200d")
    assert phone.name == ""
    room.send(phone, 0.1, "x" * (MOST_NAME - 2) + teacher)
    assert phone.name == "x" * (MOST_NAME - 2) + teacher[0], "a sign that is cut off leaves no joiner"


def test_a_nickname_is_corrected_and_the_phones_other_tab_hears_of_it():
    room = Room("ACK3M7", RATES)
    phone, told = room.join("ada", print), Told()
    room.news(phone, told)
    for name in ("Adda", "Ada"):
        room.send(phone, 0.1, name)
        assert room.news(phone, told) == [SentMessage(value=0.1, name=name)]
    assert [answer.name for answer in room.answers()] == ["Ada"]
