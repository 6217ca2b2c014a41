"""What one live view shows: which run, whether it plays, how fast, and the answers to its controls.

A `Player` is the source of a channel. All of its methods run under the channel's lock, one thread at a time;
what it is asked to do comes as checked `Command`s.
"""

from __future__ import annotations

import copy
import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from nncore.estimate import estimate
from nncore.experiment.field_kinds import Whole
from nncore.experiment.fields import FIELDS
from ui.live import protocol
from ui.live.channel import Slice, ViewerCursor
from ui.live.coalescing import PUSHED, settled, starts
from ui.live.edits import edited, reshaped
from ui.live.messages import FrameMessage, NeuronMessage, RunMessage
from ui.live.meta import facts, too_large
from ui.live.problem import Problem, ShowRun
from ui.live.protocol import Command, ErrorMessage, Message
from ui.live.record import RunRecord
from ui.live.replies import cell_answer, draw_answer, has_neuron, neuron_answer
from ui.live.run import LiveRun

if TYPE_CHECKING:
    from nncore.data import DataSet
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
MAX_SPEED_SHARE: Final = 0.45
"""Part of the time between two frames that is trained at full speed: what is left makes and sends the frame,
so that the browser never waits for one, however fast it draws."""
SLOWED: Final = 0.7
"""Part of the time from which on a view is told that others are at work."""
ANSWER_SECONDS: Final = 1 / 8
"""Least time between two renewed answers to a drawn digit or an opened neuron."""


