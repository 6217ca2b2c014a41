"""Scripts of one session: free while they are few, slowed where they never end; others feel nothing."""

from __future__ import annotations

import pytest

from ui.app.script_pace import IN_HAND, MOST_CHARGED, MOST_WAITED, SHARE, ScriptPace


class House:
    """A clock that moves by what scripts cost and by what is waited."""

    def __init__(self) -> None:
        self.now = self.spent = self.waited = 0.0
        self.pace = ScriptPace(clock=lambda: self.now, cost=lambda: self.spent, wait=self.wait)

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
    assert house.spent / house.now == pytest.approx(SHARE, abs=0.02)


def test_several_who_never_rest_share_that_part_and_others_do_not_wait() -> None:
    house = House()
    for _ in range(300):
        for name in ("a", "b", "c", "d"):
            house.run(name, 0.03)
    begun, spent = house.now, house.spent
    for _ in range(300):
        for name in ("a", "b", "c", "d"):
            house.run(name, 0.03)
    assert (house.spent - spent) / (house.now - begun) <= SHARE + 0.02
    assert house.run("calm", 0.05) == 0.0


def test_one_run_costs_and_waits_only_so_much_also_where_it_ends_by_an_error() -> None:
    house = House()
    run = house.pace.run("one")
    run.__enter__()
    house.spent += 60.0
    assert not run.__exit__(ValueError, ValueError("broken"), None)
    assert house.pace._accounts["one"].seconds == IN_HAND - MOST_CHARGED
    for _ in range(10):
        assert 0.0 <= house.run("one", 10.0) <= MOST_WAITED


def test_a_session_that_is_gone_is_forgotten() -> None:
    house = House()
    for number in range(100):
        house.run(f"session {number}", 0.01)
    house.now += 1e4
    house.run("last", 0.01)
    assert len(house.pace._accounts) == 1
