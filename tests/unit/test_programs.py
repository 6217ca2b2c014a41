"""Generated programs: valid Python for any experiment, nothing unescaped, the page's own rows and loss."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import types
from pathlib import Path

import jinja2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nncore import DATA, Experiment
from nncore.data import FEATURES
from nncore.experiment.fields import HIDDEN_FUNCS, SCHEDULER_NAMES
from nncore.frameworks import LIBRARIES, Unsupported, train
from nncore.frameworks.programs import OwnTable, Section, program
from nncore.frameworks.programs.data_part import FEATURE_SOURCES, data_sections
from nncore.frameworks.programs.sections import sections_of
from nncore.schedules import SCHEDULES
from ui.tables import Choices, TableError, prepare, read_table
from ui.tables.choices import tasks_for
from ui.tables.program import table_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
COLUMNS = ("pregnancies", "glucose", "blood_pressure", "skin_fold", "insulin", "bmi", "pedigree", "age")
NASTY = (
    "quote ' \" \\ \n# --- Split ---\n newline {{ braces }} {% for %} \u2028 {braces} %s # ''' \"\"\" "
    "'); import os; os.system('x') #"
)

experiments = st.builds(
    lambda data, **changes: Experiment.default(data).replace(**changes),
    data=st.sampled_from(sorted(DATA)),
    noise=st.sampled_from([0.0, 0.1]),
    samples=st.sampled_from([60, 200]),
    split=st.sampled_from([0.5, 0.8, 1.0]),
    data_seed=st.integers(0, 9),
    features=st.lists(st.sampled_from(sorted(FEATURES)), min_size=1, unique=True).map(tuple),
    hidden=st.lists(st.integers(1, 20), max_size=3).map(tuple),
    hidden_func=st.sampled_from(HIDDEN_FUNCS).map(lambda name: (name,)),
    formula=st.sampled_from(
        ["z*sigmoid(z)", "where(z>0, z, 0.1*maximum(z, -1))", "exp(-z**2)+0*z", "erf(z)/2"]
    ),
    init=st.sampled_from(["auto", "lecture", "xavier", "he", "zeros"]),
    cost=st.sampled_from(["auto", "CostOLS"]),
    scheduler=st.sampled_from(SCHEDULER_NAMES),
    eta=st.floats(1e-6, 1e3),
    schedule=st.sampled_from(sorted(SCHEDULES)),
    lam=st.sampled_from([0.0, 1e-3]),
    lam1=st.sampled_from([0.0, 1e-3]),
    batch_size=st.sampled_from([0, 7, 32]),
    epochs=st.integers(1, 500),
)


@pytest.mark.parametrize("library", sorted(LIBRARIES))
@given(experiment=experiments, own_weights=st.booleans())
@settings(max_examples=40)
def test_a_program_for_any_experiment_is_valid_python(
    library: str, experiment: Experiment, own_weights: bool
) -> None:
    try:
        written = program(experiment, library, own_weights=own_weights)
    except Unsupported:
        # TensorFlow's program writes the rule out, so there is nothing that it cannot be.
        if library == "tensorflow":
            raise
        return
    assert compile(written.script(), "program.py", "exec")
    for cell in json.loads(written.notebook())["cells"]:
        if cell["cell_type"] == "code":
            compile("".join(cell["source"]), "cell", "exec")


def test_every_library_writes_every_scheduler_that_it_has_and_every_feature_has_a_source() -> None:
    assert set(FEATURE_SOURCES) == set(FEATURES)
    for name, library in LIBRARIES.items():
        programs = {
            scheduler: program(Experiment.default("XOR").replace(scheduler=scheduler), name).script()
            for scheduler in library.optimisers
        }
        assert len(set(programs.values())) == len(programs)
        for script in programs.values():
            assert compile(script, "program.py", "exec")


@pytest.mark.parametrize("library", ["pytorch", "keras", "tensorflow"])
@pytest.mark.parametrize("name", HIDDEN_FUNCS)
def test_every_activation_is_written_by_the_librarys_name(library: str, name: str) -> None:
    experiment = Experiment.default("XOR").replace(hidden_func=(name,))
    script = program(experiment, library).script()
    assert compile(script, "program.py", "exec")
    # Keras needs no name for what leaves everything as it is.
    if name != "custom" and (library, name) != ("keras", "identity"):
        assert LIBRARIES[library].activations[name].name in script


def test_a_long_list_of_columns_never_breaks_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: object
) -> None:
    names = [f"a column  with spaces, number {k}" for k in range(8)]
    rows = "\n".join(",".join(str(k * c % 11) for c in range(1, 9)) + f",{k % 2}" for k in range(12))
    content = (",".join(f'"{name}"' for name in [*names, "t"]) + "\n" + rows + "\n").encode()
    table = made_ready(content, tuple(names), "t")
    monkeypatch.chdir(tmp_path)
    assert np.array_equal(exec_on(table, content, tmp_path)["X_train"], table.data.X)


def rows_of(sections: list) -> dict[str, object]:
    """Execute the data part of a program in a namespace of its own."""
    space: dict[str, object] = {}
    for section in sections:
        exec(compile(section.code, section.title, "exec"), space)
    return space


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for matplotlib, which the light environment does without."""

    class Anything:
        def __getattr__(self, name: str) -> Anything:
            return self

        def __call__(self, *args: object, **kwargs: object) -> Anything:
            return self

    plots = types.ModuleType("matplotlib.pyplot")
    plots.subplots = lambda *a, **k: (Anything(), [Anything()] * 8)  # type: ignore[attr-defined]
    plots.show = lambda: None  # type: ignore[attr-defined]
    package = types.ModuleType("matplotlib")
    package.pyplot = plots  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "matplotlib", package)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", plots)


