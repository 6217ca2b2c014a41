"""The lecture's published code: how it is called, cut into slices, stacked, and what it refuses."""

from __future__ import annotations

import itertools
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, grad

import nncore
from nncore import published
from nncore.published import PublishedRun
from nncore.published_rules import curve_of, price_of

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])
NUMBERS = {"eta": 0.1, "momentum": 0.9, "rho": 0.9, "rho2": 0.999}


def start(*dims: int, runs: tuple[int, ...] = ()) -> list[np.ndarray]:
    rng = np.random.default_rng(4)
    return [rng.normal(size=(*runs, a + 1, b)) for a, b in itertools.pairwise(dims)]


def setting(**changes: Any) -> dict[str, Any]:
    plain = {
        "weights": start(2, 4, 1), "X": X, "t": T, "hidden_func": "tanh", "output_func": "sigmoid",
        "cost_func": "CostLogReg", "scheduler": "Adam", "numbers": NUMBERS, "batches": 1, "epochs": 30,
        "lam": 0.0,
    }  # fmt: skip
    return {**plain, **changes}


def same(one: Any, other: Any) -> None:
    for mine, theirs in zip(one[0], other[0], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for name in one[1]:
        np.testing.assert_array_equal(one[1][name], other[1][name])


def test_functions_and_schedulers_may_be_given_by_name_or_themselves() -> None:
    named = published.fit(**setting())
    given = setting(
        hidden_func=nncore.tanh, output_func=nncore.sigmoid, cost_func=nncore.CostLogReg,
        scheduler=nncore.Adam, t=T[:, 0], weights=tuple(start(2, 4, 1)), X=X.tolist(),
    )  # fmt: skip
    same(named, published.fit(**given))
    same(named, published.fit(**setting(hidden_func=["tanh"])))


def test_the_lecture_s_own_cells_are_differentiated_and_known_by_their_names() -> None:
    def sigmoid(z: Any) -> Any:
        return 1.0 / (1.0 + anp.exp(-z))

    def RELU(z: Any) -> Any:
        return np.where(z > np.zeros(z.shape), z, np.zeros(z.shape))

    def CostLogReg(target: Any) -> Any:
        def cost(p: Any) -> Any:
            terms = target * anp.log(p + 1e-9) + (1.0 - target) * anp.log(1.0 - p + 1e-9)
            return -(1.0 / target.shape[0]) * anp.sum(terms)

        return cost

    own = setting(hidden_func=RELU, output_func=sigmoid, cost_func=CostLogReg)
    weights, scores = published.fit(**own)
    ours, expected = published.fit(**setting(hidden_func="RELU"))
    np.testing.assert_allclose(np.vstack([w.ravel()[:, None] for w in weights]),
                               np.vstack([w.ravel()[:, None] for w in ours]), rtol=1e-12)  # fmt: skip
    np.testing.assert_array_equal(scores["train_accs"], expected["train_accs"])
    softmax = setting(output_func="softmax", t=np.hstack([T, 1.0 - T]), weights=start(2, 4, 2))

    def softmax_of_mine(z: Any) -> Any:
        return anp.exp(z) / anp.sum(anp.exp(z), axis=-1, keepdims=True)

    unnamed = published.fit(**{**softmax, "output_func": softmax_of_mine})
    softmax_of_mine.__name__ = "softmax"
    renamed = published.fit(**{**softmax, "output_func": softmax_of_mine})
    exact = published.fit(**softmax)
    np.testing.assert_allclose(renamed[0][0], exact[0][0], rtol=1e-6)
    assert np.abs(unnamed[0][0] - exact[0][0]).max() > 1e-3


@pytest.mark.parametrize("name", ["identity", "sigmoid", "softmax", "RELU", "LRELU", "tanh", "GELU"])
def test_slopes_are_those_of_automatic_differentiation_overflow_included(name: str) -> None:
    curve = curve_of("hidden_func", name)
    z = np.array([[-800.0, -30.0, -1.5, 0.25, 2.0, 800.0]])
    forms = {
        "sigmoid": lambda z: 1.0 / (1.0 + anp.exp(-z)), "tanh": anp.tanh, "RELU": nncore.RELU,
        "LRELU": nncore.LRELU,
    }  # fmt: skip
    with np.errstate(all="ignore"):
        expected = elementwise_grad(forms.get(name, curve.value))(z)
        np.testing.assert_array_equal(curve.slope(z), expected)
    assert name != "sigmoid" or np.isnan(expected[0, 0])


@pytest.mark.parametrize("name", ["CostOLS", "CostLogReg", "CostCrossEntropy"])
def test_cost_slopes_are_the_derivatives_of_the_guarded_costs(name: str) -> None:
    rng = np.random.default_rng(2)
    target, prediction = np.eye(3)[[0, 2, 1, 1]], rng.uniform(0.05, 0.9, (4, 3))
    price = price_of(name)
    step = 1e-6
    for i, j in np.ndindex(4, 3):
        up, down = prediction.copy(), prediction.copy()
        up[i, j] += step
        down[i, j] -= step
        slope = (price.value(target, up) - price.value(target, down)) / (2 * step)
        assert price.slope(target, prediction)[i, j] == pytest.approx(slope, rel=1e-6, abs=1e-9)
    if name == "CostOLS":
        auto = grad(lambda p: anp.sum((target - p) ** 2) / 4.0)(prediction)
        np.testing.assert_allclose(price.slope(target, prediction), auto, rtol=1e-14)


def test_what_was_given_is_not_modified() -> None:
    weights, rows, targets = start(2, 4, 1), X.copy(), T.copy()
    for array in (*weights, rows, targets):
        array.flags.writeable = False
    end, _ = published.fit(**setting(weights=weights, X=rows, t=targets))
    assert not np.array_equal(end[0], weights[0])


@pytest.mark.parametrize("scheduler", nncore.SCHEDULERS)
def test_slices_change_nothing_and_end_after_a_piece(scheduler: str) -> None:
    given = setting(scheduler=scheduler, batches=3)
    whole = PublishedRun(**given)
    whole.advance()
    cut = PublishedRun(**given)
    epochs: list[int] = []
    cut.on_epoch = epochs.append
    slices = 0
    while not cut.finished:
        cut.advance(seconds=0.0)
        slices += 1
    # A look at two layers; three batches of two layers forward and three pieces back, a report, and the end.
    assert slices == 2 + 30 * (3 * 5 + 2 + 1)
    assert epochs == list(range(31))
    assert cut.progress == 30.0
    same((cut.weights, {"errors": cut.train_errors}), (whole.weights, {"errors": whole.train_errors}))


def test_many_rows_are_cut_into_pieces_which_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    rows = setting(X=rng.normal(size=(300, 2)), t=rng.integers(0, 2, (300, 1)), epochs=5)
    whole = published.fit(**rows)
    monkeypatch.setattr(published, "PIECE_WORK", 1)
    run = PublishedRun(**rows)
    run.advance(seconds=0.0)
    assert run.epoch == 0
    cut = published.fit(**rows)
    for mine, theirs in zip(cut[0], whole[0], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9)
    np.testing.assert_array_equal(cut[1]["train_errors"], whole[1]["train_errors"])


@pytest.mark.parametrize("scheduler", nncore.SCHEDULERS)
def test_a_stack_is_its_runs(scheduler: str) -> None:
    rates = np.array([0.01, 0.1, 1.0])
    weights = start(2, 4, 1, runs=(3,))
    stack = PublishedRun(**setting(weights=weights, scheduler=scheduler, numbers={**NUMBERS, "eta": rates}))
    stack.advance()
    for i, eta in enumerate(rates):
        alone = setting(weights=[w[i] for w in weights], scheduler=scheduler, numbers={**NUMBERS, "eta": eta})
        end, scores = published.fit(**alone)
        np.testing.assert_allclose(stack.weights[0][i], end[0], rtol=1e-9)
        np.testing.assert_allclose(stack.train_errors[i], scores["train_errors"], rtol=1e-9)
        np.testing.assert_allclose(stack.outputs(X)[i], PublishedRun(**{**alone, "weights": end}).outputs(X),
                                   rtol=1e-9)  # fmt: skip


def test_without_its_two_habits_of_the_way_back_a_plain_step_is_the_textbook_s() -> None:
    network = nncore.FFNN((2, 4, 1), nncore.tanh, nncore.identity, nncore.CostOLS, seed=3)
    run = PublishedRun(**setting(
        weights=network.weights, scheduler="Constant", output_func="identity", cost_func="CostOLS",
        bias_input=1.0, together=True, lam=0.01,
    ))  # fmt: skip
    run.advance()
    network.fit(X, T, nncore.Constant(0.1), epochs=30, lam=0.01, progress=False)
    for mine, theirs in zip(run.weights, network.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-10)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("cost", "output"), [("CostLogReg", "sigmoid"), ("CostOLS", "identity")])
