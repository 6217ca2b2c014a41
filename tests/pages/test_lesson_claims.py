"""What the lesson cards say is seen in the runs that they open: each card has claims, each is checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from nncore.data import DATA, DataSet
from nncore.metrics import confusion_matrix
from nncore.outcome import constant_cost
from nncore.training import Training
from tests.pages.test_presets import sample_table
from ui.shared.lessons import PRESETS

LN2 = float(np.log(2.0))


class Run:
    """A card's run at its end; `with_` is the same with other settings.

    Attributes
    ----------
    costs, accs : arrays
        Of the training rows after each epoch; entry 0 of the costs is before training.
    val, val_accs : arrays
        Of the validation rows after each epoch.
    """

    def __init__(self, name: str, **changes: object) -> None:
        self.name = name
        self.experiment = PRESETS[name].experiment().replace(**changes)
        known = self.experiment.data in DATA
        self.data: DataSet = self.experiment.dataset() if known else sample_table()
        self.training = self.experiment.training(self.data)
        self.training.advance(epochs=self.experiment.epochs)
        history = self.training.history
        self.costs = np.array([float(self.training.start_cost), *history["train_errors"]])
        self.accs = history.get("train_accs", np.array([]))
        self.val = history.get("val_errors", np.array([]))
        self.val_accs = history.get("val_accs", np.array([]))

    def with_(self, **changes: object) -> Run:
        return Run(self.name, **changes)

    @property
    def reached(self) -> int:
        """The first epoch at the target, -1 where there is none."""
        below = np.flatnonzero(self.costs <= float(self.training.target_cost))
        return int(below[0]) if len(below) else -1

    @property
    def kept_apart(self) -> tuple[np.ndarray, np.ndarray]:
        """The validation rows and their targets."""
        assert self.data.X_val is not None
        assert self.data.t_val is not None
        return self.data.X_val, self.data.t_val

    @property
    def guess(self) -> float:
        """What the best constant answer costs on the training rows."""
        cost = constant_cost(self.data.t, self.training.network.cost_func)
        assert cost is not None
        return cost


@cache
def run_of(name: str) -> Run:
    return Run(name)


def fresh(name: str) -> Training:
    """A card's run before its first step."""
    return PRESETS[name].experiment().training()


def all_rows_become_right(run: Run) -> None:
    assert run.accs[0] < 1.0
    assert run.accs[-1] == 1.0


def rests_near_ln2_with_at_most_three_rows_right(run: Run) -> None:
    assert run.experiment == PRESETS["and-line"].experiment().replace(data="XOR"), "the same network"
    assert run.costs[-1] == pytest.approx(LN2, abs=1e-6)
    assert np.ptp(run.costs[-250:]) < 1e-6
    assert run.accs.max() <= 0.75


def right_after_twenty_epochs_and_stays(run: Run) -> None:
    assert (run.experiment.hidden, run.experiment.hidden_func) == ((4,), ("tanh",))
    assert (run.experiment.scheduler, run.experiment.eta) == ("Adam", 0.1)
    assert run.accs[18] < 1.0
    assert (run.accs[19:] == 1.0).all()


def both_neurons_die(run: Run) -> None:
    training = fresh(run.name)

    def alive() -> int:
        return int(np.count_nonzero(training.network.layer_outputs(run.data.X)[0].max(axis=0) > 0))

    neurons = []
    for _ in range(4):
        neurons.append(alive())
        training.advance(epochs=1)
    assert neurons == [1, 1, 1, 0]
    assert run.costs[4:] == pytest.approx(LN2, abs=1e-3)
    outcomes = [run.with_(seed=seed).training.outcome for seed in range(1, 13)]
    assert 3 <= outcomes.count("learned") <= 9


def falls_yet_stays_near_its_start(run: Run) -> None:
    assert (np.diff(run.costs) < 0).all()
    assert run.costs[-1] > 0.98 * run.costs[0]


def learns_in_a_few_dozen_epochs(run: Run) -> None:
    assert run.experiment == PRESETS["eta-small"].experiment().replace(eta=0.1), "the same start"
    assert run.reached == pytest.approx(36, abs=12)


def jumps_about_and_ends_above_its_start(run: Run) -> None:
    assert np.isfinite(run.costs).all()
    assert run.costs[-1] > run.costs[0]
    assert np.count_nonzero(np.diff(run.costs) > 0.1) > len(run.costs) / 3
    assert run.accs[-1] <= 0.75
    assert run.experiment.eta == 100 * PRESETS["eta-right"].experiment().eta


