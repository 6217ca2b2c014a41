"""Outputs that do not go with a cost are refused at every door, in one sentence."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from nncore import ACTIVATIONS, COSTS, FFNN, CostCrossEntropy, CostLogReg, load, save, sigmoid, softmax, tanh
from nncore.experiment import TASK_COSTS, Experiment
from nncore.experiment.fields import OUTPUT_FUNCS
from nncore.pairs import COST_OUTPUTS, pair_problem

PROBLEMS = {"binary": ("XOR", 1), "multiclass": ("digits", 3), "regression": ("sine", 1)}


def sentence(call: Any) -> str | None:
    try:
        call()
    except ValueError as error:
        return str(error)
    return None


@pytest.mark.parametrize("output", [name for name in OUTPUT_FUNCS if name != "auto"])
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("task", PROBLEMS)
def test_a_network_refuses_what_an_experiment_refuses(task: str, cost: str, output: str) -> None:
    data, n_outputs = PROBLEMS[task]
    if cost in TASK_COSTS[task]:
        told = sentence(lambda: Experiment.default(data).replace(cost=cost, output_func=output))
        made = sentence(lambda: FFNN((2, 4, n_outputs), tanh, ACTIVATIONS[output], COSTS[cost]))
        assert told == made == pair_problem(cost, output, n_outputs=n_outputs)
    else:
        assert sentence(lambda: Experiment.default(data).replace(cost=cost))


@pytest.mark.parametrize("n_outputs", [1, 2])
@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("cost", COSTS)
def test_a_logarithm_is_taken_of_probabilities_only(cost: str, output: str, n_outputs: int) -> None:
    told = sentence(lambda: FFNN((2, n_outputs), output_func=ACTIVATIONS[output], cost_func=COSTS[cost]))
    single = output == "softmax" and n_outputs == 1
    assert (told is None) == ((cost == "CostOLS" or output in COST_OUTPUTS[cost]) and not single)


def test_the_output_of_the_signature_is_none_of_a_classifier() -> None:
    with pytest.raises(ValueError, match=r"^output_func must be sigmoid for CostLogReg; got identity\.$"):
        FFNN((2, 4, 1), tanh, cost_func=CostLogReg)
    with pytest.raises(ValueError, match=r"^output_func must be softmax for CostCrossEntropy; got ident"):
        FFNN((2, 4, 2), tanh, cost_func=CostCrossEntropy)


def test_of_functions_of_ones_own_nothing_is_known() -> None:
    assert FFNN((2, 1), output_func=lambda z: sigmoid(z), cost_func=CostLogReg).classification
    assert not FFNN(
        (2, 1), output_func=tanh, cost_func=lambda t: lambda p: ((p - t) ** 4).sum()
    ).classification


def test_a_file_is_no_way_round() -> None:
    file = io.BytesIO()
    save(file, FFNN((2, 2), output_func=softmax, cost_func=CostCrossEntropy, seed=0))
    file.seek(0)
    parts = dict(np.load(file))
    meta = json.loads(parts["network"].tobytes()) | {"output_func": "identity"}
    parts["network"] = np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8)
    forged = io.BytesIO()
    np.savez(forged, **parts)
    forged.seek(0)
    with pytest.raises(ValueError, match=r"output_func must be softmax for CostCrossEntropy; got identity\."):
        load(forged)
