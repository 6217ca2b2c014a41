"""What runs beside Streamlit's own server: the live socket, the view's files, and the start-up."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import streamlit as st
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from nncore.experiment import Experiment
from ui.app import entrance
from ui.app.cards import Cards
from ui.app.first_scripts import FirstScripts
from ui.app.gate import PATIENCE_SECONDS, Gate
from ui.app.health import health
from ui.app.limits import LogLimit, Room, limit_log
from ui.app.memory import Tidying, trim
from ui.app.script_pace import ScriptPace
from ui.lesson import stage
from ui.live.channel import CHANNELS
from ui.live.slice_queue import slice_queue
from ui.live.websocket import LiveSocket
from ui.room.phone import PhoneSocket
from ui.room.view import rooms
from ui.shared.byte_budget import budget
from ui.shared.machine import raise_descriptor_limit
from ui.shared.refusals import refuse_file
from ui.streamlit_downloads import follow_downloads
from ui.streamlit_internals import (
    base_path,
    end_sessions,
    keep_sessions_briefly,
    origin_allowed,
    pace_scripts,
    send_small_messages_at_once,
    use_own_sessions,
)
from ui.streamlit_uploads import untaken_files, uploaded_bytes
from ui.uvicorn_internals import Connections, accept_few_at_once
from ui.web.addresses import (
    CARDS_PATH,
    FILES_PATH,
    HEALTH_PATH,
    PHONE_PATH,
    PHONE_SOCKET_PATH,
    SOCKET_PATH,
    assets,
)

_LOG: Final = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 0.5
"""Time between two looks for sessions and requests whose time is over."""
NOT_TAKEN: Final = "The connection broke before the file was read. Choose it once more."
REST_SECONDS: Final = 5.0
"""Time without a slice after which a view lets go of what only computing needs."""
FIRST_DATA: Final = ("XOR", "digits")
"""Data sets read from disk before the first visitor asks for them."""
SWITCH_SECONDS: Final = 0.001
"""How long a thread keeps the interpreter from others, a fifth of Python's own: a slice gives it up with
every long array and asks for it again, each time behind the scripts of all who open a page just then."""
COLLECT_SECONDS: Final = 5.0
"""Time from a script's end to the next collection of what only refers to itself, one for all that end
meanwhile. Streamlit's own after every run (switched off in `.streamlit/config.toml`) takes half as long again
as the run itself where sixty tabs are open."""
WARM_UP: Final = (
    "nncore",
    "sklearn.datasets",
    "plotly.graph_objects",
    "pandas",
    "pyarrow",
    "streamlit.components.v2.bidi_component",
    "ui.live.page",
    "ui.sweep.view",
)
"""Modules that the first visitor would otherwise wait for."""


ROOM: Final = Room()
"""Whether there is room for more."""


def routes() -> list[BaseRoute]:
    """Give the routes for `st.App`; Streamlit does not prefix them with `server.baseUrlPath`, so we do."""
    base = base_path()
    socket = LiveSocket(CHANNELS, slice_queue(), origin_allowed)
    phones = PhoneSocket(rooms(), origin_allowed)
    return [
        WebSocketRoute(f"{base}{SOCKET_PATH}", socket.serve),
        Route(f"{base}{SOCKET_PATH}", socket.explain, methods=["GET"]),
        Route(f"{base}{FILES_PATH}/{{version}}/{{name:path}}", assets().serve, methods=["GET"]),
        Route(f"{base}{HEALTH_PATH}", health, methods=["GET"]),
        WebSocketRoute(f"{base}{PHONE_SOCKET_PATH}", phones.serve),
        Route(f"{base}{PHONE_PATH}", phones.page, methods=["GET"]),
        Route(f"{base}{CARDS_PATH}/{{name}}/{{ground}}.svg", Cards(slice_queue()).serve, methods=["GET"]),
        *stage.routes(),
        *entrance.routes(),
    ]


def middleware() -> list[Middleware]:
    """Give what every request passes first, for `st.App`."""
    return [Middleware(Gate, room=ROOM, budget=budget()), Middleware(FirstScripts)]


async def not_found(request: Request, error: Exception) -> Response:
    """Answer an address that is none; outside the sub-path it is a proxy that took the sub-path off."""
    base = base_path()
    path = request.url.path
    if base and path != base and not path.startswith(f"{base}/"):
        text = (
            f"This playground stands below {base}/, and was asked for {path[:80]}. "
            f"A proxy in front must keep {base} in the path (nginx: proxy_pass without a slash at its end)."
        )
        return PlainTextResponse(text, status_code=404)
    return PlainTextResponse(
        error.detail if isinstance(error, HTTPException) else "Not Found", status_code=404
    )


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Load what every visitor needs, then take all of it out of the garbage collector's sight.

    With some 165,000 objects of libraries alive a collection of all generations holds the interpreter for a
    tenth of a second: every slider would stutter.
    """
    write_log()
    raise_descriptor_limit()
    use_own_sessions()
    accept_few_at_once()
    send_small_messages_at_once()
    preload()
    limit_log(LogLimit())
    budget().elsewhere = uploaded_bytes
    gc.collect()
    gc.freeze()
    CHANNELS.after_close = budget().freed = tidying = Tidying()
    collecting = Tidying(gc.collect, delay=COLLECT_SECONDS)
    CHANNELS.turn = slice_queue().turn
    sys.setswitchinterval(SWITCH_SECONDS)
    CHANNELS.serving = True
    pace_scripts(ScriptPace(charge=slice_queue().charge, after=collecting).run)
    trimming = Tidying(trim)
    sweeping = asyncio.create_task(sweep(tidying, trimming))
    yield
    CHANNELS.serving = False
    sweeping.cancel()
    tidying.stop()
    collecting.stop()
    trimming.stop()
    slice_queue().close()


