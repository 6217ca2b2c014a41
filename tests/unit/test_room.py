"""Rooms: codes, answers, who may join, what each side is told, and when all of it is gone."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from nncore.experiment import Experiment
from ui.live.protocol import ProtocolError, dump, parse
from ui.room.ask import SETTINGS, Rates, ask_of
from ui.room.codes import ALPHABET, LENGTH, code_of, first_letters, new_key, normalised
from ui.room.messages import PHONE_VERBS, ROOM_VERBS, Send
from ui.room.room import LIFE_SECONDS, MOST_PHONES, MOST_TABS, GoneError, Room, Told
from ui.room.rooms import (
    JOINS,
    PORTS,
    WRONG_CODES,
    Doorkeeper,
    Rooms,
    RoomsFullError,
    ports_of_all,
)
from ui.room.table import answers_csv
from ui.room.view import only_here
from ui.shared.question import MOST_ANSWER, Question

ASK = Question("Faster?", ("yes", "no", "it breaks"), right=1, why="It overshoots.")
RATES = Rates(Experiment.default("XOR"))
GIB = 2**30


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def wires(room: Room, *tokens: str) -> dict[str, Any]:
    """Let phones join, and return what each has been told so far when it is asked."""
    phones = {token: (room.join(token, lambda: None), Told()) for token in tokens}
    return {token: lambda pair=pair: [wired(m) for m in room.news(*pair)] for token, pair in phones.items()}


def wired(message: Any) -> dict[str, Any]:
    """A message as it goes over the wire."""
    return json.loads(dump(message))


# -- codes -------------------------------------------------------------------------------------------------


def test_no_two_letters_of_a_code_look_alike():
    assert len(set(ALPHABET)) == len(ALPHABET) == 20
    for pair in ("0O", "1I", "1L", "IL", "5S", "2Z", "8B", "UV", "6G", "OQ"):
        assert not set(pair) <= set(ALPHABET)


def test_codes_come_from_keys_and_from_nothing_else():
    keys = [new_key() for _ in range(6)]
    codes = [code_of(key) for key in keys]
    assert codes == [code_of(key) for key in keys]
    assert len(set(codes)) == 6
    assert {len(code) for code in codes} == {LENGTH}


@pytest.mark.parametrize("typed", ["ack3m7", " ACK 3M7", "ack-3m7", "A C K 3 M 7"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert normalised(typed) == "ACK3M7"


@pytest.mark.parametrize("typed", ["", "ACK3M", "ACK3M77", "ACK3M0", "ACK3MÄ", "../../", "ACK3M\u0661"])
def test_what_is_no_code_is_none(typed):
    assert normalised(typed) is None


def test_the_letters_of_all_replicas_are_the_alphabet_and_none_is_shared():
    for count in (1, 2, 3, 4, 7, 20):
        ports = list(range(8502, 8502 + count))
        letters = [first_letters(port, ports) for port in ports]
        assert sorted("".join(letters)) == sorted(ALPHABET)
        assert min(map(len, letters)) >= 1
    assert first_letters(9999, [8502, 8503]) == ALPHABET
    assert first_letters(8502, list(range(8502, 8530))) == ALPHABET


@pytest.mark.parametrize(("given", "ports"), [("8502 8503", [8502, 8503]), ("", []), ("8502,x", [])])
def test_the_environment_names_the_replicas(monkeypatch, given, ports):
    monkeypatch.setenv(PORTS, given)
    assert ports_of_all() == ports


# -- what is asked -----------------------------------------------------------------------------------------


def test_the_page_asks_a_question_by_default_and_a_rate_where_that_is_chosen():
    usual = ask_of(SETTINGS.defaults, Experiment.default("XOR"), free=GIB)
    assert isinstance(usual, Question)
    assert len(usual.answers) == 3
    asked = ask_of(
        {**SETTINGS.defaults, "hold": "rate"}, Experiment.default("XOR").replace(eta=3.0), free=GIB
    )
    assert asked == RATES
    assert "eta" not in asked.label
    assert "200 epochs" in asked.label


REFUSED = {
    "no question": ({"question": ""}, "question must be a sentence; it was empty"),
    "one answer": ({"answers": "yes"}, "answers must be two to five.*there were 1"),
    "six answers": ({"answers": "a|b|c|d|e|f"}, "there were 6"),
    "two alike": ({"answers": "a | b | a"}, "two of them are alike"),
    "a long one": (
        {"answers": "a | " + "b" * (MOST_ANSWER + 1)},
        "each of answers must be a text of at most 80 characters; got 'bbb",
    ),
    "right is none": ({"right": 4}, "right must be a number from 1 to 3; got 4"),
}


@pytest.mark.parametrize(("given", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_question_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask_of({**SETTINGS.defaults, **given}, Experiment.default("XOR"), free=GIB)


def test_a_run_that_does_not_fit_into_memory_is_refused():
    with pytest.raises(ValueError, match="must fit into memory"):
        ask_of({**SETTINGS.defaults, "hold": "rate"}, Experiment.default("XOR"), free=100)


def test_signs_that_cannot_be_seen_leave_a_question():
    assert SETTINGS["question"].parse("a\u202e b\n c\x00") == "a b c"


# -- what phones may say -----------------------------------------------------------------------------------

NONSENSE = [
    '{"op":"send"}',
    '{"op":"send","value":"1"}',
    '{"op":"send","value":true}',
    '{"op":"send","value":-1}',
    '{"op":"send","value":NaN}',
    '{"op":"send","value":1e99}',
    '{"op":"send","value":1,"round":-1}',
    '{"op":"send","value":1,"round":0.5}',
    '{"op":"send","value":1,"name":7}',
    '{"op":"send","value":1,"name":"' + "x" * 200 + '"}',
    '{"op":"reveal"}',
    '{"op":"n"}',
    '{"op":"play"}',
    "[]",
    "{",
    "send 1",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_a_phone_may_say_two_verbs_and_nothing_else(text):
    with pytest.raises(ProtocolError):
        parse(text, PHONE_VERBS)


def test_an_answer_is_a_few_bytes():
    text = '{"op":"send","value":2,"round":1}'
    assert parse(text, PHONE_VERBS) == Send(2.0, round=1)
    assert len(text) < 40
    assert parse('{"op":"send","value":2}', PHONE_VERBS) == Send(2.0)


def test_the_lecturers_view_cannot_vote_and_a_live_view_cannot_reveal():
    with pytest.raises(ProtocolError, match="op must be one of hello, n, painted, reveal, again, names"):
        parse('{"op":"send","value":1}', ROOM_VERBS)
    with pytest.raises(ProtocolError):
        parse('{"op":"reveal"}')


# -- answers -----------------------------------------------------------------------------------------------


def test_the_whole_way_of_an_answer():
    room = Room("ACK3M7", ASK)
    said = wires(room, "ada")
    assert said["ada"]() == [
        {"t": "ask", "round": 1, "text": "Faster?", "answers": ["yes", "no", "it breaks"]}
    ]
    assert room.counts() == (0, 1)
    phone = room.join("ada", print)
    room.send(phone, 2, "")
    assert said["ada"]() == [{"t": "sent", "value": 2}]
    room.send(phone, 1, "")
    assert room.counts() == (1, 1)
    room.reveal()
    assert said["ada"]() == [
        {"t": "sent", "value": 1},
        {"t": "revealed", "right": 1, "why": "It overshoots."},
    ]
    assert room.tally() == [0, 1, 0]
    room.send(phone, 0, "")
    assert room.tally() == [0, 1, 0]
    assert said["ada"]() == []


@pytest.mark.parametrize("value", [3, -1, 0.5])
def test_an_answer_that_is_not_offered_is_refused(value):
    room = Room("ACK3M7", ASK)
    with pytest.raises(ValueError, match="value must be a whole number from 0 to 2"):
        room.send(room.join("ada", print), value, "")


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e9])
def test_a_learning_rate_that_no_experiment_has_is_refused(value):
    room = Room("ACK3M7", RATES)
    with pytest.raises(ValueError, match="eta must be"):
        room.send(room.join("ada", print), value, "")


def test_no_phone_is_told_anything_of_another_one_before_the_reveal_nor_after():
    for ask, values in ((ASK, (0, 2)), (RATES, (0.1234, 0.5678))):
        room = Room("ACK3M7", ask)
        said = wires(room, "secret-ada", "secret-bob")
        for token, value in zip(("secret-ada", "secret-bob"), values, strict=True):
            room.send(room.join(token, print), value, token[-3:])
        heard = json.dumps(said["secret-bob"]())
        assert str(values[1]) in heard
        room.reveal()
        heard += json.dumps(said["secret-bob"]())
        assert "ada" not in heard
        assert "secret" not in heard
        assert f'"value": {values[0]}' not in heard


def test_a_reload_and_a_second_tab_are_the_same_phone_and_see_the_same():
    room = Room("ACK3M7", ASK)
    first = wires(room, "ada")["ada"]
    room.send(room.join("ada", print), 2, "")
    assert room.counts() == (1, 1)
    second = wires(room, "ada")["ada"]
    assert second()[0]["value"] == 2
    first()
    room.send(room.join("ada", print), 0, "")
    assert first() == second() == [{"t": "sent", "value": 0}]
    assert room.counts() == (1, 1)


def test_many_tabs_of_one_phone_send_the_oldest_away():
    room = Room("ACK3M7", ASK)
    woken: list[int] = []
    wakes = [lambda k=k: woken.append(k) for k in range(MOST_TABS + 1)]
    for wake in wakes:
        phone = room.join("ada", wake)
    assert woken == [0]
    assert phone.tabs == wakes[1:]


def test_a_phone_that_leaves_without_an_answer_leaves_its_place_and_one_with_an_answer_keeps_it():
    room = Room("ACK3M7", ASK)
    room.join("ada", print)
    room.leave("ada", print)
    assert room.counts() == (0, 0)
    room.send(room.join("bob", print), 1, "")
    room.leave("bob", print)
    assert room.counts() == (1, 1)
    room.leave("nobody", print)


def test_a_full_room_says_so_and_lets_its_own_back_in():
    room = Room("ACK3M7", ASK)
    for k in range(MOST_PHONES):
        room.send(room.join(f"phone {k}", print), k % 3, "")
    with pytest.raises(GoneError, match="full"):
        room.join("one more", print)
    assert room.join("phone 7", print).value == 1
    assert sum(room.tally()) == MOST_PHONES


def test_asking_again_takes_all_answers_back():
    room = Room("ACK3M7", ASK)
    said = wires(room, "ada")
    phone = room.join("ada", print)
    room.send(phone, 1, "")
    room.reveal()
    said["ada"]()
    room.again()
    assert room.counts() == (0, 1)
    assert said["ada"]() == [
        {"t": "ask", "round": 2, "text": "Faster?", "answers": ["yes", "no", "it breaks"]}
    ]


def test_another_question_is_asked_at_once_and_the_same_one_changes_nothing():
    room = Room("ACK3M7", ASK)
    room.put(Question("Faster?", ("yes", "no", "it breaks"), right=1, why="It overshoots."))
    assert room.round == 1
    room.put(RATES)
    (asked,) = wires(room, "ada")["ada"]()
    assert (asked["round"], asked["range"], asked["allowed"]) == (2, [1e-4, 10.0], [1e-6, 1e3])


def test_an_answer_to_an_earlier_question_is_none_to_this_one():
    room = Room("ACK3M7", ASK)
    phone = room.join("ada", print)
    room.put(Question("Slower?", ("yes", "no"), right=0))
    room.send(phone, 2, "", asked=1)  # the phone was not told yet
    assert room.counts() == (0, 1)
    room.send(phone, 1, "", asked=2)
    assert room.tally() == [0, 1]


@pytest.mark.parametrize("revealed", [False, True])
def test_another_mark_and_why_keep_the_answers(revealed):
    room = Room("ACK3M7", ASK)
    said = wires(room, "ada")
    room.send(room.join("ada", print), 2, "")
    if revealed:
        room.reveal()
    said["ada"]()
    room.put(Question("Faster?", ("yes", "no", "it breaks"), right=2, why="So."))
    assert (room.counts(), room.revealed) == ((1, 1), revealed)
    room.reveal()
    assert said["ada"]() == [{"t": "revealed", "right": 2, "why": "So."}]
    assert said["ada"]() == []


def test_a_closed_room_sends_its_phones_away_and_takes_none():
    room = Room("ACK3M7", ASK)
    woken: list[bool] = []
    phone = room.join("ada", lambda: woken.append(True))
    room.close()
    assert woken
    assert [wired(message) for message in room.news(phone, Told())] == [{"t": "gone", "why": "closed"}]
    with pytest.raises(GoneError, match="closed"):
        room.join("bob", print)
    room.send(phone, 1, "")
    assert room.counts() == (0, 1)


# -- all rooms ---------------------------------------------------------------------------------------------


def test_two_rooms_never_mix():
    rooms = Rooms()
    (one, key), (two, other) = rooms.open(ASK), rooms.open(ASK)
    assert one.code != two.code
    one.send(one.join("ada", print), 0, "")
    two.send(two.join("ada", print), 2, "")
    assert (one.tally(), two.tally()) == ([1, 0, 0], [0, 0, 1])
    assert (rooms.resume(key), rooms.resume(other)) == (one, two)
    rooms.close(one.code)
    assert (rooms.find(one.code), rooms.find(two.code)) == (None, two)


def test_a_room_dies_two_hours_after_its_last_use():
    clock = Clock()
    rooms = Rooms(clock=clock)
    room, key = rooms.open(ASK)
    clock.now = LIFE_SECONDS - 1
    room.send(room.join("ada", print), 1, "")
    clock.now += LIFE_SECONDS
    assert rooms.find(room.code) is room
    clock.now += 1
    assert rooms.find(room.code) is None
    assert room.closed
    assert rooms.resume(key) is None
    assert len(rooms) == 0


def test_after_a_restart_the_key_opens_the_same_code_and_no_other_key_does():
    room, key = Rooms().open(ASK)
    restarted = Rooms()
    assert restarted.resume(key) is None
    again, same = restarted.reopen(key, ASK)
    assert (again.code, same) == (room.code, key)
    assert restarted.reopen(key, ASK)[0] is again
    assert restarted.reopen("somebody else's", ASK)[0].code != room.code


def test_codes_begin_with_the_replicas_letters_and_another_replica_gives_another_code():
    here, there = Rooms("ACDEFHJKMN"), Rooms("PRTWXY3479")
    room, key = here.open(ASK)
    assert room.code[0] in here.letters
    moved, other = there.reopen(key, ASK)
    assert moved.code[0] in there.letters
    assert other != key


def test_no_more_rooms_than_there_may_be(monkeypatch):
    monkeypatch.setattr("ui.room.rooms.MOST_ROOMS", 3)
    rooms = Rooms()
    keys = [rooms.open(ASK)[1] for _ in range(3)]
    with pytest.raises(RoomsFullError, match="There can be 3 rooms"):
        rooms.open(ASK)
    rooms.close(code_of(keys[0]))
    rooms.open(ASK)


# -- who may try how much ----------------------------------------------------------------------------------


def refusal(doorkeeper: Doorkeeper, code: str, *, exists: bool, address: str = "1.2.3.4") -> str:
    try:
        doorkeeper.admit(address, code, exists=exists)
    except GoneError as error:
        return str(error)
    return "in"


def test_a_whole_class_behind_one_address_joins_at_once():
    doorkeeper = Doorkeeper(Clock())
    assert {refusal(doorkeeper, "ACK3M7", exists=True) for _ in range(1000)} == {"in"}


def test_a_class_that_waits_for_its_room_tries_one_code():
    doorkeeper = Doorkeeper(Clock())
    assert {refusal(doorkeeper, "ACK3M7", exists=False) for _ in range(1000)} == {"unknown"}
    assert refusal(doorkeeper, "ACK3M7", exists=True) == "in"


def test_whoever_tries_codes_is_stopped_and_the_class_beside_him_is_not():
    clock = Clock()
    doorkeeper = Doorkeeper(clock)
    assert refusal(doorkeeper, "HOME", exists=True) == "in"
    tries = [refusal(doorkeeper, f"code {k}", exists=False) for k in range(int(WRONG_CODES[1]) + 5)]
    assert tries.count("unknown") == WRONG_CODES[1]
    assert tries[-1] == "busy"
    # A right guess now opens nothing, but who was in comes back.
    assert refusal(doorkeeper, "LUCK", exists=True) == "busy"
    assert refusal(doorkeeper, "HOME", exists=True) == "in"
    assert refusal(doorkeeper, "LUCK", exists=True, address="5.6.7.8") == "in"
    clock.now += 2.0
    assert refusal(doorkeeper, "LUCK", exists=True) == "in"


def test_a_storm_of_connections_from_one_address_is_stopped():
    doorkeeper = Doorkeeper(Clock())
    heard = [refusal(doorkeeper, "ACK3M7", exists=True) for _ in range(int(JOINS[1]) + 10)]
    assert (heard[int(JOINS[1]) - 1], heard[-1]) == ("in", "busy")


# -- take home ---------------------------------------------------------------------------------------------


def test_the_table_holds_time_answer_and_outcome_and_nothing_before_the_reveal():
    room = Room("ACK3M7", ASK)
    for token, value in (("ada", 1), ("bob", 0)):
        room.send(room.join(token, print), value, "a name")
    assert answers_csv(room) == "time,answer,outcome\n"
    room.reveal()
    head, *rows = csv.reader(io.StringIO(answers_csv(room)))
    assert head == ["time", "answer", "outcome"]
    assert [row[1:] for row in rows] == [["no", "right"], ["yes", "wrong"]]
    assert all("T" in row[0] for row in rows)
    assert "name" not in answers_csv(room)


def test_an_answer_that_a_spreadsheet_would_compute_is_a_text():
    room = Room("ACK3M7", Question("?", ("=1+1", "two")))
    room.send(room.join("ada", print), 0, "")
    room.reveal()
    assert "'=1+1," in answers_csv(room)


def test_an_address_that_leads_each_machine_to_itself_is_known():
    assert [only_here(host) for host in ("localhost", "::1", "127.0.0.1", "", "a.localhost")] == [
        True, True, True, False, True,
    ]  # fmt: skip
