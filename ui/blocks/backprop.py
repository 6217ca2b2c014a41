"""Back-propagation with numbers: one row through a 2-2-1 network, forward and backward, every number named.

The chain rule is written out neuron by neuron, as one would do it on paper; tests hold it against
``FFNN.gradient`` and against fifty digits. Cost and delta of the output are the engine's: where the cost is
written with z (`nncore.costs`), both are exact also where the answer has been rounded to 0 or 1.

Keys of the numbers: ``x1``, ``w1_12`` (from input 1 to hidden neuron 2), ``b1_2``,
``z1_2``, ``a1_2``, ``s1_2`` (slope), ``d1_2`` (delta: derivative of the cost by the weighted sum),
``gw1_12``, ``gb1_2`` (gradients), and the same with 2 in front for the output: ``w2_1``, ``b2``, ``z2``,
``a2``, ``d2``, ``gw2_1``, ``gb2``; ``t`` and ``cost``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, Final

import numpy as np

from nncore import FFNN
from nncore.activations import derivate
from nncore.costs import COST_RULES
from ui.blocks.printed import equation, number

HIDDEN: Final = ("1", "2")
ORDER: Final = ("b1_1", "b1_2", "w1_11", "w1_12", "w1_21", "w1_22", "b2", "w2_1", "w2_2")
"""Biases and weights in the order of ``FFNN.weights``."""
SYMBOLS: Final = {"sigmoid": "σ", "identity": ""}
NEVER: Final = {"sigmoid": (1.0,), "tanh": (-1.0, 1.0), "ELU": (-1.0,), "GELU": (0.0,)}
"""What an activation only comes near to, but at z = 0: where it stands there, it has been rounded.

(The sigmoid keeps all digits near 0, and rounds to 0 below -745, which no weights of the page lead to.)
"""
_SLOPES: Final[Mapping[str, tuple[str, str, Callable[[Any], Any]]]] = {
    "sigmoid": ("{0} (1 − {0})", "{0} · (1 − {0})", lambda a: a * (1 - a)),
    "tanh": ("1 − {0}²", "1 − ({0})²", lambda a: 1 - a * a),
}
"""Derivatives in terms of the activation's own value: with letters, with numbers, and worked out."""
_SURE: Final = 1e-6  # an answer nearer than this to 0 or 1 has few digits left in p (1 − p)
_FEW: Final = 1e-12  # one that is nearer still has so few that what is printed of them is partly rounding
_LOST_BESIDE_1: Final = -20.0  # e to this power, 2e-9, has hardly a digit left once it is added to 1


@dataclass(frozen=True)
class Stage:
    """One step of the calculation."""

    title: str
    """What happens."""
    lines: tuple[str, ...]
    """The formulas with their numbers."""
    keys: tuple[str, ...]
    """Numbers that appear in the drawing with this step."""
    notes: tuple[str, ...] = ()
    """Where a number has been rounded so far that its line would mislead without a word."""


@dataclass(frozen=True)
class Worked:
    """A worked example."""

    numbers: dict[str, float]
    """Every number by its key."""
    stages: tuple[Stage, ...]
    """In the order of the calculation."""

    def gradient(self) -> list[np.ndarray]:
        """Return the gradient in the shape of ``FFNN.weights``: (3, 2) and (3, 1), row 0 the biases."""
        hidden, output = np.split(np.array([self.numbers[f"g{key}"] for key in ORDER]), [6])
        return [hidden.reshape(3, 2), output.reshape(3, 1)]


def work_out(network: FFNN, x: Any, t: float, *, eta: float) -> Worked:
    """Work one row x, shape (2,), with target 0 or 1 through a 2-2-1 network of a single run.

    `eta` is the learning rate of the last step, plain gradient descent. Raises `ValueError` when the network
    has another shape, or the target is neither 0 nor 1.
    """
    if tuple(network.dimensions) != (2, 2, 1) or network.runs != ():
        raise ValueError(
            f"network must be a single 2-2-1; got {network.dimensions} with runs {network.runs}."
        )
    if t not in (0, 1):
        raise ValueError(f"t must be 0 or 1; got {t!r}.")
    weights = np.concatenate([layer.ravel() for layer in network.weights]).tolist()
    numbers = {"x1": float(x[0]), "x2": float(x[1]), "t": float(t)} | dict(zip(ORDER, weights, strict=True))
    _forward(network, numbers)
    _backward(network, numbers)
    _update(network, numbers, eta)
    return Worked(numbers, (*_forward_stages(numbers, network), *_backward_stages(numbers, eta, network)))


