"""A WebKit (WebKitGTK's small browser), driven over WebDriver, on a screen that nobody sees."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from benchmarks.serve import ASK_EVERY_SECONDS
from deploy.serve import free_ports
from tests.browser.stood import STOOD, told_on_failure

DRIVER = "WebKitWebDriver"
PATIENCE_S = 120
_UNTIL = """
const [condition, done] = arguments, told = new Function(`return ${condition}`);
const look = () => told() ? done(true) : requestAnimationFrame(look);
look();
"""


def installed() -> bool:
    """Whether there is a WebKit with its driver (Debian's `webkit2gtk-driver`), and a screen or `xvfb`."""
    return bool(shutil.which(DRIVER) and (os.environ.get("DISPLAY") or shutil.which("Xvfb")))


class WebKit:
    """One tab of a WebKit.

    Source: https://www.w3.org/TR/webdriver2/

    Parameters
    ----------
    driver : str
        Address of the driver.
    """

    def __init__(self, driver: str) -> None:
        self.address = driver
        made = self.send("POST", "/session", capabilities={"alwaysMatch": {}})
        self.address += f"/session/{made['sessionId']}"
        self.send("POST", "/timeouts", script=1000 * PATIENCE_S)
        self.send("POST", "/window/rect", width=1280, height=800)

    def send(self, verb: str, path: str, **body: Any) -> Any:
        """Send a command and return its result."""
        data = json.dumps(body).encode() if verb == "POST" else None
        try:
            with urlopen(Request(self.address + path, data, method=verb), timeout=2 * PATIENCE_S) as told:
                return json.load(told)["value"]
        except HTTPError as refused:
            raise AssertionError(f"{path} {body}: {refused.read().decode()}") from None

    def open(self, address: str) -> None:
        """Open an address and wait until its document is there.

        The driver takes any change of the address for the end of the way, also `history.replaceState` in the
        document that is left: a wait begun then would end with that document. So it is marked, and asked for.
        """
        self.ask("(globalThis.left = true)")
        self.send("POST", "/url", url=address)
        deadline = time.monotonic() + PATIENCE_S
        while self.ask("globalThis.left"):
            assert time.monotonic() < deadline, f"{address} does not open"

    def ask(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to."""
        return self.send("POST", "/execute/sync", script=f"return {expression}", args=[])

    def until(self, condition: str) -> None:
        """Wait until an expression is true, asked at every frame that the browser draws."""
        self.send("POST", "/execute/async", script=_UNTIL, args=[condition])

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        keys = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.send("POST", "/actions", actions=[{"type": "key", "id": "k", "actions": keys}])

    def close(self) -> None:
        """End the browser."""
        self.send("DELETE", "")


@contextmanager
def _started(command: list[str], display: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start a process, which ends with its last use."""
    environment = os.environ | ({"DISPLAY": display} if display else {})
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def _screen() -> Iterator[str]:
    """Give the name of a display: the one there is, or one of its own that nobody looks at."""
    if shown := os.environ.get("DISPLAY"):
        yield shown
        return
    with _started(["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]) as process:
        assert process.stdout is not None
        yield f":{process.stdout.readline().strip()}"


def _ready(driver: str, process: subprocess.Popen[str]) -> None:
    """Wait until a driver answers.

    Raises
    ------
    RuntimeError
        If it ends before.
    """
    while process.poll() is None:
        try:
            urlopen(f"{driver}/status", timeout=1).close()
        except URLError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(ASK_EVERY_SECONDS)
        else:
            return
    raise RuntimeError(f"{DRIVER} ended at its start.")


@contextmanager
def webkit() -> Iterator[WebKit]:
    """Start a WebKit; it is ended with its last use."""
    port = free_ports(1)[0]
    driver = f"http://127.0.0.1:{port}"
    with _screen() as display, _started([DRIVER, f"--port={port}"], display) as process:
        _ready(driver, process)
        with closing(WebKit(driver)) as browser, told_on_failure(lambda: browser.ask(STOOD)):
            yield browser
