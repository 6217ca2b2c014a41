"""The weights of some epochs of a run, kept to look back at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

    from nncore.model import Model

MAX_SNAPSHOTS: Final = 120
SNAPSHOT_BYTES: Final = 2_000_000
"""Memory for looking back, per run; a wide network keeps fewer epochs."""


class Snapshots:
    """The weights of some epochs of a run, to look back at; called after each epoch.

    It knows the network but not the run, so that a run that is replaced is freed at once, not at the next
    garbage collection: a dragged control makes sixty runs a second. Which epochs are `kept`, with their
    weights (n_parameters,), the plan decides, whatever happens to be drawn.
    """

    def __init__(self, network: Model, *, epochs: int) -> None:
        self._network = network
        self._epochs = epochs
        self._most = max(1, min(MAX_SNAPSHOTS, SNAPSHOT_BYTES // max(network.theta.nbytes, 1)))
        self._stride = max(1, math.ceil(epochs / self._most))
        self.kept: dict[int, np.ndarray] = {0: network.theta.copy()}

    def extend(self, epochs: int) -> None:
        """Make room for a run of so many epochs: of those that are kept, some give way."""
        self._epochs = epochs
        self._stride = max(1, math.ceil(epochs / self._most))
        self.kept = {epoch: theta for epoch, theta in self.kept.items() if epoch % self._stride == 0}

    def __call__(self, epoch: int) -> None:
        """Keep the weights after `epoch` if they are among those to be kept."""
        if epoch % self._stride == 0 or epoch == self._epochs:
            self.kept[epoch] = self._network.theta.copy()

    def nearest(self, epoch: int) -> int:
        """Give the kept epoch that is nearest, the earlier of two."""
        return min(self.kept, key=lambda kept: (abs(kept - epoch), kept))
