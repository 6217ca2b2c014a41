"""What holds for a whole sweep and is told once: the problem, its rows, the words around the chart."""

from __future__ import annotations

from typing import Final

from nncore.data import DataSet
from nncore.experiment import Experiment
from ui.live.meta import curve, truth_table
from ui.live.pictures import Canvas, right_words, rounded, thin
from ui.live.protocol import Json
from ui.shared.beside import other_settings

MAX_POINTS: Final = 200
"""Rows drawn as points; the map is small."""


def names(experiment: Experiment, data: DataSet) -> dict[str, Json]:
    """Return how the runs are called, and what a short name leaves out."""
    return {"label": experiment.label(data), "others": other_settings(experiment)}


def problem(experiment: Experiment, data: DataSet, canvas: Canvas) -> dict[str, Json]:
    """Return the facts of a problem that the panels need, ready for JSON."""
    meta: dict[str, Json] = {
        **names(experiment, data),
        "kind": experiment.kind,
        "epochs": experiment.epochs,
        "eta": experiment.eta,
        "classes": list(data.class_names) if data.task != "regression" else [],
        "matrix_part": "Training rows" if data.X_val is None else "Validation rows",
        "matrix_right": "" if data.task == "regression" else right_words(experiment, data),
    }
    if canvas.planar and data.task != "multiclass" and data.points is not None:
        rows = thin(len(data.t), MAX_POINTS)
        meta["bounds"] = [list(pair) for pair in data.bounds]
        meta["points"] = {
            "X": [rounded(point, 4) for point in data.points[rows]],
            "t": rounded(data.t[rows, 0], 4),
        }
    if canvas.linear and data.points is not None:
        meta["curve"] = curve(data, canvas, most=MAX_POINTS)
    return meta | truth_table(data)
