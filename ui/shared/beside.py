"""Two experiments side by side: A is held, B is what the controls change; pure functions, no Streamlit.

The address is A's; of B it holds what differs, each field's name behind ``b.``: ``eta=0.1&b.eta=0.3``.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nncore.data.point_edits import PointEdits
from nncore.experiment import Experiment
from nncore.experiment.changes import NAMES, told_changes
from nncore.experiment.field_kinds import Choice, Field, Names, Whole, shown, written_as
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.experiment.values import shortened

PREFIX: Final = "b."
"""What stands before the name of a field of B in an address."""


LABELLED: Final = frozenset(
    {"data", "hidden", "hidden_func", "scheduler", "eta", "changes", "seed", "points", "epochs", "more"}
)
"""What is said of an experiment wherever it is named: `Experiment.label`, and the epoch beside it."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A setting in which A and B differ, in the words of its control."""

    label: str
    """Name of the setting."""
    a: str
    b: str
    """`a` and `b`: the two values."""
    unit: str = ""
    """Unit of both, "" for none."""

    @property
    def told(self) -> str:
        """The setting and B's value, within a sentence."""
        name = self.label
        return f"{name[0].lower() if name[1].islower() else name[0]}{name[1:]} {self.b}"

    @property
    def words(self) -> str:
        """Both values behind the name: "learning rate 0.1 | 0.3"."""
        name = self.label if self.label[1:2].isupper() else self.label[:1].lower() + self.label[1:]
        return f"{name} {self.a} | {self.b} {self.unit}".rstrip()


def beside_query(a: Experiment, b: Experiment) -> dict[str, str]:
    """Return the parameters of an address that lead from A to B, at least one.

    Examples
    --------
    >>> xor = Experiment.default("XOR")
    >>> beside_query(xor, xor.replace(eta=0.3)), beside_query(xor, xor)
    ({'b.eta': '0.3'}, {'b.eta': '0.1'})
    """
    changed = FIELDS.query(vars(b), defaults=vars(a)) or {"eta": FIELDS["eta"].format(b.eta)}
    return {PREFIX + name: text for name, text in changed.items()}


def is_beside(name: str) -> bool:
    """Tell whether a parameter of an address is one of B's."""
    return name.startswith(PREFIX)


def read_beside(
    address: Mapping[str, str], a: Experiment, *, among: Sequence[str] = ()
) -> tuple[Experiment | None, list[str]]:
    """Read B out of an address, as far as it can be read.

    Parameters
    ----------
    address : mapping of str to str
        Its parameters; those that are not B's are passed over.
    a : Experiment
        What B is where the address says nothing of it.
    among : sequence of str
        Data sets that the page can show; empty for all.

    Returns
    -------
    b : Experiment or None
        None where the address names no setting of B.
    notices : list of str
        One sentence for each thing that was not taken over: field, what is allowed, what was given.
    """
    given = {name.removeprefix(PREFIX): text for name, text in address.items() if is_beside(name)}
    notices = [
        f"{shown(PREFIX + name)} in the address is not a setting and is ignored."
        for name in given
        if name not in FIELDS
    ]
    if not any(name in FIELDS for name in given):
        return None, shortened(notices)
    changes: dict[str, Any] = {}
    for name in [name for name in FIELDS if name in given]:
        try:
            changes[name] = _parsed(name, given[name], a, among)
        except ValueError as error:
            notices.append(_instead(name, a, error))
    try:
        b = Experiment(**{**vars(a), **changes})
    except ValueError:
        b = _one_by_one(a, changes, notices)
    return b, shortened(notices)


def _parsed(name: str, text: str, a: Experiment, among: Sequence[str]) -> object:
    if name != "data":
        return FIELDS[name].parse(text)
    names = (OWN_DATA,) if a.data == OWN_DATA else [data for data in among if data != OWN_DATA]
    if names and written_as(text, names) not in names:
        raise ValueError(f"data must be one of {', '.join(names)}; got {shown(text)}.")
    return FIELDS[name].parse(text)


def _one_by_one(a: Experiment, changes: Mapping[str, Any], notices: list[str]) -> Experiment:
    """Return A with those changes that go together, and say of the rest why not."""
    b = a
    for name, value in changes.items():
        try:
            b = b.replace(**{name: value})
        except ValueError as error:
            notices.append(_instead(name, b, error))
    return b


def _instead(name: str, used: Experiment, error: ValueError) -> str:
    kept = FIELDS[name].format(getattr(used, name))
    return f"{PREFIX}{str(error).rstrip('.')}. That of A, {kept}, is used instead."


def suits(a: Experiment, b: Experiment) -> bool:
    """Tell whether two experiments can stand side by side: rows of one's own are those of both."""
    return (a.data == OWN_DATA) == (b.data == OWN_DATA)


def differences(a: Experiment, b: Experiment, among: Container[str] = FIELDS) -> list[Difference]:
    """Return in which settings that matter, out of those `among`, two experiments differ, in fields' order.

    Examples
    --------
    >>> xor = Experiment.default("XOR")
    >>> [(one.label, one.a, one.b, one.unit) for one in differences(xor, xor.replace(eta=0.3, hidden=(8,)))]
    [('Hidden layers', '4', '8', 'neurons'), ('Learning rate', '0.1', '0.3', '')]
    """
    return [
        Difference(label=field.label, a=_told(name, a), b=_told(name, b), unit=_unit(field))
        for name, field in FIELDS.items()
        if name in among and getattr(a, name) != getattr(b, name) and (a.applies(name) or b.applies(name))
    ]


def other_settings(experiment: Experiment, besides: Container[str] = ()) -> str:
    """Return in words what is set otherwise than the data set opens with, without what a label says, or
    `besides`.

    Examples
    --------
    >>> other_settings(Experiment.default("XOR").replace(cost="CostOLS", eta=0.3, batch_size=2))
    'cost squared error, batch size 2'
    """
    among = [name for name in FIELDS if name not in LABELLED and name not in besides]
    return ", ".join(one.told for one in differences(Experiment.default(experiment.data), experiment, among))


def _unit(field: Field) -> str:
    """Return the unit where the label does not say it."""
    return "" if field.unit.lower() in field.label.lower() else field.unit


def _told(name: str, experiment: Experiment) -> str:
    """Return a value in the words that its control has for it."""
    field, value = FIELDS[name], getattr(experiment, name)
    if name == "points":
        return PointEdits.parse(value).told or "none"
    if name == "changes":
        told = [
            f"{words} {told_changes(experiment.on_the_way, changed, getattr(experiment, changed))}"
            for changed, words in NAMES.items()
            if any(change[1] == changed for change in experiment.on_the_way)
        ]
        return ", ".join(told) or "none"
    if isinstance(field, Choice):
        return field.labels.get(value, value)
    if isinstance(field, Names):
        return ", ".join(field.labels.get(one, one) for one in value)
    if isinstance(field, Whole) and value == 0 and field.zero_means:
        return field.zero_means
    return field.format(value)
