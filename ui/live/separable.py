"""Which gates a network without a bend can never learn."""

from __future__ import annotations

from nncore.diagnosis import draws_one_line
from nncore.experiment import Experiment

NOT_SEPARABLE = ("XOR", "XNOR")


def cannot_learn(experiment: Experiment) -> bool:
    """Whether no weights at all make this network right on all rows of its gate."""
    return experiment.data in NOT_SEPARABLE and draws_one_line(experiment)
