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


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"output_func": "tanh"}, "output_func must be sigmoid for CostLogReg; got tanh."),
        ({"cost": "CostCrossEntropy"}, "cost must be auto, CostLogReg or CostOLS for a binary task"),
        ({"b.output_func": "tanh"}, "output_func must be sigmoid"),
        ({"cost": "CostLogReg", "table": "house_prices"}, "for a regression task"),
    ],
)
def test_functions_that_do_not_suit_a_tables_task_give_way_in_a_sentence(
    query: dict[str, str], said: str
) -> None:
    app = open_page(PAGE, query)
    (warning,) = warnings(app)
    assert said in warning
    assert warning.endswith("The default, auto, is used instead.")
    assert not {"cost", "output_func", "b.output_func"} & set(app.query_params)


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
        elif key in app.session_state:
            del app.session_state[key]
    app.run()
    assert not app.exception


def test_what_says_missing_is_typed_in_the_table_of_columns_for_one_column_alone() -> None:
    lines = "".join(
        f"{i % 5},{['red', 'tbd', 'blue'][i % 3]},{['tbd', 'on'][i % 2]},{'ab'[i % 2]}\n" for i in range(30)
    )
    app = upload(open_page(PAGE), "x,colour,state,y\n" + lines)
    edit(app, {"colour": {"missing says": "tbd, n/a"}})
    colour, state = (own(app).table.column(name) for name in ("colour", "state"))
    assert (colour.categories, colour.missing.count) == (("blue", "red"), 10)
    assert (state.categories, state.missing.count) == (("on", "tbd"), 0)
    edit(app, {"colour": {"missing says": None}})
    assert own(app).table.column("colour").missing.count == 0


def test_a_name_is_changed_in_the_table_of_columns_and_used_everywhere() -> None:
    app = upload(
        open_page(PAGE), "x,n/a,y\n" + "".join(f"{i % 5},{i % 3},{'ab'[i % 2]}\n" for i in range(30))
    )
    before = own(app)
    edit(app, {"x": {"column": "width"}, "y": {"column": " letter "}})
    after = own(app)
    assert (after.choices.target, after.choices.features) == ("letter", ("width", "n/a"))
    assert (after.prepared.data.X == before.prepared.data.X).all()
    assert after.prepared.data.feature_names == ("width", "n/a")
    assert any("learn “letter” (two classes)" in text.value for text in app.caption)
    for wrong, sentence in (("", "must be 1 to 60 characters"), ("letter", "another column of the file is")):
        edit(app, {"n/a": {"column": wrong}})
        assert sentence in app.error[0].value
        assert own(app) is after
    edit(app, {"n/a": {"missing says": "2"}, "width": {"column": "x"}})
    assert not app.error
    assert [column.name for column in own(app).table.columns] == ["x", "n/a", "letter"]
    assert own(app).table.column("n/a").missing.count == 10


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
@pytest.mark.long
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
    app.button_group[0].set_value("rivals").run()
    app.toggle(key="own_forest").set_value(True).run()
    assert app.session_state["_own_judged"].job.active
    widget(app, "own_cancel").click().run()
    assert not app.exception
    assert "_own_judged" not in app.session_state
    assert app.button_group[0].value == "none"


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
