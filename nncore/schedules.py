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
from math import ceil, cos, pi

Schedule = Callable[[int, int], float]

STEPS = 5  # plateaus of the step schedule, each half as high as the one before
FINAL_FACTOR = 0.01  # where the exponential schedule ends
WARMUP_SHARE = 0.1  # share of the epochs that the warm-up takes


def _checked(epoch: int, epochs: int) -> int:
    """Return `epoch` held within the plan, so that a run that was extended stays at the plan's end."""
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1; got {epochs}")
    if epoch < 0:
        raise ValueError(f"epoch must be 0 or more (epochs completed so far); got {epoch}")
    return min(epoch, epochs - 1)


def constant(epoch: int, epochs: int) -> float:
    """The learning rate stays as it is.

    Parameters
    ----------
    epoch : int
        Epochs completed so far; 0 for the first epoch.
    epochs : int
        Epochs planned.

    Returns
    -------
    float
        Always 1.

    Raises
    ------
    ValueError
        When `epoch` is negative or `epochs` below 1.
    """
    _checked(epoch, epochs)
    return 1.0


def step(epoch: int, epochs: int) -> float:
    """The learning rate is halved after each fifth of the epochs.

    Parameters
    ----------
    epoch : int
        Epochs completed so far; 0 for the first epoch.
    epochs : int
        Epochs planned.

    Returns
    -------
    float
        1, 1/2, 1/4, 1/8, 1/16 in the five fifths of the run.

    Raises
    ------
    ValueError
        When `epoch` is negative or `epochs` below 1.
    """
    return float(0.5 ** (STEPS * _checked(epoch, epochs) // epochs))


def exponential(epoch: int, epochs: int) -> float:
    """The learning rate falls by the same factor every epoch, to a hundredth in the last one.

    Parameters
    ----------
    epoch : int
        Epochs completed so far; 0 for the first epoch.
    epochs : int
        Epochs planned.

    Returns
    -------
    float
        0.01 to the power epoch / (epochs - 1).

    Raises
    ------
    ValueError
        When `epoch` is negative or `epochs` below 1.
    """
    return float(FINAL_FACTOR ** (_checked(epoch, epochs) / max(1, epochs - 1)))


def cosine(epoch: int, epochs: int) -> float:
    """The learning rate follows half a cosine: slow at first, quick in the middle, gentle at the end.

    Parameters
    ----------
    epoch : int
        Epochs completed so far; 0 for the first epoch.
    epochs : int
        Epochs planned.

    Returns
    -------
    float
        (1 + cos(pi epoch / epochs)) / 2, which never quite reaches 0.

    Raises
    ------
    ValueError
        When `epoch` is negative or `epochs` below 1.

    Source
    ------
    Loshchilov and Hutter, "SGDR: Stochastic gradient descent with warm restarts", 2017, equation 5.
    """
    return 0.5 * (1.0 + cos(pi * _checked(epoch, epochs) / epochs))


def warmup(epoch: int, epochs: int) -> float:
    """The learning rate rises in equal steps over the first tenth of the epochs, then stays.

    Parameters
    ----------
    epoch : int
        Epochs completed so far; 0 for the first epoch.
    epochs : int
        Epochs planned.

    Returns
    -------
    float
        (epoch + 1) / (a tenth of `epochs`, rounded up), at most 1.

    Raises
    ------
    ValueError
        When `epoch` is negative or `epochs` below 1.

    Source
    ------
    Goyal et al., "Accurate, large minibatch SGD", 2017, section 2.2 (gradual warm-up).
    """
    return min(1.0, (_checked(epoch, epochs) + 1) / ceil(WARMUP_SHARE * epochs))


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "step": step,
    "exponential": exponential,
    "cosine": cosine,
    "warmup": warmup,
}

SCHEDULE_LABELS: dict[str, str] = {
    "constant": "constant",
    "step": "step: halved every fifth of the run",
    "exponential": "exponential: down to a hundredth",
    "cosine": "cosine: half a wave down to zero",
    "warmup": "warm-up: rises over the first tenth",
}
