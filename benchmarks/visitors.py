"""Visitors without a browser, and the servers that they visit: for `load`, `soak`, `hostile` and `room`."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from deploy.proxy import Site
from deploy.serve import Replica, find_nginx, free_ports, proxy, running

PATIENCE_SECONDS: Final = 120.0
"""Longest wait for anything that a visitor asks for."""

TRIES: Final = 4
EDGE: Final = "----the-edge-between-two-fields"

TRIGGERS: Final = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{{}}__events"
"""Name under which a browser sends what a component asks for, for the component's own (Streamlit 1.67)."""

WITHOUT_STICKINESS: Final = """
upstream everybody {{ {servers} }}
map $http_upgrade $passed_on {{ default upgrade; "" close; }}
server {{
    listen 127.0.0.1:{port};
    client_max_body_size 200m;
    location / {{
        proxy_pass http://everybody;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $passed_on;
        proxy_read_timeout 1h;
    }}
}}
"""
"""An nginx that hands out requests in turn, whoever asks."""


@dataclass(frozen=True)
class Fleet:
    """One or several replicas, and the address at which they are visited."""

    port: int
    """Of the replica, or of the nginx before them."""
    pids: tuple[int, ...]
    """The replicas' processes."""

    @property
    def origin(self) -> Origin:
        """The page's origin."""
        return Origin(f"http://127.0.0.1:{self.port}")

    def total(self, look: Callable[[int], float | None]) -> float | None:
        """Add up what a look at each process tells, None where it tells nothing."""
        found = [look(pid) for pid in self.pids]
        return None if None in found else sum(each for each in found if each is not None)


@contextlib.contextmanager
def fleet(count: int, *, sticky: bool = True, spread: bool = True) -> Iterator[Fleet]:
    """Start replicas, and an nginx before several.

    Parameters
    ----------
    count : int
        How many; one is visited without an nginx.
    sticky : bool
        Whether the nginx brings every browser back to its replica, as the one that is shipped does.
    spread : bool
        Whether each has a core of its own, where there are as many.
    """
    port, *ports = free_ports(count + 1)
    replicas = tuple(Replica(own, ports=tuple(ports)) for own in ports)
    with running(replicas):
        pids = tuple(replica.process.pid for replica in replicas if replica.process is not None)
        if spread:
            _spread(pids)
        if count == 1:
            yield Fleet(ports[0], pids)
            return
        addresses = tuple(replica.address for replica in replicas)
        servers = " ".join(f"server {address};" for address in addresses)
        site = Site(addresses, port=port, address="127.0.0.1").text()
        text = site if sticky else WITHOUT_STICKINESS.format(servers=servers, port=port)
        with proxy(find_nginx(), text):
            yield Fleet(port, pids)


