"""Stacks on many cores or many machines, by joblib: one task a stack, results as they come."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from joblib import Parallel, cpu_count, delayed
from joblib.parallel import get_active_backend

from nncore.arrays import Array
from nncore.data import DataSet
from nncore.sweep.grid import Block
from nncore.sweep.result import StackResult

ROUNDS = 3
"""How often runs that were lost with a worker are given out again before the sweep does without them."""
TASKS_PER_WORKER = 4
"""Stacks per worker at least: the last ones then end together, and little is lost with a worker."""

OnResult = Callable[[StackResult], bool]


def chosen_backend() -> bool:
    """Return whether the caller chose a backend or a number of workers with ``joblib.parallel_config``."""
    backend, n_jobs = get_active_backend()
    return n_jobs is not None or type(backend).__name__ != "LokyBackend"


def worker_count(workers: int | None) -> int:
    """Return how many stacks will be trained at the same time.

    Parameters
    ----------
    workers : int or None
        As asked for; None leaves it to ``joblib.parallel_config``, and without one to this machine's cores.
    """
    if workers is not None:
        return workers
    backend, n_jobs = get_active_backend()
    if not chosen_backend():
        return int(cpu_count())
    return max(1, int(backend.effective_n_jobs(-1 if n_jobs is None else n_jobs)))


def train_block(block: Block, data: DataSet | None, curve_epochs: Array | None) -> StackResult | str:
    """Train one stack to its end, in whichever process this is.

    Returns
    -------
    StackResult or str
        The result, or a sentence about what went wrong: one bad stack must not take the others down.
    """
    try:
        training = block.training(data)
        training.advance()
        return StackResult.of(block, training, curve_epochs=curve_epochs)
    except Exception as error:  # whatever it is, it is told beside the results of the others
        return f"{len(block)} runs of {block.experiment.label()} failed: {type(error).__name__}: {error}"


def train_blocks(
    blocks: list[Block],
    *,
    data: DataSet | None,
    curve_epochs: Array | None,
    workers: int | None,
    on_result: OnResult,
) -> list[str]:
    """Train stacks in parallel, and give out again what a dying worker takes with it.

    Parameters
    ----------
    blocks : list of Block
        The stacks.
    data : DataSet or None
        Rows instead of the experiment's own.
    curve_epochs : int array (n_epochs,) or None
        Epochs of each run's curve that are kept.
    workers : int or None
        How many at a time; None leaves it to ``joblib.parallel_config``.
    on_result : callable
        Called in this thread with every result; returns False to stop.

    Returns
    -------
    list of str
        One sentence for each stack that is missing.
    """
    waiting = {int(block.index[0]): block for block in blocks}
    lost: list[str] = []
    reason = ""
    for _ in range(ROUNDS):
        with _results(list(waiting.values()), (data, curve_epochs), workers) as results:
            while waiting:
                try:
                    key, result = next(results)
                except Exception as error:
                    # Backends have kinds of their own (loky: TerminatedWorkerError, Dask: KilledWorker).
                    reason = f"{type(error).__name__}: {(str(error).splitlines() or ['no reason given'])[0]}"
                    break
                del waiting[key]
                if isinstance(result, str):
                    lost.append(result)
                elif not on_result(result):
                    return lost
        if not waiting:
            return lost
    runs = sum(len(block) for block in waiting.values())
    return [*lost, f"{runs} runs are missing, given out {ROUNDS} times in vain ({reason})"]


@contextmanager
def _results(
    blocks: list[Block], shared: tuple[DataSet | None, Array | None], workers: int | None
) -> Iterator[Iterator[tuple[int, StackResult | str]]]:
    """Give the (first position, result) of each stack as it comes; what is not taken is called off."""
    n_jobs = workers if workers is not None or chosen_backend() else -1
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
    results = parallel(delayed(_keyed)(block, *shared) for block in blocks)
    try:
        yield results
    finally:
        with warnings.catch_warnings():
            # To stop early is asked for here, not an oversight.
            warnings.filterwarnings("ignore", message=".*tasks", category=UserWarning)
            results.close()


def _keyed(block: Block, data: DataSet | None, curve_epochs: Array | None) -> tuple[int, StackResult | str]:
    return int(block.index[0]), train_block(block, data, curve_epochs)
