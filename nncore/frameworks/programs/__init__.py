"""Complete programs for other libraries: collect the data, look at it, build the network, train it, report.

`templates` holds them as they read; `plan` and `data_part` say what the names in braces stand for.

Examples
--------
>>> from nncore.experiment import Experiment
>>> text = program(Experiment.default("XOR"), "pytorch").script()
>>> text.splitlines()[0]
'# XOR 2-4-1 tanh, Adam, eta 0.1, seed 1, in PyTorch'
"""

from __future__ import annotations

import re

from nncore import checks
from nncore.experiment import Experiment
from nncore.experiment.fields import OWN_DATA
from nncore.frameworks.libraries import LIBRARIES
from nncore.frameworks.limits import check
from nncore.frameworks.programs.data_part import data_sections
from nncore.frameworks.programs.own_table import OwnTable
from nncore.frameworks.programs.plan import plan_values
from nncore.frameworks.programs.sections import Program, Section, sections_of
from nncore.frameworks.recipe import recipe_of

__all__ = ["OwnTable", "Program", "Section", "program"]


def program(
    experiment: Experiment, library: str, *, table: OwnTable | None = None, own_weights: bool = False
) -> Program:
    """Return the program that trains an Experiment in a library, without nncore.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    library : {"pytorch", "keras", "tensorflow", "sklearn"}
        In what.
    table : OwnTable, optional
        The rows and how they are read, where the experiment's data is one's own.
    own_weights : bool
        Whether the library draws the starting weights; otherwise they are the Experiment's, and the program
        ends where nncore does, as far as the rounding of its numbers (most compute in float32) allows.

    Returns
    -------
    Program
        Its `script` is a Python file, its `notebook` a Jupyter notebook.

    Raises
    ------
    Unsupported
        If the library cannot train it: one sentence.
    ValueError
        If there is no such library, or the data is one's own and was not given.
    """
    checks.choice("library", library, tuple(LIBRARIES))
    words = LIBRARIES[library]
    recipe = recipe_of(experiment, data=None if table is None else table.data)
    check(recipe, words)
    values = plan_values(experiment, recipe, words, own_weights=own_weights)
    read = data_sections(experiment) if table is None else table.sections
    sections = (*read, *sections_of(f"{library}.py.jinja", values))
    title = f"{_label(experiment, recipe.dimensions)}, in {words.label}"
    stem = re.sub(r"[^A-Za-z0-9]+", "_", f"{experiment.data} {library}").strip("_").lower()
    return Program(title, _install(words.install.partition("==")[0], sections), sections, stem)


def _label(experiment: Experiment, dimensions: tuple[int, ...]) -> str:
    """Return the experiment's label; of a table its widths, while its name stays out of the heading."""
    if experiment.data != OWN_DATA:
        return experiment.label()
    shape = "-".join(str(width) for width in dimensions)
    return f"A table, {shape}{experiment.label().partition('?')[2].partition('?')[2]}"


def _install(base: str, sections: tuple[Section, ...]) -> str:
    """Add what the code imports besides the library."""
    code = "\n".join(section.code for section in sections)
    extras = {
        "numpy": "import numpy",
        "pandas": "import pandas",
        "scikit-learn": "from sklearn",
        "matplotlib": "import matplotlib",
    }
    names = [name for name, line in extras.items() if line in code and name not in base]
    return " ".join([base, *names])
