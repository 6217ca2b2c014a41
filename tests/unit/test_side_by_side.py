"""Two runs side by side: each the run that it is alone, in step; the address that holds both."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS
from tests.unit.experiments import experiments
from tests.unit.live_tab import ALL, DIGITS, SINE, SPIRAL, XOR, Tab
from ui.live.pair import Pair
from ui.live.problem import ShowRun
from ui.live.run import LiveRun
from ui.shared.beside import beside_query, differences, read_beside

OTHER = XOR.replace(eta=0.3)


class SplitTab(Tab):
    """A tab that shows two runs: A is held, B is the controls'."""

    def __init__(self, held: Experiment, experiment: Experiment, **options) -> None:
        self.held = held
        super().__init__(experiment, **options)

    def show(self, experiment, *, data=None, speed="normal", held=None, **more) -> None:
        self.held = held or self.held
        self.channel.send(ShowRun(experiment, data, ALL, speed, beside=self.held, **more))

    def started(self):
        """Give the facts and the first frame of two runs that have just begun."""
        messages = self.pushed()
        assert [message["t"] for message in messages[:2]] == ["run", "frame"]
        return messages[0], messages[1]

    def watch(self, limit=1000):
        """Give all frames until nothing moves any more."""
        frames = []
        for _ in range(limit):
            self.clock.now += 1 / 30
            self.viewer.credit()
            turn = self.viewer.due()
            if turn is None:
                return frames
            messages = map(json.loads, self.viewer.produce(0.015, self.waiting, pull=turn.pull))
            frames += [message for message in messages if message["t"] == "frame"]
        raise AssertionError(f"still at work after {limit} slices")

    @property
    def runs(self):
        assert self.player.run is not None
        assert self.player.beside is not None
        return self.player.beside, self.player.run


def alone(experiment: Experiment) -> Experiment:
    training = experiment.training()
    training.advance()
    return training


def same_as_alone(run) -> None:
    training = alone(run.experiment)
    assert run.training.network.theta.tobytes() == training.network.theta.tobytes()
    for name, values in training.history.items():
        assert run.training.history[name].tobytes() == values.tobytes(), name


# -- the address -------------------------------------------------------------------------------------------


@given(experiments(), experiments())
def test_the_address_holds_both(a, b):
    read, notices = read_beside(beside_query(a, b), a)
    assert (read, notices) == (b, [])


@given(experiments(), st.data())
def test_an_address_with_anything_in_it_gives_a_whole_experiment_and_says_what_was_refused(a, data):
    names = st.sampled_from([*FIELDS, "foo", ""])
    given_ = data.draw(st.dictionaries(names.map(lambda name: f"b.{name}"), st.text(max_size=12)))
    b, notices = read_beside(given_, a)
    assert (b is None) == (not any(name.removeprefix("b.") in FIELDS for name in given_))
    assert len(notices) <= 10
    if b is not None:
        assert Experiment(**vars(b)) == b


def test_a_bad_value_is_refused_by_name_and_that_of_a_stands_instead():
    b, (notice,) = read_beside({"b.eta": "abc", "b.hidden": "3"}, XOR.replace(eta=0.2))
    assert b == XOR.replace(eta=0.2, hidden=(3,))
    assert notice.startswith("b.eta must be a number from 1e-6 to 1000")
    assert notice.endswith("got 'abc'. That of A, 0.2, is used instead.")


def test_an_address_that_names_no_setting_of_b_opens_no_second_run():
    for name in ("b.", "b.lecture", "b.v", "b.b.eta"):
        b, (notice,) = read_beside({name: "1"}, XOR)
        assert (b, notice) == (None, f"'{name}' in the address is not a setting and is ignored.")


def test_what_does_not_go_together_is_refused_and_the_rest_kept():
    b, notices = read_beside({"b.cost": "CostCrossEntropy", "b.eta": "0.5"}, XOR)
    assert b == XOR.replace(eta=0.5)
    assert [notice.partition(" ")[0] for notice in notices] == ["b.cost"]


def test_other_data_are_among_those_of_the_page():
    circle = Experiment.default("circle").replace(points="a0.5_-0.25_1")
    b, notices = read_beside({"b.data": "XOR"}, circle, among=("circle", "spiral"))
    assert b == circle
    assert notices[0].startswith("b.data must be one of circle, spiral; got 'XOR'")
    b, notices = read_beside({"b.data": "spiral"}, circle, among=("circle", "spiral"))
    assert (b.data, b.points, notices) == ("spiral", circle.points, [])


