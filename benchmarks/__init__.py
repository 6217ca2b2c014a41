"""How fast the playground is, beside its peers: one benchmark a module, each with a table of its own."""

from __future__ import annotations

import argparse


def command(name: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser for the words behind ``python -m benchmarks NAME``."""
    return argparse.ArgumentParser(
        allow_abbrev=False, prog=f"python -m benchmarks {name}", description=description
    )
