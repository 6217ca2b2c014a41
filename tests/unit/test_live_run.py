"""What a live view shows, without a browser or a server: pace, controls, looking back, words, faults."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Any

import numpy as np
import pytest

from nncore.data import DataSet
from nncore.experiment import Experiment
from tests.unit.live_tab import DIGITS, SINE, SPIRAL, XOR, Tab
from ui.live.channel import Registry
from ui.live.player import Player
from ui.live.problem import ShowRun
from ui.live.protocol import Play, Restart, Step
from ui.live.snapshots import MAX_SNAPSHOTS
from ui.live.tempo import DRAG_SECONDS, WATCH_SECONDS


def plain_run(experiment: Experiment) -> list[float]:
    """The cost per epoch of the same experiment, trained in one go."""
    training = experiment.training()
    training.advance()
    return [training.start_cost, *training.history["train_errors"].tolist()]


# -- the same numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("experiment", [XOR, DIGITS, SPIRAL, SINE], ids=lambda experiment: experiment.data)
@pytest.mark.parametrize("speed", ["1", "normal", "max"])
def test_a_run_in_slices_is_the_run_in_one_go(experiment, speed):
    tab = Tab(experiment, speed=speed)
    tab.started()
    tab.watch()
    record = tab.channel.inspect(tab.player.record)
    assert record.finished
    assert list(record.train) == plain_run(experiment)


def test_frames_add_up_to_the_whole_history_without_gap_or_repetition():
    tab = Tab(XOR)
    _, first = tab.started()
    train, accuracy = list(first["train"]), list(first["train_acc"])
    assert first["from"] == 0
    for frame in tab.watch():
        assert frame["from"] == len(train)
        train += frame["train"]
        accuracy += frame["train_acc"]
        assert len(train) == frame["epoch"] + 1
    assert train == pytest.approx(plain_run(XOR), rel=1e-5)
    assert len(accuracy) == len(train)


def test_a_reconnected_viewer_gets_the_whole_history_and_the_same_run():
    tab = Tab(XOR)
    run, _ = tab.started()
    for _ in range(5):
        frame = tab.pull()
    tab.connect()
    again, whole = tab.started()
    assert again["run"] == run["run"]
    assert whole["from"] == 0
    assert len(whole["train"]) == whole["epoch"] + 1 > frame["epoch"]


# -- idempotent show ---------------------------------------------------------------------------------------


def test_showing_the_same_again_changes_nothing():
    tab = Tab(XOR)
    tab.started()
    epoch = tab.pull()["epoch"]
    tab.show(Experiment.default("XOR"))
    assert tab.pushed() == []
    assert tab.pull()["epoch"] > epoch


@pytest.mark.parametrize("change", [{"eta": 0.3}, {"seed": 2}, {"hidden": (3,)}, {"data": "AND"}])
def test_showing_another_experiment_starts_a_new_run_at_once(change):
    tab = Tab(XOR)
    run, _ = tab.started()
    tab.watch()
    tab.show(XOR.replace(**change))
    newer, frame = tab.started()
    assert newer["run"] > run["run"]
    assert frame["run"] == newer["run"]
    assert frame["state"] == "playing"
    assert frame["from"] == 0


def test_equal_data_built_anew_is_the_same_data_and_other_data_is_not():
    def rows(value: float) -> DataSet:
        X = np.array([[0.0, 0.0], [1.0, value]])
        return DataSet("own", "binary", X, np.array([[0.0], [1.0]]), bounds=((0, 1), (0, 1)))

    own = Experiment.default("own").replace(epochs=5)
    tab = Tab(own, data=rows(1.0))
    first, _ = tab.started()
    tab.show(own, data=rows(1.0))
    assert tab.pushed() == []
    tab.show(own, data=rows(0.5))
    second, _ = tab.started()
    assert second["run"] > first["run"]


def test_the_script_that_hears_of_a_dragged_eta_later_does_not_restart_the_run():
    tab = Tab(XOR)
    tab.started()
    tab.say("eta", value=0.3, mode="drag")
    run, _ = tab.say("eta", value=0.3, mode="commit")
    tab.show(XOR)  # a script run that began before the value arrived
    assert tab.pushed() == []
    tab.show(XOR.replace(eta=0.3))
    assert tab.pushed() == []
    tab.show(XOR)  # and now the learning rate is set back on the page
    back, _ = tab.started()
    assert back["run"] > run["run"]
    assert back["meta"]["eta"] == XOR.eta


def test_the_speed_of_the_address_is_taken_once_and_does_not_undo_the_views_own():
    tab = Tab(XOR, speed="1")
    tab.started()
    tab.say("speed", value="max")
    tab.show(XOR, speed="1")
    tab.pushed()
    assert tab.player.speed == "max"
    tab.show(XOR, speed="5")
    tab.pushed()
    assert tab.player.speed == "5"


def test_a_panel_that_is_added_to_a_finished_run_is_filled():
    tab = Tab(XOR)
    tab.channel.send(ShowRun(XOR, None, frozenset({"loss"}), "max"))
    run, first = tab.started()
    assert "map" not in first
    tab.watch()
    tab.channel.send(ShowRun(XOR, None, frozenset({"loss", "map"}), "max"))
    (frame,) = tab.pushed()
    assert frame["run"] == run["run"]
    assert "map" in frame


# -- pace --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [20, 30, 60])
def test_normal_speed_shows_a_whole_run_in_three_seconds_whatever_the_frame_rate(rate):
    tab = Tab(XOR)
    tab.started()
    begin = tab.clock.now
    while tab.pull(after=1 / rate) is not None:
        pass
    assert tab.clock.now - begin == pytest.approx(WATCH_SECONDS, rel=0.12)


def test_normal_speed_holds_for_runs_of_few_epochs_and_many_batches():
    tab = Tab(DIGITS)
    tab.started()
    begin = tab.clock.now
    tab.watch()
    assert tab.clock.now - begin == pytest.approx(WATCH_SECONDS, rel=0.12)


def test_a_hidden_tab_does_not_make_the_run_jump():
    tab = Tab(XOR)
    tab.started()
    before = tab.pull()["epoch"]
    after = tab.pull(after=60.0)["epoch"]
    assert after - before < 10


@pytest.mark.parametrize("speed", ["1", "2", "5"])
def test_a_frame_holds_as_many_epochs_as_the_speed_says(speed):
    tab = Tab(XOR, speed=speed)
    tab.started()
    epochs = [tab.pull()["epoch"] for _ in range(5)]
    assert set(np.diff(epochs)) == {int(speed)}


def test_full_speed_uses_the_whole_slice():
    tab = Tab(XOR.replace(epochs=10_000), speed="max", tick=1e-3)  # each look at the time takes 1 ms
    _, first = tab.started()
    frames = [tab.pull(after=0.0) for _ in range(3)]
    looks = [frame["epoch"] for frame in frames]
    assert first["epoch"] < looks[0] < looks[1] < looks[2]
    assert all(frame["state"] == "playing" for frame in frames)


def test_a_slice_ends_inside_an_epoch_when_the_run_has_been_replaced():
    tab = Tab(DIGITS, speed="1")
    tab.started()
    run = tab.run
    before = run.progress
    run.move(before + 0.5, seconds=10.0, stale=lambda: True)
    assert run.progress == pytest.approx(before + 1 / 5)  # one of five mini-batches


def test_without_a_viewer_nothing_is_trained():
    tab = Tab(XOR)
    tab.viewer.close()
    assert tab.viewer.due() is None
    tab.channel.flush()
    assert tab.channel.inspect(tab.player.record).epoch == 0


# -- transport ---------------------------------------------------------------------------------------------


def test_pause_holds_and_play_goes_on_from_there():
    tab = Tab(XOR)
    tab.started()
    tab.pull()
    (paused,) = tab.say("pause")
    assert paused["state"] == "paused"
    assert tab.pull() is None
    (playing,) = tab.say("play")
    assert playing["state"] == "playing"
    assert playing["epoch"] == paused["epoch"]
    assert tab.pull()["epoch"] > paused["epoch"]


@pytest.mark.parametrize("experiment", [XOR, DIGITS], ids=lambda experiment: experiment.data)
def test_a_step_is_one_epoch_and_then_rest(experiment):
    tab = Tab(experiment)
    _, first = tab.started()
    tab.say("pause")
    epochs = [tab.say("step")[-1]["epoch"] for _ in range(3)]
    assert epochs == [first["epoch"] + 1, first["epoch"] + 2, first["epoch"] + 3]
    assert tab.pull() is None


def test_restart_repeats_the_run():
    tab = Tab(XOR)
    run, _ = tab.started()
    first = tab.watch()
    again, frame = tab.say("restart")
    assert again["run"] > run["run"]
    assert frame["state"] == "playing"
    assert tab.watch()[-1]["train"][-1] == first[-1]["train"][-1]


def test_play_after_an_overflow_starts_again():
    tab = Tab(XOR.replace(eta=1000.0, scheduler="Constant", cost="CostOLS", output_func="identity"))
    run, _ = tab.started()
    assert tab.watch()[-1]["state"] == "overflow"
    again, frame = tab.say("play")
    assert again["run"] > run["run"]
    assert frame["from"] == 0


# -- the learning rate -------------------------------------------------------------------------------------


def test_a_dragged_eta_shows_the_finished_run_of_a_small_problem():
    tab = Tab(XOR)
    run, _ = tab.started()
    assert run["meta"]["small"] is True
    newer, frame = tab.say("eta", value=0.2, mode="drag")
    assert newer["run"] > run["run"]
    assert frame["state"] == "finished"
    assert frame["train"] == pytest.approx(plain_run(XOR.replace(eta=0.2)), rel=1e-5)
    assert {"map", "table", "matrix", "weights", "neurons"} <= set(frame)


def test_a_dragged_eta_restarts_a_large_problem():
    tab = Tab(Experiment.default("digits"))
    run, _ = tab.started()
    assert run["meta"]["small"] is False
    _, frame = tab.say("eta", value=0.01, mode="drag")
    assert frame["state"] == "playing"
    assert frame["eta"] == 0.01
    assert frame["epoch"] <= 1


def test_a_dragged_run_that_turns_out_too_long_plays_instead():
    tab = Tab(XOR)
    tab.started()
    tab.clock.tick = DRAG_SECONDS
    _, frame = tab.say("eta", value=0.2, mode="drag")
    assert frame["state"] == "playing"
    assert 0 < frame["epoch"] < XOR.epochs


def drag(tab: Tab, eta: float, tick: float) -> dict[str, Any]:
    """Move the learning rate, while each look at the clock takes so long, and give the first frame."""
    tab.clock.tick = tick
    _, frame = tab.say("eta", value=eta, mode="drag")
    tab.clock.tick = 0.0
    return frame


def test_a_run_that_was_kept_from_the_processor_once_does_not_end_that_a_dragged_eta_is_followed():
    tab = Tab(XOR)
    tab.started()
    assert drag(tab, 0.2, DRAG_SECONDS)["state"] == "playing"
    assert drag(tab, 0.25, 0.0)["state"] == "finished"
    assert drag(tab, 0.3, DRAG_SECONDS)["state"] == "playing"
    assert drag(tab, 0.4, 0.0)["state"] == "finished"


def test_where_runs_have_become_too_long_a_dragged_eta_restarts_until_one_has_ended_soon():
    tab = Tab(XOR)
    tab.started()
    for eta in (0.2, 0.3, 0.4):
        drag(tab, eta, DRAG_SECONDS)
    assert drag(tab, 0.5, 0.0)["state"] == "playing"
    tab.watch()
    assert drag(tab, 0.6, 0.0)["state"] == "finished"


def test_letting_go_plays_the_run_from_its_start():
    tab = Tab(XOR)
    tab.started()
    tab.say("eta", value=0.2, mode="drag")
    _, frame = tab.say("eta", value=0.2, mode="commit")
    assert frame["state"] == "playing"
    assert frame["epoch"] < XOR.epochs
    assert tab.watch()[-1]["train"][-1] == pytest.approx(plain_run(XOR.replace(eta=0.2))[-1], rel=1e-5)


@pytest.mark.parametrize(("verb", "value"), [("eta", 0.02), ("lam", 0.01)])
def test_a_live_change_goes_on_and_leaves_a_mark(verb, value):
    tab = Tab(XOR)
    run, _ = tab.started()
    before = tab.pull()
    (frame,) = tab.say(verb, value=value, mode="live")
    assert frame["run"] == run["run"]
    assert frame["marks"] == [{"epoch": before["epoch"], "field": verb, "value": value}]
    record = tab.channel.inspect(tab.player.record)
    assert record.changes == ((before["epoch"], verb, value),)
    assert record.experiment == XOR.replace(changes=f"{verb}{before['epoch']}_{value}")


def test_an_impossible_eta_is_answered_with_a_sentence_and_changes_nothing():
    tab = Tab(XOR)
    run, _ = tab.started()
    answers = tab.say("eta", value=1e9, mode="commit")
    assert answers[0]["t"] == "error"
    assert "eta" in answers[0]["message"]
    assert answers[1]["run"] == run["run"]


# -- divergence --------------------------------------------------------------------------------------------


def test_an_overflow_ends_the_curve_and_says_what_to_try():
    tab = Tab(SINE.replace(scheduler="Constant", eta=100.0, hidden_func=("identity",)))
    tab.started()
    frame = tab.watch()[-1]
    assert frame["state"] == frame["outcome"] == "overflow"
    assert "overflowed" in frame["message"]
    assert frame["advice"]["label"].startswith("Try ")
    assert frame["message"].endswith(".")
    assert tab.pull() is None
    lost = np.isnan(tab.channel.inspect(tab.player.record).train).argmax()
    assert f"Epoch {lost}:" in frame["message"]
    tab.connect()
    _, whole = tab.started()
    assert whole["train"][-1] is None


# -- looking back ------------------------------------------------------------------------------------------


def test_a_finished_run_can_be_looked_back_at_and_the_present_is_untouched():
    tab = Tab(XOR)
    tab.started()
    last = tab.watch()[-1]
    theta = tab.run.training.network.theta.copy()
    assert last["scrub"][0] == 0
    assert last["scrub"][-1] == XOR.epochs
    assert len(last["scrub"]) <= MAX_SNAPSHOTS + 2
    (frame,) = tab.say("seek", epoch=0)
    assert frame["seek"] == 0
    start = XOR.training()
    assert frame["table"] == pytest.approx(start.judge_proba()[:, 0], rel=1e-4)
    assert (tab.run.training.network.theta == theta).all()
    (back,) = tab.say("seek", epoch=XOR.epochs)
    assert "seek" not in back
    assert back["table"] == last["table"]


def test_seeking_a_running_run_pauses_it_and_play_goes_on_at_its_head():
    tab = Tab(XOR)
    tab.started()
    head = [tab.pull()["epoch"] for _ in range(10)][-1]
    (frame,) = tab.say("seek", epoch=5)
    assert frame["state"] == "paused"
    assert frame["seek"] in (4, 5, 6)
    tab.say("play")
    frame = tab.pull()
    assert "seek" not in frame
    assert frame["epoch"] > head


# -- faults ------------------------------------------------------------------------------------------------


def test_a_problem_too_large_is_said_and_the_next_one_runs():
    tab = Tab(Experiment.default("digits").replace(hidden=(256, 256, 256), batch_size=0))
    (error,) = tab.pushed()
    assert error["t"] == "error"
    assert "batch_size" in error["message"]
    assert tab.pushed() == []
    assert tab.pull() is None
    tab.show(XOR)
    tab.started()


def test_an_error_of_ours_is_told_once_and_a_restart_recovers(monkeypatch, caplog):
    tab = Tab(XOR)
    tab.started()
    monkeypatch.setattr("ui.live.run.LiveRun.frame", broken)
    tab.viewer.credit()
    tab.viewer.due()
    (text,) = tab.viewer.produce(0.015, 0, pull=True)
    assert json.loads(text)["t"] == "error"
    assert tab.pushed() == []
    assert tab.pull() is None
    monkeypatch.undo()
    run, _ = tab.say("restart")
    assert run["t"] == "run"


def broken(*_args: Any, **_options: Any) -> Any:
    raise RuntimeError("planted")


def test_commands_before_anything_is_shown_are_ignored():
    player = Player()
    channel = Registry().open(player)
    viewer = channel.open_viewer(lambda: None)
    for command in (Play(), Restart(), Step()):
        channel.send(command)
    assert viewer.produce(0.01, 0, pull=False) == []
    assert viewer.due() is None


def test_a_closed_channel_lets_go_of_its_run():
    tab = Tab(XOR)
    tab.started()
    tab.channel.close()
    assert tab.player.run is None
    assert tab.viewer.due() is None


# -- what the page reads -----------------------------------------------------------------------------------


def test_the_network_that_is_handed_out_is_a_copy_that_nobody_trains():
    tab = Tab(XOR)
    tab.started()
    tab.pull()
    copied = tab.channel.inspect(tab.player.copy_network)
    theta = copied.theta.copy()
    assert (theta == tab.run.training.network.theta).all()
    tab.watch()
    assert (copied.theta == theta).all()
    assert (theta != tab.run.training.network.theta).any()


def test_a_run_that_is_replaced_is_freed_without_the_garbage_collector():
    tab = Tab(XOR)
    tab.started()
    tab.pull()
    replaced = weakref.ref(tab.run)
    gc.disable()
    try:
        tab.say("eta", value=0.2, mode="drag")
        assert replaced() is None
    finally:
        gc.enable()


def test_a_record_before_any_viewer_is_the_start():
    tab = Tab(XOR)
    tab.viewer.close()
    tab.channel.flush()
    record = tab.channel.inspect(tab.player.record)
    assert record.epoch == 0
    assert record.train == (plain_run(XOR)[0],)
    assert record.train[0] == record.final_cost


def test_pictures_of_the_start_are_kept_between_the_positions_of_a_dragged_eta():
    tab = Tab(DIGITS)
    tab.started()
    first = tab.run
    tab.say("eta", value=0.01, mode="drag")
    assert tab.run.start is first.start
    tab.show(DIGITS.replace(seed=2))
    tab.started()
    assert tab.run.start is not first.start
