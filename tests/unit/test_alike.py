"""Large stacks of small networks: faster than run by run, and each run the same to the last bit."""

import numpy as np
import pytest

from nncore import SCHEDULERS
from nncore.experiment import Experiment
from nncore.machinery import alike
from nncore.machinery.alike import LEAST_RUNS, MOST_HIDDEN, keep_each_alone
from nncore.machinery.kernels import replay
from nncore.machinery.products import adds_alike, orders, row_product, row_product_of_four

XOR = Experiment.default("XOR").replace(epochs=60)
RUNS = LEAST_RUNS + 5
SEEN = (0, 7, LEAST_RUNS, RUNS - 1)


def assert_runs_alone(experiment, **axes):
    """Fail unless some runs of a stack, first and last ones, are the ones alone to the last bit."""
    stack = experiment.stack(exact=True, seed=range(RUNS), **axes)
    stack.advance()
    for k in SEEN:
        alone = experiment.replace(seed=k, **{name: float(values[k]) for name, values in axes.items()})
        training = alone.training()
        training.advance()
        np.testing.assert_array_equal(stack.network.theta[k], training.network.theta)
        for name, values in training.history.items():
            np.testing.assert_array_equal(stack.history[name][k, : training.epoch], values)
        np.testing.assert_array_equal(stack.judge_proba()[k], training.judge_proba())
        assert stack.outcome[k] == training.outcome


@pytest.mark.parametrize("width", range(1, MOST_HIDDEN + 2))
def test_runs_of_every_width_are_the_ones_alone(width):
    assert_runs_alone(XOR.replace(hidden=(width,)), eta=np.geomspace(0.01, 30.0, RUNS))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_runs_of_every_scheduler_are_the_ones_alone(scheduler):
    etas, lams = np.geomspace(0.001, 10.0, RUNS), np.geomspace(1e-6, 0.1, RUNS)
    assert_runs_alone(XOR.replace(scheduler=scheduler), eta=etas, lam=lams)


@pytest.mark.parametrize("hidden", ["sigmoid", "RELU", "ELU", "softplus"])
def test_runs_of_other_activations_are_the_ones_alone(hidden):
    assert_runs_alone(XOR.replace(hidden_func=(hidden,)))


def test_runs_that_overflow_and_their_neighbours_are_the_ones_alone():
    plain = XOR.replace(scheduler="Constant", cost="CostOLS", output_func="identity", hidden_func=("RELU",))
    assert_runs_alone(plain, eta=np.where(np.arange(RUNS) % 7 == 0, 900.0, 0.05))


@pytest.mark.parametrize("change", [{"batch_size": 3}, {"hidden": (3, 3)}, {"hidden_func": ("custom",)}])
def test_what_is_not_proved_has_a_product_for_each_run(change):
    stack = XOR.replace(**change).stack(exact=True, seed=range(RUNS))
    assert not stack.network.engine.runs_last


def test_an_order_that_is_not_the_librarys_is_refused(monkeypatch):
    alike._order_alone.cache_clear()
    monkeypatch.setattr(alike, "orders", lambda n_terms: [(tuple(reversed(range(n_terms))),)])
    engine = XOR.stack(seed=range(RUNS)).network.engine
    assert engine.runs_last
    keep_each_alone(engine, {4})
    assert not engine.runs_last
    alike._order_alone.cache_clear()


@pytest.mark.parametrize("n_terms", range(2, 12))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_products_of_a_row_are_products_in_every_order(n_terms, dtype):
    rng = np.random.default_rng(n_terms)

    def drawn(*shape):
        return np.moveaxis(rng.normal(size=(*shape, 9)).astype(dtype), -1, 0)

    row, matrix, out = drawn(1, n_terms), drawn(n_terms, 3), drawn(1, 3)
    matrix[:, 0] = 1.0
    tolerance = 20 * np.finfo(dtype).eps
    for chains in orders(n_terms):
        assert sorted(term for chain in chains for term in chain) == list(range(n_terms))
        replay(row_product(row, matrix, out, chains=chains))
        np.testing.assert_allclose(out, np.matmul(row, matrix), rtol=tolerance, atol=tolerance)
    four, by_four, out = drawn(1, 4), drawn(4, n_terms), drawn(1, n_terms)
    replay(row_product_of_four(four, by_four, out))
    np.testing.assert_allclose(out, np.matmul(four, by_four), rtol=tolerance, atol=tolerance)


def test_a_flag_that_a_product_raises_for_nothing_warns_nobody(monkeypatch):
    """A library's kernel may work on what lies behind a small matrix: seen once with the shape below."""
    matmul = np.matmul

    def flagged(left, right):
        np.divide(np.zeros(1), 0.0)
        return matmul(left, right)

    adds_alike.cache_clear()
    with pytest.warns(RuntimeWarning, match="invalid value"):
        flagged(np.eye(2), np.eye(2))
    monkeypatch.setattr(np, "matmul", flagged)
    adds_alike((3, 2, 5), 1, np.dtype(np.float32))
