"""Which output goes with which cost: one rule, for experiments and for networks made by hand.

The logistic cost takes logarithms of p and of 1 - p, the cross entropy those of p alone. Of an output that is
no probability they are undefined, or as low as one likes; of outputs that do not share a whole the cross
entropy is least where all of them are 1, whatever the inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nncore.activations import ACTIVATIONS, Activation
from nncore.costs import COSTS, Cost, plain_cost

COST_OUTPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "CostLogReg": ("sigmoid",),
        "CostCrossEntropy": ("softmax",),
        "CostOLS": ("identity", "sigmoid", "softmax", "tanh"),
    }
)
"""Outputs that are offered for each cost, the usual one first; the squared error is defined for any."""


def pair_problem(cost: str, output: str, *, n_outputs: int) -> str | None:
    """Return why an output does not go with a cost, a sentence, or None where it does.

    Parameters
    ----------
    cost, output : str
        Names in `COSTS` and `ACTIVATIONS`.
    n_outputs : int

    Examples
    --------
    >>> pair_problem("CostLogReg", "identity", n_outputs=1)
    'output_func must be sigmoid for CostLogReg; got identity.'
    >>> pair_problem("CostOLS", "identity", n_outputs=1)
    """
    allowed = COST_OUTPUTS[cost]
    if cost != "CostOLS" and output not in allowed:
        return f"output_func must be {' or '.join(allowed)} for {cost}; got {output}."
    if output == "softmax" and n_outputs == 1:
        return "output_func softmax must have at least two outputs to share between; got one."
    return None


def check_pair(cost_func: Cost, output_func: Activation, *, n_outputs: int) -> None:
    """Refuse a built-in output that does not go with a built-in cost; of a user's functions nothing is known.

    Parameters
    ----------
    cost_func, output_func : callable
    n_outputs : int

    Raises
    ------
    ValueError
        The sentence of `pair_problem`.
    """
    cost = _name(plain_cost(cost_func), COSTS) or "CostOLS"
    output = _name(output_func, ACTIVATIONS)
    if output and (problem := pair_problem(cost, output, n_outputs=n_outputs)):
        raise ValueError(problem)


def _name(function: object, known: Mapping[str, object]) -> str | None:
    return next((name for name, other in known.items() if other is function), None)
