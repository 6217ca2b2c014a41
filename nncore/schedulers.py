"""Schedulers of the lecture: what a gradient is turned into before it is taken from the weights.

A scheduler works element by element, on an array of any shape that stays the same until `reset`. Each of its
numbers may be a vector with one value per run; the first axis of the gradient is then the axis of runs.
The change it returns is its own buffer: valid until the next call, not to be written to.

Source: M. Hjorth-Jensen, Advanced machine learning and data analysis for the physical sciences (Oslo,
2024), "Building a neural network code".
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from nncore import checks
from nncore.arrays import Array, ArrayLike, Numbers, floating

DELTA = 1e-8
"""Keeps a division by a vanishing root finite; added outside the root, as PyTorch does."""


class _Number:
    """A number of a scheduler: checked whenever it is set, never changed by the scheduler itself."""

    def __init__(self, *, high: float = np.inf, open_low: bool = False) -> None:
        self.high = high
        self.open_low = open_low

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, scheduler: Scheduler | None, owner: type | None = None) -> Any:
        if scheduler is None:
            return self
        if self.name not in scheduler.__dict__:
            raise AttributeError(f"{type(scheduler).__name__} has no {self.name}.")
        return scheduler.__dict__[self.name]

    def __set__(self, scheduler: Scheduler, value: ArrayLike) -> None:
        number = checks.setting(self.name, value, low=0.0, high=self.high, open_low=self.open_low)
        scheduler.__dict__[self.name] = number
        scheduler._spread = None


@dataclass
class _Memory:
    """Everything a scheduler remembers, each array in the shape of the gradient."""

    change: Array  # what was returned last
    first: Array  # decayed sum of gradients (or of changes)
    second: Array  # decayed sum of squared gradients
    n_updates: int = 0


class Scheduler:
    """What all schedulers share; it has a learning rate and no rule.

    Parameters
    ----------
    eta : float, or vector (n_runs,)
        Learning rate, above 0.

    Raises
    ------
    ValueError
        When `eta` is not above 0 and finite.
    """

    numbers: ClassVar[tuple[str, ...]] = ("eta",)
    remembers: ClassVar[tuple[str, ...]] = ("change", "first", "second")
    """Arrays of its memory that an update reads; to the others it only writes, before it reads them."""
    eta = _Number(open_low=True)
    momentum = _Number(high=1.0)
    rho = _Number(high=1.0)
    rho2 = _Number(high=1.0)

    def __init__(self, eta: ArrayLike) -> None:
        self._spread: list[Numbers] | None = None
        self._memory: _Memory | None = None
        self._factor = 1.0
        self.eta = eta

    def __copy__(self) -> Scheduler:
        """Return a scheduler of its own: two that shared their memory would learn from one another."""
        return copy.deepcopy(self)

    @property
    def factor(self) -> float:
        """What `eta` is multiplied by before it is used: 1, or what a schedule over time says."""
        return self._factor

    @factor.setter
    def factor(self, value: float) -> None:
        self._factor = value
        self._spread = None

    def update_change(self, gradient: ArrayLike) -> Array:
        """Return what is to be taken from the weights.

        Parameters
        ----------
        gradient : array of any shape
            Derivative of the cost by the weights; it is not modified.

        Returns
        -------
        array of the same shape
            The scheduler's own buffer, valid until the next call.

        Raises
        ------
        NotImplementedError
            Always: the rule is the subclass's.
        """
        raise NotImplementedError(f"{type(self).__name__} has no update_change; take one of its subclasses.")

    def reset(self) -> None:
        """Forget everything but the numbers the scheduler was made with."""
        self._memory = None

    def settle(self, like: Array, take: Callable[[str], Array] | None = None) -> None:
        """Have what is not remembered from one update to the next in other memory; the numbers are the same.

        Parameters
        ----------
        like : array of any shape
            A gradient.
        take : callable, optional
            Name to an array in the shape of that gradient, whatever it holds; without it, memory of its own,
            none of which is taken before the next update.
        """
        if self._memory is None:
            self._memory = _Memory(_zeros(like), _zeros(like), _zeros(like))
        for name in {"change", "first", "second"} - set(self.remembers):
            setattr(self._memory, name, _zeros(like) if take is None else take(name))

    def _open(self, gradient: ArrayLike) -> tuple[Array, _Memory, list[Numbers]]:
        """Return gradient, memory and numbers."""
        memory, spread = self._memory, self._spread
        # The way of nearly every call: a network of a dozen weights feels every look that is taken.
        if memory is None or spread is None or type(gradient) is not np.ndarray:
            return self._fitted(np.asarray(gradient))
        same = gradient.shape == memory.change.shape
        return (gradient, memory, spread) if same else self._fitted(gradient)

    def _fitted(self, gradient: Array) -> tuple[Array, _Memory, list[Numbers]]:
        """Return the same after looking whether they fit one another, and making what is missing."""
        memory = self._memory
        if memory is None:
            memory = self._memory = _Memory(_zeros(gradient), _zeros(gradient), _zeros(gradient))
            self._spread = None
        elif memory.change.shape != gradient.shape:
            raise ValueError(
                f"gradient must keep the shape {memory.change.shape} until reset(); got {gradient.shape}."
            )
        if self._spread is None:
            self._spread = [self._over_runs(name, gradient) for name in self.numbers]
            self._spread[0] = self._spread[0] * self._factor
        return gradient, memory, self._spread

    def _over_runs(self, name: str, gradient: Array) -> Numbers:
        """Return a number so shaped that it meets every element of its run."""
        value = getattr(self, name)
        if isinstance(value, float):
            return value
        if gradient.ndim < 2 or len(gradient) != len(value):
            raise ValueError(
                f"{name} must be one number, or one per run of a stack; got {len(value)} values for"
                f" a gradient of shape {gradient.shape}."
            )
        return value.reshape((-1,) + (1,) * (gradient.ndim - 1)).astype(floating(gradient).dtype)


def _zeros(like: Array) -> Array:
    """Return zeros in the shape and memory order of an array, so that all are walked alike."""
    dtype = floating(like).dtype
    # Unlike those of zeros_like, which writes them, zeros that nobody writes to take no memory.
    return np.zeros(like.shape, dtype) if like.flags.c_contiguous else np.zeros_like(like, dtype)


class Constant(Scheduler):
    """Plain gradient descent: change = eta g.

    Examples
    --------
    >>> Constant(0.5).update_change(np.array([2.0, -4.0]))
    array([ 1., -2.])
    """

    remembers = ()

    def update_change(self, gradient: ArrayLike) -> Array:
        gradient, memory, (rate,) = self._open(gradient)
        return np.multiply(gradient, rate, memory.change)


class _Heavy(Scheduler):
    """What keeps a share of its last change."""

    numbers = ("eta", "momentum")

    def __init__(self, eta: ArrayLike, momentum: ArrayLike) -> None:
        super().__init__(eta)
        self.momentum = momentum


class Momentum(_Heavy):
    """A heavy ball: c <- momentum c + eta g; change = c.

    Source: B. Polyak, USSR Comp. Math. 4(5), 1 (1964).

    Examples
    --------
    >>> heavy = Momentum(0.5, 0.5)
    >>> [float(heavy.update_change(np.array([2.0]))[0]) for _ in range(3)]
    [1.0, 1.5, 1.75]
    """

    remembers = ("change",)

    def update_change(self, gradient: ArrayLike) -> Array:
        gradient, memory, (rate, momentum) = self._open(gradient)
        np.multiply(gradient, rate, memory.second)
        np.multiply(memory.change, momentum, memory.change)
        return np.add(memory.change, memory.second, memory.change)


class Adagrad(Scheduler):
    """A falling rate for every weight: G <- G + g^2; change = eta g / (sqrt(G) + 1e-8).

    Source: Duchi, Hazan & Singer, JMLR 12, 2121 (2011), the diagonal form.

    Examples
    --------
    >>> Adagrad(0.5).update_change(np.array([3.0, -4.0])).round(6)
    array([ 0.5, -0.5])
    """

    remembers = ("second",)

    def update_change(self, gradient: ArrayLike) -> Array:
        gradient, memory, (rate,) = self._open(gradient)
        change = memory.change
        np.multiply(gradient, gradient, change)
        np.add(memory.second, change, memory.second)
        np.sqrt(memory.second, change)
        np.add(change, DELTA, change)
        np.divide(gradient, change, change)
        return np.multiply(change, rate, change)


class AdagradMomentum(_Heavy):
    """`Adagrad` with a heavy ball: c <- momentum c + eta g / (sqrt(G) + 1e-8); change = c.

    Source: the lecture's chapter; G as in Duchi, Hazan & Singer, JMLR 12, 2121 (2011).

    Examples
    --------
    >>> AdagradMomentum(0.5, 0.9).update_change(np.array([3.0, -4.0])).round(6)
    array([ 0.5, -0.5])
    """

    remembers = ("change", "second")

    def update_change(self, gradient: ArrayLike) -> Array:
        gradient, memory, (rate, momentum) = self._open(gradient)
        step = memory.first
        np.multiply(gradient, gradient, step)
        np.add(memory.second, step, memory.second)
        np.sqrt(memory.second, step)
        np.add(step, DELTA, step)
        np.divide(gradient, step, step)
        np.multiply(step, rate, step)
        np.multiply(memory.change, momentum, memory.change)
        return np.add(memory.change, step, memory.change)


class RMS_prop(Scheduler):
    """A forgetful `Adagrad`: s <- rho s + (1 - rho) g^2; change = eta g / (sqrt(s) + 1e-8).

    Source: Tieleman & Hinton, Neural Networks for Machine Learning, lecture 6.5 (2012).

    Examples
    --------
    >>> RMS_prop(0.5, 0.75).update_change(np.array([3.0, -4.0])).round(6)
    array([ 1., -1.])
    """

    numbers = ("eta", "rho")
    remembers = ("second",)

    def __init__(self, eta: ArrayLike, rho: ArrayLike) -> None:
        super().__init__(eta)
        self.rho = rho

    def update_change(self, gradient: ArrayLike) -> Array:
        gradient, memory, (rate, rho) = self._open(gradient)
        change = memory.change
        # memory.second holds s / (1 - rho): one product less for every weight.
        np.multiply(gradient, gradient, change)
        np.multiply(memory.second, rho, memory.second)
        np.add(memory.second, change, memory.second)
        root = (1.0 - rho) ** 0.5
        np.sqrt(memory.second, change)
        np.add(change, DELTA / root, change)
        np.divide(gradient, change, change)
        return np.multiply(change, rate / root, change)


class Adam(Scheduler):
    """Momentum over a forgetful root mean square: change = eta m^ / (sqrt(v^) + 1e-8).

    m and v are running means of g and g^2; the hats divide by 1 - rho^t and 1 - rho2^t after t updates.

    Source: Kingma & Ba, arXiv:1412.6980, algorithm 1.

    Examples
    --------
    >>> Adam(1e-3, 0.9, 0.999).update_change(np.array([3.0, -4.0])).round(9)
    array([ 0.001, -0.001])
    """

    numbers = ("eta", "rho", "rho2")
    remembers = ("first", "second")

    def __init__(self, eta: ArrayLike, rho: ArrayLike, rho2: ArrayLike) -> None:
        super().__init__(eta)
        self.rho = rho
        self.rho2 = rho2

    def update_change(self, gradient: ArrayLike) -> Array:
        gradient, memory, (rate, rho, rho2) = self._open(gradient)
        change, first, second = memory.change, memory.first, memory.second
        memory.n_updates += 1
        # The buffers hold m / (1 - rho) and v / (1 - rho2); all constants meet in two numbers below.
        np.multiply(first, rho, first)
        np.add(first, gradient, first)
        np.multiply(gradient, gradient, change)
        np.multiply(second, rho2, second)
        np.add(second, change, second)
        root = ((1.0 - rho2) / (1.0 - rho2**memory.n_updates)) ** 0.5
        np.sqrt(second, change)
        np.add(change, DELTA / root, change)
        np.divide(first, change, change)
        share = (1.0 - rho) / (1.0 - rho**memory.n_updates)
        return np.multiply(change, rate * share / root, change)


_MEANINGS = {
    "eta": "Learning rate, above 0.",
    "momentum": "Share of the last change that is kept, at least 0 and below 1.",
    "rho": "Share of s, or of Adam's m, that is kept, at least 0 and below 1 (0.9 as a rule).",
    "rho2": "Share of v that is kept, at least 0 and below 1 (0.999 as a rule).",
}


def _explained(kind: type[Scheduler]) -> type[Scheduler]:
    """Add to a rule's own words what its numbers are: the same for all rules."""
    entries = "".join(
        f"{name} : float, or vector (n_runs,)\n        {_MEANINGS[name]}\n    " for name in kind.numbers
    )
    kind.__doc__ = f"""{(kind.__doc__ or "").rstrip()}

    Parameters
    ----------
    {entries}
    Raises
    ------
    ValueError
        When a number is outside its range.
    """
    return kind


_RULES = (Constant, Momentum, Adagrad, AdagradMomentum, RMS_prop, Adam)
SCHEDULERS: Mapping[str, type[Scheduler]] = MappingProxyType(
    {kind.__name__: _explained(kind) for kind in _RULES}
)
"""Every built-in scheduler by its name."""


def make_scheduler(
    name: str, *, eta: ArrayLike, momentum: ArrayLike = 0.9, rho: ArrayLike = 0.9, rho2: ArrayLike = 0.999
) -> Scheduler:
    """Make a scheduler from its name, taking of the numbers those that its rule has.

    Parameters
    ----------
    name : str
        A key of `SCHEDULERS`.
    eta, momentum, rho, rho2 : float, or vector (n_runs,)
        The numbers of all rules together.

    Raises
    ------
    ValueError
        When the name is unknown or a number that is used is outside its range.

    Examples
    --------
    >>> make_scheduler("Momentum", eta=0.1, momentum=0.5).momentum
    0.5
    """
    kind = SCHEDULERS[checks.choice("scheduler", name, tuple(SCHEDULERS))]
    given = {"eta": eta, "momentum": momentum, "rho": rho, "rho2": rho2}
    return kind(*(given[number] for number in kind.numbers))
