"""Back-propagation with numbers: one row through a 2-2-1 network, forward and backward, every number named.

The chain rule is written out neuron by neuron, as one would do it on paper; tests hold it against
``FFNN.gradient``. Keys of the numbers: ``x1``, ``w1_12`` (from input 1 to hidden neuron 2), ``b1_2``,
``z1_2``, ``a1_2``, ``d1_2`` (delta: derivative of the cost by the weighted sum), ``gw1_12``, ``gb1_2``
(gradients), and the same with 2 in front for the output: ``w2_1``, ``b2``, ``z2``, ``a2``, ``d2``, ``gw2_1``,
``gb2``; ``t`` and ``cost``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from nncore import FFNN
from nncore.activations import ACTIVATIONS, derivate
from nncore.costs import COST_RULES

HIDDEN: Final = ("1", "2")
ORDER: Final = ("b1_1", "b1_2", "w1_11", "w1_12", "w1_21", "w1_22", "b2", "w2_1", "w2_2")
"""Biases and weights in the order of ``FFNN.weights``."""
SYMBOLS: Final = {"sigmoid": "σ", "identity": ""}


@dataclass(frozen=True)
class Stage:
    """One step of the calculation.

    Attributes
    ----------
    title : str
        What happens.
    lines : tuple of str
        The formulas with their numbers.
    keys : tuple of str
        Numbers that appear in the drawing with this step.
    """

    title: str
    lines: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Worked:
    """A worked example.

    Attributes
    ----------
    numbers : dict of str to float
        Every number by its key.
    stages : tuple of Stage
        In the order of the calculation.
    """

    numbers: dict[str, float]
    stages: tuple[Stage, ...]

    def gradient(self) -> list[np.ndarray]:
        """Return the gradient in the shape of ``FFNN.weights``: (3, 2) and (3, 1), row 0 the biases."""
        hidden, output = np.split(np.array([self.numbers[f"g{key}"] for key in ORDER]), [6])
        return [hidden.reshape(3, 2), output.reshape(3, 1)]


def work_out(network: FFNN, x: Any, t: float, *, eta: float) -> Worked:
    """Work one row through a 2-2-1 network.

    Parameters
    ----------
    network : FFNN
        Two inputs, one hidden layer of two neurons, one output; a single run.
    x : array (2,)
        The row.
    t : float
        Its target.
    eta : float
        Learning rate of the last step, plain gradient descent.

    Returns
    -------
    Worked

    Raises
    ------
    ValueError
        When the network has another shape.
    """
    if tuple(network.dimensions) != (2, 2, 1) or network.runs != ():
        raise ValueError(
            f"network must be a single 2-2-1; got {network.dimensions} with runs {network.runs}."
        )
    weights = np.concatenate([layer.ravel() for layer in network.weights]).tolist()
    numbers = {"x1": float(x[0]), "x2": float(x[1]), "t": float(t)} | dict(zip(ORDER, weights, strict=True))
    _forward(network, numbers)
    _backward(network, numbers)
    _update(network, numbers, eta)
    hidden, output = (SYMBOLS.get(func.__name__, func.__name__) for func in functions(network))
    stages = (*_forward_stages(numbers, hidden, output), *_backward_stages(numbers, eta, network))
    return Worked(numbers, tuple(replace(one, lines=tuple(map(_tidy, one.lines))) for one in stages))


def _tidy(line: str) -> str:
    """Return a line with brackets around the negative factors, and around no other number."""
    line = re.sub(r"(?<![\w^σ])\((\d[\d.]*(?:e−?\d+)?)\)", r"\1", line)
    return re.sub(r"(?<=· )(−\d[\d.]*(?:e−?\d+)?)", r"(\1)", line)


def functions(network: FFNN) -> tuple[Any, Any]:
    """Return the activation of the hidden layer and of the output."""
    return network.hidden_func[0], network.output_func


def _forward(network: FFNN, n: dict[str, float]) -> None:
    """Add the sums, activations and cost that row and weights lead to."""
    act, out = functions(network)
    for j in HIDDEN:
        n[f"z1_{j}"] = n[f"b1_{j}"] + n[f"w1_1{j}"] * n["x1"] + n[f"w1_2{j}"] * n["x2"]
        n[f"a1_{j}"] = float(act(np.array([n[f"z1_{j}"]]))[0])
    n["z2"] = n["b2"] + n["w2_1"] * n["a1_1"] + n["w2_2"] * n["a1_2"]
    n["a2"] = float(out(np.array([n["z2"]]))[0])
    n["cost"] = float(network.cost_func(np.array([[n["t"]]]))(np.array([[n["a2"]]])))


def _backward(network: FFNN, n: dict[str, float]) -> None:
    act, out = functions(network)
    rule = COST_RULES[network.cost_func]
    n["dcda"] = float(rule.slope(np.array([n["t"]]), np.array([n["a2"]]))[0])
    n["s2"] = float(derivate(out)(np.array([n["z2"]]))[0])
    # Sigmoid and logistic cost cancel to p - t, which stays exact where p has been rounded to 0 or 1.
    cancels = out is ACTIVATIONS["sigmoid"] and network.cost_func.__name__ == "CostLogReg"
    n["d2"] = n["a2"] - n["t"] if cancels else n["dcda"] * n["s2"]
    n["gb2"] = n["d2"]
    for name in HIDDEN:
        n[f"gw2_{name}"] = n["d2"] * n[f"a1_{name}"]
        n[f"s1_{name}"] = float(derivate(act)(np.array([n[f"z1_{name}"]]))[0])
        n[f"d1_{name}"] = n[f"w2_{name}"] * n["d2"] * n[f"s1_{name}"]
        n[f"gb1_{name}"] = n[f"d1_{name}"]
        for source in HIDDEN:
            n[f"gw1_{source}{name}"] = n[f"d1_{name}"] * n[f"x{source}"]


def _update(network: FFNN, n: dict[str, float], eta: float) -> None:
    """Add what every weight becomes, and the cost of the row after the step."""
    after = {**n, **{key: n[key] - eta * n[f"g{key}"] for key in ORDER}}
    _forward(network, after)
    n |= {f"new_{key}": after[key] for key in (*ORDER, "a2", "cost")}


def number(value: float) -> str:
    """Return a number as it stands in the drawing: three digits unless it is whole, a true minus sign."""
    if value == round(value) and abs(value) < 1000:
        text = f"{value + 0.0:.0f}"
    elif abs(value) < 1e-4:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        text = f"{value:.3f}" if abs(value) >= 0.0995 else f"{value:.3g}"
    return text.replace("-", "−")


def _forward_stages(n: dict[str, float], hidden: str, output: str) -> list[Stage]:
    s = {key: number(value) for key, value in n.items()}

    def sum_line(j: str) -> str:
        return (
            f"z{j} = b{j} + w1{j} x1 + w2{j} x2 = {s[f'b1_{j}']} + ({s[f'w1_1{j}']}) · {s['x1']} "
            f"+ ({s[f'w1_2{j}']}) · {s['x2']} = {s[f'z1_{j}']}"
        )

    return [
        Stage(
            "A row enters",
            (f"x1 = {s['x1']}, x2 = {s['x2']}, target t = {s['t']}",),
            ("x1", "x2", "t", *ORDER),
        ),
        Stage("Weighted sums of the hidden neurons", tuple(sum_line(j) for j in HIDDEN), ("z1_1", "z1_2")),
        Stage(
            "Activations of the hidden neurons",
            tuple(f"a{j} = {hidden}({s[f'z1_{j}']}) = {s[f'a1_{j}']}" for j in HIDDEN),
            ("a1_1", "a1_2"),
        ),
        Stage(
            "Weighted sum of the output",
            (
                f"z = b + v1 a1 + v2 a2 = {s['b2']} + ({s['w2_1']}) · {s['a1_1']} "
                f"+ ({s['w2_2']}) · {s['a1_2']} = {s['z2']}",
            ),
            ("z2",),
        ),
        Stage("The prediction", (_prediction(output, s),), ("a2",)),
    ]


def _prediction(output: str, s: dict[str, str]) -> str:
    worked = f"1 / (1 + e^(−({s['z2']}))) = " if output == SYMBOLS["sigmoid"] else ""
    return f"p = {output}({s['z2']}) = {worked}{s['a2']}"


def _backward_stages(n: dict[str, float], eta: float, network: FFNN) -> list[Stage]:
    s = {key: number(value) for key, value in n.items()}
    hidden, output = (func.__name__ for func in functions(network))
    deltas = tuple(
        line
        for j in HIDDEN
        for line in (
            f"a′(z{j}) = {_slope(hidden, f'a{j}', s[f'a1_{j}'])}{s[f's1_{j}']}",
            f"δ{j} = v{j} · δ · a′(z{j}) = ({s[f'w2_{j}']}) · ({s['d2']}) · {s[f's1_{j}']} = {s[f'd1_{j}']}",
        )
    )
    inner = tuple(
        f"dC/dw{i}{j} = δ{j} · x{i} = ({s[f'd1_{j}']}) · {s[f'x{i}']} = {s[f'gw1_{i}{j}']}"
        for j in HIDDEN
        for i in HIDDEN
    )
    return [
        Stage("What the answer costs", _cost_lines(s, network), ("cost",)),
        Stage(
            "Backward: delta of the output",
            (
                f"dC/dp = {s['dcda']}",
                f"dp/dz = {_slope(output, 'p', s['a2'])}{s['s2']}",
                f"δ = dC/dz = ({s['dcda']}) · {s['s2']} = {s['d2']}",
            ),
            ("d2",),
        ),
        Stage(
            "Gradients of the output's weights",
            (
                *(f"dC/dv{j} = δ · a{j} = ({s['d2']}) · {s[f'a1_{j}']} = {s[f'gw2_{j}']}" for j in HIDDEN),
                f"dC/db = δ = {s['gb2']}",
            ),
            ("gw2_1", "gw2_2", "gb2"),
        ),
        Stage("Deltas of the hidden neurons", deltas, ("d1_1", "d1_2")),
        Stage(
            "Gradients of the hidden weights",
            (*inner, *(f"dC/db{j} = δ{j} = {s[f'gb1_{j}']}" for j in HIDDEN)),
            ("gw1_11", "gw1_12", "gw1_21", "gw1_22", "gb1_1", "gb1_2"),
        ),
        Stage(
            f"One step of plain gradient descent, η = {eta:g}",
            (
                f"v1: {s['w2_1']} − {eta:g} · ({s['gw2_1']}) = {s['new_w2_1']}, and so every weight",
                f"p: {s['a2']} → {s['new_a2']} (target {s['t']}), C: {s['cost']} → {s['new_cost']}",
            ),
            tuple(f"new_{key}" for key in ORDER),
        ),
    ]


def _slope(name: str, letter: str, value: str) -> str:
    """Return an activation's derivative in terms of its own value, where it has such a form."""
    return {
        "sigmoid": f"{letter} (1 − {letter}) = {value} · (1 − {value}) = ",
        "tanh": f"1 − {letter}² = 1 − ({value})² = ",
    }.get(name, "")


def _cost_lines(s: dict[str, str], network: FFNN) -> tuple[str, ...]:
    """Return the cost with letters, and with numbers."""
    p, t = s["a2"], s["t"]
    letters, numbers = {
        "CostLogReg": (
            "−t log p − (1 − t) log(1 − p)",
            f"−{t} · log {p} − (1 − {t}) · log(1 − {p})",
        ),
        "CostOLS": ("(p − t)²", f"({p} − {t})²"),
    }[network.cost_func.__name__]
    return (f"C = {letters}", f"C = {numbers} = {s['cost']}")
