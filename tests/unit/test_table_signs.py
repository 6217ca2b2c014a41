"""Signs around numbers and between their thousands: left out where a whole column shares them, and told."""

from __future__ import annotations

import pytest

from tests.unit.test_table import kinds, read, remarks, values
from ui.tables import read_table
from ui.tables.sniff import Reading

SIGNED = (
    "share;price;weight;amount;odd\n" + "12,5 %;€ 1.230,50;12 kg;1 230;1.5\n7 %;-€ 3;0,5 kg;400;2.25\n" * 4
)


def test_signs_that_all_numbers_of_a_column_share_are_left_out_and_told() -> None:
    table = read(SIGNED)
    assert [values(table, name)[:2] for name in ("share", "price", "weight", "amount", "odd")] == [
        [12.5, 7], [1230.5, -3], [12, 0.5], [1230, 400], [1.5, 2.25],
    ]  # fmt: skip
    assert table.notes == (
        "Column “share”: “%” after the number: left out. “12,5 %” is read as 12.5.",
        "Column “price”: “€” before the number, “.” between thousands: left out. "
        "“€ 1.230,50” is read as 1230.5.",
        "Column “weight”: “kg” after the number: left out. “12 kg” is read as 12.",
        "Column “amount”: the space between thousands: left out. “1 230” is read as 1230.",
    )


def test_columns_that_are_written_alike_share_a_sentence() -> None:
    table = read("a,b,y\n" + "5 %,7 %,1\n" * 3)
    assert table.notes == ("Columns “a”, “b”: “%” after the number: left out. “5 %” is read as 5.",)


def test_thousands_of_one_column_do_not_touch_the_decimals_of_another() -> None:
    table = read("a;b;c\n1.234,50;1.5;1,5\n2.000,00;0.25;2,5\n")
    assert [values(table, name) for name in "abc"] == [[1234.5, 2000], [1.5, 0.25], [1.5, 2.5]]
    table = read('a,b\n"1,234.50","1,5"\n"2,000.00","2,25"\n')
    assert [values(table, name) for name in "ab"] == [[1234.5, 2000], [1.5, 2.25]]


def test_a_number_with_another_sign_makes_texts_of_the_whole_column_wherever_it_stands() -> None:
    rows = [f"{i % 7} kg;{i}" for i in range(1000)]
    table = read("a;b\n" + "\n".join([*rows, "500 lb;1"]))
    assert kinds(table) == ["text", "number"]
    assert table.column("a").categories == ("0 kg", "1 kg", "2 kg", "3 kg", "4 kg", "5 kg", "500 lb", "6 kg")
    assert table.notes == ()
    words = read("a;b\n" + "\n".join([*rows, "unknown;1"]))
    assert kinds(words) == ["number", "number"]
    assert "Column “a”, row 1002: “unknown” is not a number; one value" in remarks(words)


def test_thousands_may_come_late() -> None:
    rows = "".join(f"{i % 900}.5;{i}\n" for i in range(1000))
    table = read(f"a;b\n{rows}1,230.25;1\n2,500;2\n")
    assert values(table, "a")[-2:] == [1230.25, 2500]
    assert table.notes == ("Column “a”: “,” between thousands: left out. “1,230.25” is read as 1230.25.",)
    mixed = read(f"a;b\n{rows}1,230.25;1\n1 kg;2\n")
    assert "Column “a”, row 1002: “1,230.25” is not a number; 2 values of this kind" in remarks(mixed)


@pytest.mark.parametrize(("decimal", "value"), [(".", 1230.0), (",", 1.23), (None, None)])
def test_what_may_be_a_thousand_or_a_decimal_is_asked_for(decimal: str | None, value: float | None) -> None:
    table = read("a;b\n" + "€ 1,230;2\n€ 4,560;3\n" * 3, reading=Reading(decimal=decimal))
    assert kinds(table) == ["text" if value is None else "number", "number"]
    assert value is None or values(table, "a")[0] == value


def test_where_the_rest_of_the_file_decided_the_other_reading_is_offered() -> None:
    text = 'a,b\n"1,230",5\n"2,500",6\n'
    assert values(read(text), "a") == [1230.0, 2500.0]
    (note,) = read(text).notes
    assert note.endswith(
        "“1,230” is read as 1230. "
        "If that is wrong, choose another decimal sign under “Read it in another way”."
    )
    assert values(read(text, reading=Reading(decimal=",")), "a") == [1.23, 2.5]


def test_the_decimal_sign_of_signed_numbers_speaks_for_the_file() -> None:
    table = read("a;b\n12,5 %;€ 1,230\n7 %;€ 4,560\n")
    assert (table.layout.decimal, values(table, "b")) == (",", [1.23, 4.56])
    table = read("a;b\n1,230.50 €;€ 1,230\n7 €;€ 4,560\n")
    assert (table.layout.decimal, values(table, "b")) == (".", [1230.0, 4560.0])


def test_signed_numbers_do_not_hide_separator_and_header() -> None:
    table = read("12,5 %;€ 3,20\n7,5 %;€ 1,10\n" * 3, reading=Reading(header=False))
    assert table.layout.separator == ";"
    assert [values(table, f"column {i}")[0] for i in (1, 2)] == [12.5, 3.2]


def test_numbers_that_begin_with_zeros_may_be_codes_and_that_is_said() -> None:
    def notes(*cells: str) -> str:
        rows = "".join(f"{cells[row % len(cells)]},{row % 2}\n" for row in range(24))
        return " ".join(read_table(f"zip,y\n{rows}".encode()).notes)

    assert "Column “zip”: its numbers begin with zeros, as codes do (“01067” is read as 1067)" in notes(
        "80331", "01067", "04109"
    )
    rows = "".join(f"{2000 + row:05d},{row}.5,{'ab'[row % 2]}\n" for row in range(24))
    assert "“02000” is read as 2000" in " ".join(read_table(f"ZIP code,x,y\n{rows}".encode()).notes)
    assert notes("08", "12") == notes("0.5", "0.75") == notes("1067", "4109") == ""


def test_two_other_classes_stay_in_their_order() -> None:
    table = read_table(("word,y\n" + "pear,1\napple,2\n" * 12).encode())
    assert table.column("word").categories == ("apple", "pear")
