"""Asking a training how it stands: curves, outcomes, counts. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nncore import checks
from nncore.arrays import Array, Numbers
from nncore.machinery.buffers import Engine, as_rows
from nncore.machinery.penalty import Penalty
from nncore.machinery.record import MetricRecorder
from nncore.mark import Mark
from nncore.metrics import confusion_matrix
from nncore.model import Model
from nncore.outcome import Validation, first_epoch_at, outcomes

T = TypeVar("T")


class TrainingReport:
    """What a `nncore.training.Training` tells about itself."""

    network: Model
    """The network, as it is now."""
    epoch: int
    epochs: int
    """`epoch` and `epochs`: epochs completed; epochs planned."""
    mark: Mark | None
    """What stands in for the usual target where rows cannot be told apart."""
    _engine: Engine
    _penalty: Penalty
    _train: MetricRecorder
    _val: MetricRecorder | None
    _judge: MetricRecorder | None
    _start: Array
    _target: Numbers
    _usual: Numbers
    _guess_val: float | None
    _overflow: Array
    _alive: Array
    _alive_any: bool
    _every: int
    _batch: int
    _bounds: list[tuple[int, int]]

    @property
    def gradients(self) -> list[Array]:
        """The gradient of the last update, penalties included: one array a layer, as `network.weights`."""
        return [np.array(as_rows(layer)) for layer in self._engine.gradients]

    @property
    def batches(self) -> int:
        """Updates in one epoch."""
        return len(self._bounds)

    @property
    def progress(self) -> float:
        """Epochs done, with the share of the present one whose mini-batches are done."""
        return self.epoch + self._batch / len(self._bounds)

    @property
    def finished(self) -> bool:
        """Whether all planned epochs are done, or every run has overflowed."""
        return self.epoch >= self.epochs or not self._alive_any

    @property
    def history(self) -> dict[str, Array]:
        """Cost and accuracy after every epoch: ``train_errors`` and, where they apply, the other three.

        Each is an array (*runs, epoch): cost without penalty (sum over outputs, mean over samples), share of
        right answers; NaN from the epoch of an overflow on.
        """
        curves = {"train_errors": self._train.errors}
        if self._val is not None:
            curves["val_errors"] = self._val.errors
        if self._train.accs is not None:
            curves["train_accs"] = self._train.accs
            if self._val is not None and self._val.accs is not None:
                curves["val_accs"] = self._val.accs
        return {name: values[..., : self.epoch] for name, values in curves.items()}

    @property
    def start_cost(self) -> Numbers:
        """Training cost before the first step, without penalty, (*runs)."""
        return self._plain(self._start, float)

    @property
    def target_cost(self) -> Numbers:
        """Training cost at which a run has learned, (*runs) or one number for all; see `nncore.outcome`."""
        return self._target if np.ndim(self._target) else float(self._target)

    @property
    def outcome(self) -> str | Array:
        """What became of the run so far, by the rule of `nncore.outcome`: a str, or an array (n_runs,)."""
        taken = self._taken()
        verdict = outcomes(
            self._train.errors[..., taken],
            start=self._start,
            target=self._target,
            overflowed=~self._alive,
            validation=self._validation(taken),
            usual=self._usual,
        )
        return self._plain(verdict, str)

    @property
    def overflow_epoch(self) -> int | Array:
        """Number of the epoch at whose end a run was no longer finite, (*runs); -1 where there is none."""
        return self._plain(self._overflow, int)

    @property
    def epochs_to_target(self) -> int | Array:
        """Number of epochs after which the target cost was first reached, (*runs); -1 where it was not."""
        costs = self._train.errors[..., : self.epoch]
        return self._plain(first_epoch_at(costs, start=self._start, target=self._target), int)

    def _taken(self) -> slice | NDArray[np.intp]:
        """Return where the history has entries so far: an index of its last axis."""
        if self._every == 1:
            return slice(0, self.epoch)
        costs = self._train.errors[..., : self.epoch]
        return np.flatnonzero(np.isfinite(costs).any(axis=tuple(range(costs.ndim - 1))))

    def _validation(self, taken: slice | NDArray[np.intp]) -> Validation | None:
        if self._val is None:
            return None
        mark = None if self.mark is None else self.mark.val
        return Validation(self._val.errors[..., taken], guess=self._guess_val, mark=mark)

    def _plain(self, values: Array, kind: Callable[[Array], T]) -> Array | T:
        return np.array(values) if self._engine.runs else kind(values)

    def penalty(self) -> Numbers:
        """Return lam / 2 |W|^2 + lam1 |W|_1 of the weights as they are, (*runs): not part of the cost."""
        return self._penalty.value()

    def confusion(self, which: str = "train") -> Array:
        """Count how often each class is now taken for each.

        Parameters
        ----------
        which : str
            ``"train"``, ``"validation"`` or ``"judge"``.

        Returns
        -------
        int array (*runs, n_classes, n_classes)
            Row: the right class. Column: the predicted one, of several outputs the largest. In samples. Where
            outputs are decided one by one, a row on the diagonal need not be right in every output.

        Raises
        ------
        ValueError
            When there is no such set, the network is no classifier, or a row of targets is not of one class.
        """
        recorder = self._set(which)
        self._must_classify()
        if not recorder.one_class:
            row = int(np.argmax(recorder.truth.sum(axis=0) != 1))
            given = f"{recorder.truth[:, row].astype(int).tolist()} in row {row}"
            raise ValueError(f"{which} must be rows of one class each to be counted; got {given}.")
        with np.errstate(all="ignore"):
            return confusion_matrix(recorder.labels, recorder.predicted(), n_classes=recorder.n_classes)

    def judge_proba(self) -> Array:
        """Return the outputs on the clean set, (*runs, n_samples, n_outputs).

        Raises
        ------
        ValueError
            When the training was given no such set.
        """
        with np.errstate(all="ignore"):
            return self._set("judge").outputs()

    def accuracy(self, which: str = "train") -> Numbers:
        """Return the share of samples that the network as it is now gets right, in every output; (*runs).

        Parameters
        ----------
        which : str
            ``"train"``, ``"validation"`` or ``"judge"``.

        Raises
        ------
        ValueError
            When the training was given no such set, or the network is no classifier.
        """
        recorder = self._set(which)
        self._must_classify()
        with np.errstate(all="ignore"):
            return self._plain(recorder.accuracy(), float)

    def _settle(self) -> None:
        """Make ready for computing in the calling thread."""
        raise NotImplementedError

    def _set(self, which: str) -> MetricRecorder:
        self._settle()
        checks.choice("which", which, ("train", "validation", "judge"))
        sets = {"train": self._train, "validation": self._val, "judge": self._judge}
        if (recorder := sets[which]) is None:
            given = ", ".join(name for name, there in sets.items() if there)
            raise ValueError(f"which must name a set that the training was given, {given}; got {which!r}.")
        return recorder

    def _must_classify(self) -> None:
        if not self.network.classification:
            given = getattr(self.network.cost_func, "__name__", repr(self.network.cost_func))
            raise ValueError(f"cost_func must be CostLogReg or CostCrossEntropy for this; got {given}.")
