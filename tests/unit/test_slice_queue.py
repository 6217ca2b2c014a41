"""The queue of slices: who comes next, what is held at a pause, what is charged and told."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from nncore.machinery.pieces import aside, pause
from ui.live.slice_queue import (
    LEAST_SECONDS,
    MOST_IDLE,
    OWED_SECONDS,
    SliceQueue,
    SliceStatistics,
    Unwanted,
)
from ui.live.tickets import Ticket

WAIT = 10.0  # seconds after which a thread that does not answer fails the test


@pytest.fixture
def queue():
    queue = SliceQueue(seconds=0.012)
    yield queue
    queue.close()


class Gate:
    """Work that holds the queue's only thread until it is let go."""

    def __init__(self, queue: SliceQueue) -> None:
        self.started = threading.Event()
        self.open = threading.Event()
        self.ticket = queue.submit(self)

    def __call__(self, seconds: float, waiting: int) -> tuple[float, int]:
        self.started.set()
        assert self.open.wait(WAIT)
        return seconds, waiting


def held(queue: SliceQueue) -> Gate:
    gate = Gate(queue)
    assert gate.started.wait(WAIT)
    return gate


def test_slices_run_one_at_a_time_in_the_order_they_came(queue):
    order: list[int] = []
    running = []

    def work(index: int):
        def run(_seconds: float, _waiting: int) -> int:
            running.append(index)
            assert len(running) == 1
            order.append(index)
            running.remove(index)
            return index

        return run

    gate = held(queue)
    tickets = [queue.submit(work(index)) for index in range(20)]
    gate.open.set()
    assert [ticket.future.result(WAIT) for ticket in tickets] == list(range(20))
    assert order == list(range(20))


def test_training_time_is_divided_by_one_plus_those_waiting(queue):
    gate = held(queue)
    tickets = [queue.submit(lambda seconds, waiting: (seconds, waiting)) for _ in range(20)]
    gate.open.set()
    results = [ticket.future.result(WAIT) for ticket in tickets]
    assert [waiting for _, waiting in results] == list(range(19, -1, -1))
    shares = [seconds for seconds, _ in results]
    assert shares[-3:] == pytest.approx([0.004, 0.006, 0.012])
    assert shares[0] == LEAST_SECONDS


def test_urgent_slices_go_first_but_take_turns_with_the_others(queue):
    order: list[str] = []

    def note(name: str):
        return lambda _seconds, _waiting: order.append(name)

    gate = held(queue)
    tickets = [queue.submit(note(name)) for name in ("plain 1", "plain 2")]
    tickets += [queue.submit(note(name), urgent=True) for name in ("urgent 1", "urgent 2", "urgent 3")]
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    assert order == ["urgent 1", "plain 1", "urgent 2", "plain 2", "urgent 3"]


def test_a_waiting_ticket_can_be_promoted_and_a_running_one_is_left_alone(queue):
    order: list[str] = []
    gate = held(queue)
    queue.promote(gate.ticket)
    first = queue.submit(lambda _seconds, _waiting: order.append("first"))
    second = queue.submit(lambda _seconds, _waiting: order.append("second"))
    queue.promote(second)
    gate.open.set()
    first.future.result(WAIT)
    second.future.result(WAIT)
    assert order == ["second", "first"]


class Work:
    """Work that pauses a number of times, each time when the test's clock has gone on by so many seconds.

    For `lost` of them somebody else has the processor.
    """

    def __init__(
        self, clock: Clock, log: list[str], name: str, *, pieces: int, seconds: float, lost: float = 0.0
    ) -> None:
        self.clock, self.log, self.name = clock, log, name
        self.pieces, self.seconds, self.lost = pieces, seconds, lost

    def __call__(self, _seconds: float, _waiting: int) -> str:
        for _ in range(self.pieces):
            self.log.append(self.name)
            self.clock.now += self.seconds
            self.clock.lost += self.lost
            pause()
        return self.name


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.lost = 0.0

    def perf_counter(self) -> float:
        return self.now

    monotonic = perf_counter

    def thread_time(self) -> float:
        return self.now - self.lost


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("ui.live.slice_queue.time", clock)
    return clock


