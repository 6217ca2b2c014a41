"""What decides a result, as one value: an Experiment, its fields, and what is built from it."""

from nncore.experiment.experiment import (
    COST_OUTPUTS,
    MAX_NOTICES,
    MAX_PARAMETERS,
    STACK_AXES,
    TASK_COSTS,
    VERSION,
    VERSION_KEY,
    Experiment,
    checked_axes,
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
