"""Judging: other models on the same rows, five folds without a leak, importance, against scikit-learn."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from nncore.costs import CostLogReg
from nncore.experiment import Experiment
from nncore.mark import straight_costs
from ui.tables import Prepared, Table, judge_job, prepare, read_table, suggest
from ui.tables.judge_job import JudgeJob
from ui.tables.judge_models import (
    CONSTANT,
    FOREST,
    NETWORK,
    STRAIGHT,
    Importance,
    Judged,
    JudgedRows,
    NetworkEstimator,
    Progress,
    Work,
    compare,
    cross_validate,
    importance,
    judged_rows,
)

SAMPLES = Path(__file__).parents[2] / "samples"
EXPERIMENT = Experiment.default("own").replace(epochs=5, hidden=(4,), hidden_func=("tanh",))


def sample(name: str) -> tuple[Table, Prepared]:
    table = read_table((SAMPLES / f"{name}.csv").read_bytes(), name=f"{name}.csv")
    return table, prepare(table, suggest(table))


def rows_of(name: str) -> JudgedRows:
    return judged_rows(*sample(name))


def judged(findings: Iterable[object], model: str) -> list[Judged]:
    return [found for found in findings if isinstance(found, Judged) and found.model == model]


@pytest.mark.parametrize("name", ["diabetes_like", "iris", "house_prices"])
def test_the_rows_are_those_that_the_network_learns(name: str) -> None:
    table, prepared = sample(name)
    rows = judged_rows(table, prepared)
    inputs = prepared.steps.transform(rows.frame)
    np.testing.assert_array_equal(inputs[rows.train], prepared.data.X)
    np.testing.assert_array_equal(inputs[rows.val], prepared.data.X_val)
    t = prepared.data.t
    if not prepared.classes:
        np.testing.assert_allclose(rows.target[rows.train], prepared.in_units(t[:, 0]))
    else:
        np.testing.assert_array_equal(
            rows.target[rows.train], t[:, 0] if t.shape[1] == 1 else t.argmax(axis=1)
        )


def test_the_straight_model_is_the_one_that_verdicts_are_held_against() -> None:
    table, prepared = sample("diabetes_like")
    found = judged(compare(judged_rows(table, prepared), (STRAIGHT,)), STRAIGHT)
    mark = straight_costs(prepared.data, CostLogReg)
    assert mark is not None
    assert [one.part for one in found] == ["training", "validation"]
    assert found[0].measures["log loss"] == pytest.approx(mark.train, rel=1e-9)
    assert found[1].measures["log loss"] == pytest.approx(mark.val, rel=1e-9)


def test_measures_are_scikit_learns() -> None:
    rows = rows_of("diabetes_like")
    (val,) = [one for one in judged(compare(rows, (CONSTANT,)), CONSTANT) if one.part == "validation"]
    dummy = DummyClassifier(strategy="prior").fit(rows.train[:, None], rows.target[rows.train])
    shares = dummy.predict_proba(rows.val[:, None])
    truth = rows.target[rows.val]
    assert val.measures == pytest.approx(
        {
            "accuracy": dummy.score(rows.val[:, None], truth),
            "log loss": log_loss(truth, shares),
            "ROC area": roc_auc_score(truth, shares[:, 1]),
        }
    )


def test_five_folds_are_those_of_a_pipeline_that_is_fitted_anew_in_each() -> None:
    rows = rows_of("diabetes_like")
    found = judged(cross_validate(rows, EXPERIMENT, (STRAIGHT,)), STRAIGHT)
    whole = make_pipeline(rows.steps, LogisticRegression(max_iter=500))
    folds = StratifiedKFold(5, shuffle=True, random_state=rows.choices.seed)
    expected = cross_val_score(whole, rows.frame, rows.target, cv=folds, scoring="neg_log_loss")
    np.testing.assert_allclose([one.measures["log loss"] for one in found], -expected, rtol=1e-9)
    assert sum(len(one.targets) for one in found) == len(rows.target)


def test_five_folds_of_numbers_scale_the_target_in_each() -> None:
    rows = rows_of("house_prices")
    findings = list(cross_validate(rows, EXPERIMENT, (STRAIGHT, NETWORK)))
    whole = make_pipeline(rows.steps, Ridge())
    folds = KFold(5, shuffle=True, random_state=rows.choices.seed)
    expected = cross_val_score(whole, rows.frame, rows.target, cv=folds, scoring="r2")
    straight = [one.measures["R²"] for one in judged(findings, STRAIGHT)]
    np.testing.assert_allclose(straight, expected, rtol=1e-9)
    shares = [found.share for found in findings if isinstance(found, Progress)]
    assert shares == sorted(shares)
    assert len(judged(findings, NETWORK)) == 5


def test_a_fold_trains_the_network_as_the_page_would_on_these_rows() -> None:
    table, prepared = sample("iris")
    rows = judged_rows(table, prepared)
    first = judged(cross_validate(rows, EXPERIMENT, (NETWORK,)), NETWORK)[0]
    train, test = next(StratifiedKFold(5, shuffle=True, random_state=0).split(rows.frame, rows.target))
    X = rows.steps.fit(rows.frame.iloc[train]).transform(rows.frame)
    data = replace(
        prepared.data, X=X[train], t=np.eye(3)[rows.target[train].astype(int)], X_val=None, t_val=None,
        points=None, points_val=None,
    )  # fmt: skip
    training = EXPERIMENT.training(data)
    training.advance()
    np.testing.assert_array_equal(first.outputs, training.network.predict_proba(X[test]))


def test_what_only_test_rows_know_is_not_learned() -> None:
    """Noise that is scaled or encoded with the test rows in sight looks like knowledge; here it must not."""
    rng = np.random.default_rng(0)
    lines = "".join(
        f"{a:.4f},t{b},{c}\n"
        for a, b, c in zip(
            rng.normal(size=120), rng.integers(40, size=120), rng.integers(2, size=120), strict=True
        )
    )
    table = read_table(f"a,b,y\n{lines}".encode(), name="noise.csv")
    rows = judged_rows(table, prepare(table, suggest(table)))
    findings = list(cross_validate(rows, EXPERIMENT, (STRAIGHT, FOREST)))
    for model in (STRAIGHT, FOREST):
        rates = [one.measures["accuracy"] for one in judged(findings, model)]
        assert abs(np.mean(rates) - 0.5) < 0.12


def test_a_fold_that_sees_one_class_answers_it() -> None:
    lines = "".join(f"{i % 7},{i % 3},{'yes' if i == 11 else 'no'}\n" for i in range(40))
    table = read_table(f"a,b,sold\n{lines}".encode(), name="one.csv")
    rows = judged_rows(table, prepare(table, suggest(table)))
    found = list(cross_validate(rows, EXPERIMENT, (CONSTANT, STRAIGHT, NETWORK)))
    alone = next(one for one in judged(found, STRAIGHT) if one.targets.any())
    np.testing.assert_array_equal(alone.outputs, [[1.0, 0.0]] * len(alone.targets))
    assert len(judged(found, NETWORK)) == 5


def test_classes_of_fewer_rows_than_folds_are_tested_all_the_same() -> None:
    lines = "".join(f"{i * 7 % 5},{i % 3},{'abc'[i % 3]}\n" for i in range(10))
    table = read_table(f"a,b,kind\n{lines}".encode(), name="few.csv")
    rows = judged_rows(table, prepare(table, suggest(table)))
    assert rows.n_classes == 3
    found = judged(cross_validate(rows, EXPERIMENT, (STRAIGHT, NETWORK)), NETWORK)
    assert sum(len(one.targets) for one in found) == 10


def test_weights_of_classes_count_in_every_model_and_fold() -> None:
    table, prepared = sample("diabetes_like")
    balanced = prepare(table, replace(prepared.choices, weighing="balanced"))
    for kind in (compare, lambda rows, models: cross_validate(rows, EXPERIMENT, models)):
        plain, weighed = (
            judged(kind(judged_rows(table, made), (STRAIGHT,)), STRAIGHT)[0] for made in (prepared, balanced)
        )
        assert weighed.outputs[:, 1].mean() > plain.outputs[:, 1].mean() + 0.05


def test_the_column_that_says_everything_matters_most_and_noise_does_not() -> None:
    rng = np.random.default_rng(1)
    a, noise = rng.normal(size=400), rng.normal(size=400)
    lines = "".join(f"{x:.4f},{n:.4f},{'yes' if x > 0 else 'no'}\n" for x, n in zip(a, noise, strict=True))
    table = read_table(f"size,noise,y\n{lines}".encode(), name="plain.csv")
    prepared = prepare(table, suggest(table))
    training = Experiment.default("own").replace(epochs=30, eta=0.01).training(prepared.data)
    training.advance()
    found = [
        one
        for one in importance(judged_rows(table, prepared), trained(prepared, training.network))
        if isinstance(one, Importance)
    ]
    rises = {one.column: one.rise for one in found}
    assert rises["size"] > 0.5
    assert abs(rises["noise"]) < 0.1 * rises["size"]


def trained(prepared: Prepared, network: object) -> NetworkEstimator:
    return NetworkEstimator(
        prepared.steps, network, n_classes=len(prepared.classes), center=prepared.center,
        spread=prepared.spread,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
def test_a_process_judges_and_tells_how_far_it_is_and_is_stopped_at_once() -> None:
    table, prepared = sample("diabetes_like")
    rows = judged_rows(table, prepared)
    job = JudgeJob(Work("rivals", rows, (CONSTANT, STRAIGHT)))
    assert job.ended.wait(60.0)
    assert (job.state, job.progress.share) == ("done", 1.0)
    here = judged(compare(rows, (STRAIGHT,)), STRAIGHT)
    there = [one for one in job.judged if one.model == STRAIGHT]
    np.testing.assert_allclose(there[1].outputs, here[1].outputs, rtol=1e-12)
    long = JudgeJob(Work("folds", rows, (NETWORK,), EXPERIMENT.replace(epochs=100_000)))
    while long.progress.share == 0.0:
        assert not long.ended.wait(0.05)
    waits = JudgeJob(Work("rivals", rows, (CONSTANT,)))
    assert not waits.ended.wait(0.5)
    assert waits.state == "waiting"
    long.cancel()
    assert waits.ended.wait(60.0)
    assert (long.state, waits.state) == ("cancelled", "done")


@pytest.mark.slow
@pytest.mark.long
def test_what_nobody_looks_at_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of("iris")
    job = JudgeJob(Work("folds", rows, (NETWORK,), EXPERIMENT.replace(epochs=100_000)))
    while job.progress.share == 0.0:
        assert not job.ended.wait(0.05)
    monkeypatch.setattr(judge_job, "UNSEEN_SECONDS", 0.0)
    assert job.ended.wait(30.0)
    assert job.state == "cancelled"


@pytest.mark.long
@pytest.mark.slow
def test_what_is_cancelled_while_its_process_starts_stays_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, begin = rows_of("iris"), JudgeJob._start
    starting = threading.Event()

    def slowly(job: JudgeJob) -> subprocess.Popen[bytes]:
        starting.set()
        job.ended.wait(0.2)
        return begin(job)

    monkeypatch.setattr(JudgeJob, "_start", slowly)
    job = JudgeJob(Work("folds", rows, (NETWORK,), EXPERIMENT.replace(epochs=100_000)))
    assert starting.wait(10.0)
    job.cancel()
    after = JudgeJob(Work("rivals", rows, (CONSTANT,)))
    assert after.ended.wait(60.0)
    assert (job.state, after.state) == ("cancelled", "done")
