"""The stored reference runs against what the installed libraries give today."""

from __future__ import annotations

import numpy as np
import pytest

from tests.parity.problems import PROBLEMS, SETTINGS, stored_part
from tests.parity.test_stored_runs import REFERENCES, TOLERANCE, own_run
from tests.parity.write_references import SKLEARN_RUNS, Run, sklearn_run, torch_run

SKLEARN_CASES = [(name, scheduler) for name, schedulers in SKLEARN_RUNS.items() for scheduler in schedulers]


def check(key: str, run: Run) -> None:
    """Compare a fresh run with the stored one and with nncore's."""
    _, name, scheduler = key.split("/")
    problem = PROBLEMS[name]()
    costs, weights = run[0], stored_part(problem, run[1])
    own_costs, own_weights = own_run(problem, scheduler)
    for expected_costs, expected_weights in (
        (REFERENCES[f"{key}/costs"], REFERENCES[f"{key}/weights"]),
        (own_costs, own_weights),
    ):
        assert np.max(np.abs(costs - expected_costs)) < TOLERANCE
        assert np.max(np.abs(weights - expected_weights)) < TOLERANCE


@pytest.mark.parametrize(("name", "scheduler"), SKLEARN_CASES)
def test_scikit_learn_gives_the_stored_run(name: str, scheduler: str) -> None:
    check(f"sklearn/{name}/{scheduler}", sklearn_run(PROBLEMS[name](), scheduler))


@pytest.mark.frameworks
@pytest.mark.parametrize("scheduler", sorted(SETTINGS))
@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_pytorch_gives_the_stored_run(name: str, scheduler: str) -> None:
    check(f"torch/{name}/{scheduler}", torch_run(PROBLEMS[name](), scheduler))
