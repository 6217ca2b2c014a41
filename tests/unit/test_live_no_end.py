"""A live run without an end: Play and Step beyond the plan, what a step shows, the address that follows."""

from __future__ import annotations

import pytest

from nncore.experiment import Experiment
from nncore.experiment.changes import MOST_CHANGES
from tests.unit.live_tab import ALL, SPIRAL, XOR, Tab
from ui.live.channel import ViewerCursor
from ui.live.downloads import run_script
from ui.live.problem import ShowRun
from ui.live.protocol import Play, Step

SHORT = XOR.replace(epochs=12)


def finished(experiment: Experiment) -> Tab:
    tab = Tab(experiment)
    tab.started()
    tab.watch()
    return tab


def record(tab: Tab):
    return tab.channel.inspect(tab.player.record)


def costs(experiment: Experiment) -> list[float]:
    training = experiment.training()
    training.advance()
    return training.history["train_errors"].tolist()


@pytest.mark.parametrize("experiment", [SHORT, SPIRAL])
def test_play_goes_on_beyond_the_end_for_as_many_epochs_again(experiment):
    tab = finished(experiment)
    (frame,) = tab.say("play")
    assert (frame["state"], frame["run"]) == ("playing", 1)
    last = tab.watch()[-1]
    assert (last["state"], last["epoch"]) == ("finished", 2 * experiment.epochs)
    told = record(tab)
    assert told.experiment == experiment.replace(more=experiment.epochs)
    assert list(told.train[1:]) == costs(experiment.replace(epochs=2 * experiment.epochs))


def test_the_link_opens_the_same_run():
    tab = finished(SHORT)
    for _ in range(3):
        tab.say("step")
    tab.say("eta", value=0.5, mode="live")
    tab.say("play")
    tab.watch()
    first = record(tab)
    assert first.experiment.to_query()["changes"] == "eta15_0.5"
    opened = finished(Experiment.from_query(first.experiment.to_query())[0])
    second = record(opened)
    assert second.train == first.train
    assert (second.changes, second.epoch) == (first.changes, 27)
    assert run_script(second) == run_script(first)


def test_a_step_beyond_the_end_adds_one_epoch_and_shows_its_update():
    tab = finished(SHORT)
    tab.say("neuron", layer=0, index=2)
    old = tab.run.training.network.weights[0][:, 2].copy()
    frame = [message for message in tab.say("step") if message["t"] == "frame"][-1]
    update = frame["update"]
    assert (frame["epoch"], frame["course"]["epochs"]) == (13, 13)
    assert (update["epoch"], update["batch"], update["batches"]) == (13, 1, 1)
    assert (update["layer"], update["index"]) == (0, 2)
    names = [term["name"] for term in update["terms"]]
    assert names == ["bias", *tab.run.data.feature_names]
    new = tab.run.training.network.weights[0][:, 2]
    assert [term["old"] for term in update["terms"]] == old.tolist()
    assert [term["new"] for term in update["terms"]] == new.tolist()


def test_the_gradient_of_a_step_is_what_plain_descent_takes_from_the_weights():
    tab = Tab(SPIRAL.replace(scheduler="Constant", eta=0.25, lam=0.01, batch_size=7))
    tab.started()
    tab.say("pause")
    frames = [message for message in tab.say("step") if message["t"] == "frame"]
    update = frames[-1]["update"]
    batches = tab.run.training.batches
    assert (update["batch"], update["batches"]) == (batches, batches)
    assert tab.run.training.progress == tab.run.training.epoch
    for term in update["terms"]:
        assert term["old"] - 0.25 * term["gradient"] == pytest.approx(term["new"], abs=1e-5)


def test_a_step_is_the_same_epoch_as_any_other_and_play_takes_its_words_away():
    tab = Tab(SPIRAL)
    tab.started()
    tab.say("pause")
    tab.say("step")
    assert "update" not in tab.say("play")[-1]
    tab.watch()
    assert list(record(tab).train[1:]) == costs(SPIRAL)


def test_steps_in_a_row_are_counted_one_by_one():
    tab = finished(SHORT)
    for _ in range(5):
        tab.channel.send(Step())
    tab.pushed()
    assert record(tab).experiment.more == 5


def test_restart_begins_anew_what_the_address_says():
    tab = finished(SHORT)
    tab.say("play")
    tab.watch()
    run, frame = tab.say("restart")
    assert (run["run"], frame["from"]) == (2, 0)
    assert tab.watch()[-1]["epoch"] == 24


