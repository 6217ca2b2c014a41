"""What the page of building blocks keeps in its address, declared once as fields of `nncore`'s kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.data.gates import TRUTH_TABLES
from nncore.experiment.field_kinds import (
    Choice,
    Field,
    Formula,
    Real,
    Whole,
    number_text,
    read_number,
    written_as,
)
from nncore.experiment.fields import HIDDEN_FUNCS
from nncore.experiment.settings import Settings
from nncore.schedulers import SCHEDULERS
from nncore.study.landscapes import LANDSCAPES
from ui.blocks.curves import ETAS, STEPS
from ui.shared.question import Asked

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
LANDSCAPES_OWN: Final = 99.0
"""Stands for the landscape's own start: a place that no landscape has."""
STAGES: Final = 11
"""Steps of the worked example of back-propagation."""


def _is_none(text: str) -> bool:
    return text.strip().lower() == "none"


@dataclass(frozen=True, kw_only=True)
class Some(Field[tuple[str, ...]]):
    """Any number of names out of a list, joined by -; in an address, none is `none`."""

    choices: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"none, or names out of {', '.join(self.choices)}, joined by -"

    def check(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise self.refuse(value)
        if not all(isinstance(name, str) and name in self.choices for name in value):
            raise self.refuse(value)
        return tuple(name for name in self.choices if name in value)

    def parse(self, text: str) -> tuple[str, ...]:
        try:
            return self.check(
                () if _is_none(text) else [written_as(part, self.choices) for part in text.split("-")]
            )
        except ValueError:
            raise self.refuse(text) from None

    def format(self, value: tuple[str, ...]) -> str:
        return "-".join(value) or "none"


@dataclass(frozen=True, kw_only=True)
class Numbers(Field[tuple[float, ...]]):
    """So many numbers from -`limit` to `limit`, joined by _ in an address; or none at all, `none`."""

    count: int
    limit: float

    @property
    def allowed(self) -> str:
        limit = number_text(self.limit)
        return f"none, or {self.count} numbers from -{limit} to {limit} joined by _"

    def check(self, value: object) -> tuple[float, ...]:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise self.refuse(value)
        sound = all(
            isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) <= self.limit
            for number in value
        )
        if len(value) not in (0, self.count) or not sound:
            raise self.refuse(value)
        return tuple(float(number) + 0.0 for number in value)

    def parse(self, text: str) -> tuple[float, ...]:
        try:
            return self.check([] if _is_none(text) else [read_number(part) for part in text.split("_")])
        except ValueError:
            raise self.refuse(text) from None

    def format(self, value: tuple[float, ...]) -> str:
        return "_".join(number_text(number) for number in value) or "none"


@dataclass(frozen=True, kw_only=True)
class Coordinate(Real):
    """A number from `low` to `high`, or `LANDSCAPES_OWN`, which no sentence needs to name."""

    def check(self, value: object) -> float:
        return LANDSCAPES_OWN if value == LANDSCAPES_OWN else super().check(value)


def _coordinate(axis: str) -> Coordinate:
    name, label, words = f"start_{axis}", f"Start, {axis}", "Where all schedulers begin."
    return Coordinate(name=name, default=LANDSCAPES_OWN, label=label, help=words, low=-5, high=5)


def _sum_of_softmax(name: str, default: float) -> Real:
    words = f"Weighted sum of class {name[1]} of the softmax."
    return Real(name=name, default=default, label=name, help=words, low=-6, high=6)


SETTINGS: Final = Settings(
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
    Real(
        name="z",
        default=1.0,
        label="z",
        help="Where on the activation's curve the marks stand.",
        low=-6,
        high=6,
    ),
    Choice(
        name="cost", default="CostLogReg", label="Cost", help="The cost to walk along.", choices=tuple(COSTS)
    ),
    Choice(
        name="target", default="1", label="Target", help="The right answer of the costs.", choices=("0", "1")
    ),
    Real(
        name="p",
        default=0.3,
        label="p",
        help="Where on the cost's curve the marks stand.",
        low=0.005,
        high=0.995,
    ),
    _sum_of_softmax("z1", 2.0),
    _sum_of_softmax("z2", 1.0),
    _sum_of_softmax("z3", -1.0),
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
    _coordinate("x"),
    _coordinate("y"),
    Whole(
        name="step",
        default=-1,
        label="Step",
        help="Where the walk stands still; -1 lets it walk.",
        low=-1,
        high=STEPS,
    ),
    Choice(
        name="race",
        default="same",
        label="Learning rates",
        help="All at one learning rate, or each at its best.",
        choices=("same", "best"),
    ),
    Some(
        name="without",
        default=(),
        label="Hidden schedulers",
        help="Schedulers whose walks are not drawn.",
        choices=tuple(SCHEDULERS),
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
        choices=("sigmoid", "tanh", *HIDDEN_FUNCS[2:-1]),
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
    Numbers(
        name="weights",
        default=(),
        label="Weights set by hand",
        help="Both hidden biases, the weights from x1 and from x2, the output's bias, its two weights.",
        count=9,
        limit=10.0,
    ),
    Whole(
        name="stage",
        default=0,
        label="Step of the calculation",
        help="0 is the row that enters, the last one the weights after a step.",
        low=0,
        high=STAGES - 1,
    ),
    Whole(
        name="lecture",
        default=0,
        label="Lecture mode",
        help="1 shows one part alone, large.",
        low=0,
        high=1,
    ),
    Asked(name="ask", default=None, label="Ask first", help="A question before the part is shown."),
)
"""Every choice of the page by its name in the address."""
