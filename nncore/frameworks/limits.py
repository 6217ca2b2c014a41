"""What scikit-learn's multi-layer perceptron cannot be, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from nncore.frameworks.recipe import Unsupported

SKLEARN_ACTIVATIONS = {"identity": "identity", "sigmoid": "logistic", "tanh": "tanh", "RELU": "relu"}
"""nncore's name of an activation to scikit-learn's."""

_SOLVERS = ("Constant", "Momentum", "Adam")
_PAIRS = {("identity", "CostOLS"), ("sigmoid", "CostLogReg"), ("softmax", "CostCrossEntropy")}


def check_sklearn(*, scheduler: str, hidden: Sequence[str], output: str, cost: str, lam1: float) -> None:
    """Refuse what scikit-learn's MLP cannot be.

    Raises
    ------
    Unsupported
        With one sentence that says why.
    """
    if scheduler not in _SOLVERS:
        raise Unsupported(
            "scikit-learn's MLP trains with sgd, with or without momentum, and with Adam; "
            f"it has no {scheduler}."
        )
    if len(set(hidden)) > 1:
        raise Unsupported("scikit-learn's MLP has one activation for all hidden layers.")
    if any(name not in SKLEARN_ACTIVATIONS for name in hidden):
        known = ", ".join(SKLEARN_ACTIVATIONS.values())
        raise Unsupported(f"scikit-learn's MLP knows {known} as activations; it has no {hidden[0]}.")
    if (output, cost) not in _PAIRS:
        raise Unsupported(
            "scikit-learn's MLP fixes output and cost by the task: sigmoid or softmax with cross entropy for "
            f"classes, identity with squared error for numbers; here it is {output} with {cost}."
        )
    if lam1:
        raise Unsupported("scikit-learn's MLP has no L1 penalty.")
