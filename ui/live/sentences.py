"""What became of a run, in a sentence; what to try next is `nncore.advise`'s."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from nncore.experiment.field_kinds import counted
from nncore.experiment.field_kinds import rounded_text as number
from nncore.mark import STRAIGHT
from nncore.outcome import BOUNCE

if TYPE_CHECKING:
    from ui.live.record import RunRecord

RESTS = 1e-3
"""A cost that moved by no more than this share in the second half of its run rests."""
MOVED = 0.01
"""A cost that fell by less than this share altogether has hardly moved."""


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


def set_by_hand(cost: float) -> str:
    """Say what a weight that was set by hand makes of the cost, and how to go on."""
    now = f"the cost is {number(cost)} now" if math.isfinite(cost) else "the cost overflows"
    return f"A weight was set by hand: {now}. Play goes on from here, Restart takes it back."


def _overflow(record: RunRecord) -> str:
    if not math.isfinite(record.start_cost):
        return ""  # the advice says why: no step was taken
    return f"Epoch {record.overflow_epoch}: the cost overflowed."


def _unstable(record: RunRecord) -> str:
    last, start = record.final_cost, record.start_cost
    if math.isfinite(last) and last > start:
        return f"Unstable: the cost ends at {number(last)}, above its start of {number(start)}."
    if any(after - before > BOUNCE * start for before, after in pairwise(record.train)):
        told = "jumped up and down"
    elif record.epochs_to_target >= 0:
        told = f"was at the target in epoch {record.epochs_to_target}, rose again"
    else:
        told = "swung up and down"
    return f"Unstable: the cost {told} and ends at {number(last)}."


def _stuck(record: RunRecord) -> str:
    start, half = record.start_cost, record.train[(len(record.train) - 1) // 2 :]
    middle, last = half[0], record.final_cost
    if abs(start - last) <= MOVED * start and last < middle and _spread(record.train) <= 2.0 * MOVED * start:
        told = f"has hardly moved from its start of {number(start)}, and is {number(last)}"
    elif abs(middle - last) <= RESTS * last and _spread(half) <= MOVED * last:
        told = f"rests at {number(last)}"
    else:
        told = f"{_moves(half)}, and is {number(last)}"
    return f"Stuck: the cost {told}{_aims(record)} after {counted(record.epoch, 'epoch')}."


def _spread(costs: Sequence[float]) -> float:
    return max(costs) - min(costs)


def _moves(costs: Sequence[float]) -> str:
    """Say how a stretch of a curve moves that neither rests nor falls much."""
    rise = max(cost - lowest for cost, lowest in zip(costs, accumulate(costs, min), strict=True))
    if rise <= costs[0] - costs[-1]:
        return "creeps"
    falls = any(after < before for before, after in pairwise(costs))
    return "moves up and down" if falls else "creeps upwards"


def _slow(record: RunRecord) -> str:
    after = f"after {counted(record.epoch, 'epoch')}"
    if not record.val or record.epochs_to_target < 0:
        return (
            f"Not there yet: the cost is {number(record.final_cost)}{_aims(record)} {after}, and still falls."
        )
    # The training rows have been at their target: the others are what is waited for.
    falls = record.val[-1] < record.val[len(record.val) * 3 // 4 - 1]
    told = f"{_both(record)}{_aims(record, on_val=True)} {after}"
    return f"Not there yet: {told}, and the {'validation' if falls else 'training'} cost still falls."


def _memorised(record: RunRecord) -> str:
    return f"Memorised: {_both(record)}{_aims(record, on_val=True)}."


def _both(record: RunRecord) -> str:
    return f"the training cost is {number(record.final_cost)}, the validation cost {number(record.val[-1])}"


def _aims(record: RunRecord, *, on_val: bool = False) -> str:
    """Say what a cost is to be held against where rows cannot be told apart, and after memorising."""
    if record.mark is None and record.outcome != "memorised":
        return ""
    # What decides on the validation rows is held against guessing on these.
    known = {"guessing": record.guess_val if on_val and record.guess_val is not None else record.guess}
    if record.mark is not None:
        seen = on_val and record.mark.val is not None
        known = {record.mark.label_on(seen): record.mark.val if seen else record.mark.train, **known}
    told = [f"{name}: {number(value)}" for name, value in known.items() if value is not None]
    return f" ({', '.join(told)})" if told else ""


def _learned(record: RunRecord) -> str:
    mark = record.mark
    if mark is not None and mark.val is not None and record.val:
        label = mark.label_on(True)
        held = f"is as good as a {label}'s" if label == STRAIGHT else f"comes up to {label}"
        luck = "; on so few rows that may be chance" if mark.lucky else ""
        return f"Learned: the validation cost of {number(record.val[-1])} {held} ({number(mark.val)}){luck}."
    reached = f"the target was reached in epoch {record.epochs_to_target}"
    return f"Learned: {reached}; the cost ends at {number(record.final_cost)}."
