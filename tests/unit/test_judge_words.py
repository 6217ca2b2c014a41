"""What is said and drawn of judged models: no more than the rows can show."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from ui.shared.theme import LIGHT
from ui.tables import results
from ui.tables.judge_models import NETWORK, STRAIGHT, Importance, Judged
from ui.tables.judge_words import (
    against_straight,
    folds_figure,
    folds_table,
    importance_figure,
    models_table,
)
from ui.tables.results import Scores

RNG = np.random.default_rng(2)
TRUTH = RNG.integers(2, size=100).astype(float)


def sure(codes: np.ndarray, model: str, part: str = "validation") -> Judged:
    """Answers that are sure of these classes."""
    return Judged(model, part, np.where(codes[:, None] == [0, 1], 0.9, 0.1), TRUTH[: len(codes)])


def wrong_in(count: int) -> np.ndarray:
    return np.where(np.arange(100) < count, 1 - TRUTH, TRUTH)


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        (10, 10, "are right about the same rows"),
        (10, 11, "right for 90.0%, the straight model for 89.0%: no difference that so few rows can show"),
        (10, 30, "right for 90.0%, the straight model for 70.0%: more than twice the standard error"),
        (30, 10, "right for 70.0%, the straight model for 90.0%: more than twice the standard error"),
    ],
)
def test_a_difference_is_one_only_where_the_rows_can_show_it(mine: int, theirs: int, words: str) -> None:
    said = against_straight(sure(wrong_in(mine), NETWORK), sure(wrong_in(theirs), STRAIGHT))
    assert said.startswith("On the 100 validation rows")
    assert words in said


def test_errors_of_numbers_are_compared_row_by_row() -> None:
    true = RNG.normal(size=200)
    noise = RNG.normal(size=200)
    close, far = (
        Judged(name, "validation", (true + s * noise)[:, None], true)
        for name, s in (("network", 0.1), ("straight", 1.0))
    )
    assert "more than twice the standard error" in against_straight(close, far)
    near = Judged("straight", "validation", (true - 0.1 * noise)[:, None], true)
    assert "no difference that so few rows can show" in against_straight(close, near)
    lost = Judged("network", "validation", np.full((200, 1), np.nan), true)
    assert "beyond all numbers" in against_straight(lost, far)


def test_a_single_row_compares_nothing_and_values_that_are_all_alike_have_no_share() -> None:
    one = TRUTH[:1]
    for said in (
        against_straight(sure(one, NETWORK), sure(1 - one, STRAIGHT)),
        against_straight(*(Judged(name, "validation", one[:, None], one) for name in (NETWORK, STRAIGHT))),
    ):
        assert said == "A single validation row cannot show which of the two models is better."
    for true in ([2.0], [2.0, 2.0, 2.0]):
        answers = np.arange(len(true))[:, None] + 1.5
        scores = Scores("validation", answers, np.array(true), np.arange(len(true)))
        _, words = results.value_figure([scores], LIGHT, target="price")
        assert words.endswith("no R², as the true values are all alike.")


def test_models_stand_one_a_row_with_validation_first() -> None:
    parts = [
        sure(wrong_in(k), model, part)
        for model, k in ((NETWORK, 5), (STRAIGHT, 20))
        for part in ("training", "validation")
    ]
    table = models_table(parts)
    assert table["model"].tolist() == ["network", "straight model"]
    assert list(table)[1:4] == ["accuracy, validation", "log loss, validation", "ROC area, validation"]
    assert table["accuracy, training"].tolist() == [0.95, 0.8]


def test_folds_have_mean_and_spread_and_count_who_was_better() -> None:
    judged = [sure(wrong_in(k), NETWORK, str(fold)) for fold, k in enumerate((5, 10, 15, 20, 25))]
    judged += [sure(wrong_in(18), STRAIGHT, str(fold)) for fold in range(5)]
    figure, words = folds_figure(judged, LIGHT)
    assert "network 0.85 ± 0.079, straight model 0.82 ± 0" in words
    assert words.endswith("The network was better than the straight model in 3 of 5 folds.")
    np.testing.assert_allclose(figure.data[0].x, [0.95, 0.9, 0.85, 0.8, 0.75])
    assert folds_table(judged)["accuracy"].tolist() == ["0.85 ± 0.079", "0.82 ± 0"]


def test_columns_are_drawn_by_what_shuffling_costs() -> None:
    found = [Importance(f"c{k}", 0.1 * k, 0.01) for k in range(25)]
    figure, words = importance_figure(found, LIGHT, measure="log loss")
    assert figure.data[0].y[0] == "c24"
    assert len(figure.data[0].y) == 20
    assert words.startswith("Shuffling “c24” costs the network most: its log loss rises by 2.4 (± 0.01")
    assert "the first 20 of 25" in words
    _, none = importance_figure([Importance("a", -0.1, 0.2)], LIGHT, measure="log loss")
    assert none.startswith("No column matters")
    _, lost = importance_figure([Importance("a", np.nan, np.nan)], LIGHT, measure="log loss")
    assert "beyond all numbers" in lost


def test_precision_and_recall_are_scikit_learns_and_the_mark_lies_on_the_curve() -> None:
    shares = np.clip(0.5 + 0.2 * (TRUTH - 0.5) + 0.2 * RNG.normal(size=100), 0.01, 0.99)
    scores = Scores("validation", np.column_stack([1 - shares, shares]), TRUTH, np.arange(100))
    figure, words = results.precision_figure([scores], LIGHT, classes=("no", "yes"), threshold=0.5)
    precision, recall, _ = precision_recall_curve(TRUTH, shares)
    np.testing.assert_array_equal(figure.data[0].x, recall)
    np.testing.assert_array_equal(figure.data[0].y, precision)
    assert f"average precision {average_precision_score(TRUTH, shares):.3f} on the validation rows" in words
    assert f"Guessing has {TRUTH.mean():.3f} there" in words
    x, y = figure.data[1].x[0], figure.data[1].y[0]
    assert np.isclose(recall, x)[np.isclose(precision, y)].any()


def test_one_class_against_the_rest_has_its_own_curve() -> None:
    outputs = RNG.dirichlet(np.ones(3), size=100)
    truth = RNG.integers(3, size=100).astype(float)
    alone = results.against_rest(Scores("validation", outputs, truth, np.arange(100)), 2)
    _, words = results.roc_figure([alone], LIGHT, classes=("all others", "c"), threshold=0.5)
    assert f"{roc_auc_score(truth == 2, outputs[:, 2]):.3f}" in words


def test_residuals_are_true_minus_predicted() -> None:
    true, answers = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.5, 2.0, 2.0, 5.0])
    scores = Scores("validation", answers[:, None], true, np.arange(4))
    figure, words = results.residual_figure([scores], LIGHT, target="price")
    np.testing.assert_array_equal(figure.data[0].y, [-0.5, 0.0, 1.0, -1.0])
    assert "validation: mean -0.125, half of them within ± 0.75" in words
