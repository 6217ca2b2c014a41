"""What a network on one's own table is worth, as numbers, tables and files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from nncore.experiment import Experiment
from ui.shared.plain_text import plain
from ui.shared.theme import LIGHT
from ui.tables import results
from ui.tables.choices import Choices, suggest
from ui.tables.preparation import Prepared, prepare
from ui.tables.program import own_script, recipe_json
from ui.tables.results import Scores
from ui.tables.table import Table, read_table

ROOT = Path(__file__).parents[2]
EXPERIMENT = Experiment.default("own").replace(epochs=3)


def trained(name: str) -> tuple[Table, Prepared, object]:
    table = read_table((ROOT / "samples" / f"{name}.csv").read_bytes(), name=f"{name}.csv")
    prepared = prepare(table, suggest(table))
    training = EXPERIMENT.training(prepared.data)
    training.advance()
    return table, prepared, training


@pytest.fixture(scope="module", params=["diabetes_like", "iris", "house_prices"])
def case(request: pytest.FixtureRequest) -> tuple[Table, Prepared, object]:
    return trained(request.param)


def test_answers_are_probabilities_or_values_in_units(case) -> None:
    _, prepared, training = case
    train, validation = results.score(training.network, prepared)
    assert (len(train.rows), len(validation.rows)) == (len(prepared.train_rows), len(prepared.val_rows))
    if prepared.classes:
        assert train.outputs.shape[1] == len(prepared.classes)
        assert np.allclose(train.outputs.sum(axis=1), 1)
        share = (results.decided(train.outputs) == train.targets).mean()
        assert share == pytest.approx(training.history["train_accs"][-1])
    else:
        error = np.mean((train.outputs[:, 0] - train.targets) ** 2) / prepared.spread**2
        assert error == pytest.approx(training.history["train_errors"][-1])


def test_classes_one_by_one_are_scikit_learns() -> None:
    _, prepared, training = trained("iris")
    scores = results.score(training.network, prepared)[0]
    predicted = results.decided(scores.outputs)
    table = results.class_table(scores, prepared.classes)
    found = [row["recall"] for row in table]
    assert found == pytest.approx(recall_score(scores.targets, predicted, average=None))
    called = [row["precision"] or 0.0 for row in table]
    assert called == pytest.approx(precision_score(scores.targets, predicted, average=None, zero_division=0))
    assert results.confusion(scores, 3).sum() == len(scores.targets)
    report = results.class_report(scores, prepared.classes)
    f1 = f1_score(scores.targets, scores.outputs.argmax(axis=1), average=None)
    assert [row["F1"] for row in report] == pytest.approx(f1.tolist())
    taken = [[row[f"taken for {name}"] for name in prepared.classes] for row in report]
    assert taken == results.confusion(scores, 3).tolist()


def test_roc_is_scikit_learns_and_the_mark_lies_on_the_curve() -> None:
    _, prepared, training = trained("diabetes_like")
    every = results.score(training.network, prepared)
    curve = results.roc(every[1])
    assert curve is not None
    assert curve[3] == pytest.approx(roc_auc_score(every[1].targets, every[1].outputs[:, 1]))
    figure, words = results.roc_figure(every, LIGHT, classes=prepared.classes, threshold=0.4)
    assert f"{curve[3]:.3f}" in words
    counts = results.confusion(every[0], 2, threshold=0.4)
    mark = next(trace for trace in figure.data if trace.hovertext == "threshold 0.4")
    assert mark.y[0] == pytest.approx(counts[1, 1] / counts[1].sum())


def test_roc_says_where_one_class_is_missing() -> None:
    alone = Scores("validation", np.array([[0.2, 0.8], [0.4, 0.6]]), np.array([1, 1]), np.array([2, 3]))
    assert results.roc(alone) is None
    _, words = results.roc_figure([alone], LIGHT, classes=("no", "yes"), threshold=0.5)
    assert "validation rows hold one class only" in words


def test_a_threshold_moves_decisions_of_two_classes() -> None:
    outputs = np.array([[0.7, 0.3], [0.2, 0.8]])
    assert results.decided(outputs).tolist() == [0, 1]
    assert results.decided(outputs, threshold=0.2).tolist() == [1, 1]


def test_values_are_told_with_their_typical_error() -> None:
    _, prepared, training = trained("house_prices")
    figure, words = results.value_figure(results.score(training.network, prepared), LIGHT, target="price")
    assert "validation: typical error" in words
    assert len(figure.data) == 3


def test_predictions_hold_every_row_once_in_the_order_of_the_file(case) -> None:
    table, prepared, training = case
    text = results.predictions_csv(results.score(training.network, prepared), prepared)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["row"]) for row in rows] == table.rows.tolist()
    target = prepared.choices.target
    known = table.column(target)
    if known.kind == "number" and not prepared.classes:
        assert [float(row[target]) for row in rows] == pytest.approx(known.values.tolist())
    else:
        assert {row[target] for row in rows} == set(prepared.classes)


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    lines = "".join(f"{i},{'=1+1' if i % 2 else 'no'}\n" for i in range(20))
    prepared = prepare(read_table(("n,y\n" + lines).encode()), Choices("y", "binary", ("n",)))
    training = EXPERIMENT.training(prepared.data)
    text = results.predictions_csv(results.score(training.network, prepared), prepared)
    assert ",=1+1" not in text
    assert ",'=1+1" in text


def run_program(source: str, path: Path, file: Path) -> dict[str, str]:
    path.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path), str(file)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


@pytest.mark.slow
def test_the_program_goes_the_whole_way_to_the_same_numbers(tmp_path: Path) -> None:
    table, prepared, training = trained("house_prices")
    said = run_program(
        own_script(table, prepared, EXPERIMENT), tmp_path / "whole.py", ROOT / "samples" / "house_prices.csv"
    )
    assert {name: said[name] for name in training.history} == {
        name: repr(float(values[-1])) for name, values in training.history.items()
    }


@pytest.mark.slow
def test_the_program_keeps_class_weights_and_numbers_taken_for_classes(tmp_path: Path) -> None:
    file = tmp_path / "doors.csv"
    rows = [f"{i % 4},{i * 7 % 11}.5,{'yes' if i % 9 == 0 else 'no'}" for i in range(60)]
    file.write_text("doors,size,sold\n" + "\n".join(rows), encoding="utf-8")
    table = read_table(file.read_bytes(), name=file.name)
    choices = replace(suggest(table), types=(("doors", "class"),), weighing="balanced")
    prepared = prepare(table, choices)
    assert prepared.data.n_inputs == 5
    training = EXPERIMENT.training(prepared.data)
    training.advance()
    said = run_program(own_script(table, prepared, EXPERIMENT), tmp_path / "whole.py", file)
    assert {name: said[name] for name in training.history} == {
        name: repr(float(values[-1])) for name, values in training.history.items()
    }
    assert said["outcome"] == training.outcome


def nasty_row(i: int) -> str:
    number = "" if i % 9 == 0 else f"{i},5"
    word = "TRUE" if i % 2 else '"x; ""y"""'
    code = "7,0" if i % 3 else "B"
    return f"{number};{word};{i % 27 + 1:02d}.03.2021;{code};{'ja' if i % 4 else 'nein'}\n"