class Player:
    """The source of one live view.

    Parameters
    ----------
    clock : callable
        Monotonic time in seconds.

    Attributes
    ----------
    run : LiveRun or None
        The run on screen.
    speed : str
        Epochs a frame, `normal` or `max`.
    revision : int
        Grows with every run and every trouble.
    """

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._asked: Problem | None = None
        self._shown: Problem | None = None
        self._asked_plain = False
        self._asked_speed: str | None = None
        self.speed = "normal"
        self._panels: frozenset[str] = frozenset()
        self._repaint = False
        self.run: LiveRun | None = None
        self._state = "playing"
        self._held = ""
        self._holding = False
        self._finishing = False
        self._stepping: int | None = None
        self._due = 0.0
        self._last_pull: float | None = None
        self._interval = FRAME_SECONDS
        self._pace: tuple[tuple[int, ...], float] | None = None
        self._trouble: str | None = None
        self.revision = 0
        self._pixels: Sequence[float] | None = None
        self._neuron: tuple[int, int] | None = None
        self._rows = "val"
        self._look: tuple[int, int] | None = None
        self._kept: Model | None = None
        self._wanted: Problem | None = None
        self._share = 1.0

    # -- what the channel asks for -------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """True while a pulled slice would move the run on."""
        return self._trouble is None and self.run is not None and self._state == "playing"

    @property
    def has_work(self) -> bool:
        """True while a slice is due although the browser has not asked for one.

        A dragged run, a step, and after the end of a run what is tried out for the advice.
        """
        advising = self.run is not None and self.run.advising
        return self._trouble is None and (self._finishing or self._stepping is not None or advising)

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        """Handle the commands, train for one slice, and describe what is new; see `Source`."""
        hurried = self.has_work
        answers = [answer for command in settled(commands) if (answer := self._answer(command)) is not None]
        self._launch()
        run = self.run
        if cursor is None:
            return []
        if run is None or self._trouble is not None:
            return answers + self._complaint(cursor)
        fresh = cursor.run != run.identity
        self._train(run, work, fresh=fresh, pull=pull)
        cursor.revision = self.revision
        if self._finishing:
            return answers
        if fresh:
            cursor.run, cursor.epoch, cursor.sent = run.identity, -1, {}
            answers.append(RunMessage(run=run.identity, meta=facts(run, small=self._is_small(run))))
        asked = self._repaint or any(isinstance(command, PUSHED) for command in commands)
        self._repaint = False
        if fresh or pull or asked or (hurried and not run.advising):
            answers.append(self._frame(run, cursor, work, full=fresh or asked))
            answers += self._refreshed(run, cursor, work)
        return answers

    def fail(self, sentence: str) -> None:
        """Stop the run: an error of ours happened while it was computed."""
        self._trouble = sentence
        self.revision += 1
        self._finishing, self._stepping = False, None

    @property
    def name(self) -> str:
        """What the log calls the work at hand: the address of its experiment."""
        shown = self._shown
        return "" if shown is None else f"live run, {urlencode(shown.experiment.to_query())}"

    def outdated_by(self, command: Command) -> bool:
        """Tell whether a command makes useless what is being computed."""
        match command:
            case protocol.Restart() | protocol.Eta(mode="drag" | "commit") | protocol.Lam(mode="commit"):
                return True
            case ShowRun(experiment=experiment, data=None):
                known = [problem.experiment for problem in (self._asked, self._shown) if problem is not None]
                return experiment not in known
        return False

    def give_up(self) -> None:
        """Note that a step was broken off: with half of it a run cannot go on, so it begins anew.

        As a rule the command for which it was broken off begins another one instead.
        """
        if self._shown is not None:
            self._start(self._shown)

    def close(self) -> None:
        """Let go of the run; safe to call twice."""
        self.run = self._asked = self._shown = None
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
        if self.run is None:
            raise ValueError(
                self._trouble or "experiment must be shown before its run can be read; none was."
            )
        return self.run

    # -- training ------------------------------------------------------------------------------------------

    def _train(self, run: LiveRun, work: Slice, *, fresh: bool, pull: bool) -> None:
        begin = self._clock()
        if self._finishing:
            self._finish(run, work)
        elif self._stepping is not None:
            run.step(self._stepping, self._watched(run), seconds=work.seconds, stale=work.stale)
            if run.progress >= self._stepping or run.over:
                self._stepping = None
        elif self._state == "playing" and (pull or fresh):
            self._play(run, work, fresh=fresh)
        self._note_end(run)
        if run.over:
            run.advise(work.seconds - (self._clock() - begin))

    def _note_end(self, run: LiveRun) -> None:
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
        seconds = work.seconds
        if self.speed == "max":
            seconds = min(seconds, MAX_SPEED_SHARE * passed)
        run.move(self._ahead(run, passed), seconds=seconds, stale=work.stale)
        # A run that cannot keep up owes no epochs: it would jump once the server is free.
        self._due = min(self._due - (run.progress - before), 0.0) if self.speed == "normal" else 0.0

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
        if self.speed == "max":
            return float(epochs)
        if self.speed != "normal":
            return min(math.floor(run.progress) + float(self.speed), epochs)
        # At the pace of the plan, however many epochs have been added to it.
        self._due += passed * run.training.planned / WATCH_SECONDS
        return min(run.progress + max(self._due, least), epochs)

    def _frame(self, run: LiveRun, cursor: ViewerCursor, work: Slice, *, full: bool) -> FrameMessage:
        end = f"end after {run.training.epochs}"
        last = run.over and end not in cursor.sent
        if last:
            cursor.sent[end] = self._clock()
        # While something is tried out for the advice, its pictures stand still.
        panels = frozenset() if run.advising and not (full or last) else self._panels
        frame = run.frame(cursor, state=self._state, panels=panels, load=work.load, full=full or last)
        self._share += SMOOTHING * (work.share - self._share)
        share = round(self._share, 1)
        return replace(frame, share=share) if share <= SLOWED else frame

    def _refreshed(self, run: LiveRun, cursor: ViewerCursor, work: Slice) -> list[Message]:
        """Answer the drawn digit and the opened neuron again, since the weights have changed."""
        now = self._clock()
        if now - cursor.sent.get("answers", -math.inf) < ANSWER_SECONDS * (1 + work.load / 4):
            return []
        cursor.sent["answers"] = now
        answers: list[Message] = []
        if self._pixels is not None and run.data.image_shape is not None:
            answers.append(draw_answer(run, self._pixels))
        if self._neuron is not None:
            answers.append(neuron_answer(run, *self._neuron))
        return answers

    # -- starting runs -------------------------------------------------------------------------------------

    def _start(self, problem: Problem, *, kept: Model | None = None) -> None:
        """Plan a run: of many that are asked for at once, the last one is begun."""
        self._kept = kept
        self.revision += 1
        self._shown = self._wanted = problem
        self._finishing, self._stepping = False, None
        self._due, self._last_pull = 0.0, None
        self._state = "paused" if self._holding else "playing"

    def _launch(self) -> None:
        """Begin the run that was planned last, if any."""
        problem, self._wanted = self._wanted, None
        if problem is None:
            return
        before, self.run = self.run, None
        self._trouble = too_large(*problem)
        if self._trouble is None:
            self.run = LiveRun(next(self._numbers), *problem, like=before, kept=self._kept, clock=self._clock)
            self._kept = None
            self.run.canvas.rows = self._rows
            self._look_at(self.run, self._look)
        self._finishing = self._finishing and self.run is not None
        # Its numbers are wanted of the next run, too: they are what a changed setting is tried out for.
        if self._neuron is not None and (self.run is None or not has_neuron(self.run, *self._neuron)):
            self._neuron = None

    def _is_small(self, run: LiveRun) -> bool:
        """Whether a whole run takes so little that it can follow a dragged control."""
        key = self._pace_key(run)
        if self._pace is not None and self._pace[0] == key:
            return self._pace[1] * run.training.epochs <= DRAG_SECONDS
        return estimate(run.experiment, run.data).seconds() <= DRAG_SECONDS

    @staticmethod
    def _pace_key(run: LiveRun) -> tuple[int, ...]:
        rows = len(run.data.X)
        return (*run.experiment.dimensions(run.data), rows, run.experiment.batch_size or rows)

    def _complaint(self, cursor: ViewerCursor) -> list[Message]:
        """Tell a viewer once why there is nothing to see."""
        told = cursor.revision == self.revision
        cursor.revision = self.revision
        return [] if told or self._trouble is None else [ErrorMessage(message=self._trouble)]

    # -- commands ------------------------------------------------------------------------------------------

    def _answer(self, command: Command) -> Message | None:
        try:
            if isinstance(command, ShowRun):
                self._show(command)
            elif self._shown is not None:
                return self._handle(command, self._shown)
        except ValueError as error:
            return ErrorMessage(message=str(error))
        return None

    def _handle(self, command: Command, shown: Problem) -> Message | None:
        if not starts(command):
            self._launch()
        run = self.run
        self._holding &= not isinstance(command, protocol.Play)
        match command:
            case protocol.Restart():
                self._start(shown)
            case protocol.Play() if run is None or run.overflowed:
                self._start(shown)
            case protocol.Speed(value):
                self.speed, self._due = value, 0.0
            case protocol.Eta(value, mode):
                self._change(shown, "eta", value, mode)
            case protocol.Lam(value, mode):
                self._change(shown, "lam", value, mode)
            case protocol.Point():
                experiment = edited(shown.experiment, command.edit)
                self._start(Problem(experiment, experiment.dataset()))
            case protocol.Shape(by, layer, keep):
                experiment = reshaped(shown.experiment, layer=layer, by=by)
                kept = run.training.network if keep and run is not None else None
                self._start(Problem(experiment, shown.data), kept=kept)
            case _ if run is not None:
                return self._ask(command, run)
        return None

    def _ask(self, command: Command, run: LiveRun) -> Message | None:
        """Handle what has to do with the run on screen alone."""
        match command:
            case protocol.Play() | protocol.More() if not run.overflowed:
                if run.over:
                    planned = run.training.planned
                    self._go_on(run, command.epochs if isinstance(command, protocol.More) else planned)
                self._state, self._last_pull = "playing", None
                run.sought = run.update = None
            case protocol.Pause():
                self._pause()
            case protocol.Step() if not run.overflowed:
                target = (self._stepping or math.floor(run.progress)) + 1
                if target > run.training.epochs:
                    self._go_on(run, 1)
                    run.hurried = True
                self._state, run.sought, self._stepping = "paused", None, target
            case protocol.Seek(epoch):
                self._pause()
                run.seek(epoch)
            case protocol.Weight() if run.sought is None:
                run.set_weight((command.layer, command.row, command.column), command.value)
            case protocol.Cell(row, col, rows):
                self._repaint |= rows != self._rows
                self._rows = run.canvas.rows = rows
                return cell_answer(run, row, col)
            case protocol.Draw(pixels) if run.data.image_shape is not None:
                self._pixels = pixels if any(pixels) else None
                return draw_answer(run, pixels)
            case protocol.Neuron(layer, index):
                return self._open_neuron(run, layer, index)
            case protocol.Look(layer, index):
                self._look_at(run, None if layer is None or index is None else (layer, index))
            case protocol.Step() | protocol.More() | protocol.Weight() | protocol.Draw():
                pass  # the run has overflowed, an earlier epoch is on screen, or there are no images
            case _:
                raise TypeError(f"a live run cannot be asked for {command}")
        return None

    def _show(self, show: ShowRun) -> None:
        """Point the channel at what the script shows; nothing happens when it is shown already.

        What was asked for last time is no news either: the view may be ahead of the script, since a learning
        rate is dragged over the socket and reaches the script later.
        """
        if show.panels != self._panels:
            self._panels, self._repaint = show.panels, True
            self.revision += 1
        if show.speed != self._asked_speed:
            self._asked_speed = self.speed = show.speed
        anew, self._held = show.held not in ("", self._held), show.held
        self._holding |= anew
        plain, before = show.data is None, self._asked
        same = plain and self._asked_plain and before is not None and before.experiment == show.experiment
        if same and not anew:
            return
        if show.follows and self._shown is not None:
            self._asked_plain, self._asked = plain, Problem(show.experiment, self._shown.data)
            return
        self._asked_plain = plain
        asked = Problem(show.experiment, show.experiment.dataset() if show.data is None else show.data)
        self._asked = asked
        if anew or not (asked.same(before) or asked.same(self._shown)):
            self._start(asked)

    def _pause(self) -> None:
        if self._state == "playing":
            self._state = "paused"

    def _change(self, shown: Problem, name: str, value: float, mode: str) -> None:
        experiment = shown.experiment.replace(**{name: value})
        run = self.run
        if mode == "live" and run is not None:
            if not run.overflowed:
                run.change(name, getattr(experiment, name))
                self._shown = Problem(run.experiment, shown.data)
            return
        small = mode == "drag" and run is not None and self._is_small(run)
        self._start(Problem(experiment, shown.data))
        self._finishing = small and not self._holding

    def _go_on(self, run: LiveRun, epochs: int) -> None:
        """Add epochs to a run that is over, as far as an experiment can hold them."""
        left = FIELDS.of(Whole, "more").high - run.experiment.more
        run.extend(min(epochs, left) if left else epochs)
        run.hurried = False
        self._shown = Problem(run.experiment, run.data)

    def _watched(self, run: LiveRun) -> tuple[int, int]:
        """The neuron whose update a step tells: the one held, the one pointed at, or the first."""
        if self._neuron is not None:
            return self._neuron
        layer, index = self._look or (0, 0)
        return (layer - 1, index) if layer else (0, 0)

    def _look_at(self, run: LiveRun, neuron: tuple[int, int] | None) -> None:
        """Draw that neuron large from now on, if the network has it."""
        self._look = run.canvas.look = neuron if neuron and _has_place(run, *neuron) else None

    def _open_neuron(self, run: LiveRun, layer: int | None, index: int | None) -> NeuronMessage | None:
        self._neuron = None
        if layer is None or index is None:
            return None
        answer = neuron_answer(run, layer, index)
        self._neuron = (layer, index)
        return answer


def _has_place(run: LiveRun, layer: int, index: int) -> bool:
    """Tell whether the drawing of a network has such a neuron; layer 0 holds the inputs."""
    return index < run.data.n_inputs if layer == 0 else has_neuron(run, layer - 1, index)
