"""The modes of the learning-rate page as jobs: generators that work in slices and post what they find."""

from __future__ import annotations

import itertools
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from nncore.data import DataSet
from nncore.estimate import estimate
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice
from nncore.experiment.fields import FIELDS
from nncore.experiment.lecture_rule import (
    LECTURE_SCHEDULERS,
    batch_rows,
    forgetting_label,
    other_habits,
    rule_difference,
)
from nncore.outcome import OUTCOMES
from nncore.schedules import SCHEDULE_LABELS, SCHEDULES
from nncore.study.curvature import stability_limit
from nncore.study.lr_range import RangeTest, range_steps, spread_over_seeds
from nncore.sweep import Grid, Sweep, coarse_to_fine
from ui.live.packing import encode
from ui.live.pictures import Canvas, rounded
from ui.live.protocol import finite
from ui.sweep.budget import (
    SweepSize,
    axis_values,
    fitted,
    rates_of,
    seeds_of,
    stack_runs,
    subset,
)
from ui.sweep.edge import EdgeRun
from ui.sweep.messages import Finding, HeatMessage, Pick, RangeMessage
from ui.sweep.meta import names, problem
from ui.sweep.strip import Collector, Plan, outputs_for, own_label

DONE: Final = object()
"""What `next` gives of work that is done."""
EDGE_SECONDS: Final = 0.05
"""Least time between two words about the run whose curvature is watched."""
POST_SECONDS: Final = 0.25
"""Least time between two pictures of the same strip while it fills."""
SEED_STARTS: Final = 20
RANGE_SEEDS: Final = 32
RANGE_SEEDS_COSTLY: Final = 4
CHEAP_SECONDS: Final = 0.02
"""A run that costs less than this can be had by the hundred."""
CACHED: Final = 12
"""Finished pictures kept per session, so that changing back and forth between modes is free."""
AXIS_LABELS: Final = {"lam": "λ", "hidden": "width", "batch_size": "batch size"}
HEAT_RATES: Final = (24, 12)
SMALL_SHAPE: Final = (29, 3)
"""Rates and starts of the strip above another page's slider."""


@dataclass(frozen=True)
class SweepRequest:
    """What the page asks for."""

    experiment: Experiment
    """As it stands on the page."""
    mode: str = "strip"
    """A key of `MODES`."""
    size: SweepSize = field(default_factory=SweepSize)
    """Range, rates, starts."""
    against: str = "lam"
    """Second axis of the heat map: lam, hidden or batch_size."""
    race: str = "scheduler"
    """What races: scheduler or schedule."""
    data: DataSet | None = None
    """Rows of one's own, instead of those that the experiment names; another object is another request."""


