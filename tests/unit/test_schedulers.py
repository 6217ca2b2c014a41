"""Schedulers: by hand, forgetful on reset, careful with what they are given, one number per run."""

import numpy as np
import pytest

from nncore import SCHEDULERS, Adagrad, Adam, Constant, Momentum, Scheduler, make_scheduler

NUMBERS = {"eta": 0.5, "momentum": 0.5, "rho": 0.5, "rho2": 0.75}

# Changes for gradient 2, then 1, with the numbers above, worked out on paper from the lecture's formulas:
# e.g. Adam: m = 1, v = 1 then m = 1, v = 1, so m^ = 1 / 0.75 and v^ = 1 / 0.4375 at the second update.
BY_HAND = {
    "Constant": (1.0, 0.5),
    "Momentum": (1.0, 1.0),
    "Adagrad": (0.5, 0.5 / 5**0.5),
    "AdagradMomentum": (0.5, 0.25 + 0.5 / 5**0.5),
    "RMS_prop": (0.5 * 2 / 2**0.5, 0.5 / 1.5**0.5),
    "Adam": (0.5, 0.5 * (1 / 0.75) * 0.4375**0.5),
}


def made(name, **changes):
    return make_scheduler(name, **{**NUMBERS, **changes})


def run(scheduler, n_steps=7, shape=(3, 3), seed=0):
    rng = np.random.default_rng(seed)
    return [scheduler.update_change(rng.normal(size=shape)).copy() for _ in range(n_steps)]


def test_every_scheduler_is_tested():
    assert set(SCHEDULERS) == set(BY_HAND)
    assert all(kind.__name__ == name and issubclass(kind, Scheduler) for name, kind in SCHEDULERS.items())


@pytest.mark.parametrize("name", SCHEDULERS)
def test_two_steps_by_hand(name):
    scheduler = made(name)
    changes = [float(scheduler.update_change(np.array([g]))[0]) for g in (2.0, 1.0)]
    np.testing.assert_allclose(changes, BY_HAND[name], rtol=2e-8)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_reset_gives_back_the_beginning(name):
    scheduler = made(name)
    first = run(scheduler)
    without_reset = run(scheduler)
    scheduler.reset()
    np.testing.assert_array_equal(run(scheduler), first)
    remembers = not np.array_equal(without_reset, first)
    assert remembers == (name != "Constant")


@pytest.mark.parametrize("name", SCHEDULERS)
def test_gradient_and_numbers_are_left_alone(name):
    scheduler = made(name)
    gradient = np.array([[3.0, -4.0], [0.0, 1e-9]])
    kept = gradient.copy()
    for _ in range(5):
        scheduler.update_change(gradient)
    np.testing.assert_array_equal(gradient, kept)
    assert {number: getattr(scheduler, number) for number in scheduler.numbers} == {
        number: NUMBERS[number] for number in scheduler.numbers
    }


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_vector_of_numbers_is_one_scheduler_for_each_run(name):
    values = {number: np.array([0.1, 0.4, 0.7]) for number in SCHEDULERS[name].numbers}
    together = run(made(name, **values), shape=(3, 5))
    for k in range(3):
        alone = made(name, **{number: value[k] for number, value in values.items()})
        rng = np.random.default_rng(0)
        for change in together:
            np.testing.assert_allclose(change[k], alone.update_change(rng.normal(size=(3, 5))[k]), rtol=1e-14)


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(name, dtype):
    assert made(name).update_change(np.ones((2, 3), dtype)).dtype == dtype
    assert made(name, eta=np.array([0.1, 0.2])).update_change(np.ones((2, 3), dtype)).dtype == dtype


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_bowl_is_descended_and_the_factor_scales_the_step(name):
    scheduler, slower = made(name, eta=0.1), made(name, eta=0.1)
    slower.factor = 0.5
    x = y = np.array([1.0, -2.0])
    for step in range(400):
        change, half = scheduler.update_change(2 * x).copy(), slower.update_change(2 * y)
        if step == 0:
            np.testing.assert_allclose(half, 0.5 * change, rtol=1e-15)
        x, y = x - change, y - half
    assert np.abs(x).max() < 0.1
    assert slower.eta == 0.1


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_new_learning_rate_keeps_the_memory(name):
    changed, steady = made(name), made(name)
    run(changed)
    run(steady)
    changed.eta = 2 * NUMBERS["eta"]
    gradient = np.full((3, 3), 0.3)
    new, old = changed.update_change(gradient).copy(), steady.update_change(gradient)
    if "momentum" in changed.numbers:
        # The ball goes on rolling with what it had; only the new push is doubled.
        assert np.all(np.abs(new - old) > 0)
    else:
        np.testing.assert_allclose(new, 2 * old, rtol=1e-14)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_the_lectures_loop_of_random_gradients(name):
    scheduler = made(name)
    changes = run(scheduler, n_steps=10)
    assert all(change.shape == (3, 3) for change in changes)
    assert not np.array_equal(changes[0], changes[1])


