"""Numbers and lines of arithmetic on the page: short, and true to the digits that are printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final, SupportsFloat

_MOST: Final = 17  # with so many digits more a number is printed to its last bit


def number(value: float, extra: int = 0) -> str:
    """Return a finite number as it stands in the drawing: three digits and `extra` ones unless it is whole, a
    true minus sign.
    """
    size = abs(value)
    if value == round(value) and size < 1000:
        text = f"{value + 0.0:.0f}"
    elif 1e-4 <= size < 1e5:
        text = f"{value:.{3 + extra}f}" if size >= 0.0995 else f"{value:.{3 + extra}g}"
    else:
        mantissa, exponent = f"{value:.{1 + extra}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def equation(words: str, work: Callable[..., SupportsFloat], *factors: float, result: float) -> str:
    """Return a line of arithmetic that holds as it is printed.

    Three digits of each factor need not give three digits of the result (0.987 for 0.9866 does not, once it
    is squared and taken from 1). So all factors get as many digits as the printed result asks for.

    `words` is the line up to its result, with places {0}, {1}, ... for the factors; `work` works the result
    out of them, also where they are fractions; `result` is what the network has.
    """
    wanted = number(result)
    # A sum that cancels leaves rounding, to which no digits of its terms lead: as near as 64 bits know them.
    near = 1e-15 * max(1.0, *map(abs, factors)) ** 2

    def worked(extra: int) -> float:
        return float(work(*(_read(number(factor, extra)) for factor in factors)))

    good: tuple[Callable[[float], bool], ...] = (
        lambda found: number(found) == wanted,
        lambda found: abs(found - result) <= near,
    )
    enough = (extra for fits in good for extra in range(_MOST) if fits(worked(extra)))
    digits = next(enough, 0)
    return tidy(f"{words.format(*(number(factor, digits) for factor in factors))} = {wanted}")


def _read(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


def tidy(line: str) -> str:
    """Return a line with brackets around the negative factors, and around no other number."""
    line = re.sub(r"(?<![\w^σ])\((\d[\d.]*(?:e−?\d+)?)\)", r"\1", line)
    return re.sub(r"(?<=· )(−\d[\d.]*(?:e−?\d+)?)", r"(\1)", line)
