"""``python -m benchmarks NAME ...``: run one benchmark; without a name, list them."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import benchmarks

HELPERS = {"__main__", "peers", "serve", "timing"}


def names() -> list[str]:
    """Return the benchmarks that can be run."""
    return sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in HELPERS
    )


def main() -> int:
    """Run the benchmark that the command line names."""
    # Before NumPy is imported: the numbers are those of one thread, as in the playground.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if len(sys.argv) < 2 or sys.argv[1] not in names():
        print(f"usage: python -m benchmarks NAME ...\nNAME is one of {', '.join(names())}")
        return 2
    return int(importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:]) or 0)


if __name__ == "__main__":
    sys.exit(main())
