"""The lecture's neural network, exact and fast, and many at once.

``from nncore import *`` gives every name of the lecture's chapter.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo,
February 2024), chapter "Building a neural network code"; its code is by E. Reber and G. Kajda (2023),
CC BY-NC 4.0. Names, defaults and formulas are the lecture's, the code is not.
"""

from nncore.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    LRELU,
    RELU,
    derivate,
    identity,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from nncore.costs import COSTS, CostCrossEntropy, CostLogReg, CostOLS
from nncore.initialisation import INITIALISATIONS
from nncore.metrics import accuracy, confusion_matrix, onehot
from nncore.network import FFNN
from nncore.outcome import OUTCOMES
from nncore.range_test import RangeTest, range_test
from nncore.schedulers import (
    SCHEDULERS,
    Adagrad,
    AdagradMomentum,
    Adam,
    Constant,
    Momentum,
    RMS_prop,
    Scheduler,
    make_scheduler,
)
from nncore.schedules import SCHEDULES
from nncore.sharpness import sharpness
from nncore.sweep import SweepResult, sweep
from nncore.training import Training

# One name a line, so that every module adds its own without touching its neighbour's.
__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "ELU",
    "FFNN",
    "GELU",
    "INITIALISATIONS",
    "LRELU",
    "OUTCOMES",
    "RELU",
    "SCHEDULERS",
    "SCHEDULES",
    "Adagrad",
    "AdagradMomentum",
    "Adam",
    "Constant",
    "CostCrossEntropy",
    "CostLogReg",
    "CostOLS",
    "Momentum",
    "RMS_prop",
    "RangeTest",
    "Scheduler",
    "SweepResult",
    "Training",
    "accuracy",
    "confusion_matrix",
    "derivate",
    "identity",
    "make_scheduler",
    "onehot",
    "range_test",
    "sharpness",
    "sigmoid",
    "softmax",
    "softplus",
    "sweep",
    "tanh",
]
