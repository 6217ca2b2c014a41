"""`sweep`: one call for a grid of any size, in this process, on all its cores, or on a cluster."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from nncore import checks
from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.sweep.grid import Grid, axis_length
from nncore.sweep.live import Sweep
from nncore.sweep.memory import check_runs, free_bytes, stack_limits
from nncore.sweep.pool import TASKS_PER_WORKER, chosen_backend, train_blocks, worker_count
from nncore.sweep.result import StackResult, SweepResult, thinned_epochs

PROBE_SECONDS = 1.0
"""Work in this process before other cores are asked: most sweeps are done by then."""
WORTH_SECONDS = 4.0
"""Work left, by that time, for which starting other processes pays."""
SLICE_SECONDS = 0.1
"""How often, within this process, progress is told and a request to stop is heard."""

Progress = Callable[[int, int], None]


def sweep(
    experiment: Experiment,
    *,
    data: DataSet | None = None,
    curves: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    **axes: Any,
) -> SweepResult:
    """Train every combination of some settings around an experiment.

    The grid is cut into stacks that are trained at once. A short sweep stays in this process; a long one goes
    through joblib, to all cores of this machine, or to wherever ``joblib.parallel_config`` says, such as a
    Dask cluster. Each run equals the same experiment trained alone, to rounding.

    Parameters
    ----------
    experiment : Experiment
        Supplies every setting that is no axis.
    data : DataSet, optional
        Rows instead of the experiment's own.
    curves : int, optional
        Keep this many points of every run's cost, spread evenly over the epochs of the longest run.
    workers : int, optional
        Processes; 1 stays in this one.
    progress : callable, optional
        Called with the runs done and the runs of the whole grid, in the calling thread.
    cancel : callable, optional
        Asked now and then; once it returns true the sweep ends with what it has.
    **axes : lists of values
        Any fields of the experiment: ``eta=[0.1, 1.0]``, ``seed=range(10)``, ``hidden=[(4,), (8,)]``.

    Returns
    -------
    SweepResult
        Arrays over the axes in the order given; runs that were lost are listed and marked, never made up.

    Raises
    ------
    ValueError
        When an axis is empty or unknown, a value or an argument is not allowed, or the runs do not fit into
        memory (the sentence says how many do).

    Examples
    --------
    >>> from nncore.experiment import Experiment
    >>> found = sweep(Experiment.default("XOR"), eta=[1e-3, 1e-1], seed=range(3))
    >>> found.outcome.shape, found.share_learned().tolist()
    ((2, 3), [0.0, 1.0])
    """
    if not isinstance(experiment, Experiment):
        raise ValueError(
            f'experiment must be an Experiment, such as Experiment.default("XOR"); got {experiment!r}.'
        )
    if data is not None and not isinstance(data, DataSet):
        raise ValueError(f"data must be a DataSet: it is the rows of every run, no axis; got {data!r}.")
    if workers is not None:
        checks.whole_number("workers", workers, least=1)
    if curves is not None:
        checks.whole_number("curves", curves, least=2)
    # A grid looks at every value: one that is far too large is refused before.
    check_runs(math.prod(axis_length(name, values) for name, values in axes.items()), free=free_bytes())
    grid = Grid(experiment, axes)
    epochs = max(grid.axes.get("epochs", (experiment.epochs,)))
    kept = None if curves is None else thinned_epochs(epochs, curves)
    here = Sweep(grid, data=data, curve_epochs=kept)
    start = time.perf_counter()
    stopped = False
    if workers == 1 or (workers is None and not chosen_backend()):
        stopped = _train_here(here, only=workers == 1, progress=progress, cancel=cancel)
    if not here.finished and not stopped:
        _train_elsewhere(here.result, data=data, workers=workers, progress=progress, cancel=cancel)
    here.result.seconds = time.perf_counter() - start
    return here.result


def _train_here(
    here: Sweep, *, only: bool, progress: Progress | None, cancel: Callable[[], bool] | None
) -> bool:
    """Train in this process, to the end or until others would be faster; return whether it was stopped."""
    start = time.perf_counter()
    total = len(here.result.grid)
    while not here.finished:
        if cancel is not None and cancel():
            return True
        done = here.advance(seconds=SLICE_SECONDS)
        if progress is not None and done:
            progress(total - len(here.result.missing), total)
        spent = time.perf_counter() - start
        if not only and spent > PROBE_SECONDS and here.progress < 1.0:
            left = spent * (1.0 - here.progress) / max(here.progress, 1e-9)
            if left > WORTH_SECONDS and worker_count(None) > 1:
                return False
    return False


def _train_elsewhere(
    result: SweepResult,
    *,
    data: DataSet | None,
    workers: int | None,
    progress: Progress | None,
    cancel: Callable[[], bool] | None,
) -> None:
    """Hand what is missing to joblib."""
    total, missing = len(result.grid), result.missing
    count = worker_count(workers)
    limits = stack_limits(result.grid, free=free_bytes(), workers=count, data=data)
    share = -(-len(missing) // (TASKS_PER_WORKER * count))
    blocks = list(result.grid.blocks(missing, most=lambda experiment: min(limits[experiment], share)))

    def take(stack: StackResult) -> bool:
        result.add(stack)
        if progress is not None:
            progress(total - len(result.missing), total)
        return cancel is None or not cancel()

    lost = train_blocks(blocks, data=data, curve_epochs=result.curve_epochs, workers=workers, on_result=take)
    result.lost.extend(lost)
