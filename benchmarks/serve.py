"""Start the playground as its users do, on a free port, and drive a Chromium against it.

Shared by ``python -m benchmarks live`` and by the browser tests.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tests.find_chromium import installed

ROOT = Path(__file__).resolve().parent.parent
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
START_SECONDS = 60.0
ASK_EVERY_SECONDS = 0.1


def free_port() -> int:
    """Return a TCP port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Playground:
    """``streamlit run playground.py`` in a process of its own; a context manager that ends it.

    It listens on a free port where none is given (give the old one to restart a server) and serves below
    `base`, the value of ``server.baseUrlPath`` such as ``"nn"``.
    """

    def __init__(self, port: int | None = None, base: str = "") -> None:
        self.port = port or free_port()
        self.base = base.strip("/")
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the home page, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}" + (f"/{self.base}" if self.base else "")

    def start(self) -> Playground:
        """Start the server and return once it answers.

        Raises
        ------
        RuntimeError
            When the process ends, or says nothing for ``START_SECONDS``; the message holds its log.
        """
        command = [sys.executable, "-m", "streamlit", "run", "playground.py", "--server.headless", "true"]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        if self.base:
            command += ["--server.baseUrlPath", self.base]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the server does
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=self._log, stderr=subprocess.STDOUT, env=os.environ | {"CI": "true"}
        )
        self._await_health()
        return self

    def _await_health(self) -> None:
        assert self.process is not None
        waited = 0.0
        while waited < START_SECONDS:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            try:
                self.process.wait(ASK_EVERY_SECONDS)
            except subprocess.TimeoutExpired:
                waited += ASK_EVERY_SECONDS
            else:
                raise RuntimeError(f"The playground ended at its start:\n{self.log()}")
        raise RuntimeError(f"The playground did not answer within {START_SECONDS:g} s:\n{self.log()}")

    def log(self) -> str:
        """Return what the server has printed so far."""
        if self._log is None:
            return ""
        # `pread` leaves the position alone, which the server's writes share.
        return os.pread(self._log.fileno(), 1 << 20, 0).decode(errors="replace")

    def stop(self) -> None:
        """End the server; safe to call twice."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def __enter__(self) -> Playground:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextmanager
def browser() -> Iterator[Any]:
    """Yield a headless Chromium of Playwright's synchronous interface."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=installed(), args=BROWSER_FLAGS)
        try:
            yield started
        finally:
            started.close()
