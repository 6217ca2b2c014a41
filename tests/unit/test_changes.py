"""A run beyond its plan: epochs added and settings changed on the way, in the address and everywhere."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from nncore import Constant, Training
from nncore.experiment import Experiment
from nncore.experiment.changes import MOST_CHANGES, changes_text, parse_changes
from nncore.export.script import script
from nncore.frameworks.recipe import Unsupported, recipe_of
from nncore.schedules import SCHEDULES
from nncore.sweep.grid import Grid

XOR = Experiment.default("XOR").replace(epochs=40)
CLOUD = Experiment.default("circle").replace(epochs=6, samples=60)


def trained(experiment: Experiment) -> Training:
    training = experiment.training()
    training.advance()
    return training


def same(one: Training, other: Training) -> bool:
    histories = zip(one.history.values(), other.history.values(), strict=True)
    return np.array_equal(one.network.theta, other.network.theta) and all(
        np.array_equal(a, b, equal_nan=True) for a, b in histories
    )


@pytest.mark.parametrize("start", [XOR, CLOUD])
@pytest.mark.parametrize("at_once", [True, False])
def test_epochs_added_are_bit_for_bit_those_of_a_longer_plan(start: Experiment, at_once: bool) -> None:
    if at_once:
        longer = trained(start.replace(more=7))
    else:
        longer = trained(start)
        longer.extend(7)
        longer.advance()
    assert longer.planned == start.epochs
    assert same(longer, trained(start.replace(epochs=start.epochs + 7)))


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "constant"])
def test_a_schedule_over_the_plan_stays_at_its_end_when_epochs_are_added(name: str) -> None:
    start = XOR.replace(scheduler="Constant", eta=0.5, schedule=name)
    early, late = trained(start.replace(more=5)), trained(start)
    late.extend(5)
    late.advance()
    assert same(early, late)
    last = 0.5 * SCHEDULES[name](start.epochs - 1, start.epochs)
    by_hand = trained(start)
    rest = Training(by_hand.network, Constant(last), by_hand.data.X, by_hand.data.t, epochs=5)
    rest.advance()
    np.testing.assert_array_equal(rest.network.theta, early.network.theta)


@pytest.mark.parametrize("start", [XOR, CLOUD, CLOUD.replace(schedule="cosine")])
def test_what_is_changed_on_the_way_is_what_a_hand_would_change(start: Experiment) -> None:
    planned = trained(start.replace(more=4, changes="eta2_0.5lam3_0.01eta8_0.001"))
    by_hand = start.replace(more=4).training()
    by_hand.advance(epochs=2)
    by_hand.set_eta(0.5)
    by_hand.advance(epochs=1)
    by_hand.set_lam(0.01)
    by_hand.advance(epochs=5)
    by_hand.set_eta(0.001)
    by_hand.advance()
    assert planned.changes == by_hand.changes
    assert same(planned, by_hand)


def test_a_hand_on_the_rate_gives_up_what_was_to_become_of_it() -> None:
    training = XOR.replace(changes="eta10_0.5lam20_0.01").training()
    training.advance(epochs=5)
    training.set_eta(0.2)
    training.advance()
    assert training.changes == [(5, "eta", 0.2), (20, "lam", 0.01)]
    assert training.coming == []


def test_a_change_at_the_end_holds_for_what_is_added_later() -> None:
    training = trained(XOR.replace(changes="eta40_0.5"))
    assert (training.eta, training.changes) == (0.5, [(40, "eta", 0.5)])


def test_a_stack_along_the_rate_keeps_each_rate_to_the_end() -> None:
    stack = XOR.replace(changes="eta10_0.5lam20_0.01").stack(eta=[0.1, 0.2])
    stack.advance()
    assert stack.changes == [(20, "lam", 0.01)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("eta120_0.1", ((120, "eta", 0.1),)),
        ("eta5_1e-5lam5_0.5", ((5, "eta", 1e-5), (5, "lam", 0.5))),
        ("lam9_0eta3_0.25", ((3, "eta", 0.25), (9, "lam", 0.0))),
        ("", ()),
        ("ETA120_0,1Lam7_1E-3", ((7, "lam", 1e-3), (120, "eta", 0.1))),
        ("eta120_.1eta130_0,001", ((120, "eta", 0.1), (130, "eta", 1e-3))),
    ],
)
def test_changes_are_read_and_written(text: str, wanted: tuple[tuple[int, str, float], ...]) -> None:
    assert parse_changes(text) == wanted
    assert parse_changes(changes_text(wanted)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "eta",
        "rho5_0.1",
        "eta5_x",
        "eta5_0.1,",
        "eta5_1,000",
        "eta5_,",
        "eta5_-1",
        "eta1_0.1" * (MOST_CHANGES + 1),
    ],
)
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="changes must be pieces such as"):
        parse_changes(text)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"changes": "eta41_0.1"}, "changes must name epochs from 0 to 40; got 41"),
        ({"changes": "eta5_5000"}, "changes must hold allowed values: eta must be"),
        ({"changes": "eta5_0"}, "changes must hold allowed values: eta must be"),
        ({"more": -1}, "more must be a whole number from 0 to 100000; got -1"),
        ({"changes": 7}, "changes must be none or up to 60 pieces"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        XOR.replace(**fields)


def test_address_and_file_keep_what_was_planned_and_what_was_added() -> None:
    run = XOR.replace(eta=0.01, more=30, changes="eta12_0.1")
    query = run.to_query()
    assert (query["epochs"], query["more"], query["changes"]) == ("40", "30", "eta12_0.1")
    assert Experiment.from_query(query) == (run, [])
    assert Experiment.from_json(run.to_json()) == run
    assert "eta 0.01 until epoch 12, then 0.1" in run.label()
    assert run.course == "Learning rate 0.01 until epoch 12, then 0.1. 40 epochs planned, 30 added."
    assert XOR.replace(epochs=1, more=1).course == "1 epoch planned, 1 added."
    _, (notice,) = Experiment.from_query({**query, "changes": "eta99_0.1"})
    assert "changes must name epochs from 0 to 70; got 99" in notice


def test_other_fields_leave_or_drop_it() -> None:
    run = XOR.replace(more=30, changes="eta12_0.2lam20_0.01eta60_0.3")
    assert run.replace(seed=5).changes == run.changes
    assert run.replace(eta=0.2).changes == "lam20_0.01"
    assert run.replace(lam=0.2).changes == "eta12_0.2eta60_0.3"
    assert (run.replace(epochs=30).more, run.replace(epochs=30).changes) == (0, "eta12_0.2lam20_0.01")
    assert run.plan() == XOR
    assert run.replace(data="AND") == XOR.replace(data="AND")
    assert run.replace(data="XOR") == run
    assert run.replace(data="AND", more=2).total_epochs == 42
    assert run.total_epochs == 70


@pytest.mark.parametrize(
    "run",
    [
        XOR.replace(more=9, changes="eta12_0.3lam20_0.01eta45_0.001"),
        CLOUD.replace(more=3, changes="eta7_0.3"),
        CLOUD.replace(schedule="cosine", more=3),
    ],
)
def test_the_program_taken_home_ends_at_the_same_numbers(run: Experiment) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script(run), "script.py", "exec"), {"__name__": "__main__"})
    assert repr(float(trained(run).history["train_errors"][-1])) in printed.getvalue()


def test_other_libraries_train_added_epochs_and_refuse_the_rest_in_a_sentence() -> None:
    assert recipe_of(XOR.replace(more=9)).epochs == 49
    with pytest.raises(Unsupported, match=r"Learning rate 0.1 until epoch 12, then 0.3"):
        recipe_of(XOR.replace(changes="eta12_0.3"))
    with pytest.raises(Unsupported, match="plan all epochs"):
        recipe_of(XOR.replace(more=9, schedule="cosine"))


def test_a_sweep_is_of_runs_as_planned() -> None:
    with pytest.raises(ValueError, match="more and changes must be none for a sweep"):
        Grid(XOR.replace(more=9), {"eta": (0.1, 0.2)})
    with pytest.raises(ValueError, match="an axis must be a field"):
        Grid(XOR, {"more": (1, 2)})


def test_a_change_to_what_holds_already_is_none() -> None:
    run = XOR.replace(eta=0.01, changes="eta5_0.01lam5_0eta12_0.1eta20_0.1eta30_0.01")
    assert run.changes == "eta12_0.1eta30_0.01"
    assert run.course == "Learning rate 0.01 until epoch 12, then 0.1 until epoch 30, then 0.01."
    assert XOR.replace(eta=0.01, changes="eta5_0.01") == XOR.replace(eta=0.01)
    assert run.replace(eta=0.1, changes=run.changes).changes == "eta30_0.01"
