"""Learning-rate schedules over time: by what factor the learning rate is multiplied in each epoch.

A schedule is a plain function ``factor(epoch, epochs)``. ``Training`` asks it at the start of every epoch
and multiplies the user's learning rate, which itself is never overwritten. A factor of 1 is the rate on the
slider.

Examples
--------
>>> [round(cosine(epoch, 5), 3) for epoch in range(5)]
[1.0, 0.905, 0.655, 0.345, 0.095]
>>> [step(epoch, 10) for epoch in (0, 1, 2, 4, 9)]
[1.0, 1.0, 0.5, 0.25, 0.0625]
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil, cos, pi

from nncore import checks
from nncore.arrays import Numbers

Schedule = Callable[[int, int], float]

STEPS = 5  # plateaus of the step schedule, each half as high as the one before
FINAL_FACTOR = 0.01  # where the exponential schedule ends
WARMUP_SHARE = 0.1  # share of the epochs that the warm-up takes

SCHEDULES: dict[str, Schedule] = {}
SCHEDULE_LABELS: dict[str, str] = {}

_TAKES = """

    Parameters
    ----------
    epoch : int
        Epochs completed so far; 0 for the first epoch.
    epochs : int
        Epochs planned.

    Returns
    -------
    float
        What the learning rate is multiplied by.

    Raises
    ------
    ValueError
        When `epoch` is negative or `epochs` below 1.
    """


def _schedule(label: str) -> Callable[[Schedule], Schedule]:
    """Enter a schedule by its name, with what every one of them takes, returns and refuses."""

    def enter(factor: Schedule) -> Schedule:
        @wraps(factor)
        def within(epoch: int, epochs: int) -> float:
            if epochs < 1:
                raise ValueError(f"epochs must be at least 1; got {epochs}")
            if epoch < 0:
                raise ValueError(f"epoch must be 0 or more (epochs completed so far); got {epoch}")
            # A run that was extended stays at the plan's end.
            return factor(min(epoch, epochs - 1), epochs)

        within.__doc__ = f"{factor.__doc__}{_TAKES}"
        SCHEDULE_LABELS[factor.__name__] = label
        SCHEDULES[factor.__name__] = within
        return within

    return enter


@_schedule("constant")
def constant(epoch: int, epochs: int) -> float:
    """The learning rate stays as it is."""
    return 1.0


@_schedule("step: halved every fifth of the run")
def step(epoch: int, epochs: int) -> float:
    """The learning rate is halved after each fifth of the epochs: 1, 1/2, 1/4, 1/8, 1/16."""
    return float(0.5 ** (STEPS * epoch // epochs))


@_schedule("exponential: down to a hundredth")
def exponential(epoch: int, epochs: int) -> float:
    """The learning rate falls by the same factor every epoch: 0.01 to the power epoch / (epochs - 1)."""
    return float(FINAL_FACTOR ** (epoch / max(1, epochs - 1)))


@_schedule("cosine: half a wave down to zero")
def cosine(epoch: int, epochs: int) -> float:
    """The learning rate follows half a cosine: slow at first, quick in the middle, gentle at the end.

    (1 + cos(pi epoch / epochs)) / 2 never quite reaches 0.

    Source: Loshchilov and Hutter, "SGDR: Stochastic gradient descent with warm restarts", 2017, equation 5.
    """
    return 0.5 * (1.0 + cos(pi * epoch / epochs))


@_schedule("warm-up: rises over the first tenth")
def warmup(epoch: int, epochs: int) -> float:
    """The learning rate rises in equal steps over the first tenth of the epochs, then stays.

    (epoch + 1) / (a tenth of `epochs`, rounded up), at most 1.

    Source: Goyal et al., "Accurate, large minibatch SGD", 2017, section 2.2 (gradual warm-up).
    """
    return min(1.0, (epoch + 1) / ceil(WARMUP_SHARE * epochs))


def checked_change(change: tuple[int, str, Numbers]) -> tuple[int, str, Numbers]:
    """Return something that is to be changed on the way, if it is that.

    Parameters
    ----------
    change : (epoch, field, value)
        Once so many epochs are done, "eta" or "lam" has that value.

    Raises
    ------
    ValueError
        When it is not a triple, names another field, or holds a number that the field does not allow.
    """
    try:
        epoch, field, value = change
    except (TypeError, ValueError):
        raise ValueError(f"changes must hold (epoch, field, value); got {change!r}.") from None
    if field not in ("eta", "lam"):
        raise ValueError(f"changes must name eta or lam; got {field!r}.")
    checks.whole_number("epoch of a change", epoch, least=0)
    return epoch, field, checks.setting(field, value, low=0.0, open_low=field == "eta")
