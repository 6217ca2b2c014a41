"""Wide networks that move one after the other share what lasts no longer than a step; no number changes."""

from __future__ import annotations

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from nncore import FFNN, SCHEDULERS, Adam, Training, make_scheduler, tanh
from nncore.experiment import Experiment
from nncore.machinery.pieces import interrupted_by
from nncore.machinery.record import MetricRecorder
from nncore.machinery.workspace import WORKSPACE
from tests.unit.gates import assert_same

WIDE = Experiment.default("spiral").replace(samples=300, hidden=(200, 200), batch_size=64, epochs=4)
EXPERIMENTS = (
    WIDE,
    WIDE.replace(hidden_func=("GELU",), batch_size=0),
    WIDE.replace(hidden=(180, 250), scheduler="Momentum", eta=0.01, lam=1e-3, batch_size=100),
    WIDE.replace(hidden_func=("custom",), formula="z/(1+abs(z))"),
)


def sharing(experiment: Experiment) -> Training:
    training = experiment.training()
    training.share_memory()
    return training


def assert_alike(training: Training, alone: Training) -> None:
    assert_same(training.history, alone.history)
    np.testing.assert_array_equal(training.network.theta, alone.network.theta)


@pytest.fixture(scope="module")
def alone() -> list[Training]:
    """Give the same runs, each in memory of its own."""
    made = [experiment.training() for experiment in EXPERIMENTS]
    for training in made:
        training.advance()
    return made


def test_runs_that_take_turns_in_the_middle_of_epochs_are_as_each_alone(alone):
    shared = [sharing(experiment) for experiment in EXPERIMENTS]
    while not all(training.finished for training in shared):
        for training in shared:
            training.advance(seconds=0.0)
            training.accuracy("validation")
    for training, other in zip(shared, alone, strict=True):
        assert_alike(training, other)


def test_runs_that_change_threads_are_as_each_alone(alone):
    shared = [sharing(experiment) for experiment in EXPERIMENTS]
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as two:
        for epoch in range(WIDE.epochs):
            for number, training in enumerate(shared):
                (one, two)[(epoch + number) % 2].submit(training.advance, epochs=1).result()
                training.confusion("train")
    for training, other in zip(shared, alone, strict=True):
        assert_alike(training, other)


def test_a_run_that_is_held_within_a_step_keeps_what_it_had_begun(alone):
    held, other = sharing(WIDE.replace(batch_size=0, hidden_func=("GELU",))), sharing(WIDE)

    def let_another_go_on() -> None:
        thread = threading.Thread(target=other.advance, kwargs={"seconds": 0.0})
        thread.start()
        thread.join()

    with interrupted_by(let_another_go_on):
        held.advance()
    assert other.progress > 0
    assert_alike(held, alone[1])


@pytest.mark.parametrize("lam", [0.0, 1e-3])
def test_many_wide_runs_take_little_more_than_their_weights_and_what_adam_remembers(lam):
    def moved() -> Training:
        training = sharing(WIDE.replace(lam=lam))
        training.advance(epochs=1)
        return training

    tracemalloc.start()
    try:
        first = moved()
        before = tracemalloc.get_traced_memory()[0]
        others = [moved() for _ in range(4)]
        each = (tracemalloc.get_traced_memory()[0] - before) / len(others)
    finally:
        tracemalloc.stop()
    weights = first.network.theta.nbytes
    assert each < 3 * weights + 150_000


def shown(trainings: list[Training]) -> int:
    """Give the bytes of this thread's memory that is still shown, whoever was too large for it since."""
    kept = {id(memory): memory.nbytes for memory in WORKSPACE.kept()}
    for training in trainings:
        for through in training._passes.values():
            for array in through.activations:
                while array.base is not None:
                    array = array.base
                kept[id(array)] = array.nbytes
    return sum(kept.values())


def test_memory_that_has_been_too_small_for_another_run_is_let_go_of(monkeypatch):
    small, large = sharing(WIDE), sharing(WIDE.replace(batch_size=256))
    wakes: list[MetricRecorder] = []
    wake = MetricRecorder.wake
    monkeypatch.setattr(MetricRecorder, "wake", lambda recorder: wakes.append(recorder) or wake(recorder))
    for training in (small, large, small, large):
        training.advance(seconds=0.0)
    both, taken = shown([small, large]), len(wakes)
    for training in (small, large) * 5:
        training.advance(seconds=0.0)
    assert len(wakes) == taken  # it is not taken again and again
    small.rest()
    assert both < shown([large]) + 100_000


class Nosy(Adam):
    """A scheduler of the user's, in which another training moves on."""

    other: Any = None

    def update_change(self, gradient: Any) -> Any:
        if Nosy.other is not None:
            Nosy.other.advance(seconds=0.0)
        return super().update_change(gradient)


def test_what_belongs_to_the_user_shares_nothing():
    def trained(*, beside: bool) -> Training:
        X = np.random.default_rng(1).normal(size=(100, 2))
        network = FFNN((2, 200, 200, 1), tanh, seed=1)
        training = Training(network, Nosy(1e-3, 0.9, 0.999), X, X[:, :1] ** 2, epochs=2, batch_size=20)
        training.share_memory()
        Nosy.other = sharing(WIDE) if beside else None
        training.advance()
        return training

    assert_alike(trained(beside=True), trained(beside=False))


@pytest.mark.parametrize(("hidden", "seeds"), [((30, 30), 20), ((3,), 200)], ids=["runs first", "runs last"])
def test_stacks_share_it_as_well(hidden, seeds):
    def stack() -> Training:
        made = WIDE.replace(hidden=hidden, eta=0.5, batch_size=50).stack(seed=list(range(seeds)))
        made.scheduler.eta = np.geomspace(1e-3, 1e300, seeds)  # some overflow
        return made

    alone, shared, other = stack(), stack(), sharing(WIDE)
    shared.share_memory()
    while not shared.finished:
        alone.advance(epochs=1)
        shared.advance(epochs=1)
        other.advance(seconds=0.0)
        np.testing.assert_array_equal(shared.outcome, alone.outcome)
    assert {"overflow"} < set(shared.outcome)
    assert_alike(shared, alone)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_what_a_rule_does_not_remember_may_hold_anything_before_an_update(name):
    rng = np.random.default_rng(3)
    rule, other = make_scheduler(name, eta=0.01), make_scheduler(name, eta=0.01)
    for _ in range(4):
        gradient = rng.normal(size=50)
        other.settle(gradient, lambda _name: np.full(50, np.nan))
        np.testing.assert_array_equal(other.update_change(gradient), rule.update_change(gradient))


@pytest.mark.parametrize("hidden_func", ["tanh", "custom"])
def test_memory_that_makes_place_within_one_evaluation_is_not_looked_for_for_ever(
    hidden_func: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """38 runs at once on 80 rows in batches of 30, and 20 rows for validation: one buffer in four sizes."""
    experiment = Experiment.default("xor_cloud").replace(
        noise=0.2, samples=100, split=0.8, hidden=(16,), hidden_func=(hidden_func,), batch_size=30, epochs=2
    )
    seeds = range(38)
    alone = experiment.stack(seed=seeds)
    alone.advance()
    taken, take = 0, WORKSPACE.take

    def counting(key: tuple[str, int], size: int, dtype: Any) -> np.ndarray:
        nonlocal taken
        taken += 1
        assert taken < 1000, "it is never large enough"
        return take(key, size, dtype)

    monkeypatch.setattr(type(WORKSPACE), "take", lambda _self, *of: counting(*of))
    training = experiment.stack(seed=seeds)
    training.share_memory()
    training.advance()
    assert_alike(training, alone)
