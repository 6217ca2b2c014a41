"""The table of this tab for a page that trains many runs on it: few enough rows, always the same object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from nncore.data import DataSet
from nncore.experiment import Experiment
from ui.tables import session as own_state
from ui.tables.preparation import Prepared
from ui.tables.session import Own

MOST_ROWS: Final = 5000
"""A sweep trains on at most so many rows, evenly taken, and validates on at most as many."""
_ROWS: Final = "_own_swept"  # session state: what `swept_rows` returned last


@dataclass(frozen=True)
class SweptRows:
    """A table of one's own as a sweep takes it."""

    own: Own
    prepared: Prepared
    """What the rows were taken from."""
    weighted: bool
    """Whether the classes may have weights."""
    data: DataSet
    notes: tuple[str, ...] = ()
    """What was left out, in sentences."""


def swept_rows(experiment: Experiment, *, weighted: bool = True) -> SweptRows | None:
    """Return the rows of the table in this tab, split as the experiment says; None where there are none.

    Parameters
    ----------
    experiment : Experiment
        Its split and data seed draw the rows that train.
    weighted : bool
        Whether the classes may have weights.
    """
    own = own_state.in_tab(experiment)
    if own is None or own.prepared is None:
        return None
    before: SweptRows | None = st.session_state.get(_ROWS)
    if before is not None and (before.prepared, before.weighted) == (own.prepared, weighted):
        return before
    rows = SweptRows(own, own.prepared, weighted, own.prepared.data)
    rows = _thinned(rows if weighted else _unweighted(rows))
    st.session_state[_ROWS] = rows
    return rows


def _thinned(rows: SweptRows) -> SweptRows:
    data = rows.data
    n_rows = len(data.X)
    if n_rows <= MOST_ROWS:
        return rows
    some = slice(None, None, -(-n_rows // MOST_ROWS))
    val = slice(None, None, 1 if data.X_val is None else -(-len(data.X_val) // MOST_ROWS))
    thin = replace(
        data, X=data.X[some], t=data.t[some], points=None, points_val=None,
        X_val=None if data.X_val is None else data.X_val[val],
        t_val=None if data.t_val is None else data.t_val[val],
    )  # fmt: skip
    told = f"Swept on {len(thin.X):,} of {n_rows:,} training rows, so that it can be live."
    return replace(rows, data=thin, notes=(*rows.notes, told))


def _unweighted(rows: SweptRows) -> SweptRows:
    if not rows.data.class_weights:
        return rows
    told = "The published code has no class weights, so all runs here are without them."
    return replace(rows, data=replace(rows.data, class_weights=()), notes=(*rows.notes, told))
