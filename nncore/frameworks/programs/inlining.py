"""Functions of this project written out as text, with everything of their module that they need."""

from __future__ import annotations

import ast
from functools import lru_cache
from importlib.abc import InspectLoader
from importlib.util import find_spec


class _Plain(ast.NodeTransformer):
    """Takes type annotations off, which a short program does not need."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node  # a field of a class, which is one by its type
        return ast.copy_location(ast.Assign([node.target], node.value), node)


@lru_cache(maxsize=8)
def _definitions(module: str) -> dict[str, ast.stmt]:
    """Everything that a module defines at its top, by name, in the order of the file; it is not imported."""
    spec = find_spec(module)
    assert spec is not None
    assert isinstance(spec.loader, InspectLoader)
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(spec.loader.get_source(module) or "").body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return {name: ast.fix_missing_locations(_Plain().visit(node)) for name, node in found.items()}


@lru_cache(maxsize=32)
def function_source(module: str, *functions: str) -> str:
    """Return the source of functions or classes and of all they use of their module, annotations taken off.

    Parameters
    ----------
    module : str
        Dotted name of where they stand; the result needs the module's imports besides.
    functions : str
        Their names there.

    Examples
    --------
    >>> print(function_source("nncore.data.functions", "_plane"))
    def _plane(xy):
        \"\"\"Return (x + y) / 10, TensorFlow Playground's plane.\"\"\"
        return xy.sum(axis=1, keepdims=True) / 10
    """
    definitions = _definitions(module)
    needed, waiting = set(), list(functions)
    while waiting:
        current = waiting.pop()
        if current in needed:
            continue
        needed.add(current)
        names = {node.id for node in ast.walk(definitions[current]) if isinstance(node, ast.Name)}
        waiting += sorted(names & definitions.keys())
    blocks = [ast.unparse(node) for key, node in definitions.items() if key in needed]
    return "\n\n".join(blocks)


def entry_source(module: str, table: str, key: str) -> str:
    """Return the source of one value of a dictionary that a module defines at its top.

    Raises
    ------
    KeyError
        When the dictionary has no such key.

    Examples
    --------
    >>> entry_source("nncore.data.functions", "CURVES", "kink")
    'lambda x: np.abs(x) - 0.5'
    """
    definition = _definitions(module)[table]
    assert isinstance(definition, ast.Assign)
    assert isinstance(definition.value, ast.Dict)
    for name, value in zip(definition.value.keys, definition.value.values, strict=True):
        if isinstance(name, ast.Constant) and name.value == key:
            return ast.unparse(value)
    raise KeyError(key)
