"""What is said and advised after a run that did not go well: one advice for the sentence and the button."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.metrics import log_loss

from nncore.advice_stages import ETA_RANGE, REACH, above, below, default_rate
from nncore.data import DATA, DataSet
from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.schedulers import SCHEDULERS
from tests.unit.live_tab import DIGITS, SINE, XOR, Tab
from ui.live.meta import references

TRIED = (
    XOR.replace(eta=600.0, scheduler="Constant"),
    XOR.replace(eta=1000.0),
    XOR.replace(eta=10.0),
    XOR.replace(eta=5e-4),
    XOR.replace(eta=1e-5),
)


def last_frame(experiment: Experiment) -> dict:
    tab = Tab(experiment)
    (_, first), rest = tab.started(), tab.watch()
    return [first, *rest][-1]


@pytest.mark.parametrize("experiment", TRIED, ids=Experiment.label)
def test_sentence_and_button_name_one_learning_rate_that_learns(experiment):
    frame = last_frame(experiment)
    assert frame["outcome"] != "learned"
    eta = frame["advice"]["eta"]
    named = [float(text) for text in re.findall(r"eta = ([-+.e\d]*\d)", frame["message"])]
    assert named[-2:] == [experiment.eta, eta]
    assert "from the same start" in frame["message"]
    assert frame["advice"]["label"].startswith(f"Try η = {eta:g} (")
    assert ETA_RANGE[0] <= eta <= ETA_RANGE[1]
    assert last_frame(experiment.replace(eta=eta))["outcome"] == "learned"


def test_no_learning_rate_is_advised_where_a_formula_has_no_value_at_the_start():
    frame = last_frame(XOR.replace(hidden_func=("custom",), formula="log(z)"))
    assert frame["outcome"] == "overflow"
    assert "advice" not in frame
    assert frame["message"] == (
        "The cost is not a finite number before the first step: the value of log(z) is not a finite number"
        " at z = 0. No learning rate mends that."
    )


def changed(experiment: Experiment, frame: dict) -> Experiment:
    """Do what the button of a frame does."""
    values, refused = FIELDS.read(frame["advice"]["change"], defaults=vars(experiment))
    assert refused == []
    return experiment.replace(**{name: values[name] for name in frame["advice"]["change"]})


def test_dead_neurons_are_named_and_another_start_is_offered():
    unlucky = XOR.replace(hidden=(2,), hidden_func=("RELU",), seed=3, epochs=500)
    frame = last_frame(unlucky)
    assert frame["outcome"] == "stuck"
    assert frame["message"].startswith("Stuck: the cost rests at 0.693 after 500 epochs. The neurons of")
    assert "are dead" in frame["message"]
    assert set(frame["advice"]["change"]) == {"seed"}
    assert last_frame(changed(unlucky, frame))["outcome"] == "learned"


def test_a_line_through_xor_is_advised_a_hidden_layer_however_it_was_trained():
    for eta in (0.1, 1000.0):
        line = XOR.replace(hidden=(), eta=eta)
        frame = last_frame(line)
        assert "Without a hidden layer borders are straight" in frame["message"]
        assert frame["advice"]["change"]["hidden"] == "4"
        assert last_frame(changed(line, frame))["outcome"] == "learned"


def test_a_learned_run_needs_no_advice():
    frame = last_frame(XOR)
    assert frame["outcome"] == "learned"
    assert "advice" not in frame
    assert frame["message"].startswith("Learned: the target was reached in epoch ")


def test_the_run_that_follows_a_dragged_rate_waits_for_no_trial(monkeypatch):
    tab = Tab(XOR)
    tab.started()
    monkeypatch.setattr("nncore.trials.Trials._train", None)
    frame = tab.say("eta", value=30.0, mode="drag")[-1]
    assert frame["state"] == "finished"
    # The rate with which the problem opens: never one that the hand has just seen fail.
    assert frame["advice"] == {"eta": 0.1, "label": "Try η = 0.1"}
    assert "it was not tried out" in frame["message"]


def test_the_advice_after_a_change_in_mid_run_starts_from_the_new_rate():
    tab = Tab(XOR.replace(epochs=100, eta=0.01))
    tab.started()
    tab.pull()
    tab.say("eta", value=100.0, mode="live")
    frame = tab.watch()[-1]
    assert frame["outcome"] == "unstable"
    assert "eta = 100 is too high" in frame["message"]
    assert frame["advice"]["eta"] < 100


def test_what_is_tried_out_takes_no_more_than_its_slices_and_is_told_when_it_is_done():
    tab = Tab(XOR.replace(eta=1.0, epochs=5000), tick=0.004)
    tab.started()
    told = []
    while not told or tab.player.has_work or tab.player.playing:
        tab.clock.now += 1 / 30
        tab.viewer.credit()
        turn = tab.viewer.due()
        texts = tab.viewer.produce(0.015, 0, pull=turn.pull)
        told += [text for text in texts if '"state":"finished"' in text.replace(" ", "")]
    assert len(told) == 2  # at the end of the run, and at the end of the trials
    assert "Stuck" in told[0]
    assert "learns" not in told[0]
    assert "eta = 0.1 learns" in told[1]


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_and_problem_has_a_usual_rate(name, scheduler):
    assert set(REACH) == set(SCHEDULERS)
    experiment = Experiment.default(name).replace(scheduler=scheduler)
    assert ETA_RANGE[0] < experiment.eta <= default_rate(experiment) < ETA_RANGE[1]


def test_rates_to_try_are_round_distinct_and_near_ones_first():
    assert list(below(600.0))[:5] == [200.0, 70.0, 20.0, 7.0, 2.0]
    assert list(below(1e-5)) == []
    assert list(above(5.0)) == [20.0, 60.0]


def test_all_of_the_slider_can_be_set():
    field = FIELDS["eta"]
    assert field.low <= ETA_RANGE[0] < ETA_RANGE[1] <= field.high


@pytest.mark.parametrize(
    ("experiment", "outcome", "words"),
    [
        (XOR, "learned", "Learned: the target was reached in epoch"),
        (
            XOR.replace(eta=2e-3),
            "slow",
            "Not there yet: the cost is 0.661 after 200 epochs, and still falls.",
        ),
        (
            XOR.replace(eta=1e-5),
            "stuck",
            "Stuck: the cost has hardly moved from its start of 0.699, and is 0.698 after 200",
        ),
        (XOR.replace(eta=1.0), "stuck", "Stuck: the cost rests at 0.347 after 200 epochs."),
        (XOR.replace(eta=10.0), "unstable", "Unstable: the cost ends at 1.84, above its start of 0.699."),
        (
            Experiment.default("spiral"),
            "memorised",
            "Memorised: the training cost is 0.0146, the validation cost",
        ),
        (SINE.replace(scheduler="Constant", eta=100.0, hidden_func=("identity",)), "overflow", "Epoch "),
    ],
)
def test_every_end_has_a_sentence(experiment, outcome, words):
    frame = last_frame(experiment)
    assert frame["outcome"] == outcome
    assert frame["message"].startswith(words)
    assert frame["message"].endswith(".")


def test_what_guessing_costs_is_what_the_best_constant_answer_costs_on_the_rows_that_decide():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    t = ((X[:, :1] > 0.9) | (rng.random((60, 1)) < 0.05)).astype(float)
    rows = DataSet("own", "binary", X[:40], t[:40], X_val=X[40:], t_val=t[40:])
    experiment = Experiment.default(OWN_DATA)
    share = t[:40].mean()
    assert share != t[40:].mean()

    def guessing(data: DataSet) -> dict[str, float]:
        training = experiment.training(data)
        return {line["label"]: line["value"] for line in references(experiment, data, training.mark)}

    lines = guessing(rows)
    assert set(lines) == {"guessing", "straight model"}
    assert lines["guessing"] == pytest.approx(log_loss(t[40:, 0], np.full(20, share), labels=[0, 1]))
    alone = guessing(DataSet("own", "binary", X[:40], t[:40]))
    assert alone["guessing"] == pytest.approx(log_loss(t[:40, 0], np.full(40, share)))
    (gate,) = references(Experiment.default("AND"), Experiment.default("AND").dataset(), None)
    assert gate["value"] == pytest.approx(log_loss([0, 0, 0, 1], np.full(4, 0.25)))


def test_measured_rows_are_held_against_a_straight_model():
    table = Experiment.default("wisconsin").replace(epochs=3, eta=1e-6, split=0.8)
    tab = Tab(table)
    run, _ = tab.started()
    lines = {line["label"]: line["value"] for line in run["meta"]["reference"]}
    assert set(lines) == {"guessing", "straight model"}
    assert 0.05 < lines["straight model"] < 0.2
    assert run["meta"]["target_cost"] is None
    message = tab.watch()[-1]["message"]
    assert "(straight model: 0.1" in message
    assert "guessing: 0.66" in message
    learned = last_frame(table.replace(eta=2e-3, epochs=50))
    assert learned["outcome"] == "learned"
    assert "is as good as a straight model's" in learned["message"]


@pytest.mark.long
def test_a_network_too_large_to_be_tried_is_told_the_usual_rate():
    frame = last_frame(DIGITS.replace(eta=600.0, samples=1797, epochs=300))
    assert frame["advice"]["eta"] == Experiment.default("digits").eta
    assert "it was not tried out" in frame["message"]
