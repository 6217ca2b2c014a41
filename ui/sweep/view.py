"""The eta strip on a page: `sweep_view` for its own page, `small_strip` above another page's slider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice
from nncore.experiment.fields import FIELDS
from ui.live.channel import CHANNELS, Channel
from ui.live.view import counted, heard_of, on_mapping, on_number
from ui.streamlit_internals import session_id
from ui.sweep.modes import SweepRequest, curvature_experiment
from ui.sweep.player import ShowSweep, StripPlayer
from ui.web.addresses import BOOT, socket_address, stylesheet, view_files

SMALL_ETA: Final = 0.1
CELL_AXES: Final = ("lam", "hidden", "batch_size")
OVERTAKE_SECONDS: Final = 0.2
"""Longest wait for the first picture of a changed sweep, before the page itself is drawn anew."""


@st.cache_resource(scope="session", on_release=lambda channel: channel.close(), show_spinner=False)
def strip_channel(key: str, *, pulled: bool = False) -> Channel[StripPlayer]:
    """Open the channel of one strip in the running session; Streamlit closes it when the session ends."""
    return CHANNELS.open(StripPlayer(pulled=pulled), owner=session_id())


_component = st.components.v2.component(
    "strip_view",
    js=BOOT,
    css=stylesheet("panels/truth.css", "panels/hatchings.css", "panels/ask.css", "sweep/strip_view.css"),
    isolate_styles=False,
)


def announce(request: SweepRequest, *, key: str) -> Channel[StripPlayer]:
    """Point this session's sweep at a request, before anything is drawn; the same one again changes nothing.

    A changed control's first picture overtakes the page that Streamlit draws anew around it, as in
    `ui.live.view.announce`. Another mode has to wait for the page, which tells the view of it.
    """
    channel = strip_channel(key)
    before = channel.source.request
    channel.send(ShowSweep(request))
    if channel.watched and before is not None and before != request and before.mode == request.mode:
        channel.await_picture(OVERTAKE_SECONDS)
    return channel


def sweep_view(
    request: SweepRequest,
    *,
    key: str,
    lecture: bool = False,
    asked: Mapping[str, object] | None = None,
    on_eta: Callable[[float], None],
    on_seed: Callable[[int], None],
    on_cell: Callable[[Mapping[str, object]], None],
) -> StripPlayer:
    """Show one mode of the learning-rate page, and point this session's sweep of that page (`key`) at it.

    The same request again changes nothing. Where something is `asked` first, as `Opened.asked` has it,
    nothing is shown before the reveal. `on_eta` and `on_seed` hear of the learning rate at which the
    marker was let go and of the seed that was clicked, `on_cell` of the fields of the cell of a heat map that
    was opened. Returns what the sweep has come to, for tests and tables.
    """
    channel = announce(request, key=key)
    widget = f"strip_{key}"

    def seed(number: float) -> None:
        if number.is_integer():
            on_seed(int(number))

    def cell(given: Mapping[str, object]) -> None:
        axis, chosen = given.get("axis"), given.get("value")
        if axis in CELL_AXES:
            value = tuple(chosen) if isinstance(chosen, list) else chosen
            on_cell({"eta": given.get("eta"), str(axis): value})

    heard = {
        "on_eta_change": on_number(widget, "eta", on_eta),
        "on_seed_change": on_number(widget, "seed", seed),
        "on_cell_change": on_mapping(widget, "cell", cell),
        # Nothing to do: the script run that follows hands out the new channel's token.
        "on_lost_change": lambda: None,
    }
    data = _component_data(request, channel, lecture=lecture) | heard_of(widget) | {"ask": asked}
    _component(key=widget, data=data, **counted(widget, heard))
    return channel.source


def small_strip(experiment: Experiment, *, key: str) -> str:
    """Point the small strip above a live view's learning rate at an experiment, and return its token.

    The experiment's own learning rate plays no part: the strip is of all of them.
    """
    channel = strip_channel(key, pulled=True)
    channel.send(ShowSweep(SweepRequest(experiment.plan().replace(eta=SMALL_ETA), mode="small")))
    return channel.token


def _component_data(
    request: SweepRequest, channel: Channel[StripPlayer], *, lecture: bool
) -> dict[str, object]:
    return {
        "files": view_files("sweep/strip_view.js"),
        "socket": socket_address(),
        "token": CHANNELS.hand_out(channel),
        "mode": request.mode,
        "eta": request.experiment.eta,
        "seed": request.experiment.seed,
        "lecture": lecture,
        "facts": facts_of(request),
    }


def facts_of(request: SweepRequest) -> dict[str, str]:
    """Return what stands in large type beside the learning rate in lecture mode: of the runs as they are."""
    experiment = request.experiment
    if request.mode == "curvature":
        experiment, _ = curvature_experiment(experiment, None if request.data is None else request.data.task)
    labels, costs = (FIELDS.of(Choice, name).labels for name in ("scheduler", "cost"))
    told = {
        "scheduler": labels.get(experiment.scheduler, experiment.scheduler),
        "epochs": str(experiment.epochs),
        "seed": str(experiment.seed),
    }
    return told if experiment.cost == "auto" else told | {"cost": costs[experiment.cost]}
