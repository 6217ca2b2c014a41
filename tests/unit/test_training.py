"""A training can be held, cut in pieces, changed on the way and asked; a sample counts once an epoch."""

import copy
import tracemalloc

import numpy as np
import pytest

from nncore import (
    FFNN,
    SCHEDULERS,
    Adam,
    Constant,
    CostCrossEntropy,
    CostOLS,
    Momentum,
    Training,
    identity,
    make_scheduler,
    plain,
    softmax,
    tanh,
)
from nncore.experiment import Experiment
from nncore.machinery import record
from tests.unit.gates import XOR, X, assert_same, clusters, xor_network, xor_training

CUTS = {
    "whole": {},
    "batches of 7": {"batch_size": 7},
    "4 batches": {"batches": 4},
    "one by one": {"batch_size": 1},
    "metrics every 3": {"batch_size": 7, "metrics_every": 3},
}


class Collector:
    """A scheduler that changes nothing and keeps the gradients it sees."""

    def __init__(self):
        self.gradients = []

    def update_change(self, gradient):
        SEEN.append(gradient.copy())
        return np.zeros_like(gradient)

    def reset(self):
        SEEN.clear()


SEEN = []


def class_training(**settings):
    points, t = clusters(30)
    settings = {"epochs": 12, "X_val": points[:9], "t_val": t[:9], **settings}
    network = FFNN((2, 5, 3), tanh, softmax, CostCrossEntropy, seed=3)
    return Training(network, Adam(0.02, 0.9, 0.999), points, t, **settings)


# ---------------------------------------------------------------- one epoch


@pytest.mark.parametrize("cut", [{"batch_size": 4}, {"batches": 3}, {"batch_size": 1}, {"batch_size": 10}])
def test_every_sample_counts_once_an_epoch(cut):
    """Gradients of mini-batches are means; weighted by their sizes they add up to the one of all ten rows."""
    points, t = clusters(10)
    network = FFNN((2, 3, 3), tanh, softmax, CostCrossEntropy, seed=1)
    whole = np.concatenate([g.T.ravel() for g in network.gradient(points, t)])
    training = Training(network, Collector(), points, t, epochs=5, **cut)
    SEEN.clear()
    training.advance(epochs=2)
    sizes = {4: [4, 4, 2], 1: [1] * 10, 10: [10]}.get(cut.get("batch_size"), [3, 3, 4])
    assert len(SEEN) == 2 * len(sizes)
    for epoch in (SEEN[: len(sizes)], SEEN[len(sizes) :]):
        total = sum(size * gradient for size, gradient in zip(sizes, epoch, strict=True)) / 10
        np.testing.assert_allclose(total, whole, rtol=1e-12, atol=1e-16)


def test_ten_samples_in_batches_of_four_by_hand():
    """The three steps of an epoch, each one written plainly."""
    points, t = np.arange(10.0)[:, None], 2.0 * np.arange(10.0)[:, None] + 1.0
    network = FFNN((1, 1), seed=0, init="zeros")
    training = Training(network, Constant(0.01), points, t, batch_size=4, epochs=1, order_seed=5)
    training.advance()
    order = np.random.default_rng(5).permutation(10)
    written = plain.Network([np.zeros((2, 1))], ("identity",), "CostOLS")
    for rows in (order[:4], order[4:8], order[8:]):
        written.weights[0][...] -= 0.01 * plain.gradient(written, points[rows], t[rows])[0]
    np.testing.assert_allclose(network.weights[0], written.weights[0], rtol=1e-13)
    after = plain.cost(written, points, t)
    assert training.history["train_errors"][0] == pytest.approx(after, rel=1e-13)


