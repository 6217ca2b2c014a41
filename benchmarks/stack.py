"""Many networks trained at once: our stack beside the same networks trained one by one.

    python -m benchmarks stack [--quick] [--only TEXT] [--peers NAMES] [--rounds N]

Processor time for one epoch of all runs, cost and accuracy of every run and epoch included in ours. A peer's
time is that of one of its trainings times the number of runs: it has no other way. ("one by one" is our own.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks import timing  # isort: skip - first, since it pins the threads

import numpy as np

from benchmarks.peers import PEERS, Problem
from benchmarks.training import arguments, cloud, compare, digits, our_job, xor

ALONE = "one by one"

# (problem, peer): how many times as long as ours in float64 the peer must take.
TARGETS = {("512 x XOR 2-3-1", "scikit-learn"): 1000, ("512 x XOR 2-3-1", "PyTorch"): 1500}


def problems() -> list[Problem]:
    """Return the stacks of the table."""
    rows = [Problem(f"{runs} x XOR 2-3-1", *xor(), (3,), "tanh", 4, 0.1, runs) for runs in (64, 512)]
    rows += [Problem(f"64 x 2-8-8-1 b={b}", *cloud(), (8, 8), "tanh", b, 0.01, 64) for b in (30, 300)]
    return [*rows, Problem("64 x 64-30-10 b=32", *digits(), (30,), "relu", 32, 1e-3, 64)]


def _others(problem: Problem, peers: Sequence[str]) -> list[timing.Job]:
    """Return the jobs that train one run of the stack, counted as often as there are runs."""
    alone = replace(problem, runs=1)
    jobs = [timing.Job(peer, PEERS[peer][1](alone, np.float64), problem.runs) for peer in peers]
    return [replace(our_job(ALONE, alone), times=problem.runs), *jobs]


def main(argv: Sequence[str]) -> int:
    """Print the table; see `benchmarks.training.compare`."""
    chosen = arguments(argv, "Many networks trained at once, beside the same one by one.")
    return compare(chosen, problems(), others=_others, columns=(ALONE, *PEERS), targets=TARGETS)
