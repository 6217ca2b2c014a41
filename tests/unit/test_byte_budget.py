"""The budget of bytes that files and tables share, and the turns in which tables are read."""

from __future__ import annotations

import gc
import threading

import pytest

from ui.shared.byte_budget import VARIABLE, Budget, BudgetError, configured, size_of
from ui.shared.machine import Memory
from ui.shared.refusals import MOST, refuse_file, take_refusal
from ui.tables import turns
from ui.tables.session import Reading, _read
from ui.tables.words import TableError

MB = 10**6


def test_bytes_are_held_while_a_block_lasts_and_given_back_whatever_ends_it():
    budget = Budget(100 * MB)
    with pytest.raises(ZeroDivisionError), budget.hold(10 * MB) as more:  # noqa: PT012
        more(20 * MB)
        assert budget.used == 30 * MB
        raise ZeroDivisionError
    assert budget.used == 0


def test_bytes_beyond_the_budget_are_refused_in_a_sentence_with_all_its_numbers():
    budget = Budget(100 * MB)
    budget.elsewhere = lambda: 50 * MB
    with budget.hold(30 * MB) as more:
        with pytest.raises(BudgetError, match=r"80 MB of 100 MB are in use and this file needs about 21 MB"):
            more(21 * MB)
        assert budget.used == 80 * MB
        more(20 * MB)
    with pytest.raises(BudgetError, match=r"This table needs about 101 MB .* may hold 100 MB together"):
        budget.require(101 * MB, "table")


def test_what_is_kept_counts_until_nobody_has_it_any_more():
    budget, thing, freed = Budget(MB), threading.Event(), []
    budget.freed = lambda: freed.append(budget.used)
    budget.keep(thing, 2 * MB)  # it is there: counted, not refused
    assert budget.used == 2 * MB
    del thing
    gc.collect()
    assert (budget.used, freed) == (0, [0])


@pytest.mark.parametrize(("text", "size"), [("2GB", 2e9), ("500 MB", 5e8), ("1.5G", 1.5e9), ("2000000", 2e6)])
def test_a_size_is_read_as_people_write_it(text: str, size: float):
    assert size_of(text, VARIABLE) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "1e9", "10kB", "2 TB"])
def test_what_is_no_size_is_refused_in_a_sentence(text: str):
    with pytest.raises(ValueError, match=f"{VARIABLE} must be a size of at least 1MB.*was given"):
        size_of(text, VARIABLE)


def test_the_budget_is_the_environments_then_the_files_then_a_quarter_of_the_machine(tmp_path, monkeypatch):
    file = tmp_path / "playground.toml"
    monkeypatch.setattr("ui.shared.byte_budget.memory", lambda: Memory(800 * MB, 1))
    assert configured({}, file) == 200 * MB
    file.write_text('[limits]\ntable_memory = "300MB"\n', encoding="utf-8")
    assert configured({}, file) == 300 * MB
    assert configured({VARIABLE: "400MB"}, file) == 400 * MB
    monkeypatch.setattr("ui.shared.byte_budget.memory", lambda: None)
    assert configured({}, tmp_path / "none.toml") == 1000 * MB


# ---------------------------------------------------------------------- tables


CSV = b"size,kind\n" + b"1.5,a\n2.5,b\n" * 50


def test_a_table_is_counted_while_it_lives_and_refused_where_reading_it_would_pass_the_budget(monkeypatch):
    small = Budget(turns.CELL_BYTES * turns.cells(CSV))
    monkeypatch.setattr(turns, "budget", lambda: small)
    own = _read("file", CSV, "t.csv", reading=Reading())
    assert len(CSV) < small.used < 20 * len(CSV)
    with pytest.raises(TableError, match="memory for files and tables is full"):
        _read("file", CSV, "t.csv", reading=Reading())
    del own
    gc.collect()
    assert small.used == 0


@pytest.mark.parametrize(
    ("text", "cells"),
    [("a,b\n1,2\n3,4\n", 8), ("a;b;c\n1,5;2;3\n", 9), ("one line", 1), ("", 1), ("a\tb\n" * 9000, 18_002)],
)
def test_the_cells_of_a_file_are_estimated_from_its_lines(text: str, cells: int):
    assert turns.cells(text.encode()) == cells


def test_tables_are_read_one_at_a_time_and_who_waits_is_told(monkeypatch):
    monkeypatch.setattr(turns, "LOOK_SECONDS", 0.001)
    inside, leave, told = threading.Event(), threading.Event(), threading.Event()

    def reads() -> None:
        with turns.turn():
            inside.set()
            assert leave.wait(10)

    def waits() -> None:
        with turns.turn(b"", lambda _share, text: told.set() if "yours comes next" in text else None):
            assert leave.is_set()

    threads = [threading.Thread(target=work) for work in (reads, waits)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    assert told.wait(10)
    leave.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_why_a_file_was_refused_is_told_once_and_to_its_own_session():
    for number in range(MOST + 1):
        refuse_file(f"s{number}", "full")
    assert take_refusal("s0") == ""
    assert [take_refusal("s1"), take_refusal("s1")] == ["full", ""]
    for number in range(2, MOST + 1):
        assert take_refusal(f"s{number}") == "full"