def test_long_work_is_held_at_a_pause_and_gone_on_with(queue, clock):
    log: list[str] = []
    gate = held(queue)
    long = queue.submit(Work(clock, log, "long", pieces=6, seconds=0.005), owner="one")
    short = queue.submit(Work(clock, log, "short", pieces=1, seconds=0.001), owner="two")
    gate.open.set()
    assert (long.future.result(WAIT), short.future.result(WAIT)) == ("long", "short")
    # A turn of 8 ms is two pieces of 5.
    assert log == ["long", "long", "short", "long", "long", "long", "long"]


def test_threads_that_a_rush_has_taken_end_with_it(queue, clock):
    threads: set[threading.Thread] = set()

    def long(_seconds: float, _waiting: int) -> None:
        threads.add(threading.current_thread())
        clock.now += 0.02
        pause()

    gate = held(queue)
    rush = [queue.submit(long, owner=number) for number in range(3 * MOST_IDLE)]
    gate.open.set()
    for ticket in rush:
        ticket.future.result(WAIT)
    assert len(threads) >= len(rush)  # each was held at its pause
    kept = {thread for thread in threads if thread.join(WAIT / 100) is None and thread.is_alive()}
    assert len(kept) <= MOST_IDLE
    queue.submit(long).future.result(WAIT)
    assert len(threads) == len(rush)


def test_equal_sessions_get_equal_time_not_equal_turns(queue, clock):
    log: list[str] = []
    tickets = []
    gate = held(queue)
    for _ in range(40):
        tickets.append(queue.submit(Work(clock, log, "greedy", pieces=1, seconds=0.03), owner="one"))
        tickets.append(queue.submit(Work(clock, log, "modest", pieces=1, seconds=0.003), owner="two"))
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    # While both had work, one slice of 30 ms was followed by ten of 3 ms.
    first = log[: len(log) - 1 - log[::-1].index("modest")]
    assert first.count("modest") >= 9 * first.count("greedy")


def test_a_session_pays_for_the_processor_that_it_had_not_for_what_others_had_meanwhile(queue, clock):
    log: list[str] = []
    tickets = []
    gate = held(queue)
    for _ in range(20):
        tickets.append(queue.submit(Work(clock, log, "slowed", pieces=1, seconds=0.03, lost=0.027), owner=1))
        tickets.append(queue.submit(Work(clock, log, "free", pieces=1, seconds=0.003), owner=2))
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    assert 8 <= log[:20].count("slowed") <= 12


def test_work_that_is_kept_from_the_processor_is_not_held_as_long_work_is(queue, clock):
    log: list[str] = []

    def begin(name: str, pieces: int) -> Ticket[str]:
        return queue.submit(Work(clock, log, name, pieces=pieces, seconds=0.005, lost=0.0039), owner=name)

    gate = held(queue)
    tickets = [begin("short", 3), begin("long", 8), begin("other", 8)]
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    # Both turn out to be long after four pieces; from then on a turn is 8 ms on the clock, which are two.
    assert log[:11] == ["short"] * 3 + ["long"] * 4 + ["other"] * 4
    turns = log[11:13], log[13:15], log[15:17]
    assert all(len(set(turn)) == 1 for turn in turns)
    assert {*log[11:15]} == {"long", "other"}


def test_who_was_away_is_served_next_but_owes_nobody_and_is_owed_nothing(queue, clock):
    log: list[str] = []
    gate = held(queue)
    tickets = [queue.submit(Work(clock, log, "long", pieces=40, seconds=0.005), owner="one")]
    tickets += [queue.submit(Work(clock, log, "other", pieces=40, seconds=0.005), owner="two")]
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    assert 0.4 <= log[:20].count("long") / 20 <= 0.6
    gate = held(queue)
    tickets = [queue.submit(Work(clock, log, "first", pieces=4, seconds=0.005), owner="one")]
    tickets += [queue.submit(Work(clock, log, "late", pieces=4, seconds=0.005), owner="three")]
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    assert sorted(log[-8:-4]) == ["first", "first", "late", "late"]


def test_who_took_much_at_once_waits_two_seconds_for_it_however_many_are_at_work(queue, clock):
    log: list[str] = []

    def take(name: str, seconds: float):
        def run(_seconds: float, _waiting: int) -> None:
            log.append(name)
            clock.now += seconds

        return queue.submit(run, owner=name)

    take("late", 1.0).future.result(WAIT)
    gate = held(queue)
    tickets = [take(f"other {k}", 0.05) for _ in range(25) for k in range(10)] + [take("late", 0.05)]
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    # Else each of the ten would have a second first, two hundred turns.
    assert 30 < log.index("late", 1) <= OWED_SECONDS / 0.05 + 11


