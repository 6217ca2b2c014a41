"""Small tables on the Frameworks page: read, or refused in a sentence."""

from __future__ import annotations

import pytest

from nncore.frameworks.csv_task import MISSING, CsvTask, number
from ui.compare.csv_choice import (
    MAX_BYTES,
    MAX_COLUMNS,
    FileError,
    column_kinds,
    decoded,
    find_decimal,
    find_separator,
    what_was_done,
)
from ui.tables import sniff as table_sniff
from ui.tables.table import read_table


def test_text_is_decoded_with_the_encoding_that_the_program_will_use() -> None:
    for encoding in ("utf-8", "utf-8-sig", "latin-1"):
        data = "Größe,b\n1,2\n".encode(encoding)
        text, name = decoded(data, "t.csv")
        assert text == "Größe,b\n1,2\n"
        assert data.decode(name) == text


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_first_line(separator: str) -> None:
    assert find_separator(f"a{separator}b{separator}c\n1,5{separator}2{separator}3\n") == separator


def test_columns_know_what_they_hold_and_what_task_they_make() -> None:
    rows = "\n".join(f"{k},{k % 2},{'abc'[k % 3]},{k / 7}," for k in range(40))
    kinds = column_kinds(f"n,bit,word,real,empty\n{rows}", ",")
    assert {name: (kind.numeric, kind.task) for name, kind in kinds.items()} == {
        "n": (True, "regression"),
        "bit": (True, "binary"),
        "word": (False, "multiclass"),
        "real": (True, "regression"),
        "empty": (False, "multiclass"),
    }


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"x" * (MAX_BYTES + 1), r"t\.csv has 5\.0 MB; at most 5 MB are read here"),
        (b"PK\x03\x04\0\0", r"t\.csv is not a text file"),
    ],
)
def test_a_file_that_is_no_table_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        decoded(data, "t.csv")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least two columns"),
        ("a\n1\n", "at least two columns"),
        ("a,a\n1,2\n", "each a name of its own"),
        ("a,\n1,2\n", "each a name of its own"),
        ("a,b\n", "column names but no rows"),
        ("5.1,3.5,0\n4.9,3.0,0\n", "must hold the names of the columns; got numbers, 5.1, 3.5, 0"),
        (",".join(f"c{k}" for k in range(MAX_COLUMNS + 1)) + "\n1\n", f"at most {MAX_COLUMNS} are read here"),
        ('a,b\n"' + "x" * 200_000 + '",2\n', "cannot be read as a table: field larger"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        column_kinds(text, ",")


def test_the_same_marks_stand_for_a_missing_value_on_both_pages() -> None:
    assert set(table_sniff.MISSING) == MISSING


@pytest.mark.parametrize(
    ("text", "separator", "decimal"),
    [
        ("a;b\n1,5;2\n3;4,25\n", ";", (",", True)),
        ("a;b\n1.5;2\n3;4.25\n", ";", (".", True)),
        ("a;b\n01.02.2024;2,5\n", ";", (",", True)),
        ("a,b\n1,5\n", ",", (".", True)),
        ('a,b\n"1,5",5\n', ",", (",", True)),
        ("a;b\n1;2\n", ";", (".", False)),
        ('a;b\n"' + "x" * 200_000 + '";2\n', ";", (".", False)),
    ],
)
def test_the_decimal_sign_is_the_one_that_numbers_have(
    text: str, separator: str, decimal: tuple[str, bool]
) -> None:
    assert find_decimal(text, separator) == decimal


SIGNED = "share;price;amount;weight;sick\n" + "".join(
    f"{k},5 %;€ {k + 1}.{100 + k},50;{k + 1}\u00a0000;{k} {'kg' if k % 2 else 'g'};{k % 2}\n"
    for k in range(12)
)


def test_signs_around_numbers_are_read_as_on_the_page_of_own_data() -> None:
    decimal, sure = find_decimal(SIGNED, ";")
    kinds = column_kinds(SIGNED, ";", decimal=decimal, sure=sure)
    assert [name for name, kind in kinds.items() if kind.numeric] == ["share", "price", "amount", "sick"]
    written = tuple((name, kind.written) for name, kind in kinds.items() if kind.written)
    task = CsvTask(
        "t.csv", SIGNED, ("share", "price", "amount"), "sick", separator=";", decimal=decimal, written=written
    )
    table = read_table(SIGNED.encode())
    assert {name: table.written(name) for name, _ in written} == dict(written)
    data = task.dataset()
    assert data.points is not None
    mine = [table.column(name).values[task.training_rows].tolist() for name in task.features]
    assert data.points.T.tolist() == mine
    told = what_was_done(task, kinds)
    assert (
        "Column share, for the programs too: “%” after the number: left out. “0,5 %” is read as 0.5." in told
    )
    assert any("weight (“0 g”)" in sentence for sentence in told)


def test_a_point_where_commas_are_decimal_signs_is_told_apart() -> None:
    kinds = column_kinds("a;b;c\n1,5;1.230;1.5\n2,5;2.340;2.5\n", ";", decimal=",", sure=True)
    read = {name: number("1.230" if name == "b" else "1.5", ",", kinds[name].written) for name in "bc"}
    assert read == {"b": 1230.0, "c": 1.5}
    with pytest.raises(ValueError, match=r"number must have a decimal comma; got '1\.5'"):
        number("1.5", ",")


def test_what_was_done_to_a_table_is_said() -> None:
    rows = "".join(f"{k},5;2024-01-01;ward {k};{k % 2}\n" for k in range(8))
    text = f"size;day;ward;sick\n{rows}?;2024-01-01;x;1\n"
    kinds = column_kinds(text, ";", decimal=",")
    assert [name for name, kind in kinds.items() if kind.numeric] == ["size", "sick"]
    task = CsvTask("t.csv", text, ("size",), "sick", separator=";", decimal=",")
    columns, comma, missing = what_was_done(task, kinds)
    assert "hold more than numbers: day (“2024-01-01”), ward (“ward 0”). The Own data page" in columns
    assert "decimal comma" in comma
    assert missing == "1 of 9 rows are left out: a value of theirs is missing."
    plain_table = CsvTask("t.csv", "a,b\n1,0\n2,1\n3,0\n4,1\n", ("a",), "b")
    assert what_was_done(plain_table, column_kinds(plain_table.text, ",")) == []
