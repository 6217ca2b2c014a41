"""How a library calls something, and in which of its own defaults it differs from nncore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from types import ModuleType

from nncore.export.source import literal
from nncore.frameworks.recipe import Recipe
from nncore.schedulers import DELTA

Value = float | bool | str | tuple[float, ...]


@dataclass(frozen=True)
class Call:
    """Something that a library calls by a dotted name, with named arguments.

    Examples
    --------
    >>> leaky = Call("tf.nn.leaky_relu", {"alpha": 0.001})
    >>> leaky.name, leaky.of("z")
    ('leaky_relu', 'tf.nn.leaky_relu(z, alpha=0.001)')
    """

    path: str
    arguments: Mapping[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last part of its dotted name."""
        return self.path.rpartition(".")[2]

    def of(self, *first: str) -> str:
        """Return the call as source; `first` stands before the arguments of its own."""
        written = {n: f'"{v}"' if isinstance(v, str) else literal(v) for n, v in self.arguments.items()}
        named = (f"{name}={value}" for name, value in written.items())
        return f"{self.path}({', '.join([*first, *named])})"

    def function(self, **modules: ModuleType) -> Callable[..., object]:
        """Return what the dotted name stands for, where its first part is one of these modules."""
        return named(self.path, modules)


def named(path: str, modules: Mapping[str, ModuleType]) -> Callable[..., object]:
    """Return what a dotted name stands for, where its first part is one of these modules."""
    head, _, rest = path.partition(".")
    found: Callable[..., object] = attrgetter(rest)(modules[head])
    return found


@dataclass(frozen=True)
class Convention:
    """In what a library's own defaults differ, in one sentence about a recipe, and when that holds."""

    sentence: str
    holds: Callable[[Recipe], object] = lambda recipe: True


@dataclass(frozen=True)
class Optimiser:
    """A scheduler of nncore in a library."""

    path: str = ""
    """Its dotted name there; empty where there is none and a program writes the rule out."""
    numbers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Names of its arguments to nncore's name of the number; several names for a tuple of numbers."""
    constants: Mapping[str, Value] = field(default_factory=dict)
    """Arguments with which it follows nncore's formula as closely as it can."""
    subclasses: str = ""
    """Module that has a subclass of the same name with epsilon where nncore has it, where one is needed."""
    memory: tuple[str, ...] = ()
    """What a rule that is written out remembers of every parameter."""
    conventions: tuple[Convention, ...] = ()
    """Where its own defaults differ."""

    def call(self, recipe: Recipe) -> Call:
        """Return the call that makes it, as close to nncore as its arguments allow."""
        given = {
            argument: tuple(getattr(recipe, name) for name in names)
            if isinstance(names, tuple)
            else getattr(recipe, names)
            for argument, names in self.numbers.items()
        }
        return Call(self.path, {**given, **self.constants})

    def subclass(self, recipe: Recipe) -> Call:
        """Return the call of a subclass of the same name that has epsilon where nncore has it."""
        call = self.call(recipe)
        return replace(call, path=call.name, arguments={**call.arguments, "epsilon": DELTA})

    def default(self, recipe: Recipe) -> Call:
        """Return the call that leaves all to the library's defaults but momentum, which it is named for."""
        chosen = {"momentum": recipe.momentum} if "momentum" in self.numbers else {}
        return Call(self.path, chosen)
