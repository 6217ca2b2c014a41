"""Whether every problem learns with the setting it opens with: ``python -m benchmarks defaults``.

For each data set: how its default fares from the seed it opens with, and over more starting weights as
one stack on the same data. Epochs are counted until the training cost is at the target of `nncore.outcome`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import command
from nncore.data import DATA
from nncore.experiment import Experiment

HEAD = ("data", "setting", "outcome", "epochs to target", "of", "cost", "acc", "val acc", "ms/epoch")
SEED_HEAD = ("learned", "median epochs", "median val acc or cost")
WIDTHS = (20, 42, 9, 17, 6, 10, 7, 8, 9, 9, 14, 10)


def measure(experiment: Experiment, n_seeds: int) -> list[str]:
    """Return one row of the table, with a stack of `n_seeds` starting weights unless it is 0."""
    start = time.perf_counter()
    training = experiment.training()
    training.advance()
    milliseconds = 1e3 * (time.perf_counter() - start) / max(1, training.epoch)
    history = training.history
    row: list[Any] = [
        experiment.data,
        _setting(experiment),
        training.outcome,
        training.epochs_to_target,
        experiment.epochs,
        f"{history['train_errors'][-1]:.4f}",
        _last(history, "train_accs"),
        _last(history, "val_accs") or _last(history, "val_errors"),
        f"{milliseconds:.3f}",
    ]
    if n_seeds:
        stack = experiment.stack(seed=range(n_seeds))
        stack.advance()
        reached = stack.epochs_to_target[stack.epochs_to_target >= 0]
        held_out = stack.history.get("val_accs", stack.history.get("val_errors"))
        row += [
            f"{np.sum(stack.outcome == 'learned')}/{n_seeds}",
            f"{np.median(reached):.0f}" if len(reached) else "-",
            "" if held_out is None else f"{np.median(held_out[:, -1]):.3f}",
        ]
    return [str(cell) for cell in row]


def _setting(experiment: Experiment) -> str:
    shape = "-".join(map(str, experiment.dimensions()))
    funcs = "-".join(experiment.hidden_func)
    batch = experiment.batch_size or "all"
    return f"{shape} {funcs} {experiment.scheduler} {experiment.eta:g} b={batch}"


def _last(history: dict[str, np.ndarray], name: str) -> str:
    return f"{history[name][-1]:.3f}" if name in history else ""


def _line(cells: Sequence[str]) -> str:
    return " ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=False)).rstrip()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if a default does not learn."""
    parser = command("defaults", __doc__)
    parser.add_argument("names", nargs="*", help="data sets; default: all")
    parser.add_argument("--seeds", type=int, default=20, help="starting weights to try (0: none)")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="another setting")
    arguments = parser.parse_args(argv)
    print(_line((*HEAD, *(SEED_HEAD if arguments.seeds else ()))))
    slow = 0
    for name in arguments.names or DATA:
        query = {"data": name, **dict(change.split("=", 1) for change in arguments.set)}
        experiment, notices = Experiment.from_query(query)
        for notice in notices:
            parser.error(notice)
        cells = measure(experiment, arguments.seeds)
        slow += cells[2] != "learned"
        print(_line(cells), flush=True)
    return int(slow > 0)
