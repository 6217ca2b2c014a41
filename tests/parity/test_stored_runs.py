"""nncore against the stored reference runs of PyTorch and scikit-learn, in float64."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import ACTIVATIONS, COSTS, FFNN, SCHEDULERS, Training, make_scheduler
from tests.parity.problems import N_STEPS, PROBLEMS, SETTINGS, Problem, stored_part
from tests.parity.write_references import FILE, SKLEARN_RUNS

TOLERANCE = 1e-9

with np.load(FILE) as stored:
    REFERENCES = {key: stored[key] for key in stored.files}

KEYS = sorted(key.removesuffix("/costs") for key in REFERENCES if key.endswith("/costs"))


def own_run(problem: Problem, scheduler: str) -> tuple[np.ndarray, np.ndarray]:
    """Train nncore's network on a problem; costs (steps + 1,) and the stored part of the final weights."""
    network = FFNN(
        problem.dimensions,
        ACTIVATIONS[problem.hidden],
        ACTIVATIONS[problem.output],
        COSTS[problem.cost],
        seed=0,
    )
    network.weights = list(problem.start)
    numbers = {"momentum": 0.9, "rho": 0.9, "rho2": 0.999, **SETTINGS[scheduler]}
    training = Training(network, make_scheduler(scheduler, **numbers), problem.X, problem.t, epochs=N_STEPS)
    training.advance()
    costs = np.array([training.start_cost, *training.history["train_errors"]])
    return costs, stored_part(problem, network.weights)


def test_every_run_is_there() -> None:
    expected = {f"torch/{name}/{scheduler}" for name in PROBLEMS for scheduler in SETTINGS}
    expected |= {
        f"sklearn/{name}/{scheduler}" for name, schedulers in SKLEARN_RUNS.items() for scheduler in schedulers
    }
    assert set(KEYS) == expected
    # AdagradMomentum is the lecture's own: no library has it.
    assert set(SETTINGS) == set(SCHEDULERS) - {"AdagradMomentum"}


def test_tools_and_versions_stand_beside_the_numbers() -> None:
    tools = dict(text.split(" ") for text in REFERENCES["tools"])
    assert set(tools) == {"torch", "sklearn", "numpy"}
    assert tools["torch"].startswith("2.13.0")


@pytest.mark.parametrize("key", KEYS)
def test_costs_and_weights_are_the_references(key: str) -> None:
    _, name, scheduler = key.split("/")
    costs, weights = own_run(PROBLEMS[name](), scheduler)
    assert np.max(np.abs(costs - REFERENCES[f"{key}/costs"])) < TOLERANCE
    assert np.max(np.abs(weights - REFERENCES[f"{key}/weights"])) < TOLERANCE


def test_the_references_really_learn() -> None:
    """A comparison of runs that stand still would show nothing."""
    for key in KEYS:
        costs = REFERENCES[f"{key}/costs"]
        assert len(costs) == N_STEPS + 1
        assert costs[-1] < costs[0], key


@pytest.mark.parametrize("scheduler", sorted(SETTINGS))
def test_another_scheduler_does_not_agree(scheduler: str) -> None:
    """The near miss: the same network with a neighbour's rule lies far outside the tolerance."""
    other = next(name for name in sorted(SETTINGS) if name != scheduler)
    costs, _ = own_run(PROBLEMS["digits"](), scheduler)
    assert np.max(np.abs(costs - REFERENCES[f"torch/digits/{other}/costs"])) > 1e-3
