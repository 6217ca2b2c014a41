"""Python programs as text: templates that read like the program, and values written as Python.

What a user typed reaches a template as a value only, and is written by `repr`: nothing typed can become code.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jinja2 import Environment

LINE = 110
"""Characters of the longest line that a program should have."""


@lru_cache(maxsize=4)
def _environment(package: str) -> Environment:
    """Return the templates of a package, which lie in its folder `templates`."""
    # Whoever only trains needs no templates.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(package),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"literal": literal, "listed": listed, "one_call": one_call}
    return environment


def render(package: str, template: str, values: dict[str, object]) -> str:
    """Return what a template of a package makes of some values.

    Parameters
    ----------
    package : str
        Dotted name of the package whose folder `templates` holds it.
    template : str
        Name of its file.
    values : dict
        By the names that the template uses; a name that is missing is an error, never an empty place.
    """
    return _environment(package).get_template(template).render(values)


def literal(value: object) -> str:
    """Return Python source that evaluates to the same value: numbers, texts, arrays and sequences of them.

    Examples
    --------
    >>> literal(np.array([[0.1, 2.0]])), literal("a'b"), literal(np.float64(3.0)), literal(1e-8)
    ('[[0.1, 2.0]]', '"a\\'b"', '3.0', '1e-8')
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return re.sub(r"e-0", "e-", repr(value)) if isinstance(value, float) else repr(value)


def listed(values: Iterable[object], beside: int = 0) -> str:
    """Return a list as source, over several lines where it is too long with the characters beside it.

    Examples
    --------
    >>> listed(["a b", 1.0])
    "['a b', 1.0]"
    """
    items = [literal(value) for value in values]
    inline = f"[{', '.join(items)}]"
    if len(inline) + beside <= LINE:
        return inline
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > LINE - 6:
            lines.append("")
        lines[-1] += f"{item}, "
    return "[\n" + textwrap.indent("\n".join(line.rstrip() for line in lines), "    ") + "\n]"


def one_call(text: str) -> str:
    """Return a call that is written with one argument a line, on one line if it fits there; and a newline.

    Examples
    --------
    >>> one_call("a = f(\\n    1,\\n    b=2,\\n)")
    'a = f(1, b=2)\\n'
    """
    head, *arguments, end = text.strip().split("\n")
    line = head + ", ".join(argument.strip().removesuffix(",") for argument in arguments) + end
    return (line if len(line) <= LINE - 10 else text.strip()) + "\n"
