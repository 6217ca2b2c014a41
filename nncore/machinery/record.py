"""Watching a set while a network trains: cost and accuracy after every epoch, cheaply.

For a small network the arithmetic of one cost takes longer than a step of training. So the logits are noted
after every epoch, and costs and accuracies are worked out for many epochs at once.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from nncore.arrays import Array, DTypeLike
from nncore.machinery.buffers import Engine, Evaluator, Pass, Passes
from nncore.machinery.kernels import as_rows
from nncore.machinery.shared import shared
from nncore.machinery.workspace import Room

RECORD_NUMBERS = 32768
RECORD_EPOCHS = 256
"""Logits are noted for so many numbers or so many epochs, whichever is less, before they are evaluated."""
ROOM_EPOCHS = 1024
"""Epochs that a history has room for at first, if so many are planned; it doubles whenever it is full."""


class MetricRecorder:
    """One data set and what became of the network on it.

    Parameters
    ----------
    engine : Engine
        The network or stack.
    X, t : array (n_samples, n_features), array (n_samples, n_outputs)
        The set.
    overflow : int array (*runs)
        Epoch of each run's overflow, -1 while there is none; read whenever costs are worked out.
    through : Passes, optional
        Of which the one of so many samples holds this very set; otherwise the set is evaluated in blocks.
    blocks : Passes, optional
        Those blocks, as `Evaluator` shares them.

    Attributes
    ----------
    purpose : str
        Where it is named, what is noted until it is evaluated lies in the thread's memory for that purpose.
    errors : array (*runs, capacity)
        Mean cost after each epoch, NaN where none was taken.
    accs : array (*runs, capacity) or None
        Share of samples that are right in every output; None for a regressor, or where it is not wanted.
    """

    def __init__(
        self,
        engine: Engine,
        X: Array,
        t: Array,
        *,
        overflow: Array,
        through: Passes | None = None,
        blocks: Passes | None = None,
    ) -> None:
        self.engine = engine
        self.output_layer = engine.output_layer
        self.overflow = overflow
        self._X, self._through, self._blocks = X, through, blocks
        self.purpose = ""
        self._source: Pass | Evaluator | None = None
        self._targets = target_columns(t, engine.dtype)
        self.n_classes = max(2, t.shape[1])
        self.labels = shared(t, "labels", partial(_labels, t))
        self.truth = shared(t, ("truth", self.output_layer.chooses), partial(self.output_layer.truth, t))
        # Outputs that are decided one by one may all be no, or several yes: such a row is of no class.
        self.one_class = (
            self.output_layer.chooses or t.shape[1] == 1 or bool((self.truth.sum(axis=0) == 1).all())
        )
        self._columns: list[int] = []
        self.wake()
        self._portions = _portions(engine.runs, self._targets.size)
        self.errors = np.empty((*engine.runs, 0))
        self.accs = np.empty((*engine.runs, 0)) if self.output_layer.classifies else None
        self._planned = 0

    @property
    def whole(self) -> bool:
        """Whether a pass of the training holds the set."""
        return self._through is not None

    def wake(self) -> Pass | Evaluator:
        """Make the buffers; return what pushes the set forward."""
        through, size = self._through, len(self._X)
        source = Evaluator(self.engine, self._X, self._blocks) if through is None else through[size]
        self._source, self._logits = source, source.logits
        self._memory = self.engine.memory(self._logits)
        ahead = max(1, min(RECORD_EPOCHS, RECORD_NUMBERS // self._logits.size))
        ahead = ahead if self.output_layer.deferrable else 1
        memory, _ = Room(self.purpose).take(ahead * self._logits.size, self.engine.dtype)
        self._records = self.engine.laid_out(memory, ahead, *self._logits.shape[-2:], ahead=1)
        self._slots = list(self._records)
        return source

    def rest(self) -> None:
        """Let go of the buffers until they are needed again; all must be flushed."""
        self._source = None
        self._logits = self._memory = self._records = np.empty(0)
        self._slots = []

    def plan(self, n_epochs: int) -> None:
        """Expect a history of so many epochs."""
        self._planned = n_epochs

    def reserve(self, n_epochs: int) -> None:
        """Make room for the history of so many epochs, and for more where more are planned."""
        there = self.errors.shape[-1]
        if n_epochs > there:
            epochs = max(n_epochs, min(max(2 * there, ROOM_EPOCHS), self._planned))
            self.errors = _with_room(self.errors, epochs)
            if self.accs is not None:
                self.accs = _with_room(self.accs, epochs)

    def forward(self) -> Array:
        """Push the set through the network as it is now; return its logits (*runs, n_outputs, n_samples)."""
        return (self._source or self.wake()).forward()

    def costs(self) -> Array:
        """Return the mean cost of the logits of the last `forward`, (*runs)."""
        return self.output_layer.costs(self._logits, self._targets)

    def record(self, epoch: int) -> float:
        """Note the logits of the last pass as those after `epoch`; return a number, finite if they are."""
        if self._source is None:
            self.wake()
        columns = self._columns
        if len(columns) == len(self._slots):
            self.flush()
            columns = self._columns
        np.copyto(self._slots[len(columns)], self._logits)
        columns.append(epoch - 1)
        if self.output_layer.deferrable:
            # A built-in cost is finite where the squares of the logits are, and one product tells that.
            return self._memory.dot(self._memory)
        self.flush()
        return float(np.sum(self.errors[..., epoch - 1]))

    def failed(self, epoch: int) -> Array:
        """Return which runs (*runs) are not finite on this set after `epoch`, the one just recorded."""
        if self.output_layer.deferrable:
            return ~np.isfinite(np.sum(self._logits * self._logits, axis=(-2, -1)))
        return ~np.isfinite(self.errors[..., epoch - 1])

    def flush(self) -> None:
        """Work out costs and accuracies of what was noted; NaN for a run from its overflow on."""
        if not self._columns:
            return
        z, columns = self._records[: len(self._columns)], self._columns
        self._columns = []
        self.reserve(columns[-1] + 1)
        # As a rule every epoch is recorded, and a slice is written faster than a list of columns.
        gapless = columns[-1] - columns[0] + 1 == len(columns)
        where: slice | Array = slice(columns[0], columns[-1] + 1) if gapless else np.array(columns)
        for runs in self._portions:
            part = z[:, *runs]
            self.errors[*runs, ..., where] = np.moveaxis(self.output_layer.costs(part, self._targets), 0, -1)
            if self.accs is not None:
                self.accs[*runs, ..., where] = np.moveaxis(
                    self.output_layer.accuracy(part, self.truth), 0, -1
                )
        if self.overflow.max() >= 0:
            lost = (self.overflow >= 0)[..., None] & (np.array(columns) + 1 >= self.overflow[..., None])
            for values in (self.errors, self.accs):
                if values is not None:
                    values[..., where] = np.where(lost, np.nan, values[..., where])

    def mark_overflow(self, runs: Array, epoch: int) -> None:
        """Put NaN for what was worked out for some runs, a mask, from the epoch of an overflow on."""
        self.errors[runs, max(0, epoch - 1) :] = np.nan
        if self.accs is not None:
            self.accs[runs, max(0, epoch - 1) :] = np.nan

    def outputs(self) -> Array:
        """Return the outputs of the network as it is now, (*runs, n_samples, n_outputs)."""
        return np.ascontiguousarray(as_rows(self.output_layer.outputs(self.forward())))

    def predicted(self) -> Array:
        """Return the classes that the network as it is now predicts, (*runs, n_samples)."""
        return self.output_layer.labels(self.forward())

    def accuracy(self) -> Array:
        """Return the share of samples that the network as it is now gets right, (*runs)."""
        return self.output_layer.accuracy(self.forward(), self.truth)


def target_columns(t: Array, dtype: DTypeLike) -> Array:
    """Return targets (n_samples, n_outputs) as (n_outputs, n_samples), one array for all who learn them."""
    return shared(t, ("targets", np.dtype(dtype)), partial(np.array, t.T, dtype, order="C"))


def _with_room(values: Array, epochs: int) -> Array:
    """Return values (*runs, n) with NaN behind them, (*runs, epochs)."""
    longer = np.full((*values.shape[:-1], epochs), np.nan)
    longer[..., : values.shape[-1]] = values
    return longer


def _labels(t: Array) -> Array:
    return np.argmax(t, axis=1) if t.shape[1] > 1 else (t[:, 0] > 0.5).astype(np.int64)


def _portions(runs: tuple[int, ...], numbers: int) -> list[tuple[slice, ...]]:
    """Return indices that cut a stack into portions whose logits stay in the cache meanwhile."""
    if not runs:
        return [()]
    step = max(1, RECORD_NUMBERS // numbers)
    return [(slice(start, start + step),) for start in range(0, runs[0], step)]