def test_order_changes_every_epoch_and_follows_its_seed_alone():
    def first_rows(order_seed, weights_seed):
        network = FFNN((1, 1), seed=weights_seed, init="zeros")
        training = Training(network, Collector(), np.arange(6.0)[:, None], np.ones(6), batch_size=1, epochs=3,
                            order_seed=order_seed)  # fmt: skip
        SEEN.clear()
        training.advance()
        # With zero weights the gradient of sample x is (-2, -2 x): bias and weight.
        return [round(-gradient[1] / 2) for gradient in SEEN]

    rows = first_rows(1, 0)
    epochs = [rows[:6], rows[6:12], rows[12:]]
    assert all(sorted(epoch) == list(range(6)) for epoch in epochs)
    assert epochs[0] != epochs[1]
    assert rows == first_rows(1, 99)
    assert rows != first_rows(2, 0)


def test_scheduler_keeps_its_memory_over_epochs_and_the_original_is_untouched():
    scheduler = Momentum(0.1, 0.9)
    scheduler.update_change(np.ones(3))
    training = Training(xor_network(), scheduler, X, XOR, epochs=2, batch_size=2)
    training.advance()
    assert training.scheduler is not scheduler
    assert scheduler.update_change(np.ones(3))[0] == pytest.approx(0.19)
    adam = xor_training(epochs=3, batch_size=2)
    adam.advance()
    assert adam.scheduler._memory.n_updates == 6


# ---------------------------------------------------------------- cut in pieces


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", SCHEDULERS)
def test_however_it_is_cut_the_bits_are_the_same(cut, name):
    def training():
        made = class_training(**CUTS[cut])
        scheduler = make_scheduler(name, eta=0.05)
        return Training(made.network, scheduler, made.data.X, made.data.t, epochs=12, X_val=made.data.X_val,
                        t_val=made.data.t_val, **CUTS[cut])  # fmt: skip

    once, by_epochs, by_batches, rested = training(), training(), training(), training()
    assert once.advance() == 12
    assert [by_epochs.advance(epochs=n) for n in (1, 0, 2, 5, 100)] == [1, 0, 2, 5, 4]
    calls = 0
    while not by_batches.finished:
        by_batches.advance(seconds=0)
        rested.advance(seconds=0)
        rested.rest()
        assert rested.confusion().sum() == len(rested.data.X)
        rested.rest()
        calls += 1
    assert calls == 12 * len(once._bounds)
    for other in (by_epochs, by_batches, rested):
        assert_same(once.history, other.history)
        np.testing.assert_array_equal(once.network.theta, other.network.theta)


@pytest.mark.parametrize("cut", [{}, {"batches": 4}])
def test_fit_is_a_training_to_its_end(cut, capsys):
    points, t = clusters(30)
    network = FFNN((2, 5, 3), tanh, softmax, CostCrossEntropy, seed=3)
    training = Training(
        network, Adam(0.02, 0.9, 0.999), points, t, epochs=12, lam=1e-3, X_val=points, t_val=t, **cut
    )
    training.advance()
    assert capsys.readouterr().out == ""
    fitted = FFNN((2, 5, 3), tanh, softmax, CostCrossEntropy, seed=3)
    history = fitted.fit(points, t, Adam(0.02, 0.9, 0.999), epochs=12, lam=1e-3, X_val=points, t_val=t, **cut)
    assert_same(history, training.history)
    np.testing.assert_array_equal(fitted.theta, network.theta)


def test_progress_is_one_line_and_can_be_silenced(capsys):
    network = xor_network()
    network.fit(X, XOR, Adam(0.1, 0.9, 0.999), epochs=20)
    line = capsys.readouterr().out
    assert line.startswith("\repoch ")
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert "epoch 20/20   train_errors 0." in line
    network.fit(X, XOR, Adam(0.1, 0.9, 0.999), epochs=20, progress=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("cut", [{}, {"batches": 2}])
def test_ctrl_c_keeps_what_was_learned(cut):
    class Impatient(Constant):
        def update_change(self, gradient):
            self.steps = getattr(self, "steps", 0) + 1
            if self.steps == 21:
                raise KeyboardInterrupt
            return super().update_change(gradient)

    network, patient = xor_network(), xor_network()
    history = network.fit(X, XOR, Impatient(0.5), epochs=50, progress=False, **cut)
    n_epochs = 20 // cut.get("batches", 1)
    expected = patient.fit(X, XOR, Constant(0.5), epochs=n_epochs, progress=False, **cut)
    assert_same(history, expected)
    np.testing.assert_array_equal(network.theta, patient.theta)


def test_advance_stops_at_the_plan_until_it_is_extended():
    training = xor_training(epochs=5)
    assert (training.advance(epochs=9), training.finished, training.epoch) == (5, True, 5)
    assert training.advance() == 0
    training.extend(4)
    assert not training.finished
    assert (training.advance(), training.epochs) == (4, 9)
    at_once = xor_training(epochs=9)
    at_once.advance()
    assert_same(training.history, at_once.history)


def test_no_epoch_at_all():
    training = xor_training(epochs=0)
    assert training.finished
    assert training.history["train_errors"].shape == (0,)
    assert training.outcome == "slow"


# ---------------------------------------------------------------- what is reported


@pytest.mark.parametrize("cut", CUTS)
def test_history_is_cost_and_accuracy_of_the_network_as_it_stood(cut):
    training = class_training(**CUTS[cut])
    data, network = training.data, training.network
    every = CUTS[cut].get("metrics_every", 1)
    assert training.start_cost == pytest.approx(network.cost(data.X, data.t), rel=1e-13)
    for epoch in range(1, 13):
        training.advance(epochs=1)
        history = training.history
        if epoch % every:
            assert all(np.isnan(values[-1]) for values in history.values())
            continue
        right = np.argmax(network.predict(data.X), axis=1) == np.argmax(data.t, axis=1)
        right_val = np.argmax(network.predict(data.X_val), axis=1) == np.argmax(data.t_val, axis=1)
        assert history["train_errors"][-1] == pytest.approx(network.cost(data.X, data.t), rel=1e-13)
        assert history["val_errors"][-1] == pytest.approx(network.cost(data.X_val, data.t_val), rel=1e-13)
        assert history["train_accs"][-1] == right.mean()
        assert history["val_accs"][-1] == right_val.mean()
    assert all(values.shape == (12,) for values in training.history.values())


@pytest.mark.parametrize("every", [1, 3])
def test_a_history_that_grows_is_the_history(every, monkeypatch):
    whole = class_training(epochs=50, metrics_every=every)
    whole.advance()
    monkeypatch.setattr(record, "ROOM_EPOCHS", 2)
    growing = class_training(epochs=50, metrics_every=every)
    for epochs in (1, 4, 20, 25):
        growing.advance(epochs=epochs)
        for name, values in growing.history.items():
            assert np.array_equal(values, whole.history[name][: growing.epoch], equal_nan=True)
    assert growing.finished


def test_a_run_that_is_planned_long_has_no_memory_for_what_is_still_to_come():
    tracemalloc.start()
    begun = class_training(epochs=1_000_000)
    begun.advance(epochs=2)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 2e6


def test_a_training_that_rests_holds_little_more_than_its_weights_and_memory_of_them():
    tracemalloc.start()
    try:
        made = Experiment.default("spiral").replace(samples=2000, hidden=(128, 128), batch_size=0).training()
        made.advance(epochs=1)
        awake = tracemalloc.get_traced_memory()[0]
        made.rest()
        rests = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    weights = made.network.theta.nbytes
    assert awake > 40 * weights
    assert rests < 10 * weights


def test_histories_name_only_what_applies():
    regression = Training(FFNN((2, 1), seed=0), Constant(0.1), X, XOR)
    assert list(regression.history) == ["train_errors"]
    watched = Training(FFNN((2, 1), seed=0), Constant(0.1), X, XOR, X_val=X, t_val=XOR)
    assert list(watched.history) == ["train_errors", "val_errors"]
    assert list(xor_training().history) == ["train_errors", "train_accs"]
    assert list(class_training().history) == ["train_errors", "val_errors", "train_accs", "val_accs"]


def test_penalty_is_minimised_but_not_reported():
    plain, held = xor_training(epochs=300), xor_training(epochs=300, lam=0.05)
    plain.advance()
    held.advance()
    weights = [layer[1:] for layer in held.network.weights]
    assert held.penalty() == pytest.approx(0.025 * sum((w**2).sum() for w in weights), rel=1e-12)
    assert plain.penalty() == 0.0
    assert held.history["train_errors"][-1] == pytest.approx(held.network.cost(X, XOR), rel=1e-12)
    assert sum((w**2).sum() for w in weights) < sum((w[1:] ** 2).sum() for w in plain.network.weights)


def test_lasso_penalty_makes_weights_of_no_use_vanish():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 4))
    t = features[:, :1] * 2.0
    training = Training(FFNN((4, 1), seed=0), Constant(0.01), features, t, epochs=800, lam1=0.3)
    training.advance()
    useful, *useless = training.network.weights[0][1:, 0]
    assert useful == pytest.approx(2.0, abs=0.3)
    assert np.abs(useless).max() < 0.01
    assert training.penalty() == pytest.approx(0.3 * np.abs(training.network.weights[0][1:]).sum())


def test_confusion_matrix_of_every_set():
    training = class_training(judge=clusters(12, seed=5))
    training.advance()
    for which, (points, t) in {
        "train": (training.data.X, training.data.t),
        "validation": (training.data.X_val, training.data.t_val),
        "judge": clusters(12, seed=5),
    }.items():
        expected = np.zeros((3, 3), int)
        for row, column in zip(
            t.argmax(axis=1), training.network.predict(points).argmax(axis=1), strict=True
        ):
            expected[row, column] += 1
        np.testing.assert_array_equal(training.confusion(which), expected)
    assert training.accuracy("judge") == np.trace(expected) / 12
    np.testing.assert_allclose(training.judge_proba(), training.network.predict_proba(points), rtol=1e-13)


def test_noisy_training_is_judged_on_the_clean_truth_table():
    rng = np.random.default_rng(0)
    noisy = np.repeat(X, 10, axis=0) + 0.1 * rng.normal(size=(40, 2))
    training = Training(
        xor_network(), Adam(0.1, 0.9, 0.999), noisy, np.repeat(XOR, 10, axis=0), judge=(X, XOR)
    )
    training.advance()
    assert training.accuracy("judge") == 1.0
    np.testing.assert_array_equal(training.confusion("judge"), [[2, 0], [0, 2]])
    assert training.judge_proba().shape == (4, 1)


def test_equal_seeds_give_equal_bits_and_other_draws_do_not_disturb_them():
    first = class_training(batch_size=7)
    first.advance()
    np.random.default_rng().normal(size=100)
    interleaved, other = class_training(batch_size=7), class_training(batch_size=7, order_seed=9)
    while not interleaved.finished:
        interleaved.advance(epochs=1)
        other.advance(epochs=1)
    assert_same(first.history, interleaved.history)
    assert not np.array_equal(first.history["train_errors"], other.history["train_errors"])


# ---------------------------------------------------------------- changed on the way


def test_a_changed_learning_rate_keeps_weights_and_moments():
    training = xor_training(epochs=40)
    training.advance(epochs=10)
    kept, memory = training.network.theta.copy(), copy.deepcopy(training.scheduler._memory)
    training.set_eta(0.01)
    np.testing.assert_array_equal(training.network.theta, kept)
    np.testing.assert_array_equal(training.scheduler._memory.first, memory.first)
    assert training.scheduler._memory.n_updates == memory.n_updates == 10
    training.set_lam(1e-3)
    training.advance()
    assert training.changes == [(10, "eta", 0.01), (10, "lam", 1e-3)]
    assert training.eta == 0.01
    unchanged = xor_training(epochs=40)
    unchanged.advance()
    np.testing.assert_array_equal(
        training.history["train_errors"][:10], unchanged.history["train_errors"][:10]
    )
    assert training.history["train_errors"][10] != unchanged.history["train_errors"][10]


