"""The experiment's own run, told while it goes on: its curvature and its cost, a few epochs at a time."""

from __future__ import annotations

from typing import Final

import numpy as np

from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.study.curvature import Curvature
from nncore.sweep import thinned_epochs
from ui.sweep.messages import EdgeMessage
from ui.sweep.strip import SHARP_PRODUCTS, encode

MEASUREMENTS: Final = 121
"""Measurements of the curvature at most, evenly spread over the run."""


class EdgeRun:
    """One run that is walked on in slices, with its curvature measured on the way.

    Parameters
    ----------
    experiment : Experiment
        Full batch, constant rate; see `ui.sweep.modes.curvature_experiment`.
    data : DataSet
        Its rows.
    """

    def __init__(self, experiment: Experiment, data: DataSet) -> None:
        self.experiment = experiment
        self._training = experiment.training(data=data)
        self._curvature = Curvature(
            self._training.network, data.X, data.t, lam=experiment.lam, lam1=experiment.lam1
        )
        self._due = thinned_epochs(experiment.epochs, MEASUREMENTS)
        self._sharp: list[float] = []
        self._training.on_epoch = self._measure
        self._measure(0)

    @property
    def finished(self) -> bool:
        """Whether the run has come to its end."""
        return self._training.finished

    def advance(self, seconds: float) -> None:
        """Walk on for about so long."""
        self._training.advance(seconds=seconds)

    def _measure(self, epoch: int) -> None:
        at = len(self._sharp)
        if at < len(self._due) and self._due[at] == epoch:
            theta = self._training.network.theta
            self._sharp.append(self._curvature.sharpness(theta, iterations=SHARP_PRODUCTS, tolerance=1e-4))

    def message(self) -> EdgeMessage:
        """Return everything found so far: costs and sharpness of the same epochs."""
        epochs = self._due[: len(self._sharp)]
        costs = np.append(self._training.start_cost, self._training.history["train_errors"])
        whole = np.full(self.experiment.epochs + 1, np.nan)
        whole[: len(costs)] = costs
        return EdgeMessage(
            eta=self.experiment.eta,
            epochs=epochs.tolist(),
            sharp=encode(np.array(self._sharp), np.float32),
            costs=encode(whole[epochs], np.float32),
            finished=self.finished,
        )
