"""The channel without a server: who is served when, what is dropped, and that ends are ends."""

from __future__ import annotations

import json
import logging
import platform
import threading
import time
from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner import StopException

from ui.app.memory import Tidying, trim
from ui.live.channel import MAX_CREDITS, MAX_PENDING, Channel, Registry, Turn, Viewer, ViewerCursor
from ui.live.player import Player
from ui.live.protocol import Command, Eta, Message, Pause, Play, Restart, Seek, Show, Step
from ui.live.slice_queue import Unwanted
from ui.live.tickets import Slice
from ui.live.view import LiveHandle

WAIT = 10.0  # seconds after which a thread that does not answer fails the test


class Told(Message):
    """What the source below tells of a slice."""

    t = "told"
    pull: bool
    seconds: float


class Shown(Show):
    """What a script shows in these tests."""

    what: str = ""


class Fake:
    """A source that writes down what it was asked."""

    def __init__(self) -> None:
        self.playing = True
        self.has_work = False
        self.revision = 1
        self.asked: list[list[Command]] = []
        self.failed: str | None = None
        self.closings = 0
        self.error: BaseException | None = None
        self.name = "a fake"
        self.place = None
        self.given_up = 0

    def outdated_by(self, command: Command) -> bool:
        return isinstance(command, Restart)

    def give_up(self) -> None:
        self.given_up += 1

    def step(
        self, commands: list[Command], *, cursor: ViewerCursor | None, pull: bool, work: Slice
    ) -> list[Message]:
        self.asked.append(commands)
        if self.error is not None:
            raise self.error
        if cursor is None:
            return []
        cursor.revision = self.revision
        return [Told(pull=pull, seconds=work.seconds)]

    def fail(self, sentence: str) -> None:
        self.failed = sentence
        self.revision += 1

    def close(self) -> None:
        self.closings += 1


class Bell:
    """Counts how often a viewer was woken."""

    def __init__(self) -> None:
        self.rings = 0
        self.rung = threading.Event()

    def __call__(self) -> None:
        self.rings += 1
        self.rung.set()


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def channel(fake: Fake) -> Channel:
    return Registry().open(fake)


def welcomed(channel: Channel) -> tuple[Viewer, Bell]:
    """A viewer that has had its first frame."""
    bell = Bell()
    viewer = channel.open_viewer(bell)
    assert viewer.due() == Turn(urgent=True, pull=False)
    viewer.produce(0.01, 0, pull=False)
    return viewer, bell


# -- what is due -------------------------------------------------------------------------------------------


def test_no_frame_without_credit(channel, fake):
    viewer, _ = welcomed(channel)
    assert viewer.due() is None
    viewer.credit()
    assert viewer.due() == Turn(urgent=False, pull=True)
    assert viewer.due() is None


def test_credits_do_not_pile_up(channel):
    viewer, _ = welcomed(channel)
    for _ in range(10):
        viewer.credit()
    turns = [viewer.due() for _ in range(MAX_CREDITS + 1)]
    assert turns == [Turn(urgent=False, pull=True)] * MAX_CREDITS + [None]


def test_nothing_is_due_when_the_run_rests(channel, fake):
    viewer, _ = welcomed(channel)
    fake.playing = False
    viewer.credit()
    assert viewer.due() is None
    fake.playing = True
    assert viewer.due() == Turn(urgent=False, pull=True)


def test_a_command_is_pushed_without_credit_and_spends_none(channel, fake):
    viewer, bell = welcomed(channel)
    viewer.credit()
    rings = bell.rings
    channel.send(Pause())
    assert bell.rings == rings + 1
    assert viewer.due() == Turn(urgent=True, pull=False)
    viewer.produce(0.01, 0, pull=False)
    assert fake.asked[-1] == [Pause()]
    assert viewer.due() == Turn(urgent=False, pull=True)


def test_a_run_with_work_is_due_without_credit_but_not_before_others(channel, fake):
    viewer, _ = welcomed(channel)
    fake.has_work = True
    assert viewer.due() == Turn(urgent=False, pull=False)


def test_a_new_revision_is_pushed(channel, fake):
    viewer, _ = welcomed(channel)
    fake.revision += 1
    assert viewer.due() == Turn(urgent=True, pull=False)
    viewer.produce(0.01, 0, pull=False)
    assert viewer.due() is None


def test_without_a_viewer_nothing_is_computed(channel, fake):
    channel.send(Shown())
    assert not channel.watched
    assert fake.asked == []


# -- the mailbox -------------------------------------------------------------------------------------------


