"""The rows of a gate as corners of the unit square, and a straight line that separates them if one can."""

from __future__ import annotations

import plotly.graph_objects as go

from nncore.data.gates import INPUTS, TRUTH_TABLES
from ui.shared.theme import Palette, figure_layout

# For each gate that a line separates, where the line crosses the square: ((x, y), (x, y)).
LINES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "AND": ((0.4, 1.1), (1.1, 0.4)),
    "NAND": ((0.4, 1.1), (1.1, 0.4)),
    "OR": ((-0.1, 0.6), (0.6, -0.1)),
    "NOR": ((-0.1, 0.6), (0.6, -0.1)),
}


def gate_line_figure(gate: str, colours: Palette) -> go.Figure:
    """Return the unit square of a gate's two inputs.

    Filled squares are rows whose output is 1, open circles rows whose output is 0: no colour is needed to
    tell them apart.
    """
    figure = go.Figure()
    for output, symbol, colour in ((0, "circle-open", colours.lines[1]), (1, "square", colours.lines[0])):
        rows = [row for row, value in enumerate(TRUTH_TABLES[gate]) if value == output]
        figure.add_scatter(
            x=INPUTS[rows, 0], y=INPUTS[rows, 1], mode="markers", name=f"output {output}",
            marker={"symbol": symbol, "size": 18, "color": colour, "line": {"width": 4, "color": colour}},
        )  # fmt: skip
    if gate in LINES:
        (x0, y0), (x1, y1) = LINES[gate]
        figure.add_scatter(
            x=[x0, x1], y=[y0, y1], mode="lines", name="a line that separates them",
            line={"color": colours.text, "dash": "dash", "width": 3},
        )  # fmt: skip
    figure.update_layout(figure_layout(colours, height=300))
    ticks = {"range": [-0.25, 1.25], "tickvals": [0, 1], "constrain": "domain"}
    figure.update_xaxes(title="input 1", **ticks)
    figure.update_yaxes(title="input 2", scaleanchor="x", **ticks)
    return figure


def gate_line_alt(gate: str) -> str:
    """Return what the figure shows, in words."""
    ones = [f"({x:g}, {y:g})" for (x, y), out in zip(INPUTS, TRUTH_TABLES[gate], strict=True) if out]
    line = (
        "One straight line separates them from the other corners."
        if gate in LINES
        else "They lie on a diagonal, so every straight line leaves at least one corner on the wrong side."
    )
    return f"The unit square of the inputs of {gate}. The output is 1 at {', '.join(ones)}. {line}"
