"""A changed sweep's first picture goes out before the page is drawn anew: when the script waits for it."""

from __future__ import annotations

import json
import threading

import pytest

from nncore.experiment import Experiment
from ui.live.channel import PAINT_SECONDS, Channel, Registry
from ui.live.slice_queue import Unwanted
from ui.sweep import view as strip
from ui.sweep.modes import Job, SweepRequest
from ui.sweep.player import ShowSweep, StripPlayer

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


def told(channel: Channel[StripPlayer]) -> list[dict]:
    """What the browser is told by one slice."""
    viewer = channel.open_viewer(lambda: None)
    return [json.loads(text) for text in viewer.produce(0.015, 0, pull=False)]


def test_a_sweep_whose_step_was_broken_off_begins_anew(
    channel: Channel[StripPlayer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_args: object, **_choices: object) -> None:
        raise Unwanted

    for step in ("__init__", "begin"):
        channel.send(ShowSweep(SweepRequest(XOR.replace(seed=len(step)))))
        with monkeypatch.context() as patched:
            patched.setattr(Job, step, broken_off)
            assert told(channel) == []
        # The same sweep is asked for again, as at every run of the script.
        channel.send(ShowSweep(SweepRequest(XOR.replace(seed=len(step)))))
        kinds = [message["t"] for message in told(channel)]
        assert kinds[0] == "job"
        assert "strip" in kinds


def test_only_another_sweep_makes_a_step_useless(channel: Channel[StripPlayer]) -> None:
    waits(channel, SweepRequest(XOR))
    channel.send(ShowSweep(SweepRequest(XOR)))
    assert not channel.outdated
    channel.send(ShowSweep(SweepRequest(XOR.replace(seed=3))))
    assert channel.outdated


def test_a_sweep_that_others_slow_down_says_so(channel: Channel[StripPlayer]) -> None:
    channel.share = 0.3
    channel.send(ShowSweep(SweepRequest(XOR.replace(epochs=10_000))))
    texts = [message["text"] for _ in range(20) for message in told(channel) if message["t"] == "tick"]
    assert texts[-1].endswith("others are at work: it gets 30% of the time")
    assert "others" not in texts[0]
