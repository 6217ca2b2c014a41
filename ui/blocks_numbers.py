"""The numbers behind the building blocks: curves of activations and costs, walks on landscapes.

All of them come from `nncore`; the browser draws and interpolates nothing but colours. Arrays travel as
base64.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad

from nncore.activations import ACTIVATIONS, Array, derivate
from nncore.costs import COST_RULES, COSTS
from nncore.formula import compile_formula
from nncore.landscapes import LANDSCAPES, Landscape, convergence_rate, descend
from nncore.schedulers import SCHEDULERS

Z: Final = np.round(np.arange(-6.0, 6.0 + 1e-9, 0.05), 10)
"""Weighted sums at which activations are drawn."""
P: Final = np.round(np.arange(0.0, 1.0 + 1e-9, 0.005), 10)
"""Predictions at which costs are drawn."""
FLAT: Final = 0.05
"""A derivative smaller than this lets a gradient through to less than a twentieth."""
ETAS: Final = np.array([float(f"{10.0**power:.2g}") for power in np.linspace(-4, 1, 41)])
"""Learning rates for which walks are sent: eight a decade, so that a slider answers without the server."""
STEPS: Final = 200
GRID: Final = 121
LOST: Final = -32768

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "identity": ("z", "A straight line: layers of it are one layer. For the outputs of a regression."),
    "sigmoid": (
        "1 / (1 + e⁻ᶻ)",
        "Slope at most ¼, and next to none beyond ±5: gradients vanish in deep networks.",
    ),
    "RELU": ("max(z, 0)", "Slope 1 or 0: a neuron that is negative for every row no longer learns."),
    "LRELU": ("max(z, z/1000)", "Hardly different from RELU, but never quite dead: slope 0.001 below zero."),
    "tanh": ("tanh z", "Slope 1 in the middle, centred on zero; flat beyond ±3."),
    "ELU": ("z, or eᶻ − 1 below 0", "Smooth; below zero it tends to −1, and its slope to 0."),
    "GELU": ("½ z (1 + tanh(0.8 z + 0.036 z³))", "Smooth RELU with a dip; its slope exceeds 1 a little."),
    "softplus": ("log(1 + eᶻ)", "RELU with its corner rounded; its derivative is the sigmoid."),
    "custom": ("", "Your formula, differentiated by autograd."),
}
PLAIN: Final[Mapping[str, str]] = {
    "identity": "1 * z",
    "sigmoid": "1 / (1 + exp(-z))",
    "RELU": "where(z > 0, z, 0 * z)",
    "LRELU": "where(z > 0, z, 0.001 * z)",
    "tanh": "tanh(z)",
    "ELU": "where(z > 0, z, exp(z) - 1)",
    "GELU": "0.5 * z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z**3)))",
    "softplus": "log(1 + exp(z))",
}
"""Every activation written out, as one would type it: what autograd differentiates for comparison, since
`nncore` hands autograd the closed forms."""
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
        "−t log p, summed over classes",
        "Only the probability of the right class counts; softmax makes the others fall as it rises.",
    ),
}


def activation_curves(formula: Callable[[Any], Any] | None = None) -> list[dict[str, Any]]:
    """Return value, closed derivative and autograd's derivative of every activation.

    Parameters
    ----------
    formula : callable, optional
        An activation of the user's own, shown last.

    Returns
    -------
    list of dict
        `name`, `formula`, `typed` (the same, for the formula box), `note`; over `Z` the lists `value`,
        `closed` (None without a closed form) and `auto`, with None where there is no finite number; and
        `difference`, the largest one between the two derivatives.
    """
    found = [_curve(name, func) for name, func in ACTIVATIONS.items() if name != "softmax"]
    if formula is not None:
        found.append(_curve("custom", formula))
    return found


def _curve(name: str, func: Callable[[Any], Any]) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        value = np.asarray(func(Z), dtype=float)
        plain = func if name == "custom" else compile_formula(PLAIN[name])
        auto = np.asarray(elementwise_grad(plain)(Z), dtype=float)
        closed = None if name == "custom" else np.asarray(derivate(func)(Z), dtype=float)
    shape, note = WORDS[name]
    return {
        "name": name,
        "formula": shape or str(getattr(func, "text", "")),
        "typed": PLAIN.get(name, ""),
        "note": note,
        "value": finite_list(value),
        "closed": None if closed is None else finite_list(closed),
        "auto": finite_list(auto),
        "difference": None if closed is None else float(np.nanmax(np.abs(closed - auto))),
    }


def cost_curves() -> list[dict[str, Any]]:
    """Return every cost as a function of one prediction, for targets 0 and 1, with its gradient.

    Returns
    -------
    list of dict
        `name`, `label`, `formula`, `note`, and `targets`: for "0" and "1" the lists `value`, `closed`, `auto`
        over `P`. For the cross entropy the other class has the rest of the probability.
    """
    found = []
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


def _cost_curve(cost: Callable[[Any], Callable[[Any], Any]], t: Array) -> dict[str, list[float | None]]:
    rule = COST_RULES[cost]

    def outputs(p: Any) -> Any:
        return anp.stack([p, 1.0 - p], axis=1) if t.shape[1] == 2 else anp.reshape(p, (-1, 1))

    def value(p: Any) -> Any:
        return anp.sum(rule.terms(t, outputs(p)), axis=1)

    with np.errstate(all="ignore"):
        slope = rule.slope(t, outputs(P))
        closed = slope[:, 0] - slope[:, 1] if t.shape[1] == 2 else slope[:, 0]
        auto = elementwise_grad(value)(P)
        costs = value(P)
    inside = (P > 0) & (P < 1)
    return {
        "value": finite_list(costs),
        "closed": finite_list(np.where(inside, closed, np.nan)),
        "auto": finite_list(np.where(inside, auto, np.nan)),
    }


def walks(name: str, momentum: float, start: tuple[float, float] | None = None) -> dict[str, Any]:
    """Return all that is drawn of one landscape: height, six schedulers' walks, where momentum is stable.

    Parameters
    ----------
    name : str
        A key of `LANDSCAPES`.
    momentum : float
        For the schedulers that have one.
    start : (float, float), optional
        Where all begin; default the landscape's own.

    Returns
    -------
    dict
        `height` base64 of float32 (GRID, GRID); for each scheduler in `places` base64 of int16 (etas,
        steps + 1, 2), in ten thousandths of the drawn range, `LOST` after divergence, and in `costs` base64
        of int16 (etas, steps + 1): 1000 log10 of the cost above the lowest.
    """
    landscape = LANDSCAPES[name]
    place = start or landscape.start
    # Four of the six know no momentum: they have walked already while its slider is dragged.
    walked = [
        _walk(name, rule, momentum if "momentum" in kind.numbers else None, place)
        for rule, kind in SCHEDULERS.items()
    ]
    return {
        "name": name,
        "label": landscape.label,
        "formula": landscape.formula,
        "help": landscape.help,
        "bounds": [list(pair) for pair in landscape.bounds],
        "minima": [list(point) for point in landscape.minima],
        "curvatures": list(landscape.curvatures),
        "start": list(place),
        "eta": landscape.eta,
        "etas": ETAS.tolist(),
        "steps": STEPS,
        "n": GRID,
        "momentum": momentum,
        "schedulers": list(SCHEDULERS),
        "height": _height(name),
        "places": [places for places, _ in walked],
        "costs": [costs for _, costs in walked],
        **stability(),
    }


@lru_cache(maxsize=256)
def _walk(name: str, rule: str, momentum: float | None, start: tuple[float, float]) -> tuple[str, str]:
    """Return places and costs of one scheduler at every learning rate, packed."""
    landscape = LANDSCAPES[name]
    path = descend(landscape, rule, eta=ETAS, steps=STEPS, momentum=momentum or 0.0, start=start)
    low, high = np.array(landscape.bounds).T
    with np.errstate(all="ignore"):
        places = np.clip((path - low) / (high - low) * 10_000, -32_000, 32_000)
        above = np.maximum(landscape.cost(path) - _lowest(landscape), 1e-12)
        costs = np.clip(1000 * np.log10(above), -12_000, 32_000)
    packed = (np.where(np.isnan(values), LOST, np.round(values)) for values in (places, costs))
    first, second = (encoded(values, np.int16) for values in packed)
    return first, second


def _lowest(landscape: Landscape) -> float:
    return float(landscape.cost(landscape.minima).min())


@lru_cache(maxsize=len(LANDSCAPES))
def _height(name: str) -> str:
    """Return the logarithm of the cost above its lowest value: the same bands suit bowls and walls."""
    landscape = LANDSCAPES[name]
    above = landscape.grid(GRID) - _lowest(landscape)
    return encoded(np.log10(above + 0.003 * float(np.median(above))), np.float32)


@lru_cache(maxsize=1)
def stability() -> dict[str, Any]:
    """Return the map of step size times curvature (0 to 4.2) and momentum (0 to 1): its convergence rate."""
    step, momentum = np.meshgrid(np.linspace(0, 4.2, 127), np.linspace(0, 1, 51))
    rate = convergence_rate(step, momentum)
    return {
        "rates": encoded(np.clip(rate * 200, 0, 255).round(), np.uint8),
        "rates_shape": list(rate.shape),
        "step_end": 4.2,
    }


def encoded(values: Array, kind: Any) -> str:
    """Return an array as base64 of little-endian numbers of one kind."""
    packed = np.ascontiguousarray(values, dtype=np.dtype(kind).newbyteorder("<"))
    return base64.b64encode(packed.tobytes()).decode("ascii")


def finite_list(values: Array) -> list[float | None]:
    """Return numbers as JSON can carry them: None for what is not finite."""
    return [float(value) if np.isfinite(value) else None for value in values]
