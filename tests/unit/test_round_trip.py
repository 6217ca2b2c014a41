"""Whatever network can be made can be saved, and is the same when it is read back."""

from __future__ import annotations

import io
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore import (
    ACTIVATIONS,
    FFNN,
    INITIALISATIONS,
    CostCrossEntropy,
    CostOLS,
    compile_formula,
    identity,
    load,
    save,
    sigmoid,
    softmax,
)
from nncore import CostLogReg as BUILT_IN


def wave(z: Any) -> Any:
    return anp.sin(z)


def flat(z: Any) -> Any:
    return np.ones(np.shape(z))


def CostLogReg(target: Any) -> Any:
    """A cost of one's own with a name that is taken, as in the lecture's cells."""
    return lambda p: anp.mean(-target * anp.log(p + 1e-9) - (1 - target) * anp.log(1 - p + 1e-9))


OWN = {"wave": wave, "flat": flat, "CostLogReg": CostLogReg, "sigmoid": lambda z: 1.0 / (1.0 + anp.exp(-z))}
HIDDEN = [*ACTIVATIONS.values(), compile_formula("z*sigmoid(z)"), wave, flat]
ENDS = [
    (identity, CostOLS),
    (softmax, CostCrossEntropy),
    (sigmoid, BUILT_IN),
    (sigmoid, CostLogReg),
    (OWN["sigmoid"], CostLogReg),
    (wave, CostOLS),
]
SEEDS = st.integers(0, 2**200)


@st.composite
def any_network(draw: st.DrawFn) -> FFNN:
    """Return whatever FFNN accepts: shapes, functions, seeds of any size and kind."""
    output, cost = draw(st.sampled_from(ENDS))
    dims = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    dims.append(draw(st.integers(2 if output is softmax else 1, 3)))
    seed = draw(
        st.one_of(
            st.none(),
            SEEDS,
            st.lists(SEEDS, min_size=1, max_size=3),
            st.lists(SEEDS, min_size=1, max_size=3).map(tuple),
            st.just(range(2)),
            st.just(np.array([2**63 + 1, 1], dtype=np.uint64)),
            st.just([2**63, 1]),
            st.just(np.int64(5)),
        )
    )
    return FFNN(
        dims,
        [draw(st.sampled_from(HIDDEN)) for _ in dims[1:-1]],
        output,
        cost,
        seed=seed,
        init=draw(st.sampled_from([None, *INITIALISATIONS])),
        dtype=draw(st.sampled_from([np.float32, np.float64])),
    )


@settings(max_examples=150, deadline=None)
@given(any_network())
def test_whatever_can_be_made_can_be_saved_and_loaded(network: FFNN) -> None:
    file = io.BytesIO()
    save(file, network, functions=OWN)
    file.seek(0)
    again = load(file, functions=OWN)
    np.testing.assert_array_equal(again.theta, network.theta)
    assert again.seeds == network.seeds
    assert again.runs == network.runs
    assert (again.dtype, again.init, again.dimensions) == (network.dtype, network.init, network.dimensions)
    assert again.classification == network.classification
    assert (again.output_func, again.cost_func) == (network.output_func, network.cost_func)
    X = np.random.default_rng(0).normal(size=(5, network.dimensions[0]))
    np.testing.assert_array_equal(again.predict_proba(X), network.predict_proba(X))
    if network.seed is not None:
        for one in (again, network):
            one.reset_weights()
        np.testing.assert_array_equal(again.theta, network.theta)


def test_a_hundred_layers_are_no_limit_and_more_than_load_reads_is_not_saved() -> None:
    file = io.BytesIO()
    save(file, FFNN([1] * 130, seed=0))
    file.seek(0)
    assert load(file).dimensions == (1,) * 130
    with pytest.raises(ValueError, match=r"file must hold at most .* and 1000 layers; got .* and 1001"):
        save(io.BytesIO(), FFNN([1] * 1002, seed=0))


def test_a_lost_network_is_saved_as_it_is() -> None:
    file, network = io.BytesIO(), FFNN((2, 2), seed=0, dtype=np.float32)
    network.theta[...] = np.inf
    save(file, network)
    file.seek(0)
    assert np.isinf(load(file).theta).all()
