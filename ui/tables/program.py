"""The whole way from a CSV file to a trained network as a Python program and as JSON.

The program needs pandas, scikit-learn and `nncore`, reads the file by its name and prints the same costs as
the run in the playground. Names of columns and files are written by `repr`: nothing a user typed becomes
code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Final

import numpy as np
from sklearn.pipeline import Pipeline

from nncore.experiment import Experiment
from nncore.export.script import OwnSource, script
from nncore.frameworks.programs import OwnTable, Section
from nncore.frameworks.programs.data_part import SPLIT_WORDS, rng_source, split_lines
from nncore.frameworks.programs.inlining import function_source
from nncore.frameworks.programs.sections import wrapped
from ui.tables import cells as ways
from ui.tables.choices import MISSING_TEXT, Choices
from ui.tables.columns import Column
from ui.tables.preparation import Prepared
from ui.tables.table import Table
from ui.tables.words import MISSING

Change = tuple[int, str, float]
Facts = dict[str, object]

_MEDIAN: Final = '''
def median(values):
    """The median of the values that are there, 0 where there is none."""
    return float(np.median(values)) if len(values) else 0.0
'''

_SCALERS: Final = {"standard": "StandardScaler", "minmax": "MinMaxScaler"}


def table_of(table: Table, prepared: Prepared) -> OwnTable:
    """Return a table as the frameworks take it: its rows, and the part of a program that makes them.

    Parameters
    ----------
    table : Table
    prepared : Prepared
        Made from the table.
    """
    sections = table_sections(table, prepared)
    digest = hashlib.sha256(prepared.data.X.data)
    digest.update(prepared.data.t.data)
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
    own = OwnSource(data.task, data.n_inputs, data.n_outputs, imports, "\n\n".join(parts))
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
    path = path or f"FILE = {table.name!r}  # beside this program"
    return (
        _collecting(table, prepared, path, told=told),
        Section("Split", _split_words(prepared), _split(prepared)),
        Section("Pre-process", _preparing_words(prepared), _preparing(prepared, told=told)),
    )


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
            "columns": [_column_facts(column) for column in table.columns],
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


def _column_facts(column: Column) -> Facts:
    written, way = column.written, column.way
    return {
        "name": column.name,
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


def _collecting(table: Table, prepared: Prepared, path: str, *, told: bool) -> Section:
    """Return the part that reads the file into `features` and `target`."""
    choices = prepared.choices
    simple = _is_plain(table, (*choices.features, choices.target))
    reading = _plain_reading() if simple else _full_reading(table, choices)
    lines = [
        *(["import re", ""] if any("re.fullmatch" in line for line in reading) else []),
        "import numpy as np",
        "import pandas as pd",
        "",
        path,
        wrapped("FEATURES = ", choices.features, ""),
        f"TARGET = {choices.target!r}",
        "",
        *reading,
        *(_keeping(table, choices, simple=simple)),
        *_targets(prepared),
    ]
    if told:
        lines += [
            'print("rows", len(features), "targets", t.shape)',
            "print(features.head(3))  # the first rows",
        ]
    words = (
        "A file of separated values: some columns are the inputs, one is the target. Rows without a value of "
        "the target are left out."
    )
    return Section("Collect the data", words, "\n".join(lines))


def _is_plain(table: Table, names: Iterable[str]) -> bool:
    """Whether pandas reads all these columns by itself as they were read here."""
    layout = table.layout
    usual = (layout.separator, layout.decimal, layout.encoding, layout.header_row, layout.skip, layout.foot)
    if usual != (",", ".", "utf-8", 1, 1, 0) or layout.comment or not layout.verbatim:
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


def _plain_reading() -> list[str]:
    return ["table = pd.read_csv(FILE)", "features, target = table[FEATURES], table[TARGET].to_numpy()"]


def _full_reading(table: Table, choices: Choices) -> list[str]:
    """Return the lines that read every cell as text and turn it into what it was taken for."""
    layout = table.layout
    wanted = [table.column(name) for name in (*choices.features, choices.target)]
    lines = [
        *_conversions(wanted),
        "",
        "def cells(name, missing=()):",
        '    """A column as texts, NaN where nothing stands or a word that says so."""',
        "    column = table[name].str.strip()",
        '    return column.where(~column.isin(["", *missing]))',
        "",
        "table = pd.read_csv(",
        "    FILE,",
        f"    sep={layout.separator!r},",
        *([f"    quotechar={layout.quote!r},"] if layout.quote != '"' else []),
        f"    encoding={layout.encoding!r},",
        '    encoding_errors="replace",',
        "    header=None,",
        wrapped("    names=", layout.names, ","),
        "    index_col=False,",
        f"    skiprows={layout.skip!r},",
        "    skip_blank_lines=False,",
        "    skipinitialspace=True,",
        "    dtype=object,  # every cell as text, as what it means is decided below",
        "    keep_default_na=False,",
        ")",
    ]
    if layout.comment:
        lines.append(f"table = table[~table.iloc[:, 0].str.startswith({layout.comment!r}, na=False)]")
    if layout.foot:
        lines.append('table = table.replace("", np.nan).dropna(how="all")')
        lines.append(f"table = table.iloc[:-{layout.foot}]  # what stands below the rows is no data")
    return [
        *lines,
        "features = pd.DataFrame(",
        "    {",
        *(f"        {column.name!r}: {_values(table, column)}," for column in wanted[:-1]),
        "    }",
        ")",
        f"target = np.asarray({_values(table, wanted[-1])})",
    ]


def _conversions(columns: Iterable[Column]) -> list[str]:
    """Return the source of the functions that turn texts into what these columns hold."""
    names = set()
    for column in columns:
        if column.way is not None:
            names |= {
                "dates" if column.way.form else "durations",
                *(["month_numbers"] if column.way.named else []),
            }
        elif column.kind == "text":
            names |= set() if _as_they_are(column) else {"labels"}
        else:
            names.add("as_written" if column.written else "as_numbers")
    return function_source(ways, *sorted(names)).split("\n") if names else []


def _as_they_are(column: Column) -> bool:
    """Whether no text of a column has another spelling: no numbers, no truth values."""
    return all(word[:1].isalpha() and word.lower() not in ("true", "false") for word in column.categories)


def _values(table: Table, column: Column) -> str:
    """Return the source of the values of a column."""
    words = f", {[word for word, _ in column.words]!r}" if column.words else ""
    cells = f"cells({column.name!r}{words})"
    decimal = table.layout.decimal
    if column.way is not None and column.way.form:
        named = f"month_numbers({cells})" if column.way.named else cells
        return f"dates({named}, {column.way.form!r}, {column.way.unit!r})"
    if column.way is not None:
        return f"durations({cells}, {column.way.pattern!r}, {column.way.weights!r}, {column.way.offset!r})"
    if column.kind == "text":
        return cells if _as_they_are(column) else f"labels({cells}, {decimal!r}, {_digits(table)})"
    written = column.written
    single = ".astype(np.float32)" if column.values.dtype == np.float32 else ""
    if written is None:
        return f"as_numbers({cells}, {decimal!r}){single}"
    how = f"{written.pattern!r}, {written.left_out!r}, sign={written.decimal!r}"
    return f"as_written({cells}, {decimal!r}, {how}){single}"


def _digits(table: Table) -> int:
    """Return how many digits of a number among texts count."""
    return 15 if table.double else 7


def _keeping(table: Table, choices: Choices, *, simple: bool) -> list[str]:
    """Return the lines that leave out rows without a target, and others where that was chosen."""
    drop = choices.filling == "drop"
    used = choices.features if drop else ()
    if simple and not any(table.column(name).missing.count for name in (*used, choices.target)):
        return []
    keep = "keep = pd.notna(target)" + (" & features.notna().all(axis=1).to_numpy()" if drop else "")
    return [keep, "features, target = features[keep].reset_index(drop=True), target[keep]"]


def _targets(prepared: Prepared) -> list[str]:
    if prepared.choices.task == "regression":
        return ["t = target.astype(float)[:, None]"]
    one = (
        "codes.astype(float)[:, None]" if prepared.choices.task == "binary" else "np.eye(len(classes))[codes]"
    )
    return ["classes, codes = np.unique(target, return_inverse=True)", f"t = {one}"]


def _split_words(prepared: Prepared) -> str:
    if prepared.data.X_val is None:
        return "All rows train."
    return SPLIT_WORDS[prepared.choices.task != "regression"]


def _split(prepared: Prepared) -> str:
    n_rows = len(prepared.train_rows) + len(prepared.val_rows)
    if prepared.data.X_val is None:
        return f"train = np.arange({n_rows})"
    train = np.searchsorted(
        np.sort(np.concatenate([prepared.train_rows, prepared.val_rows])), prepared.train_rows
    )
    strata = None if prepared.strata is None else prepared.strata
    rng = rng_source(prepared.choices.seed, "split")
    return "\n".join(split_lines(n_rows, train, labels="codes", strata=strata, rng=rng))


def _preparing_words(prepared: Prepared) -> str:
    scaled = {"standard": "to mean 0 and spread 1", "minmax": "to 0 to 1"}.get(prepared.choices.scaling)
    texts = "Every text becomes an input of its own, 0 or 1. " if _names(prepared, "texts") else ""
    numbers = f"Columns of numbers are scaled {scaled}. " if scaled else ""
    return (
        f"{texts}{numbers}Medians and scales come from the training rows: validation must not be looked at."
    )


def _preparing(prepared: Prepared, *, told: bool) -> str:
    lines = [*_step_imports(prepared), "", *_steps(prepared)]
    lines.append("X = np.asarray(steps.fit(features.iloc[train]).transform(features))")
    if prepared.choices.task == "regression":
        lines += [
            "center, spread = float(t[train].mean()), float(t[train].std()) or 1.0",
            "t = (t - center) / spread  # so that costs do not depend on the unit of the target",
        ]
    lines.append("X_train, t_train = X[train], t[train]")
    if prepared.data.X_val is not None:
        lines.append("X_val, t_val = X[validation], t[validation]")
    if told:
        lines.append('print("inputs", X_train.shape, "targets", t_train.shape)')
    return "\n".join(lines)


def _step_imports(prepared: Prepared) -> list[str]:
    """Return the imports that the steps need, no others."""
    numbers, texts = _names(prepared, "numbers"), _names(prepared, "texts")
    scaler = _SCALERS.get(prepared.choices.scaling) if numbers else None
    preprocessing = ", ".join(name for name in ("OneHotEncoder" if texts else None, scaler) if name)
    return [
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.impute import SimpleImputer",
        "from sklearn.pipeline import Pipeline",
        *([f"from sklearn.preprocessing import {preprocessing}"] if preprocessing else []),
    ]


def _steps(prepared: Prepared) -> list[str]:
    single = ", dtype=np.float32" if _single(prepared) else ""
    scaler = _SCALERS.get(prepared.choices.scaling)
    groups = (
        (
            "numbers",
            "SimpleImputer(strategy=median, keep_empty_features=True)",
            ("scale", f"{scaler}()" if scaler else '"passthrough"'),
        ),
        (
            "texts",
            f'SimpleImputer(strategy="constant", fill_value={MISSING_TEXT!r})',
            ("encode", f'OneHotEncoder(handle_unknown="ignore", sparse_output=False{single})'),
        ),
    )
    used = [group for group in groups if _names(prepared, group[0])]
    lines = [
        f'{group}_steps = Pipeline([("fill", {fill}), ("{name}", {step})])'
        for group, fill, (name, step) in used
    ]
    if _names(prepared, "numbers"):
        lines = [*_MEDIAN.strip("\n").split("\n"), "", *lines]
    parts = ", ".join(f'("{group}", {group}_steps, {_names(prepared, group)!r})' for group, _, _ in used)
    return [*lines, f"steps = ColumnTransformer([{parts}])"]


def _single(prepared: Prepared) -> bool:
    texts = prepared.steps.named_transformers_.get("texts")
    return _names(prepared, "texts") != [] and texts["encode"].dtype == np.float32
