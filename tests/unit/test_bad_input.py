"""What cannot be meant is refused in one sentence: the field, what is allowed, what was given."""

import numpy as np
import pytest

from nncore import (
    FFNN,
    Adam,
    Constant,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    Training,
    accuracy,
    confusion_matrix,
    onehot,
    sigmoid,
    softmax,
    tanh,
)
from tests.unit.gates import XOR, X, clusters, xor_network, xor_training

NETWORKS = [
    ("dimensions none", {"dimensions": ()}, r"dimensions must list at least two widths.*got \(\)"),
    ("dimensions one", {"dimensions": (3,)}, r"dimensions must list at least two widths"),
    ("dimensions number", {"dimensions": 3}, r"dimensions must list at least two widths.*got 3"),
    ("dimensions text", {"dimensions": "241"}, r"dimensions must list at least two widths.*got '241'"),
    (
        "width zero",
        {"dimensions": (2, 0, 1)},
        r"width in dimensions must be a whole number of at least 1; got 0",
    ),
    ("width negative", {"dimensions": (2, -4, 1)}, r"whole number of at least 1; got -4"),
    ("width fraction", {"dimensions": (2, 2.5, 1)}, r"whole number of at least 1; got 2.5"),
    ("width truth", {"dimensions": (2, True, 1)}, r"whole number of at least 1; got True"),
    ("width missing", {"dimensions": (2, None, 1)}, r"whole number of at least 1; got None"),
    (
        "hidden text",
        {"hidden_func": "tanh"},
        r"hidden_func must be a function, such as sigmoid; got the text 'tanh'",
    ),
    ("hidden number", {"hidden_func": 3}, r"hidden_func must be a callable"),
    ("hidden too many", {"hidden_func": [tanh, tanh]}, r"one for each of the 1 hidden layers; got 2"),
    (
        "hidden in NumPy",
        {"hidden_func": lambda z: np.fft.fft(z)},
        r"written with autograd.numpy; .* failed with",
    ),
    ("hidden raises", {"hidden_func": lambda z: z.missing}, r"hidden_func must be a function of one array"),
    (
        "hidden shrinks",
        {"hidden_func": lambda z: z[:1] + 0},
        r"array of the shape it is given; .* made \(1, 4\) of \(2, 4\)",
    ),
    ("output none", {"output_func": None}, r"output_func must be a callable"),
    (
        "output lonely",
        {"output_func": softmax},
        r"softmax must have at least two outputs to share between; got one",
    ),
    ("cost text", {"cost_func": "CostOLS"}, r"cost_func must be a callable, such as CostOLS; got 'CostOLS'"),
    ("seed negative", {"seed": -1}, r"seed must be a whole number of at least 0; got -1"),
    ("seed fraction", {"seed": 1.5}, r"seed must be a whole number of at least 0; got 1.5"),
    ("seed text", {"seed": "7"}, r"seed must be a whole number"),
    ("seeds none", {"seed": []}, r"seed must be a whole number, a list of them, or None; got \[\]"),
    ("seeds mixed", {"seed": [1, None]}, r"seed must be a whole number of at least 0; got None"),
    ("init", {"init": "glorot"}, r"init must be one of lecture, xavier, he, zeros; got 'glorot'"),
    ("dtype", {"dtype": np.int64}, r"dtype must be float64 or float32; got"),
    ("dtype unknown", {"dtype": "long double double"}, r"dtype must be float64 or float32"),
]

SETS = [
    (
        "X width",
        X[:, :1],
        XOR,
        r"X must have shape \(n_samples, 2\), one column per input.*got shape \(4, 1\)",
    ),
    ("X vector", X[:, 0], XOR, r"X must have shape \(n_samples, 2\).*got shape \(4,\)"),
    ("X empty", X[:0], XOR[:0], r"X must have at least one row; got none"),
    ("X NaN", np.where(X == 1, np.nan, X), XOR, r"X must be finite everywhere; got nan in row 1, column 1"),
    (
        "X infinite",
        np.where(X == 1, -np.inf, X),
        XOR,
        r"X must be finite everywhere; got -inf in row 1, column 1",
    ),
    ("X text", [["a", "b"]], [[1]], r"X must be made of real numbers; got \[\['a', 'b'\]\]"),
    ("X none", None, XOR, r"X must be made of real numbers; got None"),
    ("X complex", X + 1j, XOR, r"X must be made of real numbers"),
    ("X ragged", [[1, 2], [3]], [[1], [0]], r"X must be made of real numbers"),
    ("t rows", X, XOR[:3], r"t must have one row per sample, 4; got 3"),
    (
        "t width",
        X,
        np.hstack([XOR, XOR]),
        r"t must have shape \(n_samples, 1\), one column per output.*\(4, 2\)",
    ),
    ("t NaN", X, np.where(XOR == 1, np.nan, XOR), r"t must be finite everywhere; got nan in row 1, column 0"),
    ("t labels", X, 2 * XOR, r"t must lie between 0 and 1 for a classifier; got values from 0 to 2"),
    ("t signs", X, 2 * XOR - 1, r"t must lie between 0 and 1 for a classifier; got values from -1 to 1"),
]

