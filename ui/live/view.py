"""`live_view`: puts the live view of an experiment on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

import streamlit as st

from nncore.machinery.pieces import aside
from ui.live.channel import CHANNELS, Channel, ClosedError, T
from ui.live.course import key_of
from ui.live.player import Player
from ui.live.problem import ShowRun
from ui.live.protocol import Json
from ui.live.record import RunRecord
from ui.shared.view_settings import ViewSettings
from ui.streamlit_internals import end_script, session_id
from ui.web.addresses import BOOT, socket_address, view_files

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.model import Model

PANELS: Final = (
    "loss",
    "accuracy",
    "truth",
    "map",
    "network",
    "matrix",
    "mistakes",
    "filters",
    "pad",
    "fit",
    "residuals",
)
"""What a live view can show."""
FIRST_FRAME_SECONDS: Final = 1.5
"""Longest wait for the first drawn frame of a page that has just been opened."""
LEAD_SECONDS: Final = 1.0
"""Longest wait of a script for what its browser had led to before it told something."""
OVERTAKE_SECONDS: Final = 0.06
"""Longest wait for the first frame of a changed experiment, before the page itself is drawn anew."""


class Hint(TypedDict):
    """A standing notice above the panels with one button: its words, and the action that the button sends."""

    text: str
    action: Mapping[str, str]


class Callbacks(TypedDict, total=False):
    """What a page may listen to, called before the script runs again, as Streamlit's callbacks are."""

    on_told: Callable[[], None] | None
    """Called before the others, and where none of them is: what else came along was chosen before."""
    on_eta: Callable[[float], None] | None
    on_lam: Callable[[float], None] | None
    """`on_eta` and `on_lam`: called with the learning rate or lambda that was let go of inside the view."""
    on_action: Callable[[str, object], None] | None
    """Called with the name of an action (`new_start`, `try_eta`, `add_layer`, `cell`, `point`, ...) and its
    value."""
    on_pin: Callable[[RunRecord], None] | None
    """Called with the `RunRecord` of the run on screen."""
    on_view: Callable[[Mapping[str, object]], None] | None
    """Called with the view settings that were changed, by name."""
    on_follow: Callable[[Experiment, Experiment | None], None] | None
    """Called with the experiment that the view has come to (epochs added, layers, changes on the way), and
    with the one beside it."""


@dataclass(frozen=True)
class Extras:
    """The less common choices of a live view."""

    hint: Hint | None = None
    """A standing notice above the panels."""
    lam: bool = False
    """Show lambda's range beside that of the learning rate."""
    eta_bounds: tuple[float, float] | None = None
    """pair of float or None: ends of the learning rate's range; None leaves the view's default."""
    strip: str | None = None
    """Token of the sweep that stands above the learning rate."""
    edit: bool = False
    """Points of a map may be added, moved and taken away by hand."""
    held: str = ""
    """Which opening of the page the run waits for at its start, "" where it plays at once."""
    asked: Mapping[str, object] | None = None
    """The question that stands before the run, and `id`, its opening."""
    follows: bool = False
    """The experiment is one to which the view itself has led."""
    beside: Experiment | None = None
    """What is held beside the experiment, as A."""
    beside_panels: Sequence[str] = ()
    """Panels of that."""
    choices: Mapping[str, Json] | None = None
    """Data sets and features to be chosen by their pictures; see `ui.live.thumbnails`."""


