"""What a live view is asked to show: an experiment and the rows on which it learns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ui.live.protocol import Show

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment


class Problem(NamedTuple):
    """What a run trains, and on which rows."""

    experiment: Experiment
    data: DataSet

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


def same_data(one: DataSet, other: DataSet) -> bool:
    """Tell whether two data sets hold the same rows under the same names, the cheap way first."""
    if one is other:
        return True
    told = ("name", "task", "features", "feature_names", "class_names", "class_weights")
    if any(getattr(one, name) != getattr(other, name) for name in told):
        return False
    names = ("X", "t", "X_val", "t_val", "X_judge", "t_judge")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)
