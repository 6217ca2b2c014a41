"""What one live view shows: which run, whether it plays, how fast, and the answers to its controls.

A `Player` is the performance of a channel. All of its methods run under the channel's lock, one thread at a
time; what it is asked to do comes as checked `Command`s.
"""

from __future__ import annotations

import copy
import itertools
import math
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from ui.live.channel import Seen, Slice
from ui.live.meta import facts, too_large
from ui.live.protocol import Command
from ui.live.record import RunRecord
from ui.live.replies import cell_answer, draw_answer, edited, has_neuron, neuron_answer
from ui.live.run import LiveRun

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.model import Model

WATCH_SECONDS: Final = 3.0
"""Time in which a whole run is shown at normal speed."""
LONGEST_PAUSE: Final = 0.1
"""A frame that comes later than this does not make the run jump: the tab was hidden, or the server busy."""
FRAME_SECONDS: Final = 1 / 30
"""Time between two frames, assumed for the first one."""
SMOOTHING: Final = 0.15
"""Weight of the latest time between two frames in the usual one."""
DRAG_SECONDS: Final = 0.06
"""Training time of a whole run that still follows a dragged learning rate."""
FIRST_SECONDS: Final = 0.01
"""Training time before the first frame of a new run, which shows its first epoch if that is done by then."""
MAX_SPEED_SHARE: Final = 1.5
"""Longer slices at full speed when nobody else waits: a frame lasts 33 ms, of which 15 would be too few."""
ANSWER_SECONDS: Final = 1 / 8
"""Least time between two renewed answers to a drawn digit or an opened neuron."""
PUSHED: Final = frozenset(
    {"play", "pause", "step", "restart", "speed", "eta", "lam", "seek", "point", "weight"}
)
"""Commands that are answered with a frame, whether or not the browser has asked for one."""

# How long a step and a multiplication are assumed to take, before a dragged run has been timed: a little too
# short, because trying once costs less than never following the hand.
_STEP_SECONDS: Final = 5e-5
_SECONDS_PER_PRODUCT: Final = 2e-9


