"""Tables as other programs write them; what reading takes of memory; new rows beside the reader of tables."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore.data.row_files import open_rows
from ui.tables import TableError, pieces, prepare, read_table, suggest
from ui.tables.choices import target_problem
from ui.tables.preparation import Prepared

RNG = np.random.default_rng(0)
WORDS = np.array(["red", "green", "blue", "a longer word", "grey"])
KINDS: dict[str, Callable[[int], np.ndarray]] = {
    "words": lambda n: WORDS[RNG.integers(0, 5, n)],
    "numbers": lambda n: np.array([f"{value:.4f}" for value in RNG.normal(size=n)]),
    "dates": lambda n: (np.datetime64("2000-01-01") + RNG.integers(0, 9000, n)).astype(str),
    "names": lambda n: np.array([RNG.bytes(4).hex() for _ in range(n)]),
    "amounts": lambda n: np.array([f"€ {value:,.2f}" for value in RNG.gamma(2, 900, n)]),
}


def made(kind: str, columns: int, rows: int, separator: str = ";") -> bytes:
    cells = [KINDS[kind](rows) for _ in range(columns)]
    lines = [[f"c{number}" for number in range(columns)], *zip(*cells, strict=True)]
    return "\n".join(separator.join(line) for line in lines).encode()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "columns", "rows"),
    [
        ("words", 5, 20_000), ("words", 1000, 150), ("numbers", 5, 20_000), ("numbers", 1000, 150),
        ("dates", 5, 4000), ("dates", 200, 150), ("amounts", 5, 4000), ("amounts", 200, 150),
        ("names", 1000, 100),
    ],
)  # fmt: skip
def test_reading_takes_twice_the_file_and_a_few_megabytes(kind: str, columns: int, rows: int) -> None:
    content = made(kind, columns, rows)
    read_table(content[:20_000])  # what pandas loads once is no memory of this file
    tracemalloc.start()
    table = read_table(content)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(table.columns) == columns
    assert peak < 2 * len(content) + (5e6 if columns == 5 or kind == "amounts" else 3e6)
    assert held < 2 * len(content) + 1e6


def test_a_wide_table_is_the_same_whether_its_columns_are_gathered_together_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = made("words", 110, 30).replace(b"red", b"", 40).replace(b"blue;grey", b"2024-01-05;3.5")
    in_parts = read_table(content)
    assert len(pieces.parts_of(content, in_parts.layout)) > 1
    monkeypatch.setattr(pieces, "_GONE_THROUGH", 0)
    together = read_table(content)
    assert (in_parts.rows == together.rows).all()
    assert in_parts.notes == together.notes
    for one, other in zip(in_parts.columns, together.columns, strict=True):
        assert replace(one, values=other.values) == other
        np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize(
    "damage", [b";;\n", b"# said\n", b"more;" * 120 + b"\n"], ids=["empty", "comment", "long"]
)
def test_rows_that_are_told_by_all_columns_are_told_in_a_wide_table_too(damage: bytes) -> None:
    content = made("words", 110, 30)
    middle = content.index(b"\n", len(content) // 2) + 1
    damaged = content[:middle] + damage + content[middle:]
    if damage.startswith(b"more"):
        with pytest.raises(TableError, match="but there are 110 columns"):
            read_table(damaged)
    elif damage.startswith(b";"):
        assert read_table(damaged).n_rows == 30
        assert read_table(damaged).notes == ("1 empty row was left out.",)
    else:
        assert read_table(b"# above\n" + damaged).n_rows == 30


def test_what_is_said_of_too_many_texts_is_true_of_them() -> None:
    names = made("names", 600, 101)
    table = read_table(names + b"\n" + b";" * 599 + b"x\n")
    column = table.column("c0")
    assert column.kind == "many"
    assert (column.missing.count, column.missing.first) == (1, 103)
    assert "has more than 83 different texts" in target_problem(column)


# --- As other programs write them


def rows_of(line: str, n: int = 24) -> str:
    return "".join(line.replace("#", str(10 + number)) + "\n" for number in range(n))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (  # a list of SAP, with a title above its bars
            "Table: MARA\n\n|  Item|Plant|     Stock|Unit|\n|------|-----|----------|----|\n"
            + rows_of("|  10#|100#|  1.2#,50 |ST  |"),
            {"Item": "number", "Plant": "number", "Stock": "number", "Unit": "text"},
        ),
        ("name age y\n" + rows_of("'first #' # 1"), {"name": "text", "age": "number", "y": "number"}),
        ("'first name' age\n" + rows_of("'n #' #"), {"first name": "text", "age": "number"}),
        ("name age\n" + rows_of("O'Brien# #"), {"name": "text", "age": "number"}),
        (
            "land,1990,1995,2000,2005\n" + rows_of("c#,20#,1950,21#,19#"),
            {"land": "text", "1990": "number", "1995": "number", "2000": "number", "2005": "number"},
        ),
        ("日付,y\n" + rows_of("2024年6月#日", 20).replace("日\n", "日,1\n"), {"日付": "date", "y": "number"}),
        # Digits of another script are numbers too, unless they stand in a text.
        ("a,y\n" + rows_of("٩٧,#"), {"a": "number", "y": "number"}),
        ("a,y\n" + rows_of("第２課,#"), {"a": "text", "y": "number"}),
    ],
)
def test_other_programs_tables_are_understood(text: str, kinds: dict[str, str]) -> None:
    table = read_table(text.encode())
    assert {column.name: column.kind for column in table.columns} == kinds
    assert not any(column.strays.count or column.missing.count for column in table.columns)


def test_years_among_years_stay_data() -> None:
    rows = "".join(
        f"{1950 + number},{1960 + number},{1970 + number},{1980 + number}\n" for number in range(9)
    )
    assert not read_table(rows.encode()).layout.header


# --- New rows have a reader of their own: the same cells become the same inputs

NUMBERS = st.lists(st.integers(-99_999, 99_999).map(lambda value: value / 100), min_size=12, max_size=30)


def spelled(value: float, *, decimal: str, thousands: str, before: str) -> str:
    text = f"{value:,.2f}".replace(",", "_").replace(".", decimal).replace("_", thousands)
    return f"{before}{text}"


def inputs_of(content: bytes, prepared: Prepared) -> dict[int, np.ndarray]:
    file = open_rows(content, prepared.preparation)
    found: dict[int, np.ndarray] = {}
    for block in file.blocks(5):
        found |= dict(zip(block.rows, file.inputs(block)[0], strict=True))
    return found


@settings(max_examples=60, deadline=None)
@given(
    numbers=NUMBERS,
    words=st.lists(st.sampled_from(["oui", "non", "größe", "a b", 'say "x"', "l'eau", ""]), min_size=12),
    signs=st.sampled_from([(".", "", ""), (",", "", ""), (",", ".", ""), (".", ",", "€ "), (",", " ", "")]),
    file=st.tuples(
        st.sampled_from([";", "\t", "|"]),
        st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
        st.sampled_from(["\n", "\r\n"]),
    ),
)
def test_new_rows_and_the_tables_own_reader_agree(
    numbers: list[float], words: list[str], signs: tuple[str, str, str], file: tuple[str, str, str]
) -> None:
    separator, encoding, ending = file
    decimal, thousands, before = signs
    lines = [separator.join(("amount", "day", "word", "y"))]
    for place, value in enumerate(numbers):
        word = words[place % len(words)].replace('"', '""')
        amount = spelled(value, decimal=decimal, thousands=thousands, before=before)
        lines.append(separator.join((amount, f"{place % 28 + 1:02d}.03.2024", f'"{word}"', "ab"[place % 2])))
    content = ending.join([*lines, ""]).encode(encoding)
    table = read_table(content)
    prepared = prepare(table, suggest(table))
    found = inputs_of(content, prepared)
    data = prepared.data
    assert data.X_val is not None
    rows = [*prepared.train_rows, *prepared.val_rows]
    for row, learned in zip(rows, [*data.X, *data.X_val], strict=True):
        assert np.array_equal(found[row], learned)


def test_leaks_are_looked_for_once_a_column() -> None:
    table = read_table(made("numbers", 6, 400))
    choices = suggest(table)
    first = prepare(table, choices)
    known = dict(table.found)
    assert len(known) == len(choices.features)
    assert prepare(table, choices).leaks == first.leaks
    assert table.found == known
