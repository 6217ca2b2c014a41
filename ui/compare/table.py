"""The comparison in numbers and words: one row a library, and one sentence for all."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from nncore.frameworks import LIBRARIES, NNCORE, Recipe, difference
from nncore.frameworks.conventions import why_defaults_differ
from nncore.frameworks.workers import Job
from ui.compare.chart import label_of

SAME = 1e-6
"""Below this largest difference two curves count as the same."""

STATES = {
    "waiting": "waiting",
    "running": "training",
    "done": "done",
    "failed": "not possible",
    "cancelled": "stopped",
}


def small(value: float) -> str:
    """Return a difference in three characters or so, nothing where there is none yet."""
    return "" if math.isnan(value) else ("0" if value == 0 else f"{value:.1e}")


def comparison(jobs: Mapping[str, Job], *, epochs: int) -> pd.DataFrame:
    """Return the table: a row for nncore and for every library that was asked.

    Parameters
    ----------
    jobs : mapping
        Jobs by library.
    epochs : int
        Epochs planned.
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
                "Training loss": f"{run.train_errors[-1]:.6g}" if run.train_errors else "",
                "Losses differ by": "" if gap is None else small(gap.losses),
                "Weights after 1 step": "" if gap is None else small(gap.first_step),
                "Weights at the end": "" if gap is None else small(gap.weights),
                "ms an epoch": "" if math.isnan(run.ms_per_epoch) else f"{run.ms_per_epoch:.3g}",
            }
        )
    return pd.DataFrame(rows).set_index("Library")


def verdict(jobs: Mapping[str, Job], *, defaults: bool) -> str:
    """Return one sentence about all curves together."""
    own = jobs[NNCORE].run
    waiting = [label_of(name) for name, job in jobs.items() if job.active]
    if waiting:
        return f"Still to come: {', '.join(waiting)}."
    done = {
        name: difference(job.run, own) for name, job in jobs.items() if name != NNCORE and job.state == "done"
    }
    if not done:
        return "nncore's own curve. Libraries that are installed lay theirs upon it."
    names = ", ".join(label_of(name) for name in done)
    worst, largest = max(done.items(), key=lambda item: item[1].losses)
    if largest.losses < SAME:
        return (
            f"The same network: {names} and nncore draw one curve; their losses differ by "
            f"{small(largest.losses)} at most."
        )
    words = "with their own defaults, " if defaults else ""
    return (
        f"Not the same curve: {words}{label_of(worst)} is {largest.losses:.3g} away from nncore at epoch "
        f"{largest.losses_at}."
    )


def remarks(jobs: Mapping[str, Job], recipe: Recipe, *, defaults: bool) -> list[str]:
    """Return what is to be said of single libraries, one sentence each."""
    sentences = []
    for name, job in jobs.items():
        if job.state == "failed" and job.message:
            sentences.append(job.message)
        elif defaults and name in LIBRARIES:
            sentences += why_defaults_differ(recipe, name)
        else:
            sentences += job.run.notes
    return list(dict.fromkeys(sentences))
