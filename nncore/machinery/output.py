"""The end of a network: output activation and cost together, because their derivative is one thing.

For three pairs cost and gradient come straight from the weighted inputs z of the output layer, exact and free
of overflow at any z. These formulas, of the costs' rules in `nncore.costs`, hold for these pairs alone:

====================  ============================  ====================
pair                  cost per sample               derivative by z
====================  ============================  ====================
identity, CostOLS     sum (z - t)^2                 2 (z - t)
sigmoid, CostLogReg   sum log(1 + e^z) - t z        sigmoid(z) - t
softmax, CrossEntropy log sum e^z - sum t z         softmax(z) - t
====================  ============================  ====================

(the last where every row of t sums to one). Every other pair goes through the outputs: derivative of the
cost by the output, times the derivative (softmax: the Jacobian) of the output by z.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from autograd.core import make_vjp

from nncore.arrays import FEW, Array, totals
from nncore.machinery.kernels import KERNELS, Activation, Call, Kernel, as_rows, replay, user_kernel

Measure = Callable[[Array], float]
Cost = Callable[[Array], Measure]


@dataclass(frozen=True)
class CostRule:
    """All that is known of a built-in cost beside its value."""

    terms: Callable[[Array, Array], Array]
    """(target, prediction) to the cost of every single output, same shape."""
    slope: Callable[[Array, Array], Array]
    """(target, prediction) to the derivative of `terms` by the prediction, same shape."""
    partner: Activation
    """The output activation whose z the cost can be written with; together they are a closed pair."""
    from_z: Callable[..., Array]
    """(target, z), each (..., n_outputs, n_samples), to the cost with its partner, summed over the set;
    with a third, (n_samples,), every sample counts that much."""
    factor: float = 1.0
    """What output - target is multiplied by to be the derivative of `from_z`."""
    classifies: bool = True
    """Whether a network with this cost makes 0/1 decisions."""

    def __call__(self, cost: Cost) -> Cost:
        """Enter a cost under this rule."""
        COST_RULES[cost] = self
        return cost


COST_RULES: dict[Cost, CostRule] = {}
"""The rule of every built-in cost; `nncore.costs` writes each above the cost's definition."""


def rule_of(cost: Cost) -> CostRule | None:
    """Return the rule of a built-in cost, weighted or not; None for any other."""
    return COST_RULES.get(getattr(cost, "cost", cost))


def weigh(values: Array, rows: Array | None) -> Array:
    """Return values (..., n_samples) times what every sample counts; as they are where all count the same."""
    return values if rows is None else values * rows


def _share(right: Array) -> Array:
    """Return the mean of truth values over the last axis; np.mean would turn each into a float first."""
    n_samples = right.shape[-1]
    if 0 < n_samples <= FEW:
        return totals(right[..., None, :].astype(np.int32)) / n_samples
    return np.add.reduce(right, axis=-1, dtype=np.int32) / n_samples


