"""Points edited by hand: one text for one result, the rows that a hand would leave, nonsense refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.data import load
from nncore.data.point_edits import FEWEST_POINTS, MOST_EDITS, PointEdits
from nncore.experiment import Experiment

DRAWN = load("circle", samples=10, split=0.8, seed=2)
CIRCLE = Experiment.default("circle").replace(samples=40, split=0.8)

places = st.floats(-7, 7)
one_edit = st.one_of(
    st.builds(lambda x, y, label: {"add": [x, y, label]}, places, places, st.sampled_from([0, 1])),
    st.builds(lambda row, x, y: {"move": [row, x, y]}, st.integers(0, 11), places, places),
    st.builds(lambda row: {"remove": row}, st.integers(0, 11)),
)


def one_by_one(points: np.ndarray, t: np.ndarray, edit: dict) -> tuple[np.ndarray, np.ndarray]:
    """Edit two arrays as a hand does, knowing nothing of rows as they were drawn."""

    def inside(x: float, y: float) -> list[float]:
        (left, right), (low, high) = DRAWN.bounds
        return [round(min(max(x, left), right), 3), round(min(max(y, low), high), 3)]

    if "add" in edit:
        x, y, label = edit["add"]
        return np.vstack([points, inside(x, y)]), np.vstack([t, [[label]]])
    if "remove" in edit:
        return np.delete(points, edit["remove"], axis=0), np.delete(t, edit["remove"], axis=0)
    row, x, y = edit["move"]
    points = points.copy()
    points[row] = inside(x, y)
    return points, t


@given(st.lists(one_edit, max_size=25))
@settings(max_examples=200, deadline=None)
def test_any_edits_give_the_rows_that_a_hand_would_leave(edits: list[dict]) -> None:
    kept, points, t = PointEdits(), DRAWN.points, DRAWN.t
    for edit in edits:
        row = edit.get("remove", edit.get("move", [0])[0] if "move" in edit else 0)
        impossible = ("add" not in edit and row >= len(t)) or ("remove" in edit and len(t) <= FEWEST_POINTS)
        if impossible:
            with pytest.raises(ValueError, match=r"^point.*; got \d+\.$"):
                kept.after(DRAWN, edit)
            continue
        kept = kept.after(DRAWN, edit)
        points, t = one_by_one(points, t, edit)
    result = kept.apply(DRAWN)
    assert np.array_equal(result.points, points)
    assert np.array_equal(result.t, t)
    assert np.array_equal(result.X, points)
    assert PointEdits.parse(str(kept)) == kept
    assert result.X_val is DRAWN.X_val


def test_one_result_has_one_text() -> None:
    there = (
        PointEdits()
        .after(DRAWN, {"add": [1, 2, 1]})
        .after(DRAWN, {"remove": 3})
        .after(DRAWN, {"move": [0, 1.5, -0.0]})
    )
    back = (
        PointEdits()
        .after(DRAWN, {"move": [0, 9, 9]})
        .after(DRAWN, {"move": [0, 1.5, 0]})
        .after(DRAWN, {"remove": 3})
    )
    back = back.after(DRAWN, {"add": [0, 0, 1]}).after(DRAWN, {"move": [7, 1, 2]})
    assert str(there) == str(back) == "r3m0_1.5_0a1_2_1"
    assert str(PointEdits.parse("a1.000_2_1m0_1.50_-0r3")) == str(there)
    assert str(PointEdits.parse("A1,0_2_1M0_1,5_-0R3")) == str(there)
    assert str(there.after(DRAWN, {"remove": 7})) == "r3m0_1.5_0"
    assert [str(there := there.without_last()) for _ in range(4)] == ["r3m0_1.5_0", "r3", "", ""]


@pytest.mark.parametrize(
    "text",
    ["x", "r", "r1r1", "r1m1_0_0", "m1_0", "a1_2", "a1_2_3_4", "a1e3_0_1", "a1_nan_1", " r1", "r1 ", "r-1",
     "r٣", "r1\n", "a1_2_1" * (MOST_EDITS + 1), "r1" * 100_000],
)  # fmt: skip
def test_what_is_no_list_of_edits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^points must be pieces such as .*; got "):
        PointEdits.parse(text)
    experiment, notices = Experiment.from_query({"data": "circle", "points": text, "eta": "0.25"})
    assert (experiment.points, experiment.eta) == ("", 0.25)
    assert len(notices) == 1
    assert notices[0].startswith("points must be none or up to 200 pieces")


@pytest.mark.parametrize(
    ("data", "text", "sentence"),
    [
        ("circle", "r99999", r"points must name training rows from 0 to \d+; got 99999."),
        ("circle", "a9_0_1", r"points must lie within -6 to 6 and -6 to 6; got \(9, 0\)."),
        ("circle", "a1_0_0.5", "points must have targets 0 or 1; got 0.5."),
        ("XOR", "a1_0_1", "points must be none for XOR, whose inputs are no points of a plane."),
        ("sine", "r1", "points must be none for sine, whose inputs are no points of a plane."),
    ],
)
def test_edits_that_do_not_go_with_the_data_are_told_and_left_out(
    data: str, text: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Experiment.default(data).replace(points=text)
    experiment, notices = Experiment.from_query({"data": data, "points": text, "samples": "500"})
    assert experiment.points == ""
    assert len(notices) == 1
    assert notices[0].endswith("The default, none, is used instead.")


def test_too_many_edits_are_refused_and_the_rest_stays() -> None:
    edits = PointEdits(added=((1.0, 2.0, 1.0),) * MOST_EDITS)
    with pytest.raises(ValueError, match=f"up to {MOST_EDITS} times; got {MOST_EDITS + 1}"):
        edits.after(DRAWN, {"add": [0, 0, 1]})
    assert len(edits.after(DRAWN, {"move": [8, 0, 0]})) == MOST_EDITS


def test_the_most_edits_fit_into_an_address() -> None:
    worst = str(PointEdits(added=((-1.234, -1.234, -1.234),) * MOST_EDITS))
    assert len(worst) < 5000


def test_the_same_experiment_has_the_same_points_and_the_same_run() -> None:
    experiment = CIRCLE.replace(points="r3m0_1.5_0a1_2_1", features=("x", "xy"), epochs=3)
    query = experiment.to_query()
    assert query["points"] == "r3m0_1.5_0a1_2_1"
    again = [Experiment.from_query(query)[0], Experiment.from_json(experiment.to_json())]
    assert again == [experiment, experiment]
    data = experiment.dataset()
    assert data.X[-1].tolist() == [1.0, 2.0]
    assert (data.X[0] == [1.5, 0.0]).all()
    assert len(data.t) == len(experiment.drawn().t)
    run, plain = experiment.training(), CIRCLE.replace(features=("x", "xy"), epochs=3).training()
    run.advance()
    plain.advance()
    assert run.history["train_errors"][-1] != plain.history["train_errors"][-1]
    other = again[0].training()
    other.advance()
    assert np.array_equal(run.history["train_errors"], other.history["train_errors"])


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"eta": 0.3, "features": ("x2",)}, "r3m0_1.5_0a1_2_1"),
        ({"noise": 0.0, "samples": 40}, "r3m0_1.5_0a1_2_1"),
        ({"noise": 0.1}, "a1_2_1"),
        ({"samples": 30}, "a1_2_1"),
        ({"split": 0.5}, "a1_2_1"),
        ({"data_seed": 8}, "a1_2_1"),
        ({"data": "moons"}, ""),
        ({"data": "XOR"}, ""),
        ({"noise": 0.1, "points": "r1"}, "r1"),
    ],
)
def test_drawn_points_are_forgotten_with_their_draw_and_new_ones_stay(changes: dict, left: str) -> None:
    assert CIRCLE.replace(points="r3m0_1.5_0a1_2_1").replace(**changes).points == left


def test_a_plane_may_have_real_targets() -> None:
    experiment = Experiment.default("reg_plane").replace(points="a1_2_-0.25")
    assert experiment.dataset().t[-1] == -0.25
