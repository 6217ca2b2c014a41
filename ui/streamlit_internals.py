"""The only file that touches names of Streamlit which are not its public interface.

Seen to work with Streamlit 1.67.0. When Streamlit is updated, read this file first.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.file_util import get_static_dir
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed


def base_path() -> str:
    """Give `server.baseUrlPath` as a prefix: `""` or `"/name"`, without a slash at the end.

    Custom routes of `st.App` are not prefixed by Streamlit 1.67; the ones of its own are.
    """
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@cache
def index_page() -> str:
    """Give the HTML page in which Streamlit's browser side begins."""
    return (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")


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
    declared = isinstance(address, str) and address not in {"", "localhost"}
    return {address.lower()} if declared else set()


def _named_origins() -> set[str]:
    return {str(origin).rstrip("/") for origin in st.get_option("server.corsAllowedOrigins") or ()}


def is_history_navigation() -> bool:
    """Tell whether this script run was asked for by the browser's back or forward button."""
    context = get_script_run_ctx()
    return context is not None and bool(context.is_history_navigation)


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
