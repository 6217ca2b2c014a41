"""The own-data page: samples, uploads of every kind, choices, results; what fails leaves what was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from pages import own_data
from tests.pages.app import go_to, open_page, shown, warnings, widget
from ui.live.pins import Pin
from ui.live.record import RunRecord, row_key
from ui.tables import session as own_state
from ui.tables.session import SAMPLES
from ui.tables.table import Progress

PAGE = "own_data"
FOLDER = Path(__file__).parents[2] / "samples"
SMALL = "n;colour;y\n" + "".join(
    f"{i},5;{'red' if i % 3 else 'blue'};{'yes' if i % 2 else 'no'}\n" for i in range(30)
)


def own(app: AppTest):
    return app.session_state["_own"]


def upload(app: AppTest, content: bytes | str, name: str = "mine.csv") -> AppTest:
    data = content.encode() if isinstance(content, str) else content
    app.file_uploader[0].set_value((name, data, "text/csv")).run()
    assert not app.exception
    return app


def errors(app: AppTest) -> str:
    return " ".join(element.value for element in app.error)


@pytest.mark.parametrize(
    ("name", "task"), [("diabetes_like", "binary"), ("iris", "multiclass"), ("house_prices", "regression")]
)
def test_every_sample_opens_from_its_address_and_is_learned(name: str, task: str) -> None:
    app = open_page(PAGE, {"table": name})
    assert not warnings(app)
    assert (own(app).source, own(app).choices.task) == (name, task)
    assert shown(app, PAGE).hidden == (12, 8)
    assert not errors(app)


def test_samples_are_chosen_by_name() -> None:
    app = open_page(PAGE)
    assert own(app).source == "diabetes_like"
    for name in SAMPLES:
        widget(app, "own_source").set_value(name).run()
        assert not app.exception
        assert own(app).source == name


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_opens_alike_from_its_address_from_the_list_and_after_a_reset(name: str) -> None:
    app = open_page(PAGE, {"table": name})
    first = shown(app, PAGE)
    assert first == own_state.suggested_experiment(own(app))
    other = next(sample for sample in SAMPLES if sample != name)
    widget(app, "own_source").set_value(other).run()
    widget(app, "own_source").set_value(name).run()
    assert shown(app, PAGE) == first
    widget(app, "eta").set_value("0.02").run()
    widget(app, "reset").click().run()
    assert shown(app, PAGE) == first
    again = open_page(PAGE, dict(app.query_params))
    assert shown(again, PAGE) == first
    assert not warnings(again)


def test_few_rows_take_larger_steps_and_the_default_rate_stays_when_it_is_asked_for() -> None:
    app = open_page(PAGE, {"table": "iris"})
    assert (shown(app, PAGE).eta, app.query_params["eta"]) == (0.003, "0.003")
    widget(app, "eta").set_value("0.001").run()
    assert app.query_params["eta"] == "0.001"
    assert shown(open_page(PAGE, dict(app.query_params)), PAGE).eta == 0.001
    assert shown(open_page(PAGE, {"table": "iris", "data": "wisconsin"}), PAGE).eta == 0.002


def test_wisconsin_is_offered_ready() -> None:
    app = open_page(PAGE, {"data": "wisconsin"})
    assert shown(app, PAGE) == Experiment.default("wisconsin")
    assert any("30 measurements a row" in caption.value for caption in app.caption)


def test_an_uploaded_file_is_read_shown_and_never_in_the_address() -> None:
    app = upload(open_page(PAGE), SMALL)
    assert own(app).table.name == "mine.csv"
    assert (own(app).choices.target, own(app).choices.task) == ("y", "binary")
    address = str(app.query_params)
    assert not any(word in address for word in ("mine", "colour", "yes"))
    assert app.query_params["table"] == "file"
    assert any("separator: semicolon; decimal sign: comma" in text.value for text in app.markdown)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04", "Excel workbook"),
        (b"a,b\n1,2\n3,4,5\n", "Row 3 has 3 values"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_table_before_stays(content: bytes | str, sentence: str) -> None:
    app = upload(open_page(PAGE), SMALL)
    before = own(app)
    upload(app, content, "bad.csv")
    assert sentence in errors(app)
    assert own(app) is before
    upload(app, SMALL, "good.csv")
    assert not errors(app)
    assert own(app).table.name == "good.csv"


def test_why_the_last_column_is_not_learned_is_told_until_another_target_is_chosen() -> None:
    lines = "".join(f"{i % 7},{i % 5},{i % 3},1\n" for i in range(30))
    app = upload(open_page(PAGE), "a,b,c,y\n" + lines)
    (told,) = [info.value for info in app.info]
    assert told.startswith("Column “y” has a single value, “1”, in every row")
    assert told.endswith("“c” is learned instead.")
    widget(app, "own_target").set_value("b").run()
    assert own(app).choices.target == "b"
    assert not app.info


def test_a_file_is_kept_while_samples_are_looked_at() -> None:
    app = upload(open_page(PAGE), SMALL)
    widget(app, "own_source").set_value("iris").run()
    assert own(app).source == "iris"
    widget(app, "own_source").set_value("file").run()
    assert own(app).table.name == "mine.csv"
    go_to(app, "logic_gates")
    go_to(app, PAGE)
    assert own(app).table.name == "mine.csv"


def test_a_link_to_somebodys_file_says_that_files_stay_in_their_tab() -> None:
    app = open_page(PAGE, {"table": "file"})
    assert "files stay in the tab" in errors(app)
    assert own(app).source == "diabetes_like"
    other = open_page(PAGE, {"table": "../../etc/passwd"})
    assert any("table must be one of diabetes_like, iris, house_prices" in text for text in warnings(other))


def edit(app: AppTest, cells: dict[str, dict[str, str]]) -> None:
    """Do what the browser does where cells of the table of columns are changed."""
    names = [column.name for column in own(app).table.columns]
    rows = {names.index(name): changes for name, changes in cells.items()}

    def run(rows: dict[int, dict[str, str]]) -> None:
        import streamlit as st

        from ui.tables import choice

        st.session_state["edits"] = {"edited_rows": rows}
        choice.take_columns("edits")

    small = AppTest.from_function(run, args=(rows,))
    for key in ("_own", "_own_file", "_own_problem", "_experiments"):
        if key in app.session_state:
            small.session_state[key] = app.session_state[key]
    small.run()
    assert not small.exception
    for key in ("_own", "_own_file", "_own_problem"):
        if key in small.session_state:
            app.session_state[key] = small.session_state[key]
    app.run()
    assert not app.exception


def test_a_weight_is_typed_in_the_table_of_classes() -> None:
    app = unfolded("iris")

    def run() -> None:
        import streamlit as st

        from ui.tables import choice

        st.session_state["edits"] = {"edited_rows": {1: {"a row counts": 4.0}}}
        choice.take_weights("edits")

    small = AppTest.from_function(run)
    small.session_state["_own"] = own(app)
    small.run()
    assert not small.exception
    app.session_state["_own"] = small.session_state["_own"]
    app.run()
    assert own(app).prepared.data.class_weights == (1.0, 4.0, 1.0)
    assert widget(app, "own_weighing").value == "hand"
    assert any("4 of “versicolor”" in text.value for text in app.markdown)


def unfolded(name: str) -> AppTest:
    app = open_page(PAGE, {"table": name})
    app.session_state["own_steps"] = True
    return app.run()


def test_target_task_features_and_scaling_are_chosen() -> None:
    app = unfolded("house_prices")
    widget(app, "own_scaling").set_value("minmax").run()
    assert own(app).prepared.data.X.min() == 0.0
    widget(app, "own_filling").set_value("drop").run()
    assert len(own(app).prepared.data.X) < 480
    widget(app, "own_target").set_value("district").run()
    assert not app.exception
    assert (own(app).choices.task, len(own(app).prepared.classes)) == ("multiclass", 4)
    assert "district" not in own(app).choices.features
    others = set(own(app).choices.features) - {"area_m2", "rooms"}
    edit(app, {name: {"role": "ignored"} for name in others})
    assert own(app).prepared.data.feature_names == ("area_m2", "rooms")
    before = own(app)
    edit(app, {"area_m2": {"role": "index"}, "rooms": {"role": "ignored"}})
    assert "features must name at least one column" in errors(app)
    assert own(app).prepared is before.prepared


def test_an_output_of_another_task_is_given_up_with_the_task() -> None:
    app = unfolded("house_prices")
    app.session_state["more_choices"] = True
    app.run()
    widget(app, "output_func").set_value("identity").run()
    assert shown(app, PAGE).output_func == "identity"
    widget(app, "own_target").set_value("garden").run()
    assert not app.exception
    assert shown(app, PAGE).output_func == "auto"


def test_another_split_makes_the_rows_ready_anew() -> None:
    app = open_page(PAGE, {"table": "iris"})
    widget(app, "split").set_value(0.5).run()
    assert len(own(app).prepared.data.X) == 75
    assert own(app).choices.split == 0.5


def test_a_file_can_be_read_in_another_way() -> None:
    app = upload(open_page(PAGE), "a,b;c,d\n" + "".join(f"{i},{i % 2};{i},1\n" for i in range(20)))
    widget(app, "own_read_header").set_value(False).run()
    assert not app.exception
    assert not own(app).table.layout.header
    widget(app, "own_read_separator").set_value("|").run()
    assert "single column" in errors(app)
    assert not own(app).table.layout.header


@pytest.mark.parametrize("name", SAMPLES)
def test_results_and_new_rows_are_shown(name: str) -> None:
    app = open_page(PAGE, {"table": name, "epochs": "3"})
    app.button_group[0].set_value("scores").run()
    assert not app.exception
    if name == "house_prices":
        assert any("typical error" in text.value for text in app.markdown)
    else:
        assert "recall" in app.dataframe[-1].value
    app.button_group[0].set_value("rows").run()
    assert not app.exception
    assert any(column.startswith("predicted") for column in app.dataframe[-1].value)


@pytest.mark.slow
def test_other_models_folds_and_importance_are_computed_aside_and_shown() -> None:
    app = open_page(PAGE, {"table": "diabetes_like", "epochs": "3"})
    app.button_group[0].set_value("rivals").run()
    rows = finished(app).dataframe[-1].value.set_index("model")
    assert list(rows.index) == ["network", "best constant", "straight model"]
    assert rows["ROC area, validation"]["best constant"] == 0.5
    assert any("the straight model for 85.7%" in text.value for text in app.markdown)
    app.button_group[0].set_value("folds").run()
    widget(app, "own_folds").click().run()
    finished(app)
    assert "±" in app.dataframe[-1].value.set_index("model")["accuracy"]["network"]
    assert any("better than the straight model in" in text.value for text in app.markdown)
    app.button_group[0].set_value("importance").run()
    finished(app)
    assert any("Permutation importance of the network as it was after" in text.value for text in app.caption)
    assert any(text.value.startswith(("Shuffling “", "No column matters")) for text in app.markdown)


@pytest.mark.slow
def test_a_changed_control_stops_the_folds_and_offers_them_again() -> None:
    app = open_page(PAGE, {"table": "diabetes_like", "epochs": "100000"})
    app.button_group[0].set_value("folds").run()
    widget(app, "own_folds").click().run()
    job = app.session_state["_own_judged"].job
    assert job.active
    widget(app, "eta").set_value("0.02").run()
    assert not app.exception
    assert job.state == "cancelled"
    assert widget(app, "own_folds").label == "Start"
    widget(app, "own_folds").click().run()
    widget(app, "own_cancel").click().run()
    assert not app.exception
    assert "_own_judged" not in app.session_state


def finished(app: AppTest) -> AppTest:
    """Wait for the process that judges, and draw the page again as its progress bar would."""
    assert app.session_state["_own_judged"].job.ended.wait(60.0)
    app.run()
    assert not app.exception
    return app


def test_new_rows_from_a_file_are_predicted_or_refused_by_column() -> None:
    app = open_page(PAGE, {"table": "iris", "epochs": "3"})
    app.button_group[0].set_value("rows").run()
    rows = (FOLDER / "iris.csv").read_bytes()
    app.file_uploader[-1].set_value(("rows.csv", rows, "text/csv")).run()
    assert not app.exception
    assert len(app.dataframe[-1].value) == 150
    app.file_uploader[-1].set_value(("rows.csv", b"a,b\n1,2\n", "text/csv")).run()
    assert "The new rows lack the columns “sepal_length_cm”" in errors(app)


def test_signs_around_numbers_are_told_and_new_rows_are_read_in_the_same_way() -> None:
    rows = "".join(f"{i % 9},5 %;€ {i % 7 + 1}.{100 + i},50;{'ja' if i % 3 else 'nein'}\n" for i in range(40))
    app = upload(open_page(PAGE), f"share;price;y\n{rows}")
    assert own(app).choices.features == ("share", "price")
    told = " ".join(text.value for text in app.markdown)
    assert "Column “share”: “%” after the number: left out. “0,5 %” is read as 0.5." in told
    app.button_group[0].set_value("rows").run()
    assert not app.exception
    for content, wrong in (("price;share\n€ 1.101;1,5 %\n", 0), ("price,share\n1101,1.5\n", 2)):
        app.file_uploader[-1].set_value(("rows.csv", content.encode(), "text/csv")).run()
        assert not app.exception
        assert len(app.dataframe[-1].value) == 1
        said = " ".join(app.dataframe[-1].value.get("remarks", [""]))
        assert said.count("taken as it stands") == wrong


def test_a_number_far_from_all_others_is_asked_about_and_taken_as_missing_by_a_button() -> None:
    rows = "".join(f"{-999 if i % 9 == 0 else i % 30},{i % 7}.5,{i % 2}\n" for i in range(40))
    app = upload(open_page(PAGE), f"temp,wind,y\n{rows}")
    assert any("“-999” (5 times) stands far from all its other numbers" in info.value for info in app.info)
    widget(app, "own_sentinel_temp").click().run()
    assert not app.exception
    assert own(app).table.column("temp").missing.count == 5
    assert not any("-999" in info.value for info in app.info)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "full name\n" + "".join(f"given{i} family{i}\n" for i in range(30)),
            "has a single column, “full name”",
        ),
        ("id,label\n" + "".join(f"{i},class{i}\n" for i in range(5)), "has 5 rows of data; at least 8"),
        ("a,b\n" + "1,2\n" * 20, "No column can be learned"),
        ("id,label\n" + "".join(f"{i},{'' if i > 4 else i % 2}\n" for i in range(20)), "rows can be used"),
    ],
)
def test_a_table_that_can_be_read_stays_and_a_sentence_says_what_hinders(content: str, sentence: str) -> None:
    app = upload(open_page(PAGE), content)
    assert not app.exception
    assert sentence in errors(app)
    assert own(app).table.name == "mine.csv"
    assert own(app).prepared is None
    upload(app, SMALL, "good.csv")
    assert not errors(app)


def test_a_pin_stands_only_beside_runs_on_the_same_rows() -> None:
    app = open_page(PAGE, {"table": "iris"})
    iris, prices = (sample_rows(name) for name in ("iris", "house_prices"))
    assert iris != prices
    record = RunRecord(1, shown(app, PAGE), 2, (1.0, 0.5, 0.4), rows=iris)
    app.session_state["_pins"] = [Pin("A", PAGE, record)]

    def ghost_count(rows: str) -> int:
        script = (
            "import streamlit as st\nfrom ui.live.pins import ghosts\n"
            f"st.text(len(ghosts('own', rows={rows!r})))"
        )
        small = AppTest.from_string(script)
        small.session_state["_pins"] = app.session_state["_pins"]
        return int(small.run().text[0].value)

    assert (ghost_count(iris), ghost_count(prices), ghost_count("")) == (1, 0, 0)


def sample_rows(name: str) -> str:
    return row_key(own(open_page(PAGE, {"table": name})).prepared.data)


def test_a_large_table_shows_its_progress_until_it_can_be_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, str]] = []
    reading = own_state.open_file

    def noted(content: bytes, *, name: str, progress: Progress) -> bool:
        return reading(content, name=name, progress=lambda *news: (told.append(news), progress(*news)))

    monkeypatch.setattr(own_data, "PROGRESS_FROM", 0)
    monkeypatch.setattr(own_state, "open_file", noted)
    monkeypatch.setattr(own_state, "LARGE_CELLS", 0)
    app = upload(open_page(PAGE), SMALL)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] == 1.0
    assert len([share for share in shares if share > own_state.READING_SHARE]) >= 3
    assert any("rows read" in sentence for _, sentence in told)
    assert any("Encoding and scaling" in sentence for _, sentence in told)
    widget(app, "own_scaling").set_value("minmax").run()
    assert not app.exception
    assert own(app).choices.scaling == "minmax"


FILES = Path(__file__).parents[1] / "data" / "tables"


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
