"""The runs of a room, from its reveal to their end: who has which, and what each of them is told."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from ui.room.ask import Rates
from ui.room.messages import EndMessage
from ui.room.stack import RoomStack

SHOW_SECONDS: Final = 2.5
"""About how long the runs of a small problem are shown growing; large ones take what they take."""
MOST_NAMES: Final = 3
"""Nicknames that are shown of those who have the same rate."""


class Runs:
    """The runs that a room's learning rates became.

    Parameters
    ----------
    rates : Rates
        What was asked.
    answers : sequence of (float, str)
        Learning rate and nickname of each phone that sent one, at least one.
    clock : callable
        Monotonic time in seconds.

    Attributes
    ----------
    stack : RoomStack
    phones : list of int
        How many phones have each of the stack's rates.
    names : list of str
        Their nicknames.
    broken : bool
        Whether a step was broken off.
    """

    def __init__(
        self,
        rates: Rates,
        answers: Sequence[tuple[float, str]],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        have = Counter(eta for eta, _ in answers)
        names: dict[float, list[str]] = defaultdict(list)
        for eta, name in answers:
            if name:
                names[eta].append(name)
        self.stack = RoomStack(rates.experiment, sorted(have))
        self.phones = [have[eta] for eta in self.stack.etas]
        self.names = [", ".join(names[eta][:MOST_NAMES]) for eta in self.stack.etas]
        self.broken = False
        self._clock = clock
        self._since = clock()
        self._at_work = threading.Lock()

    def move(self, seconds: float) -> None:
        """Train on, no faster than one can see; nothing happens while another view's step does so.

        A step that was broken off has left numbers that are neither here nor there: all begin anew, and come
        to where they were, since they are the same to the bit.
        """
        # Never waits: the step that holds it may be held itself, until this one has ended.
        if not self._at_work.acquire(blocking=False):
            return
        try:
            if self.broken:
                self.stack, self.broken = RoomStack(self.stack.experiment, self.stack.etas), False
            share = (self._clock() - self._since) / SHOW_SECONDS
            epochs = self.stack.experiment.epochs
            self.stack.move(seconds, until=min(epochs, 1 + int(share * epochs)))
        finally:
            self._at_work.release()

    @property
    def learned(self) -> float:
        """Share of phones whose run learned."""
        ends = zip(self.stack.ends, self.phones, strict=True)
        return sum(count for end, count in ends if end and end.outcome == "learned") / sum(self.phones)

    def told(self) -> dict[float, EndMessage]:
        """Return what a phone is told at the end, by its learning rate."""
        winners = self.stack.winners()
        return {
            eta: EndMessage(outcome=end.outcome, text=end.text, first=True if run in winners else None)
            for run, (eta, end) in enumerate(zip(self.stack.etas, self.stack.ends, strict=True))
            if end is not None
        }
