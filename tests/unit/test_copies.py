"""Copies share nothing silently: what cannot be copied is refused, in one sentence."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nncore import SCHEDULERS, Scheduler, Training, make_scheduler
from nncore.user_schedulers import ForeignScheduler
from tests.unit.gates import XOR, X, xor_network, xor_training


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, pickle.dumps])
@pytest.mark.parametrize("seed", [7, [1, 2]])
def test_a_training_is_not_copied(how: Callable[[Any], Any], seed: Any) -> None:
    training = xor_training(seed)
    training.advance(2)
    with pytest.raises(TypeError, match=r"^A training cannot be copied or pickled while it runs; copy"):
        how(training)
    assert training.advance(1) == 1


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_copied_scheduler_remembers_for_itself(name: str, how: Callable[[Any], Any]) -> None:
    one = make_scheduler(name, eta=0.1, momentum=0.9, rho=0.9, rho2=0.99)
    one.update_change(np.array([1.0, -2.0]))
    other, untouched = how(one), copy.deepcopy(one)
    for _ in range(3):
        other.update_change(np.array([5.0, 5.0]))
    np.testing.assert_array_equal(
        one.update_change(np.array([1.0, 1.0])), untouched.update_change(np.array([1.0, 1.0]))
    )


class Heavy:
    """A scheduler of one's own with a memory."""

    def __init__(self) -> None:
        self.eta, self.change = 0.1, 0.0

    def update_change(self, gradient: Any) -> Any:
        self.change = 0.9 * self.change + self.eta * gradient
        return self.change

    def reset(self) -> None:
        self.change = 0.0


def test_an_adopted_scheduler_is_copied_whole() -> None:
    training = Training(xor_network(), Heavy(), X, XOR)
    training.advance(1)
    adopted = training.scheduler
    assert isinstance(adopted, ForeignScheduler)
    twin = copy.copy(adopted)
    before = adopted._copies[()][0].change.copy()
    twin.update_change(np.ones(training.network.theta.shape))
    np.testing.assert_array_equal(adopted._copies[()][0].change, before)
    assert not isinstance(adopted, Scheduler)
