"""What the browser is told of a sweep; arrays travel as little-endian numbers in base64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ui.live.messages import ByteMap, Numbers
from ui.live.protocol import SPREAD, Json, Message, sent_as


class JobMessage(Message):
    """A new sweep, with what holds for it to its end."""

    t = "job"
    job: int
    meta: Mapping[str, Json]


class TickMessage(Message):
    """How far a sweep is."""

    t = "tick"
    job: int
    state: str
    done: float
    text: str


class Finding(Message):
    """What a sweep has found; `job` is told by the player that sends it."""

    job: int = 0


@dataclass(frozen=True, kw_only=True)
class SharpCurves:
    """Sharpness at some epochs of every known rate's run."""

    epochs: list[int]
    b64: str


class StripMessage(Finding):
    """All runs of one strip so far; curves and outputs have a row for each known rate."""

    t = "strip"
    name: str
    label: str
    etas: list[float]
    seeds: list[int]
    final: str
    outcome: str
    reached: str
    epochs: list[int]
    curves: str
    known: str
    start_cost: float | None = field(metadata=sent_as("startCost"))
    target: float | None
    sweep_outputs: Mapping[str, str | ByteMap] = field(metadata=SPREAD)
    sharp: SharpCurves | None = None


class EdgeMessage(Finding):
    """The own run so far: costs and sharpness of the same epochs."""

    t = "edge"
    eta: float
    epochs: list[int]
    sharp: str
    costs: str
    finished: bool


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A learning rate that a range test suggests, with its spread over the starts."""

    name: str
    eta: float | None
    low: float | None
    high: float | None


class RangeMessage(Finding):
    """A range test: the cost before each step of every start, their median, and what is picked from it."""

    t = "range"
    etas: Numbers
    losses: str
    median: str
    picks: list[Pick]
    note: str


class HeatMessage(Finding):
    """A heat map so far: rows along the second axis, columns along the rates."""

    t = "heat"
    axis: str
    axis_label: str = field(metadata=sent_as("axisLabel"))
    etas: list[float]
    values: Sequence[Json]
    value_labels: list[str] = field(metadata=sent_as("valueLabels"))
    final: str
    outcome: str
    start_cost: float | None = field(metadata=sent_as("startCost"))
    label: str
    note: str
