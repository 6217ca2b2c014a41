"""Columns that were given other names: the same rows, programs and answers under whichever name."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nncore.data.row_files import open_rows
from nncore.experiment import Experiment
from nncore.export.storage import load_saved
from ui.live.problem import same_data
from ui.tables import Table, TableError, prepare, read_table, suggest
from ui.tables.choice_edits import called_otherwise, columns_frame, edited
from ui.tables.program import table_sections
from ui.tables.reading import Reading
from ui.tables.take_home import home_zip
from ui.tables.using import new_rows_csv

FILES = Path(__file__).parents[1] / "data" / "tables"
LAYOUTS = ("titanic.csv", "excel_de.csv", "one_feature.csv", "no_header.data", "mysql_table.txt",
           "quoted_spaces.txt", "report_title.csv", "index_unnamed.csv")  # fmt: skip
CONTENT = "id,alter,ort\n" + "".join(f"{k + 100},{k * 7 % 30},{'AB'[k % 7 // 4]}\n" for k in range(40))
NAMES = {"alter": "age", "ort": "place", "id": "ticket"}


def flats(**names: str) -> Table:
    return read_table(CONTENT.encode(), name="flats.csv", reading=Reading(names=names))


@pytest.mark.usefixtures("capsys")
@pytest.mark.parametrize("name", LAYOUTS)
def test_under_other_names_all_is_learned_as_before(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FILES)
    table = read_table(FILES / name)
    names = {column.name: f"the “{place}”" for place, column in enumerate(table.columns)}
    other = read_table(FILES / name, reading=Reading(names=names))
    assert tuple(column.name for column in other.columns) == tuple(names.values())
    before = prepare(table, suggest(table))
    made = prepare(other, called_otherwise(before.choices, table, other))
    assert np.array_equal(made.data.X, before.data.X)
    assert np.array_equal(made.data.t, before.data.t)
    assert not same_data(made.data, before.data)  # as the network is drawn with its inputs' names
    space: dict[str, object] = {}
    for section in table_sections(other, made):
        exec(compile(section.code, section.title, "exec"), space)
    assert np.array_equal(space["X_train"], made.data.X)
    assert np.array_equal(space["t_train"], made.data.t)
    content = (FILES / name).read_bytes()
    for found, expected in zip(
        open_rows(content, made.preparation).blocks(), open_rows(content, before.preparation).blocks(),
        strict=True,
    ):  # fmt: skip
        assert list(found.columns.values()) == list(expected.columns.values())
        assert found.rows == expected.rows


def test_what_was_chosen_stays_under_other_names_and_an_index_stays_one() -> None:
    table, other = flats(), flats(**NAMES)
    choices = replace(edited(table, suggest(table), "alter", changes={"type": "class"}), weighing="balanced")
    found = called_otherwise(choices, table, other)
    assert (found.target, found.features, found.types) == ("place", ("age",), (("age", "class"),))
    assert (found.task, found.weighing) == (choices.task, "balanced")
    roles, before = (columns_frame(*pair)["role"].tolist() for pair in ((other, found), (table, choices)))
    assert roles == before == ["index", "feature", "target"]
    assert other.notes == (
        "Column “id” of the file is called “ticket” here.",
        "Column “alter” of the file is called “age” here.",
        "Column “ort” of the file is called “place” here.",
    )


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"alter": ""}, "The name of column “alter” must be 1 to 60 characters on one line; got “”."),
        ({"alter": "x" * 61}, "must be 1 to 60 characters on one line"),
        ({"alter": "a\nb"}, "must be 1 to 60 characters on one line; got “a b”."),
        ({"alter": "ort"}, "Column “alter” cannot be called “ort”: another column of the file is"),
        ({"alter": "x", "ort": "x"}, "Column “alter” cannot be called “x”: another column"),
        ({"alter": "ort", "ort": "alter"}, "Column “alter” cannot be called “ort”"),
    ],
)
def test_names_that_are_none_or_taken_are_refused(names: dict[str, str], sentence: str) -> None:
    with pytest.raises(TableError) as refusal:
        flats(**names)
    assert sentence in str(refusal.value)


def test_what_is_known_of_a_column_is_known_by_its_name_in_the_file() -> None:
    reading = Reading(names=NAMES, missing_in={"ort": ("B",)}, sentinels={"alter": (29.0,)})
    table = read_table(CONTENT.encode(), reading=reading)
    assert table.column("place").categories == ("A",)
    assert table.column("age").missing.count == CONTENT.count(",29,") > 0


def test_new_rows_come_under_either_name(tmp_path: Path) -> None:
    table = flats(**NAMES)
    prepared = prepare(table, called_otherwise(suggest(flats()), flats(), table))
    network = Experiment.default("own").replace(epochs=1).training(prepared.data).network
    content = home_zip(
        table, prepared, network, experiment=Experiment.default("own"), content=CONTENT.encode()
    )
    (tmp_path / "home.zip").write_bytes(content)
    zipfile.ZipFile(tmp_path / "home.zip").extractall(tmp_path)
    saved = load_saved(tmp_path / "network.npz")
    expected = saved.transform([[3], [4]])
    for rows in (
        {"age": [3, 4]},
        {"alter": [3, 4]},
        [{"alter": 3}, {"age": 4}],
        {"alter": [8, 8], "age": [3, 4]},
    ):
        assert np.array_equal(saved.transform(rows), expected)
    for file in (
        "age\n3\n4\n",
        "alter\n3\n4\n",
        "x;alter\n1;3\n2;4\n",
        "alter,age\n8,3\n8,4\n",
        "alter\n3\nalter\n4\n",
    ):
        opened = open_rows(file.encode(), prepared.preparation)
        (block,) = opened.blocks()
        assert np.array_equal(opened.inputs(block)[0], expected)
    assert (
        new_rows_csv(opened, lambda X: X[:, :1] * [0, 1])
        .splitlines()[0]
        .startswith("row,age,predicted place")
    )
    readme = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert "age (or “alter”, as in flats.csv): " in readme
    facts = json.loads((tmp_path / "recipe.json").read_text(encoding="utf-8"))["columns"]
    assert [(fact["name"], fact["in_file"]) for fact in facts][1] == ("age", "alter")
