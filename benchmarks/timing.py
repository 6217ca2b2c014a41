"""Timing several ways to do the same work, fairly: one thread each, turn by turn, ratios within a round.

The clock counts the processor time of this process. With one thread that is the time on the wall of an idle
machine, and on a busy one it is not lengthened by whoever else runs.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from benchmarks.threads import pin_threads

pin_threads()

import numpy as np  # noqa: E402 - after the threads are pinned

LEAST_SECONDS = 0.02
"""A turn repeats its work until it has lasted so long, so that the clock's grain does not matter."""

LIBRARIES = ("numpy", "scikit-learn", "torch", "keras", "tensorflow", "tensorflow-cpu", "jax")


def machine() -> str:
    """Return one line on processor, versions and load."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    model = names[0] if names else platform.processor() or platform.machine()
    versions = []
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {metadata.version(library)}")
        except metadata.PackageNotFoundError:
            continue
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{model}, {os.cpu_count()} cores{load}; Python {platform.python_version()}, {', '.join(versions)};"
        " 1 thread each"
    )


@dataclass(frozen=True)
class Job:
    """One way to do the work."""

    name: str
    """Column of the table."""
    run: Callable[[int], None]
    """Does the work for a number of epochs."""
    times: float = 1.0
    """How many times the work counts, where a peer would have to do it so often (runs one by one)."""


@dataclass(frozen=True)
class Timing:
    """Seconds per epoch of every job in every round, in the order of the rounds."""

    seconds: Mapping[str, Sequence[float]]

    def typical(self, name: str) -> float:
        """Return the 20th percentile over rounds: what the job takes when little else disturbs it."""
        return float(np.percentile(self.seconds[name], 20))

    def ratio(self, slower: str, faster: str) -> float:
        """Return how many times longer one job takes than another: the median over rounds."""
        return float(np.median(np.divide(self.seconds[slower], self.seconds[faster])))

    def beside(self, name: str, ours: str) -> str:
        """Return what a job takes, and how many times as long as ours; a dash where it was not measured."""
        if name not in self.seconds:
            return "-"
        ratio = self.ratio(name, ours)
        return f"{shown(self.typical(name))} = {ratio:.{0 if ratio >= 100 else 1}f}x"


def interleaved(
    jobs: Sequence[Job], *, rounds: int, clock: Callable[[], float] = time.process_time
) -> Timing:
    """Time all jobs in turn, round after round, so that a slow moment of the machine meets all of them.

    Before the `rounds` turns, one warms every job up and finds how many epochs make a turn of decent length.
    The `clock` gives seconds.
    """
    epochs = {job.name: _epochs_for_a_turn(job, clock) for job in jobs}
    seconds: dict[str, list[float]] = {job.name: [] for job in jobs}
    for _ in range(rounds):
        for job in jobs:
            start = clock()
            job.run(epochs[job.name])
            seconds[job.name].append((clock() - start) / epochs[job.name] * job.times)
    return Timing(seconds)


def _epochs_for_a_turn(job: Job, clock: Callable[[], float]) -> int:
    epochs = 1
    while True:
        start = clock()
        job.run(epochs)
        if clock() - start >= LEAST_SECONDS or epochs >= 2**16:
            return epochs
        epochs *= 2


def control() -> Job:
    """Return a job that is always the same: when it slows down, the machine did."""
    left = np.random.default_rng(0).normal(size=(64, 64))
    out = np.empty_like(left)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            for _ in range(20):
                np.dot(left, left, out)
                np.tanh(out, out)

    return Job("control", run)


def shown(seconds: float) -> str:
    """Return a time with a unit that suits it.

    Examples
    --------
    >>> shown(1.2e-5), shown(0.0042), shown(2.5)
    ('12.0 us', '4.20 ms', '2.50 s')
    """
    for unit, size, digits in (("us", 1e-6, 1), ("ms", 1e-3, 2)):
        if seconds < 1000 * size:
            return f"{seconds / size:.{digits}f} {unit}"
    return f"{seconds:.2f} s"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [[text.ljust(width) for text, width in zip(row, widths, strict=True)] for row in (header, *rows)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
