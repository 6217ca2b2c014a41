"""What a frame costs the server: ``python -m benchmarks frames``.

For each kind of problem: processor time of every part of a frame, of starting a run, of one epoch, and from
a restart, or a dragged learning rate, to the text of the new run's first frame, on the thread that does the
work. The first line is a control: a matrix product that changes only when the machine does.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from benchmarks import command
from nncore.experiment import Experiment
from ui.live.channel import Registry, Viewer, ViewerCursor
from ui.live.messages import FrameMessage
from ui.live.meta import facts
from ui.live.pictures import FRAME_PARTS, pictures
from ui.live.player import Player
from ui.live.problem import ShowRun
from ui.live.protocol import Eta, Restart, dump
from ui.live.run import LiveRun
from ui.live.slice_queue import SLICE_SECONDS
from ui.live.view import PANELS

PROBLEMS = ("XOR", "digits", "spiral", "sine")
FIRST_FRAME_GOALS = {"XOR": 8.0, "digits": 20.0}
"""Milliseconds from a restart to its first frame that leave room for the browser."""
ALL = frozenset(PANELS)


def spent(work: Callable[[], object], repeats: int) -> float:
    """Return the median processor time of `work` in ms; that of other programs does not count."""
    times = []
    for _ in range(repeats + 1):
        start = time.thread_time()
        work()
        times.append(1e3 * (time.thread_time() - start))
    return statistics.median(times[1:])


def control() -> Callable[[], object]:
    """Return a piece of work that has nothing to do with the playground."""
    matrix = np.random.default_rng(0).standard_normal((256, 256))
    return lambda: matrix @ matrix


def parts(experiment: Experiment, repeats: int) -> dict[str, float]:
    """Return the cost of each part of a frame and of the steps of a run, in ms by name."""
    data = experiment.dataset()
    run = LiveRun(1, experiment, data)
    run.training.advance(epochs=2)
    network = run.training.network

    def whole() -> FrameMessage:
        return run.frame(ViewerCursor(), state="playing", panels=ALL, load=0, full=True)

    costs = {
        "start a run": spent(lambda: LiveRun(1, experiment, data), repeats),
        "start it from the same weights": spent(lambda: LiveRun(1, experiment, data, like=run), repeats),
        "facts": spent(lambda: facts(run, small=True), repeats),
        "one epoch": spent(lambda: run.training.advance(epochs=1), min(repeats, experiment.epochs - 3)),
    }
    for name, (_panel, _interval, part) in FRAME_PARTS.items():
        if part(network, run.canvas) is not None:
            costs[name] = spent(partial(part, network, run.canvas), repeats)
    if data.task != "regression":
        costs["matrix"] = spent(run.matrix, repeats)
    if data.image_shape is not None:
        costs["mistakes"] = spent(lambda: pictures(network, run.canvas, None), repeats)
    costs["whole frame"] = spent(whole, repeats)
    frame = whole()
    costs["write it as text"] = spent(lambda: dump(frame), repeats)
    return costs


class Watched:
    """A channel with a viewer, worked by hand."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.channel = Registry().open(Player())
        self.channel.send(ShowRun(experiment, None, ALL, "normal"))
        self.viewer: Viewer = self.channel.open_viewer(lambda: None)
        self.answer()

    def answer(self) -> None:
        """Work until nothing is due any more."""
        while (turn := self.viewer.due()) is not None:
            self.viewer.produce(SLICE_SECONDS, 0, pull=turn.pull)

    def restart(self) -> None:
        """Ask for a restart and wait for the first frame."""
        self.channel.send(Restart())
        self.answer()

    def drag(self) -> None:
        """Move the learning rate by one step and wait for what is drawn."""
        self.experiment = self.experiment.replace(eta=self.experiment.eta * 1.01)
        self.channel.send(Eta(self.experiment.eta, "drag"))
        self.answer()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if a first frame takes longer than wanted."""
    parser = command("frames", __doc__)
    parser.add_argument("--repeats", type=int, default=20, help="measurements per line (default 20)")
    repeats = parser.parse_args(argv).repeats
    print("| problem | what | ms of processor time | wanted |\n|---|---|---|---|")
    print(f"| control | 256x256 matrix product | {spent(control(), repeats):.3f} | |")
    met = True
    for name in PROBLEMS:
        experiment = Experiment.default(name)
        costs = parts(experiment, repeats)
        watched = Watched(experiment)
        costs["restart to first frame"] = restart = spent(watched.restart, repeats)
        costs["dragged eta to its frame"] = spent(watched.drag, repeats)
        goal = FIRST_FRAME_GOALS.get(name)
        met = met and (goal is None or restart <= goal)
        for what, cost in costs.items():
            wanted = f"<= {goal:g}" if goal is not None and what == "restart to first frame" else ""
            print(f"| {name} | {what} | {cost:.3f} | {wanted} |")
    return 0 if met else 1
