"""With the other `streamlit_` modules here, all that touches names of Streamlit that are not public.

Seen to work with Streamlit 1.67.0. When it is updated, read this file first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import selectors
import socket
import stat
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import streamlit as st
from streamlit.file_util import get_static_dir
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import Runtime, app_session
from streamlit.runtime import websocket_session_manager as managers
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner import RerunData, StopException, get_script_run_ctx
from streamlit.runtime.session_manager import SessionInfo, SessionStorage
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX, SessionState
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from ui.streamlit_requests import HearingRunner, HearingSession

STREAM_PATH: Final = "/_stcore/stream"
"""Where a tab's script talks to its browser."""
CLOSING_CODES: Final = frozenset({1000, 1001})
"""WebSocket codes with which a browser says that a tab was closed or left, not that a line broke."""
GONE_SECONDS: Final = 1.0
"""Time for which the session of a closed tab is kept."""
MOST_KEPT: Final = 128
"""Sessions whose line broke that are kept for their return."""
MOST_WIDGETS: Final = 2000
"""Controls of a page at most: a lesson of a hundred screens has some thousand."""
MOST_WAITING: Final = 2
"""Files of a session that wait at once: no page has more than two places for one, each for a single file."""
QUIET_SECONDS: Final = 0.08
"""Longest time for which a browser is not told that its script runs, upon which it draws the page anew."""
HEARD: Final = frozenset(
    {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
)
"""Kinds of message that a tab of ours sends to the server."""
SPOKEN: Final = frozenset({"delta", "script_finished"})
"""Kinds of message with which a script run begins to show, or ends."""
closing_code: ContextVar[int] = ContextVar("closing_code", default=0)
"""With which code the browser has closed the connection that is being served; 0 while it has not."""


def base_path() -> str:
    """Give `server.baseUrlPath` as a prefix, `""` or `"/name"`; Streamlit 1.67 gives it to its own routes."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def browser_side() -> Path:
    """Give the folder of Streamlit's browser side."""
    return Path(get_static_dir())


@cache
def index_page() -> str:
    """Give the HTML page in which it begins."""
    return (browser_side() / "index.html").read_text(encoding="utf-8")


def from_here() -> str:
    """Give the script that tells its browser side (1.67) where the server is, and what a host's page may do.

    Pages stand side by side at the server's address: it would else take a page's own for that first, be
    refused, and rest for 100 ms. And it would ask what the server allows before it opens its socket; told so,
    it opens that at once, and asks meanwhile, with which comes the cookie that uploads need.
    """
    config = {"allowedOrigins": st.get_option("client.allowedOrigins"), "useExternalAuthToken": False}
    server = f'BACKEND_BASE_URL: new URL(".", location.href).href, HOST_CONFIG: {json.dumps(config)}'
    return f"window.__streamlit = {{ {server} }}"


def origin_allowed(origin: str | None, host: str | None) -> bool:
    """Decide whether a WebSocket handshake may go on, by the rules that Streamlit applies to its own socket.

    Streamlit 1.67 checks neither Origin nor Host for custom routes. Other than Streamlit's own rule this one
    trusts no foreign port of this machine and never asks the network for its external address. A client that
    is not a browser sends no `Origin`.
    """
    if not is_host_allowed(host):
        return False
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
        name = parts.hostname
    except ValueError:
        return False
    if host is not None and parts.netloc == host:
        return True
    return name is not None and (name in _named_hosts() or origin in _named_origins())


def _named_hosts() -> set[str]:
    """Give the public name that whoever runs the server declared, if any (for use behind a proxy)."""
    address = st.get_option("browser.serverAddress")
    return {address.lower()} if isinstance(address, str) and address not in {"", "localhost"} else set()


def _named_origins() -> set[str]:
    return {str(origin).rstrip("/") for origin in st.get_option("server.corsAllowedOrigins") or ()}


_WENT: Final[dict[str, str]] = {}
"""The address to which a session's browser has gone back or forward, until its script has heard of it."""


def is_history_navigation() -> bool:
    """Tell whether this script run was asked for by the browser's back or forward button, or has to do so.

    Streamlit 1.67 forgets it where the browser asks for something else before that run has begun, and breaks
    the run off where it has: the address alone, known from a moment ago, would then change nothing.
    """
    context = get_script_run_ctx()
    if context is None:
        return False
    return bool(context.is_history_navigation) or _WENT.get(context.session_id) == context.query_string


def history_navigation_heard() -> None:
    """Note that the script has taken over the address to which the browser has gone."""
    _WENT.pop(this_session(), None)


def session_id() -> str | None:
    """Give the id of the session whose script runs here; None outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


def send_small_messages_at_once() -> int:
    """Switch off Nagle's algorithm for all connections that this server will accept.

    Streamlit 1.67 opens its socket without naming a protocol, and asyncio sets `TCP_NODELAY` only on sockets
    that name TCP. Of two messages sent one after the other, such as the facts of a new run and its first
    picture, the second then waits for the browser to acknowledge the first: 40 ms, half of what a moved
    learning rate may take. A connection inherits the option from the socket that accepts it, and a process
    that has just started has few others.

    Returns how many sockets were changed; 0 where a socket is no file (Windows).
    """
    changed = 0
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as one:
                if one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM:
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    changed += 1
    return changed


class KeptSessions(SessionStorage):
    """Sessions whose browser is away, each until its own time is over.

    Streamlit 1.67 keeps them all for two minutes, closed tabs too, and looks for those whose time is over
    only when another one leaves: the table of the last visitor of an afternoon stays for the night. One whose
    line broke waits for `lost_seconds`; the `clock` is monotonic, in seconds.
    """

    def __init__(self, lost_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lost_seconds = lost_seconds
        self._clock = clock
        self._kept: dict[str, tuple[SessionInfo, float]] = {}

    def get(self, session_id: str) -> SessionInfo | None:
        """Give a session that is kept, or None."""
        kept = self._kept.get(session_id)
        return kept[0] if kept is not None else None

    def save(self, session_info: SessionInfo) -> None:
        """Keep a session whose browser has just gone."""
        gone = closing_code.get() in CLOSING_CODES
        wait = min(GONE_SECONDS, self._lost_seconds) if gone else self._lost_seconds
        self._kept[session_info.session.id] = (session_info, self._clock() + wait)

    def delete(self, session_id: str) -> None:
        """Forget a session: it goes on, or has ended."""
        self._kept.pop(session_id, None)

    def due(self) -> list[str]:
        """Name the sessions whose time is over, and the oldest beyond `MOST_KEPT`."""
        now = self._clock()
        names = tuple(self._kept)
        beyond = names[: max(0, len(names) - MOST_KEPT)]
        return [name for name in names if name in beyond or self._kept[name][1] <= now]

    # The last of the class: below it, `list` would be this function.
    def list(self) -> list[SessionInfo]:
        """Give all that are kept."""
        return [info for info, _ in self._kept.values()]


def keep_sessions_briefly() -> KeptSessions:
    """Let the running server keep the sessions of closed tabs for a second instead of two minutes."""
    kept = KeptSessions(float(st.get_option("server.disconnectedSessionTTL")))
    _manager()._session_storage = kept
    return kept


def end_sessions(kept: KeptSessions) -> int:
    """End the sessions whose time is over, with all they held, and say how many; on the server's loop."""
    due = kept.due()
    for name in due:
        Runtime.instance().close_session(name)
    return len(due)


def open_sessions() -> int:
    """Count the tabs that are connected."""
    return len(_manager().list_active_sessions()) if Runtime.exists() else 0


def known_session(name: str) -> bool:
    """Tell whether a session is open or kept."""
    return _manager().get_session_info(name) is not None


def run_again(name: str) -> None:
    """Let the script of a session run again, on the page where it is; on the server's loop."""
    found = _manager().get_active_session_info(name)
    if found is not None:
        # Without a state it would run the first page.
        found.session.request_rerun(found.session._client_state)


def end_script() -> NoReturn:
    """End the script that runs here; `st.stop` does so only where Streamlit knows of a browser."""
    raise StopException


def this_session() -> str:
    """Name the session whose script runs, "" where none does."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def active_session(name: str) -> app_session.AppSession | None:
    """Give a session whose tab is connected, or None."""
    found = _manager().get_active_session_info(name) if Runtime.exists() else None
    return None if found is None else found.session


def _manager() -> managers.WebsocketSessionManager:
    manager = Runtime.instance()._session_mgr
    assert isinstance(manager, managers.WebsocketSessionManager)
    return manager


_SelectorLoop: Any = asyncio.SelectorEventLoop


class UnopenedLoop(_SelectorLoop):
    """An event loop that takes its descriptors when it is first run."""

    _opened = False
    _ssock: socket.socket | None = None
    _csock: socket.socket | None = None
    _selector: selectors.BaseSelector

    def __init__(self) -> None:
        super().__init__(selectors.SelectSelector())  # which has no descriptor of its own

    def run_forever(self) -> None:
        """Open the loop, and run it."""
        if not self._opened:
            self._opened = True
            before, self._selector = self._selector, selectors.DefaultSelector()
            for key in before.get_map().values():
                self._selector.register(key.fileobj, key.events, key.data)
            self._make_self_pipe()
        super().run_forever()

    def _make_self_pipe(self) -> None:
        if self._opened:
            super()._make_self_pipe()

    def _close_self_pipe(self) -> None:
        if self._ssock is not None:
            super()._close_self_pipe()


class QuietSession(HearingSession):
    """A session that says nothing of a script run before the run draws something.

    Streamlit 1.67 tells the browser at once that a script runs, and the browser draws the page anew for it,
    three times, 30 ms in all, just when the picture arrives that a moved control asks for on another socket.
    """

    _ran = False
    _quiet = False
    _page = ""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.uploaders: dict[str, int] = {}
        """Megabytes that each uploader of the page takes at most."""

    def handle_backmsg(self, msg: BackMsg) -> None:
        """Take a message of the browser; of more controls than any page has not even the memory is kept.

        Streamlit 1.67 hears others, too, of whoever sends them: to forget what is cached, that of all
        sessions, with every live view; to ask git where the code is from, while everybody waits.
        """
        kind = msg.WhichOneof("type")
        if kind not in HEARD:
            return
        if kind == "file_urls_request":
            del msg.file_urls_request.file_names[MOST_WAITING:]
        if len(msg.rerun_script.widget_states.widgets) > MOST_WIDGETS:
            del msg.rerun_script.widget_states.widgets[MOST_WIDGETS:]
            msg, long = BackMsg(), msg
            msg.CopyFrom(long)
        super().handle_backmsg(msg)

    def _enqueue_forward_msg(self, msg: ForwardMsg) -> None:
        kind = msg.WhichOneof("type")
        self._note_uploader(msg)
        if kind == "new_session" and self._ran:
            self._quiet = True
            asyncio.get_running_loop().call_later(QUIET_SECONDS, self._speak)
        elif kind in SPOKEN:
            self._ran, self._quiet = True, False
        super()._enqueue_forward_msg(msg)

    def _note_uploader(self, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "new_session" and msg.new_session.page_script_hash != self._page:
            self._page, self.uploaders = msg.new_session.page_script_hash, {}
        elif msg.delta.new_element.WhichOneof("type") == "file_uploader":
            uploader = msg.delta.new_element.file_uploader
            self.uploaders[uploader.id] = uploader.max_upload_size_mb

    def _speak(self) -> None:
        self._quiet = False
        if self._message_enqueued_callback:
            self._message_enqueued_callback()

    def flush_browser_queue(self) -> list[ForwardMsg]:
        """Give what is to be sent now, nothing while a run has drawn nothing."""
        return [] if self._quiet else super().flush_browser_queue()


class LeanSession(QuietSession):
    """A session without descriptors of its own, which lets go of all that it held when it ends.

    Streamlit 1.67 gives each an event loop for its script, three descriptors, in case the script has a use
    for one. Ours have none: with them, a tab costs five descriptors instead of two. And the loop that sends
    messages still names the session that it served last, until another one has something to send: the table
    of the last visitor of an afternoon would stay for the night.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._script_event_loop.close()
        self._script_event_loop = UnopenedLoop()

    def shutdown(self) -> None:
        """End the session."""
        super().shutdown()
        _WENT.pop(self.id, None)
        self._session_state = SessionState()
        self._fragment_storage = MemoryFragmentStorage()
        self._browser_queue = ForwardMsgQueue()


def use_own_sessions() -> None:
    """Let the server make lean sessions from now on; on Windows, whose loops are others, quiet ones."""
    module: Any = managers
    module.AppSession = QuietSession if sys.platform == "win32" else LeanSession


def pace_scripts(pace: Callable[[str], contextlib.AbstractContextManager[None]]) -> None:
    """Have every run of a script or of a fragment, with all that Streamlit does around it, wait its turn.

    Parameters
    ----------
    pace : callable
        Given the name of a session; a run goes on within what it returns.
    """

    class PacedRunner(HearingRunner):
        def request_rerun(self, rerun_data: RerunData) -> bool:
            self._note(rerun_data)
            return super().request_rerun(rerun_data)

        def _note(self, rerun_data: RerunData) -> None:
            if rerun_data.is_history_navigation:
                _WENT[self._session_id] = rerun_data.query_string

        def _run_script(self, rerun_data: RerunData) -> None:
            self._note(rerun_data)
            if rerun_data.widget_states is not None:
                drop_forged(rerun_data.widget_states)
            with pace(self._session_id):
                super()._run_script(rerun_data)

    module: Any = app_session
    module.ScriptRunner = PacedRunner


def drop_forged(states: WidgetStates) -> None:
    """Take out what has a name that Streamlit gives to no widget, and what is more than any page has.

    Streamlit 1.67 takes the first for what a script has kept in its state, which then cannot be read.
    """
    del states.widgets[MOST_WIDGETS:]
    for at in reversed(range(len(states.widgets))):
        if not states.widgets[at].id.startswith((GENERATED_ELEMENT_ID_PREFIX, STREAMLIT_INTERNAL_KEY_PREFIX)):
            del states.widgets[at]
