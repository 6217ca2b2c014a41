"""In which of their own defaults the libraries differ from nncore, one sentence each."""

from __future__ import annotations

from nncore.frameworks.libraries import LIBRARIES
from nncore.frameworks.recipe import Recipe


def why_defaults_differ(recipe: Recipe, library: str) -> list[str]:
    """Return what a library's own defaults do otherwise in this experiment, one sentence each.

    Parameters
    ----------
    recipe : Recipe
        The experiment.
    library : str
        Key of the library.
    """
    table = LIBRARIES[library]
    optimiser = table.optimisers.get(recipe.scheduler)
    conventions = (*(optimiser.conventions if optimiser else ()), *table.conventions)
    numbers = {"rho": recipe.rho, "rho2": recipe.rho2, "momentum": recipe.momentum}
    return [each.sentence.format(**numbers) for each in conventions if each.holds(recipe)]
