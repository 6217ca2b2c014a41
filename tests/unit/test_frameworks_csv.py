"""Tables on the Frameworks page: read as on the page of own data, made ready in the same way, and told."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nncore import Experiment
from nncore.frameworks import train
from nncore.frameworks.programs import program
from ui.compare.csv_choice import SAMPLE, sample_table, what_was_done
from ui.tables import Prepared, Table, TableError, prepare, read_table, suggest
from ui.tables.program import table_of

SAMPLES = Path(__file__).parents[2] / "samples"


def ready(content: bytes) -> tuple[Table, Prepared]:
    table = read_table(content, name="t.csv")
    return table, prepare(table, suggest(table))


@pytest.mark.parametrize("name", ["diabetes_like", "iris", "house_prices"])
def test_the_same_table_has_the_same_loss_in_the_frameworks_and_on_the_page_of_own_data(name: str) -> None:
    table = read_table(SAMPLES / f"{name}.csv")
    prepared = prepare(table, suggest(table))
    experiment = Experiment.default("own").replace(epochs=5)
    training = experiment.training(prepared.data)
    training.advance()
    given = table_of(table, prepared)
    for library in ("nncore", "sklearn"):
        run = train(experiment, library, data=given.data)
        assert run.train_errors[-1] == pytest.approx(training.history["train_errors"][-1], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["house_prices", *(pytest.param(name, marks=pytest.mark.long) for name in ("iris", "diabetes_like"))],
)
def test_the_program_of_a_table_ends_at_the_pages_loss(name: str, tmp_path: Path) -> None:
    table = read_table(SAMPLES / f"{name}.csv")
    ready_table = table_of(table, prepare(table, suggest(table)))
    experiment = Experiment.default("own").replace(epochs=5)
    script = tmp_path / "program.py"
    script.write_text(program(experiment, "sklearn", table=ready_table).script(), encoding="utf-8")
    shutil.copy(SAMPLES / table.name, tmp_path)
    answer = subprocess.run(
        [sys.executable, "-W", "error", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    found = re.search(r"^training loss (\S+)$", answer.stdout, re.MULTILINE)
    assert found
    own = train(experiment, "nncore", data=ready_table.data)
    assert float(found[1]) == pytest.approx(own.train_errors[-1], abs=1e-9)


def test_a_plain_table_has_a_plain_program() -> None:
    table = read_table(SAMPLES / "iris.csv")
    code = table_of(table, prepare(table, suggest(table))).sections[0].code
    assert "table = pd.read_csv(FILE)" in code
    assert len(code.splitlines()) < 15


def test_the_page_opens_with_the_lectures_table() -> None:
    table = sample_table()
    assert (table.name, table.n_rows, suggest(table).target) == (SAMPLE.name, 768, "outcome")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "mac_roman"])
def test_a_table_in_any_encoding_is_the_same(encoding: str) -> None:
    rows = "".join(f"{k % 7};Müller {k % 3};{k % 2}\n" for k in range(20))
    table, prepared = ready(f"Größe;Name;y\n{rows}".encode(encoding))
    assert prepared.choices.features == ("Größe", "Name")
    assert table.column("Name").categories == ("Müller 0", "Müller 1", "Müller 2")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04\0\0", "Excel workbook"),
        (b"", "is empty"),
        (b"a\n1\n", "single column"),
        (b"a,b\n", "a header but no rows"),
        (b"x" * 300_000 + b",b\n1,2\n", "no table of text"),
        (b"a,b\n1,2\n3,4,5\n", "Row 3 has 3 values, but there are 2 columns"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "Row 3 opens a quotation mark that is never closed"),
    ],
)
def test_what_is_no_table_is_refused_as_on_the_page_of_own_data(content: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        ready(content)


def test_a_table_without_names_is_read_from_its_first_row_on() -> None:
    table, prepared = ready("".join(f"{k / 7:.2f},{k % 5},{'ab'[k % 2]}\n" for k in range(20)).encode())
    assert (table.n_rows, prepared.choices.target) == (20, "column 3")


SIGNED = "share;price;amount;weight;sick\n" + "".join(
    f"{k},5 %;€ {k + 1}.{100 + k},50;{k + 1}\u00a0000;{k} {'kg' if k % 2 else 'g'};{k % 2}\n"
    for k in range(12)
)


def test_what_was_done_to_a_table_is_said() -> None:
    table, prepared = ready(SIGNED.encode())
    told = what_was_done(table, prepared)
    assert "Column “share”: “%” after the number: left out. “0,5 %” is read as 0.5." in told
    rows = "".join(f"{k},5;2024-01-{k + 1:02d};ward {k % 3};{k % 2}\n" for k in range(20))
    table, prepared = ready(f"size;day;ward;sick\n{rows}?;2024-01-01;ward 1;1\n".encode())
    told = " ".join(what_was_done(table, prepared))
    assert "Column “size”: “?” (1 time) counts as missing." in told
    assert "Column “day” holds dates: they are counted in days." in told
    assert "Column “size”: 1 missing (first in row 22), filled with the median" in told
    table, prepared = ready(b"a,b\n" + b"1.5,0\n2.5,1\n3,0\n4,1\n" * 3)
    assert what_was_done(table, prepared) == ()


def test_a_program_is_told_apart_by_what_its_table_holds() -> None:
    first, again = (table_of(*ready(b"a,b\n" + b"1,0\n2,1\n3,0\n4,1\n" * 3)) for _ in range(2))
    other = table_of(*ready(b"a,b\n" + b"1,0\n2,1\n3,0\n5,1\n" * 3))
    assert first == again
    assert first != other
    assert np.array_equal(first.data.X, again.data.X)