def test_fifty_moves_of_a_control_are_one(channel, fake):
    viewer, _ = welcomed(channel)
    for step in range(50):
        channel.send(Eta(step, "drag"))
    viewer.produce(0.01, 0, pull=False)
    assert fake.asked[-1] == [Eta(49, "drag")]


def test_the_order_of_different_commands_is_kept(channel, fake):
    viewer, _ = welcomed(channel)
    sent = [Step(), Step(), Seek(1), Pause()]
    for command in sent:
        channel.send(command)
    viewer.produce(0.01, 0, pull=False)
    assert fake.asked[-1] == sent


def test_a_flood_of_commands_never_drops_what_the_script_shows(channel, fake):
    viewer, _ = welcomed(channel)
    channel.send(Shown("new"))
    for _ in range(3 * MAX_PENDING):
        channel.send(Step())
    viewer.produce(0.01, 0, pull=False)
    assert len(fake.asked[-1]) == MAX_PENDING
    assert fake.asked[-1][0] == Shown("new")


def test_flushing_obeys_the_script_and_leaves_the_browsers_commands(channel, fake):
    channel.send(Pause())
    channel.send(Shown("new"))
    channel.flush()
    assert fake.asked == [[Shown("new")]]
    viewer = channel.open_viewer(Bell())
    viewer.produce(0.01, 0, pull=False)
    assert fake.asked[-1] == [Pause()]


def test_flushing_wakes_the_viewer_that_may_have_looked_too_early(channel):
    _, bell = welcomed(channel)
    channel.send(Shown())
    rings = bell.rings
    channel.flush()
    assert bell.rings == rings + 1
    channel.flush()
    assert bell.rings == rings + 1


def test_a_slice_is_told_when_a_command_arrives(channel, fake):
    stale: list[bool] = []

    def step(commands, *, cursor, pull, work):
        stale.append(work.stale())
        channel.send(Restart())
        stale.append(work.stale())
        return []

    fake.step = step
    channel.open_viewer(Bell()).produce(0.01, 0, pull=True)
    assert stale == [False, True]


def test_a_step_that_a_command_makes_useless_is_given_up(channel, fake):
    def step(commands, *, cursor, pull, work):
        channel.send(Pause())
        assert not channel.outdated
        channel.send(Restart())
        assert channel.outdated
        raise Unwanted

    fake.step = step
    viewer = channel.open_viewer(Bell())
    assert viewer.produce(0.01, 0, pull=True) == []
    assert fake.given_up == 1
    del fake.step
    viewer.produce(0.01, 0, pull=False)
    assert fake.asked == [[Pause(), Restart()]]
    assert not channel.outdated


def test_a_source_rests_once_when_nothing_was_asked_for_a_while_and_never_while_it_is_at_work(channel, fake):
    rests = []
    fake.rest = lambda: rests.append(channel)
    viewer, _ = welcomed(channel)
    registry = channel.registry
    assert not registry.rest(time.monotonic() - 1.0)
    assert not rests
    assert not channel.inspect(lambda: registry.rest(time.monotonic()))
    assert not rests
    assert registry.rest(time.monotonic())
    assert rests == [channel]
    assert not registry.rest(time.monotonic())
    viewer.produce(0.01, 0, pull=False)
    assert registry.rest(time.monotonic())
    assert len(rests) == 2


def test_a_source_that_holds_nothing_need_not_rest(channel):
    welcomed(channel)
    assert not channel.registry.rest(time.monotonic())


def test_a_frame_that_could_not_be_made_is_owed_still(channel, fake):
    viewer, _ = welcomed(channel)
    viewer.credit()
    assert viewer.due() == Turn(urgent=False, pull=True)
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        assert leave.wait(WAIT)

    elsewhere = threading.Thread(target=channel.inspect, args=(hold,))
    elsewhere.start()
    assert held.wait(WAIT)
    assert viewer.produce(0.01, 0, pull=True) == []
    assert viewer.due() == Turn(urgent=False, pull=True)
    leave.set()
    elsewhere.join(WAIT)


# -- ends --------------------------------------------------------------------------------------------------


def test_an_error_of_ours_is_told_with_an_id_and_logged_once(channel, fake, caplog):
    viewer, _ = welcomed(channel)
    fake.error = ZeroDivisionError("division")
    with caplog.at_level(logging.ERROR):
        (text,) = viewer.produce(0.01, 0, pull=True)
    message = json.loads(text)
    assert message["t"] == "error"
    (record,) = caplog.records
    identity = record.args[0]
    assert identity in message["message"]
    assert record.exc_info is not None
    assert fake.failed == message["message"]
    assert "division" not in text


