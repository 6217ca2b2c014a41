"""What `from nncore import ...` gives: functions, not modules that happen to have their names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import nncore

FOLDER = Path(nncore.__file__).parent
BOTH = {"sweep"}
"""Names of a function and of a module: `python -m nncore.sweep` is the command line of that function."""
ITSELF = {"published"}
"""A module that is a public name as such: `published.fit` trains as the lecture's published code does."""


def test_every_public_name_is_there_and_one_alone_is_a_module() -> None:
    assert {name for name in nncore.__all__ if isinstance(getattr(nncore, name), ModuleType)} == ITSELF


def test_no_module_hides_behind_a_public_name() -> None:
    modules = {path.stem for path in FOLDER.iterdir()}
    assert modules & set(nncore.__all__) <= BOTH | ITSELF


@pytest.mark.slow
def test_the_sweep_is_a_function_and_a_command_line() -> None:
    from nncore import sweep
    from nncore.sweep import Grid
    from nncore.sweep.grid import Grid as same

    assert callable(sweep)
    assert callable(nncore.sweep)
    assert Grid is same
    told = subprocess.run(
        [sys.executable, "-m", "nncore.sweep", "--help"], capture_output=True, text=True, check=True
    )
    assert "--seeds" in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize("argument", ["--seed", "--et", "--o"])
def test_a_word_of_the_command_line_is_written_out(argument: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "nncore.sweep", "XOR", "--eta", "0.1", "--out", "-", argument, "3"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert f"unrecognized arguments: {argument} 3" in told.stderr
    assert told.stdout == ""
