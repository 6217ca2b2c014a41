"""Of many commands that came at once, what they amount to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ui.live import protocol
from ui.live.protocol import Command, Show

STARTING: Final = (
    protocol.Restart, protocol.Eta, protocol.Lam, protocol.Point, protocol.Shape, Show,
)  # fmt: skip
"""Commands that begin a new run, as a rule."""
PASSING: Final = (
    protocol.Play, protocol.Pause, protocol.Step, protocol.Seek, protocol.Weight, protocol.More,
)  # fmt: skip
"""Commands to a run that mean nothing once it has been replaced."""
PUSHED: Final = (
    protocol.Play, protocol.Pause, protocol.Step, protocol.Restart, protocol.Speed, protocol.Eta,
    protocol.Lam, protocol.Seek, protocol.Point, protocol.Weight, protocol.Look, protocol.Shape,
    protocol.More,
)  # fmt: skip
"""Commands that are answered with a frame, whether or not the browser has asked for one."""


def coalesced(commands: list[Command], begins: Callable[[Command], bool]) -> list[Command]:
    """Return commands without those to runs that others of them replace: 64 restarts are one.

    `begins` tells which commands are sure to begin a run; what was said before a command that may begin none
    stays. Questions, such as for the images of a cell, come behind what starts a run, each kind once.
    """
    last = max((at for at, command in enumerate(commands) if begins(command)), default=-1)
    early, late = commands[: last + 1], commands[last + 1 :]
    starting = [command for command in early if starts(command) or isinstance(command, protocol.Speed)]
    asking = [command for command in early if not isinstance(command, (*STARTING, *PASSING, protocol.Speed))]
    return [*starting, *{type(command): command for command in asking}.values(), *late]


def starts(command: Command) -> bool:
    """Tell whether a command begins a new run, as a rule."""
    live = isinstance(command, protocol.Eta | protocol.Lam) and command.mode == "live"
    return isinstance(command, STARTING) and not live
