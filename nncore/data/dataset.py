"""What every data set of the playground looks like, whatever it was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncore import checks
from nncore.arrays import ArrayLike
from nncore.data.raw_rows import Preparation

TASKS = ("binary", "multiclass", "regression")

# Input features of two-dimensional sets, by the names that stand in the address bar.
FEATURES: dict[str, tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    "x": ("x", lambda x, y: x),
    "y": ("y", lambda x, y: y),
    "x2": ("x²", lambda x, y: x * x),
    "y2": ("y²", lambda x, y: y * y),
    "xy": ("xy", lambda x, y: x * y),
    "sinx": ("sin x", lambda x, y: np.sin(x)),
    "siny": ("sin y", lambda x, y: np.sin(y)),
}


def expand_features(points: np.ndarray, features: tuple[str, ...]) -> np.ndarray:
    """Turn points of the plane into the input columns that a network sees.

    Parameters
    ----------
    points : array of shape (..., n, 2)
        Raw coordinates x and y.
    features : tuple of str
        Names out of ``FEATURES``, in the order of the columns.

    Returns
    -------
    array of shape (..., n, len(features))

    Raises
    ------
    ValueError
        If a name is unknown or the points have not two columns.

    Examples
    --------
    >>> expand_features(np.array([[2.0, 3.0]]), ("x", "xy", "y2"))
    array([[2., 6., 9.]])
    """
    points = checks.numbers("points", points)
    if points.ndim < 1 or points.shape[-1] != 2:
        raise ValueError(f"points must have two columns, x and y; got shape {points.shape}")
    unknown = [name for name in features if name not in FEATURES]
    if unknown or not features:
        raise ValueError(f"features must be one or more of {', '.join(FEATURES)}; got {features!r}")
    x, y = points[..., 0], points[..., 1]
    return np.stack([FEATURES[name][1](x, y) for name in features], axis=-1)


def frozen_array(values: ArrayLike) -> np.ndarray:
    """Return `values` as a contiguous float64 array that nobody can write to.

    Data sets are cached and shared between users, so none may change another's.

    Raises
    ------
    ValueError
        If the values are not numbers.
    """
    match values:
        case np.ndarray(dtype=np.float64, flags=flags) if flags.c_contiguous and not flags.writeable:
            return values  # a large table need not be held twice
    array = np.array(values, dtype=np.float64, order="C")
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class DataSet:
    """Rows to train on, rows to validate on, and what is needed to draw them.

    Parameters
    ----------
    name : str
        Name in the registry ``DATA``, or ``"own"``.
    task : {"binary", "multiclass", "regression"}
        What the targets mean.
    X, t : arrays of shape (n_train, n_inputs) and (n_train, n_outputs)
        Training rows as the network sees them. Targets are 0/1 in one column for two classes,
        one-hot rows for more, real values for a regression.
    X_val, t_val : arrays, or None
        Rows kept apart for validation.
    X_judge, t_judge : arrays, or None
        The clean truth table of a gate, on which it is judged whatever it was trained on.
    feature_names, class_names : tuple of str
        One name per input column; one per class (empty for a regression).
    image_shape : tuple of int, or None
        Rows and columns of the picture that a row of `X` holds.
    bounds : tuple of (low, high)
        Range to draw for every *raw* input (before scaling and features).
    note : str
        One sentence: what was scaled, and how.
    points, points_val : arrays of shape (n, n_raw), or None
        Raw inputs of the training and validation rows; default: the rows themselves.
    features : tuple of str
        For two-dimensional sets, the names of the input columns (``FEATURES``); else empty.
    scaling : pair of arrays of shape (n_raw,), or None
        Offset and factor: inputs are ``(raw - offset) * factor``.
    truth : callable, or None
        For made-up regressions, the function without noise: raw inputs (n, n_raw) to (n, n_outputs).
    noise : float
        How much noise made-up rows were drawn with, in the unit of their source.
    turned_over : float
        Share of the training rows whose label the noise turned over, in made-up classes.
    preparation : Preparation, or None
        Of a table of one's own, what turns its raw rows into inputs and outputs into answers.
    class_weights : tuple of float
        What a row of each class counts in the cost; empty where all count the same.

    Raises
    ------
    ValueError
        If shapes do not fit one another, a set is empty, or a number is not finite.
    """

    name: str
    task: str
    X: np.ndarray
    t: np.ndarray
    X_val: np.ndarray | None = None
    t_val: np.ndarray | None = None
    X_judge: np.ndarray | None = None
    t_judge: np.ndarray | None = None
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    bounds: tuple[tuple[float, float], ...] = ()
    note: str = ""
    points: np.ndarray | None = None
    points_val: np.ndarray | None = None
    features: tuple[str, ...] = ()
    scaling: tuple[np.ndarray, np.ndarray] | None = None
    truth: Callable[[np.ndarray], np.ndarray] | None = None
    noise: float = 0.0
    turned_over: float = 0.0
    preparation: Preparation | None = None
    class_weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"task must be one of {', '.join(TASKS)}; got {self.task!r}")
        for inputs, targets in (("X", "t"), ("X_val", "t_val"), ("X_judge", "t_judge")):
            self._freeze_pair(inputs, targets)
        for raw, columns in (("points", self.X), ("points_val", self.X_val)):
            points = getattr(self, raw)
            object.__setattr__(self, raw, columns if points is None else frozen_array(points))
        if self.scaling is not None:
            offset, factor = self.scaling
            object.__setattr__(self, "scaling", (frozen_array(offset), frozen_array(factor)))
        if self.class_weights and self.task == "regression":
            raise ValueError(f"class_weights must be empty for a regression; got {self.class_weights!r}")
        if not self.feature_names:
            names = tuple(f"x{i + 1}" for i in range(self.X.shape[1]))
            object.__setattr__(self, "feature_names", names)

    def _freeze_pair(self, inputs: str, targets: str) -> None:
        X, t = getattr(self, inputs), getattr(self, targets)
        if X is None and t is None and inputs != "X":
            return
        if X is None or t is None:
            raise ValueError(f"{inputs} and {targets} must be given together; got only one of them")
        X, t = checks.numbers(inputs, X), checks.numbers(targets, t)
        for field, array in ((inputs, X), (targets, t)):
            if array.ndim != 2 or 0 in array.shape:
                raise ValueError(f"{field} must be a table with rows and columns; got shape {array.shape}")
            if not np.isfinite(array).all():
                raise ValueError(f"{field} must hold finite numbers only; got NaN or infinity")
        if len(X) != len(t):
            raise ValueError(f"{targets} must have one row per row of {inputs}, {len(X)}; got {len(t)}")
        object.__setattr__(self, inputs, frozen_array(X))
        object.__setattr__(self, targets, frozen_array(t))
        for mine, first in ((X, self.X), (t, self.t)):
            if mine.shape[1] != first.shape[1]:
                raise ValueError(
                    f"{inputs} and {targets} must have the columns of the training rows, "
                    f"{self.X.shape[1]} and {self.t.shape[1]}; got {X.shape[1]} and {t.shape[1]}"
                )

    @property
    def n_inputs(self) -> int:
        """Input columns that the network sees."""
        return int(self.X.shape[1])

    @property
    def n_outputs(self) -> int:
        """Output columns that the network must have."""
        return int(self.t.shape[1])

    def transform(self, raw: ArrayLike) -> np.ndarray:
        """Turn raw inputs into the columns that the network sees.

        Parameters
        ----------
        raw : array of shape (n, n_raw)
            Points of a map, pixels of a drawing, rows of a table, in the units of `bounds`.

        Returns
        -------
        array of shape (n, n_inputs)

        Raises
        ------
        ValueError
            If the number of columns does not fit.
        """
        values = checks.numbers("raw inputs", raw)
        expected = len(self.bounds) if self.bounds else self.n_inputs
        if values.ndim < 1 or values.shape[-1] != expected:
            raise ValueError(f"raw inputs must have {expected} columns; got shape {values.shape}")
        if self.scaling is not None:
            offset, factor = self.scaling
            values = (values - offset) * factor
        return expand_features(values, self.features) if self.features else values
