"""CONTRIBUTING.md's worked examples, done to a copy of the project as the page says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
LEFT_OUT = {".git", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"}
STEP = re.compile(
    r"^(?:In `(?P<file>[^`]+)`, (?P<place>above|below) the line `(?P<line>[^`]+)`"
    r"|A new file `(?P<new>[^`]+)`|(?P<run>Run)):\n\n```\w+\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Step(NamedTuple):
    """One block of the page, and what the sentence above it says of it."""

    file: str | None
    place: str | None
    line: str | None
    new: str | None
    run: str | None
    block: str


def examples() -> dict[str, str]:
    """Return the text of every worked example by its heading."""
    parts = re.split(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def steps(text: str) -> list[Step]:
    return [Step(**match.groupdict()) for match in STEP.finditer(text)]


def project_files() -> Iterator[Path]:
    """Give the project's files: what git knows, or where there is no git, what lies there."""
    listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        yield from (ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())
        return
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.startswith(".venv")]
        yield from (Path(folder, name) for name in names)


def follow(step: Step, project: Path) -> None:
    """Do one step in the project."""
    if step.run:
        for command in step.block.strip().splitlines():
            run(project, *shlex.split(command))
    elif step.new:
        path = project / step.new
        assert not path.exists()
        path.write_text(step.block, encoding="utf-8")
    else:
        assert step.file is not None
        path = project / step.file
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (place,) = (i for i, line in enumerate(lines) if line.strip() == step.line)
        lines.insert(place + (step.place == "below"), step.block)
        path.write_text("".join(lines), encoding="utf-8")


def run(project: Path, program: str, *arguments: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    command = (sys.executable if program == "python" else program, *arguments)
    done = subprocess.run(command, cwd=project, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join((program, *arguments))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def check_javascript(project: Path) -> None:
    """Check types and format as `tests/lint_js` does, where it has installed what that takes."""
    if (ROOT / "node_modules").exists():
        (project / "node_modules").symlink_to(ROOT / "node_modules")
        run(project, "npm", "run", "--silent", "types")
        run(project, "npm", "run", "--silent", "format:check")


# What must then be there, seen from outside, by the heading of the example.
FOUND = {
    "Add a data set": """
from nncore.experiment import Experiment
from tests.pages.app import open_page, shown, warnings

experiment = Experiment.default("stripes")
training = experiment.training()
start = training.start_cost
training.advance()
assert training.history["train_errors"][-1] < 0.7 * start
app = open_page("patterns", {"data": "stripes", "noise": "0.1"})
assert shown(app, "patterns") == experiment.replace(noise=0.1) and not warnings(app)
""",
    "Add an activation": """
import numpy as np
import pytest
from nncore import FFNN, CostLogReg, plain, sigmoid
from nncore.activations import softsign
from nncore.experiment import Experiment
from nncore.frameworks import Unsupported
from nncore.frameworks.programs import program
from tests.gradient_check import check_gradient, cost_along, flat
from tests.pages.app import addressed, open_page, shown, warnings, widget
from ui.blocks.curves import activation_curves

rng = np.random.default_rng(3)
X, t = rng.normal(size=(9, 2)), rng.integers(0, 2, (9, 1)).astype(float)
network = FFNN((2, 5, 1), softsign, sigmoid, CostLogReg, seed=1)
gradients = network.gradient(X, t)
paper = plain.Network(network.weights, ("softsign", "sigmoid"), "CostLogReg")
for ours, theirs in zip(gradients, plain.gradient(paper, X, t), strict=True):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
start = network.theta.copy()
check_gradient(cost_along(network, X, t), flat(network, gradients), start, name="softsign", rng=rng)

app = open_page("logic_gates", {"hidden_func": "softsign"})
assert shown(app, "logic_gates").hidden_func == ("softsign",) == addressed(app).hidden_func
assert not warnings(app) and "softsign" in widget(app, "hidden_func").options
experiment = Experiment.default("XOR").replace(hidden_func=("softsign",))
assert experiment.training().network.hidden_func == (softsign,)
names = {"pytorch": "nn.Softsign()", "keras": '"softsign"', "tensorflow": "tf.nn.softsign"}
for library, name in names.items():
    assert name in program(experiment, library).script()
with pytest.raises(Unsupported, match="it has no softsign"):
    program(experiment, "sklearn")
assert "slowly" in activation_curves()[-1]["note"]
""",
    "Add a panel": """
from tests.pages.app import open_page
from tests.pages.test_shell import view_of

assert view_of(open_page("patterns"))["panels"][-1] == "matrix"
assert "gap" in view_of(open_page("patterns"))["panels"]
assert "gap" in view_of(open_page("patterns", {"data": "reg_plane"}))["panels"]
""",
    "Add a page": """
from nncore.experiment import Experiment
from tests.pages.app import open_page, shown, warnings
from tests.pages.test_shell import view_of

app = open_page("two_moons", {"eta": "0.2", "hidden": "3"})
assert "Two moons" in [title.value for title in app.title]
assert shown(app, "two_moons") == Experiment.default("moons").replace(eta=0.2, hidden=(3,))
assert view_of(app)["panels"] == ["map", "loss"] and not warnings(app)
""",
}


def test_every_block_of_an_example_says_where_it_goes() -> None:
    assert list(examples()) == list(FOUND)
    for text in examples().values():
        assert text.count("```") == 2 * len(steps(text))
        assert steps(text)[-1].run


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("heading", FOUND)
def test_an_example_does_what_it_says(heading: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for path in project_files():
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    followed = steps(examples()[heading])
    for step in followed:
        follow(step, project)
    run(project, "python", "-c", FOUND[heading])
    if any((step.new or step.file or "").endswith(".js") for step in followed):
        check_javascript(project)
    changed = {name for step in followed if (name := step.new or step.file) and name.endswith(".py")}
    run(project, "python", "-m", "ruff", "check", *changed)
    run(project, "python", "-m", "ruff", "format", "--check", *changed)
