"""Pointing in a live view: one neuron large, the points of a cell, one neuron or layer more or fewer."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from nncore.data import FEATURES
from nncore.experiment import Experiment
from tests.unit.live_tab import SINE, SPIRAL, XOR, Tab
from ui.live.edits import keep_weights, reshaped
from ui.live.pictures import MAP_SIDE
from ui.live.protocol import ProtocolError, parse
from ui.live.thumbnails import choices


def last_frame(messages):
    return [message for message in messages if message["t"] == "frame"][-1]


def test_a_neuron_that_is_pointed_at_fills_the_map_with_what_it_answers():
    tab = Tab(SPIRAL)
    tab.started()
    look = last_frame(tab.say("look", layer=2, index=3))["look"]
    assert (look["layer"], look["index"], look["low"], look["high"], look["n"]) == (2, 3, -1, 1, MAP_SIDE)
    drawn = np.frombuffer(base64.b64decode(look["b64"]), np.uint8)
    values = tab.run.training.network.layer_outputs(tab.run.canvas.map_inputs)[1][:, 3]
    assert drawn == pytest.approx((values + 1) * 127.5, abs=0.51)
    assert "look" not in last_frame(tab.say("look"))


def test_along_one_input_it_is_a_curve_and_an_input_is_itself():
    tab = Tab(SINE)
    tab.started()
    values = last_frame(tab.say("look", layer=1, index=2))["look"]["values"]
    curve = tab.run.training.network.layer_outputs(tab.run.canvas.curve_inputs)[0][:, 2]
    assert values == pytest.approx(curve, rel=1e-4)
    itself = last_frame(tab.say("look", layer=0, index=0))["look"]["values"]
    assert itself == pytest.approx(tab.run.canvas.curve_inputs[:, 0], rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("layer", "index"), [(0, 2), (1, 4), (2, 1), (3, 0)])
def test_a_neuron_that_the_network_has_not_is_not_drawn(layer, index):
    tab = Tab(XOR)
    tab.started()
    assert "look" not in last_frame(tab.say("look", layer=layer, index=index))


def test_the_neuron_stays_large_in_the_next_run_as_long_as_its_network_has_it():
    tab = Tab(XOR)
    tab.started()
    tab.say("look", layer=1, index=3)
    assert last_frame(tab.say("restart"))["look"]["index"] == 3
    assert "look" not in last_frame(tab.say("shape", layer=1, by=-1))


@pytest.mark.parametrize(
    "text", ['{"op": "look", "layer": 1}', '{"op": "shape"}', '{"op": "shape", "by": 2}']
)
def test_half_a_request_is_refused(text):
    with pytest.raises(ProtocolError):
        parse(text)


def test_a_cell_of_the_matrix_names_its_points_among_those_drawn():
    tab = Tab(SPIRAL)
    tab.started()
    network, data = tab.run.training.network, tab.run.data
    cell = tab.say("cell", row=0, col=1, rows="val")[0]
    for told, X, t in ((cell["points"], data.X, data.t), (cell["points_val"], data.X_val, data.t_val)):
        wrong = (t[:, 0] == 0) & (network.predict_proba(X)[:, 0] > 0.5)
        assert told == np.flatnonzero(wrong).tolist()
    assert cell["points"]
    assert "points" not in Tab(SINE).say("cell", row=0, col=1)[0]


def test_kept_weights_are_those_of_the_neurons_that_stay_and_the_others_are_drawn():
    tab = Tab(XOR)
    tab.started()
    tab.watch()
    before = [layer.copy() for layer in tab.run.training.network.weights]
    fresh = XOR.replace(hidden=(5,)).network()
    drawn = [layer.copy() for layer in fresh.weights]
    keep_weights(tab.run.training.network, fresh)
    first, second = fresh.weights
    assert np.array_equal(first[:, :4], before[0])
    assert np.array_equal(first[:, 4], drawn[0][:, 4])
    assert np.array_equal(second[:5], before[1])
    assert np.array_equal(second[5], drawn[1][5])
    cost = fresh.cost(tab.run.data.X, tab.run.data.t)
    run, frame = tab.say("shape", layer=1, by=1, keep=1)
    assert run["meta"]["dims"] == [2, 5, 1]
    assert run["meta"]["most"] == {"layers": 6, "neurons": 256}
    assert frame["train"][0] == pytest.approx(float(cost))
    assert tab.run.touched
    restarted = last_frame(tab.say("restart"))["train"][0]
    assert restarted == pytest.approx(float(XOR.replace(hidden=(5,)).training().start_cost), rel=1e-5)


def test_behind_another_layer_the_output_has_other_weights():
    old, new = XOR.network(), XOR.replace(hidden=(4, 4)).network()
    drawn = [layer.copy() for layer in new.weights]
    keep_weights(old, new)
    assert np.array_equal(new.weights[0], old.weights[0])
    assert all(np.array_equal(mine, own) for mine, own in zip(new.weights[1:], drawn[1:], strict=True))


def test_without_keeping_the_network_is_the_one_that_its_address_opens():
    tab = Tab(XOR)
    tab.started()
    tab.watch()
    tab.say("shape", by=1)
    assert tab.run.experiment.hidden == (4, 4)
    assert not tab.run.touched
    wanted = XOR.replace(hidden=(4, 4)).training()
    assert tab.run.training.start_cost == wanted.start_cost


@pytest.mark.parametrize(
    ("before", "layer", "by", "wanted"),
    [
        (((4,), ("tanh",)), 1, 1, ((5,), ("tanh",))),
        (((4, 3), ("tanh", "RELU")), None, -1, ((4,), ("tanh",))),
        (((4, 3), ("tanh", "RELU")), None, 1, ((4, 3, 4), ("tanh", "RELU", "RELU"))),
        (((4,), ("tanh",)), None, -1, ((), ("tanh",))),
        (((), ("tanh",)), None, 1, ((4,), ("tanh",))),
    ],
)
def test_plus_and_minus_change_one_neuron_or_one_layer(before, layer, by, wanted):
    hidden, functions = before
    after = reshaped(XOR.replace(hidden=hidden, hidden_func=functions), layer=layer, by=by)
    assert (after.hidden, after.hidden_func) == wanted


@pytest.mark.parametrize(
    ("before", "at", "by", "wanted"),
    [
        (((5, 3), ("tanh", "RELU")), 1, 1, ((4, 5, 3), ("tanh", "tanh", "RELU"))),
        (((5, 3), ("tanh", "RELU")), 2, 1, ((5, 4, 3), ("tanh", "RELU", "RELU"))),
        (((5, 3), ("tanh", "RELU")), 3, 1, ((5, 3, 4), ("tanh", "RELU", "RELU"))),
        (((5, 3), ("tanh", "RELU")), 1, -1, ((3,), ("RELU",))),
        (((5, 3), ("tanh",)), 2, -1, ((5,), ("tanh",))),
        (((), ("tanh",)), 1, 1, ((4,), ("tanh",))),
    ],
)
def test_a_layer_is_added_and_taken_away_between_any_two(before, at, by, wanted):
    hidden, functions = before
    after = reshaped(XOR.replace(hidden=hidden, hidden_func=functions), layer=None, by=by, at=at)
    assert (after.hidden, after.hidden_func) == wanted


@pytest.mark.parametrize(("hidden", "at", "by"), [((4,), 2, -1), ((4,), 3, 1), ((4, 3), 0, 1)])
def test_a_layer_that_is_not_there_gets_a_sentence(hidden, at, by):
    with pytest.raises(ValueError, match=r"at must be from 1 to \d, .*; got \d"):
        reshaped(XOR.replace(hidden=hidden), layer=None, by=by, at=at)


@pytest.mark.parametrize(
    ("hidden", "others", "at", "pairs"),
    [
        ((5, 3), (4, 5, 3), 1, [(1, 2), (2, 3)]),
        ((5, 3), (5, 4, 3), 2, [(0, 0), (2, 3)]),
        ((5, 3), (5, 3, 4), 3, [(0, 0), (1, 1)]),
        ((5, 3), (5, 3, 4), None, [(0, 0), (1, 1)]),
        ((5, 3), (3,), 1, [(2, 1)]),
        ((5, 3), (5,), 2, [(0, 0)]),
        ((5, 3), (5,), None, [(0, 0)]),
        ((4,), (), 1, []),
    ],
)
def test_between_layers_what_stays_keeps_its_weights_and_no_other(hidden, others, at, pairs):
    old, new = XOR.replace(hidden=hidden).network(), XOR.replace(hidden=others, seed=9).network()
    drawn = [layer.copy() for layer in new.weights]
    keep_weights(old, new, at)
    same = [
        [before for before, weights in enumerate(old.weights) if np.array_equal(weights, layer)]
        for layer in new.weights
    ]
    assert [(before, after) for after, found in enumerate(same) for before in found] == pairs
    taken = {after for _, after in pairs}
    assert all(np.array_equal(new.weights[i], drawn[i]) for i in range(len(drawn)) if i not in taken)


def test_a_layer_put_between_two_goes_on_with_the_kept_weights():
    tab = Tab(XOR.replace(hidden=(5, 3)))
    tab.started()
    tab.watch()
    wanted = XOR.replace(hidden=(5, 4, 3)).network()
    keep_weights(tab.run.training.network, wanted, 2)
    cost = wanted.cost(tab.run.data.X, tab.run.data.t)
    run, frame = tab.say("shape", by=1, at=2, keep=1)
    assert run["meta"]["dims"] == [2, 5, 4, 3, 1]
    assert frame["train"][0] == pytest.approx(float(cost))


@pytest.mark.parametrize(
    ("hidden", "layer", "by"), [((), None, -1), ((1,), 1, -1), ((4,), 2, 1), ((4,) * 6, None, 1)]
)
def test_what_cannot_be_taken_away_or_added_gets_a_sentence(hidden, layer, by):
    with pytest.raises(ValueError, match=r"must"):
        reshaped(XOR.replace(hidden=hidden), layer=layer, by=by)


def test_every_data_set_of_a_page_has_its_picture_and_every_feature_its_name():
    offered = choices(Experiment.default("spiral"), ("circle", "spiral", "reg_plane"))
    assert [one["name"] for one in offered["sets"]] == ["circle", "spiral", "reg_plane"]
    points = np.array([row for one in offered["sets"] for row in one["points"]])
    assert points.shape[1] == 3
    assert ((points >= 0) & (points <= 1)).all()
    assert [one["name"] for one in offered["features"]] == list(FEATURES)
    assert offered["on"] == ["spiral", "x", "y"]
    gates = choices(XOR, ("XOR", "AND"))
    assert gates["features"] == []
    assert sorted(row[2] for row in gates["sets"][1]["points"]) == [0, 0, 0, 1]
    assert choices(Experiment.default("digits"), ("digits",))["sets"] == []
