"""Matrix products of many runs at once, each with the sums that the same product has alone, to the last bit.

A library for matrices adds in an order that suits a shape on a machine, and where the processor can it rounds
a product and its sum once, not twice. Where training is chaotic a last digit grows into another curve. So
what is faster than one product for each run is tried here, on numbers enough, before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from nncore.arrays import Array
from nncore.machinery.kernels import Call

ONE_PRODUCT = 256
"""Products of so many multiplications at most are taken as one for all runs that share the right side."""
TRIED = 512
"""Sums that must be the same to the last bit before that is done."""

Chains = tuple[tuple[int, ...], ...]
"""In which order the terms of sums are added: chains of terms, each product rounded together with its sum but
the first; then the chains."""


@lru_cache(maxsize=1024)
def adds_alike(stack: tuple[int, ...], n: int, dtype: np.dtype) -> bool:
    """Say whether one product of all rows has the sums of the products (n_runs, m, k) x (k, n) to the bit."""
    n_runs, m, k = stack
    if m * k * n > ONE_PRODUCT:
        return False
    rng = np.random.default_rng(0)
    for _ in range(1 + TRIED // (n_runs * m * n)):
        left, right = rng.normal(size=stack).astype(dtype), rng.normal(size=(k, n)).astype(dtype)
        # A vector of the processor holds more than a small matrix, and what is not of it may raise a flag.
        with np.errstate(all="ignore"):
            as_one, each = np.dot(left.reshape(-1, k), right), np.matmul(left, right)
        if not np.array_equal(as_one, each.reshape(-1, n)):
            return False
    return True


def one_product(left: Array, right: Array, out: Array) -> Callable[[], None]:
    """Return what takes the products (n_runs, m, k) x (k, n) of a stack as one, of the rows of all runs.

    What a library needs for each call, more than a small product itself, is then spent once.
    """
    rows = left.reshape(-1, left.shape[-1])
    rows_of_runs = rows.reshape(left.shape)
    gathered = left.flags.c_contiguous
    answers = np.empty((len(rows), right.shape[-1]), out.dtype)
    answers_of_runs = answers.reshape(out.shape)

    def multiply() -> None:
        if not gathered:
            np.copyto(rows_of_runs, left)
        np.dot(rows, right, answers)
        np.copyto(out, answers_of_runs)

    return multiply


def orders(n_terms: int) -> list[Chains]:
    """Return the orders in which OpenBLAS is known to take a row times a matrix of a few columns.

    The terms come in blocks of four. With AVX-512 the first two of a block, and of what is left, are swapped;
    with AVX2 a block is two chains of two, and what is left is added term by term.
    """
    blocks, left = range(0, n_terms - 3, 4), [*range(n_terms - n_terms % 4, n_terms)]
    first, rest = left[:2], left[2:]
    swapped = [(i + 1, i, i + 2, i + 3) for i in blocks]
    halved = [part for i in blocks for part in ((i, i + 2), (i + 1, i + 3))]
    chains: list[Chains] = [
        (*swapped, *([tuple(reversed(first))] if first else []), *((i,) for i in rest)),
        (*halved, *((i,) for i in left)),
    ]
    return chains


def row_product(row: Array, matrix: Array, out: Array, *, chains: Chains) -> list[Call]:
    """Return the calls that multiply one row by a matrix for every run, the runs last in memory.

    NumPy has no multiplication fused with an addition, but that of complex numbers is one: the imaginary part
    of (a + i s)(1 + i w) is a w + s, rounded once.

    Parameters
    ----------
    row, matrix, out : array (n_runs, 1, k), array (n_runs, k, n), array (n_runs, 1, n)
        The first row of the matrix is ones.
    chains : tuple of tuple of int
        The order of the k terms.
    """
    weights, values = np.moveaxis(row, 0, -1)[0], np.moveaxis(matrix, 0, -1)
    answer = np.moveaxis(out, 0, -1)[0]
    kind = np.result_type(out.dtype, np.complex64)
    factors = np.ones(weights.shape, kind)
    calls: list[Call] = [(np.copyto, (factors.imag, weights))]
    parts = []
    for first, *others in chains:
        sums = np.empty(answer.shape, kind)
        calls.append((np.multiply, (values[first], weights[first], sums.imag)))
        for term in others:
            if term == 0:
                calls.append((np.add, (sums.imag, weights[0], sums.imag)))
            else:
                calls += [(np.copyto, (sums.real, values[term])), (np.multiply, (sums, factors[term], sums))]
        parts.append(sums.imag)
    total = parts[0]
    for part in parts[1:]:
        calls.append((np.add, (total, part, answer)))
        total = answer
    return calls if total is answer else [*calls, (np.copyto, (answer, total))]


def row_product_of_four(row: Array, matrix: Array, out: Array) -> list[Call]:
    """Return the calls that multiply one row of four by a matrix for every run, the runs last in memory.

    The four are taken two by two, as a processor's vectors take them: the sums of the first and the third
    term and of the second and the fourth, each term rounded, and then the sum of both.

    Parameters
    ----------
    row, matrix, out : array (n_runs, 1, 4), array (n_runs, 4, n), array (n_runs, 1, n)
    """
    n_runs, _, n = out.shape
    halves = np.moveaxis(np.empty((2, n, n_runs), out.dtype), -1, 0)
    pairs, of_pairs = row.reshape(n_runs, 2, 2), matrix.reshape(n_runs, 2, 2, n)
    return [
        (partial(np.einsum, "kpq,kpqi->kqi", pairs, of_pairs, out=halves), ()),
        (np.add, (halves[:, 0], halves[:, 1], out[:, 0])),
    ]
