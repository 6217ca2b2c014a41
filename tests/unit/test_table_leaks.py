"""Columns that say the answer in other words, and numbers that double precision can hardly tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from ui.tables import Prepared, TableError, prepare, read_table, suggest


@pytest.mark.parametrize(
    ("cell", "told"),
    [(lambda i: str(7 + 2 * (i % 2)), True), (lambda i: f"{i % 2 * 9 + i / 100:.2f}", True), (str, False)],
)
def test_a_column_that_alone_predicts_the_target_is_flagged(cell, told: bool) -> None:
    rows = "".join(f"{i * 7 % 31},{cell(i)},{['well', 'ill'][i % 2]}\n" for i in range(60))
    prepared = prepare(table := read_table(f"age,code,diagnosis\n{rows}".encode()), suggest(table))
    assert [leak.column for leak in prepared.leaks] == (["code"] if told else [])
    assert any("(leakage)" in sentence for sentence in prepared.report) == told


def test_a_number_that_repeats_the_target_is_flagged_and_a_straight_line_with_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    price = rng.uniform(1, 9, 80)
    noisy = price + rng.normal(0, 0.1, 80)
    rows = "".join(f"{n:.4f},{p * 1.1:.4f},{p:.4f}\n" for n, p in zip(noisy, price, strict=True))
    table = read_table(f"guess,with_tax,price\n{rows}".encode())
    assert [leak.column for leak in prepare(table, suggest(table)).leaks] == ["with_tax"]


def test_a_logarithm_or_a_rank_of_the_target_is_flagged_and_what_only_rises_with_it_is_not() -> None:
    rng = np.random.default_rng(0)
    price = np.exp(rng.normal(10, 1, 80))
    known = [np.log(price), -price.argsort().argsort(), np.log(price) + rng.normal(0, 0.05, 80)]
    rows = "".join(
        ",".join(f"{cell:.5f}" for cell in line) + "\n" for line in zip(*known, price, strict=True)
    )
    prepared = prepare(table := read_table(f"log_price,place,guess,price\n{rows}".encode()), suggest(table))
    assert [leak.column for leak in prepared.leaks] == ["log_price", "place"]
    assert "puts the rows in the order of “price”" in prepared.leaks[0].sentence
    rows = "".join(f"{1950 + i},{i % 7}.5,{np.exp(i / 20):.4f}\n" for i in range(60))
    prepared = prepare(table := read_table(f"year,a,people\n{rows}".encode()), suggest(table))
    assert prepared.leaks == ()


def test_a_code_of_which_every_value_has_one_class_is_flagged_wherever_the_classes_lie() -> None:
    rng = np.random.default_rng(0)
    rows = "".join(f"{rng.normal():.3f},{code},{'ab'[code % 2]}\n" for code in rng.integers(0, 15, 200))
    prepared = prepare(table := read_table(f"x,department,kind\n{rows}".encode()), suggest(table))
    assert [leak.column for leak in prepared.leaks] == ["department"]


def leaks_of(head: str, *columns: Iterable[object]) -> list[str]:
    lines = [",".join(map(str, line)) for line in zip(*columns, strict=True)]
    table = read_table("\n".join([head, *lines]).encode())
    return [leak.column for leak in prepare(table, suggest(table)).leaks]


def test_bands_and_rounded_numbers_that_were_made_from_the_target_are_flagged() -> None:
    rng = np.random.default_rng(5)
    price, other = rng.normal(50, 14, 300).round(2), rng.normal(size=300).round(3)
    grade = ["dcba"[place] for place in np.searchsorted([40, 50, 60], price)]
    tens = [f"{10 * round(value / 10)}" for value in price]
    assert leaks_of("x,grade,tens,price", other, grade, tens, price) == ["grade", "tens"]
    mixed = [("abcd"[place % 4] if place % 20 == 0 else band) for place, band in enumerate(grade)]
    assert leaks_of("x,grade,price", other, mixed, price) == []


def test_what_differs_of_itself_or_goes_up_with_the_years_is_no_band() -> None:
    rng = np.random.default_rng(5)
    kinds, other = rng.integers(0, 3, 300), rng.normal(size=300).round(3)
    density = np.array([0.6, 2.7, 7.8])[kinds] + rng.normal(0, 0.1, 300)
    assert leaks_of("x,material,density", other, np.array(["wood", "glass", "steel"])[kinds], density) == []
    volts = rng.integers(1, 9, 300)
    current = 3.0 * volts + rng.uniform(-1, 1, 300)
    assert leaks_of("x,volts,current", other, volts, current) == []
    rising = np.sort(rng.normal(size=300)).round(4)
    assert leaks_of("x,year,people", other, 1990 + np.arange(300) // 12, rising) == []


def test_a_value_out_of_a_range_that_makes_the_class_is_flagged() -> None:
    rng = np.random.default_rng(5)
    warmth, other = rng.normal(36.6, 1.0, 300).round(2), rng.normal(size=300).round(3)
    ill = np.where((warmth < 35.8) | (warmth > 37.4), "ill", "well")
    assert leaks_of("x,warmth,state", other, warmth, ill) == ["warmth"]
    crisis = ["yes" if 120 < place < 180 else "no" for place in range(300)]
    assert leaks_of("x,year,state", other, 1700 + np.arange(300), crisis) == []
    rare = np.full(99, "well")
    rare[np.argsort(other[:99])[50:52]] = "ill"
    assert leaks_of("x,pulse,state", warmth[:99], other[:99], rare) == []
    assert leaks_of("x,warmth,state", other, (warmth + rng.normal(0, 0.3, 300)).round(2), ill) == []


def test_a_column_for_each_class_is_flagged_and_a_trait_that_some_classes_share_is_not() -> None:
    species = [("setosa", "virginica", "versicolor", "robusta")[place * 7 % 4] for place in range(200)]
    other = [f"{place * 37 % 101}.5" for place in range(200)]
    marks = [[int(name == one) for name in species] for one in ("setosa", "robusta")]
    shared = [int(name[0] == "v") for name in species]
    without = ["yes" if name != "virginica" else "no" for name in species]
    assert leaks_of("x,is_a,is_b,v,not_c,species", other, *marks, shared, without, species) == [
        "is_a", "is_b", "not_c"
    ]  # fmt: skip
    blurred = [mark if place % 40 else 1 - mark for place, mark in enumerate(marks[0])]
    assert leaks_of("x,is_a,species", other, blurred, species) == []


# --- Numbers that double precision can hardly tell apart


@pytest.mark.parametrize("scaling", ["standard", "minmax"])
def test_numbers_that_are_too_alike_to_be_scaled_are_told(scaling: str) -> None:
    rows = "".join(f"{i * 7 % 31},{i * 37 % 41}e-300,{(-1) ** i},{i * i % 3 % 2}\n" for i in range(60))
    table = read_table(f"a,mass,sign,y\n{rows}".encode())
    report = prepare(table, replace(suggest(table), scaling=scaling)).report
    (said,) = (sentence for sentence in report if "to be scaled in double precision" in sentence)
    assert said.startswith("Column “mass”: ")
    assert any(sentence.startswith("2 columns of numbers: scaled") for sentence in report)


def test_a_target_whose_spread_is_lost_is_refused_and_in_another_unit_learned() -> None:
    def prepared(unit: str) -> Prepared:
        rows = "".join(f"{i * 7 % 31},{i * 37 % 41}.5{unit}\n" for i in range(60))
        table = read_table(f"a,mass\n{rows}".encode())
        return prepare(table, suggest(table))

    with pytest.raises(
        TableError, match=r"Column “mass” cannot be learned: its numbers differ by no more than 3\.8e-299"
    ):
        prepared("e-300")
    assert np.allclose(prepared("e-30").data.t, prepared("").data.t, rtol=1e-12)
    assert np.allclose(prepared("e-30").data.X, prepared("").data.X, rtol=1e-12)
