"""What became of a run: the written rule, case by case and on real runs."""

import numpy as np
import pytest

from nncore import (
    FFNN,
    OUTCOMES,
    Adam,
    Constant,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    Training,
    identity,
    tanh,
)
from nncore.experiment import Experiment
from nncore.outcome import (
    BOUNCE,
    TARGET_SHARE,
    Validation,
    constant_cost,
    first_epoch_at,
    foretold_fall,
    outcomes,
    target_cost,
)
from tests.unit.gates import XOR, X, xor_network, xor_training

START, TARGET = 0.7, 0.05
FALLING = np.linspace(0.7, 0.3, 40)

CASES = {
    "down to the target": (np.linspace(0.7, 0.05, 40), "learned"),
    "reached and kept": (np.r_[FALLING, np.full(40, 0.01)], "learned"),
    "still falling": (FALLING, "slow"),
    "plateau below the start": (np.full(40, 0.69), "stuck"),
    "exactly where it began": (np.full(40, 0.7), "stuck"),
    "a hair above, by the noise of its batches": (np.full(40, 0.703), "stuck"),
    "above the start": (np.linspace(0.7, 0.71, 40), "unstable"),
    "high plateau": (np.r_[0.7, np.full(39, 5.0)], "unstable"),
    "reached, then lost again": (np.r_[np.full(30, 0.01), np.full(10, 0.9)], "unstable"),
    "bouncing at the end": (np.r_[np.full(30, 0.5), np.tile([0.3, 0.5], 5)], "unstable"),
    "one bounce is none": (np.r_[np.full(35, 0.3), 0.5, np.full(4, 0.3)], "stuck"),
    "bounced early, calm now": (np.r_[np.tile([0.3, 0.6], 10), np.full(60, 0.3)], "stuck"),
    "small ripples of mini-batches": (0.3 + 0.02 * (-1.0) ** np.arange(40), "stuck"),
    "one epoch down": (np.array([0.4]), "slow"),
    "one epoch up": (np.array([0.9]), "unstable"),
    "none at all": (np.array([]), "slow"),
    "bounced, and on its way down": (np.r_[0.2, 0.6, np.linspace(0.6, 0.3, 38)], "unstable"),
    "creeping": (np.linspace(0.7, 0.69, 40), "stuck"),
    "creeping close to the target": (np.linspace(0.09, 0.087, 40), "slow"),
}


@pytest.mark.parametrize("case", CASES)
def test_rule(case):
    costs, expected = CASES[case]
    assert outcomes(costs, start=START, target=TARGET, overflowed=False) == expected
    assert outcomes(costs, start=START, target=TARGET, overflowed=True) == "overflow"


def test_every_outcome_is_tested_and_a_stack_is_judged_run_by_run():
    same_length = {name: case for name, case in CASES.items() if len(case[0]) == 40}
    costs = np.array([case[0] for case in same_length.values()])
    found = outcomes(
        costs, start=np.full(len(costs), START), target=TARGET, overflowed=np.zeros(len(costs), bool)
    )
    assert found.tolist() == [case[1] for case in same_length.values()]
    assert {case[1] for case in CASES.values()} | {"overflow", "memorised"} == set(OUTCOMES)


def test_bounces_are_counted_above_a_tenth_of_the_start_only():
    for size, expected in ((1.01, "unstable"), (0.99, "stuck")):
        rise = size * BOUNCE * START
        costs = np.tile([0.3, 0.3 + rise], 20)
        assert outcomes(costs, start=START, target=TARGET, overflowed=False) == expected


def test_what_a_constant_answer_costs():
    assert constant_cost(XOR, CostLogReg) == pytest.approx(np.log(2))
    assert constant_cost(np.eye(10), CostCrossEntropy) == pytest.approx(np.log(10))
    assert constant_cost(np.array([[1.0, 5.0], [3.0, 5.0]]), CostOLS) == pytest.approx(1.0)
    assert constant_cost(XOR, lambda target: None) is None


def test_target_cost_by_task():
    assert target_cost(XOR, CostLogReg, start=0.8) == pytest.approx(0.05)
    assert target_cost(np.eye(10), CostCrossEntropy, start=3.0) == pytest.approx(
        0.05 * np.log(10) / np.log(2)
    )
    assert target_cost(np.array([[0.0], [2.0]]), CostOLS, start=9.0) == pytest.approx(TARGET_SHARE)
    for t, cost in ((np.ones((3, 1)), CostLogReg), (np.ones((3, 1)), CostOLS), (XOR, lambda target: None)):
        assert target_cost(t, cost, start=2.0) == pytest.approx(2 * TARGET_SHARE)
    assert xor_training().target_cost == pytest.approx(0.05)


def test_epochs_to_the_target():
    costs = np.array(
        [[0.5, 0.04, 0.2, 0.01], [0.5, 0.4, 0.3, 0.2], [0.5, np.nan, np.nan, np.nan], [0.0, 1, 1, 1]]
    )
    assert first_epoch_at(costs, start=np.full(4, 0.7), target=0.05).tolist() == [2, -1, -1, 1]
    assert first_epoch_at(costs[1], start=0.05, target=0.05) == 0


