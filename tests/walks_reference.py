"""Write `js/walks.json`: walks over `nncore.study.landscapes` that the browser's own walks are held against.

Run as ``python -m tests.walks_reference`` after a landscape or a scheduler was changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nncore.schedulers import SCHEDULERS, make_scheduler
from nncore.study.landscapes import LANDSCAPES, Landscape

FILE = Path(__file__).with_name("js") / "walks.json"
ETAS = (0.001, 0.02, 0.3, 3.0)
MOMENTA = (0.5, 0.9)
STEPS = 200
KEPT = (1, 2, 10, 50, 200)
FAR = 1e6
"""A walker this far from the origin, or at a cost that is no number, has diverged and is stopped."""


def descend(
    landscape: Landscape,
    scheduler: str,
    *,
    eta: Sequence[float],
    steps: int,
    momentum: float = 0.9,
) -> np.ndarray:
    """Let walkers go down a landscape from its start, each with a learning rate of its own.

    The path has the shape (n_walkers, steps + 1, 2); it is NaN from the step on at which a walker went
    further than `FAR` or met a cost that is no number.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps!r}.")
    rates = np.asarray(eta, dtype=float)
    if rates.ndim != 1 or not len(rates):
        raise ValueError(f"eta must be a sequence of learning rates; got shape {rates.shape}.")
    rule = make_scheduler(scheduler, eta=rates, momentum=momentum)
    points = np.tile(np.asarray(landscape.start, dtype=float), (len(rates), 1))
    path = np.empty((len(rates), steps + 1, 2))
    path[:, 0] = points
    lost = np.zeros(len(rates), dtype=bool)
    for step in range(1, steps + 1):
        gradient = landscape.gradient(points)
        # A lost walker stands still, so that its huge numbers reach nobody's arithmetic.
        gradient[lost] = 0.0
        with np.errstate(all="ignore"):
            points = points - rule.update_change(gradient)
            lost |= ~(np.abs(points).max(axis=1) < FAR) | ~np.isfinite(landscape.cost(points))
        points[lost] = 0.0
        path[:, step] = np.where(lost[:, None], np.nan, points)
    return path


def reference() -> list[dict[str, Any]]:
    """Return every walk: what was asked for, where it stood at the steps `KEPT`, when it was lost."""
    return [
        walk
        for landscape in LANDSCAPES.values()
        for name, kind in SCHEDULERS.items()
        for momentum in (MOMENTA if "momentum" in kind.numbers else MOMENTA[:1])
        for walk in _walks(landscape, name, momentum)
    ]


def _walks(landscape: Landscape, scheduler: str, momentum: float) -> list[dict[str, Any]]:
    paths = descend(landscape, scheduler, eta=ETAS, steps=STEPS, momentum=momentum)
    found = []
    for eta, path in zip(ETAS, paths, strict=True):
        gone = np.isnan(path[:, 0])
        found.append(
            {
                "landscape": landscape.name,
                "scheduler": scheduler,
                "eta": eta,
                "momentum": momentum,
                "start": list(landscape.start),
                "minima": [list(point) for point in landscape.minima],
                "steps": STEPS,
                "lost": int(gone.argmax()) if gone.any() else -1,
                "places": {str(step): path[step].tolist() for step in KEPT if not gone[step]},
                "end_cost": None if gone[-1] else float(landscape.cost(path[-1])),
            }
        )
    return found


if __name__ == "__main__":
    FILE.write_text("[\n" + ",\n".join(json.dumps(walk) for walk in reference()) + "\n]\n", encoding="utf-8")
