"""Other fits beside the network, and errors against its size."""

from __future__ import annotations

import numpy as np
import pytest

from nncore.data import design_matrix, load
from nncore.experiment import Experiment
from pages import regression
from pages.regression import SETTINGS, chosen_fit
from ui.figures.regression_fits import (
    MAX_DEGREE,
    Fit,
    figure,
    fit_of_network,
    fit_polynomial,
    grid_points,
    table,
    words,
)
from ui.figures.regression_size import SEEDS, WIDTHS, SizeRow, size_figure, size_sweep, size_table, size_words
from ui.live.slice_queue import SliceQueue
from ui.shared.theme import LIGHT

SINE = load("sine", noise=0.1, samples=60)
SURFACE = load("polynomial_surface", noise=0.1)


def test_least_squares_is_numpys() -> None:
    fit = fit_polynomial(SINE, 5)
    coefficients = np.polyfit(SINE.points[:, 0], SINE.t[:, 0], 5)
    assert np.allclose(fit.drawn, np.polyval(coefficients, grid_points(SINE)[:, 0]))
    assert fit.parameters == 6
    error = np.mean((np.polyval(coefficients, SINE.points_val[:, 0]) - SINE.t_val[:, 0]) ** 2)
    assert fit.validation == pytest.approx(error)


def test_the_surface_is_fitted_by_the_lectures_design_matrix() -> None:
    fit = fit_polynomial(SURFACE, 3)
    matrix = design_matrix(*SURFACE.points.T, 3)
    solution, *_ = np.linalg.lstsq(matrix, SURFACE.t[:, 0], rcond=None)
    assert fit.train == pytest.approx(np.mean((matrix @ solution - SURFACE.t[:, 0]) ** 2))
    assert fit.parameters == matrix.shape[1]


def test_the_lectures_surface_without_noise_is_met_exactly_from_degree_two_on() -> None:
    clean = load("polynomial_surface", noise=0.0)
    assert fit_polynomial(clean, 1).validation > 0.01
    assert fit_polynomial(clean, 2).validation < 1e-20


def test_ridge_gives_up_training_error_and_none_is_least_squares() -> None:
    plain, soft, strong = (fit_polynomial(SINE, 9, alpha=alpha) for alpha in (0.0, 0.1, 100.0))
    assert plain.train == pytest.approx(fit_polynomial(SINE, 9).train, rel=1e-6)
    assert plain.train < soft.train < strong.train


def test_the_network_is_judged_as_its_history_says() -> None:
    training = Experiment.default("sine").replace(epochs=20).training()
    training.advance()
    fit = fit_of_network(training.network, Experiment.default("sine").dataset())
    assert fit.train == pytest.approx(training.history["train_errors"][-1])
    assert fit.validation == pytest.approx(training.history["val_errors"][-1])
    assert fit.parameters == 49


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"degree": 0}, "degree must be"),
        ({"degree": 21}, "degree must be"),
        ({"alpha": -1.0}, "alpha must be 0 or more"),
    ],
)
def test_impossible_polynomials_are_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        fit_polynomial(SINE, changes.get("degree", 3), alpha=changes.get("alpha"))


def fit(name: str, train: float, validation: float) -> Fit:
    return Fit(name, 3, train, validation, np.zeros(301))


def test_words_name_the_best_and_whoever_over_fits() -> None:
    text = words([fit("network", 0.1, 0.2), fit("wild", 0.001, 5.0)])
    assert "the network is best (mean squared error 0.2)" in text
    assert "Over-fitted" in text
    assert "wild" in text.split("Over-fitted")[1]
    assert "nothing tells" in words([fit("network", 0.1, float("nan"))])
    assert [row["validation error"] for row in table([fit("a", 0.1, 0.2)])] == [0.2]


@pytest.mark.parametrize("data", [SINE, SURFACE], ids=["curve", "surface"])
def test_every_fit_is_drawn(data) -> None:
    fits = [fit_polynomial(data, 2), fit_polynomial(data, 2, alpha=1.0)]
    drawn = figure(fits, data, LIGHT)
    names = {trace.name for trace in drawn.data} | {note.text for note in drawn.layout.annotations}
    assert {one.name for one in fits} <= names


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"degree": "9", "alpha": "0.1"}, (9, 0.1)),
        ({"degree": "0", "alpha": "-5"}, (9, 0.1)),
        ({"degree": "²", "alpha": "nan"}, (9, 0.1)),
        ({"degree": "99999999", "alpha": "inf"}, (9, 0.1)),
        ({"degree": "20", "alpha": "90"}, (20, 100.0)),
    ],
)
def test_any_address_gives_a_possible_fit(address: dict, expected: tuple[int, float]) -> None:
    assert chosen_fit(SETTINGS.read(address)[0], inputs=1) == expected


def test_a_surface_has_fewer_powers_than_a_curve() -> None:
    assert chosen_fit({"degree": 20, "alpha": 0.0}, inputs=2) == (MAX_DEGREE[2], 0.0)


# --- Size


def test_the_compared_network_is_trained_in_slices_that_all_visitors_share(monkeypatch) -> None:
    taken = []

    class Queue(SliceQueue):
        def submit(self, work, **lane):
            taken.append(work)
            return super().submit(work, **lane)

    queue = Queue(seconds=0.0, least=0.0)  # one mini-batch a slice
    monkeypatch.setattr(regression, "slice_queue", lambda: queue)
    experiment = Experiment.default("sine").replace(epochs=7, seed=11)
    drawn = regression._finished(experiment).drawn
    queue.close()
    assert len(taken) >= 7
    alone = experiment.training()
    alone.advance()
    assert np.array_equal(drawn, fit_of_network(alone.network, experiment.dataset()).drawn)


