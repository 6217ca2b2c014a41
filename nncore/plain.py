"""Back-propagation as the lecture derives it: the file to read first.

Everything that the playground draws is computed with the formulas below. The rest of `nncore` computes the
same numbers faster; tests hold it to this file, digit by digit.

**Forward.** A layer takes the outputs ``a`` of the layer before it, one row for each sample. It forms the
weighted sums ``z = b + a W`` and answers ``f(z)``, with its activation f. The first layer takes the inputs X.

**Cost.** The cost C compares the answers ``a`` of the last layer with the targets t: a sum over outputs, a
mean over samples.

**Backward.** A weight acts on the cost only through the z of its layer, where it multiplies one of the a that
come in. So the chain rule needs one thing of each layer, its ``delta = dC/dz``::

    dC/dW = a^T delta          a: what comes into the layer
    dC/db = sum of delta       over samples, as each of them adds the same b

Of the last layer the cost itself says dC/da. Of a layer before it, every output a enters all z of the next
layer, each with its own weight; the chain rule adds up these ways. Either is then carried through f::

    dC/da = delta_next W_next^T
    delta = dC/da f'(z)

So the deltas travel backwards, from the last layer to the first.

**Learning.** A scheduler turns the gradient into a change, which is taken from the weights.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo,
2024), "Building a neural network code".

Examples
--------
Four hidden neurons learn XOR, one step of Adam for each pass through the truth table:

>>> X, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
>>> rng = np.random.default_rng(7)
>>> weights = [rng.normal(size=(2 + 1, 4)), rng.normal(size=(4 + 1, 1))]
>>> network = Network(weights, ("tanh", "sigmoid"), "CostLogReg")
>>> memories = [Memory() for _ in weights]
>>> for _ in range(200):
...     for W, g, memory in zip(weights, gradient(network, X, t), memories):
...         W -= change("Adam", g, memory, eta=0.1)
>>> forward(network, X)[1][-1].round().ravel().tolist()
[0.0, 1.0, 1.0, 0.0]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Function = Callable[..., Array]


class Network(NamedTuple):
    """A network of any number of layers.

    Attributes
    ----------
    weights : sequence of array (n_inputs + 1, n_outputs)
        One for each layer; row 0 is the bias b, the rows below it are W.
    functions : sequence of str
        One for each layer: a key of `ACTIVATIONS`.
    cost : str
        A key of `COSTS`.
    """

    weights: Sequence[Array]
    functions: Sequence[str]
    cost: str


def forward(network: Network, X: Array) -> tuple[list[Array], list[Array]]:
    """Return all z, one array (n_samples, n_outputs) for each layer, and all a, of which X is the first."""
    zs, outputs = [], [X]
    for layer, name in zip(network.weights, network.functions, strict=True):
        b, W = layer[0], layer[1:]
        zs.append(b + outputs[-1] @ W)
        outputs.append(ACTIVATIONS[name][0](zs[-1]))
    return zs, outputs


def cost(network: Network, X: Array, t: Array, *, lam: float = 0.0) -> float:
    """Return the cost of samples X against targets t, with the penalty lam / 2 W^2 on weights, not biases."""
    zs, outputs = forward(network, X)
    pair = network.functions[-1], network.cost
    terms = EXACT[pair](t, zs[-1]) if pair in EXACT else COSTS[network.cost][0](t, outputs[-1])
    return terms.sum() / len(X) + sum(lam / 2 * (layer[1:] ** 2).sum() for layer in network.weights)


def gradient(network: Network, X: Array, t: Array, *, lam: float = 0.0) -> list[Array]:
    """Return the derivative of `cost` by the weights, in their shapes: back-propagation."""
    zs, outputs = forward(network, X)
    delta = last_delta(network, zs[-1], t)
    gradients: list[Array] = []
    for layer in reversed(range(len(zs))):
        W = network.weights[layer][1:]
        gradients.insert(0, np.vstack([delta.sum(axis=0), outputs[layer].T @ delta + lam * W]))
        if layer > 0:
            delta = through(network.functions[layer - 1], zs[layer - 1], delta @ W.T)
    return gradients


def last_delta(network: Network, z: Array, t: Array) -> Array:
    """Return dC/dz of the last layer, in the shape of its z."""
    name = network.functions[-1]
    a = ACTIVATIONS[name][0](z)
    if (name, network.cost) in EXACT:
        return (a - t) / len(t)  # the two derivatives multiplied, with nothing left to divide by
    return through(name, z, COSTS[network.cost][1](t, a) / len(t))


def through(name: str, z: Array, slope: Array) -> Array:
    """Carry dC/da through an activation: return dC/dz, in the shape of z."""
    if name == "softmax":  # every a of a row depends on every z of the row
        a = softmax(z)
        return a * (slope - (a * slope).sum(axis=1, keepdims=True))
    return slope * ACTIVATIONS[name][1](z)


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), in the shape of z."""
    with np.errstate(over="ignore"):  # an infinite exp gives the right answer, 0
        return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    """Return the shares exp(z) / sum exp(z) in every row of z (n_samples, n_outputs)."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))  # the same shares, and no overflow
    return powers / powers.sum(axis=1, keepdims=True)


def _bend(z: Array) -> Array:
    return np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))


def _bend_slope(z: Array) -> Array:
    return (1 - _bend(z) ** 2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)


ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "identity": (lambda z: z, lambda z: np.ones_like(z)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "softmax": (softmax, lambda z: softmax(z) * (1 - softmax(z))),
    "RELU": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1, 0)),
    "LRELU": (lambda z: np.maximum(z, 0.001 * z), lambda z: np.where(z > 0, 1, 0.001)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ELU": (lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.where(z > 0, 1, np.exp(z))),
    "GELU": (lambda z: z / 2 * (1 + _bend(z)), lambda z: (1 + _bend(z)) / 2 + z / 2 * _bend_slope(z)),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
}
"""Value f(z) and slope f'(z) of every activation (softmax: the slope of each share by its own z)."""

