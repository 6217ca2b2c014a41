"""What decides a result, as one value: an Experiment, its fields, and what is built from it."""

from nncore.experiment.build import STACK_AXES, checked_axes
from nncore.experiment.experiment import Experiment
from nncore.experiment.values import (
    COST_OUTPUTS,
    MAX_NOTICES,
    MAX_PARAMETERS,
    TASK_COSTS,
    VERSION,
    VERSION_KEY,
)

__all__ = [
    "COST_OUTPUTS",
    "MAX_NOTICES",
    "MAX_PARAMETERS",
    "STACK_AXES",
    "TASK_COSTS",
    "VERSION",
    "VERSION_KEY",
    "Experiment",
    "checked_axes",
]