def test_what_a_session_took_elsewhere_is_part_of_its_time(queue, clock):
    log: list[str] = []
    queue.charge("nobody", 1.0)
    gate = held(queue)
    tickets = []
    for _ in range(20):
        tickets += [queue.submit(Work(clock, log, one, pieces=1, seconds=0.005), owner=one) for one in "ab"]
    queue.charge("a", 0.05)
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    # Ten turns of five milliseconds are what the other one has first.
    assert 9 <= log.index("a") <= 11


def test_a_moved_control_comes_before_its_turn_and_pays_for_it(queue, clock):
    log: list[str] = []
    gate = held(queue)
    tickets = [queue.submit(Work(clock, log, "moved", pieces=1, seconds=0.03), owner="one")]
    tickets += [queue.submit(Work(clock, log, "plain", pieces=1, seconds=0.001), owner=k) for k in range(5)]
    for _ in range(2):
        tickets.append(
            queue.submit(Work(clock, log, "moved", pieces=1, seconds=0.03), owner="one", urgent=True)
        )
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    # It comes first, once: then everybody else.
    assert log == ["moved"] + ["plain"] * 5 + ["moved"] * 2


def test_a_script_takes_part_and_lets_others_go_first(queue):
    order: list[str] = []

    def others(name: str) -> None:
        queue.submit(lambda _s, _w: order.append(name), owner="two").future.result(WAIT)

    with queue.turn("one"), queue.turn("one"):
        waiting = threading.Thread(target=others, args=("other",))
        waiting.start()
        while not queue.waiting:
            pass
        order.append("script")
    waiting.join(WAIT)
    assert order == ["script", "other"]


def test_work_that_nobody_wants_ends_at_its_next_pause(queue):
    wanted = threading.Event()
    wanted.set()

    def work(_seconds: float, _waiting: int) -> None:
        while True:
            wanted.clear()
            pause()

    ticket = queue.submit(work, unwanted=lambda: not wanted.is_set())
    with pytest.raises(Unwanted):
        ticket.future.result(WAIT)
    assert queue.submit(lambda _s, _w: "next").future.result(WAIT) == "next"


def test_closing_ends_what_is_held_at_a_pause(queue):
    began = threading.Event()

    def endless(_seconds: float, _waiting: int) -> None:
        while True:
            began.set()
            pause()

    tickets = [queue.submit(endless, owner=owner) for owner in ("one", "two")]
    assert began.wait(WAIT)
    queue.close()
    with pytest.raises(Unwanted):
        tickets[0].future.result(WAIT)
    with pytest.raises((Unwanted, CancelledError)):
        tickets[1].future.result(WAIT)


def test_a_stretch_without_a_pause_is_logged_once_with_its_experiment(queue, clock, caplog):
    log: list[str] = []
    for _ in range(3):
        for name, seconds in (("slow", 0.15), ("quick", 0.05)):
            work = Work(clock, log, name, pieces=2, seconds=seconds)
            queue.submit(work, name=lambda name=name: f"data={name}").future.result(WAIT)
    assert [record.getMessage() for record in caplog.records] == [
        "A slice took 150 ms without a pause: data=slow"
    ]


def test_what_was_interrupted_is_told_its_share(queue, clock):
    log: list[str] = []
    gate = held(queue)
    long = queue.submit(Work(clock, log, "long", pieces=6, seconds=0.01), owner="one")
    other = queue.submit(Work(clock, log, "other", pieces=6, seconds=0.01), owner="two")
    gate.open.set()
    assert (long.future.result(WAIT), other.future.result(WAIT)) == ("long", "other")
    assert long.share == pytest.approx(0.55, abs=0.06)
    assert gate.ticket.share == 1.0


def test_an_error_in_one_slice_reaches_its_owner_and_nobody_else(queue):
    def broken(_seconds: float, _waiting: int) -> None:
        raise ArithmeticError("mine")

    bad, good = queue.submit(broken), queue.submit(lambda _seconds, _waiting: "fine")
    with pytest.raises(ArithmeticError, match="mine"):
        bad.future.result(WAIT)
    assert good.future.result(WAIT) == "fine"


