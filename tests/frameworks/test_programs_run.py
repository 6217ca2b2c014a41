"""Every program runs as it is downloaded, in a process of its own, and ends at the page's loss."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from nncore import Experiment
from nncore.frameworks import LIBRARIES, train
from nncore.frameworks.programs import OwnTable, Program, program
from tests.frameworks.cases import SAMPLE, TABLE

pytestmark = pytest.mark.frameworks

TOLERANCE = 1e-4
"""The programs compute in float32, the page in float64."""

PRESETS: dict[str, tuple[Experiment, OwnTable | None]] = {
    "xor": (Experiment.default("XOR"), None),
    "digits": (Experiment.default("digits"), None),
    "csv": (Experiment.default("own").replace(epochs=30), TABLE),
}

# A second round with everything that programs write differently.
VARIANTS: dict[str, tuple[str, Experiment]] = {
    "pytorch penalties": ("pytorch", Experiment.default("circle").replace(lam=1e-3, lam1=1e-4, epochs=20)),
    "pytorch formula": (
        "pytorch",
        Experiment.default("sine").replace(hidden_func=("custom",), formula="z*sigmoid(z)", epochs=50),
    ),
    "pytorch momentum": (
        "pytorch",
        Experiment.default("circle").replace(
            scheduler="Momentum", eta=0.1, schedule="cosine", lam=1e-3, epochs=30
        ),
    ),
    "keras momentum": (
        "keras",
        Experiment.default("circle").replace(scheduler="Momentum", eta=0.1, schedule="step", epochs=15),
    ),
    "sklearn momentum": (
        "sklearn",
        Experiment.default("circle").replace(
            scheduler="Momentum", eta=0.1, schedule="exponential", batch_size=20, epochs=15
        ),
    ),
    "tensorflow momentum": (
        "tensorflow",
        Experiment.default("circle").replace(scheduler="AdagradMomentum", schedule="cosine", epochs=20),
    ),
    "keras rmsprop": (
        "keras",
        Experiment.default("circle").replace(
            scheduler="RMS_prop", eta=0.01, lam=1e-3, hidden_func=("LRELU",), schedule="step", epochs=10
        ),
    ),
}


def environment() -> dict[str, str]:
    """Quiet, on one thread, without a screen."""
    return {
        **os.environ, "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
    }  # fmt: skip


def final_loss(written: Program, folder: Path) -> float:
    """Run a program where its table lies, and read what it prints at its end."""
    shutil.copy(SAMPLE, folder)
    path = folder / f"{written.file_stem}.py"
    path.write_text(written.script(), encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, path.name], capture_output=True, text=True, cwd=folder, env=environment()
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    found = re.search(r"^training loss (\S+)$", answer.stdout, re.MULTILINE)
    assert found, answer.stdout
    return float(found[1])


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_every_script_ends_at_the_pages_loss(library: str, preset: str, tmp_path: Path) -> None:
    experiment, table = PRESETS[preset]
    own = train(experiment, "nncore", data=None if table is None else table.data)
    loss = final_loss(program(experiment, library, table=table), tmp_path)
    assert loss == pytest.approx(own.train_errors[-1], abs=TOLERANCE)
    assert own.train_errors[-1] < own.start_cost / 1.3


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_scripts_with_other_settings_end_at_the_pages_loss(name: str, tmp_path: Path) -> None:
    library, experiment = VARIANTS[name]
    own = train(experiment, "nncore")
    loss = final_loss(program(experiment, library), tmp_path)
    assert loss == pytest.approx(own.train_errors[-1], abs=TOLERANCE)


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_scripts_with_the_librarys_own_weights_run(library: str, tmp_path: Path) -> None:
    experiment = Experiment.default("digits").replace(epochs=2)
    loss = final_loss(program(experiment, library, own_weights=True), tmp_path)
    assert 0.1 < loss < 1.5


@pytest.mark.parametrize(
    ("library", "preset"),
    [
        ("pytorch", "csv"),
        ("keras", "digits"),
        ("tensorflow", "xor"),
        ("sklearn", "csv"),
        ("pytorch", "digits"),
    ],
)
def test_notebooks_execute(
    library: str, preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment, table = PRESETS[preset]
    shutil.copy(SAMPLE, tmp_path)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MPLBACKEND")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    text = program(experiment.replace(epochs=4), library, table=table).notebook()
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert "training loss" in printed
    if preset == "digits":
        kinds = {
            kind for cell in notebook.cells for o in cell.get("outputs", []) for kind in o.get("data", {})
        }
        assert "image/png" in kinds


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_every_notebook_is_of_the_format(library: str, preset: str) -> None:
    experiment, table = PRESETS[preset]
    notebook = nbformat.reads(program(experiment, library, table=table).notebook(), as_version=4)
    nbformat.validate(notebook)
    assert {cell.cell_type for cell in notebook.cells} == {"markdown", "code"}
