"""Sweeps: the same numbers as the runs alone, whatever the cutting; ranges, memory, results, command line."""

from __future__ import annotations

import csv
import io
import json
import signal
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from nncore import OUTCOMES, sweep
from nncore.experiment import Experiment
from nncore.sweep import PENDING, Block, Grid, Sweep, coarse_to_fine, live, parse_range, pool, spread, steps
from nncore.sweep.__main__ import Meter, main, parse_axis
from nncore.sweep.memory import bytes_per_run, check_runs, most_in_stack
from nncore.sweep.pool import train_block, train_blocks
from nncore.sweep.result import StackResult, thinned_epochs

XOR = Experiment.default("XOR").replace(epochs=120)
RATES = [1e-3, 0.1, 0.5, 30.0]
SMALL: dict[str, dict[str, Any]] = {
    "XOR": {"epochs": 120},
    "moons": {"epochs": 8, "samples": 60},
    "sine": {"epochs": 40, "samples": 30},
    "digits": {"epochs": 2, "samples": 50, "hidden": (8,)},
}


@pytest.mark.parametrize("name", SMALL)
def test_a_run_of_a_sweep_is_the_experiment_opened_alone(name: str) -> None:
    experiment = Experiment.default(name).replace(**SMALL[name])
    found = sweep(experiment, eta=RATES, seed=[3, 8], curves=experiment.epochs + 1)
    assert found.curves is not None
    for index in np.ndindex(found.outcome.shape):
        point = found.grid.point(int(np.ravel_multi_index(index, found.outcome.shape)))
        alone = found.grid.experiment.replace(**point).training()
        alone.advance()
        assert found.outcome_names[index] == alone.outcome
        costs = alone.history["train_errors"]
        np.testing.assert_allclose(found.curves[index][0], alone.start_cost, rtol=1e-9)
        np.testing.assert_allclose(found.curves[index][1 : len(costs) + 1], costs, rtol=1e-9)
        assert found.epochs_to_target[index] == alone.epochs_to_target
        assert found.overflow_epoch[index] == alone.overflow_epoch
        for values, noted in ((found.accuracy, "train_accs"), (found.val_accuracy, "val_accs")):
            # A run that overflowed has none, and a regressor neither.
            curve = alone.history.get(noted, np.full(1, np.nan))
            np.testing.assert_array_equal(values[index], np.nan if alone.overflow_epoch >= 0 else curve[-1])


@pytest.mark.parametrize("scheduler", ["RMS_prop", "Adam", "Momentum"])
def test_even_chaotic_runs_of_a_large_sweep_are_the_ones_opened_alone_bit_for_bit(scheduler: str) -> None:
    experiment = Experiment.default("XOR").replace(epochs=400, scheduler=scheduler)
    etas = spread(1e-5, 1e2, 30)
    # 240 runs: a stack that keeps its runs last in memory, where that changes no bit.
    found = sweep(experiment, eta=etas, seed=range(8), curves=401)
    assert found.curves is not None
    for position in range(15, 30, 2):
        for seed in (1, 4):
            alone = experiment.replace(eta=etas[position], seed=seed).training()
            alone.advance()
            costs = alone.history["train_errors"]
            assert found.outcome_names[position, seed] == alone.outcome
            np.testing.assert_array_equal(found.curves[position, seed, 1 : len(costs) + 1], costs)


def test_axes_that_cannot_share_a_stack_are_cut_into_several() -> None:
    found = sweep(XOR, hidden=[(2,), (3,)], scheduler=["Constant", "Adam"], eta=[0.1, 1.0])
    assert found.outcome.shape == (2, 2, 2)
    alone = XOR.replace(hidden=(3,), scheduler="Adam", eta=1.0).training()
    alone.advance()
    assert found.final_cost[1, 1, 1] == pytest.approx(alone.history["train_errors"][-1], rel=1e-9)


def test_a_sweep_without_a_stackable_axis_works_too() -> None:
    found = sweep(XOR, batch_size=[0, 2])
    assert found.complete
    assert found.final_cost[0] != found.final_cost[1]


@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_cutting_changes_nothing(most: int) -> None:
    grid = Grid(XOR, {"eta": tuple(RATES), "seed": (0, 1, 2)})
    cut = Sweep(grid, most=most)
    while not cut.finished:
        cut.advance(seconds=0.002)
    whole = sweep(XOR, eta=RATES, seed=[0, 1, 2])
    np.testing.assert_allclose(cut.result.final_cost, whole.final_cost, rtol=1e-9)
    np.testing.assert_array_equal(cut.result.outcome, whole.outcome)


