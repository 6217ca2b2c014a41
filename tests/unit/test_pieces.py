"""Long work in pieces: the same numbers, to the last bit however often it is interrupted, and many pauses."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.experiment import Experiment
from nncore.machinery import pieces
from nncore.study.curvature import Curvature

WIDE = Experiment.default("spiral").replace(
    samples=3001, hidden=(200, 256, 230), hidden_func=("tanh",), batch_size=0, epochs=2, eta=1e-3
)


@pytest.fixture
def whole(monkeypatch):
    """Leaves everything whole from here on."""

    def leave() -> None:
        for name in ("WHOLE_PRODUCTS", "WHOLE_NUMBERS", "TRACED_NUMBERS"):
            monkeypatch.setattr(pieces, name, 2**60)

    return leave


@given(length=st.integers(0, 2000), step=st.integers(1, 500))
def test_pieces_follow_each_other_and_none_is_small(length, step):
    parts = pieces.cuts(length, step)
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]
    assert parts[-1].stop == length
    if length >= pieces.LEAST:
        assert min(part.stop - part.start for part in parts) >= pieces.LEAST


SHAPES = (256, 257, 5000), (256, 5000, 257), (10, 3001, 3000)


@pytest.mark.parametrize("shape", [*SHAPES, pytest.param((3, 9_000_001, 3), marks=pytest.mark.long)])
def test_a_product_in_pieces_is_the_same_product(shape):
    rows, inner, columns = shape
    rng = np.random.default_rng(1)
    left, right = rng.standard_normal((rows, inner)), rng.standard_normal((inner, columns))
    # To rounding: with AVX-512, OpenBLAS 0.3.31 sums the last columns of a product in another order.
    bound = np.abs(left) @ np.abs(right) * 1e-13
    assert np.all(np.abs(pieces.product(left, right) - left @ right) <= bound)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_memory_of_a_large_array_is_fetched_in_pieces(dtype):
    count = [0]

    def hook() -> None:
        count[0] += 1

    with pieces.interrupted_by(hook):
        small = pieces.empty((100, 100), dtype)
        assert count == [0]
        large = pieces.empty((3, 999, 1001), dtype)
    assert (small.shape, large.shape, large.dtype) == ((100, 100), (3, 999, 1001), np.dtype(dtype))
    assert count[0] == pytest.approx(large.nbytes / pieces.FETCHED_BYTES, abs=1)


def trained(experiment: Experiment) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Weights and histories at the end."""
    training = experiment.training()
    training.advance()
    return training.network.theta.copy(), training.history


@pytest.mark.parametrize("function", ["tanh", "GELU", "custom"])
def test_a_run_in_pieces_is_the_same_run(function, whole):
    formula = {"formula": "erf(exp(-abs(z)))*tanh(z) + softplus(sin(z))"} if function == "custom" else {}
    experiment = WIDE.replace(hidden_func=(function,), **formula)
    theta, history = trained(experiment)
    pauses = [0]

    def hook() -> None:
        pauses[0] += 1

    with pieces.interrupted_by(hook):
        interrupted, of_interrupted = trained(experiment)
    assert pauses[0] > 200
    assert np.array_equal(theta, interrupted)
    assert all(np.array_equal(history[name], of_interrupted[name]) for name in history)
    whole()
    alone, of_whole = trained(experiment)
    np.testing.assert_allclose(theta, alone, rtol=1e-9, atol=1e-11)
    for name in of_whole:
        np.testing.assert_allclose(history[name], of_whole[name], rtol=1e-9)


def test_a_wide_formula_leaves_no_traces_for_the_garbage_collector():
    """A full collection takes a millisecond for every few thousand objects, and nobody works meanwhile."""
    training = WIDE.replace(hidden_func=("custom",), formula="erf(exp(-abs(z)))*tanh(z)").training()
    gc.collect()
    before = len(gc.get_objects())
    training.advance(epochs=1)
    assert len(gc.get_objects()) - before < 1000


def test_a_stack_in_pieces_is_the_same_stack(whole):
    experiment = WIDE.replace(samples=1000, hidden=(256, 256))

    def end() -> np.ndarray:
        stack = experiment.stack(seed=[0, 1, 2])
        stack.advance()
        return stack.network.theta.copy()

    cut = end()
    whole()
    np.testing.assert_allclose(cut, end(), rtol=1e-9, atol=1e-11)


def test_curvature_of_many_rows_is_the_sum_over_blocks_of_them(monkeypatch):
    experiment = WIDE.replace(samples=700, hidden=(24,))
    network, data = experiment.training().network, experiment.dataset()
    vector = np.random.default_rng(0).standard_normal(network.theta.shape)
    at_once = Curvature(network, data.X, data.t).product(network.theta, vector)
    monkeypatch.setattr("nncore.study.hessian.WHOLE_NUMBERS", 1000)
    monkeypatch.setattr("nncore.study.hessian.PIECE_NUMBERS", 1000)
    in_blocks = Curvature(network, data.X, data.t).product(network.theta, vector)
    np.testing.assert_allclose(in_blocks, at_once, rtol=1e-12, atol=1e-15)


def test_the_hook_ends_the_work_by_raising_and_is_gone_afterwards():
    calls = []

    def hook() -> None:
        calls.append(len(calls))
        if len(calls) == 3:
            raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough"), pieces.interrupted_by(hook):
        Experiment.default("XOR").training().advance()
    pieces.pause()
    assert len(calls) == 3


def test_hooks_lie_within_one_another():
    heard = []
    with pieces.interrupted_by(lambda: heard.append("outer")):
        with pieces.interrupted_by(lambda: heard.append("inner")):
            pieces.pause()
        pieces.pause()
    assert heard == ["inner", "outer"]
