"""Words that all parts of reading share: refusals, short texts, and what stands for a missing value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MISSING_IN_WORDS: Final = frozenset(
    ("missing", "(missing)", "unknown", "not available", "not applicable", "no data", "nodata", "nd", "empty",
     "undefined", "not reported", "not recorded", "no value", "no response", "unbekannt", "fehlt",
     "keine angabe", "refused", "don't know", *(f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz_"),
     "inconnu", "manquant", "non disponible", "non renseigné", "s/d", "n/d", "sin datos", "no disponible",
     "desconocido", "sem dados", "não disponível", "sconosciuto", "ohne angabe", "k. a.", "nicht verfügbar",
     "onbekend", "niet bekend", "okänd", "saknas", "ukjent", "brak", "brak danych", "yok", "bilinmiyor",
     "нет данных", "н/д", "неизвестно", "欠損", "不明", "未知", "缺失", "없음",
     "fehlend", "n. v.", "n.v.", "s. d.", "s.d.", "(blank)", "(leer)", "(vide)", "[null]", "[x]", "[c]",
     "[z]", "not asked", "not measured", "tbc", "无", "b.d.l.", "bdl", "b.d.", "\u2011", "*", "**", "na.")
)  # fmt: skip
"""What says so in a column of numbers, but may be a text of its own elsewhere; in small letters."""
_YES: Final = frozenset(
    ("ja", "j", "jā", "jah", "да", "д", "da", "ano", "áno", "evet", "igen", "ναι", "כן",
     "истина", "doğru", "sann", "✓", "✔", "☑", "✅", "có", "بله", "ใช่", "+")
)  # fmt: skip
_NO: Final = frozenset(
    ("nein", "n", "nee", "nej", "nei", "nē", "нет", "н", "не", "ne", "nu", "nie", "hayır", "hayir", "nem",
     "όχι", "οχι", "לא", "ложь", "yanlış", "yanliş", "usann", "✗", "✘", "✕", "❌", "☐",
     "không", "خیر", "ไม่", "ไม่ใช่", "-", "\u2212", "\u2013")
)  # fmt: skip
_AROUND: Final = " \t\r\n\u00a0\ufeff\u200b"  # what may stand around a name unseen
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


class TableError(ValueError):
    """A table that cannot be used, in one sentence that names column and row where there is one."""


def digits(value: float, most: int = 4) -> str:
    """Return a number of at most so many digits, and of an amount no power of ten.

    Examples
    --------
    >>> digits(10324.7), digits(0.0123451), digits(-2.0), digits(1.2345e-7, 2)
    ('10,320', '0.01235', '-2', '1.2e-07')
    """
    return f"{float(f'{value:.{most}g}'):,.15g}"


def no_first(texts: list[str]) -> list[str]:
    """Return two sorted texts with “no” before “yes”, whatever their language, and all others as they are.

    Of two classes the second is the one whose probability a network gives.

    Examples
    --------
    >>> no_first(["ja", "nein"]), no_first(["no", "yes"])
    (['nein', 'ja'], ['no', 'yes'])
    """
    turned = len(texts) == 2 and texts[0].lower() in _YES and texts[1].lower() in _NO
    return texts[::-1] if turned else texts


def clean_name(name: str) -> str:
    """Return a column name without control characters, at most 60 characters long."""
    return _CONTROL.sub(" ", name).strip(_AROUND)[:60]


def shortened(text: str, most: int = 40) -> str:
    """Return a text of the user's as a sentence or a drawing shows it: on one line, not too long."""
    line = _CONTROL.sub(" ", text[: most + 1])
    return line if len(line) <= most else f"{line[: most - 1]}…"


def quoted(names: Iterable[str]) -> str:
    """Return names in quotation marks, separated by commas."""
    return ", ".join(f"“{shortened(name)}”" for name in names)


def columns_text(count: int) -> str:
    """Return a number of columns in words."""
    return "1 column" if count == 1 else f"{count:,} columns"


def rows_text(count: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


def words_between(text: str) -> tuple[str, ...]:
    """Return the words between the commas of a line that was typed."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def times_text(words: Iterable[tuple[str, int]]) -> str:
    """Return words in quotation marks, each with how often it stands there."""
    return ", ".join(
        f"“{shortened(word)}” ({count:,} time{'' if count == 1 else 's'})" for word, count in words
    )


def values_text(count: int) -> str:
    """Return a number of values in words."""
    return "one value" if count == 1 else f"{count:,} values"
