"""`load`: from a name and a few numbers to rows that a network can be trained on."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from nncore import checks
from nncore.data.dataset import FEATURES, DataSet, expand_features
from nncore.data.gates import truth_table
from nncore.data.point_edits import PointEdits
from nncore.data.registry import DATA, Source
from nncore.data.rows import Rows, minmax_scaling, split_rows, stream
from nncore.data.tables import wisconsin_names
from nncore.data.turned import varied_copies

MAX_SAMPLES = 5000
MAX_NOISE = 1.0
PLAIN_FEATURES = ("x", "y")


def load(
    name: str,
    *,
    noise: float | None = None,
    samples: int | None = None,
    split: float | None = None,
    seed: int = 0,
    features: tuple[str, ...] = PLAIN_FEATURES,
    points: str = "",
) -> DataSet:
    """Return the data set of that name, the same bits for the same arguments.

    Points, noise and split are drawn from separate streams of `seed`: changing the noise moves the
    same points, and leaves the same rows for validation.

    Parameters
    ----------
    name : str
        A key of ``DATA``.
    noise : float, optional
        What it means stands in ``DATA[name].noise_help``; default ``DATA[name].noise``.
    samples : int, optional
        Rows altogether, training and validation; default ``DATA[name].samples``. Of measured rows
        (digits, Wisconsin) a stratified part. Gates use it only with noise: without, they train on
        the four rows of the truth table.
    split : float, optional
        Share of the rows that train, in (0, 1]; classes keep their proportions. 1 leaves none for
        validation. A clean truth table is never split.
    seed : int, optional
        Seed of all draws, 0 or more.
    features : tuple of str, optional
        Input columns of two-dimensional sets, names out of ``FEATURES``.
    points : str, optional
        Points of two-dimensional sets that were added, moved or taken away by hand, see ``PointEdits``.

    Returns
    -------
    DataSet
        Its arrays are read-only; the same object may be handed out again.

    Raises
    ------
    ValueError
        If a name is unknown or a number is outside its range.

    Examples
    --------
    >>> digits = load("digits", split=0.8)
    >>> digits.X.shape, digits.t.shape, digits.X_val.shape
    ((1438, 64), (1438, 10), (359, 64))
    """
    source = DATA[checks.choice("data", name, tuple(DATA))]
    noise = source.noise if noise is None else noise
    samples = source.samples if samples is None else samples
    split = source.split if split is None else split
    _check_number("noise", noise, low=0.0, high=MAX_NOISE)
    _check_number("samples", samples, low=4, high=MAX_SAMPLES)
    _check_number("split", split, low=0.0, high=1.0)
    if samples != int(samples):
        raise ValueError(f"samples must be a whole number; got {samples!r}")
    unknown = [feature for feature in features if feature not in FEATURES]
    if isinstance(features, str) or unknown or not features:
        raise ValueError(f"features must be one or more of {', '.join(FEATURES)}; got {features!r}")
    stream(seed, "points")  # refuses a bad seed before it becomes a key of the cache
    features = tuple(features) if source.planar else ()
    chosen = {"noise": float(noise), "samples": int(samples), "split": float(split), "seed": int(seed)}
    return _edited(name, points, **chosen, features=features)


def _check_number(field: str, value: float, *, low: float, high: float) -> None:
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{field} must be a number from {low:g} to {high:g}; got {value!r}")


@lru_cache(maxsize=32)
def _edited(name: str, points: str, **chosen: Any) -> DataSet:
    drawn = _load(name, **chosen)
    return PointEdits.parse(points).apply(drawn) if points else drawn


@lru_cache(maxsize=32)
def _load(
    name: str, *, noise: float, samples: int, split: float, seed: int, features: tuple[str, ...]
) -> DataSet:
    source = DATA[name]
    rows = source.draw(samples, noise, seed)
    n = len(rows.t)
    if source.kind == "gate" and noise == 0:
        train, validation = np.arange(n), np.arange(0)
    else:
        train, validation = split_rows(n, split, rng=stream(seed, "split"), strata=rows.strata)
    scaling = minmax_scaling(rows.points[train]) if source.kind == "table" else None
    X = _inputs(source, rows, noise=noise, seed=seed, scaling=scaling, features=features)
    X_train, t_train = _with_copies(source, X[train], rows.t[train], seed)
    held_out = len(validation) > 0
    judge = truth_table(name) if source.kind == "gate" else None
    return DataSet(
        name,
        source.task,
        X_train,
        t_train,
        X_val=X[validation] if held_out else None,
        t_val=rows.t[validation] if held_out else None,
        X_judge=None if judge is None else judge.points,
        t_judge=None if judge is None else judge.t,
        feature_names=_feature_names(source, features),
        class_names=source.class_names,
        image_shape=(8, 8) if source.kind == "image" else None,
        bounds=source.bounds or tuple((float(a), float(b)) for a, b in _ranges(rows.points)),
        note=_note(source, rows, len(train), noise=noise),
        points=X_train if source.copies else rows.points[train],
        points_val=rows.points[validation] if held_out else None,
        features=features,
        scaling=scaling,
        truth=source.truth,
        noise=noise,
        turned_over=_turned_over(source, rows, train),
    )


def _with_copies(source: Source, X: np.ndarray, t: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the training images, then each set of copies in the same order, and the targets of all."""
    rng = stream(seed, "copies")
    images = X.reshape(-1, 8, 8) if source.copies else X
    sets = [X, *(varied_copies(images, rng).reshape(X.shape) for _ in range(source.copies))]
    return np.concatenate(sets), np.concatenate([t] * len(sets))


def _turned_over(source: Source, rows: Rows, train: np.ndarray) -> float:
    """Return the share of the training rows of a pattern whose label differs from the one without noise."""
    if source.kind != "pattern" or rows.strata is None:
        return 0.0
    return float(np.mean(rows.t[train, 0] != rows.strata[train]))


def _inputs(
    source: Source,
    rows: Rows,
    *,
    noise: float,
    seed: int,
    scaling: tuple[np.ndarray, np.ndarray] | None,
    features: tuple[str, ...],
) -> np.ndarray:
    """Return the columns (n, n_inputs) that the network sees, scaled and expanded."""
    X = rows.points
    if scaling is not None:
        X = (X - scaling[0]) * scaling[1]
    if source.fixed_rows and noise > 0:
        X = X + noise * stream(seed, "noise").standard_normal(X.shape)
    return expand_features(X, features) if features else X


def _ranges(points: np.ndarray) -> zip:
    return zip(points.min(axis=0), points.max(axis=0), strict=True)


def _feature_names(source: Source, features: tuple[str, ...]) -> tuple[str, ...]:
    if features:
        return tuple(FEATURES[name][0] for name in features)
    if source.kind == "table":
        return wisconsin_names()
    if source.kind == "image":
        return tuple(f"pixel {i // 8},{i % 8}" for i in range(source.n_raw))
    return ("x", "y")[: source.n_raw]


def _note(source: Source, rows: Rows, n_train: int, *, noise: float) -> str:
    n = len(rows.t)
    if source.kind == "gate":
        return (
            f"{n} noisy copies of the four rows; judged on the clean truth table."
            if noise
            else "The truth table itself, nothing scaled."
        )
    scaled = {
        "image": "Pixels 0 to 16 divided by 16, images flattened to 64 columns",
        "table": "Every column scaled to 0 to 1 by the range of the training rows alone",
    }.get(source.kind, "Nothing scaled")
    more = f", each of them {source.copies} more times, moved a little" if source.copies else ""
    return f"{scaled}; {n_train} of {n} rows train{more}."
