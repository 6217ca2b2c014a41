"""Tables whose cells are parted, placed, encoded or spelled in ways that readers of tables do not know."""

from __future__ import annotations

import contextlib
import random
import tracemalloc

import numpy as np
import pytest

from nncore.data.row_files import open_rows
from ui.tables import TableError, prepare, read_table, suggest
from ui.tables.program import table_sections

NAMES = ("name", "age", "score", "kind")


def rows(count: int = 40) -> list[tuple[str, ...]]:
    rng = random.Random(7)
    people = ("Anna Maria", "Bo", "Cecilia Jo", "Dee von Ahn")
    return [
        (rng.choice(people), f"{rng.randint(18, 80)}", f"{rng.uniform(0, 100):.2f}", rng.choice("xyz"))
        for _ in range(count)
    ]


def joined(sign: str) -> str:
    return "".join(f"{sign.join(row)}\n" for row in (NAMES, *rows()))


def in_columns() -> str:
    return "".join(f"{name:<13}{age:>5} {score:>8}  {kind}\n" for name, age, score, kind in (NAMES, *rows()))


def framed() -> str:
    return "".join(f"│ {' │ '.join(row)} │\n" for row in (NAMES, *rows()))


def respelled(start: int, point: str) -> str:
    digits = {ord("0") + digit: chr(start + digit) for digit in range(10)} | {ord("."): point}
    head = ",".join(NAMES)
    return "".join(
        f"{line}\n" for line in (head, *(",".join(cell.translate(digits) for cell in row) for row in rows()))
    )


