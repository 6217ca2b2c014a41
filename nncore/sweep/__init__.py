"""Many runs of one experiment: grids over its settings, cut into stacks, on one core or on a cluster."""

from nncore.sweep.grid import Block, Grid
from nncore.sweep.live import Sweep
from nncore.sweep.memory import bytes_per_run
from nncore.sweep.ranges import coarse_to_fine, parse_range, spread, steps
from nncore.sweep.result import PENDING, StackResult, SweepResult, thinned_epochs
from nncore.sweep.run import sweep

__all__ = [
    "PENDING",
    "Block",
    "Grid",
    "StackResult",
    "Sweep",
    "SweepResult",
    "bytes_per_run",
    "coarse_to_fine",
    "parse_range",
    "spread",
    "steps",
    "sweep",
    "thinned_epochs",
]