def test_a_stack_of_seeds_for_every_width() -> None:
    sweep = size_sweep(Experiment.default("sine").replace(epochs=3, hidden=(16,)))
    sweep.advance()
    rows = size_table(sweep)
    assert [row.width for row in rows] == list(WIDTHS)
    single = Experiment.default("sine").replace(epochs=3, hidden=(8,), seed=2).training()
    single.advance()
    position = WIDTHS.index(8)
    assert sweep.result.final_cost[position, 2] == pytest.approx(single.history["train_errors"][-1], rel=1e-9)
    assert rows[position].train == pytest.approx(np.median(sweep.result.final_cost[position]))


def test_layers_are_kept_and_none_becomes_one() -> None:
    deep = size_sweep(Experiment.default("sine").replace(hidden=(4, 9), hidden_func=("tanh", "RELU")))
    assert deep.result.axes["hidden"][2] == (3, 3)
    assert max(width for width, _ in deep.result.axes["hidden"]) <= 32
    flat = size_sweep(Experiment.default("sine").replace(hidden=()))
    assert flat.result.axes["hidden"][0] == (1,)
    assert len(flat.result.axes["seed"]) == SEEDS


def row(width: int, train: float, validation: float) -> SizeRow:
    return SizeRow(width, train, validation, [train, train], [validation, validation])


def test_words_tell_under_and_over_fitting() -> None:
    text = size_words([row(1, 0.5, 0.5), row(8, 0.1, 0.2), row(64, 0.01, 0.6)], chosen=16)
    assert "best at 8 neurons a layer" in text
    assert "best at 1 neuron a layer" in size_words([row(1, 0.5, 0.2), row(8, 0.1, 0.5)], chosen=None)
    assert "At 64 it has risen to 0.6" in text
    assert "over-fitting" in text
    assert "With 1 both errors are larger: under-fitting" in text
    assert "The view above has 16" in text
    assert "over-fitting cannot be seen" in size_words([row(1, 0.5, float("nan"))], chosen=None)


def test_a_large_network_that_was_not_trained_is_not_said_to_overfit() -> None:
    text = size_words([row(8, 0.1, 0.2), row(64, 0.3, 0.6)], chosen=None)
    assert "over-fitting" not in text


def test_widths_that_overflow_are_named_and_not_taken_for_missing_rows() -> None:
    gone = row(64, float("inf"), float("inf"))
    assert size_words([row(8, 0.1, 0.2), gone], chosen=None).endswith("At 64 most starts overflowed.")
    text = size_words([row(8, float("nan"), float("nan")), gone], chosen=None)
    assert text == "No width is known that does not overflow: at 8, 64 most starts did."


def test_a_network_that_overflowed_is_named_beside_the_fits() -> None:
    experiment = Experiment.default("sine").replace(scheduler="Constant", eta=50.0, hidden_func=("RELU",))
    training = experiment.training()
    training.advance()
    assert training.outcome == "overflow"
    fits = [fit_polynomial(SINE, 2), fit_of_network(training.network, experiment.dataset())]
    said = words(fits)
    assert said.startswith("On the rows kept apart, least squares, degree 2 is best")
    assert said.endswith("The network overflowed.")


def test_an_overflow_counts_as_worse_than_all() -> None:
    sweep = size_sweep(Experiment.default("sine").replace(epochs=2))
    sweep.advance()
    sweep.result.final_cost[0, :2] = np.nan
    assert np.isfinite(size_table(sweep)[0].train)
    sweep.result.final_cost[0, :5] = np.nan
    assert size_table(sweep)[0].train == np.inf


def test_maps_beside_one_another_share_the_numbers_of_one_axis() -> None:
    data = Experiment.default("polynomial_surface").dataset()
    drawn = figure([fit_polynomial(data, 1), fit_polynomial(data, 2)], data, LIGHT)
    axes = [drawn.layout[name] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert [axis.showticklabels for axis in axes] == [None, False, False]
    assert axes[0].title.text == "y"
    assert drawn.layout.coloraxis.colorbar.title.text == "target"


def test_the_figure_marks_noise_and_the_chosen_width() -> None:
    drawn = size_figure([row(1, 0.5, 0.5), row(8, 0.1, 0.2)], LIGHT, chosen=8, floor=0.04)
    assert [shape.type for shape in drawn.layout.shapes] == ["line", "line"]
    assert {trace.name for trace in drawn.data if trace.name} == {
        f"{kind} error, median of {SEEDS} starts" for kind in ("training", "validation")
    }


def test_what_is_written_beside_lines_on_logarithmic_axes_stands_at_the_lines() -> None:
    chart = size_figure([row(1, 0.5, 0.5)], LIGHT, chosen=16, floor=0.09)
    noise, view = chart.layout.annotations
    assert noise.text == "variance of the noise"
    assert 10**noise.y == pytest.approx(0.09)
    assert view.text == "the view above"
    assert 10**view.x == pytest.approx(16)
    assert {shape.y0 for shape in chart.layout.shapes} >= {0.09}
    assert chart.layout.yaxis.type == chart.layout.xaxis.type == "log"
