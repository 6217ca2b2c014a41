"""Formulas: what is computed, what is refused and where, and that nothing is ever run as code."""

import pickle
import threading
import time

import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from nncore.activations import derivate
from nncore.experiment.formula import (
    FUNCTIONS,
    INSTEAD,
    MAX_LENGTH,
    CompiledFormula,
    FormulaError,
    compile_formula,
)

Z = np.linspace(-4.0, 4.0, 17) + 0.01  # off the kinks

# Text -> the same function written with NumPy.
VALUES = {
    "z": lambda z: z,
    "-z + 2": lambda z: 2 - z,
    "+z": lambda z: z,
    "2 - +z * (+tanh(+z) - -+3)": lambda z: 2 - z * (np.tanh(z) + 3),
    "2*z**3 - z/4": lambda z: 2 * z**3 - z / 4,
    "pi*z*e": lambda z: np.pi * np.e * z,
    "exp(-z**2)": lambda z: np.exp(-(z**2)),
    "log(1 + z**2)": lambda z: np.log(1 + z**2),
    "sqrt(abs(z))": lambda z: np.sqrt(np.abs(z)),
    "sin(z) + cos(2*z)": lambda z: np.sin(z) + np.cos(2 * z),
    "tanh(z) * arctan(z)": lambda z: np.tanh(z) * np.arctan(z),
    "sinh(z) / cosh(z)": np.tanh,
    "z * sigmoid(z)": lambda z: z / (1 + np.exp(-z)),
    "z * tanh(softplus(z))": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "relu(z)": lambda z: np.maximum(z, 0),
    "maximum(z, 0.1*z)": lambda z: np.maximum(z, 0.1 * z),
    "minimum(z, 1)": lambda z: np.minimum(z, 1),
    "where(z > 0, z, 0.5*z)": lambda z: np.where(z > 0, z, 0.5 * z),
    "where(z <= 1, 2, 3e-1)": lambda z: np.where(z <= 1, 2.0, 0.3),
    "0.5*z*(1 + erf(z/sqrt(2)))": lambda z: 0.5 * z * (1 + erf(z / np.sqrt(2))),
}