NASTY = (
    'Größe;it\'s "odd";when;code;y\n'
    + "".join(nasty_row(i) for i in range(40))
    + "inf;x;01.01.2020;B;ja\n;;;;\n"
)


@pytest.mark.slow
@pytest.mark.long
def test_the_program_reads_a_nasty_table_as_the_page_did(tmp_path: Path) -> None:
    file = tmp_path / "näst'y.csv"
    file.write_bytes(NASTY.encode("cp1252"))
    table = read_table(file.read_bytes(), name=file.name)
    assert table.layout.encoding == "cp1252"
    choices = suggest(table)
    assert (choices.target, len(choices.features)) == ("y", 4)
    for filling, scaling in (("fill", "minmax"), ("drop", "none")):
        prepared = prepare(table, Choices(**{**choices.__dict__, "filling": filling, "scaling": scaling}))
        training = EXPERIMENT.training(prepared.data)
        training.advance()
        said = run_program(own_script(table, prepared, EXPERIMENT), tmp_path / "nasty.py", file)
        assert said["train_errors"] == repr(float(training.history["train_errors"][-1]))
        assert said["val_errors"] == repr(float(training.history["val_errors"][-1]))


TITLED = (
    "Prices of 2024\n\n"
    + "id,price,kind,y\n"
    + "".join(f'{700 + i},"{1000 + 37 * i:,}",{"yes" if i % 3 else "no"},{i % 2}\n' for i in range(40))
)


