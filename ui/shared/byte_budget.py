"""One budget of bytes for all that visitors bring along: files on their way, files that wait, and tables.

It knows neither Streamlit nor what a table is. Whoever receives or keeps bytes says so here first, and is
refused in a sentence where the budget would be passed.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import tomllib
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ui.shared.machine import memory

MEGABYTE: Final = 10**6
SETTING: Final = "table_memory"
"""Its name in the file of settings."""
VARIABLE: Final = "PLAYGROUND_TABLE_MEMORY"
"""The environment variable that goes before the file."""
SETTINGS_FILE: Final = Path(__file__).resolve().parents[2] / ".streamlit" / "playground.toml"
SHARE: Final = 0.25
"""Share of the machine's memory where nothing was set."""
UNKNOWN_MACHINE: Final = 10**9
"""Bytes where the machine does not tell how much memory it has."""
MUCH: Final = MEGABYTE
"""Bytes that are worth a call of `Budget.freed`."""
_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kMG]?)B?\s*")
_UNITS: Final = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}


class BudgetError(Exception):
    """Why no more bytes can be taken, in a sentence."""


class Budget:
    """Bytes held by all visitors together.

    Parameters
    ----------
    total : int
        How many there may be.

    Attributes
    ----------
    elsewhere : callable
        Gives the bytes that somebody else keeps on the visitors' behalf.
    freed : callable
        Called when much has been given back, from any thread; must not wait.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.elsewhere: Callable[[], int] = lambda: 0
        self.freed: Callable[[], None] = lambda: None
        self._held = 0
        # A table may be collected, and so call `_give_back`, while this very thread is inside.
        self._lock = threading.RLock()

    @property
    def used(self) -> int:
        """Bytes held now."""
        return self._held + self.elsewhere()

    def require(self, size: int, what: str = "file") -> None:
        """Check that so many bytes more can be held.

        Parameters
        ----------
        size : int
            How many.
        what : str
            What they are, for the sentence.

        Raises
        ------
        BudgetError
            If they cannot.
        """
        if size > self.total:
            raise BudgetError(
                f"This {what} needs about {_words(size)} of memory; "
                f"all files and tables on this server may hold {_words(self.total)} together."
            )
        if self.used + size > self.total:
            raise BudgetError(
                f"The server's memory for files and tables is full: {_words(self.used)} of "
                f"{_words(self.total)} are in use and this {what} needs about {_words(size)}. "
                "Try again when other tabs have been closed, or take a smaller file."
            )

    @contextlib.contextmanager
    def hold(self, size: int = 0, what: str = "file") -> Iterator[Callable[[int], None]]:
        """Hold bytes for as long as the block lasts.

        Parameters
        ----------
        size : int
            How many at its beginning.
        what : str
            What they are, for the sentence.

        Yields
        ------
        callable
            Holds so many more.

        Raises
        ------
        BudgetError
            If there are not so many left; also from the callable.
        """
        held = 0

        def more(size: int) -> None:
            nonlocal held
            with self._lock:
                self.require(size, what)
                self._held += size
                held += size

        try:
            more(size)
            yield more
        finally:
            self._give_back(held)

    def keep(self, thing: object, size: int) -> None:
        """Count bytes for as long as an object lives; it is there already, so that nothing is refused."""
        with self._lock:
            self._held += size
        weakref.finalize(thing, self._give_back, size).atexit = False

    def _give_back(self, size: int) -> None:
        with self._lock:
            self._held -= size
        if size >= MUCH:
            self.freed()


def configured(environment: Mapping[str, str] = os.environ, file: Path = SETTINGS_FILE) -> int:
    """Return the budget that whoever hosts has set, or `SHARE` of the machine's memory.

    Raises
    ------
    ValueError
        If what was set is no size.
    """
    given = environment.get(VARIABLE) or _from_file(file)
    if given:
        return size_of(given, VARIABLE if environment.get(VARIABLE) else SETTING)
    found = memory()
    return UNKNOWN_MACHINE if found is None else int(SHARE * found.limit)


def size_of(text: str, name: str) -> int:
    """Read a size such as ``2GB`` or ``500 MB``, in bytes.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = _SIZE.fullmatch(text)
    size = int(float(found[1]) * _UNITS[found[2]]) if found else 0
    if size < MEGABYTE:
        raise ValueError(f"{name} must be a size of at least 1MB, such as 500MB or 2GB; {text!r} was given")
    return size


def _from_file(file: Path) -> str:
    if not file.is_file():
        return ""
    return str(tomllib.loads(file.read_text(encoding="utf-8")).get("limits", {}).get(SETTING, ""))


def _words(size: float) -> str:
    return f"{size / MEGABYTE:,.0f} MB"


@cache
def budget() -> Budget:
    """Give the one budget of this process."""
    return Budget(configured())