def test_stages_come_in_order_and_every_run_comes_once() -> None:
    grid = Grid(XOR.replace(epochs=3), {"eta": tuple(RATES), "seed": (0, 1)})
    seen: list[int] = []
    moved = Sweep(
        grid,
        stages=[grid.select(seed=[0]), grid.select(eta=[1])],
        on_stack=lambda block, _: seen.extend(block.index.tolist()),
    )
    moved.advance()
    assert seen[:4] == [0, 2, 4, 6]
    assert seen[4] == 3
    assert sorted(seen) == list(range(8))
    assert moved.progress == 1.0


def test_progress_rises_from_nothing_to_all() -> None:
    moved = Sweep(Grid(XOR, {"seed": tuple(range(20))}), most=5)
    seen = [moved.progress]
    while not moved.finished:
        moved.advance(seconds=0.001)
        seen.append(moved.progress)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
    assert any(0 < share < 1 for share in seen)


def test_a_blow_up_is_an_outcome_and_leaves_no_cost() -> None:
    plain = XOR.replace(scheduler="Constant", cost="CostOLS", output_func="identity")
    found = sweep(plain, eta=[0.05, 900.0])
    assert found.outcome_names[1] == "overflow"
    assert np.isnan(found.final_cost[1])
    assert found.overflow_epoch[1] > 0
    assert np.isfinite(found.final_cost[0])


def test_progress_and_cancel_are_heard() -> None:
    told: list[tuple[int, int]] = []
    slow = XOR.replace(epochs=5000)
    found = sweep(
        slow, hidden=[(k,) for k in range(1, 9)], workers=1,
        progress=lambda *pair: told.append(pair), cancel=lambda: bool(told),
    )  # fmt: skip
    assert told[0][1] == 8
    assert 0 < found.done.sum() < 8
    assert set(found.outcome_names[~found.done]) == {"pending"}


@pytest.mark.slow
def test_several_processes_give_the_same_numbers() -> None:
    here = sweep(XOR, eta=RATES, seed=range(6), curves=5)
    told: list[int] = []
    there = sweep(XOR, eta=RATES, seed=range(6), curves=5, workers=2, progress=lambda d, _: told.append(d))
    assert there.lost == []
    assert told[-1] == 24
    np.testing.assert_allclose(there.final_cost, here.final_cost, rtol=1e-9)
    np.testing.assert_allclose(there.curves, here.curves, rtol=1e-9)  # type: ignore[arg-type]


def test_the_caller_chooses_the_backend() -> None:
    with joblib.parallel_config(backend="threading", n_jobs=2):
        found = sweep(XOR, eta=RATES, seed=range(4))
    assert found.complete


def test_one_bad_stack_is_told_and_the_others_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(block: Any, training: Any, **_: Any) -> StackResult:
        if 0 in block.index:
            raise MemoryError("no room")
        return original(block, training)

    original = StackResult.of
    monkeypatch.setattr(StackResult, "of", explode)
    grid = Grid(XOR, {"eta": tuple(RATES)})
    kept: list[StackResult] = []
    with joblib.parallel_config(backend="threading", n_jobs=2):
        lost = train_blocks(
            list(grid.blocks(np.arange(4), most=lambda _: 1)), data=None, curve_epochs=None, workers=None,
            on_result=lambda stack: kept.append(stack) is None,
        )  # fmt: skip
    assert len(kept) == 3
    assert len(lost) == 1
    assert "MemoryError: no room" in lost[0]


class Dying:
    """Workers that die after every so many results, so many times."""

    def __init__(self, *, deaths: int, after: int) -> None:
        self.deaths = deaths
        self.after = after

    @contextmanager
    def __call__(self, blocks: list[Block], shared: tuple[Any, Any], _workers: int | None) -> Iterator[Any]:
        yield self.results(blocks, shared)

    def results(self, blocks: list[Block], shared: tuple[Any, Any]) -> Iterator[Any]:
        for count, block in enumerate(blocks):
            if count == self.after and self.deaths:
                self.deaths -= 1
                raise BrokenProcessPool("A worker was killed.\nMore about it.")
            yield int(block.index[0]), train_block(block, *shared)


