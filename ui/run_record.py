"""A run as it is kept: for pins, tables and downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nncore.experiment import Experiment


@dataclass(frozen=True)
class RunRecord:
    """One run, finished or not, as it stood at one moment.

    Attributes
    ----------
    run : int
        Number of the run in its channel.
    experiment : Experiment
        What was trained, with the learning rate and lambda it was started with.
    epoch : int
        Epochs completed.
    train, val : tuple of float
        Cost per epoch, entry 0 before training; NaN after an overflow; `val` is empty without validation
        rows.
    train_acc, val_acc : tuple of float
        Share of rows that are right, per epoch, in the same way; empty for regression.
    outcome : str
        `learned`, `slow`, `unstable` or `overflow`, of the epochs so far.
    epochs_to_target : int
        -1 where the target cost was not reached.
    overflow_epoch : int
        -1 where nothing overflowed.
    changes : tuple of (epoch, field, value)
        What was changed in mid-run.
    finished : bool
        Whether the planned epochs are over.
    touched : bool
        Whether weights were set by hand, so that no setting repeats the run.
    """

    run: int
    experiment: Experiment
    epoch: int
    train: tuple[float, ...]
    val: tuple[float, ...] = ()
    train_acc: tuple[float, ...] = ()
    val_acc: tuple[float, ...] = ()
    outcome: str = "slow"
    epochs_to_target: int = -1
    overflow_epoch: int = -1
    changes: tuple[tuple[int, str, float], ...] = ()
    finished: bool = False
    touched: bool = False

    @property
    def start_cost(self) -> float:
        """Cost before training."""
        return self.train[0]

    @property
    def final_cost(self) -> float:
        """Cost after the last epoch."""
        return self.train[-1]