def functions(network: FFNN) -> tuple[Any, Any]:
    """Return the activation of the hidden layer and of the output."""
    return network.hidden_func[0], network.output_func


def _value(func: Any, z: Any) -> float:
    return float(func(np.array([float(z)]))[0])


def _sum(*terms: Any) -> Any:
    """Return a bias and products of weights with what they weigh: b, w, x, w, x."""
    b, w1, x1, w2, x2 = terms
    return b + w1 * x1 + w2 * x2


def _from_z(network: FFNN) -> bool:
    """Say whether the cost is written with the output's z."""
    return network.output_func is COST_RULES[network.cost_func].partner


def _forward(network: FFNN, n: dict[str, float]) -> None:
    """Add the sums, activations and cost that row and weights lead to."""
    act, out = functions(network)
    for j in HIDDEN:
        n[f"z1_{j}"] = _sum(n[f"b1_{j}"], n[f"w1_1{j}"], n["x1"], n[f"w1_2{j}"], n["x2"])
        n[f"a1_{j}"] = _value(act, n[f"z1_{j}"])
    n["z2"] = _sum(n["b2"], n["w2_1"], n["a1_1"], n["w2_2"], n["a1_2"])
    n["a2"] = _value(out, n["z2"])
    n["cost"] = _cost(network, n)


def _cost(network: FFNN, n: Mapping[str, float]) -> float:
    t = np.array([[n["t"]]])
    if _from_z(network):
        return float(COST_RULES[network.cost_func].from_z(t, np.array([[n["z2"]]])))
    return float(network.cost_func(t)(np.array([[n["a2"]]])))


def _backward(network: FFNN, n: dict[str, float]) -> None:
    act, out = functions(network)
    rule = COST_RULES[network.cost_func]
    n["dcda"] = float(rule.slope(np.array([n["t"]]), np.array([n["a2"]]))[0])
    n["s2"] = _value(derivate(out), n["z2"])
    n["d2"] = rule.factor * (n["a2"] - n["t"]) if _from_z(network) else n["dcda"] * n["s2"]
    n["gb2"] = n["d2"]
    for name in HIDDEN:
        n[f"gw2_{name}"] = n["d2"] * n[f"a1_{name}"]
        n[f"s1_{name}"] = _value(derivate(act), n[f"z1_{name}"])
        n[f"d1_{name}"] = n[f"w2_{name}"] * n["d2"] * n[f"s1_{name}"]
        n[f"gb1_{name}"] = n[f"d1_{name}"]
        for source in HIDDEN:
            n[f"gw1_{source}{name}"] = n[f"d1_{name}"] * n[f"x{source}"]


def _update(network: FFNN, n: dict[str, float], eta: float) -> None:
    """Add what every weight becomes, and the cost of the row after the step."""
    after = {**n, **{key: n[key] - eta * n[f"g{key}"] for key in ORDER}}
    _forward(network, after)
    n |= {f"new_{key}": after[key] for key in (*ORDER, "a2", "cost")}


def _forward_stages(n: dict[str, float], network: FFNN) -> list[Stage]:
    s = {key: number(value) for key, value in n.items()}
    act, out = functions(network)
    hidden, output = (SYMBOLS.get(func.__name__, func.__name__) for func in (act, out))
    worked = " = 1 / (1 + e^(−({0})))" if output == SYMBOLS["sigmoid"] else ""
    return [
        Stage(
            "A row enters",
            (f"x1 = {s['x1']}, x2 = {s['x2']}, target t = {s['t']}",),
            ("x1", "x2", "t", *ORDER),
        ),
        Stage(
            "Weighted sums of the hidden neurons",
            tuple(
                _sum_line(f"z{j} = b{j} + w1{j} x1 + w2{j} x2", _hidden_terms(n, j), n[f"z1_{j}"])
                for j in HIDDEN
            ),
            ("z1_1", "z1_2"),
            tuple(note for j in HIDDEN for note in _cancelled(f"z{j}", _hidden_terms(n, j), n[f"z1_{j}"])),
        ),
        Stage(
            "Activations of the hidden neurons",
            tuple(
                equation(
                    f"a{j} = {hidden}({{0}})", lambda z: _value(act, z), n[f"z1_{j}"], result=n[f"a1_{j}"]
                )
                for j in HIDDEN
            ),
            ("a1_1", "a1_2"),
            tuple(note for j in HIDDEN for note in _rounding(act, n, j)),
        ),
        Stage(
            "Weighted sum of the output",
            (_sum_line("z = b + v1 a1 + v2 a2", _output_terms(n), n["z2"]),),
            ("z2",),
            tuple(_cancelled("z", _output_terms(n), n["z2"])),
        ),
        Stage(
            "The prediction",
            (equation(f"p = {output}({{0}}){worked}", lambda z: _value(out, z), n["z2"], result=n["a2"]),),
            ("a2",),
            _prediction_notes(n, s, network),
        ),
    ]


