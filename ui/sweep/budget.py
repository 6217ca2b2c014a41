"""How many runs a live sweep can afford: decided by arithmetic, so that every machine sees the same strip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from nncore.data import DATA, DataSet
from nncore.estimate import estimate
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import number_text
from nncore.experiment.fields import seeds_from
from nncore.sweep import spread
from nncore.sweep.memory import MOST_RUNS

ETA_LOW, ETA_HIGH = 1e-5, 1e2
MOST_RATES: Final = 200
MOST_STARTS: Final = 100
MOST_LIVE: Final = 5000
"""Runs of one live sweep; larger grids are for the command line."""
SUBSET: Final = 500
"""Images that a sweep over digits trains and checks on."""
FIRST_RATES: Final = 8
"""Rates of a strip's first picture, where runs are cheap."""
STACK_SECONDS: Final = 0.5
"""About how long one stack may take: its points appear together."""
STEP_PRODUCTS: Final = 2.0e8
STEP_NUMBERS: Final = 2.0e6
"""Multiplications of a forward pass, and numbers in a layer, up to which runs are stepped side by side."""
SWEEP_SECONDS: Final = 2.0
"""About how long a whole strip may take where no number of rates or starts is asked for."""

_SHAPES: Final = ((50, 10), (50, 5), (29, 5), (29, 3), (15, 3), (15, 1), (12, 1))
"""Rates and starts of a strip, from what a gate affords down to what digits do."""


@dataclass(frozen=True)
class SweepSize:
    """What a strip spans."""

    low: float = ETA_LOW
    high: float = ETA_HIGH
    """`low` and `high`: ends of the learning rates."""
    rates: int | None = None
    starts: int | None = None
    """`rates` and `starts`: how many; None leaves it to the cost of a run."""


def stack_runs(experiment: Experiment, data: DataSet) -> int:
    """Return how many runs to train at once, so that results keep coming and no single step is long."""
    taken = estimate(experiment, data)
    rows = min(experiment.batch_size or len(data.X), len(data.X))
    step = max(
        rows * experiment.n_parameters(data) / STEP_PRODUCTS,
        rows * max(experiment.dimensions(data)) / STEP_NUMBERS,
    )
    return int(max(1, min(MOST_RUNS, max(3, (STACK_SECONDS - taken.shared) / taken.each), 1 / step)))


def fitted(size: SweepSize, experiment: Experiment, data: DataSet) -> SweepSize:
    """Fill in the numbers of rates and starts that were left open."""
    each = estimate(experiment, data).each
    affordable = [(r, s) for r, s in _SHAPES if r * s * each <= SWEEP_SECONDS] or [_SHAPES[-1]]
    rates, starts = affordable[0]
    if size.rates is not None:
        rates = size.rates
    if size.starts is not None:
        starts = size.starts
    return replace(size, rates=rates, starts=starts)


def rates_of(size: SweepSize, *, also: float) -> tuple[float, ...]:
    """Return the learning rates of a strip, the experiment's own among them where it lies in the range."""
    etas = spread(size.low, size.high, size.rates or _SHAPES[0][0])
    if also in etas or not size.low <= also <= size.high:
        return etas
    return tuple(sorted({*etas, also}))


def seeds_of(experiment: Experiment, starts: int) -> tuple[int, ...]:
    """Return the starts of a sweep: the experiment's own first, then the seeds that follow it."""
    return seeds_from(experiment.seed, starts)


def subset(experiment: Experiment) -> tuple[Experiment, str]:
    """Return the experiment that is swept, and a sentence where it sees fewer rows than were asked for."""
    if experiment.kind != "image" or experiment.samples <= SUBSET:
        return experiment, ""
    whole = DATA[experiment.data].samples
    return (
        experiment.replace(samples=SUBSET),
        f"Swept on {SUBSET} of {min(experiment.samples, whole)} images, so that it can be live.",
    )


def check_size(size: SweepSize) -> None:
    """Refuse a range that is none, or more runs than a live sweep takes.

    Raises `ValueError` with a sentence: the field, what is allowed, what was given.
    """
    if size.low >= size.high:
        kind = "reversed" if size.low > size.high else "empty"
        ends = f"{number_text(size.low)} to {number_text(size.high)}"
        raise ValueError(f"The learning rates must run from low to high; {ends} is {kind}.")
    runs = (size.rates or 1) * (size.starts or 1)
    if runs > MOST_LIVE:
        raise ValueError(
            f"A live sweep has room for {MOST_LIVE:,} runs; {size.rates} rates × {size.starts} starts are "
            f"{runs:,}. The command line python -m nncore.sweep takes more."
        )


def axis_values(experiment: Experiment, axis: str, data: DataSet, *, fine: bool) -> tuple[object, ...]:
    """Return the values of the second axis of a heat map: "lam", "hidden" (the width of the first layer) or
    "batch_size", which the rows of `data` limit.

    Many values where so fine an axis can be afforded.
    """
    if axis == "lam":
        return spread(1e-6, 1.0, 24 if fine else 9)
    if axis == "hidden":
        rest = experiment.hidden[1:]
        widths = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16) if fine else (2, 8, 16, 32, 64, 100)
        return tuple((width, *rest) for width in widths)
    sizes = [2**k for k in range(12) if 2**k < len(data.X)]
    if not fine:
        sizes = [size for size in sizes if size >= 16]
    return (*sizes[-7:], 0)