@pytest.mark.slow
@pytest.mark.long
def test_the_program_reads_a_titled_table_with_grouped_digits_as_the_page_did(tmp_path: Path) -> None:
    file = tmp_path / "titled.csv"
    file.write_text(TITLED, encoding="utf-8")
    table = read_table(file.read_bytes(), name=file.name)
    prepared = prepare(table, suggest(table))
    assert prepared.choices.features == ("price", "kind")
    training = EXPERIMENT.training(prepared.data)
    training.advance()
    said = run_program(own_script(table, prepared, EXPERIMENT), tmp_path / "whole.py", file)
    assert said["train_errors"] == repr(float(training.history["train_errors"][-1]))
    assert said["val_errors"] == repr(float(training.history["val_errors"][-1]))


def signed_row(i: int) -> str:
    price = f"{1000 + 37.25 * i:,.2f}".translate({ord(","): ".", ord("."): ","})
    weight = "unknown" if i == 7 else f"{i % 5},5 kg"
    return f"{i % 9},5 %;€ {price};{weight};{10 + i}\u202f000;{i % 4 + 0.25};{'ja' if i % 3 else 'nein'}\n"


@pytest.mark.slow
@pytest.mark.long
def test_the_program_reads_signs_around_numbers_as_the_page_did(tmp_path: Path) -> None:
    file = tmp_path / "signed.csv"
    file.write_text(
        "share;price;weight;amount;plain;y\n" + "".join(map(signed_row, range(40))) + "?;;1 kg;11 000;1;ja\n",
        encoding="utf-8",
    )
    table = read_table(file.read_bytes(), name=file.name)
    assert [column.kind for column in table.columns] == [*["number"] * 5, "text"]
    for choices in (
        suggest(table),
        replace(suggest(table), target="price", task="regression", features=("share", "weight", "amount")),
    ):
        prepared = prepare(table, choices)
        training = EXPERIMENT.training(prepared.data)
        training.advance()
        said = run_program(own_script(table, prepared, EXPERIMENT), tmp_path / "whole.py", file)
        assert said["train_errors"] == repr(float(training.history["train_errors"][-1]))
        assert said["val_errors"] == repr(float(training.history["val_errors"][-1]))
        recipe = json.loads(recipe_json(table, prepared, EXPERIMENT))
        assert recipe["columns"][1]["written"] == {
            "before": "€", "after": "", "decimal": ",", "thousands": ".", "sure": True,
            "limits": False, "spellings": [],
        }  # fmt: skip
        assert recipe["columns"][4]["written"] is None


def test_the_recipe_holds_every_decision(case) -> None:
    table, prepared, _ = case
    recipe = json.loads(recipe_json(table, prepared, EXPERIMENT))
    assert [column["name"] for column in recipe["columns"]] == [column.name for column in table.columns]
    assert recipe["choices"]["target"] == prepared.choices.target
    assert recipe["inputs"] == list(prepared.data.feature_names)
    fill = prepared.steps.named_transformers_["numbers"]["fill"]
    assert [fact["median"] for fact in recipe["numbers"]] == fill.statistics_.tolist()
    assert Experiment.default("own").replace(**recipe["experiment"]) == EXPERIMENT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Column “sold_on”, row 3", "Column “sold_on”, row 3"),
        ("a $5 and $7 b", r"a \$5 and \$7 b"),
        ("![x](http://e.org/a.png)", r"\!\[x\](http\://e.org/a.png)".replace(r"\://", "://")),
        ("_x_ and *y*", r"\_x\_ and \*y\*"),
        ("a_b __import__ a__b", r"a_b \_\_import\_\_ a\_\_b"),
        (":red[text] :smile: 12:30", r"\:red\[text\] \:smile: 12:30"),
        ("<b>", r"\<b\>"),
    ],
)
def test_names_from_a_file_are_shown_as_they_are(text: str, shown: str) -> None:
    assert plain(text) == shown
