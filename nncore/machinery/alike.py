"""Stacks whose runs are last in memory and yet each the run alone, to the last bit: tried, then used."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nncore.machinery.buffers import Engine, Pass
from nncore.machinery.kernels import KERNELS, Activation
from nncore.machinery.output import Cost, OutputLayer
from nncore.machinery.products import Chains, orders

LEAST_RUNS = 200
"""Runs from which on this is faster than one product for each run."""
MOST_HIDDEN = 8
"""Neurons up to which it is: their terms are added one by one."""
SAMPLES = 4
"""Rows, those of a truth table, for which the order of the sums over samples is known."""
TRIED = 67
"""Networks that an order is tried with."""


def keep_each_alone(engine: Engine, n_samples: set[int]) -> None:
    """Have every run of a stack be the one that it is alone, to the last bit.

    Sums in another order have other last digits, and where training is chaotic these grow into another curve.
    Runs stay last in memory only where a trial shows that forward and backward pass add in the same order.

    Parameters
    ----------
    engine : Engine
        Of the stack, before it trains.
    n_samples : set of int
        Rows of each set that it passes through the network, and of its batches.
    """
    if not engine.runs_last:
        return
    dimensions, output_layer = engine.dimensions, engine.output_layer
    fits = len(dimensions) == 3 and dimensions[1] <= MOST_HIDDEN and dimensions[2] == 1
    known = output_layer.deferrable and all(func in KERNELS for func in engine.hidden_func)
    if fits and known and n_samples == {SAMPLES} and engine.runs[0] >= LEAST_RUNS:
        last = output_layer.output_func, output_layer.cost_func
        with np.errstate(all="ignore"):  # as in `adds_alike`
            engine.chains = _order_alone(
                dimensions, engine.hidden_func, last, runs=engine.runs, dtype=engine.dtype
            )
    if engine.chains is None:
        engine.keep_runs_first()


@lru_cache(maxsize=256)
def _order_alone(
    dimensions: tuple[int, ...],
    hidden_func: tuple[Activation, ...],
    last: tuple[Activation, Cost],
    *,
    runs: tuple[int, ...],
    dtype: np.dtype,
) -> Chains | None:
    """Return the order in which one network alone adds, if it is among those that are known."""
    output_layer = OutputLayer(*last, classifies=False, chooses=False)
    alone = Engine(dimensions, hidden_func, output_layer, runs=(), dtype=dtype)
    stack = Engine(dimensions, hidden_func, output_layer, runs=runs, dtype=dtype)
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(SAMPLES, dimensions[0])), rng.integers(0, 2, (SAMPLES, 1))
    thetas = rng.normal(size=(TRIED, alone.n_parameters)).astype(dtype)
    again = np.arange(*runs) % TRIED
    stack.theta[...] = thetas[again]
    one = Pass(alone, SAMPLES, trains=True)
    one.load(X, t)
    logits, gradients = [], []
    for theta in thetas:
        alone.theta[...] = theta
        logits.append(one.forward().copy())
        one.backward()
        gradients.append(alone.gradient.copy())
    for chains in orders(dimensions[1] + 1):
        stack.chains = chains
        through = Pass(stack, SAMPLES, trains=True)
        through.load(X, t)
        same = np.array_equal(through.forward(), np.array(logits)[again])
        through.backward()
        if same and np.array_equal(stack.gradient, np.array(gradients)[again]):
            return chains
    return None
