"""What goes to a process that trains in other libraries, and what comes back, pickled one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

from nncore.frameworks.recipe import Array, Recipe
from nncore.frameworks.running import FrameworkRun


@dataclass(frozen=True)
class Request:
    """Train this recipe; `job` is the number under which answers come."""

    job: int
    recipe: Recipe
    library: str
    defaults: bool


@dataclass(frozen=True)
class Cancel:
    """Nobody wants that job any more."""

    job: int


@dataclass(frozen=True)
class Started:
    """The job has its first turn."""

    job: int


@dataclass(frozen=True)
class Epochs:
    """What is new since the last report; the first one also says where the run began."""

    job: int
    curves: dict[str, list[float]]
    """By the names in `CURVES`, the epochs that are new."""
    shared: bool = False
    """Whether other runs take turns with this one."""
    version: str = ""
    ms_per_epoch: float = float("nan")
    start_cost: float = float("nan")
    first_step: list[Array] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """The whole run."""

    job: int
    run: FrameworkRun


@dataclass(frozen=True)
class Failed:
    """One sentence that says why; empty where it was cancelled."""

    job: int
    sentence: str


Answer = Started | Epochs | Done | Failed
