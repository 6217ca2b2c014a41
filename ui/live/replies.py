"""Answers to questions about a run: images of a cell, a drawn digit, one neuron, points moved by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from nncore.data.point_edits import ByHand, PointEdit
from ui.live.messages import CellMessage, DrawMessage, Incoming, Likeness, NeuronMessage
from ui.live.pictures import outputs, pack, pictures, points_in, rounded

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.model import Model
    from ui.live.run import LiveRun

NEAREST: Final = 3
"""Training images that are shown beside a drawing."""
MOST_POINTS: Final = 1000
"""Points that a map draws one by one, so that each can be taken hold of."""


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


def incoming_names(data: DataSet, network: Model, layer: int) -> list[str]:
    """Give the names of what enters a layer, 0 for the first one with weights."""
    if layer == 0:
        return list(data.feature_names)
    return [f"a{layer},{i + 1}" for i in range(network.dimensions[layer])]


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


WIDTH: Final = 4
"""Neurons of a layer that is added."""


def reshaped(experiment: Experiment, *, layer: int | None, by: int) -> Experiment:
    """Give an experiment with one neuron or, without a layer, one hidden layer more or fewer.

    A layer is added in front of the output, and the last one is taken away.

    Parameters
    ----------
    experiment : Experiment
        Left as it is.
    layer : int or None
        Hidden layer, from 1.
    by : int
        1 or -1.

    Raises
    ------
    ValueError
        If there is no such layer, or the network would become too large or lose the last neuron of a layer.
    """
    hidden, functions = experiment.hidden, experiment.hidden_func
    if layer is not None:
        if layer > len(hidden):
            raise ValueError(f"layer must be one of {len(hidden)} hidden layers; got {layer}.")
        return experiment.replace(hidden=(*hidden[: layer - 1], hidden[layer - 1] + by, *hidden[layer:]))
    each = len(functions) > 1
    if by > 0:
        return experiment.replace(
            hidden=(*hidden, WIDTH), hidden_func=(*functions, functions[-1]) if each else functions
        )
    if not hidden:
        raise ValueError("hidden must keep a layer for one to be taken away; got none.")
    return experiment.replace(hidden=hidden[:-1], hidden_func=functions[:-1] if each else functions)


def keep_weights(old: Model, new: Model) -> None:
    """Put into a network the weights of all that it has in common with another one.

    Neurons are the same where layer and number are. The output layer keeps its weights as long as it stands
    behind the same layer.

    Parameters
    ----------
    old, new : Model
        `new` is changed.
    """
    same_depth = len(old.weights) == len(new.weights)
    common = min(len(old.weights), len(new.weights)) - (not same_depth)
    for before, after in zip(old.weights[:common], new.weights[:common], strict=True):
        rows, columns = (min(pair) for pair in zip(before.shape, after.shape, strict=True))
        after[:rows, :columns] = before[:rows, :columns]


def edited(experiment: Experiment, edit: PointEdit) -> Experiment:
    """Give another experiment with one training point of the plane added, moved or taken away.

    Raises `ValueError` if the data has no points of a plane, a row or class does not exist, or too few or too
    many points would be left.
    """
    if experiment.kind not in ("pattern", "surface"):
        raise ValueError(f"points can be edited for inputs of a plane only; got {experiment.data}.")
    count = len(experiment.dataset().t)
    if count > MOST_POINTS or ("add" in edit and count == MOST_POINTS):
        raise ValueError(f"points can be edited up to {MOST_POINTS:,} of them; got {count:,}.")
    points = ByHand.parse(experiment.points).after(experiment.drawn(), edit)
    return experiment.replace(points=str(points))