@dataclass(frozen=True)
class LiveHandle:
    """What a page can ask of its live view."""

    channel: Channel[Player]
    """The channel of this page in this session."""

    def await_drawing(self) -> None:
        """Wait until a browser draws, at most `FIRST_FRAME_SECONDS`; without a server, not at all."""
        if CHANNELS.serving:
            with aside():
                self.channel.drawn.wait(FIRST_FRAME_SECONDS)

    def network(self) -> Model:
        """Give a copy of the network as it stands now: nobody trains it on while it is being saved."""
        return self._flushed(self.channel.source.copy_network)

    def record(self) -> RunRecord:
        """Give the run on screen as it stands now: curves, outcome, final costs."""
        return self._flushed(self.channel.source.record)

    def both(self) -> tuple[RunRecord, RunRecord | None]:
        """Give the run on screen and the one beside it, as they stand now."""
        return self._flushed(self.channel.source.both)

    def data(self) -> DataSet:
        """Give the data of the run on screen, points edited by hand included."""
        return self._flushed(self.channel.source.data)

    def leads(self) -> bool:
        """Tell whether the view has come to another experiment than the script asked for."""
        source = self.channel.source
        self.channel.await_lead(LEAD_SECONDS)
        # Looked at from outside first: a script waits for a slice only where there is something to follow.
        return (source.leads or self.channel.closed) and self._flushed(lambda: source.leads)

    def _flushed(self, look: Callable[[], T]) -> T:
        """Let the player take up what was asked for, and ask it while nothing moves.

        The script of a tab that was closed meanwhile ends here: nobody sees what it would draw.
        """
        self.channel.flush()
        try:
            return self.channel.inspect(look)
        except ClosedError:
            end_script()


@st.cache_resource(scope="session", on_release=lambda channel: channel.close(), show_spinner=False)
def session_channel(key: str) -> Channel[Player]:
    """Open the channel of one page in the running session; Streamlit closes it when the session ends.

    Fetched anew in every script run, never kept in `st.session_state`, which outlives a closed tab by two
    minutes.
    """
    return CHANNELS.open(Player(), owner=session_id())


_component = st.components.v2.component(
    "live_view",
    js=BOOT,
    # Plotly writes its style sheet into the document's head, where a shadow root does not see it.
    isolate_styles=False,
)


def announce(show: ShowRun, *, key: str) -> None:
    """Let the first frame of a changed experiment overtake the page that is drawn anew around the view.

    A browser handles what it receives in order, and what Streamlit sends for a page of controls keeps it busy
    for longer than a frame. Call it before anything is drawn, with what `live_view` will be called with; on a
    page that no browser watches yet it does nothing.
    """
    channel = session_channel(key)
    if channel.watched:
        channel.send(show)
        channel.await_picture(OVERTAKE_SECONDS)


def live_view(
    experiment: Experiment,
    *,
    key: str,
    panels: Sequence[str],
    view: ViewSettings | None = None,
    data: DataSet | None = None,
    pins: Sequence[Mapping[str, object]] = (),
    extras: Extras | None = None,
    **callbacks: Unpack[Callbacks],
) -> LiveHandle:
    """Show an experiment learning, live.

    Point the session's channel at the experiment first, then mount the component: the run starts before the
    browser hears of the script's end. Calling it again with the same arguments changes nothing.

    There is one channel per page (`key`) and session. `panels` are names out of `PANELS`, in order
    (`ValueError` for any other); `data` gives rows instead of the experiment's own, compared by content, so
    that an equal data set built anew does not start the run again; `pins` are kept runs, drawn as ghost
    curves: `label`, `train`, `color`.
    """
    unknown = [panel for panel in panels if panel not in PANELS]
    if unknown:
        raise ValueError(f"panels must be out of {', '.join(PANELS)}; got {', '.join(unknown)}")
    view, extras = view or ViewSettings(), extras or Extras()
    channel = session_channel(key)
    every = frozenset((*panels, *extras.beside_panels))
    show = ShowRun(experiment, data, every, view.speed, extras.follows, extras.held, extras.beside)
    channel.send(show)
    handle = LiveHandle(channel)
    widget = f"live_{key}"
    _component(
        key=widget,
        data=_component_data(experiment, channel, panels=panels, view=view, pins=pins, extras=extras)
        | heard_of(widget),
        **_listeners(handle, widget, callbacks),
    )
    return handle


