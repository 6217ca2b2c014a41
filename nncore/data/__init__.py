"""Data by name: the one source of every problem that the playground trains on.

>>> data = load("XOR")
>>> data.X.tolist(), data.t.ravel().tolist()
([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 1.0, 1.0, 0.0])
"""

from nncore.data.dataset import FEATURES, TASKS, DataSet, expand_features
from nncore.data.functions import design_matrix
from nncore.data.gates import truth_table
from nncore.data.loading import MAX_SAMPLES, load
from nncore.data.registry import DATA, KINDS, Source

__all__ = [
    "DATA",
    "FEATURES",
    "KINDS",
    "MAX_SAMPLES",
    "TASKS",
    "DataSet",
    "Source",
    "design_matrix",
    "expand_features",
    "load",
    "truth_table",
]
