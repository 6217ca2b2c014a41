"""Costs of two weights: slopes, minima and curvatures are as stated; walkers walk as single ones would."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, hessian

from nncore.schedulers import SCHEDULERS, Momentum, make_scheduler
from nncore.study.landscapes import LANDSCAPES, Landscape
from tests.walks_reference import FAR, descend

ALL = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=list(LANDSCAPES))


def as_function(landscape: Landscape):
    return lambda point: landscape.function(point[0], point[1])


@ALL
def test_the_slope_is_autograds(landscape: Landscape) -> None:
    rng = np.random.default_rng(1)
    low, high = np.array(landscape.bounds).T
    points = rng.uniform(low, high, (20, 2))
    expected = np.array([grad(as_function(landscape))(anp.array(point)) for point in points])
    assert np.allclose(landscape.gradient(points), expected, rtol=1e-10, atol=1e-9)


@ALL
def test_minima_are_minima_and_have_the_stated_curvatures(landscape: Landscape) -> None:
    assert np.abs(landscape.gradient(landscape.minima)).max() < 1e-12
    found = np.linalg.eigvalsh(hessian(as_function(landscape))(anp.array(landscape.minima[0])))
    assert np.allclose(found, landscape.curvatures, rtol=1e-9)
    lowest = landscape.cost(landscape.minima)
    assert np.all(landscape.grid(60) >= lowest.min() - 1e-12)


@ALL
def test_start_and_minima_are_drawn(landscape: Landscape) -> None:
    low, high = np.array(landscape.bounds).T
    for point in (landscape.start, *landscape.minima):
        assert np.all(point > low)
        assert np.all(point < high)
    assert landscape.cost(landscape.start) > landscape.cost(landscape.minima[0])


@ALL
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_walkers_together_walk_as_one_would_alone(landscape: Landscape, scheduler: str) -> None:
    rates = [landscape.eta / 10, landscape.eta]
    together = descend(landscape, scheduler, eta=rates, steps=20, momentum=0.5)
    rule = make_scheduler(scheduler, eta=rates[1], momentum=0.5)
    point = np.array(landscape.start)
    for step in range(1, 21):
        point = point - rule.update_change(landscape.gradient(point))
        assert np.allclose(together[1, step], point, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_comes_down_the_bowl(scheduler: str) -> None:
    path = descend(LANDSCAPES["bowl"], scheduler, eta=[0.1], steps=300)
    costs = LANDSCAPES["bowl"].cost(path[0])
    assert costs[-1] < 0.05 * costs[0]


def test_what_diverges_is_stopped_and_leaves_its_neighbour_alone() -> None:
    ravine = LANDSCAPES["ravine"]
    path = descend(ravine, "Constant", eta=[0.05, 1.0], steps=50)
    alone = descend(ravine, "Constant", eta=[0.05], steps=50)
    assert np.array_equal(path[0], alone[0])
    lost = np.isnan(path[1, :, 0])
    assert lost[-1]
    assert not lost[0]
    assert np.all(np.diff(lost.astype(int)) >= 0)
    assert np.nanmax(np.abs(path[1])) < FAR


def test_rosenbrock_overflows_without_a_warning() -> None:
    path = descend(LANDSCAPES["rosenbrock"], "Momentum", eta=[10.0], steps=20)
    assert np.isnan(path[0, -1]).all()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": 0}, "steps must be at least 1; got 0"),
        ({"eta": []}, "eta must be a sequence"),
        ({"scheduler": "Newton"}, "Newton"),
    ],
)
def test_impossible_walks_are_refused(changes: dict, sentence: str) -> None:
    given = {"scheduler": "Adam", "eta": [0.1], "steps": 5, **changes}
    with pytest.raises(ValueError, match=sentence):
        descend(LANDSCAPES["bowl"], given.pop("scheduler"), **given)
    with pytest.raises(ValueError, match="n must be at least 2"):
        LANDSCAPES["bowl"].grid(1)


def convergence_rate(step: float, momentum: float) -> float:
    """Return the largest modulus of the roots of r^2 - (1 + momentum - step) r + momentum.

    By so much heavy-ball momentum shrinks an error on a parabola in each update, where `step` is the learning
    rate times the curvature; the browser has the same (`ui/web/blocks/stability.js`).
    Source: G. Goh, "Why momentum really works", Distill (2017).
    """
    return float(np.abs(np.roots([1.0, step - 1.0 - momentum, momentum])).max())


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
def test_the_edge_of_stability_lies_at_two_times_one_plus_momentum(momentum: float) -> None:
    edge = 2 * (1 + momentum)
    assert convergence_rate(edge * 0.999, momentum) < 1 < convergence_rate(edge * 1.001, momentum)
    assert convergence_rate(edge, momentum) == pytest.approx(1.0)


@pytest.mark.parametrize(("step", "momentum"), [(0.5, 0.0), (0.3, 0.5), (1.9, 0.0), (3.0, 0.8), (0.01, 0.2)])
def test_the_rate_is_the_one_at_which_momentum_converges(step: float, momentum: float) -> None:
    rule, error, errors = Momentum(step, momentum), np.array([1.0]), []
    for _ in range(400):
        error = error - rule.update_change(error)
        errors.append(abs(float(error[0])))
        if errors[-1] < 1e-200:
            break
    n = len(errors)
    measured = (max(errors[-20:]) / max(errors[n // 2 - 20 : n // 2])) ** (1 / (n - n // 2))
    assert measured == pytest.approx(convergence_rate(step, momentum), rel=0.02)
