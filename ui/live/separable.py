"""Which gates a network without a bend can never learn."""

from __future__ import annotations

from nncore.experiment import Experiment

NOT_SEPARABLE = ("XOR", "XNOR")


def draws_one_line(experiment: Experiment) -> bool:
    """Whether the network's border is a single straight line, whatever its weights.

    It is without hidden layers, and with hidden layers whose activation is the identity, since linear maps
    one after the other are one linear map.
    """
    return not experiment.hidden or set(experiment.hidden_func) == {"identity"}


def cannot_learn(experiment: Experiment) -> bool:
    """Whether no weights at all make this network right on all rows of its gate."""
    return experiment.data in NOT_SEPARABLE and draws_one_line(experiment)