def _spread(pids: Sequence[int]) -> None:
    """Give each replica one core."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    for number, pid in enumerate(pids):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {cores[number % len(cores)]})


def cookies(where: Fleet) -> dict[str, str]:
    """Open the page and return the headers that a browser sends from then on."""
    found: dict[str, str] = {}
    connection = http.client.HTTPConnection("127.0.0.1", where.port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(connection):
        for path in ("/", "/_stcore/health"):
            connection.request("GET", path, headers=_cookie(found))
            answer = connection.getresponse()
            answer.read()
            given = answer.headers.get_all("Set-Cookie") or ()
            found |= dict(value.partition(";")[0].split("=", 1) for value in given)
    return {**_cookie(found), "X-Xsrftoken": found.get("_streamlit_xsrf", "")}


def _cookie(pairs: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in pairs.items())}


class Tab:
    """An open tab: its script's connection and its live view's.

    Attributes
    ----------
    stream, live : ClientConnection
    session, token : str
        Names of its Streamlit session and of its live view's channel.
    uploader : str
        Name of the page's uploader, "" where it has none.
    told : dict
        What the page's script has told its view.
    """

    def __init__(self, where: Fleet, headers: dict[str, str], stream: ClientConnection) -> None:
        self.where = where
        self.headers = headers
        self.stream = stream
        self.live: ClientConnection | None = None
        self.session = ""
        self.uploader = ""
        self.told: dict[str, Any] = {}
        self._view = ""
        self.token = ""
        self._keys: dict[str, str] = {}

    async def show(self, page: str, query: str) -> None:
        """Run a page's script, connect its live view if it has one, and wait for its first message.

        A token that is not known any more (the script has run twice) is asked for anew, as a browser does.
        """
        for _ in range(TRIES):
            await self._show(page, query)
            if self.live is None:
                return
            with contextlib.suppress(ConnectionClosed):
                await self.receive()
                return
        raise ConnectionError(f"the live view of {page} did not come up in {TRIES} tries")

    async def _show(self, page: str, query: str) -> None:
        if self.live is not None:
            await self.live.close()
            self.live = None
        tokens = await self.tokens(page, query)
        if tokens:
            self.token = tokens[-1]
            self.live = await self.channel(self.token)

    async def tokens(self, page: str, query: str) -> list[str]:
        """Run a page's script, and return the tokens of its strips and live views, a view's own last."""
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.query_string = query
        self.uploader = ""
        return await self._run(request)

    async def channel(self, token: str) -> ClientConnection:
        """Open a channel by its token."""
        address = f"ws://127.0.0.1:{self.where.port}/live/socket"
        socket = await connect(
            address,
            origin=self.where.origin,
            additional_headers=self.headers,
            max_size=None,
            ping_interval=None,
        )
        key = self._keys.get(token)
        await socket.send(json.dumps({"op": "hello", "token": token} | ({"key": key} if key else {})))
        return socket

    async def upload(self, page: str, content: bytes, name: str = "soak.csv") -> int:
        """Send a file by the page's uploader and let the script have it; return the status."""
        file_id = str(uuid.uuid4())
        status = await asyncio.to_thread(self._put, file_id, content, name)
        request = BackMsg()
        request.rerun_script.page_name = page
        state = request.rerun_script.widget_states.widgets.add(id=self.uploader)
        info = state.file_uploader_state_value.uploaded_file_info
        path = f"/_stcore/upload_file/{self.session}/{file_id}"
        urls = FileURLs(file_id=file_id, upload_url=path, delete_url=path)
        info.add(file_id=file_id, name=name, size=len(content), file_urls=urls)
        await self._run(request)
        return status

    async def trigger(self, page: str, query: str, event: str, value: object) -> None:
        """Let the page's view tell its script that something was asked for, and wait for the script."""
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.query_string = query
        widgets = request.rerun_script.widget_states.widgets
        widgets.add(id=self._view, json_value="{}")
        asked = json.dumps([{"event": event, "value": value}])
        widgets.add(id=TRIGGERS.format(self._view), json_trigger_value=asked)
        await self._run(request)

    def _put(self, file_id: str, content: bytes, name: str) -> int:
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.where.port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            path = f"/_stcore/upload_file/{self.session}/{file_id}"
            connection.request("PUT", path, body, {**self.headers, **kind})
            return connection.getresponse().status

    async def _run(self, request: BackMsg) -> list[str]:
        """Run the script, and return the tokens that it hands to its views."""
        tokens: list[str] = []
        await self.stream.send(request.SerializeToString())
        async for message in forward_messages(self.stream):
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            uploader = message.delta.new_element.file_uploader
            self.uploader = uploader.id or self.uploader
            component = message.delta.new_element.bidi_component
            if component.component_name and '"token"' in component.json:
                self.told, self._view = json.loads(component.json), component.id
                tokens += [str(self.told[name]) for name in ("strip", "token") if self.told.get(name)]
            early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if message.WhichOneof("type") == "script_finished" and not early:
                break
        return tokens

    async def send(self, **message: object) -> None:
        """Send a verb to the live view's channel."""
        assert self.live is not None
        await self.live.send(json.dumps(message))

    async def receive(self, seconds: float = PATIENCE_SECONDS) -> dict[str, object]:
        """Give the next message of the live view."""
        assert self.live is not None
        found = json.loads(await asyncio.wait_for(self.live.recv(), seconds))
        assert isinstance(found, dict)
        if found["t"] == "key":
            self._keys[self.token] = found["key"]
        return found

    async def close(self) -> None:
        """Close the live view's connection; `tab` closes the other."""
        if self.live is not None:
            await self.live.close()


async def forward_messages(stream: ClientConnection) -> AsyncIterator[ForwardMsg]:
    """Give what a script sends to its browser."""
    while True:
        message = ForwardMsg()
        data = await asyncio.wait_for(stream.recv(), PATIENCE_SECONDS)
        assert isinstance(data, bytes)
        message.ParseFromString(data)
        yield message


@contextlib.asynccontextmanager
async def tab(where: Fleet) -> AsyncIterator[Tab]:
    """Open a tab, and close it as a browser does."""
    headers = await asyncio.to_thread(cookies, where)
    address = f"ws://127.0.0.1:{where.port}/_stcore/stream"
    async with connect(
        address,
        subprotocols=[Subprotocol("streamlit")],
        origin=where.origin,
        additional_headers=headers,
        max_size=None,
        ping_interval=None,
        open_timeout=PATIENCE_SECONDS,
    ) as stream:
        opened = Tab(where, headers, stream)
        try:
            yield opened
        finally:
            await opened.close()


def resident(pid: int) -> float | None:
    """Return the resident memory of a process in MB, or None where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def processor_time(pid: int) -> float | None:
    """Return the processor time that a process has spent so far in seconds, or None where nobody tells."""
    try:
        # The name in brackets may hold spaces; user and system time are the 14th and 15th field.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def entries(pid: int, folder: str) -> int | None:
    """Count the descriptors (``fd``) or threads (``task``) of a process, None where nobody tells."""
    try:
        return len(os.listdir(f"/proc/{pid}/{folder}"))
    except OSError:
        return None


async def level_memory(where: Fleet, longest: float = 30.0) -> float | None:
    """Wait until the replicas' memory no longer falls, and return it in MB."""
    lowest, steady, waited = float("inf"), 0, 0.0
    while steady < 8 and waited < longest:
        memory = where.total(resident)
        if memory is None:
            return None
        steady = 0 if memory < lowest - 1.0 else steady + 1
        lowest = min(lowest, memory)
        await asyncio.sleep(0.5)
        waited += 0.5
    return lowest
