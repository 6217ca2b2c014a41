"""Back-propagation by numbers: what is drawn against fifty digits, what is printed read back as numbers."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from functools import cache
from math import log
from typing import Any, Final

import numpy as np
import pytest

from nncore.activations import GELU_INNER, GELU_SCALE, LEAK
from nncore.data import load
from nncore.experiment import Experiment
from pages.building_blocks import _worked
from ui.blocks.backprop import HIDDEN, ORDER, work_out
from ui.blocks.printed import equation, number
from ui.blocks.settings import GATES, ROWS, SETTINGS

FUNCS: Final = SETTINGS["hidden_func"].choices
ONE = Decimal(1)


# --- The same network once more, in fifty digits


def tanh(z: Decimal) -> Decimal:
    power = (-2 * abs(z)).exp()
    return ((1 - power) / (1 + power)).copy_sign(z)


def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def softplus(z: Decimal) -> Decimal:
    return max(z, Decimal(0)) + log1p((-abs(z)).exp())


def log1p(x: Decimal) -> Decimal:
    return (1 + x).ln() if x > Decimal("1e-20") else x - x * x / 2


def bend(z: Decimal) -> Decimal:
    return tanh(Decimal(GELU_SCALE) * (z + Decimal(GELU_INNER) * z**3))


def bend_slope(z: Decimal) -> Decimal:
    return (1 - bend(z) ** 2) * Decimal(GELU_SCALE) * (1 + 3 * Decimal(GELU_INNER) * z**2)


EXACT: Final[dict[str, tuple[Any, Any]]] = {
    "identity": (lambda z: z, lambda z: ONE),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (tanh, lambda z: 4 * sigmoid(2 * z) * sigmoid(-2 * z)),
    "RELU": (lambda z: max(z, Decimal(0)), lambda z: Decimal(z > 0)),
    "LRELU": (lambda z: max(z, Decimal(LEAK) * z), lambda z: ONE if z > 0 else Decimal(LEAK)),
    "ELU": (lambda z: z if z > 0 else z.exp() - 1, lambda z: ONE if z > 0 else z.exp()),
    "GELU": (lambda z: z * (1 + bend(z)) / 2, lambda z: (1 + bend(z) + z * bend_slope(z)) / 2),
    "softplus": (softplus, sigmoid),
}


def exactly(n: dict[str, float], func: str) -> dict[str, Decimal]:
    """Work the row through once more from its inputs, target, biases and weights."""
    value, slope = EXACT[func]
    found = {key: Decimal(n[key]) for key in ("x1", "x2", "t", *ORDER)}
    for j in HIDDEN:
        z = found[f"b1_{j}"] + sum(found[f"w1_{i}{j}"] * found[f"x{i}"] for i in HIDDEN)
        # On which side of a corner a sum stands that cancels is a matter of its rounding.
        z = z if abs(z) > Decimal("1e-14") else Decimal(n[f"z1_{j}"])
        found |= {f"z1_{j}": z, f"a1_{j}": value(z), f"s1_{j}": slope(z)}
    found["z2"] = found["b2"] + sum(found[f"w2_{j}"] * found[f"a1_{j}"] for j in HIDDEN)
    found["a2"] = sigmoid(found["z2"])
    found["cost"] = softplus(-found["z2"] if found["t"] else found["z2"])
    found["d2"] = found["gb2"] = -sigmoid(-found["z2"]) if found["t"] else found["a2"]
    for j in HIDDEN:
        found[f"gw2_{j}"] = found["d2"] * found[f"a1_{j}"]
        found[f"d1_{j}"] = found[f"gb1_{j}"] = found[f"w2_{j}"] * found["d2"] * found[f"s1_{j}"]
        for i in HIDDEN:
            found[f"gw1_{i}{j}"] = found[f"d1_{j}"] * found[f"x{i}"]
    return found


def check_numbers(n: dict[str, float], func: str) -> None:
    exact = exactly(n, func)
    for key, wanted in exact.items():
        # What has been rounded beside 1 is right to the last bit of 1, times the weights and sums it meets.
        last = Decimal(0) if key == "cost" else Decimal("1e-13")
        noise = Decimal("1e-11") * abs(wanted) + last
        assert abs(Decimal(n[key]) - wanted) <= noise, (key, n[key], wanted)


# --- Printed lines, read back

OPERATORS: Final[dict[type, Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg,
}  # fmt: skip
FUNCTIONS: Final[dict[str, Any]] = {
    **{name: value for name, (value, _) in EXACT.items()}, "exp": Decimal.exp, "log": lambda x: log1p(x - 1),
}  # fmt: skip
WRITTEN: Final = (("−", "-"), ("·", "*"), ("²", "**2"), ("e^", "exp"), ("σ", "sigmoid"))


def read(text: str) -> Decimal | None:
    """Return what a printed term is worth; None where it holds a letter that stands for a number."""
    for printed, typed in WRITTEN:
        text = text.replace(printed, typed)
    if (parsed := parse(text.strip())) is None:
        return None
    try:
        return worth(parsed, text.strip().encode())
    except KeyError:
        return None


@cache
def parse(text: str) -> ast.expr | None:
    """Return what the text says, None where it is no formula; formulas with letters come again and again."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def worth(node: ast.expr, text: bytes) -> Decimal:
    match node:
        case ast.Constant():
            return Decimal(text[node.col_offset : node.end_col_offset].decode())
        case ast.UnaryOp(op=op, operand=operand):
            return OPERATORS[type(op)](worth(operand, text))
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](worth(left, text), worth(right, text))
        case ast.Call(func=ast.Name(id=name), args=[arg]):
            return FUNCTIONS[name](worth(arg, text))
    raise KeyError(node)


