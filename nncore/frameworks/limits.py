"""What a library cannot be, in one sentence each; scikit-learn's multi-layer perceptron more than others."""

from __future__ import annotations

from nncore.experiment.fields import CUSTOM
from nncore.frameworks.libraries import SKLEARN, Library
from nncore.frameworks.recipe import Recipe, Unsupported

_PAIRS = {("identity", "CostOLS"), ("sigmoid", "CostLogReg"), ("softmax", "CostCrossEntropy")}


def check(recipe: Recipe, library: Library) -> None:
    """Refuse what a library cannot train.

    Raises
    ------
    Unsupported
        With one sentence that says why.
    """
    if library is SKLEARN:
        _check_sklearn(recipe)
    for name in recipe.hidden:
        if name != CUSTOM:
            library.activation(name)
    library.optimiser(recipe.scheduler)


def _check_sklearn(recipe: Recipe) -> None:
    if recipe.scheduler not in SKLEARN.optimisers:
        raise Unsupported(
            "scikit-learn's MLP trains with sgd, with or without momentum, and with Adam; "
            f"it has no {recipe.scheduler}."
        )
    if len(set(recipe.hidden)) > 1:
        raise Unsupported("scikit-learn's MLP has one activation for all hidden layers.")
    if any(name not in SKLEARN.activations for name in recipe.hidden):
        known = ", ".join(call.name for call in SKLEARN.activations.values())
        raise Unsupported(f"scikit-learn's MLP knows {known} as activations; it has no {recipe.hidden[0]}.")
    if (recipe.output, recipe.cost) not in _PAIRS:
        raise Unsupported(
            "scikit-learn's MLP fixes output and cost by the task: sigmoid or softmax with cross entropy for "
            "classes, identity with squared error for numbers; here it is "
            f"{recipe.output} with {recipe.cost}."
        )
    if recipe.lam1:
        raise Unsupported("scikit-learn's MLP has no L1 penalty.")
