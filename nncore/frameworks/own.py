"""nncore's own run of a recipe, in the same form as those of the other libraries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.experiment.fields import CUSTOM
from nncore.experiment.formula import compile_formula
from nncore.ffnn import FFNN
from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import FrameworkRun, Progress
from nncore.schedulers import make_scheduler
from nncore.schedules import SCHEDULES
from nncore.training import Training

NNCORE = "nncore"
_SLICE_SECONDS = 0.05  # between two looks at whether to stop


def train_own(
    recipe: Recipe,
    *,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> FrameworkRun:
    """Train a recipe with nncore itself.

    Parameters
    ----------
    recipe : Recipe
        What to train.
    progress, should_stop : callable, optional
        As for the other libraries, but called every twentieth of a second rather than every epoch.

    Returns
    -------
    FrameworkRun
        Its milliseconds an epoch include taking cost and accuracy.
    """
    run = FrameworkRun(NNCORE, first_step=_first_step(recipe))
    training = own_training(recipe)
    run.start_cost = float(training.start_cost)
    seconds = 0.0
    while not training.finished:
        start = time.perf_counter()
        training.advance(seconds=_SLICE_SECONDS)
        seconds += time.perf_counter() - start
        for name, values in training.history.items():
            setattr(run, name, values.tolist())
        if run.epochs:
            run.ms_per_epoch = 1e3 * seconds / run.epochs
        if progress is not None:
            progress(run)
        if should_stop is not None and should_stop():
            run.stopped = not training.finished
            break
    run.weights = _weights(training)
    return run


def own_training(recipe: Recipe) -> Training:
    """Return nncore's Training of a recipe, at its start."""
    r = recipe
    funcs = [compile_formula(r.formula) if name == CUSTOM else ACTIVATIONS[name] for name in r.hidden]
    network = FFNN(r.dimensions, funcs, ACTIVATIONS[r.output], COSTS[r.cost], seed=0)
    for mine, start in zip(network.weights, r.start, strict=True):
        mine[...] = start
    return Training(
        network,
        make_scheduler(r.scheduler, eta=r.eta, momentum=r.momentum, rho=r.rho, rho2=r.rho2),
        r.X,
        r.t,
        batch_size=r.batch_size or None,
        epochs=r.epochs,
        lam=r.lam,
        lam1=r.lam1,
        X_val=r.X_val,
        t_val=r.t_val,
        order_seed=r.order_seed,
        schedule=None if r.schedule == "constant" else SCHEDULES[r.schedule],
    )


def _first_step(recipe: Recipe) -> list[Array]:
    """The weights after the first mini-batch, which is the whole training set of a run of its own."""
    rows = next(recipe.batches())[0]
    rate = recipe.rate(0)
    single = replace(
        recipe, X=recipe.X[rows], t=recipe.t[rows], batch_size=0, epochs=1, schedule="constant", eta=rate
    )
    training = own_training(single)
    training.advance()
    return _weights(training)


def _weights(training: Training) -> list[Array]:
    return [w.copy() for w in training.network.weights]
