"""A headless Firefox, driven over WebDriver BiDi by the WebSocket library that the playground stands on."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.stood import STOOD, told_on_failure

NAMES = ("firefox-esr", "firefox")
# A server that is asked for digits first loads their libraries: that alone takes a busy machine a minute.
PATIENCE_S = 120
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def installed() -> str | None:
    """Return the path of a Firefox, or None.

    Raises
    ------
    RuntimeError
        If there is none under CI, which must have one.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("CI"):
        raise RuntimeError(f"CI needs one of {', '.join(NAMES)} for the test in Firefox; none was found.")
    return found


class Firefox:
    """One tab of a Firefox.

    Source: https://w3c.github.io/webdriver-bidi/

    Parameters
    ----------
    socket : websockets.sync.client.ClientConnection
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.ids = count(1)
        self.send("session.new", capabilities={})
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> Any:
        """Send a command and return its result; events between the two are passed over."""
        sent = next(self.ids)
        self.socket.send(json.dumps({"id": sent, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv(timeout=PATIENCE_S + 30))).get("id") != sent:
            pass
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address: str) -> None:
        """Open an address in a tab of its own and wait until its files are loaded.

        In a tab that shows a page, Firefox takes `history.replaceState` of that page for the end of the way.
        """
        left, self.tab = self.tab, self.send("browsingContext.create", type="tab")["context"]
        self.send("browsingContext.close", context=left)
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def ask(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to; of a promise, what it brings."""
        target = {"context": self.tab}
        told = self.send("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert told["type"] == "success", told
        return told["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression is true, asked at every frame that the browser draws."""
        self.ask(
            f"new Promise((done, fail) => {{ const end = performance.now() + {1000 * PATIENCE_S};"
            f" const look = () => ({condition}) ? done(true)"
            f" : performance.now() > end ? fail('not in {PATIENCE_S} s') : requestAnimationFrame(look);"
            " look(); })"
        )

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        keys = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.send(
            "input.performActions", context=self.tab, actions=[{"type": "key", "id": "k", "actions": keys}]
        )


@contextmanager
def firefox(path: str) -> Iterator[Firefox]:
    """Start a Firefox in a profile of its own; it is ended with its last use."""
    command = [path, "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile"]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        subprocess.Popen(
            [*command, profile], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            address = next(found[1] for line in process.stderr or () if (found := _LISTENS.search(line)))
            with connect(f"{address}/session", max_size=None) as socket:
                browser = Firefox(socket)
                with told_on_failure(lambda: browser.ask(STOOD)):
                    yield browser
        finally:
            process.terminate()
