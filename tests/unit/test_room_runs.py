"""A room that trains: each run is the experiment that it is alone, and the lecturer's view is told of all."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from nncore.experiment import Experiment
from ui.live.channel import Registry
from ui.live.sentences import sentence
from ui.live.tickets import Slice
from ui.room.ask import Question, Rates
from ui.room.messages import ROOM_VERBS, Again, Names, Reveal
from ui.room.player import Look, RoomPlayer, ShowRoom
from ui.room.room import Room, Told
from ui.room.runs import SHOW_SECONDS, Runs
from ui.room.stack import STEP_SECONDS, RoomStack, records_of, runs_in_step

XOR = Experiment.default("XOR")
SPIRAL = Experiment.default("spiral").replace(epochs=5, samples=60)
WIDE = Experiment.default("spiral").replace(
    epochs=3, samples=80, hidden=(60, 60), scheduler="Constant", noise=0.3
)
OTHERS = {
    "regression": Experiment.default("sine").replace(epochs=6),
    "surface": Experiment.default("polynomial_surface").replace(epochs=3, scheduler="Momentum"),
    "digits": Experiment.default("digits").replace(epochs=2, samples=200),
    "a table": Experiment.default("wisconsin").replace(epochs=3, lam=0.01),
    "features, noise, a schedule": Experiment.default("circle").replace(
        epochs=4, features=("x", "y", "x2"), noise=0.2, scheduler="RMS_prop", schedule="step", split=0.6
    ),
    "the lecture's rule": XOR.replace(epochs=40, rule="lecture"),
}
RATES = (1e-4, 0.003, 0.1, 0.7, 5.0, 900.0)


def alone(experiment: Experiment, eta: float) -> tuple[np.ndarray, Any]:
    """The same run by itself: cost before training and after each epoch, and the training."""
    training = experiment.replace(eta=eta).training()
    training.advance()
    curve = np.full(experiment.epochs + 1, np.nan)
    errors = training.history["train_errors"]
    curve[0], curve[1 : len(errors) + 1] = training.start_cost, errors
    return curve, training


@pytest.mark.parametrize(
    "experiment", [XOR, SPIRAL, WIDE, *OTHERS.values()], ids=["gate", "batches", "several stacks", *OTHERS]
)
def test_every_run_of_a_room_is_the_experiment_alone(experiment, monkeypatch):
    if experiment is WIDE:
        monkeypatch.setattr("ui.room.stack.STEP_SECONDS", 2.0 * step_seconds(WIDE))
    stack = RoomStack(experiment, RATES)
    while not stack.finished:
        stack.move(0.001)
    if experiment in (XOR, SPIRAL, WIDE):
        assert len(stack.lanes) == (3 if experiment is WIDE else 1)
    for run, eta in enumerate(RATES):
        curve, training = alone(experiment, eta)
        np.testing.assert_allclose(stack.costs[run], curve[stack.epochs], rtol=0, atol=1e-9)
        end = stack.ends[run]
        assert end is not None
        assert (end.outcome, end.reached) == (training.outcome, training.epochs_to_target)


def step_seconds(experiment: Experiment) -> float:
    """What a step of one run is estimated to take."""
    return STEP_SECONDS / runs_in_step(experiment, experiment.dataset())


def test_epochs_that_were_added_and_rates_that_were_changed_are_no_part_of_a_room():
    beyond = XOR.replace(epochs=5, more=3, changes="eta2_0.5lam3_0.1")
    rates = Rates(beyond)
    assert rates.experiment == Rates(XOR.replace(epochs=5)).experiment
    assert rates.label == "XOR 2-4-1 tanh, Adam, seed 1, 5 epochs"
    runs = Runs(rates, [(0.3, "")])
    while not runs.stack.finished:
        runs.move(1.0)
    alone = XOR.replace(epochs=5, eta=0.3).training()
    alone.advance()
    assert runs.stack.ends[0].final == alone.history["train_errors"][-1]


def test_the_words_of_an_end_are_the_verdicts():
    stack = RoomStack(XOR, RATES)
    stack.move(60.0)
    for run, eta in enumerate(RATES):
        training = XOR.stack(eta=[eta], exact=True)
        training.advance()
        (record,) = records_of(XOR, [eta], training)
        end = stack.ends[run]
        assert end is not None
        assert end.text == sentence(record, "")
    words = " ".join(end.text for end in stack.ends if end)
    assert "Learned: the target was reached in epoch" in words
    assert "Stuck: the cost" in words


def test_stacks_that_share_the_time_move_side_by_side(monkeypatch):
    monkeypatch.setattr("ui.room.stack.STEP_SECONDS", 2.0 * step_seconds(WIDE))
    stack = RoomStack(WIDE, RATES)
    stack.move(60.0, until=1)
    assert [lane.known for lane in stack.lanes] == [2, 2, 2]
    assert stack.epoch == 1


def test_stacks_beyond_the_memory_wait_for_their_turn(monkeypatch):
    monkeypatch.setattr("ui.room.stack.STEP_SECONDS", 2.0 * step_seconds(WIDE))
    monkeypatch.setattr("ui.room.stack.STACK_BYTES", 1)
    stack = RoomStack(WIDE, RATES)
    stack.move(0.0)
    assert [lane.training is not None for lane in stack.lanes] == [True, False, False]
    stack.move(60.0)
    assert stack.finished
    assert None not in stack.ends


def test_who_learned_first_has_won_all_where_they_are_level_and_nobody_where_none_learned():
    stack = RoomStack(XOR, (0.01, 0.1, 0.1000001, 0.1000002))
    stack.move(60.0)
    reached = [end.reached for end in stack.ends if end]
    assert reached[0] > reached[1] == reached[2] == reached[3]
    assert stack.winners() == [1, 2, 3]
    none = RoomStack(XOR, (1e-6, 1e-5))
    none.move(60.0)
    assert none.winners() == []


def test_phones_with_one_rate_share_a_run_and_count_each():
    runs = Runs(Rates(XOR), [(0.1, "Ada"), (0.1, ""), (1e-5, "Bob")])
    assert (runs.stack.etas, runs.phones, runs.names) == ([1e-5, 0.1], [1, 2], ["Bob", "Ada"])
    runs.stack.move(60.0)
    assert runs.learned == pytest.approx(2 / 3)
    assert runs.told()[0.1].first is True
    assert runs.told()[1e-5].first is None


def test_small_runs_are_shown_growing_and_end_when_they_should():
    now = [0.0]
    runs = Runs(Rates(XOR), [(0.1, "")], clock=lambda: now[0])
    runs.move(1.0)
    assert runs.stack.epoch <= 2
    now[0] = SHOW_SECONDS / 2
    runs.move(1.0)
    assert 90 <= runs.stack.epoch <= 110
    now[0] = SHOW_SECONDS
    runs.move(1.0)
    assert runs.stack.finished


# -- the lecturer's view -----------------------------------------------------------------------------------


class Desk:
    """A lecturer's view of a room, driven by hand."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.player = RoomPlayer()
        self.channel = Registry().open(self.player, verbs=ROOM_VERBS)
        self.player.wake = lambda: self.channel.send(Look())
        self.viewer = self.channel.open_viewer(lambda: None)
        self.channel.send(ShowRoom(room))

    def heard(self) -> list[dict[str, Any]]:
        """Everything that comes without being asked for."""
        messages: list[dict[str, Any]] = []
        while (turn := self.viewer.due()) is not None:
            messages += [json.loads(text) for text in self.viewer.produce(0.015, 0, pull=turn.pull)]
        return messages

    def say(self, command: Any) -> list[dict[str, Any]]:
        self.channel.send(command)
        return self.heard()

    def pull(self) -> list[dict[str, Any]]:
        self.viewer.credit()
        return self.heard()


