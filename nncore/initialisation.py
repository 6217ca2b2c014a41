"""Where the weights start.

Every scheme scales the same standard normal numbers, drawn layer by layer, so that another scheme with the
same seed is the same start, stretched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nncore import checks
from nncore.activations import ACTIVATIONS, RULES, Activation
from nncore.arrays import Array


@dataclass(frozen=True)
class Initialisation:
    """Spread of a layer's first weights and biases."""

    spread: Callable[[int, int], float]
    """(n_inputs, n_outputs) to the standard deviation of the weights."""
    bias_spread: float
    """Standard deviation of the biases."""
    source: str
    """Where the scheme was published."""


INITIALISATIONS: Mapping[str, Initialisation] = MappingProxyType(
    {
        "lecture": Initialisation(
            lambda n_in, n_out: 1.0, 0.01, "the lecture's chapter: N(0, 1) at any width"
        ),
        "xavier": Initialisation(
            lambda n_in, n_out: float(np.sqrt(2.0 / (n_in + n_out))),
            0.0,
            "Glorot & Bengio, AISTATS 2010, eq. 12",
        ),
        "he": Initialisation(
            lambda n_in, n_out: float(np.sqrt(2.0 / n_in)), 0.0, "He et al., arXiv:1502.01852, eq. 10"
        ),
        "zeros": Initialisation(lambda n_in, n_out: 0.0, 0.0, "none: all units of a layer stay alike"),
    }
)
"""Every scheme by its name."""


def default_name(activation: Activation) -> str:
    """Return the scheme that suits an activation: `he` for the RELU family, `xavier` for all else.

    A function of the user's goes by its name, as one of the lecture's cells does.
    """
    known = ACTIVATIONS.get(getattr(activation, "__name__", ""))
    return RULES[known].start if known else "xavier"


def draw(
    dimensions: Sequence[int],
    activations: Sequence[Activation],
    *,
    init: str | None,
    rng: np.random.Generator,
) -> list[Array]:
    """Draw the first weights of one network.

    Parameters
    ----------
    dimensions : sequence of int
        Widths of all layers, input first.
    activations : sequence of callable
        One for each layer of weights; they choose the scheme where `init` is None.
    init : str or None
        A key of `INITIALISATIONS`.
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    list of array (n_inputs + 1, n_outputs)
        One for each layer of weights; row 0 is the bias.

    Raises
    ------
    ValueError
        When `init` is not a name of a scheme.

    Examples
    --------
    >>> from nncore import RELU
    >>> [w.shape for w in draw((2, 4, 1), (RELU, RELU), init="he", rng=np.random.default_rng(7))]
    [(3, 4), (5, 1)]
    """
    if init is not None:
        checks.choice("init", init, tuple(INITIALISATIONS))
    layers = []
    for n_in, n_out, activation in zip(dimensions[:-1], dimensions[1:], activations, strict=True):
        scheme = INITIALISATIONS[init or default_name(activation)]
        layer = rng.standard_normal((n_in + 1, n_out))
        layer[0] *= scheme.bias_spread
        layer[1:] *= scheme.spread(n_in, n_out)
        layers.append(layer)
    return layers
