"""Which table to learn from on the Frameworks page: the sample, or a file of one's own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit as st

from nncore.frameworks.programs import OwnTable
from ui.shared.plain_text import plain
from ui.shared.refusals import take_refusal
from ui.streamlit_internals import this_session
from ui.tables import Choices, Prepared, Table, TableError, aside, prepare, read_table, suggest
from ui.tables.choices import tasks_for, telling_features, usable_features
from ui.tables.program import table_of
from ui.tables.turns import count, count_prepared, turn

SAMPLE: Final = Path(__file__).resolve().parents[2] / "samples" / "diabetes_like.csv"
_FILE: Final = "_csv_table"  # session state: which upload was read last, and its table
_READY: Final = "_csv_ready"  # session state: what was made ready last, and of what


def choose_table(*, split: float, seed: int) -> OwnTable:
    """Draw the choice of file and columns, and return what was chosen, made ready as on the page of own data.

    `split` is the share of the rows that train, `seed` draws them. Raises `TableError` with one sentence when
    the file or the columns cannot be used.
    """
    left, middle, right = st.columns([3, 4, 2])
    with left:
        table = _draw_source()
    choices = suggest(table)
    with right:
        possible = [column.name for column in table.columns if tasks_for(column)]
        target = st.selectbox(
            "Target column", possible, index=possible.index(choices.target), key=f"csv_target_{table.name}"
        )
    if target != choices.target:
        task = tasks_for(table.column(target))[0]
        choices = replace(choices, target=target, task=task, features=telling_features(table, target))
    with middle:
        features = st.multiselect(
            "Input columns", usable_features(table, target)[0], default=choices.features,
            key=f"csv_features_{table.name}_{target}",
        )  # fmt: skip
    choices = replace(choices, features=tuple(features), split=split, seed=seed)
    prepared, ready = _ready(table, choices)
    for sentence in what_was_done(table, prepared):
        st.caption(plain(sentence))
    return ready


def shows_own_file() -> bool:
    """Return whether a file of one's own was chosen, not the sample."""
    return st.session_state.get("csv_source") == "own"


def _draw_source() -> Table:
    own = st.radio(
        "Table", ("sample", "own"), key="csv_source", horizontal=True,
        format_func=lambda name: SAMPLE.name if name == "sample" else "a file of mine",
        help="The sample has the shape of the lecture's table: 8 measurements and a 0/1 column. Its "
        "numbers are drawn at random and describe nobody.",
    ) == "own"  # fmt: skip
    if not own:
        return sample_table()
    upload = st.file_uploader("CSV file", key="csv_file")
    if refused := take_refusal(this_session()):
        raise TableError(refused)
    if upload is None:
        raise TableError("Choose a file: comma, semicolon or tab separated text, as on the page of own data.")
    known, table = st.session_state.get(_FILE, ("", None))
    if known != upload.file_id or table is None:
        content = upload.getvalue()
        with turn(content):
            table = count(aside.read_table(content, name=upload.name[:100]))
        st.session_state[_FILE] = (upload.file_id, table)
    return table


def _ready(table: Table, choices: Choices) -> tuple[Prepared, OwnTable]:
    """Return a table made ready, once for as long as nothing else is chosen."""
    known = st.session_state.get(_READY)
    if known is None or known[0] is not table or known[1] != choices:
        with turn():
            prepared = count_prepared(prepare(table, choices))
        known = (table, choices, prepared, table_of(table, prepared))
        st.session_state[_READY] = known
    return known[2], known[3]


@lru_cache(maxsize=1)
def sample_table() -> Table:
    """Return the table that the page opens with."""
    return read_table(SAMPLE)


def what_was_done(table: Table, prepared: Prepared) -> tuple[str, ...]:
    """Return what a reader would not guess about the table, one sentence each."""
    used = {*prepared.choices.features, prepared.choices.target}
    remarks = [text for column in table.columns if column.name in used for text in column.remarks()]
    filled = [text for text in prepared.report if "missing" in text or "left out" in text]
    return (*([table.layout.told] if table.layout.told else []), *table.notes, *remarks, *filled)
