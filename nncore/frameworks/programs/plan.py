"""What the templates of all libraries name: numbers, layers, starting weights, the library's own words."""

from __future__ import annotations

from nncore.activations import ACTIVATIONS
from nncore.experiment import Experiment
from nncore.experiment.fields import CUSTOM
from nncore.frameworks.formulas import formula_source
from nncore.frameworks.libraries import Library
from nncore.frameworks.programs.inlining import function_source
from nncore.frameworks.recipe import Recipe
from nncore.initialisation import INITIALISATIONS, default_name

SPREADS = {
    "xavier": "np.sqrt(2 / ({n_in} + {n_out}))",
    "he": "np.sqrt(2 / {n_in})",
    "lecture": "1.0",
    "zeros": "0.0",
}
"""Standard deviation of a layer's first weights, by scheme, as source."""

REPORTS = 10
"""Lines that a program prints while it trains."""

_TAKEN_OVER = (
    "eta", "epochs", "batch_size", "schedule", "scheduler", "momentum", "rho", "rho2", "lam", "lam1",
    "order_seed", "output", "cost",
)  # fmt: skip

Values = dict[str, object]


def plan_values(
    experiment: Experiment, recipe: Recipe, library: Library, *, own_weights: bool = False
) -> Values:
    """Return the values of a library's template.

    Parameters
    ----------
    experiment : Experiment
        What is trained.
    recipe : Recipe
        The same with everything drawn.
    library : Library
        In what.
    own_weights : bool
        Whether the library draws the starting weights itself.

    Raises
    ------
    Unsupported
        If the library has no such optimiser.
    """
    return {
        **{name: getattr(recipe, name) for name in _TAKEN_OVER},
        "own_weights": own_weights,
        # Decisions come out of logits: the output activation is then part of the loss.
        "logits": recipe.cost != "CostOLS",
        "n_train": len(recipe.X),
        "mini_batches": recipe.size < len(recipe.X),
        "scheduled": recipe.schedule != "constant",
        "validated": recipe.X_val is not None,
        "every": max(1, recipe.epochs // REPORTS),
        **_layers(recipe, library),
        **_start(experiment, recipe),
        **_optimiser(recipe, library, own_weights=own_weights),
    }


def _layers(recipe: Recipe, library: Library) -> Values:
    sizes = recipe.dimensions
    functions = (*recipe.hidden, recipe.output if recipe.cost == "CostOLS" else "identity")
    written = {name: call for name, call in library.activations.items() if call.arguments}
    return {
        "sizes": list(sizes),
        "n_inputs": sizes[0],
        "n_outputs": sizes[-1],
        "widths": sizes[1:-1],
        "layers": list(zip(sizes, sizes[1:], functions, strict=False)),
        "activations": library.activations,
        "losses": library.losses,
        "helpers": [call for name, call in written.items() if name in functions],
        "helper_names": {CUSTOM: "custom", **{name: call.name for name, call in written.items()}},
        "formula": formula_source(recipe.formula, library.functions) if CUSTOM in functions else "",
    }


def _start(experiment: Experiment, recipe: Recipe) -> Values:
    """Return what draws the page's starting weights."""
    sizes = recipe.dimensions
    schemes = [_scheme(experiment, name) for name in (*recipe.hidden, recipe.output)]
    pairs = zip(schemes, sizes, sizes[1:], strict=False)
    return {
        "seed": experiment.seed,
        "spreads": [SPREADS[scheme].format(n_in=n_in, n_out=n_out) for scheme, n_in, n_out in pairs],
        "bias_spread": INITIALISATIONS[schemes[0]].bias_spread,
    }


def _scheme(experiment: Experiment, activation: str) -> str:
    if experiment.init != "auto":
        return experiment.init
    return "xavier" if activation == CUSTOM else default_name(ACTIVATIONS[activation])


def _optimiser(recipe: Recipe, library: Library, *, own_weights: bool) -> Values:
    """Return the optimiser's call, and a class of its own where the library's is not exact enough."""
    found = library.optimiser(recipe.scheduler)
    values: Values = {"optimiser": found.call(recipe), "memory": found.memory, "subclass": ""}
    # In runs of many mini-batches another place of epsilon grows to the fourth digit of the loss.
    many_steps = recipe.size < len(recipe.X) and not own_weights
    if found.subclasses and many_steps:
        call = found.subclass(recipe)
        values |= {"optimiser": call, "subclass": function_source(found.subclasses, call.name)}
    return values
