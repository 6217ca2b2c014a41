"""The activation that a user typed, in another library's functions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from simpleeval import SimpleEval

from nncore.experiment.formula import OPERATORS, compile_formula

NAMES_OF_NUMPY = (
    "exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sinh", "cosh", "arctan", "erf",
    "maximum", "minimum", "where",
)  # fmt: skip
"""Functions of a formula that most libraries call by NumPy's names."""

# Tensors bring their own division and powers, which NumPy's functions would not ask for.
_OPERATORS = {**OPERATORS, ast.Div: operator.truediv, ast.Pow: operator.pow}


def checked_tree(text: str) -> ast.expr:
    """Return the formula's syntax tree: numbers, z, operators and known functions, nothing else.

    Raises
    ------
    FormulaError
        If the text is no formula.
    """
    return compile_formula(text).tree


def formula_function(text: str, functions: Mapping[str, Callable[..., Any]]) -> Callable[[Any], Any]:
    """Return the formula as a function of a library's tensors.

    Parameters
    ----------
    text : str
        A formula in z.
    functions : mapping
        The library's function for every name that a formula may call.

    Raises
    ------
    FormulaError
        If the text is no formula.
    """
    tree = checked_tree(text)
    # Numbers meet tensors in functions such as maximum(z, 0): a sum with 0 z makes tensors of them, in z's
    # precision.
    mixing = {"maximum": slice(0, 2), "minimum": slice(0, 2), "where": slice(1, 3)}

    def call(z: Any) -> Any:
        def mixed(name: str) -> Callable[..., Any]:
            def function(*arguments: Any) -> Any:
                values = list(arguments)
                values[mixing[name]] = [
                    a + z * 0.0 if isinstance(a, float | int) else a for a in values[mixing[name]]
                ]
                return functions[name](*values)

            return function

        table = {**functions, **{name: mixed(name) for name in mixing}}
        evaluator = SimpleEval(operators=_OPERATORS, functions=table, names={"z": z})
        return evaluator.eval("", previously_parsed=tree)

    return call
