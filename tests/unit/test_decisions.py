"""What a network decides: one class where its outputs share a whole, otherwise every output by itself."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest

from nncore import (
    FFNN,
    Adam,
    Constant,
    CostCrossEntropy,
    CostLogReg,
    Training,
    accuracy,
    sigmoid,
    softmax,
    tanh,
)
from nncore.experiment import Experiment
from nncore.frameworks.running import accuracy as library_accuracy
from nncore.recognise import is_softmax
from tests.unit.gates import X, clusters
from ui.live.pictures import right_words

HALF_ADDER = np.array([[0, 0], [1, 0], [1, 0], [0, 1]])
"""Sum and carry of the two inputs: in the first row both are no."""
FULL = np.array([[0, 0, 0, 1], [1, 0, 1, 1], [1, 0, 1, 0], [0, 1, 1, 1]])


def trained(t: np.ndarray, seed: Any = 1) -> Training:
    network = FFNN((2, 6, t.shape[1]), tanh, sigmoid, CostLogReg, seed=seed)
    training = Training(network, Adam(0.1, 0.9, 0.999), X, t, epochs=400, X_val=X, t_val=t, judge=(X, t))
    training.advance()
    return training


@pytest.mark.parametrize("t", [HALF_ADDER, FULL], ids=["half adder", "four outputs"])
def test_outputs_that_share_nothing_are_decided_one_by_one(t: np.ndarray) -> None:
    training = trained(t)
    np.testing.assert_array_equal(training.network.predict(X), t)
    assert training.history["train_accs"][-1] == training.history["val_accs"][-1] == 1.0
    assert training.accuracy("train") == training.accuracy("judge") == 1.0


def test_a_row_is_right_when_all_its_outputs_are() -> None:
    network = FFNN((1, 2), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    network.weights = [[[1.0, -1.0], [0.0, 0.0]]]  # yes and no, whatever the input
    t = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    history = network.fit(np.zeros((4, 1)), t, Constant(1e-12), epochs=1, progress=False)
    assert history["train_accs"][0] == 0.25


def test_a_stack_decides_as_its_networks_do() -> None:
    stack, alone = trained(HALF_ADDER, seed=[1, 2]), trained(HALF_ADDER, seed=2)
    np.testing.assert_array_equal(stack.network.predict(X)[1], alone.network.predict(X))
    np.testing.assert_array_equal(stack.history["train_accs"][1], alone.history["train_accs"])
    assert stack.accuracy().tolist()[1] == alone.accuracy()


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9])
def test_the_threshold_holds_for_every_output(threshold: float) -> None:
    network = FFNN((2, 3), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    points = np.random.default_rng(0).normal(size=(50, 2))
    decided = network.predict(points, threshold=threshold)
    np.testing.assert_array_equal(decided, network.predict_proba(points) > threshold)
    assert decided.dtype.kind == "i"


def test_a_softmax_chooses_one_class_whatever_the_threshold() -> None:
    points, _ = clusters(30)
    network = FFNN((2, 3), output_func=softmax, cost_func=CostCrossEntropy, seed=0)
    np.testing.assert_array_equal(network.predict(points, threshold=0.99).sum(axis=1), 1)


def retyped_softmax(z: Any) -> Any:
    """The lecture's, with its guard."""
    z = z - anp.max(z, axis=-1, keepdims=True)
    return anp.exp(z) / (anp.sum(anp.exp(z), axis=-1, keepdims=True) + 10e-10)


def test_a_softmax_that_was_typed_once_more_chooses_as_well() -> None:
    points, t = clusters(30)
    ours, theirs = (
        FFNN((2, 4, 3), tanh, output, CostCrossEntropy, seed=0) for output in (softmax, retyped_softmax)
    )
    np.testing.assert_array_equal(ours.predict(points), theirs.predict(points))
    accs = [n.fit(points, t, Adam(0.05, 0.9, 0.999), progress=False)["train_accs"] for n in (ours, theirs)]
    np.testing.assert_allclose(accs[0], accs[1], atol=1 / 30 + 1e-9)
    assert is_softmax(retyped_softmax, 3)
    assert not is_softmax(lambda z: 1.0 / (1.0 + anp.exp(-z)), 3)
    assert not is_softmax(lambda z: z.no_such_thing, 3)


def test_a_confusion_matrix_needs_one_class_a_row() -> None:
    with pytest.raises(ValueError, match=r"train must be rows of one class each.*got \[0, 0\] in row 0"):
        trained(HALF_ADDER).confusion()
    points, t = clusters(60)
    network = FFNN((2, 3), output_func=sigmoid, cost_func=CostLogReg, seed=0)
    training = Training(network, Adam(0.05, 0.9, 0.999), points, t, epochs=20)
    training.advance()
    taken = network.predict_proba(points).argmax(axis=1)
    matrix = training.confusion()
    assert matrix.trace() == round(60 * float(accuracy(t.argmax(axis=1), taken)))
    assert training.accuracy() <= matrix.trace() / 60


def test_digits_with_ten_sigmoids_count_rows_right_in_all_of_them() -> None:
    experiment = Experiment.default("digits").replace(cost="CostLogReg", epochs=3)
    training = experiment.training()
    training.advance()
    right = (training.network.predict(training.data.X) == training.data.t).all(axis=1).mean()
    assert training.history["train_accs"][-1] == pytest.approx(right, abs=1e-12)
    outputs = training.network.predict_proba(training.data.X)
    assert library_accuracy(outputs, training.data.t, one_class=False) == pytest.approx(right, abs=1e-12)


@pytest.mark.parametrize(
    ("data", "changes", "words"),
    [
        ("XOR", {}, "right"),
        ("digits", {}, "right"),
        ("digits", {"cost": "CostLogReg"}, "right by the largest output"),
    ],
)
def test_the_matrix_says_what_its_diagonal_counts(data: str, changes: dict[str, str], words: str) -> None:
    experiment = Experiment.default(data).replace(**changes)
    assert right_words(experiment, experiment.dataset()) == words