def test_overflow_is_a_result(cost: str, output: str) -> None:
    given = setting(
        cost_func=cost, output_func=output, hidden_func="RELU", scheduler="Constant",
        numbers={"eta": 1e200}, X=100.0 * X + 1.0,
    )  # fmt: skip
    weights, scores = published.fit(**given)
    assert not all(np.isfinite(layer).all() for layer in weights)
    if cost == "CostOLS":
        assert not np.isfinite(scores["train_errors"][-1])
    assert len(scores["train_errors"]) == 30


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scheduler": "SGD"}, "scheduler must be one of Constant, Momentum, .*; got 'SGD'"),
        ({"scheduler": nncore.Adam(0.1, 0.9, 0.999)}, "by name or as the class; got"),
        ({"numbers": {"eta": 0.1}}, "numbers must be a mapping with eta, rho, rho2 for Adam; got"),
        ({"numbers": 0.1}, "numbers must be a mapping"),
        ({"numbers": {**NUMBERS, "eta": -1.0}}, "eta must be a finite number above 0"),
        ({"numbers": {**NUMBERS, "eta": [0.1, 0.2]}}, "eta must be one number; got 2 values"),
        ({"lam": -1.0}, "lam must be a finite number at least 0"),
        ({"batches": 5}, "batches must be at most the number of samples, 4; got 5"),
        ({"epochs": 1.5}, "epochs must be a whole number of at least 0; got 1.5"),
        ({"hidden_func": "sin"}, "hidden_func must be one of identity, .* a function of your own; got 'sin'"),
        ({"hidden_func": ["tanh", "tanh"]}, "one for each of the 1 hidden layers; got 2"),
        ({"output_func": 3}, "output_func must be one of identity"),
        ({"cost_func": "MSE"}, "cost_func must be one of CostOLS, CostLogReg, CostCrossEntropy.*got 'MSE'"),
        ({"weights": []}, "weights must be a list of one array a layer; got list"),
        ({"weights": np.zeros((3, 1))}, "weights must be a list of one array a layer; got ndarray"),
        ({"weights": start(2, 4, 1)[::-1]}, r"weights must have shapes .*; got \(5, 1\), \(3, 4\)"),
        ({"weights": [np.full((3, 1), np.nan)]}, "weights must be finite everywhere"),
        ({"weights": [["a"]]}, r"weights\[0\] must be made of real numbers"),
        ({"weights": start(2, 4, 1, runs=(2,))}, "weights must be those of one run, .*; got 2 runs"),
        ({"X": X[:, :1]}, r"X must have shape \(n_samples, 2\)"),
        ({"X": np.full_like(X, np.inf)}, "X must be finite everywhere"),
        ({"t": T[:3]}, "t must have one row per sample, 4; got 3"),
        ({"t": np.hstack([T, T])}, r"t must have shape \(n_samples, 1\)"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        published.fit(**setting(**changes))