def test_the_queue_says_how_long_slices_take_how_many_wait_and_for_how_many_sessions(queue):
    assert queue.statistics() == SliceStatistics(0.0, 0.0, 0, 0)
    gate = held(queue)
    tickets = [queue.submit(lambda _s, _w: None, owner=owner) for owner in ("one", "two", "one")]
    assert queue.statistics().waiting == 3
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    queue.submit(lambda _s, _w: None, owner="two").future.result(WAIT)
    told = queue.statistics()
    assert 0.0 < told.median <= told.p99 < WAIT
    assert (told.waiting, told.sessions) == (0, 3)  # the gate's owner is nobody, who counts as one


def test_closing_the_queue_cancels_what_waits_and_refuses_what_comes(queue):
    gate = held(queue)
    waiting = queue.submit(lambda _seconds, _waiting: None)
    queue.close()
    queue.close()
    gate.open.set()
    assert gate.ticket.future.result(WAIT) == (0.012, 0)
    with pytest.raises(CancelledError):
        waiting.future.result(WAIT)
    with pytest.raises(RuntimeError, match="closed"):
        queue.submit(lambda _seconds, _waiting: None)


def test_others_go_on_during_a_call_that_cannot_pause(queue):
    inside, leave = threading.Event(), threading.Event()
    order: list[str] = []

    def library(_seconds: float, _waiting: int) -> None:
        with aside():
            inside.set()
            pause()  # within, a pause is none
            assert leave.wait(WAIT)
        order.append("after the library")

    long = queue.submit(library, owner="one")
    assert inside.wait(WAIT)
    queue.submit(lambda _s, _w: order.append("meanwhile"), owner="two").future.result(WAIT)
    gate = held(queue)
    leave.set()
    while not queue.waiting:
        pass
    order.append("its turn has not come")
    gate.open.set()
    long.future.result(WAIT)
    assert order == ["meanwhile", "its turn has not come", "after the library"]
    with aside():
        order.clear()
    assert order == []


def test_at_one_place_nothing_begins_before_the_last_work_has_ended(queue, clock):
    log: list[str] = []
    threads: set[int] = set()

    def slices(name: str) -> list[Ticket[object]]:
        def work(seconds: float, waiting: int) -> object:
            threads.add(threading.get_ident())
            return Work(clock, log, name, pieces=2, seconds=0.01)(seconds, waiting)

        return [queue.submit(work, owner=name, place="wide") for _ in range(2)]

    gate = held(queue)
    wide = [*slices("a"), *slices("b")]
    plain = queue.submit(Work(clock, log, "c", pieces=3, seconds=0.01), owner="c")
    gate.open.set()
    for ticket in (*wide, plain):
        ticket.future.result(WAIT)
    assert [name for name in log if name != "c"] == ["a", "a", "b", "b", "a", "a", "b", "b"]
    assert log.index("c") < 4
    assert len(threads) == 1


def test_work_whose_place_is_taken_is_no_reason_to_be_held(queue, clock):
    log: list[str] = []
    gate = held(queue)
    one, two = (
        queue.submit(Work(clock, log, name, pieces=3, seconds=0.01), owner=name, place="wide")
        for name in "ab"
    )
    gate.open.set()
    assert [one.future.result(WAIT), two.future.result(WAIT)] == ["a", "b"]
    assert not one.held
    assert not two.held


def test_who_waits_for_a_place_lends_its_time_to_the_work_there(queue, clock):
    log: list[str] = []
    gate = held(queue)
    long = [Work(clock, log, name, pieces=20, seconds=0.01) for name in "abc"]
    tickets = [queue.submit(work, owner=work.name, place="wide") for work in long]
    tickets += [
        queue.submit(Work(clock, log, "-", pieces=1, seconds=0.01), owner="others") for _ in range(200)
    ]
    gate.open.set()
    for ticket in tickets:
        ticket.future.result(WAIT)
    # A second of held work counts two: beside one session three, two and one such get 3/5, 1/2 and 1/3.
    first, second, third = (max(k for k, name in enumerate(log) if name == one) for one in "abc")
    assert first == pytest.approx(20 * 5 / 3, abs=3)
    assert second - first == pytest.approx(20 * 2, abs=3)
    assert third - second == pytest.approx(20 * 3, abs=3)


def test_closing_ends_the_thread_of_a_place_as_well(queue):
    thread = queue.submit(lambda _s, _w: threading.current_thread(), place="wide").future.result(WAIT)
    assert thread.is_alive()
    queue.close()
    thread.join(WAIT)
    assert not thread.is_alive()