@pytest.mark.parametrize(("deaths", "kept"), [(1, 8), (2, 8), (3, 6)])
def test_what_a_dying_worker_takes_with_it_is_given_out_again(
    monkeypatch: pytest.MonkeyPatch, deaths: int, kept: int
) -> None:
    monkeypatch.setattr(pool, "_results", Dying(deaths=deaths, after=2))
    grid = Grid(XOR, {"eta": tuple(RATES), "seed": (0, 1)})
    found: list[int] = []
    lost = train_blocks(
        list(grid.blocks(np.arange(8), most=lambda _: 1)), data=None, curve_epochs=None, workers=2,
        on_result=lambda stack: found.extend(stack.index.tolist()) is None,
    )  # fmt: skip
    assert sorted(found) == list(range(kept))
    if kept < 8:
        assert lost == [
            "2 runs are missing, given out 3 times in vain (BrokenProcessPool: A worker was killed.)"
        ]
    else:
        assert lost == []


def test_a_mistake_of_the_callers_own_callback_is_not_swallowed() -> None:
    def break_off(_done: int, _total: int) -> None:
        raise ArithmeticError("mine")

    with joblib.parallel_config(backend="threading", n_jobs=2), pytest.raises(ArithmeticError, match="mine"):
        sweep(XOR, eta=RATES, progress=break_off)


# Ranges.


def test_spread_values_are_round_and_even() -> None:
    assert spread(1e-5, 1e2, 8) == (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0)
    for count in (24, 48, 50, 96):
        values = spread(1e-5, 1e2, count)
        gaps = np.diff(np.log(values))
        assert len(set(values)) == count
        assert gaps.max() / gaps.min() < 1.5
        assert max(len(f"{value:e}".rstrip("0").split("e")[0].rstrip("0")) for value in values) <= 4
    assert spread(0.3, 0.3, 1) == (0.3,)


def test_coarse_to_fine_holds_every_position_once() -> None:
    for count in (1, 2, 3, 12, 24, 48, 97):
        stages = coarse_to_fine(count)
        assert sorted(np.concatenate(stages).tolist()) == list(range(count))
        assert {0, count - 1} <= set(stages[0].tolist())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1:0.1:5", "must run from low to high; got 1 to 0.1, which is reversed"),
        ("1:1:5", "must not be empty; got 5 values from 1 to 1"),
        ("0:1:5", "must start above 0"),
        ("0.1:1:0", "at least one value"),
        ("0.1:1:2.5", "whole number as its count; got '2.5'"),
        ("a:1:2", "'a' in 'a:1:2' is not a number"),
        ("0.1,,1", "'' in '0.1,,1' is not a number"),
        ("0.1:1", "must be low:high:count or values separated by commas; got '0.1:1'"),
        ("nan:1:3", "two finite ends"),
        ("0.1:1:10001", "at most 10,000 values"),
    ],
)
def test_a_range_that_is_none_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^eta.*{sentence}"):
        parse_range("eta", text, logarithmic=True)


def test_linear_ranges_for_settings_that_do_not_span_decades() -> None:
    assert parse_range("momentum", "0:0.9:4", logarithmic=False) == (0.0, 0.3, 0.6, 0.9)
    assert steps(0.0, 1.0, 2) == (0.0, 1.0)
    assert parse_axis("momentum", "0:0.9:4") == [0.0, 0.3, 0.6, 0.9]
    assert parse_axis("epochs", "10:1000:3") == [10, 100, 1000]
    assert parse_axis("hidden_func", "tanh,RELU-tanh") == [("tanh",), ("RELU", "tanh")]
    with pytest.raises(ValueError, match=r"must be one of .*; got 'width'"):
        parse_axis("width", "1,2")
    with pytest.raises(ValueError, match="scheduler must be one of"):
        parse_axis("scheduler", "Adam,SGD")


