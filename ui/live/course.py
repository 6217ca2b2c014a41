"""How a run goes beyond its plan: what the address keeps of it, and the epochs that a verdict suggests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from nncore.experiment.changes import Change
from nncore.experiment.field_kinds import Whole, counted
from nncore.experiment.fields import FIELDS
from ui.live.messages import FrameMessage, Suggestion
from ui.shared.beside import PREFIX, differences

if TYPE_CHECKING:
    from nncore.advice import Advice
    from nncore.experiment import Experiment
    from nncore.training import Training

FOLLOWED: Final = ("hidden", "hidden_func", "more", "changes")
"""Fields that are changed in the view and kept by the address."""


def key_of(experiment: Experiment, beside: Experiment | None = None) -> str:
    """Return what tells apart the experiments that a view leads to, as parameters of their address.

    Examples
    --------
    >>> from nncore.experiment import Experiment
    >>> key_of(Experiment.default("XOR").replace(more=50))
    'hidden=4&hidden_func=tanh&more=50&changes=none'
    """
    both = {"": experiment} if beside is None else {"": beside, PREFIX: experiment}
    fields = [(before + name, name, one) for before, one in both.items() for name in FOLLOWED]
    return urlencode({parameter: FIELDS[name].format(getattr(one, name)) for parameter, name, one in fields})


def side_by_side(
    frame: FrameMessage, beside: FrameMessage, *, shown: Experiment, held: Experiment
) -> FrameMessage:
    """Return a frame of a run with that of the one beside it, and in what the two differ."""
    course = frame.course
    if course is not None:
        course = replace(course, key=key_of(shown, held), apart=differences(held, shown))
    return replace(frame, beside=beside, course=course)


def with_change(training: Training, field: str, value: float) -> list[Change]:
    """Return everything that is changed on the way of a run, with one more change from now on.

    Parameters
    ----------
    training : Training
    field : str
        `eta` or `lam`; what was to become of it later on is given up.
    value : float
    """
    between = training.progress == training.epoch
    coming = [change for change in training.coming if change[1] != field]
    changes = [*training.changes, (training.epoch + (not between), field, value), *coming]
    return [(int(epoch), name, float(set_to)) for epoch, name, set_to in changes]


def suggestion(experiment: Experiment, advice: Advice, *, touched: bool = False) -> Suggestion | None:
    """Return what the browser is told of an advice; None where there is nothing to press.

    More epochs are added to the run itself, where nothing was changed on its way and its schedule does not
    depend on the plan: it is then, bit for bit, the longer run that was tried. A run whose weights were
    `touched` is not what was tried.
    """
    if advice.change is None:
        return None
    planned = not experiment.changes and not touched and experiment.schedule == "constant"
    if set(advice.change) == {"epochs"} and planned:
        more = advice.change["epochs"] - experiment.total_epochs
        if 0 < more <= FIELDS.of(Whole, "more").high - experiment.more:
            return Suggestion(label=f"+ {counted(more, 'epoch')}", more=more)
    beside = advice.more or None
    if set(advice.change) == {"eta"}:
        return Suggestion(label=advice.label, eta=advice.change["eta"], more=beside)
    changed = FIELDS.query(vars(experiment.replace(**advice.change)), defaults=vars(experiment))
    return Suggestion(label=advice.label, change=changed, more=beside)
