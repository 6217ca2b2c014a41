"""Settings that are changed while a run goes on, as a short text that an address can hold.

`eta120_0.1` trains on with a learning rate of 0.1 once 120 epochs are done, `lam50_1e-3` with a penalty of
1e-3 after 50; such pieces stand one after the other, in the order of their epochs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from nncore.experiment.field_kinds import Pieces, number_text, read_number

MOST_CHANGES: Final = 60
"""Changes of one run: an address with all of them has less than a thousand characters."""
NAMES: Final = {"eta": "learning rate", "lam": "penalty λ"}
"""What can be changed on the way, and what it is called."""

_NUMBER: Final = r"(?:\d{1,9}(?:[.,]\d{0,20})?|[.,]\d{1,20})(?:e-?\d{1,3})?"
_PIECE: Final = re.compile(rf"(eta|lam)(\d{{1,7}})_({_NUMBER})", re.ASCII | re.IGNORECASE)
_MAX_LENGTH: Final = 45 * MOST_CHANGES

Change = tuple[int, str, float]
"""After how many epochs, which field, and its new value."""


@dataclass(frozen=True, kw_only=True)
class Changes(Pieces):
    """What is changed on the way of a run, as the text above; none at all is "", and `none` in an address."""

    @property
    def allowed(self) -> str:
        return f"none or up to {MOST_CHANGES} pieces such as eta120_0.1 or lam50_1e-3"

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse(value)
        try:
            return changes_text(parse_changes(value))
        except ValueError:
            raise self.refuse(value) from None


def parse_changes(text: str) -> tuple[Change, ...]:
    """Read the text of changes.

    Parameters
    ----------
    text : str
        As `changes_text` writes it, also in capitals and with decimal commas; "" for none.

    Returns
    -------
    tuple of (epoch, field, value)
        In the order of their epochs.

    Raises
    ------
    ValueError
        If the text is none, or holds more than `MOST_CHANGES`.

    Examples
    --------
    >>> parse_changes("lam50_1e-3eta120_0.1")
    ((50, 'lam', 0.001), (120, 'eta', 0.1))
    """
    found, end = [], 0
    for piece in _PIECE.finditer(text[:_MAX_LENGTH]):
        if piece.start() != end:
            break
        end = piece.end()
        found.append((int(piece[2]), piece[1].lower(), read_number(piece[3])))
    unread = end != len(text) or any(math.isnan(value) for *_, value in found)
    if unread or len(found) > MOST_CHANGES:
        raise ValueError(f"changes must be pieces such as eta120_0.1 or lam50_1e-3; got {text[:40]!r}.")
    return _in_order(found)


def changes_text(changes: Iterable[Change]) -> str:
    """Write changes as text; of several of one field at one epoch the last counts.

    Parameters
    ----------
    changes : iterable of (epoch, field, value)

    Examples
    --------
    >>> changes_text([(120, "eta", 0.3), (120, "eta", 0.1), (50, "lam", 1e-3)])
    'lam50_0.001eta120_0.1'
    """
    return "".join(f"{field}{epoch}_{number_text(value)}" for epoch, field, value in _in_order(changes))


def told_changes(changes: Iterable[Change], field: str, start: float) -> str:
    """Say how a field goes during a run: "0.01 until epoch 120, then 0.1".

    Parameters
    ----------
    changes : iterable of (epoch, field, value)
    field : str
        `eta` or `lam`.
    start : float
        What the run starts with.

    Examples
    --------
    >>> told_changes([(120, "eta", 0.1), (150, "eta", 0.3)], "eta", 0.01)
    '0.01 until epoch 120, then 0.1 until epoch 150, then 0.3'
    """
    words = number_text(start)
    for epoch, changed, value in _in_order(changes):
        if changed == field:
            words += f" until epoch {epoch}, then {number_text(value)}"
    return words


def felt(changes: Iterable[Change], start: Mapping[str, float]) -> tuple[Change, ...]:
    """Return the changes that set a field to another value than it has by then, in the order of their epochs.

    Parameters
    ----------
    changes : iterable of (epoch, field, value)
    start : mapping of field to value
        What the run starts with.

    Examples
    --------
    >>> felt([(12, "eta", 0.1), (20, "eta", 0.3), (30, "eta", 0.3)], {"eta": 0.1})
    ((20, 'eta', 0.3),)
    """
    now = dict(start)
    kept = []
    for epoch, field, value in _in_order(changes):
        if value != now[field]:
            kept.append((epoch, field, value))
        now[field] = value
    return tuple(kept)


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    last = {(epoch, field): float(value) for epoch, field, value in changes}
    return tuple((epoch, field, last[epoch, field]) for epoch, field in sorted(last))
