"""How much memory runs take, and how many of them fit."""

from __future__ import annotations

import os
from pathlib import Path

from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.sweep.grid import Grid

ITEM = 8  # bytes of a float64
SHARE = 0.5
"""Share of the free memory that a sweep may take."""
STACK_BYTES = 256 * 2**20
"""Largest stack that is trained at once, per worker: bigger ones gain nothing."""
MOST_RUNS = 1024
"""Most runs in one stack; beyond that the buffers leave the processor's caches."""
RESULT_BYTES = 64
"""What one run leaves behind: costs, accuracies, outcome, epochs."""
FALLBACK = 2 * 2**30  # bytes counted on where the system does not say what is free


def bytes_per_run(experiment: Experiment, data: DataSet | None = None) -> int:
    """Return about how many bytes one run of a stack takes while it trains.

    Parameters
    ----------
    experiment : Experiment
        Network, batch size and epochs.
    data : DataSet, optional
        Rows instead of the experiment's own.

    Returns
    -------
    int
        Weights with gradients and a scheduler's memory, the buffers of a batch and of a block of 128 rows
        that is evaluated, the history.
    """
    data = experiment.dataset() if data is None else data
    dims = experiment.dimensions(data)
    rows = min(experiment.batch_size or len(data.X), len(data.X))
    watched = len(data.X) + (0 if data.X_val is None else len(data.X_val))
    buffers = rows * sum(3 * width + 1 for width in dims[1:]) + 128 * sum(dims[1:]) + watched * dims[-1]
    history = 4 * experiment.epochs
    return ITEM * (6 * experiment.n_parameters(data) + 2 * buffers + history)


def free_bytes() -> int:
    """Return how many bytes of memory this machine has to spare."""
    for line in _lines(Path("/proc/meminfo")):
        if line.startswith("MemAvailable:"):
            return _limited(int(line.split()[1]) * 1024)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (ValueError, OSError, AttributeError):
        return FALLBACK


def _limited(free: int) -> int:
    """Return what a container's limit leaves of the machine's free memory."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        for line in _lines(Path("/sys/fs/cgroup") / name):
            if line.strip().isdigit():
                free = min(free, int(line))
    return free


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []


def most_in_stack(experiment: Experiment, *, free: int, workers: int = 1, data: DataSet | None = None) -> int:
    """Return how many runs one stack may hold.

    Parameters
    ----------
    experiment : Experiment
        What a run is.
    free : int
        Bytes that the sweep may take.
    workers : int
        Stacks that are trained at the same time.
    data : DataSet, optional
        Rows instead of the experiment's own.

    Raises
    ------
    ValueError
        When not even one run fits.
    """
    each = bytes_per_run(experiment, data)
    room = min(STACK_BYTES, int(SHARE * free) // max(1, workers))
    if each > SHARE * free:
        raise ValueError(
            f"experiment must fit into memory: one run takes about {_words(each)}, "
            f"{_words(int(SHARE * free))} are free for it."
        )
    return max(1, min(MOST_RUNS, room // each))


def stack_limits(
    grid: Grid, *, free: int, workers: int = 1, data: DataSet | None = None
) -> dict[Experiment, int]:
    """Return how many runs a stack of each of the grid's experiments may hold; see `most_in_stack`.

    Raises
    ------
    ValueError
        When not even one run of the largest fits.
    """
    return {
        experiment: most_in_stack(experiment, free=free, workers=workers, data=data)
        for experiment in grid.experiments()
    }


def check_runs(runs: int, *, free: int, curve_epochs: int = 0) -> None:
    """Refuse a grid whose results do not fit into memory, and say how many runs do.

    Parameters
    ----------
    runs : int
        Runs of the whole grid.
    free : int
        Bytes of memory to spare.
    curve_epochs : int
        Epochs of each run's curve that are kept.

    Raises
    ------
    ValueError
        When they do not fit.
    """
    each = RESULT_BYTES + ITEM * curve_epochs
    fit = int(SHARE * free) // each
    if runs > fit:
        raise ValueError(f"the grid must have at most {fit:,} runs to fit into memory; got {runs:,}.")


def _words(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.3g} {unit}"
