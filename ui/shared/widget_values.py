"""An experiment as widget values, and back: pure functions, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Whole, number_text
from nncore.experiment.fields import FIELDS

MAX_LAYERS = 6

# Typed as text: fields that span decades, so that `3e-4` can be entered and reads back as it was meant, and
# the batch size, whose nought reads "all".
TYPED_FIELDS = ("eta", "lam", "lam1", "batch_size")


def to_widgets(experiment: Experiment) -> dict[str, Any]:
    """Return the value of every widget that shows `experiment`, by widget key.

    A field is one widget under its own name, but for two: ``hidden`` is the number of layers with the
    widths in ``hidden_1`` ..., and ``hidden_func`` the one activation, with ``hidden_func_each`` and
    ``hidden_func_1`` ... for one a layer.
    """
    values: dict[str, Any] = {name: getattr(experiment, name) for name in FIELDS}
    for name in TYPED_FIELDS:
        values[name] = _typed(name, values[name])
    values["features"] = list(experiment.features)
    values["hidden"] = len(experiment.hidden)
    for layer, width in enumerate(experiment.hidden, 1):
        values[f"hidden_{layer}"] = width
    functions = experiment.hidden_func
    values["hidden_func"] = functions[0]
    values["hidden_func_each"] = len(functions) > 1
    for layer in range(1, len(experiment.hidden) + 1):
        values[f"hidden_func_{layer}"] = functions[layer - 1] if len(functions) > 1 else functions[0]
    return values


def _typed(name: str, value: float) -> str:
    field = FIELDS[name]
    return field.zero_means if isinstance(field, Whole) and value == 0 else number_text(value)


def from_widgets(values: Mapping[str, Any], base: Experiment) -> tuple[Experiment, list[str]]:
    """Return the experiment that the widgets show, and a sentence for each value that was refused.

    `values` are those of the widgets by key; `base` supplies every field whose widget is not drawn or holds
    something impossible.
    """
    changes, problems = _plain_changes(values, base)
    changes["hidden"] = _hidden(values, base)
    changes["hidden_func"] = _hidden_func(values, base, layers=len(changes["hidden"]))
    changes = {name: value for name, value in changes.items() if value != getattr(base, name)}
    try:
        return base.replace(**changes), problems
    except ValueError:
        return _one_by_one(changes, base, problems)


def _plain_changes(values: Mapping[str, Any], base: Experiment) -> tuple[dict[str, Any], list[str]]:
    changes: dict[str, Any] = {}
    problems: list[str] = []
    for name in FIELDS:
        value: Any = values.get(name)
        if value is None or name in ("hidden", "hidden_func"):
            continue
        if name in TYPED_FIELDS:
            try:
                value = FIELDS[name].parse(str(value))
            except ValueError as error:
                problems.append(_kept(name, base, error))
                continue
        changes[name] = tuple(value) if name == "features" else value
    return changes, problems


def _hidden(values: Mapping[str, Any], base: Experiment) -> tuple[int, ...]:
    layers = int(values.get("hidden", len(base.hidden)))
    # A layer that is added starts as wide as the last one, or as the problem's default.
    spare = base.hidden[-1:] or Experiment.default(base.data).hidden[:1] or (4,)
    known = [*base.hidden, *spare * MAX_LAYERS]
    return tuple(int(values.get(f"hidden_{i + 1}", known[i])) for i in range(layers))


def _hidden_func(values: Mapping[str, Any], base: Experiment, *, layers: int) -> tuple[str, ...]:
    common = str(values.get("hidden_func", base.hidden_func[0]))
    if not values.get("hidden_func_each", len(base.hidden_func) > 1) or layers < 2:
        return (common,)
    known = [*(base.hidden_func if len(base.hidden_func) > 1 else ()), *[common] * layers]
    return tuple(str(values.get(f"hidden_func_{i + 1}", known[i])) for i in range(layers))


def _one_by_one(
    changes: Mapping[str, Any], base: Experiment, problems: list[str]
) -> tuple[Experiment, list[str]]:
    """Apply what can be applied, and say of the rest why not."""
    experiment = base
    for name, value in changes.items():
        try:
            experiment = experiment.replace(**{name: value})
        except ValueError as error:
            problems.append(_kept(name, base, error))
    return experiment, problems


def _kept(name: str, base: Experiment, error: ValueError) -> str:
    return f"{str(error).rstrip('.')}. {FIELDS[name].format(getattr(base, name))} is kept."
