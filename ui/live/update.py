"""One update of a run, and what it did to the weights of one neuron."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from ui.live.edits import incoming_names
from ui.live.messages import Term, Update
from ui.live.protocol import finite

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.training import Training

TERMS: Final = 8
"""Weights of one neuron whose update is told."""


def one_update(training: Training, data: DataSet, neuron: tuple[int, int]) -> Update:
    """Train on one mini-batch.

    Parameters
    ----------
    training : Training
    data : DataSet
        Names the inputs.
    neuron : (layer, index)
        Layer 0 is the first one with weights.

    Returns
    -------
    Update
        What it did to that neuron.
    """
    layer, index = neuron
    epoch = math.floor(training.progress + 0.5 / training.batches)
    batch = round((training.progress - epoch) * training.batches)
    old = training.network.weights[layer][:, index].copy()
    training.advance(seconds=0.0)
    new = training.network.weights[layer][:, index]
    values = (old, training.gradients[layer][:, index], new)
    names = ["bias", *incoming_names(data, training.network, layer)]
    return Update(
        epoch=epoch + 1,
        batch=batch + 1,
        batches=training.batches,
        layer=layer,
        index=index,
        terms=[_term(names[row], [float(part[row]) for part in values]) for row in _most_moved(old, new)],
    )


def _term(name: str, values: list[float]) -> Term:
    # In full: a step may be a millionth of its weight.
    old, gradient, new = map(finite, values)
    return Term(name=name, old=old, gradient=gradient, new=new)


def _most_moved(old: np.ndarray, new: np.ndarray) -> list[int]:
    """Give the row of the bias, and those of the weights that moved most, in their order."""
    moved = np.nan_to_num(np.abs(new - old)[1:], nan=np.inf)
    return [0, *sorted(int(row) + 1 for row in np.argsort(-moved, kind="stable")[:TERMS])]
