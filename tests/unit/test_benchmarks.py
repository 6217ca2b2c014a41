"""The benchmarks run, small; turns are fair, ratios are right, a missing peer is named."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import judge, live, peers, real_tables, stack, timing, training
from benchmarks.__main__ import names

ROWS = {"training": training, "stack": stack}


class Clock:
    """A clock that every job pushes on by a set time."""

    def __init__(self):
        self.now = 0.0
        self.turns = []

    def __call__(self):
        return self.now

    def job(self, name, seconds, times=1.0):
        def run(epochs):
            self.now += seconds * epochs
            self.turns.append(name)

        return timing.Job(name, run, times)


def test_turns_alternate_and_ratios_are_those_of_the_jobs():
    clock = Clock()
    jobs = [clock.job("ours", 0.03), clock.job("peer", 0.6), clock.job("stack of peers", 0.6, 10)]
    times = timing.interleaved(jobs, rounds=4, clock=clock)
    assert clock.turns[-12:] == ["ours", "peer", "stack of peers"] * 4
    assert times.ratio("peer", "ours") == pytest.approx(20)
    assert times.ratio("stack of peers", "ours") == pytest.approx(200)
    assert times.typical("stack of peers") == pytest.approx(6.0)


def test_short_work_is_repeated_until_the_clock_can_tell():
    clock = Clock()
    times = timing.interleaved([clock.job("short", 1e-4)], rounds=3, clock=clock)
    assert times.typical("short") == pytest.approx(1e-4)
    assert clock.now > 3 * timing.LEAST_SECONDS


def test_typical_is_a_low_percentile_and_ratios_are_taken_within_rounds():
    times = timing.Timing({"ours": [1.0, 1.0, 9.0, 1.0, 1.0], "peer": [3.0, 3.0, 27.0, 3.0, 30.0]})
    assert times.typical("ours") == 1.0
    assert times.ratio("peer", "ours") == 3.0


def test_table_is_aligned():
    lines = timing.table(["a", "bb"], [["1", "2"], ["333", "4"]]).splitlines()
    assert lines == ["| a   | bb |", "| --- | -- |", "| 1   | 2  |", "| 333 | 4  |"]


def test_the_control_and_the_machine_are_named():
    control = timing.control()
    control.run(1)
    assert control.name == "control"
    assert f"numpy {np.__version__}" in timing.machine()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name == "stack")) for name in ROWS]
)
def test_a_benchmark_runs_small_and_names_what_is_missing(name, capsys, monkeypatch):
    monkeypatch.setitem(peers.PEERS, "jax", ("no_such_module", None))
    module = ROWS[name]
    assert name in names()
    module.main(["--quick", "--only", "XOR 2-3-1", "--peers", "scikit-learn,jax"])
    printed = capsys.readouterr().out
    assert "not installed here, so not in the table: jax" in printed
    rows = [line for line in printed.splitlines() if "XOR 2-3-1" in line]
    assert len(rows) == sum("XOR" in problem.name for problem in module.problems())
    assert all("us" in row and "x" in row for row in rows)
    assert "goal" in rows[-1]


def test_unknown_peers_are_refused(capsys):
    with pytest.raises(SystemExit):
        training.main(["--peers", "fortran"])
    assert "peers must be among" in capsys.readouterr().err


def test_goals_belong_to_rows_that_exist():
    for module in ROWS.values():
        rows = {problem.name for problem in module.problems()}
        assert {problem for problem, _ in module.TARGETS} <= rows
        assert {peer for _, peer in module.TARGETS} <= set(peers.PEERS)


def test_the_floor_is_made_of_matrix_products_alone():
    for problem in (training.problems()[0], stack.problems()[1]):
        n_layers = len(problem.widths) - 1
        through = training.our_training(problem)._passes[4]
        calls = through.forward_calls + through.backward_calls
        products = [call for call in calls if training._is_product(call[0])]
        # Forward and weight gradient for each layer, the way back for all but the first.
        assert len(products) == 3 * n_layers - 1
        assert len(calls) > len(products)


def test_pages_of_the_live_benchmark_can_be_chosen(monkeypatch, tmp_path):
    measured = []
    nothing = contextlib.nullcontext()
    monkeypatch.setattr(live, "RESULTS", tmp_path)
    monkeypatch.setattr(live, "Playground", lambda: nothing)
    monkeypatch.setattr(live, "browser", lambda: nothing)

    def figures(_chrome, _server, _rounds, *, subjects, reference):
        assert reference is live.control_rate
        measured.append([subject.name for subject in subjects])
        return iter(())

    monkeypatch.setattr(live, "figures", figures)
    assert live.main([], show=lambda _line: None) == 0
    assert live.main(["--pages", "own_data", "patterns"], show=lambda _line: None) == 0
    assert measured[0] == [subject.name for subject in live.SUBJECTS]
    assert {"patterns", "regression", "own_data"} <= set(measured[0])
    assert measured[1] == ["patterns", "own_data"]


@pytest.mark.parametrize(("frames", "met"), [(54.0, "MISSED"), (56.0, "met")])
def test_frames_of_a_page_are_held_against_those_of_an_empty_one_drawn_just_before(monkeypatch, frames, met):
    none = live.Figure("none", [1.0], "ms", None, most=True)
    for name in ("first_frame", "answer_delay", "full_speed"):
        monkeypatch.setattr(live, name, lambda *_args, **_more: none)
    monkeypatch.setattr(live, "key_delay", lambda *_args, **_more: (none, none))
    monkeypatch.setattr(
        live, "frame_rate", lambda *_args, least, **_more: live.Figure("page", [frames], "/s", least, False)
    )
    empty = live.Figure("empty", [30.0, 60.0, 60.0], "/s", None, most=False)
    found = live.figures(None, None, 3, subjects=live.SUBJECTS[:1], reference=lambda _chrome: empty)
    judged = {figure.name: figure for figure in found}
    assert list(judged).index("empty") < list(judged).index("page")
    assert judged["page"].met == met


def test_networks_are_held_against_straight_models_and_those_behind_are_named(tmp_path, capsys):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    lines = "".join(
        f"{a:.4f},{b:.4f},{3 * a + 1:.4f}\n" for a, b in zip(x, rng.normal(size=300), strict=True)
    )
    (tmp_path / "line.csv").write_text(f"a,b,y\n{lines}", encoding="utf-8")
    (tmp_path / "short.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert judge.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "behind: line.csv" in said
    assert "1 tables apart: nothing can be learned" in said
    assert "0 of 1 networks keep up" in said
    assert judge.main(["--quick"]) == 0
    assert "3 of 3 networks keep up with the straight model (100.0%)" in capsys.readouterr().out


def test_row_names_that_help_are_a_fault_of_the_table_and_a_crash_is_one_too(monkeypatch, capsys):
    rows = "".join(f'"{i + 1}",{i * 7 % 5},"{"ant" if i < 40 else "bee"}"\n' for i in range(80))
    table = f'"","noise","species"\n{rows}'.encode()
    monkeypatch.setattr(real_tables, "real_tables", lambda: iter([("made.csv", table)]))
    real_tables.measure()
    assert "FAULT" not in capsys.readouterr().out
    usual = judge.suggest
    monkeypatch.setattr(
        judge, "suggest",
        lambda table: replace(usual(table), features=tuple(column.name for column in table.columns[:-1])),
    )  # fmt: skip
    assert real_tables.measure() == 1
    assert "FAULT made.csv: better by 0." in capsys.readouterr().out
    monkeypatch.setattr(judge, "suggest", lambda table: 1 / 0)
    assert real_tables.measure() == 1
    assert "FAULT made.csv crashed: ZeroDivisionError" in capsys.readouterr().out


def test_pages_that_the_live_benchmark_does_not_know_are_named(capsys):
    with pytest.raises(SystemExit):
        live.main(["--pages", "nowhere"])
    assert "nowhere" in capsys.readouterr().err
