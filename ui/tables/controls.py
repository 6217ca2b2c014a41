"""What was understood of a file, and beside its first rows the controls that read it in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from nncore.data.number_format import Written
from ui.shared.plain_text import plain
from ui.tables import session as own_state
from ui.tables.columns import Column
from ui.tables.roles import index_reason
from ui.tables.session import Own
from ui.tables.sniff import ENCODINGS, SEPARATORS
from ui.tables.words import words_between

FIRST_ROWS: Final = 8
MOST_ASKED: Final = 3  # questions about columns that are shown at once
_FOUND: Final = "as found"
_NAMES: Final = {True: "in a line", False: "none"}
_DECIMALS: Final = {".": "point", ",": "comma"}
_THOUSANDS: Final = {
    _FOUND: _FOUND,
    "": "nothing",
    ",": "comma",
    ".": "point",
    " ": "space",
    "'": "apostrophe",
}
_DATES: Final = {_FOUND: _FOUND, "day": "day first", "month": "month first"}

Key = str | bool


def draw_table(own: Own) -> None:
    """Draw what was understood, the first rows with the reading controls beside them, and all columns."""
    table = own.table
    st.markdown(f"**What was understood.** {table.summary()}")
    for note in (*table.notes, *(text for column in table.columns for text in column.remarks())):
        st.markdown(f"- {plain(note)}")
    rows, controls = st.columns([3, 2])
    with rows:
        st.dataframe(table.frame(rows=slice(0, FIRST_ROWS)), hide_index=True, key="own_first")
        st.caption(f"The first {min(FIRST_ROWS, table.n_rows)} of {table.n_rows:,} rows.")
        draw_index(own)
    with controls:
        st.markdown("**Read it in another way**")
        _draw_reading(own)


def draw_questions(own: Own) -> None:
    """Draw what the reader has to decide: numbers that may be two things, and words among numbers."""
    doubtful = [column for column in own.table.columns if column.doubt is not None]
    for column in doubtful[:MOST_ASKED]:
        _draw_doubt(own, column)
    either = [column for column in own.table.columns if column.facts.either]
    if either and own.reading.day_first is None:
        _draw_order(either[0])
    for column in [column for column in own.table.columns if column.sentinels][:MOST_ASKED]:
        _draw_sentinels(own, column)
    for column in [column for column in own.table.columns if column.suspects][:MOST_ASKED]:
        words = [word for word, _ in column.suspects]
        said = ", ".join(f"“{word}”" for word in words)
        st.info(plain(column.remarks()[-1]), icon=":material/help:")
        st.button(
            plain(f"Take {said} as missing"), key=f"own_missing_{column.name}", on_click=own_state.read_again,
            kwargs={"missing": (*own.table.missing_words(), *words)},
        )  # fmt: skip


def _draw_sentinels(own: Own, column: Column) -> None:
    """Ask whether numbers far from all others say that nothing was measured."""
    values = tuple(value for value, _ in column.sentinels)
    said = " and ".join(f"{value:g}" for value in values)
    st.info(plain(next(text for text in column.remarks() if "far from all" in text)), icon=":material/help:")
    st.button(
        plain(f"Take {said} as missing in “{column.name}”"), key=f"own_sentinel_{column.name}",
        on_click=own_state.read_again,
        kwargs={"sentinels": {**own.reading.sentinels, own.table.in_file(column.name): values}},
    )  # fmt: skip


def _draw_doubt(own: Own, column: Column) -> None:
    """Ask which of two readings is meant, with three cells in both of them side by side."""
    doubt = column.doubt
    assert doubt is not None
    with st.container(border=True):
        taken = "taken as in the first column" if doubt.read else "taken as texts"
        st.markdown(plain(f"Column “{column.name}” may be read in two ways; it is {taken} until you say."))
        readings = doubt.readings()
        st.table(
            {
                "in the file": [str(cell) for cell, _, _ in readings],
                "one way": [f"{value:.15g}" for _, value, _ in readings],
                "the other": [f"{value:.15g}" for _, _, value in readings],
            }
        )
        one, other = st.columns(2)
        for place, way, label in ((one, doubt.taken, "One way"), (other, doubt.other, "The other")):
            first = f"{doubt.number(way, doubt.cells[0]):.15g}"
            place.button(
                plain(f"{label}: {doubt.cells[0]} is {first}"), key=f"own_doubt_{column.name}_{label}",
                on_click=own_state.read_again, kwargs={"written": _with(own, column.name, way)},
                width="stretch",
            )  # fmt: skip


def _draw_order(column: Column) -> None:
    """Ask whether dates begin with the day or the month, with three of them in both readings."""
    assert column.way is not None
    present = np.unique(column.values[~column.is_missing()])
    dates = pd.Series(pd.to_datetime(np.floor(present), unit="D"))
    dates = dates[dates.dt.day != dates.dt.month][:3]
    taken = [f"{date.day} {date:%B %Y}" for date in dates]
    turned = [date.replace(day=date.month, month=date.day) for date in dates]
    other = [f"{date.day} {date:%B %Y}" for date in turned]
    first, second = (taken, other) if column.way.form.startswith("%d") else (other, taken)
    with st.container(border=True):
        said = (
            f"Column “{column.name}” holds {column.way.said}, until you say: it may be the other way round."
        )
        st.markdown(plain(said))
        cells = [date.strftime(column.way.form[:8]) for date in dates]
        st.table({"in the file": cells, "day first": first, "month first": second})
        for place, label, day_first in zip(
            st.columns(2), (f"Day first: {first[0]}", f"Month first: {second[0]}"), (True, False), strict=True
        ):
            place.button(
                label, key=f"own_order_{day_first}", on_click=own_state.read_again,
                kwargs={"day_first": day_first}, width="stretch",
            )  # fmt: skip


def _with(own: Own, name: str, way: Written) -> Mapping[str, Written | None]:
    return {**own.reading.written, own.table.in_file(name): way}


def draw_index(own: Own) -> None:
    """Offer what only tells rows apart as a feature, which it is not by itself."""
    for name in own.set_aside()[:MOST_ASKED]:
        reason = index_reason(own.table, own.table.column(name))
        st.caption(plain(f"Column “{name}” {reason}: it is an index and left out."))
        st.button(
            plain(f"Use “{name}” as a feature"), key=f"own_use_{name}", on_click=own_state.set_role,
            args=(name, "feature"),
        )  # fmt: skip


def _draw_reading(own: Own) -> None:
    """Draw the controls that read the file anew as soon as one of them is moved."""
    layout, reading = own.table.layout, own.reading
    left, right = st.columns(2)
    with left:
        _choice("separator", "Separator", SEPARATORS.items(), layout.separator)
        _choice("header", "Names", _NAMES.items(), layout.header)
        _choice("thousands", "Between thousands", _THOUSANDS.items(), _found(reading.thousands))
        order = {None: _FOUND, True: "day", False: "month"}[reading.day_first]
        _choice("dates", "Dates begin with", _DATES.items(), order)
    with right:
        _choice("encoding", "Encoding", ENCODINGS.items(), layout.encoding)
        _draw_header_row(layout.header, layout.header_row)
        _choice("decimal", "Decimal sign", _DECIMALS.items(), layout.decimal)
    _draw_missing(own)


def _found(value: str | None) -> str:
    return _FOUND if value is None else value


def _choice(
    name: str, label: str, words: Iterable[tuple[Key, str]], value: Key
) -> None:  # fmt: skip
    key, shown = f"own_read_{name}", dict(words)
    st.session_state[key] = value
    st.selectbox(
        label, list(shown), key=key, format_func=shown.__getitem__,
        on_change=lambda: CHANGES[name](st.session_state[key]),
    )  # fmt: skip


CHANGES: Final[dict[str, Callable[[Key], None]]] = {
    "separator": lambda value: own_state.read_again(separator=str(value)),
    "header": lambda value: own_state.read_again(header=bool(value)),
    "encoding": lambda value: own_state.read_again(encoding=str(value)),
    "decimal": lambda value: own_state.read_again(decimal=str(value)),
    "thousands": lambda value: own_state.read_again(thousands=None if value == _FOUND else str(value)),
    "dates": lambda value: own_state.read_again(day_first=None if value == _FOUND else value == "day"),
}


def _draw_header_row(header: bool, row: int) -> None:
    key = "own_read_header_row"
    st.session_state[key] = max(1, row)
    st.number_input(
        "Names in row", 1, 100, key=key, disabled=not header,
        on_change=lambda: own_state.read_again(header=True, header_row=int(st.session_state[key])),
    )  # fmt: skip


def _draw_missing(own: Own) -> None:
    """Draw the words that count as missing, to be changed in one line."""
    key = "own_read_missing"
    words = own.table.missing_words() if own.reading.missing is None else own.reading.missing
    st.session_state[key] = ", ".join(words)
    st.text_input(
        "Missing where it says", key=key, placeholder="nothing but empty cells",
        help="Words between commas, for all columns. A frequent word in a column of texts stays a text of "
        "its own until it stands here.",
        on_change=lambda: own_state.read_again(missing=words_between(st.session_state[key])),
    )  # fmt: skip