LEARNING = np.linspace(0.7, 0.01, 40)
VALIDATIONS = {
    "as low as training": (np.linspace(0.7, 0.02, 40), "learned"),
    "a little behind": (np.linspace(0.7, 0.12, 40), "learned"),
    "never below a third of guessing": (np.r_[np.linspace(0.7, 0.24, 20), np.full(20, 0.24)], "memorised"),
    "fell, then rose": (np.r_[np.linspace(0.7, 0.1, 20), np.linspace(0.1, 0.2, 20)], "memorised"),
    "rose, but is still below twice the target": (np.r_[0.02, np.linspace(0.02, 0.09, 39)], "learned"),
    "far behind, and still falling": (np.linspace(1.4, 0.5, 40), "slow"),
    "rests, but for one lucky epoch": (np.r_[np.linspace(0.7, 0.2, 20), 0.05, np.full(20, 0.2)], "learned"),
    "worse than guessing": (np.linspace(0.7, 0.84, 40), "memorised"),
}


@pytest.mark.parametrize("case", VALIDATIONS)
def test_what_is_learned_holds_on_rows_that_were_not_seen(case):
    costs, expected = VALIDATIONS[case]
    seen = Validation(costs, guess=0.69)
    judged = {"start": START, "target": TARGET, "overflowed": False, "validation": seen}
    assert outcomes(LEARNING, **judged) == expected
    assert outcomes(np.tile(LEARNING, (2, 1)), **judged).tolist() == [expected, expected]
    # Where the training target is not reached, nothing was memorised.
    assert outcomes(LEARNING / 2 + 0.2, **judged) == "slow"


@pytest.mark.parametrize(("val", "expected"), [(0.305, "learned"), (0.31, "memorised")])
def test_a_mark_on_rows_that_were_not_seen_decides_by_itself(val, expected):
    seen = Validation(np.full(40, val), guess=0.69, mark=0.3)
    judged = {"start": START, "overflowed": False, "validation": seen}
    assert outcomes(LEARNING, target=0.25, **judged) == expected
    # What costs no more here than on the rows it learned from was not learned by heart.
    level = outcomes(np.full(40, 0.32), target=0.33, **judged)
    assert level == {0.305: "learned", 0.31: "stuck"}[val]
    not_reached = outcomes(LEARNING / 2 + 0.3, target=0.25, **judged)
    assert not_reached == ("learned" if expected == "learned" else "slow")


def test_the_fall_is_carried_on_as_a_power_of_the_epochs():
    epochs = np.arange(401.0)
    for power, tolerance in ((1.0, 0.01), (0.5, 0.05), (-0.5, 0.05)):
        cost = 1e4 - np.sign(power) * (1.0 + epochs) ** power
        last, later = cost[-1], 1e4 - np.sign(power) * 4001.0**power
        assert foretold_fall(cost) == pytest.approx((last - later) / last, rel=tolerance)
    assert foretold_fall(np.array([0.7, 0.4])) == pytest.approx(9 * 0.3 / 0.4)
    assert foretold_fall(np.full(50, 0.3)) == foretold_fall(np.linspace(0.1, 0.3, 50)) == 0.0


def test_no_run_to_the_right_of_those_that_learned_is_called_slow():
    """Gates over the rates of the page's strip: what bounced is stuck or unstable, however it falls since."""
    etas = np.geomspace(1e-4, 100.0, 61)
    for name in ("XOR", "AND", "NOR"):
        for scheduler in ("Adam", "Constant", "Momentum", "RMS_prop"):
            runs = Experiment.default(name).replace(scheduler=scheduler).stack(eta=etas)
            runs.advance()
            first = list(runs.outcome).index("learned")
            assert "slow" not in runs.outcome[first:], (name, scheduler)
            assert "slow" in runs.outcome[:first]


def test_real_runs_of_all_four_kinds():
    """XOR with the rates of a lecture: the first three with a logistic cost, where nothing ever overflows."""
    rates = np.array([1e-3, 0.1, 1000.0])
    stack = Training(xor_network([7, 7, 7]), Adam(rates, 0.9, 0.999), X, XOR, epochs=200)
    stack.advance()
    assert stack.outcome.tolist() == ["slow", "learned", "unstable"]
    assert stack.overflow_epoch.tolist() == [-1, -1, -1]
    assert stack.epochs_to_target[0] == stack.epochs_to_target[2] == -1
    reached = stack.epochs_to_target[1]
    errors = stack.history["train_errors"][1]
    assert errors[reached - 1] <= 0.05 < errors[: reached - 1].min()
    squares = Training(FFNN((2, 4, 1), tanh, identity, CostOLS, 3), Constant(5.0), X, XOR, epochs=200)
    squares.advance()
    assert squares.outcome == "overflow"
    assert squares.epochs_to_target == -1


def test_outcome_while_it_runs_is_the_one_so_far():
    training = xor_training(epochs=200)
    training.advance(epochs=5)
    assert training.outcome == "slow"
    training.advance()
    assert training.outcome == "learned"


def test_outcome_with_metrics_every_few_epochs():
    training = xor_training(epochs=203, metrics_every=10)
    training.advance(epochs=194)
    assert training.outcome == "learned"
    training.advance()
    assert np.isfinite(training.history["train_errors"][[9, 199, 202]]).all()
    assert np.isnan(training.history["train_errors"][200])
    assert training.outcome == "learned"


def test_a_single_run_answers_in_plain_values():
    training = xor_training(epochs=3)
    training.advance()
    assert type(training.outcome) is str
    assert type(training.start_cost) is type(training.target_cost) is float
    assert type(training.overflow_epoch) is type(training.epochs_to_target) is int