@pytest.mark.parametrize("text", VALUES)
def test_values_are_those_of_the_written_function(text):
    assert compile_formula(text)(Z) == pytest.approx(VALUES[text](Z), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", VALUES)
def test_the_derivative_is_that_of_the_written_function(text):
    step = 1e-6
    central = (VALUES[text](Z + step) - VALUES[text](Z - step)) / (2 * step)
    for slope in (elementwise_grad(compile_formula(text)), derivate(compile_formula(text))):
        assert slope(Z) == pytest.approx(central, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("text", VALUES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (4, 2, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_precision_are_kept(text, shape, dtype):
    z = np.full(shape, 0.3, dtype=dtype)
    value = compile_formula(text)(z)
    assert np.shape(value) == shape
    assert value.dtype == dtype


def test_every_function_of_the_table_is_tested():
    assert {name for name in FUNCTIONS if any(f"{name}(" in text for text in VALUES)} == set(FUNCTIONS)


@pytest.mark.parametrize("text", ["z * sigmoid(z)", "softplus(z)", "relu(z)", "tanh(z)", "exp(z)"])
def test_extremes_neither_warn_nor_give_nan(text):
    z = np.array([-1e4, 0.0, 1e4])
    assert not np.isnan(compile_formula(text)(z)).any()
    with np.errstate(all="ignore"):
        assert not np.isnan(elementwise_grad(compile_formula(text))(z)).any()


REFUSED = {
    "": (1, "must not be empty"),
    "   ": (1, "must not be empty"),
    "z +": (3, "not a complete formula"),
    "(z": (1, "not a complete formula"),
    "z)": (2, "not a complete formula"),
    "z z": (3, "not a complete formula, products are written 2\\*z; got 'z z'"),
    "((z)": (1, "opening brackets: 2, closing: 1"),
    "  z * sigmod(z)": (7, "'sigmod' is not known, write sigmoid; allowed are numbers, z, pi, e"),
    "2z": (1, "products are written 2\\*z; got '2z'"),
    "z + 1e": (5, "a number must stand alone"),
    "1_000*z": (1, "a number must stand alone"),
    "0x10*z": (1, "a number must stand alone"),
    "z^2": (2, "powers are written \\*\\*, such as z\\*\\*2; got \\^"),
    "z.real": (2, "'\\.' is not allowed"),
    "z²": (2, "'²' is written \\*\\*2 here"),
    "z − 1": (3, "'−' is written - here"),
    "2 × z": (3, "'×' is written \\* here"),
    "|z| + 1": (1, "'\\|' is written abs\\(z\\) here"),
    "z * σ(z)": (5, "'σ' is written sigmoid\\(z\\) here"),
    "ｚ": (1, "'ｚ' is no letter from a to z"),
    "z * sigmo\u0456d(z)": (
        5,
        "is not known: 'і' is no letter from a to z",
    ),
    "z\N{ZERO WIDTH SPACE}": (2, "'.u200b' is not allowed"),
    "x * 2": (1, "'x' is not known, write z"),
    "RELU(z)": (1, "'RELU' is not known, write relu"),
    "leaky_relu(z)": (1, "write maximum\\(z, 0.01\\*z\\)"),
    "ln(z)": (1, "'ln' is not known, write log"),
    "max(z, 0)": (1, "'max' is not known, write maximum"),
    "quark(z)": (1, "'quark' is not known; allowed are"),
    "z.__class__": (2, "'\\.' is not allowed"),
    "().__class__.__bases__": (3, "'\\.' is not allowed"),
    "[z for z in z]": (1, "'\\[' is not allowed"),
    "(z for z in z)": (4, "'for' is not known"),
    "2(z + 1)": (1, "products are written with \\*, such as 2\\*\\(z \\+ 1\\)"),
    "z\n*2": (2, "is not allowed"),
    "z = 3": (3, "'=' is not allowed"),
    "[z]": (1, "'\\[' is not allowed"),
    "'a' * z": (1, "is not allowed"),
    "z if z else 1": (3, "'if' is not known"),
    "lambda z: z": (1, "'lambda' is not known"),
    "__import__('os')": (1, "'__import__' is not known"),
    "z, z": (1, "this part is not allowed: 'z, z'"),
    "z // 2": (1, "this part is not allowed: 'z // 2'"),
    "()": (1, "this part is not allowed"),
    "z(2)": (1, "'z' is not a function, products are written z\\*"),
    "sin * z": (1, "sin needs brackets behind it, such as sin\\(z\\)"),
    "sin(*z)": (5, "this part is not allowed"),
    "z + sin(z, z)": (5, "sin takes 1 argument; got 2"),
    "where(z, 1, 2)": (7, "where needs one comparison first"),
    "where(0 < z < 1, z, 1)": (7, "where needs one comparison first"),
    "z > 0": (1, "only as the first argument of where"),
    "3": (1, "must contain z, .*; got '3'"),
    "exp(2) + pi": (1, "must contain z"),
    "1/0 + z": (1, "'1/0' must be a finite number"),
    "9**9**9": (1, "'9\\*\\*9\\*\\*9' must be a finite number"),
    "z * nan": (5, "'nan' is not known"),
    "z + log(-1)": (5, "must be a finite number"),
    "9**9**9**9 * z": (4, "must be a finite number"),
    "z + 1e999": (5, "must be a finite number"),
    "-" * 150 + "z": (26, "at most 25 levels deep"),
    "(" * 90 + "z" + ")" * 90: (26, "brackets must be at most 25 deep"),
    "z**" * 60 + "z": (73, "at most 25 levels deep"),
    "z" * (MAX_LENGTH + 1): (MAX_LENGTH + 1, "at most 200 characters; got 201"),
    "z+" * 1_000_000: (MAX_LENGTH + 1, "at most 200 characters"),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_what_is_no_formula_is_refused_at_its_place_and_quickly(text):
    position, sentence = REFUSED[text]
    start = time.process_time()
    with pytest.raises(FormulaError, match=f"column {position}: .*{sentence}") as caught:
        compile_formula(text)
    assert time.process_time() - start < 0.5
    assert caught.value.position == position


@pytest.mark.parametrize("meant", sorted({*INSTEAD.values()} - {*FUNCTIONS, "**"}))
def test_what_is_written_instead_is_a_formula(meant):
    assert compile_formula(meant)(Z).shape == Z.shape


def test_erf_is_differentiated_without_its_library():
    slope = elementwise_grad(FUNCTIONS["erf"][0])
    assert np.allclose(slope(Z), 2 / np.pi**0.5 * np.exp(-(Z**2)), rtol=1e-14)
    assert np.allclose(elementwise_grad(slope)(Z), -2 * Z * slope(Z), rtol=1e-12)


def test_a_formula_must_be_a_text():
    with pytest.raises(FormulaError, match="a formula must be a text; got int"):
        compile_formula(3)


def attempt(text: str) -> CompiledFormula | FormulaError:
    try:
        return compile_formula(text)
    except FormulaError as error:
        return error


@given(st.text(max_size=60) | st.text("z+-*/().,<>= 0123456789esinwhr", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_formula_or_a_sentence(text):
    outcome = attempt(text)
    if isinstance(outcome, FormulaError):
        assert 1 <= outcome.position <= max(1, len(text))
        return
    value = outcome(Z)
    assert value.shape == Z.shape
    assert value.dtype == np.float64
    assert compile_formula(outcome.text) == outcome


def test_formulas_of_one_text_are_equal_and_travel_by_their_text():
    formula = compile_formula(" z * sigmoid(z) ")
    assert formula.text == "z * sigmoid(z)"
    assert formula == compile_formula("z * sigmoid(z)") != compile_formula("z")
    assert len({formula, compile_formula("z * sigmoid(z)")}) == 1
    copy = pickle.loads(pickle.dumps(formula))
    assert copy == formula
    assert np.array_equal(copy(Z), formula(Z))
    error = pickle.loads(pickle.dumps(FormulaError("sentence", 3)))
    assert (str(error), error.position) == ("column 3: sentence", 3)


def test_threads_do_not_see_one_anothers_numbers():
    formula = compile_formula("z*z + z")
    wrong: list[float] = []

    def work(value: float) -> None:
        z = np.full(5, value)
        wrong.extend(value for _ in range(300) if not np.array_equal(formula(z), z * z + z))

    threads = [threading.Thread(target=work, args=(float(i),)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