def test_adams_first_step_is_eta_whatever_the_gradient():
    for size in (1e-3, 1.0, 1e6):
        assert Adam(1e-3, 0.9, 0.999).update_change(np.array([size]))[0] == pytest.approx(1e-3, rel=1e-4)


def test_a_gradient_of_zero_changes_nothing():
    for name in SCHEDULERS:
        np.testing.assert_array_equal(made(name).update_change(np.zeros(3)), 0.0)


def test_the_abstract_scheduler_has_no_rule():
    scheduler = Scheduler(0.1)
    scheduler.reset()
    with pytest.raises(NotImplementedError, match="Scheduler has no update_change"):
        scheduler.update_change(np.ones(3))


@pytest.mark.parametrize("eta", [0.0, -1e-3, np.nan, np.inf, "fast", None, True, [[0.1]], [], [0.1, -0.1]])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_impossible_learning_rates(name, eta):
    with pytest.raises(
        ValueError, match=r"eta must be a finite number above 0, or a vector with one per run; got"
    ):
        made(name, eta=eta)


@pytest.mark.parametrize("number", ["momentum", "rho", "rho2"])
@pytest.mark.parametrize("value", [-0.1, 1.0, 1.5, np.nan, "much"])
def test_impossible_shares(number, value):
    name = {"momentum": "Momentum", "rho": "RMS_prop", "rho2": "Adam"}[number]
    with pytest.raises(ValueError, match=rf"{number} must be a finite number at least 0 and below 1"):
        made(name, **{number: value})


def test_another_shape_needs_a_reset():
    scheduler = Adagrad(0.1)
    scheduler.update_change(np.ones((3, 3)))
    with pytest.raises(
        ValueError, match=r"gradient must keep the shape \(3, 3\) until reset\(\); got \(2,\)"
    ):
        scheduler.update_change(np.ones(2))
    scheduler.reset()
    assert scheduler.update_change(np.ones(2)).shape == (2,)


@pytest.mark.parametrize("shape", [(3,), (4, 5)])
def test_a_vector_of_rates_needs_as_many_runs(shape):
    with pytest.raises(ValueError, match=r"eta must be one number, or one per run of a stack; got 3 values"):
        Constant([0.1, 0.2, 0.3]).update_change(np.ones(shape))


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match=r"scheduler must be one of Constant, Momentum, .*; got 'adam'"):
        make_scheduler("adam", eta=0.1)


def test_momentum_of_nothing_is_constant():
    np.testing.assert_array_equal(run(Momentum(0.1, 0.0)), run(Constant(0.1)))


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_scheduler_has_the_numbers_of_its_rule_and_no_others(name):
    scheduler = made(name)
    assert tuple(number for number in NUMBERS if hasattr(scheduler, number)) == scheduler.numbers
