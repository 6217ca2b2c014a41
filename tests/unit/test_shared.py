"""Arrays that many runs read: made once, never written to, freed with the last who reads them."""

from __future__ import annotations

import numpy as np

from nncore.data import load
from nncore.experiment import Experiment
from nncore.machinery.kernels import level
from nncore.machinery.shared import shared


def test_what_is_made_of_a_lasting_array_is_made_once_and_freed_with_its_users():
    source = np.arange(3.0)
    source.flags.writeable = False
    first = shared(source, "twice", lambda: 2 * source)
    assert shared(source, "twice", lambda: 2 * source) is first
    assert shared(source, "thrice", lambda: 3 * source) is not first
    assert not first.flags.writeable
    del first
    made: list[int] = []
    shared(source, "twice", lambda: made.append(1) or 2 * source)
    assert made == [1]


def test_what_is_made_of_an_array_that_may_change_is_made_each_time():
    source = np.arange(3.0)
    view = source[:2]
    view.flags.writeable = False  # its memory can still be written to
    for array in (source, view):
        first = shared(array, "twice", lambda array=array: 2 * array)
        assert shared(array, "twice", lambda array=array: 2 * array) is not first


def test_one_value_is_one_array_for_all_of_a_shape_and_nobody_writes_to_it():
    like = np.empty((3, 4))
    zeros = level(like, 0.0)
    assert level(np.empty((3, 4)), 0.0) is zeros
    assert level(like, 1.0) is not zeros
    assert level(like.astype(np.float32), 0.0).dtype == np.float32
    assert not zeros.flags.writeable


def test_two_runs_on_one_data_set_share_its_design_and_give_the_same_numbers():
    experiment = Experiment.default("digits").replace(epochs=1)
    one, two = experiment.training(), experiment.training(data=load("digits"))
    assert one._design is two._design
    one.advance()
    two.advance()
    assert np.array_equal(one.network.theta, two.network.theta)
