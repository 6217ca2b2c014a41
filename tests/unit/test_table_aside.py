"""Large tables are read in a process of their own, with the same result and the same refusals."""

from __future__ import annotations

import io
import pickle
import sys

import numpy as np
import pytest

from ui.tables import TableError, aside, prepare, suggest
from ui.tables import read_table as read_here
from ui.tables.using import new_rows

FILE = b"size,kind,when\n" + b"1.5,a,2024-01-02\n2.5,b,2024-03-04\n" * 200


@pytest.fixture(params=["here", pytest.param("in a process", marks=pytest.mark.slow)])
def everywhere(request, monkeypatch):
    if request.param == "in a process":
        monkeypatch.setattr(aside, "LARGE_BYTES", 10)


def test_a_table_is_the_same_wherever_it_is_read(everywhere):
    told = []
    mine = aside.read_table(FILE, name="t.csv", progress=lambda share, _sentence: told.append(share))
    plain = read_here(FILE, name="t.csv")
    assert mine.summary() == plain.summary()
    assert mine.notes == plain.notes
    assert mine.frame().equals(plain.frame())
    assert np.array_equal(mine.rows, plain.rows)
    assert told == sorted(told)
    assert told


def test_a_refusal_is_the_same_wherever_it_is_read(everywhere):
    with pytest.raises(TableError, match="Row 3 has 4 values") as refused:
        aside.read_table(b"a,b\n1,2\n3,4,5,6\n", name="t.csv")
    with pytest.raises(TableError) as plain:
        read_here(b"a,b\n1,2\n3,4,5,6\n", name="t.csv")
    assert str(refused.value) == str(plain.value)


def test_who_no_longer_wants_the_table_ends_the_process(everywhere):
    def stop(_share: float, _sentence: str) -> None:
        raise TimeoutError("left")

    with pytest.raises(TimeoutError, match="left"):
        aside.read_table(FILE, name="t.csv", progress=stop)


@pytest.mark.slow
def test_a_process_that_dies_is_an_error_of_ours(monkeypatch):
    monkeypatch.setattr(aside, "LARGE_BYTES", 10)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="ended before it was done"):
        aside.read_table(FILE, name="t.csv")


def test_what_the_process_answers_can_be_read_back():
    answers = io.BytesIO()
    aside.answer(io.BytesIO(pickle.dumps((FILE, "t.csv", None))), answers)
    answers.seek(0)
    told = []
    while answers.tell() < len(answers.getvalue()):
        told.append(pickle.load(answers))
    *shares, table = told
    assert shares[-1][0] == pytest.approx(1.0, abs=0.5)
    assert table.n_rows == 400


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n" + 500_000 * "\n", "all 500,000 rows from row 2 on are empty"),
        ("'a'" + 60 * "," + '"\n1,2\n', "opens a quotation mark that is never closed"),
        ("a," * 950, "a header but no rows"),
        ("\n" * 300_000 + "x", "The file has no rows"),
        ("create table\n" * 4_000 + "insert into x values (1)\n", "begins like an SQL dump"),
    ],
    ids=["blank lines", "commas and quotes", "names and no rows", "blank lines first", "SQL without an end"],
)
def test_no_pattern_stands_still_at_a_short_file(text, told):
    """Each but the third took from minutes to for ever, in one piece, in which no other thread runs."""
    with pytest.raises(TableError, match=told):
        read_here(text.encode(), name="t.csv")


@pytest.mark.slow
def test_a_file_with_a_long_line_is_read_where_it_holds_up_nobody(monkeypatch):
    read = []
    monkeypatch.setattr(aside, "_listen", lambda _process, request, _progress: read.append(request[0]))
    short, long = b"a,b\n1,2\n", b"a,b\r1," + b" " * aside.LONG_LINE + b"x\r3,4\r"
    aside.read_table(short, name="t.csv")
    aside.read_table(long, name="t.csv")
    assert read == [long]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of processor time")
def test_a_file_that_takes_far_too_long_is_told_in_a_sentence(monkeypatch):
    # Whole seconds are counted, of which starting has taken most of one: so none is left.
    monkeypatch.setattr(aside, "most_seconds", lambda _size: -1)
    rows = "".join(f"{k},w{k},{k / 7},x{k % 97}\n" for k in range(1_000_000))
    with pytest.raises(TableError, match="could not be read within -1 seconds of computing"):
        aside.read_table(f"size,word,share,kind\n{rows}".encode(), name="t.csv")


def test_new_rows_longer_than_a_table_has_are_refused_and_blank_ones_told():
    table = read_here(FILE, name="t.csv")
    preparation = prepare(table, suggest(table)).preparation
    with pytest.raises(ValueError, match="has 20,000 characters; rows of at most 10,000"):
        new_rows(b" " * 19_999 + b"x", preparation, name="n.csv")
    with pytest.raises(ValueError, match="size"):
        new_rows(b"\n" * 3000 + b"x", preparation, name="n.csv")
