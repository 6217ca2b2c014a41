"""One network trained: ours beside scikit-learn, PyTorch, Keras and jax, and the matrix products alone.

    python -m benchmarks training [--quick] [--only TEXT] [--peers NAMES] [--rounds N]

Processor time for one epoch, shuffled every epoch. Ours takes cost and accuracy of the whole training set
after every epoch, as everywhere in the playground; the peers keep the running mean of their batch losses,
Keras with the running accuracy. "products alone" is the time of the matrix products of an epoch's steps and
nothing else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from benchmarks import timing  # isort: skip - first, since it pins the threads

import numpy as np
from sklearn.datasets import load_digits, make_moons

from benchmarks.peers import PEERS, Problem, available
from nncore import FFNN, RELU, Adam, CostCrossEntropy, CostLogReg, Training, onehot, sigmoid, softmax, tanh
from nncore.machinery.buffers import Pass

OURS = "nncore"
SINGLE = "nncore f32"
FLOOR = "products"

Targets = Mapping[tuple[str, str], int]

# (problem, peer): how many times as long as ours in float64 the peer must take.
TARGETS: Targets = {
    ("XOR 2-3-1", "scikit-learn"): 14,
    ("XOR 2-3-1", "PyTorch"): 25,
    ("digits b=32", "scikit-learn"): 3,
    ("digits b=32", "PyTorch"): 4,
}


def xor() -> tuple[np.ndarray, np.ndarray]:
    """Return the truth table of XOR."""
    return np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return 1440 of scikit-learn's digits, scaled to 0..1, with one-hot rows."""
    data = load_digits()
    return data.data[:1440] / 16, onehot(data.target[:1440]).astype(float)


def cloud() -> tuple[np.ndarray, np.ndarray]:
    """Return 300 points of two moons."""
    X, t = make_moons(300, noise=0.2, random_state=0)
    return X, t[:, None].astype(float)


def problems() -> list[Problem]:
    """Return the trainings of the table."""
    rows = [Problem("XOR 2-3-1", *xor(), (3,), "tanh", 4, 0.1)]
    rows += [Problem(f"2-8-8-1 b={b}", *cloud(), (8, 8), "tanh", b, 0.01) for b in (10, 30)]
    rows += [Problem("2-8-8-1 full", *cloud(), (8, 8), "tanh", 300, 0.01)]
    rows += [Problem(f"digits b={b}", *digits(), (100, 30), "relu", b, 1e-3) for b in (32, 128)]
    return [*rows, Problem("digits full", *digits(), (100, 30), "relu", 1440, 1e-3)]


def our_training(problem: Problem, dtype: type = np.float64) -> Training:
    """Return the problem as a Training; a stack where it has several runs."""
    several = problem.t.shape[1] > 1
    network = FFNN(
        problem.widths,
        tanh if problem.activation == "tanh" else RELU,
        softmax if several else sigmoid,
        CostCrossEntropy if several else CostLogReg,
        0 if problem.runs == 1 else range(problem.runs),
        dtype=dtype,
    )
    return Training(
        network, Adam(problem.eta, 0.9, 0.999), problem.X, problem.t, batch_size=problem.batch, epochs=0
    )


def our_job(name: str, problem: Problem, dtype: type = np.float64) -> timing.Job:
    """Return our training as a job: a Training that is extended and advanced."""
    training = our_training(problem, dtype)

    def run(epochs: int) -> None:
        training.extend(epochs)
        training.advance()

    return timing.Job(name, run)


def floor_job(problem: Problem) -> timing.Job:
    """Return the matrix products of one epoch's training, on the same buffers, and nothing else."""
    training = our_training(problem)
    sizes = [min(problem.batch, len(problem.X) - start) for start in range(0, len(problem.X), problem.batch)]
    calls = []
    for size in sizes:
        through = Pass(training.network.engine, size, trains=True)
        through.load(problem.X[:size], problem.t[:size])
        through.forward()
        through.backward()
        calls += [call for call in through.forward_calls + through.backward_calls if _is_product(call[0])]

    def run(epochs: int) -> None:
        for _ in range(epochs):
            for function, arguments in calls:
                function(*arguments)

    return timing.Job(FLOOR, run)


def _is_product(function: object) -> bool:
    return function in (np.dot, np.matmul) or (isinstance(function, partial) and function.func is np.einsum)


def arguments(argv: Sequence[str], description: str) -> argparse.Namespace:
    """Return the command line's choices, the same for the benchmarks of one network and of stacks."""
    parser = argparse.ArgumentParser(allow_abbrev=False, description=description)
    parser.add_argument("--quick", action="store_true", help="two rounds only: does it run at all")
    parser.add_argument("--rounds", type=int, default=15, help="turns that everyone gets (15)")
    parser.add_argument("--only", default="", help="problems whose name holds this text")
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated, empty for none")
    chosen = parser.parse_args(list(argv))
    if chosen.quick:
        chosen.rounds = 2
    unknown = [name for name in chosen.peers.split(",") if name and name not in PEERS]
    if unknown:
        parser.error(f"peers must be among {', '.join(PEERS)}; got {', '.join(unknown)}")
    return chosen


def row(name: str, times: timing.Timing, *, columns: Iterable[str], targets: Targets) -> list[str]:
    """Return one line of the table; a column that was not measured is a dash."""
    cells = [name, timing.shown(times.typical(OURS)), timing.shown(times.typical(SINGLE))]
    for column in columns:
        goal = targets.get((name, column)) if column in times.seconds else None
        judged = f" (goal {goal}x: {'yes' if times.ratio(column, OURS) >= goal else 'NO'})" if goal else ""
        cells.append(times.beside(column, OURS) + judged)
    floor = timing.shown(times.typical(FLOOR))
    return [*cells, f"{floor}, ours {times.ratio(OURS, FLOOR):.1f}x", timing.shown(times.typical("control"))]


def compare(
    chosen: argparse.Namespace,
    problems: Iterable[Problem],
    *,
    others: Callable[[Problem, Sequence[str]], list[timing.Job]],
    columns: Sequence[str],
    targets: Targets,
) -> int:
    """Time ours beside the others on every problem, print the table, and return 1 where a goal was missed.

    `others` makes the jobs of a problem for the peers that are installed, `columns` are the names that those
    jobs may have; `targets` gives for (problem, column) how many times as long as ours it must take.
    """
    peers, missing = available([name for name in chosen.peers.split(",") if name])
    print(timing.machine())
    if missing:
        print(f"not installed here, so not in the table: {', '.join(missing)}")
    rows = []
    for problem in [problem for problem in problems if chosen.only in problem.name]:
        ours = [our_job(OURS, problem), our_job(SINGLE, problem, np.float32)]
        jobs = [*ours, floor_job(problem), timing.control(), *others(problem, peers)]
        times = timing.interleaved(jobs, rounds=chosen.rounds)
        rows.append(row(problem.name, times, columns=columns, targets=targets))
        print(f"  measured: {problem.name}", file=sys.stderr)
    print(timing.table(["one epoch", OURS, SINGLE, *columns, "products alone", "control"], rows))
    return int(any("NO)" in cell for line in rows for cell in line))


def _peer_jobs(problem: Problem, peers: Sequence[str]) -> list[timing.Job]:
    return [timing.Job(peer, PEERS[peer][1](problem, np.float64)) for peer in peers]


def main(argv: Sequence[str]) -> int:
    """Print the table; see `compare`."""
    chosen = arguments(argv, "One network trained, beside other libraries.")
    return compare(chosen, problems(), others=_peer_jobs, columns=tuple(PEERS), targets=TARGETS)
