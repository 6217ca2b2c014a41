"""Architecture figures of a checkout, so that two commits can be compared.

    python tests/house_figures.py [DIR]

Prints lines and files by folder, import circles, the longest chain of imports, how often a type is ``Any`` or
ignored, the lengths of functions and the number of tests. DIR is this checkout where it is left out.
"""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

Imports = dict[str, set[str]]


def tracked(root: Path) -> dict[str, str]:
    """Return the tracked .py, .js and .css files that are ours, each with its text."""
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True)
    ours = [
        name
        for name in listed.stdout.split()
        if name.endswith((".py", ".js", ".css")) and "vendor" not in name
    ]
    return {name: (root / name).read_text(encoding="utf-8") for name in ours}


def imports(texts: dict[str, str]) -> Imports:
    """Return for each Python module those of the others that it imports, wherever it does."""
    modules = {name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): name for name in texts}
    found: Imports = {}
    for module, name in modules.items():
        package = module if name.endswith("__init__.py") else module.rpartition(".")[0]
        named: set[str] = set()
        for node in ast.walk(ast.parse(texts[name])):
            if isinstance(node, ast.Import):
                named.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                source = resolve_name("." * node.level + (node.module or ""), package)
                # A name may be a module of its own, or something in the module it is taken from.
                inner = [f"{source}.{alias.name}" for alias in node.names]
                named.update(each if each in modules else source for each in inner)
        found[module] = named & modules.keys() - {module}
    return found


def circles(graph: Imports) -> tuple[list[int], int]:
    """Return the sizes of the circles of imports, and the number of modules in the longest chain."""
    names = list(graph)
    arrows = [(names.index(module), names.index(other)) for module in names for other in graph[module]]
    pairs = np.array(arrows).T
    matrix = csr_matrix((np.ones(len(arrows)), (pairs[0], pairs[1])), shape=(len(names), len(names)))
    _, group = connected_components(matrix, connection="strong")
    after = defaultdict(set)
    for module, other in arrows:
        if group[module] != group[other]:
            after[group[module]].add(group[other])

    @cache
    def chain(first: int) -> int:
        return 1 + max((chain(each) for each in after[first]), default=0)

    sizes = [size for size in Counter(group.tolist()).values() if size > 1]
    return sizes, max(chain(each) for each in set(group.tolist()))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has below its head and its docstring."""
    body = function.body[bool(ast.get_docstring(function)) :]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def functions(texts: dict[str, str]) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of all Python files."""
    trees = [ast.parse(text) for name, text in texts.items() if name.endswith(".py")]
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


def folder(name: str) -> str:
    """Return the folder that a file is counted under: two steps deep within nncore and ui."""
    steps = name.split("/")[:-1]
    return "/".join(steps[: 2 if steps[:1] in (["nncore"], ["ui"]) else 1]) or "."


def figures(texts: dict[str, str]) -> list[str]:
    """Return the figures of a checkout's files, one line for each kind."""
    tests = {name: text for name, text in texts.items() if name.startswith("tests/")}
    product = {name: text for name, text in texts.items() if name not in tests}
    lines, files = Counter[str](), Counter[str]()
    for name, text in product.items():
        lines[folder(name)] += text.count("\n")
        files[folder(name)] += 1
    rooms = {
        name: text
        for name, text in product.items()
        if name.endswith(".py") and name.split("/")[0] in ("nncore", "ui", "pages", "playground.py")
    }
    graph = imports(rooms)
    sizes, longest = circles(graph)
    arrows = sum(len(others) for others in graph.values())
    typed = "".join(text for name, text in rooms.items() if name.startswith(("nncore", "ui")))
    anything = len(re.findall(r"\bAny\b", typed))
    lengths = [body_lines(function) for function in functions(product)]
    tried = sum(function.name.startswith("test_") for function in functions(tests))
    stories = sum(len(re.findall(r"(?m)^test\(", text)) for text in tests.values())
    return [
        f"product: {lines.total()} lines in {files.total()} files",
        "; ".join(f"{name} {lines[name]} ({files[name]})" for name in sorted(lines)),
        f"imports: {len(graph)} modules, {arrows} arrows, circles of {sizes}, longest chain {longest}",
        f"types: {anything} Any, {typed.count('type: ignore')} ignored",
        f"functions: {len(lengths)}, median {statistics.median(lengths)} lines, most {max(lengths)}",
        f"tests: {tried} functions in Python, {stories} in JavaScript",
    ]


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]
    sys.stdout.write("\n".join(figures(tracked(chosen))) + "\n")
