"""Runs of other libraries in processes of their own, which can be looked at while they go on, and stopped.

Nothing here knows Streamlit. A job's threads end with it: the process ends with this one, or after ten
minutes without work.
"""

from __future__ import annotations

import itertools
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from nncore import checks
from nncore.frameworks.messages import Answer, Cancel, Done, Epochs, Failed, Request, Started
from nncore.frameworks.own import NNCORE, train_own
from nncore.frameworks.recipe import Recipe
from nncore.frameworks.running import FrameworkRun

GROUPS = {"pytorch": "torch", "keras": "tensorflow", "tensorflow": "tensorflow", "sklearn": "sklearn"}
"""Which process trains which library: Keras and TensorFlow share theirs, since they share their memory."""

_ROOT = Path(__file__).resolve().parents[2]
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1"
)
ACTIVE = ("waiting", "running")
Turn = Callable[[], AbstractContextManager[None]]


class Job:
    """One run in another process (or thread), as far as it has come.

    Attributes
    ----------
    library : str
        Key of the library.
    run : FrameworkRun
        What has arrived so far; the very object grows, so take `len` first and read below it.
    state : str
        "waiting", "running", "done", "failed" or "cancelled".
    message : str
        Why it failed, one sentence.
    shared : bool
        Whether it takes turns with other runs of its process.
    """

    def __init__(self, library: str) -> None:
        self.library = library
        self.run = FrameworkRun(library)
        self.state = "waiting"
        self.message = ""
        self.shared = False
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._on_cancel: list[Callable[[], None]] = []

    @property
    def active(self) -> bool:
        """Whether something may still arrive."""
        return self.state in ACTIVE

    @property
    def wanted(self) -> bool:
        """Whether nobody has cancelled it."""
        return self.state != "cancelled"

    def cancel(self) -> None:
        """Stop it, now or before it starts; doing so twice is safe."""
        if self._turn("cancelled"):
            self.ended.set()
            for stop in self._on_cancel:
                stop()

    def end(self, state: str, message: str = "") -> None:
        """Note how it ended, unless it was cancelled before."""
        self._turn(state, message)
        self.ended.set()

    def _turn(self, state: str, message: str = "") -> bool:
        """Come to a state, unless it has ended; return whether it had not."""
        # One at a time: an answer of the process may come in the moment of a cancel, and would undo it.
        with self._lock:
            active = self.active
            if active:
                self.state, self.message = state, message
            return active

    def receive(self, answer: Answer) -> None:
        """Take over what the process reports."""
        if not self.wanted:
            return
        match answer:
            case Started():
                self._turn("running")
            case Epochs():
                self.shared = answer.shared
                for name, values in answer.curves.items():
                    getattr(self.run, name).extend(values)
                self.run.version, self.run.ms_per_epoch = answer.version, answer.ms_per_epoch
                self.run.start_cost = answer.start_cost
                self.run.first_step = answer.first_step or self.run.first_step
            case Done(run=run):
                self.run = run
                self.end("done")
            case Failed(sentence=sentence):
                self.end("failed", sentence)


class Worker:
    """One process and the jobs that it was given; started when there is work."""

    def __init__(self, command: tuple[str, ...] = ("-m", "nncore.frameworks.worker")) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count()

    def submit(self, recipe: Recipe, library: str, *, defaults: bool) -> Job:
        """Queue a run; arguments as those of `Workshop.submit`."""
        job, number = Job(library), next(self._numbers)
        request = Request(number, recipe, library, defaults)
        job._on_cancel.append(lambda: self._send(Cancel(number), start=False))
        with self._lock:
            self._jobs[number] = job
        self._send(request, start=True)
        return job

    def close(self) -> None:
        """End the process; what it was doing counts as failed."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    @property
    def alive(self) -> bool:
        """Whether there is a process now."""
        return self._process is not None and self._process.poll() is None

    def _send(self, request: Request | Cancel, *, start: bool) -> None:
        with self._lock:
            # A process that ended for want of work may still look alive: then the pipe is broken, once.
            for _ in range(2):
                if not self.alive:
                    if not start:
                        return
                    self._start()
                try:
                    assert self._process is not None
                    assert self._process.stdin is not None
                    pickle.dump(request, self._process.stdin)
                    self._process.stdin.flush()
                    return
                except OSError:
                    self._process = None

    def _start(self) -> None:
        environment = {**os.environ, **_ONE_THREAD, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(_ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        try:
            while True:
                answer: Answer = pickle.load(process.stdout)
                job = self._jobs.get(answer.job)
                if job is None:
                    continue
                job.receive(answer)
                if isinstance(answer, Done | Failed):
                    self._jobs.pop(answer.job, None)
        except (EOFError, OSError, pickle.UnpicklingError):
            process.wait()
            self._fail_all(process)
            for pipe in (process.stdin, process.stdout):
                # What could not be sent any more makes closing fail as well.
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()

    def _fail_all(self, process: subprocess.Popen[bytes]) -> None:
        """The process ended: jobs that it still had will never come."""
        with self._lock:
            if self._process is not None and self._process is not process:
                return
            self._process = None
            lost, self._jobs = self._jobs, {}
        for job in lost.values():
            job.end("failed", "The process in which it ran has ended; press Run again.")


class Workshop:
    """All processes of a server, one for each group of libraries, shared by all who compare."""

    def __init__(self) -> None:
        self._workers = {group: Worker() for group in sorted(set(GROUPS.values()))}

    def submit(
        self, recipe: Recipe, library: str, *, defaults: bool = False, turn: Turn = nullcontext
    ) -> Job:
        """Queue a run of a library, or of nncore itself, which trains in a thread.

        Parameters
        ----------
        recipe : Recipe
            What to train.
        library : str
            In what.
        defaults : bool
            Whether with the library's own defaults.
        turn : callable
            Gives the block within which nncore's own run trains: where others share the processor, it waits
            there until it may.

        Raises
        ------
        ValueError
            If there is no such library.
        """
        if library == NNCORE:
            return _own_job(recipe, turn)
        checks.choice("library", library, (*GROUPS, NNCORE))
        return self._workers[GROUPS[library]].submit(recipe, library, defaults=defaults)

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers.values():
            worker.close()


def _own_job(recipe: Recipe, turn: Turn) -> Job:
    job = Job(NNCORE)

    def progress(run: FrameworkRun) -> None:
        job.run = run

    def work() -> None:
        try:
            with turn():
                job.run = train_own(recipe, progress=progress, should_stop=lambda: not job.wanted)
        except ValueError as error:
            job.end("failed", str(error))
        except Exception as error:  # whatever it is must reach the page: a job left running would never end
            job.end("failed", f"{type(error).__name__}: {error}")
        else:
            job.end("done")

    # Before the thread starts: it might come after a `cancel`, and undo it.
    job.state = "running"
    threading.Thread(target=work, daemon=True, name="nncore-own").start()
    return job
