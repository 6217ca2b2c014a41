"""The comparison in numbers: one row a library."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from nncore.frameworks import NNCORE, difference
from nncore.frameworks.workers import Job
from ui.compare.words import cost_text, label_of, small

STATES = {
    "waiting": "waiting",
    "running": "training",
    "done": "done",
    "failed": "not possible",
    "cancelled": "stopped",
}


def comparison(jobs: Mapping[str, Job], *, epochs: int) -> pd.DataFrame:
    """Return the table of jobs by library, for so many epochs planned: a row for nncore and for every library
    that was asked.
    """
    own = jobs[NNCORE].run
    rows = []
    for name, job in jobs.items():
        run = job.run
        gap = None if name == NNCORE else difference(run, own)
        state = STATES[job.state]
        if job.state == "running" and run.epochs:
            state = f"epoch {run.epochs} of {epochs}{', taking turns' if job.shared else ''}"
        rows.append(
            {
                "Library": f"{label_of(name)} {run.version}".strip(),
                "State": state,
                "Training loss": cost_text(run.train_errors[-1], 6) if run.train_errors else "",
                "Losses differ by": "" if gap is None else small(gap.losses),
                "Weights after 1 step": "" if gap is None else small(gap.first_step),
                "Weights at the end": "" if gap is None else small(gap.weights),
                "ms an epoch": "" if math.isnan(run.ms_per_epoch) else f"{run.ms_per_epoch:.3g}",
            }
        )
    return pd.DataFrame(rows).set_index("Library")
