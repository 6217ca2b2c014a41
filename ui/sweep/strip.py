"""One strip in the making: a sweep over learning rates and starts, and what is told of it to the browser.

All arrays travel whole, as little-endian numbers in base64: then the marker can be moved in the browser
without asking the server again.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from nncore.arrays import Array
from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import counted
from nncore.study.curvature import Curvature
from nncore.sweep import Block, Grid, Sweep, coarse_to_fine, thinned_epochs
from nncore.sweep.published import PublishedTraining
from nncore.training import Training
from ui.live.messages import ByteMap
from ui.live.packing import encode, fitting
from ui.live.pictures import MAP_SIDE, NEURON_SIDE, Canvas, confusion
from ui.live.protocol import finite
from ui.sweep.budget import FIRST_RATES, stack_runs
from ui.sweep.measurement import SharpnessMeasurement
from ui.sweep.messages import SharpCurves, StripMessage

CURVE_EPOCHS: Final = 121
"""Points of a curve that are sent, evenly spread over the epochs."""
SHARP_EPOCHS: Final = 61
FIRST_COSTLY: Final = 3
"""Rates of the first stage where runs cost something; see `FIRST_RATES`."""


def levels(values: Array, low: float, high: float) -> Array:
    """Return outputs as bytes, 0 at `low` and 255 at `high`; what is not a number becomes 0."""
    scaled = np.clip(np.rint((values - low) * (255.0 / (high - low))), 0, 255)
    return np.nan_to_num(scaled, nan=0.0).astype(np.uint8)


CODES: Final[Mapping[str, Callable[[Block, DataSet | None], Training | PublishedTraining]]] = {
    "nncore": Block.training,
    "published": PublishedTraining,
    "published schedulers": partial(PublishedTraining, schedulers_only=True),
}
"""Whose code trains a strip: ours, the lecture's published one, or its schedulers on the exact gradient."""


@dataclass(frozen=True)
class Plan:
    """What one strip shows."""

    name: str
    label: str
    """`name` and `label`: what the view calls it, and what people do."""
    experiment: Experiment
    """Everything but learning rate and start."""
    etas: tuple[float, ...]
    seeds: tuple[int, ...]
    """`etas` and `seeds`: learning rates, rising; starts, the experiment's own first."""
    outputs: frozenset[str] = frozenset()
    """What is wanted of the own start at every rate, out of `SWEEP_OUTPUTS`; of every run, "tiles": a small
    map."""
    own_first: bool = True
    """Have the own start's run at every rate before any other start; not doing so is a little faster."""
    code: str = "nncore"
    """A key of `CODES`: whose code trains."""

    @property
    def key(self) -> Hashable:
        """What the numbers depend on: two plans with the same key give the same strip."""
        plain = self.experiment.replace(eta=self.etas[0], seed=self.seeds[0])
        return (self.name, plain, self.etas, self.seeds, self.outputs)

    @property
    def runs(self) -> int:
        """Runs of the whole strip."""
        return len(self.etas) * len(self.seeds)


Readout = Callable[[Training, Canvas], Array]


def _map(training: Training, canvas: Canvas) -> Array:
    outputs = training.network.predict_proba(canvas.map_inputs)
    return levels(outputs[..., 0], *canvas.output_range)


def _tiles(training: Training, canvas: Canvas) -> Array:
    outputs = training.network.predict_proba(canvas.neuron_inputs)
    return levels(outputs[..., 0], *canvas.output_range)


def _reported(training: object, _canvas: Canvas) -> Array:
    assert isinstance(training, PublishedTraining)  # nobody else reports
    return np.asarray(training.reported)


def _matrix(training: Training, _canvas: Canvas) -> Array:
    which = "train" if training.data.X_val is None else "validation"
    return confusion(training, which).reshape(len(training.outcome), -1)


SWEEP_OUTPUTS: Final[Mapping[str, tuple[Readout, type]]] = {
    "map": (_map, np.uint8),
    "fit": (lambda training, canvas: training.network.predict_proba(canvas.curve_inputs)[..., 0], np.float32),
    "table": (lambda training, _canvas: training.judge_proba()[..., 0], np.float32),
    "matrix": (_matrix, np.int32),
    "tiles": (_tiles, np.uint8),
    "reported": (_reported, np.float32),
}
"""What can be read off finished networks, and the kind of number it travels as."""