def every_step_is_larger_than_the_last_until_the_numbers_end(run: Run) -> None:
    assert (run.experiment.cost, run.experiment.output_func) == ("CostOLS", "identity")
    training, steps = fresh(run.name), []
    while not training.finished:
        before = training.network.theta.copy()
        training.advance(epochs=1)
        # By its largest entry: a sum of squares would leave the numbers before the step does.
        step = np.abs(training.network.theta - before)
        steps.append(float(step.max()))
    assert 0 < int(training.overflow_epoch) < run.experiment.epochs
    assert (np.diff(steps[:-1]) > 0).all()


def needs_more_than_its_epochs(run: Run) -> None:
    assert run.reached == -1
    assert run.with_(epochs=10 * run.experiment.epochs).reached > run.experiment.epochs


def is_in_time_where_constant_is_not(run: Run) -> None:
    constant = PRESETS["constant"].experiment()
    assert run.experiment == constant.replace(scheduler="Momentum")
    assert run.experiment.momentum == 0.9  # the steps add up to 1 / (1 - 0.9) = 10 times the length
    assert 0 < run.reached <= constant.epochs


def takes_other_steps(run: Run) -> None:
    textbook = run.with_(rule="textbook")
    assert run.costs[1] == textbook.costs[1]
    assert (run.costs[2:60] != textbook.costs[2:60]).all()


def reads_about_eight_tenths(run: Run) -> None:
    assert run.experiment.hidden == (100, 30)
    assert (run.experiment.scheduler, run.experiment.eta, run.experiment.batch_size) == ("Adam", 1e-4, 32)
    assert len(run.data.X) + len(run.kept_apart[0]) == 1797
    assert run.data.n_outputs == 10


def reads_more_than_95_after_twenty_epochs(run: Run) -> None:
    assert run.experiment.epochs == 20
    assert run.val_accs[-1] > 0.95


def is_ten_times_as_fast(run: Run) -> None:
    assert run.experiment == PRESETS["digits-lecture"].experiment().replace(eta=1e-3), "the same network"
    reads_more_than_95_after_twenty_epochs(run)


def goes_far_with_pairs_confused(run: Run) -> None:
    counts = matrix(run)
    assert counts.trace() > 0.9 * counts.sum()
    assert (counts - np.diag(np.diag(counts))).max() >= 2


def all_land_in_one_column(run: Run) -> None:
    columns = matrix(run).sum(axis=0)
    assert np.count_nonzero(columns) == 1
    longer = run.with_(epochs=60)
    assert longer.costs[1:].min() > 0.9 * np.log(10.0)


def matrix(run: Run) -> np.ndarray:
    X, t = run.kept_apart
    predicted = run.training.network.predict(X).argmax(axis=1)
    return confusion_matrix(t.argmax(axis=1), predicted, n_classes=10)


def has_far_to_go_and_a_higher_rate_gets_further(run: Run) -> None:
    assert run.experiment.epochs == 1000
    # The mark is scikit-learn's own logistic regression on these rows.
    assert run.costs[-1] > 2 * float(run.training.target_cost)
    assert run.with_(eta=0.1).val[-1] < run.val[-1] / 3
    rows = len(run.data.X) + len(run.kept_apart[0])
    assert (rows, run.data.X.shape[1], run.data.X.min(), run.data.X.max()) == (569, 30, 0.0, 1.0)


def reads_about_99_of_100_new_cases(run: Run) -> None:
    assert (run.experiment.hidden, run.experiment.hidden_func) == ((100, 30), ("RELU",))
    assert run.val_accs[-1] == pytest.approx(0.99, abs=0.01)


def little_more_than_half_is_right(run: Run) -> None:
    assert 0.5 <= run.val_accs[-1] <= 0.65
    assert 0.5 <= run.accs[-1] <= 0.65


def other_inputs_do_without_a_layer(run: Run) -> None:
    line = PRESETS["circle-line"].experiment()
    assert run.experiment == line.replace(features=("x2", "y2")), "the same but for its inputs"
    assert run.experiment.hidden == ()
    assert run.val_accs[-1] > 0.95


def follows_both_arms(run: Run) -> None:
    assert len(run.data.X) == 250
    assert run.val_accs[-1] > 0.95
    assert run.with_(hidden=()).val_accs[-1] < 0.7


def both_costs_stay_high(run: Run) -> None:
    assert run.costs[-1] > run.guess / 2
    assert run.val[-1] > run.guess / 2
    low, high = run.data.bounds[0]
    assert high - low == 2.0  # two periods of sin(2 pi x)


