"""What one live view shows: which run, whether it plays, how fast, and the answers to its controls.

A `Player` is the source of a channel. All of its methods run under the channel's lock, one thread at a time;
what it is asked to do comes as checked `Command`s.
"""

from __future__ import annotations

import copy
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from nncore.experiment.field_kinds import Whole
from nncore.experiment.fields import FIELDS
from ui.live import protocol
from ui.live.attention import Eyes
from ui.live.channel import ViewerCursor
from ui.live.coalescing import PUSHED, coalesced, starts
from ui.live.course import key_of, side_by_side
from ui.live.edits import Kept, edited, reshaped
from ui.live.messages import FrameMessage, RunMessage
from ui.live.meta import facts, too_large
from ui.live.pair import Pair
from ui.live.problem import Problem, ShowRun, last_place
from ui.live.protocol import Command, ErrorMessage, Message
from ui.live.record import RunRecord
from ui.live.run import LiveRun
from ui.live.tempo import DRAG_SECONDS, SMOOTHING, Tempo, WholeRuns
from ui.live.tickets import ANYWHERE, Place, Slice

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.model import Model

SLOWED: Final = 0.7
"""Part of the time from which on a view is told that others are at work."""
ANSWER_SECONDS: Final = 1 / 8
"""Least time between two renewed answers to a drawn digit or an opened neuron."""


