"""CSV files of every kind: understood, or refused in a sentence that names column and row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.tables import pieces
from ui.tables import table as table_module
from ui.tables.choices import suggest
from ui.tables.columns import MAX_TEXTS
from ui.tables.pieces import MEGABYTE
from ui.tables.sniff import MAX_COLUMNS, Reading, TableError
from ui.tables.table import MAX_BYTES, Table, read_table, refuse_too_large

SAMPLES = Path(__file__).parents[2] / "samples"


WIDE = ",".join(f"c{i}" for i in range(MAX_COLUMNS + 1)).encode() + b"\n1,2\n"


def read(text: str, *, encoding: str = "utf-8", reading: Reading | None = None) -> Table:
    return read_table(text.encode(encoding), name="t.csv", reading=reading)


def kinds(table: Table) -> list[str]:
    return [column.kind for column in table.columns]


def values(table: Table, name: str) -> list[float]:
    return table.column(name).values.tolist()


def remarks(table: Table) -> str:
    return " ".join(remark for column in table.columns for remark in column.remarks())


# --- Separator, header, decimal sign


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n3,4\n", ","),
        ("a;b\n1;2\n3;4\n", ";"),
        ("a\tb\n1\t2\n3\t4\n", "\t"),
        ("a|b\n1|2\n3|4\n", "|"),
        ("a b\n1  2\n 3 4\n", r"\s+"),
        ("sep=;\na;b\n1;2\n3;4\n", ";"),
        ('a;b\n"x;y";1\n"z;u";2\n', ";"),
        ('a,b\n"x, y",1\n"z, u, v",2\n', ","),
    ],
)
def test_the_separator_is_found(text: str, separator: str) -> None:
    table = read(text)
    assert table.layout.separator == separator
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.n_rows == 2


def test_decimal_commas_do_not_cut_cells() -> None:
    table = read("area;built;price\n121,4;1961;379,18\n112,3;1951;423,00\n")
    assert (table.layout.separator, table.layout.decimal) == (";", ",")
    assert values(table, "price") == [379.18, 423.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1,5;2\n-2,5e1;3\n", [1.5, -25.0]),
        ("a;b\n1.234,5;2\n12,5;3\n", [1234.5, 12.5]),
        ('a,b\n"1,234.5",2\n"2,345,678",3\n', [1234.5, 2345678.0]),
        ('a,b\n"1,5",2\n"2,5",3\n', [1.5, 2.5]),
        ("a,b\n1.5,2\n+2.5e1,3\n", [1.5, 25.0]),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, expected: list[float]) -> None:
    assert values(read(text), "a") == expected


def test_a_file_without_header_gets_names() -> None:
    table = read("6,148,0.627,50,1\n1,85,0.351,31,0\n")
    assert not table.layout.header
    assert [column.name for column in table.columns] == [f"column {i}" for i in range(1, 6)]
    assert table.rows.tolist() == [1, 2]
    assert table.notes == ()


def test_a_table_of_texts_alone_has_a_header_unless_its_first_row_returns() -> None:
    assert read("name,colour\nann,red\nbob,blue\n").layout.header
    assert not read("ann,red\nbob,blue\nann,red\n").layout.header


def test_the_reader_may_be_told_better() -> None:
    text = "a;b\n1,5;2\n"
    assert read(text, reading=Reading(header=False)).n_rows == 2
    assert kinds(read(text, reading=Reading(decimal="."))) == ["text", "number"]
    assert read("a,b;c\n1,2;3\n", reading=Reading(separator=";")).columns[0].name == "a,b"


def test_leading_blank_lines_count_as_rows_of_the_file() -> None:
    table = read("\n\na,b\n1,2\n,\n3,x\n4,y\n")
    assert table.rows.tolist() == [4, 6, 7]
    assert table.notes == ("1 empty row was left out.",)


@pytest.mark.parametrize(
    ("above", "told"),
    [
        (
            "# made by a program\n# on a day\n",
            "The first 2 lines are not part of the table (“# made by a program”)",
        ),
        ("Results of 2024\n\n", "The first 2 lines are not part of the table (“Results of 2024”)"),
        ("\nResults,,\n", "The first 2 lines are not part of the table (“Results”)"),
        ("Results\n", "The first line is not part of the table (“Results”)"),
    ],
)
def test_a_title_above_the_table_is_left_out_and_told(above: str, told: str) -> None:
    table = read_table((above + "a,b,y\n" + "1,2,0\n3,4,1\n" * 9).encode())
    assert [column.name for column in table.columns] == ["a", "b", "y"]
    assert table.rows[0] == above.count("\n") + 2
    assert any(note.startswith(told) for note in table.notes)


def test_a_title_with_commas_does_not_cut_a_table_at_its_decimals() -> None:
    rows = "".join(f"{row};{row % 7},5;({row % 5},25);{'pq'[row % 2]}\n" for row in range(30))
    table = read_table(f"Clinic north, export 2024\nno;weight;loss;y\n{rows}".encode())
    assert [column.name for column in table.columns] == ["no", "weight", "loss", "y"]
    assert table.column("weight").values[:2].tolist() == [0.5, 1.5]


@pytest.mark.parametrize("first", ["5,,", "5", ","])
def test_a_first_row_with_gaps_is_no_title(first: str) -> None:
    table = read_table((f"{first}\n" + "1,2,0\n3,4,1\n" * 9).encode(), reading=Reading(header=False))
    assert not any("not part of the table" in note for note in table.notes)


def test_thousands_in_quotes_are_no_decimals_where_commas_separate() -> None:
    table = read_table(("a,b\n" + '"1,234",5\n"12,500",6\n' * 5).encode())
    assert table.column("a").values[:2].tolist() == [1234.0, 12500.0]
    there = read_table(("a;b\n" + "1,234;5\n12,500;6\n" * 5).encode())
    assert there.column("a").values[:2].tolist() == [1.234, 12.5]


def test_rows_that_wrap_inside_quotes_are_one_row() -> None:
    table = read('name,"long\nheader"\n"first\nperson",1\nsecond,2\n')
    assert [column.name for column in table.columns] == ["name", "long header"]
    assert table.column("name").categories == ("first\nperson", "second")


# --- Encodings


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("latin-1", "cp1252"),
    ],
)
def test_every_encoding_gives_the_same_table(encoding: str, found: str) -> None:
    table = read("größe,café\n1,blå\n2,naïve\n", encoding=encoding)
    assert table.layout.encoding == found
    assert [column.name for column in table.columns] == ["größe", "café"]
    assert table.column("café").categories == ("blå", "naïve")


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    assert read_table(b"a,b\n1,\x81\n").layout.encoding == "latin-1"


# --- Names


def test_duplicate_and_missing_names_are_made_unique_and_told() -> None:
    table = read("a,a,,a (2)\n1,2,3,4\n5,6,7,8\n")
    assert [column.name for column in table.columns] == ["a", "a (2)", "column 3", "a (2) (2)"]
    assert "“a”" in table.notes[0]
    assert "column 2" in table.notes[0]
    assert "Column 3 has no name" in table.notes[1]


def test_row_names_written_by_r_become_a_column() -> None:
    table = read('"x","y"\n"r1",1,2\n"r2",3,4\n')
    assert [column.name for column in table.columns] == ["row name", "x", "y"]
    assert "one name fewer" in table.layout.told


BODY = "".join(f"{i},{i * 7 % 9 + 1}.5,{i * 5 % 8 + 2}.25,{i % 2}.5\n" for i in range(20))


@pytest.mark.parametrize("names", ["land,2020,2010,2000", "id,5,10,20", "depth,400,300,250"])
def test_numbers_are_names_where_they_are_years_or_stand_beside_a_name_over_numbers(names: str) -> None:
    table = read(f"{names}\n{BODY}")
    assert [column.name for column in table.columns] == names.split(",")
    assert table.layout.told.endswith("in row 1 were taken for names.")


@pytest.mark.parametrize("first", ["broken,5,10,20", "broken,7,3,12", ",5,10,20", "land,5.5,10.5,20.5"])
def test_a_slip_of_the_pen_in_the_first_row_makes_no_names_of_its_numbers(first: str) -> None:
    whole = "".join(f"{i},{i},{i + 3},{i * 3 + 9}\n" for i in range(20))
    assert not read(f"{first}\n{whole}").layout.header


@pytest.mark.parametrize(
    ("above", "told"),
    [
        ("# made on a day\n", "The names stand in row 2."),
        ("Results\n\n", "The names stand in row 3."),
        ("", ""),
    ],
)
def test_where_the_names_stand_is_told_if_it_is_not_the_first_row(above: str, told: str) -> None:
    assert read(above + "a,b,y\n" + "1,2,0\n3,4,1\n" * 9).layout.told == told


def test_separators_at_the_end_of_lines_are_no_column_of_their_own() -> None:
    assert kinds(read("a,b,\n1,2,\n3,4,\n")) == ["number", "number", "empty"]


# --- Values


def test_missing_values_are_counted_with_their_first_row() -> None:
    table = read("a,b\n1,x\n,y\nNA,z\n3,?\n4,n/a\n?,NA\n")
    assert (table.column("a").missing.count, table.column("a").missing.first) == (2, 3)
    assert (table.column("b").missing.count, table.column("b").missing.first) == (2, 5)
    assert table.column("b").values.tolist() == [0, 1, 2, -1, -1]
    assert table.notes == ("1 empty row was left out.",)


def test_infinities_are_missing_and_told_with_their_row() -> None:
    table = read("a,b\n1,1\ninf,2\n-Infinity,3\n1e999,4\n1e39,5\n2,6\n")
    column = table.column("a")
    assert (column.infinite.count, column.infinite.first, column.missing.count) == (4, 3, 4)
    assert "Column “a”, row 3: infinite" in remarks(table)


def test_a_slip_among_numbers_is_missing_and_told_with_its_row() -> None:
    text = "a,b\n" + "".join(f"{i},{i}\n" for i in range(20)) + "21,12 kg\n"
    table = read(text)
    assert kinds(table) == ["number", "number"]
    assert "Column “b”, row 22: “12 kg” is not a number; one value" in remarks(table)
    assert np.isnan(values(table, "b")[-1])


def test_texts_with_some_numbers_stay_texts() -> None:
    table = read("a,b\n1,7\n2,red\n3,7.50\n4,blue\n5,TRUE\n6,true\n")
    assert table.column("b").categories == ("7", "7.5", "True", "blue", "red")


def test_truth_values_are_texts_in_one_spelling() -> None:
    table = read("a,b\n1,TRUE\n2,false\n3,True\n")
    assert table.column("b").categories == ("False", "True")


@pytest.mark.parametrize(
    "dates",
    [
        ("2020-01-02", "2020-01-03", "2021-01-02"),
        ("02.01.2020", "03.01.2020", "02.01.2021"),
        ("02/01/2020", "03/01/2020", "02/01/2021"),
        ("2020/01/02", "2020/01/03", "2021/01/02"),
        ("2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z", "2021-01-02T00:00:00Z"),
    ],
)
def test_dates_become_days(dates: tuple[str, ...]) -> None:
    table = read("d,v\n" + "".join(f"{date},{i}\n" for i, date in enumerate(dates)))
    days = values(table, "d")
    assert table.column("d").kind == "date"
    assert [day - days[0] for day in days] == [0, 1, 366]
    assert str(table.frame(("d",)).iloc[0, 0]) == "2020-01-02"


def test_american_dates_are_recognised_by_a_month_above_twelve() -> None:
    table = read("d,v\n01/02/2020,1\n01/31/2020,2\n")
    assert values(table, "d")[1] - values(table, "d")[0] == 29


def test_a_damaged_date_is_missing_and_told() -> None:
    good = "".join(f"2020-01-{i:02d},1\n" for i in range(1, 21))
    table = read(f"d,v\n{good}2020-13-45,1\n")
    assert table.column("d").kind == "date"
    assert "Column “d”, row 22: “2020-13-45” is not a date" in remarks(table)


def test_more_texts_than_can_be_encoded_are_not_kept() -> None:
    table = read("id,v\n" + "".join(f"name{i},{i}\n" for i in range(MAX_TEXTS + 1)))
    assert kinds(table) == ["many", "number"]
    assert table.column("id").categories == ()


def test_an_empty_column_is_recognised() -> None:
    table = read("a,b,c\n1,,x\n2,,y\n")
    assert kinds(table) == ["number", "empty", "text"]
    assert table.column("b").missing.count == 2


def test_kinds_hold_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_CHUNK_CELLS", 8)
    text = "a,b,c\n1,1,\n2,2,\n3,TRUE,\n4,x,2020-01-01\n5,,2020-01-02\n6,7,2020-01-03\ninf,x,\n"
    table = read(text)
    assert kinds(table) == ["number", "text", "date"]
    assert table.column("b").categories == ("1", "2", "7", "True", "x")
    assert table.column("b").values.tolist() == [0, 1, 3, 4, -1, 2, 4]
    assert (table.column("a").infinite.first, table.column("c").missing.first) == (8, 2)


# --- Refusals


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"\xfe\xff", "is empty"),
        (b"\n,\n,\n", "every line of it is empty"),
        (b"a,b\n", "a header but no rows"),
        (b";a\r\r...;;", "holds no value: row 2 is empty"),
        (b"a;b\n\n***;;\n", "holds no value: row 2 is empty"),
        (b"a,b\n,\nNA,?\n", "“t.csv” holds no value: all 2 rows from row 2 on are empty in every column"),
        (b"a,b\n,\n", "holds no value: row 2 is empty in every column"),
        (b'{"a": [1, 2], "b": [3, 4]}', "begins like JSON"),
        (b'[{"a": 1, "b": 2}]', "begins like JSON"),
        (b"\n[[1, 2], [3, 4]]", "begins like JSON"),
        (b"One line.\nAnd two words, here.\nNow it has three words.\n", "a space too many"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"%PDF-1.4", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"{\\rtf1\\ansi a,b\\par\n1,2\\par\n}", "rich text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "“git lfs pull”"),
        (b"a,b\n1,2\x00\n", "zero bytes"),
        (b"a,b\n1,2\n3,4,5\n", "Row 3 has 3 values, but there are 2 columns"),
        (b"a,b\n1,2\n3,4\n5,6,7,8,9\n", "Row 4 has 5 values, but there are 2 columns"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "Row 3 opens a quotation mark that is never closed"),
        (
            WIDE,
            "1,001 columns; at most 1,000",
        ),
        (b"a" * 300_000 + b",b\n1,2\n", "no table of text"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        read_table(data, name="t.csv")


def test_a_long_row_far_down_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_CHUNK_CELLS", 300)
    text = "a,b\n" + "1,2\n" * 1000 + "1,2,3\n"
    with pytest.raises(TableError, match="Row 1002 has 3 values"):
        read(text)
    with pytest.raises(TableError, match="Row 1002 opens a quotation mark"):
        read("a,b\n" + "1,2\n" * 1000 + '1,"2\n')


def test_too_large_a_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(TableError, match="201 MB; at most 200 MB"):
        refuse_too_large(MAX_BYTES + MEGABYTE, "big.csv")
    refuse_too_large(MAX_BYTES, "just.csv")


@pytest.mark.parametrize(
    ("limit", "sentence"), [("MAX_ROWS", "more than 5 rows"), ("MAX_CELLS", "more than 5 cells")]
)
def test_too_many_rows_or_cells_are_refused(
    limit: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_module, limit, 5)
    with pytest.raises(TableError, match=sentence):
        read("a,b\n" + "1,2\n" * 6)


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(TableError, match=r"no column “c”; it has a, b"):
        read("a,b\n1,2\n").column("c")


# --- The whole


def test_progress_climbs_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_CHUNK_CELLS", 300_000)
    monkeypatch.setattr(table_module, "_DOUBLE_CELLS", 100_000)
    seen: list[float] = []
    data = ("a,b\n" + "1.25,2.5\n" * 400_000).encode()
    table = read_table(data, progress=lambda share, _sentence: seen.append(share))
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1] == 1.0
    assert table.column("a").values.dtype == np.float32


def test_a_frame_shows_what_was_understood() -> None:
    frame = read("n,t,d\n1.5,x,2020-01-01\n,,\n3,y,2020-01-02\n").frame(rows=slice(0, 1))
    assert frame["n"].tolist() == [1.5]
    assert frame["t"].astype(str).tolist() == ["x"]


@pytest.mark.parametrize(
    ("name", "shape"), [("diabetes_like", (768, 9)), ("iris", (150, 5)), ("house_prices", (600, 7))]
)
def test_the_samples_are_understood(name: str, shape: tuple[int, int]) -> None:
    table = read_table((SAMPLES / f"{name}.csv").read_bytes(), name=f"{name}.csv")
    assert (table.n_rows, len(table.columns)) == shape
    assert table.layout.header
    assert remarks(table) == (
        "Column “sold_on” holds dates: they are counted in days." if name == "house_prices" else ""
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3)),
            st.text(alphabet="abc;,'\"\n é", min_size=1, max_size=8).filter(lambda text: text.strip() != ""),
            st.integers(-1000, 1000),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_python_writes_is_read_back(rows: list[tuple[float, str, int]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("value", "word", "count"), *rows])
    table = read(text.getvalue(), reading=Reading(separator=",", decimal=".", header=True))
    assert values(table, "value") == [row[0] for row in rows]
    assert values(table, "count") == [row[2] for row in rows]
    words = [str(word) for word in table.frame(("word",))["word"]]
    assert words == [row[1].strip() for row in rows]


def test_a_file_that_nothing_cuts_is_one_column_of_which_it_is_told_what_hinders() -> None:
    table = read_table(b"a\n1\n2\n", name="t.csv")
    assert [(column.name, column.values.tolist()) for column in table.columns] == [("a", [1, 2])]
    with pytest.raises(TableError, match=r"“t.csv” has a single column, “a”; a target and at least one"):
        suggest(table)


def check_table_or_sentence(data: bytes) -> None:
    try:
        table, sentence = read_table(data, name="t.csv"), None
    except TableError as error:
        table, sentence = None, str(error)
    if table is None:
        assert sentence is not None
        assert sentence.endswith(".")
    else:
        assert len(table.columns) >= 1
        assert all(len(column.values) == table.n_rows for column in table.columns)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_nonsense_gives_a_table_or_a_sentence(data: bytes) -> None:
    check_table_or_sentence(data)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="01.,;-e\"'\n\t ab\r", max_size=120))
def test_broken_tables_give_a_table_or_a_sentence(text: str) -> None:
    check_table_or_sentence(text.encode())
