"""The words for a run are true of its curve, at the edges too: one epoch, the highest seed, a capped mark."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nncore import DataSet, Experiment, Training, advise, range_test
from nncore.advice import Advice
from nncore.costs import CostOLS
from nncore.experiment.changes import changes_text
from nncore.experiment.field_kinds import Whole, counted
from nncore.experiment.fields import FIELDS
from nncore.mark import CAPPED, LUCKY_ROWS, RULE, STRAIGHT, Mark, mark
from ui.live.course import suggestion
from ui.live.record import RunRecord
from ui.live.sentences import sentence

XOR = Experiment.default("XOR")
SET_AND_TAKEN_BACK = changes_text([(2, "lam", 1.0), (110, "lam", 0.0)])
HIGHEST = FIELDS.of(Whole, "seed").high


def said(outcome: str, *train: float, **also: Any) -> str:
    """Say how a run went whose cost was `train`, the first entry before training."""
    record = RunRecord(1, XOR, len(train) - 1, train, outcome=outcome, finished=True, **also)
    return sentence(record, "")


def test_one_epoch_is_singular_in_counts() -> None:
    assert [counted(n, "epoch", separator=",") for n in (0, 1, 2000)] == [
        "0 epochs",
        "1 epoch",
        "2,000 epochs",
    ]
    short = suggestion(XOR.replace(epochs=1), Advice("", {"epochs": 2}, True, ""))
    assert short is not None
    assert short.label == "+ 1 epoch"


def run(experiment: Experiment, data: DataSet | None = None) -> Training:
    training = experiment.training(data)
    training.advance()
    return training


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ((0.700, 0.695), "has hardly moved from its start of 0.7, and is 0.695 after 1 epoch."),
        ((0.700, 0.690), "creeps, and is 0.69 after 1 epoch."),
        ((0.700, 0.701), "creeps upwards, and is 0.701 after 1 epoch."),
        ((0.700, 0.693, 0.693, 0.693, 0.693), "rests at 0.693 after 4 epochs."),
        ((0.700, 0.60, 0.50, 0.49, 0.48), "creeps, and is 0.48 after 4 epochs."),
        ((0.700, 0.60, 0.50, 0.60, 0.49), "moves up and down, and is 0.49 after 4 epochs."),
        ((0.700, 0.60, 0.50, 0.60, 0.50), "moves up and down, and is 0.5 after 4 epochs."),
        ((0.700, 1.60, 0.90, 0.70, 0.699), "creeps, and is 0.699 after 4 epochs."),
    ],
)
def test_a_stuck_cost_is_said_to_move_as_it_does(curve: tuple[float, ...], words: str) -> None:
    assert said("stuck", *curve) == f"Stuck: the cost {words}"


@pytest.mark.parametrize(
    ("curve", "reached", "words"),
    [
        ((0.7, 0.1, 0.3, 0.2), -1, "jumped up and down"),
        ((0.7, 0.10, 0.15, 0.20, 0.19), -1, "swung up and down"),
        ((0.7, 0.04, 0.08, 0.12), 1, "was at the target in epoch 1, rose again"),
    ],
)
def test_a_cost_jumped_only_where_it_did(curve: tuple[float, ...], reached: int, words: str) -> None:
    told = said("unstable", *curve, epochs_to_target=reached)
    assert told == f"Unstable: the cost {words} and ends at {curve[-1]}."


def test_a_training_cost_at_its_target_is_not_said_to_be_on_its_way() -> None:
    told = said("slow", 0.7, 0.2, 0.04, val=(0.7, 0.5, 0.4), epochs_to_target=2)
    both = "the training cost is 0.04, the validation cost 0.4"
    assert told == f"Not there yet: {both} after 2 epochs, and the validation cost still falls."
    assert said("slow", 0.7, 0.5) == "Not there yet: the cost is 0.5 after 1 epoch, and still falls."


@pytest.mark.parametrize("seed", [HIGHEST, HIGHEST - 2])
def test_after_the_highest_seed_comes_the_first(seed: int) -> None:
    unlucky = XOR.replace(hidden=(2,), hidden_func=("RELU",), init="zeros", seed=seed, epochs=60)
    assert advise(unlucky, run(unlucky)).text
    assert range_test(XOR.replace(seed=seed), steps=5).losses.shape[0] > 1


def test_a_penalty_is_not_blamed_for_weights_that_were_zero_at_the_start() -> None:
    zeros = XOR.replace(init="zeros", lam=1e-8)
    text = advise(zeros, run(zeros)).text
    assert "their weights are 0, or nearly so" in text
    assert "pulled" not in text


def test_borders_are_straight_in_features_that_bend_on_the_plane() -> None:
    bent = Experiment.default("spiral").replace(hidden=(), features=("x2", "y2"), epochs=60)
    assert "borders are straight in the input features, and none" in advise(bent, run(bent)).text
    plain = bent.replace(features=("x", "y"))
    assert "borders are straight, and none" in advise(plain, run(plain)).text


def test_what_lowers_the_cost_by_heart_is_said_to() -> None:
    few = Experiment.default("xor_cloud").replace(hidden=(), noise=0.05, split=0.1)
    advice = advise(few, run(few))
    assert advice.change is not None
    assert run(few.replace(**advice.change)).outcome == "memorised"
    assert "the training cost ends at" in advice.text
    assert advice.text.endswith("but the training rows are learned by heart.")


def test_a_rate_that_is_carried_over_is_not_called_the_opening_one() -> None:
    other = Experiment.default("digits").replace(scheduler="Constant", eta=900.0, epochs=1)
    text = advise(other, run(other), seconds=0.0).text
    assert "eta = 0.03 is what this problem opens with, carried over to Constant" in text


def test_no_more_epochs_are_advised_than_there_may_be() -> None:
    short = Experiment.default("sine").replace(hidden=(2,), epochs=40)
    training = run(short)
    assert training.outcome == "slow"
    assert advise(short, training, seconds=0.0).change == {"epochs": 160}
    most = FIELDS.of(Whole, "epochs").high
    assert advise(short.replace(epochs=most), training, seconds=0.0).change is None


@pytest.mark.parametrize(
    "also",
    [
        {"schedule": "cosine", "epochs": 50, "more": 300, "changes": "eta1_1e-4"},
        {"schedule": "cosine", "epochs": 50, "more": 300, "hidden": (), "changes": "eta1_1e-4"},
        {"epochs": 120, "lam": 0.0, "eta": 0.003, "changes": SET_AND_TAKEN_BACK},
        {"epochs": 60, "more": 60, "eta": 0.003},
    ],
)
def test_what_is_advised_learns_whatever_happened_on_the_way(also: dict[str, Any]) -> None:
    ended = XOR.replace(seed=4, **also)
    training = run(ended)
    assert training.outcome != "learned"
    advice = advise(ended, training)
    assert advice.change is not None
    assert (run(ended.replace(**advice.change)).outcome == "learned") == advice.tried


def test_a_mark_says_what_it_is_the_cost_of() -> None:
    few = Experiment.default("sine").replace(noise=0.5, samples=20, split=0.5)
    found = next(
        found
        for seed in range(40)
        if (found := mark(few.replace(data_seed=seed).dataset(), run_cost())) and found.val_label
    )
    assert (found.label_on(False), found.label_on(True)) == (STRAIGHT, CAPPED)
    assert (
        said("learned", 0.7, 0.5, val=(0.7, 0.5), mark=Mark(0.4, 0.5, STRAIGHT, CAPPED))
        == "Learned: the validation cost of 0.5 comes up to nine tenths of guessing (0.5)."
    )
    assert said(
        "learned", 0.7, 0.5, val=(0.7, 0.5), mark=Mark(0.4, 0.5, STRAIGHT, CAPPED, lucky=True)
    ).endswith("comes up to nine tenths of guessing (0.5); on so few rows that may be chance.")
    told = said("learned", 0.7, 0.3, val=(0.7, 0.3), mark=Mark(0.4, 0.31, RULE))
    assert told == "Learned: the validation cost of 0.3 comes up to what the noise allows (0.31)."


def test_what_may_have_luck_on_few_rows_is_said_to() -> None:
    own = Experiment.default("own").replace(epochs=40)

    def advised(seed: int, n_val: int) -> tuple[str, bool]:
        rng = np.random.default_rng(seed)
        X, t = rng.normal(size=(48 + n_val, 6)), rng.normal(size=(48 + n_val, 1))
        rows = DataSet("own", "regression", X[:48], t[:48], X_val=X[48:], t_val=t[48:])
        found = mark(rows, CostOLS)
        assert found is None or found.lucky == (found.val_label == CAPPED and n_val < LUCKY_ROWS)
        advice = advise(own, run(own, rows), data=rows)
        return advice.text, bool(found and found.lucky and advice.tried)

    told = [text for text, lucky in (advised(seed, 10) for seed in range(12)) if lucky]
    assert told
    assert all(text.endswith(" On so few validation rows (10) that may be chance.") for text in told)
    assert "chance" not in advised(0, 200)[0]


def test_a_validation_cost_is_held_against_guessing_on_the_same_rows() -> None:
    both = {
        "guess": 0.101,
        "guess_val": 0.0211,
        "val": (0.7, 0.03, 0.04),
        "mark": Mark(0.05, 0.0183, STRAIGHT),
    }
    for outcome in ("memorised", "slow"):
        told = said(outcome, 0.7, 0.05, 0.04, epochs_to_target=1, **both)
        assert "the validation cost 0.04 (straight model: 0.0183, guessing: 0.0211)" in told
    assert "(straight model: 0.05, guessing: 0.101)" in said("slow", 0.7, 0.3, 0.2, **both)


def run_cost() -> Any:
    return Experiment.default("sine").network().cost_func
