"""Other libraries on the same Experiment, as far as the light environment goes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from nncore import ACTIVATIONS, COSTS, SCHEDULERS, Experiment
from nncore.experiment.formula import FUNCTIONS
from nncore.frameworks import (
    LIBRARIES,
    FrameworkRun,
    MissingLibrary,
    Unsupported,
    difference,
    recipe_of,
    train,
)
from nncore.frameworks import libraries as libraries_module
from nncore.frameworks.conventions import why_defaults_differ
from nncore.frameworks.libraries import TENSORFLOW
from nncore.frameworks.programs import program
from nncore.frameworks.recipe import epoch_batches

XOR = Experiment.default("XOR").replace(epochs=50)

# Every kind of problem that scikit-learn's MLP can be, with mini-batches and without.
CASES = {
    "gate": XOR,
    "momentum": XOR.replace(scheduler="Momentum", eta=0.3, momentum=0.8),
    "constant": XOR.replace(scheduler="Constant", eta=0.5, lam=1e-2),
    "classes": Experiment.default("digits").replace(epochs=3, samples=300, lam=1e-3),
    "many sigmoids": Experiment.default("digits").replace(
        epochs=3, samples=300, cost="CostLogReg", output_func="sigmoid"
    ),
    "numbers": Experiment.default("sine").replace(epochs=50, batch_size=7, lam=1e-3),
    "numbers, sgd": Experiment.default("sine").replace(epochs=50, scheduler="Momentum", eta=0.01),
    "schedule": Experiment.default("circle").replace(epochs=20, schedule="cosine"),
    "no hidden layer": Experiment.default("wisconsin").replace(hidden=(), epochs=10),
}


@pytest.mark.slow
def test_importing_nncore_imports_no_other_library() -> None:
    code = (
        "import sys, nncore, nncore.frameworks, nncore.frameworks.programs\n"
        "print([m for m in ('torch', 'keras', 'tensorflow', 'onnx', 'dask') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("name", CASES)
def test_scikit_learn_draws_the_same_curve(name: str) -> None:
    experiment = CASES[name]
    own, other = train(experiment, "nncore"), train(experiment, "sklearn")
    gap = difference(own, other)
    assert own.epochs == other.epochs == experiment.epochs
    assert gap.losses < 1e-9
    assert gap.first_step < 1e-12
    assert gap.weights < 1e-9
    assert np.allclose(own.val_errors, other.val_errors, atol=1e-9)
    assert own.train_accs == other.train_accs
    assert own.start_cost == pytest.approx(other.start_cost, abs=1e-12)


def test_its_own_defaults_draw_another_curve() -> None:
    experiment = XOR.replace(scheduler="Constant", eta=0.1)
    gap = difference(train(experiment, "nncore"), train(experiment, "sklearn", defaults=True))
    assert gap.losses > 1e-3
    reasons = " ".join(why_defaults_differ(recipe_of(experiment), "sklearn"))
    assert "Nesterov" in reasons
    assert "alpha" in reasons


def test_a_default_that_happens_to_agree_is_not_called_a_difference() -> None:
    same = XOR.replace(scheduler="RMS_prop", rho=0.9)
    other = same.replace(rho=0.8)
    assert not any("ρ = 0.9" in s for s in why_defaults_differ(recipe_of(same), "keras"))
    assert any("ρ = 0.9, here it is 0.8" in s for s in why_defaults_differ(recipe_of(other), "keras"))


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_tables_name_what_nncore_names(library: str) -> None:
    table = LIBRARIES[library]
    assert set(table.optimisers) <= set(SCHEDULERS)
    assert set(table.activations) <= set(ACTIVATIONS)
    assert set(table.losses) <= set(COSTS)
    assert set(table.functions) <= set(FUNCTIONS)


@pytest.mark.parametrize("library", ["pytorch", "keras", "tensorflow"])
def test_tables_of_libraries_for_every_network_are_complete(library: str) -> None:
    table = LIBRARIES[library]
    assert set(table.activations) == set(ACTIVATIONS)
    assert set(table.functions) == set(FUNCTIONS)
    assert set(TENSORFLOW.optimisers) == set(SCHEDULERS)


def test_a_call_is_written_as_a_program_has_it() -> None:
    call = LIBRARIES["pytorch"].optimiser("Adam").call(recipe_of(XOR))
    assert call.of("weights", "lr=ETA") == "torch.optim.Adam(weights, lr=ETA, betas=(0.9, 0.999), eps=1e-8)"
    assert LIBRARIES["pytorch"].activations["GELU"].of() == 'nn.GELU(approximate="tanh")'
    momentum = LIBRARIES["keras"].optimiser("Momentum")
    assert momentum.default(recipe_of(XOR.replace(momentum=0.5))).arguments == {"momentum": 0.5}
    assert LIBRARIES["keras"].optimiser("Adam").default(recipe_of(XOR)).arguments == {}


def test_own_run_is_the_training_itself() -> None:
    experiment = Experiment.default("digits").replace(epochs=3, samples=300)
    training = experiment.training()
    training.advance()
    own = train(experiment, "nncore")
    assert own.train_errors == training.history["train_errors"].tolist()
    assert own.val_accs == training.history["val_accs"].tolist()
    for mine, theirs in zip(own.weights, training.network.weights, strict=True):
        assert np.array_equal(mine, theirs)
    assert set(own.history) == {"train_errors", "val_errors", "train_accs", "val_accs"}


def test_every_row_once_an_epoch_in_an_order_of_its_own() -> None:
    epochs = list(epoch_batches(10, 4, epochs=2, order_seed=3))
    assert [len(batch) for batch in epochs[0]] == [4, 4, 2]
    first, second = (np.concatenate(batches) for batches in epochs)
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(first) != list(second)
    assert [list(batch) for batch in next(epoch_batches(3, 3, epochs=1, order_seed=0))] == [[0, 1, 2]]


def test_progress_arrives_every_epoch_and_a_request_to_stop_is_heard() -> None:
    seen: list[int] = []
    run = train(
        XOR, "sklearn", progress=lambda run: seen.append(run.epochs), should_stop=lambda: len(seen) == 7
    )
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert run.epochs == 7
    assert run.stopped
    assert run.weights


def test_a_blow_up_ends_the_run_and_keeps_the_record() -> None:
    experiment = Experiment.default("XOR").replace(
        scheduler="Constant", eta=50.0, cost="CostOLS", output_func="identity", hidden_func=("RELU",)
    )
    run = train(experiment, "sklearn")
    assert 0 < run.epochs < experiment.epochs
    assert not np.isfinite(run.train_errors[-1])
    assert np.isfinite(run.start_cost)
    own = train(experiment, "nncore")
    assert own.epochs == run.epochs
    assert difference(own, run).losses < 1e-9


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scheduler": "Adagrad"}, "it has no Adagrad"),
        ({"scheduler": "RMS_prop"}, "it has no RMS_prop"),
        ({"scheduler": "AdagradMomentum"}, "it has no AdagradMomentum"),
        ({"hidden_func": ("GELU",)}, "it has no GELU"),
        ({"hidden": (3, 3), "hidden_func": ("tanh", "RELU")}, "one activation for all hidden layers"),
        ({"cost": "CostOLS", "output_func": "sigmoid"}, "here it is sigmoid with CostOLS"),
        ({"lam1": 1e-3}, "no L1 penalty"),
        ({"rule": "lecture"}, "forgets the scheduler's memory"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(Unsupported, match=sentence) as caught:
        train(XOR.replace(**changes), "sklearn")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_an_activation_that_a_library_lacks_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    poorer = {name: call for name, call in LIBRARIES["keras"].activations.items() if name != "GELU"}
    monkeypatch.setitem(LIBRARIES, "keras", replace(LIBRARIES["keras"], activations=poorer))
    with pytest.raises(Unsupported, match=r"^Keras has no activation like GELU\.$"):
        program(XOR.replace(hidden_func=("GELU",)), "keras")
    assert "tanh" in program(XOR, "keras").script()


@pytest.mark.parametrize("name", sorted(LIBRARIES))
def test_a_missing_library_is_named_with_the_line_that_installs_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries_module, "find_spec", lambda module: None)
    library = LIBRARIES[name]
    assert not library.installed
    with pytest.raises(
        MissingLibrary, match=f"{library.label} is not installed; {library.install} installs it"
    ):
        train(XOR, name)


def test_an_unknown_library_is_refused() -> None:
    with pytest.raises(ValueError, match=r"library must be one of .*pytorch.*; got 'caffe'"):
        train(XOR, "caffe")


def test_what_is_no_experiment_and_no_data_is_refused() -> None:
    with pytest.raises(ValueError, match=r"experiment must be an Experiment, .*; got 'XOR'"):
        train("XOR", "sklearn")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"data must be a DataSet, .*; got 'moons'"):
        train(XOR, "sklearn", data="moons")  # type: ignore[arg-type]


def test_a_difference_without_runs_is_no_number() -> None:
    gap = difference(FrameworkRun("a"), FrameworkRun("b"))
    assert np.isnan([gap.losses, gap.first_step, gap.weights]).all()
