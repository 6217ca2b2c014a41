"""Schedulers of one's own: any object with update_change and reset."""

import numpy as np
import pytest

from nncore import Constant, Scheduler
from tests.unit.gates import xor_training


class Plain:
    """The least a scheduler can be."""

    def __init__(self, eta):
        self.eta = eta

    def update_change(self, gradient):
        return self.eta * gradient

    def reset(self):
        pass


class RowSums:
    """The published Adagrad: row sums of G G^T, which only a matrix has."""

    def __init__(self, eta):
        self.eta = eta
        self.G = None

    def update_change(self, gradient):
        if self.G is None:
            self.G = np.zeros((gradient.shape[0], gradient.shape[0]))
        self.G += gradient @ gradient.T
        return self.eta * gradient / np.sqrt(1e-8 + np.diagonal(self.G)[:, None])

    def reset(self):
        self.G = None


@pytest.mark.parametrize("per_layer", [False, True])
def test_a_plain_scheduler_of_ones_own_equals_constant(per_layer):
    own = Plain(0.5)
    own.per_layer = per_layer
    ours, theirs = xor_training(scheduler=Constant(0.5)), xor_training(scheduler=own)
    ours.advance()
    theirs.advance()
    assert theirs.scheduler.per_layer is per_layer
    np.testing.assert_allclose(ours.network.theta, theirs.network.theta, rtol=1e-13)
    theirs.extend(1)
    theirs.set_eta(0.25)
    assert (theirs.eta, own.eta) == (0.25, 0.5)


def test_a_scheduler_that_needs_matrices_gets_them():
    training = xor_training(scheduler=RowSums(0.1), epochs=200)
    assert training.scheduler.per_layer
    training.advance()
    assert training.history["train_errors"][-1] < 0.5 * training.start_cost


def test_schedule_and_rate_reach_a_scheduler_of_ones_own():
    ours = xor_training(scheduler=Constant(0.5), schedule=lambda epoch, epochs: 1 - epoch / epochs)
    theirs = xor_training(scheduler=Plain(0.5), schedule=lambda epoch, epochs: 1 - epoch / epochs)
    ours.advance()
    theirs.advance()
    np.testing.assert_allclose(ours.network.theta, theirs.network.theta, rtol=1e-13)
    assert theirs.eta == 0.5


def test_a_subclass_of_scheduler_with_a_rule_of_its_own_is_helped_likewise():
    class SubclassedRowSums(Scheduler):
        def reset(self):
            self.G = None

        def update_change(self, gradient):
            self.G = gradient @ gradient.T + (0.0 if self.G is None else self.G)
            return self.eta * gradient / np.sqrt(1e-8 + np.diagonal(self.G)[:, None])

    subclassed = SubclassedRowSums(0.1)
    subclassed.reset()
    theirs, same = (
        xor_training(scheduler=subclassed, epochs=50),
        xor_training(scheduler=RowSums(0.1), epochs=50),
    )
    theirs.advance()
    same.advance()
    assert theirs.scheduler.per_layer
    np.testing.assert_allclose(theirs.network.theta, same.network.theta, rtol=1e-9)


def test_a_subclass_with_our_rule_is_ours():
    class Renamed(Constant):
        pass

    assert isinstance(xor_training(scheduler=Renamed(0.1)).scheduler, Renamed)
