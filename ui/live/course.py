"""How a run goes beyond its plan: what the address keeps of it, and the epochs that a verdict suggests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from nncore.experiment.changes import Change, told_changes
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


def name_of(experiment: Experiment) -> str:
    """Return the name of a run: the experiment's, with its penalty and with all that is changed on its way.

    Examples
    --------
    >>> from nncore.experiment import Experiment
    >>> name_of(Experiment.default("XOR").replace(changes="eta50_0.3lam60_0.01"))
    'XOR 2-4-1 tanh, Adam, eta 0.1 until epoch 50, then 0.3, seed 1, lambda 0 until epoch 60, then 0.01'
    """
    lam = told_changes(experiment.on_the_way, "lam", experiment.lam)
    return experiment.label() + (f", lambda {lam}" if lam != "0" else "")


def touched_words(*, kept: bool, by_hand: bool) -> str:
    """Say what was done to a run's weights that no setting repeats; "" for nothing."""
    done = [words for words, so in (("kept", kept), ("set by hand", by_hand)) if so]
    return f"weights {' and '.join(done)}" if done else ""


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