class Job:
    """One request at work: moved on in slices, its messages picked up in between.

    The `cache` holds finished messages by what they depend on, for all jobs of one session; `clock` is
    monotonic, in seconds.
    """

    def __init__(
        self,
        request: SweepRequest,
        cache: OrderedDict[Hashable, Finding],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.request = request
        self.clock = clock
        self.experiment, self.note = subset(request.experiment)
        self.data = self.experiment.dataset() if request.data is None else request.data
        self.canvas = Canvas(self.data, ())
        self.size = fitted(request.size, self.experiment, self.data)
        taken = estimate(self.experiment, self.data)
        self.run_seconds = taken.each
        self.outbox: dict[str, Finding] = {}
        self.done, self.text = 0.0, ""
        self.finished = False
        self.deadline = 0.0
        self.cache = cache
        self.meta = problem(self.experiment, self.data, self.canvas)
        self.meta |= {"mode": request.mode, "main": "main", "note": self.note}
        self._work = MODES[request.mode](self)
        self.move(0.0)  # up to the first slice: what is said of the sweep is complete from then on

    @property
    def left(self) -> float:
        """Time that is left in this slice, in seconds."""
        return max(0.0, self.deadline - self.clock())

    def move(self, seconds: float, *, first: bool = False) -> None:
        """Work for about so long, or until the first thing is to be shown."""
        self.deadline = self.clock() + seconds
        while not (self.finished or (first and self.outbox)):
            if next(self._work, DONE) is DONE:
                self.finished, self.done = True, 1.0
            if not self.left:
                break

    def begin(self, seconds: float) -> None:
        """Work until there is something to show, for about so long at most."""
        self.move(seconds, first=True)

    def take(self) -> dict[str, Finding]:
        """Return what has been posted since the last call, by name."""
        taken, self.outbox = self.outbox, {}
        return taken

    def post(self, name: str, message: Finding) -> None:
        """Put a message out; a newer one of the same name replaces it."""
        self.outbox[name] = message

    def keep(self, key: Hashable, message: Finding) -> None:
        """Remember a finished message."""
        self.cache[key] = message
        self.cache.move_to_end(key)
        while len(self.cache) > CACHED:
            self.cache.popitem(last=False)

    @property
    def outputs(self) -> frozenset[str]:
        """What this problem's networks can be asked for."""
        return outputs_for(self.data, self.canvas)

    def plan(
        self,
        name: str,
        label: str,
        experiment: Experiment,
        *,
        outputs: frozenset[str] | None = None,
        starts: int | None = None,
        own_first: bool = True,
        code: str = "nncore",
    ) -> Plan:
        """Return the plan of a strip of this job's size around an experiment."""
        return Plan(
            name,
            label,
            experiment,
            rates_of(self.size, also=experiment.eta),
            seeds_of(experiment, starts or self.size.starts or 1),
            self.outputs if outputs is None else outputs,
            own_first=own_first,
            code=code,
        )


Work = Iterator[None]


def collect(job: Job, plans: list[Plan], *, share: float = 1.0) -> Work:
    """Train strips side by side for a job, which gets the messages: a first picture of each, then the rest of
    each.

    `share` is the share of the job's progress that these strips are.
    """
    job.text = own_label(plans)
    missing: deque[Plan] = deque()
    for plan in plans:
        known = job.cache.get(plan.key)
        if known is not None:
            job.post(plan.name, known)
        else:
            missing.append(plan)
    begun = job.done
    total = sum(plan.runs for plan in plans)
    done_before = total - sum(plan.runs for plan in missing)
    collectors: list[Collector] = []
    posted: dict[str, tuple[int, float]] = {}
    while missing or not all(collector.finished for collector in collectors):
        if missing and all(collector.known.any() for collector in collectors):
            # Made as late as it is needed: the first picture of all waits for nothing else.
            collectors.append(Collector(missing.popleft(), job.data, job.canvas))
            posted[collectors[-1].plan.name] = (-1, -math.inf)
        collector = min((each for each in collectors if not each.finished), key=_turn)
        stacks = collector.advance(job.left)
        part = done_before + sum(each.sweep.progress * each.plan.runs for each in collectors)
        job.done = begun + share * part / total
        if stacks:
            _post_strip(job, collector, posted)
        yield


def _turn(collector: Collector) -> tuple[bool, float]:
    """Sort strips so that all first pictures come before any second one, and one once begun is finished."""
    seen = bool(collector.known.any())
    return (seen, collector.sweep.progress if seen else -collector.sweep.progress)


def _post_strip(job: Job, collector: Collector, posted: dict[str, tuple[int, float]]) -> None:
    """Post a strip when it is new, has a run to show that was not there, or has not been told for a while."""
    name = collector.plan.name
    known, when = posted[name]
    now = job.clock()
    shown = int(collector.known.sum())
    if not (collector.finished or shown > known or now - when >= POST_SECONDS):
        return
    posted[name] = (shown, now)
    message = collector.message()
    job.post(name, message)
    if collector.finished:
        job.keep(collector.plan.key, message)


def strip_work(job: Job) -> Work:
    """The eta strip with the runs of the own start."""
    yield from collect(job, [job.plan("main", job.experiment.scheduler, job.experiment)])


def small_work(job: Job) -> Work:
    """The strip above another page's slider: fewer runs, and nothing but their cost."""
    rates, starts = SMALL_SHAPE
    affordable = rates * starts * job.run_seconds < 1.0
    job.size = replace(job.size, rates=rates if affordable else 12, starts=starts if affordable else 1)
    yield from collect(job, [job.plan("main", job.experiment.scheduler, job.experiment, outputs=frozenset())])


def race_work(job: Job) -> Work:
    """All schedulers, or all schedules, from the same starts."""
    own = job.experiment
    if job.request.race == "schedule":
        lanes = {name: (SCHEDULE_LABELS[name].partition(":")[0], {"schedule": name}) for name in SCHEDULES}
        job.meta["main"] = own.schedule
    else:
        scheduler = FIELDS.of(Choice, "scheduler")
        labels, names = scheduler.labels, scheduler.choices
        lanes = {name: (labels.get(name, name), {"scheduler": name}) for name in names}
        job.meta["main"] = own.scheduler
    first = job.meta["main"]
    order = sorted(lanes, key=lambda name: name != first)
    plans = [
        job.plan(name, lanes[name][0], own.replace(**lanes[name][1]), outputs=frozenset(), own_first=False)
        for name in order
    ]
    job.meta |= {"order": list(lanes), "race": job.request.race}
    yield from collect(job, plans)


def seeds_work(job: Job) -> Work:
    """Twenty starts at every rate, each with its own small picture."""
    outputs = job.outputs | ({"tiles"} if "map" in job.outputs else set())
    yield from collect(job, [job.plan("main", "starts", job.experiment, outputs=outputs, starts=SEED_STARTS)])


def rules_work(job: Job) -> Work:
    """The textbook's rule, the published code, and what lies between: its forgetting, and its schedulers."""
    own = job.experiment.replace(rule="textbook")
    rows = batch_rows(len(job.data.X), own.batch_size)
    pair = own.resolved(job.data.task)
    summed = pair == ("CostCrossEntropy", "softmax")
    job.meta["difference"] = rules_words(own, pair, batches=len(rows))
    plans = [
        job.plan("main", "textbook rule", own),
        job.plan("published", "published code", own, outputs=frozenset({"reported"}), code="published"),
    ]
    between = forgetting_label(own.scheduler, summed=summed)
    if between:
        plans.append(job.plan("forgetting", between, own.replace(rule="lecture"), outputs=frozenset()))
    yield from collect(job, plans, share=0.9)
    if LECTURE_SCHEDULERS[own.scheduler].forgets:
        label = "its scheduler alone" if len(rows) == 1 else "its scheduler and order of rows"
        plan = job.plan("schedulers", label, own, outputs=frozenset(), starts=1, code="published schedulers")
        text = job.text
        yield from collect(job, [plan], share=0.1)
        job.text = text


def rules_words(experiment: Experiment, pair: tuple[str, str], *, batches: int) -> str:
    """Return what the published code does otherwise with this cost and output, whatever its runs are like."""
    words = [
        rule_difference(experiment.scheduler, summed=pair[1] == "softmax", batches=batches),
        other_habits(experiment.scheduler, batches=batches),
    ]
    if pair == ("CostOLS", "softmax"):
        words.append("With a softmax its delta is p − t, whatever the cost.")
    if experiment.schedule != "constant" or experiment.lam1:
        words.append("It has neither a schedule nor an L1 penalty, and runs without them.")
    return " ".join(words)


def curvature_work(job: Job) -> Work:
    """Sharpness during the own run, as it goes on, and during every run of the same start."""
    experiment, words = curvature_experiment(job.experiment, job.data.task)
    job.meta |= names(experiment, job.data)
    job.meta["limit"] = stability_limit(experiment.scheduler, experiment.momentum)
    job.meta["plain"] = stability_limit("Constant", 0.0)
    job.meta["curvature"] = words
    outputs = job.outputs | {"sharp"}
    strip = collect(job, [job.plan("main", experiment.scheduler, experiment, outputs=outputs, starts=1)])
    edge = edge_work(job, experiment)
    if job.run_seconds < CHEAP_SECONDS:
        while next(strip, DONE) is not DONE and not job.outbox:
            yield
    # Slice by slice, so that neither waits for the other.
    for work in itertools.cycle((edge, strip)):
        if next(work, DONE) is DONE:
            break
        yield
    yield from edge
    yield from strip


def edge_work(job: Job, experiment: Experiment) -> Work:
    """The own run by itself, told while it goes on."""
    key = ("edge", experiment)
    if key in job.cache:
        job.post("edge", job.cache[key])
        return
    run, posted = EdgeRun(experiment, job.data), -math.inf
    while not run.finished:
        run.advance(job.left)
        now = job.clock()
        if run.finished or now - posted >= EDGE_SECONDS:
            posted = now
            job.post("edge", run.message())
        yield
    job.keep(key, run.message())


def curvature_experiment(experiment: Experiment, task: str | None = None) -> tuple[Experiment, str]:
    """Return the experiment whose curvature has a limit, and what was changed for that, in words."""
    changes: dict[str, str | int] = {}
    words = []
    if experiment.scheduler not in ("Constant", "Momentum"):
        changes["scheduler"] = "Constant"
        words.append(f"{experiment.scheduler} has no fixed limit, so the runs here use Constant.")
    if experiment.batch_size:
        changes["batch_size"] = 0
        words.append("The limit holds for the full batch, so the runs here take all rows at once.")
    if experiment.schedule != "constant":
        changes["schedule"] = "constant"
        words.append("The rate is held constant here.")
    if experiment.resolved(task)[0] != "CostOLS":
        words.append(
            "With this cost the ground flattens where the fit is sure of itself, so that the edge may never "
            "appear; with the squared error η × sharpness often climbs to its limit and hovers there."
        )
    return experiment.replace(rule="textbook", **changes), " ".join(words)


def range_work(job: Job) -> Work:
    """The range test over the true strip."""
    plan = job.plan("main", job.experiment.scheduler, job.experiment)
    costly = job.run_seconds > CHEAP_SECONDS
    count = RANGE_SEEDS_COSTLY if costly else RANGE_SEEDS
    seeds = seeds_of(job.experiment, count)
    yield from collect(job, [plan], share=0.9)
    test = yield from range_steps(
        job.experiment, low=job.size.low, high=job.size.high, seeds=seeds, data=job.data
    )
    job.post("range", range_message(test, count))
    yield


def range_message(test: RangeTest, count: int) -> RangeMessage:
    """Return a range test as the browser draws it."""
    picks, of_median = test.picks(), test.median_picks()
    told = []
    for name, eta in of_median.items():
        low, high = spread_over_seeds(picks[name])
        told.append(Pick(name=name, eta=finite(eta), low=finite(low), high=finite(high)))
    return RangeMessage(
        etas=rounded(test.etas, 8),
        losses=encode(test.losses, np.float32),
        median=encode(test.median, np.float32),
        picks=told,
        note=f"{count} starts, {len(test.etas)} steps each, the rate raised by the same factor at every "
        "step; the thin lines are the cost before each step. Picks are read off the smoothed median.",
    )


def heat_work(job: Job) -> Work:
    """Learning rate against a second setting, coarse to fine, and the run of the cell that was opened."""
    own, axis = job.experiment, job.request.against
    job.meta["cell"] = {"eta": own.eta, "value": getattr(own, axis)}
    single = Plan("main", own.scheduler, own, (own.eta,), (own.seed,), job.outputs)
    yield from collect(job, [single], share=0.02)
    cheap = job.run_seconds < CHEAP_SECONDS
    values = axis_values(own, axis, job.data, fine=cheap)
    rates = HEAT_RATES[0] if cheap else HEAT_RATES[1]
    etas = rates_of(replace(job.size, rates=rates), also=math.nan)
    yield from _heat(job, {axis: values, "eta": etas}, axis)


def _heat(job: Job, axes: Mapping[str, tuple[object, ...]], axis: str) -> Work:
    own = job.experiment
    plain = own.replace(eta=axes["eta"][0], **{axis: axes[axis][0]})
    key = ("heat", plain, tuple(axes.items()))
    job.text = f"{len(axes['eta'])} rates × {len(axes[axis])} values of {AXIS_LABELS[axis]}, one start each"
    if key in job.cache:
        job.post("heat", job.cache[key])
        return
    grid = Grid(own, axes)
    sweep = Sweep(grid, data=job.data, stages=_heat_stages(grid, axis), most=stack_runs(own, job.data))
    begun, posted = job.done, -math.inf
    while not sweep.finished:
        stacks = sweep.advance(seconds=job.left, stacks=1)
        job.done = begun + (1.0 - begun) * sweep.progress
        now = job.clock()
        if sweep.finished or (stacks and now - posted >= POST_SECONDS):
            posted = now
            job.post("heat", heat_message(sweep, axis))
        yield
    job.keep(key, heat_message(sweep, axis))


def _heat_stages(grid: Grid, axis: str) -> list[np.ndarray]:
    """Return flat positions from a coarse net of cells to all of them."""
    across = coarse_to_fine(len(grid.axes["eta"]), first=6)
    along = coarse_to_fine(len(grid.axes[axis]), first=6)
    stages = []
    for k in range(max(len(across), len(along))):
        cols, rows = np.concatenate(across[: k + 1]), np.concatenate(along[: k + 1])
        stages.append(grid.select(**{"eta": cols.tolist(), axis: rows.tolist()}))
    return stages


def heat_message(sweep: Sweep, axis: str) -> HeatMessage:
    """Return a heat map as the browser draws it: rows along the second axis, columns along the rates."""
    result = sweep.result
    values = result.axes[axis]
    words = FIELDS[axis]
    labels = ["all" if axis == "batch_size" and value == 0 else words.format(value) for value in values]
    shares = [int((result.outcome == kind).sum()) for kind in range(len(OUTCOMES))]
    counted = ", ".join(f"{count} {name}" for count, name in zip(shares, OUTCOMES, strict=True) if count)
    return HeatMessage(
        axis=axis,
        axis_label=AXIS_LABELS[axis],
        etas=list(result.axes["eta"]),
        values=[list(value) if isinstance(value, tuple) else value for value in values],
        value_labels=labels,
        final=encode(result.final_cost, np.float32),
        outcome=encode(result.outcome, np.uint8),
        start_cost=finite(float(np.nanmedian(result.start_cost))) if result.done.any() else None,
        label=f"Outcome over learning rate and {AXIS_LABELS[axis]}: {counted}.",
        note="Point at a cell, or move with the arrow keys; click or press Enter to open its run.",
    )


MODES: Final[dict[str, Callable[[Job], Work]]] = {
    "strip": strip_work,
    "race": race_work,
    "heat": heat_work,
    "luck": seeds_work,
    "range": range_work,
    "curvature": curvature_work,
    "rules": rules_work,
    "small": small_work,
}
"""Every mode of the learning-rate page and the work behind it."""
