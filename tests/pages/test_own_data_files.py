"""Tables from files on the own-data page: what was read and how is told, asked and changed in place."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app import open_page, widget
from tests.pages.test_own_data_page import FILES, PAGE, edit, errors, own, upload


def opened_file(name: str) -> AppTest:
    return upload(open_page(PAGE), (FILES / name).read_bytes(), name)


def words_of(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.caption, *app.info, *app.warning, *app.markdown))


def test_an_index_is_told_in_the_list_of_columns_and_put_back_by_one_click() -> None:
    app = opened_file("index_unnamed.csv")
    roles = app.dataframe[1].value.set_index("column")["role"].to_dict()
    assert roles == {"column 1": "index", "noise": "feature", "species": "target"}
    assert "has no name and another value in every row: it is an index and left out" in words_of(app)
    widget(app, "own_use_column 1").click().run()
    assert not app.exception
    assert own(app).choices.features == ("column 1", "noise")
    assert app.dataframe[1].value["role"][0] == "feature"


def test_a_column_that_says_the_answer_is_flagged_and_taken_out_by_one_click() -> None:
    app = opened_file("leak.csv")
    (flag,) = [warning.value for warning in app.warning]
    assert flag.startswith(r"Column “diag_code” alone predicts 100.0% of “diagnosis”")
    widget(app, "own_leak_diag_code").click().run()
    assert own(app).choices.features == ("age",)
    assert not app.warning


def test_copies_among_the_rows_that_validate_are_told_beside_the_table() -> None:
    rows = "".join(f"{k * 37 % 101}.5,{k * 53 % 97},{k * 29 % 71},{k % 3 % 2}\n" for k in range(50))
    assert not upload(open_page(PAGE), f"a,b,c,y\n{rows}").warning
    (said,) = [warning.value for warning in upload(open_page(PAGE), f"a,b,c,y\n{rows * 3}").warning]
    assert "that validate have the target and all features of a training row" in said


def test_a_word_among_numbers_is_taken_as_missing_by_one_click() -> None:
    app = opened_file("word_faulty.csv")
    assert own(app).table.column("a").kind == "text"
    widget(app, "own_missing_a").click().run()
    assert not app.exception
    assert own(app).table.column("a").kind == "number"
    assert "“sensor off” (12 times) counts as missing" in words_of(app)


def test_numbers_that_may_be_two_things_are_asked_about_with_both_readings() -> None:
    app = opened_file("de_thou_nodec.csv")
    assert own(app).table.column("ew").values[0] < 16
    asked = app.table[0].value
    assert list(asked.columns) == ["in the file", "one way", "the other"]
    assert {"1.234", "1234"} <= set(asked.loc[asked["in the file"] == "1.234"].iloc[0])
    widget(app, "own_doubt_ew_The other").click().run()
    assert not app.exception
    assert set(own(app).table.column("ew").values) == {1234.0, 15678.0, 2500.0}
    assert not app.table


def dated(days: Iterable[str]) -> AppTest:
    rows = "".join(f"{day},{i % 7}.5,{i % 2}\n" for i, day in enumerate(days))
    app = upload(open_page(PAGE), f"day,a,y\n{rows}")
    assert own(app).table.column("day").kind == "date"
    return app


def test_dates_that_may_begin_with_day_or_month_are_asked_about_with_both_readings() -> None:
    app = dated(f"{1 + i % 9:02d}/{1 + i % 5:02d}/2023" for i in range(40))
    assert app.table[0].value.iloc[0].tolist() == ["02/01/2023", "2 January 2023", "1 February 2023"]
    assert str(own(app).table.column("day").series()[5]) == "2023-01-06"
    widget(app, "own_order_False").click().run()
    assert str(own(app).table.column("day").series()[5]) == "2023-06-01"
    assert not app.table


@pytest.mark.parametrize(
    ("form", "last"),
    [
        ("{:02d}/{:02d}/2023", "13/01/2023"),
        ("{:02d}.{:02d}.2023", "01.02.2023"),
        ("2023-{:02d}-{:02d}", "2023-01-02"),
    ],
)
def test_dates_whose_form_or_one_of_which_says_the_order_are_not_asked_about(form: str, last: str) -> None:
    assert not dated([*(form.format(1 + i % 9, 1 + i % 5) for i in range(40)), last]).table


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("no_header.data", "No line of names was found"),
        ("years_header.csv", "The numbers “1990”, “2000”, “2010” in row 1 were taken for names."),
        ("units_row.csv", "Row 2 holds units and no data"),
    ],
)
def test_one_line_says_what_was_taken_for_the_header(name: str, line: str) -> None:
    app = opened_file(name)
    widget(app, "own_source").set_value("iris").run()
    assert line not in words_of(app)
    widget(app, "own_source").set_value("file").run()
    app.session_state["own_steps"] = False
    app.run()
    assert line in words_of(app)


def test_every_control_reads_the_file_anew_at_once() -> None:
    rows = "".join(f"0{1 + i % 9}/0{1 + i % 8}/2023;{1 + i % 8}.{100 + i};{'xy'[i % 2]}\n" for i in range(40))
    app = upload(open_page(PAGE), f"ä;b;c\nday;size;kind\n{rows}".encode("latin-1"))
    widget(app, "own_read_header_row").set_value(2).run()
    assert [column.name for column in own(app).table.columns] == ["day", "size", "kind"]
    first = own(app).table.column("day").values[9]
    widget(app, "own_read_dates").set_value("month").run()
    assert own(app).table.column("day").values[9] != first
    widget(app, "own_read_thousands").set_value(".").run()
    assert own(app).table.column("size").values[0] == 1100.0
    widget(app, "own_read_thousands").set_value("").run()
    assert own(app).table.column("size").values[0] == 1.1
    widget(app, "own_read_missing").set_value("y, z").run()
    assert own(app).table.column("kind").missing.count == 20
    widget(app, "own_read_missing").set_value("").run()
    widget(app, "own_read_encoding").set_value("mac_roman").run()
    assert own(app).table.layout.encoding == "mac_roman"
    assert own(app).table.column("kind").categories == ("x", "y")
    assert not app.exception


def test_a_target_that_was_chosen_stays_where_the_file_is_read_in_another_way() -> None:
    app = opened_file("target_named.csv")
    widget(app, "own_target").set_value("income").run()
    widget(app, "own_read_missing").set_value("b").run()
    assert own(app).choices.target == "income"


def test_a_rare_class_is_told_and_weighed_by_one_click() -> None:
    rows = "".join(f"{i % 13},{i % 7},{'yes' if i % 20 == 0 else 'no'}\n" for i in range(200))
    app = upload(open_page(PAGE), f"a,b,sold\n{rows}")
    assert "Class “yes” is rare: 10 of 200 rows." in words_of(app)
    widget(app, "own_balanced").click().run()
    assert not app.exception
    weights = own(app).prepared.data.class_weights
    assert weights[1] / weights[0] == pytest.approx(19.0)
    assert "is rare" not in words_of(app)
    assert "In the cost a row counts" in words_of(app)
    widget(app, "own_weighing").set_value("none").run()
    assert own(app).prepared.data.class_weights == ()
    assert "“yes” is rare" in words_of(app)


def test_a_table_of_which_nothing_can_be_learned_yet_stays_and_says_why() -> None:
    app = opened_file("stars_text.csv")
    assert own(app).table.name == "stars_text.csv"
    assert (own(app).choices.target, own(app).prepared) == ("stars", None)
    assert "features must name at least one column" in errors(app)
    assert "“review” has 60 different texts" in errors(app)
    edit(app, {"id": {"role": "feature"}})
    assert own(app).prepared.data.n_inputs == 1
    assert not errors(app)


def test_one_feature_is_enough_for_new_rows() -> None:
    app = opened_file("one_feature.csv")
    app.button_group[0].set_value("rows").run()
    assert not app.exception
    assert len(app.dataframe[-1].value) == 3
    app.file_uploader[-1].set_value(("rows.csv", b"x\n0,5\n1,5\n", "text/csv")).run()
    assert not app.exception
    assert len(app.dataframe[-1].value) == 2
