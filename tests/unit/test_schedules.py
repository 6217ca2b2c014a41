"""Learning-rate schedules over time, and the rule that forgets every epoch."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import SCHEDULERS, SCHEDULES, make_scheduler
from nncore.experiment import Experiment
from nncore.experiment.lecture_rule import LECTURE_SCHEDULERS, batch_rows, lecture_scheduler, rule_difference
from nncore.schedules import SCHEDULE_LABELS

NUMBERS = {"eta": 0.5, "momentum": 0.9, "rho": 0.9, "rho2": 0.999}

# First, middle and last factor of a run of 101 epochs.
SEEN = {
    "constant": (1.0, 1.0, 1.0),
    "step": (1.0, 0.25, 0.0625),
    "exponential": (1.0, 0.1, 0.01),
    "cosine": (1.0, 0.507776, 0.000242),
    "warmup": (1 / 11, 1.0, 1.0),
}


def test_every_schedule_is_tested_and_labelled() -> None:
    assert set(SEEN) == set(SCHEDULES) == set(SCHEDULE_LABELS)


@pytest.mark.parametrize("name", SCHEDULES)
def test_factors_at_start_middle_and_end(name: str) -> None:
    factors = [SCHEDULES[name](epoch, 101) for epoch in (0, 50, 100)]
    np.testing.assert_allclose(factors, SEEN[name], atol=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("epochs", [1, 2, 7])
def test_factors_stay_within_zero_and_one_even_in_short_and_extended_runs(name: str, epochs: int) -> None:
    factors = [SCHEDULES[name](epoch, epochs) for epoch in range(epochs + 5)]
    assert all(0 < factor <= 1 for factor in factors)
    assert factors[epochs - 1 :] == [factors[epochs - 1]] * 6


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="epochs must be at least 1; got 0"):
        SCHEDULES["cosine"](0, 0)
    with pytest.raises(ValueError, match=r"epoch must be 0 or more .*; got -1"):
        SCHEDULES["step"](-1, 10)


def test_a_schedule_changes_the_steps_but_never_the_chosen_rate() -> None:
    plain = Experiment.default("XOR").replace(epochs=40)
    falling = plain.replace(schedule="exponential").training()
    falling.advance()
    assert falling.eta == plain.eta
    training = plain.training()
    for epoch in range(40):
        training.set_eta(plain.eta * SCHEDULES["exponential"](epoch, 40))
        training.advance(epochs=1)
    np.testing.assert_allclose(falling.history["train_errors"], training.history["train_errors"], rtol=1e-12)


def test_every_scheduler_has_its_variant() -> None:
    assert set(LECTURE_SCHEDULERS) == set(SCHEDULERS)


def steps(name: str, gradients: list[float], **books: object) -> list[float]:
    rule = lecture_scheduler(name, **{"rows": (4,), "summed": False, **NUMBERS, **books})
    return [float(rule.update_change(np.array([g]))[0]) for g in gradients]


def test_adagrad_that_forgets_always_steps_by_eta() -> None:
    np.testing.assert_allclose(steps("Adagrad", [3.0, 0.01, -200.0]), [0.5, 0.5, -0.5], rtol=1e-5)


def test_rms_prop_that_forgets_steps_by_eta_over_the_root_of_one_minus_rho() -> None:
    size = 0.5 / np.sqrt(0.1)
    np.testing.assert_allclose(steps("RMS_prop", [3.0, -0.01]), [size, -size], rtol=1e-5)


def test_adam_that_counts_epochs_shrinks_and_grows_with_their_number() -> None:
    """By the formula with one update an epoch: eta, 0.48 eta near epoch 10, 2.5 eta at epoch 1000."""
    changes = steps("Adam", [1.0] * 1000)
    np.testing.assert_allclose(np.array(changes)[[0, 9, 999]] / 0.5, [1.0, 0.484, 2.514], rtol=2e-3)


def test_adam_counts_epochs_not_updates_where_an_epoch_has_two_batches() -> None:
    changes = steps("Adam", [1.0, 1.0, 1.0], rows=(4, 4))
    # Second update of epoch 1: means of two gradients, still corrected for one.
    first, second = 0.19 / 0.1, 0.001999 / 0.001
    np.testing.assert_allclose(changes[1], 0.5 * first / np.sqrt(second), rtol=1e-6)
    # Epoch 2 starts anew, corrected for two.
    np.testing.assert_allclose(changes[2], 0.5 * (0.1 / 0.19) / np.sqrt(0.001 / 0.001999), rtol=1e-6)


def test_momentum_is_not_forgotten_by_the_published_code_either() -> None:
    textbook = make_scheduler("Momentum", **NUMBERS)
    own = [float(textbook.update_change(np.array([g]))[0]) for g in (1.0, -2.0, 0.5)]
    assert steps("Momentum", [1.0, -2.0, 0.5]) == own


def test_a_summed_gradient_is_the_mean_times_the_rows_of_its_batch() -> None:
    assert steps("Constant", [1.0, 1.0, 1.0], rows=(4, 2), summed=True) == [2.0, 1.0, 2.0]


@pytest.mark.parametrize("name", LECTURE_SCHEDULERS)
def test_reset_gives_back_the_first_steps(name: str) -> None:
    rule = lecture_scheduler(name, rows=(4, 2), summed=True, **NUMBERS)
    gradients = np.random.default_rng(0).standard_normal((7, 3))
    first = [rule.update_change(g).copy() for g in gradients]
    rule.reset()
    again = [rule.update_change(g).copy() for g in gradients]
    np.testing.assert_array_equal(first, again)


def test_experiments_of_both_rules_differ_only_where_something_is_forgotten() -> None:
    gate = Experiment.default("XOR").replace(epochs=30)
    for name, differs in (("Constant", False), ("Adam", True), ("RMS_prop", True)):
        costs = []
        for rule in ("textbook", "lecture"):
            training = gate.replace(scheduler=name, rule=rule).training()
            training.advance()
            costs.append(training.history["train_errors"])
        assert bool(np.any(costs[0] != costs[1])) is differs, name


def test_a_stack_under_the_lecture_rule_equals_its_runs_alone() -> None:
    gate = Experiment.default("XOR").replace(epochs=50, rule="lecture")
    stack = gate.stack(eta=[0.01, 0.1, 1.0])
    stack.advance()
    for run, eta in enumerate((0.01, 0.1, 1.0)):
        alone = gate.replace(eta=eta).training()
        alone.advance()
        np.testing.assert_allclose(
            stack.history["train_errors"][run], alone.history["train_errors"], rtol=1e-9
        )


def test_the_difference_is_put_in_words() -> None:
    assert "nothing to forget" in rule_difference("Momentum", summed=False, batches=1)
    assert "number of epochs" in rule_difference("Adam", summed=False, batches=1)
    assert "grow with the batch" in rule_difference("Constant", summed=True, batches=9)
    assert "divides out" in rule_difference("RMS_prop", summed=True, batches=9)
    assert "single step" not in rule_difference("Adagrad", summed=False, batches=9)


def test_unknown_scheduler_is_refused_and_rows_are_counted() -> None:
    with pytest.raises(ValueError, match=r"scheduler must be one of .*; got 'SGD'"):
        lecture_scheduler("SGD", rows=(1,), summed=False, **NUMBERS)
    assert batch_rows(10, 100) == (10,)
    assert sum(batch_rows(1438, 32)) == 1438