async def sweep(tidying: Tidying, trimming: Tidying) -> None:
    """End sessions and requests whose time is over, and let views rest at which nobody works, for ever."""
    follow_downloads()
    kept, untaken = keep_sessions_briefly(), untaken_files()
    connections = Connections(ROOM.refuses_connection, PATIENCE_SECONDS)
    connections.watch()
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        connections.drop_unfinished()
        if end_sessions(kept):
            tidying()
        if untaken and (lost := untaken.forget()):
            tidying()
            for session in lost:
                refuse_file(session, NOT_TAKEN)
        if CHANNELS.rest(time.monotonic() - REST_SECONDS):
            trimming()


def write_log() -> None:
    """Let what `ui` has to say appear in the server's log with time and level, unless somebody handles it."""
    logger = logging.getLogger("ui")
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)


def preload() -> None:
    """Import and cache what the first page would otherwise wait for."""
    for name in WARM_UP:
        importlib.import_module(name)
    for entry in entrance.FIRST_FILES:
        assets().make_ready(entry)
    keep_uploads_in_memory()
    for data in FIRST_DATA:
        experiment = Experiment.default(data)
        experiment.training().advance(epochs=1)


def keep_uploads_in_memory() -> None:
    """Let no upload touch the disk: Starlette would move it into a temporary file beyond 1 MB."""
    limit = int(st.get_option("server.maxUploadSize"))
    MultiPartParser.spool_max_size = (limit + 1) * 2**20


def on_script_error(error: Exception) -> bool:
    """Apologise for an error of ours: an id for whoever looks into the log, and a way out.

    Streamlit has already written the traceback to the server's log when it calls this. True makes it show
    nothing of its own.
    """
    identity = secrets.token_hex(4)
    _LOG.error("Error %s is the one above: %s", identity, type(error).__name__)
    st.error(
        f"Something went wrong on our side (error {identity}). The address bar still holds your experiment.",
        icon=":material/error:",
    )
    # A link that loads the page anew: `st.page_link` would keep the session whose state led here.
    st.markdown(f'<a href="{base_path()}/" target="_self">Start over</a>', unsafe_allow_html=True)
    return True
