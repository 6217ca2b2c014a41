"""Take home: history, script and file names."""

from __future__ import annotations

import contextlib
import csv
import io
import math

import pytest

from nncore.experiment import Experiment
from nncore.experiment.changes import changes_text
from ui.live.downloads import file_stem, history_csv, run_script
from ui.live.record import RunRecord


def record_of(experiment: Experiment, changes: tuple[tuple[int, str, float], ...] = ()) -> RunRecord:
    """Return the record of a run to its end, with the learning rate changed on the way."""
    training = experiment.training()
    for epoch, field, value in changes:
        training.advance(epochs=epoch - training.epoch)
        assert field == "eta"
        training.set_eta(value)
    training.advance(epochs=experiment.epochs - training.epoch)
    train = (float(training.start_cost), *training.history["train_errors"].tolist())
    return RunRecord(run=1, experiment=experiment, epoch=training.epoch, train=train, changes=changes)


def test_a_history_reads_back_to_the_last_bit() -> None:
    record = record_of(Experiment.default("XOR").replace(epochs=30))
    rows = list(csv.DictReader(io.StringIO(history_csv(record))))
    assert [int(row["epoch"]) for row in rows] == list(range(31))
    assert tuple(float(row["train_cost"]) for row in rows) == record.train
    assert set(rows[0]) == {"epoch", "train_cost"}


def test_a_history_tells_where_numbers_ended() -> None:
    record = RunRecord(
        run=1, experiment=Experiment.default("digits"), epoch=2, train=(2.3, 5e300, math.nan),
        val=(2.4, 6e300, math.nan), val_acc=(0.1, 0.1, 0.1),
    )  # fmt: skip
    last = list(csv.DictReader(io.StringIO(history_csv(record))))[-1]
    assert (last["train_cost"], last["val_cost"], last["val_accuracy"]) == ("nan", "nan", "0.1")


@pytest.mark.parametrize("changes", [(), ((10, "eta", 0.3), (20, "eta", 0.01))])
def test_the_script_ends_at_the_runs_own_numbers(changes: tuple[tuple[int, str, float], ...]) -> None:
    experiment = Experiment.default("XOR").replace(hidden=(3,), hidden_func=("RELU",), epochs=40, seed=6)
    record = record_of(experiment.replace(changes=changes_text(changes)), changes)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(run_script(record), "script.py", "exec"), {"__name__": "__main__"})
    assert repr(record.final_cost) in printed.getvalue()


def test_a_file_is_named_after_its_experiment() -> None:
    stem = file_stem(Experiment.default("wisconsin").replace(eta=3e-4))
    assert stem.replace("_", "").replace(".", "").isalnum()
    assert "3e_4" in stem
