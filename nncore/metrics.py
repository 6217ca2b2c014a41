"""Counting right and wrong answers."""

from __future__ import annotations

from numbers import Integral

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike


def accuracy(labels: ArrayLike, predicted: ArrayLike) -> Array:
    """Return the share of samples whose predicted class is the right one.

    Parameters
    ----------
    labels : int array (n_samples,)
        The right class of every sample.
    predicted : int array (..., n_samples)
        The class that the network chose, with leading axes of runs or epochs as you like.

    Returns
    -------
    array (...)
        A mean over samples, between 0 and 1.

    Raises
    ------
    ValueError
        When there is no sample, or the last axes differ in length.

    Examples
    --------
    >>> float(accuracy([0, 1, 1, 0], [0, 1, 0, 0]))
    0.75
    """
    labels, predicted = _same_samples(labels, predicted)
    return np.mean(predicted == labels, axis=-1)


def confusion_matrix(labels: ArrayLike, predicted: ArrayLike, *, n_classes: int) -> Array:
    """Count how often each class was taken for each.

    Parameters
    ----------
    labels : int array (n_samples,)
        The right class of every sample, from 0.
    predicted : int array (*runs, n_samples)
        The class that the network chose.
    n_classes : int
        How many classes there are.

    Returns
    -------
    int array (*runs, n_classes, n_classes)
        Row: the right class. Column: the predicted one. In samples; all entries add up to n_samples.

    Raises
    ------
    ValueError
        When there is no sample, the last axes differ, or a class lies outside 0..n_classes - 1.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 0], [0, 1, 0, 0], n_classes=2).tolist()
    [[2, 0], [1, 1]]
    """
    n_classes = checks.whole_number("n_classes", n_classes, least=1)
    labels, predicted = _same_samples(labels, predicted)
    for name, classes in (("labels", labels), ("predicted", predicted)):
        if classes.dtype.kind not in "iu" or classes.min() < 0 or classes.max() >= n_classes:
            raise ValueError(f"{name} must be whole numbers from 0 to {n_classes - 1}; got {classes!r}.")
    runs = predicted.shape[:-1]
    cells = n_classes * n_classes
    matrices = [np.bincount(labels * n_classes + predicted[run], minlength=cells) for run in np.ndindex(runs)]
    return np.array(matrices).reshape(*runs, n_classes, n_classes)


def onehot(target: ArrayLike) -> Array:
    """Turn integer labels into rows of zeros with a one at the label.

    Parameters
    ----------
    target : int array (n_samples,) or (n_samples, 1)
        Classes from 0.

    Returns
    -------
    int array (n_samples, n_classes)
        As many columns as the largest label needs.

    Raises
    ------
    ValueError
        When there is no label, or one that is not a whole number from 0.

    Examples
    --------
    >>> onehot(np.array([0, 2])).tolist()
    [[1, 0, 0], [0, 0, 1]]
    """
    given = checks.numbers("target", target)
    with np.errstate(invalid="ignore"):
        labels = given.astype(np.int64)
    if not labels.size or labels.size != len(labels) or (labels != given).any() or labels.min() < 0:
        raise ValueError(f"target must be a vector of whole numbers from 0; got {target!r}.")
    return onehot_rows(labels.reshape(-1), int(labels.max()) + 1)


def onehot_rows(labels: Array, n_classes: int) -> Array:
    """Turn int labels (..., n_samples) into 0/1 rows (..., n_samples, n_classes)."""
    return np.eye(n_classes, dtype=np.int64)[labels]


def _classes(values: object) -> Array:
    """Return classes as an array, of int where a table gives truth values or objects that are whole."""
    array = np.asarray(values)
    whole = array.dtype.kind == "O" and all(isinstance(one, Integral) for one in array.flat)
    return array.astype(np.int64) if whole or array.dtype.kind == "b" else array


def _same_samples(labels: ArrayLike, predicted: ArrayLike) -> tuple[Array, Array]:
    labels, predicted = _classes(labels), _classes(predicted)
    if labels.ndim != 1 or not labels.size or predicted.shape[-1:] != labels.shape:
        raise ValueError(
            "labels must be a vector (n_samples,) with at least one sample and predicted must end in that"
            f" axis; got {labels.shape} and {predicted.shape}."
        )
    return labels, predicted
