"""What became of a run, in a sentence; what to try next is `nncore.advise`'s."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nncore.experiment.field_kinds import number_text
from nncore.mark import STRAIGHT

if TYPE_CHECKING:
    from ui.live.record import RunRecord

RESTS = 1e-3
"""A cost that moved by no more than this share in the second half of its run rests."""
MOVED = 0.01
"""A cost that fell by less than this share altogether has hardly moved."""


def number(value: float, digits: int = 3) -> str:
    """Write a number as the view writes it: 0.03, 3, 1e-5.

    Examples
    --------
    >>> number(0.1), number(3.0), number(0.00001), number(0.123456), number(math.nan)
    ('0.1', '3', '1e-5', '0.123', 'nan')
    """
    short = f"{value:.{digits}g}"
    return number_text(float(short)) if math.isfinite(value) else short


def sentence(record: RunRecord, advice: str) -> str:
    """Say in one to four sentences how a finished run went, and what to try: the text of the advice, "" for
    none.
    """
    words = {
        "learned": _learned,
        "memorised": _memorised,
        "slow": _slow,
        "stuck": _stuck,
        "unstable": _unstable,
        "overflow": _overflow,
    }
    return " ".join(part for part in (words[record.outcome](record), advice) if part)


def _overflow(record: RunRecord) -> str:
    if not math.isfinite(record.start_cost):
        return ""  # the advice says why: no step was taken
    return f"Epoch {record.overflow_epoch}: the cost overflowed."


def _unstable(record: RunRecord) -> str:
    last, start = record.final_cost, record.start_cost
    told = (
        f"ends at {number(last)}, above its start of {number(start)}"
        if math.isfinite(last) and last > start
        else f"jumped up and down and ends at {number(last)}"
    )
    return f"Unstable: the cost {told}."


def _stuck(record: RunRecord) -> str:
    start, middle, last = record.start_cost, record.train[len(record.train) // 2], record.final_cost
    if 0.0 < start - last <= MOVED * start and last < middle:
        told = f"has hardly moved from its start of {number(start)}, and is {number(last)}"
    elif abs(middle - last) <= RESTS * last:
        told = f"rests at {number(last)}"
    else:
        told = f"{'creeps' if last < middle else 'moves up and down'}, and is {number(last)}"
    return f"Stuck: the cost {told}{_aims(record)} after {record.epoch} epochs."


def _slow(record: RunRecord) -> str:
    told = f"the cost is {number(record.final_cost)}{_aims(record)} after {record.epoch} epochs"
    return f"Not there yet: {told}, and still falls."


def _memorised(record: RunRecord) -> str:
    told = f"the training cost is {number(record.final_cost)}, the validation cost {number(record.val[-1])}"
    return f"Memorised: {told}{_aims(record)}."


def _aims(record: RunRecord) -> str:
    """Say what a cost is to be held against where rows cannot be told apart, and after memorising."""
    if record.mark is None and record.outcome != "memorised":
        return ""
    known = {"guessing": record.guess}
    if record.mark is not None:
        seen = record.outcome == "memorised" and record.mark.val is not None
        known = {record.mark.label: record.mark.val if seen else record.mark.train, **known}
    told = [f"{name}: {number(value)}" for name, value in known.items() if value is not None]
    return f" ({', '.join(told)})" if told else ""


def _learned(record: RunRecord) -> str:
    mark = record.mark
    if mark is not None and mark.val is not None and record.val:
        told = f"the validation cost of {number(record.val[-1])} is as good as a {mark.label}'s"
        if mark.label != STRAIGHT:
            told = f"the validation cost of {number(record.val[-1])} comes up to that of the {mark.label}"
        return f"Learned: {told} ({number(mark.val)})."
    reached = f"the target was reached in epoch {record.epochs_to_target}"
    return f"Learned: {reached}; the cost ends at {number(record.final_cost)}."
