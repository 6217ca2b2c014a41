"""What a browser may say to the live channel: a table of verbs, each with the shape of its message.

Whatever is not in the table is refused with a close code, so that the code behind it never meets a
value of the wrong type, a number that is not one, a path, a name or a piece of code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

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


class ProtocolError(ValueError):
    """A message that no view of ours sends.

    Parameters
    ----------
    message : str
        One sentence for the log.
    code : int
        WebSocket close code for the sender.
    """

    def __init__(self, message: str, code: int = POLICY) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Command:
    """One checked wish, of the browser or of the script.

    Attributes
    ----------
    op : str
        The verb.
    args : Mapping[str, Any]
        Its checked values; the keys depend on the verb.
    """

    op: str
    args: Mapping[str, Any] = field(default_factory=dict)


Reader = Callable[[Mapping[str, Any]], dict[str, Any]]


def _number(message: Mapping[str, Any], name: str, low: float, high: float) -> float:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProtocolError(f"{name} must be a number, was {type(value).__name__}")
    if not low <= value <= high:
        raise ProtocolError(f"{name} must lie in [{low:g}, {high:g}], was {value!r}")
    return float(value)


def _whole(message: Mapping[str, Any], name: str, high: int) -> int:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProtocolError(f"{name} must be a whole number, was {type(value).__name__}")
    if not 0 <= value <= high:
        raise ProtocolError(f"{name} must lie in [0, {high}], was {value!r}")
    return value


def _choice(message: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = message.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise ProtocolError(f"{name} must be one of {', '.join(allowed)}, was {str(value)[:40]!r}")
    return value


def _numbers(message: Mapping[str, Any], name: str, count: int, *, low: float, high: float) -> list[float]:
    value = message.get(name)
    if not isinstance(value, list) or len(value) != count:
        raise ProtocolError(f"{name} must be a list of {count} numbers")
    return [_number({name: entry}, name, low, high) for entry in value]


def _nothing(_message: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _hello(message: Mapping[str, Any]) -> dict[str, Any]:
    token, key = message.get("token"), message.get("key", "")
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN:
        raise ProtocolError("token must be a short text")
    if not isinstance(key, str) or len(key) > MAX_TOKEN:
        raise ProtocolError("key must be a short text")
    return {"token": token, "key": key}


def _speed(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"value": _choice(message, "value", SPEEDS)}


def _eta(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "value": _number(message, "value", 0.0, 1e9),
        "mode": _choice(message, "mode", ("drag", "commit", "live")),
    }


def _lam(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "value": _number(message, "value", 0.0, 1e9),
        "mode": _choice(message, "mode", ("commit", "live")),
    }


def _seek(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"epoch": _whole(message, "epoch", 10_000_000)}


def _cell(message: Mapping[str, Any]) -> dict[str, Any]:
    rows = _choice(message, "rows", ROWS) if "rows" in message else ROWS[0]
    if message.get("row") is None and message.get("col") is None:
        return {"row": None, "col": None, "rows": rows}
    return {"row": _whole(message, "row", 99), "col": _whole(message, "col", 99), "rows": rows}


def _draw(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"pixels": _numbers(message, "pixels", PIXELS, low=0.0, high=1.0)}


def _point(message: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("add", "move"):
        if name in message:
            return {name: _numbers(message, name, 3, low=-1e6, high=1e6)}
    return {"remove": _whole(message, "remove", 1_000_000)}


def _weight(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "layer": _whole(message, "layer", 99),
        "row": _whole(message, "row", 99_999),
        "column": _whole(message, "column", 99_999),
        "value": _number(message, "value", -1000.0, 1000.0),
    }


def _neuron(message: Mapping[str, Any]) -> dict[str, Any]:
    if message.get("layer") is None:
        return {"layer": None, "index": None}
    return {"layer": _whole(message, "layer", 99), "index": _whole(message, "index", 99_999)}


VERBS: Final[dict[str, Reader]] = {
    "hello": _hello,
    "n": _nothing,
    "painted": _nothing,
    "play": _nothing,
    "pause": _nothing,
    "step": _nothing,
    "restart": _nothing,
    "speed": _speed,
    "eta": _eta,
    "lam": _lam,
    "seek": _seek,
    "cell": _cell,
    "draw": _draw,
    "point": _point,
    "neuron": _neuron,
    "weight": _weight,
}
"""Every verb and the function that checks its message."""


def _refuse_constant(text: str) -> NoReturn:
    raise ProtocolError(f"numbers must be finite, one was {text}")


def parse(text: str) -> Command:
    """Turn one text message into a checked command.

    Parameters
    ----------
    text : str
        What the browser sent.

    Returns
    -------
    Command

    Raises
    ------
    ProtocolError
        If the message is too long, is not a JSON object, names no known verb, or has a value of the wrong
        type or outside its range.
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
    if not isinstance(op, str) or op not in VERBS:
        raise ProtocolError(f"op must be one of {', '.join(VERBS)}, was {str(op)[:40]!r}")
    return Command(op, VERBS[op](message))


def dump(message: Mapping[str, Any]) -> str:
    """Write a message to the browser as JSON text; numbers that are not finite are an error of ours."""
    return json.dumps(message, allow_nan=False, separators=(",", ":"))


def finite(value: float) -> float | None:
    """Give a number as JSON can carry it: None stands for what is not finite."""
    return float(value) if math.isfinite(value) else None
