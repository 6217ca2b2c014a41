"""The learning-rate range test and what is read off it."""

from __future__ import annotations

import numpy as np
import pytest

from nncore import SCHEDULERS, range_test
from nncore.experiment import Experiment
from nncore.study.lr_range import PICKS, RangeTest, smoothed, spread_over_seeds

XOR = Experiment.default("XOR")


def valley_curve() -> np.ndarray:
    """Flat, then a fall that is steepest at step 50, then a rise."""
    steps = np.arange(100)
    return 1.0 - 0.8 / (1 + np.exp(-(steps - 50) / 3)) + np.where(steps > 80, 0.1 * (steps - 80), 0.0)


def test_steepest_is_where_the_fall_is_fastest() -> None:
    assert PICKS["steepest"](valley_curve()) == 50


def test_valley_is_the_middle_of_the_longest_descent() -> None:
    assert PICKS["valley"](valley_curve()) == 40


@pytest.mark.parametrize("name", PICKS)
def test_a_loss_that_never_falls_gives_no_pick(name: str) -> None:
    assert PICKS[name](np.linspace(1.0, 2.0, 20)) is None
    assert PICKS[name](np.array([1.0, 0.5])) is None


def test_smoothing_ends_where_the_loss_blows_up() -> None:
    loss = np.concatenate([np.full(10, 1.0), np.full(10, 1e6)])
    assert len(smoothed(loss)) == 10
    np.testing.assert_allclose(smoothed(np.full(5, 3.0)), 3.0)


def test_the_first_loss_is_the_cost_before_training() -> None:
    test = range_test(XOR, seeds=[4, 5])
    starts = XOR.stack(seed=[4, 5]).start_cost
    np.testing.assert_allclose(test.losses[:, 0], starts, rtol=1e-12)


def test_a_single_seed_is_the_same_as_within_the_bundle() -> None:
    bundle, alone = range_test(XOR, seeds=[4, 5, 6]), range_test(XOR, seeds=[5])
    np.testing.assert_allclose(bundle.losses[1], alone.losses[0], rtol=1e-9)


def test_thirty_two_seeds_and_their_picks_lie_inside_the_range() -> None:
    test = range_test(XOR)
    assert test.losses.shape == (32, 120)
    for name, picks in test.picks().items():
        known = picks[np.isfinite(picks)]
        assert len(known) > 25, name
        assert ((known >= 1e-5) & (known <= 1e2)).all(), name


def test_mini_batches_are_used_where_the_experiment_has_them() -> None:
    moons = Experiment.default("moons")
    whole = range_test(moons.replace(batch_size=0), seeds=[1], steps=30)
    parts = range_test(moons, seeds=[1], steps=30)
    assert np.any(whole.losses != parts.losses)


def test_an_overflow_is_a_result() -> None:
    linear = XOR.replace(scheduler="Constant", cost="CostOLS", output_func="identity")
    test = range_test(linear, high=1e3, steps=400)
    assert np.isnan(test.losses[:, -1]).any()
    assert np.isfinite(list(test.median_picks().values())).all()


def test_spread_leaves_out_seeds_without_a_pick() -> None:
    assert np.isnan(spread_over_seeds([np.nan])).all()
    assert spread_over_seeds([0.1, 0.3, np.nan], share=0.0) == (0.1, 0.3)


def test_median_counts_an_overflow_as_infinite() -> None:
    test = RangeTest(np.array([1.0, 2.0]), np.array([[1.0, np.nan], [1.0, np.nan], [1.0, 4.0]]))
    assert test.median.tolist() == [1.0, np.inf]


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"low must be below high, two learning rates; got 1 and 0\.1"):
        range_test(XOR, low=1.0, high=0.1)
    with pytest.raises(ValueError, match="low must be a finite number above 0"):
        range_test(XOR, low=0.0)
    with pytest.raises(ValueError, match="steps must be a whole number of at least 3"):
        range_test(XOR, steps=2)
    with pytest.raises(ValueError, match=r"two learning rates; got \[0\.1, 0\.2\] and 100"):
        range_test(XOR, low=[0.1, 0.2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seeds must be a list of starts; got 5"):
        range_test(XOR, seeds=5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seeds must hold at least one start"):
        range_test(XOR, seeds=[])


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_flat_curve_gives_no_pick(scheduler: str) -> None:
    """All weights zero on XOR: nothing ever moves, and what is seen is rounding."""
    flat = XOR.replace(init="zeros", scheduler=scheduler)
    test = range_test(flat, steps=40, seeds=[1, 2])
    assert np.ptp(test.losses) < 1e-12
    for picks in (*test.picks().values(), *test.median_picks().values()):
        assert np.isnan(picks).all()


@pytest.mark.parametrize("level", [1e-9, 0.7, 1e9])
@pytest.mark.parametrize("name", PICKS)
def test_rounding_is_no_fall(name: str, level: float) -> None:
    noise = 1e-15 * np.random.default_rng(0).standard_normal(100)
    losses = level * (1.0 + noise)
    assert np.isnan(RangeTest(np.geomspace(1e-5, 1.0, 100), losses[None]).picks()[name]).all()
    blown = np.where(np.arange(100) > 80, np.inf, losses)
    assert np.isnan(RangeTest(np.geomspace(1e-5, 1.0, 100), blown[None]).picks()[name]).all()


@pytest.mark.parametrize("height", [0.5, 2.0, 3.5, -0.5])
@pytest.mark.parametrize("at", [0, 1, 2, 5, 20])
def test_one_early_spike_does_not_decide(at: int, height: float) -> None:
    etas = np.geomspace(1e-5, 1e2, 100)
    smooth = valley_curve()
    spiked = smooth + np.where(np.arange(100) == at, height, 0.0)
    plain, picked = (RangeTest(etas, curve[None]).picks()["steepest"][0] for curve in (smooth, spiked))
    assert picked == plain
    assert abs(PICKS["steepest"](spiked) - 50) <= 1
    assert RangeTest(etas, spiked[None]).median_picks()["steepest"] == plain
