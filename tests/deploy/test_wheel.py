"""`pip install .` gives the numerics alone, whole and working."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRAINS_XOR = """
import nncore
from nncore import *
from nncore.data import load
from nncore.experiment import Experiment

data = load("XOR")
network = FFNN((2, 4, 1), tanh, sigmoid, CostLogReg, seed=7)
network.fit(data.X, data.t, Adam(0.1, 0.9, 0.999), epochs=300, progress=False)
assert (network.predict(data.X) == data.t).all()
training = Experiment.default("XOR").training()
training.advance()
print(nncore.__file__, training.outcome)
"""


def run(*command: str, cwd: Path) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built from a copy: a build leaves folders behind, and takes from them."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "nncore", source / "nncore", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder))
    run(*pip, str(source), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
@pytest.mark.long
def test_the_wheel_holds_all_of_nncore_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (path for path in (ROOT / "nncore").rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert names == {path.relative_to(ROOT).as_posix() for path in files}


@pytest.mark.slow
@pytest.mark.long
def test_the_wheel_trains_xor_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "empty"), cwd=tmp_path)
    python = str(tmp_path / "empty" / "bin" / "python")
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-compile", str(wheel), cwd=tmp_path)
    where, outcome = run(python, "-c", TRAINS_XOR, cwd=tmp_path).split()
    assert Path(where).is_relative_to(tmp_path / "empty")
    assert outcome == "learned"