def test_what_differs_is_named_in_the_words_of_the_controls():
    b = SPIRAL.replace(eta=0.3, batch_size=7, epochs=9, scheduler="RMS_prop", formula="z", rho2=0.5)
    told = [(one.label, one.a, one.b, one.unit) for one in differences(SPIRAL, b)]
    assert told == [
        ("Scheduler", "Adam", "RMSprop", ""),
        ("Learning rate", "0.03", "0.3", ""),
        ("Decay ρ₂", "0.999", "0.5", ""),
        ("Batch size", "all", "7", "rows"),
        ("Epochs", "6", "9", ""),
    ]


# -- the runs ----------------------------------------------------------------------------------------------

PAIRS = [
    (XOR, OTHER),
    (DIGITS.replace(epochs=3), DIGITS.replace(epochs=3, hidden=(20,), batch_size=0)),
    (SPIRAL, SPIRAL.replace(batch_size=7, scheduler="Momentum")),
    (SINE, SINE.replace(epochs=35, hidden=(8, 8))),
]


@pytest.mark.parametrize(("a", "b"), PAIRS)
@pytest.mark.parametrize("speed", ["normal", "1", "max"])
def test_each_is_the_run_that_it_is_alone_bit_for_bit_and_both_show_the_same_epoch(a, b, speed):
    tab = SplitTab(a, b, speed=speed, tick=0.0004)
    run, first = tab.started()
    assert (run["meta"]["eta"], run["beside"]["meta"]["eta"]) == (b.eta, a.eta)
    frames = [first, *tab.watch()]
    shown = [(frame["beside"]["epoch"], frame["epoch"]) for frame in frames]
    assert all(one == other or one == a.epochs or other == b.epochs for one, other in shown)
    assert shown[-1] == (a.epochs, b.epochs)
    pictures = {"matrix", "residuals"}
    assert pictures & set(first["beside"]) == pictures & set(first) != set()
    for one in tab.runs:
        same_as_alone(one)


@pytest.mark.slow
@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(experiments(small=True), experiments(small=True))
def test_any_two_are_in_step_and_each_is_itself(a, b):
    tab = SplitTab(a, b, tick=0.0003)
    tab.pushed()
    for frame in tab.watch():
        one, other = frame["beside"], frame
        assert one["epoch"] == other["epoch"] or one["outcome"] or other["outcome"]
    for run in tab.runs:
        same_as_alone(run)


def test_one_that_overflows_does_not_stop_the_other_and_both_get_their_verdict():
    b = XOR.replace(scheduler="Constant", eta=900.0, cost="CostOLS", output_func="identity")
    tab = SplitTab(XOR, b)
    tab.started()
    last = tab.watch()[-1]
    last = (tab.pushed() or [last])[-1]
    assert (last["outcome"], last["beside"]["outcome"]) == ("overflow", "learned")
    assert (last["state"], last["beside"]["state"]) == ("overflow", "finished")
    assert last["message"].startswith("Epoch")
    assert last["beside"]["message"].startswith("Learned")
    assert last["beside"]["epoch"] == XOR.epochs


def test_a_moved_control_changes_b_alone_and_both_begin_anew():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.watch()
    run, frame = tab.say("eta", value=0.5, mode="commit")[:2]
    assert (run["meta"]["eta"], run["beside"]["meta"]["eta"]) == (0.5, 0.1)
    assert frame["course"]["apart"] == [{"label": "Learning rate", "a": "0.1", "b": "0.5", "unit": ""}]
    assert frame["beside"]["epoch"] == frame["epoch"] <= 3


def test_a_dragged_control_keeps_the_end_of_a_beside_each_end_of_b():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.watch()
    for eta in (0.4, 0.5):
        run, *rest = tab.say("eta", value=eta, mode="drag")
        assert "beside" not in run
        frame = rest[-1]
        assert (frame["epoch"], frame["beside"]["epoch"]) == (200, 200)
    for one in tab.runs:
        same_as_alone(one)


def test_swapped_held_and_merged():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.watch()
    tab.show(XOR, held=OTHER)
    run, frame = tab.pushed()
    assert (run["meta"]["eta"], run["beside"]["meta"]["eta"]) == (0.1, 0.3)
    tab.channel.send(ShowRun(XOR, None, ALL, "normal"))
    (frame,) = tab.pushed()
    assert "beside" not in frame
    assert frame["run"] == run["run"]
    same_as_alone(finished(tab))


def finished(tab: Tab):
    tab.watch()
    tab.pushed()
    return tab.run


def test_the_same_two_again_begin_nothing():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.show(OTHER)
    assert tab.pushed() == []


