"""Judging in a process of its own, which can be looked at while it goes on, and stopped.

One process at a time judges for everybody; the others wait. It ends with its work, when it is cancelled, or
when nobody has looked at it for a while: a tab that was closed does not look.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ui.tables.judge_models import Finding, Importance, Judged, Progress, Work

UNSEEN_SECONDS: Final = 120.0
"""A tab in the background looks about once a minute."""
_ROOT: Final = Path(__file__).resolve().parents[2]
_ONE_THREAD: Final = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
_ASK_SECONDS: Final = 1.0


class _Line:
    """Those who wait in the order of their arrival; the first one is at work."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._jobs: list[object] = []

    @contextmanager
    def place(self, job: object) -> Iterator[None]:
        """Stand in the line for as long as this lasts."""
        with self._moved:
            self._jobs.append(job)
        try:
            yield
        finally:
            with self._moved:
                self._jobs.remove(job)
                self._moved.notify_all()

    def wait_as_first(self, job: object) -> bool:
        """Return whether it is this one's turn, after at most `_ASK_SECONDS`."""
        with self._moved:
            return self._moved.wait_for(lambda: self._jobs[0] is job, timeout=_ASK_SECONDS)


_LINE: Final = _Line()


class JudgeJob:
    """One piece of work, as far as it has come.

    Parameters
    ----------
    work : Work

    Attributes
    ----------
    state : str
        "waiting", "running", "done", "failed" or "cancelled".
    message : str
        Why it failed, one sentence.
    progress : Progress
    judged : list of Judged
    importance : list of Importance
    """

    def __init__(self, work: Work) -> None:
        self.state = "waiting"
        self.message = ""
        self.progress = Progress(0.0, "Waiting for its turn")
        self.judged: list[Judged] = []
        self.importance: list[Importance] = []
        self.ended = threading.Event()
        self._seen = time.monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        threading.Thread(target=self._run, args=(work,), daemon=True, name="judge").start()

    @property
    def active(self) -> bool:
        """Whether something may still arrive."""
        return self.state in ("waiting", "running")

    def look(self) -> None:
        """Say that somebody still waits for it."""
        self._seen = time.monotonic()

    def cancel(self) -> None:
        """Stop it, now or before it starts; doing so twice is safe."""
        self._end("cancelled")
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _end(self, state: str, message: str = "") -> None:
        # Only with the lock: whoever starts the process says "running" next, and would undo a cancel.
        with self._lock:
            if self.active:
                self.state, self.message = state, message
            self.ended.set()

    @property
    def _forgotten(self) -> bool:
        return time.monotonic() - self._seen > UNSEEN_SECONDS

    def _run(self, work: Work) -> None:
        try:
            with _LINE.place(self):
                while self.active and not _LINE.wait_as_first(self):
                    if self._forgotten:
                        self.cancel()
                self._judge(work)
        except Exception as error:  # whatever it is must reach the page: a job left running would never end
            self._end("failed", f"{type(error).__name__}: {error}")

    def _judge(self, work: Work) -> None:
        with self._lock:
            if not self.active:
                return
            self._process = process = self._start()
            self.state = "running"
        threading.Thread(target=self._watch, args=(process,), daemon=True, name="judge-watch").start()
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            try:
                pickle.dump(work, process.stdin)
                process.stdin.close()
                self._listen(process.stdout)
            except OSError:
                self._end("failed", "The process that judged has ended; start it again.")
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "ui.tables.judge_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD, "PYTHONPATH": str(_ROOT)},
        )

    def _listen(self, stream: IO[bytes]) -> None:
        try:
            while True:
                finding: Finding = pickle.load(stream)
                self._take(finding)
        except (EOFError, pickle.UnpicklingError):
            done = self.progress.share == 1.0
            self._end(
                "done" if done else "failed", "" if done else "The process that judged ended too early."
            )

    def _take(self, finding: Finding) -> None:
        match finding:
            case Progress():
                self.progress = finding
            case Judged():
                self.judged.append(finding)
            case Importance():
                self.importance.append(finding)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while not self.ended.wait(1.0):
            if self._forgotten:
                self.cancel()
        if self.state != "done":
            process.kill()
