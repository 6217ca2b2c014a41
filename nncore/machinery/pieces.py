"""Long work in pieces, between which whoever shares the processor among many may let others go first.

Numbers do not depend on it: a product is cut along its rows or its columns, never along the sum, and an
activation along the samples. Where an array is cut depends on its shape alone, so that a run that was
interrupted a thousand times equals one that never was, to the last bit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from nncore.arrays import Array, DTypeLike

WHOLE_PRODUCTS = 2**26
PIECE_PRODUCTS = 2**25
"""Multiplications of a matrix product that is left whole, at most, and about those of a piece: some two
milliseconds on a processor of today."""
PAUSE_PRODUCTS = 2**16
"""Multiplications behind which a chain of small products pauses: some tens of microseconds."""
WHOLE_NUMBERS = 2**18
PIECE_NUMBERS = 2**16
"""Numbers of an array that goes through an activation whole, at most, and about those of a piece."""
TRACED_NUMBERS = 2**13
"""The same, both, for a formula, which autograd follows step by step."""
KEPT_TRACES = 8
"""Pieces of a layer, at most, whose traces are kept on the way forward for the way back."""
FETCHED_BYTES = 2**21
"""Memory that the system is asked for at once, at most: one large page, cleared in a millisecond or two."""
PAGE_BYTES = 4096
"""The smallest piece of memory that a system hands out."""
LEAST = 32
"""Rows or columns of a piece at least: a processor works on blocks of that many."""

_THREAD = threading.local()


def hook() -> Callable[[], None] | None:
    """Return what interrupts this thread at a `pause`, if anything does."""
    return getattr(_THREAD, "hook", None)


def pause() -> None:
    """Let whoever shares the processor interrupt here; where nobody does, nothing happens."""
    if (interrupt := hook()) is not None:
        interrupt()


@contextmanager
def aside() -> Iterator[None]:
    """Let whoever shares the processor go on during a long call of another library, which knows no pause."""
    step_aside = getattr(hook(), "aside", None)
    if step_aside is None:
        yield
        return
    with interrupted_by(_nothing), step_aside():
        yield


def _nothing() -> None:
    """Do nothing at a pause."""


@contextmanager
def interrupted_by(interrupt: Callable[[], None]) -> Iterator[None]:
    """Have `interrupt` called at every `pause` of this thread; it may take its time, or raise to end all.

    A context manager ``interrupt.aside()``, where it has one, is entered around what cannot pause; see
    `aside`.
    """
    before = hook()
    _THREAD.hook = interrupt
    try:
        yield
    finally:
        _THREAD.hook = before


def cuts(length: int, step: int) -> list[slice]:
    """Return slices of about `step`, a multiple of `LEAST`, over so many rows or columns.

    The last one takes what is left: a single column would be another kind of product, with sums of its own.
    """
    step = max(LEAST, step // LEAST * LEAST)
    starts = range(0, max(length - LEAST, 0) + 1, step)
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], length], strict=True)]


def product(left: Array, right: Array, out: Array | None = None) -> Array:
    """Return the matrix product (..., m, k) x (..., k, n), taken in pieces where it is large.

    Parameters
    ----------
    left, right : array (..., m, k), array (..., k, n)
    out : array (..., m, n), optional
        Where to put it.
    """
    rows, inner, columns = left.shape[-2], left.shape[-1], right.shape[-1]
    stack = max(left.size // max(rows * inner, 1), right.size // max(inner * columns, 1), 1)
    if stack * rows * inner * columns <= WHOLE_PRODUCTS:
        return np.matmul(left, right, out=out)
    if out is None:
        lead = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        out = empty((*lead, rows, columns), np.result_type(left, right))
    if columns >= rows:
        for part in cuts(columns, PIECE_PRODUCTS // (stack * rows * inner)):
            np.matmul(left, right[..., part], out=out[..., part])
            pause()
    else:
        for part in cuts(rows, PIECE_PRODUCTS // (stack * inner * columns)):
            np.matmul(left[..., part, :], right, out=out[..., part, :])
            pause()
    return out


def empty(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Return an uninitialised array whose memory is there already, fetched with a `pause` now and then.

    A system hands out memory when it is first written to. Of a large array the first piece of a product, a
    few columns of every row, would fetch all: a tenth of a second in which nobody else comes to work.

    Parameters
    ----------
    shape : tuple of int
    dtype : numpy dtype
    """
    array = np.empty(shape, dtype)
    if array.nbytes > FETCHED_BYTES:
        flat = array.reshape(-1)
        for part in cuts(array.size, FETCHED_BYTES // array.itemsize):
            flat[part][:: max(1, PAGE_BYTES // array.itemsize)] = 0
            pause()
    return array


def sample_cuts(array: Array, *, whole: int = WHOLE_NUMBERS, piece: int = PIECE_NUMBERS) -> list[slice]:
    """Return slices over the samples, the last axis, of an array that goes through an activation.

    Parameters
    ----------
    array : array (..., width, n_samples)
    whole, piece : int
        Numbers of an array that is left whole, at most, and about those of a piece.
    """
    if array.size <= whole:
        return [slice(None)]
    samples = array.shape[-1]
    return cuts(samples, piece * samples // array.size)


def calls_in_pieces(calls: list[Any]) -> list[Any]:
    """Return ready calls with a `pause` behind each."""
    return [each for call in calls for each in (call, (pause, ()))]
