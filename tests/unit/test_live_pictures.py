"""The pictures and answers of a live run: what a map, a matrix, a drawn digit or a neuron by numbers says."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from nncore.data import DATA
from nncore.experiment import Experiment
from tests.unit.live_tab import DIGITS, SINE, SPIRAL, XOR, Tab
from ui.live.edits import edited
from ui.live.meta import cost_range
from ui.live.pictures import (
    FRAME_PARTS,
    MAP_SIDE,
    NEURON_SIDE,
    decision_map,
    pack,
    pack_signed,
    rounded,
)
from ui.live.problem import ShowRun

# -- parts -------------------------------------------------------------------------------------------------


def test_the_decision_map_shows_the_networks_output_from_low_to_high():
    tab = Tab(XOR)
    tab.started()
    frame = tab.watch()[-1]
    shades = np.frombuffer(base64.b64decode(frame["map"]["b64"]), np.uint8).reshape(MAP_SIDE, MAP_SIDE)
    network = tab.run.training.network
    corners = network.predict_proba(np.array([[0, 0], [1, 0], [0, 1], [1, 1]]))[:, 0] * 255
    drawn = [shades[0, 0], shades[0, -1], shades[-1, 0], shades[-1, -1]]
    assert drawn == pytest.approx(corners, abs=0.51)
    asymmetric = network.predict_proba(np.array([[1.0, 10 / (MAP_SIDE - 1)]]))[0, 0] * 255
    assert shades[10, -1] == pytest.approx(asymmetric, abs=0.51)


def test_neuron_maps_have_one_list_per_layer_and_128_is_zero():
    tab = Tab(SPIRAL)
    _, frame = tab.started()
    layers = frame["neurons"]["layers"]
    assert [len(layer) for layer in layers] == [*SPIRAL.hidden, 1]
    drawn = [shades for shades in layers[0] if shades is not None]
    assert len(drawn) == 16
    first = np.frombuffer(base64.b64decode(drawn[0]), np.uint8)
    run = tab.run
    values = run.training.network.layer_outputs(run.canvas.neuron_inputs)[0][:, 0]
    assert len(first) == NEURON_SIDE**2
    assert first == pytest.approx(128 + 127 * values, abs=0.51)


@pytest.mark.parametrize("function", ["tanh", "RELU"])
def test_with_one_input_every_neuron_has_its_curve_and_128_is_zero(function):
    tab = Tab(SINE.replace(hidden=(5, 3), hidden_func=(function,)))
    _, frame = tab.started()
    neurons = frame["neurons"]
    assert neurons["curve"] is True
    assert [len(layer) for layer in neurons["layers"]] == [5, 3, 1]
    run = tab.run
    grid = run.canvas.curve_grid[::5]
    values = run.training.network.layer_outputs(grid[:, None])
    for drawn, layer, scale in zip(neurons["layers"], values, run.canvas.neuron_scales, strict=True):
        first = np.frombuffer(base64.b64decode(drawn[0]), np.uint8)
        assert len(first) == neurons["n"] == len(grid)
        inside = np.abs(layer[:, 0]) <= scale
        assert first[inside] == pytest.approx(128 + 127 * layer[inside, 0] / scale, abs=0.51)
    before = list(run.canvas.neuron_scales)
    tab.watch()
    assert all(new >= old for new, old in zip(run.canvas.neuron_scales, before, strict=True))


def test_digits_send_matrix_mistakes_filters_and_no_map():
    tab = Tab(DIGITS)
    run, frame = tab.started()
    assert run["meta"]["image_shape"] == [8, 8]
    assert "map" not in frame
    assert "neurons" not in frame
    assert sum(frame["matrix"]["train"]) == run["meta"]["n_train"]
    assert sum(frame["matrix"]["val"]) == run["meta"]["n_val"]
    assert len(frame["filters"]) == DIGITS.hidden[0]
    confidences = [mistake["confidence"] for mistake in frame["mistakes"]]
    assert confidences == sorted(confidences, reverse=True)
    assert all(mistake["target"] != mistake["predicted"] for mistake in frame["mistakes"])
    assert len(base64.b64decode(frame["mistakes"][0]["b64"])) == 64


def test_curves_send_fit_and_residuals():
    tab = Tab(SINE)
    run, frame = tab.started()
    curve = run["meta"]["curve"]
    assert len(frame["fit"]) == len(curve["grid"]) == len(curve["truth"])
    network = tab.run.training.network
    assert frame["fit"][0] == pytest.approx(network.predict(np.array([[curve["grid"][0]]]))[0, 0], rel=1e-4)
    assert len(frame["residuals"]) == len(curve["x"]) + len(curve["xv"])
    expected = curve["y"][0] - network.predict(tab.run.data.X[:1])[0, 0]
    assert frame["residuals"][0] == pytest.approx(expected, abs=1e-4)
    assert "matrix" not in frame


def test_a_surface_sends_residuals_over_its_targets_and_its_outputs_on_their_scale():
    tab = Tab(Experiment.default("polynomial_surface"))
    run, frame = tab.started()
    targets, shown = run["meta"]["targets"], tab.run
    assert targets["label"] == "target"
    assert len(frame["residuals"]) == len(targets["t"]) + len(targets["tv"])
    expected = targets["t"][0] - shown.training.network.predict(shown.data.X[:1])[0, 0]
    assert frame["residuals"][0] == pytest.approx(expected, abs=1e-4)
    assert shown.canvas.neuron_scales[-1] == max(abs(end) for end in run["meta"]["target_range"])


def test_targets_of_ones_own_table_are_named_as_what_they_are_trained_as():
    data = Experiment.default("polynomial_surface").dataset()
    tab = Tab(Experiment.default("own").replace(epochs=2), data=data)
    run, _ = tab.started()
    assert run["meta"]["targets"]["label"] == "target, as trained"


@pytest.mark.parametrize("name", DATA)
def test_every_data_set_can_be_watched(name):
    experiment = Experiment.default(name).replace(epochs=2)
    tab = Tab(experiment, speed="max")
    run, frame = tab.started()
    frames = [frame, *tab.watch()]
    assert (run["meta"]["data"], run["meta"]["task"]) == (name, DATA[name].task)
    assert frames[-1]["epoch"] == 2
    assert frames[-1]["state"] == "finished"


@pytest.mark.parametrize("start", [np.nextafter(1.0, 0.0), 1.0, 5e-324, 1e-300, 1e308, np.nan, np.inf])
def test_the_cost_axis_has_two_finite_ends_whatever_the_starting_cost(start):
    low, high = cost_range(start, "binary")
    assert 0 < low < high < np.inf
    if 1e-290 < start < 1e290:
        assert low <= start / 1e4
        assert start * 3 <= high


def test_parts_come_at_their_own_rates_and_more_rarely_when_others_wait():
    def maps(waiting: int) -> int:
        tab = Tab(XOR)
        tab.started()
        tab.waiting = waiting
        return sum("map" in tab.pull(after=1 / 60) for _ in range(60))

    assert 12 <= maps(0) <= 16
    assert maps(20) <= 4


def test_only_the_panels_of_the_page_are_computed():
    tab = Tab(DIGITS)
    tab.channel.send(ShowRun(DIGITS, None, frozenset({"loss"}), "normal"))
    _, frame = tab.started()
    assert not {"matrix", "mistakes", "filters", "weights"} & set(frame)


def test_squared_error_on_classes_still_has_a_matrix():
    tab = Tab(XOR.replace(cost="CostOLS"))
    _, frame = tab.started()
    assert sum(frame["matrix"]["train"]) == 4


def test_bytes_and_numbers_say_what_is_not_finite():
    values = np.array([0.0, 0.5, 1.0, np.nan, np.inf, -np.inf])
    assert list(base64.b64decode(pack(values, 0.0, 1.0))) == [0, 128, 255, 0, 255, 0]
    (signed,) = pack_signed(np.array([[-1.0, 0.0, 1.0, 9.0, np.nan]]), 1.0)
    assert list(base64.b64decode(signed)) == [1, 128, 255, 255, 1]
    assert rounded(values) == [0.0, 0.5, 1.0, None, None, None]


# -- answers -----------------------------------------------------------------------------------------------


def test_an_overflowed_network_has_made_no_mistakes_as_it_gives_no_answers():
    tab = Tab(
        DIGITS.replace(
            cost="CostOLS", output_func="identity", scheduler="Constant", eta=50.0, hidden_func=("RELU",)
        )
    )
    _, frame = tab.started()
    assert (frame["state"], frame["mistakes"]) == ("overflow", [])


def test_a_cell_gives_its_images_and_null_all_mistakes():
    tab = Tab(DIGITS)
    tab.started()
    tab.watch()
    right = next(answer for answer in tab.say("cell", row=3, col=3) if answer["t"] == "cell")
    assert right["items"]
    assert all(item["target"] == item["predicted"] == 3 for item in right["items"])
    (wrong,) = tab.say("cell", row=None, col=None)
    assert all(item["target"] != item["predicted"] for item in wrong["items"])
    (error,) = tab.say("cell", row=10, col=0)
    assert error["t"] == "error"


def test_images_may_be_those_of_the_training_rows_which_are_drawn_anew_at_once():
    tab = Tab(DIGITS)
    tab.started()
    tab.watch()
    data = tab.run.data
    assert len(data.X) > len(data.X_val)
    cell, frame = tab.say("cell", row=3, col=3, rows="train")
    assert (cell["t"], cell["rows"], frame["t"]) == ("cell", "train", "frame")
    trained = {row for row in range(len(data.X)) if data.t[row, 3] == 1}
    assert {item["index"] for item in cell["items"]} <= trained
    assert len(cell["items"]) == min(24, frame["matrix"]["train"][33])
    assert all(data.t[item["index"], item["target"]] == 1 for item in frame["mistakes"])
    (again,) = tab.say("cell", row=3, col=3, rows="train")
    assert again["items"] == cell["items"]
    tab.show(DIGITS.replace(seed=5))
    run, _ = tab.started()
    assert run["meta"]["rows"] == "train", "the choice outlives the run"
    cell, _ = tab.say("cell", row=None, col=None)
    assert cell["rows"] == "val"


def test_a_gate_is_counted_on_its_clean_table_too():
    tab = Tab(XOR.replace(noise=0.3, samples=100))
    run, frame = tab.started()
    assert sum(frame["matrix"]["train"]) == run["meta"]["n_train"] == 100
    assert sum(frame["matrix"]["judge"]) == 4
    last = tab.watch()[-1]
    decided = [int(output > 0.5) for output in last["table"]]
    expected = [0, 0, 0, 0]
    for target, output in zip((0, 1, 1, 0), decided, strict=True):
        expected[2 * target + output] += 1
    assert last["matrix"]["judge"] == expected


def test_a_digit_of_the_data_is_recognised_on_the_pad_and_is_nearest_to_itself():
    tab = Tab(Experiment.default("digits").replace(epochs=6), speed="max")
    tab.started()
    tab.watch()
    data = tab.run.data
    hits = 0
    for row in range(20):
        (answer,) = tab.say("draw", pixels=data.X[row].tolist())
        target = int(data.t[row].argmax())
        hits += int(np.argmax(answer["p"])) == target
        assert [len(answer["nearest"]), answer["nearest"][0]["target"]] == [3, target]
        assert answer["nearest"][0]["b64"] == pack(data.X[row], 0.0, 1.0)
    assert hits >= 17


def test_a_neuron_can_be_redone_by_hand():
    tab = Tab(XOR)
    tab.started()
    tab.watch()
    (answer,) = tab.say("neuron", layer=0, index=2)
    by_hand = answer["bias"] + sum(entry["value"] * entry["weight"] for entry in answer["inputs"])
    assert answer["sum"] == pytest.approx(by_hand, rel=1e-4)
    assert answer["activation"] == pytest.approx(np.tanh(by_hand), rel=1e-4)
    assert [entry["value"] for entry in answer["inputs"]] == [1.0, 1.0]
    (output,) = tab.say("neuron", layer=1, index=0)
    assert len(output["inputs"]) == 4
    (error,) = tab.say("neuron", layer=2, index=0)
    assert error["t"] == "error"


def test_an_opened_neuron_stays_open_when_a_setting_starts_the_run_anew_unless_it_is_gone():
    tab = Tab(XOR, speed="1")
    tab.started()
    tab.watch()
    tab.say("neuron", layer=0, index=2)
    run, frame, again = tab.say("eta", value=0.5, mode="commit")
    assert (run["run"], again["t"], again["index"]) == (frame["run"], "neuron", 2)
    weights = np.reshape(frame["weights"][0], (3, 4))
    assert [again["bias"], *(entry["weight"] for entry in again["inputs"])] == pytest.approx(
        weights[:, 2].tolist(), rel=1e-3
    )
    tab.show(XOR.replace(hidden=(2,)))
    assert [message["t"] for message in tab.pushed()] == ["run", "frame"]


def test_points_are_added_moved_and_removed_and_the_run_starts_again():
    tab = Tab(SPIRAL)
    run, _ = tab.started()
    count = run["meta"]["n_train"]
    added, _ = tab.say("point", add=[0.5, -0.5, 1.0])
    assert added["meta"]["n_train"] == count + 1
    assert added["meta"]["points"]["X"][-1] == [0.5, -0.5]
    assert added["meta"]["points"]["t"][-1] == 1.0
    moved, _ = tab.say("point", move=[count, 0.25, 99.0])
    assert moved["meta"]["points"]["X"][-1] == [0.25, SPIRAL.dataset().bounds[1][1]]
    removed, _ = tab.say("point", remove=count)
    assert removed["meta"]["n_train"] == count
    (error, _) = tab.say("point", remove=count)
    assert error["t"] == "error"
    tab.show(SPIRAL)
    assert tab.pushed() == []


def test_edited_points_keep_features_and_leave_the_original_alone():
    experiment = SPIRAL.replace(features=("x", "y", "xy"))
    rows = len(experiment.dataset().X)
    changed = edited(experiment, {"add": [2.0, 3.0, 1]})
    assert changed.dataset().X[-1].tolist() == [2.0, 3.0, 6.0]
    assert len(experiment.dataset().X) == rows
    with pytest.raises(ValueError, match="points must have targets 0 or 1; got 7"):
        edited(experiment, {"add": [0.0, 0.0, 7]})
    with pytest.raises(ValueError, match="plane"):
        edited(DIGITS, {"remove": 0})
    with pytest.raises(ValueError, match=r"points can be edited up to 1,000 of them; got 2,000"):
        edited(SPIRAL.replace(samples=2000, split=1.0), {"remove": 0})


def test_an_edited_run_is_the_run_of_an_experiment_that_names_its_points():
    tab = Tab(SPIRAL)
    tab.started()
    tab.say("point", add=[0.5, -0.5, 1.0])
    tab.say("point", remove=3)
    record = tab.player.record()
    assert record.experiment == SPIRAL.replace(points="r3a0.5_-0.5_1")
    run = tab.run.identity
    tab.show(record.experiment)
    assert tab.run.identity == run
    assert np.array_equal(tab.player.data().X, record.experiment.dataset().X)


def test_a_picture_that_takes_long_rests_twice_as_long(monkeypatch):
    tab = Tab(SPIRAL.replace(epochs=10_000))

    def slow(network, canvas):
        tab.clock.now += 0.5
        return decision_map(network, canvas)

    monkeypatch.setitem(FRAME_PARTS, "map", ("map", 1 / 15, slow))
    _, first = tab.started()
    assert "map" in first
    assert "map" not in tab.pull(after=0.5)
    assert "map" not in tab.pull(after=0.4)
    assert "map" in tab.pull(after=0.3)
