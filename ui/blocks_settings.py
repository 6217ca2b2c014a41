"""What the page of building blocks keeps in its address, declared once as fields of `nncore`'s kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.data.gates import TRUTH_TABLES
from nncore.field_kinds import MAX_TEXT, Choice, Field, Formula, Real, Whole
from nncore.landscapes import LANDSCAPES
from ui.blocks_numbers import ETAS

BLOCKS: Final = {
    "activations": "Activations",
    "costs": "Costs",
    "softmax": "Softmax",
    "schedulers": "Schedulers",
    "backprop": "Back-propagation",
}
ROWS: Final = ("0 0", "0 1", "1 0", "1 1")
GATES: Final = tuple(TRUTH_TABLES)
CURVES: Final = (*(name for name in ACTIVATIONS if name != "softmax"), "custom")

_FIELDS: Final[tuple[Field, ...]] = (
    Choice(
        name="block",
        default="activations",
        label="Building block",
        help="Which part of a network to look at.",
        choices=tuple(BLOCKS),
        labels=BLOCKS,
    ),
    Choice(
        name="activation",
        default="sigmoid",
        label="Activation",
        help="The curve to walk along.",
        choices=CURVES,
    ),
    Formula(
        name="formula",
        default="z * sigmoid(z)",
        label="Your own activation, a formula in z",
        help="Numbers, z, + - * / **, brackets, functions such as exp, tanh, sigmoid, where(z > 0, z, z/9).",
    ),
    Choice(
        name="cost", default="CostLogReg", label="Cost", help="The cost to walk along.", choices=tuple(COSTS)
    ),
    Choice(
        name="landscape",
        default="ravine",
        label="Landscape",
        help="A cost of two weights.",
        choices=tuple(LANDSCAPES),
        labels={name: item.label for name, item in LANDSCAPES.items()},
    ),
    Real(
        name="eta",
        default=0.0,
        label="Learning rate",
        help="0 stands for the landscape's own.",
        low=float(ETAS[0]),
        high=float(ETAS[-1]),
        zero=True,
    ),
    Real(
        name="momentum",
        default=0.9,
        label="Momentum",
        help="Share of the last change that is kept.",
        low=0.0,
        high=0.99,
    ),
    Real(
        name="start_x",
        default=99.0,
        label="Start, x",
        help="99 stands for the landscape's own.",
        low=-5,
        high=99,
    ),
    Real(
        name="start_y",
        default=99.0,
        label="Start, y",
        help="99 stands for the landscape's own.",
        low=-5,
        high=99,
    ),
    Choice(
        name="gate", default="XOR", label="Gate", help="Whose truth table the network learns.", choices=GATES
    ),
    Choice(
        name="row", default="1 0", label="Row", help="The row that goes through the network.", choices=ROWS
    ),
    Choice(
        name="hidden_func",
        default="tanh",
        label="Activation of the hidden neurons",
        help="Their derivative is a factor of every hidden delta.",
        choices=("sigmoid", "tanh", "RELU", "LRELU", "ELU", "GELU", "softplus", "identity"),
    ),
    Whole(
        name="trained",
        default=20,
        label="Epochs trained before",
        help="0 shows the starting weights; later, gradients are smaller.",
        low=0,
        high=500,
    ),
    Whole(name="seed", default=3, label="Seed", help="Draws the starting weights.", low=0, high=9999),
)

SETTINGS: Final[Mapping[str, Field]] = {field.name: field for field in _FIELDS}
"""Every choice of the page by its name in the address."""
DEFAULTS: Final[Mapping[str, Any]] = {name: field.default for name, field in SETTINGS.items()}


def read(address: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Read an address as far as it can be read.

    Parameters
    ----------
    address : mapping of str to str
        Parameters of the address.

    Returns
    -------
    values : dict
        Every choice, with its default where the address says nothing that is possible.
    notices : list of str
        One sentence for each thing that was not taken over.
    """
    values, notices = dict(DEFAULTS), []
    for name, text in address.items():
        if name not in SETTINGS:
            notices.append(f"“{name[:40]}” in the address is not a choice of this page and is ignored.")
            continue
        try:
            values[name] = SETTINGS[name].parse(text[: MAX_TEXT + 1])
        except ValueError as error:
            notices.append(f"{error} The default is shown.")
    return values, notices[:10]


def query(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the address of these choices: what differs from the defaults."""
    return {
        name: field.format(values[name]) for name, field in SETTINGS.items() if values[name] != field.default
    }
