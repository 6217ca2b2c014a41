"""Which learning rate to try next: one answer, for the sentence about a run and for the button beside it.

A small problem is tried out: runs from the same start at other learning rates, all at once, at the end of a
run that did not go well. A larger one is told a third, or less where a third would still be far out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import number_text
from ui.live.estimate import estimate
from ui.live.messages import Suggestion
from ui.live.separable import cannot_learn

if TYPE_CHECKING:
    from nncore.data import DataSet
    from ui.live.record import RunRecord

ETA_RANGE: Final = (1e-5, 100.0)
"""Learning rates that are advised: those of the view's slider."""
TRIALS: Final = 8
TRIAL_SECONDS: Final = 0.05
"""Estimated training time that may be spent on trying out, once a run."""
REACH: Final = {
    "Constant": 30.0,
    "Momentum": 10.0,
    "Adagrad": 10.0,
    "AdagradMomentum": 3.0,
    "RMS_prop": 1.0,
    "Adam": 1.0,
}
"""By how much higher than for Adam the learning rates are with which a scheduler still learns."""
ROOM: Final = 10.0
"""Above a problem's own learning rate, times the reach, no larger one is advised than this multiple."""


@dataclass(frozen=True)
class Advice:
    """A learning rate to try.

    Attributes
    ----------
    eta : float
    factor : float
        By which it differs from the one that the run ended with.
    learns : bool
        Whether it was tried out, from the same start, and learned.
    """

    eta: float
    factor: float
    learns: bool = False

    @property
    def label(self) -> str:
        """What the button says.

        Examples
        --------
        >>> Advice(0.03, 0.3).label, Advice(3.0, 0.005).label, Advice(0.02, 40.0).label
        ('Try η = 0.03 (÷ 3)', 'Try η = 3 (÷ 200)', 'Try η = 0.02 (× 40)')
        """
        sign, factor = ("×", self.factor) if self.factor > 1 else ("÷", 1 / self.factor)
        return f"Try η = {number_text(self.eta)} ({sign} {number_text(float(f'{factor:.1g}'))})"

    @property
    def suggestion(self) -> Suggestion:
        """What the browser is told: the value that the button sends, and its label."""
        return Suggestion(eta=self.eta, label=self.label)


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


def advise(record: RunRecord, data: DataSet, *, may_try: bool) -> Advice | None:
    """Give the learning rate to try after a run, or None when another one is not what is missing.

    Parameters
    ----------
    record : RunRecord
        The run at its end.
    data : DataSet
        The rows that it was trained on.
    may_try : bool
        Whether there is time to try out; the answer is otherwise a rule of thumb.
    """
    slow, now = record.outcome == "slow", record.eta
    # What measured rows allow is not known: their cost may stand where it must.
    hopeless = record.experiment.kind == "table" or cannot_learn(record.experiment)
    if record.outcome == "learned" or (slow and hopeless):
        return None
    if not math.isfinite(record.start_cost):
        return None  # no step was taken: a formula without a value has no learning rate that helps
    if record.fault is not None and record.fault.epoch == 0:
        return None  # nor has one without a slope
    candidates = around(now) if slow else list(islice(below(now), TRIALS))
    affordable = estimate(record.experiment, data).seconds(len(candidates)) <= TRIAL_SECONDS
    if may_try and candidates and affordable:
        became = try_out(record, data, candidates)
        learning = [eta for eta, end in became.items() if end == "learned"]
        calm = [] if slow else [eta for eta, end in became.items() if end == "slow"]
        if learning or calm:
            eta = (learning or calm)[0]
            return Advice(eta, eta / now, learns=bool(learning))
        if slow:
            return None
    most = highest(record.experiment)
    eta = triple(now) if slow else min(third(now), most)
    allowed = ETA_RANGE[0] <= eta <= (most if slow else ETA_RANGE[1]) and eta != now
    return Advice(eta, eta / now) if allowed else None


def try_out(record: RunRecord, data: DataSet, etas: list[float]) -> dict[float, str]:
    """Train from the start of a run at other learning rates, and give what became of each."""
    stack = record.experiment.stack(data=data, eta=etas, lam=[record.lam] * len(etas), exact=True)
    stack.advance(epochs=stack.epochs)
    return dict(zip(etas, map(str, stack.outcome), strict=True))


def below(eta: float) -> Iterator[float]:
    """Give round learning rates below one, the nearest first.

    Examples
    --------
    >>> list(below(0.001))
    [0.0003, 0.0001, 3e-05, 1e-05]
    """
    while (eta := third(eta)) >= ETA_RANGE[0]:
        yield eta


def above(eta: float) -> Iterator[float]:
    """Give round learning rates above one, the nearest first.

    Examples
    --------
    >>> list(above(5.0))
    [20.0, 60.0]
    """
    while (eta := triple(eta)) <= ETA_RANGE[1]:
        yield eta


def around(eta: float) -> list[float]:
    """Give round learning rates on both sides of one, the nearest first."""
    both = [*islice(above(eta), TRIALS // 2 + 1), *islice(below(eta), TRIALS // 2 - 1)]
    return sorted(both, key=lambda other: abs(math.log(other / eta)))


def highest(experiment: Experiment) -> float:
    """Give the highest learning rate that is worth advising without having tried it.

    Examples
    --------
    >>> highest(Experiment.default("digits")), highest(Experiment.default("XOR"))
    (0.01, 1.0)
    """
    usual = Experiment.default(experiment.data).eta * REACH[experiment.scheduler]
    return min(float(f"{usual * ROOM:.1g}"), ETA_RANGE[1])
