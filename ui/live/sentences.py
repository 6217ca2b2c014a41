"""What happened in a run, in a sentence that a student can act on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nncore.experiment.field_kinds import number_text
from ui.live.separable import cannot_learn

if TYPE_CHECKING:
    from nncore.experiment.formula import Fault
    from ui.live.advice import Advice
    from ui.live.record import RunRecord


def number(value: float, digits: int = 3) -> str:
    """Write a number as the view writes it: 0.03, 3, 1e-5.

    Examples
    --------
    >>> number(0.1), number(3.0), number(0.00001), number(0.123456), number(math.nan)
    ('0.1', '3', '1e-5', '0.123', 'nan')
    """
    short = f"{value:.{digits}g}"
    return number_text(float(short)) if math.isfinite(value) else short


def sentence(record: RunRecord, advice: Advice | None) -> str:
    """Say how a finished run went, and what to try.

    Parameters
    ----------
    record : RunRecord
    advice : Advice or None
        The learning rate to try, the same that the button sets.

    Returns
    -------
    str
        One to three sentences.
    """
    words = {"learned": _learned, "slow": _slow, "unstable": _unstable, "overflow": _overflow}
    return words[record.outcome](record, advice)


def _too_long(record: RunRecord, what: str, advice: Advice | None) -> str:
    told = f"With eta = {number(record.eta)} {what}"
    if advice is None:
        return f"{told}."
    eta = f"eta = {number(advice.eta)}"
    return f"{told}; {eta} learns from the same start." if advice.learns else f"{told}; try {eta}."


def _overflow(record: RunRecord, advice: Advice | None) -> str:
    met = record.fault
    if not math.isfinite(record.start_cost):
        why = f": {_fault(record, met.fault)}" if met else ""
        return f"The cost is not a finite number before the first step{why}. No learning rate mends that."
    first = f"Epoch {record.overflow_epoch}: the cost overflowed."
    if met is None:
        return f"{first} {_too_long(record, 'each step overshoots', advice)}"
    told = f"{first} It comes from the formula: {_fault(record, met.fault)}"
    if met.epoch == 0:
        return f"{told}, which a neuron has before the first step. No learning rate mends that."
    when = "may have met" if met.epoch < 0 else f"met after epoch {met.epoch}"
    told += f", which a neuron {when}."
    if advice is None or not advice.learns:
        return told
    return f"{told} From the same start eta = {number(advice.eta)} learns."


def _fault(record: RunRecord, fault: Fault) -> str:
    """Say where a formula is of no use."""
    what = "slope of" if fault.what == "slope" else "value of"
    return f"the {what} {record.experiment.formula} is not a finite number at z = {number(fault.z)}"


def _unstable(record: RunRecord, advice: Advice | None) -> str:
    last = record.final_cost
    start = record.start_cost
    told = (
        f"ends at {number(last)}, above its start of {number(start)}"
        if math.isfinite(last) and last > start
        else f"jumps up and down and ends at {number(last)}"
    )
    return f"Unstable: the cost {told}. {_too_long(record, 'the steps are too long', advice)}"


def _slow(record: RunRecord, advice: Advice | None) -> str:
    last = record.final_cost
    told = f"the cost is {number(last)} after {record.epoch} epochs"
    if cannot_learn(record.experiment):
        return f"Not learned: {told}, and no learning rate, start or patience will make all four rows right."
    if record.experiment.kind == "table":
        return f"Target not reached: {told}{_measured(record)}"
    if advice is None:
        return f"Not there yet: {told}. Try more epochs, or another start."
    eta = f"eta = {number(advice.eta)}"
    if advice.learns:
        return f"Not there yet: {told}. From the same start {eta} learns in that time."
    return f"Not there yet: {told}. Try more epochs, {eta}, or another start."


def _measured(record: RunRecord) -> str:
    """Say what a cost means for rows that were measured, which may not be learnable any further."""
    guessing = "" if record.guess is None else f" (guessing: {number(record.guess)})"
    if not record.val:
        return f"{guessing}. Measured data may not allow less."
    return f"{guessing}. More epochs help while the validation cost falls."


def _learned(record: RunRecord, _advice: Advice | None) -> str:
    reached = f"the target was reached in epoch {record.epochs_to_target}"
    return f"Learned: {reached}; the cost ends at {number(record.final_cost)}."
