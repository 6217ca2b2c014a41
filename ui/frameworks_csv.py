"""Which table to learn from on the Frameworks page: the sample, or a small file of one's own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import streamlit as st

from nncore.frameworks.csv_task import MAX_CLASSES, CsvTask, columns_of

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "diabetes_like.csv"
MAX_BYTES = 5 * 1024 * 1024
MAX_COLUMNS = 200
SEPARATORS = (",", ";", "\t")


class FileError(ValueError):
    """A file that cannot be used here; the message is one sentence for the page."""


def choose_table(*, split: float, seed: int) -> CsvTask:
    """Draw the choice of file and columns, and return what was chosen.

    Parameters
    ----------
    split : float
        Share of the rows that train.
    seed : int
        Draws the split.

    Raises
    ------
    FileError, ValueError
        With one sentence, when the file or the columns cannot be used.
    """
    left, middle, right = st.columns([3, 4, 2])
    with left:
        own = st.radio(
            "Table", ("sample", "own"), key="csv_source", horizontal=True,
            format_func=lambda name: SAMPLE.name if name == "sample" else "a file of mine",
            help="The sample has the shape of the lecture's table: 8 measurements and a 0/1 column. Its "
            "numbers are drawn at random and describe nobody.",
        ) == "own"  # fmt: skip
        upload = st.file_uploader("CSV file", type=["csv", "txt"], key="csv_file") if own else None
    if own and upload is None:
        raise FileError("Choose a file with column names in its first line and numbers below.")
    if upload is None:
        name, text, encoding = SAMPLE.name, SAMPLE.read_text(encoding="utf-8"), "utf-8"
    else:
        name = upload.name
        text, encoding = decoded(upload.getvalue(), name)
    separator = find_separator(text)
    kinds = column_kinds(text, separator)
    with right:
        names = list(kinds)
        target = st.selectbox("Target column", names, index=len(names) - 1, key=f"csv_target_{name}")
    numeric = [column for column, kind in kinds.items() if kind.numeric and column != target]
    with middle:
        features = st.multiselect(
            "Input columns", numeric, default=numeric, key=f"csv_features_{name}_{target}"
        )
    return CsvTask(
        name, text, tuple(features), target, task=kinds[target].task, split=split, seed=seed,
        separator=separator, encoding=encoding,
    )  # fmt: skip


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    Raises
    ------
    FileError
        If it is too large or no text.
    """
    if len(data) > MAX_BYTES:
        raise FileError(
            f"{name} has {len(data) / 1024**2:.1f} MB; at most {MAX_BYTES // 1024**2} MB are read here."
        )
    if b"\0" in data[:4096]:
        raise FileError(f"{name} is not a text file; save the table as CSV.")
    for encoding in ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise FileError(f"{name} cannot be read as text.")


def find_separator(text: str) -> str:
    """Return the separator that stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)


class Kind:
    """What a column holds: numbers or words, and the task it would be as a target."""

    def __init__(self, values: list[str]) -> None:
        present = [value.strip() for value in values if value and value.strip()]
        self.numeric = bool(present) and all(_is_number(value) for value in present)
        different = len(set(present))
        if different == 2:
            self.task = "binary"
        elif self.numeric and different > MAX_CLASSES // 3:
            self.task = "regression"
        else:
            self.task = "multiclass"


def column_kinds(text: str, separator: str) -> dict[str, Kind]:
    """Return every column of a table and what it holds.

    Raises
    ------
    FileError
        If there are fewer than two columns, two of the same name, or no rows.
    """
    try:
        names = columns_of(text, separator)
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise FileError(f"The file cannot be read as a table: {error}.") from None
    if len(names) < 2 or len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise FileError("The first line must give at least two columns, each a name of its own.")
    if len(names) > MAX_COLUMNS:
        raise FileError(f"The table has {len(names)} columns; at most {MAX_COLUMNS} are read here.")
    if not rows:
        raise FileError("The table has column names but no rows.")
    return {name: Kind([row[name] or "" for row in rows]) for name in names}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
