"""A server that was started as its users start it keeps the limits that whoever hosts it relies on."""

from __future__ import annotations

import pytest

from benchmarks.limits import main


@pytest.mark.slow
@pytest.mark.long
def test_what_is_unfinished_is_dropped_what_a_closed_tab_held_is_given_back_and_the_log_stays_short(capsys):
    kept = main(["--only", "unfinished", "given_back", "log", "health", "full"])
    assert kept == 0, capsys.readouterr().out
