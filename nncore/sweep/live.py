"""A sweep that can be moved on in slices: the engine behind a strip that fills in while one looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import numpy as np

from nncore.arrays import Array
from nncore.data import DataSet
from nncore.sweep.grid import Block, Grid
from nncore.sweep.memory import check_runs, free_bytes, stack_limits
from nncore.sweep.result import StackResult, SweepResult
from nncore.training import Training

OnStack = Callable[[Block, Training], None]


class Sweep:
    """A grid of runs, trained stack by stack.

    Parameters
    ----------
    grid : Grid
        Experiment and axes.
    data : DataSet, optional
        Rows instead of the experiment's own.
    stages : iterable of int arrays, optional
        Flat positions in the order in which they are wanted; runs of one stage share stacks where they can.
        What no stage names comes last.
    most : int, optional
        Most runs in a stack; by default what fits into memory.
    curve_epochs : int array, optional
        Epochs, from 0 for the start, of which every run's cost is kept.
    train : callable
        (block, data) to what is moved on: the block's own training, or one that is asked as that is.
    on_start, on_stack : callable, optional
        Called with block and training when a stack begins, and when it is done and its networks still exist.

    Attributes
    ----------
    result : SweepResult
        Fills as the stacks are done.

    Raises
    ------
    ValueError
        When the runs do not fit into memory.
    """

    def __init__(
        self,
        grid: Grid,
        *,
        data: DataSet | None = None,
        stages: Iterable[Array] = (),
        most: int | None = None,
        curve_epochs: Array | None = None,
        train: Callable[[Block, DataSet | None], Any] = Block.training,
        on_start: OnStack | None = None,
        on_stack: OnStack | None = None,
    ) -> None:
        free = free_bytes()
        check_runs(len(grid), free=free, curve_epochs=0 if curve_epochs is None else len(curve_epochs))
        if most is None:
            limits = stack_limits(grid, free=free, data=data)
        else:
            limits = dict.fromkeys(grid.experiments(), most)
        self._data = data
        self._train = train
        self._on_start, self._on_stack = on_start, on_stack
        ordered = _all_stages(grid, stages)
        self._blocks = chain.from_iterable(grid.blocks(stage, most=limits.__getitem__) for stage in ordered)
        self._block: Block | None = None
        self._training: Training | None = None
        self._runs_done = 0
        self.result = SweepResult(grid, curve_epochs)
        self.finished = False

    @property
    def progress(self) -> float:
        """Share of all epochs of all runs that is done, 0 to 1."""
        part = 0.0
        if self._training is not None and self._block is not None:
            planned = max(1, self._training.epochs)
            part = len(self._block) * min(1.0, self._training.progress / planned)
        return 1.0 if self.finished else min(1.0, (self._runs_done + part) / len(self.result.grid))

    def advance(self, seconds: float | None = None, *, stacks: int | None = None) -> int:
        """Train on for a while; without an argument to the end.

        Parameters
        ----------
        seconds : float, optional
            Stop at the first mini-batch that ends later than this.
        stacks : int, optional
            Stop when so many stacks have been finished in this call.

        Returns
        -------
        int
            Stacks that were finished in this call.
        """
        start = time.perf_counter()
        done = 0
        while not self.finished and (stacks is None or done < stacks):
            left = None if seconds is None else start + seconds - time.perf_counter()
            if left is not None and left <= 0:
                break
            done += self._move(left)
        self.result.seconds += time.perf_counter() - start
        return done

    def _move(self, seconds: float | None) -> int:
        if self._training is None:
            self._block = next(self._blocks, None)
            if self._block is None:
                self.finished = True
                return 0
            self._training = self._train(self._block, self._data)
            if isinstance(self._training, Training):
                self._training.share_memory()
            if self._on_start is not None:
                self._on_start(self._block, self._training)
        assert self._block is not None
        self._training.advance(seconds=seconds)
        if not self._training.finished:
            return 0
        block, training = self._block, self._training
        self._training = None
        self._runs_done += len(block)
        self.result.add(StackResult.of(block, training, curve_epochs=self.result.curve_epochs))
        if self._on_stack is not None:
            self._on_stack(block, training)
        self.finished = self._runs_done == len(self.result.grid)
        return 1


def _all_stages(grid: Grid, stages: Iterable[Array]) -> list[Array]:
    """Return the stages without the runs of earlier ones, and as the last one what none of them names."""
    left = np.ones(len(grid), dtype=bool)
    ordered = []
    for stage in stages:
        new = np.asarray(stage)[left[stage]]
        left[new] = False
        if len(new):
            ordered.append(new)
    rest = np.flatnonzero(left)
    return [*ordered, rest] if len(rest) else ordered
