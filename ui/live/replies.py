"""Answers to questions about a run: images of a cell, a drawn digit, one neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ui.live.edits import incoming_names
from ui.live.messages import CellMessage, DrawMessage, Incoming, Likeness, NeuronMessage
from ui.live.pictures import outputs, pack, pictures, points_in, rounded

if TYPE_CHECKING:
    from nncore.data import DataSet
    from ui.live.run import LiveRun

NEAREST: Final = 3
"""Training images that are shown beside a drawing."""


def cell_answer(run: LiveRun, row: int | None, col: int | None) -> CellMessage:
    """Give images or points of one cell of the confusion matrix, or the most confident mistakes of all cells.

    Raises `ValueError` if there is no class such as `row` (true) or `col` (predicted).
    """
    classes = max(2, run.data.n_outputs)
    if row is not None and col is not None and not (row < classes and col < classes):
        raise ValueError(f"row and col must be classes from 0 to {classes - 1}; got {row} and {col}.")
    cell = None if row is None or col is None else (row, col)
    with run.shown_weights():
        items = pictures(run.training.network, run.canvas, cell)
        points, points_val = points_in(run.training.network, run.canvas, cell) or (None, None)
    return CellMessage(
        row=row, col=col, rows=run.canvas.rows, items=items or [], points=points, points_val=points_val
    )


def draw_answer(run: LiveRun, pixels: Sequence[float]) -> DrawMessage:
    """Classify a digit drawn by hand: 64 pixels row by row, 0 paper to 1 ink, as large, central and black as
    the training images.
    """
    image = np.array(pixels, dtype=float)
    with run.shown_weights():
        values = outputs(run.training.network, run.data.transform(image[None, :]))[0]
    return DrawMessage(p=rounded(values, 4), nearest=nearest_images(run.data, image))


def nearest_images(data: DataSet, pixels: np.ndarray) -> list[Likeness]:
    """Give the training images with the least squared difference of pixels, the nearest first."""
    distance = ((data.X - data.transform(pixels[None, :])) ** 2).sum(axis=1)
    rows = np.argsort(distance, kind="stable")[:NEAREST]
    return [Likeness(target=int(data.t[row].argmax()), b64=pack(data.X[row], 0.0, 1.0)) for row in rows]


def has_neuron(run: LiveRun, layer: int, index: int) -> bool:
    """Tell whether the network has such a neuron; layer 0 is the first one with weights."""
    weights = run.training.network.weights
    return layer < len(weights) and index < weights[layer].shape[1]


def neuron_answer(run: LiveRun, layer: int, index: int) -> NeuronMessage:
    """Give every number that is needed to redo one neuron by hand, for one row of the data.

    The row is the last one of a gate's table, where both inputs are 1, and the first training row elsewhere.
    Layer 0 is the first with weights. Raises `ValueError` if there is no such neuron.
    """
    network, data = run.training.network, run.data
    if not has_neuron(run, layer, index):
        widths = [matrix.shape[1] for matrix in network.weights]
        raise ValueError(f"layer and index must name a neuron of layers {widths}; got {layer} and {index}.")
    X = data.X[:1] if data.X_judge is None else data.X_judge[-1:]
    with run.shown_weights():
        activations = [X, *network.layer_outputs(X)]
        column = network.weights[layer][:, index]
        incoming = activations[layer][0]
        weighted = float(column[0] + incoming @ column[1:])
        values, weights = rounded(incoming), rounded(column)
    names = incoming_names(data, network, layer)
    inputs = [
        Incoming(name=name, value=value, weight=weight)
        for name, value, weight in zip(names, values, weights[1:], strict=True)
    ]
    total, activation = rounded(np.array([weighted, activations[layer + 1][0, index]]))
    return NeuronMessage(
        layer=layer,
        index=index,
        inputs=inputs,
        bias=weights[0],
        total=total,
        activation=activation,
        func=run.canvas.functions[layer],
    )
