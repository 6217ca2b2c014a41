"""Weights set by hand: the picture follows, training goes on from there, the run says that it was touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nncore.experiment import Experiment
from nncore.experiment.changes import told_changes
from nncore.experiment.field_kinds import rounded_text
from tests.unit.live_tab import XOR, Tab
from ui.live.downloads import run_script
from ui.live.protocol import ProtocolError, parse


def touched(tab: Tab) -> bool:
    return tab.channel.inspect(tab.player.record).touched


def test_a_weight_set_by_hand_is_drawn_at_once_and_trained_from() -> None:
    tab, other = Tab(XOR, speed="1"), Tab(XOR, speed="1")
    _, before = tab.started()
    other.started()
    tab.say("pause")
    (frame,) = tab.say("weight", layer=0, row=1, column=2, value=7.5)
    weights = np.reshape(frame["weights"][0], (3, 4))
    assert weights[1, 2] == 7.5
    assert frame["map"] != before["map"]
    tab.say("play")
    tab.watch()
    other.watch()
    costs, same = (one.channel.inspect(one.player.record).train for one in (tab, other))
    assert len(costs) == len(same)
    assert costs[-1] != same[-1]
    assert (touched(tab), touched(other)) == (True, False)


def test_a_weight_set_by_hand_is_told_with_the_cost_that_it_makes_until_the_run_goes_on() -> None:
    tab = Tab(XOR, speed="max")
    (_, first), rest = tab.started(), tab.watch()
    end = [first, *rest][-1]
    assert (end["outcome"], end["message"].partition(":")[0]) == ("learned", "Learned")
    (frame,) = tab.say("weight", layer=0, row=0, column=0, value=2.5)
    network, data = tab.channel.inspect(tab.player.copy_network), XOR.dataset()
    cost = float(network.cost(data.X, data.t))
    assert frame["message"].startswith(f"A weight was set by hand: the cost is {rounded_text(cost)} now.")
    assert frame.get("outcome") is None
    after = [*tab.say("step"), *tab.watch()][-1]
    assert after["outcome"] is not None
    assert "by hand:" not in after["message"]


def test_that_no_link_holds_a_run_is_told_until_it_begins_anew() -> None:
    tab = Tab(XOR, speed="max")
    (_, first), rest = tab.started(), tab.watch()
    assert {frame["course"]["touched"] for frame in (first, *rest) if "course" in frame} == {""}
    (frame,) = tab.say("weight", layer=0, row=0, column=0, value=2.5)
    assert frame["course"]["touched"] == "weights set by hand"
    assert [*tab.say("more", epochs=20), *tab.watch()][-1]["course"]["touched"] == "weights set by hand"
    _, frame = tab.say("shape", by=1, layer=1, keep=True)
    assert frame["course"]["touched"] == "weights kept"
    (frame,) = tab.say("weight", layer=0, row=0, column=0, value=2.5)
    assert frame["course"]["touched"] == "weights kept and set by hand"
    _, frame = tab.say("restart")
    assert frame["course"]["touched"] == ""


def test_the_name_of_a_run_has_what_was_changed_on_its_way() -> None:
    tab = Tab(XOR, speed="1")
    _, first = tab.started()
    assert first["course"]["label"] == XOR.label()
    tab.say("pause")
    tab.say("eta", value=0.3, mode="live")
    (frame,) = tab.say("lam", value=0.01, mode="live")
    shown = tab.channel.inspect(tab.player.record).experiment
    assert frame["course"]["label"] == f"{shown.label()}, lambda {told_changes(shown.on_the_way, 'lam', 0.0)}"
    assert "then 0.3, seed" in shown.label()


def test_a_rate_that_is_moved_and_moved_back_between_two_epochs_is_as_planned() -> None:
    tab = Tab(XOR, speed="1")
    tab.started()
    tab.say("pause")
    (frame,) = tab.say("eta", value=0.3, mode="live")
    assert [mark["value"] for mark in frame["marks"]] == [0.3]
    (frame,) = tab.say("eta", value=XOR.eta, mode="live")
    assert (frame["course"]["words"], frame["marks"], frame["eta"]) == ("", [], XOR.eta)
    assert tab.channel.inspect(tab.player.record).experiment == XOR


def test_a_weight_set_by_hand_is_told_instead_of_the_step_before_it() -> None:
    tab = Tab(XOR, speed="max")
    tab.started()
    tab.watch()
    assert "update" in tab.say("step")[-1]
    (frame,) = tab.say("weight", layer=0, row=1, column=0, value=2.5)
    assert "update" not in frame
    assert frame["message"].startswith("A weight was set by hand:")
    assert "update" in tab.say("step")[-1]


def test_a_bias_has_row_nought_and_a_new_run_knows_nothing_of_it() -> None:
    tab = Tab(XOR)
    tab.started()
    tab.say("weight", layer=1, row=0, column=0, value=-3.0)
    assert tab.channel.inspect(tab.player.copy_network).weights[1][0, 0] == -3.0
    tab.say("restart")
    assert not touched(tab)


@pytest.mark.parametrize(("layer", "row", "column"), [(5, 0, 0), (0, 3, 0), (0, 0, 4)])
def test_a_place_that_the_network_has_not_is_ignored(layer: int, row: int, column: int) -> None:
    tab = Tab(XOR)
    tab.started()
    before = tab.channel.inspect(tab.player.copy_network).theta
    tab.say("pause")
    tab.say("weight", layer=layer, row=row, column=column, value=1.0)
    assert tab.channel.inspect(tab.player.copy_network).theta.shape == before.shape
    assert not touched(tab)


def test_while_an_earlier_epoch_is_looked_at_nothing_is_set() -> None:
    tab = Tab(XOR, speed="max")
    tab.started()
    tab.watch()
    tab.say("seek", epoch=0)
    tab.say("weight", layer=0, row=0, column=0, value=9.0)
    assert not touched(tab)


@pytest.mark.parametrize(
    "text",
    [
        '{"op":"weight","layer":0,"row":0,"column":0,"value":1e9}',
        '{"op":"weight","layer":0,"row":-1,"column":0,"value":1}',
        '{"op":"weight","layer":"0","row":0,"column":0,"value":1}',
        '{"op":"weight","layer":0,"row":0,"column":0}',
    ],
)
def test_nonsense_about_weights_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse(text)


def test_the_program_says_that_it_trains_without_it() -> None:
    tab = Tab(XOR)
    tab.started()
    record = tab.channel.inspect(tab.player.record)
    assert run_script(replace(record, touched=True)).startswith("# Weights were set by hand")
    assert not run_script(record).startswith("#")


def test_advice_after_weights_of_ones_own_says_how_what_was_tried_began_and_adds_nothing_untried() -> None:
    """Epochs are added to the very run only where the longer run is what was tried."""
    short = Experiment.default("polynomial_surface").replace(
        hidden=(2,), seed=5, scheduler="Constant", epochs=5
    )
    told = {}
    for by_hand in (False, True):
        tab = Tab(short)
        tab.started()
        if by_hand:
            tab.say("weight", layer=0, row=0, column=0, value=0.0)
        tab.say("play")
        told[by_hand] = tab.watch()[-1]
    assert told[False]["advice"]["more"] == 45
    assert "Yet it gets on later: with 50 epochs it learns." in told[False]["message"]
    advice = told[True]["advice"]
    assert "more" not in advice
    assert advice["change"]["epochs"] == "50"
    assert "From weights that are not set by hand 50 epochs learn." in told[True]["message"]
