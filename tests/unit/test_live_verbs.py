"""Every verb that a browser may send, sent as it sends it: the run on screen has an answer to each."""

from __future__ import annotations

import json

import pytest

from tests.unit.live_tab import DIGITS, SPIRAL, XOR, Tab
from ui.live.player import LiveRun
from ui.live.protocol import VERBS, Command, parse
from ui.live.slice_queue import Unwanted

SAID = {
    "play": {},
    "pause": {},
    "step": {},
    "restart": {},
    "speed": {"value": "max"},
    "eta": {"value": 0.2, "mode": "commit"},
    "lam": {"value": 0.1, "mode": "commit"},
    "seek": {"epoch": 0},
    "cell": {"row": 0, "col": 1, "rows": "train"},
    "draw": {"pixels": [0.5] * 64},
    "point": {"add": [0.5, -0.5, 1.0]},
    "neuron": {"layer": 0, "index": 1},
    "weight": {"layer": 0, "row": 0, "column": 0, "value": 2.0},
    "look": {"layer": 1, "index": 1},
    "shape": {"layer": 1, "by": 1},
    "more": {"epochs": 5},
}


def test_every_verb_of_the_protocol_is_answered(caplog):
    assert set(SAID) == set(VERBS) - {"hello", "n", "painted", "mark"}
    answered = {}
    for op, values in SAID.items():
        tab = Tab(DIGITS if op in ("cell", "draw") else SPIRAL)
        tab.started()
        tab.channel.send(parse(json.dumps({"op": op, **values})))
        answered[op] = {message["t"] for message in tab.pushed()}
    assert answered == {
        **{op: {"run", "frame"} for op in ("restart", "eta", "lam", "point", "shape")},
        **{op: {"frame"} for op in ("play", "pause", "step", "speed", "seek", "weight", "look", "more")},
        "cell": {"cell", "frame"},
        "draw": {"draw"},
        "neuron": {"neuron"},
    }
    assert caplog.records == []


def test_a_command_that_no_run_knows_is_an_error_of_ours(caplog):
    tab = Tab(XOR)
    tab.started()
    tab.channel.send(Command())
    (answer,) = tab.pushed()
    assert answer["t"] == "error"
    assert "cannot be asked" in caplog.text


@pytest.fixture
def begun(monkeypatch) -> list[float]:
    """The learning rates of the runs that were begun."""
    rates: list[float] = []
    begin = LiveRun.__init__

    def counted(self, identity, experiment, *args, **kwargs):
        rates.append(experiment.eta)
        begin(self, identity, experiment, *args, **kwargs)

    monkeypatch.setattr(LiveRun, "__init__", counted)
    return rates


def test_sixty_four_restarts_and_learning_rates_in_one_box_are_one_run(begun):
    tab = Tab(XOR)
    tab.started()
    before = len(begun)
    for step in range(16):
        for op in ("restart", "eta", "pause", "neuron"):
            tab.channel.send(parse(json.dumps({"op": op, **SAID[op], "value": 0.1 + step / 100})))
    kinds = [message["t"] for message in tab.pushed()]
    assert begun[before:] == [0.25]
    assert (kinds.count("run"), kinds.count("frame")) == (1, 1)
    # The last word was to the run that it began: it rests.
    assert tab.player.run is not None
    assert not tab.player.playing


def test_what_follows_a_restart_is_done_to_the_new_run(begun):
    tab = Tab(XOR)
    _, frame = tab.started()
    for op in ("restart", "step", "weight"):
        tab.channel.send(parse(json.dumps({"op": op, **SAID[op]})))
    last = tab.pushed()[-1]
    assert last["run"] > frame["run"]
    assert tab.run.touched
    assert len(begun) == 2


def test_a_step_that_was_given_up_for_nothing_begins_its_run_anew(monkeypatch, begun):
    tab = Tab(XOR)
    tab.started()

    def broken_off(*_args, **_kwargs):
        raise Unwanted

    monkeypatch.setattr(LiveRun, "move", broken_off)
    tab.viewer.credit()
    assert tab.viewer.due() is not None
    assert tab.viewer.produce(0.015, 0, pull=True) == []
    monkeypatch.undo()
    # No learning rate of 0 is allowed, so that the run that was half through a step stays the one on screen.
    answers = tab.say("eta", value=0.0, mode="commit")
    assert [message["t"] for message in answers] == ["error", "run", "frame"]
    assert tab.run.experiment.eta == XOR.eta


def test_only_what_replaces_a_run_makes_its_step_useless():
    tab = Tab(XOR)
    tab.started()
    useless = {op for op, values in SAID.items() if tab.player.outdated_by(VERBS[op](**values))}
    assert useless == {"restart", "eta", "lam"}
    tab.show(XOR)
    assert not tab.channel.outdated
    tab.show(XOR.replace(seed=5))
    assert tab.channel.outdated


def test_a_run_that_others_slow_down_is_told_its_part_of_the_time():
    tab = Tab(XOR.replace(epochs=100_000))
    tab.started()
    assert "share" not in tab.pull()
    tab.channel.share = 0.2
    shares = [tab.pull().get("share") for _ in range(30)]
    assert shares[0] is None
    assert shares[-1] == 0.2
    tab.channel.share = 1.0
    assert [tab.pull().get("share") for _ in range(30)][-1] is None


def test_a_drawing_is_answered_once_more_by_the_weights_that_stay_at_the_end():
    tab = Tab(DIGITS.replace(epochs=4))
    tab.started()
    drawing = parse(json.dumps({"op": "draw", **SAID["draw"]}))
    tab.channel.send(drawing)
    heard = tab.pushed()
    while (turn := tab.viewer.due()) is not None or not tab.run.over:
        texts = tab.viewer.produce(0.015, tab.waiting, pull=turn.pull) if turn is not None else []
        heard += [json.loads(text) for text in texts]
        tab.clock.now += 0.001
        tab.viewer.credit()
    told = [message["p"] for message in heard if message["t"] == "draw"]
    tab.channel.send(drawing)
    (answer,) = [message for message in tab.pushed() if message["t"] == "draw"]
    assert told[0] != answer["p"]
    assert told[-1] == answer["p"]