COSTS: dict[str, tuple[Function, Function]] = {
    "CostOLS": (lambda t, a: (a - t) ** 2, lambda t, a: 2 * (a - t)),
    "CostLogReg": (
        lambda t, a: -t * np.log(a) - (1 - t) * np.log(1 - a),
        lambda t, a: (1 - t) / (1 - a) - t / a,
    ),
    "CostCrossEntropy": (lambda t, a: -t * np.log(a), lambda t, a: -t / a),
}
"""What one output a costs against its target t, and the derivative by a."""

EXACT: dict[tuple[str, str], Function] = {
    ("sigmoid", "CostLogReg"): lambda t, z: np.logaddexp(0, z) - t * z,
    ("softmax", "CostCrossEntropy"): lambda t, z: t * (np.logaddexp.reduce(z, axis=1, keepdims=True) - z),
}
"""Two pairs whose cost is written with z, which is exact where a has been rounded to 0 or 1."""

DELTA = 1e-8
"""Keeps a division by a vanishing root finite."""


@dataclass
class Memory:
    """What a scheduler remembers of one array of weights: arrays in its shape, zero at first."""

    change: Array | float = 0.0
    mean: Array | float = 0.0
    squares: Array | float = 0.0
    updates: int = 0


def change(
    scheduler: str,
    g: Array,
    memory: Memory,
    *,
    eta: float,
    momentum: float = 0.9,
    rho: float = 0.9,
    rho2: float = 0.999,
) -> Array:
    """Return what one step of a scheduler takes from weights with gradient g, in the shape of g.

    Parameters
    ----------
    scheduler : str
        The lecture's name: Constant, Momentum, Adagrad, AdagradMomentum, RMS_prop or Adam.
    g : array of any shape
        Derivative of the cost by the weights.
    memory : Memory
        Of these weights; it is brought up to date.
    eta, momentum, rho, rho2 : float
        Learning rate, and the shares of what is remembered that are kept.

    Raises
    ------
    ValueError
        When the scheduler has another name.
    """
    memory.updates += 1
    match scheduler:
        case "Constant":
            return eta * g
        case "Momentum":
            memory.change = momentum * memory.change + eta * g
            return memory.change
        case "Adagrad":
            memory.squares = memory.squares + g**2
            return eta * g / (np.sqrt(memory.squares) + DELTA)
        case "AdagradMomentum":
            memory.squares = memory.squares + g**2
            memory.change = momentum * memory.change + eta * g / (np.sqrt(memory.squares) + DELTA)
            return memory.change
        case "RMS_prop":
            memory.squares = rho * memory.squares + (1 - rho) * g**2
            return eta * g / (np.sqrt(memory.squares) + DELTA)
        case "Adam":
            memory.mean = rho * memory.mean + (1 - rho) * g
            memory.squares = rho2 * memory.squares + (1 - rho2) * g**2
            mean = memory.mean / (1 - rho**memory.updates)
            squares = memory.squares / (1 - rho2**memory.updates)
            return eta * mean / (np.sqrt(squares) + DELTA)
    raise ValueError(f"scheduler must be one of the lecture's six, such as 'Adam'; got {scheduler!r}.")
