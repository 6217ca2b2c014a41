"""Training loss of the same network in several libraries, laid over one another."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nncore.frameworks import LIBRARIES, NNCORE, FrameworkRun
from ui.theme import Palette, figure_layout

SYMBOLS = {
    "pytorch": "circle-open",
    "keras": "square-open",
    "tensorflow": "diamond-open",
    "sklearn": "triangle-up-open",
}
DASHES = {"pytorch": "dash", "keras": "dot", "tensorflow": "dashdot", "sklearn": "longdash"}
MARKS = 14  # symbols along a curve
MOST_POINTS = 1000  # drawn of a curve; longer ones are thinned by fixed epochs


def label_of(library: str) -> str:
    """Return a library's name for people."""
    return LIBRARIES[library].label if library in LIBRARIES else NNCORE


def curves_figure(
    runs: Mapping[str, FrameworkRun], colours: Palette, *, epochs: int, logarithmic: bool, height: int = 430
) -> go.Figure:
    """Return the curves: nncore's as a broad band, the others as thin lines with symbols of their own upon
    it.

    Curves that agree lie exactly upon one another, so the symbols of each library stand at other epochs.

    Parameters
    ----------
    runs : mapping
        Runs so far, by library.
    colours : Palette
    epochs : int
        Epochs planned: the width of the horizontal axis (epochs; 0 is before training).
    logarithmic : bool
        Scale of the vertical axis: training cost without penalty.
    height : int
        In pixels.
    """
    figure = go.Figure()
    for position, (library, run) in enumerate(runs.items()):
        values = np.array([run.start_cost, *run.train_errors])
        step = max(1, len(values) // MOST_POINTS)
        kept = np.unique([*range(0, len(values), step), len(values) - 1])
        line = {"color": colours.lines[position % len(colours.lines)]}
        if library == NNCORE:
            figure.add_scatter(
                x=kept, y=values[kept], mode="lines", name="nncore", opacity=0.45,
                line={**line, "width": 9},
            )  # fmt: skip
            continue
        figure.add_scatter(
            x=kept, y=values[kept], mode="lines", name=label_of(library), legendgroup=library,
            showlegend=False, line={**line, "width": 2, "dash": DASHES[library]},
        )  # fmt: skip
        marks = _marks(epochs, position, len(values))
        figure.add_scatter(
            x=marks, y=values[marks], mode="markers", name=label_of(library), legendgroup=library,
            marker={**line, "symbol": SYMBOLS[library], "size": 11, "line": {"width": 2}},
        )  # fmt: skip
    figure.update_layout({**figure_layout(colours, height=height), "uirevision": "frameworks"})
    figure.update_xaxes(title="epoch", range=[-0.01 * epochs, 1.01 * epochs])
    figure.update_yaxes(
        title="training loss", type="log" if logarithmic else "linear", exponentformat="power"
    )
    return figure


def _marks(epochs: int, position: int, arrived: int) -> np.ndarray:
    """Return the epochs at which a curve carries a symbol; every curve has others."""
    every = max(1, epochs // MARKS)
    marks = np.arange((position * every) // 5 % every, epochs + 1, every)
    marks = marks[marks < arrived]
    return marks if len(marks) else np.array([arrived - 1])


def curves_alt(runs: Mapping[str, FrameworkRun]) -> str:
    """Return what `curves_figure` shows, in words."""
    parts = [
        f"{label_of(name)}: {run.train_errors[-1]:.4g} after {run.epochs} epochs"
        for name, run in runs.items()
        if run.train_errors
    ]
    return (
        "Training loss over the epochs, one curve a library. "
        + ("; ".join(parts) if parts else "No epoch has arrived yet")
        + "."
    )
