"""The live sweep behind an eta strip: what it sends, when, and what makes it stop."""

from __future__ import annotations

import base64
import json
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore import OUTCOMES, DataSet
from nncore.experiment import Experiment
from nncore.published import fit
from nncore.study.curvature import sharpness
from nncore.sweep import Block
from nncore.sweep.published import PublishedTraining
from pages.learning_rate import EDGE_EPOCHS, EDGE_RATES
from tests.unit.experiments import experiments
from ui.live.channel import Channel, Registry, ViewerCursor
from ui.live.packing import encode
from ui.live.protocol import Command, Message, Pause, Play, dump
from ui.live.tickets import Slice
from ui.sweep.budget import SweepSize, subset
from ui.sweep.edge import EdgeRun
from ui.sweep.modes import MODES, Job, SweepRequest, curvature_experiment
from ui.sweep.player import FIRST_SECONDS, ShowSweep, StripPlayer
from ui.sweep.strip import SWEEP_OUTPUTS, levels
from ui.sweep.view import facts_of

XOR = Experiment.default("XOR").replace(epochs=60)
X = XOR.dataset()
FEW = SweepSize(rates=8, starts=2)
NOW = Slice(0.01, 0, lambda: False)


def decoded(text: str, kind: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def finished(request: SweepRequest) -> Job:
    """Return the job of a request, at its end."""
    job = Job(request, OrderedDict())
    while not job.finished:
        job.move(0.05)
    return job


def taken(job: Job) -> dict[str, dict[str, Any]]:
    """Return what a job has posted, by name and as a browser reads it."""
    return {name: read(message) for name, message in job.take().items()}


def read(message: Message) -> dict[str, Any]:
    return json.loads(dump(message))


def step(
    player: StripPlayer, cursor: ViewerCursor | None, *commands: Command, work: Slice = NOW
) -> list[dict[str, Any]]:
    """Do one slice, and return its messages as a browser reads them."""
    return [read(message) for message in player.step(list(commands), cursor=cursor, pull=False, work=work)]


def play(player: StripPlayer, cursor: ViewerCursor, *commands: Command) -> list[dict[str, Any]]:
    """Let a player work until it has nothing left to do; return all its messages."""
    told = step(player, cursor, *commands)
    while player.has_work:
        told += step(player, cursor)
    return told


# What is sent.


def test_a_strip_message_holds_the_runs_of_the_experiments_opened_alone() -> None:
    job = finished(SweepRequest(XOR, size=FEW))
    message = taken(job)["main"]
    etas, seeds = message["etas"], message["seeds"]
    assert XOR.eta in etas
    assert seeds == [XOR.seed, XOR.seed + 1]
    outcome = decoded(message["outcome"], np.uint8).reshape(len(etas), 2)
    final = decoded(message["final"], "<f4").reshape(len(etas), 2)
    curves = decoded(message["curves"], "<f4").reshape(len(etas), -1)
    tables = decoded(message["table"], "<f4").reshape(len(etas), 4)
    for row, eta in enumerate(etas):
        alone = XOR.replace(eta=eta).training()
        alone.advance()
        assert OUTCOMES[outcome[row, 0]] == alone.outcome
        assert final[row, 0] == pytest.approx(alone.history["train_errors"][-1], rel=1e-6)
        np.testing.assert_allclose(curves[row, 1:], alone.history["train_errors"], rtol=1e-6)
        np.testing.assert_allclose(tables[row], alone.judge_proba()[:, 0], rtol=1e-5, atol=1e-7)
    assert decoded(message["known"], np.uint8).all()
    assert decoded(message["map"]["b64"], np.uint8).size == len(etas) * message["map"]["n"] ** 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("data", ["XOR", "sine"])
def test_every_mode_ends_and_can_be_written_as_json(mode: str, data: str) -> None:
    experiment = Experiment.default(data).replace(epochs=12, samples=30)
    for against in ("lam", "hidden", "batch_size") if mode == "heat" else ("lam",):
        job = finished(SweepRequest(experiment, mode, FEW, against))
        messages = taken(job)
        assert messages
        json.dumps([job.meta, messages], allow_nan=False)
        assert job.done == 1.0
        assert job.meta["mode"] == mode


@pytest.mark.parametrize(("race", "lanes"), [("scheduler", 6), ("schedule", 5)])
def test_a_race_has_a_lane_for_each(race: str, lanes: int) -> None:
    job = finished(SweepRequest(XOR, "race", FEW, race=race))
    messages = taken(job)
    assert list(job.meta["order"]) == sorted(messages, key=job.meta["order"].index)
    assert len(messages) == lanes
    assert job.meta["main"] in messages
    finals = {name: message["final"] for name, message in messages.items()}
    assert len(set(finals.values())) == lanes


def test_two_rules_shows_the_published_code_itself_and_the_habits_between() -> None:
    job = finished(SweepRequest(XOR, "rules", FEW))
    messages = taken(job)
    assert list(messages) == ["main", "published", "forgetting", "schedulers"]
    published = messages["published"]
    own = XOR.network()
    outcome = decoded(published["outcome"], np.uint8).reshape(-1, 2)[:, 0]
    final = decoded(published["final"], "<f4").reshape(-1, 2)[:, 0]
    reported = decoded(published["reported"], "<f4").reshape(-1, 2)
    for row, eta in enumerate(published["etas"]):
        end, scores = fit(
            own.weights, X.X, X.t, hidden_func="tanh", output_func="sigmoid", cost_func="CostLogReg",
            scheduler="Adam", numbers={"eta": eta, "rho": 0.9, "rho2": 0.999}, batches=1, epochs=60, lam=0,
        )  # fmt: skip
        own.weights = [np.vstack([0.01 * layer[:1], layer[1:]]) for layer in end]
        assert (OUTCOMES[outcome[row]] == "learned") == (final[row] <= published["target"])
        assert final[row] == pytest.approx(own.cost(X.X, X.t), rel=1e-5)
        told = (scores["train_errors"][-1], scores["train_accs"][-1])
        np.testing.assert_allclose(reported[row], told, rtol=1e-6)
        own = XOR.network()


@pytest.mark.parametrize(
    ("scheduler", "data", "lines"),
    [
        ("Momentum", "sine", ["main", "published"]),
        ("Constant", "digits", ["main", "published", "forgetting"]),
        ("RMS_prop", "sine", ["main", "published", "forgetting", "schedulers"]),
    ],
)
def test_two_rules_has_a_line_between_only_where_it_differs(
    scheduler: str, data: str, lines: list[str]
) -> None:
    experiment = Experiment.default(data).replace(scheduler=scheduler, epochs=3, samples=60)
    job = finished(SweepRequest(experiment, "rules", FEW))
    assert list(taken(job)) == lines
    assert "schedule" not in job.meta["difference"]
    scheduled = Job(SweepRequest(experiment.replace(schedule="cosine"), "rules", FEW), OrderedDict())
    assert "neither a schedule nor an L1 penalty" in scheduled.meta["difference"]


@pytest.mark.parametrize("eta", [0.1, 1e3])
def test_xor_as_it_opens_ends_where_the_published_classes_do(eta: float) -> None:
    """The published scheduler on exact gradients ends at 1.72e-4, the whole published code at 2.18e-4."""
    gate = Experiment.default("XOR").replace(eta=eta)
    block = Block(gate, {"eta": (eta,)}, np.array([0]))
    ends = []
    for only in (True, False):
        training = PublishedTraining(block, schedulers_only=only)
        while not training.finished:
            training.advance(seconds=0.001)
        assert training.history["train_errors"].shape == (1, training.epoch)
        ends.append(training.history["train_errors"][0, -1])
    if eta == 0.1:
        assert ends == pytest.approx([1.72e-4, 2.18e-4], rel=2e-3)
        assert training.outcome.tolist() == ["learned"]
    else:
        assert training.outcome[0] != "learned"


@pytest.mark.filterwarnings("error")
@given(experiments(small=True), st.booleans())
@settings(max_examples=30, deadline=None)
def test_every_experiment_can_be_run_by_the_published_code(experiment: Experiment, only: bool) -> None:
    block = Block(experiment, {"eta": (experiment.eta, 1e3)}, np.arange(2))
    training = PublishedTraining(block, schedulers_only=only)
    training.advance()
    assert set(training.outcome) <= set(OUTCOMES)
    costs = training.history["train_errors"]
    lost = training.overflow_epoch >= 0
    assert np.isfinite(costs[~lost]).all()
    assert np.isfinite(training.start_cost[~lost]).all()
    assert training.reported.shape == (2, 2)


def test_a_stack_of_the_published_code_overflows_run_by_run() -> None:
    line = Experiment.default("sine").replace(scheduler="Constant", epochs=40)
    training = PublishedTraining(Block(line, {"eta": (1e-3, 1e3)}, np.array([0, 1])))
    training.advance()
    assert training.overflow_epoch[0] == -1
    assert 0 < training.overflow_epoch[1] <= 40
    assert training.outcome[1] == "overflow"
    costs = training.history["train_errors"]
    assert np.isfinite(costs[0]).all()
    assert np.isnan(costs[1, training.overflow_epoch[1] - 1 :]).all()


def test_digits_are_swept_on_a_subset_and_say_so() -> None:
    swept, note = subset(Experiment.default("digits"))
    assert swept.samples == 500
    assert note == "Swept on 500 of 1797 images, so that it can be live."
    small = Experiment.default("digits").replace(samples=100)
    assert subset(small) == (small, "")


def test_the_heat_map_is_coarse_first_and_whole_at_the_end() -> None:
    job = Job(SweepRequest(XOR, "heat", FEW), OrderedDict())
    shares = []
    while not job.finished:
        job.move(0.002)
        message = taken(job).get("heat")
        if message is not None:
            done = decoded(message["outcome"], np.uint8) != 255
            shares.append(done.mean())
    assert shares[-1] == 1.0
    assert len(message_axis(job)) == 24
    run = Experiment.default("XOR").replace(epochs=60, lam=1.0, eta=100.0).training()
    run.advance()
    assert OUTCOMES[decoded(last_heat(job)["outcome"], np.uint8)[-1]] == run.outcome


def last_heat(job: Job) -> dict[str, Any]:
    return read(next(message for key, message in job.cache.items() if key[0] == "heat"))


def message_axis(job: Job) -> list[float]:
    return last_heat(job)["values"]


def test_curvature_is_shown_for_full_batches_at_a_constant_rate() -> None:
    swept, words = curvature_experiment(
        Experiment.default("moons").replace(scheduler="Adam", batch_size=10, schedule="cosine")
    )
    assert (swept.scheduler, swept.batch_size, swept.schedule) == ("Constant", 0, "constant")
    for word in ("Constant", "full batch", "held constant", "squared error"):
        assert word in words
    momentum = XOR.replace(scheduler="Momentum", cost="CostOLS")
    assert curvature_experiment(momentum) == (momentum, "")


def test_a_sweep_is_named_by_the_runs_as_they_are() -> None:
    edge = XOR.replace(cost="CostOLS", lam=0.01)
    told = {mode: Job(SweepRequest(edge, mode), OrderedDict()).meta for mode in ("strip", "curvature")}
    assert ("Adam" in told["strip"]["label"], "Constant" in told["curvature"]["label"]) == (True, True)
    assert told["curvature"]["others"] == "cost squared error, L2 penalty λ 0.01"


def test_what_stands_in_large_type_is_of_the_runs_as_they_are() -> None:
    methods = {mode: facts_of(SweepRequest(XOR, mode))["scheduler"] for mode in ("strip", "curvature")}
    assert methods == {"strip": "Adam", "curvature": "Constant"}
    own = Experiment.default("own")
    rows = DataSet("own", "binary", np.eye(4), np.array([[0.0], [1.0], [0.0], [1.0]]))
    assert facts_of(SweepRequest(own, "curvature", data=rows))["scheduler"] == "Constant"
    assert "cost" not in facts_of(SweepRequest(XOR))
    assert facts_of(SweepRequest(XOR.replace(cost="CostOLS")))["cost"] == "squared error"


def test_the_own_run_s_curvature_is_told_while_it_goes_on() -> None:
    edge = XOR.replace(scheduler="Momentum", cost="CostOLS", output_func="identity", eta=0.05)
    run = EdgeRun(edge, edge.dataset())
    slices = 0
    while len((part := read(run.message()))["epochs"]) < 2:
        run.advance(0.0)
        slices += 1
    assert part["epochs"] == [0, 1]
    assert not part["finished"]
    # Two measurements and a step: no slice takes a whole one at once.
    assert slices > 5
    job = finished(SweepRequest(edge, "curvature", FEW))
    told = taken(job)["edge"]
    assert told["finished"]
    assert told["epochs"] == list(range(edge.epochs + 1))
    assert (job.meta["limit"], job.meta["plain"]) == (3.8, 2.0)
    alone = edge.training()
    alone.advance()
    costs = [float(alone.start_cost), *alone.history["train_errors"]]
    np.testing.assert_allclose(decoded(told["costs"], "<f4"), costs, rtol=1e-6)
    exact = sharpness(alone.network, alone.data.X, alone.data.t)
    assert decoded(told["sharp"], "<f4")[-1] == pytest.approx(exact, rel=1e-2)


@pytest.mark.parametrize("data", ["XOR", "sine"])
def test_the_edge_of_stability_is_where_the_button_leads(data: str) -> None:
    kind = Experiment.default(data).kind
    edge = Experiment.default(data).replace(
        scheduler="Constant", cost="CostOLS", output_func="identity", eta=EDGE_RATES[kind], batch_size=0
    )
    run = EdgeRun(edge.replace(epochs=max(edge.epochs, EDGE_EPOCHS.get(kind, 0))), edge.dataset())
    run.advance(60.0)
    assert run.finished
    climbed = edge.eta * decoded(read(run.message())["sharp"], "<f4")
    assert climbed[0] < 1.3
    assert 1.8 < np.median(climbed[-40:]) < 2.2
    assert np.isfinite(climbed).all()


def test_numbers_too_large_for_single_precision_are_held_and_nan_is_kept() -> None:
    values = decoded(encode(np.array([1e60, np.nan, -np.inf, 0.5]), np.float32), "<f4")
    assert values[0] == np.finfo(np.float32).max
    assert np.isnan(values[1])
    assert values[2] == -np.inf
    assert levels(np.array([0.0, 1.0, np.nan, 7.0]), 0.0, 1.0).tolist() == [0, 255, 0, 255]
    assert set(SWEEP_OUTPUTS) == {"map", "fit", "table", "matrix", "tiles", "reported"}


# The player.


def test_a_viewer_is_told_of_the_job_the_strip_and_its_end() -> None:
    player, cursor = StripPlayer(), ViewerCursor()
    told = play(player, cursor, ShowSweep(SweepRequest(XOR, size=FEW)))
    assert told[0]["t"] == "job"
    assert [message["t"] for message in told if message["t"] != "tick"][-1] == "strip"
    assert told[-1] == {"t": "tick", "job": 1, "state": "done", "done": 1.0, "text": told[-1]["text"]}
    assert not player.has_work
    assert cursor.revision == player.revision


def test_the_first_slice_of_a_gate_already_shows_a_strip() -> None:
    player = StripPlayer()
    work = Slice(0.2, 0, lambda: False)
    told = step(player, ViewerCursor(), ShowSweep(SweepRequest(XOR)), work=work)
    strip = next(message for message in told if message["t"] == "strip")
    assert (decoded(strip["outcome"], np.uint8) != 255).sum() >= 8


def test_the_first_slice_ends_with_the_first_picture_and_a_busy_server_gives_it_less() -> None:
    player, now = StripPlayer(clock=lambda: 0.0), Slice(0.0, 0, lambda: False)
    told = step(player, ViewerCursor(), ShowSweep(SweepRequest(XOR)), work=now)
    assert [message["t"] for message in told] == ["job", "strip", "tick"]
    assert player.has_work
    spent: list[float] = []
    for load in (0, 9):
        job = StripPlayer()
        step(job, None, ShowSweep(SweepRequest(XOR)), work=now)
        assert job.job is not None
        job.job.begin = spent.append  # type: ignore[method-assign]
        step(job, ViewerCursor(), work=Slice(0.001, load, lambda: False))
    assert spent == [FIRST_SECONDS, FIRST_SECONDS / 10]


def test_a_costly_first_picture_is_made_in_one_slice_too_unless_it_takes_very_long() -> None:
    player, digits = StripPlayer(clock=lambda: 0.0), Experiment.default("digits")
    told = step(player, ViewerCursor(), ShowSweep(SweepRequest(digits)), work=Slice(0.0, 0, lambda: False))
    assert [message["t"] for message in told] == ["job", "strip", "tick"]
    readings = iter(range(10_000))
    slow = StripPlayer(clock=lambda: float(next(readings)))  # each look at the clock is a second later
    told = step(slow, ViewerCursor(), ShowSweep(SweepRequest(digits)), work=Slice(0.0, 0, lambda: False))
    assert [message["t"] for message in told] == ["job", "tick"]
    assert slow.has_work


def test_the_first_picture_of_a_costly_strip_is_the_run_that_is_looked_at() -> None:
    digits = Experiment.default("digits").replace(eta=0.003)
    job = Job(SweepRequest(digits, size=SweepSize(rates=12)), OrderedDict())
    while not job.outbox:
        job.move(0.001)
    message = taken(job)["main"]
    known = decoded(message["known"], np.uint8).astype(bool)
    assert np.array(message["etas"])[known].tolist() == [0.003]
    matrix = decoded(message["matrix"], np.int32).reshape(1, 10, 10)
    alone, _ = subset(digits)
    training = alone.training()
    training.advance()
    np.testing.assert_array_equal(matrix[0], training.confusion("validation"))


def test_the_first_picture_of_a_race_is_its_own_lane_whole() -> None:
    job = Job(SweepRequest(XOR, "race"), OrderedDict(), clock=lambda: 0.0)
    job.begin(1.0)
    assert list(job.outbox) == ["Adam"]
    adam = read(job.outbox["Adam"])
    known = decoded(adam["known"], np.uint8)
    assert known.sum() < 10
    # The others have no row: a large message would reach a busy browser in pieces.
    first = decoded(adam["curves"], "<f4").reshape(known.sum(), -1)
    assert np.isfinite(first[:, 0]).all()


def test_a_changed_control_replaces_the_sweep_and_the_same_request_does_not() -> None:
    player, cursor = StripPlayer(), ViewerCursor()
    step(player, cursor, ShowSweep(SweepRequest(XOR)))
    first = player.job
    step(player, cursor, ShowSweep(SweepRequest(XOR)))
    assert player.job is first
    told = play(player, cursor, ShowSweep(SweepRequest(XOR.replace(hidden=(3,)), size=FEW)))
    assert player.job is not first
    assert {message["job"] for message in told} == {2}


def test_a_stale_slice_does_no_work() -> None:
    player = StripPlayer()
    stale = Slice(1.0, 0, lambda: True)
    told = step(player, ViewerCursor(), ShowSweep(SweepRequest(XOR, size=FEW)), work=stale)
    assert [message["t"] for message in told] == ["job", "tick"]
    assert player.has_work


def test_cancel_stops_and_go_on_goes_on() -> None:
    player, cursor = StripPlayer(), ViewerCursor()
    step(player, cursor, ShowSweep(SweepRequest(XOR)))
    told = step(player, cursor, Pause())
    assert told[-1]["state"] == "cancelled"
    assert not player.has_work
    assert player.job is not None
    assert player.job.done < 1.0
    assert play(player, cursor, Play())[-1]["state"] == "done"


def test_a_second_viewer_is_told_everything_again() -> None:
    player = StripPlayer()
    first = play(player, ViewerCursor(), ShowSweep(SweepRequest(XOR, size=FEW)))
    later = step(player, ViewerCursor())
    assert [message["t"] for message in later] == ["job", "strip", "tick"]
    assert later[1]["final"] == [message for message in first if message["t"] == "strip"][-1]["final"]


def test_going_back_to_an_earlier_mode_costs_nothing() -> None:
    player, cursor = StripPlayer(), ViewerCursor()
    play(player, cursor, ShowSweep(SweepRequest(XOR, size=FEW)))
    play(player, cursor, ShowSweep(SweepRequest(XOR, "luck", FEW)))
    work = Slice(0.0, 0, lambda: False)
    told = step(player, cursor, ShowSweep(SweepRequest(XOR, size=FEW)), work=work)
    assert "strip" in {message["t"] for message in told}


def test_another_learning_rate_within_the_strip_is_no_new_sweep() -> None:
    player, cursor = StripPlayer(), ViewerCursor()
    told = play(player, cursor, ShowSweep(SweepRequest(XOR, size=FEW)))
    strip = [message for message in told if message["t"] == "strip"][-1]
    other = XOR.replace(eta=strip["etas"][3])
    idle = Slice(0.0, 0, lambda: False)
    told = step(player, cursor, ShowSweep(SweepRequest(other, size=FEW)), work=idle)
    assert [m["final"] for m in told if m["t"] == "strip"] == [strip["final"]]


def test_without_a_viewer_nothing_is_computed() -> None:
    player = StripPlayer()
    assert step(player, None, ShowSweep(SweepRequest(XOR))) == []
    assert player.job is not None
    assert player.job.done == 0.0


def test_a_failure_is_told_and_the_next_request_starts_anew() -> None:
    player, cursor = StripPlayer(), ViewerCursor()
    step(player, cursor, ShowSweep(SweepRequest(XOR)))
    player.fail("Something went wrong.")
    told = step(player, cursor)
    assert told == [{"t": "error", "message": "Something went wrong."}]
    assert not player.has_work
    assert play(player, cursor, ShowSweep(SweepRequest(XOR, size=FEW)))[-1]["state"] == "done"


def test_closing_twice_is_safe_and_lets_go() -> None:
    player = StripPlayer()
    play(player, ViewerCursor(), ShowSweep(SweepRequest(XOR, size=FEW)))
    player.close()
    player.close()
    assert player.job is None
    assert not player.has_work


def test_two_sessions_never_mix() -> None:
    registry = Registry()
    channels: list[Channel] = [registry.open(StripPlayer()) for _ in range(2)]
    assert channels[0].token != channels[1].token
    etas = []
    for channel, experiment in zip(channels, (XOR, XOR.replace(hidden=(2,))), strict=True):
        channel.send(ShowSweep(SweepRequest(experiment, size=FEW)))
        viewer = channel.open_viewer(lambda: None)
        texts: list[str] = []
        while viewer.due() is not None:
            texts += viewer.produce(0.02, 0, pull=False)
        etas.append([json.loads(text) for text in texts])
    finals = [[m["final"] for m in told if m["t"] == "strip"][-1] for told in etas]
    assert finals[0] != finals[1]
    channels[0].close()
    assert registry.find(channels[0].token) is None
    assert registry.find(channels[1].token) is channels[1]
