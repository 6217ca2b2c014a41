"""A run as it is kept: for pins, tables and downloads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nncore.arrays import Numbers
from nncore.experiment.fields import OWN_DATA

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.mark import Mark


def row_key(data: DataSet | None) -> str:
    """Return a short name for rows that no setting names: tables of one's own differ under one name.

    A digest of targets, shapes, names and class weights, not of the inputs: runs of one table before and
    after scaling are compared. "" for None, which stands for data that the experiment knows by name.
    """
    if data is None or data.name != OWN_DATA:
        return ""
    names = data.feature_names, data.class_names
    digest = hashlib.sha256(f"{data.task} {data.X.shape} {data.t.shape} {names}".encode())
    digest.update(data.t.tobytes())
    if data.class_weights:
        digest.update(repr(data.class_weights).encode())
    return digest.hexdigest()[:12]


def in_force(changes: Sequence[tuple[int, str, Numbers]], field: str, start: float) -> float:
    """Return what a setting was last changed to in mid-run, or what the run started with."""
    return float(next((value for _, changed, value in reversed(changes) if changed == field), start))


@dataclass(frozen=True)
class RunRecord:
    """One run, finished or not, as it stood at one moment."""

    run: int
    """Number of the run in its channel."""
    experiment: Experiment
    """What was trained, with the learning rate and lambda it was started with."""
    epoch: int
    """Epochs completed."""
    train: tuple[float, ...]
    val: tuple[float, ...] = ()
    """`train` and `val`: cost per epoch, entry 0 before training; NaN after an overflow; `val` is empty
    without validation rows."""
    train_acc: tuple[float, ...] = ()
    val_acc: tuple[float, ...] = ()
    """`train_acc` and `val_acc`: share of rows that are right, per epoch, in the same way; empty for
    regression."""
    outcome: str = "slow"
    """One of ``nncore.OUTCOMES``, of the epochs so far."""
    overflow_epoch: int = -1
    """Epoch in which cost or weights left the finite numbers, -1 where they have not."""
    epochs_to_target: int = -1
    """-1 where the target cost was not reached."""
    guess: float | None = None
    """Cost of the best constant answer for the training rows, where that is known."""
    guess_val: float | None = None
    """What the same answer costs on the validation rows."""
    mark: Mark | None = None
    """What was to be reached instead of the usual target."""
    changes: tuple[tuple[int, str, float], ...] = ()
    """tuple of (epoch, field, value): what was changed in mid-run."""
    finished: bool = False
    """Whether the planned epochs are over."""
    touched: bool = False
    """Whether weights were set by hand, so that no setting repeats the run."""
    rows: str = ""
    """What `row_key` says of the data it was trained on."""

    @property
    def final_cost(self) -> float:
        """Cost after the last epoch."""
        return self.train[-1]

    @property
    def start_cost(self) -> float:
        """Cost before training."""
        return self.train[0]

    @property
    def eta(self) -> float:
        """Learning rate in force."""
        return in_force(self.changes, "eta", self.experiment.eta)

    @property
    def lam(self) -> float:
        """Penalty in force."""
        return in_force(self.changes, "lam", self.experiment.lam)