TRAININGS = [
    ("epochs negative", {"epochs": -1}, r"epochs must be a whole number of at least 0; got -1"),
    ("epochs fraction", {"epochs": 1.5}, r"epochs must be a whole number"),
    ("batches none", {"batches": 0}, r"batches must be a whole number of at least 1; got 0"),
    ("batches many", {"batches": 5}, r"batches must be at most the number of samples, 4; got 5"),
    ("batch size", {"batch_size": 0}, r"batch_size must be a whole number of at least 1; got 0"),
    ("both", {"batch_size": 2, "batches": 2}, r"batch_size and batches exclude each other; got 2 and 2"),
    (
        "lam negative",
        {"lam": -1e-3},
        r"lam must be a finite number at least 0, or a vector with one per run; got -0.001",
    ),
    ("lam NaN", {"lam": np.nan}, r"lam must be a finite number at least 0"),
    ("lam1 text", {"lam1": "some"}, r"lam1 must be a finite number at least 0"),
    ("lam vector", {"lam": [0.1, 0.2]}, r"lam must be one number, or one per run, \(\); got \(2,\)"),
    ("half a validation set", {"X_val": X}, r"X_val and t_val must be given together; t_val is missing"),
    ("other half", {"t_val": XOR}, r"X_val and t_val must be given together; X_val is missing"),
    ("validation width", {"X_val": X[:, :1], "t_val": XOR}, r"X_val must have shape \(n_samples, 2\)"),
    ("validation rows", {"X_val": X, "t_val": XOR[:2]}, r"t_val must have one row per sample, 4; got 2"),
    ("judge", {"judge": (X, 3 * XOR)}, r"t of judge must lie between 0 and 1"),
    ("order", {"order_seed": -2}, r"order_seed must be a whole number of at least 0; got -2"),
    ("metrics", {"metrics_every": 0}, r"metrics_every must be a whole number of at least 1; got 0"),
    (
        "scheduler vector",
        {"scheduler": Constant([0.1, 0.2])},
        r"eta must be one number, or one per run, \(\); got \(2,\)",
    ),
    ("scheduler class", {"scheduler": Adam}, r"scheduler must be an object with update_change.*got <class"),
    ("scheduler name", {"scheduler": "Adam"}, r"scheduler must be an object with update_change"),
]


def ids(rows):
    return [row[0] for row in rows]


