"""Training loss of the same network in several libraries, laid over one another.

A component of our own, since Streamlit takes a Plotly chart out of the page and puts a new one in whenever a
fragment draws it with new numbers (1.67): a chart that follows a run would be blank half of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

import numpy as np
import streamlit as st

from nncore.experiment.field_kinds import counted
from nncore.frameworks import LIBRARIES, FrameworkRun
from ui.compare.words import cost_text, label_of
from ui.shared.theme import Palette
from ui.shared.view_settings import ViewSettings
from ui.web.addresses import BOOT, stylesheet, view_files

SHAPES: Final = {"pytorch": "circle", "keras": "square", "tensorflow": "diamond", "sklearn": "triangle"}
DASHES: Final = {"pytorch": "8 5", "keras": "2 4", "tensorflow": "9 4 2 4", "sklearn": "14 5"}
MARKS: Final = 14  # symbols along a curve
CURVES: Final = 1 + len(LIBRARIES)
MOST_POINTS: Final = 1000  # drawn of a curve; longer ones are thinned by fixed epochs
HEIGHT: Final = 300  # pixels

_component = st.components.v2.component(
    "compare_view",
    js=BOOT,
    css=stylesheet("compare/compare.css"),
    isolate_styles=False,
)


def draw_curves(
    runs: Mapping[str, FrameworkRun],
    colours: Palette,
    *,
    about: str,
    told: str,
    epochs: int,
    view: ViewSettings,
    more: bool,
) -> None:
    """Draw the curves as far as they have arrived; while there is `more` to come the view asks for it.

    `about` names data set and settings, for a picture of the page; what is `told` of all curves together is
    spoken once they are there. In lecture mode the curves take what the
    page around them leaves of the screen.
    """
    data = chart_data(runs, colours, epochs=epochs, logarithmic=view.axis == "log")
    files = view_files("compare/compare.js")
    _component(
        key="framework_curves",
        data={"files": files, "more": more, "lecture": view.lecture, "about": about, "told": told, **data},
        height="content" if view.lecture else HEIGHT,
        on_look_change=lambda: None,
    )


class Curve(TypedDict):
    """One library's curve: how it is drawn, and its points, of which some bear a symbol."""

    name: str
    colour: str
    dash: str
    shape: str
    x: list[int]
    y: list[float | None]
    marks: list[int]


class Chart(TypedDict):
    """What the component draws: curves, the ends of both axes, their scale, and all of it in words."""

    curves: list[Curve]
    x: list[int]
    y: list[float]
    log: bool
    height: int
    label: str


def chart_data(
    runs: Mapping[str, FrameworkRun], colours: Palette, *, epochs: int, logarithmic: bool
) -> Chart:
    """Return what the component draws: nncore's run as a broad band, the others as thin lines with symbols of
    their own.

    The horizontal axis is as wide as the `epochs` planned (0 is before training), the vertical one is
    training cost without penalty.
    """
    curves = [
        _curve(library, run, colours.lines[position % len(colours.lines)], position=position, epochs=epochs)
        for position, (library, run) in enumerate(runs.items())
    ]
    values = [value for curve in curves for value in curve["y"] if value is not None]
    return {
        "curves": curves,
        "x": [0, epochs],
        "y": _range(values, logarithmic),
        "log": logarithmic,
        "height": HEIGHT,
        "label": in_words(runs),
    }


def _curve(library: str, run: FrameworkRun, colour: str, *, position: int, epochs: int) -> Curve:
    values = [run.start_cost, *run.train_errors]
    step = max(1, epochs // MOST_POINTS)
    kept = sorted({*range(0, len(values), step), len(values) - 1})
    # Every curve has its symbols at epochs of its own, so that none hides another's; chosen for the whole
    # run, so that they stay where they are while it arrives.
    planned = epochs // step + 1
    every = max(planned // MARKS, CURVES) if planned > CURVES else 1
    offset = position * every // CURVES
    return {
        "name": label_of(library),
        "colour": colour,
        "dash": DASHES.get(library, ""),
        "shape": SHAPES.get(library, ""),
        "x": kept,
        "y": [values[k] if np.isfinite(values[k]) else None for k in kept],
        "marks": list(range(offset, len(kept), every)),
    }


def _range(values: list[float], logarithmic: bool) -> list[float]:
    """Return the ends of the vertical axis: all that is finite and can be drawn, with a little room."""
    if logarithmic:
        positive = [value for value in values if value > 0] or [0.1, 1.0]
        low, high = min(positive), max(positive)
        return [max(low / 1.5, high * 1e-12), high * 1.5]
    high = max(values, default=1.0)
    return [0.0, 1.05 * high if high > 0 else 1.0]


def in_words(runs: Mapping[str, FrameworkRun]) -> str:
    """Return what the chart shows, in words."""
    parts = [
        f"{label_of(name)}: {cost_text(run.train_errors[-1])} after {counted(run.epochs, 'epoch')}"
        for name, run in runs.items()
        if run.train_errors
    ]
    return (
        f"Training loss over the epochs, one curve a library. {'; '.join(parts) or 'No epoch has arrived'}."
    )
