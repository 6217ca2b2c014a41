"""What happened in a run, in a sentence that a student can act on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ui.separable import cannot_learn

if TYPE_CHECKING:
    from ui.live_run import LiveRun


def number(value: float, digits: int = 3) -> str:
    """Write a number as one would say it: 0.03, 3, 1e-05.

    Examples
    --------
    >>> number(0.1), number(3.0), number(0.00001), number(0.123456)
    ('0.1', '3', '1e-05', '0.123')
    """
    return f"{value:.{digits}g}"


def third(eta: float) -> float:
    """Give a third of a learning rate, as the round number that one would try.

    Examples
    --------
    >>> third(3.0), third(0.1), third(2e-4)
    (1.0, 0.03, 7e-05)
    """
    return float(f"{eta / 3:.1g}")


def triple(eta: float) -> float:
    """Give three times a learning rate, as the round number that one would try.

    Examples
    --------
    >>> triple(1.0), triple(0.03)
    (3.0, 0.09)
    """
    return float(f"{eta * 3:.1g}")


def sentence(run: LiveRun) -> str:
    """Say how a finished run went, and what to try.

    Parameters
    ----------
    run : LiveRun

    Returns
    -------
    str
        One or two sentences.
    """
    words = {"learned": _learned, "slow": _slow, "unstable": _unstable, "overflow": _overflow}
    return words[str(run.training.outcome)](run)


def _eta(run: LiveRun) -> str:
    return f"eta = {number(run.eta)}"


def _overflow(run: LiveRun) -> str:
    return (
        f"Epoch {int(run.training.overflow_epoch)}: the cost overflowed. "
        f"With {_eta(run)} each step overshoots; "
        f"try eta = {number(third(run.eta))}."
    )


def _unstable(run: LiveRun) -> str:
    last = run.training.history["train_errors"][-1]
    start = float(run.training.start_cost)
    told = (
        f"ends at {number(last)}, above its start of {number(start)}"
        if math.isfinite(last) and last > start
        else f"jumps up and down and ends at {number(last)}"
    )
    advice = f"With {_eta(run)} the steps are too long; try eta = {number(third(run.eta))}."
    return f"Unstable: the cost {told}. {advice}"


def _slow(run: LiveRun) -> str:
    last = run.training.history["train_errors"][-1]
    if cannot_learn(run.experiment):
        return (
            f"Not learned: the cost is {number(last)} after {run.training.epoch} epochs, and no learning "
            "rate, start or patience will make all four rows right."
        )
    return (
        f"Not there yet: the cost is {number(last)} after {run.training.epoch} epochs. "
        f"Try more epochs, eta = {number(triple(run.eta))}, or another start."
    )


def _learned(run: LiveRun) -> str:
    epochs = int(run.training.epochs_to_target)
    last = run.training.history["train_errors"][-1]
    return f"Learned: the target was reached in epoch {epochs}; the cost ends at {number(last)}."
