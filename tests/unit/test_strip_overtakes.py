"""A changed sweep's first picture goes out before the page is drawn anew: when the script waits for it."""

from __future__ import annotations

import threading

import pytest

from nncore.experiment import Experiment
from ui.live.channel import PAINT_SECONDS, Channel, Registry
from ui.sweep import view as strip
from ui.sweep.modes import SweepRequest
from ui.sweep.player import StripPlayer

XOR = Experiment.default("XOR").replace(epochs=20)


class Answer(threading.Event):
    """Takes note of every wait, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return True


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel[StripPlayer]:
    opened = Registry().open(StripPlayer())
    opened.answered, opened.painted = Answer(), Answer()
    monkeypatch.setattr(strip, "strip_channel", lambda key: opened)
    return opened


def waits(channel: Channel[StripPlayer], request: SweepRequest) -> int:
    """Announce a request, let the sweep hear of it, and return how often the script has waited."""
    assert isinstance(channel.answered, Answer)
    channel.answered.waits.clear()
    strip.announce(request, key="learning_rate")
    channel.flush()
    return len(channel.answered.waits)


def test_a_script_waits_for_a_changed_sweep_that_somebody_watches(channel: Channel[StripPlayer]) -> None:
    assert waits(channel, SweepRequest(XOR)) == 0
    channel.open_viewer(lambda: None)
    assert waits(channel, SweepRequest(XOR)) == 0
    assert waits(channel, SweepRequest(XOR.replace(seed=5))) == 1
    assert isinstance(channel.answered, Answer)
    assert channel.answered.waits == [strip.OVERTAKE_SECONDS]
    assert isinstance(channel.painted, Answer)
    assert channel.painted.waits == [PAINT_SECONDS]


def test_nobody_waits_without_a_viewer_or_for_another_mode(channel: Channel[StripPlayer]) -> None:
    waits(channel, SweepRequest(XOR))
    assert waits(channel, SweepRequest(XOR.replace(seed=5))) == 0
    channel.open_viewer(lambda: None)
    assert waits(channel, SweepRequest(XOR, "race")) == 0
    assert waits(channel, SweepRequest(XOR, "race", race="schedule")) == 1
