"""Fixtures and rules that every test shares."""

from __future__ import annotations

import os
from pathlib import Path

# Before NumPy is imported anywhere: the tests run two at a time on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# The machine decides how long an example takes; the number of examples decides how much is tested.
settings.register_profile("shared", deadline=None, max_examples=25, derandomize=bool(os.environ.get("CI")))
settings.load_profile("shared")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave `tests/frameworks` out unless asked for: its modules import what only their environment has."""
    asked = config.getoption("markexpr") == "frameworks"
    return True if collection_path.name == "frameworks" and not asked else None
