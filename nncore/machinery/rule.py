"""What is known of an activation beside its value, entered where `nncore.activations` defines it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper

from autograd.extend import defjvp, defvjp, primitive

from nncore.arrays import Array
from nncore.machinery.kernels import KERNELS, Activation, Kernel

_ELEMENTWISE = """

    Parameters
    ----------
    z : number or array of any shape
        Weighted inputs of a layer.

    Returns
    -------
    array of the same shape
    """


@dataclass(frozen=True)
class Rule:
    """All that is known of a built-in activation beside its value f(z)."""

    slope: Callable[[Array, Array], Array]
    """(a, z) with a = f(z) to f'(z), element by element, written with ``autograd.numpy``."""
    kernel: Kernel
    """Value and slope as the engine computes them, in place."""
    carry: Callable[[Array, Array, Array], Array] | None = None
    """(g, a, z) to g times the Jacobian, where an output depends on more than its own z."""
    bounds: tuple[float, float] | None = None
    """(float, float): least and largest output, where there are such."""
    start: str = "xavier"
    """Scheme of the first weights of its layer, where none is chosen."""
    typed: str = ""
    """The function as one types it, a text for `compile_formula`; empty where none works element by
    element."""
    written: str = ""
    note: str = ""
    """`written` and `note`: the function as a book prints it, and what a student should know of it; empty
    where it is not drawn."""

    def __call__(self, func: Activation) -> Activation:
        """Enter a function under this rule, and teach autograd its derivative."""
        carry = self.carry or (lambda g, a, z: g * self.slope(a, z))
        known = update_wrapper(primitive(func), func)
        defvjp(known, lambda a, z: lambda g: carry(g, a, z))
        defjvp(known, carry)
        if "Parameters" not in (words := func.__doc__ or ""):
            known.__doc__ = f"{words.rstrip()}{_ELEMENTWISE}"
        KERNELS[known] = self.kernel
        RULES[known] = self
        return known


RULES: dict[Activation, Rule] = {}
"""The rule of every built-in activation."""
