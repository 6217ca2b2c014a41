"""Runs in the background: they arrive, they can be stopped, and they end with whoever looked at them."""

from __future__ import annotations

import threading

import pytest

from nncore import Experiment
from nncore.frameworks import NNCORE, Recipe, difference, recipe_of
from nncore.frameworks.messages import Epochs
from nncore.frameworks.worker import AT_ONCE
from nncore.frameworks.workers import GROUPS, Job, Worker, Workshop
from ui.compare.jobs import Bench
from ui.live.slice_queue import SliceQueue

PATIENT = 60.0  # seconds; waiting ends with the event, this is only the limit of a broken test
LONG = Experiment.default("XOR").replace(epochs=100_000)
SHORT = Experiment.default("XOR").replace(epochs=30)


class FakeShop:
    """Takes jobs and leaves them to the test."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.jobs: list[Job] = []

    def submit(self, recipe: Recipe, library: str, *, defaults: bool = False) -> Job:
        job = Job(library)
        self.asked.append((library, defaults))
        self.jobs.append(job)
        return job


@pytest.fixture
def shop() -> FakeShop:
    return FakeShop()


def test_one_job_a_library_nncore_first(shop: FakeShop) -> None:
    bench = Bench(shop)
    jobs = bench.show("a", recipe_of(SHORT), ["pytorch", "sklearn"], defaults=True)
    assert list(jobs) == [NNCORE, "pytorch", "sklearn"]
    assert shop.asked == [(NNCORE, True), ("pytorch", True), ("sklearn", True)]
    bench.close()


def test_what_runs_already_goes_on(shop: FakeShop) -> None:
    bench = Bench(shop)
    before = bench.show("a", recipe_of(SHORT), ["pytorch"], defaults=False)
    after = bench.show("a", recipe_of(SHORT), ["pytorch", "keras"], defaults=False)
    assert after["pytorch"] is before["pytorch"]
    assert before["pytorch"].active
    bench.close()


def test_a_library_that_is_no_longer_wanted_stops(shop: FakeShop) -> None:
    bench = Bench(shop)
    before = bench.show("a", recipe_of(SHORT), ["pytorch", "keras"], defaults=False)
    assert list(bench.show("a", recipe_of(SHORT), ["keras"], defaults=False)) == [NNCORE, "keras"]
    assert before["pytorch"].state == "cancelled"
    assert before["keras"].active
    bench.close()


def test_another_experiment_stops_all_of_the_last(shop: FakeShop) -> None:
    bench = Bench(shop)
    before = bench.show("a", recipe_of(SHORT), ["pytorch"], defaults=False)
    after = bench.show("b", recipe_of(SHORT), ["pytorch"], defaults=False)
    assert {job.state for job in before.values()} == {"cancelled"}
    assert all(job.active for job in after.values())
    bench.close()
    bench.close()
    assert {job.state for job in after.values()} == {"cancelled"}


def test_nobody_looks_so_everything_stops_and_begins_anew_later(shop: FakeShop) -> None:
    bench = Bench(shop, patience=0.05)
    jobs = bench.show("a", recipe_of(SHORT), ["pytorch"], defaults=False)
    assert jobs["pytorch"].ended.wait(PATIENT)
    assert jobs["pytorch"].state == "cancelled"
    again = bench.show("a", recipe_of(SHORT), ["pytorch"], defaults=False)
    assert again["pytorch"] is not jobs["pytorch"]
    bench.close()


def test_what_rounding_does_is_tried_once_and_stops_with_everything_else(shop: FakeShop) -> None:
    bench = Bench(shop)
    bench.show("a", recipe_of(SHORT), [], defaults=False)
    bench.try_rounding(recipe_of(SHORT))
    twin = bench.twin
    assert twin is not None
    assert bench.active
    bench.try_rounding(recipe_of(SHORT))
    assert bench.twin is twin
    bench.stop()
    assert (twin.state, bench.active) == ("cancelled", False)
    bench.try_rounding(recipe_of(SHORT))
    assert bench.twin is not twin
    bench.show("b", recipe_of(SHORT), [], defaults=False)
    assert bench.twin is None
    bench.close()


def test_what_arrives_after_a_stop_is_dropped() -> None:
    job = Job("pytorch")
    job.cancel()
    job.receive(Epochs(0, curves={"train_errors": [1.0]}))
    job.end("done")
    assert job.state == "cancelled"
    assert job.run.epochs == 0


def test_an_unknown_library_is_refused() -> None:
    with pytest.raises(ValueError, match=r"library must be one of .*; got 'caffe'"):
        Workshop().submit(recipe_of(SHORT), "caffe")


@pytest.mark.slow
@pytest.mark.long
def test_a_worker_trains_in_a_process_of_its_own_in_turns_and_stops_when_asked() -> None:
    """One worker for all of it, since starting one takes seconds."""
    worker, recipe = Worker(), recipe_of(SHORT)
    try:
        job = worker.submit(recipe, "sklearn", defaults=False)
        assert job.ended.wait(PATIENT)
        assert job.state == "done"
        assert job.run.epochs == 30
        own = Workshop().submit(recipe, NNCORE)
        assert own.ended.wait(PATIENT)
        assert difference(job.run, own.run).losses < 1e-12
        assert difference(job.run, own.run).weights < 1e-9

        refused = worker.submit(recipe_of(SHORT.replace(scheduler="Adagrad")), "sklearn", defaults=False)
        assert refused.ended.wait(PATIENT)
        assert (refused.state, "no Adagrad" in refused.message) == ("failed", True)

        long = [worker.submit(recipe_of(LONG), "sklearn", defaults=False) for _ in range(AT_ONCE - 1)]
        short = worker.submit(recipe, "sklearn", defaults=False)
        assert short.ended.wait(PATIENT)
        assert difference(short.run, own.run).weights < 1e-9, "whoever takes turns gets the same numbers"
        assert {job.state for job in long} == {"running"}
        assert all(job.shared for job in long if job.run.epochs)

        long += [worker.submit(recipe_of(LONG), "sklearn", defaults=False) for _ in range(2)]
        assert long[-1].state == "waiting"
        for job in (*long, long[0]):
            job.cancel()
        after = worker.submit(recipe, "sklearn", defaults=False)
        assert after.ended.wait(PATIENT)
        assert after.state == "done"
        assert {job.state for job in long} == {"cancelled"}
    finally:
        worker.close()
    assert not worker.alive


@pytest.mark.slow
def test_a_process_that_dies_fails_its_jobs_in_a_sentence() -> None:
    worker = Worker(("-c", "import sys; sys.stdin.buffer.read(1)"))
    job = worker.submit(recipe_of(SHORT), "sklearn", defaults=False)
    assert job.ended.wait(PATIENT)
    assert job.state == "failed"
    assert job.message == "The process in which it ran has ended; press Run again."
    worker.close()


def test_nncores_own_long_run_stops_with_its_thread() -> None:
    job = Workshop().submit(recipe_of(LONG.replace(batch_size=2)), NNCORE)
    job.cancel()
    assert job.state == "cancelled"
    for thread in threading.enumerate():
        if thread.name == "nncore-own":
            thread.join(PATIENT)
            assert not thread.is_alive()


def test_nncores_own_run_takes_its_turn_among_all_who_work() -> None:
    queue, began, leave = SliceQueue(), threading.Event(), threading.Event()

    def hold(_seconds: float, _waiting: int) -> None:
        began.set()
        assert leave.wait(PATIENT)

    held = queue.submit(hold)
    assert began.wait(PATIENT)
    job = Workshop().submit(recipe_of(SHORT), NNCORE, turn=lambda: queue.turn("a session"))
    while not queue.waiting:
        pass
    assert (job.state, job.run.epochs) == ("running", 0)
    leave.set()
    assert job.ended.wait(PATIENT)
    held.future.result(PATIENT)
    assert (job.state, job.run.epochs) == ("done", 30)
    queue.close()


def test_a_run_of_nncore_that_breaks_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_choices: object) -> None:
        raise MemoryError("nothing left")

    monkeypatch.setattr("nncore.frameworks.workers.train_own", broken)
    job = Workshop().submit(recipe_of(SHORT), NNCORE)
    assert job.ended.wait(PATIENT)
    assert (job.state, job.message) == ("failed", "MemoryError: nothing left")


def test_every_library_has_a_process() -> None:
    from nncore.frameworks import LIBRARIES

    assert set(GROUPS) == set(LIBRARIES)
