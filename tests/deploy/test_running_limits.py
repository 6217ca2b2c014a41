"""A server that was started as its users start it keeps the limits that whoever hosts it relies on."""

from __future__ import annotations

import subprocess
import sys

import pytest

LINES = ("unfinished", "given_back", "log", "health", "full")


@pytest.mark.slow
@pytest.mark.long
def test_what_is_unfinished_is_dropped_what_a_closed_tab_held_is_given_back_and_the_log_stays_short() -> None:
    command = [sys.executable, "-m", "benchmarks", "limits", "--only", *LINES]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
