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
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from nncore.frameworks.libraries import LIBRARIES
from nncore.frameworks.messages import Answer, Cancel, Done, Epochs, Failed, Request, Started
from nncore.frameworks.recipe import MissingLibrary, Unsupported
from nncore.frameworks.running import CURVES, FrameworkRun, begin, epochs

REPORT_SECONDS = 0.1  # between two reports of a run
TURN_SECONDS = 0.2  # of training, before the next run has its turn
AT_ONCE = 8  # runs that take turns: each holds its data and its network
IDLE_SECONDS = 600.0  # without work the process ends and gives its memory back


class Desk:
    """What came in: requests in the order of their arrival, and jobs that nobody wants any more."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[Request] = queue.Queue()
        self.cancelled: set[int] = set()

    def listen(self, stream: BinaryIO) -> None:
        """Take requests until the other side goes away, then end the process at once."""
        while True:
            try:
                request: Request | Cancel = pickle.load(stream)
            except (EOFError, OSError, pickle.UnpicklingError):
                os._exit(0)
            match request:
                case Cancel(job):
                    self.cancelled.add(job)
                case Request():
                    self.jobs.put(request)

    def next(self, *, wait: bool) -> Request | None:
        """Take the oldest request; None where there is none, `wait` for some minutes."""
        try:
            return self.jobs.get(block=wait, timeout=IDLE_SECONDS)
        except queue.Empty:
            return None


class Reporter:
    """Sends what is new of a run, at most ten times a second."""

    def __init__(self, job: int, stream: BinaryIO) -> None:
        self._job = job
        self._stream = stream
        self._sent = 0
        self._next = 0.0

    def send(self, answer: Answer) -> None:
        """Send one message."""
        pickle.dump(answer, self._stream)
        self._stream.flush()

    def progress(self, run: FrameworkRun, *, shared: bool) -> None:
        """Send the epochs since the last report, and whether other runs take turns with this one."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + REPORT_SECONDS
        self.send(
            Epochs(
                self._job,
                curves={name: getattr(run, name)[self._sent :] for name in CURVES},
                shared=shared,
                version=run.version,
                ms_per_epoch=run.ms_per_epoch,
                start_cost=run.start_cost,
                first_step=[] if self._sent else run.first_step,
            )
        )
        self._sent = run.epochs


class Course:
    """One run, a turn at a time."""

    def __init__(self, request: Request, desk: Desk, stream: BinaryIO) -> None:
        self._job = request.job
        self._desk = desk
        self._reporter = Reporter(self._job, stream)
        self._training = self._train(request)
        self._shared = False

    def turn(self, *, shared: bool) -> bool:
        """Train on for a while and report; return whether there is more to do.

        Parameters
        ----------
        shared : bool
            Whether others wait for their turn.
        """
        self._shared = shared
        until = time.monotonic() + TURN_SECONDS
        try:
            for _ in self._training:
                if self._job in self._desk.cancelled:
                    self._reporter.send(Failed(self._job, ""))
                    break
                if time.monotonic() >= until:
                    return True
        except (MissingLibrary, Unsupported) as error:
            self._reporter.send(Failed(self._job, str(error)))
        except Exception as error:  # whatever a library raises must reach the page as a sentence
            self._reporter.send(Failed(self._job, f"{type(error).__name__}: {error}"))
        self._desk.cancelled.discard(self._job)
        return False

    def _train(self, request: Request) -> Iterator[None]:
        yield  # what was cancelled while it waited imports nothing
        self._reporter.send(Started(self._job))
        peer = LIBRARIES[request.library].load()(request.recipe, defaults=request.defaults)
        run = begin(request.recipe, peer, request.library)
        for _ in epochs(request.recipe, peer, run):
            self._reporter.progress(run, shared=self._shared)
            yield
        run.weights = peer.weights()
        self._reporter.send(Done(self._job, run))


def work(desk: Desk, stream: BinaryIO) -> None:
    """Let runs take turns until there has been nothing to do for a while."""
    courses: deque[Course] = deque()
    while True:
        while len(courses) < AT_ONCE and (request := desk.next(wait=not courses)) is not None:
            courses.append(Course(request, desk, stream))
        if not courses:
            return
        course = courses.popleft()
        if course.turn(shared=bool(courses)):
            courses.append(course)


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