class Player:
    """The source of one live view; its `clock` is monotonic, in seconds.

    Attributes
    ----------
    run : LiveRun or None
        The run on screen.
    beside : LiveRun or None
        The one that is held beside it, where two are shown.
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
        self._tempo = Tempo(clock)
        self._panels: frozenset[str] = frozenset()
        self._repaint = False
        self.run: LiveRun | None = None
        self._state = "playing"
        self._held = ""
        self._holding = False
        self._finishing = False
        self._stepping: int | None = None
        self._whole = WholeRuns()
        self._trouble: str | None = None
        self.revision = 0
        self.beside: LiveRun | None = None
        self._pair: Pair | None = None
        self._beside: Problem | None = None
        self._eyes = Eyes()
        self._kept: Kept | None = None
        self._asked_key = ""
        self._wanted: Problem | None = None
        self._share = 1.0

    # -- what the channel asks for -------------------------------------------------------------------------

    @property
    def speed(self) -> str:
        """Epochs a frame, `normal` or `max`."""
        return self._tempo.speed

    @property
    def leads(self) -> bool:
        """True where the view itself has come to another experiment than the script asked for."""
        run, held = self.run, self.beside
        beside = None if held is None else held.experiment
        return run is not None and key_of(run.experiment, beside) != self._asked_key

    @property
    def playing(self) -> bool:
        """True while a pulled slice would move the run on."""
        return self._trouble is None and self.run is not None and self._state == "playing"

    @property
    def has_work(self) -> bool:
        """True while a slice is due although the browser has not asked for one.

        A dragged run, a step, and after the end of a run what is tried out for the advice.
        """
        moving = self._moving
        due = moving is not None and (moving.advising or not self._level)
        return self._trouble is None and (self._finishing or self._stepping is not None or due)

    @property
    def _moving(self) -> LiveRun | Pair | None:
        """What is trained: the run on screen, alone or with the one beside it."""
        return self._pair or self.run

    @property
    def _level(self) -> bool:
        return self._pair is None or self._pair.level

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        """Handle the commands, train for one slice, and describe what is new; see `Source`."""
        had_work = self.has_work
        answers = [
            answer for command in coalesced(commands, self._begins) for answer in self._answer(command)
        ]
        if self._wanted is not None and work.place not in (ANYWHERE, self.place):
            return answers  # the next slice, which the revision calls for, begins it at its place
        self._launch()
        run, moving = self.run, self._moving
        if cursor is None:
            return []
        if run is None or moving is None or self._trouble is not None:
            return answers + self._complaint(cursor)
        fresh = cursor.run != run.identity
        self._train(moving, work, fresh=fresh, pull=pull)
        cursor.revision = self.revision
        self._repaint |= any(isinstance(command, PUSHED) for command in commands)
        if self._finishing or not self._level:
            return answers
        if fresh:
            answers.append(self._announced(run, cursor))
        asked, self._repaint = self._repaint, False
        if fresh or pull or asked or (had_work and not moving.advising):
            answers.append(self._frame(run, cursor, work, full=fresh or asked))
            answers += self._refreshed(run, cursor, work)
        return answers

    def _announced(self, run: LiveRun, cursor: ViewerCursor) -> RunMessage:
        """Tell the facts of a new run, and of the one beside it where that is new as well."""
        cursor.begin(run.identity)
        told = RunMessage(run=run.identity, meta=facts(run, small=self._is_small()))
        held = self.beside
        if held is None or (cursor.beside is not None and cursor.beside.run == held.identity):
            return told
        cursor.beside = ViewerCursor()
        cursor.beside.begin(held.identity)
        return replace(told, beside=RunMessage(run=held.identity, meta=facts(held, small=self._is_small())))

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

    @property
    def place(self) -> Place:
        """Where the next slice is to be done: where the run moves on that is shown, or begins."""
        return last_place(self._wanted or self._shown, self._beside)

    def outdated_by(self, command: Command) -> bool:
        """Tell whether a command makes useless what is being computed."""
        match command:
            case protocol.Restart() | protocol.Eta(mode="drag" | "commit") | protocol.Lam(mode="commit"):
                return True
            case ShowRun(data=None, beside=beside):
                return self._begins(command) or beside != (self._beside and self._beside.experiment)
        return False

    def _begins(self, command: Command) -> bool:
        """Tell whether a command is sure to begin a new run."""
        known = (self._asked, self._shown)
        return command.is_new_to(known) if isinstance(command, ShowRun) else starts(command)

    def rest(self) -> None:
        """Let the runs go of what only training needs: a finished or paused one stays as it is on screen."""
        for run in (self.run, self.beside):
            if run is not None:
                run.training.rest()

    def give_up(self) -> None:
        """Note that a step was broken off: with half of it a run cannot go on, so it begins anew.

        As a rule the command for which it was broken off begins another one instead.
        """
        if self._shown is not None:
            self._start(self._shown)

    def close(self) -> None:
        """Let go of the run; safe to call twice."""
        self.run = self.beside = self._pair = self._asked = self._shown = self._beside = None
        self._finishing, self._stepping = False, None

    # -- what the page asks for ----------------------------------------------------------------------------

    def record(self) -> RunRecord:
        """Give the run on screen as it stands now."""
        return self._present().record()

    def both(self) -> tuple[RunRecord, RunRecord | None]:
        """Give the run on screen, and the one beside it, as they stand now."""
        return self.record(), None if self.beside is None else self.beside.record()

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

    def _train(self, moving: LiveRun | Pair, work: Slice, *, fresh: bool, pull: bool) -> None:
        begin = self._clock()
        if self._finishing:
            self._finish(moving, work)
        elif self._stepping is not None:
            self._step(moving, self._stepping, work)
        elif isinstance(moving, Pair) and not moving.level:
            moving.catch_up(seconds=work.seconds, stale=work.stale)
        elif self._state == "playing" and (pull or fresh):
            self._tempo.play(moving, seconds=work.seconds, stale=work.stale, fresh=fresh)
        self._note_end(moving)
        if moving.over:
            moving.advise(work.seconds - (self._clock() - begin))

    def _step(self, moving: LiveRun | Pair, target: int, work: Slice) -> None:
        if isinstance(moving, Pair):
            moving.step(target, self._eyes, seconds=work.seconds, stale=work.stale)
        else:
            watched = self._eyes.run.watched(moving)
            moving.step(target, watched, seconds=work.seconds, stale=work.stale)
        if moving.reached(target):
            self._stepping = None

    def _note_end(self, moving: LiveRun | Pair) -> None:
        if moving.over and self._state in ("playing", "paused"):
            self._state = "overflow" if moving.overflowed else "finished"
            self._whole.note(self.run)

    def _finish(self, moving: LiveRun | Pair, work: Slice) -> None:
        """Train a run to its end, for a dragged learning rate; when that takes too long, let it play instead.

        It is not cut short by the next move of the control: a hand that never rests would see nothing.
        """
        moving.at_once = True
        left = DRAG_SECONDS / (1 + work.load) - moving.seconds
        moving.move(moving.epochs, seconds=max(work.seconds, left), stale=lambda: False)
        if moving.over or moving.seconds >= DRAG_SECONDS:
            self._finishing = False
            if not moving.over:
                self._launch_beside()
                self._whole.note(self.run)

    def _frame(self, run: LiveRun, cursor: ViewerCursor, work: Slice, *, full: bool) -> FrameMessage:
        moving = self._moving or run
        end = f"end after {moving.epochs}"
        last = moving.over and end not in cursor.sent
        if last:
            cursor.sent |= {end: self._clock(), "answers": -math.inf}  # what is looked at: once more
        # While something is tried out for the advice, its pictures stand still.
        panels = frozenset() if moving.advising and not (full or last) else self._panels
        frame = run.frame(cursor, state=self._state, panels=panels, load=work.load, full=full or last)
        held = self.beside
        if held is not None and cursor.beside is not None:
            state = ("overflow" if held.overflowed else "finished") if held.over else self._state
            beside = held.frame(cursor.beside, state=state, panels=panels, load=work.load, full=full or last)
            frame = side_by_side(frame, beside, shown=run.experiment, held=held.experiment)
        self._share += SMOOTHING * (work.share - self._share)
        share = round(self._share, 1)
        return replace(frame, share=share) if share <= SLOWED else frame

    def _refreshed(self, run: LiveRun, cursor: ViewerCursor, work: Slice) -> list[Message]:
        """Answer what is looked at again, since the weights have changed."""
        now = self._clock()
        if now - cursor.sent.get("answers", -math.inf) < ANSWER_SECONDS * (1 + work.load / 4):
            return []
        cursor.sent["answers"] = now
        return self._eyes.answers(run, self.beside)

    # -- starting runs -------------------------------------------------------------------------------------

    def _start(self, problem: Problem, *, kept: Kept | None = None) -> None:
        """Plan a run: of many that are asked for at once, the last one is begun."""
        self._kept = kept
        self.revision += 1
        self._shown = self._wanted = problem
        self._finishing, self._stepping = False, None
        self._tempo.owe_nothing()
        self._tempo.rest()
        self._state = "paused" if self._holding else "playing"

    def _launch(self) -> None:
        """Begin the run that was planned last, if any."""
        problem, self._wanted = self._wanted, None
        if problem is None:
            return
        before, self.run = self.run, None
        self._trouble = too_large(*problem, beside=self._beside)
        if self._trouble is None:
            self.run = LiveRun(next(self._numbers), *problem, like=before, kept=self._kept, clock=self._clock)
            self._kept = None
            self._eyes.run.carry_to(self.run)
        self._launch_beside()
        self._finishing = self._finishing and self.run is not None

    def _launch_beside(self) -> None:
        """Begin the run that is held beside anew as well; while a control is dragged its end stays."""
        before = self.beside
        if not (self._finishing and before is not None and before.over):
            self.beside = None
        self._pair = None
        if self.run is None or self._beside is None:
            return
        if self.beside is None:
            self.beside = LiveRun(next(self._numbers), *self._beside, like=before, clock=self._clock)
            self._eyes.beside.carry_to(self.beside)
        self._pair = Pair(self.run, self.beside, clock=self._clock)

    def _is_small(self) -> bool:
        """Whether a whole run takes so little that it can follow a dragged control."""
        return all(self._whole.end_soon(run) for run in (self.run, self.beside) if run is not None)

    def _complaint(self, cursor: ViewerCursor) -> list[Message]:
        """Tell a viewer once why there is nothing to see."""
        told = cursor.revision == self.revision
        cursor.revision = self.revision
        return [] if told or self._trouble is None else [ErrorMessage(message=self._trouble)]

    # -- commands ------------------------------------------------------------------------------------------

    def _answer(self, command: Command) -> list[Message]:
        try:
            if isinstance(command, ShowRun):
                self._show(command)
            elif self._shown is not None:
                return self._handle(command, self._shown)
        except ValueError as error:
            return [ErrorMessage(message=str(error))]
        return []

    def _handle(self, command: Command, shown: Problem) -> list[Message]:
        if not starts(command):
            self._launch()
        run, moving = self.run, self._moving
        self._holding &= not isinstance(command, protocol.Play)
        match command:
            case protocol.Restart():
                self._start(shown)
            case protocol.Play() if run is None or (moving is not None and moving.overflowed):
                self._start(shown)
            case protocol.Speed(value):
                self._tempo.speed = value
                self._tempo.owe_nothing()
            case protocol.Eta(value, mode):
                self._change(shown, "eta", value, mode)
            case protocol.Lam(value, mode):
                self._change(shown, "lam", value, mode)
            case protocol.Point():
                experiment = edited(shown.experiment, command.edit)
                self._start(Problem(experiment, experiment.dataset()))
            case protocol.Shape(by, layer, at, keep):
                experiment = reshaped(shown.experiment, layer=layer, by=by, at=at)
                kept = Kept(run.training.network, at) if keep and run is not None else None
                self._start(Problem(experiment, shown.data), kept=kept)
            case _ if run is not None and moving is not None:
                return self._ask(command, run, moving)
        return []

    def _ask(self, command: Command, run: LiveRun, moving: LiveRun | Pair) -> list[Message]:
        """Handle what has to do with what is on screen alone."""
        match command:
            case protocol.Play() | protocol.More() if not moving.overflowed:
                if moving.over:
                    self._go_on(command.epochs if isinstance(command, protocol.More) else moving.planned)
                self._state = "playing"
                self._tempo.rest()
                moving.resume()
            case protocol.Pause():
                self._pause()
            case protocol.Step() if not moving.overflowed:
                target = (self._stepping or math.floor(moving.progress)) + 1
                if target > moving.epochs:
                    self._go_on(1)
                    moving.at_once = True
                moving.resume()
                self._state, self._stepping = "paused", target
            case protocol.Seek(epoch):
                self._pause()
                moving.seek(epoch)
            case protocol.Weight() if run.sought is None:
                run.set_weight((command.layer, command.row, command.column), command.value)
            case protocol.Step() | protocol.More() | protocol.Weight():
                pass  # the run has overflowed, or an earlier epoch is on screen
            case _:
                rows = self._eyes.run.rows, self._eyes.beside.rows
                answers = self._eyes.ask(command, run, self.beside)
                self._repaint |= rows != (self._eyes.run.rows, self._eyes.beside.rows)
                return answers
        return []

    def _show(self, show: ShowRun) -> None:
        """Point the channel at what the script shows; nothing happens when it is shown already.

        What was asked for last time is no news either: the view may be ahead of the script, since a learning
        rate is dragged over the socket and reaches the script later.
        """
        self._asked_key = key_of(show.experiment, show.beside)
        if show.panels != self._panels:
            self._panels, self._repaint = show.panels, True
            self.revision += 1
        if show.speed != self._asked_speed:
            self._asked_speed = self._tempo.speed = show.speed
        anew, self._held = show.held not in ("", self._held), show.held
        self._holding |= anew
        plain, before = show.data is None, self._asked
        same = plain and self._asked_plain and before is not None and before.experiment == show.experiment
        moved = self._show_beside(show)
        if same and not (anew or moved):
            return
        if show.follows and self._shown is not None:
            self._asked_plain, self._asked = plain, Problem(show.experiment, self._shown.data)
            return
        self._asked_plain = plain
        asked = Problem(show.experiment, show.experiment.dataset() if show.data is None else show.data)
        self._asked = asked
        known = asked.same(before) or asked.same(self._shown)
        if anew or moved or not known:
            self._start(self._shown if known and self._shown is not None else asked)

    def _show_beside(self, show: ShowRun) -> bool:
        """Hold another experiment beside the controls', or none; say whether both have to begin anew."""
        held, before = show.beside, self._beside
        if held is None:
            self.beside = self._pair = self._beside = None
            self._repaint |= before is not None
            self.revision += before is not None
            return False
        if before is not None and before.experiment == held and show.data is None:
            return False
        self._beside = Problem(held, held.dataset() if show.data is None else show.data)
        return not self._beside.same(before)

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
        small = mode == "drag" and run is not None and self._is_small()
        self._start(Problem(experiment, shown.data))
        self._finishing = small and not self._holding

    def _go_on(self, epochs: int) -> None:
        """Add epochs to runs that are over, as far as an experiment can hold them."""
        runs = [run for run in (self.run, self.beside) if run is not None and not run.overflowed]
        left = min(FIELDS.of(Whole, "more").high - run.experiment.more for run in runs)
        for run in runs:
            run.extend(min(epochs, left) if left else epochs)
            run.at_once = False
        if self.run is not None:
            self._shown = Problem(self.run.experiment, self.run.data)
        if self.beside is not None:
            self._beside = Problem(self.beside.experiment, self.beside.data)
