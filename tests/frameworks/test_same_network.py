"""From the same weights on the same batches: PyTorch, Keras and TensorFlow draw nncore's curve."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import SCHEDULERS, Experiment
from nncore.experiment.fields import HIDDEN_FUNCS
from nncore.frameworks import (
    LIBRARIES,
    Recipe,
    Unsupported,
    difference,
    grows_from_rounding,
    last_bits,
    recipe_of,
    train_recipe,
)
from tests.frameworks.cases import EPOCHS, PROBLEMS, RATES

pytestmark = pytest.mark.frameworks

LIMIT = 1e-6
"""On the losses of all epochs."""

HEAVY = ("pytorch", "keras", "tensorflow")
HAS = {
    "pytorch": {"Constant", "Momentum", "Adagrad", "RMS_prop", "Adam"},
    "keras": {"Constant", "Momentum", "Adagrad", "RMS_prop", "Adam"},
    "tensorflow": set(SCHEDULERS),
    "sklearn": {"Constant", "Momentum", "Adam"},
}


def recipe(problem: str, **changes: object) -> Recipe:
    """The recipe of a problem with some fields changed."""
    experiment, table = PROBLEMS[problem]
    return recipe_of(experiment.replace(**changes), data=None if table is None else table.data)


def check(settings: Recipe, library: str) -> None:
    """Train in a library and in nncore and compare costs, accuracies and weights."""
    other, own = train_recipe(settings, library), train_recipe(settings, "nncore")
    gap = difference(other, own)
    assert other.epochs == settings.epochs
    assert own.train_errors[-1] < own.start_cost
    assert gap.losses < LIMIT
    assert gap.first_step < 1e-9
    assert np.allclose(other.val_errors, own.val_errors, atol=LIMIT)
    assert other.train_accs == own.train_accs


def test_everything_is_installed() -> None:
    assert all(library.installed for library in LIBRARIES.values())
    assert set(HAS) == set(LIBRARIES)
    assert set(RATES) == set(SCHEDULERS)


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
@pytest.mark.parametrize("scheduler", sorted(SCHEDULERS))
@pytest.mark.parametrize("library", sorted(HAS))
def test_losses_agree_with_every_scheduler(library: str, scheduler: str, problem: str) -> None:
    settings = recipe(problem, scheduler=scheduler, eta=RATES[scheduler])
    assert settings.epochs == EPOCHS
    if scheduler in HAS[library]:
        check(settings, library)
    else:
        with pytest.raises(Unsupported, match=f"no .*{scheduler}"):
            train_recipe(settings, library)


CHANGES = {
    "L2": {"lam": 1e-2},
    "L1": {"lam1": 1e-3},
    "schedule with momentum": {"scheduler": "Momentum", "eta": 0.1, "schedule": "cosine"},
    "warm-up": {"schedule": "warmup"},
    "two activations": {"hidden": (5, 4), "hidden_func": ("ELU", "softplus")},
    "no hidden layer": {"hidden": ()},
    "squared error": {"cost": "CostOLS", "output_func": "tanh"},
    "formula": {"hidden_func": ("custom",), "formula": "where(z > 0, z, 0.1*maximum(z, -1)) + 0.5*erf(z)"},
    "the lecture's start": {"init": "lecture"},
}


@pytest.mark.parametrize("name", sorted(CHANGES))
@pytest.mark.parametrize("library", HEAVY)
def test_losses_agree_with_everything_else_that_can_be_chosen(library: str, name: str) -> None:
    settings = recipe("xor", **{"epochs": 20, "eta": 0.03, **CHANGES[name]})
    gap = difference(train_recipe(settings, library), train_recipe(settings, "nncore"))
    assert gap.losses < LIMIT
    assert gap.first_step < 1e-9


@pytest.mark.parametrize("func", sorted(set(HIDDEN_FUNCS) - {"custom"}))
@pytest.mark.parametrize("library", HEAVY)
def test_losses_agree_with_every_activation(library: str, func: str) -> None:
    settings = recipe_of(Experiment.default("sine").replace(hidden_func=(func,), epochs=8))
    gap = difference(train_recipe(settings, library), train_recipe(settings, "nncore"))
    assert gap.losses < 1e-9


@pytest.mark.parametrize(
    "cost", [("CostLogReg", "sigmoid"), ("CostOLS", "softmax"), ("CostCrossEntropy", "softmax")]
)
@pytest.mark.parametrize("library", HEAVY)
def test_losses_agree_with_every_cost_of_many_classes(library: str, cost: tuple[str, str]) -> None:
    settings = recipe("digits", cost=cost[0], output_func=cost[1], epochs=3)
    gap = difference(train_recipe(settings, library), train_recipe(settings, "nncore"))
    assert gap.losses < LIMIT


@pytest.mark.parametrize(("library", "least"), [("pytorch", 1e-2), ("keras", 1e-4), ("tensorflow", 1e-12)])
def test_their_own_defaults_part_the_curves(library: str, least: float) -> None:
    settings = recipe("xor", scheduler="RMS_prop", eta=0.03)
    gap = difference(train_recipe(settings, library, defaults=True), train_recipe(settings, "nncore"))
    assert gap.losses > least
    # TensorFlow's rule is written out, so only the precision is its own.
    assert library != "tensorflow" or gap.losses < 1e-4


@pytest.mark.parametrize("library", HEAVY)
def test_a_blow_up_ends_the_run_and_keeps_the_record(library: str) -> None:
    settings = recipe(
        "xor", scheduler="Constant", eta=50.0, cost="CostOLS", output_func="identity", hidden_func=("RELU",)
    )
    run = train_recipe(settings, library)
    assert 0 < run.epochs <= settings.epochs
    assert not np.isfinite(run.train_errors[-1]) or run.train_errors[-1] > 1e3 * run.start_cost


def test_keras_keeps_its_own_float_type() -> None:
    import keras

    before = keras.config.floatx(), keras.config.dtype_policy().name
    train_recipe(recipe("xor", epochs=1), "keras")
    assert (keras.config.floatx(), keras.config.dtype_policy().name) == before


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_where_curves_part_rounding_takes_them_there(library: str) -> None:
    """Adam at 0.03 multiplies a last bit of `sine` in every library, and in nncore as fast."""
    settings = recipe_of(Experiment.default("sine"))
    own = train_recipe(settings, "nncore")
    gap = difference(train_recipe(settings, library), own)
    assert gap.losses > 1e-3
    assert grows_from_rounding(gap, difference(train_recipe(last_bits(settings), "nncore"), own))
