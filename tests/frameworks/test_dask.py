"""A sweep on a real Dask cluster: a scheduler and two worker processes, one of them killed in mid-sweep."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from nncore import sweep
from nncore.experiment import Experiment

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("default")]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
XOR = Experiment.default("XOR").replace(epochs=300)
RATES = [1e-3, 1e-2, 0.1, 1.0]


class Cluster:
    """A Dask scheduler and workers, each a process of its own as on several machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[str]] = []
        scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = self._address(scheduler)
        self.workers = [self.add_worker() for _ in range(2)]

    def _start(self, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *command], cwd=ROOT, text=True, stderr=subprocess.PIPE,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        self.processes.append(process)
        return process

    def _address(self, scheduler: subprocess.Popen[str]) -> str:
        assert scheduler.stderr is not None
        for line in scheduler.stderr:
            found = re.search(r"Scheduler at:\s+(tcp://\S+)", line)
            if found:
                return found[1]
        raise AssertionError("the scheduler ended without telling its address")

    def add_worker(self) -> subprocess.Popen[str]:
        """Start one worker, with one thread and no process that would restart it."""
        return self._start(
            "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self.folder),
        )  # fmt: skip

    def kill(self, worker: subprocess.Popen[str]) -> None:
        """End a worker as a power cut would."""
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def close(self) -> None:
        """End everything."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler with two workers that are ready."""
    made = Cluster(tmp_path)
    try:
        with client_of(made) as client:
            client.wait_for_workers(2, timeout=PATIENCE_SECONDS)
        yield made
    finally:
        made.close()


def client_of(cluster: Cluster) -> Any:
    from dask.distributed import Client

    return Client(cluster.address, timeout=f"{PATIENCE_SECONDS}s")


def test_nothing_is_lost_when_a_worker_is_killed_in_mid_sweep(cluster: Cluster) -> None:
    told: list[int] = []

    def watch(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == 1:
            cluster.kill(cluster.workers[0])

    with client_of(cluster), joblib.parallel_config(backend="dask"):
        found = sweep(XOR, eta=RATES, seed=range(60), hidden=[(2,), (4,), (6,)], progress=watch, curves=10)
    assert cluster.workers[0].poll() is not None
    assert found.lost == []
    assert found.complete
    assert told[0] < 720
    assert told[-1] == 720
    here = sweep(XOR, eta=RATES, seed=range(60), hidden=[(2,), (4,), (6,)], curves=10)
    np.testing.assert_array_equal(found.outcome, here.outcome)
    np.testing.assert_allclose(found.final_cost, here.final_cost, rtol=1e-9)
    np.testing.assert_allclose(found.curves, here.curves, rtol=1e-9)  # type: ignore[arg-type]


def test_a_worker_that_joins_later_helps(cluster: Cluster) -> None:
    with client_of(cluster) as client, joblib.parallel_config(backend="dask"):
        third = cluster.add_worker()
        client.wait_for_workers(3, timeout=PATIENCE_SECONDS)
        found = sweep(XOR, eta=RATES, seed=range(12))
    assert third.poll() is None
    assert found.complete


def test_the_command_line_runs_on_the_cluster(cluster: Cluster, tmp_path: Path) -> None:
    source, out = tmp_path / "experiment.json", tmp_path / "result.csv"
    source.write_text(XOR.to_json())
    command = [
        sys.executable, "-m", "nncore.sweep", str(source), "--eta", "1e-3:1:4", "--seeds", "5",
        "--out", str(out), "--dask", cluster.address,
    ]  # fmt: skip
    finished = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=PATIENCE_SECONDS)
    assert finished.returncode == 0, finished.stderr
    assert "20 of 20 runs" in finished.stderr
    with open(out, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    alone = XOR.replace(eta=float(rows[-1]["eta"]), seed=int(rows[-1]["seed"])).training()
    alone.advance()
    assert rows[-1]["outcome"] == alone.outcome
    assert float(rows[-1]["final_cost"]) == pytest.approx(alone.history["train_errors"][-1], rel=1e-9)


def test_an_address_without_a_scheduler_is_told_in_a_sentence(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "nncore.sweep", "XOR", "--eta", "0.1,1", "--out", str(tmp_path / "r.csv"),
        "--dask", "tcp://127.0.0.1:9",
    ]  # fmt: skip
    finished = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=PATIENCE_SECONDS)
    assert finished.returncode == 2
    assert "dask must be the address of a running scheduler" in finished.stderr.splitlines()[-1]
