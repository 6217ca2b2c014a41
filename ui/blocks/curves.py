"""The numbers behind the building blocks: curves of activations and costs, and the schedulers' landscapes.

Curves come from `nncore` and are only drawn by the browser. The walks down a landscape are the browser's
own, so that they follow a hand; tests hold them against `nncore.study.landscapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad

from nncore.activations import ACTIVATIONS, RULES, Activation, derivate
from nncore.arrays import Array
from nncore.costs import COST_RULES, COSTS, Cost
from nncore.experiment.formula import compile_formula
from nncore.schedulers import SCHEDULERS
from nncore.study.landscapes import LANDSCAPES
from ui.live.protocol import finite

Z: Final = np.round(np.arange(-6.0, 6.0 + 1e-9, 0.05), 10) + 0.0
"""Weighted sums at which activations are drawn."""
P: Final = np.round(np.arange(0.0, 1.0 + 1e-9, 0.005), 10)
"""Predictions at which costs are drawn."""
FLAT: Final = 0.05
"""A derivative smaller than this lets a gradient through to less than a twentieth."""
ETAS: Final = np.array([float(f"{10.0**power:.2g}") for power in np.linspace(-4, 1, 101)])
"""Learning rates of the slider: twenty a decade, round to two digits."""
STEPS: Final = 200

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    **{func.__name__: (rule.written, rule.note) for func, rule in RULES.items() if rule.note},
    "custom": ("", "Your formula, differentiated by autograd."),
}
COST_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "CostOLS": (
        "Squared error",
        "(p − t)²",
        "Grows gently: a prediction that is wholly wrong costs 1 and pulls with 2.",
    ),
    "CostLogReg": (
        "Logistic cost",
        "−t log p − (1 − t) log(1 − p)",
        "Without bound: the more certain a wrong answer, the harder it pulls. "
        "With a sigmoid before it, dC/dz is simply p − t.",
    ),
    "CostCrossEntropy": (
        "Cross entropy",
        "−t log p, summed over two classes: p and 1 − p",
        "Only the probability of the right class counts; softmax makes the others fall as it rises.",
    ),
}


def activation_curves(formula: Activation | None = None) -> list[dict[str, object]]:
    """Return value, closed derivative and autograd's derivative of every activation, a `formula` of the
    user's own last.

    Of each: `name`, `formula`, `typed` (the same, for the formula box), `note`; over `Z` the lists `value`,
    `closed` (None without a closed form) and `auto`, with None where there is no finite number; and
    `difference`, the largest one between the two derivatives.
    """
    found = [_curve(name, func) for name, func in ACTIVATIONS.items() if name != "softmax"]
    if formula is not None:
        found.append(_curve("custom", formula))
    return found


def _curve(name: str, func: Activation) -> dict[str, object]:
    # nncore hands autograd the closed forms; for comparison it differentiates the function as one types it.
    typed = "" if name == "custom" else RULES[func].typed
    with np.errstate(all="ignore"):
        value = np.asarray(func(Z), dtype=float)
        plain = func if name == "custom" else compile_formula(typed)
        auto = np.asarray(elementwise_grad(plain)(Z), dtype=float)
        closed = None if name == "custom" else np.asarray(derivate(func)(Z), dtype=float)
    # Autograd gives log(z) a slope where log(z) has no value.
    auto = np.where(np.isfinite(value), auto, np.nan)
    shape, note = WORDS[name]
    return {
        "name": name,
        "formula": shape or str(getattr(func, "text", "")),
        "typed": typed,
        "note": note,
        "value": _finite(value),
        "closed": None if closed is None else _finite(closed),
        "auto": _finite(auto),
        "difference": None if closed is None else float(np.nanmax(np.abs(closed - auto))),
    }


def cost_curves() -> list[dict[str, object]]:
    """Return every cost as a function of one prediction, for targets 0 and 1, with its gradient.

    Of each: `name`, `label`, `formula`, `note`, and `targets`: for "0" and "1" the lists `value`, `closed`,
    `auto` over `P`. For the cross entropy the other class has the rest of the probability.
    """
    found: list[dict[str, object]] = []
    for name, cost in COSTS.items():
        label, formula, note = COST_WORDS[name]
        curves = {}
        for target in (0.0, 1.0):
            # One row for each prediction: the mean over rows is undone by their number.
            t = np.full((len(P), 1), target)
            if name == "CostCrossEntropy":
                t = np.hstack([t, 1.0 - t])
            curves[f"{target:.0f}"] = _cost_curve(cost, t)
        found.append({"name": name, "label": label, "formula": formula, "note": note, "targets": curves})
    return found


def _cost_curve(cost: Cost, t: Array) -> dict[str, list[float | None]]:
    rule = COST_RULES[cost]

    def outputs(p: Array) -> Array:
        return anp.stack([p, 1.0 - p], axis=1) if t.shape[1] == 2 else anp.reshape(p, (-1, 1))

    def value(p: Array) -> Array:
        return anp.sum(rule.terms(t, outputs(p)), axis=1)

    with np.errstate(all="ignore"):
        slope = rule.slope(t, outputs(P))
        closed = slope[:, 0] - slope[:, 1] if t.shape[1] == 2 else slope[:, 0]
        auto = elementwise_grad(value)(P)
        costs = value(P)
    inside = (P > 0) & (P < 1)
    return {
        "value": _finite(costs),
        "closed": _finite(np.where(inside, closed, np.nan)),
        "auto": _finite(np.where(inside, auto, np.nan)),
    }


def race(name: str, start: tuple[float, float] | None = None) -> dict[str, object]:
    """Return what a browser needs to let six schedulers walk down one of `LANDSCAPES`; it walks them itself.

    All begin at `start`, by default the landscape's own.
    """
    landscape = LANDSCAPES[name]
    return {
        "name": name,
        "label": landscape.label,
        "formula": landscape.formula,
        "help": landscape.help,
        "bounds": [list(pair) for pair in landscape.bounds],
        "minima": [list(point) for point in landscape.minima],
        "curvatures": list(landscape.curvatures),
        "start": list(start or landscape.start),
        "etas": ETAS.tolist(),
        "steps": STEPS,
        "schedulers": list(SCHEDULERS),
    }


def _finite(values: Array) -> list[float | None]:
    return [finite(value) for value in values.tolist()]
