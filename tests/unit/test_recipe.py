"""From a table to rows for a network: nothing leaks, nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ui.tables.choices import (
    MAX_CLASSES,
    MISSING_TEXT,
    Choices,
    passed_over,
    suggest,
    target_problem,
    tasks_for,
    usable_features,
)
from ui.tables.preparation import Prepared, prepare
from ui.tables.sniff import TableError
from ui.tables.table import Table, read_table

SAMPLES = Path(__file__).parents[2] / "samples"


def sample(name: str) -> Table:
    return read_table((SAMPLES / f"{name}.csv").read_bytes(), name=f"{name}.csv")


def small(rows: int = 20, *, extra: str = "") -> Table:
    """A table with a number, a text and a 0/1 column, and rows of one's own below."""
    lines = [f"{i},{'red' if i % 3 else 'blue'},{i % 2}" for i in range(rows)]
    return read_table(("n,c,y\n" + "\n".join(lines) + "\n" + extra).encode(), name="small.csv")


def test_the_samples_suggest_what_they_are_for() -> None:
    found = {name: suggest(sample(name)) for name in ("diabetes_like", "iris", "house_prices")}
    assert [(c.target, c.task, len(c.features)) for c in found.values()] == [
        ("outcome", "binary", 8),
        ("species", "multiclass", 4),
        ("price_thousand", "regression", 6),
    ]


def test_scales_and_medians_come_from_the_training_rows_alone() -> None:
    table = small(40, extra=",red,1\n1000,red,0\n")
    choices = Choices("y", "binary", ("n", "c"), split=0.5, seed=3)
    made = prepare(table, choices)
    train = made.data.X[:, 0]
    assert abs(train.mean()) < 1e-12
    assert abs(train.std() - 1) < 1e-12
    raw = table.column("n").values[np.isin(table.rows, made.train_rows)]
    fill = made.steps.named_transformers_["numbers"]["fill"].statistics_[0]
    assert fill == np.nanmedian(raw)


def test_a_column_without_a_value_among_the_training_rows_becomes_nought() -> None:
    lines = "n,gap,y\n" + "".join(f"{i},,{i % 2}\n" for i in range(40)) + "40,7,1\n41,8,0\n"
    table = read_table(lines.encode())
    seed = next(
        seed
        for seed in range(100)
        if not {42, 43} & set(prepare(table, Choices("y", "binary", ("n",), seed=seed)).train_rows.tolist())
    )
    made = prepare(table, Choices("y", "binary", ("n", "gap"), scaling="none", seed=seed))
    assert made.data.X[:, 1].tolist() == [0.0] * len(made.data.X)


def test_numbers_stay_as_they_are_when_so_chosen() -> None:
    table = small()
    made = prepare(table, Choices("y", "binary", ("n",), scaling="none", split=0.5))
    assert made.data.X[:, 0].tolist() == [float(row - 2) for row in made.train_rows]
    assert made.data.note == "Nothing scaled."
    squeezed = prepare(table, Choices("y", "binary", ("n",), scaling="minmax", split=0.5)).data
    assert (squeezed.X.min(), squeezed.X.max()) == (0.0, 1.0)


def test_training_and_validation_rows_share_nothing_and_keep_the_classes() -> None:
    made = prepare(sample("diabetes_like"), suggest(sample("diabetes_like")))
    assert not set(made.train_rows) & set(made.val_rows)
    assert len(made.train_rows) + len(made.val_rows) == 768
    shares = [train / (train + val) for _, train, val in made.balance]
    assert max(shares) - min(shares) < 0.01


