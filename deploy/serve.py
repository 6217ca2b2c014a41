"""Several replicas and an nginx before them, on one machine: ``make serve REPLICAS=4``.

One Python process computes on one core. Here each of several does, and an nginx brings every browser back to
the one that knows it. A replica that ends is started again; Ctrl-C ends all.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from deploy.proxy import Site, alone

ROOT: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.2
"""Time between two looks whether all processes live."""
LONGEST_PAUSE: Final = 30.0
"""Seconds between two starts of a replica that ends again and again."""
MOST_STARTS: Final = 3
"""Starts that a replica may need at the very beginning, before all is given up."""
NO_NGINX: Final = (
    "No nginx was found, which brings every browser back to its own replica. Debian and Ubuntu have it in "
    "the package nginx-light (sudo apt-get install nginx-light); `make run` serves from one process without."
)


class ServeError(Exception):
    """Why nothing can be served, in a sentence."""


def find_nginx() -> str:
    """Give the path of an nginx, which ordinary users often do not have on theirs; `ServeError` if there is
    none.
    """
    folders = (os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")
    found = shutil.which("nginx", path=os.pathsep.join(folders))
    if found is None:
        raise ServeError(NO_NGINX)
    return found


def free_ports(count: int) -> list[int]:
    """Give so many different ports of the loopback address on which nobody listens at this moment."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@dataclass
class Replica:
    """One process of the playground, on a loopback port of its own that it keeps when it is started again."""

    port: int
    """Where it listens."""
    base: str = ""
    """Sub-path, or empty."""
    options: tuple[str, ...] = ()
    """Further options of ``streamlit run``."""
    ports: tuple[int, ...] = ()
    """Of all replicas behind the proxy, in its order: the codes of rooms begin accordingly."""
    starts: int = field(default=0, init=False)
    """Starts since it was last seen to answer."""
    due: float = field(default=0.0, init=False)
    """Earliest time of its next start."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def command(self) -> list[str]:
        """What starts it."""
        command = [sys.executable, "-m", "streamlit", "run", "playground.py", "--server.headless", "true"]
        command += ["--logger.hideWelcomeMessage", "true"]  # it would name the replica's own port
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        return [*command, "--server.baseUrlPath", self.base.strip("/"), *self.options]

    def start(self) -> None:
        """Start the process, without waiting until it answers."""
        self.starts += 1
        self.due = time.monotonic() + min(2.0**self.starts, LONGEST_PAUSE)
        self.process = start(self.command, PLAYGROUND_REPLICAS=" ".join(map(str, self.ports)))

    def look(self) -> bool:
        """Tell whether it answers; start it again if it has ended, ever later if it never answers."""
        if self.process is not None and not self.alive and time.monotonic() >= self.due:
            code = self.process.returncode
            say(f"The replica on port {self.port} has ended ({code}) and is started again.")
            self.start()
        if self.starts and self.healthy():
            self.starts = 0
        return not self.starts

    def healthy(self) -> bool:
        """Ask it."""
        url = f"http://{self.address}{self.base}/_stcore/health"
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def start(command: Sequence[str], **more: str) -> subprocess.Popen[bytes]:
    """Start a process that a Ctrl-C in the terminal reaches only through us, so that all end in order."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, env=os.environ | more)


def end(process: subprocess.Popen[bytes] | None) -> None:
    """End a process, first with a request; safe to call twice."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def say(text: str) -> None:
    """Print a line for whoever watches the terminal."""
    print(text, flush=True)


@contextlib.contextmanager
def running(replicas: Sequence[Replica]) -> Iterator[None]:
    """Start all replicas, wait until each answers, and end them afterwards.

    Raises `ServeError` if one does not answer in time.
    """
    try:
        for replica in replicas:
            replica.start()
        until = time.monotonic() + START_SECONDS
        while not all([replica.look() for replica in replicas]):
            if any(replica.starts > MOST_STARTS for replica in replicas):
                raise ServeError(f"A replica ended {MOST_STARTS} times before it answered.")
            if time.monotonic() > until:
                raise ServeError(f"The replicas did not answer within {START_SECONDS:g} s.")
            time.sleep(LOOK_SECONDS)
        yield
    finally:
        for replica in replicas:
            if replica.alive and replica.process is not None:
                replica.process.terminate()
        for replica in replicas:
            end(replica.process)


@contextlib.contextmanager
def proxy(nginx: str, site: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run an nginx of our own with `site` in its ``http`` block, and end it afterwards.

    Raises `ServeError` if it ends instead of listening, for instance where another program has the port.
    """
    with tempfile.TemporaryDirectory(prefix="playground-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # started by root, its workers are somebody else
        settings = folder / "nginx.conf"
        settings.write_text(alone(site, folder, descriptors=descriptors()), encoding="utf-8")
        process = start([nginx, "-e", "stderr", "-c", str(settings), "-g", "daemon off;"])
        try:
            # It writes its number down once it listens.
            while not (folder / "nginx.pid").exists():
                if process.poll() is not None:
                    raise ServeError(
                        f"nginx could not start ({process.returncode}); its reason stands above."
                    )
                time.sleep(LOOK_SECONDS)
            yield process
        finally:
            end(process)


def descriptors() -> int:
    """Give how many files and sockets one process may hold; 4096 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 4096
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)


def serve(site: Site, replicas: Sequence[Replica]) -> None:
    """Serve until interrupted.

    Raises `ServeError` if nginx is missing or ends, or a replica does not come up.
    """
    nginx = find_nginx()
    with running(replicas), proxy(nginx, site.text()) as front:
        where = f"http://{site.address}:{site.port}{site.base}/"
        say(f"{len(replicas)} replicas serve {where} (Ctrl-C ends them)")
        while front.poll() is None:
            for replica in replicas:
                replica.look()
            time.sleep(LOOK_SECONDS)
        raise ServeError(f"nginx has ended ({front.returncode}); its reason stands above.")


def interrupted(_number: int, _frame: FrameType | None) -> None:
    """Treat any request to end like Ctrl-C."""
    raise KeyboardInterrupt


def parser() -> argparse.ArgumentParser:
    """Give the parser of this command's line."""
    cores = os.cpu_count() or 1
    found = argparse.ArgumentParser(prog="python -m deploy.serve", description=__doc__)
    found.add_argument("--replicas", type=int, default=cores, help=f"how many (default: one a core, {cores})")
    found.add_argument("--port", type=int, default=8501, help="public port (default: 8501)")
    found.add_argument("--address", default="0.0.0.0", help="where to listen (default: 0.0.0.0, everywhere)")
    found.add_argument("--base", default="", help="sub-path such as /nn (default: none)")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve what the command line asks for."""
    line = parser()
    asked = line.parse_args(arguments)
    ports = tuple(free_ports(max(asked.replicas, 0)))
    replicas = [Replica(port, asked.base, ports=ports) for port in ports]
    try:
        addresses = tuple(replica.address for replica in replicas)
        site = Site(addresses, port=asked.port, address=asked.address, base=asked.base)
    except ValueError as error:
        line.error(str(error))
    for name in ("SIGTERM", "SIGHUP"):  # asked to end, or the terminal was closed
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupted)
    try:
        serve(site, replicas)
    except ServeError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        say("All have ended.")


if __name__ == "__main__":
    main()
