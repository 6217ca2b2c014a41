"""What was judged, as tables, pictures and sentences; a sentence says no more than the rows can show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui.shared.theme import Palette, figure_layout
from ui.tables.judge_models import FOLDS, NAMES, NETWORK, STRAIGHT, Importance, Judged
from ui.tables.words import digits, shortened

MOST_BARS: Final = 20
SURE: Final = 2.0
"""A difference counts from so many of its standard errors on."""
LOWER_IS_BETTER: Final = ("log loss", "typical error")


def models_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """Return one row a model: each measure on the rows kept apart, then on the training rows."""
    rows: dict[str, dict[str, float | str]] = {}
    for part in ("validation", "training"):
        for one in (one for one in judged if one.part == part):
            row = rows.setdefault(one.model, {"model": NAMES[one.model]})
            row |= {f"{name}, {part}": value for name, value in one.measures.items()}
    return pd.DataFrame(list(rows.values()))


def against_straight(network: Judged, straight: Judged) -> str:
    """Say how network and straight model compare on the same rows, and whether the rows can tell.

    Parameters
    ----------
    network, straight : Judged
        Answers for the same rows.
    """
    if not np.isfinite(network.outputs).all():
        return "The network has no answers any more, as the run grew beyond all numbers."
    if len(network.targets) < 2:
        return f"A single {network.part} row cannot show which of the two models is better."
    better, error = gain(network, straight)
    count = f"{len(network.targets):,} {network.part} rows"
    far = abs(better) > SURE * error
    if network.outputs.shape[1] > 1:
        if not better and not error:
            return f"On the {count} network and straight model are right about the same rows."
        mine, theirs = (f"{one.measures['accuracy']:.1%}" for one in (network, straight))
        said = f"On the {count} the network is right for {mine}, the straight model for {theirs}"
        return said + _chance(far, f"of the difference, {error:.1%}")
    mine, theirs = (digits(one.measures["typical error"]) for one in (network, straight))
    said = f"On the {count} the network's typical error is {mine}, the straight model's {theirs}"
    return said + _chance(far, "of the difference between their squared errors")


def _chance(far: bool, of_what: str) -> str:
    if far:
        return f": more than twice the standard error {of_what}."
    return f": no difference that so few rows can show, as it is below twice the standard error {of_what}."


def gain(network: Judged, straight: Judged) -> tuple[float, float]:
    """Return the mean over rows by which the network is better, and the standard error of that mean."""
    each = _goodness(network) - _goodness(straight)
    error = float(each.std(ddof=1) / np.sqrt(len(each))) if len(each) > 1 else np.inf
    return float(each.mean()), error


def _goodness(one: Judged) -> np.ndarray:
    if one.outputs.shape[1] > 1:
        return (one.outputs.argmax(axis=1) == one.targets).astype(float)
    return -((one.outputs[:, 0] - one.targets) ** 2)


def folds_table(judged: Sequence[Judged]) -> pd.DataFrame:
    """Return one row a model: mean and standard deviation of each measure over the folds."""
    return pd.DataFrame(
        [
            {"model": NAMES[model], **{name: _spread(values) for name, values in over.items()}}
            for model, over in _by_model(judged).items()
        ]
    )


def _by_model(judged: Sequence[Judged]) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for one in judged:
        for name, value in one.measures.items():
            found.setdefault(one.model, {}).setdefault(name, []).append(value)
    return found


def _spread(values: Sequence[float]) -> str:
    # Sums of the same numbers in another order differ in their last digits.
    alike = len(values) < 2 or np.ptp(values) <= 1e-12 * np.abs(values).max()
    spread = 0.0 if alike else float(np.std(values, ddof=1))
    return f"{digits(float(np.mean(values)))} ± {digits(spread, 2)}"


def folds_figure(judged: Sequence[Judged], colours: Palette) -> tuple[go.Figure, str]:
    """Draw every fold as a dot in the row of its model, by the first measure; words say what came out."""
    over = _by_model(judged)
    name = next(iter(next(iter(over.values()))))
    figure = go.Figure(layout=figure_layout(colours, height=120 + 40 * len(over)))
    for place, (model, values) in enumerate(over.items()):
        colour = colours.lines[place % len(colours.lines)]
        figure.add_scatter(
            x=values[name], y=[NAMES[model]] * len(values[name]), mode="markers", showlegend=False,
            marker={"color": colour, "size": 11, "opacity": 0.7},
        )  # fmt: skip
        figure.add_scatter(
            x=[np.mean(values[name])], y=[NAMES[model]], mode="markers", showlegend=False,
            marker={"color": colours.text, "size": 22, "symbol": "line-ns-open", "line": {"width": 3}},
        )  # fmt: skip
    figure.update_xaxes(title=f"{name}, one fold left out; line: mean")
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    return figure, folds_words(over, name)


def folds_words(over: dict[str, dict[str, list[float]]], name: str) -> str:
    """Say mean and spread of the network, and in how many folds it was better than the straight model."""
    said = [f"{NAMES[model]} {_spread(values[name])}" for model, values in over.items()]
    words = f"{name.capitalize()}, mean and standard deviation over {FOLDS} folds: {', '.join(said)}."
    if not {NETWORK, STRAIGHT} <= set(over):
        return words
    pairs = zip(over[NETWORK][name], over[STRAIGHT][name], strict=True)
    better = sum(mine < theirs if name in LOWER_IS_BETTER else mine > theirs for mine, theirs in pairs)
    return f"{words} The network was better than the straight model in {better} of {FOLDS} folds."


def importance_figure(
    found: Sequence[Importance], colours: Palette, *, measure: str
) -> tuple[go.Figure, str]:
    """Draw a bar a column, the most important on top; words say what a bar means.

    Parameters
    ----------
    found : sequence of Importance
    colours : Palette
    measure : str
        What rises: "log loss" or "typical error".
    """
    most = sorted(found, key=lambda one: one.rise, reverse=True)[:MOST_BARS]
    figure = go.Figure(layout=figure_layout(colours, height=120 + 28 * len(most)))
    figure.add_bar(
        x=[one.rise for one in most], y=[shortened(one.column) for one in most], orientation="h",
        marker={"color": colours.lines[0]}, showlegend=False,
        error_x={"type": "data", "array": [one.spread for one in most], "color": colours.text},
    )  # fmt: skip
    figure.update_xaxes(title=f"rise of the {measure} where the column is shuffled")
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    return figure, importance_words(most, len(found), measure)


def importance_words(most: Sequence[Importance], n_columns: int, measure: str) -> str:
    """Say which column matters most, and what a bar means and does not mean."""
    first = most[0]
    if not np.isfinite(first.rise):
        return "The network has no answers any more, as the run grew beyond all numbers."
    if first.rise <= 0.0:
        return f"No column matters to this network: its {measure} does not rise whichever one is shuffled."
    hidden = f" These are the first {len(most)} of {n_columns}." if n_columns > len(most) else ""
    return (
        f"Shuffling “{shortened(first.column)}” costs the network most: its {measure} rises by "
        f"{digits(first.rise, 3)} (± {digits(first.spread, 2)} over the shuffles).{hidden} Columns "
        "that say the same share their importance: what one lacks, the network reads in the other. At a bar "
        "near 0 or below it the network answers as well without the column."
    )
