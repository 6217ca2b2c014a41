"""The lecture's cells, typed once more below `from nncore import *`, mean what they mean in the lecture."""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest

from nncore import FFNN, Adam, CostLogReg, CostOLS, sigmoid, softmax
from nncore.initialisation import default_name
from nncore.recognise import classifies, is_class_cost
from tests.unit.gates import XOR, X, clusters


def log_reg(target: Any) -> Any:
    """The lecture's, guarded by 1e-9."""

    def func(p: Any) -> Any:
        terms = target * anp.log(p + 10e-10) + (1 - target) * anp.log(1 - p + 10e-10)
        return -(1.0 / target.shape[0]) * anp.sum(terms)

    return func


def cross_entropy(target: Any) -> Any:
    """The lecture's, divided by samples times classes."""
    return lambda p: -(1.0 / target.size) * anp.sum(target * anp.log(p + 10e-10))


def named(function: Any, name: str) -> Any:
    def again(*arguments: Any) -> Any:
        return function(*arguments)

    again.__name__ = name
    return again


class Whole:
    """A cost as an object, which has no name."""

    def __call__(self, target: Any) -> Any:
        return log_reg(target)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (named(log_reg, "CostLogReg"), True),
        (named(lambda target: lambda p: anp.sum(p), "CostCrossEntropy"), True),
        (named(log_reg, "binary_loss"), True),
        (named(cross_entropy, "categorical_loss"), True),
        (lambda target: lambda p: -anp.mean(target * anp.log(anp.clip(p, 1e-12, 1.0))), True),
        (Whole(), True),
        (partial(CostLogReg), True),
        (lambda target: lambda p: anp.mean((p - target) ** 2), False),
        (lambda target: lambda p: anp.mean(anp.abs(p - target)), False),
        (lambda target: lambda p: -anp.mean(target * p), False),
        (lambda target: lambda p: (p - target) ** 2, False),
        (lambda target: target.no_such_thing, False),
    ],
)
def test_a_class_cost_goes_by_its_name_or_its_values(cost: Any, expected: bool) -> None:
    assert is_class_cost(cost) is expected
    output = named(sigmoid, "own")
    assert FFNN((2, 3, 1), sigmoid, output, cost).classification is expected


def test_what_a_cost_says_of_itself_counts_first() -> None:
    said = named(log_reg, "CostLogReg")
    said.classifies = False
    assert not classifies(said)
    other = named(CostOLS, "other")
    other.classifies = True
    assert classifies(other)


@pytest.mark.parametrize("output", [sigmoid, named(sigmoid, "sigmoid")])
def test_a_typed_logistic_cost_trains_a_classifier(output: Any) -> None:
    network = FFNN((2, 6, 1), sigmoid, output, named(log_reg, "CostLogReg"), seed=3)
    history = network.fit(X, XOR, Adam(0.1, 0.9, 0.999), epochs=300, progress=False)
    assert history["train_accs"][-1] == 1.0
    np.testing.assert_array_equal(network.predict(X), XOR)


def test_a_typed_cross_entropy_trains_a_classifier() -> None:
    points, t = clusters(60)
    network = FFNN((2, 6, 3), sigmoid, softmax, named(cross_entropy, "CostCrossEntropy"), seed=3)
    history = network.fit(points, t, Adam(0.1, 0.9, 0.999), epochs=60, progress=False)
    assert history["train_accs"][-1] > 0.9
    np.testing.assert_array_equal(network.predict(points).sum(axis=1), 1)


def test_a_typed_relu_starts_as_the_lectures_does() -> None:
    def RELU(z: Any) -> Any:
        return anp.where(z > np.zeros(z.shape), z, np.zeros(z.shape))

    assert default_name(RELU) == "he"
    assert default_name(lambda z: z) == "xavier"