def test_the_seed_draws_the_rows_and_nothing_else() -> None:
    table = sample("iris")
    first, again, other = (
        prepare(table, Choices("species", "multiclass", ("petal_width_cm",), seed=seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.data.X, again.data.X)
    assert not np.array_equal(first.train_rows, other.train_rows)
    assert first.balance == other.balance


def test_texts_become_inputs_of_their_own_and_a_missing_text_too() -> None:
    table = small(20, extra="5,,1\n6,,0\n7,green,1\n8,green,0\n")
    made = prepare(table, Choices("y", "binary", ("c",), split=1.0))
    assert made.data.feature_names == ("c_(missing)", "c_blue", "c_green", "c_red")
    assert (made.data.X.sum(axis=1) == 1).all()
    assert any(MISSING_TEXT in sentence for sentence in made.report)
    two = prepare(small(), Choices("y", "binary", ("c",), split=1.0))
    assert two.data.feature_names == ("c_blue", "c_red")


def test_rows_with_missing_values_can_be_left_out() -> None:
    table = small(20, extra=",red,1\n")
    filled = prepare(table, Choices("y", "binary", ("n",), split=1.0))
    dropped = prepare(table, Choices("y", "binary", ("n",), filling="drop", split=1.0))
    assert (len(filled.data.X), len(dropped.data.X)) == (21, 20)
    assert "1 row with a missing feature left out, the first is row 22." in dropped.report
    assert any("filled with the median" in sentence and "row 22" in sentence for sentence in filled.report)


def test_rows_without_a_target_are_left_out_and_told() -> None:
    made = prepare(small(20, extra="3,red,\n4,red,\n"), Choices("y", "binary", ("n",), split=1.0))
    assert made.report[0] == "2 rows without a value of “y” left out, the first is row 22."
    assert len(made.data.X) == 20


def test_a_regression_is_scaled_and_predicts_in_its_own_units() -> None:
    table = sample("house_prices")
    made = prepare(table, suggest(table))
    raw = table.column("price_thousand").values
    train = np.isin(table.rows, made.train_rows)
    assert np.allclose(made.in_units(made.data.t[:, 0]), raw[train])
    assert abs(made.data.t.mean()) < 1e-12
    assert made.balance == ()


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("same", "Column “same” has a single value, “7”, in every row"),
        ("word", "Column “word” has a single value, “only”, wherever it has one"),
        ("empty", "Column “empty” has no values at all, from row 2 on"),
        ("name", f"Column “name” has 80 different texts; at most {MAX_CLASSES}"),
        ("day", "Column “day” holds dates"),
    ],
)
def test_a_column_that_cannot_be_a_target_says_why(column: str, sentence: str) -> None:
    lines = "".join(f"7,{'only' if i % 3 else ''},,name{i},2020-01-{i % 28 + 1:02d},{i}\n" for i in range(80))
    table = read_table(("same,word,empty,name,day,n\n" + lines).encode())
    assert tasks_for(table.column(column)) == ()
    assert sentence in target_problem(table.column(column))
    with pytest.raises(TableError, match="Column"):
        prepare(table, Choices(column, "binary", ("n",)))


def test_ten_thousand_classes_are_refused() -> None:
    lines = "".join(f"{i},class{i},{i}\n" for i in range(10_000))
    table = read_table(("n,label,code\n" + lines).encode())
    with pytest.raises(
        TableError, match="Column “label” has more than 1,000 different texts; at most 50 classes"
    ):
        prepare(table, Choices("label", "multiclass", ("n",)))
    with pytest.raises(TableError, match="task must be one of regression"):
        prepare(table, Choices("code", "multiclass", ("n",)))


def test_one_class_left_after_dropping_rows_is_refused() -> None:
    lines = "".join(f"{i if i % 2 else ''},{i % 2}\n" for i in range(30))
    table = read_table(("n,y\n" + lines).encode())
    with pytest.raises(TableError, match="single class, “1”, in the 15 rows that can be used"):
        prepare(table, Choices("y", "binary", ("n",), filling="drop"))


