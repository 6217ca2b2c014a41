"""How numbers are written: what leaves one reading is read so, what leaves two is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nncore.data.number_format import Written, bare_number, find_written

SPACES = {"space": " ", "no-break": "\u00a0", "thin": "\u2009", "narrow no-break": "\u202f"}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["12 %", "5 %"], [12, 5]),
        (["12%", "5.5%"], [12, 5.5]),
        (["12,5 %", "-7 %"], [12.5, -7]),
        (["€ 12", "-€3.5", "€ -1e3"], [12, -3.5, -1000]),
        (["12 €", "1.230,50 €"], [12, 1230.5]),
        (["US$12", "US$1,500.25"], [12, 1500.25]),
        (["CHF 1'230.50", "CHF 1’000"], [1230.5, 1000]),
        (["12 EUR", "3 EUR"], [12, 3]),
        (["12 kg", "3.5 kg"], [12, 3.5]),
        (["12kg", "3kg"], [12, 3]),
        (["3 m²", "4 m²"], [3, 4]),
        (["90 km/h", "130 km/h"], [90, 130]),
        (["21 °C", "-3 °C"], [21, -3]),
        (["1,230.50", "3"], [1230.5, 3]),
        (["1.230,50", "3"], [1230.5, 3]),
        (["1,234,567", "2"], [1234567, 2]),
        (["1,23,456", "5"], [123456, 5]),
        (["1,230", "2.5"], [1230, 2.5]),
        (["1,5", "2"], [1.5, 2]),
        (["−3", "4"], [-3, 4]),
        *([[f"1{space}230", f"12{space}500,5", "7"], [1230, 12500.5, 7]] for space in SPACES.values()),
    ],
)
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("sure", [False, True])
def test_what_leaves_one_reading_is_read_so(
    cells: list[str], values: list[float], decimal: str, sure: bool
) -> None:
    written = find_written(cells, decimal=decimal, sure=sure)
    assert written is not None
    assert written.sure
    assert [float(written.plain(cell) or "nan") for cell in cells] == values


@pytest.mark.parametrize(
    "cells", [["1,230", "2,500"], ["€ 1,230"], ["1.500 %", "2.250 %"], ["1.230", "4,500"]]
)
def test_what_leaves_two_readings_is_read_only_where_the_file_decides(cells: list[str]) -> None:
    assert find_written(cells, decimal=".") is None
    assert find_written(cells, decimal=",") is None


def test_the_decimal_sign_of_the_file_decides() -> None:
    point, comma = (find_written(["€ 1,230", "€ 2,500"], decimal=sign, sure=True) for sign in ".,")
    assert (point.plain("€ 1,230"), comma.plain("€ 1,230")) == ("1230", "1.230")
    assert not point.sure
    assert not comma.sure


@pytest.mark.parametrize(
    "cells",
    [
        ["12 kg", "500 g"],
        ["€ 12", "$ 13"],
        ["12 %", "0.12"],
        ["1 year", "2 years"],
        ["T1", "T2"],
        ["4WD", "2WD"],
        ["1st", "2nd"],
        ["12.05.2024", "13.05.2024"],
        ["2024-05-12"],
        ["12:30", "13:45"],
        ["192.168.1.1", "10.0.0.1"],
        ["555 123", "12 34"],
        ["0123 456 789"],
        ["012 345"],
        ["(12)", "3"],
        ["<5 kg", "7 g"],
        ["5-10", "10-15"],
        ["1'230", "1 230"],
        ["1,23,45", "5"],
        ["1,2,345", "5"],
        ["word", "more"],
        ["12 %", "word", "more"],
        [],
    ],
)
def test_what_is_no_number_or_written_in_several_ways_is_left_alone(cells: list[str]) -> None:
    assert find_written(cells, decimal=".", sure=True) is None


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["<5", "7"], ["5", "7"]),
        (["> 2419,6 mg", "12 mg"], ["2419.6", "12"]),
        (["≤-0.5", ".25"], ["-0.5", ".25"]),
    ],
)
def test_beyond_a_limit_the_limit_is_taken(cells: list[str], numbers: list[str]) -> None:
    written = find_written(cells, decimal=".", sure=True)
    assert written is not None
    assert [written.plain(cell) for cell in cells] == numbers
    assert "“<” or “>” before what is beyond a limit" in written.words(cells[0])


def test_a_slip_among_many_does_not_hide_how_numbers_are_written() -> None:
    assert find_written([*["7 %"] * 19, "unknown"], decimal=".") == Written(after="%")
    assert find_written([*["7 %"] * 19, "7"], decimal=".") is None


@given(
    st.floats(-1e12, 1e12),
    st.sampled_from(["", "€", "US$"]),
    st.sampled_from(["", "%", "kg"]),
    st.sampled_from([(",", "."), (".", ","), (" ", "."), ("'", "."), ("\u202f", ",")]),
)
def test_every_number_comes_back_from_the_way_it_was_written(
    value: float, before: str, after: str, signs: tuple[str, str]
) -> None:
    thousands, decimal = signs
    text = f"{value:,.2f}".translate({ord(","): thousands, ord("."): decimal})
    cells = [f"{before} {text} {after}".strip(), f"{before} 1{thousands}000{decimal}50 {after}".strip()]
    written = find_written(cells, decimal=".")
    assert written is not None
    assert [float(written.plain(cell) or "nan") for cell in cells] == [float(f"{value:.2f}"), 1000.5]


@pytest.mark.parametrize(
    ("cell", "bare"), [("12 %", "12"), ("€ 3,20", "3,20"), ("1’230 m", "1230"), ("12", ""), ("5 %;€ 3", "")]
)
def test_a_number_is_seen_beside_its_signs(cell: str, bare: str) -> None:
    assert bare_number(cell) == bare


@pytest.mark.parametrize("cell", ["-{}x1", "€{}x1", "€ -{}x", "1{}x", "1 2{}3", "{}1"])
@pytest.mark.parametrize("filling", [" ", "1", ",", "1 ", "e"])
def test_hostile_cells_take_no_longer_than_others(cell: str, filling: str) -> None:
    long = cell.format(filling * 60_000)
    find_written([long, "€ 5"], decimal=".")
    for written in (Written("€", "", ".", ","), Written("", "%", ",", " ")):
        assert written.plain(f"{long}?") is None


def test_words_name_what_is_left_out() -> None:
    written = Written("€", "", ".", " ")
    told = "“€” before the number, the space between thousands: left out. “€ 1 000.5” is read as 1000.5."
    assert written.words(" € 1 000.5") == told
    assert Written(decimal=",").words("1,5") == "“1,5” is read as 1.5."
