"""Small tables on the Frameworks page: read, or refused in a sentence."""

from __future__ import annotations

import pytest

from ui.frameworks_csv import MAX_BYTES, MAX_COLUMNS, FileError, column_kinds, decoded, find_separator


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
        (",".join(f"c{k}" for k in range(MAX_COLUMNS + 1)) + "\n1\n", f"at most {MAX_COLUMNS} are read here"),
        ('a,b\n"' + "x" * 200_000 + '",2\n', "cannot be read as a table: field larger"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        column_kinds(text, ",")
