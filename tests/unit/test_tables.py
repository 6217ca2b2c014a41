"""Tables and columns of pandas, and numbers of any kind, into everything that takes rows."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nncore import FFNN, Adam, CostLogReg, DataSet, accuracy, confusion_matrix, onehot, sigmoid, tanh
from nncore.estimators import FFNNClassifier, FFNNRegressor

PLAIN = np.array([[1.0, 0.0, 0.5], [2.0, 1.0, 1.5], [3.0, 1.0, 0.25]])
FRAME = pd.DataFrame({"count": [1, 2, 3], "yes": [False, True, True], "share": [0.5, 1.5, 0.25]})
T = np.array([0.0, 1.0, 1.0])

TABLES = {
    "float and bool": FRAME,
    "convert_dtypes": FRAME.convert_dtypes(),
    "Int64": FRAME.astype({"count": "Int64", "yes": "boolean", "share": "Float64"}),
    "objects": FRAME.astype(object),
    "category": FRAME.astype({"count": "category"}),
    "float32": FRAME.astype(np.float32),
    "rows of lists": [[1, False, 0.5], [2, True, 1.5], [3, True, 0.25]],
    "exact numbers": [[Fraction(1), 0, Decimal("0.5")], [2, 1, Fraction(3, 2)], [3, 1, Decimal("0.25")]],
    "array of objects": np.array(FRAME, dtype=object),
}
COLUMNS = {
    "Series": pd.Series([0, 1, 1]),
    "boolean": pd.Series([False, True, True], dtype="boolean"),
    "Int64": pd.Series([0, 1, 1], dtype="Int64"),
    "category": pd.Series([0, 1, 1], dtype="category"),
    "objects": pd.Series([0, True, 1.0], dtype=object),
    "frame": pd.DataFrame({"t": [0, 1, 1]}, dtype="Int64"),
}


def network(dtype: Any = np.float64) -> FFNN:
    return FFNN((3, 4, 1), tanh, sigmoid, CostLogReg, seed=1, dtype=dtype)


def fitted(X: Any, t: Any) -> FFNN:
    one = network()
    one.fit(X, t, Adam(0.01, 0.9, 0.999), epochs=5, X_val=X, t_val=t, progress=False)
    return one


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_is_its_numbers(kind: str) -> None:
    X = TABLES[kind]
    trained, plain = fitted(X, T), fitted(PLAIN, T)
    np.testing.assert_array_equal(trained.theta, plain.theta)
    for call in (FFNN.predict, FFNN.predict_proba):
        np.testing.assert_array_equal(call(trained, X), call(plain, PLAIN))
    np.testing.assert_array_equal(trained.layer_outputs(X)[0], plain.layer_outputs(PLAIN)[0])
    assert trained.cost(X, T) == plain.cost(PLAIN, T)
    data = DataSet("own", "binary", X, T[:, None])
    np.testing.assert_array_equal(data.X, PLAIN)
    np.testing.assert_array_equal(data.transform(X), PLAIN)


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_is_its_numbers(kind: str) -> None:
    np.testing.assert_array_equal(fitted(PLAIN, COLUMNS[kind]).theta, fitted(PLAIN, T).theta)
    np.testing.assert_array_equal(onehot(COLUMNS[kind]), onehot(T))


@pytest.mark.parametrize("kind", ["Series", "boolean", "Int64", "category", "objects"])
def test_classes_in_a_column_are_counted(kind: str) -> None:
    labels, predicted = np.array([0, 1, 1]), np.array([0, 1, 0])
    column = COLUMNS[kind] if kind != "objects" else pd.Series([0, True, 1], dtype=object)
    assert accuracy(column, predicted) == accuracy(labels, predicted)
    np.testing.assert_array_equal(
        confusion_matrix(column, predicted, n_classes=2), confusion_matrix(labels, predicted, n_classes=2)
    )


@pytest.mark.parametrize("kind", ["float and bool", "convert_dtypes", "Int64"])
def test_estimators_take_the_same_tables(kind: str) -> None:
    for model, y in ((FFNNClassifier, [0, 1, 1]), (FFNNRegressor, T)):
        one, plain = (model(epochs=3, random_state=0).fit(X, y) for X in (TABLES[kind], PLAIN))
        np.testing.assert_array_equal(one.predict(TABLES[kind]), plain.predict(PLAIN))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            FRAME.assign(yes=pd.Series([True, pd.NA, False], dtype="boolean")),
            "got <NA> in row 1, column 'yes'",
        ),
        (FRAME.assign(count=pd.Series([1, 2, pd.NA], dtype="Int64")), "got <NA> in row 2, column 'count'"),
        (FRAME.assign(name=["a", "b", "c"]).drop(columns="yes"), "got 'a' in row 0, column 'name'"),
        (FRAME.assign(name=["1", "2", "3"]).drop(columns="yes"), "got '1' in row 0, column 'name'"),
        (FRAME.assign(yes=[1.0, 2j, 0.0]).astype(object), "got (1+0j) in row 0, column 'yes'"),
        ([[1, 2, None], [1, 2, 3]], "got None in row 0, column 2"),
        (np.ma.masked_greater(PLAIN, 2.5), "got a masked one in row 2, column 0"),
        (pd.DataFrame({"a": pd.to_datetime(["2020-01-01"]), "b": [1.0], "c": [2.0]}), "column 'a'"),
    ],
)
def test_what_is_no_number_is_named_with_its_column(table: Any, told: str) -> None:
    with pytest.raises(ValueError, match=f"^X must be made of real numbers; .*{re.escape(told)}"):
        network().predict(table)


def test_a_gap_is_named_with_its_column() -> None:
    table = FRAME.assign(share=[0.5, np.nan, 1.0])
    with pytest.raises(ValueError, match=r"^X must be finite everywhere; got nan in row 1, column 'share'"):
        network().fit(table, T, Adam(0.01, 0.9, 0.999), progress=False)
    target = pd.Series([0, 1, pd.NA], dtype="Int64", name="label")
    with pytest.raises(ValueError, match=r"^t must be finite everywhere; got nan in row 2, column 'label'"):
        network().fit(PLAIN, target, Adam(0.01, 0.9, 0.999), progress=False)
    with pytest.raises(ValueError, match=r"^t must be made of real numbers; got <NA> in row 2"):
        network().fit(PLAIN, target.astype(object), Adam(0.01, 0.9, 0.999), progress=False)


def test_numbers_beyond_any_float_are_refused() -> None:
    with pytest.raises(ValueError, match=r"X must hold numbers below 1\.8e308 in size; got a larger"):
        network().predict([[10**400, 0, 0]])


@pytest.mark.parametrize("large", [1e39, -1e300])
def test_single_precision_refuses_what_it_cannot_hold(large: float) -> None:
    single, rows = network(np.float32), PLAIN.copy()
    rows[1, 2] = large
    sentence = r"must lie within what float32 can hold, 3\.4e\+38 in size; got -?1e\+3.* in row 1, column"
    for call in (single.predict, single.predict_proba, single.layer_outputs):
        with pytest.raises(ValueError, match=f"^X {sentence} 2"):
            call(rows)
    regressor = FFNN((3, 1), seed=0, dtype=np.float32)
    for call in (regressor.cost, regressor.gradient):
        with pytest.raises(ValueError, match=f"^t {sentence} 0"):
            call(PLAIN, rows[:, 2:])
    with pytest.raises(ValueError, match=f"^X_val {sentence} 2"):
        single.fit(PLAIN, T, Adam(0.01, 0.9, 0.999), X_val=rows, t_val=T, progress=False)
    with pytest.raises(ValueError, match=r"^weights\[0\] must lie within what float32 can hold"):
        regressor.weights = [np.full((4, 1), large)]
    with pytest.raises(ValueError, match=r"^lam must lie within what float32 can hold"):
        regressor.gradient(PLAIN, T, lam=abs(large))
    assert np.isfinite(network().predict_proba(rows)).all()


def test_a_lost_network_may_be_copied_from() -> None:
    single = network(np.float32)
    lost = [np.full(layer.shape, np.inf) for layer in single.weights]
    single.weights = lost
    assert np.isinf(single.theta).all()
