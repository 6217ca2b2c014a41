"""Large tables are read in a process of their own, with the same result and the same refusals."""

from __future__ import annotations

import io
import pickle
import sys

import numpy as np
import pytest

from ui.tables import TableError, aside
from ui.tables import read_table as read_here

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
