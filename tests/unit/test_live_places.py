"""Wide networks move on one after the other, each at its place; all others wherever they are."""

from __future__ import annotations

import json

import pytest

from nncore.experiment import Experiment
from tests.unit.live_tab import DIGITS, XOR, Tab
from ui.live.problem import LONG, WIDE, Problem

WIDEST = Experiment.default("spiral").replace(samples=5000, split=1.0, hidden=(256,) * 4, batch_size=100)


def place(experiment: Experiment) -> object:
    return Problem(experiment, experiment.dataset()).place


@pytest.mark.parametrize("name", ["XOR", "digits", "spiral", "sine", "gauss"])
@pytest.mark.parametrize("batch_size", [0, 1, 32])
def test_what_the_pages_open_with_has_no_place(name, batch_size):
    assert place(Experiment.default(name).replace(batch_size=batch_size)) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, WIDE),
        ({"batch_size": 1}, WIDE),
        ({"batch_size": 1000}, LONG),
        ({"hidden": (16, 16)}, None),
        ({"hidden": (96, 96, 96), "batch_size": 0}, LONG),
        ({"hidden": (80, 80, 80), "batch_size": 32}, None),
    ],
)
def test_what_holds_much_in_the_middle_of_a_step_has_one(changes, expected):
    assert place(WIDEST.replace(**changes)) == expected


def produced(tab: Tab, where: object) -> list[str]:
    return [json.loads(text)["t"] for text in tab.viewer.produce(0.0, 0, pull=False, place=where)]


def test_a_wide_run_begins_at_its_place_alone():
    tab = Tab(WIDEST)
    assert produced(tab, None) == []
    assert tab.player.run is None
    assert tab.player.place == WIDE
    turn = tab.viewer.due()
    assert turn is not None
    assert turn.urgent
    assert produced(tab, WIDE) == ["run", "frame"]


def test_a_small_run_after_a_wide_one_does_not_begin_at_its_place():
    tab = Tab(WIDEST)
    produced(tab, WIDE)
    tab.show(XOR)
    assert produced(tab, WIDE) == []
    assert tab.player.place is None
    assert produced(tab, None) == ["run", "frame"]


def test_whatever_nobody_queued_begins_at_once():
    assert [message["t"] for message in Tab(WIDEST).pushed()][:2] == ["run", "frame"]
    assert [message["t"] for message in Tab(DIGITS).pushed()][:2] == ["run", "frame"]