@pytest.mark.parametrize(
    ("axes", "sentence"),
    [
        ({}, "at least one axis"),
        ({"eta": []}, "eta must have at least one value"),
        ({"eta": 0.1}, "eta must be a list of values"),
        ({"eta": "0.1"}, "eta must be a list of values"),
        ({"eta": [0.1, -1.0]}, "eta must be a number from"),
        ({"seed": [0.5]}, "seed must be a whole number"),
        ({"rate": [0.1]}, "an axis must be a field of the experiment"),
        ({"cost": ["CostCrossEntropy"]}, "cost must be"),
        ({"eta": np.array(0.1)}, "eta must be a list of values"),
        ({"seed": range(10**30)}, "seed must be a list that fits into memory"),
        ({"eta": [0.1], "data": ["XOR", "AND"]}, r"data must be a DataSet: .* no axis; got \['XOR', 'AND'\]"),
    ],
)
def test_an_impossible_axis_is_refused_in_a_sentence(axes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        sweep(XOR, **axes)


def test_bad_numbers_of_workers_and_points_are_refused() -> None:
    with pytest.raises(ValueError, match="workers must be a whole number of at least 1; got 0"):
        sweep(XOR, eta=RATES, workers=0)
    with pytest.raises(ValueError, match=r"curves must be a whole number of at least 2; got 2\.5"):
        sweep(XOR, eta=RATES, curves=2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"experiment must be an Experiment, .*; got 'XOR'"):
        sweep("XOR", eta=RATES)  # type: ignore[arg-type]


# Memory.


def test_more_runs_than_memory_allows_are_refused_with_the_number_that_fits() -> None:
    with pytest.raises(ValueError, match=r"at most 500 runs to fit into memory; got 501"):
        check_runs(501, free=64_000)
    check_runs(500, free=64_000)
    with pytest.raises(ValueError, match=r"at most [\d,]+ runs to fit into memory; got 10,000,000,000,000"):
        sweep(XOR, eta=range(10_000_000), seed=range(1_000_000))


def test_stacks_are_as_large_as_memory_and_workers_allow() -> None:
    each = bytes_per_run(XOR)
    assert most_in_stack(XOR, free=20 * each) == 10
    assert most_in_stack(XOR, free=20 * each, workers=5) == 2
    with pytest.raises(ValueError, match="one run takes about"):
        most_in_stack(XOR, free=each)


def test_each_stack_is_as_large_as_its_own_network_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = Grid(XOR, {"hidden": ((2,), (200, 200)), "seed": tuple(range(8))})
    each = bytes_per_run(XOR.replace(hidden=(200, 200)))
    monkeypatch.setattr(live, "free_bytes", lambda: 6 * each)
    sizes: list[tuple[tuple[int, ...], int]] = []

    def note(block: Block, _training: Any) -> None:
        sizes.append((block.experiment.hidden, len(block)))

    moved = Sweep(grid, on_start=note)
    while len(sizes) < 2:
        moved.advance(stacks=1, seconds=0.001)
    assert sizes == [((2,), 8), ((200, 200), 3)]
    monkeypatch.setattr(live, "free_bytes", lambda: each)
    with pytest.raises(ValueError, match="experiment must fit into memory"):
        Sweep(grid)


def test_the_estimate_of_a_run_is_of_the_right_size() -> None:
    """Digits 64-100-30-10: about 10,000 parameters, kept six times, in 8 bytes."""
    assert 4e5 < bytes_per_run(Experiment.default("digits")) < 4e6


# Results.


def test_questions_to_a_result() -> None:
    found = sweep(XOR, eta=RATES, seed=range(5))
    learned = found.share_learned()
    assert learned[1] == 1.0
    assert learned[0] == 0.0
    costs = np.where(np.isnan(found.final_cost), np.inf, found.final_cost)
    np.testing.assert_array_equal(found.quantile(0.5), np.sort(costs, axis=1)[:, 2])
    best = found.best()
    assert found.final_cost.min() == found.final_cost[RATES.index(best["eta"]), best["seed"]]
    with pytest.raises(ValueError, match="over must be an axis of the sweep, eta, seed; got 'lam'"):
        found.share_learned("lam")


def test_the_csv_holds_every_run_with_full_precision(tmp_path: Path) -> None:
    found = sweep(XOR, eta=[3e-4, 0.1], hidden=[(2,), (2, 3)])
    found.to_csv(tmp_path / "found.csv")
    with open(tmp_path / "found.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["hidden"] for row in rows] == ["2", "2-3", "2", "2-3"]
    assert rows[0]["eta"] == "3e-4"
    assert float(rows[3]["final_cost"]) == found.final_cost[1, 1]
    assert {row["outcome"] for row in rows} <= set(OUTCOMES)


def test_unfinished_runs_are_marked_and_never_made_up() -> None:
    moved = Sweep(Grid(XOR, {"eta": tuple(RATES)}), most=2)
    while moved.progress < 0.5:
        moved.advance(seconds=0.001)
    result = moved.result
    assert not result.complete
    assert result.outcome[3] == PENDING
    assert result.missing.tolist() == [2, 3]
    with pytest.raises(ValueError, match="every run must be done for a quantile; 2 are missing"):
        result.quantile(0.5, over="eta")
    text = io.StringIO()
    result.to_csv(text)
    assert text.getvalue().count("pending") == 2


def test_curves_of_runs_of_different_length_share_their_epochs() -> None:
    found = sweep(XOR, epochs=[20, 40], curves=5)
    assert found.curves is not None
    assert found.curve_epochs is not None
    assert found.curve_epochs.tolist() == [0, 10, 20, 30, 40]
    np.testing.assert_array_equal(np.isnan(found.curves), [[False] * 3 + [True] * 2, [False] * 5])
    assert found.curves[:, -1].tolist()[1] == found.final_cost[1]
    assert repr(found) == "<SweepResult 2 epochs: 2 of 2 runs done>"


def test_thinned_epochs_keep_both_ends() -> None:
    assert thinned_epochs(500, 120)[[0, -1]].tolist() == [0, 500]
    assert thinned_epochs(3, 100).tolist() == [0, 1, 2, 3]


def test_a_live_sweep_can_be_moved_on_stack_by_stack() -> None:
    grid = Grid(XOR, {"eta": (0.01, 0.1, 1.0), "seed": (1, 2)})
    moved = Sweep(grid, most=2)
    done = []
    while not moved.finished:
        assert moved.advance(stacks=1) == 1
        done.append(int(moved.result.done.sum()))
    assert done == [2, 4, 6]


# Command line.


def test_the_command_line_writes_one_line_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "experiment.json", tmp_path / "result.csv"
    source.write_text(XOR.replace(hidden=(3,)).to_json())
    assert main([str(source), "--eta", "1e-3:1:4", "--seeds", "3", "--out", str(out)]) == 0
    assert len(out.read_text().splitlines()) == 13
    assert "12 of 12 runs" in capsys.readouterr().err
    found = sweep(XOR.replace(hidden=(3,)), eta=spread(1e-3, 1, 4), seed=[1, 2, 3])
    last = out.read_text().splitlines()[-1].split(",")
    assert float(last[3]) == pytest.approx(found.final_cost[-1, -1], rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.json", "--eta", "1:2:3"], "experiment must be a JSON file or one of XOR, AND"),
        (["XOR", "--eta", "2:1:3"], "reversed"),
        (["XOR", "--axis", "eta"], "axis must be NAME=VALUES; got 'eta'"),
        (["XOR", "--eta", "0.1", "--axis", "eta=0.2"], "axis eta must be given once"),
        (["XOR", "--eta", "0.1", "--seeds", "0"], "seeds must be a whole number above 0"),
        (["XOR", "--axis", "seed=1,2", "--seeds", "3"], "axis seed must be given once"),
        (["XOR", "--eta", "0.1", "--axis", "data=AND,OR"], "an axis must be one of noise"),
        (["XOR"], "at least one axis"),
        (["XOR", "--eta", "1e-5:1:9999", "--seeds", "99999999"], "runs to fit into memory"),
    ],
)
def test_the_command_line_refuses_in_a_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result.csv"
    assert main([*arguments, "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error
    assert not out.exists()


@pytest.mark.parametrize("name", ["nowhere/result.csv", "."])
def test_a_place_where_nothing_can_be_written_is_refused_before_the_work(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["XOR", "--eta", "0.1,1", "--out", str(tmp_path / name)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("out must be a file in a folder that exists")
    assert "runs" not in error


def test_ctrl_c_ends_the_command_with_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "result.csv"
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(Meter, "show", lambda *_: signal.raise_signal(signal.SIGINT))
    axes = ["--axis", "hidden=1,2,3,4", "--axis", "epochs=3000", "--seeds", "40"]
    assert main(["XOR", *axes, "--workers", "1", "--out", str(out)]) == 1
    text = out.read_text()
    assert text.count("pending") > 0
    assert len(text.splitlines()) == 161
    assert signal.getsignal(signal.SIGINT) is handler
    assert "of 160 runs" in capsys.readouterr().err


def test_the_json_of_another_program_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "other.json"
    source.write_text(json.dumps({"nodes": []}))
    assert main([str(source), "--eta", "0.1", "--out", "-"]) == 2
    assert "experiment must be an object" in capsys.readouterr().err
    source.write_text(Experiment.default("own").to_json())
    assert main([str(source), "--eta", "0.1", "--out", "-"]) == 2
    assert "experiment must be on data that has a name" in capsys.readouterr().err