def test_one_that_ends_with_a_single_batch_is_shown_with_the_other_at_its_end():
    """A frame may be due within the last epoch; a run of one batch an epoch is at the end then."""
    held, run = DIGITS.replace(epochs=3), DIGITS.replace(epochs=3, batch_size=0)
    pair = Pair(LiveRun(1, run, run.dataset()), LiveRun(2, held, held.dataset()))
    pair.move(2.3, seconds=60.0, stale=lambda: False)
    assert pair.level
    assert [one.training.epoch for one in pair.runs] == [3, 3]


def test_play_goes_on_with_both_and_the_script_follows_without_a_new_run():
    tab = SplitTab(XOR.replace(epochs=12), OTHER.replace(epochs=12))
    tab.started()
    tab.watch()
    key = tab.say("play")[0]["course"]["key"]
    tab.watch()
    b, a = tab.channel.inspect(tab.player.both)
    assert (a.experiment.more, b.experiment.more, a.epoch, b.epoch) == (12, 12, 24, 24)
    tab.pushed()
    tab.show(b.experiment, held=a.experiment, follows=True)
    assert tab.pushed() == []
    assert "12" in key
    for one in tab.runs:
        same_as_alone(one)


def test_a_step_moves_both_and_tells_the_update_of_both():
    tab = SplitTab(SPIRAL, SPIRAL.replace(batch_size=9))
    tab.started()
    tab.say("pause")
    before = tab.run.training.epoch
    frame = tab.say("step")[-1]
    assert frame["epoch"] == frame["beside"]["epoch"] == before + 1
    assert frame["update"]["epoch"] == frame["beside"]["update"]["epoch"] == before + 1


def test_looking_back_is_looking_back_at_both():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.watch()
    frame = tab.say("seek", epoch=40)[-1]
    assert (frame["seek"], frame["beside"]["seek"]) == (40, 40)
    assert "seek" not in tab.say("play")[-1]["beside"]


def test_at_the_end_of_the_shorter_run_the_longer_one_is_at_its_own():
    tab = SplitTab(XOR.replace(epochs=30), OTHER.replace(epochs=20))
    tab.started()
    tab.watch()
    assert tab.say("seek", epoch=10)[-1]["beside"]["seek"] == 10
    frame = tab.say("seek", epoch=20)[-1]
    assert (frame.get("seek"), frame["beside"].get("seek")) == (None, None)
    assert (frame["epoch"], frame["beside"]["epoch"]) == (20, 30)


def test_what_is_asked_of_one_side_is_answered_by_it():
    tab = SplitTab(DIGITS, DIGITS.replace(hidden=(5,)))
    tab.started()
    tab.say("pause")
    (cell,) = [m for m in tab.say("cell", row=1, col=1, side="a") if m["t"] == "cell"]
    assert cell["side"] == "a"
    drawn = [m for m in tab.say("draw", pixels=tuple([0.5] * 64)) if m["t"] == "draw"]
    assert [m.get("side") for m in drawn] == [None, "a"]
    assert drawn[0]["p"] != drawn[1]["p"]
    (neuron,) = [m for m in tab.say("neuron", layer=0, index=9, side="a") if m["t"] == "neuron"]
    assert (neuron["side"], neuron["index"]) == ("a", 9)


def test_a_neuron_pointed_at_is_drawn_on_its_own_side():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.say("pause")
    frame = tab.say("look", layer=1, index=2, side="a")[-1]
    assert "look" not in frame
    assert frame["beside"]["look"]["index"] == 2


def test_a_question_holds_both_back_until_they_are_played():
    tab = Tab(XOR)
    tab.started()
    tab.channel.send(ShowRun(OTHER, None, ALL, "normal", held="asked", beside=XOR))
    frame = tab.pushed()[-1]
    assert (frame["state"], frame["epoch"]) == ("paused", 0)
    assert (frame["beside"]["state"], frame["beside"]["epoch"]) == ("paused", 0)
    assert tab.pull() is None
    assert tab.say("play")[-1]["beside"]["state"] == "playing"


def test_nothing_is_left_of_either_when_the_tab_has_gone():
    tab = SplitTab(XOR, OTHER)
    tab.started()
    tab.channel.close()
    assert (tab.player.run, tab.player.beside, tab.player.has_work) == (None, None, False)


def test_which_of_two_is_too_large_is_said():
    large = Experiment.default("digits").replace(hidden=(256, 256, 256), batch_size=0)
    small = large.replace(batch_size=32)
    for held, shown, begins in ((large, small, "A, which is held: batch_size"), (small, large, "batch_size")):
        (error,) = SplitTab(held, shown).pushed()
        assert error["message"].startswith(begins)
