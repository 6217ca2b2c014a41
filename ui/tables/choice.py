"""Choosing: what is learned from what, in a table of columns, and how much each class counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui.shared.plain_text import plain
from ui.shared.theme import BARE, figure_layout, palette
from ui.tables import session as own_state
from ui.tables.choice_edits import MISSING_SAYS, ROLES, TYPES, columns_frame, edited
from ui.tables.choices import FILLINGS, SCALINGS, TASKS, WEIGHINGS, target_problem, usable_features
from ui.tables.preparation import Prepared
from ui.tables.roles import tasks_for
from ui.tables.session import Own
from ui.tables.words import TableError, rows_text, shortened, words_between

RARE: Final = 0.2
"""A class is rare with less than this share of what it would have if all had the same number of rows."""
Edits = dict[int, dict[str, Any]]


def draw_choices(own: Own) -> None:
    """Draw target, scaling and filling, the table of columns, and what cannot be used and why."""
    table, choices = own.table, own.choices
    possible = [column.name for column in table.columns if tasks_for(column)]
    first, second, third, fourth = st.columns(4)
    with first:
        _select("target", "Target: what is predicted", {name: name for name in possible}, choices.target)
    with second:
        tasks = {task: TASKS[task] for task in tasks_for(table.column(choices.target))}
        _select("task", "It is", tasks, choices.task)
    with third:
        _select("scaling", "Numbers are scaled to", SCALINGS, choices.scaling)
    with fourth:
        _select("filling", "Where a number is missing", FILLINGS, choices.filling)
    draw_columns(own)
    _, reasons = usable_features(table, choices.target)
    problems = [target_problem(column) for column in table.columns if column.name not in possible]
    for sentence in (*reasons, *problems):
        st.caption(plain(sentence))


def draw_columns(own: Own) -> None:
    """Draw the table of columns, whose roles and types are changed in place."""
    frame = columns_frame(own.table, own.choices)
    key = _editor("own_roles", frame)
    st.data_editor(
        frame, key=key, hide_index=True, num_rows="fixed", on_change=lambda: take_columns(key),
        disabled=[name for name in frame if name not in ("column", "role", "type", MISSING_SAYS)],
        column_config={
            "column": st.column_config.TextColumn(
                pinned=True, required=True,
                help="Its name here: in sentences, pictures, programs and answers. New rows may use either.",
            ),
            "role": st.column_config.SelectboxColumn(
                options=list(ROLES), required=True,
                help="Feature: what is predicted from. Index and ignored: left out.",
            ),
            "type": st.column_config.SelectboxColumn(
                options=list(TYPES), required=True,
                help="Number: one input. Yes/no and class: one 0/1 input a value. Of the target: what is "
                "learned.",
            ),
            "first values": st.column_config.TextColumn(width="medium"),
            MISSING_SAYS: st.column_config.TextColumn(
                help="Words between commas that stand for a missing value in this column; an empty cell "
                "always does.",
            ),
        },
    )  # fmt: skip
    st.caption(
        "Name, role, type and what missing says are changed in place: click a cell, or go there by the arrow "
        "keys and press Enter."
    )


def take_columns(key: str) -> None:
    """Take over the edits of the table of columns whose editor has this key, from a callback."""
    own = own_state.shown()
    frame, choices = columns_frame(own.table, own.choices), own.choices
    missing: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    try:
        for row, cells in _differing(st.session_state[key]["edited_rows"], frame).items():
            in_file = own.table.layout.names[row]
            choices = edited(own.table, choices, str(frame["column"][row]), changes=cells)
            if MISSING_SAYS in cells:
                missing[in_file] = words_between(cells[MISSING_SAYS] or "")
            if "column" in cells:
                names[in_file] = str(cells["column"] or "").strip()
    except TableError as error:
        own_state.tell(str(error))
        return
    if choices != own.choices or not (missing or names):
        own_state.adopt(choices)
    if missing:
        sentinels = {name: those for name, those in own.reading.sentinels.items() if name not in missing}
        own_state.read_again(missing_in={**own.reading.missing_in, **missing}, sentinels=sentinels)
    if names:
        own_state.rename(names)


def _editor(name: str, frame: pd.DataFrame) -> str:
    """Return the key of an editor: another one once it shows edits that were refused or taken back since.

    Streamlit lays a user's edits over whatever the editor is given next, as long as its key is the same.
    """
    number = st.session_state.setdefault(f"_{name}", 0)
    edits = st.session_state.get(f"{name}_{number}", {}).get("edited_rows", {})
    if _differing(edits, frame):
        number = st.session_state[f"_{name}"] = number + 1
    return f"{name}_{number}"


def _differing(edits: Mapping[int, Mapping[str, Any]], frame: pd.DataFrame) -> Edits:
    """Return those edits of cells that say something else than the table, by row and heading."""
    found: Edits = {}
    for row, cells in edits.items():
        there = frame.iloc[row].to_dict() if row < len(frame) else {}
        if other := {name: value for name, value in cells.items() if there.get(name) != value}:
            found[row] = other
    return found


def _select(name: str, label: str, words: dict[Any, str], value: Any) -> None:
    key = f"own_{name}"
    st.session_state[key] = value
    st.selectbox(
        label, list(words), key=key, format_func=words.__getitem__,
        on_change=lambda: own_state.choose(**{name: st.session_state[key]}),
    )  # fmt: skip


def rare_class(prepared: Prepared) -> str:
    """Say that a class has few rows and what follows from it; "" where none has."""
    counts = {name: train + val for name, train, val in prepared.balance}
    if not counts:
        return ""
    rows = sum(counts.values())
    name = min(counts, key=lambda name: counts[name])
    if counts[name] >= RARE * rows / len(counts):
        return ""
    checked = next(val for one, _, val in prepared.balance if one == name)
    told = f"look at its recall and precision (on {rows_text(checked)} that validate{'s' * (checked == 1)})"
    if not checked:
        told = "none of its rows validates, so that nothing here checks whether it is found. Get more of them"
    return (
        f"Class “{shortened(name)}” is rare: {counts[name]:,} of {rows:,} rows. Whoever never "
        f"answers it can still be right for {1 - counts[name] / rows:.1%} of them, so accuracy says little "
        f"of it: {told}, or let it count more."
    )


def draw_rare(own: Own, prepared: Prepared) -> None:
    """Warn of a rare class, as long as the classes count by their rows; one click weighs them."""
    sentence = rare_class(prepared)
    if not sentence or own.choices.weighing != "none":
        return
    st.warning(plain(sentence), icon=":material/balance:")
    st.button(
        "Let every class count the same in all", key="own_balanced", on_click=own_state.choose,
        kwargs={"weighing": "balanced"},
    )  # fmt: skip


def draw_classes(own: Own, prepared: Prepared) -> None:
    """Draw how many rows each class has, and what a row of each counts in the cost."""
    if not prepared.balance:
        return
    figure, text = balance_figure(prepared)
    chart, table = st.columns([3, 2])
    chart.plotly_chart(figure, key="own_balance", alt=text, config=BARE)
    chart.caption(plain(text))
    with table:
        known = {name: label for name, label in WEIGHINGS.items() if name != "hand" or own.choices.weights}
        _select("weighing", "In the cost count", known, own.choices.weighing)
        _draw_weights(prepared)


def _draw_weights(prepared: Prepared) -> None:
    frame = weights_frame(prepared)
    key = _editor("own_weights", frame)
    st.data_editor(
        frame, key=key, hide_index=True, num_rows="fixed", on_change=lambda: take_weights(key),
        disabled=[name for name in frame if name != "a row counts"],
        column_config={
            "a row counts": st.column_config.NumberColumn(min_value=0.001, max_value=1000.0, required=True)
        },
    )  # fmt: skip


def weights_frame(prepared: Prepared) -> pd.DataFrame:
    """Return the table of classes: rows, and what a row counts in the cost."""
    weights = prepared.data.class_weights or (1.0,) * len(prepared.classes)
    return pd.DataFrame(
        [
            {"class": shortened(name), "training": train, "validation": val, "a row counts": round(weight, 4)}
            for (name, train, val), weight in zip(prepared.balance, weights, strict=True)
        ]
    )


def take_weights(key: str) -> None:
    """Take over the edits of the table of classes whose editor has this key, from a callback."""
    prepared = own_state.shown().prepared
    assert prepared is not None  # the table of classes is drawn for nothing else
    weights = list(prepared.data.class_weights or (1.0,) * len(prepared.classes))
    for row, cells in _differing(st.session_state[key]["edited_rows"], weights_frame(prepared)).items():
        weights[row] = float(cells["a row counts"])
    own_state.choose(weighing="hand", weights=tuple(weights))


def balance_figure(prepared: Prepared) -> tuple[go.Figure, str]:
    """Draw how many rows each class has; words say how uneven that is."""
    colours = palette()
    figure = go.Figure(layout=figure_layout(colours, height=120 + 30 * min(len(prepared.balance), 20)))
    names = [shortened(name) for name, _, _ in prepared.balance]
    for position, (label, shape) in enumerate((("training", ""), ("validation", "/"))):
        figure.add_bar(
            y=names, x=[row[position + 1] for row in prepared.balance], name=label, orientation="h",
            marker={"color": colours.lines[position], "pattern": {"shape": shape}},
        )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        yaxis={"autorange": "reversed", "type": "category", "automargin": True},
        # A chart of few classes is so low that a share of its height is less than the legend's own.
        legend={"y": 1, "yanchor": "bottom", "traceorder": "normal"},
    )
    figure.update_xaxes(title="rows")
    counts = {shortened(name): train + val for name, train, val in prepared.balance}
    largest = max(counts, key=lambda name: counts[name])
    share = counts[largest] / sum(counts.values())
    return figure, (
        f"The largest class, “{largest}”, has {share:.0%} of the rows: whoever always says “{largest}” "
        "is right that often, so a network has to do better."
    )
