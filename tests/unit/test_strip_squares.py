"""Sweeps over classes that are learned with the squared error, as "Show the edge" has them."""

from __future__ import annotations

import base64
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from nncore.experiment import Experiment
from nncore.published import fit
from nncore.sweep.result import PENDING
from pages.learning_rate import telling
from ui.sweep.budget import SweepSize
from ui.sweep.messages import StripMessage
from ui.sweep.modes import MODES, Job, SweepRequest, rules_words

SMALL: dict[str, Any] = {"samples": 60, "epochs": 3}


def strip_of(experiment: Experiment, mode: str) -> StripMessage:
    """Return the strip of a mode, at its end; the rates are such that some runs overflow."""
    job = Job(SweepRequest(experiment, mode, SweepSize(1e-2, 1e3, 3, 2)), OrderedDict())
    while not job.finished:
        job.move(0.05)
    found = job.take()[str(job.meta["main"])]
    assert isinstance(found, StripMessage)
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("data", ["gauss", pytest.param("digits", marks=pytest.mark.long), "wisconsin"])
def test_every_mode_sweeps_a_problem_near_its_edge(data: str, mode: str) -> None:
    experiment = telling(Experiment.default(data), "curvature").replace(**SMALL)
    assert experiment.cost == "CostOLS"
    assert PENDING not in base64.b64decode(strip_of(experiment, mode).outcome)


@pytest.mark.parametrize("split", [1.0, 0.5])
@pytest.mark.parametrize("data", ["moons", "digits"])
def test_the_matrix_of_outputs_that_decide_nothing_counts_them_rounded(data: str, split: float) -> None:
    experiment = telling(Experiment.default(data), "curvature").replace(**SMALL, split=split)
    strip = strip_of(experiment, "strip")
    alone = experiment.replace(eta=strip.etas[0]).training()
    alone.advance()
    X, t = (alone.data.X, alone.data.t) if split == 1.0 else (alone.data.X_val, alone.data.t_val)
    assert X is not None
    assert t is not None
    counts = np.zeros((max(2, t.shape[1]),) * 2)
    for row, target in zip(alone.network.predict_proba(X), t, strict=True):
        right, taken = (int(v.argmax()) if len(v) > 1 else int(v[0] > 0.5) for v in (target, row))
        counts[right, taken] += 1
    told = strip.sweep_outputs["matrix"]
    assert isinstance(told, str)
    matrices = np.frombuffer(base64.b64decode(told), "<i4").reshape(-1, *counts.shape)
    np.testing.assert_array_equal(matrices[0], counts)


@pytest.mark.parametrize("scheduler", ["Constant", "Momentum", "Adam"])
@pytest.mark.parametrize("cost", ["CostOLS", "CostCrossEntropy"])
def test_the_published_code_is_said_to_sum_a_softmax_where_it_does(cost: str, scheduler: str) -> None:
    experiment = Experiment.default("digits").replace(
        **SMALL, hidden=(), scheduler=scheduler, cost=cost, output_func="softmax", batch_size=0
    )
    words = rules_words(experiment, (cost, "softmax"), batches=1)
    assert "sums the softmax gradient over the rows" in words
    assert "means there too" not in words
    data, start = experiment.dataset(), np.array(experiment.network().weights[0])

    def step(times: int) -> np.ndarray:
        (end,), _ = fit(
            [start], np.tile(data.X, (times, 1)), np.tile(data.t, (times, 1)), hidden_func="identity",
            output_func="softmax", cost_func=cost, scheduler="Constant", numbers={"eta": 0.01}, batches=1,
            epochs=1, lam=0.0,
        )  # fmt: skip
        return end - start

    np.testing.assert_allclose(step(3), 3 * step(1), rtol=1e-9, atol=1e-12)
