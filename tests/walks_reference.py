"""Write `js/walks.json`: walks of `nncore.study.landscapes` that the browser's own walks are held against.

Run as ``python -m tests.walks_reference`` after a landscape or a scheduler was changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from nncore.schedulers import SCHEDULERS
from nncore.study.landscapes import LANDSCAPES, Landscape, descend

FILE = Path(__file__).with_name("js") / "walks.json"
ETAS = (0.001, 0.02, 0.3, 3.0)
MOMENTA = (0.5, 0.9)
STEPS = 200
KEPT = (1, 2, 10, 50, 200)


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
