"""What a live view is asked to show: an experiment and the rows on which it learns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ui.live.protocol import Show
from ui.live.tickets import Place

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment

LEAST_NUMBERS: Final = 2**17
"""Numbers that a step holds, at least, for the runs of which each holds so many to take turns by the step."""
LEAST_PRODUCTS: Final = 2**25
LEAST_ROWS: Final = 512
"""Multiplications of an epoch's evaluation, at least: with fewer no slice of the run is held at a pause. A
wide network's update alone takes as long as so many rows."""
LONG_PRODUCTS: Final = 2**26
"""Multiplications of a step that takes more than a turn, at least: such runs have a place of their own, so
that nobody waits for them but those who are as long."""

WIDE: Final = "wide networks"
LONG: Final = "long steps"


class Problem(NamedTuple):
    """What a run trains, and on which rows."""

    experiment: Experiment
    data: DataSet

    @property
    def place(self) -> Place:
        """Where its run moves on, as `SliceQueue.submit` has it.

        A wide network's step holds as much as all that is kept of it, or several times that. Wherever many
        were held in the middle of a step, each would hold so much; so one begins when the last one has ended.
        """
        data, parameters = self.data, self.experiment.n_parameters(self.data)
        rows = min(self.experiment.batch_size or len(data.X), len(data.X))
        widths = self.experiment.dimensions(data)[1:]
        numbers = 2 * parameters + rows * (sum(widths) + 2 * max(widths))
        if numbers < LEAST_NUMBERS or parameters * max(len(data.X), LEAST_ROWS) < LEAST_PRODUCTS:
            return None
        return LONG if parameters * rows >= LONG_PRODUCTS else WIDE

    def same(self, other: Problem | None) -> bool:
        """Tell whether its runs are those of another one."""
        return other is not None and self.experiment == other.experiment and same_data(self.data, other.data)


class ShowRun(Show):
    """Show an experiment learning."""

    experiment: Experiment
    data: DataSet | None
    """Rows instead of the experiment's own."""
    panels: frozenset[str]
    """What is on the page."""
    speed: str
    """As the address has it."""
    follows: bool = False
    """Whether the experiment is what the player itself had told: then it is no request, even where the player
    is ahead of it by now."""
    held: str = ""
    """Another one than before makes the run wait at its start, and those that replace it, until one is
    played; "" where nothing waits."""
    beside: Experiment | None = None
    """What is held beside it, on the same rows where these are given."""

    def is_new_to(self, known: Iterable[Problem | None]) -> bool:
        """Tell whether it asks for an experiment that is not among those known.

        What the view itself had told the script is no request: somebody may have played on meanwhile.
        """
        experiments = [problem.experiment for problem in known if problem is not None]
        return not self.follows and self.experiment not in experiments


def last_place(*problems: Problem | None) -> Place:
    """Give the place of runs that move on together."""
    places = [problem.place for problem in problems if problem is not None]
    return LONG if LONG in places else WIDE if WIDE in places else None


def same_data(one: DataSet, other: DataSet) -> bool:
    """Tell whether two data sets hold the same rows under the same names, the cheap way first."""
    if one is other:
        return True
    told = ("name", "task", "features", "feature_names", "class_names", "class_weights")
    if any(getattr(one, name) != getattr(other, name) for name in told):
        return False
    names = ("X", "t", "X_val", "t_val", "X_judge", "t_judge")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)
