"""Where a training computes: in memory of its own, or in its thread's, which others use as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from nncore.arrays import Array
from nncore.machinery.buffers import Engine, Passes
from nncore.machinery.record import MetricRecorder
from nncore.machinery.workspace import WORKSPACE


class Lodger(Protocol):
    """A scheduler that lets go of what it does not remember."""

    def settle(self, like: Array, take: Callable[[str], Array] | None = None) -> None:
        """See `nncore.schedulers.Scheduler.settle`."""


class Lodging:
    """The memory of one training that lasts no longer than a step, or an evaluation.

    Parameters
    ----------
    engine : Engine
    passes, blocks : Passes
        Those of its steps and of its evaluations.
    sizes : iterable of int
        Rows of its mini-batches.
    recorders : sequence of (MetricRecorder or None)
        Those of the training set, the validation set and the judge's.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        passes: Passes,
        blocks: Passes,
        sizes: Iterable[int],
        recorders: Iterable[MetricRecorder | None],
    ) -> None:
        self._engine, self._passes, self._blocks, self._sizes = engine, passes, blocks, set(sizes)
        self._recorders = [recorder for recorder in recorders if recorder is not None]
        self._lodger: Lodger | None = None
        self._home: object = None

    def share(self, lodger: Lodger) -> None:
        """Lie in the thread's memory from now on, as the scheduler does."""
        self._lodger, self._passes.purpose = lodger, "training"
        # A set that is passed through whole is evaluated within a step, beside the other blocks.
        whole = any(recorder.whole for recorder in self._recorders)
        self._blocks.purpose = "evaluation" if whole else "training"
        for number, recorder in enumerate(self._recorders):
            recorder.purpose = f"records {number}"
        self.rest()

    def rest(self) -> None:
        """Let go of all of it, until something is computed again."""
        self._passes.clear()
        self._blocks.clear()
        if self._lodger is not None:
            self._engine.forget_gradient()
            self._lodger.settle(self._engine.theta)
            self._home = None
        for recorder in self._recorders:
            recorder.rest()

    def settle(self) -> None:
        """Compute in the calling thread's memory, where memory is shared."""
        engine, lodger = self._engine, self._lodger
        if lodger is None or self._home is WORKSPACE.identity:
            return
        with WORKSPACE.holding():
            # Where some of it was too small all is taken once more: nothing shows what has been outgrown.
            while self._home is not WORKSPACE.identity:
                self.rest()
                self._home = WORKSPACE.identity
                engine.gradient = engine.borrowed("gradient")
                lodger.settle(engine.theta, engine.borrowed)
                for size in self._sizes:
                    self._passes[size]
                for recorder in self._recorders:
                    recorder.wake()
