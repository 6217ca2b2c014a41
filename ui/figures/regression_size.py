"""Errors against the size of the network: many widths and seeds, trained as stacks while one looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import plotly.graph_objects as go

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import rounded_text
from nncore.sweep import Grid, Sweep
from ui.shared.theme import Palette, figure_layout

WIDTHS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
DEEP_WIDTH: Final = 32
"""Largest width where there are several layers: a wider square of weights is not trained while one looks."""
SEEDS: Final = 6


@dataclass(frozen=True)
class SizeRow:
    """The errors of one width: medians over the seeds, and the quartiles on both sides of them."""

    width: int
    train: float
    validation: float
    train_band: list[float]
    validation_band: list[float]


def size_sweep(experiment: Experiment) -> Sweep:
    """Return the sweep over widths and seeds, at its start; every hidden layer, one at least, has the width
    of the row.
    """
    layers = max(1, len(experiment.hidden))
    base = experiment.plan().replace(hidden=(4,) * layers)
    widths = tuple((width,) * layers for width in WIDTHS if layers == 1 or width <= DEEP_WIDTH)
    return Sweep(Grid(base, {"hidden": widths, "seed": tuple(range(SEEDS))}))


def size_table(sweep: Sweep) -> list[SizeRow]:
    """Return one row a width that is done: median errors and their quartiles over the seeds."""
    result = sweep.result
    rows = []
    for position, hidden in enumerate(result.axes["hidden"]):
        if not result.done[position].all():
            continue
        train = _finite(result.final_cost[position])
        validation = _finite(result.val_cost[position])
        rows.append(
            SizeRow(
                hidden[0],
                float(np.median(train)),
                float(np.median(validation)),
                np.quantile(train, [0.25, 0.75], method="nearest").tolist(),
                np.quantile(validation, [0.25, 0.75], method="nearest").tolist(),
            )
        )
    return rows


def size_words(rows: list[SizeRow], *, chosen: int | None) -> str:
    """Say where the network is too small, and where it over-fits."""
    known = [row for row in rows if np.isfinite(row.validation)]
    gone = [row.width for row in rows if not np.isfinite(row.train)]
    if not known and gone:
        return f"No width is known that does not overflow: at {', '.join(map(str, gone))} most starts did."
    if not known:
        return (
            "No rows are kept for validation, so over-fitting cannot be seen: lower the share for training."
        )
    best = min(known, key=lambda row: row.validation)
    neurons = "1 neuron" if best.width == 1 else f"{best.width} neurons"
    text = f"Validation is best at {neurons} a layer ({rounded_text(best.validation)})."
    largest = known[-1]
    if largest.validation > 1.3 * best.validation and largest.train <= best.train:
        text += (
            f" At {largest.width} it has risen to {rounded_text(largest.validation)}, while the training "
            f"error is {rounded_text(largest.train)}: over-fitting."
        )
    smallest = known[0]
    if min(smallest.validation / best.validation, smallest.train / best.train) > 1.3:
        text += f" With {smallest.width} both errors are larger: under-fitting."
    if gone:
        text += f" At {', '.join(map(str, gone))} most starts overflowed."
    if chosen is not None:
        text += f" The view above has {chosen}."
    return text


def size_figure(
    rows: list[SizeRow], colours: Palette, *, chosen: int | None, floor: float | None
) -> go.Figure:
    """Draw both errors of `size_table` against the width: medians as lines, quartiles as bands.

    The width in the live view is marked; below the `floor`, the variance of the noise, no fit of new rows can
    be.
    """
    figure = go.Figure(layout=figure_layout(colours, height=380))
    widths = [row.width for row in rows]
    training = ("training error", [row.train for row in rows], [row.train_band for row in rows], "solid")
    checking = (
        "validation error", [row.validation for row in rows], [row.validation_band for row in rows], "dash",
    )  # fmt: skip
    for (name, errors, bands, dash), colour in zip((training, checking), colours.lines, strict=False):
        low, high = ([band[end] for band in bands] for end in (0, 1))
        figure.add_scatter(
            x=[*widths, *widths[::-1]], y=[*high, *low[::-1]], fill="toself", fillcolor=colour, opacity=0.18,
            line={"width": 0}, hoverinfo="skip", showlegend=False, mode="lines",
        )  # fmt: skip
        figure.add_scatter(
            x=widths, y=errors, name=f"{name}, median of {SEEDS} starts",
            mode="lines+markers", line={"color": colour, "width": 3, "dash": dash},
        )  # fmt: skip
    if floor:
        figure.add_hline(y=floor, line={"color": colours.text, "dash": "dot"})
        # A line takes the value itself on a logarithmic axis, an annotation its logarithm.
        figure.add_annotation(
            x=1, xref="paper", xanchor="right", y=math.log10(floor), yanchor="bottom",
            text="variance of the noise", showarrow=False,
        )  # fmt: skip
    if chosen is not None:
        figure.add_vline(x=chosen, line={"color": colours.text, "width": 1})
        figure.add_annotation(
            x=math.log10(chosen), xanchor="left", y=1, yref="paper", yanchor="top", xshift=4,
            text="the view above", showarrow=False,
        )  # fmt: skip
    figure.update_xaxes(
        type="log", title="neurons in each hidden layer", tickvals=list(WIDTHS), range=[-0.1, 2.2]
    )
    ticks = [digit * 10.0**power for power in range(-7, 5) for digit in (1, 2, 5)]
    figure.update_yaxes(
        type="log", title="mean squared error", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks]
    )
    return figure


def _finite(costs: np.ndarray) -> np.ndarray:
    """Count an overflow as a cost above all others, so that medians stay true."""
    return np.where(np.isfinite(costs), costs, np.inf if np.isfinite(costs).any() else np.nan)
