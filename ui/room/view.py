"""`room_view`: puts a room on a lecturer's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from ui.live.channel import CHANNELS, Channel
from ui.live.view import on_mapping
from ui.room.ask import Ask
from ui.room.codes import MOST_KEY, code_of
from ui.room.messages import ROOM_VERBS
from ui.room.player import Look, RoomPlayer, ShowRoom
from ui.room.qr import qr_code
from ui.room.room import Room
from ui.room.rooms import Rooms, RoomsFullError, rooms_here
from ui.streamlit_internals import base_path, session_id
from ui.web.addresses import BOOT, PHONE_PATH, socket_address, stylesheet, view_files

_HELD: Final = "_room_held"  # session state: (code, key) of the room that this session has
_LOST: Final = "_room_lost"  # session state: code of a room that the server no longer knows
_REFUSED: Final = "_room_refused"  # session state: why no room could be opened
_WIDGET: Final = "room_view"


@cache
def rooms() -> Rooms:
    """Give the rooms of this process."""
    return rooms_here(int(st.get_option("server.port") or 0))


@st.cache_resource(scope="session", on_release=lambda channel: channel.close(), show_spinner=False)
def room_channel() -> Channel[RoomPlayer]:
    """Open the running session's channel for rooms; the room outlives it."""
    channel = CHANNELS.open(RoomPlayer(), owner=session_id(), verbs=ROOM_VERBS)
    channel.source.wake = lambda: channel.send(Look())
    return channel


_component = st.components.v2.component(
    "room_view", js=BOOT, css=stylesheet("room/room.css"), isolate_styles=False
)


def held_room() -> Room | None:
    """Return this session's room; one that has died is noted as lost."""
    held = st.session_state.get(_HELD)
    if held is None:
        return None
    room = rooms().find(held[0])
    if room is None:
        _lose(held[0])
    return room


def room_view(ask: Ask | None, *, lecture: bool, adopt: Callable[[Ask], None]) -> Room | None:
    """Show this session's room, or the way to open one.

    Parameters
    ----------
    ask : Ask or None
        What a new room is asked; None where that is not known yet, and no room can be opened.
    lecture : bool
        Large type.
    adopt : callable
        Called with what the room is asked, when a reload has brought it back.
    """
    room = held_room()
    channel = room_channel()
    channel.send(ShowRoom(room))
    held = st.session_state.get(_HELD, ("", ""))
    data: dict[str, Any] = {
        "files": view_files("room/room_view.js"),
        "socket": socket_address(),
        "token": CHANNELS.hand_out(channel),
        "room": None if room is None else _place(room),
        "key": held[1],
        "ready": ask is not None,
        "lost": st.session_state.get(_LOST, ""),
        "refusal": st.session_state.get(_REFUSED, ""),
        "lecture": lecture,
    }
    _component(
        key=_WIDGET,
        data=data,
        on_open_change=on_mapping(_WIDGET, "open", lambda given: _open(given, ask)),
        on_resume_change=on_mapping(_WIDGET, "resume", lambda given: _resume(given, adopt)),
        on_close_change=close_room,
        # Nothing to do: the script run that follows hands out the new channel's token.
        on_lost_change=lambda: None,
    )
    return room


def close_room() -> None:
    """End this session's room."""
    held = st.session_state.pop(_HELD, None)
    if held is not None:
        rooms().close(held[0])
        CHANNELS.after_close()


def _open(given: Mapping[str, object], ask: Ask | None) -> None:
    key = given.get("key")
    if ask is None or not isinstance(key, str) or len(key) > MOST_KEY:
        return
    try:
        room, held = rooms().reopen(key, ask) if key else rooms().open(ask)
    except RoomsFullError as error:
        st.session_state[_REFUSED] = str(error)
        return
    _hold(room, held)


def _resume(given: Mapping[str, object], adopt: Callable[[Ask], None]) -> None:
    key = given.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= MOST_KEY:
        return
    room = rooms().resume(key)
    if room is None:
        _lose(code_of(key))
        return
    _hold(room, key)
    adopt(room.ask)


def _hold(room: Room, key: str) -> None:
    st.session_state[_HELD] = (room.code, key)
    st.session_state.pop(_LOST, None)
    st.session_state.pop(_REFUSED, None)


def _lose(code: str) -> None:
    st.session_state.pop(_HELD, None)
    st.session_state[_LOST] = code


def _place(room: Room) -> dict[str, object]:
    """Return where phones find a room, as this lecturer's browser reaches the server."""
    path = base_path() + PHONE_PATH.format(code=room.code)
    address = urlsplit(st.context.url or "")
    return {
        "code": room.code,
        "path": path,
        "here": only_here(address.hostname or ""),
        "qr": qr_code(f"{address.scheme}://{address.netloc}{path}"),
    }


def only_here(host: str) -> bool:
    """Tell whether a host's name leads each machine to itself, so that no phone gets here by it.

    Examples
    --------
    >>> only_here("localhost"), only_here("127.0.0.1"), only_here("10.0.0.7"), only_here("class.example")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
