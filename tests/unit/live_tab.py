"""A browser tab and its live channel, driven by hand: what the tests of the live view share."""

from __future__ import annotations

import json
from typing import Any

from nncore.data import DataSet
from nncore.experiment import Experiment
from ui.live.channel import Channel, Registry, Viewer
from ui.live.player import Player
from ui.live.problem import ShowRun
from ui.live.protocol import VERBS
from ui.live.run import LiveRun

ALL = frozenset(
    (
        "loss",
        "accuracy",
        "truth",
        "map",
        "network",
        "matrix",
        "mistakes",
        "filters",
        "pad",
        "fit",
        "residuals",
    )
)
XOR = Experiment.default("XOR")
DIGITS = Experiment.default("digits").replace(samples=200, epochs=20)
SPIRAL = Experiment.default("spiral").replace(epochs=6, samples=60)
SINE = Experiment.default("sine").replace(epochs=20)


class Clock:
    """Time that passes only when it is told to, and a little with every look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now = 100.0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


class Tab:
    """A browser tab and its channel, driven by hand."""

    def __init__(
        self,
        experiment: Experiment,
        *,
        data: DataSet | None = None,
        speed: str = "normal",
        tick: float = 0.0,
    ) -> None:
        self.clock = Clock(tick)
        self.player = Player(clock=self.clock)
        self.channel: Channel[Player] = Registry().open(self.player)
        self.viewer = self.connect()
        self.waiting = 0
        self.show(experiment, data=data, speed=speed)

    @property
    def run(self) -> LiveRun:
        """The run on screen."""
        assert self.player.run is not None
        return self.player.run

    def connect(self) -> Viewer:
        self.viewer = self.channel.open_viewer(lambda: None)
        return self.viewer

    def show(self, experiment: Experiment, *, data: DataSet | None = None, speed: str = "normal") -> None:
        """Do what a script run does."""
        self.channel.send(ShowRun(experiment, data, ALL, speed))

    def say(self, op: str, **args: Any) -> list[dict[str, Any]]:
        """Send one command and give the answers."""
        self.channel.send(VERBS[op](**args))
        return self.pushed()

    def pushed(self) -> list[dict[str, Any]]:
        """Give everything that comes without a credit."""
        messages: list[dict[str, Any]] = []
        while (turn := self.viewer.due()) is not None and not turn.pull:
            texts = self.viewer.produce(0.015, self.waiting, pull=False)
            messages += [json.loads(text) for text in texts]
        return messages

    def pull(self, *, after: float = 1 / 30) -> dict[str, Any] | None:
        """Ask for one frame, so many seconds after the last one."""
        self.clock.now += after
        self.viewer.credit()
        turn = self.viewer.due()
        if turn is None:
            return None
        messages = [json.loads(text) for text in self.viewer.produce(0.015, self.waiting, pull=turn.pull)]
        return next(message for message in messages if message["t"] == "frame")

    def watch(self, limit: int = 1000) -> list[dict[str, Any]]:
        """Pull until nothing moves any more."""
        frames = []
        while (frame := self.pull()) is not None:
            frames.append(frame)
            assert len(frames) < limit
        return frames

    def started(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give the facts and the first frame of a run that has just begun."""
        run, frame = self.pushed()
        assert (run["t"], frame["t"]) == ("run", "frame")
        return run, frame
