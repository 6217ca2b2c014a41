"""The lecture's neural network, exact and fast, and many at once.

``from nncore import *`` gives every name of the lecture's chapter.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo,
February 2024), chapter "Building a neural network code"; its code is by E. Reber and G. Kajda (2023),
CC BY-NC 4.0. Names, defaults and formulas are the lecture's, the code is not.
"""

from nncore import published
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
from nncore.advice import Advice, Adviser, advise
from nncore.costs import COSTS, ClassWeighted, CostCrossEntropy, CostLogReg, CostOLS
from nncore.data import DATA, DataSet, design_matrix
from nncore.data import load as load_data
from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS
from nncore.experiment.formula import FormulaError, compile_formula
from nncore.export.script import script
from nncore.export.storage import load, save
from nncore.ffnn import FFNN
from nncore.initialisation import INITIALISATIONS
from nncore.metrics import accuracy, confusion_matrix, onehot
from nncore.outcome import OUTCOMES
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
from nncore.study.curvature import sharpness
from nncore.study.lr_range import RangeTest, range_test
from nncore.sweep import SweepResult, sweep
from nncore.training import Training

# One name a line, so that every module adds its own without touching its neighbour's.
__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "DATA",
    "ELU",
    "FFNN",
    "FIELDS",
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
    "Advice",
    "Adviser",
    "ClassWeighted",
    "Constant",
    "CostCrossEntropy",
    "CostLogReg",
    "CostOLS",
    "DataSet",
    "Experiment",
    "FormulaError",
    "Momentum",
    "RMS_prop",
    "RangeTest",
    "Scheduler",
    "SweepResult",
    "Training",
    "accuracy",
    "advise",
    "compile_formula",
    "confusion_matrix",
    "derivate",
    "design_matrix",
    "identity",
    "load",
    "load_data",
    "make_scheduler",
    "onehot",
    "published",
    "range_test",
    "save",
    "script",
    "sharpness",
    "sigmoid",
    "softmax",
    "softplus",
    "sweep",
    "tanh",
]
