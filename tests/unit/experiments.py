"""Random experiments for property tests: every field anywhere in what it allows."""

from hypothesis import strategies as st

from nncore.data import DATA
from nncore.experiment import COST_OUTPUTS, TASK_COSTS, Experiment
from nncore.experiment.changes import Changes
from nncore.experiment.field_kinds import Choice, Field, Formula, Names, Points, Real, Whole, Widths
from nncore.experiment.fields import FIELDS

BY_HAND = ("", "a0.5_-0.25_1", "a1_1_0a-0.5_0.25_1")
ON_THE_WAY = ("", "eta1_0.05", "lam0_0.001eta1_1e-5")
FORMULAS = ("z * sigmoid(z)", "z", "where(z > 0, 1, 0)", "exp(z)", "log(z)", "z**9", "sin(3*z)")


def values(field: Field) -> st.SearchStrategy:
    """Return a strategy for all values that a field allows."""
    if isinstance(field, Formula):
        return st.sampled_from(FORMULAS)
    if isinstance(field, Points):
        return st.sampled_from(BY_HAND)
    if isinstance(field, Changes):
        return st.sampled_from(ON_THE_WAY)
    if isinstance(field, Choice):
        return st.sampled_from(field.choices)
    if isinstance(field, Real):
        inside = st.floats(field.low, field.high)
        return inside | st.just(0.0) if field.zero else inside
    if isinstance(field, Whole):
        return st.integers(field.low, field.high)
    if isinstance(field, Widths):
        return st.lists(st.integers(1, field.max_width), max_size=field.max_layers).map(tuple)
    if isinstance(field, Names):
        names = st.sampled_from(field.choices)
        return st.lists(names, min_size=1, max_size=field.most, unique=field.unique).map(tuple)
    raise TypeError(f"no strategy for {type(field).__name__}")


@st.composite
def experiments(draw: st.DrawFn, *, small: bool = False) -> Experiment:
    """Return a strategy for experiments whose fields go together; `small` ones train in milliseconds."""
    name = draw(st.sampled_from(tuple(DATA)))
    fields = {key: draw(values(field)) for key, field in FIELDS.items()}
    if not DATA[name].planar or name == "polynomial_surface":
        fields["points"] = ""  # no plane, or one of other bounds
    fields |= {"data": name, "hidden": draw(st.lists(st.integers(1, 6), max_size=3).map(tuple))}
    layers = len(fields["hidden"])
    one = st.sampled_from(FIELDS["hidden_func"].choices)
    count = draw(st.sampled_from((1, max(1, layers))))
    fields["hidden_func"] = tuple(draw(st.lists(one, min_size=count, max_size=count)))
    task = DATA[name].task
    fields["cost"] = draw(st.sampled_from(("auto", *TASK_COSTS[task])))
    cost = TASK_COSTS[task][0] if fields["cost"] == "auto" else fields["cost"]
    allowed = [output for output in COST_OUTPUTS[cost] if output != "softmax" or task == "multiclass"]
    fields["output_func"] = draw(st.sampled_from(("auto", *allowed)))
    if small:
        fields |= {"samples": draw(st.integers(10, 60)), "epochs": draw(st.integers(1, 4))}
        fields["more"] = draw(st.integers(0, 3))
        fields["batch_size"] = draw(st.sampled_from((0, 1, 7, 100)))
    return Experiment(**fields)
