"""The learning rate that is advised after a run that did not go well: one for the sentence and the button."""

from __future__ import annotations

import re

import pytest
from ui.live.advice import ETA_RANGE, REACH, around, below, highest

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS
from nncore.schedulers import SCHEDULERS
from tests.unit.live_tab import DIGITS, SINE, XOR, Tab
from ui.live import advice as run_advice

LINEAR = {"scheduler": "Constant", "cost": "CostOLS", "output_func": "identity"}
TRIED = (
    XOR.replace(eta=600.0, scheduler="Constant"),
    XOR.replace(eta=1000.0),
    XOR.replace(eta=10.0),
    XOR.replace(eta=5e-4),
)
FAR_OUT = DIGITS.replace(eta=600.0)
OTHERS = (
    XOR.replace(eta=5.0, **LINEAR),
    XOR.replace(eta=30.0, hidden=(), **LINEAR),
    SINE.replace(epochs=1000, eta=1000.0, scheduler="Constant", hidden_func=("identity",)),
    FAR_OUT,
    DIGITS.replace(eta=0.5, scheduler="Constant", lam=10.0),
)


def last_frame(experiment: Experiment) -> dict:
    tab = Tab(experiment)
    (_, first), rest = tab.started(), tab.watch()
    return [first, *rest][-1]


@pytest.mark.parametrize("experiment", [*TRIED, *OTHERS], ids=Experiment.label)
def test_sentence_and_button_name_one_learning_rate_within_the_slider(experiment):
    frame = last_frame(experiment)
    assert frame["outcome"] != "learned"
    eta = frame["advice"]["eta"]
    named = [float(text) for text in re.findall(r"eta = ([-+.e\d]*\d)", frame["message"])]
    assert named[-1] == eta
    assert named[:-1] in ([], [experiment.eta])
    assert frame["advice"]["label"].startswith(f"Try η = {eta:g} (")
    assert ETA_RANGE[0] <= eta <= ETA_RANGE[1]
    assert eta < experiment.eta or frame["outcome"] == "slow"


def test_no_learning_rate_is_advised_where_a_formula_has_no_value_at_the_start():
    frame = last_frame(XOR.replace(hidden_func=("custom",), formula="log(z)"))
    assert frame["outcome"] == "overflow"
    assert "advice" not in frame
    assert frame["message"] == (
        "The cost is not a finite number before the first step: log(z) has none for some weighted sum. "
        "No learning rate mends that."
    )


@pytest.mark.parametrize("experiment", TRIED, ids=Experiment.label)
def test_advice_that_was_tried_out_learns(experiment):
    frame = last_frame(experiment)
    assert "learns" in frame["message"]
    assert last_frame(experiment.replace(eta=frame["advice"]["eta"]))["outcome"] == "learned"


def test_a_rate_far_out_is_not_answered_by_another_one_far_out():
    assert last_frame(FAR_OUT)["advice"]["eta"] == highest(FAR_OUT) == 0.01


def test_where_no_rate_learns_none_is_advised():
    unlucky = XOR.replace(hidden=(2,), hidden_func=("RELU",), seed=3)
    frame = last_frame(unlucky)
    assert frame["outcome"] == "slow"
    assert "advice" not in frame
    assert frame["message"].endswith("Try more epochs, or another start.")


def test_a_line_through_xor_is_not_advised_another_rate_while_it_is_calm():
    frame = last_frame(XOR.replace(hidden=()))
    assert "advice" not in frame
    assert "no learning rate" in frame["message"]
    wild = last_frame(XOR.replace(hidden=(), eta=1000.0))
    assert wild["outcome"] == "unstable"
    calmer = XOR.replace(hidden=(), eta=wild["advice"]["eta"])
    assert last_frame(calmer)["outcome"] == "slow"


def test_a_learned_run_needs_no_advice():
    frame = last_frame(XOR)
    assert frame["outcome"] == "learned"
    assert "advice" not in frame


def test_the_run_that_follows_a_dragged_rate_waits_for_no_trial(monkeypatch):
    tab = Tab(XOR)
    tab.started()
    monkeypatch.setattr(run_advice, "try_out", None)
    frame = tab.say("eta", value=30.0, mode="drag")[-1]
    assert frame["state"] == "finished"
    assert frame["advice"] == {"eta": 1.0, "label": "Try η = 1 (÷ 30)"}
    assert frame["message"].endswith("try eta = 1.")


def test_the_advice_after_a_change_in_mid_run_starts_from_the_new_rate():
    tab = Tab(XOR.replace(epochs=100, eta=0.01))
    tab.started()
    tab.pull()
    tab.say("eta", value=100.0, mode="live")
    frame = tab.watch()[-1]
    assert frame["outcome"] == "unstable"
    assert "With eta = 100" in frame["message"]
    assert frame["advice"]["eta"] < 100


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_and_problem_has_a_highest_rate(name, scheduler):
    assert set(REACH) == set(SCHEDULERS)
    experiment = Experiment.default(name).replace(scheduler=scheduler)
    assert experiment.eta < highest(experiment) <= ETA_RANGE[1]


def test_rates_to_try_are_round_distinct_and_near_ones_first():
    assert list(below(600.0))[:5] == [200.0, 70.0, 20.0, 7.0, 2.0]
    assert list(below(1e-5)) == []
    assert around(0.1) == [0.3, 0.03, 0.9, 0.01, 3.0, 0.003, 9.0, 30.0]


def test_all_of_the_slider_can_be_set():
    field = FIELDS["eta"]
    assert field.low <= ETA_RANGE[0] < ETA_RANGE[1] <= field.high


@pytest.mark.parametrize(
    ("experiment", "outcome", "words"),
    [
        (XOR, "learned", "Learned"),
        (XOR.replace(eta=1e-5), "slow", "Not there yet"),
        (XOR.replace(scheduler="Constant", eta=50.0, cost="CostOLS"), None, ""),
    ],
)
def test_every_end_has_a_sentence(experiment, outcome, words):
    tab = Tab(experiment)
    tab.started()
    last = tab.watch()[-1]
    assert outcome in (None, last["outcome"])
    assert last["message"].startswith(words)
    assert last["message"].endswith(".")


@pytest.mark.parametrize(("split", "last"), [(0.8, "while the validation cost falls."), (1.0, "allow less.")])
def test_measured_rows_are_not_expected_to_reach_the_target(split, last):
    tab = Tab(Experiment.default("wisconsin").replace(epochs=3, eta=1e-6, split=split))
    tab.started()
    message = tab.watch()[-1]["message"]
    assert message.startswith("Target not reached: the cost is")
    assert "(guessing: 0.66" in message
    assert message.endswith(last)


def test_a_sentence_that_names_no_rate_has_no_button():
    frame = last_frame(Experiment.default("wisconsin").replace(epochs=3, eta=1e-4))
    assert frame["outcome"] == "slow"
    assert "eta" not in frame["message"]
    assert "advice" not in frame
