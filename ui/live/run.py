"""One live run: a `Training` that is moved on in slices, and what is told of it frame by frame.

The numbers are those of `experiment.training()`, moved on by `advance`: nothing here takes a short cut, so
that the same Experiment gives the same numbers in a slice, in a script and in a test.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from nncore.advice import BUDGET_SECONDS, Adviser
from nncore.experiment.changes import changes_text
from nncore.mark import guessing_costs
from ui.live.channel import ViewerCursor
from ui.live.course import key_of, name_of, suggestion, touched_words, with_change
from ui.live.edits import Kept, keep_weights
from ui.live.messages import Course, FrameMessage, Mark, Numbers, Picture, Suggestion, Update
from ui.live.pictures import FRAME_PARTS, Canvas, confusion, pictures, rounded
from ui.live.protocol import finite
from ui.live.record import RunRecord, in_force, row_key
from ui.live.sentences import sentence, set_by_hand
from ui.live.snapshots import Snapshots
from ui.live.update import one_update

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment

CHECK_SECONDS: Final = 0.003
"""Longest training before a slice looks whether its run has been replaced."""
PICTURE_REST: Final = 2.0
"""Rest of a picture after it was made, beyond its least interval, in multiples of what making it took."""
MATRIX_SECONDS: Final = 1 / 10
MISTAKES_SECONDS: Final = 1 / 3
SERIES: Final = {
    "train": "train_errors",
    "val": "val_errors",
    "train_acc": "train_accs",
    "val_acc": "val_accs",
}
"""Histories by their names in a frame and in `Training.history`."""


@dataclass(frozen=True)
class Verdict:
    """What became of a run, in a word and in sentences, and what to try next; nothing while it goes on."""

    outcome: str | None = None
    message: str | None = None
    advice: Suggestion | None = None


class LiveRun:
    """One run from its start to its end.

    Later runs of a channel have larger numbers (`identity`). Where a run starts from the same weights as the
    one before (`like`), what is known of them is kept. It starts with the weights of another network (`kept`)
    as far as both have the same neurons. The `clock` is monotonic, in seconds.

    Attributes
    ----------
    training : Training
        What is moved on.
    canvas : Canvas
        What stays the same in its pictures.
    start : dict of str to float
        Entry 0 of each history that it has, before training.
    seconds : float
        Training time so far.
    sought : int or None
        Kept epoch that is looked back at; None shows the present one.
    at_once : bool
        Whether the run is trained to its end at once, to follow a dragged control or a single step.
    update : Update or None
        What the last step did; None once the run has gone on.
    """

    def __init__(
        self,
        identity: int,
        experiment: Experiment,
        data: DataSet,
        *,
        like: LiveRun | None = None,
        kept: Kept | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.identity = identity
        self.experiment = experiment
        self.data = data
        network = experiment.network(data=data)
        if kept is not None:
            keep_weights(kept.network, network, kept.at)
        self.training = experiment.training(data=data, network=network)
        self.training.share_memory()
        self._kept = kept is not None
        self.canvas = Canvas(data, (*experiment.layer_funcs, experiment.resolved(data.task)[1]))
        self.seconds = 0.0
        self.sought: int | None = None
        self.at_once = False
        self.update: Update | None = None
        self._by_hand: tuple[float, str] | None = None
        self._verdict: Verdict | None = None
        self._adviser: Adviser | None = None
        self._clock = clock
        self.start = self._before_training(like)
        redraw = None if kept is not None else partial(experiment.network, data=data)
        self._snapshots = Snapshots(network, epochs=self.training.epochs, redraw=redraw)
        self.training.on_epoch = self._snapshots
        self._rate = 0.0
        self._rate_from = (0.0, clock())

    @property
    def touched(self) -> bool:
        """Whether a weight was set by hand or kept from another network: no setting repeats the run."""
        return self._kept or self._by_hand is not None

    # -- training ------------------------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """True when all epochs are done or the run has overflowed."""
        return bool(self.training.finished)

    @property
    def overflowed(self) -> bool:
        """True when cost or weights have left the finite numbers."""
        return int(self.training.overflow_epoch) >= 0

    @property
    def progress(self) -> float:
        """Epochs done, with the share of the one that is being trained."""
        return float(self.training.progress)

    @property
    def epochs(self) -> int:
        """Epochs of the whole run."""
        return self.training.epochs

    @property
    def planned(self) -> int:
        """Those that were planned."""
        return self.training.planned

    def reached(self, target: float) -> bool:
        """Tell whether so many epochs are done, or the run is over."""
        return self.over or self.progress >= target

    def move(self, target: float, *, seconds: float, stale: Callable[[], bool]) -> None:
        """Train until `target` epochs are done, `seconds` of training are over, or nobody wants the run any
        more.

        At least one mini-batch is done, so that every slice gets on. A fraction of an epoch stops inside it;
        `stale` is asked between mini-batches, at least every few milliseconds.
        """
        self.update = None
        start = self._clock()
        deadline = start + seconds
        while not self.over and self.progress < target:
            left = max(0.0, min(deadline - self._clock(), CHECK_SECONDS))
            whole = int(target) - self.training.epoch
            if whole >= 1:
                self.training.advance(epochs=whole, seconds=left)
            else:
                # The target lies within this epoch: one mini-batch at a time.
                self.training.advance(seconds=0.0)
            if self._clock() >= deadline or stale():
                break
        self.seconds += self._clock() - start

    def step(
        self, target: float, neuron: tuple[int, int], *, seconds: float, stale: Callable[[], bool]
    ) -> None:
        """Train until `target` epochs are done, and keep the last update of a neuron.

        Parameters
        ----------
        target : float
            Epochs from the start of the run.
        neuron : (layer, index)
            Layer 0 is the first one with weights.
        seconds, stale
            As for `move`.
        """
        start = self._clock()
        while not self.over and self.progress < target:
            self.update = one_update(self.training, self.data, neuron)
            if self._clock() - start >= seconds or stale():
                break
        self.seconds += self._clock() - start

    # -- going on ------------------------------------------------------------------------------------------

    def extend(self, epochs: int) -> None:
        """Go on for so many epochs beyond the end.

        Raises
        ------
        ValueError
            If more epochs would be added than an experiment can hold.
        """
        self.experiment = self.experiment.replace(more=self.experiment.more + epochs)
        self.training.extend(epochs)
        self._snapshots.extend(self.training.epochs)
        self._verdict = self._adviser = None

    # -- looking back --------------------------------------------------------------------------------------

    def resume(self) -> None:
        """Show the present again."""
        self.sought = self.update = None

    def seek(self, epoch: int) -> None:
        """Show the kept epoch nearest to `epoch`; the present one is shown as always."""
        nearest = self._snapshots.nearest(epoch)
        self.sought = None if nearest >= self.training.epoch else nearest

    def set_weight(self, place: tuple[int, int, int], value: float) -> None:
        """Set one weight by hand: training goes on from there, and no setting repeats the run any more.

        Its place is layer of weights, row (0 is the bias) and neuron; one that the network has not is
        ignored.
        """
        layer, row, column = place
        weights = self.training.network.weights
        if layer < len(weights) and row < weights[layer].shape[0] and column < weights[layer].shape[1]:
            weights[layer][row, column] = value
            self.update = None  # what the last step made of this weight holds no longer
            with np.errstate(all="ignore"):
                cost = float(self.training.network.cost(self.data.X, self.data.t))
            self._by_hand = (self.progress, set_by_hand(cost))

    def change(self, name: str, value: float) -> None:
        """Train on with another learning rate (`eta`) or penalty (`lam`).

        Raises
        ------
        ValueError
            If the value is not allowed, or more is changed on the way than an address can hold.
        """
        training = self.training
        changes = with_change(training, name, value)
        self.experiment = self.experiment.replace(changes=changes_text(changes))
        setter = training.set_eta if name == "eta" else training.set_lam
        setter(value)

    @property
    def course(self) -> Course:
        """How the run goes beyond what was planned, and what of it an address has to keep."""
        told = self.experiment
        return Course(
            key=key_of(told),
            words=told.course,
            epochs=self.training.epochs,
            label=name_of(told),
            touched=touched_words(kept=self._kept, by_hand=self._by_hand is not None),
        )

    @contextmanager
    def shown_weights(self) -> Iterator[None]:
        """Put the weights of the epoch that is looked at into the network, and back afterwards."""
        if self.sought is None:
            yield
            return
        theta = self.training.network.theta
        present = theta.copy()
        theta[...] = self._snapshots.weights(self.sought)
        try:
            yield
        finally:
            theta[...] = present

    # -- telling -------------------------------------------------------------------------------------------

    def frame(
        self, cursor: ViewerCursor, *, state: str, panels: frozenset[str], load: int, full: bool
    ) -> FrameMessage:
        """Describe what is new to a viewer, whose cursor is brought up to date.

        The state is `playing`, `paused`, `finished` or `overflow`. Nothing is computed that is not among the
        `panels` on the page, and optional parts become rarer with the `load` of other viewers waiting, unless
        the frame is to be full.
        """
        training = self.training
        # A picture of the past adds nothing to the curves: what is new comes with the next present one.
        present = self.sought is None
        history, first = self._history_since(cursor.epoch) if present else ({}, cursor.epoch + 1)
        verdict = self._judge()
        with self.shown_weights():
            frame_parts = self._parts(cursor, panels, load=load, full=full)
        if present:
            cursor.epoch = training.epoch
        return FrameMessage(
            run=self.identity,
            first=first,
            epoch=training.epoch,
            state=state,
            outcome=verdict.outcome,
            message=verdict.message,
            advice=verdict.advice,
            history=history,
            eta=in_force(training.changes, "eta", self.experiment.eta),
            rate=round(self._measure_rate(), 1),
            into=self._into_epoch(),
            seek=self.sought,
            marks=self._marks() if training.changes or full else None,
            scrub=self._snapshots.epochs if full else None,
            course=self.course if full else None,
            update=self.update,
            frame_parts=frame_parts,
        )

    def _into_epoch(self) -> list[int] | None:
        """Give how many mini-batches of the next epoch are done, and how many it has; None between epochs."""
        training = self.training
        done = round((training.progress - training.epoch) * training.batches)
        return [done, training.batches] if done else None

    def _marks(self) -> list[Mark]:
        made = dict.fromkeys(
            (int(epoch), field, float(value)) for epoch, field, value in self.training.changes
        )
        told = self.experiment.on_the_way  # of a rate that was moved to and fro between two epochs the last
        return [Mark(epoch=at, field=field, value=to) for at, field, to in made if (at, field, to) in told]

    @property
    def advising(self) -> bool:
        """True while what to try after this run is still being tried out."""
        return self._adviser is not None and not self._adviser.done

    @property
    def advised(self) -> bool:
        """True once that is done."""
        return self._adviser is not None and self._adviser.done

    def advise(self, seconds: float) -> None:
        """Try out what may help after the end, for about so long.

        Nothing is tried out after a run that was trained at once: the pictures that follow a dragged control
        must not be late.
        """
        if self._adviser is None:
            budget = 0.0 if self.at_once else BUDGET_SECONDS
            self._adviser = Adviser(
                self.experiment,
                self.training,
                data=self.data,
                seconds=budget,
                repeatable=not self.touched,
                clock=self._clock,
            )
        if not self._adviser.done:
            self._adviser.advance(seconds=max(0.0, seconds))
            self._verdict = None

    def _judge(self) -> Verdict:
        """Say what became of the run, and what to try next as far as that is known.

        Until it goes on from weights that were set by hand, these are told: no cost of the record is theirs.
        """
        if self._by_hand is not None and self._by_hand[0] == self.progress and not self.overflowed:
            return Verdict(message=self._by_hand[1])
        if not self.over:
            return Verdict()
        if self._adviser is None:
            self.advise(0.0)
        assert self._adviser is not None
        if self._verdict is None:
            record, advice = self.record(), self._adviser.advice
            told = suggestion(self.experiment, advice, touched=self.touched)
            self._verdict = Verdict(record.outcome, sentence(record, advice.text), told)
        return self._verdict

    def _history_since(self, epoch: int) -> tuple[dict[str, Numbers], int]:
        """Give the histories from the epoch after `epoch` on; entry 0 is before training."""
        first = epoch + 1
        told = {}
        for name, start in self.start.items():
            after = self.training.history[SERIES[name]][max(first - 1, 0) : self.training.epoch]
            told[name] = [*([finite(start)] if first == 0 else []), *rounded(after)]
        return told, first

    def _parts(
        self, cursor: ViewerCursor, panels: frozenset[str], *, load: int, full: bool
    ) -> dict[str, Picture]:
        now = self._clock()
        network = self.training.network

        def due(name: str, panel: str, interval: float) -> bool:
            if panel not in panels:
                return False
            # With others waiting, the forward passes of pictures would cost the epochs of everybody.
            if not full and now - cursor.sent.get(name, -math.inf) < interval * (1 + load / 4):
                return False
            cursor.sent[name] = now
            return True

        def made(name: str, part: Callable[[], Picture]) -> Picture:
            start = self._clock()
            picture = part()
            # Of a wide network a picture takes as long as many steps: then it rests twice as long.
            cursor.sent[name] += (1.0 + PICTURE_REST) * (self._clock() - start)
            return picture

        parts = {
            name: made(name, partial(part, network, self.canvas))
            for name, (panel, interval, part) in FRAME_PARTS.items()
            if due(name, panel, interval)
        }
        if due("matrix", "matrix", MATRIX_SECONDS):
            parts["matrix"] = made("matrix", self.matrix)
        if due("mistakes", "mistakes", MISTAKES_SECONDS):
            parts["mistakes"] = made("mistakes", partial(pictures, network, self.canvas, None))
        return {name: part for name, part in parts.items() if part is not None}

    def matrix(self) -> dict[str, list[int]] | None:
        """Give the confusion matrices as flat lists of counts, row by row; None for a regression."""
        if self.data.task == "regression":
            return None
        counts = {"train": confusion(self.training, "train")}
        if self.data.X_val is not None:
            counts["val"] = confusion(self.training, "validation")
        if self.data.X_judge is not None:
            counts["judge"] = confusion(self.training, "judge")
        return {name: [int(count) for count in matrix.ravel()] for name, matrix in counts.items()}

    def _measure_rate(self) -> float:
        epoch, since = self._rate_from
        now = self._clock()
        if now - since >= 0.25:
            self._rate = (self.progress - epoch) / (now - since)
            self._rate_from = (self.progress, now)
        return self._rate

    # -- before training -----------------------------------------------------------------------------------

    def _before_training(self, like: LiveRun | None) -> dict[str, float]:
        """Give entry 0 of the histories that this run has.

        The next position of a dragged learning rate starts from the same weights: asking them all rows again
        would take longer than the first epoch.
        """
        training, data = self.training, self.data
        if like is not None and self._starts_like(like):
            return like.start
        start = {"train": float(training.start_cost)}
        if data.X_val is not None and data.t_val is not None:
            start["val"] = float(training.network.cost(data.X_val, data.t_val))
        if training.network.classification:
            start["train_acc"] = float(training.accuracy("train"))
            if data.t_val is not None:
                start["val_acc"] = float(training.accuracy("validation"))
        return start

    def _starts_like(self, other: LiveRun) -> bool:
        mine, theirs = self.experiment, other.experiment
        if self.touched or other.touched:
            return False
        same = ("hidden", "hidden_func", "formula", "output_func", "cost", "init", "seed")
        return self.data is other.data and all(getattr(mine, name) == getattr(theirs, name) for name in same)

    def record(self) -> RunRecord:
        """Give the run as it stands now."""
        training = self.training
        series = {
            name: (start, *training.history[SERIES[name]].tolist()) for name, start in self.start.items()
        }
        guess, guess_val = guessing_costs(self.data.t, self.data.t_val, training.network.cost_func)
        return RunRecord(
            run=self.identity,
            experiment=self.experiment,
            epoch=training.epoch,
            **series,
            outcome=str(training.outcome),
            overflow_epoch=int(training.overflow_epoch),
            epochs_to_target=int(training.epochs_to_target),
            guess=guess,
            guess_val=guess_val,
            mark=training.mark,
            changes=tuple((mark.epoch, mark.field, mark.value) for mark in self._marks()),
            finished=self.over,
            touched=self.touched,
            rows=row_key(self.data),
        )
