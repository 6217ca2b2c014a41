"""Start the playground as its users do, on a free port, and drive a Chromium against it.

Shared by ``python -m benchmarks live`` and by the browser tests.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import IO, Any

from deploy.serve import ROOT, Replica, end, free_ports
from tests.find_chromium import installed

BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
START_SECONDS = 60.0
ASK_EVERY_SECONDS = 0.1


class Playground:
    """``streamlit run playground.py`` in a process of its own; a context manager that ends it.

    It listens on a free port where none is given (give the old one to restart a server) and serves below
    `base`, the value of ``server.baseUrlPath`` such as ``"nn"``.
    """

    def __init__(self, port: int | None = None, base: str = "") -> None:
        base = base.strip("/")
        self._replica = Replica(port or free_ports(1)[0], f"/{base}" if base else "")
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the home page, without a slash at its end."""
        return f"http://{self._replica.address}{self._replica.base}"

    def start(self) -> Playground:
        """Start the server and return once it answers.

        Raises `RuntimeError` when the process ends, or says nothing for ``START_SECONDS``; the message holds
        its log.
        """
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the server does
        self.process = subprocess.Popen(
            self._replica.command,
            cwd=ROOT,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"CI": "true"},
        )
        waited = 0.0
        while not self._replica.healthy():
            if waited >= START_SECONDS:
                raise RuntimeError(f"The playground did not answer within {waited:g} s:\n{self.log()}")
            try:
                self.process.wait(ASK_EVERY_SECONDS)
            except subprocess.TimeoutExpired:
                waited += ASK_EVERY_SECONDS
            else:
                raise RuntimeError(f"The playground ended at its start:\n{self.log()}")
        return self

    def log(self) -> str:
        """Return what the server has printed so far."""
        if self._log is None:
            return ""
        # `pread` leaves the position alone, which the server's writes share.
        return os.pread(self._log.fileno(), 1 << 20, 0).decode(errors="replace")

    def stop(self) -> None:
        """End the server; safe to call twice."""
        end(self.process)
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