def test_a_verdict_that_more_epochs_help_adds_them_to_this_very_run():
    tab = Tab(XOR.replace(epochs=20, eta=0.01))
    tab.started()
    while tab.run.advising or not tab.run.over:
        tab.pull()
    advice = tab.pull() or tab.say("pause")[-1]
    more = advice["advice"]["more"]
    assert advice["advice"]["label"] == f"+ {more} epochs"
    tab.say("more", epochs=more)
    last = tab.watch()[-1]
    assert (last["epoch"], last["outcome"]) == (20 + more, "learned")


def test_an_experiment_holds_only_so_many_epochs_and_changes():
    tab = Tab(SHORT.replace(more=100_000), speed="max")
    tab.started()
    tab.run.training.epoch = tab.run.training.epochs  # as if it had been trained to its end
    (answer, _) = tab.say("step")
    assert "more must be a whole number from 0 to 100000" in answer["message"]
    tab = Tab(XOR)
    tab.started()
    for number in range(MOST_CHANGES):
        tab.run.training.changes.append((number, "lam", 0.1))
    answers = tab.say("eta", value=0.2, mode="live")
    assert "changes must be none or up to" in answers[0]["message"]


def test_the_script_that_follows_starts_nothing_even_when_the_hand_is_ahead():
    tab = finished(SHORT)
    tab.say("step")
    behind = record(tab).experiment
    tab.say("step")
    tab.channel.send(ShowRun(behind, None, ALL, "normal", follows=True))
    tab.pushed()
    assert record(tab).epoch == 14
    tab.show(record(tab).experiment)
    assert tab.pushed() == []
    tab.show(behind)
    assert tab.pushed()[0]["run"] == 2


def test_what_is_pressed_in_the_moment_in_which_the_script_follows_is_not_lost():
    """Both reach the player as one bundle on a busy machine; on a quiet one the script is there first."""
    tab = finished(SHORT)
    tab.say("step")
    behind = ShowRun(SHORT.replace(more=1), None, ALL, "normal", follows=True)
    tab.say("step")
    assert not tab.player.outdated_by(behind)
    tab.channel.send(Play())
    tab.channel.send(behind)
    last = tab.watch()[-1]
    assert (last["state"], last["epoch"], last["run"]) == ("finished", 26, 1)
    other = ShowRun(SHORT.replace(seed=5), None, ALL, "normal")
    assert tab.player.outdated_by(other)
    tab.channel.send(Step())
    tab.channel.send(other)
    tab.pushed()
    assert record(tab).experiment == other.experiment  # and what was said to the run before it is forgotten


def test_the_view_leads_only_by_what_was_done_in_it():
    tab = finished(SHORT)
    assert not tab.player.leads
    wider = SHORT.replace(hidden=(5,))
    tab.show(wider)  # a control: whatever the browser has heard of before must not undo it
    tab.pushed()
    assert not tab.player.leads
    tab.say("shape", by=1, layer=1)
    assert tab.player.leads
    assert record(tab).experiment.hidden == (6,)
    tab.channel.send(ShowRun(record(tab).experiment, None, ALL, "normal", follows=True))
    tab.pushed()
    assert not tab.player.leads


def test_a_course_says_what_the_address_keeps():
    tab = Tab(SHORT.replace(eta=0.01))
    tab.started()
    before = tab.say("pause")[-1]["course"]
    assert (before["words"], before["epochs"]) == ("", 12)
    after = tab.say("eta", value=0.1, mode="live")[-1]["course"]
    epoch = record(tab).epoch
    assert after["words"] == f"Learning rate 0.01 until epoch {epoch}, then 0.1."
    assert after["key"] != before["key"]


def test_a_frame_within_an_epoch_says_how_far_into_it_and_one_between_two_says_nothing():
    tab = Tab(SPIRAL.replace(batch_size=8))
    tab.say("pause")
    training, told = tab.run.training, []
    for _ in range(training.batches + 1):
        training.advance(seconds=0.0)
        frame = tab.run.frame(ViewerCursor(), state="paused", panels=frozenset(), load=0, full=True)
        told.append((frame.epoch, frame.into))
    within = [(0, [done, training.batches]) for done in range(1, training.batches)]
    assert told == [*within, (1, None), (1, [1, training.batches])]
    assert len(within) == 3
