"""In which of their own defaults the libraries differ from nncore, one sentence each.

Seen in PyTorch 2.13, Keras 3.15 and scikit-learn 1.9, whose source the sentences follow.
"""

from __future__ import annotations

from nncore.frameworks.recipe import Recipe

PRECISION = {
    "pytorch": "PyTorch computes in float32 unless told otherwise; nncore in float64.",
    "keras": "Keras computes in float32 unless told otherwise; nncore in float64.",
    "tensorflow": "TensorFlow computes in float32 unless told otherwise; nncore in float64.",
}

Numbers = dict[str, float]

SCHEDULERS: dict[tuple[str, str], tuple[tuple[Numbers, str], ...]] = {
    ("pytorch", "Adagrad"): (({}, "PyTorch's Adagrad adds 1e-10 to the root, nncore 1e-8."),),
    ("pytorch", "RMS_prop"): (
        (
            {"rho": 0.99},
            "PyTorch's RMSprop has a decay of 0.99 (alpha): it forgets more slowly than ρ = {rho:g}.",
        ),
    ),
    ("pytorch", "Adam"): (
        (
            {"rho": 0.9, "rho2": 0.999},
            "PyTorch's Adam has the decays 0.9 and 0.999, here {rho:g} and {rho2:g}.",
        ),
    ),
    ("keras", "Adagrad"): (
        ({}, "Keras's Adagrad starts its sum of squares at 0.1, so that its first steps are much shorter."),
        ({}, "Keras's Adagrad adds 1e-7 inside the root, nncore 1e-8 outside."),
    ),
    ("keras", "RMS_prop"): (
        ({"rho": 0.9}, "Keras's RMSprop has ρ = 0.9, here it is {rho:g}."),
        ({}, "Keras's RMSprop adds 1e-7 inside the root, nncore 1e-8 outside."),
    ),
    ("keras", "Adam"): (
        (
            {"rho": 0.9, "rho2": 0.999},
            "Keras's Adam has the decays 0.9 and 0.999, here {rho:g} and {rho2:g}.",
        ),
        ({}, "Keras's Adam adds 1e-7 to the root before the bias correction, nncore 1e-8 after it."),
    ),
    ("sklearn", "Constant"): (
        (
            {},
            "scikit-learn's sgd has a Nesterov momentum of 0.9, so that its steps add up to about ten times "
            "the length.",
        ),
    ),
    ("sklearn", "Momentum"): (
        (
            {},
            "scikit-learn's sgd has a Nesterov momentum of 0.9, which looks one step ahead; here it "
            "is plain.",
        ),
        ({"momentum": 0.9}, "Here the momentum is {momentum:g}, not 0.9."),
    ),
    ("sklearn", "Adam"): (
        (
            {"rho": 0.9, "rho2": 0.999},
            "scikit-learn's Adam has the decays 0.9 and 0.999, here {rho:g} and {rho2:g}.",
        ),
        ({}, "scikit-learn's Adam adds 1e-8 to the root before the bias correction, nncore after it."),
    ),
}
"""By library and scheduler: defaults that may agree with the experiment, and what to say if they do not."""

PENALTIES = {
    "pytorch": "PyTorch's weight_decay pulls at the biases as well as at the weights.",
    "keras": "Keras's L2 has no factor 1/2: the same λ pulls twice as hard.",
}


def why_defaults_differ(recipe: Recipe, library: str) -> list[str]:
    """Return what a library's own defaults do otherwise in this experiment, one sentence each.

    Parameters
    ----------
    recipe : Recipe
        The experiment.
    library : str
        Key of the library.
    """
    numbers = {"rho": recipe.rho, "rho2": recipe.rho2, "momentum": recipe.momentum}
    sentences = [
        sentence.format(**numbers)
        for default, sentence in SCHEDULERS.get((library, recipe.scheduler), ())
        if not default or any(numbers[name] != value for name, value in default.items())
    ]
    if recipe.lam and library in PENALTIES:
        sentences.append(PENALTIES[library])
    if library == "sklearn":
        if not recipe.lam:
            sentences.append("scikit-learn adds an L2 penalty of alpha = 0.0001 unless told otherwise.")
        else:
            sentences.append("scikit-learn divides its alpha by the size of the batch.")
        if not recipe.classification:
            sentences.append(
                "MLPRegressor minimises half the squared error, so the same rate takes half the step."
            )
    if library in PRECISION:
        sentences.append(PRECISION[library])
    return sentences
