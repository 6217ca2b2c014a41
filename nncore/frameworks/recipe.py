"""What a library needs to know to train the same network: plain arrays, names and numbers.

A :class:`Recipe` is an Experiment with everything drawn: rows, starting weights and the seed of the batches'
order. It holds no callables, so it can be sent to a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.schedules import SCHEDULES

Array = NDArray[np.floating]


class Unsupported(ValueError):
    """A library cannot train this experiment; the message is one sentence that says why."""


class MissingLibrary(ImportError):
    """An optional library is not installed; the message names it and the line that installs it."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """An Experiment with everything drawn."""

    X: Array
    t: Array
    """`X` and `t`, (n, features) and (n, outputs): training rows; class labels as 0/1 or one-hot rows."""
    X_val: Array | None
    t_val: Array | None
    """`X_val` and `t_val`: validation rows, or None."""
    start: list[Array]
    """Starting weights, one array (inputs + 1, outputs) a layer, biases in row 0."""
    hidden: tuple[str, ...]
    """One of nncore's activations a hidden layer; "custom" stands for `formula`."""
    output: str
    cost: str
    scheduler: str
    """`output`, `cost` and `scheduler`: nncore's names."""
    eta: float
    momentum: float
    rho: float
    rho2: float
    """`eta`, `momentum`, `rho` and `rho2`: numbers of the scheduler, whether it uses them or not."""
    schedule: str
    """The factor on `eta` over the epochs."""
    lam: float
    lam1: float
    """`lam` and `lam1`: L2 and L1 penalties on weights, not biases."""
    batch_size: int
    """Samples in a mini-batch; 0 means all rows. The last batch of an epoch holds what is left over."""
    epochs: int
    """Epochs to train."""
    order_seed: int
    """Draws the order of the rows, anew every epoch."""
    classification: bool
    """Whether outputs are decisions, so that there is an accuracy."""
    formula: str = ""

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Widths of all layers, inputs first."""
        return (int(self.X.shape[1]), *(int(w.shape[1]) for w in self.start))

    @property
    def size(self) -> int:
        """Samples in a full mini-batch."""
        return min(self.batch_size or len(self.X), len(self.X))

    def rate(self, epoch: int) -> float:
        """Learning rate of an epoch, counted from 0."""
        return self.eta * SCHEDULES[self.schedule](epoch, self.epochs)

    def batches(self) -> Iterator[list[NDArray[np.intp]]]:
        """For every epoch the row numbers of its mini-batches, in nncore's order."""
        return epoch_batches(len(self.X), self.size, epochs=self.epochs, order_seed=self.order_seed)


def epoch_batches(
    n_samples: int, size: int, *, epochs: int, order_seed: int
) -> Iterator[list[NDArray[np.intp]]]:
    """Yield, epoch by epoch, the row numbers of the mini-batches in the order in which `Training` takes them.

    Parameters
    ----------
    n_samples, size : int
        Rows, and rows in a full mini-batch; the last one holds what is left over.
    epochs : int
        How many epochs.
    order_seed : int
        Draws the order, anew every epoch; a single batch keeps the rows as they are.
    """
    rng = np.random.default_rng(order_seed)
    for _ in range(epochs):
        order = rng.permutation(n_samples) if size < n_samples else np.arange(n_samples)
        yield [order[start : start + size] for start in range(0, n_samples, size)]


def recipe_of(experiment: Experiment, *, data: DataSet | None = None) -> Recipe:
    """Return an Experiment with rows and starting weights drawn.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    data : DataSet, optional
        Rows instead of the experiment's own.

    Raises
    ------
    Unsupported
        If it forgets its scheduler's memory at every epoch, which no library does, its classes are
        weighted, or it does not go as it was planned.
    ValueError
        If it is no Experiment, or its data is one's own and was not given.
    """
    if not isinstance(experiment, Experiment):
        sample = 'Experiment.default("XOR")'
        raise ValueError(f"experiment must be an Experiment, such as {sample}; got {experiment!r}.")
    if experiment.rule != "textbook":
        raise Unsupported(
            "The rule chosen forgets the scheduler's memory at every epoch, which no library "
            "does: choose the textbook rule to compare."
        )
    if experiment.changes:
        raise Unsupported(
            "What is changed on the way of a run is not written for other libraries: "
            f"{experiment.course} Choose one learning rate and one penalty to compare."
        )
    if experiment.more and experiment.schedule != "constant":
        raise Unsupported(
            f"{experiment.more} epochs were added to a plan over which the learning rate changes, which is "
            "not written for other libraries: plan all epochs to compare."
        )
    data = experiment.dataset() if data is None else data
    network = experiment.network(data=data)
    if data.class_weights:
        raise Unsupported(
            "The classes of this table are weighted, which only nncore's own program carries over: choose no "
            "class weights to compare."
        )
    cost, output = experiment.resolved(data.task)
    return Recipe(
        X=data.X,
        t=data.t,
        X_val=data.X_val,
        t_val=data.t_val,
        start=[w.copy() for w in network.weights],
        hidden=experiment.layer_funcs,
        output=output,
        cost=cost,
        scheduler=experiment.scheduler,
        eta=experiment.eta,
        momentum=experiment.momentum,
        rho=experiment.rho,
        rho2=experiment.rho2,
        schedule=experiment.schedule,
        lam=experiment.lam,
        lam1=experiment.lam1,
        batch_size=experiment.batch_size,
        epochs=experiment.total_epochs,
        order_seed=experiment.data_seed,
        classification=network.classification,
        formula=experiment.formula,
    )
