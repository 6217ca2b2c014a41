"""Pinned runs: six at most, in a table, over all pages of a session."""

from __future__ import annotations

import math
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment
from tests.pages.app import TIMEOUT_SECONDS, go_to, has_widget, open_page, shown, warnings, widget
from ui.live.pins import Pin, pin_labels, table_rows
from ui.live.record import RunRecord

XOR = Experiment.default("XOR")


def record(experiment: Experiment = XOR, final: float = 0.02, outcome: str = "learned") -> RunRecord:
    """Return a finished run that fell from ln 2 in a straight line."""
    steps = experiment.epochs
    start = math.log(2)
    train = tuple(start + (final - start) * epoch / steps for epoch in range(steps + 1))
    return RunRecord(
        run=1, experiment=experiment, epoch=steps, train=train, outcome=outcome, epochs_to_target=120,
        finished=True,
    )  # fmt: skip


def with_pins(app: AppTest, *records: RunRecord) -> AppTest:
    """Return the page after these runs were pinned on it."""
    app.session_state["_pins"] = [
        Pin(letter, "logic_gates", kept) for letter, kept in zip("ABCDEF", records, strict=False)
    ]
    return app.run()


def table(app: AppTest) -> list[list[str]]:
    """Return the cells of the table of pins."""
    return [[str(cell) for cell in row] for row in app.table[0].value.to_numpy()]


def test_a_pin_stands_in_the_table_with_all_that_was_asked_for() -> None:
    app = with_pins(open_page("logic_gates"), record(XOR.replace(seed=7)))
    assert list(app.table[0].value.columns) == [
        "Pin", "Setting", "Seed", "Epochs", "Final cost", "Outcome", "Epochs to target",
    ]  # fmt: skip
    assert table(app)[0][2:] == ["7", "200", "0.02", "learned", "120"]
    assert "eta 0.1" in table(app)[0][1]


def test_pins_survive_a_change_of_page_and_leave_the_experiment_alone() -> None:
    app = with_pins(open_page("logic_gates"), record(), record(XOR.replace(eta=0.5)))
    go_to(app, "digits")
    assert [row[0] for row in table(app)] == ["A", "B"]
    assert shown(app, "digits") == Experiment.default("digits")
    assert not has_widget(app, "open_pin_A"), "a gate cannot be opened on the digits page"
    go_to(app, "logic_gates")
    assert len(table(app)) == 2


def test_pins_are_removed_one_by_one_or_all_at_once() -> None:
    app = with_pins(open_page("logic_gates"), *[record(XOR.replace(eta=eta)) for eta in (0.1, 0.5, 1)])
    widget(app, "unpin_B").click().run()
    assert [row[0] for row in table(app)] == ["A", "C"]
    widget(app, "unpin_all").click().run()
    assert len(app.table) == 0


def test_a_pin_opens_its_experiment_again() -> None:
    kept = XOR.replace(hidden=(6,), eta=0.03, seed=5)
    app = with_pins(open_page("logic_gates"), record(kept))
    widget(app, "open_pin_A").click().run()
    assert shown(app, "logic_gates") == kept
    assert app.query_params["hidden"] == "6"
    assert widget(app, "seed").value == 5


def test_the_seventh_pin_is_refused_in_a_sentence() -> None:
    six = [record(XOR.replace(seed=seed)) for seed in range(6)]
    app = with_pins(open_page("logic_gates"), *six)
    assert warnings(app) == []
    app.session_state["_pin_refused"] = True
    app.run()
    assert any("6 runs" in text for text in warnings(app))
    assert len(table(app)) == 6


def test_the_seventh_press_is_answered_where_one_looks() -> None:
    def press_seven_times() -> None:
        from tests.pages.test_pins import record
        from ui.live.pins import add_pin, all_pins

        for _ in range(7):
            add_pin("logic_gates", record())
        assert [pin.letter for pin in all_pins()] == list("ABCDEF")

    app = AppTest.from_function(press_seven_times, default_timeout=TIMEOUT_SECONDS).run()
    assert not app.exception
    assert [toast.value for toast in app.toast] == [
        "6 runs are the most that can be pinned; remove one first."
    ]


def test_labels_name_what_sets_runs_apart() -> None:
    runs = [Pin("A", "logic_gates", record()), Pin("B", "logic_gates", record(XOR.replace(eta=0.5)))]
    assert pin_labels(runs) == ["A: eta 0.1", "B: eta 0.5"]
    runs.append(Pin("D", "logic_gates", record(XOR.replace(scheduler="Constant", seed=2))))
    assert pin_labels(runs)[2] == "D: eta 0.1, Constant, seed 2"
    assert pin_labels(runs[:1]) == ["A: eta 0.1, Adam"]


def test_points_by_hand_are_counted_in_a_label_not_spelt_out() -> None:
    drawn = Experiment.default("circle")
    edited = drawn.replace(points="r5a3_-0.5_1a1_1_0")
    runs = [Pin("A", "patterns", record(drawn)), Pin("B", "patterns", record(edited))]
    assert pin_labels(runs) == ["A: points as drawn", "B: 2 added, 1 removed"]
    assert edited.label() == f"{drawn.label()}, points by hand"


def test_an_overflow_and_a_missed_target_are_words_in_the_table() -> None:
    blown = RunRecord(
        run=1, experiment=XOR, epoch=12, train=(0.7, 9e99, math.nan), outcome="overflow",
        changes=((5, "eta", 0.3),),
    )  # fmt: skip
    row = table_rows([Pin("A", "logic_gates", blown)])[0]
    assert (row["Final cost"], row["Outcome"], row["Epochs to target"]) == ("overflow", "overflow", "never")
    assert row["Epochs"] == "12 of 200"
    assert "eta 0.3 from epoch 5" in row["Setting"]


def test_a_pin_of_a_run_that_goes_on_tells_no_end_and_one_set_by_hand_says_so():
    under_way = RunRecord(run=1, experiment=XOR, epoch=3, train=(0.7, 0.7, 0.7, 0.7), outcome="stuck")
    rows = table_rows(
        [
            Pin("A", "logic_gates", under_way),
            Pin("B", "logic_gates", replace(under_way, finished=True, touched=True)),
        ]
    )
    told = [(row["Epochs"], row["Outcome"], row["Epochs to target"]) for row in rows]
    assert told == [("3 of 200", "stuck so far", "not yet"), ("3", "stuck", "never")]
    assert [row["Setting"].endswith("; weights set by hand or kept") for row in rows] == [False, True]


def test_what_was_pinned_can_be_removed_on_home_too() -> None:
    app = with_pins(open_page("home"), record())
    assert len(table(app)) == 1
    widget(app, "unpin_A").click().run()
    assert not app.table
