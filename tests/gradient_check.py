"""One gradient checker for every derivative of the project.

It takes a random direction, compares the slope along it with a central difference in float64, and on failure
prints the function's name, the argument and both numbers. `test_gradient_check.py` plants errors in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np

from nncore import FFNN
from nncore.pairs import check_pair

STEP = 1e-6
TOLERANCE = 2e-6


def allowed_pair(output: Callable[..., Any], cost: Callable[..., Any], width: int) -> Callable[..., Any]:
    """Return the output, as a function of the user's where the built-in one is refused with that cost."""
    try:
        check_pair(cost, output, n_outputs=width)
    except ValueError:

        def own(z: np.ndarray) -> np.ndarray:
            return output(z)

        own.__name__ = output.__name__
        return own
    return output


def check_gradient(
    function: Callable[[np.ndarray], float],
    gradient: np.ndarray,
    at: np.ndarray,
    *,
    name: str,
    rng: np.random.Generator,
    tolerance: float = TOLERANCE,
) -> None:
    """Fail unless `gradient` is the derivative of `function` at `at`.

    Parameters
    ----------
    function : callable
        Array to number.
    gradient, at : array of the same shape
        What is claimed; where.
    name : str
        Printed on failure.
    rng : numpy.random.Generator
        Draws the direction.
    tolerance : float
        Allowed difference, relative to the sum of both slopes (and absolute below a slope of 1e-3), beside
        what rounding of the function's value can do to a central difference.
    """
    direction = rng.standard_normal(at.shape)
    direction /= np.linalg.norm(direction)
    claimed = float(np.sum(gradient * direction))
    above, below = float(function(at + STEP * direction)), float(function(at - STEP * direction))
    measured = (above - below) / (2 * STEP)
    rounding = 2 * np.finfo(float).eps * (abs(above) + abs(below)) / STEP
    allowed = tolerance * (abs(claimed) + abs(measured) + 1e-3) + rounding
    assert abs(claimed - measured) < allowed, (
        f"the derivative of {name} is wrong: claimed {claimed:.12g}, central difference {measured:.12g},"
        f" at\n{at}"
    )


def cost_of_weights(
    network: FFNN, X: np.ndarray, t: np.ndarray, *, lam: float = 0.0, lam1: float = 0.0
) -> Callable[[Sequence[Any]], Any]:
    """Return the textbook's cost of a list of weights, row by row, written with autograd.numpy alone.

    Activations and cost are those of the network, everything between them is written anew here.
    """
    funcs = (*network.hidden_func, network.output_func)

    def cost(weights: Sequence[Any]) -> Any:
        a = X
        for layer, func in zip(weights, funcs, strict=True):
            a = func(anp.dot(a, layer[1:]) + layer[0])
        total = network.cost_func(t)(a)
        for layer in weights:
            total = total + 0.5 * lam * anp.sum(layer[1:] ** 2) + lam1 * anp.sum(anp.abs(layer[1:]))
        return total

    return cost


def cost_along(network: FFNN, X: np.ndarray, t: np.ndarray) -> Callable[[np.ndarray], float]:
    """Return the network's own cost as a function of its flat parameters, which are put back afterwards."""

    def cost(theta: np.ndarray) -> float:
        before = network.theta.copy()
        network.theta[...] = theta
        value = network.cost(X, t)
        network.theta[...] = before
        return value

    return cost


def flat(network: FFNN, layers: Sequence[np.ndarray]) -> np.ndarray:
    """Return a list shaped as ``network.weights`` as one vector in the order of ``network.theta``."""
    return np.concatenate(
        [np.swapaxes(layer, -1, -2).reshape(*network.runs, -1) for layer in layers], axis=-1
    )
