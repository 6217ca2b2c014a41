"""New rows answered by a network that learned from a table, and what one takes home of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from nncore.data.raw_rows import Preparation
from nncore.data.row_files import RowFile, decoded, open_rows, typed_rows
from nncore.export.predict import Rows, answered, head, written
from nncore.model import Model
from ui.live.downloads import file_stem
from ui.live.view import LiveHandle
from ui.shared.plain_text import plain
from ui.tables import results
from ui.tables.aside import longest_line
from ui.tables.encoding import refuse_long_lines, refuse_other_formats, refuse_what_is_no_text
from ui.tables.preparation import Prepared
from ui.tables.program import own_script, recipe_json
from ui.tables.session import Own
from ui.tables.table import refuse_too_large
from ui.tables.take_home import home_zip
from ui.tables.turns import turn
from ui.tables.words import shortened

MAX_TYPED: Final = 50
MAX_SHOWN: Final = 1000
LONGEST_ROW: Final = 10_000
"""Characters; patterns by which rows are read may take the square of it, while everybody waits."""
_FORMATS: Final = 256 * 1024  # bytes by which it is seen that a file is no table of text

Answers = Callable[[np.ndarray], np.ndarray]


def draw_new_rows(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw rows to be typed or opened, and what the network says of them."""
    preparation = prepared.preparation
    answers = _answers(handle.network(), preparation)
    typed, uploaded = st.tabs(["Type them", "From a file"])
    with typed:
        st.caption("Change the values, add rows at the bottom: the predictions follow.")
        edited = st.data_editor(
            first_rows(own, prepared), num_rows="dynamic", hide_index=True, key=f"own_typed_{own.table.name}",
            column_config={name: _how(preparation, name) for name in preparation.features},
        )  # fmt: skip
        _draw_answers(typed_rows(edited.head(MAX_TYPED), preparation), answers, name="typed.csv")
    with uploaded:
        file = st.file_uploader("CSV with the same feature columns", key="own_new_rows")
        lines = [
            f"- **{plain(name)}**: {plain(preparation.column(name).how)}" for name in preparation.features
        ]
        with st.popover("How they are written", icon=":material/help:"):
            st.markdown("\n".join(lines))
        if file is not None:
            try:
                content = file.getvalue()
                with turn(content):
                    rows = new_rows(content, preparation, name=file.name[:100])
            except ValueError as error:
                st.error(plain(str(error)), icon=":material/error:")
            else:
                _draw_answers(rows, answers, name=file.name[:100])


def first_rows(own: Own, prepared: Prepared) -> pd.DataFrame:
    """Return the first rows of a table to be changed by hand: any text may be typed, also an unknown one."""
    frame = own.table.frame(prepared.choices.features, rows=slice(0, 3))
    texts = [column.name for column in prepared.preparation.texts]
    return frame.assign(**{name: frame[name].astype(object) for name in texts})


def new_rows(content: bytes, preparation: Preparation, *, name: str) -> RowFile:
    """Open a file of new rows.

    Raises
    ------
    ValueError
        When it is too large, no text, or lacks a column; the sentence says so.
    """
    refuse_too_large(len(content), name)
    refuse_what_is_no_text(content)
    refuse_other_formats(decoded(content[:_FORMATS], preparation.encoding))
    refuse_long_lines(content)
    if (length := longest_line(content)) > LONGEST_ROW:
        raise ValueError(
            f"A row of “{name}” has {length:,} characters; rows of at most {LONGEST_ROW:,} are read here. "
            "Leave out the columns that the network does not know."
        )
    return open_rows(content, preparation)


def _how(preparation: Preparation, name: str) -> Any:
    return st.column_config.Column(shortened(name), help=plain(preparation.column(name).how))


def _answers(network: Model, preparation: Preparation) -> Answers:
    return lambda inputs: preparation.answers(network.predict_proba(inputs))


def _draw_answers(rows: Rows, answers: Answers, *, name: str) -> None:
    if rows.told:
        st.caption(plain(rows.told))
    shown = list(islice(answered(rows, answers), MAX_SHOWN))
    columns = ["row", *head(rows.preparation), "remarks"]
    table = {column: [line[place] for line in map(_line, shown)] for place, column in enumerate(columns)}
    if not any(table["remarks"]):
        del table["remarks"]
    widths = {
        "row": st.column_config.Column(width="small"),
        "remarks": st.column_config.Column(width="large"),
    }
    st.dataframe(table, hide_index=True, key=f"own_said_{name}", column_config=widths)
    if len(shown) == MAX_SHOWN:
        st.caption(f"The first {MAX_SHOWN:,} rows; the file below has all of them.")
    st.download_button(
        "Rows with predictions (CSV)", lambda: new_rows_csv(rows, answers),
        file_name="predictions.csv", key=f"own_download_{name}", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def _line(answer: tuple[int, list[object], list[object], str]) -> list[object]:
    number, _, said, remark = answer
    return [number, *said, remark]


def new_rows_csv(rows: Rows, answers: Answers) -> str:
    """Return new rows in their order with row number, prediction and remarks as comma-separated text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = rows.names
    writer.writerow(map(written, ["row", *names, *head(rows.preparation), "remarks"]))
    for number, cells, said, remark in answered(rows, answers):
        filled = [*cells, *[""] * (len(names) - len(cells))][: len(names)]
        writer.writerow([number, *map(written, (*filled, *said)), remark])
    return text.getvalue()


def draw_own_downloads(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw the downloads that only this page has: network with preparation, predictions, recipe, program."""
    record = handle.record()
    stem = file_stem(record.experiment)

    def home() -> bytes:
        now = handle.record()
        network = handle.network()
        return home_zip(
            own.table, prepared, network, experiment=now.experiment, content=own.content, changes=now.changes
        )

    def program() -> str:
        now = handle.record()
        return own_script(own.table, prepared, now.experiment, changes=now.changes)

    files: Iterable[tuple[str, str, str, str, Callable[[], str | bytes]]] = (
        (
            "home", "Take home (zip)", f"{stem}.zip",
            "The network with its whole preparation, and predict.py, which answers new rows with NumPy "
            "alone; the program that trains it, the recipe, the fingerprint of the data.",
            home,
        ),
        (
            "predictions", "Predictions (CSV)", "predictions.csv",
            "Every row with what the network says now.",
            lambda: results.predictions_csv(results.score(handle.network(), prepared), prepared),
        ),
        (
            "recipe", "Recipe (JSON)", f"{stem}_recipe.json",
            "How the file was read and made ready, and the run.",
            lambda: recipe_json(own.table, prepared, handle.record().experiment),
        ),
        (
            "program", "Whole way (Python)", f"{stem}_whole.py",
            f"Reads {own.table.name}, does all steps and ends at the same numbers.", program,
        ),
    )  # fmt: skip
    with st.container(horizontal=True):
        for name, label, file_name, text, make in files:
            st.download_button(
                label, make, file_name=file_name, key=f"own_download_{name}", help=text, on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip
