"""Whatever the engine computes is what `nncore.plain` writes out, to 1e-12 of the largest number."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nncore import ACTIVATIONS, COSTS, FFNN, SCHEDULERS, Training, derivate, make_scheduler, plain
from nncore.machinery.kernels import KERNELS
from tests.gradient_check import allowed_pair, check_gradient

CLOSE = 1e-12
NUMBERS = {"eta": 0.02, "momentum": 0.8, "rho": 0.7, "rho2": 0.95}
PAIRS = [
    ("identity", "CostOLS"),
    ("sigmoid", "CostLogReg"),
    ("softmax", "CostCrossEntropy"),
    ("tanh", "CostOLS"),
    ("softmax", "CostOLS"),
    ("sigmoid", "CostCrossEntropy"),
]
SHAPES = [(1, 1), (3, 2), (1, 7, 1), (2, 4, 1), (3, 5, 4, 3), (4, 2, 2, 2, 2)]


def assert_close(ours, theirs, what):
    """Fail unless two arrays agree to 1e-12 of the largest number in them."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, f"{what}: {ours.shape} and {theirs.shape}"
    gap = np.abs(ours - theirs).max() / np.abs(theirs).max()
    assert gap <= CLOSE, f"{what} differs from plain by {gap:.3g}"


def drawn_weights(dims, rng):
    """Return weights whose outputs stay between 0 and 1 whatever the activation: every cost has a value."""
    shapes = [(n_in + 1, n_out) for n_in, n_out in pairwise(dims)]
    layers = [rng.normal(0.2, 0.6, shape) for shape in shapes]
    layers[-1] = rng.uniform(-0.02, 0.02, shapes[-1])
    layers[-1][0] += 0.35
    return layers


def problem(dims, rng, n_samples=9):
    """Return inputs, and targets of which every row is one of the classes."""
    X = rng.normal(size=(n_samples, dims[0]))
    labels = rng.integers(0, max(2, dims[-1]), n_samples)
    return X, labels[:, None].astype(float) if dims[-1] == 1 else np.eye(dims[-1])[labels]


def both(dims, hidden, output, cost, *, rng):
    """Return the same network twice: as an FFNN, and written plainly."""
    output_func = allowed_pair(ACTIVATIONS[output], COSTS[cost], dims[-1])
    network = FFNN(dims, ACTIVATIONS[hidden], output_func, COSTS[cost], seed=0)
    network.weights = drawn_weights(dims, rng)
    return network, written_plainly(network)


def written_plainly(network):
    functions = [func.__name__ for func in (*network.hidden_func, network.output_func)]
    return plain.Network([layer.copy() for layer in network.weights], functions, network.cost_func.__name__)


def compare_gradients(dims, hidden, output, cost, *, lam=0.0, seed=4):
    """Fail unless outputs, cost and gradient of the engine are those of plain."""
    rng = np.random.default_rng(seed)
    X, t = problem(dims, rng)
    network, paper = both(dims, hidden, output, cost, rng=rng)
    what = f"{cost} of {output} after {hidden} in {dims}"
    for ours, theirs in zip(network.layer_outputs(X), plain.forward(paper, X)[1][1:], strict=True):
        assert_close(ours, theirs, f"an output of {what}")
    assert_close(network.cost(X, t), plain.cost(paper, X, t), what)
    pairs = zip(network.gradient(X, t, lam=lam), plain.gradient(paper, X, t, lam=lam), strict=True)
    for ours, theirs in pairs:
        assert_close(ours, theirs, f"the gradient of {what}")


def train_plainly(paper, X, t, scheduler, *, epochs, batch_size, lam, order_seed):
    """Train as `Training` says it does: samples in a new order every epoch, one step a mini-batch."""
    order = np.random.default_rng(order_seed)
    memories = [plain.Memory() for _ in paper.weights]
    costs = []
    for _ in range(epochs):
        rows = order.permutation(len(X)) if batch_size < len(X) else np.arange(len(X))
        for start in range(0, len(X), batch_size):
            batch = rows[start : start + batch_size]
            gradients = plain.gradient(paper, X[batch], t[batch], lam=lam)
            for layer, g, memory in zip(paper.weights, gradients, memories, strict=True):
                layer -= plain.change(scheduler, g, memory, **NUMBERS)
        costs.append(plain.cost(paper, X, t))
    return costs


def compare_trainings(scheduler, output="softmax", cost="CostCrossEntropy", *, batch_size=4, lam=0.1):
    """Fail unless five epochs of the engine end where those of plain do."""
    rng = np.random.default_rng(3)
    X, t = problem((3, 6, 4, 3), rng, n_samples=10)
    network, paper = both((3, 6, 4, 3), "tanh", output, cost, rng=rng)
    chosen = {"epochs": 5, "batch_size": batch_size, "lam": lam, "order_seed": 6}
    training = Training(network, make_scheduler(scheduler, **NUMBERS), X, t, **chosen)
    training.advance()
    costs = train_plainly(paper, X, t, scheduler, **chosen)
    assert_close(training.history["train_errors"], costs, f"the curve under {scheduler}")
    for ours, theirs in zip(network.weights, paper.weights, strict=True):
        assert_close(ours, theirs, f"the weights under {scheduler}")


# ---------------------------------------------------------------- the words


def test_plain_knows_every_word_of_the_engine():
    assert set(plain.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(plain.COSTS) == set(COSTS)
    for name in SCHEDULERS:
        assert plain.change(name, np.ones(2), plain.Memory(), eta=0.1).shape == (2,)
    with pytest.raises(ValueError, match=r"scheduler must be one of the lecture's six.*got 'adam'"):
        plain.change("adam", np.ones(2), plain.Memory(), eta=0.1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes(name):
    z = np.random.default_rng(1).normal(scale=2.0, size=(7, 4))
    value, slope = plain.ACTIVATIONS[name]
    assert_close(ACTIVATIONS[name](z), value(z), name)
    assert_close(derivate(ACTIVATIONS[name])(z), slope(z), f"the slope of {name}")


@pytest.mark.parametrize("name", SCHEDULERS)
def test_changes_of_a_scheduler(name):
    rng, memory = np.random.default_rng(2), plain.Memory()
    scheduler = make_scheduler(name, **NUMBERS)
    for _ in range(8):
        g = rng.normal(size=(3, 4))
        assert_close(scheduler.update_change(g), plain.change(name, g, memory, **NUMBERS), name)


# ---------------------------------------------------------------- back-propagation


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_back_propagation_of_every_activation_and_cost(hidden, output, cost):
    compare_gradients((3, 6, 4, 3), hidden, output, cost, lam=0.3)


@pytest.mark.parametrize("dims", SHAPES)
@pytest.mark.parametrize(("output", "cost"), PAIRS)
def test_back_propagation_in_every_shape(dims, output, cost):
    shared = output == "softmax" or cost == "CostCrossEntropy"
    compare_gradients((*dims[:-1], 2) if shared and dims[-1] == 1 else dims, "tanh", output, cost)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_plain_itself_against_central_differences(hidden, output, cost):
    rng = np.random.default_rng(4)
    X, t = problem((3, 6, 4, 3), rng)
    _, paper = both((3, 6, 4, 3), hidden, output, cost, rng=rng)
    gradients = plain.gradient(paper, X, t, lam=0.3)
    for layer, (weights, g) in enumerate(zip(paper.weights, gradients, strict=True)):

        def of_layer(changed, layer=layer):
            layers = [*paper.weights[:layer], changed, *paper.weights[layer + 1 :]]
            return plain.cost(paper._replace(weights=layers), X, t, lam=0.3)

        check_gradient(of_layer, g, weights, name=f"layer {layer}", rng=rng, tolerance=2e-5)


@pytest.mark.parametrize(("output", "cost"), [("sigmoid", "CostLogReg"), ("softmax", "CostCrossEntropy")])
def test_exact_pairs_stay_exact_where_probabilities_are_rounded(output, cost):
    X, t = np.array([[40.0], [-40.0], [1e4], [-1e4]]), np.array([[0.0, 1.0]] * 4)
    network = FFNN((1, 2), output_func=ACTIVATIONS[output], cost_func=COSTS[cost], seed=0)
    network.weights = [np.array([[0.0, 0.0], [1.0, -1.0]])]
    paper = written_plainly(network)
    assert_close(network.cost(X, t), plain.cost(paper, X, t), cost)
    assert_close(network.gradient(X, t)[0], plain.gradient(paper, X, t)[0], f"the gradient of {cost}")


# ---------------------------------------------------------------- training


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize(("output", "cost"), PAIRS)
@pytest.mark.parametrize("chosen", [{"batch_size": 10, "lam": 0.0}, {"batch_size": 4, "lam": 0.1}])
def test_training_with_every_scheduler(scheduler, output, cost, chosen):
    compare_trainings(scheduler, output, cost, **chosen)


@pytest.mark.parametrize("n_runs", [3, 70])
def test_every_run_of_a_stack(n_runs):
    """Seventy runs of a small network lie last in memory, three of them first."""
    rng = np.random.default_rng(5)
    X, t = problem((2, 4, 1), rng)
    network = FFNN((2, 4, 1), ACTIVATIONS["tanh"], ACTIVATIONS["sigmoid"], COSTS["CostLogReg"], range(n_runs))
    assert network.engine.runs_last == (n_runs == 70)
    stacked = network.gradient(X, t, lam=0.2)
    paper = written_plainly(network)
    for run in range(n_runs):
        alone = paper._replace(weights=[layer[run] for layer in paper.weights])
        for ours, theirs in zip(stacked, plain.gradient(alone, X, t, lam=0.2), strict=True):
            assert_close(ours[run], theirs, f"the gradient of run {run}")


# ---------------------------------------------------------------- the comparison can fail

FAULTY_WORDS = {
    "value of tanh": (plain.ACTIVATIONS, "tanh", 0, lambda right, z: right(z) * (1 + 1e-11)),
    "slope of tanh": (plain.ACTIVATIONS, "tanh", 1, lambda right, z: right(z) * (1 + 1e-11)),
    "slope of softplus": (plain.ACTIVATIONS, "softplus", 1, lambda right, z: np.tanh(z)),
    "cost": (plain.COSTS, "CostOLS", 0, lambda right, t, a: right(t, a) / 2),
    "slope of the cost": (plain.COSTS, "CostOLS", 1, lambda right, t, a: right(t, a) / 2),
}


@pytest.mark.parametrize("fault", FAULTY_WORDS)
def test_a_wrong_word_is_found(fault, monkeypatch):
    words, name, part, wrong = FAULTY_WORDS[fault]
    hidden = name if words is plain.ACTIVATIONS else "tanh"
    compare_gradients((3, 6, 4, 3), hidden, "identity", "CostOLS")
    pair = list(words[name])
    right = pair[part]
    pair[part] = lambda *given: wrong(right, *given)
    monkeypatch.setitem(words, name, tuple(pair))
    with pytest.raises(AssertionError, match="differs from plain by"):
        compare_gradients((3, 6, 4, 3), hidden, "identity", "CostOLS")


def test_a_wrong_kernel_is_found(monkeypatch):
    """The fault is the engine's this time: its slope of tanh is 1 - a^2 less a part in 10^11."""
    right = KERNELS[ACTIVATIONS["tanh"]]

    def backward(delta, a, z, scratch):
        return [*right.backward(delta, a, z, scratch), (np.multiply, (delta, 1 - 1e-11, delta))]

    compare_gradients((3, 6, 4, 3), "tanh", "softmax", "CostCrossEntropy")
    monkeypatch.setitem(KERNELS, ACTIVATIONS["tanh"], replace(right, backward=backward))
    with pytest.raises(AssertionError, match=r"the gradient of .* after tanh .* differs from plain by"):
        compare_gradients((3, 6, 4, 3), "tanh", "softmax", "CostCrossEntropy")


def with_penalty_on_biases(right, network, X, t, *, lam=0.0):
    return [g + lam * np.eye(len(g))[0][:, None] * w for g, w in
            zip(right(network, X, t, lam=lam), network.weights, strict=True)]  # fmt: skip


def summed_over_samples(right, network, X, t, *, lam=0.0):
    return [len(X) * g for g in right(network, X, t, lam=lam)]


def elementwise_alone(right, name, z, slope):
    return slope * plain.ACTIVATIONS[name][1](z)


FAULTY_RULES = {
    "penalty on biases": ("gradient", with_penalty_on_biases),
    "sum over samples": ("gradient", summed_over_samples),
    "diagonal of the Jacobian": ("through", elementwise_alone),
}


@pytest.mark.parametrize("fault", FAULTY_RULES)
def test_a_wrong_rule_is_found(fault, monkeypatch):
    name, wrong = FAULTY_RULES[fault]
    compare_gradients((3, 6, 4, 3), "tanh", "softmax", "CostOLS", lam=0.3)
    right = getattr(plain, name)
    monkeypatch.setattr(plain, name, lambda *given, **chosen: wrong(right, *given, **chosen))
    with pytest.raises(AssertionError, match="differs from plain by"):
        compare_gradients((3, 6, 4, 3), "tanh", "softmax", "CostOLS", lam=0.3)


@pytest.mark.parametrize("scheduler", sorted(set(SCHEDULERS) - {"Constant", "Momentum"}))
def test_another_delta_is_found(scheduler, monkeypatch):
    compare_trainings(scheduler)
    monkeypatch.setattr(plain, "DELTA", 1.001e-8)
    with pytest.raises(AssertionError, match=f"under {scheduler} differs from plain by"):
        compare_trainings(scheduler)


@pytest.mark.parametrize("number", ["eta", "momentum", "rho", "rho2"])
def test_another_number_is_found(number, monkeypatch):
    scheduler = {"momentum": "AdagradMomentum", "rho": "RMS_prop"}.get(number, "Adam")
    right = plain.change
    compare_trainings(scheduler)
    off = {number: NUMBERS[number] * (1 + 1e-9)}
    monkeypatch.setattr(plain, "change", lambda *given, **chosen: right(*given, **{**chosen, **off}))
    with pytest.raises(AssertionError, match=f"under {scheduler} differs from plain by"):
        compare_trainings(scheduler)
