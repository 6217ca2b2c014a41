"""The whole way from a CSV file to a trained network as a Python program and as JSON.

The program needs pandas, scikit-learn and `nncore`, reads the file by its name and prints the same costs as
the run in the playground. Names of columns and files are written by `repr`: nothing a user typed becomes
code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict
from typing import Final

import numpy as np
from sklearn.pipeline import Pipeline

from nncore.data import cell_times, raw_cells, tidy
from nncore.data.raw_cells import MISSING, MISSING_TEXT
from nncore.experiment import Experiment
from nncore.export.script import OwnSource, script
from nncore.frameworks.programs import OwnTable, Section
from nncore.frameworks.programs.data_part import Split, generator, split_of
from nncore.frameworks.programs.inlining import function_source
from nncore.frameworks.programs.sections import sections_of
from ui.tables import cells
from ui.tables.choices import Choices
from ui.tables.columns import Column
from ui.tables.preparation import Prepared
from ui.tables.sniff import Layout
from ui.tables.table import Table

Change = tuple[int, str, float]
Facts = dict[str, object]

_SCALERS: Final = {
    "standard": ("StandardScaler", "to mean 0 and spread 1"),
    "minmax": ("MinMaxScaler", "to 0 to 1"),
}
"""What scikit-learn calls a scaling, and what it does."""
_SHARED: Final = {
    "labels": (raw_cells.__name__, "label"),
    "month_numbers": (cell_times.__name__, "MONTHS", "ORDINAL"),
}
"""What conversions need from elsewhere."""


def table_of(table: Table, prepared: Prepared) -> OwnTable:
    """Return a table as the frameworks take it: its rows, and the part of a program that makes them.

    Parameters
    ----------
    table : Table
    prepared : Prepared
        Made from the table.
    """
    sections = table_sections(table, prepared)
    digest = hashlib.sha256(np.ascontiguousarray(prepared.data.X).data)
    digest.update(np.ascontiguousarray(prepared.data.t).data)
    return OwnTable(table.name, digest.hexdigest(), sections, prepared.data)


def own_script(
    table: Table, prepared: Prepared, experiment: Experiment, *, changes: Iterable[Change] = ()
) -> str:
    """Return a program that goes the whole way and ends at the same costs.

    Parameters
    ----------
    table : Table
    prepared : Prepared
        Made from the table.
    experiment : Experiment
        What is trained on it.
    changes : iterable of (epoch, field, value)
        What was changed in mid-run.
    """
    data = prepared.data
    path = f"FILE = sys.argv[1] if len(sys.argv) > 1 else {table.name!r}"
    parts = [section.code for section in table_sections(table, prepared, path=path, told=False)]
    validation = ", X_val=X_val, t_val=t_val" if data.X_val is not None else ""
    parts.append(f'data = DataSet("own", {data.task!r}, X_train, t_train{validation})')
    imports = "import sys\n\nfrom nncore.data import DataSet"
    own = OwnSource(
        data.task, data.n_inputs, data.n_outputs, imports, "\n\n".join(parts), data.class_weights
    )  # fmt: skip
    return script(experiment, changes, own=own)


def table_sections(
    table: Table, prepared: Prepared, *, path: str = "", told: bool = True
) -> tuple[Section, ...]:
    """Return the parts of a program that read a table, split its rows and make them ready.

    They need pandas and scikit-learn, and leave X_train, t_train and, if there are any, X_val, t_val behind.

    Parameters
    ----------
    table : Table
    prepared : Prepared
        Made from the table.
    path : str
        Source of the line that names the file; by default the file lies beside the program.
    told : bool
        Whether the program prints what it sees.
    """
    names: dict[str, object] = {
        "path": path or f"FILE = {table.name!r}  # beside this program",
        "told": told,
        **_reading(table, prepared.choices),
        **_steps(prepared),
    }
    return sections_of("data/own.py.jinja", names)


def _reading(table: Table, choices: Choices) -> Facts:
    """Return what the template names of the file and its columns."""
    used = (*choices.features, choices.target)
    as_texts = {name for name in choices.features if choices.as_class(table.column(name))}
    plain = _is_plain(table, used) and all(table.column(name).kind == "text" for name in as_texts)
    drop = choices.filling == "drop"
    whole = used if drop else (choices.target,)
    answers = list(table.column(choices.target).categories)
    turned = answers if answers != sorted(answers) else []
    return {
        "features": choices.features,
        "target": choices.target,
        "task": choices.task,
        "turned": turned,
        "layout": table.layout,
        "plain": plain,
        "renamed": [(table.in_file(name), name) for name in used if table.in_file(name) != name],
        "conversions": ""
        if plain
        else _tidying(table.layout) + _conversions((table.column(name) for name in used), as_texts),
        "values": lambda name: _values(table, table.column(name), as_text=name in as_texts),
        "gaps": not plain or any(table.column(name).missing.count for name in whole),
        "drop": drop,
    }


def _steps(prepared: Prepared) -> Facts:
    """Return what the template names of the split and of what is done to the columns."""
    numbers, texts = _names(prepared, "numbers"), _names(prepared, "texts")
    scaler, scaled = _SCALERS.get(prepared.choices.scaling, ("", "")) if numbers else ("", "")
    return {
        "rng": generator(prepared.choices.seed),
        "split": _split(prepared),
        "numbers": numbers,
        "texts": texts,
        "scaler": scaler,
        "scaled": scaled,
        "missing_text": MISSING_TEXT,
        "single": _single(prepared),
    }


def _split(prepared: Prepared) -> Split:
    """Return which of the rows that are used train."""
    used = np.sort(np.concatenate([prepared.train_rows, prepared.val_rows]))
    return split_of(len(used), np.searchsorted(used, prepared.train_rows), prepared.strata)


def recipe_json(table: Table, prepared: Prepared, experiment: Experiment) -> str:
    """Return all that was decided as JSON: how the file was read, what became of each column, the run."""
    reading = ("encoding", "separator", "decimal", "header", "skip", "foot")
    steps = prepared.steps.named_transformers_
    return json.dumps(
        {
            "format": "neural network playground, recipe",
            "version": 1,
            "file": table.name,
            "rows": table.n_rows,
            "reading": {name: getattr(table.layout, name) for name in reading},
            "columns": [_column_facts(table, column) for column in table.columns],
            "choices": asdict(prepared.choices),
            "classes": list(prepared.classes),
            "target": {"center": prepared.center, "spread": prepared.spread},
            "numbers": _number_facts(prepared, steps),
            "texts": _text_facts(prepared, steps),
            "inputs": list(prepared.data.feature_names),
            "report": list(prepared.report),
            "experiment": json.loads(experiment.to_json())["experiment"],
        },
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )


def _column_facts(table: Table, column: Column) -> Facts:
    written, way = column.written, column.way
    return {
        "name": column.name,
        "in_file": table.in_file(column.name),
        "kind": column.kind,
        "missing": column.missing.count,
        "first_missing_row": column.missing.first or None,
        "missing_words": [word for word, _ in column.words],
        "written": asdict(written) if written is not None else None,
        "way": asdict(way) if way is not None else None,
    }


def _names(prepared: Prepared, group: str) -> list[str]:
    return next((list(names) for name, _, names in prepared.steps.transformers_ if name == group), [])


def _number_facts(prepared: Prepared, steps: Mapping[str, Pipeline]) -> list[Facts]:
    names = _names(prepared, "numbers")
    if not names:
        return []
    fill, scale = steps["numbers"]["fill"], steps["numbers"]["scale"]
    facts = [
        {"column": name, "median": float(value)} for name, value in zip(names, fill.statistics_, strict=True)
    ]
    for attribute, word in (
        ("mean_", "mean"),
        ("scale_", "scale"),
        ("data_min_", "least"),
        ("data_max_", "most"),
    ):
        for fact, value in zip(facts, getattr(scale, attribute, ()), strict=False):
            fact[word] = float(value)
    return facts


def _text_facts(prepared: Prepared, steps: Mapping[str, Pipeline]) -> list[Facts]:
    names = _names(prepared, "texts")
    if not names:
        return []
    categories = steps["texts"]["encode"].categories_
    return [
        {"column": name, "texts": [str(word) for word in words]}
        for name, words in zip(names, categories, strict=True)
    ]


def _is_plain(table: Table, names: Iterable[str]) -> bool:
    """Whether pandas reads all these columns by itself as they were read here."""
    layout = table.layout
    usual = (layout.separator, layout.decimal, layout.encoding, layout.header_row, layout.skip, layout.foot)
    if usual != (",", ".", "utf-8", 1, 1, 0) or layout.comment or not layout.verbatim:
        return False
    if layout.repeated or layout.tidying.needed:
        return False
    if table.n_rows and table.rows[-1] - table.rows[0] + 1 != table.n_rows:
        return False
    return all(_is_plain_column(table.column(name)) for name in names)


def _is_plain_column(column: Column) -> bool:
    odd = column.words or column.strays.count or column.infinite.count or column.written or column.way
    if odd or column.padded or column.values.dtype == np.float32:
        return False
    if column.kind != "text":
        return column.kind == "number"
    begin_as_words = all(word[:1].isalpha() for word in column.categories)
    ambiguous = {"true", "false", "nan", "inf", "infinity"} | MISSING
    return begin_as_words and not any(word.lower() in ambiguous for word in column.categories)


def _conversions(columns: Iterable[Column], as_texts: Container[str]) -> str:
    """Return the source of the functions that turn texts into what these columns hold."""
    names = {name for column in columns for name in _conversion(column, as_text=column.name in as_texts)}
    shared = [function_source(*_SHARED[name]) for name in sorted(names & _SHARED.keys())]
    return "\n\n".join([*shared, function_source(cells.__name__, *sorted(names))])


def _tidying(layout: Layout) -> str:
    """Return the source of what takes off lines what stands around their cells."""
    return f"{function_source(tidy.__name__, 'tidy_lines')}\n\n" if layout.tidying.needed else ""


def _conversion(column: Column, *, as_text: bool) -> tuple[str, ...]:
    """Return the names of the functions that a column needs."""
    if as_text and column.kind == "number":
        return ("labels",)
    if column.way is not None and column.way.form:
        return ("dates", "month_numbers") if column.way.named else ("dates",)
    if column.way is not None:
        return ("durations",)
    if column.kind == "text":
        return () if _as_they_are(column) else ("labels",)
    return ("as_written",) if column.written else ("as_numbers",)


def _as_they_are(column: Column) -> bool:
    """Whether no text of a column has another spelling: no numbers, no truth values."""
    return all(word[:1].isalpha() and word.lower() not in ("true", "false") for word in column.categories)


def _values(table: Table, column: Column, *, as_text: bool = False) -> str:
    """Return the source of the values of a column."""
    words = f", {[word for word, _ in column.words]!r}" if column.words else ""
    texts = f"cells({column.name!r}{words})"
    decimal = table.layout.decimal
    if as_text and column.kind == "number":
        return f"labels({texts}, {decimal!r}, {_digits(table)})"
    if column.way is not None and column.way.form:
        named = f"month_numbers({texts})" if column.way.named else texts
        return f"dates({named}, {column.way.form!r}, {column.way.unit!r})"
    if column.way is not None:
        return f"durations({texts}, {column.way.pattern!r}, {column.way.weights!r}, {column.way.offset!r})"
    if column.kind == "text":
        return texts if _as_they_are(column) else f"labels({texts}, {decimal!r}, {_digits(table)})"
    written = column.written
    single = ".astype(np.float32)" if column.values.dtype == np.float32 else ""
    if written is None:
        return f"as_numbers({texts}, {decimal!r}){single}"
    rules = f", rules={written.rules!r}" if written.rules else ""
    how = f"{written.pattern!r}, {written.left_out!r}, sign={written.decimal!r}{rules}"
    return f"as_written({texts}, {decimal!r}, {how}){single}"


def _digits(table: Table) -> int:
    """Return how many digits of a number among texts count."""
    return 15 if table.double else 7


def _single(prepared: Prepared) -> bool:
    texts = prepared.steps.named_transformers_.get("texts")
    return _names(prepared, "texts") != [] and texts["encode"].dtype == np.float32
