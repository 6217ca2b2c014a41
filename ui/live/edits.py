"""Networks and data changed where they are drawn: layers, neurons, kept weights, points moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nncore.data.point_edits import PointEdit, PointEdits

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.model import Model

WIDTH: Final = 4
"""Neurons of a layer that is added."""
MOST_POINTS: Final = 1000
"""Points that a map draws one by one, so that each can be taken hold of."""


def incoming_names(data: DataSet, network: Model, layer: int) -> list[str]:
    """Give the names of what enters a layer, 0 for the first one with weights."""
    if layer == 0:
        return list(data.feature_names)
    return [f"a{layer},{i + 1}" for i in range(network.dimensions[layer])]


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
    points = PointEdits.parse(experiment.points).after(experiment.drawn(), edit)
    return experiment.replace(points=str(points))
