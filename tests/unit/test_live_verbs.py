"""Every verb that a browser may send, sent as it sends it: the run on screen has an answer to each."""

from __future__ import annotations

import json

from tests.unit.live_tab import DIGITS, SPIRAL, XOR, Tab
from ui.live.protocol import VERBS, Command, parse

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
    assert set(SAID) == set(VERBS) - {"hello", "n", "painted"}
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
