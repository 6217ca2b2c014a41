"""A run that waits at its start until it is played: what is asked first, and screens that are made ready."""

from __future__ import annotations

import pytest

from tests.unit.live_tab import ALL, DIGITS, XOR, Tab
from ui.live.problem import ShowRun
from ui.live.tempo import WATCH_SECONDS


def held(tab: Tab, opening: str, **changes: object) -> None:
    """Do what a script run does that shows XOR, changed, and waits."""
    tab.channel.send(ShowRun(XOR.replace(**changes), None, ALL, "normal", held=opening))


def at_rest(tab: Tab) -> bool:
    """Whether the run stands at its start and does not move by itself."""
    frames = [tab.pull() for _ in range(3)]
    told = [frame for frame in frames if frame is not None]
    return all(frame["state"] == "paused" and frame["epoch"] == 0 for frame in told) and tab.run.progress == 0


def waiting(**changes: object) -> Tab:
    """A tab whose run waits."""
    tab = Tab(XOR)
    held(tab, "one", **changes)
    return tab


def test_a_run_that_is_held_waits_at_its_start_with_its_first_picture_and_plays_when_told() -> None:
    tab = waiting(eta=0.3)
    frame = tab.pull()
    assert frame is not None
    assert (frame["state"], frame["epoch"], len(frame["train"])) == ("paused", 0, 1)
    assert at_rest(tab)
    tab.say("play")
    assert tab.watch()[-1]["epoch"] == XOR.epochs


def test_what_waited_is_seen_to_move_at_once_however_long_its_epochs_and_keeps_its_pace() -> None:
    tab = Tab(DIGITS)
    tab.channel.send(ShowRun(DIGITS, None, ALL, "normal", held="one"))
    assert at_rest(tab)
    tab.say("play")
    begin = tab.clock.now
    frame = tab.pull(after=1 / 60)
    assert frame is not None
    assert frame["epoch"] == 1
    tab.watch()
    assert tab.clock.now - begin == pytest.approx(WATCH_SECONDS, rel=0.12)


def test_the_same_experiment_opened_anew_waits_again_and_the_same_script_run_does_not() -> None:
    tab = waiting()
    assert at_rest(tab)
    tab.say("play")
    end = tab.watch()[-1]
    held(tab, "one")
    assert tab.pushed() == []
    assert tab.run.identity == end["run"]
    held(tab, "two")
    assert at_rest(tab)
    assert tab.run.identity > end["run"]


def test_until_it_is_played_another_rate_waits_too_and_a_dragged_one_does_not_run_ahead() -> None:
    tab = waiting()
    for mode in ("drag", "commit"):
        tab.say("eta", value=0.5, mode=mode)
        assert at_rest(tab), mode
    held(tab, "one", eta=0.7)
    assert at_rest(tab)
    tab.say("play")
    held(tab, "one", eta=0.9)
    assert tab.watch()[-1]["epoch"] == XOR.epochs


def test_what_was_asked_and_taken_back_holds_nothing() -> None:
    tab = waiting()
    tab.say("play")
    held(tab, "", eta=0.9)
    assert tab.watch()[-1]["state"] == "finished"
