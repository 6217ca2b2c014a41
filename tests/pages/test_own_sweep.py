"""The learning-rate page sweeps the table of its tab, which is never in the address."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app import go_to, open_page, shown, warnings, widget
from ui.tables import swept

OWN, PAGE = "own_data", "learning_rate"
ROWS = "".join(f"{i % 13},{i % 7},{'yes' if i % 5 == 0 else 'no'}\n" for i in range(120))


def with_table() -> AppTest:
    app = open_page(OWN)
    app.file_uploader[0].set_value(("mine.csv", f"a,b,sold\n{ROWS}".encode(), "text/csv")).run()
    assert not app.exception
    return app


def swept_rows(app: AppTest) -> swept.SweptRows:
    return app.session_state["_own_swept"]


def test_the_table_of_the_tab_is_a_problem_to_sweep() -> None:
    app = with_table()
    rows = app.session_state["_own"].prepared
    go_to(app, PAGE)
    assert widget(app, "data").options[-1] == "Table: mine.csv"
    widget(app, "data").set_value("own").run()
    assert not app.exception
    assert shown(app, PAGE).data == "own"
    assert swept_rows(app).data is rows.data
    assert not any("mine" in value or "sold" in value for value in app.query_params.values())
    for look in ("race", "heat", "luck", "range", "curvature", "rules"):
        app.button_group[0].set_value(look).run()
        assert not app.exception
    assert swept_rows(app).data is rows.data
    widget(app, "split").set_value(0.5).run()
    assert not app.exception
    assert len(swept_rows(app).data.X) == 60


def test_an_output_that_does_not_suit_the_tables_task_gives_way_in_a_sentence() -> None:
    app = go_to(with_table(), PAGE, {"data": "own", "output_func": "tanh"})
    (warning,) = warnings(app)
    assert warning.startswith("output_func must be sigmoid for CostLogReg; got tanh.")
    assert shown(app, PAGE).output_func == "auto"
    widget(app, "eta").set_value("0.02").run()
    assert warnings(app) == []


def test_without_a_table_the_address_is_answered_in_a_sentence() -> None:
    app = open_page(PAGE, {"data": "own"})
    assert not app.exception
    assert any("There is no table in this tab" in warning for warning in warnings(app))
    assert shown(app, PAGE).data == "XOR"
    assert "own" not in widget(app, "data").options


def test_class_weights_are_swept_and_left_out_where_the_published_code_has_none() -> None:
    app = with_table()
    widget(app, "own_weighing").set_value("balanced").run()
    go_to(app, PAGE)
    widget(app, "data").set_value("own").run()
    assert swept_rows(app).data.class_weights
    app.button_group[0].set_value("rules").run()
    assert not app.exception
    assert swept_rows(app).data.class_weights == ()
    assert any("has no class weights" in caption.value for caption in app.caption)


def test_many_rows_are_thinned_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swept, "MOST_ROWS", 30)
    app = with_table()
    go_to(app, PAGE)
    widget(app, "data").set_value("own").run()
    data = swept_rows(app).data
    assert (len(data.X), len(data.X_val)) == (24, 24)
    assert any("Swept on 24 of 96 training rows" in caption.value for caption in app.caption)
