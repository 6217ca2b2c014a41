"""How long training takes: one estimate, for whoever asks whether there is time for it.

It is arithmetic, so that every machine sees the same: a processor at hand may need a third of it, an old
or busy one all of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from nncore.data import DataSet
from nncore.experiment import Experiment

_SECONDS_PER_STEP: Final = 2.5e-5
_SECONDS_PER_PRODUCT: Final = 5e-10
_SECONDS_PER_NEURON: Final = 1.1e-8


@dataclass(frozen=True)
class Estimate:
    """Training time of an experiment, in seconds."""

    shared: float
    """What the steps cost, however many runs take them side by side."""
    each: float
    """What the arithmetic of one run adds."""

    def seconds(self, runs: int = 1) -> float:
        """Return the training time of so many runs side by side."""
        return self.shared + runs * self.each


def estimate(experiment: Experiment, data: DataSet) -> Estimate:
    """Estimate how long an experiment trains on these rows."""
    rows, validation = len(data.X), 0 if data.X_val is None else len(data.X_val)
    steps = math.ceil(rows / (experiment.batch_size or rows))
    products = 3 * experiment.n_parameters(data)  # forward, backward, and the gradient of the weights
    row = products * _SECONDS_PER_PRODUCT + sum(experiment.dimensions(data)[1:]) * _SECONDS_PER_NEURON
    return Estimate(
        shared=experiment.total_epochs * steps * _SECONDS_PER_STEP,
        each=experiment.total_epochs * (rows + validation / 3) * row,
    )
