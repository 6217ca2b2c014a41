"""What to try after a run that did not learn: `advise`, and `Adviser`, which does the same in small steps.

The causes, in the order in which they are looked for: a formula without a value; training rows learned by
heart; neurons that all died; layers that cannot bend; a learning rate too high or too low (the one with which
the problem opens is always among those tried); too few epochs; the starting weights; too few neurons. What
helps is found by training it, on the same rows, as far as all trials together are estimated to take no more
than `BUDGET_SECONDS`: the first that learns is advised. Where none learns, the one that lowers the cost most
is; where none lowers it by a tenth, nothing is. What costs more on the validation rows than the run does is
not advised, nor is anything where none is better than guessing there. After a run that is on its way, going
on with this very run for as many epochs again is tried as well.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nncore.advice_stages import default_rate, stages
from nncore.data import DataSet
from nncore.diagnosis import MOST_EPOCHS, diagnose
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Whole, number_text, rounded_text
from nncore.experiment.fields import FIELDS
from nncore.mark import mark, measured, straight_costs
from nncore.training import Training
from nncore.trials import Candidate, Trials

BUDGET_SECONDS = 3.0
SLICE_SECONDS = 0.003
"""Longest stretch of training within a step of an `Adviser`."""
LOWER = 0.9
"""What does not learn is advised only where it lowers the cost to this share."""
FAR = 10.0
"""A learning rate is far from the usual one, without a trial, by this factor."""


@dataclass(frozen=True)
class Advice:
    """What to try after a run.

    Attributes
    ----------
    text : str
        One to three sentences: why, and what.
    change : mapping or None
        Fields to change: ``experiment.replace(**change)`` is the experiment to open. None where nothing is
        advised.
    tried : bool
        Whether that experiment was trained, and learned.
    label : str
        The change in a few words, for a button; "" without one.
    more : int
        So many epochs were added to this very run, and lowered its cost by a tenth; 0 where that was not
        tried or did not.
    """

    text: str
    change: Mapping[str, Any] | None = None
    tried: bool = False
    label: str = ""
    more: int = 0


def advise(
    experiment: Experiment,
    training: Training,
    *,
    data: DataSet | None = None,
    seconds: float = BUDGET_SECONDS,
) -> Advice:
    """Say what to try after a run.

    Parameters
    ----------
    experiment : Experiment
        What was trained.
    training : Training
        Its run, at its end; one network, no stack. It is looked at, never changed.
    data : DataSet, optional
        The rows, where they are one's own; otherwise they are taken from the training.
    seconds : float
        How long all trials together may take, by estimate, so that the same run is always told the same.

    Raises
    ------
    ValueError
        When the training is a stack.

    Examples
    --------
    >>> experiment = Experiment.default("XOR").replace(eta=10.0)
    >>> training = experiment.training()
    >>> training.advance()
    200
    >>> advice = advise(experiment, training)
    >>> dict(advice.change), advice.tried
    ({'eta': 0.1}, True)
    >>> advice.text
    'eta = 10 is too high: from the same start eta = 0.1 learns.'
    """
    adviser = Adviser(experiment, training, data=data, seconds=seconds)
    adviser.advance()
    return adviser.advice


class Adviser:
    """`advise` in small steps, for those who must not wait.

    Parameters
    ----------
    experiment, training, data, seconds
        As for `advise`.
    repeatable : bool
        Whether the experiment gives this run again: not where weights were set by hand.
    clock : callable
        Monotonic time in seconds.

    Attributes
    ----------
    advice : Advice
        What can be said so far: what is proved, and once all is done what was found by trying.
    done : bool
        Whether everything was tried.
    """

    def __init__(
        self,
        experiment: Experiment,
        training: Training,
        *,
        data: DataSet | None = None,
        seconds: float = BUDGET_SECONDS,
        repeatable: bool = True,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if training.network.runs:
            raise ValueError(f"training must be one run, no stack; got {training.network.runs[0]} runs.")
        known = diagnose(experiment, training, data=data, repeatable=repeatable)
        self.done = False
        self._clock = clock
        self.advice = Advice(known.cause)
        self._experiment = experiment
        self._known = known
        self._cost_func = training.network.cost_func
        self._trials = Trials(
            known.experiment,
            known.rows,
            seconds=seconds,
            step=SLICE_SECONDS,
            validation=known.outcome == "memorised",
        )
        self._steps: Iterator[Any] = self._work()

    def advance(self, seconds: float | None = None) -> bool:
        """Go on for about so long, without a number to the end; return whether everything was tried."""
        deadline = math.inf if seconds is None else self._clock() + seconds
        while not self.done:
            if next(self._steps, self) is self:
                self.done = True
                self._steps = iter(())  # it holds this adviser, which nothing should hold any longer
            if self._clock() >= deadline:
                break
        return self.done

    def _work(self) -> Iterator[None]:
        known = self._known
        if known.hopeless or known.outcome == "learned":
            return
        for title, candidates in stages(known):
            yield from self._trials.run(title, candidates)
            if found := self._trials.learned():
                said = f"{found.candidate.learns}{self._luck()}"
                self.advice = self._advice(found.candidate, said, tried=True)
                break
        else:
            self.advice = self._without_a_hit()
        if known.outcome == "slow" and known.repeatable and self.advice.change:
            yield from self._go_on()

    def _luck(self) -> str:
        """Say where the validation rows are too few to tell what learns from what has luck."""
        rows = self._known.rows
        to_reach = mark(rows, self._cost_func)
        if to_reach is None or not to_reach.lucky or rows.X_val is None:
            return ""
        return f" On so few validation rows ({len(rows.X_val)}) that may be chance."

    def _go_on(self) -> Iterator[None]:
        """Add as many epochs as were planned to the run itself, where there is time for it."""
        known, run = self._known, self._experiment
        more = min(run.epochs, FIELDS.of(Whole, "more").high - run.more)
        if more < 1 or not self._trials.affords(longer := run.replace(more=run.more + more)):
            return
        training = longer.training(known.rows)
        while not training.finished:
            training.advance(seconds=SLICE_SECONDS)
            yield
        cost, val = (training.history.get(name, [-math.inf])[-1] for name in ("train_errors", "val_errors"))
        if training.overflow_epoch < 0 and cost <= LOWER * known.cost and val <= known.most:
            self.advice = replace(self.advice, more=more)

    def _without_a_hit(self) -> Advice:
        """Say what lowers the cost most, or that nothing did; what is likely where nothing could be tried."""
        known, trials = self._known, self._trials
        if not trials.done:
            return self._untried()
        if known.guesses(min(known.unseen, *(one.val for one in trials.done))):
            return Advice(self._joined(self._guesses()))
        which = "validation cost" if known.outcome == "memorised" else "cost"
        best, now = trials.lowest(known.most), self._now()
        if best is not None and best.cost <= LOWER * now:
            which = "training cost" if which == "cost" and best.outcome == "memorised" else which
            end = f"the {which} ends at {rounded_text(best.cost)} instead of {rounded_text(now)}"
            by_heart = ", but the training rows are learned by heart" if best.outcome == "memorised" else ""
            sentence = f"Nothing that was tried learns. {best.candidate.lowers} {end}".replace(
                "instead of inf", "instead of overflow"
            )
            sentence += f"{by_heart}."
            return self._advice(best.candidate, sentence, tried=False)
        but = any(one.cost <= LOWER * now for one in trials.done)
        also = " without raising the validation cost" if but else ""
        told = f"Nothing that was tried lowers the {which} by a tenth{also}: {self._tried()}."
        return Advice(self._joined(told))

    def _now(self) -> float:
        return self._known.unseen if self._known.outcome == "memorised" else self._known.cost

    def _tried(self) -> str:
        return ", ".join(dict.fromkeys(one.stage for one in self._trials.done))

    def _guesses(self) -> str:
        """Say that nothing that was tried is better than guessing, and whether a straight model is."""
        known = self._known
        assert known.guess is not None
        who = f"nothing that was tried ({self._tried()}) is" if self._trials.done else "the network is not"
        told = f"On the validation rows {who} a tenth better than guessing ({rounded_text(known.guess)})"
        straight = straight_costs(known.rows, self._cost_func) if measured(known.rows) else None
        if straight is None or straight.val is None:
            return f"{told}."
        if straight.val_label:
            return f"{told}, nor is a straight model: none of them finds in the columns what to learn."
        return f"{told}; a straight model is: {rounded_text(straight.val)}."

    def _untried(self) -> Advice:
        """Say what is likely to help where a run takes too long to be tried."""
        known = self._known
        usual, eta = default_rate(known.experiment), known.experiment.eta
        untried = "it was not tried out on this network"
        if known.outcome == "slow" and known.guesses(known.unseen) and measured(known.rows):
            return Advice(self._joined(self._guesses()))
        if known.outcome == "memorised":
            return Advice(self._joined("Fewer neurons, a penalty, more rows or fewer epochs may help."))
        if max(usual / eta, eta / usual) >= FAR:
            text = number_text(usual)
            opening = Experiment.default(known.experiment.data)
            carried = f", carried over to {known.experiment.scheduler}" if usual != opening.eta else ""
            sentence = f"eta = {text} is what this problem opens with{carried}; {untried}."
            return self._advice(
                Candidate({"eta": usual}, sentence, "", f"Try η = {text}"), sentence, tried=False
            )
        epochs = min(4 * known.experiment.total_epochs, MOST_EPOCHS)
        if known.outcome == "slow" and epochs > known.experiment.total_epochs:
            sentence = f"The cost still falls. A longer run, such as {epochs} epochs, may help; {untried}."
            return self._advice(
                Candidate({"epochs": epochs}, sentence, "", f"Try {epochs} epochs"), sentence, tried=False
            )
        long = "A run takes too long for others to be tried out beside it."
        return Advice(self._joined(long if self._trials.left else "Nothing was tried out."))

    def _advice(self, candidate: Candidate, sentence: str, *, tried: bool) -> Advice:
        # What was changed on the way was tried as it stood at the end.
        now = self._known.experiment
        on_the_way = {
            name: getattr(now, name)
            for name in ("eta", "lam")
            if getattr(now, name) != getattr(self._experiment, name)
        }
        change = {**on_the_way, **candidate.change}
        if self._experiment.replace(**change).changes:  # what was set and taken back was not tried
            change["changes"] = ""
        return Advice(self._joined(sentence), change, tried, candidate.label)

    def _joined(self, sentence: str) -> str:
        return " ".join(part for part in (self._known.cause, sentence) if part)
