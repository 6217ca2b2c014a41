"""The eta strip on a page: `laboratory` for its own page, `small_strip` above another page's slider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import streamlit as st

from nncore.experiment import Experiment
from ui.live.channel import CHANNELS, Channel
from ui.live.protocol import Command
from ui.sweep.modes import Wish
from ui.sweep.player import StripPlayer
from ui.web.addresses import BOOT, socket_address, stylesheet, view_files

SMALL_ETA: Final = 0.1
CELL_AXES: Final = ("lam", "hidden", "batch_size")
OVERTAKE_SECONDS: Final = 0.2
"""Longest wait for the first picture of a changed sweep, before the page itself is drawn anew."""


@st.cache_resource(scope="session", on_release=lambda channel: channel.close(), show_spinner=False)
def strip_channel(key: str) -> Channel:
    """Open the channel of one strip in the running session; Streamlit closes it when the session ends."""
    return CHANNELS.open(StripPlayer())


def strip_player(key: str) -> StripPlayer:
    """Return what the strip of that key shows in the running session."""
    return cast(StripPlayer, strip_channel(key).performance)


_component = st.components.v2.component(
    "strip_view",
    js=BOOT,
    css=stylesheet("panels/truth.css", "panels/hatchings.css", "sweep/strip_view.css"),
    isolate_styles=False,
)


def announce(wish: Wish, *, key: str) -> Channel:
    """Point this session's sweep at a wish, before anything is drawn; the same wish again changes nothing.

    A changed control's first picture overtakes the page that Streamlit draws anew around it, as in
    `ui.live.view.announce`. Another look has to wait for the page, which tells the view of it.
    """
    channel = strip_channel(key)
    before = strip_player(key).wish
    channel.send(Command("show", {"wish": wish}))
    if channel.watched and before is not None and before != wish and before.mode == wish.mode:
        channel.await_picture(OVERTAKE_SECONDS)
    return channel


def laboratory(
    wish: Wish,
    *,
    key: str,
    lecture: bool = False,
    on_eta: Callable[[float], None],
    on_seed: Callable[[int], None],
    on_cell: Callable[[Mapping[str, Any]], None],
) -> StripPlayer:
    """Show one look of the laboratory, and point this session's sweep at it.

    Parameters
    ----------
    wish : Wish
        Experiment, look, range; the same wish again changes nothing.
    key : str
        Name of the page: one sweep per page and session.
    lecture : bool
        Large type and thick lines.
    on_eta, on_seed : callable
        Called with the learning rate at which the marker was let go, and with the seed that was clicked.
    on_cell : callable
        Called with the fields of the cell of a heat map that was opened.

    Returns
    -------
    StripPlayer
        What the sweep has come to, for tests and tables.
    """
    channel = announce(wish, key=key)
    widget = f"strip_{key}"

    def given(name: str) -> Any:
        return st.session_state[widget].get(name)

    def eta() -> None:
        value = given("eta")
        # A browser may send anything: what is not a number is not a wish.
        if isinstance(value, int | float) and not isinstance(value, bool):
            on_eta(float(value))

    def seed() -> None:
        value = given("seed")
        if isinstance(value, int) and not isinstance(value, bool):
            on_seed(value)

    def cell() -> None:
        value = given("cell")
        if isinstance(value, Mapping) and value.get("axis") in CELL_AXES:
            axis = str(value["axis"])
            chosen = value.get("value")
            on_cell({"eta": value.get("eta"), axis: tuple(chosen) if isinstance(chosen, list) else chosen})

    _component(
        key=widget,
        data=_component_data(wish, channel, lecture=lecture),
        on_eta_change=eta,
        on_seed_change=seed,
        on_cell_change=cell,
        # Nothing to do: the script run that follows hands out the new channel's token.
        on_lost_change=lambda: None,
    )
    return cast(StripPlayer, channel.performance)


@st.cache_resource(scope="session", on_release=lambda channel: channel.close(), show_spinner=False)
def small_channel(key: str) -> Channel:
    """Open the channel of the small strip of one page in the running session."""
    return CHANNELS.open(StripPlayer(pulled=True))


def small_strip(experiment: Experiment, *, key: str) -> str:
    """Point the small strip above a live view's learning rate at an experiment.

    Parameters
    ----------
    experiment : Experiment
        What the page shows. Its learning rate plays no part: the strip is of all of them.
    key : str
        Name of the page.

    Returns
    -------
    str
        Token for `ui.live.view.Extras.strip`.
    """
    channel = small_channel(key)
    channel.send(Command("show", {"wish": Wish(experiment.replace(eta=SMALL_ETA), mode="small")}))
    return channel.token


def _component_data(wish: Wish, channel: Channel, *, lecture: bool) -> dict[str, Any]:
    return {
        "files": view_files("sweep/strip_view.js"),
        "socket": socket_address(),
        "token": CHANNELS.hand_out(channel),
        "mode": wish.mode,
        "eta": wish.experiment.eta,
        "lecture": lecture,
    }
