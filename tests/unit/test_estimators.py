"""The scikit-learn estimators: scikit-learn's own checks in full, and what they are for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import check_estimator

from nncore import ACTIVATIONS, SCHEDULERS
from nncore.estimators import FFNNClassifier, FFNNRegressor

GATE = (np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array(["no", "yes", "yes", "no"]))

# Runs only where SCIPY_ARRAY_API is set before SciPy is imported; it concerns arrays of other libraries.
OPT_IN = {"check_array_api_input"}


@pytest.mark.slow
@pytest.mark.parametrize("estimator", [FFNNClassifier(), FFNNRegressor()], ids=["classifier", "regressor"])
def test_scikit_learns_own_checks_pass_in_full(estimator: FFNNClassifier | FFNNRegressor) -> None:
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    failed = {r["check_name"]: r["exception"] for r in results if r["status"] == "failed"}
    left_out = {r["check_name"] for r in results if r["status"] not in ("passed", "failed")}
    assert failed == {}
    assert left_out <= OPT_IN
    assert len(results) > 40


def test_two_classes_and_many() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    model = make_pipeline(MinMaxScaler(), FFNNClassifier(hidden=(), epochs=60, random_state=0))
    assert cross_val_score(model, X, y, cv=3).mean() > 0.94
    X, y = load_digits(return_X_y=True)
    model = FFNNClassifier(hidden=(30,), epochs=10, random_state=0).fit(X[:1200] / 16, y[:1200])
    assert model.score(X[1200:] / 16, y[1200:]) > 0.88
    probabilities = model.predict_proba(X[1200:] / 16)
    assert probabilities.shape == (597, 10)
    assert np.allclose(probabilities.sum(axis=1), 1)


def test_a_grid_search_finds_the_learning_rate_that_learns() -> None:
    X, y = load_digits(return_X_y=True)
    search = GridSearchCV(FFNNClassifier(hidden=(16,), epochs=5, random_state=0), {"eta": [1e-6, 1e-2]}, cv=2)
    search.fit(X[:400] / 16, y[:400])
    assert search.best_params_ == {"eta": 1e-2}


@pytest.mark.parametrize("name", sorted(SCHEDULERS))
def test_every_scheduler_can_be_named(name: str) -> None:
    X, y = GATE
    model = FFNNClassifier(hidden=(8,), hidden_func="tanh", scheduler=name, random_state=1).fit(X, y)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert model.n_epochs_ == len(model.loss_curve_) == 100


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"softmax"}))
def test_every_activation_can_be_named(name: str) -> None:
    X = np.linspace(-1, 1, 30)[:, None]
    model = FFNNRegressor(hidden=(8, 8), hidden_func=[name, "tanh"], random_state=0, epochs=30)
    assert np.isfinite(model.fit(X, X[:, 0] ** 2).predict(X)).all()


def test_outputs_keep_the_shape_of_the_targets() -> None:
    X = np.linspace(-1, 1, 30)[:, None]
    assert FFNNRegressor(epochs=2).fit(X, X[:, 0]).predict(X).shape == (30,)
    assert FFNNRegressor(epochs=2).fit(X, np.hstack([X, X])).predict(X).shape == (30, 2)


def test_equal_random_states_give_equal_bits_and_others_do_not() -> None:
    X, y = GATE
    runs = [FFNNClassifier(random_state=state).fit(X, y).predict_proba(X) for state in (0, 0, 1)]
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_a_blow_up_is_said_in_a_sentence() -> None:
    X = np.linspace(-100, 100, 30)[:, None]
    model = FFNNRegressor(hidden=(), scheduler="Constant", eta=100.0, batch_size=None, epochs=200)
    with pytest.raises(
        ValueError, match=r"eta must be small enough .* got 100\.0, .* overflowed in epoch \d+"
    ):
        model.fit(X, X[:, 0])


def test_one_hidden_layer_may_be_a_bare_number() -> None:
    X, y = GATE
    bare, listed = (FFNNClassifier(hidden=hidden, epochs=5, random_state=0) for hidden in (6, (6,)))
    assert bare.fit(X, y).network_.dimensions == (2, 6, 1)
    assert np.array_equal(bare.predict_proba(X), listed.fit(X, y).predict_proba(X))


def test_impossible_parameters_are_named() -> None:
    X, y = GATE
    with pytest.raises(ValueError, match="hidden_func"):
        FFNNClassifier(hidden_func="rely").fit(X, y)
    with pytest.raises(ValueError, match="eta"):
        FFNNClassifier(eta=-1.0).fit(X, y)
    with pytest.raises(ValueError, match="every width in hidden must be a whole number of at least 1; got 0"):
        FFNNClassifier(hidden=(4, 0)).fit(X, y)
    with pytest.raises(ValueError, match=r"hidden must be a whole number of at least 1; got 4\.5"):
        FFNNClassifier(hidden=4.5).fit(X, y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"hidden_func must be one of identity, .*; got None"):
        FFNNClassifier(hidden_func=None).fit(X, y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="batch_size must be a whole number of at least 1; got 'auto'"):
        FFNNClassifier(batch_size="auto").fit(X, y)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="epochs must be a whole number of at least 1; got 0"):
        FFNNClassifier(epochs=0).fit(X, y)
    with pytest.raises(ValueError, match="at least two classes; got one class"):
        FFNNClassifier().fit(X, ["a"] * 4)
