"""The table of columns: what stands in it, what an edit of a cell makes of the choices, what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.class_weight import compute_class_weight

from ui.tables import Choices, Table, TableError, prepare, read_table, suggest
from ui.tables.choice import rare_class, weights_frame
from ui.tables.choice_edits import carried_over, columns_frame, edited

ROWS = [
    (i, f"2024-01-{i % 28 + 1:02d}", i % 3, f"{i * 7 % 11}.5", "ab"[i % 2], "yes" if i % 12 == 0 else "no")
    for i in range(60)
]
CONTENT = "id,day,rooms,size,side,sold\n" + "".join(",".join(map(str, row)) + "\n" for row in ROWS)


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table(CONTENT.encode(), name="flats.csv")


@pytest.fixture
def choices(table: Table) -> Choices:
    return suggest(table)


def column(table: Table, choices: Choices, heading: str) -> dict[str, str]:
    return columns_frame(table, choices).set_index("column")[heading].to_dict()


def test_the_table_says_role_type_and_first_values(table: Table, choices: Choices) -> None:
    assert column(table, choices, "role") == {
        "id": "index", "day": "feature", "rooms": "feature", "size": "feature", "side": "feature",
        "sold": "target",
    }  # fmt: skip
    assert column(table, choices, "type") == {
        "id": "number", "day": "date", "rooms": "number", "size": "number", "side": "yes/no",
        "sold": "yes/no",
    }  # fmt: skip
    first = column(table, choices, "first values")
    assert first["size"] == "0.5, 7.5, 3.5, 10.5"
    assert first["day"].startswith("2024-01-01, 2024-01-02")
    assert first["side"] == "a, b, a, b"


def test_a_role_is_changed_and_stays_until_it_is_changed_back(table: Table, choices: Choices) -> None:
    without = edited(table, choices, "rooms", changes={"role": "ignored"})
    assert without.features == ("day", "size", "side")
    assert column(table, without, "role")["rooms"] == "ignored"
    as_index = edited(table, without, "rooms", changes={"role": "index"})
    assert column(table, as_index, "role")["rooms"] == "index"
    other = edited(table, as_index, "side", changes={"role": "target"})
    assert (other.target, other.task) == ("side", "binary")
    assert "rooms" not in other.features
    back = edited(table, as_index, "rooms", changes={"role": "feature"})
    assert back == choices


def test_numbers_taken_for_classes_become_one_input_a_value(table: Table, choices: Choices) -> None:
    as_class = edited(table, choices, "rooms", changes={"type": "class"})
    made = prepare(table, as_class)
    names = made.data.feature_names
    assert [name for name in names if name.startswith("rooms")] == ["rooms_0", "rooms_1", "rooms_2"]
    preparation = made.preparation
    inputs, _ = preparation.inputs(preparation.columns_of(table.frame()))
    expected = pd.get_dummies([row[2] for row in ROWS]).to_numpy(dtype=float)
    np.testing.assert_array_equal(inputs[:, [names.index(f"rooms_{k}") for k in range(3)]], expected)
    assert "Column “rooms”: 3 numbers become one 0/1 input each." in made.report
    new = read_table(CONTENT.replace(",2,", ",9,").encode(), name="new.csv")
    assert any("“9” is in no training row" in sentence for sentence in made.unseen(new))
    assert edited(table, as_class, "rooms", changes={"type": "number"}) == choices


def test_a_number_target_is_a_class_or_a_number_by_its_type(table: Table, choices: Choices) -> None:
    rooms = edited(table, choices, "rooms", changes={"role": "target"})
    assert rooms.task == "multiclass"
    assert edited(table, rooms, "rooms", changes={"type": "number"}).task == "regression"
    with pytest.raises(TableError, match="must be taken for a number or class"):
        edited(table, rooms, "rooms", changes={"type": "yes/no"})


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("sold", {"role": "ignored"}), "is the target: choose another"),
        (("day", {"role": "target"}), "holds dates"),
        (("side", {"type": "number"}), "holds texts such as “a”: no numbers"),
        (("rooms", {"type": "yes/no"}), "3 different values; yes/no must have exactly 2"),
        (("id", {"type": "class"}), "60 different values; a class has 50 at most"),
        (("day", {"type": "number"}), "counted and scaled as numbers already"),
        (("size", {"type": "date"}), "how dates are written is chosen"),
        (("size", {"type": "text"}), "cannot be taken for text"),
    ],
)
def test_what_a_column_cannot_be_is_said(
    table: Table, choices: Choices, edit: tuple[str, dict[str, str]], words: str
) -> None:
    with pytest.raises(TableError, match=words):
        edited(table, choices, *edit[:-1], changes=edit[-1])


def test_what_was_chosen_stays_where_the_file_is_read_in_another_way(table: Table, choices: Choices) -> None:
    chosen = replace(choices, scaling="minmax", weighing="balanced")
    for name, changes in (
        ("id", {"role": "feature"}), ("size", {"role": "ignored"}), ("rooms", {"type": "class"}),
        ("side", {"type": "text"}),
    ):  # fmt: skip
        chosen = edited(table, chosen, name, changes=changes)
    again = carried_over(table, choices, before=chosen, old=table)
    assert again == chosen
    other = read_table(CONTENT.replace("rooms", "doors").encode(), name="flats.csv")
    found = carried_over(other, suggest(other), before=chosen, old=table)
    assert found.features == ("id", "day", "doors")
    assert found.types == (("side", "text"),)
    assert (found.scaling, found.weighing) == ("minmax", "balanced")


def test_text_is_left_out_until_it_is_a_feature_again(table: Table, choices: Choices) -> None:
    text = edited(table, choices, "side", changes={"type": "text"})
    assert "side" not in text.features
    assert column(table, text, "type")["side"] == "text"
    assert edited(table, text, "side", changes={"role": "feature"}) == choices


def test_a_rare_class_is_told_and_weighed_as_scikit_learn_does(table: Table, choices: Choices) -> None:
    plain = prepare(table, choices)
    assert rare_class(plain).startswith(
        "Class “yes” is rare: 5 of 60 rows. Whoever never answers it can still"
    )
    balanced = prepare(table, replace(choices, weighing="balanced"))
    labels = plain.data.t[:, 0].astype(int)
    expected = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
    np.testing.assert_allclose(balanced.data.class_weights, expected, rtol=1e-12)
    assert weights_frame(balanced)["a row counts"].tolist() == [round(w, 4) for w in expected]
    assert any("In the cost a row counts" in sentence for sentence in balanced.report)
    assert plain.data.class_weights == ()


def test_who_has_no_row_to_check_a_rare_class_is_told_so() -> None:
    def told(rare: range) -> str:
        rows = "".join(f"{row * 7 % 11}.5,{'fraud' if row in rare else 'fine'}\n" for row in range(60))
        table = read_table(f"x,y\n{rows}".encode())
        return rare_class(prepare(table, suggest(table)))

    assert "look at its recall and precision (on 1 row that validates), or let it count more." in told(
        range(5)
    )
    assert "accuracy says little of it: none of its rows validates, so that nothing here checks" in told(
        range(1)
    )


def test_weights_between_and_by_hand(table: Table, choices: Choices) -> None:
    counts = np.bincount(prepare(table, choices).data.t[:, 0].astype(int))
    root = np.array(prepare(table, replace(choices, weighing="root")).data.class_weights)
    np.testing.assert_allclose(root[1] / root[0], np.sqrt(counts[0] / counts[1]), rtol=1e-12)
    assert (root @ counts) / counts.sum() == pytest.approx(1.0)
    by_hand = replace(choices, weighing="hand", weights=(1.0, 7.0))
    assert prepare(table, by_hand).data.class_weights == (1.0, 7.0)
    assert edited(table, by_hand, "side", changes={"role": "target"}).weighing == "none"
    for wrong in ((1.0,), (1.0, -2.0), (1.0, float("nan"))):
        with pytest.raises(TableError, match="weights must be one number above 0 per class, 2"):
            prepare(table, replace(by_hand, weights=wrong))