def unit(text: str) -> Decimal:
    """Return one in the last digit that is printed; of a whole number, one in the third behind the point."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    places = len(mantissa.partition(".")[2]) or 3
    return Decimal(10) ** (int(exponent or 0) - places)


def digits_beside_1(line: str) -> int:
    """Return how many digits lie between 1 and e to the largest power in the line: 261 for e^(−600)."""
    return 1 + int(max(map(float, re.findall(r"\d+\.?\d*", line))) / log(10))


def check_line(line: str, *, cancels: bool = False) -> int:
    """Hold every printed term of a line against its printed result; return how many there were."""
    *terms, result = [part.strip() for part in re.split(" [=≈] ", line.rpartition(": ")[2])]
    with localcontext(prec=50 + (digits_beside_1(line) if "log" in line else 0)):
        worths = [value for value in map(read, terms) if value is not None]
    if not worths:
        return 0
    wanted = read(result)
    assert wanted is not None, line
    slack = unit(result) * Decimal("0.5000001") + (Decimal("1e-12") if cancels else 0)
    # GELU's tail is what is left of 1 + tanh.
    slack += Decimal("2e-15") if "GELU" in line else 0
    for value in worths:
        assert abs(value - wanted) <= slack, f"{line}: {value}"
    # No product of nothing gives something, and none of something gives nothing.
    factors = [
        read(part)
        for term in terms
        if "·" in term and "+" not in term and "−" not in term
        for part in term.split("·")
    ]
    if factors and None not in factors:
        assert (0 in factors) == (wanted == 0), line
    return len(worths)


def check_lines(stages: list[dict[str, Any]]) -> int:
    return sum(
        check_line(line, cancels=any("cancel" in note for note in stage["notes"]))
        for stage in stages
        for line in stage["lines"]
        if "→" not in line and "," not in line
    )


def check_notes(n: dict[str, float], func: str, stages: list[dict[str, Any]]) -> None:
    """What has been rounded to 0 or 1 is said, and nothing else is."""
    said = " ".join(note for stage in stages for note in stage["notes"])
    assert ("p has rounded to 1" in said) == (n["a2"] == 1)
    assert ("p is so near to 1" in said) == (0 < 1 - n["a2"] < 1e-12 and n["t"] == 1)
    for j in HIDDEN:
        gone = func in {"tanh", "sigmoid", "ELU", "GELU"} and n[f"s1_{j}"] == 0
        assert (f"a{j} has rounded to " in said) == gone


# --- Random settings


def settings(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield random settings of the drawing: weights by hand up to 10, or drawn and trained."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield {
            "gate": str(rng.choice(GATES)),
            "row": str(rng.choice(ROWS)),
            "hidden_func": str(rng.choice(FUNCS)),
            "trained": int(rng.choice([0, 1, 20, 100, 500])),
            "seed": int(rng.integers(0, 40)),
            "weights": hand(rng),
        }


def hand(rng: np.random.Generator) -> tuple[float, ...]:
    """Return nine weights: none, of any size, at the places of the slider, whole, or at the limits."""
    kind = rng.integers(0, 6)
    if kind == 0:
        return ()
    given = rng.uniform(-10, 10, 9) * (1.0 if kind < 3 else rng.choice([1.0, 0.1, 0.01]))
    if kind == 3:
        given = np.round(20 * given) / 20
    if kind == 4:
        given = np.round(given)
    if kind == 5:
        given = np.sign(given) * 10
    return tuple(float(f"{value:.5g}") + 0.0 for value in given)


def check(setting: dict[str, Any]) -> int:
    drawn = _worked(**setting)
    with localcontext(prec=50):
        check_numbers(drawn["raw"], setting["hidden_func"])
        check_notes(drawn["raw"], setting["hidden_func"], drawn["stages"])
        return check_lines(drawn["stages"])


@pytest.mark.parametrize(
    ("count", "seed"),
    [(400, 1), pytest.param(5000, 2, marks=[pytest.mark.slow, pytest.mark.long])],
    ids=["some", "many"],
)
def test_what_is_drawn_is_exact_and_what_is_printed_holds(count: int, seed: int) -> None:
    checked = [check(setting) for setting in settings(count, seed)]
    assert min(checked) >= 15


def test_where_a_probability_has_rounded_to_1_the_page_says_so() -> None:
    drawn = _worked(gate="XOR", row="1 1", hidden_func="RELU", trained=20, seed=3, weights=(10.0,) * 9)
    assert (drawn["numbers"]["a2"], drawn["numbers"]["d2"], drawn["numbers"]["cost"]) == ("1", "1", "610")
    by_title = {stage["title"]: stage for stage in drawn["stages"]}
    backward = by_title["Backward: delta of the output"]
    assert backward["lines"][-1] == "δ = dC/dp · dp/dz = p − t = 1 − 0 = 1"
    assert backward["notes"][0].startswith("p has rounded to 1: neither derivative can be worked out from it")
    assert by_title["The prediction"]["notes"] == (
        "p has rounded to 1: the rest, 1.2e−265, is less than the last of its 16 digits.",
    )
    assert "C = log(1 + e^(610)) = 610" in by_title["What the answer costs"]["lines"]


def test_a_hidden_neuron_that_has_rounded_is_named() -> None:
    given = (10.0, 0.1, 10.0, 0.2, 10.0, -0.3, 0.0, 1.0, 1.0)
    drawn = _worked(gate="XOR", row="1 1", hidden_func="tanh", trained=0, seed=3, weights=given)
    notes = {stage["title"]: stage["notes"] for stage in drawn["stages"]}
    assert notes["Weighted sums of the hidden neurons"] == (
        "The terms of z2 cancel; what is left is rounding.",
    )
    assert notes["Activations of the hidden neurons"] == ("a1 has rounded to 1.",)
    assert notes["Deltas of the hidden neurons"] == ("a1 has rounded to 1, and so its slope to 0.",)


def test_numbers_with_few_digits_left_are_named() -> None:
    given = (-7.096, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
    drawn = _worked(gate="AND", row="0 0", hidden_func="GELU", trained=0, seed=3, weights=given)
    notes = {stage["title"]: stage["notes"] for stage in drawn["stages"]}
    assert notes["Activations of the hidden neurons"] == ("a1 is so near to 0 that it has few digits left.",)
    assert notes["Deltas of the hidden neurons"] == (
        "a1 is so near to 0 that its slope has few digits left.",
    )


@pytest.mark.parametrize(
    "line",
    [
        "δ = dC/dz = 0 · 0 = 1",
        "a′(z1) = 1 − a1² = 1 − 0.987² = 0.0266",
        "z = b + v1 a1 + v2 a2 = 0.250 + (−2) · 0.987 + 1 · 0 = −1.723",
        "a1 = tanh(2.500) = 0.988",
        "δ1 = v1 · δ = 2 · 0 = 1.0e−9",
    ],
)
def test_the_reader_of_lines_finds_one_that_does_not_hold(line: str) -> None:
    with localcontext(prec=50), pytest.raises(AssertionError, match=re.escape(line)):
        check_line(line)


def test_a_line_gets_as_many_digits_as_its_result_asks_for() -> None:
    assert equation("{0} · {0}", lambda a: a * a, 1.4142, result=1.4142**2) == "1.4142 · 1.4142 = 2.000"
    assert equation("1 − {0}", lambda a: 1 - a, 1 - 1e-9, result=1e-9) == "1 − 0.999999999 = 1.0e−9"
    assert [number(123456.0), number(-1e5), number(0.1, 2)] == ["1.2e5", "−1.0e5", "0.10000"]


def test_targets_between_0_and_1_are_refused() -> None:
    with pytest.raises(ValueError, match=r"t must be 0 or 1; got 0\.5"):
        work_out(Experiment.default("XOR").replace(hidden=(2,)).network(), load("XOR").X[0], 0.5, eta=0.1)
