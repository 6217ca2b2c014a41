"""Fixtures and rules that every test shares."""

from __future__ import annotations

import os
import subprocess
from multiprocessing.process import BaseProcess
from pathlib import Path

# Before NumPy is imported anywhere: the tests run two at a time on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# The machine decides how long an example takes; the number of examples decides how much is tested.
settings.register_profile("shared", deadline=None, max_examples=25, derandomize=bool(os.environ.get("CI")))
settings.load_profile("shared")

MAY_START_PROCESSES = ("slow", "browser", "frameworks")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave `tests/frameworks` out unless asked for: its modules import what only their environment has."""
    asked = config.getoption("markexpr") == "frameworks"
    return True if collection_path.name == "frameworks" and not asked else None


@pytest.fixture(autouse=True)
def fast_lane(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test without a mark start no process, so that `make unit` stays quick whatever is added."""
    if any(request.node.get_closest_marker(mark) for mark in MAY_START_PROCESSES):
        return

    def refuse(*_arguments: object, **_options: object) -> None:
        marks = ", ".join(MAY_START_PROCESSES)
        raise AssertionError(f"a test that starts a process must carry one of the marks {marks}; it has none")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    monkeypatch.setattr(BaseProcess, "start", refuse)
