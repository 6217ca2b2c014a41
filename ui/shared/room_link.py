"""The way from an experiment to a room that trains it."""

from __future__ import annotations

import streamlit as st

from nncore.experiment import Experiment
from nncore.experiment.fields import OWN_DATA
from ui.shared.navigation import PAGE_NAMED
from ui.shared.session import query_of


def draw_room_link(experiment: Experiment) -> None:
    """Draw a link that lets a class take part: each phone's learning rate becomes a run of this experiment.

    Rows of one's own never leave their tab: for them there is none.
    """
    room = PAGE_NAMED["room"]
    if experiment.data == OWN_DATA or not room.exists:
        return
    asked = {name: value for name, value in query_of(experiment.plan()).items() if name != "eta"}
    st.page_link(
        room.file, label="Open a room with this experiment", icon=":material/groups:",
        query_params={**asked, "hold": "rate"},
        help="A class joins by phone; each phone's learning rate becomes one run, all from this start.",
    )  # fmt: skip
