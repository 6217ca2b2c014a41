"""Validation rows that say more good than is true: copies of training rows, and rows between them in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ui.tables import Prepared, prepare, read_table, suggest

RNG = np.random.default_rng(11)
NUMBERS = [f"{value:.3f},{other:.2f}" for value, other in RNG.normal(size=(90, 2))]


def prepared_of(head: str, lines: list[str]) -> Prepared:
    table = read_table("\n".join([head, *lines]).encode())
    return prepare(table, suggest(table))


def copied(lines: list[str], prepared: Prepared) -> int:
    train, val = ({int(row) for row in rows} for rows in (prepared.train_rows, prepared.val_rows))
    known = {lines[row - 2] for row in train}
    return sum(lines[row - 2] in known for row in val)


@pytest.mark.parametrize("copies", [1, 9, 90, 270])
def test_rows_that_were_put_in_twice_and_stand_on_both_sides_are_counted(copies: int) -> None:
    plain = [f"{numbers},{'ab'[place % 2]},{place % 3 % 2}" for place, numbers in enumerate(NUMBERS)]
    assert not prepared_of("p,q,kind,y", plain).alike.copies
    for first in range(20):  # which of them validate is drawn
        lines = [*plain, *(plain[(first + place) % 90] for place in range(copies))]
        prepared = prepared_of("p,q,kind,y", lines)
        if known := copied(lines, prepared):
            break
    said = f"{known} row{'s' * (known > 1)} of the {len(prepared.val_rows)} that validate ha"
    assert prepared.alike.copies.startswith(said)
    assert prepared.alike.copies in prepared.report
    assert prepared.alike.many == (10 * known >= len(prepared.val_rows))


def test_copies_are_found_under_numbers_of_their_own_and_where_values_are_missing() -> None:
    gaps = ["", "-0", "7", "", "0"]
    lines = [f"{place},{gaps[place % 5]},{NUMBERS[place % 90]},{place % 9}.5" for place in range(180)]
    table = read_table("\n".join(["id,gap,p,q,y", *lines]).encode())
    choices = suggest(table)
    assert "id" not in choices.features
    prepared = prepare(table, choices)
    bare = [line.partition(",")[2].replace("-0", "0") for line in lines]
    assert prepared.alike.copies.startswith(f"{copied(bare, prepared)} rows of the 36 that validate have")
    unlike = [line[:-3] + f"{place // 90 + place % 9}.5" for place, line in enumerate(lines)]
    assert not prepared_of("id,gap,p,q,y", unlike).alike.copies  # the same features, but another answer


def test_rows_of_few_values_are_alike_by_themselves() -> None:
    lines = [f"{'mf'[place % 2]},{place % 3},{place * place % 5 % 2}" for place in range(300)]
    prepared = prepared_of("sex,class,survived", lines)
    assert copied(lines, prepared) == len(prepared.val_rows)
    assert not prepared.alike.sentences
    # Nine marks from 1 to 10, most of them 1 where nothing is wrong, as a pathologist gives them.
    ill = RNG.random(400) < 0.35
    marks = np.where(ill[:, None], RNG.integers(1, 11, (400, 9)), 1 + (RNG.random((400, 9)) < 0.15))
    lines = [
        ",".join(map(str, [*line, "ill" if sick else "well"])) for line, sick in zip(marks, ill, strict=True)
    ]
    prepared = prepared_of("a,b,c,d,e,f,g,h,i,class", lines)
    assert copied(lines, prepared) > 0.2 * len(prepared.val_rows)
    assert not prepared.alike.sentences


@pytest.mark.parametrize(
    ("head", "sure", "time"),
    [
        ("date", True, lambda day: str(np.datetime64("2021-03-01") + day)),
        ("Zeit", True, lambda hour: f"{1 + hour // 24:02d}.01.2024 {hour % 24:02d}:00"),
        ("timestamp", False, lambda hour: str(1_577_836_800 + 3600 * hour)),
        ("Monat", False, lambda month: f"{2000 + month // 12}-{1 + month % 12:02d}"),
        ("year", False, lambda year: str(2020 - year)),
    ],
)
def test_rows_in_order_of_time_between_which_others_validate_are_told(
    head: str, sure: bool, time: Callable[[int], str]
) -> None:
    lines = [f"{time(place)},{numbers}" for place, numbers in enumerate(NUMBERS)]
    prepared = prepared_of(f"{head},p,q", lines)
    rows, train = (np.asarray(part) for part in (prepared.val_rows, prepared.train_rows))
    between = int(((rows > train.min()) & (rows < train.max())).sum())
    (said,) = prepared.alike.sentences
    # A number may be the time that somebody took: that the rows are in order is all that is known of it.
    follows = f"If column “{head}” says when each row was, the rows follow one another in time"
    if sure:
        follows = f"The rows follow one another in time (column “{head}”)"
    assert said.startswith(f"{follows}, and {between} of the 18")
    assert said in prepared.report


@pytest.mark.parametrize("head", ["born", "date"])
def test_dates_in_any_order_are_no_course_of_time(head: str) -> None:
    days = RNG.permutation(90)
    lines = [f"{np.datetime64('1960-01-01') + 97 * days[k]},{numbers}" for k, numbers in enumerate(NUMBERS)]
    assert not prepared_of(f"{head},p,q", lines).alike.sentences


def test_where_no_row_validates_nothing_is_said() -> None:
    lines = [f"{np.datetime64('2021-03-01') + k},{numbers}" for k, numbers in enumerate(NUMBERS)]
    table = read_table("\n".join(["date,p,q", *lines, *lines]).encode())
    assert prepare(table, suggest(table)).alike.copies
    assert not prepare(table, replace(suggest(table), split=1.0)).alike.sentences