def _hidden_terms(n: Mapping[str, float], j: str) -> tuple[float, ...]:
    return n[f"b1_{j}"], n[f"w1_1{j}"], n["x1"], n[f"w1_2{j}"], n["x2"]


def _output_terms(n: Mapping[str, float]) -> tuple[float, ...]:
    return n["b2"], n["w2_1"], n["a1_1"], n["w2_2"], n["a1_2"]


def _sum_line(letters: str, terms: tuple[float, ...], result: float) -> str:
    return equation(f"{letters} = {{0}} + ({{1}}) · {{2}} + ({{3}}) · {{4}}", _sum, *terms, result=result)


def _cancelled(letter: str, terms: tuple[float, ...], result: float) -> list[str]:
    """Say where a sum of 0 is not quite 0, since 64 bits hold a number such as 0.1 only to 16 digits."""
    b, w1, x1, w2, x2 = map(abs, terms)
    noise = 0.0 < abs(result) < 1e-14 * (b + w1 * x1 + w2 * x2)
    return [f"The terms of {letter} cancel; what is left is rounding."] if noise else []


def _rounded(func: Any, n: Mapping[str, float], neuron: str) -> bool:
    """Say whether an activation stands where it only comes near to."""
    return n[f"z{neuron}"] != 0 and n[f"a{neuron}"] in NEVER.get(func.__name__, ())


def _rounding(act: Any, n: Mapping[str, float], j: str, *, slope: bool = False) -> list[str]:
    """Say where a hidden neuron, or its slope, has been rounded away, or has lost most digits beside 1."""
    a = n[f"a1_{j}"]
    if _rounded(act, n, f"1_{j}"):
        return [f"a{j} has rounded to {number(a)}{', and so its slope to 0' if slope else ''}."]
    near = [limit for limit in NEVER.get(act.__name__, ()) if 0 < abs(a - limit) < _FEW]
    what = "its slope" if slope else "it"
    return [
        f"a{j} is so near to {number(limit)} that {what} has few digits left."
        for limit in near
        if slope or not limit
    ]


def _prediction_notes(n: Mapping[str, float], s: Mapping[str, str], network: FFNN) -> tuple[str, ...]:
    if not _rounded(network.output_func, n, "2"):
        return ()
    missing = number(float(np.exp(-abs(n["z2"]))))
    return (f"p has rounded to {s['a2']}: the rest, {missing}, is less than the last of its 16 digits.",)


def _backward_stages(n: dict[str, float], eta: float, network: FFNN) -> list[Stage]:
    s = {key: number(value) for key, value in n.items()}
    act = functions(network)[0]
    return [
        Stage("What the answer costs", _cost_lines(n, network), ("cost",)),
        Stage(
            "Backward: delta of the output", _delta_lines(n, network), ("d2",), _delta_notes(n, s, network)
        ),
        Stage(
            "Gradients of the output's weights",
            (
                *(
                    _product(f"dC/dv{j} = δ · a{j}", n["d2"], n[f"a1_{j}"], result=n[f"gw2_{j}"])
                    for j in HIDDEN
                ),
                f"dC/db = δ = {s['gb2']}",
            ),
            ("gw2_1", "gw2_2", "gb2"),
        ),
        Stage(
            "Deltas of the hidden neurons",
            tuple(line for j in HIDDEN for line in _hidden_delta_lines(n, j, act.__name__)),
            ("d1_1", "d1_2"),
            tuple(note for j in HIDDEN for note in _rounding(act, n, j, slope=True)),
        ),
        Stage(
            "Gradients of the hidden weights",
            (
                *(
                    _product(f"dC/dw{i}{j} = δ{j} · x{i}", n[f"d1_{j}"], n[f"x{i}"], result=n[f"gw1_{i}{j}"])
                    for j in HIDDEN
                    for i in HIDDEN
                ),
                *(f"dC/db{j} = δ{j} = {s[f'gb1_{j}']}" for j in HIDDEN),
            ),
            ("gw1_11", "gw1_12", "gw1_21", "gw1_22", "gb1_1", "gb1_2"),
        ),
        _step_stage(n, s, eta),
    ]


