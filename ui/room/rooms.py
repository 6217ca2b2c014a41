"""All rooms of this process by their codes, and who may try how many codes."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ui.live.websocket import RateLimit
from ui.room.ask import Ask
from ui.room.codes import ALPHABET, MOST_KEY, code_of, first_letters, new_key
from ui.room.room import GoneError, Room

MOST_ROOMS: Final = 50
WRONG_CODES: Final = (1.0, 60.0)
"""Different codes that lead nowhere, a second and at once, that one address may try. A class that waits for
its room to be opened again tries one code, however many phones it has."""
JOINS: Final = (150.0, 1500.0)
"""Connections, a second and at once, that one address may make: a class of 500 reloads in the same second."""
MOST_ADDRESSES: Final = 5000
"""Addresses remembered; the one not seen for longest gives way."""
PORTS: Final = "PLAYGROUND_REPLICAS"
"""Environment variable: ports of all replicas, in the proxy's order, such as `8502 8503`."""

Clock = Callable[[], float]


class RoomsFullError(ValueError):
    """A sentence: no more rooms can be opened."""


@dataclass
class Address:
    """What is remembered of one network address."""

    wrong: RateLimit
    joins: RateLimit
    tried: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)


class Doorkeeper:
    """Lets a whole class behind one address in, and nobody try all codes.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._addresses: OrderedDict[str, Address] = OrderedDict()

    def admit(self, address: str, code: str, *, exists: bool) -> None:
        """Count one connection.

        Raises
        ------
        GoneError
            `busy` when the address has made too many connections, or has tried too many codes and never been
            in this room; `unknown` when there is no such room.
        """
        known = self._at(address)
        if not known.joins.allow():
            raise GoneError("busy")
        if exists and (code in known.known or known.wrong.left >= 1.0):
            known.known.add(code)
            return
        if code not in known.tried and not known.wrong.allow():
            raise GoneError("busy")
        known.tried.add(code)
        raise GoneError("unknown")

    def _at(self, address: str) -> Address:
        known = self._addresses.pop(address, None)
        if known is None:
            known = Address(RateLimit(*WRONG_CODES, self._clock), RateLimit(*JOINS, self._clock))
        self._addresses[address] = known
        if len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return known


class Rooms:
    """The rooms of one process.

    Parameters
    ----------
    letters : str
        With which codes may begin here.
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(self, letters: str = ALPHABET, clock: Clock = time.monotonic) -> None:
        self.letters = letters
        self.doorkeeper = Doorkeeper(clock)
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rooms)

    def open(self, ask: Ask) -> tuple[Room, str]:
        """Open a room.

        Returns
        -------
        room : Room
        key : str
            The lecturer's: whoever shows it is let back in, and may open the same code on a restarted server.

        Raises
        ------
        RoomsFullError
            If there are too many.
        """
        while True:
            key = new_key()
            code = code_of(key)
            if code[0] in self.letters and self.find(code) is None:
                return self._add(code, ask), key

    def resume(self, key: str) -> Room | None:
        """Return the room that a key belongs to, or None where this server knows none."""
        return self.find(code_of(key[:MOST_KEY]))

    def reopen(self, key: str, ask: Ask) -> tuple[Room, str]:
        """Open the room of a key again, under the same code.

        Where another replica has taken over, to which no phone with that code would be sent, it is another
        code, with another key.
        """
        code = code_of(key[:MOST_KEY])
        if code[0] not in self.letters:
            return self.open(ask)
        return self.find(code) or self._add(code, ask), key

    def find(self, code: str) -> Room | None:
        """Return the open room of a code, or None."""
        self.prune()
        with self._lock:
            return self._rooms.get(code)

    def close(self, code: str) -> None:
        """Close a room and forget it; nothing where there is none."""
        with self._lock:
            room = self._rooms.pop(code, None)
        if room is not None:
            room.close()

    def prune(self) -> None:
        """Close the rooms that nobody has used for two hours."""
        with self._lock:
            dead = [code for code, room in self._rooms.items() if room.expired]
        for code in dead:
            self.close(code)

    def _add(self, code: str, ask: Ask) -> Room:
        with self._lock:
            if len(self._rooms) >= MOST_ROOMS:
                raise RoomsFullError(
                    f"There can be {MOST_ROOMS} rooms at the same time, and all are open; close one first."
                )
            return self._rooms.setdefault(code, Room(code, ask, clock=self._clock))


def ports_of_all() -> list[int]:
    """Return the ports of all replicas that the environment names; none where it names none, or nonsense."""
    words = os.environ.get(PORTS, "").split()
    return [int(word) for word in words] if all(word.isdigit() for word in words) else []


def rooms_here(port: int) -> Rooms:
    """Return the rooms of the replica that listens on a port."""
    return Rooms(first_letters(port, ports_of_all()))
