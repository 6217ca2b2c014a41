"""Large tables are read in a process of their own, behind everything else, so that nobody's frames wait.

Reading is Python's work: here it would share one interpreter with all runs. What the process took beyond the
table itself goes back to the system with its end.
"""

from __future__ import annotations

import importlib
import math
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, Final

from nncore.machinery.pieces import aside
from ui.tables import table as here
from ui.tables.pieces import MEGABYTE
from ui.tables.reading import Reading
from ui.tables.table import Progress, Table, refuse_too_large
from ui.tables.words import TableError

LARGE_BYTES: Final = 3 * MEGABYTE
"""Files above this take longer to be read than a process takes to start."""
LONG_LINE: Final = 2000
"""And so may files with a line above this: patterns by which cells, separators and headers are known take up
to the square of a line's length, in one piece, in which no other thread runs."""
LONGEST_SECONDS: Final = 60
SECONDS_A_MEGABYTE: Final = 2
"""`LONGEST_SECONDS` and `SECONDS_A_MEGABYTE`: processor time after which the process is ended. A table takes
half a second a megabyte."""
NICE: Final = 10
_TOO_LONG: Final = getattr(signal, "SIGXCPU", 0)
_ROOT: Final = Path(__file__).resolve().parents[2]

Told = tuple[float, str] | TableError | Table
"""What the process says: how far it is, why it cannot, or the table."""


def read_table(
    content: bytes, *, name: str = "", reading: Reading | None = None, progress: Progress | None = None
) -> Table:
    """Read a file as `ui.tables.read_table` does, one that may take long in a process of its own.

    Parameters
    ----------
    content : bytes
        The whole file.
    name, reading, progress
        As there; an exception out of `progress` ends the reading.

    Raises
    ------
    TableError
        As there, and where it takes far longer than any table should.
    RuntimeError
        When the process has ended before the table was read.
    """
    refuse_too_large(len(content), name)
    if len(content) <= LARGE_BYTES and longest_line(content) <= LONG_LINE:
        return here.read_table(content, name=name, reading=reading, progress=progress)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(_ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.tables.aside", str(most_seconds(len(content)))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    try:
        with aside():
            return _listen(process, (content, name, reading), progress)
    except _EndedError as error:
        if process.wait() != -_TOO_LONG:
            raise
        raise TableError(
            f"“{name}” could not be read within {most_seconds(len(content)):,} seconds of computing, many "
            "times what a table of its size takes. Export it again, as CSV with short lines."
        ) from error
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            # What could not be sent any more makes closing fail as well.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def longest_line(content: bytes) -> int:
    """Return the length of the longest line, in bytes."""
    return max(map(len, content.replace(b"\r", b"\n").split(b"\n")))


def most_seconds(size: int) -> int:
    """Return the processor time that a file of so many bytes may take."""
    return LONGEST_SECONDS + SECONDS_A_MEGABYTE * size // MEGABYTE


class _EndedError(RuntimeError):
    """The process has ended before it was done."""


def _listen(process: subprocess.Popen[bytes], request: object, progress: Progress | None) -> Table:
    assert process.stdin is not None
    assert process.stdout is not None
    # A process that has ended is found out by what does not come.
    with suppress(OSError):
        pickle.dump(request, process.stdin)
        process.stdin.flush()
    while True:
        match _next(process.stdout):
            case Table() as table:
                return table
            case TableError() as refusal:
                raise refusal
            case share, sentence if progress is not None:
                progress(share, sentence)


def _next(answers: IO[bytes]) -> Told:
    try:
        told: Told = pickle.load(answers)
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise _EndedError("The process that read a table has ended before it was done.") from error
    return told


def answer(requests: BinaryIO, answers: BinaryIO) -> None:
    """Read the one file that is asked for, and tell how it goes."""
    content, name, reading = pickle.load(requests)

    def tell(told: Told) -> None:
        pickle.dump(told, answers)
        answers.flush()

    try:
        table = here.read_table(
            content, name=name, reading=reading, progress=lambda share, sentence: tell((share, sentence))
        )
    except TableError as error:
        tell(error)
    else:
        tell(table)


def _end_after(seconds: int) -> None:
    """Have this process ended by the system after so much processor time more; not on Windows."""
    if os.name == "posix":
        resource = importlib.import_module("resource")
        used = math.ceil(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def main() -> None:
    """Be the process."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    _end_after(int(sys.argv[1]))
    # What libraries print must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answer(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
