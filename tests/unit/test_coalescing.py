"""Of many commands that came at once: what begins a run counts, what a replaced one was told does not."""

from __future__ import annotations

from ui.live import protocol
from ui.live.coalescing import coalesced, starts


def shape(by: int) -> protocol.Shape:
    return protocol.Shape(layer=1, by=by, keep=1)


def test_every_plus_and_minus_counts_also_before_a_restart() -> None:
    commands: list[protocol.Command] = [shape(1), shape(1), shape(-1), protocol.Restart()]
    assert coalesced(commands, starts) == commands


def test_what_was_said_to_a_run_that_is_replaced_is_forgotten() -> None:
    assert coalesced([protocol.Play(), protocol.More(epochs=10), shape(1), protocol.Pause()], starts) == [
        shape(1),
        protocol.Pause(),
    ]