def of_kind(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [message for message in messages if message["t"] == kind]


def answered(ask: Question | Rates, **values: float) -> Room:
    """A room with one phone a value."""
    room = Room("ACK3M7", ask)
    for token, value in values.items():
        room.send(room.join(token, lambda: None), value, token)
    return room


QUESTION = Question("Faster?", ("yes", "no"), right=0, why="So.")


@pytest.mark.parametrize("ask", [QUESTION, Rates(XOR)], ids=["question", "rates"])
def test_the_lecturer_is_told_how_many_and_never_what_before_the_reveal(ask):
    desk = Desk(answered(ask, ada=1.0, bob=1.0))
    heard = desk.heard()
    assert of_kind(heard, "count")[-1] == {"t": "count", "answered": 2, "phones": 2}
    assert {message["t"] for message in heard} == {"room", "count"}
    text = json.dumps(heard)
    assert not any(word in text for word in ("ada", "bob", "value", "counts", "So.", '"right"'))


def test_a_new_answer_wakes_the_lecturers_view():
    desk = Desk(Room("ACK3M7", QUESTION))
    desk.heard()
    desk.room.send(desk.room.join("ada", lambda: None), 0, "")
    desk.room.announce()
    assert of_kind(desk.heard(), "count")[-1]["answered"] == 1


def test_the_reveal_of_a_question_counts_the_answers():
    desk = Desk(answered(QUESTION, ada=0, bob=1, eve=0))
    desk.heard()
    heard = desk.say(Reveal())
    assert of_kind(heard, "votes") == [{"t": "votes", "counts": [2, 1], "right": 0, "why": "So."}]
    assert of_kind(heard, "room")[-1]["state"] == "revealed"
    assert not of_kind(desk.say(Reveal()), "votes")
    assert of_kind(desk.say(Again()), "room")[-1]["state"] == "asking"
    assert of_kind(desk.heard(), "votes") == []


def test_another_mark_after_the_reveal_is_shown_with_the_same_votes():
    desk = Desk(answered(QUESTION, ada=0, bob=1, eve=0))
    desk.say(Reveal())
    desk.room.put(Question("Faster?", ("yes", "no"), right=1, why="No."))
    assert of_kind(desk.heard(), "votes") == [{"t": "votes", "counts": [2, 1], "right": 1, "why": "No."}]


def test_runs_of_an_earlier_question_are_never_those_of_this_one(monkeypatch):
    room = answered(Rates(XOR), ada=0.1)
    room.reveal()

    def made(rates, given):
        room.put(QUESTION)  # the lecturer asks something else while the runs are made
        return Runs(rates, given)

    monkeypatch.setattr("ui.room.player.Runs", made)
    desk = Desk(room)
    assert of_kind(desk.heard(), "frame") == []
    assert (room.runs, room.state) == (None, "asking")


def test_the_reveal_of_rates_trains_them_and_tells_everybody(monkeypatch):
    monkeypatch.setattr("ui.room.runs.SHOW_SECONDS", 1e-9)
    desk = Desk(answered(Rates(XOR), ada=0.1, bob=1e-5, eve=0.1))
    desk.heard()
    phone, told = desk.room.join("bob", lambda: None), Told()
    heard = desk.say(Reveal())
    (runs,) = of_kind(heard, "runs")
    assert (runs["etas"], runs["phones"]) == ([1e-5, 0.1], [1, 2])
    assert of_kind(heard, "frame")[0]["parts"][0]["rows"] == 2
    frames = 0
    while desk.room.state == "training":
        heard += desk.pull()
        frames += 1
        assert frames < 10_000
    (ends,) = of_kind(heard, "ends")
    assert ends["learned"] == pytest.approx(2 / 3)
    assert ends["winners"] == [1]
    costs = np.full((2, len(runs["epochs"])), np.nan)
    for frame in of_kind(heard, "frame"):
        for part in frame["parts"]:
            values = np.frombuffer(base64.b64decode(part["b64"]), "<f4").reshape(part["rows"], -1)
            costs[part["row"] : part["row"] + part["rows"], part["from"] : part["from"] + values.shape[1]] = (
                values
            )
    np.testing.assert_allclose(costs[1], alone(XOR, 0.1)[0][runs["epochs"]], rtol=1e-6)
    end = desk.room.news(phone, told)[-1]
    assert (end.t, end.outcome) == ("end", "stuck")
    # A lecturer who reloads sees all of it again.
    again = Desk(desk.room).heard()
    assert [message["t"] for message in again] == ["room", "count", "runs", "frame", "ends"]


def test_a_reveal_of_nothing_says_so():
    desk = Desk(Room("ACK3M7", Rates(XOR)))
    heard = desk.say(Reveal())
    assert of_kind(heard, "room")[-1]["state"] == "revealed"
    assert not desk.player.playing


def test_nicknames_are_hidden_with_one_word():
    desk = Desk(answered(Rates(XOR), ada=0.1))
    desk.heard()
    assert of_kind(desk.say(Names(True)), "room")[-1]["hidden"] is True
    assert of_kind(desk.say(Names(False)), "room")[-1]["hidden"] is False


def test_a_view_of_another_room_hears_nothing_of_the_first():
    first, second = answered(QUESTION, ada=0), answered(QUESTION, bob=1, eve=1)
    desk = Desk(first)
    desk.heard()
    heard = desk.say(ShowRoom(second))
    assert of_kind(heard, "count") == [{"t": "count", "answered": 2, "phones": 2}]
    first.send(first.join("new", lambda: None), 1, "")
    first.announce()
    assert desk.heard() == []


def test_a_fault_of_ours_stops_the_runs_and_a_new_question_begins_anew():
    desk = Desk(answered(Rates(XOR), ada=0.1))
    desk.say(Reveal())
    desk.player.fail("Something went wrong.")
    assert of_kind(desk.heard(), "error") == [{"t": "error", "message": "Something went wrong."}]
    assert not desk.player.playing
    assert of_kind(desk.say(Again()), "room")[-1]["state"] == "asking"


def test_without_a_room_there_is_nothing_to_tell():
    desk = Desk(answered(QUESTION, ada=0))
    desk.heard()
    assert desk.say(ShowRoom(None)) == []
    work = Slice(0.01, 0, lambda: False)
    assert desk.player.step([Reveal(), Again(), Names(True)], cursor=None, pull=False, work=work) == []
    desk.channel.close()
    desk.channel.close()


def test_a_step_that_was_broken_off_begins_the_runs_anew_and_comes_to_the_same():
    runs = Runs(Rates(XOR), [(0.1, "")], clock=iter([0.0, 1.0, 100.0]).__next__)
    runs.move(1.0)
    before = runs.stack
    before.costs[:] = 7.0
    runs.broken = True
    runs.move(60.0)
    assert runs.stack is not before
    np.testing.assert_array_equal(runs.stack.costs[0], alone(XOR, 0.1)[0][runs.stack.epochs])


def test_a_view_that_goes_lets_the_next_one_begin_anew():
    room = answered(Rates(XOR), ada=0.1)
    desk = Desk(room)
    desk.say(Reveal())
    desk.player.give_up()
    assert room.runs is not None
    assert room.runs.broken
    assert not desk.player.outdated_by(Again())
    assert desk.player.name.startswith("room, data=XOR")
    desk.pull()
    assert not room.runs.broken
