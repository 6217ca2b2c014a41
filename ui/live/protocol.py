"""What a browser may say to the live channel: a class a verb, whose fields say what a message must hold.

Whatever no class describes is refused with a close code, so that the code behind it never meets a value of
the wrong type, a number that is not one, a path, a name or a piece of code. `Message` and `dump` are the
way back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import (
    Annotated,
    ClassVar,
    Final,
    NoReturn,
    TypeAlias,
    dataclass_transform,
    get_args,
    get_type_hints,
)

from nncore.data.point_edits import PointEdit
from ui.shared.view_settings import SPEEDS

POLICY: Final = 1008
"""Close code: foreign origin, or a message that the protocol does not know."""
TOO_LARGE: Final = 1009
"""Close code: a message longer than the protocol needs."""
UNKNOWN_TOKEN: Final = 4404
"""Close code: no such channel (any more), or not for this visitor; the page has to ask for a new token."""
REPLACED: Final = 4409
"""Close code: the same view has connected again, this socket is the older one."""

MAX_MESSAGE: Final = 4096
"""Longest message in characters; 64 pixels of a drawn digit take about a third of it."""
MAX_TOKEN: Final = 128
ROWS: Final = ("val", "train")
"""Rows that matrix and images are about: those for validation, where there are any, or those for training."""
PIXELS: Final = 64

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What JSON can carry."""
Check = Callable[[str, object], object]
"""Takes a field's name and what was sent for it, and returns its value or refuses it."""


class ProtocolError(ValueError):
    """A message that no view of ours sends: one sentence for the log, and a WebSocket close code for the
    sender.
    """

    def __init__(self, message: str, code: int = POLICY) -> None:
        super().__init__(message)
        self.code = code


# -- what a field may hold ---------------------------------------------------------------------------------


