"""A run as a short Python program that needs `nncore` alone and prints the same numbers.

Names of functions come from the registries and values are written by `repr`, so that nothing a user
typed can become code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nncore.experiment.fields import CUSTOM, FIELDS, OWN_DATA
from nncore.schedulers import SCHEDULERS

if TYPE_CHECKING:
    from nncore.experiment import Experiment

_SETTERS = {"eta": "set_eta", "lam": "set_lam"}


@dataclass(frozen=True)
class OwnSource:
    """How a program makes data of one's own.

    Parameters
    ----------
    task : str
        What the targets mean, as ``DataSet.task``.
    n_inputs, n_outputs : int
        Columns of `X` and `t`.
    imports, lines : str
        Python source: what is imported, and what leaves a `DataSet` under the name `data`. Whoever writes it
        puts every text of a user in by `repr`.
    """

    task: str
    n_inputs: int
    n_outputs: int
    imports: str
    lines: str


def script(
    experiment: Experiment, changes: Iterable[tuple[int, str, Any]] = (), *, own: OwnSource | None = None
) -> str:
    """Return a program that repeats the run of `experiment` to its end.

    Parameters
    ----------
    experiment : Experiment
        Its data is known by name, or `own` says how it is made.
    changes : iterable of (epoch, field, value)
        What was changed in mid-run, as ``Training.changes`` lists it: after how many epochs, "eta" or
        "lam", the new value. The last change may stand at the last epoch at most.
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
    marks = [_checked_change(change, experiment.epochs) for change in changes]
    for before, after in pairwise(epoch for epoch, _, _ in marks):
        if after < before:
            raise ValueError(f"changes must be in the order of their epochs; got {before} before {after}.")
    parts = [
        f'"""{experiment.label()}."""',
        _imports(experiment, own),
        own.lines if own else _data(experiment),
        _network(experiment, own),
        _scheduler(experiment, own),
        _training(experiment),
        _run(marks),
        _report(),
    ]
    return "\n\n".join(parts) + "\n"


def _call(target: str, function: str, arguments: list[str]) -> str:
    line = f"{target} = {function}({', '.join(arguments)})"
    if len(line) <= 100:
        return line
    return f"{target} = {function}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"


def _imports(experiment: Experiment, own: OwnSource | None) -> str:
    cost, output = experiment.resolved(own.task if own else None)
    funcs = [name for name in experiment.hidden_func if name != CUSTOM] if experiment.hidden else []
    textbook = experiment.rule == "textbook"
    names = sorted({"FFNN", "Training", cost, output, *funcs, *([experiment.scheduler] if textbook else [])})
    lines = [f"from nncore import {', '.join(names)}"]
    lines = [own.imports, *lines] if own else [*lines, "from nncore.data import load"]
    if _uses_formula(experiment):
        lines.append("from nncore import compile_formula")
    if not textbook:
        lines.append("from nncore.experiment.lecture_rule import batch_rows, lecture_scheduler")
    if experiment.schedule != "constant":
        lines.append(f"from nncore.schedules import {experiment.schedule}")
    return "\n".join(lines)


def _uses_formula(experiment: Experiment) -> bool:
    return bool(experiment.hidden) and CUSTOM in experiment.hidden_func


def _data(experiment: Experiment) -> str:
    arguments = [repr(experiment.data)]
    if experiment.applies("samples"):
        arguments += [f"{name}={getattr(experiment, name)!r}" for name in ("noise", "samples", "split")]
    arguments.append(f"seed={experiment.data_seed!r}")
    if experiment.applies("features"):
        arguments.append(f"features={experiment.features!r}")
    if experiment.points:
        arguments.append(f"points={experiment.points!r}")
    return _call("data", "load", arguments)


def _network(experiment: Experiment, own: OwnSource | None) -> str:
    cost, output = experiment.resolved(own.task if own else None)
    dimensions = (own.n_inputs, *experiment.hidden, own.n_outputs) if own else experiment.dimensions()
    lines = []
    if _uses_formula(experiment):
        lines.append(f"{CUSTOM} = compile_formula({experiment.formula!r})")
    arguments = [repr(dimensions)]
    if experiment.hidden:
        names = experiment.hidden_func
        same = len(set(names)) == 1
        arguments.append(f"hidden_func={names[0] if same else '[' + ', '.join(names) + ']'}")
    arguments += [f"output_func={output}", f"cost_func={cost}", f"seed={experiment.seed!r}"]
    if experiment.init != "auto":
        arguments.append(f"init={experiment.init!r}")
    return "\n".join([*lines, _call("network", "FFNN", arguments)])


def _scheduler(experiment: Experiment, own: OwnSource | None) -> str:
    names = SCHEDULERS[experiment.scheduler].numbers
    numbers = [f"{name}={getattr(experiment, name)!r}" for name in names]
    if experiment.rule == "textbook":
        return _call("scheduler", experiment.scheduler, numbers)
    summed = experiment.resolved(own.task if own else None)[0] == "CostCrossEntropy"
    rows = f"rows=batch_rows(len(data.X), {experiment.batch_size!r})"
    arguments = [repr(experiment.scheduler), rows, f"summed={summed!r}", *numbers]
    return _call("scheduler", "lecture_scheduler", arguments)


def _training(experiment: Experiment) -> str:
    arguments = ["network", "scheduler", "data.X", "data.t"]
    if experiment.batch_size:
        arguments.append(f"batch_size={experiment.batch_size!r}")
    arguments.append(f"epochs={experiment.epochs!r}")
    penalties = {"lam": experiment.lam, "lam1": experiment.lam1}
    arguments += [f"{name}={value!r}" for name, value in penalties.items() if value]
    arguments += ["X_val=data.X_val", "t_val=data.t_val", f"order_seed={experiment.data_seed!r}"]
    if experiment.schedule != "constant":
        arguments.append(f"schedule={experiment.schedule}")
    return _call("training", "Training", arguments)


def _run(marks: list[tuple[int, str, float]]) -> str:
    lines = []
    done = 0
    for epoch, field, value in marks:
        if epoch > done:
            lines.append(f"training.advance(epochs={epoch - done!r})")
            done = epoch
        lines.append(f"training.{_SETTERS[field]}({value!r})")
    return "\n".join([*lines, "training.advance()"])


def _report() -> str:
    return "\n".join(
        (
            "for name, values in training.history.items():",
            "    print(name, repr(float(values[-1])))",
            "print('outcome', training.outcome)",
        )
    )


def _checked_change(change: Any, epochs: int) -> tuple[int, str, float]:
    try:
        epoch, field, value = change
    except (TypeError, ValueError):
        raise ValueError(f"changes must hold (epoch, field, value); got {change!r}.") from None
    if field not in _SETTERS:
        raise ValueError(f"changes must name {' or '.join(_SETTERS)}; got {field!r}.")
    if isinstance(epoch, bool) or not isinstance(epoch, int) or not 0 <= epoch <= epochs:
        raise ValueError(f"epoch of a change must be a whole number from 0 to {epochs}; got {epoch!r}.")
    return epoch, field, FIELDS[field].check(value)