def _listeners(handle: LiveHandle, widget: str, callbacks: Callbacks) -> dict[str, Any]:
    """Return what Streamlit calls when the view has something to tell, by the component's names."""
    on_action, on_pin = callbacks.get("on_action"), callbacks.get("on_pin")
    on_follow = callbacks.get("on_follow")

    def act(action: Mapping[str, object]) -> None:
        name = action.get("name")
        if on_action is not None and isinstance(name, str):
            on_action(name, action.get("value"))

    def pin() -> None:
        if on_pin is not None:
            on_pin(handle.record())

    def follow() -> None:
        # What the browser tells may have been overtaken by a control: then it is the script that leads.
        if on_follow is not None and handle.leads():
            run, beside = handle.both()
            on_follow(run.experiment, None if beside is None else beside.experiment)

    heard: dict[str, Callable[[], None] | None] = {
        "on_eta_change": on_number(widget, "eta", callbacks.get("on_eta")),
        "on_lam_change": on_number(widget, "lam", callbacks.get("on_lam")),
        "on_action_change": on_mapping(widget, "action", act),
        "on_pin_change": pin,
        "on_follow_change": None,
        "on_view_change": on_mapping(widget, "view", callbacks.get("on_view")),
        # Nothing to do: the script run that follows hands out the new channel's token.
        "on_lost_change": None,
    }
    on_told = callbacks.get("on_told")
    # A browser tells late where its view has led: what else is told before that is meant of what it shows.
    return counted(widget, {name: partial(_in_turn, on_told, follow, call) for name, call in heard.items()})


def heard_of(widget: str) -> dict[str, int]:
    """Give a component what changes with all that it tells: Streamlit tells it only of changed data."""
    return {"heard": st.session_state.get(f"_heard_{widget}", 0)}


def counted(widget: str, calls: Mapping[str, Callable[[], None]]) -> dict[str, Any]:
    """Return a component's callbacks, each of which is counted for `heard_of`."""

    def count() -> None:
        st.session_state[f"_heard_{widget}"] = heard_of(widget)["heard"] + 1

    return {name: partial(_in_turn, count, call) for name, call in calls.items()}


def _in_turn(*calls: Callable[[], None] | None) -> None:
    for call in calls:
        if call is not None:
            call()


def _component_data(
    experiment: Experiment,
    channel: Channel[Player],
    *,
    panels: Sequence[str],
    view: ViewSettings,
    pins: Sequence[Mapping[str, object]],
    extras: Extras,
) -> dict[str, object]:
    return {
        "files": view_files("live/component.js"),
        "socket": socket_address(),
        "token": CHANNELS.hand_out(channel),
        "panels": list(panels),
        "view": {name: value for name, value in vars(view).items() if name not in ("hold", "ask")},
        "ask": extras.asked,
        "pins": [dict(pin) for pin in pins],
        "eta": experiment.eta,
        "eta_bounds": extras.eta_bounds,
        "lam": experiment.lam if extras.lam else None,
        "course": key_of(experiment, extras.beside),
        "beside": None if extras.beside is None else {"panels": list(extras.beside_panels)},
        "hint": extras.hint,
        "strip": extras.strip,
        "edit": extras.edit,
        "choices": extras.choices,
    }


def on_number(widget: str, name: str, listener: Callable[[float], None] | None) -> Callable[[], None]:
    """Give a component's callback, which takes no argument, from the page's, which takes the new number."""

    def changed() -> None:
        given = st.session_state[widget].get(name)
        # A browser may send anything: what is not a number is no request.
        if listener is not None and isinstance(given, int | float) and not isinstance(given, bool):
            listener(float(given))

    return changed


def on_mapping(
    widget: str, name: str, listener: Callable[[Mapping[str, object]], None] | None
) -> Callable[[], None]:
    """Give the like for what travels as a mapping."""

    def changed() -> None:
        given = st.session_state[widget].get(name)
        if listener is not None and isinstance(given, Mapping):
            listener(given)

    return changed
