"""Memory for what lasts no longer than a step, which all trainings of a thread use one after the other.

Of a wide network it is more than the network itself. Where many stand side by side and one moves at a time,
each having its own would be as if every cook in a kitchen brought a stove.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from nncore.arrays import Array, DTypeLike
from nncore.machinery import pieces

LEAST_SHARED = 2**14
"""Numbers that the largest array of a training has at least for its memory to be worth sharing."""


class Workspace(threading.local):
    """One thread's memory by purpose and number; it lasts as long as somebody shows it.

    Attributes
    ----------
    identity : object
        Another one as soon as memory was found too small and larger one has taken its place: whoever shows
        the old one had better take it anew.
    """

    def __init__(self) -> None:
        self.identity = object()
        self._made: dict[tuple[str, int, np.dtype], weakref.ref[Array]] = {}
        self._held: list[Array] | None = None

    def take(self, key: tuple[str, int], size: int, dtype: DTypeLike) -> Array:
        """Return an uninitialised vector: by the same purpose and number the same memory, if large enough."""
        place = *key, np.dtype(dtype)
        known = self._made.get(place)
        memory = known() if known is not None else None
        if memory is None or memory.size < size:
            if memory is not None:
                self.identity = object()
            memory = pieces.empty((size,), dtype)
            self._made[place] = weakref.ref(memory)
            if self._held is not None:
                self._held.append(memory)
        return memory[:size]

    def kept(self) -> list[Array]:
        """Return all that is there, which lasts as long as the list."""
        found = [known() for known in self._made.values()]
        return [memory for memory in found if memory is not None]

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let nothing go that is there or is made meanwhile, also what nobody shows for a moment.

        Else large memory makes place for small, which is found too small the next time, and so on for ever.
        """
        before, self._held = self._held, self.kept()
        try:
            yield
        finally:
            self._held = before


WORKSPACE = Workspace()


class Room:
    """Where the arrays of one pass lie: in memory of their own or, where a purpose is named, in the thread's.

    Two that are in use at the same time have different purposes.
    """

    def __init__(self, purpose: str = "") -> None:
        self._purpose, self._number = purpose, 0

    def take(self, size: int, dtype: DTypeLike) -> tuple[Array, bool]:
        """Return an uninitialised vector, and whether others write to it between two uses."""
        if not self._purpose:
            return pieces.empty((size,), dtype), False
        self._number += 1
        return WORKSPACE.take((self._purpose, self._number), size, dtype), True
