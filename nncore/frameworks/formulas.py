"""The activation that a user typed, in another library's functions: to be called, or as source."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import TypeVar

from simpleeval import SimpleEval

from nncore.experiment.formula import OPERATORS, compile_formula

Tensor = TypeVar("Tensor")
"""What a library computes with."""

# Tensors bring their own division and powers, which NumPy's functions would not ask for.
_OPERATORS = {**OPERATORS, ast.Div: operator.truediv, ast.Pow: operator.pow}

# Which arguments of a function must be tensors of one shape.
_ALIKE = {"maximum": slice(0, 2), "minimum": slice(0, 2), "where": slice(1, 3)}


class _Shaped(ast.NodeTransformer):
    """Gives numbers that stand beside tensors z's shape and precision, by adding 0 z."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        alike = _ALIKE.get(_name(node), slice(0))
        node.args[alike] = [_shaped(argument) for argument in node.args[alike]]
        return node


class _Renamed(ast.NodeTransformer):
    """Replaces the functions of a formula by a library's."""

    def __init__(self, functions: Mapping[str, str]) -> None:
        self._functions = functions

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        node.func = ast.parse(self._functions[_name(node)], mode="eval").body
        return node


def _name(node: ast.Call) -> str:
    assert isinstance(node.func, ast.Name)
    return node.func.id


def _shaped(node: ast.expr) -> ast.expr:
    if any(isinstance(part, ast.Name) and part.id == "z" for part in ast.walk(node)):
        return node
    return ast.parse(f"{ast.unparse(node)} + 0 * z", mode="eval").body


def _tree(text: str) -> ast.expr:
    """Return a copy of the checked tree: numbers, z, operators and known functions, nothing else."""
    copy = ast.parse(ast.unparse(compile_formula(text).tree), mode="eval").body
    shaped: ast.expr = _Shaped().visit(copy)
    return shaped


def formula_function(text: str, functions: Mapping[str, Callable[..., Tensor]]) -> Callable[[Tensor], Tensor]:
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
    tree = _tree(text)

    def call(z: Tensor) -> Tensor:
        evaluator = SimpleEval(operators=_OPERATORS, functions=dict(functions), names={"z": z})
        value: Tensor = evaluator.eval("", previously_parsed=tree)
        return value

    return call


def formula_source(text: str, functions: Mapping[str, str]) -> str:
    """Return a typed formula as source in z, with a library's functions.

    The text itself never gets there: what is written is the checked tree.

    Raises
    ------
    FormulaError
        If the text is no formula.

    Examples
    --------
    >>> formula_source("maximum(z, 0) * sigmoid(z)", {"maximum": "torch.maximum", "sigmoid": "torch.sigmoid"})
    'torch.maximum(z, 0.0 + 0 * z) * torch.sigmoid(z)'
    """
    return ast.unparse(ast.fix_missing_locations(_Renamed(functions).visit(_tree(text))))
