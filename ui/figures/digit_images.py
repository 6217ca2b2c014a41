"""Digits as they come and as the network gets them: pictures, pixel numbers, the flattened row."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ui.shared.theme import Palette, figure_layout


def contact_sheet(images: np.ndarray, *, zoom: int = 8, gap: int = 6) -> np.ndarray:
    """Return images (n, 8, 8) with ink from 0 to 1 side by side as one grey uint8 picture, dark ink on white.

    Its shape is (8 * zoom, n * (8 * zoom + gap) - gap): one image pixel takes `zoom` screen pixels each way,
    and stays a square, for that is what the network sees; `gap` is white pixels between two images.
    """
    grey = np.rint(255 * (1 - np.clip(images, 0, 1))).astype(np.uint8)
    large = grey.repeat(zoom, axis=1).repeat(zoom, axis=2)
    space = np.full((large.shape[1], gap), 255, dtype=np.uint8)
    pieces: list[np.ndarray] = []
    for image in large:
        pieces += [image, space]
    return np.hstack(pieces[:-1])


def sheet_figure(picture: np.ndarray) -> go.Figure:
    """Return a grey picture as it is, without axes, in a figure that can say what it shows."""
    figure = go.Figure(go.Image(z=np.repeat(picture[:, :, None], 3, axis=2), hoverinfo="skip"))
    figure.update_layout(height=picture.shape[0] + 10, margin={"l": 0, "r": 0, "t": 5, "b": 5})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def pixel_figure(image: np.ndarray, colours: Palette, *, title: str, digits: int) -> go.Figure:
    """Return one image (8, 8), row 0 on top, as a table of numbers of so many decimals on its own shades."""
    texts = [[f"{value:.{digits}f}" for value in row] for row in image]
    shades = [[0, colours.ground], [1, colours.lines[0]]]
    # Left to itself Plotly sets decimals below 11 pixels on a phone; 12 fit a cell there.
    font = {"size": 12} if digits else None
    numbers = {"text": texts, "texttemplate": "%{text}", "textfont": font}
    figure = go.Figure(go.Heatmap(z=image, **numbers, showscale=False, colorscale=shades, xgap=1, ygap=1))
    figure.update_layout(
        {**figure_layout(colours, height=320), "title": {"text": title, "font": {"size": 14}}}
    )
    figure.update_layout(margin={"l": 5, "r": 5, "t": 35, "b": 5})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    return figure


def pixel_alt(image: np.ndarray, label: str) -> str:
    """Return what `pixel_figure` shows, in words."""
    inked = int((image > 0).sum())
    return (
        f"The 8 by 8 pixels of an image of the digit {label} as numbers from {image.min():g} to "
        f"{image.max():g}; {inked} of the 64 pixels hold ink."
    )


def flat_figure(row: np.ndarray, colours: Palette) -> go.Figure:
    """Return the scaled pixels (64,) of one image as bars, one after the other, with a mark at every eighth.

    The horizontal axis is the number of the input, the vertical one its value.
    """
    figure = go.Figure(go.Bar(x=np.arange(1, row.size + 1), y=row, marker={"color": colours.lines[0]}))
    figure.update_layout({**figure_layout(colours, height=220), "showlegend": False, "bargap": 0.1})
    figure.update_xaxes(title="input", tickvals=[1, *range(8, row.size + 1, 8)], range=[0.4, row.size + 0.6])
    figure.update_yaxes(title="value", range=[0, 1.05])
    return figure


def flat_alt(row: np.ndarray, label: str) -> str:
    """Return what `flat_figure` shows, in words."""
    return (
        f"Bars for the {row.size} inputs that the network gets for this image of the digit {label}: its "
        f"eight rows of pixels one after the other, mean value {row.mean():.2f}."
    )