def test_what_json_cannot_carry_is_an_error_of_ours(channel, fake, caplog):
    fake.step = lambda *_, **__: [Told(pull=True, seconds=float("nan"))]
    viewer = channel.open_viewer(Bell())
    (text,) = viewer.produce(0.01, 0, pull=True)
    assert json.loads(text)["t"] == "error"


def test_the_newest_connection_of_a_view_wins(channel):
    older, bell = welcomed(channel)
    newer = channel.open_viewer(Bell())
    assert older.closed
    assert bell.rings == 1
    assert older.due() is None
    assert older.produce(0.01, 0, pull=True) == []
    older.close()
    assert channel.watched
    assert newer.due() == Turn(urgent=True, pull=False)


def test_a_viewer_that_left_is_not_served(channel, fake):
    viewer, _ = welcomed(channel)
    viewer.credit()
    viewer.close()
    viewer.close()
    asked = len(fake.asked)
    assert viewer.due() is None
    assert viewer.produce(0.01, 0, pull=True) == []
    assert len(fake.asked) == asked
    assert not channel.watched


def test_closing_a_channel_ends_its_viewer_its_run_and_its_token(fake):
    registry = Registry()
    channel = registry.open(fake)
    viewer, bell = welcomed(channel)
    assert registry.find(channel.token) is channel
    channel.close()
    channel.close()
    assert registry.find(channel.token) is None
    assert len(registry) == 0
    assert viewer.closed
    assert bell.rings == 1
    assert fake.closings == 1
    channel.send(Play())
    assert not channel.pending
    with pytest.raises(RuntimeError, match="closed"):
        channel.open_viewer(Bell())


def test_the_registry_hears_of_the_end_once_the_run_is_let_go(fake):
    registry = Registry()
    heard: list[int] = []
    registry.after_close = lambda: heard.append(fake.closings)
    channel = registry.open(fake)
    channel.close()
    channel.close()
    assert heard == [1]


def test_memory_is_given_back_once_for_all_who_leave_together():
    timers: list[FakeTimer] = []
    work: list[str] = []
    tidying = Tidying(
        lambda: work.append("done"), timer=lambda delay, run: timers.append(FakeTimer(run)) or timers[-1]
    )
    for _ in range(50):
        tidying()
    (timer,) = timers
    assert (timer.started, timer.daemon, work) == (True, True, [])
    timer.run()
    assert work == ["done"]
    tidying()
    assert len(timers) == 2
    tidying.stop()
    tidying.stop()
    assert timers[1].cancelled


def test_giving_memory_back_says_whether_the_system_can():
    assert trim() is (platform.libc_ver()[0] == "glibc")


class FakeTimer:
    """A timer that runs when the test says so."""

    def __init__(self, run: Callable[[], None]) -> None:
        self.run = run
        self.daemon = self.started = self.cancelled = False

    def start(self) -> None:
        self.started = True

    def cancel(self) -> None:
        self.cancelled = True


def test_a_run_is_let_go_at_the_end_of_the_running_slice(channel, fake):
    inside, leave = threading.Event(), threading.Event()

    def step(commands, *, cursor, pull, work):
        inside.set()
        assert leave.wait(WAIT)
        assert work.stale()
        assert fake.closings == 0
        return []

    fake.step = step
    bell = Bell()
    viewer = channel.open_viewer(bell)
    slice_thread = threading.Thread(target=viewer.produce, args=(0.01, 0), kwargs={"pull": True})
    slice_thread.start()
    assert inside.wait(WAIT)
    closing = threading.Thread(target=channel.close)
    closing.start()
    # The viewer is sent away at once, before the slice has ended.
    assert bell.rung.wait(WAIT)
    assert viewer.closed
    leave.set()
    slice_thread.join(WAIT)
    closing.join(WAIT)
    assert fake.closings == 1


def test_tokens_cannot_be_guessed_and_differ():
    registry = Registry()
    tokens = {registry.open(Fake()).token for _ in range(100)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 43
    assert registry.find("") is None
    assert registry.find("x" * 43) is None


def test_the_script_of_a_tab_that_was_closed_meanwhile_ends_quietly():
    channel = Channel(Player())
    channel.close()
    handle = LiveHandle(channel)
    for ask in (handle.record, handle.both, handle.network, handle.data, handle.leads):
        with pytest.raises(StopException):
            ask()
