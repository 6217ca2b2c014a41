"""New rows for a network that learned from a table: read by its rules, in order, with what was wrong in each.

One way reads them on the page, in `load_saved` and in `predict.py`; here it makes, from every file of the
tests, the very inputs that the table's own reader made.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nncore import ACTIVATIONS
from nncore.data.raw_cells import NumberColumn, TextColumn
from nncore.data.raw_rows import Preparation
from nncore.data.row_files import open_rows, typed_rows
from nncore.experiment import Experiment
from nncore.export import predict
from nncore.export.storage import load_saved
from ui.tables import Choices, Table, prepare, read_table, suggest
from ui.tables.preparation import Prepared
from ui.tables.results import answers
from ui.tables.take_home import fingerprint, home_zip
from ui.tables.using import first_rows, new_rows, new_rows_csv

FILES = Path(__file__).parents[1] / "data" / "tables"
RIGHT = json.loads((FILES.parent / "tables_right.json").read_text(encoding="utf-8"))
SAMPLES = Path(__file__).parents[2] / "samples"
NOT_ROWS = {"source_row.csv": [33], "total_row.csv": [32], "mysql_table.txt": [45], "plate_reader.csv": [47]}
"""Lines that the reader of a table leaves out and that new rows, one by one, are not known by."""


def prepared_of(content: bytes | Path, **changes: Any) -> Prepared:
    table = read_table(content)
    return prepare(table, replace(suggest(table), **changes))


def rows_of(content: bytes, made: Preparation) -> tuple[dict[int, np.ndarray], dict[int, list[str]]]:
    """What becomes of every row of a file, and what is said of it."""
    file = open_rows(content, made)
    inputs: dict[int, np.ndarray] = {}
    said: dict[int, list[str]] = {}
    for block in file.blocks(7):
        found, problems = file.inputs(block)
        inputs |= dict(zip(block.rows, found, strict=True))
        for row, sentence in problems:
            said.setdefault(block.rows[row], []).append(sentence)
    return inputs, said


@pytest.mark.parametrize("name", [name for name in RIGHT if RIGHT[name]["features"]])
def test_the_rows_of_a_table_come_back_as_they_were_learned(name: str) -> None:
    table = read_table(FILES / name)
    made = prepare(table, suggest(table))
    facts = json.loads(json.dumps(made.preparation.to_facts()))
    inputs, _ = rows_of((FILES / name).read_bytes(), Preparation.from_facts(facts))
    data = made.data
    learned = dict(zip([*made.train_rows, *made.val_rows], [*data.X, *data.X_val], strict=True))
    assert all(np.array_equal(inputs[row], values) for row, values in learned.items())
    assert sorted(set(inputs) - set(table.rows.tolist())) == NOT_ROWS.get(name, [])


# --- Read by the rules of the table


@pytest.mark.parametrize(
    "new",
    [b"x\n0.05\n2.5\n", b"x\n0,05\n2,5\n", b"0.05\n2.5\n", b"y;x\n1;0,05\n2;2,5\n", b"x;y\n.05;\n2.50;\n"],
)
def test_new_rows_of_one_feature_are_read_by_the_rules_of_the_table(new: bytes) -> None:
    made = prepared_of(FILES / "one_feature.csv", scaling="none").preparation
    inputs, said = rows_of(new, made)
    assert [values.tolist() for values in inputs.values()] == [[0.05], [2.5]]
    assert said == {}


def test_a_hundred_features_are_found_by_name_in_any_order() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 100)).round(3), columns=[f"f{i}" for i in range(100)])
    frame["label"] = ["yes", "no"] * 30
    made = prepared_of(frame.to_csv(index=False).encode())
    turned = frame.drop(columns="label").iloc[:, ::-1].assign(more="?")
    inputs, said = rows_of(turned.to_csv(index=False, sep="\t").encode("utf-16"), made.preparation)
    assert said == {}
    assert all(np.array_equal(inputs[row], x) for row, x in zip(made.train_rows, made.data.X, strict=True))


def test_new_rows_follow_the_signs_dates_and_words_of_the_table() -> None:
    table = read_table(FILES / "excel_de.csv")
    made = prepare(table, replace(suggest(table), scaling="none"))
    new = "Menge;Umsatz;Datum\n1.200;1.234,50 €;03.02.2024\n12;7,5 €;04.02.2024\n12;7 €;2024-02-05\n"
    inputs, said = rows_of(new.encode(), made.preparation)
    days, amounts, counts = np.array(list(inputs.values())).T
    assert (counts.tolist(), amounts.tolist()) == ([1200, 12, 12], [1234.5, 7.5, 7])
    assert (np.diff(days).tolist(), said) == ([1, 1], {})


def test_rows_typed_by_hand_are_those_of_the_table() -> None:
    for name in ("excel_de.csv", "titanic.csv", "durations.csv", "month_de.csv", "ampm.csv"):
        table = read_table(FILES / name)
        made = prepare(table, replace(suggest(table), split=1.0))
        own: Any = type("Own", (), {"table": table})
        typed = typed_rows(first_rows(own, made), made.preparation)
        (block,) = typed.blocks()
        assert block.rows == [1, 2, 3]
        assert np.allclose(typed.inputs(block)[0], made.data.X[:3], rtol=0, atol=1e-12)


def test_codes_learned_as_texts_may_come_as_numbers() -> None:
    lines = "".join(f"{i},{code},{i % 2}\n" for i, code in enumerate(["7", "A1", "B2", "7", "A1"] * 6))
    table = read_table(("n,code,y\n" + lines).encode())
    made = prepare(table, Choices("y", "binary", ("code",), split=1.0))
    inputs, said = rows_of(b"code,x\n7.0,1\n7,2\n", made.preparation)
    assert [values.tolist() for values in inputs.values()] == [made.data.X[0].tolist()] * 2
    assert said == {}


def test_numbers_taken_for_classes_are_found_however_they_are_written() -> None:
    lines = "".join(f"{i % 3},{i % 7}.5,{i % 2}\n" for i in range(30))
    made = prepared_of(f"rooms,size,y\n{lines}".encode(), types=(("rooms", "class"),), split=1.0)
    inputs, said = rows_of(b"size,rooms\n0.5,0\n1.5,1.0\n2.50,02\n", made.preparation)
    assert np.array_equal(list(inputs.values()), made.data.X[:3])
    assert said == {}


# --- Told per row


def small(extra: str = "") -> Prepared:
    lines = "".join(f"{i},{['red', 'blue'][i % 2]},{i % 2}\n" for i in range(20))
    return prepared_of(("n,c,y\n" + lines + extra).encode(), features=("n", "c"), scaling="none", split=1.0)


def test_what_is_missing_unknown_or_no_number_is_told_in_its_row() -> None:
    new = b"c,n,unused\nblue,19,1\n\ngreen,,2\nred,many,3\nred,1,2,3\n,,9\nblue,1e40,\nred,0,3\n"
    inputs, said = rows_of(new, small(",,1\n").preparation)
    assert list(inputs) == [2, 4, 5, 6, 7, 8, 9]
    assert inputs[2].tolist() == [19, 0, 1, 0]
    assert said == {
        4: ["“n” is missing: the median of the training rows, 9.5, is taken",
            "“c” “green” is in no training row: all inputs of this column are 0"],
        5: ["“n” “many” is not a number: the median of the training rows, 9.5, is taken"],
        6: ["has 4 values, but there are 3 columns: not answered"],
        7: ["holds no value of any feature: not answered"],
        8: ["“n” “1e40” is infinite, or beyond 3.4e38: the median of the training rows, 9.5, is taken"],
    }  # fmt: skip


def test_a_missing_text_is_a_text_where_one_was_missing_in_training() -> None:
    inputs, said = rows_of(b"n,c\n1,\n", small().preparation)
    assert inputs[2].tolist() == [1, 0, 0]
    assert said[2] == ["“c” is missing, as in no training row: all inputs of this column are 0"]


def test_other_signs_are_told_and_taken_as_they_stand() -> None:
    rows = "".join(f"{i % 9},5 %;€ {i % 7 + 1}.{100 + i},50;{i} rooms;{i % 2}\n" for i in range(2, 42))
    table = read_table(f"share;price;size;y\n{rows}1,5 %;€ 2;1 room;0\n".encode())
    made = prepare(table, Choices("y", "binary", ("share", "price", "size"), scaling="none", split=1.0))
    inputs, said = rows_of("size;price;share\n3 rooms;€ 4.103,50;3,5 %\n".encode(), made.preparation)
    assert (inputs[2].tolist(), said) == (made.data.X[1].tolist(), {})
    inputs, said = rows_of(b"size;price;share\n3 rooms;$ 2.000;1.5\n", made.preparation)
    assert said[2] == [
        "“share” “1.5” is not written like numbers such as 12 %: taken as it stands, 1.5",
        "“price” “$ 2.000” is not written like numbers such as € 1.234: taken as it stands, 2000",
    ]


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (b"n,x\n1,2\n", "lack the column “c”"),
        (b"a,b\nx,red\ny,blue\n", "lack the columns “n”, “c”"),
        (b"", "is empty"),
        (b'n,c\n"' + b"x" * 200_000 + b'",1\n', "is not a table of text"),
    ],
)
def test_files_without_the_columns_are_refused(new: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        rows_of(new, small().preparation)


@pytest.mark.parametrize("new", [b"PK\x03\x04rest", b'[{"n": 1}]', b"<html>", b"1 1:2 3:4\n2 1:3 4:5\n"])
def test_what_is_no_table_is_refused_by_name(new: bytes) -> None:
    with pytest.raises(ValueError, match="begins like"):
        new_rows(new, small().preparation, name="new.csv")


# --- Taken home


def trained(path: Path, **changes: Any) -> tuple[Table, Prepared, Experiment, Any]:
    table = read_table(path)
    prepared = prepare(table, suggest(table))
    experiment = Experiment.default("own").replace(epochs=2, **changes)
    training = experiment.training(prepared.data)
    training.advance()
    return table, prepared, experiment, training.network


def taken_home(path: Path, folder: Path, **changes: Any) -> tuple[Prepared, Any]:
    table, prepared, experiment, network = trained(path, **changes)
    content = home_zip(table, prepared, network, experiment=experiment, content=path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return prepared, network


def numpy_alone(folder: Path) -> dict[str, str]:
    """An environment in which Python finds NumPy, and nothing else that is installed."""
    folder.mkdir()
    for name in ("numpy", "numpy.libs"):
        installed = Path(np.__file__).parents[1] / name
        if installed.exists():
            (folder / name).symlink_to(installed)
    return {"PYTHONPATH": str(folder), "OPENBLAS_NUM_THREADS": "1"}


def run_predict(folder: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "-W", "error", "predict.py", *arguments],
        cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (FILES / "titanic.csv", {}),
        (FILES / "excel_de.csv", {"hidden_func": ("GELU",), "hidden": (5,)}),
        (SAMPLES / "house_prices.csv", {"hidden_func": ("custom",), "formula": "z * sigmoid(z) + erf(z)"}),
        (SAMPLES / "iris.csv", {}),
        (FILES / "one_feature.csv", {}),
    ],
)
def test_predict_py_answers_as_the_page_does_with_numpy_alone(
    path: Path, changes: dict[str, Any], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    prepared, network = taken_home(path, home, **changes)
    (home / "rows.csv").write_bytes(path.read_bytes())
    done = run_predict(home, numpy_alone(tmp_path / "env"), "rows.csv", "predictions.csv")
    assert done.returncode == 0, done.stderr
    with (home / "predictions.csv").open(encoding="utf-8") as file:
        lines = list(csv.reader(file))
    rows = open_rows(path.read_bytes(), prepared.preparation)
    page = csv.reader(io.StringIO(new_rows_csv(rows, lambda X: answers(network, prepared, X))))
    width = len(rows.names)
    expected = [[line[0], *line[width + 1 :]] for line in page]
    assert [line[0] for line in lines] == [line[0] for line in expected]
    assert lines[0] == expected[0]
    for got, want in zip(lines[1:], expected[1:], strict=True):
        assert got[-1] == want[-1]
        for one, other in zip(got[1:-1], want[1:-1], strict=True):
            assert one == other or abs(float(one) - float(other)) <= 1e-12 * max(1.0, abs(float(other)))


@pytest.mark.slow
def test_predict_py_says_what_is_wrong_and_how_it_is_called(tmp_path: Path) -> None:
    home, env = tmp_path / "home", numpy_alone(tmp_path / "env")
    taken_home(FILES / "titanic.csv", home)
    (home / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert run_predict(home, env).stderr == "usage: python predict.py rows.csv predictions.csv\n"
    assert "lack the columns" in run_predict(home, env, "other.csv", "out.csv").stderr
    missing = run_predict(home, env, "nowhere.csv", "out.csv")
    assert (missing.returncode, missing.stderr) == (1, "nowhere.csv: No such file or directory\n")


def test_the_zip_says_what_it_holds(tmp_path: Path) -> None:
    taken_home(FILES / "excel_de.csv", tmp_path)
    digest = fingerprint((FILES / "excel_de.csv").read_bytes())
    readme = (tmp_path / "README.txt").read_text(encoding="utf-8")
    for said in (
        "pip install numpy\n",
        "Datum: dates such as 31.01.2024",
        "Umsatz: numbers such as 1.234 €",
        digest,
    ):
        assert said in readme
    assert json.loads((tmp_path / "recipe.json").read_text(encoding="utf-8"))["sha256"] == digest
    compile((tmp_path / "train.py").read_text(encoding="utf-8"), "train.py", "exec")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_predict_py_knows_every_activation(name: str) -> None:
    z = np.random.default_rng(0).normal(scale=30, size=(50, 4))
    with np.errstate(all="ignore"):
        assert np.allclose(predict.ACTIVATIONS[name](z), ACTIVATIONS[name](z), rtol=1e-13, atol=1e-300)


# --- load_saved


def test_load_saved_takes_raw_rows(tmp_path: Path) -> None:
    prepared, network = taken_home(FILES / "titanic.csv", tmp_path)
    saved = load_saved(tmp_path / "network.npz")
    frame = read_table(FILES / "titanic.csv").frame(saved.preparation.features)
    inputs = saved.transform(frame)
    expected = prepared.preparation.answers(network.predict_proba(inputs))
    used = np.isin(read_table(FILES / "titanic.csv").rows, prepared.train_rows)
    assert np.array_equal(inputs[used], prepared.data.X)
    listed = [["3", "male", "22.0", "7.25", "", "S"], [1, "female", None, 71.28, "C85", "C"]]
    named = [dict(zip(saved.preparation.features, row, strict=True)) for row in listed]
    assert np.array_equal(saved.answers(frame), expected)
    assert np.array_equal(saved.answers(listed), saved.answers(named))
    assert set(saved.predict(listed)) <= set(saved.preparation.classes)
    assert saved.problems(named)[0][0] == 1
    with pytest.raises(ValueError, match="row 1 must hold 6 values"):
        saved.transform([listed[0], [1, 2]])
    with pytest.raises(ValueError, match="lack the column “Age”"):
        saved.transform(frame.drop(columns="Age"))


def test_a_number_is_predicted_in_its_own_units(tmp_path: Path) -> None:
    prepared, network = taken_home(SAMPLES / "house_prices.csv", tmp_path)
    saved = load_saved(tmp_path / "network.npz")
    rows = open_rows((SAMPLES / "house_prices.csv").read_bytes(), prepared.preparation)
    (block,) = rows.blocks()
    assert np.array_equal(
        saved.predict(block.columns), answers(network, prepared, rows.inputs(block)[0])[:, 0]
    )


MADE = Preparation(
    "y", ("a", "b"), (NumberColumn("a", 1.0),), (TextColumn("b", ("u", "v")),), ("no", "yes")
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"scaling": "cubic"}, "a column for each feature"),
        ({"features": ["a"]}, "a column for each feature"),
        ({"center": float("inf")}, "finite numbers"),
        ({"target": 7}, "must name its columns"),
        ({"more": 1}, "must be one that was saved"),
        ({"numbers": [{"name": "a"}]}, "must be one that was saved"),
        ({"numbers": [{**MADE.to_facts()["numbers"][0], "time": "(a+)+$"}]}, "a form of dates or a duration"),
        ({"numbers": [{**MADE.to_facts()["numbers"][0], "written": {"thousands": "(a+)+"}}]}, "written must"),
    ],
)
def test_a_preparation_that_nobody_saved_is_refused(changes: dict[str, Any], sentence: str) -> None:
    facts = MADE.to_facts()
    assert Preparation.from_facts(json.loads(json.dumps(facts))) == MADE
    with pytest.raises(ValueError, match=sentence):
        Preparation.from_facts({**facts, **changes})


def test_dates_of_python_count_in_days() -> None:
    column = NumberColumn("day", 0.0, time="%d.%m.%Y", unit="days")
    for cell in (date(1970, 1, 31), "31.01.1970", "1970-01-31"):
        assert column.value(cell, ".") == (30.0, "")
    value, said = column.value("soon", ".")
    assert np.isnan(value)
    assert said == "“soon” is not a date written as in the training table"
