"""A stack of runs: each run is what it would be alone, and one that blows up touches nobody."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore import (
    ACTIVATIONS,
    FFNN,
    SCHEDULERS,
    Adam,
    Constant,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    Training,
    identity,
    make_scheduler,
    sigmoid,
    softmax,
    tanh,
)
from nncore.machinery.buffers import RUNS_LAST_LEAST
from nncore.machinery.products import ONE_PRODUCT
from nncore.machinery.record import RECORD_NUMBERS
from tests.gradient_check import allowed_pair
from tests.unit.gates import XOR, X, assert_same, clusters, xor_network

MANY = RUNS_LAST_LEAST + 3
"""So many runs of a gate are kept last in memory and multiplied by einsum, fewer are not."""

NUMBERS = {"eta": 0.05, "momentum": 0.7, "rho": 0.8, "rho2": 0.95}


def assert_runs_alone(training, singles):
    """Fail unless run k of the stack is the k-th training alone."""
    for k, alone in singles.items():
        alone.advance()
        for name, values in alone.history.items():
            np.testing.assert_allclose(
                training.history[name][k], values, rtol=1e-9, atol=1e-14, err_msg=f"{name} {k}"
            )
        np.testing.assert_allclose(training.network.theta[k], alone.network.theta, rtol=1e-7, atol=1e-9)
        assert training.outcome[k] == alone.outcome
        assert training.epochs_to_target[k] == alone.epochs_to_target
        assert training.overflow_epoch[k] == alone.overflow_epoch
        np.testing.assert_array_equal(training.confusion("train")[k], alone.confusion("train"))


@pytest.mark.parametrize("n_runs", [1, 3, MANY])
@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("cut", [{}, {"batch_size": 3}])
def test_a_stack_over_seeds_is_its_runs_alone(n_runs, name, cut):
    def training(seed):
        scheduler = make_scheduler(name, **NUMBERS)
        return Training(xor_network(seed), scheduler, X, XOR, epochs=60, X_val=X, t_val=XOR, **cut)

    together = training(range(n_runs))
    together.advance()
    assert together.network.engine.runs_last == (n_runs == MANY)
    assert together.history["train_errors"].shape == (n_runs, 60)
    assert_runs_alone(together, {k: training(k) for k in range(min(n_runs, 4))})


@settings(max_examples=200)
@given(
    shape=st.tuples(st.integers(1, 16), st.integers(1, 16), st.integers(1, 40)).filter(
        lambda shape: np.prod(shape) <= ONE_PRODUCT
    ),
    n_runs=st.integers(2, 60),
    dtype=st.sampled_from([np.float64, np.float32]),
    seed=st.integers(0, 99),
)
def test_small_products_of_all_runs_at_once_are_each_its_own(shape, n_runs, dtype, seed):
    rows, inner, columns = shape
    rng = np.random.default_rng(seed)
    # Weights lie within a longer vector for each run, and what a layer answers below a row of ones.
    theta = rng.normal(size=(n_runs, rows * inner + 3)).astype(dtype)
    weights = theta[:, 1 : rows * inner + 1].reshape(n_runs, rows, inner)
    shared = rng.normal(size=(inner, columns)).astype(dtype)
    network = FFNN((2, 3, 1), (tanh,), sigmoid, CostLogReg, range(n_runs), dtype=dtype)
    network.engine.keep_runs_first()
    answers = np.full((n_runs, rows + 1, columns), 7.0, dtype)
    call, arguments = network.engine.product("koi,kin->kon", weights, shared, out=answers[:, 1:])
    call(*arguments)
    np.testing.assert_array_equal(answers[:, 1:], [np.dot(one, shared) for one in weights])
    assert (answers[:, 0] == 7.0).all()


@pytest.mark.parametrize("n_runs", [3, MANY])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_number_may_differ_by_run(n_runs, name):
    spread = np.linspace(0.2, 0.9, n_runs)
    numbers = {number: spread for number in SCHEDULERS[name].numbers}
    lam, lam1 = np.linspace(0.0, 0.1, n_runs), np.linspace(0.02, 0.0, n_runs)

    def training(seed, numbers, lam, lam1):
        scheduler = make_scheduler(name, **{**NUMBERS, **numbers})
        return Training(xor_network(seed), scheduler, X, XOR, epochs=40, lam=lam, lam1=lam1)

    together = training([5] * n_runs, numbers, lam, lam1)
    together.advance()
    alone = {
        k: training(5, {m: v[k] for m, v in numbers.items()}, lam[k], lam1[k]) for k in (0, 1, n_runs - 1)
    }
    assert_runs_alone(together, alone)
    np.testing.assert_allclose(together.penalty()[1], alone[1].penalty(), rtol=1e-9)
    assert len(np.unique(together.history["train_errors"][:, -1])) == n_runs


@pytest.mark.parametrize("hidden", [*ACTIVATIONS, "own"])
@pytest.mark.parametrize("n_runs", [3, MANY])
def test_every_activation_in_a_stack(hidden, n_runs):
    func = ACTIVATIONS.get(hidden, lambda z: z * sigmoid(z))

    def training(seed):
        network = FFNN((2, 3, 3, 1), (func, tanh), sigmoid, CostLogReg, seed)
        return Training(network, Adam(0.02, 0.9, 0.999), X, XOR, epochs=8)

    together = training(range(n_runs))
    together.advance()
    assert_runs_alone(together, {k: training(k) for k in (0, 2)})


@pytest.mark.parametrize(
    ("output", "cost"),
    [(softmax, CostCrossEntropy), (softmax, CostLogReg), (sigmoid, CostLogReg), (sigmoid, CostCrossEntropy)],
)
@pytest.mark.parametrize("cut", [{}, {"batch_size": 16}])
def test_stacks_with_several_classes(output, cost, cut):
    points, t = clusters(40)

    def training(seed):
        network = FFNN((2, 6, 3), tanh, allowed_pair(output, cost, 3), cost, seed)
        return Training(
            network, Adam(0.05, 0.9, 0.999), points, t, epochs=10, X_val=points[:8], t_val=t[:8], **cut
        )

    together = training([3, 1, 4])
    together.advance()
    assert_runs_alone(together, {0: training(3), 1: training(1), 2: training(4)})


def test_many_samples_are_evaluated_in_blocks_alike():
    points, t = clusters(300)
    stack, alone = (
        FFNN((2, 6, 3), tanh, softmax, CostCrossEntropy, [0, 1]),
        FFNN((2, 6, 3), tanh, softmax, CostCrossEntropy, 1),
    )
    np.testing.assert_allclose(stack.predict_proba(points)[1], alone.predict_proba(points), rtol=1e-12)
    np.testing.assert_allclose(stack.cost(points, t)[1], alone.cost(points, t), rtol=1e-12)
    np.testing.assert_array_equal(stack.predict(points)[1], alone.predict(points))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_stack_too_large_for_the_cache_is_evaluated_in_portions_alike(n_classes):
    points, t = clusters(60, n_classes)
    t = t if n_classes > 2 else t[:, 1:]
    output, cost = (softmax, CostCrossEntropy) if n_classes > 2 else (sigmoid, CostLogReg)
    n_runs = RECORD_NUMBERS // t.size + 5

    def training(seed):
        network = FFNN((2, 3, t.shape[1]), tanh, output, cost, seed)
        return Training(network, Adam(0.05, 0.9, 0.999), points, t, epochs=3, batch_size=20)

    together = training(range(n_runs))
    together.advance()
    assert_runs_alone(together, {k: training(k) for k in (0, n_runs - 6, n_runs - 5, n_runs - 1)})


def test_shapes_of_a_stack():
    network = FFNN((2, 3, 2), tanh, softmax, CostCrossEntropy, [5, 6, 7])
    points, t = clusters(6, n_classes=2)
    assert network.runs == (3,)
    assert network.theta.shape == (3, 17)
    assert [layer.shape for layer in network.weights] == [(3, 3, 3), (3, 4, 2)]
    assert [layer.shape for layer in network.gradient(points, t)] == [(3, 3, 3), (3, 4, 2)]
    assert [layer.shape for layer in network.layer_outputs(points)] == [(3, 6, 3), (3, 6, 2)]
    assert network.predict(points).shape == network.predict_proba(points).shape == (3, 6, 2)
    assert network.cost(points, t).shape == (3,)
    training = Training(network, Constant(0.1), points, t, epochs=2, judge=(points, t))
    training.advance()
    assert training.start_cost.shape == training.epochs_to_target.shape == training.outcome.shape == (3,)
    assert training.confusion("train").shape == (3, 2, 2)
    assert training.judge_proba().shape == (3, 6, 2)
    assert training.accuracy("judge").shape == training.penalty().shape == (3,)


def test_a_run_starts_as_its_seed_starts_alone():
    stack = xor_network([4, 9])
    for k, seed in enumerate((4, 9)):
        np.testing.assert_array_equal(stack.theta[k], xor_network(seed).theta)
    stack.theta[...] = 0.0
    stack.reset_weights()
    np.testing.assert_array_equal(stack.theta[1], xor_network(9).theta)


# ---------------------------------------------------------------- overflow


def blowing_up(etas, *, cut=None, precision=np.float64):
    network = FFNN((2, 4, 1), tanh, identity, CostOLS, [3] * len(etas), dtype=precision)
    return Training(network, Constant(etas), X, XOR, epochs=150, X_val=X, t_val=XOR, **(cut or {}))


@pytest.mark.parametrize("n_runs", [4, MANY])
@pytest.mark.parametrize("cut", [{}, {"batch_size": 3}])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_an_overflow_leaves_its_neighbours_untouched(n_runs, cut, precision):
    calm = np.linspace(0.01, 0.2, n_runs)
    wild = calm.copy()
    lost = np.arange(n_runs) % 3 == 1
    wild[lost] = np.linspace(3.0, 50.0, lost.sum())
    one, other = (
        blowing_up(calm, cut=cut, precision=precision),
        blowing_up(wild, cut=cut, precision=precision),
    )
    assert (one.advance(), other.advance()) == (150, 150)
    assert (other.outcome[lost] == "overflow").all()
    assert (other.overflow_epoch[lost] > 0).all()
    assert (other.overflow_epoch[~lost] == -1).all()
    np.testing.assert_array_equal(one.network.theta[~lost], other.network.theta[~lost])
    for name, values in other.history.items():
        np.testing.assert_array_equal(values[~lost], one.history[name][~lost])
        for k in np.flatnonzero(lost):
            epoch = other.overflow_epoch[k]
            assert np.isnan(values[k, epoch - 1 :]).all()
            assert np.isfinite(values[k, : epoch - 1]).all()


@pytest.mark.parametrize("cut", [{}, {"batch_size": 3}])
def test_a_run_that_overflowed_stands_still(cut):
    training = blowing_up([0.1, 5.0, 0.2], cut=cut)
    alone = Training(FFNN((2, 4, 1), tanh, identity, CostOLS, 3), Constant(5.0), X, XOR, epochs=150, **cut)
    training.advance()
    alone.advance()
    assert training.overflow_epoch[1] == alone.overflow_epoch == alone.epoch
    frozen = training.network.theta[1].copy()
    np.testing.assert_array_equal(frozen, alone.network.theta)
    training.extend(10)
    training.advance()
    np.testing.assert_array_equal(training.network.theta[1], frozen)
    assert training.epoch == 160


def test_a_lost_run_reads_as_zeros_while_its_neighbours_train():
    """Zeros stay finite, so one look tells whether all others are; afterwards its last weights are back."""
    training = blowing_up([0.1, 5.0, 0.2])
    seen = []
    training.on_epoch = lambda epoch: seen.append(training.network.theta[1].copy())
    training.advance()
    lost = training.overflow_epoch[1]
    assert np.abs(seen[lost - 2]).max() > 1e100
    assert not np.any(seen[lost:])
    assert np.any(training.network.theta[1])


def test_overflows_do_not_depend_on_how_the_work_is_cut():
    for cut in ({}, {"batch_size": 3}):
        once, sliced = blowing_up([0.1, 5.0, 1.7, 50.0], cut=cut), blowing_up([0.1, 5.0, 1.7, 50.0], cut=cut)
        once.advance()
        while not sliced.finished:
            sliced.advance(seconds=0)
        assert_same(once.history, sliced.history)
        np.testing.assert_array_equal(once.network.theta, sliced.network.theta)
        np.testing.assert_array_equal(once.overflow_epoch, sliced.overflow_epoch)


def test_a_stack_of_lost_runs_ends_with_the_last_of_them():
    training = blowing_up([5.0, 50.0])
    assert training.advance() == training.overflow_epoch.max() < 150
    assert training.finished


# ---------------------------------------------------------------- settings


def test_rate_and_penalty_change_for_every_run():
    together = Training(xor_network([1, 2]), Adam([0.1, 0.2], 0.9, 0.999), X, XOR, epochs=30)
    together.advance(epochs=10)
    together.set_eta([0.05, 0.01])
    together.set_lam([0.0, 0.01])
    together.advance()
    for k, (eta, new_eta, new_lam) in enumerate([(0.1, 0.05, 0.0), (0.2, 0.01, 0.01)]):
        alone = Training(xor_network(k + 1), Adam(eta, 0.9, 0.999), X, XOR, epochs=30)
        alone.advance(epochs=10)
        alone.set_eta(new_eta)
        alone.set_lam(new_lam)
        alone.advance()
        np.testing.assert_allclose(
            together.history["train_errors"][k], alone.history["train_errors"], rtol=1e-9
        )
    assert [(epoch, field) for epoch, field, _ in together.changes] == [(10, "eta"), (10, "lam")]


def test_single_precision_is_the_same_run_roughly():
    double, single = FFNN((2, 4, 1), seed=[0, 1]), FFNN((2, 4, 1), seed=[0, 1], dtype=np.float32)
    assert single.theta.dtype == single.predict_proba(X).dtype == np.float32
    for network in (double, single):
        network.fit(X, XOR, Adam(0.05, 0.9, 0.999), epochs=50, progress=False)
    np.testing.assert_allclose(double.theta, single.theta, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("n_runs", [3, MANY])
def test_weights_show_the_networks_memory_through_a_training(n_runs):
    network = xor_network(range(n_runs))
    first, theta = network.weights[0], network.theta
    before = first.copy()
    training = Training(network, Constant(0.1), X, XOR, epochs=3)
    training.advance()
    assert network.theta is theta
    np.testing.assert_array_equal(first, network.weights[0])
    assert not np.array_equal(first, before)


@pytest.mark.parametrize(
    ("dims", "n_runs", "last"),
    [
        ((2, 4, 1), MANY, True),
        ((2, 1), MANY, True),
        ((2, 32, 1), MANY, True),
        ((2, 3, 4, 1), MANY, True),
        ((2, 8, 8, 1), MANY, False),
        ((64, 30, 10), MANY, False),
        ((2, 4, 1), 8, False),
    ],
)
def test_memory_order_suits_the_shape(dims, n_runs, last):
    network = FFNN(dims, tanh, seed=range(n_runs))
    assert network.engine.runs_last is last
    assert network.theta.strides[0] == (8 if last else 8 * network.theta.shape[1])


def test_own_schedulers_get_each_run_by_itself():
    class Plain:
        def __init__(self, eta):
            self.eta = np.asarray(eta)

        def update_change(self, gradient):
            assert gradient.ndim == 1
            return self.eta * gradient

        def reset(self):
            pass

    rates = [0.1, 0.5, 0.9]
    own = Training(xor_network([1, 1, 1]), Plain(rates), X, XOR, epochs=20)
    ours = Training(xor_network([1, 1, 1]), Constant(rates), X, XOR, epochs=20)
    own.advance()
    ours.advance()
    np.testing.assert_allclose(own.network.theta, ours.network.theta, rtol=1e-13)
