"""What holds for a whole sweep and is told once: the problem, its rows, the words around the chart."""

from __future__ import annotations

from typing import Final

import numpy as np

from nncore.data import DataSet
from nncore.experiment import Experiment
from ui.live.pictures import Canvas, rounded, thin
from ui.live.protocol import Json

MAX_POINTS: Final = 200
"""Rows drawn as points; the map is small."""


def problem(experiment: Experiment, data: DataSet, canvas: Canvas) -> dict[str, Json]:
    """Return the facts of a problem that the panels need, ready for JSON."""
    meta: dict[str, Json] = {
        "label": experiment.label(),
        "kind": experiment.kind,
        "epochs": experiment.epochs,
        "eta": experiment.eta,
        "classes": list(data.class_names) if data.task != "regression" else [],
        "matrix_part": "Training rows" if data.X_val is None else "Validation rows",
    }
    if data.X_judge is not None and data.t_judge is not None:
        meta["truth"] = {"X": data.X_judge.tolist(), "t": data.t_judge[:, 0].tolist()}
    if canvas.planar and data.task != "multiclass" and data.points is not None:
        rows = thin(len(data.t), MAX_POINTS)
        meta["bounds"] = [list(pair) for pair in data.bounds]
        meta["points"] = {
            "X": [rounded(point, 4) for point in data.points[rows]],
            "t": rounded(data.t[rows, 0], 4),
        }
    if canvas.linear and data.points is not None:
        meta["curve"] = _curve(data, canvas)
    return meta


def _curve(data: DataSet, canvas: Canvas) -> dict[str, Json]:
    assert data.points is not None
    rows = thin(len(data.t), MAX_POINTS)
    curve: dict[str, Json] = {
        "x": rounded(data.points[rows, 0], 4),
        "y": rounded(data.t[rows, 0], 4),
        "grid": rounded(canvas.curve_grid, 5),
        "range": list(canvas.target_range),
    }
    if data.truth is not None:
        truth = np.asarray(data.truth(canvas.curve_grid[:, None]))
        curve["truth"] = rounded(truth[:, 0], 4)
    return curve
