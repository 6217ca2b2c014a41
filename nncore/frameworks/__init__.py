"""The same network in PyTorch, Keras, TensorFlow and scikit-learn.

:func:`train` gives another library the Experiment's rows, starting weights and batches in their order, and
settings that make its formulas nncore's. No library is imported before it is asked for.

Examples
--------
>>> from nncore.experiment import Experiment
>>> run = train(Experiment.default("XOR").replace(epochs=5), "sklearn")
>>> own = train(Experiment.default("XOR").replace(epochs=5), "nncore")
>>> difference(run, own).losses < 1e-12
True
"""

from __future__ import annotations

from collections.abc import Callable

from nncore import checks
from nncore.data import DataSet
from nncore.experiment import Experiment
from nncore.frameworks.libraries import LIBRARIES, Library
from nncore.frameworks.own import NNCORE, train_own
from nncore.frameworks.parting import Difference, difference, grows_from_rounding, last_bits
from nncore.frameworks.recipe import MissingLibrary, Recipe, Unsupported, recipe_of
from nncore.frameworks.running import FrameworkRun, Progress, drive

__all__ = [
    "LIBRARIES",
    "NNCORE",
    "Difference",
    "FrameworkRun",
    "Library",
    "MissingLibrary",
    "Recipe",
    "Unsupported",
    "difference",
    "grows_from_rounding",
    "last_bits",
    "recipe_of",
    "train",
    "train_recipe",
]


def train(
    experiment: Experiment,
    library: str,
    *,
    data: DataSet | None = None,
    defaults: bool = False,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> FrameworkRun:
    """Train an Experiment in another library, from the same weights on the same batches in the same order.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    library : {"pytorch", "keras", "tensorflow", "sklearn", "nncore"}
        Where; "nncore" is the comparison.
    data : DataSet, optional
        Rows instead of the experiment's own.
    defaults : bool
        Leave the library its own defaults for everything but the learning rate: precision, epsilon, decay,
        Nesterov momentum, starting values, meaning of the penalty. The starting weights and the batches stay
        the same.
    progress : callable, optional
        Called with the run so far after every epoch.
    should_stop : callable, optional
        Asked after every epoch; a true answer ends the run, which keeps what it has.

    Returns
    -------
    FrameworkRun
        Costs and accuracies after every epoch, weights (inputs + 1, outputs) a layer, milliseconds an epoch,
        notes.

    Raises
    ------
    MissingLibrary
        If the library is not installed.
    Unsupported
        If it cannot train this experiment.
    ValueError
        If there is no such library, or the data is one's own and was not given.
    """
    recipe = recipe_of(experiment, data=data)
    return train_recipe(recipe, library, defaults=defaults, progress=progress, should_stop=should_stop)


def train_recipe(
    recipe: Recipe,
    library: str,
    *,
    defaults: bool = False,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> FrameworkRun:
    """Train a recipe, which is an Experiment with everything drawn; see :func:`train`.

    Raises
    ------
    MissingLibrary, Unsupported, ValueError
        As :func:`train`.
    """
    if library == NNCORE:
        return train_own(recipe, progress=progress, should_stop=should_stop)
    checks.choice("library", library, (*LIBRARIES, NNCORE))
    network = LIBRARIES[library].load()(recipe, defaults=defaults)
    return drive(recipe, network, library, progress=progress, should_stop=should_stop)
