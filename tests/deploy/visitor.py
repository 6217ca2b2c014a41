"""A visitor without a browser: cookies, Streamlit's socket, the live socket, uploads."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

WAIT: Final = 60.0
REPLICA: Final = "playground_replica"
EDGE: Final = "----the-edge-between-two-fields"


@dataclass(frozen=True)
class Door:
    """A public address: where it is, what it is called, and who vouches for it.

    Attributes
    ----------
    port : int
        On the loopback address.
    name : str
        Public name, as the address bar would show it.
    base : str
        Sub-path, or empty.
    tls : ssl.SSLContext or None
        Trusts its certificate; None for plain HTTP.
    """

    port: int
    name: str = "127.0.0.1"
    base: str = ""
    tls: ssl.SSLContext | None = None

    @property
    def origin(self) -> str:
        """Scheme, name and port."""
        return f"http{'s' if self.tls else ''}://{self.name}:{self.port}"

    @property
    def url(self) -> str:
        """Address of the home page, without a slash at its end."""
        return self.origin + self.base


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Visitor:
    """One browser profile at one door.

    Attributes
    ----------
    door : Door
        Where it goes.
    cookies : dict
        What it was given, by name.
    """

    door: Door
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """Name of the replica that its cookie holds: ``r1``, ``r2``, ..."""
        return self.cookies[REPLICA].partition("-")[0]

    @property
    def headers(self) -> dict[str, str]:
        """What its browser sends with everything."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **more: str) -> Answer:
        """Send one request to a path below the door's base, keeping the cookies that come back."""
        door = self.door
        connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=WAIT)
        connection.connect()
        if door.tls:
            connection.sock = door.tls.wrap_socket(connection.sock, server_hostname=door.name)
        headers = self.headers | {"Host": f"{door.name}:{door.port}"} | more
        connection.request(method, door.base + path, body, headers)
        response = connection.getresponse()
        for given in response.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer = Answer(response.status, dict(response.headers), response.read())
        connection.close()
        return answer

    @contextmanager
    def socket(self, path: str, *protocols: str) -> Iterator[ClientConnection]:
        """Open a WebSocket as a page at this door would."""
        door = self.door
        with connect(
            f"ws{'s' if door.tls else ''}://{door.name}:{door.port}{door.base}{path}",
            address=("127.0.0.1", door.port),
            ssl=door.tls,
            origin=door.origin,
            subprotocols=protocols or None,
            additional_headers=self.headers,
            max_size=None,
            open_timeout=WAIT,
            proxy=None,
        ) as opened:
            yield opened

    @contextmanager
    def tab(self, page: str, query: str) -> Iterator[Tab]:
        """Open a page and run its script once."""
        self.ask("/")
        self.ask("/_stcore/health")
        with self.socket("/_stcore/stream", "streamlit", self.cookies["_streamlit_xsrf"]) as stream:
            request = BackMsg()
            request.rerun_script.page_name = page
            request.rerun_script.query_string = query
            stream.send(request.SerializeToString())
            yield _read(self, stream)


@dataclass(frozen=True)
class Tab:
    """An open page.

    Attributes
    ----------
    visitor : Visitor
        Whose it is.
    session : str
        Streamlit's name of it, below which uploads go.
    token : str
        Opens its live channel.
    """

    visitor: Visitor
    session: str
    token: str

    def first_frame(self) -> dict[str, object]:
        """Connect the live socket and return the first frame."""
        with self.visitor.socket("/live/socket") as live:
            live.send(json.dumps({"op": "hello", "token": self.token}))
            while (message := json.loads(live.recv(WAIT)))["t"] != "frame":
                pass
            return message

    def upload(self, size: int, **cookies: str) -> int:
        """Send a form of so many bytes, as the file of an uploader, and return the status."""
        visitor = Visitor(self.visitor.door, self.visitor.cookies | cookies)
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
        tail = f"\r\n--{EDGE}--\r\n".encode()
        body = head + b"1" * (size - len(head) - len(tail)) + tail
        kind = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
        token = {"X-Xsrftoken": self.visitor.cookies["_streamlit_xsrf"]}
        return visitor.ask(f"/_stcore/upload_file/{self.session}/1", "PUT", body, **kind, **token).status


def _read(visitor: Visitor, stream: ClientConnection) -> Tab:
    session = ""
    while True:
        message = ForwardMsg()
        frame = stream.recv(WAIT)
        assert isinstance(frame, bytes)
        message.ParseFromString(frame)
        session = message.new_session.initialize.session_id or session
        component = message.delta.new_element.bidi_component
        if component.component_name == "live_view":
            assert re.fullmatch("[0-9a-f-]{36}", session)
            return Tab(visitor, session, str(json.loads(component.json)["token"]))
