"""The fast lane: what is tested here starts no process, unless it carries the mark slow."""

from __future__ import annotations

import subprocess
from multiprocessing.process import BaseProcess

import pytest


@pytest.fixture(autouse=True)
def fast_lane(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a process to a test without the mark, so that `make unit` stays quick whatever is added."""
    if request.node.get_closest_marker("slow"):
        return

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a unit test that starts a process must carry the mark slow; this one does not")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    monkeypatch.setattr(BaseProcess, "start", refuse)
