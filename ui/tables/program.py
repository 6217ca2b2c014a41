"""The whole way from a CSV file to a trained network as a Python program and as JSON.

The program needs pandas, scikit-learn and `nncore`, reads the file by its name and prints the same costs as
the run in the playground. Names of columns and files are written by `repr`: nothing a user typed becomes
code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from nncore.experiment import Experiment
from nncore.export.script import OwnSource, script
from ui.tables.choices import MISSING_TEXT
from ui.tables.columns import Column
from ui.tables.preparation import Prepared
from ui.tables.sniff import MISSING, Layout
from ui.tables.table import Table

_NUMBERS: Final = '''
def numbers(column):
    """Numbers; slips of the pen, infinities and what is beyond single precision count as missing."""
    if not pd.api.types.is_numeric_dtype(column):
        column = column.astype(object).map(plain, na_action="ignore")
    values = pd.to_numeric(column, errors="coerce").to_numpy(float, copy=True)
    values[~(np.abs(values) <= np.finfo(np.float32).max)] = np.nan
    return values.astype({dtype})


def plain(value):
    """A cell as text with a decimal point."""
    return str(value).strip(){replace}
'''

_WRITTEN: Final = '''
def written(column, pattern, left_out, decimal):
    """Plain numbers out of those with signs around them or between thousands; NaN for whatever else."""
    cells = column.astype(object).str.strip()
    cells = cells.where(cells.str.fullmatch(pattern, na=False))
    for sign in left_out:
        cells = cells.str.replace(sign, "", regex=False)
    return cells.str.replace(decimal, ".", regex=False).str.replace("−", "-", regex=False)
'''

_MEDIAN: Final = '''
def median(values):
    """The median of the values that are there, 0 where there is none."""
    return float(np.median(values)) if len(values) else 0.0
'''

_TEXTS: Final = '''
def texts(column):
    """Texts; a number among them is the text that it is usually written as."""
    return column.astype(object).map(text, na_action="ignore")


def text(value):
    word = str(value).strip()
    if word.lower() in ("true", "false"):
        return word.capitalize()
    try:
        return f"{{float(plain(word)):.{digits}g}}"
    except ValueError:
        return word
'''

_DATES: Final = '''
def dates(column, form):
    """Days since 1 January 1970."""
    stamps = pd.to_datetime(column.astype(object), format=form, errors="coerce", utc=True)
    return ((stamps.dt.tz_localize(None) - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)).to_numpy(float)
'''

_SCALERS: Final = {"standard": "StandardScaler", "minmax": "MinMaxScaler"}


def own_script(
    table: Table, prepared: Prepared, experiment: Experiment, *, changes: Iterable[tuple[int, str, Any]] = ()
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
    own = OwnSource(data.task, data.n_inputs, data.n_outputs, _imports(prepared), _lines(table, prepared))
    return script(experiment, changes, own=own)


def recipe_json(table: Table, prepared: Prepared, experiment: Experiment) -> str:
    """Return all that was decided as JSON: how the file was read, what became of each column, the run."""
    reading = ("encoding", "separator", "decimal", "header", "skip")
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


def _column_facts(table: Table, column: Column) -> dict[str, Any]:
    written = table.written(column.name)
    return {
        "name": column.name,
        "kind": column.kind,
        "missing": column.missing.count,
        "first_missing_row": column.missing.first or None,
        "written": asdict(written) if written is not None else None,
    }


def _names(prepared: Prepared, group: str) -> list[str]:
    return next((list(names) for name, _, names in prepared.steps.transformers_ if name == group), [])


def _number_facts(prepared: Prepared, steps: Any) -> list[dict[str, Any]]:
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


def _text_facts(prepared: Prepared, steps: Any) -> list[dict[str, Any]]:
    names = _names(prepared, "texts")
    if not names:
        return []
    categories = steps["texts"]["encode"].categories_
    return [
        {"column": name, "texts": [str(word) for word in words]}
        for name, words in zip(names, categories, strict=True)
    ]


def _imports(prepared: Prepared) -> str:
    """Return the imports that the program needs, no others."""
    scaler = _SCALERS.get(prepared.choices.scaling) if _names(prepared, "numbers") else None
    encoder = "OneHotEncoder" if _names(prepared, "texts") else None
    preprocessing = ", ".join(sorted(name for name in (scaler, encoder) if name))
    lines = [
        "import sys\n\nimport numpy as np\nimport pandas as pd",
        "from sklearn.compose import ColumnTransformer\nfrom sklearn.impute import SimpleImputer",
        "from sklearn.pipeline import Pipeline",
        *([f"from sklearn.preprocessing import {preprocessing}"] if preprocessing else []),
        "\nfrom nncore.data import DataSet\nfrom nncore.data.rows import split_rows, stream",
    ]
    return "\n".join(lines)


def _lines(table: Table, prepared: Prepared) -> str:
    parts = [
        _helpers(table),
        _reading(table),
        _target(table, prepared),
        _split(prepared),
        _inputs(prepared),
        _data(prepared),
    ]
    return "\n\n".join(part.strip("\n") for part in parts)


def _dtype(table: Table) -> str:
    single = any(column.values.dtype == np.float32 for column in table.columns)
    return "np.float32" if single else "float"


def _helpers(table: Table) -> str:
    layout = table.layout
    replace = '.replace(",", ".")' if layout.decimal == "," else ""
    digits = 7 if _dtype(table) == "np.float32" else 15
    kinds = {column.kind for column in table.columns}
    helpers = [_NUMBERS.replace("{dtype}", _dtype(table)).replace("{replace}", replace), _MEDIAN]
    if any(layout.written):
        helpers.insert(1, _WRITTEN)
    if kinds & {"text", "many"}:
        helpers.append(_TEXTS.replace("{digits}", str(digits)).replace("{{", "{").replace("}}", "}"))
    if "date" in kinds:
        helpers.append(_DATES)
    return "\n\n\n".join(helper.strip("\n") for helper in helpers) + "\n"


def _reading(table: Table) -> str:
    layout: Layout = table.layout
    as_texts = [name for name, written in zip(layout.names, layout.written, strict=True) if written]
    dtype = f"\n    dtype={dict.fromkeys(as_texts, 'str')!r}," if as_texts else ""
    missing = sorted({*MISSING, *(word.upper() for word in MISSING)})
    return f"""path = sys.argv[1] if len(sys.argv) > 1 else {table.name!r}
