"""Trying out changes of an experiment: whole runs from the start, at once where only numbers differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from nncore.data import DataSet
from nncore.estimate import estimate
from nncore.experiment import Experiment

ENOUGH = 2.0
"""A simple change that ends within this multiple of the best one's cost comes before that."""
AXES = ("eta", "seed", "lam")
"""Fields in which the runs of one stack may differ here."""


@dataclass(frozen=True)
class Candidate:
    """A change to try."""

    change: Mapping[str, Any]
    """Fields of the experiment and their values."""
    learns: str
    """Sentence that is true when it learns."""
    lowers: str
    """Half a sentence, true when it only lowers the cost: "with eta = 0.1"."""
    label: str
    """What a button says."""


@dataclass(frozen=True)
class Result:
    """What became of a candidate: its outcome and what it ended with, infinite after an overflow."""

    stage: str
    candidate: Candidate
    outcome: str
    cost: float
    """The cost that counts."""
    val: float
    """The validation cost; infinite without validation rows."""


class Trials:
    """Runs to try things out, as many as an estimate of their time allows.

    Parameters
    ----------
    experiment : Experiment
        What the candidates change.
    data : DataSet
        Its rows; a candidate that asks for other rows gets its own.
    seconds : float
        Estimated time for all runs together.
    step : float
        Seconds of training between two steps of `run`.
    validation : bool
        Whether the cost that counts is that of the validation rows.

    Attributes
    ----------
    done : list of Result
    """

    def __init__(
        self, experiment: Experiment, data: DataSet, *, seconds: float, step: float, validation: bool
    ) -> None:
        self.experiment = experiment
        self.data = data
        self.left = seconds
        self.done: list[Result] = []
        self._step = step
        self._curve = "val_errors" if validation else "train_errors"

    def run(self, stage: str, candidates: Sequence[Candidate]) -> Iterator[None]:
        """Train those that fit into the time, the first ones first, and note what became of them."""
        for _, group in groupby(candidates, key=_structure):
            together = list(group)
            experiment = self._changed(together[0])
            if experiment is None:
                continue
            data = self._rows(experiment)
            takes = estimate(experiment, data)
            while together and takes.seconds(len(together)) > self.left:
                together = together[: len(together) // 2]
            if together:
                self.left -= takes.seconds(len(together))
                yield from self._train(stage, experiment, data, together)

    def affords(self, experiment: Experiment) -> bool:
        """Say whether there is time for one more run on the same rows."""
        return estimate(experiment, self.data).seconds() <= self.left

    def _train(
        self, stage: str, experiment: Experiment, data: DataSet, together: list[Candidate]
    ) -> Iterator[None]:
        changed = [experiment.replace(**one.change) for one in together]
        axes = {name: [getattr(one, name) for one in changed] for name in AXES}
        stack = experiment.stack(data=data, exact=True, **axes)
        while not stack.finished:
            stack.advance(seconds=self._step)
            yield
        history = stack.history
        costs = _ends(history.get(self._curve, history["train_errors"]))
        vals = _ends(history["val_errors"]) if "val_errors" in history else [math.inf] * len(together)
        for one, outcome, cost, val in zip(together, stack.outcome, costs, vals, strict=True):
            self.done.append(Result(stage, one, str(outcome), cost, val))

    def _changed(self, candidate: Candidate) -> Experiment | None:
        """Return the experiment of a candidate; None where its network would be too large."""
        try:
            return self.experiment.replace(**candidate.change)
        except ValueError:
            return None

    def _rows(self, experiment: Experiment) -> DataSet:
        drawn = ("samples", "split", "noise", "features")
        same = all(getattr(experiment, name) == getattr(self.experiment, name) for name in drawn)
        return self.data if same else experiment.dataset()

    def learned(self) -> Result | None:
        """Return the first that learned."""
        return next((one for one in self.done if one.outcome == "learned"), None)

    def lowest(self, most: float = math.inf) -> Result | None:
        """Return the lowest cost of the first kind of change that comes within twice the best.

        Of those, None where there are none, that cost at most so much on the validation rows.
        """
        fair = [one for one in self.done if one.val <= most]
        if not fair:
            return None
        best = min(one.cost for one in fair)
        stage = next(one.stage for one in fair if one.cost <= ENOUGH * best)
        return min((one for one in fair if one.stage == stage), key=lambda one: one.cost)


def _ends(costs: np.ndarray) -> list[float]:
    """Return the last cost of every run (n_runs, n_epochs), infinite where it is none."""
    last = costs[:, -1] if costs.shape[1] else np.full(len(costs), np.inf)
    return np.where(np.isfinite(last), last, np.inf).tolist()


def _structure(candidate: Candidate) -> list[tuple[str, str]]:
    """Return what runs must share to be trained as one stack."""
    return sorted((name, repr(value)) for name, value in candidate.change.items() if name not in AXES)
