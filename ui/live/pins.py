"""Pinned runs: up to six that stay on the chart as ghost curves, and in a table, for comparison.

They live in the session, so that they survive a change of page and end with the tab.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from nncore.data import DATA
from nncore.data.point_edits import PointEdits
from nncore.experiment.field_kinds import number_text, rounded_text
from nncore.experiment.fields import FIELDS
from ui.live.protocol import finite
from ui.live.record import RunRecord
from ui.shared.session import show_experiment
from ui.shared.toasts import tell_briefly

LETTERS = "ABCDEF"
_PINS = "_pins"
_REFUSED = "_pin_refused"
_TOO_MANY = f"{len(LETTERS)} runs are the most that can be pinned; remove one first."

# Fields that runs are told apart by, in the order in which a label names them; the others follow.
_LABEL_ORDER = ("data", "eta", "scheduler", "hidden", "hidden_func", "lam", "seed")
_SPEAK_FOR_THEMSELVES = ("data", "scheduler", "hidden_func")


@dataclass(frozen=True)
class Pin:
    """One run that was kept."""

    letter: str
    """Its name on chart and table, "A" to "F"."""
    page: str
    """The page on which it ran."""
    record: RunRecord
    """The run as it stood."""

    @property
    def kind(self) -> str:
        """Kind of data, by which a chart decides whether the curve belongs on it."""
        return _kind(self.record.experiment.data)


def _kind(data: str) -> str:
    return DATA[data].kind if data in DATA else data


def all_pins() -> list[Pin]:
    """Return the session's pins in the order in which they were made."""
    return list(st.session_state.get(_PINS, ()))


def add_pin(page: str, record: RunRecord) -> None:
    """Keep a run under the first free letter; once all six are taken, the page says so."""
    pins = all_pins()
    taken = {pin.letter for pin in pins}
    free = [letter for letter in LETTERS if letter not in taken]
    st.session_state[_REFUSED] = not free
    if not free:
        # The table with its own notice may be out of sight, in lecture mode it is not there at all.
        tell_briefly(_TOO_MANY, icon=":material/info:")
    else:
        st.session_state[_PINS] = [*pins, Pin(free[0], page, record)]


def remove_pin(letter: str) -> None:
    """Drop one pin; nothing happens when it is gone already."""
    st.session_state[_PINS] = [pin for pin in all_pins() if pin.letter != letter]
    st.session_state[_REFUSED] = False


def clear_pins() -> None:
    """Drop all pins."""
    st.session_state[_PINS] = []
    st.session_state[_REFUSED] = False


def ghosts(data: str, *, rows: str = "") -> list[dict[str, object]]:
    """Return the pins that may stand on one chart with a run on this data set, as the live view takes them.

    Costs on another kind of data, or on another table of one's own (`row_key`), have another meaning.
    """
    pins = [pin for pin in all_pins() if pin.kind == _kind(data) and pin.record.rows == rows]
    return [
        {
            "label": label,
            "train": [finite(value) for value in pin.record.train],
            # Its place in the view's own colours and dashes, none of which is that of the run on screen.
            "color": LETTERS.index(pin.letter),
        }
        for pin, label in zip(pins, pin_labels(pins), strict=True)
    ]


def pin_labels(pins: Sequence[Pin]) -> list[str]:
    """Return a short name for each curve: its letter and what sets it apart from the other pins.

    Pins that nothing sets apart are named by learning rate and scheduler.
    """
    order = [*_LABEL_ORDER, *(name for name in FIELDS if name not in _LABEL_ORDER)]
    differing = [name for name in order if len({_value(pin, name) for pin in pins}) > 1]
    chosen = differing[:3] or ["eta", "scheduler"]
    return [f"{pin.letter}: {', '.join(_words(pin, name) for name in chosen)}" for pin in pins]


def _value(pin: Pin, name: str) -> object:
    return getattr(pin.record.experiment, name)


def _words(pin: Pin, name: str) -> str:
    if name == "points":
        return PointEdits.parse(pin.record.experiment.points).told or "points as drawn"
    text = FIELDS[name].format(_value(pin, name))
    return text if name in _SPEAK_FOR_THEMSELVES else f"{name} {text}"


def table_rows(pins: Sequence[Pin]) -> list[dict[str, str]]:
    """Return the pins as rows of a table, every value as the words that stand in it."""
    return [_table_row(pin.letter, pin.record) for pin in pins]


def _table_row(letter: str, record: RunRecord) -> dict[str, str]:
    finite = math.isfinite(record.final_cost)
    over = record.finished or not finite
    epochs = f"{record.epoch}" if record.finished else f"{record.epoch} of {record.experiment.total_epochs}"
    changes = "".join(
        f"; {field} {number_text(value)} from epoch {epoch}" for epoch, field, value in record.changes
    )
    changes += "; weights set by hand or kept" if record.touched else ""
    reached = record.epochs_to_target
    return {
        "Pin": letter,
        "Setting": record.experiment.plan().label() + changes,
        "Seed": str(record.experiment.seed),
        "Epochs": epochs,
        "Final cost": rounded_text(record.final_cost) if finite else "overflow",
        "Outcome": record.outcome if over else f"{record.outcome} so far",
        "Epochs to target": str(reached) if reached >= 0 else "never" if over else "not yet",
    }


def draw_pins(page: str) -> None:
    """Draw the table of pinned runs with buttons to open those of this page and to remove them; nothing
    without any.
    """
    pins = all_pins()
    if not pins:
        return
    st.markdown("**Pinned runs**")
    if st.session_state.get(_REFUSED):
        st.warning(_TOO_MANY)
    st.table(table_rows(pins), hide_index=True)
    with st.container(horizontal=True):
        for pin in pins:
            if pin.page == page:
                st.button(
                    f"Open {pin.letter}", key=f"open_pin_{pin.letter}", on_click=show_experiment,
                    args=(page, pin.record.experiment),
                )  # fmt: skip
        for pin in pins:
            st.button(
                f"Remove {pin.letter}", key=f"unpin_{pin.letter}", on_click=remove_pin, args=(pin.letter,)
            )
        st.button("Remove all", key="unpin_all", on_click=clear_pins)