def outputs_for(data: DataSet, canvas: Canvas) -> frozenset[str]:
    """Return the outputs that this problem has."""
    outputs = set()
    if canvas.planar and data.task != "multiclass":
        outputs.add("map")
    if canvas.linear:
        outputs.add("fit")
    if data.X_judge is not None:
        outputs.add("table")
    elif data.task != "regression":
        outputs.add("matrix")
    return frozenset(outputs)


@dataclass
class Collector:
    """Trains a plan in slices and holds what has been found."""

    plan: Plan
    """What to train."""
    data: DataSet
    """The rows."""
    canvas: Canvas
    """Where maps and curves are drawn."""
    sweep: Sweep = field(init=False)

    def __post_init__(self) -> None:
        plan, experiment = self.plan, self.plan.experiment
        grid = Grid(experiment, {"eta": plan.etas, "seed": plan.seeds})
        self.curve_epochs = thinned_epochs(experiment.epochs, CURVE_EPOCHS)
        self.sharp_epochs = thinned_epochs(experiment.epochs, SHARP_EPOCHS)
        rates = len(plan.etas)
        self.curves = np.full((rates, len(self.curve_epochs)), np.nan)
        self.known = np.zeros(rates, dtype=np.uint8)
        self.sharp = np.full((rates, len(self.sharp_epochs)), np.nan) if "sharp" in plan.outputs else None
        self._finite_until = np.zeros(rates)
        self.found: dict[str, Array] = {}
        self.start_cost, self.target = float("nan"), float("nan")
        self._measurements: deque[tuple[SharpnessMeasurement, Block, int]] = deque()
        self._untold = 0
        costly = stack_runs(experiment, self.data) < rates
        stages = coarse_to_fine(rates, first=FIRST_COSTLY if costly else FIRST_RATES)
        if experiment.eta in plan.etas:
            # The run that is looked at is there from the first picture on; a costly one is that picture.
            looked_at = [plan.etas.index(experiment.eta)]
            if costly and plan.outputs:
                stages.insert(0, np.array(looked_at))
            else:
                stages[0] = np.union1d(stages[0], looked_at)
        own = [grid.select(eta=stage, seed=[0]) for stage in stages]
        if not costly:
            # A first picture, then every rate of the own start, then the other starts.
            own = [own[0], np.concatenate(own)] if plan.own_first else [own[0]]
        self.sweep = Sweep(
            grid,
            data=self.data,
            stages=own,
            most=stack_runs(experiment, self.data),
            train=CODES[plan.code],
            on_start=self._start,
            on_stack=self._collect,
        )

    @property
    def finished(self) -> bool:
        """Whether every run is there."""
        return self.sweep.finished and not self._measurements

    def advance(self, seconds: float) -> int:
        """Train on for a while, at most to the end of a stack; return how many stacks were finished.

        Measurements of the curvature come before the training goes on, and before their stack is told.
        """
        deadline = time.perf_counter() + seconds
        if self._measurements:
            self._measure_on()
        else:
            self._untold += self.sweep.advance(seconds=seconds, stacks=1)
        while self._measurements and time.perf_counter() < deadline:
            self._measure_on()
        if self._measurements:
            return 0
        told, self._untold = self._untold, 0
        return told

    def _start(self, block: Block, training: Training) -> None:
        if self.sharp is not None:
            data = training.data
            experiment = self.plan.experiment
            curvature = Curvature(training.network, data.X, data.t, lam=experiment.lam, lam1=experiment.lam1)
            measure = partial(self._measure, block, training, curvature)
            measure(0)
            training.on_epoch = measure

    def _measure(self, block: Block, training: Training, curvature: Curvature, epoch: int) -> None:
        """Plan to measure the curvature of every own run after an epoch that is one of those to keep."""
        at = int(np.searchsorted(self.sharp_epochs, epoch))
        if at < len(self.sharp_epochs) and self.sharp_epochs[at] == epoch:
            self._measurements.append((SharpnessMeasurement(curvature, training.network.theta), block, at))

    def _measure_on(self) -> None:
        """Do a part of the first measurement that is planned; at its end note what it found."""
        measurement, block, at = self._measurements[0]
        values = measurement.step()
        if values is not None and self.sharp is not None:
            self._measurements.popleft()
            rates, own = self._own(block)
            self.sharp[rates, at] = np.asarray(values)[own]

    def _own(self, block: Block) -> tuple[Array, Array]:
        """Return the rates of the block's runs of the own start, and which runs those are."""
        rates, seeds = np.divmod(block.index, len(self.plan.seeds))
        own = np.flatnonzero(seeds == 0)
        return rates[own], own

    def _collect(self, block: Block, training: Training) -> None:
        """Read off a finished stack what the browser will want to show."""
        rates, own = self._own(block)
        costs = training.history["train_errors"]
        whole = np.full((len(block), training.epochs + 1), np.nan)
        whole[:, 0] = training.start_cost
        whole[:, 1 : costs.shape[-1] + 1] = costs
        self.curves[rates] = whole[own][:, self.curve_epochs]
        self.known[rates] = 1
        lost = np.asarray(training.overflow_epoch)[own]
        self._finite_until[rates] = np.where(lost < 0, np.inf, lost - 1)
        if 0 in block.index // len(self.plan.seeds) or np.isnan(self.start_cost):
            self.start_cost = float(whole[0, 0])
            self.target = float(np.ravel(training.target_cost)[0])
        for name in self.plan.outputs & set(SWEEP_OUTPUTS):
            if name == "tiles" or len(own):
                self._keep(name, block, training, rates=rates, own=own)

    def _keep(self, name: str, block: Block, training: Training, *, rates: Array, own: Array) -> None:
        readout, kind = SWEEP_OUTPUTS[name]
        values = np.asarray(readout(training, self.canvas))
        if name == "matrix":
            # A network that has overflowed takes everything for class 0, which is no decision.
            values = np.where((np.asarray(training.overflow_epoch) >= 0)[:, None], 0, values)
        everyone = name == "tiles"
        if name not in self.found:
            rows = self.plan.runs if everyone else len(self.plan.etas)
            self.found[name] = np.zeros((rows, values.shape[-1]), dtype=kind)
        self.found[name][block.index if everyone else rates] = fitting(
            values if everyone else values[own], kind
        )

    def message(self) -> StripMessage:
        """Return everything found so far; curves and pictures have a row for each known rate.

        Rates that are not known yet send nothing: a browser at work takes a large message in pieces, between
        which it draws other things.
        """
        plan, result = self.plan, self.sweep.result
        known = self.known.astype(bool)
        sharp = None
        if self.sharp is not None:
            # In a stack a run that has overflowed stands at zero weights, whose curvature is not its own.
            own = np.where(self.sharp_epochs <= self._finite_until[:, None], self.sharp, np.nan)
            sharp = SharpCurves(epochs=self.sharp_epochs.tolist(), b64=encode(own[known], np.float32))
        return StripMessage(
            name=plan.name,
            label=plan.label,
            etas=list(plan.etas),
            seeds=list(plan.seeds),
            final=encode(result.final_cost, np.float32),
            outcome=encode(result.outcome, np.uint8),
            reached=encode(result.epochs_to_target, np.int32),
            epochs=self.curve_epochs.tolist(),
            curves=encode(self.curves[known], np.float32),
            known=encode(self.known, np.uint8),
            start_cost=finite(self.start_cost),
            target=finite(self.target),
            sweep_outputs={name: _packed(name, values, known) for name, values in self.found.items()},
            sharp=sharp,
        )


def _packed(name: str, values: Array, known: Array) -> str | ByteMap:
    text = encode(values if name == "tiles" else values[known], SWEEP_OUTPUTS[name][1])
    side = {"map": MAP_SIDE, "tiles": NEURON_SIDE}.get(name)
    return text if side is None else ByteMap(n=side, b64=text)


def own_label(plans: Sequence[Plan]) -> str:
    """Return what the plans of one sweep amount to, in words."""
    runs = sum(plan.runs for plan in plans)
    first = plans[0]
    many = f"{len(plans)} × " if len(plans) > 1 else ""
    starts = f"{len(first.seeds)} start{'s' if len(first.seeds) > 1 else ''}"
    epochs = counted(first.experiment.epochs, "epoch", separator=",")
    return f"{many}{len(first.etas)} rates × {starts} = {runs:,} runs of {epochs}"
