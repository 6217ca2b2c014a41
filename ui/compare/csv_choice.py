"""Which table to learn from on the Frameworks page: the sample, or a small file of one's own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import streamlit as st

from nncore.data.number_format import Written, find_written
from nncore.frameworks.csv_task import MAX_CLASSES, CsvTask, columns_of, is_missing, is_number
from ui.shared.plain_text import plain
from ui.tables import sniff as table_sniff

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "diabetes_like.csv"
MAX_BYTES = 5 * 1024 * 1024
MAX_COLUMNS = 200
SEPARATORS = (",", ";", "\t")
MOST_NAMED = 5  # columns that one sentence names


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
    decimal, sure = find_decimal(text, separator)
    kinds = column_kinds(text, separator, decimal=decimal, sure=sure)
    with right:
        names = list(kinds)
        target = st.selectbox("Target column", names, index=len(names) - 1, key=f"csv_target_{name}")
    numeric = [column for column, kind in kinds.items() if kind.numeric and column != target]
    with middle:
        features = st.multiselect(
            "Input columns", numeric, default=numeric, key=f"csv_features_{name}_{target}"
        )
    task = CsvTask(
        name, text, tuple(features), target, task=kinds[target].task, split=split, seed=seed,
        separator=separator, encoding=encoding, decimal=decimal,
        written=tuple((column, kind.written) for column, kind in kinds.items() if kind.written is not None),
    )  # fmt: skip
    for sentence in what_was_done(task, kinds):
        st.caption(plain(sentence))
    return task


def what_was_done(task: CsvTask, kinds: dict[str, Kind]) -> list[str]:
    """Return what a reader would not guess about the table, one sentence each."""
    said = []
    words = [(name, kind) for name, kind in kinds.items() if not kind.numeric and name != task.target]
    if words:
        named = ", ".join(f"{name} ({kind.stray})" for name, kind in words[:MOST_NAMED])
        more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
        said.append(
            f"Not among the inputs, as they hold more than numbers: {named}{more}. The Own data page turns "
            "words and dates into numbers; the programs below do not."
        )
    if task.decimal == ",":
        said.append("Numbers are read with a decimal comma, by the programs too.")
    for name, written in task.written:
        if name in task.columns:
            said.append(f"Column {name}, for the programs too: {written.words(kinds[name].sample)}")
    if task.n_left_out:
        total = task.n_rows + task.n_left_out
        said.append(f"{task.n_left_out} of {total} rows are left out: a value of theirs is missing.")
    return said


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
    try:
        return data.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"  # to which every byte is a sign


def find_separator(text: str) -> str:
    """Return the separator that stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def find_decimal(text: str, separator: str) -> tuple[str, bool]:
    """Return the decimal sign and whether anything speaks for it, as the Own data page finds it."""
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        return ".", False  # who reads the columns says what is wrong
    return table_sniff.find_decimal(rows[1:], separator)


class Kind:
    """What a column holds.

    Attributes
    ----------
    numeric : bool
        Whether it holds numbers and nothing else.
    task : str
        What it would be as a target.
    stray : str
        The first of its values that is no number, in quotes; "empty" where there is none.
    written : Written or None
        How its numbers are written where that is not plain.
    sample : str
        The first of those numbers, else "".
    """

    def __init__(self, values: list[str], *, decimal: str = ".", sure: bool = False) -> None:
        present = [value.strip() for value in values if not is_missing(value)]
        words = [value for value in present if not is_number(value, decimal)]
        written = find_written(present, decimal=decimal, sure=sure) if words else None
        self.sample = words[0] if words else ""
        self.written: Written | None = None
        if written is not None and all(is_number(value, decimal, written) for value in present):
            self.written, words = written, []
        self.numeric = bool(present) and not words
        self.stray = f"“{words[0][:20]}”" if words else "empty"
        different = len(set(present))
        if different == 2:
            self.task = "binary"
        elif self.numeric and different > MAX_CLASSES // 3:
            self.task = "regression"
        else:
            self.task = "multiclass"


def column_kinds(text: str, separator: str, *, decimal: str = ".", sure: bool = False) -> dict[str, Kind]:
    """Return every column of a table and what it holds.

    Raises
    ------
    FileError
        If there are fewer than two columns, two of the same name, names that are numbers, or no rows.
    """
    try:
        names = columns_of(text, separator)
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise FileError(f"The file cannot be read as a table: {error}.") from None
    if len(names) < 2 or len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise FileError("The first line must give at least two columns, each a name of its own.")
    if all(is_number(name, decimal) for name in names):
        raise FileError(
            f"The first line must hold the names of the columns; got numbers, {', '.join(names[:3])}."
        )
    if len(names) > MAX_COLUMNS:
        raise FileError(f"The table has {len(names)} columns; at most {MAX_COLUMNS} are read here.")
    if not rows:
        raise FileError("The table has column names but no rows.")
    return {name: Kind([row[name] or "" for row in rows], decimal=decimal, sure=sure) for name in names}
