"""The sets a training works on, and how an epoch is cut into mini-batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike
from nncore.model import Model


@dataclass(frozen=True)
class TrainingData:
    """The sets of one training, as float arrays."""

    X: Array
    t: Array
    """`X` and `t`, array (n_samples, n_features), array (n_samples, n_outputs): what is trained on."""
    X_val: Array | None = None
    t_val: Array | None = None
    """`X_val` and `t_val`: what is watched."""
    X_judge: Array | None = None
    t_judge: Array | None = None
    """`X_judge` and `t_judge`: a clean set to judge by, such as a gate's truth table."""


def checked_data(
    network: Model,
    X: ArrayLike,
    t: ArrayLike,
    *,
    X_val: ArrayLike | None,
    t_val: ArrayLike | None,
    judge: tuple[ArrayLike, ArrayLike] | None,
) -> TrainingData:
    """Return the sets of a training, or refuse them.

    Raises
    ------
    ValueError
        When a shape does not fit, a value is not finite, or half of the validation set is missing.
    """
    train = network.checked_set(X, t)
    if (X_val is None) != (t_val is None):
        missing = "t_val" if t_val is None else "X_val"
        raise ValueError(f"X_val and t_val must be given together; {missing} is missing.")
    nothing: tuple[Array | None, Array | None] = (None, None)
    val = judged = nothing
    if X_val is not None and t_val is not None:
        val = network.checked_set(X_val, t_val, names=("X_val", "t_val"))
    if judge is not None:
        judged = network.checked_set(*judge, names=("X of judge", "t of judge"))
    return TrainingData(*train, *val, *judged)


def with_ones(X: Array, dtype: np.dtype) -> Array:
    """Return samples (n_samples, n_features) with a column of ones before them."""
    return np.hstack([np.ones((len(X), 1)), X]).astype(dtype)


def batch_bounds(n_samples: int, *, batch_size: int | None, batches: int | None) -> list[tuple[int, int]]:
    """Return where each mini-batch of an epoch starts and stops, in samples.

    Raises
    ------
    ValueError
        When both ways to say it are used, or a number is not a whole one from 1 (batches: to n_samples).

    Examples
    --------
    >>> batch_bounds(10, batch_size=4, batches=None), batch_bounds(10, batch_size=None, batches=3)
    ([(0, 4), (4, 8), (8, 10)], [(0, 3), (3, 6), (6, 10)])
    """
    if batch_size is not None and batches is not None:
        raise ValueError(f"batch_size and batches exclude each other; got {batch_size!r} and {batches!r}.")
    if batches is not None:
        number = checks.whole_number("batches", batches, least=1)
        if number > n_samples:
            raise ValueError(f"batches must be at most the number of samples, {n_samples}; got {number}.")
        size = n_samples // number
        starts = [size * index for index in range(number)]
    else:
        size = n_samples if batch_size is None else checks.whole_number("batch_size", batch_size, least=1)
        starts = list(range(0, n_samples, size))
    return list(zip(starts, [*starts[1:], n_samples], strict=True))