FILES: dict[str, tuple[bytes, str]] = {
    "control.txt": (joined("\x01").encode(), "“\\u0001” parts the cells of this file"),
    "unit.txt": (joined("\x1f").encode(), "“\\u001f” parts the cells of this file"),
    "broken.txt": (joined("¦").encode(), "“¦” parts the cells of this file"),
    "broken_windows.txt": (joined("¦").encode("cp1252"), "“¦” parts the cells of this file"),
    "colons.dat": (joined("::").encode(), "“::” parts the cells of this file"),
    "bars.txt": (joined("||").encode(), "“||” parts the cells of this file"),
    "wide_commas.csv": (joined("，").encode(), "“，” parts the cells of this file"),
    "wide_spaces.txt": (joined("\u3000").encode(), "“\\u3000” parts the cells of this file"),
    "slashes.txt": (joined(" / ").encode(), "“ / ” parts the cells of this file"),
    "arrows.txt": (joined("->").encode(), "“->” parts the cells of this file"),
    "frame.txt": (f"┌───┐\n{framed()}└───┘\n".encode(), ""),
    "fixed.txt": (in_columns().encode(), "The columns have a fixed width"),
    "arabic.csv": (respelled(0x660, "\u066b").encode(), "Digits of another script are read as 0 to 9"),
    "full_width.csv": (respelled(0xFF10, "\uff0e").encode(), "Digits of another script are read as 0 to 9"),
    "marked.csv": (joined(",\u200e").encode(), "unseen marks are left out"),
    "utf32.csv": (joined(",").encode("utf-32"), ""),
    "utf32_little.csv": (joined(",").encode("utf-32-le"), ""),
    "utf32_big.csv": (joined(",").encode("utf-32-be"), ""),
    "below.csv": (
        "".join(f"{','.join(row)}\n" for row in (*rows(), NAMES)).encode(),
        "The names stand below the rows, in row 41.",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_read_told_and_read_alike_by_new_rows_and_programs(
    name: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    content, told = FILES[name]
    with open(name, "wb") as file:
        file.write(content)
    table = read_table(name)
    assert tuple(column.name for column in table.columns) == NAMES
    assert list(table.frame().itertuples(index=False, name=None)) == [
        (person, int(age), pytest.approx(float(score)), kind) for person, age, score, kind in rows()
    ]
    assert told in " ".join((table.layout.told, *table.notes))
    prepared = prepare(table, suggest(table))
    space: dict = {}
    for section in table_sections(table, prepared, told=False):
        exec(compile(section.code, section.title, "exec"), space)
    assert np.array_equal(space["X_train"], prepared.data.X)
    answered = open_rows(content, prepared.preparation)
    block = next(answered.blocks())
    inputs, problems = answered.inputs(block)
    assert problems == []
    assert len(block.rows) == 40
    found = dict(zip(block.rows, inputs, strict=True))
    assert np.array_equal([found[row] for row in prepared.train_rows], prepared.data.X)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("a||kind|b\n" * 6, 4),  # an empty cell between bars
        ("std::vector,5,3\n" * 6, 3),
        ("§ 5,2,x\n" * 6, 3),
        ("item#1\n" * 6, 1),
        ("3/4 / x,2,3\n" * 6, 3),
        ("".join(f"{'word ' * (row % 3 + 1)}\n" for row in range(9)), 1),  # sentences
    ],
)
def test_signs_that_may_stand_in_texts_part_nothing(text: str, width: int) -> None:
    assert len(read_table(text.encode()).columns) == width


def test_a_slip_in_the_last_row_is_no_line_of_names() -> None:
    body = "".join(f"n{row},{row * row % 7}\n" for row in range(20))
    table = read_table(f"{body}Bob,unknown\n".encode())
    assert (table.layout.header, table.n_rows) == (False, 21)


@pytest.mark.parametrize(
    ("pair", "difference"),
    [(("<=50K", "<=50K."), "a full stop"), (("New York", "New-York"), "spaces or dashes"),
     (("No", "no"), "capitals")],
)  # fmt: skip
def test_classes_that_differ_by_next_to_nothing_are_told(pair: tuple[str, str], difference: str) -> None:
    body = "".join(f"{row},{(*pair, 'Other')[row % 3]}\n" for row in range(30))
    remarks = " ".join(read_table(f"x,town\n{body}".encode()).column("town").remarks())
    assert f"“{pair[0]}”, “{pair[1]}” differ in {difference} alone" in remarks


def test_blood_groups_differ_in_more_than_a_sign() -> None:
    body = "".join(f"{row},{('A+', 'A-', 'A', 'AB-')[row % 4]}\n" for row in range(40))
    assert "differ in" not in " ".join(read_table(f"x,group\n{body}".encode()).column("group").remarks())


@pytest.mark.parametrize("name", ["a header of 1 MB", "a small file with a cell of 10 kB"])
def test_what_is_odd_in_size_takes_little_beside_its_file(name: str) -> None:
    wide = ",".join(f"c{number}" for number in range(120_000))
    long = "id,text,y\n" + "".join(f"{row},{'x' * 10_000 * (row == 9)},{row % 2}\n" for row in range(200))
    content, most = {
        "a header of 1 MB": (f"{wide}\n{wide}\n".encode(), 2.0),
        "a small file with a cell of 10 kB": (long.encode(), 14.0),  # pandas takes five times the file
    }[name]
    assert len(content) < 2_000_000
    tracemalloc.start()
    try:
        with contextlib.suppress(TableError):
            read_table(content)
        assert tracemalloc.get_traced_memory()[1] <= most * len(content)
    finally:
        tracemalloc.stop()


def test_far_too_many_columns_are_refused_as_such() -> None:
    with pytest.raises(TableError, match="The table has 30,000 columns; at most 1,000 are read"):
        read_table((",".join(["c"] * 30_000) + "\n").encode() * 3)


def test_rows_that_are_too_short_where_spaces_part_cells_are_told() -> None:
    def notes(sep: str, city: str, last: str = "") -> str:
        lines = "".join(f"{row}.5{sep}{('Rome', city)[row % 3 % 2]}{sep}{row % 2}\n" for row in range(24))
        return " ".join(read_table(f"a{sep}city{sep}y\n{lines}{last}".encode()).notes)

    said = "1 row with fewer values than there are columns, the first is row 26: what stands there may be in"
    assert said in notes(" ", "Oslo", "7.5 1\n")
    assert "with fewer values" not in notes(" ", "Oslo") + notes(" ", "Oslo", "7.5 Rome ?\n")
    assert "with fewer values" not in notes(",", "Oslo", "7.5,Rome\n")  # there an empty cell may be meant
    some = notes(" ", "Oslo", "7.5 Rome ?\n7.5 1\n")
    assert "1 row with fewer values than there are columns: what stands" in some
