"""Why a run with an activation of one's own ceased to be finite: too long a step, or the activation itself.

A formula may have no value or no slope at some weighted sum: the root at 0, the logarithm below. Where a
neuron meets that sum the run is lost, whatever the learning rate. The run is followed once more, and its
weighted sums are looked at just before the end.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nncore.arrays import Numbers
from nncore.experiment.formula import Fault, first_fault
from nncore.machinery.kernels import KERNELS
from nncore.training import Training

USUAL = np.linspace(-5.0, 5.0, 1001)
"""Weighted sums as neurons meet them, 0 among them."""


@dataclass(frozen=True)
class MetFault:
    """A fault of an activation, and when the run met it."""

    fault: Fault
    """Weighted sum, and what is not a finite number there."""
    epoch: int
    """Epochs that were complete; 0 before the first step, where no learning rate can help, and -1 where the
    run was too long to be followed: then the activation has such a fault, and it may be the reason."""


def fault_of(
    again: Training,
    until: int,
    *,
    changes: Sequence[tuple[int, str, Numbers]] = (),
    seconds: float = 0.1,
) -> MetFault | None:
    """Return what an activation of one's own did to a run that overflowed; None where it is not to blame.

    Parameters
    ----------
    again : Training
        The run at its start, one network; it is trained.
    until : int
        Epoch in which it overflowed.
    changes : sequence of (epoch, field, value)
        What was changed on the way, as ``training.changes`` has it.
    seconds : float
        Time to follow the run for. Where that is too short, the formula is looked at by itself.
    """
    funcs = [func for func in again.network.hidden_func if func not in KERNELS]
    if not funcs:
        return None
    if fault := _met(again):
        return MetFault(fault, 0)
    deadline = time.perf_counter() + seconds
    for epoch, field, value in changes:
        again.advance(epochs=max(0, epoch - again.epoch), seconds=max(0.0, deadline - time.perf_counter()))
        getattr(again, f"set_{field}")(value)
    again.advance(max(0, until - 1 - again.epoch), seconds=max(0.0, deadline - time.perf_counter()))
    while time.perf_counter() < deadline:
        if fault := _met(again):
            return MetFault(fault, again.epoch)
        if again.finished:
            return None
        again.advance(seconds=0.0)  # one mini-batch
    unmet = next(filter(None, (first_fault(func, USUAL) for func in funcs)), None)
    return None if unmet is None else MetFault(unmet, -1)


def _met(training: Training) -> Fault | None:
    """Return the fault that a weighted sum of a training row has hit, in the first layer where one has."""
    values = training.data.X
    with np.errstate(all="ignore"):
        for func, weights in zip(training.network.hidden_func, training.network.weights, strict=False):
            z = values @ weights[1:] + weights[0]
            if func not in KERNELS and (fault := first_fault(func, z)):
                return fault
            values = np.asarray(func(z))
    return None
