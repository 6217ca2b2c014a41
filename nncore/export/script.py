"""A run as a short Python program that needs `nncore` alone and prints the same numbers.

Names of functions come from the registries and values are written by `repr`, so that nothing a user
typed can become code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from nncore.costs import COSTS
from nncore.experiment.fields import CUSTOM, FIELDS, OWN_DATA
from nncore.export.source import render
from nncore.mark import mark
from nncore.schedulers import SCHEDULERS

if TYPE_CHECKING:
    from nncore.experiment import Experiment

_SETTERS = {"eta": "set_eta", "lam": "set_lam"}

Change = tuple[int, str, float]
"""After how many epochs, which field, and its new value."""


@dataclass(frozen=True)
class OwnSource:
    """How a program makes data of one's own."""

    task: str
    """What the targets mean, as ``DataSet.task``."""
    n_inputs: int
    n_outputs: int
    """`n_inputs` and `n_outputs`: columns of `X` and `t`."""
    imports: str
    lines: str
    """`imports` and `lines`: Python source: what is imported, and what leaves a `DataSet` under the name
    `data`. Whoever writes it puts every text of a user in by `repr`."""
    class_weights: tuple[float, ...] = ()
    """As ``DataSet.class_weights``."""


def script(experiment: Experiment, changes: Iterable[Change] = (), *, own: OwnSource | None = None) -> str:
    """Return a program that repeats the run of `experiment` to its end.

    Parameters
    ----------
    experiment : Experiment
        Its data is known by name, or `own` says how it is made.
    changes : iterable of (epoch, field, value)
        What was changed in mid-run instead of what the experiment says, as ``Training.changes`` lists it:
        after how many epochs, "eta" or "lam", the new value. The last change may stand at the last epoch at
        most.
    own : OwnSource, optional
        How data of one's own is made.

    Returns
    -------
    str
        Python source. Run, it prints the final costs and accuracies by `repr`: bit for bit those of
        ``experiment.training()``.

    Raises
    ------
    ValueError
        If the data is one's own and nothing says how it is made, or a change is not one.
    """
    if experiment.data == OWN_DATA and own is None:
        raise ValueError("data must be one that nncore knows by name; got 'own', which a script cannot load.")
    given = list(changes) or experiment.on_the_way
    marks = [_checked_change(change, experiment.total_epochs) for change in given]
    for before, after in pairwise(epoch for epoch, _, _ in marks):
        if after < before:
            raise ValueError(f"changes must be in the order of their epochs; got {before} before {after}.")
    return render(__package__, "script.py.jinja", _values(experiment, marks, own))


def _values(experiment: Experiment, marks: list[Change], own: OwnSource | None) -> dict[str, object]:
    """Return what the template names besides the fields of the experiment."""
    cost, output = experiment.resolved(own.task if own else None)
    functions = experiment.hidden_func if experiment.hidden else ()
    rule = [experiment.scheduler] if experiment.rule == "textbook" else []
    weights = own.class_weights if own else ()
    extra = {"ClassWeighted"} if weights else set()
    extra |= {"compile_formula"} if CUSTOM in functions else set()
    extra |= {"SCHEDULES"} if experiment.schedule != "constant" else set()
    imported = {"FFNN", "Training", cost, output, *functions, *rule, *extra} - {CUSTOM}
    return {
        **{name: getattr(experiment, name) for name in FIELDS},
        "label": experiment.label(),
        "own": own,
        "applies": experiment.applies,
        "names": sorted(imported),
        "formula_used": CUSTOM in functions,
        "sizes": (own.n_inputs, *experiment.hidden, own.n_outputs) if own else experiment.dimensions(),
        "activations": functions[0] if len(set(functions)) == 1 else f"[{', '.join(functions)}]",
        "cost": cost,
        "class_weights": weights,
        "output": output,
        "numbers": {name: getattr(experiment, name) for name in SCHEDULERS[experiment.scheduler].numbers},
        "steps": _steps(marks),
        # A mark is worked out from the rows, so that the program judges the run as the page does.
        "marked": own is not None or mark(experiment.dataset(), COSTS[cost]) is not None,
    }


def _steps(marks: list[Change]) -> list[Change]:
    """Return the changes with the epochs between one and the next, and the method that makes each."""
    starts = [0, *(epoch for epoch, _, _ in marks)]
    return [(mark[0] - start, _SETTERS[mark[1]], mark[2]) for start, mark in zip(starts, marks, strict=False)]


def _checked_change(change: Change, epochs: int) -> Change:
    try:
        epoch, field, value = change
    except (TypeError, ValueError):
        raise ValueError(f"changes must hold (epoch, field, value); got {change!r}.") from None
    if field not in _SETTERS:
        raise ValueError(f"changes must name {' or '.join(_SETTERS)}; got {field!r}.")
    if isinstance(epoch, bool) or not isinstance(epoch, int) or not 0 <= epoch <= epochs:
        raise ValueError(f"epoch of a change must be a whole number from 0 to {epochs}; got {epoch!r}.")
    return epoch, field, FIELDS[field].check(value)