def test_columns_that_cannot_be_features_are_left_out_with_a_reason() -> None:
    lines = "".join(f"{i},7,,name{i},{i % 2}\n" for i in range(1200))
    table = read_table(("n,same,empty,name,y\n" + lines).encode())
    usable, reasons = usable_features(table, "y")
    assert usable == ("n",)
    assert [sum(f"“{name}”" in reason for reason in reasons) for name in ("same", "empty", "name")] == [
        1,
        1,
        1,
    ]
    with pytest.raises(TableError, match="“same” is “7” in every row"):
        prepare(table, Choices("y", "binary", ("n", "same")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"features": ()}, "features must name at least one column"),
        ({"scaling": "cubic"}, "scaling must be one of standard, minmax, none; got 'cubic'"),
        ({"filling": "guess"}, "filling must be one of fill, drop; got 'guess'"),
        ({"task": "regression", "target": "c"}, "task must be one of binary"),
        ({"target": "z"}, "no column “z”"),
        ({"features": ("y",)}, "cannot be a feature"),
    ],
)
def test_impossible_choices_are_refused(changes: dict, sentence: str) -> None:
    wanted = {"target": "y", "task": "binary", "features": ("n",), **changes}
    with pytest.raises(TableError, match=sentence):
        prepare(small(), Choices(**wanted))


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(TableError, match="Only 5 rows can be used of 5"):
        prepare(small(5), Choices("y", "binary", ("n",)))


def test_nothing_to_learn_says_why() -> None:
    with pytest.raises(TableError, match=r"No column can be learned.*“b”"):
        suggest(read_table(b"a,b\n" + b"1,2\n" * 8))


def test_too_few_rows_are_told_before_anything_else() -> None:
    with pytest.raises(TableError, match=r"“t.csv” has 1 row of data; at least 8 are needed"):
        suggest(read_table(b"a,b,y\n1,2,0\n", name="t.csv"))


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (lambda _i: "1", "Column “y” has a single value, “1”, in every row; two classes or more are needed."),
        (lambda _i: "", "Column “y” has no values at all, from row 2 on."),
        (lambda i: f"c{i}", "Column “y” has 60 different texts; at most 50 classes can be told apart here."),
        (
            lambda i: f"2024-01-{i % 28 + 1:02d}",
            "Column “y” holds dates: they can be a feature, not a target.",
        ),
    ],
)
def test_why_the_last_column_is_not_the_target_is_told(last: Callable[[int], str], sentence: str) -> None:
    table = read_table(("a,b,y\n" + "".join(f"{i % 7},{i % 5}.5,{last(i)}\n" for i in range(60))).encode())
    choices = suggest(table)
    assert choices.target == "b"
    assert passed_over(table, choices.target) == (sentence,)


def test_a_separator_at_the_end_of_every_line_is_no_news() -> None:
    table = read_table(("a,b,y,\n" + "".join(f"{i % 7},{i % 5},{i % 2},\n" for i in range(60))).encode())
    choices = suggest(table)
    assert choices.target == "y"
    assert passed_over(table, choices.target) == ()


@pytest.mark.parametrize(
    "name", ["id", "ID", "patient_id", "Patient ID", "customerId", "index", "Nr", "No.", "#"]
)
def test_a_column_that_numbers_the_rows_is_a_feature_only_by_choice(name: str) -> None:
    table = read_table(
        (f"{name},a,y\n" + "".join(f"{900 + i},{i % 7},{i % 2}\n" for i in range(40))).encode()
    )
    assert suggest(table).features == ("a",)
    usable, reasons = usable_features(table, "y")
    assert usable == (name, "a")
    assert any("seems to number them" in reason and f"“{name}”" in reason for reason in reasons)
    prepare(table, Choices("y", "binary", (name, "a")))


@pytest.mark.parametrize("name", ["acid", "paid", "x", "year", "grid", "nrow"])
def test_other_whole_numbers_are_features(name: str) -> None:
    table = read_table(
        (f"{name},a,y\n" + "".join(f"{900 + i},{i % 7},{i % 2}\n" for i in range(40))).encode()
    )
    assert suggest(table).features == (name, "a")