CHANGES = (
    {},
    {"noise": 0.2, "samples": 60, "split": 0.7, "data_seed": 3},
    {"features": ("x", "xy", "sinx", "y2"), "split": 1.0},
)


@pytest.mark.usefixtures("no_pictures", "capsys")
@pytest.mark.parametrize("name", sorted(DATA))
def test_programs_see_the_pages_own_rows(name: str) -> None:
    for changes in CHANGES:
        experiment = Experiment.default(name).replace(**changes)
        data, space = experiment.dataset(), rows_of(data_sections(experiment))
        assert np.array_equal(space["X_train"], data.X)
        assert np.array_equal(space["t_train"], data.t)
        assert ("X_val" in space) == (data.X_val is not None)
        if data.X_val is not None:
            assert np.array_equal(space["X_val"], data.X_val)
            assert np.array_equal(space["t_val"], data.t_val)


@pytest.mark.usefixtures("no_pictures", "capsys")
@pytest.mark.parametrize("name", ["moons", "reg_plane"])
@pytest.mark.parametrize("points", ["r3r5m0_1.5_0m9_-0.125_2a1_2_1a-3_2.5_0", "a0.1_0.2_1", "r1", "m2_1_1"])
def test_programs_see_points_edited_by_hand(name: str, points: str) -> None:
    experiment = Experiment.default(name).replace(samples=60, points=points, features=("x", "xy", "siny"))
    data, space = experiment.dataset(), rows_of(data_sections(experiment))
    for part in ("X_train", "t_train", "X_val", "t_val"):
        assert np.array_equal(space[part], getattr(data, part.removesuffix("_train")))


