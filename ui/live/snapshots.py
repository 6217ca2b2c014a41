"""The weights of some epochs of a run, kept to look back at."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

    from nncore.model import Model

MAX_SNAPSHOTS: Final = 120
SNAPSHOT_BYTES: Final = 2_000_000
"""Memory for looking back, per run; a wide network keeps fewer epochs."""
REDRAWN_BYTES: Final = 2**18
"""From so large a network on its start is drawn again when it is looked at, in some milliseconds."""


class Snapshots:
    """The weights of some epochs of a run, to look back at; called after each epoch.

    It knows the network but not the run, so that a run that is replaced is freed at once, not at the next
    garbage collection: a dragged control makes sixty runs a second. Which epochs are kept the plan decides,
    whatever happens to be drawn. Of a wide network's start nothing is kept where it can be drawn again, by
    `redraw`.
    """

    def __init__(self, network: Model, *, epochs: int, redraw: Callable[[], Model] | None = None) -> None:
        self._network = network
        self._last = epochs
        self._most = max(1, min(MAX_SNAPSHOTS, SNAPSHOT_BYTES // max(network.theta.nbytes, 1)))
        self._stride = max(1, math.ceil(epochs / self._most))
        self._redraw = redraw if network.theta.nbytes >= REDRAWN_BYTES else None
        self._kept: dict[int, np.ndarray | None] = {0: None if self._redraw else network.theta.copy()}

    @property
    def epochs(self) -> list[int]:
        """Epochs that can be looked at, in order."""
        return sorted(self._kept)

    def weights(self, epoch: int) -> np.ndarray:
        """Give the weights after an epoch that was kept, (n_parameters,)."""
        kept = self._kept[epoch]
        if kept is None:
            assert self._redraw is not None
            return self._redraw().theta
        return kept

    def extend(self, epochs: int) -> None:
        """Make room for a run of so many epochs: of those that are kept, some give way."""
        self._last = epochs
        self._stride = max(1, math.ceil(epochs / self._most))
        self._kept = {epoch: theta for epoch, theta in self._kept.items() if epoch % self._stride == 0}

    def __call__(self, epoch: int) -> None:
        """Keep the weights after `epoch` if they are among those to be kept."""
        if epoch % self._stride == 0 or epoch == self._last:
            self._kept[epoch] = self._network.theta.copy()

    def nearest(self, epoch: int) -> int:
        """Give the kept epoch that is nearest, the earlier of two."""
        return min(self._kept, key=lambda kept: (abs(kept - epoch), kept))
