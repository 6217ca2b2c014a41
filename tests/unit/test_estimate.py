"""The estimate of what training takes: one for the dragged control, for advice and for sweeps."""

from __future__ import annotations

import math

import pytest

from nncore.estimate import estimate
from nncore.experiment import Experiment
from ui.live.tempo import DRAG_SECONDS
from ui.sweep.budget import STACK_SECONDS, stack_runs

SINE = Experiment.default("sine")


@pytest.mark.parametrize("name", ["XOR", "sine", "spiral", "bump"])
def test_the_usual_small_problems_follow_a_dragged_learning_rate(name: str) -> None:
    experiment = Experiment.default(name)
    assert estimate(experiment, experiment.dataset()).seconds() <= DRAG_SECONDS


@pytest.mark.parametrize("name", ["digits", "checkerboard"])
def test_large_ones_do_not(name: str) -> None:
    experiment = Experiment.default(name)
    assert estimate(experiment, experiment.dataset()).seconds() > DRAG_SECONDS


def test_epochs_count_in_full_and_runs_side_by_side_share_their_steps() -> None:
    taken = estimate(SINE, SINE.dataset())
    twice = estimate(SINE.replace(epochs=2 * SINE.epochs), SINE.dataset())
    assert math.isclose(twice.seconds(), 2 * taken.seconds())
    assert taken.seconds() < taken.seconds(10) < 10 * taken.seconds()


def test_a_batch_of_half_the_rows_is_two_steps_an_epoch() -> None:
    data = SINE.dataset()
    halves = estimate(SINE.replace(batch_size=len(data.X) // 2), data)
    whole = estimate(SINE, data)
    assert math.isclose(halves.shared, 2 * whole.shared)
    assert halves.each == whole.each


def test_a_stack_holds_as_many_runs_as_its_time_allows() -> None:
    experiment = Experiment.default("moons")
    data = experiment.dataset()
    runs, taken = stack_runs(experiment, data), estimate(experiment, data)
    assert taken.seconds(runs) <= STACK_SECONDS < taken.seconds(runs + 1)
