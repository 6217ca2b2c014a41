"""The lecture's feed-forward network, one or a stack of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from nncore.activations import Activation, identity, sigmoid
from nncore.arrays import Array, ArrayLike, DTypeLike
from nncore.costs import Cost, CostOLS
from nncore.model import Model
from nncore.training import Training
from nncore.user_schedulers import SchedulerLike


class FFNN(Model):
    """A feed-forward network with any number of layers.

    Parameters
    ----------
    dimensions : sequence of int
        Widths of all layers, input first: (2, 4, 1) has two inputs, four hidden units, one output.
    hidden_func : callable, or sequence of callable
        Activation of the hidden layers: one for all, or one for each. Built in, or written with
        ``autograd.numpy``.
    output_func : callable
        Activation of the output layer.
    cost_func : callable
        `CostOLS`, `CostLogReg`, `CostCrossEntropy`, or a function like them of your own.
    seed : int, None, or sequence of int
        Decides the first weights. A sequence makes a **stack**: one network for each seed, trained side by
        side; every array then carries a leading axis of runs.
    init : str, optional
        A key of `INITIALISATIONS`; by default `he` for layers of the RELU family and `xavier` for all others.
    dtype : numpy dtype
        float64, or float32 for large stacks.

    Attributes
    ----------
    runs : tuple of int
        () for one network, (n_runs,) for a stack.
    classification : bool
        Whether decisions are 0/1: the cost is `CostLogReg` or `CostCrossEntropy`, built in or typed once more
        as in the lecture's cells, or has an attribute ``classifies = True``.

    Raises
    ------
    ValueError
        When a width is below 1, a function cannot be used, output and cost do not go together, or a name is
        unknown.

    Source: the lecture's chapter "Building a neural network code".

    Examples
    --------
    >>> network = FFNN((2, 3, 1), output_func=sigmoid, seed=[0, 1])
    >>> network.runs, [weights.shape for weights in network.weights]
    ((2,), [(2, 3, 3), (2, 4, 1)])
    """

    # The signature is the lecture's, so it has more positional parameters than other functions here.
    def __init__(  # noqa: PLR0917
        self,
        dimensions: Sequence[int],
        hidden_func: Activation | Sequence[Activation] = sigmoid,
        output_func: Activation = identity,
        cost_func: Cost = CostOLS,
        seed: int | Sequence[int] | None = None,
        *,
        init: str | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        super().__init__(dimensions, hidden_func, output_func, cost_func, seed, init=init, dtype=dtype)

    # The signature is the lecture's, so it has more parameters than other functions here.
    def fit(  # noqa: PLR0917
        self,
        X: ArrayLike,
        t: ArrayLike,
        scheduler: SchedulerLike,
        batches: int = 1,
        epochs: int = 100,
        lam: ArrayLike = 0.0,
        X_val: ArrayLike | None = None,
        t_val: ArrayLike | None = None,
        *,
        lam1: ArrayLike = 0.0,
        order_seed: int | None = None,
        progress: bool = True,
    ) -> dict[str, Array]:
        """Train to the end, showing a progress line. Ctrl-C stops early and keeps what was learned.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Inputs.
        t : array (n_samples, n_outputs)
            Targets: 0/1 for a classifier, one-hot where its output is a softmax.
        scheduler : Scheduler
            Any object with ``update_change`` and ``reset``; it is copied, the original stays as it is.
        batches : int
            Number of mini-batches that an epoch is cut into; the last takes the remainder.
        epochs : int
            Passes through the training set.
        lam, lam1 : float, or vector (n_runs,)
            Penalties lam / 2 |W|^2 and lam1 |W|_1 on the weights, not the biases.
        X_val, t_val : arrays like X and t, optional
            A set that is watched but not trained on.
        order_seed : int, optional
            Decides the order of the samples; see `Training`.
        progress : bool
            Whether to print the line.

        Returns
        -------
        dict of array (*runs, epochs)
            ``train_errors``, and where they apply ``val_errors``, ``train_accs``, ``val_accs``: after every
            epoch, cost without penalty (sum over outputs, mean over samples) and share of samples that are
            right in every output, decided as `predict` does.

        Raises
        ------
        ValueError
            When an argument cannot be meant; the sentence names it.
        """
        training = Training(
            self, scheduler, X, t, batches=batches, epochs=epochs, lam=lam, lam1=lam1,
            X_val=X_val, t_val=t_val, order_seed=order_seed,
        )  # fmt: skip
        try:
            while not training.finished:
                training.advance(seconds=0.1)
                if progress:
                    _show_progress(training)
        except KeyboardInterrupt:
            return training.history
        finally:
            if progress:
                sys.stdout.write("\n")
        return {name: _padded(values, training.epochs) for name, values in training.history.items()}


def _padded(values: Array, length: int) -> Array:
    """Return a history of full length: NaN where a run that overflowed has no more epochs."""
    missing = length - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)], constant_values=np.nan)


def _show_progress(training: Training) -> None:
    """Write one line over the last one: epoch, and the latest of every curve (the median of a stack)."""
    parts = [f"epoch {training.epoch}/{training.epochs}"]
    for name, values in training.history.items():
        if values.shape[-1]:
            latest = values[..., -1]
            middle = np.nanmedian(latest) if np.isfinite(latest).any() else np.nan
            parts.append(f"{name} {middle:.4g}")
    sys.stdout.write("\r" + "   ".join(parts).ljust(100))
    sys.stdout.flush()
