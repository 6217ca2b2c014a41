"""Exported scripts: run on their own, they print the numbers of the run, to the last bit."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from nncore.experiment import Experiment
from nncore.experiment.fields import CUSTOM, OWN_DATA
from nncore.export.script import script
from nncore.training import Training
from tests.unit.experiments import experiments

ROOT = Path(__file__).resolve().parents[2]

EXPERIMENTS = {
    "gate": Experiment.default("XOR"),
    "noisy gate": Experiment.default("AND").replace(noise=0.2, samples=40, split=0.5, epochs=9, batch_size=8),
    "pattern": Experiment.default("circle").replace(
        features=("x2", "y2"), hidden=(5, 3), hidden_func=("RELU", CUSTOM), formula="z*tanh(z)", epochs=5,
        scheduler="Momentum", lam=1e-3, lam1=1e-4, schedule="cosine", init="lecture", data_seed=3, seed=9,
    ),
    "points by hand": Experiment.default("gauss").replace(points="r3m0_1.5_0a1_2_1", samples=60, epochs=4),
    "no hidden layer": Experiment.default("gauss").replace(hidden=(), scheduler="RMS_prop", epochs=4),
    "regression": Experiment.default("sine").replace(epochs=30, scheduler="Adagrad", schedule="step"),
    "lecture rule": Experiment.default("digits").replace(samples=200, epochs=2, rule="lecture", eta=1e-4),
    "overflow": Experiment.default("reg_plane").replace(scheduler="Constant", eta=1e3, hidden_func=("RELU",)),
    "overflow at once": Experiment.default("sine").replace(hidden_func=(CUSTOM,), formula="log(z)"),
}  # fmt: skip


DRIVER = """
import json, sys
for text in json.load(sys.stdin):
    exec(text, {"__name__": "__main__"})
    print("---")
"""


def printed(*texts: str) -> list[str]:
    """Run the programs in a process of their own, warnings being errors, and return what each prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRIVER],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        timeout=300,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout.split("---\n")[:-1]


def report(training: Training) -> str:
    # A run that overflows in its first epoch has no costs.
    lines = [" ".join((name, *map(repr, values[-1:].tolist()))) for name, values in training.history.items()]
    return "\n".join([*lines, f"outcome {training.outcome}", ""])


@pytest.mark.slow
def test_scripts_print_the_numbers_of_their_runs():
    wanted = {}
    for name, experiment in EXPERIMENTS.items():
        training = experiment.training()
        training.advance()
        wanted[name] = report(training)
    assert "outcome overflow" in wanted["overflow"]
    assert wanted["overflow at once"] == "train_errors\nval_errors\noutcome overflow\n"
    outputs = printed(*(script(experiment) for experiment in EXPERIMENTS.values()))
    assert dict(zip(EXPERIMENTS, outputs, strict=True)) == wanted


@pytest.mark.slow
def test_changes_in_mid_run_are_repeated_where_they_happened():
    """The last change comes between two mini-batches of an epoch: it waits for the next one."""
    experiment = Experiment.default("circle").replace(epochs=12, batch_size=8)
    training = experiment.training()
    training.set_eta(0.02)
    training.advance(epochs=3)
    training.set_eta(0.1)
    training.set_lam(1e-3)
    training.advance(epochs=2)
    training.advance(seconds=0)
    assert training.progress != int(training.progress)
    training.set_eta(0.3)
    training.advance()
    assert [epoch for epoch, _, _ in training.changes] == [0, 3, 3, 6]
    text = script(experiment, changes=training.changes)
    changed, undisturbed = printed(text, script(experiment))
    assert changed == report(training)
    assert undisturbed != changed


LONGEST = Experiment.default("circle").replace(
    noise=0.5, samples=10, features=("x",), points="a0.5_-0.25_1", hidden=(1,), hidden_func=("custom",),
    init="lecture", schedule="step", rule="lecture", lam=1.0, lam1=1.0, batch_size=1, more=1,
)  # fmt: skip


@example(LONGEST)
@given(experiments())
@settings(max_examples=100, deadline=None)
def test_any_experiment_gives_a_short_program_without_foreign_names(experiment):
    text = script(experiment, changes=[(0, "eta", 0.5), (experiment.epochs, "lam", 0)])
    tree = ast.parse(text)
    assert len(text.splitlines()) < 60
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert called <= imported | {"print", "repr", "float", "len"}
    modules = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert all(module.split(".")[0] == "nncore" for module in modules)


def test_a_formula_cannot_leave_its_quotes():
    """What a formula may hold is narrow; the script would quote it even if it were wider."""
    experiment = EXPERIMENTS["pattern"]
    object.__setattr__(experiment, "formula", "z'\"\n\\'); print('out')")
    try:
        tree = ast.parse(script(experiment))
    finally:
        object.__setattr__(experiment, "formula", "z*tanh(z)")
    quoted = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert "z'\"\n\\'); print('out')" in quoted


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([(1, "seed", 3)], "changes must name eta or lam; got 'seed'"),
        ([(-1, "eta", 0.1)], "epoch of a change must be a whole number from 0 to 200; got -1"),
        ([(201, "eta", 0.1)], "epoch of a change must be a whole number from 0 to 200; got 201"),
        ([("1", "eta", 0.1)], "epoch of a change must be a whole number"),
        ([(1, "eta", "print()")], "eta must be a number .* got 'print\\(\\)'"),
        ([(1, "eta")], "changes must hold \\(epoch, field, value\\)"),
        ([3], "changes must hold \\(epoch, field, value\\)"),
        ([(5, "eta", 0.1), (4, "eta", 0.2)], "changes must be in the order of their epochs; got 5 before 4"),
    ],
)
def test_changes_that_are_none_are_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        script(Experiment.default("XOR"), changes=changes)


def test_ones_own_data_has_no_script():
    with pytest.raises(ValueError, match="data must be one that nncore knows by name; got 'own'"):
        script(Experiment.default(OWN_DATA))
