"""What a viewer wants to see of one run again and again while it trains: a drawing, a neuron, a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ui.live import protocol
from ui.live.messages import CellMessage, DrawMessage, NeuronMessage
from ui.live.protocol import Command, Message
from ui.live.replies import cell_answer, draw_answer, has_neuron, neuron_answer

if TYPE_CHECKING:
    from ui.live.run import LiveRun


@dataclass
class Attention:
    """What is looked at in a run, kept for those that replace it."""

    side: str | None = None
    """It is "a" for the run that is held beside another one; its answers say so."""
    rows: str = "val"
    """Rows that matrix and images are about."""
    _pixels: Sequence[float] | None = None
    _neuron: tuple[int, int] | None = None
    _look: tuple[int, int] | None = None

    def carry_to(self, run: LiveRun) -> None:
        """Look at a new run as at the one before, as far as it has the same neurons."""
        run.canvas.rows = self.rows
        self._look_at(run, self._look)
        # Its numbers are wanted of the next run, too: they are what a changed setting is tried out for.
        if self._neuron is not None and not has_neuron(run, *self._neuron):
            self._neuron = None

    def ask(self, command: Command, run: LiveRun) -> Message | None:
        """Answer what is asked about a run.

        Raises
        ------
        ValueError
            If it has no such class or neuron.
        """
        match command:
            case protocol.Cell(row, col, rows):
                self.rows = run.canvas.rows = rows
                return self._signed(cell_answer(run, row, col))
            case protocol.Draw(pixels) if run.data.image_shape is not None:
                self._pixels = pixels if any(pixels) else None
                return self._signed(draw_answer(run, pixels))
            case protocol.Neuron(layer, index):
                return self._open_neuron(run, layer, index)
            case protocol.Look(layer, index):
                self._look_at(run, None if layer is None or index is None else (layer, index))
            case protocol.Draw():
                pass  # there are no images
            case _:
                raise TypeError(f"a live run cannot be asked for {command}")
        return None

    def answers(self, run: LiveRun) -> list[Message]:
        """Answer the drawn digit and the opened neuron again, since the weights have changed."""
        answers: list[Message] = []
        if self._pixels is not None and run.data.image_shape is not None:
            answers.append(self._signed(draw_answer(run, self._pixels)))
        if self._neuron is not None:
            answers.append(self._signed(neuron_answer(run, *self._neuron)))
        return answers

    def watched(self, run: LiveRun) -> tuple[int, int]:
        """The neuron whose update a step tells: the one held, the one pointed at, or the first."""
        layer, index = self._look or (0, 0)
        neuron = self._neuron or ((layer - 1, index) if layer else (0, 0))
        return neuron if has_neuron(run, *neuron) else (0, 0)

    def _look_at(self, run: LiveRun, neuron: tuple[int, int] | None) -> None:
        """Draw that neuron large from now on, if the network has it."""
        self._look = run.canvas.look = neuron if neuron and _has_place(run, *neuron) else None

    def _open_neuron(self, run: LiveRun, layer: int | None, index: int | None) -> Message | None:
        self._neuron = None
        if layer is None or index is None:
            return None
        answer = self._signed(neuron_answer(run, layer, index))
        self._neuron = (layer, index)
        return answer

    def _signed(self, answer: CellMessage | DrawMessage | NeuronMessage) -> Message:
        return answer if self.side is None else replace(answer, side=self.side)


class Eyes:
    """What is looked at of the run on screen, and of the one beside it, where there is one."""

    def __init__(self) -> None:
        self.run = Attention()
        self.beside = Attention("a")

    def ask(self, command: Command, run: LiveRun, beside: LiveRun | None) -> list[Message]:
        """Answer what is asked about the run that is meant; a drawing is read by both.

        Raises
        ------
        ValueError
            If it has no such class or neuron.
        """
        meant = [(self.run, run)] if getattr(command, "side", "b") == "b" else []
        if beside is not None and (not meant or isinstance(command, protocol.Draw)):
            meant.append((self.beside, beside))
        asked = [attention.ask(command, one) for attention, one in meant]
        return [answer for answer in asked if answer is not None]

    def answers(self, run: LiveRun, beside: LiveRun | None) -> list[Message]:
        """Answer again what is looked at, since the weights have changed."""
        return [*self.run.answers(run), *(self.beside.answers(beside) if beside is not None else [])]


def _has_place(run: LiveRun, layer: int, index: int) -> bool:
    """Tell whether the drawing of a network has such a neuron; layer 0 holds the inputs."""
    return index < run.data.n_inputs if layer == 0 else has_neuron(run, layer - 1, index)
