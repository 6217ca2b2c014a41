"""The channel without a server: who is served when, what is dropped, and that ends are ends."""

from __future__ import annotations

import json
import logging
import platform
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError

import pytest

from nncore.machinery.pieces import pause
from ui.app.memory import Tidying, trim
from ui.live.channel import MAX_CREDITS, MAX_PENDING, Channel, Registry, Slice, Turn, Viewer, ViewerCursor
from ui.live.protocol import Command, Eta, Message, Pause, Play, Restart, Seek, Show, Step
from ui.live.slice_queue import LEAST_SECONDS, SliceQueue, SliceStatistics, Unwanted

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
def queue():
    queue = SliceQueue(seconds=0.012)
    yield queue
    queue.close()


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


# -- the queue ---------------------------------------------------------------------------------------------


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


def test_a_waiting_ticket_can_be_hurried_and_a_running_one_is_left_alone(queue):
    order: list[str] = []
    gate = held(queue)
    queue.hurry(gate.ticket)
    first = queue.submit(lambda _seconds, _waiting: order.append("first"))
    second = queue.submit(lambda _seconds, _waiting: order.append("second"))
    queue.hurry(second)
    gate.open.set()
    first.future.result(WAIT)
    second.future.result(WAIT)
    assert order == ["second", "first"]


class Work:
    """Work that pauses a number of times, each time when the test's clock has gone on by so many seconds."""

    def __init__(self, clock: Clock, log: list[str], name: str, *, pieces: int, seconds: float) -> None:
        self.clock, self.log, self.name = clock, log, name
        self.pieces, self.seconds = pieces, seconds

    def __call__(self, _seconds: float, _waiting: int) -> str:
        for _ in range(self.pieces):
            self.log.append(self.name)
            self.clock.now += self.seconds
            pause()
        return self.name


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now

    monotonic = thread_time = perf_counter


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


def test_a_run_that_hurries_is_due_without_credit_but_not_before_others(channel, fake):
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
