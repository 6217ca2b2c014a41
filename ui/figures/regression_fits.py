"""Polynomials fitted by scikit-learn, beside the network: least squares and ridge on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from nncore.data import DataSet
from nncore.experiment.field_kinds import rounded_text
from nncore.ffnn import FFNN
from ui.shared.theme import DASHES, Palette, figure_layout

MAX_DEGREE: Final = {1: 20, 2: 8}
GRID: Final = {1: 301, 2: 41}
NETWORK: Final = "network"
ERRORS: Final = ("training error", "validation error")

Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Fit:
    """One way of fitting the same rows."""

    name: str
    """What it is, for people."""
    parameters: int
    """Numbers that were fitted."""
    train: float
    validation: float
    """`train` and `validation`: mean squared error on the rows it was fitted on and on those kept apart (NaN
    where there are none)."""
    drawn: np.ndarray
    """Its values on the grid of `grid_points`, shape (n_points,)."""


def grid_points(data: DataSet) -> np.ndarray:
    """Return the raw inputs (n_points, n_raw) at which fits are drawn: a line of points, or a square, row by
    row in y.
    """
    axes = [np.linspace(low, high, GRID[len(data.bounds)]) for low, high in data.bounds]
    if len(axes) == 1:
        return axes[0][:, None]
    x, y = np.meshgrid(*axes)
    return np.column_stack([x.ravel(), y.ravel()])


def polynomial(degree: int, *, alpha: float | None = None) -> Pipeline:
    """Return an unfitted polynomial of that highest total degree, 1 or more.

    `alpha` is the strength of ridge's penalty on the scaled coefficients; None is plain least squares.
    """
    model = LinearRegression() if alpha is None else Ridge(alpha=alpha)
    return Pipeline(
        [
            ("powers", PolynomialFeatures(degree, include_bias=False)),
            # Powers differ by orders of magnitude; ridge's penalty needs them on one scale.
            ("scale", StandardScaler()),
            ("fit", model),
        ]
    )


def fit_polynomial(data: DataSet, degree: int, *, alpha: float | None = None) -> Fit:
    """Fit a polynomial to the training rows.

    Raises `ValueError` when the degree is outside 1 to `MAX_DEGREE`, or `alpha` is negative.
    """
    most = MAX_DEGREE[len(data.bounds)]
    if not 1 <= degree <= most:
        raise ValueError(f"degree must be a whole number from 1 to {most}; got {degree!r}.")
    if alpha is not None and alpha < 0:
        raise ValueError(f"alpha must be 0 or more; got {alpha!r}.")
    model = polynomial(degree, alpha=alpha).fit(data.points, data.t[:, 0])
    name = f"least squares, degree {degree}" if alpha is None else f"ridge, degree {degree}, α {alpha:g}"
    return Fit(
        name,
        model["powers"].n_output_features_ + 1,
        _error(model.predict, data.points, data.t),
        _error(model.predict, data.points_val, data.t_val),
        model.predict(grid_points(data)),
    )


def fit_of_network(network: FFNN, data: DataSet) -> Fit:
    """Return what a trained network makes of the same rows."""

    def predict(X: np.ndarray) -> np.ndarray:
        return network.predict(X)[:, 0]

    return Fit(
        NETWORK,
        int(np.prod(network.theta.shape)),
        _error(predict, data.X, data.t),
        _error(predict, data.X_val, data.t_val),
        predict(data.transform(grid_points(data))),
    )


def table(fits: list[Fit]) -> list[dict[str, str | int | float]]:
    """Return the fits as rows of a table."""
    return [
        {
            "fit": fit.name,
            "numbers fitted": fit.parameters,
            **dict(zip(ERRORS, (fit.train, fit.validation), strict=True)),
        }
        for fit in fits
    ]


def words(fits: list[Fit]) -> str:
    """Say in a sentence which fit is best on the rows kept apart, and who over-fits."""
    known = [fit for fit in fits if np.isfinite(fit.validation)]
    lost = "".join(f" The {fit.name} overflowed." for fit in fits if not np.isfinite(fit.train))
    if not known:
        return f"No rows are kept for validation, so nothing tells which fit is best.{lost}"
    best = min(known, key=lambda fit: fit.validation)
    over = [
        fit.name for fit in known if fit.validation > 3 * fit.train and fit.validation > 2 * best.validation
    ]
    name = f"the {best.name}" if best.name == NETWORK else best.name
    text = f"On the rows kept apart, {name} is best (mean squared error {rounded_text(best.validation)})."
    if over:
        text += f" Over-fitted, with a validation error far above the training error: {'; '.join(over)}."
    return text + lost


def figure(fits: list[Fit], data: DataSet, colours: Palette) -> go.Figure:
    """Draw the fits: curves over the points, or maps side by side with the true surface."""
    return _curves(fits, data, colours) if len(data.bounds) == 1 else _maps(fits, data, colours)


def _error(predict: Predict, inputs: np.ndarray | None, target: np.ndarray | None) -> float:
    if inputs is None or target is None:
        return math.nan
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean((predict(inputs) - target[:, 0]) ** 2))


def _curves(fits: list[Fit], data: DataSet, colours: Palette) -> go.Figure:
    assert data.points is not None  # the data set fills it in
    x = grid_points(data)[:, 0]
    figure = go.Figure(layout=figure_layout(colours, height=380))
    dots = {"mode": "markers", "marker": {"color": colours.text, "size": 6, "opacity": 0.7}}
    figure.add_scatter(x=data.points[:, 0], y=data.t[:, 0], name="training rows", **dots)
    if data.points_val is not None and data.t_val is not None:
        ring = {"color": colours.text, "size": 7, "symbol": "circle-open"}
        figure.add_scatter(
            x=data.points_val[:, 0], y=data.t_val[:, 0], name="validation rows", mode="markers", marker=ring
        )
    if data.truth is not None:
        line = {"color": colours.grid, "width": 6}
        figure.add_scatter(x=x, y=data.truth(x[:, None])[:, 0], name="truth", mode="lines", line=line)
    for position, fit in enumerate(fits):
        line = {"color": colours.lines[position], "width": 3, "dash": DASHES[position]}
        figure.add_scatter(x=x, y=fit.drawn, name=fit.name, mode="lines", line=line)
    low, high = float(data.t.min()), float(data.t.max())
    margin = 0.35 * (high - low)
    # A polynomial may swing far out between its points; the axis stays with the data.
    figure.update_yaxes(range=[low - margin, high + margin], title="target")
    figure.update_xaxes(title="x")
    return figure


def _maps(fits: list[Fit], data: DataSet, colours: Palette) -> go.Figure:
    side = GRID[2]
    (x0, x1), (y0, y1) = data.bounds
    x, y = np.linspace(x0, x1, side), np.linspace(y0, y1, side)
    maps = [(fit.name, fit.drawn) for fit in fits]
    if data.truth is not None:
        maps.insert(0, ("truth", data.truth(grid_points(data))[:, 0]))
    names = [name for name, _ in maps]
    # One y axis for all: each of its own would write its numbers over the map beside it.
    figure = make_subplots(1, len(maps), subplot_titles=names, horizontal_spacing=0.03, shared_yaxes=True)
    scale = [[0.0, colours.low], [0.5, colours.middle], [1.0, colours.high]]
    for column, (_, values) in enumerate(maps, start=1):
        figure.add_heatmap(x=x, y=y, z=values.reshape(side, side), row=1, col=column, coloraxis="coloraxis")
    layout = figure_layout(colours, height=320)
    layout.pop("xaxis")
    layout.pop("yaxis")
    figure.update_layout(**layout)
    figure.update_layout(
        coloraxis={
            "colorscale": scale, "cmin": float(data.t.min()), "cmax": float(data.t.max()),
            "colorbar": {"title": "target", "len": 1.0},
        }
    )  # fmt: skip
    figure.update_xaxes(title="x", gridcolor=colours.grid)
    figure.update_yaxes(title="y", col=1)
    return figure