def _number(low: float, high: float, *, whole: bool = False) -> Check:
    kinds, words = (int, "a whole number") if whole else (int | float, "a number")

    def check(name: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise ProtocolError(f"{name} must be {words}, was {type(value).__name__}")
        if not low <= value <= high:
            raise ProtocolError(f"{name} must lie in [{low:,}, {high:,}], was {str(value)[:40]}")
        return value if whole else float(value)

    return check


def _one_of(*allowed: str) -> Check:
    def check(name: str, value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ProtocolError(f"{name} must be one of {', '.join(allowed)}, was {str(value)[:40]!r}")
        return value

    return check


def _numbers(count: int, low: float, high: float) -> Check:
    number = _number(low, high)

    def check(name: str, value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or len(value) != count:
            raise ProtocolError(f"{name} must be a list of {count} numbers")
        return tuple(number(name, entry) for entry in value)

    return check


def _text(least: int) -> Check:
    def check(name: str, value: object) -> str:
        if not isinstance(value, str) or not least <= len(value) <= MAX_TOKEN:
            raise ProtocolError(f"{name} must be a short text")
        return value

    return check


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ProtocolError(f"{name} must be true or false, was {type(value).__name__}")
    return value


Rate = Annotated[float, _number(0.0, 1e9)]
Words = Annotated[str, _text(0)]
Flag = Annotated[bool, _yes_or_no]
Layer = Annotated[int, _number(0, 99, whole=True)]
Index = Annotated[int, _number(0, 99_999, whole=True)]
Round = Annotated[int, _number(0, 10_000_000, whole=True)]
Side = Annotated[str, _one_of("a", "b")]
"""Which of two runs side by side: a is held, b is the controls'."""
Place = Annotated[tuple[float, ...], _numbers(3, -1e6, 1e6)]


# -- verbs -------------------------------------------------------------------------------------------------


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Command:
    """One checked request, of the browser or of the script: a frozen dataclass a verb."""

    each_counts: ClassVar[bool] = False
    """Whether two in a row are two; of most verbs only the latest matters: fifty moves of a control are one
    restart."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True)(cls)


class Show(Command):
    """What the script shows; each source has its own kind, and no browser sends one."""


class Hello(Command):
    """The first message of a connection: the channel's token, and the key where it has been told."""

    token: Annotated[str, _text(1)]
    key: Annotated[str, _text(0)] = ""


class Credit(Command):
    """The browser is about to draw, and can take one more frame."""


class Painted(Command):
    """The first picture that the script asked for is on the screen."""


class Mark(Command):
    """Say when all that was sent before has come: what is told to the script next is meant of that."""


class Play(Command):
    """Go on from where the run stands; beyond its end, for as many epochs again as were planned."""


class More(Command):
    """Add so many epochs to a run that is over, and go on."""

    epochs: Annotated[int, _number(1, 1_000_000, whole=True)]


class Pause(Command):
    """Rest."""


class Step(Command):
    """Train one epoch, then rest, and tell what its last update did; beyond the end, add that epoch."""

    each_counts = True


class Restart(Command):
    """Train again from the same start."""


class Speed(Command):
    """Epochs a frame."""

    value: Annotated[str, _one_of(*SPEEDS)]


class Eta(Command):
    """Another learning rate: dragged over, let go of, or changed in mid-run."""

    value: Rate
    mode: Annotated[str, _one_of("drag", "commit", "live")]


class Lam(Command):
    """Another penalty: a new run with it, or changed in mid-run."""

    value: Rate
    mode: Annotated[str, _one_of("commit", "live")]


class Seek(Command):
    """Look back at an epoch."""

    epoch: Annotated[int, _number(0, 10_000_000, whole=True)]


class Cell(Command):
    """Show the images of one cell of the confusion matrix; without row and column, of all mistakes."""

    row: Layer | None = None
    col: Layer | None = None
    rows: Annotated[str, _one_of(*ROWS)] = ROWS[0]
    side: Side = "b"

    def __post_init__(self) -> None:
        if (self.row is None) != (self.col is None):
            raise ProtocolError("row and col must be given together")


class Draw(Command):
    """Classify a digit drawn by hand, row by row, 0 paper to 1 ink."""

    pixels: Annotated[tuple[float, ...], _numbers(PIXELS, 0.0, 1.0)]


class Neuron(Command):
    """Open a neuron by its numbers; without a layer, close the open one."""

    layer: Layer | None = None
    index: Index | None = None
    side: Side = "b"

    def __post_init__(self) -> None:
        if self.layer is not None and self.index is None:
            raise ProtocolError("index must be given with a layer")


class Look(Command):
    """Draw large what a neuron answers, layer 0 for the inputs; without a layer, nothing any more."""

    layer: Layer | None = None
    index: Index | None = None
    side: Side = "b"

    def __post_init__(self) -> None:
        if (self.layer is None) != (self.index is None):
            raise ProtocolError("layer and index must be given together")


class Shape(Command):
    """One neuron more or fewer in a hidden layer, from 1; without a layer, one layer more or fewer.

    `at` is the number that a layer gets, or had; without it, it is the last. With `keep`, what stays of the
    network keeps its weights.
    """

    each_counts = True
    by: Annotated[int, _number(-1, 1, whole=True)]
    layer: Annotated[int, _number(1, 99, whole=True)] | None = None
    at: Annotated[int, _number(1, 99, whole=True)] | None = None
    keep: Annotated[int, _number(0, 1, whole=True)] = 0

    def __post_init__(self) -> None:
        if self.layer is not None and self.at is not None:
            raise ProtocolError("layer and at must not be given together")


class Point(Command):
    """Add a training point [x, y, target], move one [row, x, y], or take one away by its row."""

    each_counts = True
    add: Place | None = None
    move: Place | None = None
    remove: Annotated[int, _number(0, 1_000_000, whole=True)] | None = None

    def __post_init__(self) -> None:
        if [self.add, self.move, self.remove].count(None) != 2:
            raise ProtocolError("a point must be either added, moved or removed")

    @property
    def edit(self) -> PointEdit:
        """The same as `nncore` has it."""
        if self.add is not None:
            return {"add": self.add}
        if self.move is not None:
            return {"move": self.move}
        return {} if self.remove is None else {"remove": self.remove}


class Weight(Command):
    """Set one weight by hand: row 0 holds the biases."""

    each_counts = True
    layer: Layer
    row: Index
    column: Index
    value: Annotated[float, _number(-1000.0, 1000.0)]


VERBS: Final[Mapping[str, type[Command]]] = {
    "hello": Hello, "n": Credit, "painted": Painted, "mark": Mark, "play": Play, "pause": Pause, "step": Step,
    "restart": Restart, "speed": Speed, "eta": Eta, "lam": Lam, "seek": Seek, "cell": Cell, "draw": Draw,
    "point": Point, "neuron": Neuron, "weight": Weight, "look": Look, "shape": Shape, "more": More,
}  # fmt: skip
"""Every verb that a browser may send to a live view; a channel may have others."""


def leads_on(command: Command) -> bool:
    """Tell whether a command may lead to another experiment, of which the script hears afterwards."""
    match command:
        case Eta(mode="live") | Lam(mode="live") | Play() | Step() | More() | Shape():
            return True
    return False


_CHECKS: Final[dict[type[Command], dict[str, tuple[Check, bool, bool]]]] = {}


def _checks(verb: type[Command]) -> dict[str, tuple[Check, bool, bool]]:
    """Give the check of each field of a verb, whether it must be there, and whether it may be null."""
    if verb not in _CHECKS:
        _CHECKS[verb] = _declared_checks(verb)
    return _CHECKS[verb]


def _declared_checks(verb: type[Command]) -> dict[str, tuple[Check, bool, bool]]:
    hints = get_type_hints(verb, include_extras=True)
    checks = {}
    for declared in fields(verb):
        options = get_args(hints[declared.name])
        nullable = type(None) in options
        check = get_args(options[0])[1] if nullable else options[1]
        checks[declared.name] = (check, declared.default is MISSING, nullable)
    return checks


def _read(verb: type[Command], message: Mapping[str, object]) -> Command:
    values: dict[str, object] = {}
    for name, (check, needed, nullable) in _checks(verb).items():
        value = message.get(name)
        if nullable and value is None:
            values[name] = None
        elif needed or name in message:
            values[name] = check(name, value)
    return verb(**values)


def _refuse_constant(text: str) -> NoReturn:
    raise ProtocolError(f"numbers must be finite, one was {text}")


def parse(text: str, verbs: Mapping[str, type[Command]] = VERBS) -> Command:
    """Turn one text message of the browser, which may say `verbs`, into a checked command.

    Raises `ProtocolError` if the message is too long, is not a JSON object, names no known verb, or has a
    value of the wrong type or outside its range.
    """
    if len(text) > MAX_MESSAGE:
        raise ProtocolError(f"a message has at most {MAX_MESSAGE} characters, had {len(text)}", TOO_LARGE)
    try:
        message = json.loads(text, parse_constant=_refuse_constant)
    except ProtocolError:
        raise
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a message must be JSON") from error
    if not isinstance(message, dict):
        raise ProtocolError("a message must be a JSON object")
    op = message.get("op")
    if not isinstance(op, str) or op not in verbs:
        raise ProtocolError(f"op must be one of {', '.join(verbs)}, was {str(op)[:40]!r}")
    return _read(verbs[op], message)


# -- messages ----------------------------------------------------------------------------------------------


@dataclass_transform(frozen_default=True, kw_only_default=True)
@dataclass(frozen=True)
class Message:
    """One message to the browser, each a frozen dataclass; what is None by default is sent only when set."""

    t: ClassVar[str]
    """What the browser tells messages apart by."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)


class ErrorMessage(Message):
    """A sentence about what could not be done."""

    t = "error"
    message: str


class MarkedMessage(Message):
    """The answer to a `Mark`."""

    t = "marked"


class KeyMessage(Message):
    """The key that opens the channel from the second connection on."""

    t = "key"
    key: str


def sent_as(name: str) -> dict[str, str]:
    """Give the metadata of a field that the browser knows by another name."""
    return {"name": name}


SPREAD: Final = {"spread": True}
"""Metadata of a mapping whose entries are sent as fields of the message itself."""


def wire(value: object) -> dict[str, object]:
    """Give a message, or a dataclass that is a piece of one, as the browser knows it."""
    if not is_dataclass(value):
        raise TypeError(f"a message must be made of dataclasses and what JSON has, one held {type(value)}")
    told: dict[str, object] = {"t": value.t} if isinstance(value, Message) else {}
    for declared in fields(value):
        content = getattr(value, declared.name)
        if "spread" in declared.metadata:
            told |= content
        elif content is not None or declared.default is not None:
            told[declared.metadata.get("name", declared.name)] = content
    return told


def dump(message: Message) -> str:
    """Write a message to the browser as JSON text; numbers that are not finite are an error of ours."""
    return json.dumps(message, allow_nan=False, separators=(",", ":"), default=wire)


def finite(value: float) -> float | None:
    """Give a number as JSON can carry it: None stands for what is not finite."""
    return float(value) if math.isfinite(value) else None
