"""Data sets and input features as small pictures, a click each: what the live view draws them from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from nncore.data import DATA, FEATURES
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice
from nncore.experiment.fields import FIELDS
from ui.live.pictures import rounded, thin
from ui.live.protocol import Json

if TYPE_CHECKING:
    from nncore.data import DataSet

DOTS: Final = 48
"""Points of a data set that its picture shows."""
_PICTURED: Final = ("gate", "pattern", "surface", "curve")


def choices(experiment: Experiment, data: Sequence[str]) -> dict[str, Json]:
    """Return what may be chosen by a picture beside this experiment.

    Parameters
    ----------
    experiment : Experiment
        What is chosen now.
    data : sequence of str
        Data sets of the page.

    Returns
    -------
    dict
        `sets`: name, label and points (x, y, target, all from 0 to 1) of each data set; `features`: name and
        label of each input feature, where they can be chosen; `on`: the names that are chosen now.
    """
    pictured = [name for name in data if name in DATA and DATA[name].kind in _PICTURED]
    planar = experiment.applies("features")
    return {
        "sets": [_data_set(name) for name in pictured] if len(pictured) > 1 else [],
        "features": [{"name": name, "label": label} for name, (label, _) in FEATURES.items() if planar],
        "on": [experiment.data, *(experiment.features if planar else ())],
    }


@lru_cache(maxsize=32)
def _data_set(name: str) -> dict[str, Json]:
    label = FIELDS.of(Choice, "data").labels[name]
    return {"name": name, "label": label, "points": _points(Experiment.default(name).dataset())}


def _points(data: DataSet) -> list[Json]:
    """Give some points of a data set, x and y within the picture, each with its target from 0 to 1."""
    if data.X_judge is not None and data.t_judge is not None:
        points, t = data.X_judge * 0.6 + 0.2, data.t_judge
    else:
        assert data.points is not None  # the data set fills it in
        rows = thin(len(data.t), DOTS)
        points, t = _scaled(data.points[rows], data.bounds), data.t[rows]
    share = _scaled(t, ((float(t.min()), float(t.max())),))
    if points.shape[1] == 1:
        points = np.hstack([points, 0.1 + 0.8 * share])
    return [list(rounded(row, 3)) for row in np.hstack([points, share[:, :1]])]


def _scaled(values: np.ndarray, bounds: Sequence[tuple[float, float]]) -> np.ndarray:
    low, high = np.array(bounds).T
    return (values - low) / np.where(high > low, high - low, 1.0)
