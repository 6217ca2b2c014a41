"""Numbers that people write with more than digits: each such spelling is brought into a plain one first.

“1.5M” becomes “1.5e6”, “755[2]” becomes “755”, “12 ± 0.3” becomes “12”, “51.6° S” becomes “-51.6”. A column
is respelled only where all its cells are numbers then, and its description says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_BROKEN_SCALE: Final = re.compile(r"\d[.,]\d+\s?[kKMB](?!\w)")
_SCALE: Final = re.compile(r"(\d+)\s?(?:(?P<letter>[kKMB])(?![^\W\d_])|[^\W\d_]+)")
_CARATS: Final = 24  # of pure gold


@dataclass(frozen=True)
class Spelling:
    """One way of writing more than the number.

    Attributes
    ----------
    said : str
        What is done to it, for a sentence, with a gap for what stands there.
    usual : str
        What usually stands there.
    rules : tuple of (str, str)
        Regular expressions and what stands for each of their matches, in this order.
    """

    said: str
    usual: str
    rules: tuple[tuple[str, str], ...]

    def told(self, cell: str) -> str:
        """Return the sentence, with what stands in this cell."""
        found = [match[0].strip() for pattern, _ in self.rules if (match := re.search(pattern, cell))]
        return self.said.format(found[0] if found else self.usual)

    def respelled(self, cell: str) -> str:
        """Return a cell in the plain spelling, as it is where it has another one."""
        for pattern, plain in self.rules:
            cell = re.sub(pattern, plain, cell)
        return cell


_WIDE: Final = "，．％￥－＋"
_RAISED: Final = "⁻¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN: Final = "-123456789"
_PREFIXES: Final = (
    ("m", "m", -3, "m"), ("c", "m", -2, "m"), ("k", "m", 3, "m"), ("m", "g", -3, "g"), ("k", "g", 3, "g"),
    ("m", "l", -3, "l"), ("c", "l", -2, "l"), ("d", "l", -1, "l"),
    ("[kK]i?", "B", 3, "bytes"), ("Mi?", "B", 6, "bytes"), ("Gi?", "B", 9, "bytes"),
    ("Ti?", "B", 12, "bytes"),
)  # fmt: skip
"""What stands before a unit, the unit, the power of ten, and the unit that is counted in."""
_MARKS: Final = (5, 10, 20, 100)  # what marks and ratings are given out of
_NUMBER: Final = r"([-+]?[\d.,]+(?:[eE][-+]?\d+)?)"
_BOUND: Final = r"[-−+]?\d[\d.,]*\s?%?"
_BY_CHOICE: Final = ("brackets",)
"""Spellings that are never found, only chosen."""
SPELLINGS: Final = {
    "wide": Spelling(
        "“{}” and other full-width signs count as the usual ones",
        "，",
        tuple(zip(_WIDE, ",.%¥-+", strict=True)),
    ),
    "powers": Spelling(
        "What stands behind “{}” is a power of ten",
        "×10^",
        (
            (rf"(?<=\d)\s?[×x·*]\s?10(?:\^|(?=[-−{_RAISED}]))", "e"),
            (r"(?<=\d)[dD](?=[-+]\d)", "e"),
            *((f"(?<=e){sign}|(?<=e-){sign}", plain) for sign, plain in zip(_RAISED, _PLAIN, strict=True)),
            (r"(?<=e)−", "-"),
        ),
    ),
    **{
        f"of {most}": Spelling(
            f"“/{most}” behind the number: left out", "", ((rf"(?<=\d)\s?/\s?{most}$", ""),)
        )
        for most in _MARKS
    },
    "ordinals": Spelling(
        "“{}” behind the number: left out",
        "th",
        ((r"(?<=1)st$|(?<=2)nd$|(?<=3)rd$|(?<=\d)th$", ""),),
    ),
    "nought": Spelling("“-” behind a currency is nought", "$ -", ((r"^([€$£¥])\s*[-–]$", r"\g<1>0"),)),
    "dash": Spelling("“–” before the number is a minus", "–", ((r"^–\s?(?=[\d.,])", "-"),)),
    "plus": Spelling("“+” behind the number: left out", "+", ((r"(?<=\d)\+(?=(?:\s?[^\W\d_]+)?$)", ""),)),
    "wrapped": Spelling(
        "What stands around the number in “{}”: left out",
        "[0.5]",
        (
            (rf"^\[\s*{_NUMBER}\s*\]$", r"\1"),
            (rf"^(?:tensor|array|Decimal|(?:np\.)?(?:float|int)\d*)\([\['\"]?{_NUMBER}[\]'\"]?\)$", r"\1"),
        ),
    ),
    "brackets": Spelling("The brackets around the number: left out", "(", ((r"^-\s?(?=[\d.,])", ""),)),
    "about": Spelling(
        "“{}” before the number: left out",
        "~",
        ((r"^(?:[~≈]|ca?\.|circa|about|approx\.?|etwa|rund)\s*(?=[-+]?\d)", ""),),
    ),
    "marks": Spelling(
        "“{}” and other marks of notes behind the number: left out",
        "[1]",
        ((r"(?<=[\d%])\s?(?:\[\w{1,3}\]|[*†‡§]{1,3})+$", ""),),
    ),
    "spread": Spelling(
        "“±” and what follows it: left out",
        "",
        ((r"(?<=\d)\s*(?:±|\+/-|\+-)\s*(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?", ""),),
    ),
    "interval": Spelling(
        "A range in brackets behind the number, such as “{}”: left out",
        "[9.0-11.0]",
        ((rf"(?<=[\d%])\s*[\[(]\s*{_BOUND}\s*(?:[-–;,]|to|bis|à)\s*{_BOUND}\s*[\])]$", ""),),
    ),
    "flags": Spelling(
        "“{}” and other letters behind some numbers, as statistical offices write them: left out",
        "b",
        # Those of Eurostat: break in series, confidential, definition, estimated, forecast and so on.
        ((r"(?<=\d) [bcdefnprsuz]{1,3}$", ""),),
    ),
    "dashes": Spelling("“{}” behind the number: left out", ",-", ((r"(?<=\d)[.,](?:--?|–|—)(?=\D*$)", ""),)),
    "arrows": Spelling(
        "“▼” is below nought", "", ((r"^[▲△▴↑]\s*(?=[\d.])", ""), (r"^[▼▽▾↓]\s*(?=[\d.])", "-"))
    ),
    "hemispheres": Spelling(
        "“S” and “W” are below nought",
        "",
        (
            (r"^(\d+(?:[.,]\d+)?)\s?°\s?[NE]$", r"\1"),
            (r"^(\d+(?:[.,]\d+)?)\s?°\s?[SW]$", r"-\1"),
        ),
    ),
    "plural": Spelling(
        "A unit is the same for one and for many", "", ((r"(?<=\d\s)([^\W\d_]{3,12})s$", r"\1"),)
    ),
    "units": Spelling(
        "“{}” and the like are brought to one unit",
        "kg",
        (
            *((rf"(?<=\d)\s?{prefix}{unit}$", f"e{power} {base}") for prefix, unit, power, base in _PREFIXES),
        ),
    ),
    "scales": Spelling(
        "“{}” and the like behind the number multiply it",
        "k",
        (
            (r"(?<=\d)\s?(?:[kK]|Tsd\.?|thousand)(?![^\W\d_])", "e3"),
            (r"(?<=\d)\s?万", "e4"),
            (r"(?<=\d)\s?lakhs?(?![^\W\d_])", "e5"),
            (r"(?<=\d)\s?crores?(?![^\W\d_])", "e7"),
            (r"(?<=\d)\s?(?:Mio\.?|M|mn|mln|[Mm]illion(?:s|en)?)(?![^\W\d_])", "e6"),
            (r"(?<=\d)\s?[亿億]", "e8"),
            (r"(?<=\d)\s?(?:Mrd\.?|B|bn|billion|[Mm]illiard(?:s|en?))(?![^\W\d_])", "e9"),
            (r"(?<=\d)\s?trillion(?![^\W\d_])", "e12"),
        ),
    ),
}  # fmt: skip
"""Ways of writing more than the number. “O” for a hemisphere is none of them: it is east in one
language and west in another."""


def respelled(cell: str, names: Sequence[str]) -> str:
    """Return a cell in plain spelling as far as these spellings go.

    Examples
    --------
    >>> respelled("1,5 Mio. €", ["scales"]), respelled("755[2]", ["marks"])
    ('1,5e6 €', '755')
    """
    for name in names:
        cell = SPELLINGS[name].respelled(cell)
    return cell


def rules_of(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return all rules of some spellings, in their order."""
    return tuple(rule for name in names for rule in SPELLINGS[name].rules)