def _step_stage(n: Mapping[str, float], s: Mapping[str, str], eta: float) -> Stage:
    step = equation(
        f"v1 − η dC/dv1 = {{0}} − {eta:g} · ({{1}})",
        lambda w, g: w - Fraction(f"{eta:g}") * g,
        n["w2_1"],
        n["gw2_1"],
        result=n["new_w2_1"],
    )
    after = f"p: {s['a2']} → {s['new_a2']} (target {s['t']}), C: {s['cost']} → {s['new_cost']}"
    title = f"One step of plain gradient descent for every weight, η = {eta:g}"
    return Stage(title, (step, after), tuple(f"new_{key}" for key in ORDER))


def _product(letters: str, *factors: float, result: float) -> str:
    places = " · ".join(f"({{{i}}})" for i in range(len(factors)))
    return equation(f"{letters} = {places}", lambda *given: prod(given), *factors, result=result)


def _slope_line(left: str, name: str, letter: str, *, value: float, slope: float) -> str:
    """Return the line of an activation's derivative, by its own value where it has such a form."""
    if name not in _SLOPES:
        return f"{left} = {number(slope)}"
    letters, numbers, work = _SLOPES[name]
    written = f"{left} = {letters.format(letter)}"
    if _beside(value) < _SURE and slope:
        return f"{written} = {number(slope)}"
    return equation(f"{written} = {numbers}", work, value, result=slope)


def _beside(a: float) -> float:
    """Return the distance to 1 or -1, whichever is nearer."""
    return abs(1 - abs(a))


def _hidden_delta_lines(n: Mapping[str, float], j: str, name: str) -> tuple[str, str]:
    factors = n[f"w2_{j}"], n["d2"], n[f"s1_{j}"]
    return (
        _slope_line(f"a′(z{j})", name, f"a{j}", value=n[f"a1_{j}"], slope=n[f"s1_{j}"]),
        _product(f"δ{j} = v{j} · δ · a′(z{j})", *factors, result=n[f"d1_{j}"]),
    )


def _cost_lines(n: Mapping[str, float], network: FFNN) -> tuple[str, ...]:
    """Return the cost with letters, and with numbers: from z where it is written with z."""
    if network.cost_func.__name__ != "CostLogReg":
        square = equation("C = ({0} − {1})²", lambda p, t: (p - t) ** 2, n["a2"], n["t"], result=n["cost"])
        return "C = (p − t)²", square
    # With a target of 0 or 1 one term is left, and log p = −log(1 + e^(−z)).
    left, form, sign = ("−log p", "e^(−z)", -1.0) if n["t"] == 1 else ("−log(1 − p)", "e^z", 1.0)
    power = "e^(−({0}))" if sign < 0 else "e^({0})"
    # Whoever adds such a power to 1 on a calculator is left with 1.
    near = f" ≈ {power}" if sign * n["z2"] < _LOST_BESIDE_1 else ""
    return (
        "C = −t log p − (1 − t) log(1 − p)",
        f"with t = {number(n['t'])}: C = {left} = log(1 + {form})",
        equation(
            f"C = log(1 + {power}){near}",
            lambda z: np.logaddexp(0.0, sign * float(z)),
            n["z2"],
            result=n["cost"],
        ),
    )


def _delta_lines(n: Mapping[str, float], network: FFNN) -> tuple[str, ...]:
    p, t = n["a2"], n["t"]
    slope = _slope_line("dp/dz", network.output_func.__name__, "p", value=p, slope=n["s2"])
    if network.cost_func.__name__ == "CostLogReg":
        sure = _SURE < p < 1 - _SURE
        return (
            "dC/dp = (p − t) / (p (1 − p))" + (f" = {number(n['dcda'])}" if sure else ""),
            slope if sure else "dp/dz = p (1 − p)",
            equation("δ = dC/dp · dp/dz = p − t = {0} − {1}", lambda a, b: a - b, p, t, result=n["d2"]),
        )
    return (
        equation("dC/dp = 2 (p − t) = 2 · ({0} − {1})", lambda a, b: 2 * (a - b), p, t, result=n["dcda"]),
        slope,
        _product("δ = dC/dp · dp/dz", n["dcda"], n["s2"], result=n["d2"]),
    )


def _delta_notes(n: Mapping[str, float], s: Mapping[str, str], network: FFNN) -> tuple[str, ...]:
    if 0 < abs(n["a2"] - n["t"]) < _FEW and n["t"] == 1:
        return ("p is so near to 1 that p − t has few digits left.",)
    if not _rounded(network.output_func, n, "2"):
        return ()
    if not _from_z(network):
        return (f"p has rounded to {s['a2']}, and so its slope to 0.",)
    return (
        f"p has rounded to {s['a2']}: neither derivative can be worked out from it, but in their product "
        "p (1 − p) cancels, and p − t is taken directly.",
    )