@pytest.mark.parametrize(("case", "settings", "sentence"), NETWORKS, ids=ids(NETWORKS))
def test_impossible_networks(case, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        FFNN(**{"dimensions": (2, 4, 1), "seed": 1, **settings})


@pytest.mark.parametrize(("case", "points", "t", "sentence"), SETS, ids=ids(SETS))
def test_impossible_sets(case, points, t, sentence):
    with pytest.raises(ValueError, match=sentence):
        Training(xor_network(), Constant(0.1), points, t)
    with pytest.raises(ValueError, match=sentence):
        xor_network().fit(points, t, Constant(0.1))
    for method in (xor_network().cost, xor_network().gradient):
        with pytest.raises(ValueError, match=sentence):
            method(points, t)


@pytest.mark.parametrize(("case", "points", "t", "sentence"), SETS[:7], ids=ids(SETS[:7]))
def test_impossible_inputs(case, points, t, sentence):
    for method in (xor_network().predict, xor_network().predict_proba, xor_network().layer_outputs):
        with pytest.raises(ValueError, match=sentence):
            method(points)


@pytest.mark.parametrize(("case", "settings", "sentence"), TRAININGS, ids=ids(TRAININGS))
def test_impossible_trainings(case, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        xor_training(**settings)


def test_a_training_needs_a_network():
    with pytest.raises(ValueError, match=r"network must be an FFNN; got \(2, 4, 1\)"):
        Training((2, 4, 1), Constant(0.1), X, XOR)


def test_one_hot_rows_must_sum_to_one():
    points, t = clusters(6)
    network = FFNN((2, 3), output_func=softmax, cost_func=CostCrossEntropy, seed=0)
    t[4] = 0.0
    with pytest.raises(
        ValueError, match=r"t must have rows that sum to one, such as onehot\(labels\); got 0 in row 4"
    ):
        network.fit(points, t, Constant(0.1))
    with pytest.raises(
        ValueError, match=r"one column per output of the network, one-hot for classes; got shape \(6,\)"
    ):
        network.fit(points, t.argmax(axis=1), Constant(0.1))


def test_shares_between_classes_are_taken():
    points, t = clusters(6)
    soft = 0.9 * t + 0.1 / 3
    history = FFNN((2, 3), output_func=softmax, cost_func=CostCrossEntropy, seed=0).fit(
        points, soft, Adam(0.1, 0.9, 0.999), epochs=300, progress=False
    )
    entropy = -np.sum(soft * np.log(soft)) / 6
    assert entropy <= history["train_errors"][-1] < entropy + 0.1


def test_a_vector_will_do_for_one_output():
    column, vector = (
        xor_training(epochs=5),
        Training(xor_network(), Adam(0.1, 0.9, 0.999), X, XOR[:, 0], epochs=5),
    )
    column.advance()
    vector.advance()
    np.testing.assert_array_equal(column.history["train_errors"], vector.history["train_errors"])


@pytest.mark.parametrize("kind", [np.int64, np.float32, bool, np.uint8])
def test_whole_numbers_and_truth_values_are_taken(kind):
    history = xor_network().fit(X.astype(kind), XOR.astype(kind), Constant(0.5), epochs=5, progress=False)
    expected = xor_network().fit(X, XOR, Constant(0.5), epochs=5, progress=False)
    np.testing.assert_array_equal(history["train_errors"], expected["train_errors"])


def test_what_is_given_is_left_as_it_was():
    points, t = X.copy(), XOR.copy()
    xor_network().fit(points, t, Adam(0.1, 0.9, 0.999), batches=2, epochs=5, progress=False)
    np.testing.assert_array_equal(points, X)
    np.testing.assert_array_equal(t, XOR)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"epochs": -1}, r"epochs must be a whole number of at least 0; got -1"),
        ({"epochs": "2"}, r"epochs must be a whole number of at least 0; got '2'"),
        ({"seconds": -0.1}, r"seconds must be a finite number at least 0"),
        ({"seconds": np.nan}, r"seconds must be a finite number at least 0"),
    ],
)
def test_impossible_advances(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        xor_training().advance(**settings)


def test_impossible_changes_change_nothing():
    training = xor_training()
    for call, sentence in (
        (lambda: training.set_eta(0.0), r"eta must be a finite number above 0.*got 0.0"),
        (lambda: training.set_eta([0.1, 0.2]), r"eta must be a number.* one per run.*\(\); got"),
        (lambda: training.set_lam(-1.0), r"lam must be a finite number at least 0.*got -1.0"),
        (lambda: training.extend(-1), r"epochs must be a whole number of at least 0; got -1"),
        (lambda: training.confusion("test"), r"which must be one of train, validation, judge; got 'test'"),
        (
            lambda: training.confusion("validation"),
            r"which must name a set that the training was given, train;",
        ),
        (training.judge_proba, r"which must name a set that the training was given, train; got 'judge'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()
    assert training.changes == []
    assert (training.eta, training.epochs) == (0.1, 100)


def test_only_classes_can_be_counted():
    training = Training(FFNN((2, 1), cost_func=CostOLS, seed=0), Constant(0.1), X, XOR, judge=(X, XOR))
    for call in (training.confusion, training.accuracy):
        with pytest.raises(
            ValueError, match=r"cost_func must be CostLogReg or CostCrossEntropy for this; got CostOLS"
        ):
            call()


def test_a_schedule_by_its_name_alone_is_refused():
    with pytest.raises(ValueError, match=r"schedule must be a callable of .*; got 'cosine'"):
        xor_training(schedule="cosine")


@pytest.mark.parametrize("factor", [-0.5, np.nan, np.inf])
def test_impossible_schedules(factor):
    training = xor_training(schedule=lambda epoch, epochs: factor)
    with pytest.raises(ValueError, match=r"schedule must return a finite factor of at least 0"):
        training.advance()


def test_a_scheduler_without_a_rate_cannot_be_given_one():
    class Fixed:
        def update_change(self, gradient):
            return 0.1 * gradient

        def reset(self):
            pass

    training = xor_training(scheduler=Fixed())
    training.advance(epochs=3)
    with pytest.raises(ValueError, match=r"eta cannot be changed: .*Fixed.* has no attribute eta"):
        training.set_eta(0.2)


def test_counting_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"labels must be a vector .*got \(3,\) and \(2,\)"):
        accuracy([0, 1, 1], [0, 1])
    with pytest.raises(ValueError, match=r"at least one sample"):
        accuracy([], [])
    with pytest.raises(ValueError, match=r"predicted must be whole numbers from 0 to 1"):
        confusion_matrix([0, 1], [0, 2], n_classes=2)
    with pytest.raises(ValueError, match=r"labels must be whole numbers from 0 to 1"):
        confusion_matrix([0, -1], [0, 1], n_classes=2)
    with pytest.raises(ValueError, match=r"n_classes must be a whole number of at least 1; got 0"):
        confusion_matrix([0], [0], n_classes=0)


@pytest.mark.parametrize("labels", [[], [-1, 0], [0.5, 1], [[0, 1], [1, 0]], ["a"], [np.nan]])
def test_onehot_refuses_what_is_no_label(labels):
    with pytest.raises(ValueError, match=r"target must be"):
        onehot(labels)


def test_a_stack_wants_one_value_for_each_run():
    network = FFNN((2, 4, 1), tanh, sigmoid, CostLogReg, seed=[1, 2, 3])
    with pytest.raises(ValueError, match=r"eta must be one number, or one per run, \(3,\); got \(2,\)"):
        Training(network, Constant([0.1, 0.2]), X, XOR)
    with pytest.raises(ValueError, match=r"lam must be one number, or one per run, \(3,\); got \(2,\)"):
        Training(network, Constant(0.1), X, XOR, lam=[0.1, 0.2])
