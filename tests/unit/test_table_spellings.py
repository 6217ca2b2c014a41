"""Numbers, times and dates as people write them: read by kind, told, alike in programs and new rows."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from nncore.data.row_files import open_rows
from ui.tables import Prepared, Reading, Table, TableError, prepare, read_table, suggest
from ui.tables.columns import Column
from ui.tables.program import table_sections

ROWS = 24
NUMBERS: dict[str, tuple[list[str], list[float]]] = {
    "wide": (["1，230", "2，500", "900", "12，000"], [1230, 2500, 900, 12000]),
    "short": (["1.5M", "300k", "950"], [1.5e6, 300e3, 950]),
    "words": (["$1.5 trillion", "$23.4 billion", "$800 million"], [1.5e12, 23.4e9, 8e8]),
    "german": (["1,5 Mio. €", "2,3 Mrd. €", "4 Tsd. €"], [1.5e6, 2.3e9, 4e3]),
    "chinese": (["65.4万", "1.2亿"], [654e3, 1.2e8]),
    "spread": (["12 ± 0.3 mm", "9.5 +/- 1 mm"], [12, 9.5]),
    "interval": (["10.0 [9.0-11.0]", "9.5 (8.1–10.2)", "-3.5 [-4.0, -2]"], [10, 9.5, -3.5]),
    "flags": (["12.5 b", "13.5", "14.5", "1200.5 ep", "9"], [12.5, 13.5, 14.5, 1200.5, 9]),
    "flag": (["12.5 b", "13.5", "14.5", "7"], [12.5, 13.5, 14.5, 7]),
    "notes": (["755[2]", "1,234[a][b]", "812*", "900"], [755, 1234, 812, 900]),
    "stars": (["0.53***", "-0.1*", "0.2"], [0.53, -0.1, 0.2]),
    "place": (["51.6° N", "12.3° S"], [51.6, -12.3]),
    "about": (["~1,200.5", "ca. 15", "about 7"], [1200.5, 15, 7]),
    "rank": (["1st", "2nd", "13th"], [1, 2, 13]),
    "many": (["5 stars", "1 star"], [5, 1]),
    "indian": (["₹1.5 lakh", "₹2 crore"], [1.5e5, 2e7]),
    "yen": (["7,498円", "12,000円"], [7498, 12000]),
    "thousands": (["55k", "7k"], [55e3, 7e3]),
    "salary": (["14K", "60K"], [14e3, 60e3]),
    "arrow": (["▼ 7.2 %", "▲ 4.6 %"], [-7.2, 4.6]),
    "behind": (["2.414,50-", "7.899,00-"], [-2414.5, -7899]),
    "even": (["38,- €", "39,50 €"], [38, 39.5]),
    "power": (["1.2×10^5", "3.4×10^-3"], [1.2e5, 3.4e-3]),
    "raised": (["1.5·10³", "2.5·10⁻⁴"], [1.5e3, 2.5e-4]),
    "minus power": (["1.2 x 10-3", "4.5 x 10−4"], [1.2e-3, 4.5e-4]),
    "fortran": (["1.2D+05", "3.4D-02"], [1.2e5, 3.4e-2]),
    "dash": (["–5", "3", "–12.5"], [-5, 3, -12.5]),
    "at least": (["10+ years", "< 1 year", "3 years"], [10, 1, 3]),
    "array": (["[0.5]", "[-1.25e-1]"], [0.5, -0.125]),
    "numpy": (["np.float64(0.5)", "np.float64(1.25)"], [0.5, 1.25]),
    "tensor": (["tensor(0.5)", "tensor(-1.25)"], [0.5, -1.25]),
    "bytes": (["1.5 GB", "350 MB", "12 KB"], [1.5e9, 350e6, 12e3]),
    "rating": (["4.1/5", "3/5"], [4.1, 3]),
    "mark": (["14 / 20", "9,5 / 20"], [14, 9.5]),
    "nought": (["$-", "$1,200.50", "$ -"], [0, 1200.5, 0]),
    "no currency": (["$2.99", "0", "$0.99"], [2.99, 0, 0.99]),
    "lengths": (["35 cm", "1.5 m", "4 mm"], [0.35, 1.5, 0.004]),
}
TIMES: dict[str, tuple[list[str], list[float], str]] = {
    "clock": (["3:05 PM GMT+1", "11:10 AM GMT+1"], [905, 670], "minutes"),
    "Uhr": (["17.54 Uhr", "8.30 Uhr"], [1074, 510], "minutes"),
    "zone": (["17:54:30 CET", "08:30:00 CET"], [1074.5, 510], "minutes"),
    "quarter": (["1. Quartal 2015", "4. Quartal 2015"], [540, 549], "months"),
    "trimestre": (["T1 2015", "T2 2015"], [540, 543], "months"),
    "height": (["5'11\"", "6'0\""], [71, 72], "inches"),
    "players": (["5'11", "6'0"], [71, 72], "inches"),
    "mês": (["fev/22", "dez/22"], [625, 635], "months"),
    "lap": (["1'05\"", "2'48.5\""], [65, 168.5], "seconds"),
    "degrees": (
        ["7°15'0\"N", *(f"8°{minute}'{minute * 7 % 60}\"S" for minute in range(1, ROWS))],
        [7.25, *(-8 - minute / 60 - minute * 7 % 60 / 3600 for minute in range(1, ROWS))],
        "degrees",
    ),
}
DATES: dict[str, list[str]] = {
    "spanish": ["2 de marzo de 2023", "3 de marzo de 2023"],
    "russian": ["2 марта 2023", "3 марта 2023"],
    "ordinal": ["Mar 2nd, 2023", "March 3rd, 2023"],
    "french": ["2 mars 2023", "3 mars 2023"],
    "dutch": ["2 mrt 2023", "3 mrt 2023"],
    "date": ["202303020000", "202303030000"],
    "stamp": ["2023-03-02 00:00 CET", "2023-03-03 00:00 CET"],
    "mail": ["Thu, 02 Mar 2023 00:00:00 +0000", "Fri, 03 Mar 2023 01:00:00 +0100"],
    "message": ["Thu Mar 02 00:00:00 +0000 2023", "Fri Mar 03 00:00:00 +0000 2023"],
    "clock": ["Thu Mar  2 00:00:00 2023", "Fri Mar  3 00:00:00 2023"],
    "browser": ["Thu Mar 02 2023 00:00:00 GMT+0100 (CET)", "Fri Mar 03 2023 00:00:00 GMT+0100 (CET)"],
    "log": ["2023-03-02 00:00:00,000", "2023-03-03 00:00:00,000"],
}


def table_of(columns: dict[str, list[str]]) -> bytes:
    """Return a file in which these cells stand below each other again and again, and a target beside them."""
    lines = ["\t".join([*columns, "x", "y"])]
    for row in range(ROWS):
        cells = [cells[row % len(cells)].replace('"', '""') for cells in columns.values()]
        lines.append(
            "\t".join([*(f'"{cell}"' for cell in cells), f"{row * row % 7}.5", "ab"[row * row % 3 % 2]])
        )
    return "\n".join(lines).encode()


def column_of(cells: list[str]) -> Column:
    return read_table(table_of({"v": cells})).column("v")


def same_everywhere(content: bytes, table: Table, *, missing: int = 0) -> None:
    """Hold the program and the reader of new rows to the rows that the network learns from."""
    prepared = same_in_program(content, table)
    file = open_rows(content, prepared.preparation)
    block = next(file.blocks(ROWS + 1))
    inputs, problems = file.inputs(block)
    assert [told.endswith("median of the training rows is taken") for _, told in problems] == [True] * missing
    found = dict(zip(block.rows, inputs, strict=True))
    for rows, learned in ((prepared.train_rows, prepared.data.X), (prepared.val_rows, prepared.data.X_val)):
        assert np.array_equal([found[row] for row in rows], learned)


def same_in_program(content: bytes, table: Table) -> Prepared:
    """Hold the program to the rows that the network learns from, and return those."""
    prepared = prepare(table, suggest(table))
    space: dict[str, object] = {}
    with TemporaryDirectory() as folder, chdir(folder):
        Path(table.name).write_bytes(content)
        for section in table_sections(table, prepared, told=False):
            exec(compile(section.code, section.title, "exec"), space)
    assert np.array_equal(space["X_train"], prepared.data.X)
    assert np.array_equal(space["X_val"], prepared.data.X_val)
    return prepared


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_read_as_a_careful_reader_would_and_told(name: str) -> None:
    cells, expected = NUMBERS[name]
    table = read_table(table_of({"v": cells}))
    column = table.column("v")
    assert column.kind == "number"
    assert column.values[: len(cells)].tolist() == pytest.approx(expected, rel=1e-12)
    assert f"“{cells[0]}” is read as {expected[0]:.15g}" in " ".join(table.notes)


@pytest.mark.parametrize(
    "cells",
    [["14K", "18K"], ["3M", "6M", "12M"], ["12A", "12B", "14K"], ["1B", "2B", "3B"], ["51° O", "12° O"],
     ["1/5", "1/10"], ["0/3", "2/3"], ["12 b", "13 c", "7"], ["0", "4 kg", "$3"],
     ["Mark 10", "Mark 12"], ["Set 10", "Set 33"], ["Major 2001", "Marker 2002"]],
)  # fmt: skip
def test_what_may_be_carats_months_or_seats_stays_a_text(cells: list[str]) -> None:
    assert column_of(cells).kind == "text"


@pytest.mark.parametrize("name", TIMES)
def test_a_time_is_counted_in_its_unit(name: str) -> None:
    cells, expected, unit = TIMES[name]
    column = column_of(cells)
    assert column.kind == "number"
    assert column.values[: len(cells)].tolist() == pytest.approx(expected)
    assert f"counted in {unit}" in " ".join(column.remarks())


@pytest.mark.parametrize("name", DATES)
def test_a_date_is_counted_in_days(name: str) -> None:
    column = read_table(table_of({name: DATES[name]})).column(name)
    assert column.kind == "date"
    assert column.values[:2].tolist() == [19418, 19419]


@pytest.mark.parametrize("cells", [["2023-W09", "2023-W10"], ["KW 09/2023", "KW 10/2023"]])
def test_weeks_are_counted_on_from_year_to_year(cells: list[str]) -> None:
    column = column_of([*cells, cells[0].replace("2023", "2024")])
    assert np.diff(column.values[:3]).tolist() == pytest.approx([1, 51.1775], abs=1e-3)


def test_programs_and_new_rows_read_them_alike(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    every = {name: cells for name, (cells, _) in NUMBERS.items() if name not in ("german", "even", "behind")}
    every |= {name: cells for name, (cells, _, _) in TIMES.items()} | DATES
    for columns in (every, {name: NUMBERS[name][0] for name in ("german", "even", "behind")}):
        content = table_of(columns)
        with open("table.tsv", "wb") as file:
            file.write(content)
        table = read_table("table.tsv")
        assert {column.kind for column in table.columns[:-1]} <= {"number", "date"}
        same_everywhere(content, table)


@pytest.mark.parametrize(
    "word",
    [
        "n/d",
        "нет данных",
        "欠損",
        "不明",
        "sin datos",
        "N.A.",
        "fehlend",
        "n.v.",
        "(blank)",
        "[null]",
        "[c]",
        "无",
    ],
)
def test_a_word_that_says_missing_in_its_language_is_missing_among_numbers(word: str) -> None:
    column = column_of(["1.5", "2", "3", "4", word])
    assert column.kind == "number"
    assert column.words == ((word, 4),)
    assert column_of(["oui", "non", word]).kind == "text"


# --- What stands around the rows


def test_a_total_at_the_end_leaves_no_text_behind() -> None:
    rows = "".join(f"R{row % 4},{row},{row * row % 7}\n" for row in range(ROWS))
    table = read_table(f"region,sales,cost\n{rows}Total,276,70\n".encode())
    assert table.column("region").categories == ("R0", "R1", "R2", "R3")
    report = " ".join(prepare(table, suggest(table)).report)
    assert "“region”: 4 texts become one 0/1 input each" in report
    assert "Total" not in report


def test_quotes_behind_backslashes_belong_to_their_text(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    lines = [
        f'"say \\"{"ab"[row % 2]}\\", so",{row * row % 7}.5,{"pq"[row % 3 % 2]}\n' for row in range(ROWS)
    ]
    content = f"said,x,y\n{''.join(lines)}".encode()
    with open("table.tsv", "wb") as file:
        file.write(content)
    table = read_table("table.tsv")
    assert table.column("said").categories == ('say "a", so', 'say "b", so')
    same_everywhere(content, table)


def test_a_path_that_ends_in_a_backslash_is_no_quote() -> None:
    rows = "".join(f'"C:\\dir{row % 3}\\",{row}\n' for row in range(ROWS))
    assert read_table(f"path,x\n{rows}".encode()).column("path").categories[0] == "C:\\dir0\\"


def test_where_another_table_begins_is_said() -> None:
    with pytest.raises(TableError, match=r"Row 9 has more values .* perhaps another table begins there"):
        read_table(("a,b,y\n" + "1,2,p\n" * 6 + "\nname,phone,city,street\nn,1,c,s\n").encode())


@pytest.mark.parametrize(
    ("yes", "no"),
    [("ja", "nein"), ("Ja", "Nee"), ("да", "нет"), ("igen", "nem"), ("ano", "ne"), ("ΝΑΙ", "ΟΧΙ"), ("J", "N"),
     ("yes", "no"), ("oui", "non"), ("sí", "no"), ("tak", "nie"), ("はい", "いいえ"), ("ИСТИНА", "ЛОЖЬ"),
     ("DOĞRU", "YANLIŞ"), ("✓", "✗"), ("是", "否"), ("+", "-"), ("+", "–")],
)  # fmt: skip
def test_the_second_of_two_classes_is_yes_in_every_language_and_in_programs(
    yes: str, no: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["a;y", *(f"{row}.5;{(yes, no)[row * row % 3 % 2]}" for row in range(ROWS))]
    content = "\n".join(lines).encode()
    table = read_table(content)
    prepared = prepare(table, suggest(table))
    assert prepared.classes == (no, yes)
    monkeypatch.chdir(tmp_path)
    (tmp_path / table.name).write_bytes(content)
    space: dict[str, object] = {}
    with TemporaryDirectory() as folder, chdir(folder):
        Path(table.name).write_bytes(content)
        for section in table_sections(table, prepared, told=False):
            exec(compile(section.code, section.title, "exec"), space)
    assert np.array_equal(space["t_train"], prepared.data.t)


@pytest.mark.parametrize("column", [["7.1%", "(2%)"], ["$ 12", "$ 3"], ["215k", "1.2M"], ["2/7", "3/9"]])
def test_a_column_called_like_one_of_its_classes_has_a_name_where_numbers_with_signs_stand_beside_it(
    column: list[str],
) -> None:
    rows = "".join(f"{column[row % 2]},{('up', 'down')[row * row % 3 % 2]}\n" for row in range(ROWS))
    table = read_table(f"amount,up\n{rows}".encode())
    assert ([one.name for one in table.columns], table.n_rows) == (["amount", "up"], ROWS)
    bare = read_table(f"unknown,up\n{rows}".encode())  # a slip in the first row is no name
    assert (bare.layout.header, bare.n_rows) == (False, ROWS + 1)


@pytest.mark.parametrize("error", ["Err:502", "#¡VALOR!", "#VALORE!", "#LICZBA!", "#ЗНАЧ!", "#SPILL!"])
def test_what_a_spreadsheet_writes_for_an_error_is_missing_among_numbers(error: str) -> None:
    column = column_of(["2.5", "3.25", error])
    assert (column.kind, column.words) == ("number", ((error, ROWS // 3),))


def test_a_gap_behind_the_first_is_a_time() -> None:
    column = column_of(["+0:47", "+1:02", "0:00"])
    assert column.values[:3].tolist() == [47, 62, 0]
    assert column_of(["+0:00:47.5", "+1:00:02.0"]).values[:2].tolist() == [47.5, 3602]


def test_what_excel_keeps_a_text_by_a_formula_is_what_stands_in_it() -> None:
    lines = ["code;a;y", *(f'="0{row % 7}";="{row}.25";{"pq"[row * row % 3 % 2]}' for row in range(ROWS))]
    content = "\n".join(lines).encode()
    table = read_table(content)
    assert table.column("a").values[:3].tolist() == [0.25, 1.25, 2.25]
    prepared = prepare(table, suggest(table))
    block = next(open_rows(content, prepared.preparation).blocks())
    assert open_rows(content, prepared.preparation).inputs(block)[1] == []
    same_everywhere(content, table)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("euc_jp", ["名前", "種類", "みかん", "東京"]),
        ("gb18030", ["名称", "类别", "苹果", "上海"]),
        ("gb18030", ["姓名", "涨幅", "¥69.0万", "李"]),
        ("cp1253", ["ΠΟΛΗ", "ΕΙΔΟΣ", "ΑΘΗΝΑ", "ΠΑΤΡΑ"]),
        ("cp1253", ["Πόλη", "Είδος", "Αθήνα", "Πάτρα"]),
        ("cp1251", ["ГОРОД", "ВИД", "МОСКВА", "КАЗАНЬ"]),
        ("koi8_r", ["Город", "Вид", "Москва", "Тверь"]),
        ("koi8_r", ["город", "вид", "москва", "тверь"]),
    ],
)
def test_letters_are_those_of_their_language(encoding: str, names: list[str]) -> None:
    first, second, *cells = names
    lines = [
        f"{first},{second},n",
        *(f"{cells[row % 2]},{cells[1 - row % 2]},{row}.5" for row in range(ROWS)),
    ]
    table = read_table("\n".join(lines).encode(encoding))
    assert [column.name for column in table.columns] == [first, second, "n"]
    assert set(table.column(first).categories) == set(cells)


def test_colons_part_cells_where_nothing_else_does_and_they_are_no_times() -> None:
    parted = read_table("\n".join(["a:b:y", *(f"0.{row}7:{row % 7}:p" for row in range(ROWS))]).encode())
    assert [column.name for column in parted.columns] == ["a", "b", "y"]
    times = read_table("\n".join(["start", *(f"10:{row:02d}:30" for row in range(10, ROWS))]).encode())
    assert [column.name for column in times.columns] == ["start"]
    stamps = read_table("\n".join(["at", *(f"2024-01-01 10:{row}:30 x" for row in range(10, ROWS))]).encode())
    assert len(stamps.columns) == 1


def test_what_qualtrics_writes_below_the_names_is_no_data() -> None:
    ids = ",".join(f'"{{""ImportId"":""Q{number}""}}"' for number in range(3))
    lines = ["Q0,Q1,Q2", "When,How old?,Happy?", ids, *(f"a,{row},Yes" for row in range(ROWS))]
    table = read_table("\n".join(lines).encode())
    assert (table.n_rows, table.rows[0]) == (ROWS, 4)
    assert table.column("Q2").categories == ("Yes",)
    assert "Row 2 describes the columns" in table.layout.told


def test_a_second_byte_order_mark_is_no_part_of_a_name() -> None:
    table = read_table("\ufeff\ufeffa,b\n1,2\n3,4\n".encode())
    assert [column.name for column in table.columns] == ["a", "b"]


def test_numbers_that_all_stand_in_brackets_are_asked_about() -> None:
    content = table_of({"v": ["(0.682)", "(1,250.5)", "(0.033)"]})
    column = read_table(content).column("v")
    assert column.kind == "text"
    assert column.doubt is not None
    assert column.doubt.readings()[0] == ("(0.682)", -0.682, 0.682)
    for way, expected in ((column.doubt.taken, -1250.5), (column.doubt.other, 1250.5)):
        table = read_table(content, reading=Reading(written={"v": way}))
        assert table.column("v").values[1] == pytest.approx(expected)
        same_everywhere(content, table)


@pytest.mark.parametrize("empty", ["0000-00-00", "9999-12-31"])
def test_what_a_database_keeps_where_there_is_no_date_is_missing(empty: str) -> None:
    content = table_of({"when": ["2023-03-02", empty, "2023-03-03", "2021-05-06", "2022-01-07"]})
    table = read_table(content)
    column = table.column("when")
    assert (column.kind, column.words) == ("date", ((empty, column.missing.count),))
    same_everywhere(content, table, missing=column.missing.count)


def test_a_word_among_dates_is_named_and_may_be_taken_as_missing() -> None:
    content = table_of({"when": ["2023-03-02", "ongoing", "2023-03-03", "2021-05-06", "2022-01-07"]})
    column = read_table(content).column("when")
    assert [word for word, _ in column.suspects] == ["ongoing"]
    assert read_table(content, reading=Reading(missing=("ongoing",))).column("when").kind == "date"


@pytest.mark.parametrize("columns", ["400.5,401.5,402.5,403.5", "400.12,401.55,402.6,404.1", "0,0.5,1,1.5"])
def test_columns_may_be_called_by_what_was_set_where_they_were_measured(columns: str) -> None:
    cells = ("0.3,0.1,0.7,0.2", "0.9,0.1,0.3,0.8", "0.4,0.6,0.5,0.1")
    rows = [f"s{row},{cells[row % 3]},{'pq'[row % 2]}" for row in range(ROWS)]
    table = read_table("\n".join([f"sample,{columns},label", *rows]).encode())
    assert [column.name for column in table.columns] == ["sample", *columns.split(","), "label"]
    assert suggest(table).target == "label"
    # Without names beside them the same numbers are measurements.
    assert not read_table("\n".join([f"s,{columns},p", *rows]).encode()).layout.header


@pytest.mark.parametrize(
    ("end", "left_out"),
    [
        ("EOF\n", 1),
        ("mean,4.5,\nstd,2.1,\n", 2),
        ("(24 rows affected)\n", 1),
        ("Durchschnitt,4.5,\n", 1),
        ("Promedio,4.5,\nSuma,90,\n", 2),
        ("合计,90,\n", 1),
        ("7.5,3,p\n", 0),
    ],
)
def test_what_stands_below_a_table_is_no_row_of_it(end: str, left_out: int) -> None:
    rows = "".join(f"{row % 7}.5,{row * row % 5},{'pq'[row % 2]}\n" for row in range(ROWS))
    assert read_table(f"a,b,y\n{rows}{end}".encode()).layout.foot == left_out
    spaced = f"a b y\n{rows}{end}".replace(",", " ")
    assert read_table(spaced.encode()).layout.foot == left_out


def test_a_last_name_that_might_be_a_statistic_is_a_name() -> None:
    rows = "".join(f"{name},{row % 7}\n" for row, name in enumerate(["Ann", "Bob", "Eve", "Tim"] * 5))
    assert read_table(f"name,b\n{rows}Max,3\n".encode()).layout.foot == 0


@pytest.mark.parametrize(
    ("end", "left_out"),
    [
        ("Source: Office, 2023, table 4, page 7\n", 1),
        ("\nTotals: 1, 2, 3, 4\nNotes, too, have, commas, inside\n\n", 2),
        ("__________\n(C)opyright Office, 2023, all, rights\n", 2),
    ],
)
def test_what_stands_below_a_table_is_left_out_however_many_commas_it_has(end: str, left_out: int) -> None:
    content = (
        "a,b,y\n" + "".join(f"{row}.5,{row * 7 % 5},{'pq'[row % 2]}\n" for row in range(ROWS)) + end
    ).encode()
    table = read_table(content)
    assert (table.n_rows, table.column("y").categories) == (ROWS, ("p", "q"))
    assert f"The last {'row is' if left_out == 1 else '2 rows are'} no data: left out." in table.notes
    same_in_program(content, table)
    with pytest.raises(TableError, match=f"Row {ROWS + 2} has"):
        read_table(content[: -len(end)] + b"1,2,3,4\n")


def test_a_frame_that_pandas_printed_is_a_table() -> None:
    rows = "".join(f"{row:<6} {row}.5 {row * 3 % 7:>4}  {'pq'[row % 2]}\n" for row in range(ROWS))
    content = f"           a    b  y\n{rows}\n[{ROWS} rows x 3 columns]\n".encode()
    table = read_table(content)
    assert (table.n_rows, suggest(table).features) == (ROWS, ("a", "b"))
    same_in_program(content, table)


def test_a_first_row_of_numbers_with_marks_behind_is_data() -> None:
    rows = "".join(
        f"PC,C{row}\t{row}.5 {'bp'[row % 2] if row % 3 == 0 else ''}\t{row * 7 % 5}\n" for row in range(ROWS)
    )
    assert read_table(f"unit,geo\t2019\t2020\n{rows}".encode()).n_rows == ROWS


def test_a_bracket_at_the_beginning_is_not_yet_json() -> None:
    rows = "".join(f"[0{1 + row % 9}.03.23],{row}.5,{'pq'[row % 2]}\n" for row in range(ROWS))
    assert read_table(rows.encode()).n_rows == ROWS
    with pytest.raises(TableError, match="begins like JSON"):
        read_table(b"[1, 2, 3]\n[4, 5, 6]\n")


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_names_that_stand_among_the_rows_again_may_have_a_mark_in_front(mark: str) -> None:
    rows = "".join(f"{row * 7 % 11}.5,{'pq'[row % 2]}\n" for row in range(ROWS // 2))
    content = f"a,y\n{rows}{mark}a,y\n{rows}".encode()
    table = read_table(content)
    assert (table.n_rows, table.column("a").kind) == (ROWS, "number")
    same_everywhere(content, table)


@pytest.mark.parametrize("line", ["{};;;", '"{}";;', '"{}"'])
def test_what_a_spreadsheet_puts_around_lines_that_it_does_not_cut_is_taken_off(line: str) -> None:
    rows = [f"{row % 7}.5,{row * row % 5},{'pq'[row * row % 3 % 2]}" for row in range(ROWS)]
    content = "\n".join(line.format(row) for row in ["a,b,y", *rows]).encode()
    table = read_table(content)
    assert [column.name for column in table.columns] == ["a", "b", "y"]
    assert table.column("y").categories == ("p", "q")
    same_everywhere(content, table)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["59.91, 10.75", "60.39, 5.32"], True),
        (["120/80", "135/85"], True),
        (["12.3 (4.5)", "10 (3.2)"], True),
        (["(59.9; 10.7)", "(60.3; 5.3)"], True),
        (["59.91,10.75", "60.39,5.32"], True),
        (["18-24", "25-34"], False),
        (["(0,25)", "(1,5)"], False),
        (["12 m", "12 ft"], False),
    ],
)
def test_two_numbers_in_a_cell_are_said_to_want_two_columns(cells: list[str], told: bool) -> None:
    column = column_of(cells)
    assert column.kind == "text"
    assert ("two numbers in each cell" in " ".join(column.remarks())) == told


@pytest.mark.parametrize(("text", "filled", "told"), [("R# Total", "", True), ("R# Total", "p", False)])
def test_rows_that_sum_others_up_in_the_middle_are_named(text: str, filled: str, told: bool) -> None:
    block = (
        "".join(f"R#,{row},{row * row % 5},{'pq'[row % 2]}\n" for row in range(6)) + f"{text},,9,{filled}\n"
    )
    rows = "".join(block.replace("#", str(number)) for number in range(4)) + "R4,7,1,p\n"
    table = read_table(f"region,item,sales,y\n{rows.replace(',,9,p', ',1,9,p')}".encode())
    assert ("Column “region”, row 8: 4 rows such as “R0 Total”" in " ".join(table.notes)) == told