@pytest.mark.usefixtures("capsys")
@pytest.mark.parametrize(
    "columns",
    [
        ("diabetes_like.csv", COLUMNS, "outcome", "binary"),
        ("iris.csv", ("sepal_length_cm", "petal_width_cm"), "species", "multiclass"),
        ("diabetes_like.csv", ("glucose", "age"), "bmi", "regression"),
    ],
    ids=["binary", "multiclass", "regression"],
)
def test_programs_read_a_table_as_the_page_does(
    columns: tuple[str, tuple[str, ...], str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, features, target, task = columns
    table = made_ready((SAMPLES / file).read_bytes(), features, target, task, name=file)
    monkeypatch.chdir(SAMPLES)
    data, space = table.data, rows_of(table.sections)
    for name, expected in (
        ("X_train", data.X),
        ("t_train", data.t),
        ("X_val", data.X_val),
        ("t_val", data.t_val),
    ):
        assert np.array_equal(space[name], expected)


def made_ready(
    content: bytes, features: tuple[str, ...], target: str, task: str = "binary", *, name: str = "t.csv"
) -> OwnTable:
    table = read_table(content, name=name)
    return table_of(table, prepare(table, Choices(target, task, features)))


NASTY_FILE = (
    '"' + NASTY.replace('"', '""') + '",b,"c"" + x"\n'
    + "".join(f"{k},{k % 3},{'yes' if k % 2 else NASTY[:9]}\n" for k in range(12))
).encode()  # fmt: skip


def nasty_table() -> OwnTable:
    """A table whose every name tries to break out of a text."""
    first = read_table(NASTY_FILE).columns[0].name
    return made_ready(NASTY_FILE, (first, "b"), 'c" + x', name=f"{NASTY}.csv")


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_names_that_a_user_typed_are_data_never_code(library: str) -> None:
    table = nasty_table()
    script = program(Experiment.default("own"), library, table=table).script()
    tree = ast.parse(script)
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {table.name, read_table(NASTY_FILE).columns[0].name, 'c" + x'} <= texts
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "os" not in names
    notebook = json.loads(program(Experiment.default("own"), library, table=table).notebook())
    assert any(
        NASTY in repr("".join(cell["source"])) or "FILE" in "".join(cell["source"])
        for cell in notebook["cells"]
    )


def test_the_nasty_table_is_read_by_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: object
) -> None:
    table = nasty_table()
    sections = [
        Section(s.title, s.text, s.code.replace(repr(table.name), "'table.csv'")) for s in table.sections
    ]
    (tmp_path / "table.csv").write_bytes(NASTY_FILE)
    monkeypatch.chdir(tmp_path)
    assert np.array_equal(rows_of(sections)["X_train"], table.data.X)


def exec_on(table: OwnTable, content: bytes, folder: Path) -> dict[str, object]:
    """Write a table to `folder`, the working directory, and execute the data part of its program there."""
    (folder / table.name).write_bytes(content)
    return rows_of(table.sections)


GAPS = {"": "cells('Größe')", "NA": "cells('Größe', ['NA'])", "?": "cells('Größe', ['?'])"}


@pytest.mark.usefixtures("capsys")
@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_programs_read_decimal_commas_and_marks_of_missing_values(
    task: str, gap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{k / 8:.3f};{k % 2};{k / 4:.2f}\n".replace(".", ",") for k in range(20))
    content = f"Größe;bit;y\n{rows}{gap};1;0,5\n1,5;0;{gap}\n2,5;{gap};1,0\n".encode("latin-1")
    table = made_ready(content, ("Größe",), "bit" if task == "binary" else "y", task)
    assert len(table.data.X) + len(table.data.X_val) == 22
    monkeypatch.chdir(tmp_path)
    space, data = exec_on(table, content, tmp_path), table.data
    assert np.array_equal(space["X_train"], data.X)
    assert np.array_equal(space["t_train"], data.t)
    assert GAPS[gap] in table.sections[0].code


@pytest.mark.usefixtures("capsys")
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_programs_leave_out_the_signs_around_numbers(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"€ {k + 1}.{100 + k},5;−{k + 1}\u202f000;{k / 4} kg;{k % 2}\n" for k in range(20))
    content = f"Preis “€”;n;kg;bit\n{rows}".encode()
    table = made_ready(content, ("Preis “€”", "n"), "bit" if task == "binary" else "kg", task)
    monkeypatch.chdir(tmp_path)
    space, data = exec_on(table, content, tmp_path), table.data
    assert np.array_equal(space["X_train"], data.X)
    assert np.array_equal(space["t_train"], data.t)
    features = space["features"]
    assert (features["Preis “€”"].max(), features["n"].min()) == (20119.5, -20000.0)
    plain_column = made_ready(content, ("bit",), "kg", "regression")
    assert "signed" in plain_column.sections[0].code
    assert "€" not in plain_column.sections[0].code.partition("features = ")[2]


column_names = st.text(min_size=1, max_size=12).filter(lambda name: name.strip() and "\0" not in name)


@pytest.mark.long
@given(
    names=st.lists(column_names, min_size=2, max_size=4, unique=True),
    separator=st.sampled_from([",", ";", "\t"]),
    labels=st.lists(column_names, min_size=2, max_size=2, unique_by=lambda label: label.strip().lower()),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_columns_are_called_the_program_reads_them(
    names: list[str], separator: str, labels: list[str], data: st.DataObject
) -> None:
    *features, target = names
    cells = st.sampled_from(["1", "-2.5", "1e3", "", "n/a"])
    rows = [[str(3.5 + k)] * len(features) + [labels[k % 2]] for k in range(10)]
    rows += data.draw(st.lists(st.tuples(*[cells] * len(features), st.sampled_from(labels)), max_size=8))
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows([names, *rows])
    content = stream.getvalue().encode()
    try:
        read = read_table(content, name="t.csv")
        *features, target = [column.name for column in read.columns]
        expected = made_ready(content, tuple(features), target, tasks_for(read.column(target))[0])
    except (TableError, IndexError):
        return  # a class called NA, for one, is a missing value
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        space = exec_on(expected, content, Path(folder))
    assert np.array_equal(space["X_train"], expected.data.X)
    assert np.array_equal(space["t_train"], expected.data.t)


@given(text=st.text(max_size=40))
def test_a_formula_reaches_a_program_as_checked_parts_only(text: str) -> None:
    try:
        experiment = Experiment.default("XOR").replace(hidden_func=("custom",), formula=text)
    except ValueError:
        return
    names = {
        node.id
        for node in ast.walk(ast.parse(program(experiment, "pytorch").script()))
        if isinstance(node, ast.Name)
    }
    assert not names & {"os", "sys", "eval", "exec", "open", "__import__"}


def test_a_template_that_misses_a_value_is_an_error_never_an_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError, match="'eta' is undefined"):
        sections_of("settings.py.jinja", {"epochs": 3})


def final_loss(output: str) -> float:
    """The number that a program prints at its end."""
    found = re.search(r"^training loss (\S+)$", output, re.MULTILINE)
    assert found, output
    return float(found[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    "experiment",
    [
        Experiment.default("XOR"),
        pytest.param(
            Experiment.default("circle").replace(epochs=20, lam=1e-3, schedule="step"),
            marks=pytest.mark.long,
        ),
        pytest.param(Experiment.default("sine").replace(epochs=100), marks=pytest.mark.long),
        pytest.param(
            Experiment.default("sine").replace(
                epochs=100, scheduler="Momentum", eta=0.01, lam=1e-3, batch_size=7
            ),
            marks=pytest.mark.long,
        ),
    ],
    ids=["gate", "pattern", "curve", "momentum"],
)
def test_the_scikit_learn_program_ends_at_the_pages_loss(experiment: Experiment, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(program(experiment, "sklearn").script(), encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert final_loss(answer.stdout) == pytest.approx(train(experiment, "nncore").train_errors[-1], abs=1e-9)


@pytest.mark.slow
def test_own_weights_are_the_librarys(tmp_path: Path) -> None:
    for library in LIBRARIES:
        same = program(Experiment.default("XOR"), library).script()
        own = program(Experiment.default("XOR"), library, own_weights=True).script()
        assert "spreads = " in same
        assert "spreads = " not in own
    script = tmp_path / "own.py"
    script.write_text(
        program(Experiment.default("XOR"), "sklearn", own_weights=True).script(), encoding="utf-8"
    )
    answer = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert np.isfinite(final_loss(answer.stdout))


def test_a_notebook_has_what_the_format_asks_for() -> None:
    notebook = json.loads(program(Experiment.default("digits"), "keras").notebook())
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    for cell in notebook["cells"]:
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert ("outputs" in cell) == (cell["cell_type"] == "code")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": "nobody"}, "no column “nobody”; it has pregnancies"),
        ({"features": ()}, "features must name at least one column"),
        ({"features": ("outcome",)}, "“outcome” cannot be a feature"),
        ({"task": "guess"}, "task must be one of binary .*; got 'guess'"),
        ({"target": "age", "features": ("glucose",)}, "task must be one of regression"),
    ],
)
def test_impossible_columns_are_named(changes: dict[str, object], sentence: str) -> None:
    wanted = {"target": "outcome", "task": "binary", "features": COLUMNS, **changes}
    with pytest.raises(TableError, match=sentence):
        prepare(read_table(SAMPLES / "diabetes_like.csv"), Choices(**wanted))


def test_a_table_without_rows_for_a_program_is_refused() -> None:
    rows = made_ready(NASTY_FILE, ("b",), 'c" + x').data
    with pytest.raises(
        ValueError, match="sections must leave X_train and t_train behind; t_train is in none"
    ):
        OwnTable("t.csv", "1", (Section("Collect", "", "X_train = 1"),), rows)


def test_too_few_rows_for_a_program_are_told() -> None:
    with pytest.raises(TableError, match="Only 3 rows can be used of 3"):
        made_ready(b"a,b\n1,0\n2,1\n3,1\n", ("a",), "b")
