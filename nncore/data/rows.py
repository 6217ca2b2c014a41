"""Drawing, splitting and scaling rows, each from a random stream of its own.

One seed feeds several streams, so that changing one choice never disturbs another draw: more
noise moves the same points further, and leaves the same rows for validation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# A stream's number decides what it draws: never reuse or renumber.
STREAMS = {"points": 1, "noise": 2, "split": 3, "subset": 4, "copies": 5}


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator that `seed` holds for one purpose.

    Parameters
    ----------
    seed : int
        Not negative.
    purpose : {"points", "noise", "split", "subset", "copies"}
        What is drawn.

    Raises
    ------
    ValueError
        If the seed is negative or not a whole number.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more; got {seed!r}")
    return np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=(STREAMS[purpose],)))


@dataclass(frozen=True)
class Rows:
    """Rows as drawn: raw inputs (n, n_raw), targets (n, n_outputs), and what to stratify by.

    `strata` (n,) are whole numbers known before any noise, so that noise cannot move a row from
    training to validation; None where there is nothing to balance.
    """

    points: np.ndarray
    t: np.ndarray
    strata: np.ndarray | None = None

    def take(self, index: np.ndarray) -> Rows:
        """Return the rows of that index, in its order."""
        strata = None if self.strata is None else self.strata[index]
        return Rows(self.points[index], self.t[index], strata)


def split_rows(
    n: int, share: float, *, rng: np.random.Generator, strata: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Divide `n` rows into training and validation rows, every stratum by the same share.

    Parameters
    ----------
    n : int
        Number of rows.
    share : float
        Share of the rows that train, in (0, 1].
    rng : numpy.random.Generator
        Draws which rows.
    strata : array of shape (n,), optional
        Class of every row. Rounding is by largest remainder, so the total is right to one row.

    Returns
    -------
    train, validation : arrays of int
        Sorted row numbers; no row is in both, none is lost. `train` is never empty.

    Raises
    ------
    ValueError
        If `share` is outside (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"split must be above 0 and at most 1; got {share!r}")
    labels = np.zeros(n, dtype=int) if strata is None else np.unique(strata, return_inverse=True)[1]
    sizes = np.bincount(labels)
    wanted = sizes * share
    counts = np.floor(wanted).astype(int)
    total = max(1, min(n, round(n * share)))
    # The largest remainders take the rows that rounding down left over; ties go to the first class.
    for label in np.argsort(counts - wanted, kind="stable")[: total - counts.sum()]:
        counts[label] += 1
    train = np.concatenate(
        [rng.permutation(np.flatnonzero(labels == label))[:count] for label, count in enumerate(counts)]
    )
    train.sort()
    return train, np.setdiff1d(np.arange(n), train, assume_unique=True)


def minmax_scaling(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return offset and factor that carry every column of `points` (n, f) to [0, 1].

    A column that never changes is carried to 0.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    width = high - low
    return low, np.divide(1.0, width, out=np.ones_like(width), where=width > 0)
