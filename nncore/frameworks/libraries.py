"""The libraries that can train an Experiment: their names, and how to install them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from nncore.frameworks.recipe import MissingLibrary


@dataclass(frozen=True)
class Library:
    """One library.

    Attributes
    ----------
    name, label : str
        Key, and the name for people.
    modules : tuple of str
        What has to be importable.
    install : str
        The line that installs it.
    adapter : str
        ``module:class`` in this package that trains a recipe.
    about : str
        One sentence for a student.
    """

    name: str
    label: str
    modules: tuple[str, ...]
    install: str
    adapter: str
    about: str

    @property
    def installed(self) -> bool:
        """Whether its modules are there; they are looked for, not imported."""
        return all(find_spec(module) is not None for module in self.modules)

    def load(self) -> Callable[..., Any]:
        """Import the adapter and return its class.

        Raises
        ------
        MissingLibrary
            If the library is not installed: its name, and the line that installs it.
        """
        if not self.installed:
            raise MissingLibrary(f"{self.label} is not installed; {self.install} installs it.")
        module, _, name = self.adapter.partition(":")
        loaded: Callable[..., Any] = getattr(import_module(f".{module}", __package__), name)
        return loaded


_ALL = (
    Library(
        "pytorch", "PyTorch", ("torch",), "pip install torch==2.13.0", "with_pytorch:PyTorchNetwork",
        "Layers are objects, the training loop is yours to write.",
    ),
    Library(
        "keras", "Keras", ("keras", "tensorflow"), "pip install keras tensorflow-cpu",
        "with_keras:KerasNetwork",
        "The high-level way: stack layers, compile, fit.",
    ),
    Library(
        "tensorflow", "TensorFlow", ("tensorflow",), "pip install tensorflow-cpu",
        "with_tensorflow:TensorFlowNetwork",
        "The low-level way: variables, a tape that records the gradient, the update written out.",
    ),
    Library(
        "sklearn", "scikit-learn", ("sklearn",), "pip install scikit-learn", "with_sklearn:SklearnNetwork",
        "One estimator that does everything, for those who only want the answer.",
    ),
)  # fmt: skip

LIBRARIES: dict[str, Library] = {library.name: library for library in _ALL}
