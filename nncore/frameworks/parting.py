"""Where two runs of one experiment part, and whether rounding alone takes them there.

Equal formulas in another order of operations differ in the last bit. A run that settles forgets such a bit;
one whose steps are long for its landscape multiplies it from epoch to epoch, until the curves part for all to
see. Nobody's formula is wrong then, and nncore shows as much on itself: with the last bits of its start
changed it parts from its own curve at about the same epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import FrameworkRun

ROUNDING = 1e-12
"""What rounding alone may add to the difference of two costs in an epoch: some thousand last bits."""
SAME_STEP = 1e-9
"""Equal formulas give weights after the first step that differ by less."""
AS_FAR = 1000.0
"""Rounding takes another run as far when the two differences are within this factor."""
AS_SOON = 2.0
"""And as soon when it parts at no less than this fraction of the epochs."""
COARSER = 2.0**29
"""How much coarser float32 rounds than float64: 24 bits a number, not 53."""
FLOAT32_MOST = float(np.finfo(np.float32).max)
"""The largest number of float32, 3.4e38."""


@dataclass(frozen=True)
class Difference:
    """Largest absolute differences between two runs."""

    losses: float
    losses_at: int
    """`losses` and `losses_at`, float and int: of the training costs over all epochs that both have, and the
    epoch (from 1) where it is. Costs above 1 count relative to their size; two that are no longer finite do
    not differ."""
    first_step: float
    weights: float
    """`first_step` and `weights`: of any weight after the first step, and at the end. NaN as long as one is
    not there."""
    parts_at: int = 0
    """First epoch (from 1) at which the costs differ by more than `ROUNDING` times the epoch; 0 for none."""


def difference(a: FrameworkRun, b: FrameworkRun) -> Difference:
    """Return how far two runs of one experiment lie apart, and where they part."""
    n = min(a.epochs, b.epochs)
    gaps = _gaps(np.array(a.train_errors[:n]), np.array(b.train_errors[:n]))
    at = int(np.argmax(gaps)) if n else -1
    parted = np.flatnonzero(gaps > ROUNDING * np.arange(1, n + 1))
    same_length = a.epochs == b.epochs
    return Difference(
        losses=float(gaps[at]) if n else float("nan"),
        losses_at=at + 1,
        first_step=_largest(a.first_step, b.first_step),
        weights=_largest(a.weights, b.weights) if same_length else float("nan"),
        parts_at=int(parted[0]) + 1 if len(parted) else 0,
    )


def last_bits(recipe: Recipe) -> Recipe:
    """Return a recipe with the last bit of its learning rate and of every starting weight but 0 changed."""
    start = [np.where(w == 0, w, np.nextafter(w, np.inf)) for w in recipe.start]
    return replace(recipe, start=start, eta=float(np.nextafter(recipe.eta, 0.0)))


def grows_from_rounding(gap: Difference, twin: Difference) -> bool:
    """Return whether rounding accounts for a difference between two libraries.

    Parameters
    ----------
    gap : Difference
        Between a library and nncore.
    twin : Difference
        Between nncore and nncore from `last_bits`: what a change of one last bit grows to.

    Returns
    -------
    bool
        True when the first step is the same, and the twin parts as soon and as far.
    """
    as_far = gap.losses <= AS_FAR * twin.losses
    as_soon = 0 < twin.parts_at <= AS_SOON * gap.parts_at
    return gap.first_step <= SAME_STEP and as_far and as_soon


def ends_float32(run: FrameworkRun) -> int | None:
    """Return the first epoch (0 is before training) whose cost is finite but beyond float32, or None."""
    costs = np.array([run.start_cost, *run.train_errors])
    beyond = np.flatnonzero(np.isfinite(costs) & (costs > FLOAT32_MOST))
    return int(beyond[0]) if len(beyond) else None


def _gaps(mine: Array, theirs: Array) -> Array:
    """Differences of costs (epochs,): relative above 1, none where both are no longer finite."""
    finite = np.isfinite(mine) & np.isfinite(theirs)
    neither = ~np.isfinite(mine) & ~np.isfinite(theirs)
    gaps = np.where(neither, 0.0, np.inf)
    scale = np.maximum(1.0, np.abs(mine[finite]))
    gaps[finite] = np.abs(mine[finite] / scale - theirs[finite] / scale)
    return gaps


def _largest(a: Sequence[Array], b: Sequence[Array]) -> float:
    if not a or not b:
        return float("nan")
    return max(float(np.max(np.abs(x - y))) for x, y in zip(a, b, strict=True))
