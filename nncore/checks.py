"""Refusing what cannot be meant: one sentence with the field, what is allowed, what was given."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from numbers import Integral, Real

import numpy as np

from nncore.arrays import Array, ArrayLike, DTypeLike, Numbers

_REAL = (Real, Decimal, np.bool_)
"""Kinds of numbers that a column of objects may hold."""


def whole_number(name: str, value: object, *, least: int) -> int:
    """Return `value` as an int of at least `least`.

    Raises
    ------
    ValueError
        When it is not a whole number, or too small.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}; got {value!r}.")
    return int(value)


def numbers(name: str, value: object) -> Array:
    """Return `value` as an array of float64: an array, lists, or a table or column of another library.

    Raises
    ------
    ValueError
        When it is not made of real numbers.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind == "O" and array.ndim:
        return _from_objects(name, value, array)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be made of real numbers; got {_short(value)}.")
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        place = _place(value, np.argwhere(np.ma.getmaskarray(value))[0])
        raise ValueError(f"{name} must be made of real numbers; got a masked one{place}.")
    with np.errstate(over="ignore"):
        return array.astype(np.float64) if array.dtype != np.float64 else array


def _from_objects(name: str, value: object, array: Array) -> Array:
    """Return what a table of mixed or nullable columns gives: an array of Python objects, all numbers."""
    wrong = {kind for kind in set(map(type, array.flat)) if not issubclass(kind, _REAL)}
    if not wrong:
        try:
            return array.astype(np.float64)
        except OverflowError:
            raise ValueError(f"{name} must hold numbers below 1.8e308 in size; got a larger one.") from None
    position, item = next(pair for pair in np.ndenumerate(array) if type(pair[1]) in wrong)
    raise ValueError(f"{name} must be made of real numbers; got {_short(item)}{_place(value, position)}.")


def _place(value: object, position: Sequence[int]) -> str:
    """Say where in a vector or table something stands, by the name of the column where there is one."""
    if len(position) != 2:
        return f" in row {position[0]}" if len(position) == 1 else ""
    row, column = (int(index) for index in position)
    names, name = getattr(value, "columns", None), getattr(value, "name", None)
    if names is None and isinstance(name, str):
        names = [name]  # a single column
    return f" in row {row}, column {column if names is None else repr(list(names)[column])}"


def setting(
    name: str, value: ArrayLike, *, low: float, high: float = np.inf, open_low: bool = False
) -> Numbers:
    """Return a scheduler number or lambda: one float, or a vector with one value per run.

    Raises
    ------
    ValueError
        When a value is not a finite number inside the interval, or there is more than one axis.
    """
    interval = f"{'above' if open_low else 'at least'} {low:g}"
    if np.isfinite(high):
        interval += f" and below {high:g}"
    allowed = f"{name} must be a finite number {interval}, or a vector with one per run"
    array = np.asarray(value)
    if array.dtype.kind not in "fiu" or array.ndim > 1 or not array.size:
        raise ValueError(f"{allowed}; got {_short(value)}.")
    array = array.astype(np.float64)
    inside = (array > low if open_low else array >= low) & (array < high)
    if not np.all(inside & np.isfinite(array)):
        raise ValueError(f"{allowed}; got {_short(value)}.")
    return float(array) if array.ndim == 0 else array


def inputs(name: str, X: ArrayLike, *, width: int, dtype: DTypeLike = np.float64) -> Array:
    """Return a design matrix (n_samples, n_features) that a network with `width` inputs can take.

    Raises
    ------
    ValueError
        When it is not a finite matrix of that width with at least one row, or a number is too large for the
        network's precision.
    """
    array = numbers(name, X)
    if array.ndim != 2 or array.shape[1] != width:
        raise ValueError(
            f"{name} must have shape (n_samples, {width}), one column per input of the network;"
            f" got shape {array.shape}."
        )
    return _filled(name, array, given=X, dtype=dtype)


def targets(name: str, t: ArrayLike, *, like: Array, width: int, dtype: DTypeLike = np.float64) -> Array:
    """Return targets (n_samples, n_outputs) for the rows of `like`; one output may come as a vector.

    Raises
    ------
    ValueError
        When it is not a finite matrix of that width with a row for each sample, or a number is too large for
        the network's precision.
    """
    array = numbers(name, t)
    if array.ndim == 1 and width == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] != width:
        hint = ", one-hot for classes" if width > 1 else ""
        raise ValueError(
            f"{name} must have shape (n_samples, {width}), one column per output of the network{hint};"
            f" got shape {array.shape}."
        )
    if len(array) != len(like):
        raise ValueError(f"{name} must have one row per sample, {len(like)}; got {len(array)}.")
    return _filled(name, array, given=t, dtype=dtype)


def _filled(name: str, array: Array, *, given: object, dtype: DTypeLike) -> Array:
    if not len(array):
        raise ValueError(f"{name} must have at least one row; got none.")
    if not np.isfinite(array).all():
        at = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(f"{name} must be finite everywhere; got {array[tuple(at)]}{_place(given, at)}.")
    return within(name, array, dtype=dtype, given=given)


def within(name: str, array: Array, *, dtype: DTypeLike, given: object = None) -> Array:
    """Return `array` if a network of that precision can hold its numbers; infinity and NaN may pass.

    Raises
    ------
    ValueError
        When a finite number is too large.
    """
    most = np.finfo(dtype).max
    if array.dtype.itemsize > np.dtype(dtype).itemsize and (beyond := _beyond(array, float(most))).any():
        at = np.argwhere(beyond)[0]
        raise ValueError(
            f"{name} must lie within what {np.dtype(dtype)} can hold, {most:.1e} in size;"
            f" got {array[tuple(at)]:g}{_place(given, at)}."
        )
    return array


def _beyond(array: Array, most: float) -> Array:
    return np.isfinite(array) & (np.abs(array) > most)


def choice(name: str, value: object, allowed: Sequence[str]) -> str:
    """Return `value` if it is one of the names allowed.

    Raises
    ------
    ValueError
        When it is not.
    """
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}.")
    return str(value)


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
