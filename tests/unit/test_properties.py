"""Whatever network, data and settings are drawn: no exception, no warning, histories of the right shape."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore import ACTIVATIONS, COSTS, FFNN, INITIALISATIONS, OUTCOMES, SCHEDULERS, Training, make_scheduler
from tests.gradient_check import allowed_pair
from tests.unit.gates import assert_same

SHARES = st.floats(0.0, 0.999)


@st.composite
def networks(draw):
    """Return the arguments of a small network; softmax only over two outputs or more."""
    dims = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    outputs = [name for name in ACTIVATIONS if name != "softmax" or dims[-1] > 1]
    output = ACTIVATIONS[draw(st.sampled_from(outputs))]
    cost = COSTS[draw(st.sampled_from(sorted(COSTS)))]
    return {
        "dimensions": dims,
        "hidden_func": [ACTIVATIONS[draw(st.sampled_from(sorted(ACTIVATIONS)))] for _ in dims[1:-1]],
        "output_func": allowed_pair(output, cost, dims[-1]),
        "cost_func": cost,
        "seed": draw(st.one_of(st.integers(0, 99), st.lists(st.integers(0, 99), min_size=1, max_size=3))),
        "init": draw(st.sampled_from([None, *INITIALISATIONS])),
        "dtype": draw(st.sampled_from([np.float32, np.float64])),
    }


@st.composite
def trainings(draw):
    """Return a function that makes the same training every time it is called."""
    shape = draw(networks())
    n_samples, scale = draw(st.integers(1, 12)), 10.0 ** draw(st.integers(-4, 4))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    X = scale * rng.normal(size=(n_samples, shape["dimensions"][0]))
    t = np.eye(shape["dimensions"][-1])[rng.integers(0, shape["dimensions"][-1], n_samples)]
    name = draw(st.sampled_from(sorted(SCHEDULERS)))
    numbers = {
        "eta": 10.0 ** draw(st.floats(-6, 3)),
        "momentum": draw(SHARES),
        "rho": draw(SHARES),
        "rho2": draw(SHARES),
    }
    chosen = {
        "epochs": draw(st.integers(0, 6)),
        "batch_size": draw(st.one_of(st.none(), st.integers(1, 14))),
        "lam": draw(st.floats(0, 1)),
        "lam1": draw(st.floats(0, 1)),
        "order_seed": draw(st.integers(0, 9)),
        "metrics_every": draw(st.integers(1, 3)),
        **({"X_val": X[:1], "t_val": t[:1]} if draw(st.booleans()) else {}),
    }
    return lambda: Training(FFNN(**shape), make_scheduler(name, **numbers), X, t, **chosen)


@settings(max_examples=60)
@given(trainings())
def test_any_training_runs_to_an_outcome(make):
    training = make()
    training.advance()
    runs = training.network.runs
    assert training.finished
    outcomes = np.atleast_1d(training.outcome)
    assert set(outcomes) <= set(OUTCOMES)
    for name, values in training.history.items():
        assert values.shape == (*runs, training.epoch)
        if name.endswith("accs"):
            taken = values[np.isfinite(values)]
            assert ((taken >= 0) & (taken <= 1)).all()
    kept = (
        training.history["train_errors"][training.outcome != "overflow"]
        if runs
        else training.history["train_errors"]
    )
    if runs or training.outcome != "overflow":
        assert training.epoch == 0 or not len(kept) or np.isfinite(kept[..., -1]).all()
    outputs = training.network.predict_proba(training.data.X)
    assert outputs.shape == (*runs, len(training.data.X), training.network.dimensions[-1])


@settings(max_examples=30)
@given(trainings(), st.lists(st.integers(1, 3), max_size=4))
def test_any_training_is_the_same_however_it_is_cut(make, steps):
    once, cut = make(), make()
    once.advance()
    for step in steps:
        cut.advance(epochs=step)
    while not cut.finished:
        cut.advance(seconds=0)
    assert_same(once.history, cut.history)
    np.testing.assert_array_equal(once.network.theta, cut.network.theta)


@settings(max_examples=30)
@given(networks(), st.integers(0, 99))
def test_any_stack_starts_and_answers_as_its_runs(shape, seed):
    seeds = [seed, seed + 1]
    X = np.random.default_rng(seed).normal(size=(3, shape["dimensions"][0]))
    together = FFNN(**{**shape, "seed": seeds})
    for k, one in enumerate(seeds):
        alone = FFNN(**{**shape, "seed": one})
        np.testing.assert_array_equal(together.theta[k], alone.theta)
        np.testing.assert_allclose(together.predict_proba(X)[k], alone.predict_proba(X), rtol=1e-4, atol=1e-6)
        assert together.predict(X)[k].shape == alone.predict(X).shape