def test_changing_to_the_same_value_changes_no_bit():
    training, other = xor_training(epochs=40), xor_training(epochs=40)
    training.advance(epochs=10)
    training.set_eta(0.1)
    training.set_lam(0.0)
    training.advance()
    other.advance()
    assert_same(training.history, other.history)


def test_a_schedule_scales_the_rate_and_never_overwrites_it():
    asked = []

    def halving(epoch, epochs):
        asked.append((epoch, epochs))
        return 0.5**epoch

    network = FFNN((1, 1), init="zeros", seed=0)
    training = Training(network, Constant(0.1), np.zeros((1, 1)), np.ones((1, 1)), epochs=4, schedule=halving)
    biases = [0.0]
    for _ in range(4):
        training.advance(epochs=1)
        biases.append(float(network.weights[0][0, 0]))
    by_hand = [0.0]
    for epoch in range(4):
        by_hand.append(by_hand[-1] - 0.1 * 0.5**epoch * 2 * (by_hand[-1] - 1))
    np.testing.assert_allclose(biases, by_hand, rtol=1e-14)
    assert asked == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert training.eta == training.scheduler.eta == 0.1


def test_a_schedule_is_asked_once_an_epoch_of_mini_batches():
    asked = []
    training = xor_training(epochs=3, batch_size=1, schedule=lambda epoch, epochs: asked.append(epoch) or 1.0)
    while not training.finished:
        training.advance(seconds=0)
    assert asked == [0, 1, 2]


def test_on_epoch_is_told_of_every_epoch():
    told = []
    training = xor_training(epochs=5, batch_size=2)
    training.on_epoch = told.append
    training.advance(epochs=2)
    training.advance()
    assert told == [1, 2, 3, 4, 5]


# ---------------------------------------------------------------- overflow


def blow_up(**settings):
    return Training(
        FFNN((2, 4, 1), tanh, identity, CostOLS, seed=3), Constant(5.0), X, XOR, epochs=300, **settings
    )


@pytest.mark.parametrize("cut", [{}, {"batch_size": 3}])
def test_a_rate_that_blows_up_is_a_result(cut):
    training = blow_up(**cut)
    done = training.advance()
    assert training.outcome == "overflow"
    assert training.finished
    assert 0 < done == training.epoch == training.overflow_epoch < 300
    errors = training.history["train_errors"]
    assert errors.shape == (done,)
    assert np.isnan(errors[-1])
    assert np.isfinite(errors[:-1]).all()
    assert training.advance() == 0
    sliced = blow_up(**cut)
    while not sliced.finished:
        sliced.advance(seconds=0)
    assert_same(training.history, sliced.history)
    np.testing.assert_array_equal(training.network.theta, sliced.network.theta)


def test_fit_fills_the_record_up_after_an_overflow():
    history = FFNN((2, 4, 1), tanh, identity, CostOLS, seed=3).fit(
        X, XOR, Constant(5.0), epochs=300, progress=False
    )
    overflow = blow_up()
    overflow.advance()
    assert history["train_errors"].shape == (300,)
    assert np.isnan(history["train_errors"][overflow.epoch - 1 :]).all()


def test_a_network_that_starts_beyond_all_numbers():
    network = FFNN((1, 1), seed=0)
    network.weights = [np.array([[1e200], [1e200]])]
    training = Training(network, Constant(0.1), np.ones((1, 1)), np.ones((1, 1)), epochs=3)
    assert (training.advance(), training.outcome, training.overflow_epoch) == (0, "overflow", 0)


def test_a_cost_of_ones_own_that_turns_nan_is_an_overflow():
    import autograd.numpy as anp

    def root(target):
        return lambda prediction: anp.sum(anp.sqrt(prediction - target)) / target.shape[0]

    network = FFNN((1, 1), cost_func=root, seed=0, init="zeros")
    network.weights = [np.array([[1.0], [0.0]])]
    training = Training(network, Constant(0.3), np.ones((2, 1)), np.zeros((2, 1)), epochs=50)
    training.advance()
    assert training.outcome == "overflow"
    assert np.isfinite(training.history["train_errors"][:-1]).all()
