"""A network as an `.onnx` file gives the same predictions in onnxruntime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nncore import (
    ACTIVATIONS,
    FFNN,
    CostCrossEntropy,
    CostLogReg,
    CostOLS,
    Experiment,
    identity,
    sigmoid,
    softmax,
)
from nncore.data import DataSet
from nncore.data import load as load_data
from nncore.data.raw_rows import SCALINGS
from nncore.experiment.formula import compile_formula
from nncore.onnx_export import WRITERS, export
from tests.pages.app import open_page
from ui.live.downloads import onnx_file
from ui.tables import prepare, read_table, suggest

TABLES = Path(__file__).parents[1] / "data" / "tables"

pytestmark = pytest.mark.frameworks

OUTPUTS = {
    "numbers": (identity, CostOLS),
    "yes or no": (sigmoid, CostLogReg),
    "classes": (softmax, CostCrossEntropy),
}


def predicted(path: Path, X: np.ndarray) -> np.ndarray:
    """What onnxruntime makes of a file."""
    from onnxruntime import InferenceSession

    (answer,) = InferenceSession(str(path)).run(None, {"X": X})
    return np.asarray(answer)


def test_every_activation_can_be_written() -> None:
    assert set(WRITERS) == set(ACTIVATIONS)


@pytest.mark.parametrize("output", sorted(OUTPUTS))
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_predictions_are_the_same_to_the_last_digits(name: str, output: str, tmp_path: Path) -> None:
    X = 3 * np.random.default_rng(0).normal(size=(20, 3))
    for dtype, tolerance in ((np.float64, 1e-12), (np.float32, 1e-6)):
        network = FFNN((3, 5, 4, 2), ACTIVATIONS[name], *OUTPUTS[output], seed=1, dtype=dtype)
        answer = predicted(export(network, tmp_path / "network.onnx"), X.astype(dtype))
        assert answer.dtype == dtype
        assert np.max(np.abs(answer - network.predict_proba(X))) < tolerance


def test_a_trained_network_keeps_its_decisions(tmp_path: Path) -> None:
    experiment = Experiment.default("digits").replace(epochs=5)
    training = experiment.training()
    training.advance()
    data = experiment.dataset()
    assert data.X_val is not None
    answer = predicted(export(training.network, tmp_path / "digits.onnx"), data.X_val)
    assert np.array_equal(answer.argmax(1), training.network.predict(data.X_val).argmax(1))
    assert (answer.argmax(1) == data.t_val.argmax(1)).mean() > 0.9


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="network must be one network; got a stack of 2"):
        export(FFNN((2, 1), seed=[0, 1]), tmp_path / "a.onnx")
    with pytest.raises(ValueError, match=r"activations must be built in; got the formula 'z\*sigmoid\(z\)'"):
        export(FFNN((2, 3, 1), compile_formula("z*sigmoid(z)")), tmp_path / "a.onnx")
    with pytest.raises(ValueError, match="activations must be among"):
        export(FFNN((2, 3, 1), lambda z: z**3), tmp_path / "a.onnx")
    with pytest.raises(ValueError, match=r"network must be an FFNN, such as training\.network; got"):
        export(Experiment.default("XOR").training(), tmp_path / "a.onnx")  # type: ignore[arg-type]


class Handle:
    """The run on a page, as far as a download needs it."""

    def __init__(self, network: FFNN, data: DataSet) -> None:
        self._network = network
        self._data = data

    def network(self) -> FFNN:
        return self._network

    def data(self) -> DataSet:
        return self._data


def test_the_download_is_the_network_on_screen(tmp_path: Path) -> None:
    training = Experiment.default("XOR").training()
    training.advance()
    (tmp_path / "xor.onnx").write_bytes(onnx_file(Handle(training.network, load_data("XOR"))))  # type: ignore[arg-type]
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    answer = predicted(tmp_path / "xor.onnx", X)
    assert np.allclose(answer, training.network.predict_proba(X), atol=1e-12)
    assert (answer > 0.5).ravel().tolist() == [False, True, True, False]


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", ["titanic.csv", "excel_de.csv", "none_class.csv", "one_feature.csv"])
def test_the_preparation_of_a_table_stands_in_the_file(name: str, scaling: str, tmp_path: Path) -> None:
    from onnxruntime import InferenceSession

    table = read_table(TABLES / name)
    made = prepare(table, replace(suggest(table), scaling=scaling, split=1.0))
    training = Experiment.default("own").replace(epochs=2).training(made.data)
    training.advance()
    (tmp_path / "network.onnx").write_bytes(onnx_file(Handle(training.network, made.data)))  # type: ignore[arg-type]
    session = InferenceSession(str(tmp_path / "network.onnx"))
    given = {}
    for place, feature in zip(session.get_inputs(), made.preparation.features, strict=True):
        column = table.column(feature)
        values = column.values.astype(float)
        if column.kind == "text":
            values = np.array([*column.categories, ""], dtype=object)[column.values]
        given[place.name] = values[:, None]
    answers = session.run(None, given)
    kept = ~table.column(made.choices.target).is_missing()
    expected = made.preparation.answers(training.network.predict_proba(made.data.X))
    assert np.abs(answers[-1][kept] - expected).max() < 1e-9 * max(1.0, np.abs(expected).max())
    if made.classes:
        assert answers[0][kept].tolist() == made.preparation.names(expected)


@pytest.mark.parametrize(
    ("query", "offered"), [({}, True), ({"hidden_func": "custom", "formula": "z*sigmoid(z)"}, False)]
)
def test_a_page_offers_the_file_where_it_can_be_written(query: dict[str, str], offered: bool) -> None:
    app = open_page("logic_gates", query)
    app.run()
    assert not app.exception
    labels = {button.label for button in app.get("download_button")}
    assert "Weights (.npz)" in labels
    assert ("Network (ONNX)" in labels) == offered