def validation_falls_then_rises_while_every_point_is_met(run: Run) -> None:
    lowest = int(run.val.argmin())
    assert run.costs[-1] < run.costs[0] / 1000
    assert run.val[lowest] < run.val[0] / 2
    assert 0.2 < lowest / len(run.val) < 0.8
    assert run.val[-1] > 1.5 * run.val[0]
    after = run.val[lowest:]
    assert (after > 0.97 * np.maximum.accumulate(after)).all()  # no comb: it rises as one sees it rise
    network, (low, high) = run.training.network, run.data.bounds[0]
    missed = np.abs(network.predict_proba(run.data.X) - run.data.t).max()
    assert len(run.data.X) == 10
    assert missed < 0.05
    drawn = network.predict_proba(run.data.transform(np.linspace(low, high, 201)[:, None]))
    assert drawn.max() > run.data.t.max() + 1.0


def more_than_eight_of_ten_new_rows_come_out_right(run: Run) -> None:
    assert run.training.network.dimensions == (8, 12, 8, 1)
    assert 0.8 < run.val_accs[-1] < 0.9


CLAIMS: dict[str, Callable[[Run], None]] = {
    "and-line": all_rows_become_right,
    "xor-line": rests_near_ln2_with_at_most_three_rows_right,
    "xor-solved": right_after_twenty_epochs_and_stays,
    "xor-unlucky": both_neurons_die,
    "eta-small": falls_yet_stays_near_its_start,
    "eta-right": learns_in_a_few_dozen_epochs,
    "eta-large": jumps_about_and_ends_above_its_start,
    "eta-overflow": every_step_is_larger_than_the_last_until_the_numbers_end,
    "constant": needs_more_than_its_epochs,
    "momentum": is_in_time_where_constant_is_not,
    "lecture-rule": takes_other_steps,
    "digits-lecture": reads_about_eight_tenths,
    "digits-faster": is_ten_times_as_fast,
    "digits-linear": goes_far_with_pairs_confused,
    "digits-large": all_land_in_one_column,
    "cancer-line": has_far_to_go_and_a_higher_rate_gets_further,
    "cancer-layers": reads_about_99_of_100_new_cases,
    "circle-line": little_more_than_half_is_right,
    "circle-squares": other_inputs_do_without_a_layer,
    "spiral": follows_both_arms,
    "sine-few": both_costs_stay_high,
    "sine-many": validation_falls_then_rises_while_every_point_is_met,
    "libraries-digits": reads_more_than_95_after_twenty_epochs,
    "libraries-table": more_than_eight_of_ten_new_rows_come_out_right,
}


def best_after(run: Run, epochs: int) -> float:
    return float(run.costs[: epochs + 1].min())


# What each answer to a question says, in its order: one of them is so.
ANSWERS: dict[str, tuple[Callable[[Run], bool], ...]] = {
    "xor-line": (
        lambda run: run.accs[-1] == 1.0,
        lambda run: bool(run.accs[-1] > 0.25 and run.accs.max() <= 0.75),
        lambda run: run.accs[-1] == 0.25,
    ),
    "eta-large": (
        lambda run: 0 < run.reached < run_of("eta-right").reached,
        lambda run: run.reached == -1 and best_after(run, 20) < best_after(run_of("eta-right"), 20),
        lambda run: bool(run.costs[-1] > run.costs[0] and run.accs.max() <= 0.75),
    ),
    "momentum": (lambda run: run.reached > 0, lambda run: run.reached == -1),
    "sine-many": (
        lambda run: bool(run.val[-1] < 1.1 * run.val.min()),
        lambda run: bool(run.val.min() < run.val[0] / 2 and run.val[-1] > 1.1 * run.val.min()),
        lambda run: bool(np.ptp(run.val) < 0.1 * run.val[0]),
    ),
}
# Whether other libraries' curves differ is seen where they are installed: tests/frameworks.
ELSEWHERE = {"libraries-table"}


def test_every_question_has_its_answers() -> None:
    assert set(ANSWERS) | ELSEWHERE == {name for name, preset in PRESETS.items() if preset.question}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_marked_answer_alone_is_what_the_run_shows(name: str) -> None:
    question = PRESETS[name].question
    assert question is not None
    assert len(ANSWERS[name]) == len(question.answers)
    assert [is_so(run_of(name)) for is_so in ANSWERS[name]] == [
        place == question.right for place in range(len(question.answers))
    ]


def test_every_card_has_its_claims() -> None:
    assert set(CLAIMS) == set(PRESETS)


@pytest.mark.parametrize("name", CLAIMS)
def test_what_a_card_says_is_seen_in_its_run(name: str) -> None:
    check_claim = CLAIMS[name]
    check_claim(run_of(name))
