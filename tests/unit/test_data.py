"""Data by name: geometry, split, streams, and what is refused."""

import dataclasses

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from nncore.data import DATA, FEATURES, KINDS, TASKS, DataSet, design_matrix, expand_features, load
from nncore.data.patterns import PATTERNS
from nncore.data.rows import minmax_scaling, split_rows, stream

NAMES = tuple(DATA)
NOISY = {name: 0.2 for name in NAMES}
TRUTH = {
    "AND": [0, 0, 0, 1],
    "OR": [0, 1, 1, 1],
    "XOR": [0, 1, 1, 0],
    "NAND": [1, 1, 1, 0],
    "NOR": [1, 0, 0, 0],
    "XNOR": [1, 0, 0, 1],
}


def arrays(data: DataSet) -> dict[str, np.ndarray]:
    values = {field.name: getattr(data, field.name) for field in dataclasses.fields(data)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def same_bits(first: DataSet, second: DataSet) -> bool:
    a, b = arrays(first), arrays(second)
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def test_the_registry_holds_every_kind_and_task():
    assert {source.kind for source in DATA.values()} == set(KINDS)
    assert {source.task for source in DATA.values()} == set(TASKS)
    assert all(name == source.name for name, source in DATA.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_set_has_fitting_finite_read_only_arrays(name):
    data = load(name, noise=0.2, split=0.7)
    source = DATA[name]
    assert data.name == name
    assert data.task == source.task
    assert data.n_outputs == source.n_outputs
    assert len(data.feature_names) == data.n_inputs == source.n_raw
    assert len(data.bounds) == source.n_raw
    assert data.X_val is not None
    for array in arrays(data).values():
        assert array.dtype == np.float64
        assert np.isfinite(array).all()
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1.0
    assert source.help.endswith(".")
    assert source.noise_help.endswith(".")
    assert data.note.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_what_the_task_says(name):
    data = load(name)
    if data.task == "binary":
        assert set(np.unique(data.t)) == {0.0, 1.0}
        assert len(data.class_names) == 2
    elif data.task == "multiclass":
        assert np.array_equal(data.t.sum(axis=1), np.ones(len(data.t)))
        assert len(data.class_names) == data.n_outputs
    else:
        assert len(np.unique(data.t)) > 2 or name == "step"
        assert data.class_names == ()


@pytest.mark.parametrize("name", NAMES)
def test_one_seed_gives_the_same_bits_and_another_seed_others(name):
    settings = {"noise": 0.2, "samples": 100, "split": 0.6}
    first = load(name, seed=3, **settings)
    load.__globals__["_load"].cache_clear()
    assert same_bits(first, load(name, seed=3, **settings))
    assert not same_bits(first, load(name, seed=4, **settings))


@pytest.mark.parametrize("name", NAMES)
def test_noise_moves_no_row_from_training_to_validation(name):
    """Rows are recognised by their order: more noise shifts them in proportion, row by row."""
    runs = [load(name, noise=noise, samples=80, split=0.5, seed=1) for noise in (1e-9, 2e-9)]
    calm, more = (np.concatenate([run.X, run.t], axis=1) for run in runs)
    assert calm.shape == more.shape
    assert np.allclose(calm, more, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_share_decides_the_number_of_training_rows(name):
    data = load(name, noise=0.1, samples=100, split=0.3)
    assert len(data.X) == 30 * (1 + DATA[name].copies)
    assert len(data.X_val) == 70
    assert load(name, noise=0.1, samples=100, split=1.0).X_val is None


@pytest.mark.parametrize("name", TRUTH)
def test_a_gate_trains_and_is_judged_on_its_truth_table(name):
    data = load(name)
    assert data.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.t.ravel().tolist() == TRUTH[name]
    assert data.X_val is None
    noisy = load(name, noise=0.2, samples=40, split=0.5)
    assert noisy.t_judge.ravel().tolist() == TRUTH[name]
    assert len(noisy.X) == len(noisy.X_val) == 20


def test_noisy_copies_of_a_gate_are_dealt_evenly_and_have_the_stated_spread():
    data = load("AND", noise=0.3, samples=4000, split=1.0)
    assert data.t.mean() == 0.25
    corner = data.X[data.t.ravel() == 1]
    assert corner.mean(axis=0) == pytest.approx([1, 1], abs=0.03)
    assert corner.std(axis=0) == pytest.approx([0.3, 0.3], abs=0.03)


def test_digits_are_scikit_learns_divided_by_sixteen():
    data = load("digits", split=1.0)
    bunch = load_digits()
    assert np.array_equal(data.X, bunch.data / 16.0)
    assert np.array_equal(data.t.argmax(axis=1), bunch.target)
    assert data.image_shape == (8, 8)
    assert data.class_names == tuple("0123456789")


def test_digits_are_split_by_class_without_losing_or_doubling_a_row():
    data = load("digits", split=0.8, seed=5)
    whole = np.concatenate([data.X, data.X_val])
    assert len(whole) == 1797
    assert np.array_equal(np.sort(whole, axis=0), np.sort(load_digits().data / 16.0, axis=0))
    shares = data.t.sum(axis=0) / (data.t.sum(axis=0) + data.t_val.sum(axis=0))
    assert np.abs(shares - 0.8).max() < 0.006


def test_part_of_the_digits_keeps_all_classes():
    data = load("digits", samples=500, split=1.0)
    assert len(data.X) == 500
    assert np.abs(data.t.sum(axis=0) - 50).max() <= 2


def test_wisconsin_is_scaled_by_its_training_rows_alone():
    data = load("wisconsin", split=0.5, seed=2)
    assert data.X.min(axis=0) == pytest.approx(np.zeros(30))
    assert data.X.max(axis=0) == pytest.approx(np.ones(30))
    assert data.X_val.min() < 0 or data.X_val.max() > 1
    assert data.transform(data.points_val) == pytest.approx(data.X_val)
    assert data.feature_names == tuple(load_breast_cancer().feature_names)
    assert "training rows" in data.note


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_without_noise_can_be_told_apart_and_stay_in_the_plane(name):
    data = load(name, noise=0.0, samples=400, split=1.0)
    assert np.abs(data.X).max() <= 6
    assert data.t.mean() == pytest.approx(0.5, abs=0.1)


def test_pattern_geometry_is_tensorflow_playgrounds():
    circle = load("circle", samples=500, split=1.0)
    radius = np.hypot(*circle.X.T)
    assert radius[circle.t.ravel() == 1].max() <= 2.5
    assert radius[circle.t.ravel() == 0].min() >= 3.5
    assert radius.max() <= 5
    cloud = load("xor_cloud", samples=500, split=1.0)
    assert np.abs(cloud.X).min() >= 0.3
    assert np.array_equal(cloud.t.ravel() == 1, cloud.X.prod(axis=1) >= 0)
    spiral = load("spiral", samples=500, split=1.0)
    assert sorted(np.hypot(*spiral.X.T).round(9)) == sorted(np.repeat(np.arange(250) * 0.02, 2).round(9))
    gauss = load("gauss", samples=5000, split=1.0)
    assert gauss.X[gauss.t.ravel() == 1].mean(axis=0) == pytest.approx([2, 2], abs=0.1)
    assert gauss.X[gauss.t.ravel() == 1].var(axis=0) == pytest.approx([0.5, 0.5], abs=0.05)
    wide = load("gauss", noise=0.5, samples=5000, split=1.0)
    assert wide.X[wide.t.ravel() == 0].var(axis=0) == pytest.approx([4, 4], abs=0.4)


def test_noise_flips_labels_of_the_circle_but_moves_no_point():
    clean, noisy = (load("circle", noise=noise, split=1.0) for noise in (0.0, 0.5))
    assert np.array_equal(clean.X, noisy.X)
    assert 0.02 < np.abs(clean.t - noisy.t).mean() < 0.4


def test_surfaces_and_curves_follow_their_formula():
    plane = load("reg_plane", noise=0.0, split=1.0)
    assert plane.t.ravel() == pytest.approx(plane.X.sum(axis=1) / 10)
    lecture = load("polynomial_surface", noise=0.0, split=1.0)
    x, y = lecture.X.T
    assert lecture.t.ravel() == pytest.approx(x + 2 * y + 3 * x**2 + 4 * x * y + 5 * y**2)
    hills = load("reg_gauss").truth(np.array([[-4.0, 2.5], [0.0, 2.5], [0.0, 1.5], [0.0, 0.0], [5.0, 2.5]]))
    assert hills.ravel().tolist() == [1.0, -1.0, -0.5, 0.0, 0.5]
    sine = load("sine", noise=0.0, split=1.0)
    assert sine.t == pytest.approx(np.sin(2 * np.pi * sine.X))
    noisy = load("sine", noise=0.3, samples=4000, split=1.0)
    assert (noisy.t - noisy.truth(noisy.X)).std() == pytest.approx(0.3, abs=0.02)


def test_features_are_columns_and_maps_use_the_same_ones():
    data = load("circle", features=("x2", "siny", "xy"))
    x, y = data.points.T
    assert pytest.approx(np.stack([x**2, np.sin(y), x * y], axis=1)) == data.X
    assert data.feature_names == ("x²", "sin y", "xy")
    assert data.transform([[2.0, 3.0]]).tolist() == [[4.0, np.sin(3.0), 6.0]]
    assert set(FEATURES) == {"x", "y", "x2", "y2", "xy", "sinx", "siny"}


def test_features_leave_points_and_split_alone():
    plain, squares = load("moons"), load("moons", features=("x2", "y2"))
    assert np.array_equal(plain.points, squares.points)
    assert np.array_equal(plain.t, squares.t)


def test_design_matrix_fits_the_lectures_polynomial_exactly():
    data = load("polynomial_surface", noise=0.0, samples=50, split=1.0)
    X = design_matrix(data.X[:, 0], data.X[:, 1], 3)
    assert X.shape == (50, 10)
    solution = np.linalg.lstsq(X, data.t, rcond=None)[0].ravel()
    assert solution == pytest.approx([0, 1, 2, 3, 4, 5, 0, 0, 0, 0], abs=1e-8)
    assert design_matrix(np.ones((2, 2)), np.zeros((2, 2)), 1).tolist() == [[1, 1, 0]] * 4


def test_a_split_takes_every_stratum_by_the_same_share():
    strata = np.repeat([0, 1, 2], [50, 30, 7])
    train, validation = split_rows(87, 0.5, rng=stream(0, "split"), strata=strata)
    assert sorted([*train, *validation]) == list(range(87))
    assert len(train) == 44
    assert np.bincount(strata[train]).tolist() == [25, 15, 4]
    assert len(split_rows(3, 1e-9, rng=stream(0, "split"))[0]) == 1


def test_a_constant_column_is_scaled_without_dividing_by_zero():
    offset, factor = minmax_scaling(np.array([[1.0, 7.0], [3.0, 7.0]]))
    assert ((np.array([[2.0, 7.0]]) - offset) * factor).tolist() == [[0.5, 0.0]]


def test_streams_of_one_seed_differ():
    draws = {purpose: stream(0, purpose).random() for purpose in ("points", "noise", "split", "subset")}
    assert len(set(draws.values())) == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "xor"}, "data must be one of .*; got 'xor'"),
        ({"name": ["XOR"]}, r"data must be one of .*; got \['XOR'\]"),
        ({"noise": -0.1}, "noise must be a number from 0 to 1; got -0.1"),
        ({"noise": float("nan")}, "noise must be a number from 0 to 1; got nan"),
        ({"noise": "much"}, "noise must be a number"),
        ({"samples": 3}, "samples must be a number from 4 to 5000; got 3"),
        ({"samples": 10.5}, "samples must be a whole number; got 10.5"),
        ({"samples": True}, "samples must be a number"),
        ({"split": 0.0}, "split must be above 0"),
        ({"split": 1.5}, "split must be a number from 0 to 1; got 1.5"),
        ({"seed": -1}, "seed must be a whole number, 0 or more; got -1"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"features": ()}, "features must be one or more of x, y"),
        ({"features": ("z",)}, "features must be one or more of x, y"),
        ({"features": "x"}, "features must be one or more of x, y"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        load(**{"name": "circle", **arguments})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task": "guess"}, "task must be one of binary, multiclass, regression; got 'guess'"),
        ({"X": np.zeros((0, 2))}, "X must be a table with rows and columns; got shape"),
        ({"X": np.zeros(3)}, "X must be a table with rows and columns; got shape"),
        ({"t": np.zeros((2, 1))}, "t must have one row per row of X, 3; got 2"),
        ({"X": np.full((3, 2), np.nan)}, "X must hold finite numbers only"),
        ({"X_val": np.zeros((1, 2))}, "X_val and t_val must be given together"),
        (
            {"X_val": np.zeros((1, 3)), "t_val": np.zeros((1, 1))},
            "must have the columns of the training rows",
        ),
    ],
)
def test_a_data_set_that_does_not_fit_together_is_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        DataSet(**{"name": "own", "task": "binary", "X": np.zeros((3, 2)), "t": np.zeros((3, 1)), **changes})


def test_ones_own_rows_are_copied_not_locked():
    X = np.zeros((3, 2))
    data = DataSet("own", "binary", X, np.ones((3, 1)))
    X[0, 0] = 5.0
    assert data.X[0, 0] == 0.0
    assert data.feature_names == ("x1", "x2")
    assert data.points is data.X


def test_points_features_and_degrees_that_are_none_are_refused():
    with pytest.raises(ValueError, match="points must have two columns"):
        expand_features(np.zeros((3, 3)), ("x",))
    with pytest.raises(ValueError, match="raw inputs must have 2 columns; got shape"):
        load("circle").transform(np.zeros((4, 3)))
    with pytest.raises(ValueError, match="degree must be a whole number, 0 or more; got -1"):
        design_matrix([1.0], [1.0], -1)
    with pytest.raises(ValueError, match="x and y must have one shape"):
        design_matrix([1.0], [1.0, 2.0], 1)
