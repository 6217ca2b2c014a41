"""What the browser is told of a live run: its facts, its frames, and answers to questions about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ui.live.protocol import SPREAD, Json, Message, sent_as
from ui.shared.beside import Difference

Numbers: TypeAlias = "list[float | None]"
"""Numbers for JSON: None stands for what is not finite."""


@dataclass(frozen=True, kw_only=True)
class ByteMap:
    """A square of n times n bytes in base64, rows from low to high y."""

    n: int
    b64: str


@dataclass(frozen=True, kw_only=True)
class NeuronMaps:
    """What each neuron sees, a list a layer: a curve of n bytes or a square of n times n, in base64."""

    n: int
    curve: bool | None = None
    layers: Sequence[Sequence[str | None]]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one neuron answers, large: over the plane as `n` times `n` bytes, or along the one input."""

    layer: int
    index: int
    """`layer` and `index`: which neuron, from 0; layer 0 holds the inputs."""
    low: float
    high: float
    """`low` and `high`: values of the bytes 0 and 255, or of the lowest and highest point of the curve."""
    n: int
    b64: str | None = None
    values: Numbers | None = None
    """Of a curve, its points."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """One row of the data as a picture: what it is, and what the network takes it for."""

    index: int
    target: int
    predicted: int
    confidence: float
    b64: str


Picture: TypeAlias = "ByteMap | NeuronMaps | Look | list[Image] | Json"
"""One part of a frame; None where a problem has none."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What to try, and the words on its button: a learning rate, or fields of an address."""

    label: str
    eta: float | None = None
    change: Mapping[str, str] | None = None
    more: int | None = None
    """Epochs to add to the run itself, where that was tried and helped."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a run goes beyond what was planned."""

    key: str
    """What the address has to keep of what was done in the view."""
    words: str
    """What is to be said of it; "" where it goes as planned."""
    epochs: int
    """Those planned and those added."""
    label: str
    """The name of the run, with all that is changed on its way."""
    touched: str = ""
    """What was done to its weights that no address keeps; "" for nothing."""
    apart: Sequence[Difference] | None = None
    """In which settings it differs from the run beside it, where there is one."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One weight or bias in one update."""

    name: str
    old: float | None
    gradient: float | None
    new: float | None


@dataclass(frozen=True, kw_only=True)
class Update:
    """The last update of one neuron: what each of its weights was, its gradient, and what it is."""

    epoch: int
    batch: int
    batches: int
    """`epoch`, `batch` and `batches`: epoch and mini-batch, from 1, and how many of these an epoch has."""
    layer: int
    index: int
    """`layer` and `index`: which neuron, from 0; layer 0 is the first one with weights."""
    terms: list[Term]
    """The bias, and the weights that moved most."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A setting that was changed in mid-run."""

    epoch: int
    field: str
    value: float


class RunMessage(Message):
    """A new run, with what holds for it to its end."""

    t = "run"
    run: int
    meta: Mapping[str, Json]
    beside: RunMessage | None = None
    """The run that is held beside it, where that is new as well."""


class FrameMessage(Message):
    """What is new in a run."""

    t = "frame"
    run: int
    first: int = field(metadata=sent_as("from"))
    """Epoch of the first entries of `history`; 0 replaces what the browser has."""
    epoch: int
    state: str
    outcome: str | None
    message: str | None
    """`outcome` and `message`: what became of a run that is over, in a word and in sentences."""
    advice: Suggestion | None = None
    history: Mapping[str, Numbers] = field(metadata=SPREAD)
    eta: float
    rate: float
    """`eta` and `rate`: learning rate in force; epochs a second."""
    into: list[int] | None = None
    """Where it stands within the next epoch: how many of its mini-batches are done, and how many it has."""
    seek: int | None = None
    """Epoch that is looked back at, one of `scrub`."""
    share: float | None = None
    """Part of the time that the run gets; told where it asks for so much that others slow it down."""
    marks: list[Mark] | None = None
    scrub: list[int] | None = None
    course: Course | None = None
    update: Update | None = None
    beside: FrameMessage | None = None
    """What is new in the run beside it, at the same epoch."""
    frame_parts: Mapping[str, Picture] = field(metadata=SPREAD)
    """The pictures that are due, by name."""


class CellMessage(Message):
    """What lies in one cell of the confusion matrix; row and column are None for all mistakes.

    As of every answer, its `side` is "a" for the run that is held beside another one.
    """

    t = "cell"
    row: int | None
    col: int | None
    rows: str
    items: list[Image]
    """Of images, the most confident ones."""
    points: list[int] | None = None
    points_val: list[int] | None = None
    """`points` and `points_val`: of points of the plane, their numbers among those that are drawn."""
    side: str | None = None


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """A training image that is like a drawing, and its class."""

    target: int
    b64: str


class DrawMessage(Message):
    """The probability of every digit for a drawing, and the training images nearest to it."""

    t = "draw"
    p: Numbers
    nearest: list[Likeness]
    side: str | None = None


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One input of a neuron and its weight."""

    name: str
    value: float | None
    weight: float | None


class NeuronMessage(Message):
    """Every number that is needed to redo one neuron by hand."""

    t = "neuron"
    layer: int
    index: int
    inputs: list[Incoming]
    bias: float | None
    total: float | None = field(metadata=sent_as("sum"))
    activation: float | None
    func: str
    side: str | None = None
