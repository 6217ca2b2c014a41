"""Scripts of one session: free while they are few, slowed where they never end; others feel nothing."""

from __future__ import annotations

import threading

import pytest

from nncore.machinery.pieces import aside
from ui.app import script_pace
from ui.app.script_pace import (
    HASTY,
    IN_HAND,
    MOST_CHARGED,
    MOST_WAITED,
    MOST_WAITED_RESTLESS,
    RESTED_SECONDS,
    SHARE,
    SHARE_RESTLESS,
    Door,
    ScriptPace,
)

PATIENCE = 10.0
"""Seconds after which a test gives up."""


class House:
    """A clock that moves by what scripts cost and by what is waited."""

    def __init__(self) -> None:
        self.now = self.spent = self.waited = 0.0
        self.ended = 0
        self.charged: list[float] = []
        self.pace = ScriptPace(
            clock=lambda: self.now,
            wait=self.wait,
            charge=lambda _session, seconds: self.charged.append(seconds),
            after=self.end,
        )

    def end(self) -> None:
        self.ended += 1

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waited += seconds

    def run(self, session: str, cost: float) -> float:
        """Run a script, and return how long it had to wait."""
        before = self.waited
        with self.pace.run(session):
            self.now += cost
            self.spent += cost
        return self.waited - before


def test_a_control_a_second_never_waits() -> None:
    house = House()
    for _ in range(500):
        assert house.run("one", 0.05) == 0.0
        house.now += 1.0


def test_who_never_rests_has_a_part_of_a_core_and_no_more() -> None:
    house = House()
    for _ in range(2000):
        house.run("one", 0.03)
    assert house.spent / house.now == pytest.approx(SHARE_RESTLESS, abs=0.02)


@pytest.mark.parametrize("seconds", [5.0, 60.0])
@pytest.mark.parametrize("count", [4, 12])
def test_several_who_never_rest_share_little_more_than_half_of_that_and_others_do_not_wait(
    count: int, seconds: float
) -> None:
    house = House()
    due = {f"restless {k}": 0.0 for k in range(count)}
    while (now := min(due.values())) < seconds:
        name = min(due, key=lambda one: due[one])
        house.now = now
        house.run(name, 0.03)
        due[name] = house.now
    # What one has in hand comes once for all of them, or twice, since not all are there at first.
    assert house.spent - 2 * IN_HAND - count * (1 + HASTY) * 0.03 <= 0.6 * SHARE_RESTLESS * seconds
    assert house.run("calm", 0.05) == 0.0


def test_a_class_that_opens_a_page_at_once_and_changes_it_at_once_does_not_wait() -> None:
    house = House()
    for _ in range(1 + HASTY):
        assert sum(house.run(f"tab {k}", 0.01) for k in range(50)) == 0.0


def test_a_crowd_that_never_rests_has_no_more_and_who_rests_waits_a_second_at_most() -> None:
    house, seconds = House(), 60.0
    due = {f"restless {k}": 0.0 for k in range(15)} | {"calm": 0.0}
    waits = []
    while (now := min(due.values())) < seconds:
        name = min(due, key=lambda one: due[one])
        house.now = now
        waited = house.run(name, 0.1)
        waits += [waited] if name == "calm" else []
        due[name] = house.now + (RESTED_SECONDS if name == "calm" else 0.001)
    # What they had in hand comes once, and the calm one has a little more; if all waited a second at most it
    # would be more than a core.
    assert house.spent - 16 * IN_HAND <= (SHARE + 0.1) * seconds
    assert max(waits) <= MOST_WAITED


def test_a_run_that_had_to_wait_is_paid_for_with_frames_too_and_others_are_not() -> None:
    house = House()
    for _ in range(5):
        house.run("one", 0.05)
    assert not house.charged
    waited = sum(house.run("one", 0.05) > 0.0 for _ in range(10))
    assert 0 < waited == len(house.charged)
    assert house.charged == pytest.approx([0.05] * waited)


def test_one_run_costs_and_waits_only_so_much_also_where_it_ends_by_an_error() -> None:
    house = House()
    run = house.pace.run("one")
    run.__enter__()
    house.now += 60.0
    assert not run.__exit__(ValueError, ValueError("broken"), None)
    assert house.pace._accounts["one"].seconds == IN_HAND - MOST_CHARGED
    for _ in range(10):
        assert 0.0 <= house.run("one", 10.0) <= MOST_WAITED_RESTLESS
        house.now += RESTED_SECONDS
        assert 0.0 <= house.run("one", 10.0) <= MOST_WAITED


def test_who_collects_hears_of_the_end_of_every_run_also_of_one_with_an_error() -> None:
    house = House()
    house.run("one", 0.01)
    with pytest.raises(ValueError), house.pace.run("two"):
        raise ValueError("broken")
    assert house.ended == 2


class Script(threading.Thread):
    """A script on a thread of its own, which computes, waits where it is told to, and ends."""

    def __init__(self, pace: ScriptPace, name: str) -> None:
        super().__init__(daemon=True)
        self.pace, self.session = pace, name
        self.computes, self.waits, self.go_on = threading.Event(), threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with self.pace.run(self.session):
            self.computes.set()
            self.waits.wait(PATIENCE)
            with aside():
                self.go_on.wait(PATIENCE)


def test_one_script_computes_at_a_time_and_one_that_waits_lets_the_next_one_in() -> None:
    pace = ScriptPace()
    first = Script(pace, "first")
    assert first.computes.wait(PATIENCE)
    second = Script(pace, "second")
    assert not second.computes.wait(0.05)
    first.waits.set()
    assert second.computes.wait(PATIENCE)
    for one in (second.waits, second.go_on, first.go_on):
        one.set()
    first.join(PATIENCE)
    second.join(PATIENCE)
    assert not first.is_alive()
    assert not second.is_alive()


def test_a_script_that_stands_where_nobody_thought_of_it_holds_others_only_so_long(monkeypatch) -> None:
    monkeypatch.setattr(script_pace, "MOST_QUEUED", 0.01)
    pace = ScriptPace()
    first, second = Script(pace, "first"), Script(pace, "second")
    assert first.computes.wait(PATIENCE)
    assert second.computes.wait(PATIENCE)
    for one in (first.waits, second.waits, first.go_on, second.go_on):
        one.set()
    first.join(PATIENCE)
    second.join(PATIENCE)
    with pace.run("third"):
        assert not pace._door.free.acquire(blocking=False)


def test_a_line_that_moves_is_waited_in_and_one_that_stands_is_not() -> None:
    class Line(threading.Semaphore):
        """Lets the next of those ahead in at each look, until all have had their turn, or one stays."""

        def __init__(self, door: Door, ahead: int, *, stays: bool = False) -> None:
            super().__init__()
            self.door, self.ahead, self.stays = door, ahead, stays

        def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
            moves = self.ahead > 0
            self.ahead -= moves
            self.door.entered += moves
            return not (moves or self.stays)

    door = Door()
    door.free = Line(door, 20)
    assert door.enter()
    assert door.entered == 21
    door.free = Line(door, 3, stays=True)
    assert not door.enter()


def test_what_a_script_waits_costs_it_nothing() -> None:
    house = House()
    with house.pace.run("one"):
        house.now += 0.1
        with aside():
            house.now += 5.0
        house.now += 0.1
    assert house.pace._accounts["one"].seconds == pytest.approx(IN_HAND - 0.2)


def test_a_session_that_is_gone_is_forgotten() -> None:
    house = House()
    for number in range(100):
        house.run(f"session {number}", 0.01)
    house.now += 1e4
    house.run("last", 0.01)
    assert len(house.pace._accounts) == 1