class OutputLayer:
    """One output activation with one cost.

    Parameters
    ----------
    output_func, cost_func : callable
        Built in, or written with ``autograd.numpy``.
    classifies : bool
        Whether decisions are 0/1.
    chooses : bool
        Whether the outputs share a whole, so that one class is chosen; if not, each is decided by itself.
        Both are told from above, as `nncore.recognise` does: they are matters of the lecture's words.
    """

    def __init__(self, output_func: Activation, cost_func: Cost, *, classifies: bool, chooses: bool) -> None:
        self.output_func = output_func
        self.cost_func = cost_func
        self.classifies = classifies
        self.chooses = chooses
        self.rule = rule = rule_of(cost_func)
        self._row_weights: Callable[[Array], Array] | None = getattr(cost_func, "row_weights", None)
        self.closed = rule is not None and rule.partner is output_func
        # A built-in pair is finite whenever z is, so its costs may be computed later, many epochs at once.
        self.deferrable = output_func in KERNELS and rule is not None

    def kernel(self) -> Kernel:
        """Return the kernel of the output activation."""
        return KERNELS.get(self.output_func) or user_kernel(self.output_func)

    def outputs(self, z: Array) -> Array:
        """Return f(z) for z (..., n_outputs, n_samples), in a new array of the same layout."""
        a = z.copy("K")
        replay(self.kernel().forward(a, np.empty_like(a)))
        return a

    def costs(self, z: Array, t: Array) -> Array:
        """Return the mean cost of z (..., n_outputs, n_samples) against t (n_outputs, n_samples)."""
        n_samples = t.shape[-1]
        if self.rule is not None:
            rows = self._row_weights(t) if self._row_weights is not None else None
            if self.closed:
                return self.rule.from_z(t, z, rows) / n_samples
            return totals(weigh(self.rule.terms(t, self.outputs(z)), rows)) / n_samples
        a = self.outputs(z)
        runs = a.shape[:-2]
        measure = self.cost_func(as_rows(t))
        return np.array([measure(as_rows(a[run])) for run in np.ndindex(runs)], dtype=float).reshape(runs)

    def labels(self, z: Array, *, threshold: float = 0.5) -> Array:
        """Return class numbers (..., n_samples) for z (..., n_outputs, n_samples).

        One output decides by the threshold, several by the largest (the first of equals).
        """
        if z.shape[-2] == 1:
            return self._above(z, threshold)[..., 0, :].astype(np.int64)
        return np.argmax(z if self.kernel().keeps_order else self.outputs(z), axis=-2)

    def decisions(self, z: Array, *, threshold: float = 0.5) -> Array:
        """Return 0 or 1 for every output, (..., n_outputs, n_samples) of int.

        A softmax chooses the class of its largest output; any other output is decided by itself.
        """
        if not self.chooses:
            return self._above(z, threshold).astype(np.int64)
        return as_rows(np.eye(z.shape[-2], dtype=np.int64)[self.labels(z)])

    def _above(self, z: Array, threshold: float) -> Array:
        half = self.kernel().half_at
        if half is not None and threshold == 0.5:
            return z > half
        return self.outputs(z) > threshold

    def truth(self, t: Array) -> Array:
        """Return what `accuracy` compares with, for targets t (n_samples, n_outputs).

        Class numbers (n_samples,) where one class is chosen, else truth values (n_outputs, n_samples).
        """
        return np.argmax(t, axis=1) if self.chooses else (t > 0.5).T

    def accuracy(self, z: Array, truth: Array) -> Array:
        """Return the share of samples that z (..., n_outputs, n_samples) gets right: in every output.

        Parameters
        ----------
        z : array (..., n_outputs, n_samples)
        truth : array (n_samples,) or (n_outputs, n_samples)
            As the method `truth` returns it.
        """
        if not self.chooses:
            right = self._above(z, 0.5) == truth
            return _share(right[..., 0, :] if z.shape[-2] == 1 else right.all(axis=-2))
        if self.kernel().keeps_order:
            highest = z == np.max(z, axis=-2, keepdims=True)
            if np.count_nonzero(highest) == z.size // z.shape[-2]:
                # Without ties the right class is the highest or it is not; argmax takes thrice as long.
                return _share(highest[..., truth, np.arange(len(truth))])
        return _share(self.labels(z) == truth)

    def backward(self, z: Array, t: Array, delta: Array) -> list[Call]:
        """Return the calls that put the derivative of the mean cost by z into delta."""
        n_samples = t.shape[-1]
        scratch = np.empty_like(delta)
        if self.closed:
            forward = KERNELS[self.output_func].forward(delta, scratch)
            # The first operation of the activation may read z itself: no copy is needed then.
            start = _redirected(forward[0], z, delta) if forward else None
            assert self.rule is not None
            share = self.rule.factor / n_samples
            weighing = self._weighing(t, delta)
            if not forward:
                return [(np.subtract, (z, t, delta)), (np.multiply, (delta, share, delta)), *weighing]
            head = [start, *forward[1:]] if start else [(np.copyto, (delta, z)), *forward]
            return [*head, (np.subtract, (delta, t, delta)), (np.multiply, (delta, share, delta)), *weighing]
        kernel = self.kernel()
        a = np.empty_like(delta)
        kept = np.empty_like(delta) if kernel.keeps_input else a
        return [
            (np.copyto, (a, z)),
            *([(np.copyto, (kept, z))] if kernel.keeps_input else []),
            *kernel.forward(a, scratch),
            (self._slope, (a, t, delta)),
            *(self._weighing(t, delta) if self.rule is not None else ()),
            *kernel.backward(delta, a, kept, scratch),
        ]

    def _weighing(self, t: Array, delta: Array) -> list[Call]:
        """Return the call, if one is needed, that multiplies delta by what every row counts."""
        rows = self._row_weights
        return [] if rows is None else [(lambda t, delta: np.multiply(delta, rows(t), delta), (t, delta))]

    def _slope(self, a: Array, t: Array, delta: Array) -> None:
        """Put the derivative of the mean cost by the outputs into delta."""
        if self.rule is not None:
            np.divide(self.rule.slope(t, a), t.shape[-1], delta)
            return
        measure = self.cost_func(as_rows(t).copy())
        for run in np.ndindex(a.shape[:-2]):
            pull, value = make_vjp(measure, as_rows(a[run]).copy())
            as_rows(delta[run])[...] = pull(np.ones_like(value))


def _redirected(call: Call, z: Array, delta: Array) -> Call | None:
    """Return an element-wise call of one input reading z and writing delta, or None for another kind."""
    function, arguments = call
    if isinstance(function, np.ufunc) and len(arguments) == function.nin + 1 and arguments[0] is delta:
        return function, (z, *arguments[1:])
    return None