def test_an_id_with_gaps_or_repeats_and_one_that_is_all_there_is_stay_features() -> None:
    repeats = read_table(("id,a,y\n" + "".join(f"{i % 8},{i % 7},{i % 2}\n" for i in range(40))).encode())
    assert suggest(repeats).features == ("id", "a")
    alone = read_table(("id,y\n" + "".join(f"{i},{i % 2}\n" for i in range(40))).encode())
    assert suggest(alone).features == ("id",)


@pytest.mark.parametrize(
    ("cell", "row", "shown", "cure"),
    [
        (lambda i: f"{i % 20} {'kg' if i % 2 else 'lb'}", 2, "0 lb", "take units"),
        (lambda i: f"€ 1.2{i % 20:02d}", 2, "€ 1.200", "choose their decimal sign"),
        (lambda i: f"({i % 20})", 2, "(0)", "choose one of their two readings"),
        (lambda i: "under 7" if i % 4 == 3 else f"{i % 20}", 5, "under 7", "take units"),
    ],
)
def test_texts_that_were_meant_as_numbers_are_told_with_a_row(
    cell: Callable[[int], str], row: int, shown: str, cure: str
) -> None:
    table = read_table(("a;b;y\n" + "".join(f"{cell(i)};{i % 7};{i % 2}\n" for i in range(40))).encode())
    made = prepare(table, suggest(table))
    told = [sentence for sentence in made.report if "no plain number" in sentence]
    assert len(told) == 1
    assert told[0].startswith(f"Column “a”, row {row}: “{shown}” is no plain number")
    assert f"If numbers are meant, {cure}" in told[0]


def test_texts_that_are_texts_are_not_taken_for_numbers() -> None:
    assert not any("no plain number" in sentence for sentence in prepare(small(), suggest(small())).report)


def test_every_text_has_its_input_as_the_report_says() -> None:
    table = small()
    made = prepare(table, suggest(table))
    assert "Column “c”: 2 texts become one 0/1 input each." in made.report
    assert made.data.n_inputs == 3


def test_very_long_texts_are_cut_in_sentences_and_drawings() -> None:
    lines = "".join(f"{'long' * 3000}{i % 9},{i % 7},{'class' * 3000}{i % 2}\n" for i in range(40))
    table = read_table(("a,b,y\n" + lines).encode())
    made = prepare(table, suggest(table))
    assert all(len(sentence) < 400 for sentence in (*made.report, *usable_features(table, "y")[1]))
    assert all(len(name) <= 40 for name in (*made.data.feature_names, *made.data.class_names))
    assert [len(name) for name in made.classes] == [15001, 15001]


def test_a_rare_class_is_told_with_its_row() -> None:
    table = small(20, extra="3,red,2\n")
    made = prepare(table, Choices("y", "multiclass", ("n",), split=0.5))
    assert any("Class “2”" in sentence and "row" in sentence for sentence in made.report)


def test_too_many_inputs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.tables.preparation.MAX_INPUTS", 2)
    with pytest.raises(TableError, match="would become 4 inputs for 20 rows"):
        prepare(small(), Choices("y", "binary", ("n", "c")))


def test_dates_are_features_in_days() -> None:
    lines = "".join(f"2020-01-{i + 1:02d},{i % 2}\n" for i in range(20))
    table = read_table(("d,y\n" + lines).encode())
    made: Prepared = prepare(table, Choices("y", "binary", ("d",), scaling="none", split=1.0))
    assert np.diff(made.data.X[:, 0]).tolist() == [1.0] * 19


def test_progress_climbs_to_the_end_and_says_what_is_done() -> None:
    told: list[tuple[float, str]] = []
    table = small()
    made = prepare(table, suggest(table), progress=lambda share, sentence: told.append((share, sentence)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert any(f"{len(made.data.X)} training rows" in sentence for _, sentence in told)
    assert any("Encoding and scaling 20 rows" in sentence for _, sentence in told)
