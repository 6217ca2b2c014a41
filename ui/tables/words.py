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
     "*", "**", "na.")
)  # fmt: skip
"""What says so in a column of numbers, but may be a text of its own elsewhere; in small letters."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


class TableError(ValueError):
    """A table that cannot be used, in one sentence that names column and row where there is one."""


def clean_name(name: str) -> str:
    """Return a column name without control characters, at most 60 characters long."""
    return _CONTROL.sub(" ", name).strip()[:60]


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
