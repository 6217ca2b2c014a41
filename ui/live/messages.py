"""What the browser is told of a live run: its facts, its frames, and answers to questions about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ui.live.protocol import SPREAD, Json, Message, sent_as

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
class Image:
    """One row of the data as a picture: what it is, and what the network takes it for."""

    index: int
    target: int
    predicted: int
    confidence: float
    b64: str


Picture: TypeAlias = "ByteMap | NeuronMaps | list[Image] | Json"
"""One part of a frame; None where a problem has none."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What to try, and the words on its button: a learning rate alone, or fields as an address has them."""

    label: str
    eta: float | None = None
    change: Mapping[str, str] | None = None


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
    seek: int | None = None
    """Epoch that is looked back at, one of `scrub`."""
    share: float | None = None
    """Part of the time that the run gets; told where it asks for so much that others slow it down."""
    marks: list[Mark] | None = None
    scrub: list[int] | None = None
    frame_parts: Mapping[str, Picture] = field(metadata=SPREAD)
    """The pictures that are due, by name."""


class CellMessage(Message):
    """Images of one cell of the confusion matrix; row and column are None for all mistakes."""

    t = "cell"
    row: int | None
    col: int | None
    rows: str
    items: list[Image]


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
