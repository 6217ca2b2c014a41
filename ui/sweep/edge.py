"""The experiment's own run, told while it goes on: its curvature and its cost, a few epochs at a time."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.study.curvature import Curvature
from nncore.sweep import thinned_epochs
from ui.live.packing import encode
from ui.sweep.measurement import SharpnessMeasurement
from ui.sweep.messages import EdgeMessage

MEASUREMENTS: Final = 121
"""Measurements of the curvature at most, evenly spread over the run."""


class EdgeRun:
    """One run that is walked on in slices, with its curvature measured on the way.

    Full batch, constant rate: see `ui.sweep.modes.curvature_experiment`.
    """

    def __init__(self, experiment: Experiment, data: DataSet) -> None:
        self.experiment = experiment
        self._training = experiment.training(data=data)
        self._curvature = Curvature(
            self._training.network, data.X, data.t, lam=experiment.lam, lam1=experiment.lam1
        )
        self._due = thinned_epochs(experiment.epochs, MEASUREMENTS)
        self._sharp: list[float] = []
        self._measurement: SharpnessMeasurement | None = self._next_measurement()

    @property
    def finished(self) -> bool:
        """Whether the run has come to its end, and was measured there."""
        return self._measurement is None and self._training.finished

    def advance(self, seconds: float) -> None:
        """Walk on for about so long; a measurement is cut into its products, each about two steps long."""
        deadline = time.perf_counter() + seconds
        while not self.finished:
            if self._measurement is None:
                self._walk(max(0.0, deadline - time.perf_counter()))
            elif (found := self._measurement.step()) is not None:
                self._sharp.append(float(found))
                self._measurement = None
            if time.perf_counter() >= deadline:
                return

    def _walk(self, seconds: float) -> None:
        """Train on towards the next epoch that is due."""
        training = self._training
        training.advance(epochs=int(self._due[len(self._sharp)]) - training.epoch, seconds=seconds)
        if training.epoch == self._due[len(self._sharp)] and int(training.overflow_epoch) < 0:
            self._measurement = self._next_measurement()

    def _next_measurement(self) -> SharpnessMeasurement:
        return SharpnessMeasurement(self._curvature, self._training.network.theta)

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