table = pd.read_csv(
    path,
    sep={layout.separator!r},
    decimal={layout.decimal!r},{dtype}
    encoding={layout.encoding!r},
    header=None,
    names={list(layout.names)!r},
    index_col=False,
    skiprows={layout.skip!r},
    skip_blank_lines=False,
    skipinitialspace=True,
    na_values={missing!r},
    low_memory=False,
).dropna(how="all")
"""


def _values(table: Table, column: Column) -> str:
    if column.kind == "text":
        return f"texts(table[{column.name!r}])"
    if column.kind == "date":
        return f"dates(table[{column.name!r}], {column.date_format!r})"
    written = table.written(column.name)
    if written is None:
        return f"numbers(table[{column.name!r}])"
    how = f"{written.pattern!r}, {written.left_out!r}, {written.decimal!r}"
    return f"numbers(written(table[{column.name!r}], {how}))"


def _target(table: Table, prepared: Prepared) -> str:
    choices = prepared.choices
    frame = "".join(f"        {name!r}: {_values(table, table.column(name))},\n" for name in choices.features)
    column = table.column(choices.target)
    keep = "keep = pd.Series(target).notna().to_numpy()"
    if choices.filling == "drop":
        keep += " & features.notna().all(axis=1).to_numpy()"
    return f"""features = pd.DataFrame(
    {{
{frame}    }},
    index=table.index,
)
target = {_values(table, column)}
{keep}
features, target = features[keep].reset_index(drop=True), np.asarray(target)[keep]
"""


def _split(prepared: Prepared) -> str:
    choices = prepared.choices
    draw = f"rng=stream({choices.seed!r}, 'split')"
    if choices.task == "regression":
        return f"""train, val = split_rows(len(target), {choices.split!r}, {draw})
t = target.astype(float)[:, None]
center, spread = float(t[train].mean()), float(t[train].std()) or 1.0
t = (t - center) / spread
"""
    targets = "codes.astype(float)[:, None]" if choices.task == "binary" else "np.eye(len(classes))[codes]"
    return f"""classes, codes = np.unique(target, return_inverse=True)
train, val = split_rows(len(target), {choices.split!r}, {draw}, strata=codes)
t = {targets}
"""


def _inputs(prepared: Prepared) -> str:
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
    lines = []
    for group, fill, (name, step) in groups:
        columns = _names(prepared, group)
        if columns:
            lines.append(f'{group}_steps = Pipeline([("fill", {fill}), ("{name}", {step})])')
    used = [group for group, _, _ in groups if _names(prepared, group)]
    parts = ", ".join(f'("{group}", {group}_steps, {_names(prepared, group)!r})' for group in used)
    lines.append(f"steps = ColumnTransformer([{parts}])")
    lines.append("X = np.asarray(steps.fit(features.iloc[train]).transform(features))")
    return "\n".join(lines)


def _single(prepared: Prepared) -> bool:
    texts = prepared.steps.named_transformers_.get("texts")
    return _names(prepared, "texts") != [] and texts["encode"].dtype == np.float32


def _data(prepared: Prepared) -> str:
    validation = ""
    if prepared.data.X_val is not None:
        validation = ", X_val=X[val], t_val=t[val]"
    return f'data = DataSet("own", {prepared.choices.task!r}, X[train], t[train]{validation})\n'
