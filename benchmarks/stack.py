"""Many networks trained at once: our stack beside the same networks trained one by one.

    python -m benchmarks stack [--quick] [--only TEXT] [--peers NAMES] [--rounds N]

Processor time for one epoch of all runs, cost and accuracy of every run and epoch included in ours. A peer's
time is that of one of its trainings times the number of runs: it has no other way. ("one by one" is our own.)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from benchmarks import timing  # isort: skip - first, since it pins the threads

import numpy as np

from benchmarks.peers import PEERS, Problem, available
from benchmarks.training import FLOOR, OURS, SINGLE, arguments, cloud, digits, floor_job, our_job, xor

ALONE = "one by one"

# Problem: what must be reached in float64, as multiples of the peer's time.
TARGETS = {("512 x XOR 2-3-1", "scikit-learn"): 1000, ("512 x XOR 2-3-1", "PyTorch"): 1500}


def problems() -> list[Problem]:
    """Return the stacks of the table."""
    rows = [Problem(f"{runs} x XOR 2-3-1", *xor(), (3,), "tanh", 4, 0.1, runs) for runs in (64, 512)]
    rows += [Problem(f"64 x 2-8-8-1 b={b}", *cloud(), (8, 8), "tanh", b, 0.01, 64) for b in (30, 300)]
    return [*rows, Problem("64 x 64-30-10 b=32", *digits(), (30,), "relu", 32, 1e-3, 64)]


def row(problem: Problem, peers: Sequence[str], times: timing.Timing) -> list[str]:
    """Return one line of the table."""
    cells = [problem.name, timing.shown(times.typical(OURS)), timing.shown(times.typical(SINGLE))]
    for peer in (ALONE, *PEERS):
        if peer not in (ALONE, *peers):
            cells.append("-")
            continue
        ratio = times.ratio(peer, OURS)
        goal = TARGETS.get((problem.name, peer))
        judged = f" (goal {goal}x: {'yes' if ratio >= goal else 'NO'})" if goal else ""
        digits_shown = 0 if ratio >= 100 else 1
        cells.append(f"{timing.shown(times.typical(peer))} = {ratio:.{digits_shown}f}x{judged}")
    floor = timing.shown(times.typical(FLOOR))
    return [*cells, f"{floor}, ours {times.ratio(OURS, FLOOR):.1f}x", timing.shown(times.typical("control"))]


def main(argv: Sequence[str]) -> int:
    """Print the table.

    Parameters
    ----------
    argv : sequence of str
        Words of the command line after the benchmark's name.

    Returns
    -------
    int
        0, or 1 where a goal was measured and missed.
    """
    chosen = arguments(argv, "Many networks trained at once, beside the same one by one.")
    peers, missing = available([name for name in chosen.peers.split(",") if name])
    print(timing.machine())
    if missing:
        print(f"not installed here, so not in the table: {', '.join(missing)}")
    rows = []
    for problem in [problem for problem in problems() if chosen.only in problem.name]:
        alone = replace(problem, runs=1)
        jobs = [
            our_job(OURS, problem),
            our_job(SINGLE, problem, np.float32),
            floor_job(problem),
            timing.control(),
        ]
        jobs.append(replace(our_job(ALONE, alone), times=problem.runs))
        jobs += [timing.Job(peer, PEERS[peer][1](alone, np.float64), problem.runs) for peer in peers]
        rows.append(row(problem, peers, timing.interleaved(jobs, rounds=chosen.rounds)))
        print(f"  measured: {problem.name}", file=sys.stderr)
    print(timing.table(["one epoch", OURS, SINGLE, ALONE, *PEERS, "products alone", "control"], rows))
    return int(any("NO)" in cell for line in rows for cell in line))
