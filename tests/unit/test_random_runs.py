"""Property tests: whatever an experiment says, it trains without an exception, and its record is a record."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.advice_stages import stages
from nncore.diagnosis import diagnose
from nncore.experiment import STACK_AXES, Experiment, checked_axes
from nncore.experiment.fields import FIELDS
from nncore.outcome import OUTCOMES
from tests.unit.experiments import experiments, values


def check_record(experiment: Experiment, history: dict[str, np.ndarray], runs: tuple[int, ...]) -> None:
    data = experiment.dataset()
    cost, _ = experiment.resolved()
    wanted = {"train_errors"} | ({"val_errors"} if data.X_val is not None else set())
    if cost != "CostOLS":
        wanted |= {name.replace("errors", "accs") for name in wanted}
    assert set(history) == wanted
    lengths = {values.shape for values in history.values()}
    assert len(lengths) == 1
    shape = lengths.pop()
    assert shape[:-1] == runs
    assert shape[-1] <= experiment.total_epochs
    for name, values_ in history.items():
        known = values_[np.isfinite(values_)]
        assert (known >= 0).all()
        if name.endswith("accs"):
            assert (known <= 1).all()


@given(experiments(small=True))
@settings(max_examples=40, deadline=None)
def test_any_experiment_trains_and_keeps_a_record(experiment):
    training = experiment.training()
    training.advance()
    assert training.finished
    assert training.outcome in OUTCOMES
    assert training.network.dimensions == experiment.dimensions()
    check_record(experiment, training.history, ())
    if training.outcome != "overflow":
        assert training.epoch == experiment.total_epochs
        assert np.isfinite(training.history["train_errors"]).all()


@given(experiments(small=True), st.data())
@settings(max_examples=20, deadline=None)
def test_any_stack_trains_and_keeps_a_record(experiment, data):
    runs = data.draw(st.integers(1, 3))
    names = data.draw(st.lists(st.sampled_from(STACK_AXES), min_size=1, unique=True))
    axes = {
        name: data.draw(st.lists(values(FIELDS[name]), min_size=runs, max_size=runs), label=name)
        for name in names
    }
    stack = experiment.stack(**axes)
    stack.advance()
    assert stack.outcome.shape == (runs,)
    assert set(stack.outcome) <= set(OUTCOMES)
    check_record(experiment, stack.history, (runs,))


@given(experiments(small=True))
@settings(max_examples=20, deadline=None)
def test_the_same_experiment_gives_the_same_bits(experiment):
    first, second = experiment.training(), experiment.training()
    first.advance()
    while not second.finished:
        second.advance(epochs=1)
    assert np.array_equal(first.network.theta, second.network.theta, equal_nan=True)
    for name, values_ in first.history.items():
        assert np.array_equal(values_, second.history[name], equal_nan=True)


@given(experiments(small=True), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_another_start_leaves_the_data_alone(experiment, seed):
    other = experiment.replace(seed=seed)
    assert experiment.dataset() is other.dataset()


def test_a_stack_over_seeds_is_its_runs_alone():
    experiment = Experiment.default("circle").replace(epochs=5)
    stack = experiment.stack(seed=[3, 4], eta=[0.01, 0.1])
    stack.advance()
    for run, (seed, eta) in enumerate(((3, 0.01), (4, 0.1))):
        alone = experiment.replace(seed=seed, eta=eta).training()
        alone.advance()
        for name, curve in alone.history.items():
            np.testing.assert_allclose(stack.history[name][run], curve, rtol=1e-9)
        assert stack.outcome[run] == alone.outcome


def test_the_lectures_rule_is_another_run_and_a_schedule_too():
    base = Experiment.default("circle").replace(epochs=4)
    ends = []
    for change in ({}, {"rule": "lecture"}, {"schedule": "cosine"}, {"lam": 0.1}, {"lam1": 0.1}):
        training = base.replace(**change).training()
        training.advance()
        ends.append(training.history["train_errors"][-1])
    assert len(set(ends)) == len(ends)


def test_axes_that_are_none_are_refused_in_a_sentence():
    for axes, sentence in (
        ({}, "axes must be one or more of seed, eta"),
        ({"epochs": [1]}, "axes must be out of seed, .*; got 'epochs'"),
        ({"eta": []}, "axes must have one length of at least 1"),
        ({"eta": [0.1], "seed": [1, 2]}, "axes must have one length"),
        ({"eta": [0.1, -1]}, "eta must be a number from 1e-6 to 1000; got -1"),
        ({"eta": 0.1}, "eta must be a list of values, one per run; got 0.1"),
    ):
        with pytest.raises(ValueError, match=sentence):
            checked_axes(axes)


def check_candidates(experiment: Experiment) -> None:
    training = experiment.training()
    training.advance()
    known = diagnose(experiment, training)
    for _, candidates in stages(known):
        for candidate in candidates:
            assert known.experiment.replace(**candidate.change) != known.experiment


@given(experiments(small=True))
@settings(max_examples=40, deadline=None)
def test_whatever_is_tried_after_a_run_is_an_experiment(experiment):
    check_candidates(experiment)


@pytest.mark.parametrize("data", ["AND", "moons", "waves", "wisconsin"])
@pytest.mark.parametrize("eta", [1e-5, 200.0, 700.0])
def test_a_straight_model_is_tried_in_place_of_any_layers_at_any_rate(data, eta):
    layers = {"hidden": (3, 3), "hidden_func": ("tanh", "RELU"), "epochs": 3, "eta": eta}
    check_candidates(Experiment.default(data).replace(**layers, noise=0.4, samples=40))