def spellings_of(cells: Sequence[str], number: re.Pattern[str]) -> tuple[str, ...]:
    """Return which spellings make numbers of all cells; () where none do, or only perhaps.

    Parameters
    ----------
    cells : sequence of str
    number : re.Pattern
        What a whole cell has to match in the end.

    Examples
    --------
    >>> spellings_of(["1.5M", "300k"], re.compile("[0-9.e]+"))
    ('scales',)
    >>> spellings_of(["14K", "18K"], re.compile("[0-9.e]+"))  # gold, or thousands
    ()
    """
    one_unit = [name for name in SPELLINGS if name not in (*_BY_CHOICE, "units")]
    found = _used(cells, number, one_unit) or _used(
        cells, number, [name for name in SPELLINGS if name not in _BY_CHOICE]
    )
    marks = sum(name.startswith("of ") for name in found)
    return found if marks < 2 and ("scales" not in found or _are_scales(cells)) else ()


def _used(cells: Sequence[str], number: re.Pattern[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return which of some spellings make numbers of all cells; () where they do not."""
    used = dict.fromkeys(names, False)
    for cell in cells:
        for name in names:
            plain = SPELLINGS[name].respelled(cell)
            used[name] |= plain != cell
            cell = plain
        if not number.fullmatch(cell):
            return ()
    return tuple(name for name in names if used[name])


def _are_scales(cells: Sequence[str]) -> bool:
    """Whether signs such as k and M multiply: no single letter behind whole numbers, as carats have it."""
    found = [match for cell in cells if (match := _SCALE.search(cell))]
    signs = {(match["letter"] or "word").lower() for match in found}
    sure = any(
        match["letter"] == "k" or (match["letter"] == "K" and int(match[1]) > _CARATS) for match in found
    )
    return sure or "word" in signs or len(signs) > 1 or any(map(_BROKEN_SCALE.search, cells))
