"""Over every table of the package pydataset, more than 700 real ones: ``python -m benchmarks tables --real``.

Each is a file as R writes it, its row names in front of it without a name. Nothing may crash; the row names
may help nobody; network and straight model are compared as by ``python -m benchmarks judge``. Without the
package there is nothing to do. It is looked for, not imported: importing it writes to one's home.
"""

from __future__ import annotations

import io
import time
import warnings
from collections import Counter

import numpy as np
import pandas as pd

from benchmarks.judge import MOST_ROWS, Case, judge, real_tables, report
from ui.tables.judge_words import gain

ALLOWED = 0.02  # by which a score may be better with the row names than without


def without_row_names(content: bytes) -> bytes:
    """Return a table without its first column."""
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding_errors="replace")
    return frame.iloc[:, 1:].to_csv(index=False).encode()


def row_names_help(case: Case, content: bytes, *, most_rows: int) -> float:
    """Return by how much the score, accuracy or R², is better with the row names left in."""
    bare = judge(case.name, without_row_names(content), most_rows=most_rows)
    if isinstance(bare, str) or not _same_question(bare, case):
        return 0.0
    spread = 1.0 if case.network.outputs.shape[1] > 1 else float(case.network.targets.var()) or 1.0
    return gain(case.network, bare.network)[0] / spread


def _same_question(one: Case, other: Case) -> bool:
    """Whether both are about the same rows; without its first column a table may be read in another way."""
    same = (one.rows, one.network.outputs.shape) == (other.rows, other.network.outputs.shape)
    return same and np.array_equal(one.network.targets, other.network.targets)


def measure(*, every: int = 1, most_rows: int = MOST_ROWS) -> int:
    """Go over the tables of at most so many rows and print what came of them.

    Returns
    -------
    int
        1 where a table crashed, row names helped, or too few networks keep up.
    """
    apart: Counter[str] = Counter()
    cases: list[Case] = []
    faults: list[str] = []
    start = time.perf_counter()
    for name, content in list(real_tables())[::every]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a straight model that does not converge is judged as it is
                found = judge(name, content, most_rows=most_rows)
                helped = (
                    0.0 if isinstance(found, str) else row_names_help(found, content, most_rows=most_rows)
                )
        except Exception as error:
            faults.append(f"{name} crashed: {type(error).__name__}: {error}"[:150])
            continue
        if isinstance(found, str):
            apart[found] += 1
            continue
        cases.append(found)
        if helped > ALLOWED:
            faults.append(f"{name}: better by {helped:.3f} with its row names")
    if not cases and not faults:
        return 0
    behind = report(cases, apart, time.perf_counter() - start)
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else behind
