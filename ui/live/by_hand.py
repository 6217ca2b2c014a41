"""Networks and data changed where they are drawn: layers, neurons, kept weights, points moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from nncore.data.point_edits import ByHand, PointEdit

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.model import Model

WIDTH: Final = 4
"""Neurons of a layer that is added."""
MOST_POINTS: Final = 1000
"""Points that a map draws one by one, so that each can be taken hold of."""


class Kept(NamedTuple):
    """A network whose weights go on in another one."""

    network: Model
    at: int | None = None
    """Number of the hidden layer that only one of the two has, as `keep_weights` takes it."""


def incoming_names(data: DataSet, network: Model, layer: int) -> list[str]:
    """Give the names of what enters a layer, 0 for the first one with weights."""
    if layer == 0:
        return list(data.feature_names)
    return [f"a{layer},{i + 1}" for i in range(network.dimensions[layer])]


def reshaped(experiment: Experiment, *, layer: int | None, by: int, at: int | None = None) -> Experiment:
    """Give an experiment with one neuron or, without a layer, one hidden layer more or fewer.

    A layer that is added has the activation of the one that it comes before, or of the last.

    Parameters
    ----------
    experiment : Experiment
        Left as it is.
    layer : int or None
        Hidden layer, from 1.
    by : int
        1 or -1.
    at : int, optional
        Number, from 1, of the layer that is added or taken away; without it, the last.

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
    last = len(hidden) + (by > 0)
    if last == 0:
        raise ValueError("hidden must keep a layer for one to be taken away; got none.")
    place = (last if at is None else at) - 1
    if not 0 <= place < last:
        raise ValueError(f"at must be from 1 to {last}, the layers that there are; got {at}.")
    behind = place if by > 0 else place + 1
    new = (WIDTH,) if by > 0 else ()
    each = len(functions) > 1
    alike = (functions[min(place, len(functions) - 1)],) if by > 0 else ()
    return experiment.replace(
        hidden=(*hidden[:place], *new, *hidden[behind:]),
        hidden_func=(*functions[:place], *alike, *functions[behind:]) if each else functions,
    )


def keep_weights(old: Model, new: Model, at: int | None = None) -> None:
    """Put into a network the weights of all that it has in common with another one.

    Neurons are the same where layer and number are, and keep their weights as long as they stand behind the
    same layer.

    Parameters
    ----------
    old, new : Model
        `new` is changed.
    at : int, optional
        Number, from 1, of the hidden layer that only one of the two has; without it, the last.
    """
    mine, own = len(new.weights), len(old.weights)
    # Before the layer that is added or gone nothing changes; into it, and out of it, weights are others.
    ahead = own if mine == own else (max(mine, own) - 1 if at is None else at) - 1
    behind = mine - (ahead + 1 + (mine > own)) if mine != own else 0
    pairs = zip(
        [*old.weights[:ahead], *old.weights[own - behind :]],
        [*new.weights[:ahead], *new.weights[mine - behind :]],
        strict=True,
    )
    for before, after in pairs:
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
