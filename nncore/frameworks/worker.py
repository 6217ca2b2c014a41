"""A process of its own in which a library trains recipes: `python -m nncore.frameworks.worker`.

Libraries such as TensorFlow take seconds to import, hundreds of megabytes, and settings that hold for a whole
process; here they disturb nobody, and are gone when the process is. Requests and answers are pickled objects
over standard input and output, written by :mod:`nncore.frameworks.workers` and by nobody else.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import time
from typing import Any, BinaryIO

from . import MissingLibrary, Unsupported, train_recipe
from .running import CURVES, FrameworkRun

REPORT_SECONDS = 0.1  # between two reports of a run
IDLE_SECONDS = 600.0  # without work the process ends and gives its memory back


class Desk:
    """What came in: jobs in the order of their arrival, and those nobody wants any more."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self.cancelled: set[int] = set()

    def listen(self, stream: BinaryIO) -> None:
        """Take requests until the other side goes away, then end the process at once."""
        while True:
            try:
                request = pickle.load(stream)
            except (EOFError, OSError, pickle.UnpicklingError):
                os._exit(0)
            if "cancel" in request:
                self.cancelled.add(request["cancel"])
            else:
                self.jobs.put(request)


class Reporter:
    """Sends what is new of a run, at most ten times a second."""

    def __init__(self, job: int, stream: BinaryIO) -> None:
        self._job = job
        self._stream = stream
        self._sent = 0
        self._next = 0.0

    def send(self, kind: str, **values: Any) -> None:
        """Send one message."""
        pickle.dump({"job": self._job, "kind": kind, **values}, self._stream)
        self._stream.flush()

    def progress(self, run: FrameworkRun) -> None:
        """Send the epochs since the last report."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + REPORT_SECONDS
        news = {name: getattr(run, name)[self._sent :] for name in CURVES}
        first = {"first_step": run.first_step, "start_cost": run.start_cost} if not self._sent else {}
        self.send("epochs", ms_per_epoch=run.ms_per_epoch, version=run.version, **news, **first)
        self._sent = run.epochs


def work(desk: Desk, stream: BinaryIO) -> None:
    """Do one job after the other until there has been nothing to do for a while."""
    while True:
        try:
            request = desk.jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        _do(request, desk, Reporter(request["job"], stream))


def _do(request: dict[str, Any], desk: Desk, reporter: Reporter) -> None:
    job = request["job"]
    if job in desk.cancelled:
        reporter.send("failed", message="")
        return
    reporter.send("started")
    try:
        run = train_recipe(
            request["recipe"],
            request["library"],
            defaults=request["defaults"],
            progress=reporter.progress,
            should_stop=lambda: job in desk.cancelled,
        )
    except (MissingLibrary, Unsupported) as error:
        reporter.send("failed", message=str(error))
    except Exception as error:  # whatever a library raises must reach the page as a sentence
        reporter.send("failed", message=f"{type(error).__name__}: {error}")
    else:
        reporter.send("done", run=run)
    desk.cancelled.discard(job)


def main() -> None:
    """Work until the other side goes away."""
    if hasattr(os, "nice"):
        os.nice(5)  # whoever is looked at trains first
    # Libraries print; what they print must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    desk = Desk()
    threading.Thread(target=desk.listen, args=(sys.stdin.buffer,), daemon=True).start()
    work(desk, answers)


if __name__ == "__main__":
    main()
