"""``python -m benchmarks NAME ...``: run one benchmark; without a name, list them."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

from benchmarks.threads import pin_threads


def described() -> dict[str, str]:
    """Return the modules here that have a ``main``, each with its first words."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in module.body):
            found[path.stem] = (ast.get_docstring(module) or "").split("\n")[0].split(": ``")[0].rstrip(".:")
    return found


def names() -> list[str]:
    """Return the names of the benchmarks that can be run."""
    return list(described())


def main() -> int:
    """Run the benchmark that the command line names."""
    # Before any library is imported: the numbers are those of one thread, as in the playground.
    pin_threads()
    if len(sys.argv) < 2 or sys.argv[1] not in names():
        print("usage: python -m benchmarks NAME ...")
        for name, words in described().items():
            print(f"  {name:10}{words}")
        return 2
    return int(importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:]) or 0)


if __name__ == "__main__":
    sys.exit(main())
