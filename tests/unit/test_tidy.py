"""What stands around the cells of a line is taken off, and only where all lines have it."""

from __future__ import annotations

import pytest

from nncore.data.tidy import Tidying, find_tidying, tidy_lines
from ui.tables import read_table


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["a,b", "1,2", "3,4", "5,6"], Tidying()),
        (["review", '"good, very"', '"bad, really"', '"so, so"'], Tidying()),
        (['"a,b"', '"1,2"', '"3,4"', '"5,6"'], Tidying(wrapped=True)),
        (["a;b", '"1;2"', '"3;4"', '"5;6"'], Tidying(wrapped=True)),
        (['"a","b"', '"1","2"', '"3","4"', '"5","6"'], Tidying()),
        (["+---+---+", "| a | b |", "+---+---+", "| 1 | 2 |", "| 3 | 4 |"], Tidying(ruled=True, barred=True)),
        ([" a | b", "---+---", " 1 | 2", " 3 | 4"], Tidying(ruled=True)),
        (["a|b", "--|--", "1|2", "3|--"], Tidying()),
    ],
)
def test_what_stands_around_cells_is_found(lines: list[str], found: Tidying) -> None:
    assert find_tidying(lines) == found


def test_a_line_that_is_left_out_keeps_its_place() -> None:
    lines = ["+---+", "| 1 |\r\n", '"x ""y"""', "2\x1a"]
    assert tidy_lines(lines, ruled=True, barred=True, wrapped=True, ended=True) == ["", " 1 ", 'x "y"', "2"]


def test_rows_keep_their_numbers() -> None:
    text = (
        "+---+---+\n| a | y |\n+---+---+\n"
        + "".join(f"| {k} | {k % 2} |\n" for k in range(9))
        + "+---+---+\n"
    )
    table = read_table(text.encode())
    assert table.rows.tolist() == list(range(4, 13))
    assert table.column("a").values.tolist() == list(range(9))


def test_files_that_were_put_together_have_one_line_of_names() -> None:
    part = "a,kind,y\n" + "".join(f"{k},{'pq'[k % 2]},{k % 2}\n" for k in range(9))
    table = read_table((part * 3).encode())
    assert (table.n_rows, table.column("kind").categories) == (27, ("p", "q"))
    assert table.notes[-1] == "The line of names stands among the rows 2 times more: left out."