class Player:
    """The performance of one live view.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._asked: tuple[Experiment, DataSet] | None = None
        self._shown: tuple[Experiment, DataSet] | None = None
        self._asked_plain = False
        self._asked_speed: str | None = None
        self._speed = "normal"
        self._panels: frozenset[str] = frozenset()
        self._repaint = False
        self._run: LiveRun | None = None
        self._state = "playing"
        self._finishing = False
        self._stepping: int | None = None
        self._due = 0.0
        self._last_pull: float | None = None
        self._interval = FRAME_SECONDS
        self._pace: tuple[tuple[int, ...], float] | None = None
        self._trouble: str | None = None
        self._edition = 0
        self._pixels: list[float] | None = None
        self._neuron: tuple[int, int] | None = None
        self._rows = "val"

    # -- what the channel asks for -------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """True while a pulled slice would move the run on."""
        return self._trouble is None and self._run is not None and self._state == "playing"

    @property
    def hurrying(self) -> bool:
        """True while a slice is due although the browser has not asked for one: a dragged run, a step."""
        return self._trouble is None and (self._finishing or self._stepping is not None)

    @property
    def edition(self) -> int:
        """Grows with every run and every trouble."""
        return self._edition

    def perform(
        self, commands: list[Command], *, seen: Seen | None, pull: bool, work: Slice
    ) -> list[dict[str, Any]]:
        """Obey, train for one slice, and describe what is new; see `Performance`."""
        hurried = self.hurrying
        answers = [answer for command in commands if (answer := self._obey(command)) is not None]
        run = self._run
        if seen is None:
            return []
        if run is None or self._trouble is not None:
            return answers + self._complaint(seen)
        fresh = seen.run != run.identity
        self._train(run, work, fresh=fresh, pull=pull)
        seen.edition = self._edition
        if self._finishing:
            return answers
        if fresh:
            seen.run, seen.epoch, seen.sent = run.identity, -1, {}
            meta = facts(run, small=self._is_small(run))
            answers.append({"t": "run", "run": run.identity, "meta": meta})
        asked = self._repaint or any(command.op in PUSHED for command in commands)
        self._repaint = False
        if fresh or pull or asked or hurried:
            answers.append(self._frame(run, seen, work, full=fresh or asked))
            answers += self._refreshed(run, seen, work)
        return answers

    def fail(self, sentence: str) -> None:
        """Stop the run: an error of ours happened while it was computed."""
        self._trouble = sentence
        self._edition += 1
        self._finishing, self._stepping = False, None

    def close(self) -> None:
        """Let go of the run; safe to call twice."""
        self._run = self._asked = self._shown = None
        self._finishing, self._stepping = False, None

    # -- what the page asks for ----------------------------------------------------------------------------

    def record(self) -> RunRecord:
        """Give the run on screen as it stands now."""
        return self._present().record()

    def data(self) -> DataSet:
        """Give the data of the run on screen."""
        return self._present().data

    def copy_network(self) -> Model:
        """Give a copy of the network with its present weights, whatever epoch is being looked back at."""
        return copy.deepcopy(self._present().training.network)

    def _present(self) -> LiveRun:
        if self._run is None:
            raise ValueError(
                self._trouble or "experiment must be shown before its run can be read; none was."
            )
        return self._run

    # -- training ------------------------------------------------------------------------------------------

    def _train(self, run: LiveRun, work: Slice, *, fresh: bool, pull: bool) -> None:
        if self._finishing:
            self._finish(run, work)
        elif self._stepping is not None:
            run.move(self._stepping, seconds=work.seconds, stale=work.stale)
            if run.progress >= self._stepping or run.over:
                self._stepping = None
        elif self._state == "playing" and (pull or fresh):
            self._play(run, work, fresh=fresh)
        self._settle_state(run)

    def _settle_state(self, run: LiveRun) -> None:
        if run.over and self._state in ("playing", "paused"):
            self._state = "overflow" if run.overflowed else "finished"

    def _finish(self, run: LiveRun, work: Slice) -> None:
        """Train a run to its end, for a dragged learning rate; when that takes too long, let it play instead.

        It is not cut short by the next move of the control: a hand that never rests would see nothing.
        """
        run.hurried = True
        left = DRAG_SECONDS / (1 + work.load) - run.seconds
        run.move(run.training.epochs, seconds=max(work.seconds, left), stale=lambda: False)
        if run.over or run.seconds >= DRAG_SECONDS:
            self._finishing = False
            self._pace = (self._pace_key(run), run.seconds / max(run.progress, 1e-9))

    def _play(self, run: LiveRun, work: Slice, *, fresh: bool) -> None:
        passed = self._between_frames()
        before = run.progress
        if fresh:
            run.move(
                self._ahead(run, FRAME_SECONDS, least=1.0),
                seconds=min(FIRST_SECONDS, work.seconds),
                stale=work.stale,
            )
            self._due = 0.0
            return
        at_once = self._speed == "max" and not work.load
        seconds = work.seconds * (MAX_SPEED_SHARE if at_once else 1.0)
        run.move(self._ahead(run, passed), seconds=seconds, stale=work.stale)
        # A run that cannot keep up owes no epochs: it would jump once the server is free.
        self._due = min(self._due - (run.progress - before), 0.0) if self._speed == "normal" else 0.0

    def _between_frames(self) -> float:
        """Give the usual time between two frames, in seconds.

        Smoothed, because the browser asks for two frames at once and then for none: with the bare times every
        other frame would stand still.
        """
        now = self._clock()
        if self._last_pull is not None:
            passed = min(now - self._last_pull, LONGEST_PAUSE)
            self._interval += SMOOTHING * (passed - self._interval)
        self._last_pull = now
        return self._interval

    def _ahead(self, run: LiveRun, passed: float, *, least: float = 0.0) -> float:
        """Give the epoch that this frame should reach, after so many seconds since the last one."""
        epochs = run.training.epochs
        if self._speed == "max":
            return float(epochs)
        if self._speed != "normal":
            return min(math.floor(run.progress) + float(self._speed), epochs)
        self._due += passed * epochs / WATCH_SECONDS
        return min(run.progress + max(self._due, least), epochs)

    def _frame(self, run: LiveRun, seen: Seen, work: Slice, *, full: bool) -> dict[str, Any]:
        last = run.over and "last" not in seen.sent
        if last:
            seen.sent["last"] = self._clock()
        return run.frame(seen, state=self._state, panels=self._panels, load=work.load, full=full or last)

    def _refreshed(self, run: LiveRun, seen: Seen, work: Slice) -> list[dict[str, Any]]:
        """Answer the drawn digit and the opened neuron again, since the weights have changed."""
        now = self._clock()
        if now - seen.sent.get("answers", -math.inf) < ANSWER_SECONDS * (1 + work.load / 4):
            return []
        seen.sent["answers"] = now
        answers = []
        if self._pixels is not None and run.data.image_shape is not None:
            answers.append(draw_answer(run, self._pixels))
        if self._neuron is not None:
            answers.append(neuron_answer(run, *self._neuron))
        return answers

    # -- starting runs -------------------------------------------------------------------------------------

    def _start(self, experiment: Experiment, data: DataSet) -> None:
        before = self._run
        self._edition += 1
        self._trouble = too_large(experiment, data)
        self._shown = (experiment, data)
        self._finishing, self._stepping = False, None
        self._due, self._last_pull = 0.0, None
        self._state = "playing"
        self._run = None
        if self._trouble is None:
            self._run = LiveRun(next(self._numbers), experiment, data, like=before, clock=self._clock)
            self._run.canvas.rows = self._rows
        # Its numbers are wanted of the next run, too: they are what a changed setting is tried out for.
        if self._neuron is not None and (self._run is None or not has_neuron(self._run, *self._neuron)):
            self._neuron = None

    def _is_small(self, run: LiveRun) -> bool:
        """Whether a whole run takes so little that it can follow a dragged control."""
        key = self._pace_key(run)
        if self._pace is not None and self._pace[0] == key:
            return self._pace[1] * run.training.epochs <= DRAG_SECONDS
        rows, batch = key[-2:]
        products = rows * sum((a + 1) * b for a, b in pairwise(key[:-2]))
        steps = math.ceil(rows / batch)
        epoch = steps * _STEP_SECONDS + products * _SECONDS_PER_PRODUCT
        return epoch * run.training.epochs <= DRAG_SECONDS

    @staticmethod
    def _pace_key(run: LiveRun) -> tuple[int, ...]:
        rows = len(run.data.X)
        return (*run.experiment.dimensions(run.data), rows, run.experiment.batch_size or rows)

    def _complaint(self, seen: Seen) -> list[dict[str, Any]]:
        """Tell a viewer once why there is nothing to see."""
        told = seen.edition == self._edition
        seen.edition = self._edition
        return [] if told or self._trouble is None else [{"t": "error", "message": self._trouble}]

    # -- commands ------------------------------------------------------------------------------------------

    def _obey(self, command: Command) -> dict[str, Any] | None:
        obey = getattr(self, f"_on_{command.op}")
        if command.op != "show" and self._shown is None:
            return None
        try:
            return obey(**command.args)
        except ValueError as error:
            return {"t": "error", "message": str(error)}

    def _on_show(
        self, experiment: Experiment, data: DataSet | None, panels: frozenset[str], speed: str
    ) -> None:
        """Point the channel at what the script shows; nothing happens when it is shown already.

        What was asked for last time is no news either: the view may be ahead of the script, since a learning
        rate is dragged over the socket and reaches the script later.
        """
        if panels != self._panels:
            self._panels, self._repaint = panels, True
            self._edition += 1
        if speed != self._asked_speed:
            self._asked_speed = self._speed = speed
        if data is None and self._asked_plain and self._asked is not None and self._asked[0] == experiment:
            return
        self._asked_plain = data is None
        wish = (experiment, experiment.dataset() if data is None else data)
        if _same(wish, self._asked) or _same(wish, self._shown):
            self._asked = wish
            return
        self._asked = wish
        self._start(*wish)

    def _on_play(self) -> None:
        if self._run is None or self._run.over:
            self._on_restart()
            return
        self._state, self._run.sought, self._last_pull = "playing", None, None

    def _on_pause(self) -> None:
        if self._state == "playing":
            self._state = "paused"

    def _on_step(self) -> None:
        run = self._run
        if run is None or run.over:
            return
        self._state, run.sought = "paused", None
        self._stepping = min(math.floor(run.progress) + 1, run.training.epochs)

    def _on_restart(self) -> None:
        assert self._shown is not None
        self._start(*self._shown)

    def _on_speed(self, value: str) -> None:
        self._speed = value
        self._due = 0.0

    def _on_eta(self, value: float, mode: str) -> None:
        self._change("eta", value, mode)

    def _on_lam(self, value: float, mode: str) -> None:
        self._change("lam", value, mode)

    def _change(self, name: str, value: float, mode: str) -> None:
        assert self._shown is not None
        experiment, data = self._shown
        changed = experiment.replace(**{name: value})
        run = self._run
        if mode == "live" and run is not None:
            if not run.over:
                setter = run.training.set_eta if name == "eta" else run.training.set_lam
                setter(getattr(changed, name))
            return
        small = mode == "drag" and run is not None and self._is_small(run)
        self._start(changed, data)
        self._finishing = small and self._run is not None

    def _on_seek(self, epoch: int) -> None:
        if self._run is None:
            return
        self._on_pause()
        self._run.seek(epoch)

    def _on_cell(self, row: int | None, col: int | None, rows: str = "val") -> dict[str, Any] | None:
        if self._run is None:
            return None
        self._repaint |= rows != self._rows
        self._rows = self._run.canvas.rows = rows
        return cell_answer(self._run, row, col)

    def _on_draw(self, pixels: list[float]) -> dict[str, Any] | None:
        if self._run is None or self._run.data.image_shape is None:
            return None
        self._pixels = pixels if any(pixels) else None
        return draw_answer(self._run, pixels)

    def _on_neuron(self, layer: int | None, index: int | None) -> dict[str, Any] | None:
        self._neuron = None
        if self._run is None or layer is None or index is None:
            return None
        answer = neuron_answer(self._run, layer, index)
        self._neuron = (layer, index)
        return answer

    def _on_weight(self, layer: int, row: int, column: int, *, value: float) -> None:
        if self._run is not None and self._run.sought is None:
            self._run.set_weight((layer, row, column), value)

    def _on_point(self, **edit: Any) -> None:
        assert self._shown is not None
        experiment = edited(self._shown[0], edit)
        self._start(experiment, experiment.dataset())


def _same(wish: tuple[Experiment, DataSet], other: tuple[Experiment, DataSet] | None) -> bool:
    return other is not None and wish[0] == other[0] and same_data(wish[1], other[1])


def same_data(one: DataSet, other: DataSet) -> bool:
    """Tell whether two data sets hold the same rows, the cheap way first."""
    if one is other:
        return True
    if (one.name, one.task, one.features) != (other.name, other.task, other.features):
        return False
    names = ("X", "t", "X_val", "t_val", "X_judge", "t_judge")
    return all(_equal(getattr(one, name), getattr(other, name)) for name in names)


def _equal(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if one is None or other is None or one.shape != other.shape:
        return False
    return bool((one == other).all())
