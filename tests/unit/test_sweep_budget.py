"""What a sweep spans: as many rates and starts as a problem affords, within a range that is one."""

from __future__ import annotations

import pytest

from nncore.experiment import Experiment
from pages.learning_rate import SETTINGS
from ui.sweep.budget import SweepSize, axis_values, check_size, fitted, rates_of, subset

XOR = Experiment.default("XOR").replace(epochs=60)


def test_a_gate_affords_more_than_digits() -> None:
    gate = fitted(SweepSize(), XOR, XOR.dataset())
    digits, _ = subset(Experiment.default("digits"))
    image = fitted(SweepSize(), digits, digits.dataset())
    assert (gate.rates, gate.starts) == (50, 10)
    assert (image.rates, image.starts) == (12, 1)


def test_the_own_rate_is_among_the_rates_where_it_lies_in_the_range() -> None:
    size = SweepSize(1e-3, 1.0, 7, 1)
    assert 0.0123 in rates_of(size, also=0.0123)
    assert 5.0 not in rates_of(size, also=5.0)
    assert list(rates_of(size, also=0.0123)) == sorted(rates_of(size, also=0.0123))


@pytest.mark.parametrize("axis", ["lam", "hidden", "batch_size"])
def test_the_values_of_a_second_axis_are_allowed_ones(axis: str) -> None:
    data = XOR.dataset()
    for fine in (True, False):
        for value in axis_values(XOR, axis, data, fine=fine):
            assert getattr(XOR.replace(**{axis: value}), axis) == value


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (SweepSize(1.0, 1e-3), "1 to 0.001 is reversed"),
        (SweepSize(1.0, 1.0), "1 to 1 is empty"),
        (SweepSize(1e-5, 1e-5), "1e-5 to 1e-5 is empty"),
        (SweepSize(rates=200, starts=100), "room for 5,000 runs; 200 rates × 100 starts are 20,000"),
    ],
)
def test_a_size_that_is_none_is_refused_in_a_sentence(size: SweepSize, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_size(size)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"low": "0"}, "low must be a number from 1e-6 to 1000; got 0."),
        (
            {"rates": "1"},
            "rates must be left empty or a whole number from 2 to 200; got '1'. It is left empty instead.",
        ),
        ({"starts": "0"}, "starts must be left empty or a whole number from 1 to 100; got '0'."),
    ],
)
def test_a_number_of_the_range_that_cannot_be_is_refused_in_a_sentence(address, sentence: str) -> None:
    values, notices = SETTINGS.read(address)
    assert values == SETTINGS.defaults
    assert notices[0].startswith(sentence)
