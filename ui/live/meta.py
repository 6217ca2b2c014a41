"""What holds for a run from its first epoch to its last: the `meta` of the live channel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from nncore.costs import COSTS, ClassWeighted
from nncore.experiment.field_kinds import Widths
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.mark import guessing_costs
from ui.live.messages import Numbers
from ui.live.pictures import MAX_POINTS, Canvas, right_words, rounded, thin
from ui.live.protocol import Json, finite
from ui.shared.beside import other_settings

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.mark import Mark
    from ui.live.problem import Problem
    from ui.live.run import LiveRun

ROOM_ABOVE: Final = 3.0
"""The cost axis ends at this multiple of the starting cost; higher values are clipped to its edge."""
DECADES: Final = {"binary": 1e4, "multiclass": 1e4, "regression": 1e3}
"""Starting cost over the floor of the logarithmic axis: noise keeps a regression from falling as deep."""
_LEAST, _MOST = 1e-300, 1e300  # costs beyond which there is no room for another decade
BIGGEST_STEP: Final = 2.0e8
"""Multiplications of one training step (rows times parameters) that still leave a picture now and then."""
HIDDEN: Final = FIELDS.of(Widths, "hidden")


def facts(run: LiveRun, *, small: bool) -> dict[str, Json]:
    """Give the `meta` of a run at its start, ready for JSON.

    Of a small run a dragged learning rate is answered with finished runs.
    """
    experiment, data, canvas = run.experiment, run.data, run.canvas
    start = float(run.training.start_cost)
    known: dict[str, Json] = {
        "task": data.task,
        "label": experiment.label(),
        "others": other_settings(experiment, besides=("lam",)),
        "data": data.name,
        "dims": list(experiment.dimensions(data)),
        "most": {"layers": HIDDEN.max_layers, "neurons": HIDDEN.max_width},
        "hidden_func": list(canvas.functions[:-1]),
        "output_func": canvas.functions[-1],
        "scheduler": experiment.scheduler,
        "eta": experiment.eta,
        "lam": experiment.lam,
        "epochs": experiment.epochs,
        "seed": experiment.seed,
        "n_train": len(data.X),
        "n_val": 0 if data.X_val is None else len(data.X_val),
        "classes": list(data.class_names),
        "matrix_right": "" if data.task == "regression" else right_words(experiment, data),
        "features": list(data.feature_names),
        "bounds": [list(pair) for pair in data.bounds],
        "start_cost": finite(start),
        # Where a mark stands in for the target it has a line and a name of its own.
        "target_cost": finite(float(run.training.target_cost)) if run.training.mark is None else None,
        "small": small,
        "y_range": cost_range(start, data.task),
        "rows": canvas.rows,
        "reference": references(experiment, data, run.training.mark),
    }
    if data.task == "regression" and not canvas.linear:
        own = experiment.data == OWN_DATA
        known["targets"] = _targets(data) | {"label": "target, as trained" if own else "target"}
    return known | _rows(data, canvas)


def _rows(data: DataSet, canvas: Canvas) -> dict[str, Json]:
    """Give the rows that are drawn, by the kind of picture that suits the inputs."""
    drawn = truth_table(data)
    if canvas.planar:
        drawn["points"] = _points(data)
    if canvas.linear:
        drawn["curve"] = curve(data, canvas, most=MAX_POINTS) | _curve_val(data)
    if data.task == "regression":
        drawn["target_range"] = list(canvas.target_range)
    if data.image_shape is not None:
        drawn["image_shape"] = list(data.image_shape)
    return drawn


def truth_table(data: DataSet) -> dict[str, Json]:
    """Give the clean rows of a gate; nothing for other data."""
    if data.X_judge is None or data.t_judge is None:
        return {}
    return {"truth": {"X": data.X_judge.tolist(), "t": data.t_judge[:, 0].tolist()}}


def _targets(data: DataSet) -> dict[str, Json]:
    """Give the targets of the rows whose residuals are drawn."""
    targets: dict[str, Json] = {"t": _labels(data, data.t[thin(len(data.t), MAX_POINTS)])}
    if data.t_val is not None:
        targets["tv"] = _labels(data, data.t_val[thin(len(data.t_val), MAX_POINTS)])
    return targets


def _points(data: DataSet) -> dict[str, Json]:
    assert data.points is not None  # the data set fills it in
    rows = thin(len(data.t), MAX_POINTS)
    points: dict[str, Json] = {"X": _table(data.points[rows]), "t": _labels(data, data.t[rows])}
    if data.points_val is not None and data.t_val is not None:
        rows = thin(len(data.t_val), MAX_POINTS)
        points["Xv"] = _table(data.points_val[rows])
        points["tv"] = _labels(data, data.t_val[rows])
    return points


def _table(points: np.ndarray) -> list[Numbers]:
    flat = rounded(points.ravel(), 4)
    width = points.shape[1]
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def _labels(data: DataSet, t: np.ndarray) -> list[int] | Numbers:
    if data.task == "multiclass":
        return [int(label) for label in t.argmax(axis=1)]
    return rounded(t[:, 0], 5)


def curve(data: DataSet, canvas: Canvas, *, most: int) -> dict[str, Json]:
    """Give at most so many training rows of one input, the grid of the fit and, where known, the truth."""
    assert data.points is not None  # the data set fills it in
    rows = thin(len(data.t), most)
    drawn: dict[str, Json] = {
        "x": rounded(data.points[rows, 0], 5),
        "y": rounded(data.t[rows, 0], 5),
        "grid": rounded(canvas.curve_grid, 5),
        "range": list(canvas.target_range),
    }
    if data.truth is not None:
        drawn["truth"] = rounded(data.truth(canvas.curve_grid[:, None])[:, 0], 5)
    return drawn


def _curve_val(data: DataSet) -> dict[str, Json]:
    if data.points_val is None or data.t_val is None:
        return {}
    rows = thin(len(data.t_val), MAX_POINTS)
    return {"xv": rounded(data.points_val[rows, 0], 5), "yv": rounded(data.t_val[rows, 0], 5)}


def cost_range(start: float, task: str) -> list[float]:
    """Give the ends of the cost axis: the same for all learning rates, because they share their start.

    Examples
    --------
    >>> cost_range(0.7, "binary")
    [5e-05, 5.0]
    """
    low, high = start / DECADES[task], start * ROOM_ABOVE
    if not _LEAST < low < high < _MOST:
        return [1e-4, 1.0]
    return [_down(low), _up(high)]


def _up(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return next(float(f"{step * decade:.3g}") for step in (1, 2, 5, 10) if step * decade >= value)


def _down(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    # A value a hair below a power of ten has that power's logarithm.
    return next(float(f"{step * decade:.3g}") for step in (5, 2, 1, 0.5) if step * decade <= value)


def references(experiment: Experiment, data: DataSet, mark: Mark | None) -> list[dict[str, Json]]:
    """Give the cost of guessing, which a classifier has to get below, and the mark where there is one.

    Both are those of the validation rows where these have a mark, which then decides.
    """
    cost = experiment.resolved(data.task)[0]
    guessing = None
    if (data.task, cost) in (("binary", "CostLogReg"), ("multiclass", "CostCrossEntropy")):
        counted = ClassWeighted(COSTS[cost], data.class_weights) if data.class_weights else COSTS[cost]
        guess, guess_val = guessing_costs(data.t, data.t_val, counted)
        guessing = guess if mark is None or mark.val is None else guess_val
    lines: list[dict[str, Json]] = [] if guessing is None else [{"value": guessing, "label": "guessing"}]
    if mark is not None:
        # Where there are validation rows, they decide.
        decides = mark.train if mark.val is None else mark.val
        lines.append({"value": decides, "label": mark.label_on(mark.val is not None)})
    return lines


def too_large(experiment: Experiment, data: DataSet, beside: Problem | None = None) -> str | None:
    """Say why a problem, or the one held beside it, cannot be trained live, or None when both can.

    One training step cannot be interrupted: a step of seconds would stop the pictures of everybody.
    """
    parameters = experiment.n_parameters(data)
    rows = min(experiment.batch_size or len(data.X), len(data.X))
    if rows * parameters <= BIGGEST_STEP:
        trouble = beside and too_large(*beside)
        return f"A, which is held: {trouble}" if trouble else None
    allowed = max(1, int(BIGGEST_STEP // parameters))
    return (
        f"batch_size must be at most {allowed} for a network of {parameters} parameters trained live; "
        f"one step over {rows} rows was asked for."
    )
