"""From a table to rows that a network can be trained on: encoded, filled, scaled, and some kept apart.

The steps are scikit-learn's (`SimpleImputer`, `StandardScaler`, `OneHotEncoder`, `ColumnTransformer`), fitted
on the training rows alone, so that the validation rows tell the truth. Everything that was decided is kept,
can be said in sentences, applied to new rows and written into a script.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from nncore.data.dataset import DataSet
from nncore.data.raw_cells import MISSING_TEXT
from nncore.data.raw_rows import Preparation
from nncore.data.rows import split_rows, stream
from ui.tables.choices import (
    FILLINGS,
    MAX_INPUT_CELLS,
    MAX_INPUTS,
    MIN_ROWS,
    SCALINGS,
    TASKS,
    WEIGHINGS,
    Choices,
    inputs_of,
    like_numbers,
    number_label,
    target_problem,
    tasks_for,
    usable_features,
)
from ui.tables.columns import Column, Rows
from ui.tables.description import describe
from ui.tables.roles import Leak, find_leaks
from ui.tables.split_check import Alike, alike_on_both_sides
from ui.tables.table import Progress, Table
from ui.tables.words import TableError, digits, rows_text, shortened


@dataclass(frozen=True)
class Prepared:
    """A table made ready, with everything that was decided on the way."""

    choices: Choices
    """What was asked for."""
    data: DataSet
    """Training and validation rows for the network."""
    steps: ColumnTransformer
    """Turns a frame of the feature columns into the inputs of the network."""
    classes: tuple[str, ...]
    """Names of the classes, () for a regression."""
    center: float
    spread: float
    """`center` and `spread`: a regression's target is trained as (target - center) / spread."""
    report: tuple[str, ...]
    """What was encoded, filled, scaled and dropped, one sentence each."""
    balance: tuple[tuple[str, int, int], ...]
    """Class, training rows, validation rows."""
    train_rows: np.ndarray = field(repr=False)
    val_rows: np.ndarray = field(repr=False)
    """`train_rows` and `val_rows`: rows of the file, counted as in a spreadsheet."""
    strata: np.ndarray | None = field(repr=False)
    """Class of every row that is used, in the order of the file; None for a regression."""
    leaks: tuple[Leak, ...] = ()
    """Features that alone predict the target, or repeat it."""
    alike: Alike = field(default_factory=Alike)
    """What validation rows have in common with training rows."""

    @property
    def preparation(self) -> Preparation:
        """All that turns raw rows into inputs, for whoever has no table."""
        assert self.data.preparation is not None
        return self.data.preparation

    def unseen(self, table: Table) -> list[str]:
        """Say which texts of a table were in no training row, and where the first of them stands."""
        found = []
        learned = self.steps.named_transformers_.get("texts")
        names: list[str] = next(
            (list(names) for group, _, names in self.steps.transformers_ if group == "texts"), []
        )
        for position, name in enumerate(names):
            known = set(learned["encode"].categories_[position])
            for text, row in _first_rows(table, table.column(name), known):
                found.append(
                    f"Column “{name}”, row {row}: “{shortened(text)}” is in no training row; "
                    "all inputs of this column are 0 there."
                )
        return found

    def in_units(self, outputs: np.ndarray) -> np.ndarray:
        """Return a regression's outputs in the units of the target column."""
        return outputs * self.spread + self.center


def median(values: np.ndarray) -> float:
    """Return the median of the values that are there, 0 where there is none.

    Fifteen times as fast for `SimpleImputer` as its own "median", which sorts masked arrays.
    """
    return float(np.median(values)) if len(values) else 0.0


def prepare(table: Table, choices: Choices, *, progress: Progress | None = None) -> Prepared:
    """Make a table ready for a network.

    Parameters
    ----------
    table : Table
    choices : Choices
    progress : callable, optional
        Called with the share done (0 to 1) and a sentence about what comes next.

    Raises
    ------
    TableError
        When the target has one class only or too many, too few rows are left, or a choice is not possible;
        the sentence names the column and, where there is one, the row.
    """
    tell = progress or _nobody
    tell(0.0, "Looking at the target")
    column = _checked(table, choices)
    keep, report = _rows_to_keep(table, choices, column)
    labels, t, classes, strata = _targets(column, table.rows, keep=keep, task=choices.task)
    train, val = split_rows(len(keep), choices.split, rng=stream(choices.seed, "split"), strata=strata)
    center, spread = 0.0, 1.0
    if choices.task == "regression":
        center, spread = float(t[train].mean()), float(t[train].std()) or 1.0
        _refuse_lost_spread(column.name, t[train])
        t = (t - center) / spread
        report.append(
            f"Target “{column.name}”: trained as (value − {digits(center)}) / {digits(spread)}, "
            "the mean and spread of the training rows; predictions are given in its own units."
        )
    _refuse_too_wide(table, choices, len(keep))
    frame = feature_frame(table, choices.features, keep, numeric=numeric_features(table, choices))
    tell(0.2, f"Medians and scales from {len(train):,} training rows")
    steps = _steps(table, choices).fit(frame.iloc[train])
    trained = np.bincount(labels[train], minlength=len(classes)) if classes else np.zeros(0, dtype=int)
    weights = class_weights(choices, trained)
    tell(0.5, f"Encoding and scaling {len(keep):,} rows")
    inputs = np.asarray(steps.transform(frame))
    tell(0.8, "Setting rows apart for validation")
    # Each begins with the name of its group, as a number and a text may have the same name.
    names = tuple(str(name).partition("__")[2] for name in steps.get_feature_names_out())
    report += _encoding_report(table, choices, _unscaled(steps, frame.iloc[train]))
    report.append(_split_report(len(train), len(val)))
    alike = alike_on_both_sides(table, choices, train=keep[train], val=keep[val])
    report += alike.sentences
    leaks = tuple(find_leaks(table, column, task=choices.task, features=choices.features, rows=keep))
    report += [leak.sentence for leak in leaks]
    report += _rare_classes(labels, classes, table.rows[keep], train=train)
    report += _weights_report(weights, classes)
    told = describe(table, choices, steps, classes=classes, center=center, spread=spread)
    data = _dataset(inputs, t, train=train, val=val, choices=choices, names=names, told=told)
    data = replace(data, class_weights=weights)
    balance = tuple(
        (name, int((labels[train] == code).sum()), int((labels[val] == code).sum()))
        for code, name in enumerate(classes)
    )
    made = Prepared(
        choices, data, steps, classes, center, spread, tuple(report), balance,
        table.rows[keep[train]], table.rows[keep[val]], strata, leaks, alike,
    )  # fmt: skip
    made = replace(made, report=(*report, *made.unseen(table)))
    tell(1.0, "Ready")
    return made


def _nobody(_share: float, _sentence: str) -> None:
    """Tell nobody how far the work is."""


def _checked(table: Table, choices: Choices) -> Column:
    column = table.column(choices.target)
    problem = target_problem(column)
    if problem:
        raise TableError(problem)
    allowed = tasks_for(column)
    if choices.task not in allowed:
        words = ", ".join(f"{name} ({TASKS[name]})" for name in allowed)
        raise TableError(f"task must be one of {words} for column “{column.name}”; got {choices.task!r}.")
    for name, value, table_of in (
        ("scaling", choices.scaling, SCALINGS),
        ("filling", choices.filling, FILLINGS),
        ("weighing", choices.weighing, WEIGHINGS),
    ):
        if value not in table_of:
            raise TableError(f"{name} must be one of {', '.join(table_of)}; got {value!r}.")
    if not choices.features:
        why = " ".join(usable_features(table, choices.target)[1][:3])
        raise TableError(f"features must name at least one column; got none. {why}".strip())
    usable, reasons = usable_features(table, choices.target)
    for name in choices.features:
        if name not in usable:
            said = [reason for reason in reasons if f"“{name}”" in reason]
            raise TableError(
                said[0] if said else f"Column “{name}” cannot be a feature of “{choices.target}”."
            )
    return column


def _rows_to_keep(table: Table, choices: Choices, column: Column) -> tuple[np.ndarray, list[str]]:
    """Return the rows with a target (and, if so chosen, without missing features), and what was left out."""
    report = []
    present = ~column.is_missing()
    if not present.all():
        first = table.rows[np.argmin(present)]
        report.append(
            f"{rows_text(int((~present).sum()))} without a value of “{column.name}” left out, "
            f"the first is row {first}."
        )
    if choices.filling == "drop":
        whole = present.copy()
        for name in choices.features:
            whole &= ~table.column(name).is_missing()
        lost = present & ~whole
        if lost.any():
            report.append(
                f"{rows_text(int(lost.sum()))} with a missing feature left out, the first is row "
                f"{table.rows[np.argmax(lost)]}."
            )
        present = whole
    keep = np.flatnonzero(present)
    if len(keep) < MIN_ROWS:
        raise TableError(
            f"Only {rows_text(len(keep))} can be used of {table.n_rows:,} (target “{column.name}”); "
            f"at least {MIN_ROWS} are needed."
        )
    return keep, report


def _targets(
    column: Column, rows: np.ndarray, *, keep: np.ndarray, task: str
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], np.ndarray | None]:
    """Return class codes (n,), targets (n, outputs), class names and what to stratify by."""
    values = column.values[keep]
    if task == "regression":
        return np.zeros(len(keep), dtype=int), values.astype(float)[:, None], (), None
    present, codes = np.unique(values, return_inverse=True)
    if column.kind == "text":
        classes = tuple(column.categories[int(code)] for code in present)
    else:
        classes = tuple(number_label(value) for value in present)
    if len(classes) < 2:
        raise TableError(
            f"Column “{column.name}” has a single class, “{shortened(classes[0])}”, in the "
            f"{len(keep):,} rows that can be used (from row {rows[keep[0]]} on); two classes or more are "
            "needed."
        )
    if task == "binary":
        if len(classes) != 2:
            raise TableError(
                f"Column “{column.name}” has {len(classes)} classes; two classes need exactly 2."
            )
        return codes, codes.astype(float)[:, None], classes, codes
    return codes, np.eye(len(classes))[codes], classes, codes


def numeric_features(table: Table, choices: Choices) -> set[str]:
    """Return the features that are numbers for the network."""
    return set(_groups(table, choices)[0])


def _groups(table: Table, choices: Choices) -> tuple[list[str], list[str]]:
    """Return the features that are numbers for the network, and those that become one input a value."""
    texts = [name for name in choices.features if choices.as_class(table.column(name))]
    return [name for name in choices.features if name not in texts], texts


def _first_rows(table: Table, column: Column, known: set[str]) -> list[tuple[str, int]]:
    """Return up to three texts of a column that are not among those known, with the first row of each."""
    if column.kind == "text":
        strange = [(code, text) for code, text in enumerate(column.categories) if text not in known]
    elif column.kind == "number":
        present = np.unique(column.values[~np.isnan(column.values)])
        strange = [(value, text) for value in present if (text := number_label(value)) not in known]
    else:
        return []
    return [(text, int(table.rows[np.argmax(column.values == code)])) for code, text in strange[:3]]


def class_weights(choices: Choices, counts: np.ndarray) -> tuple[float, ...]:
    """Return what a row of each class counts in the cost; () where all count the same.

    Weights that come from the counts average to 1 over the training rows, as scikit-learn's "balanced" do,
    so that the learning rate keeps its meaning.

    Parameters
    ----------
    choices : Choices
    counts : array of int, shape (n_classes,)
        Training rows of each class; empty for a regression.

    Raises
    ------
    TableError
        When weights by hand are not one per class, or not all above 0.
    """
    if choices.weighing == "none" or not len(counts):
        return ()
    if choices.weighing == "hand":
        given = choices.weights
        if len(given) != len(counts) or not all(np.isfinite(weight) and weight > 0 for weight in given):
            raise TableError(f"weights must be one number above 0 per class, {len(counts)}; got {given}.")
        return given
    present = np.maximum(counts, 1)
    wanted = 1.0 / present if choices.weighing == "balanced" else 1.0 / np.sqrt(present)
    return tuple(float(weight) for weight in wanted * (counts.sum() / (wanted * counts).sum()))


def _weights_report(weights: tuple[float, ...], classes: tuple[str, ...]) -> list[str]:
    if not weights:
        return []
    said = ", ".join(
        f"{weight:.3g} of “{shortened(name)}”" for name, weight in zip(classes, weights, strict=True)
    )
    return [
        f"In the cost a row counts {said}: do not hold it against costs where all rows count the same. "
        "Accuracy, ROC and the class table count rows as they are."
    ]


def _steps(table: Table, choices: Choices) -> ColumnTransformer:
    numbers, texts = _groups(table, choices)
    scalers = {"standard": StandardScaler(), "minmax": MinMaxScaler(), "none": "passthrough"}
    scaler = scalers[choices.scaling]
    number_steps = Pipeline(
        [("fill", SimpleImputer(strategy=median, keep_empty_features=True)), ("scale", scaler)]
    )
    one_hot = OneHotEncoder(
        handle_unknown="ignore", sparse_output=False, dtype=np.float64 if table.double else np.float32
    )
    text_steps = Pipeline(
        [
            ("fill", SimpleImputer(strategy="constant", fill_value=MISSING_TEXT, keep_empty_features=True)),
            ("encode", one_hot),
        ]
    )
    return ColumnTransformer([("numbers", number_steps, numbers), ("texts", text_steps, texts)])


def feature_frame(
    table: Table, features: tuple[str, ...], rows: Rows, *, numeric: set[str] | None = None
) -> pd.DataFrame:
    """Return the features as scikit-learn wants them: floats, and texts as objects with NaN where missing."""
    columns = {}
    for name in features:
        column = table.column(name)
        if column.kind == "text":
            words = np.array([*column.categories, np.nan], dtype=object)
            columns[name] = pd.Series(words[column.values[rows]], dtype=object)
        elif numeric is None or name in numeric:
            columns[name] = pd.Series(column.values[rows])
        else:
            # Learned as classes: a number among them is the text that it is written as.
            texts = [np.nan if np.isnan(value) else number_label(value) for value in column.values[rows]]
            columns[name] = pd.Series(texts, dtype=object)
    return pd.DataFrame(columns)


def _refuse_too_wide(table: Table, choices: Choices, n_rows: int) -> None:
    width = 0
    for name in choices.features:
        column = table.column(name)
        width += inputs_of(column, texts=choices.as_class(column))
    if width > MAX_INPUTS or width * n_rows > MAX_INPUT_CELLS:
        raise TableError(
            f"The {len(choices.features)} features would become {width:,} inputs for {n_rows:,} rows; "
            f"at most {MAX_INPUTS:,} inputs and {MAX_INPUT_CELLS:,} values in all are trained on: "
            "choose fewer features."
        )


def _dataset(
    inputs: np.ndarray,
    t: np.ndarray,
    *,
    train: np.ndarray,
    val: np.ndarray,
    choices: Choices,
    names: tuple[str, ...],
    told: Preparation,
) -> DataSet:
    bounds = tuple((float(low), float(high)) for low, high in zip(inputs.min(0), inputs.max(0), strict=True))
    return DataSet(
        "own",
        choices.task,
        inputs[train],
        t[train],
        X_val=inputs[val] if len(val) else None,
        t_val=t[val] if len(val) else None,
        feature_names=tuple(shortened(name) for name in names),
        class_names=tuple(shortened(name) for name in told.classes),
        bounds=bounds,
        note=f"Numbers scaled to {SCALINGS[choices.scaling]}"
        if choices.scaling != "none"
        else "Nothing scaled.",
        preparation=told,
    )


def _refuse_lost_spread(name: str, values: np.ndarray) -> None:
    """Refuse a target whose numbers differ, but by too little to be squared: `TableError`."""
    if not values.std() and np.ptp(values):
        raise TableError(
            f"Column “{name}” cannot be learned: its numbers differ by no more than {np.ptp(values):.2g}, "
            "and the square of that is nought in double precision. Give them another unit in the file."
        )


def _unscaled(steps: ColumnTransformer, frame: pd.DataFrame) -> list[str]:
    """Return the columns of numbers that differ by too little for scikit-learn to scale them.

    It takes a column for a constant where its spread is lost in rounding, or its width is below 2e-15.
    """
    names = next((list(names) for group, _, names in steps.transformers_ if group == "numbers"), [])
    scaler = steps.named_transformers_["numbers"]["scale"] if names else None
    if isinstance(scaler, StandardScaler):
        kept = (scaler.scale_ == 1.0) & (scaler.var_ != 1.0)
    elif isinstance(scaler, MinMaxScaler):
        kept = (scaler.scale_ == 1.0) & (scaler.data_range_ != 1.0)
    else:
        return []
    return [name for name, one in zip(names, kept, strict=True) if one and frame[name].nunique() > 1]


def _encoding_report(table: Table, choices: Choices, unscaled: list[str]) -> list[str]:
    report = []
    for name in choices.features:
        column = table.column(name)
        if choices.as_class(column):
            more = f", missing values count as “{MISSING_TEXT}”" if column.missing.count else ""
            count, what = column.distinct(), "text" if column.kind == "text" else "number"
            many = (
                f"1 {what} becomes a 0/1 input"
                if count == 1
                else f"{count} {what}s become one 0/1 input each"
            )
            report.append(f"Column “{name}”: {many}{more}.")
            if column.kind == "text" and (sentence := like_numbers(table, column)):
                report.append(sentence)
        elif column.missing.count and choices.filling == "fill":
            report.append(
                f"Column “{name}”: {column.missing.count:,} missing (first in row {column.missing.first}), "
                "filled with the median of the training rows."
            )
    report += [
        f"Column “{name}”: its numbers differ by too little to be scaled in double precision, so that the "
        "network can hardly use them. Give them another unit in the file, or take a constant off."
        for name in unscaled
    ]
    numbers = [name for name in _groups(table, choices)[0] if name not in unscaled]
    if numbers:
        how = {
            "standard": "scaled to mean 0 and spread 1",
            "minmax": "scaled to 0 to 1",
            "none": "left as they are",
        }[choices.scaling]
        report.append(f"{len(numbers)} column{'s' if len(numbers) > 1 else ''} of numbers: {how}.")
    return report


def _split_report(n_train: int, n_val: int) -> str:
    if n_val == 0:
        return f"All {n_train:,} rows train; none is kept apart for validation."
    return (
        f"{n_train:,} rows train, {n_val:,} are kept apart for validation; "
        "scales come from the training rows."
    )


def _rare_classes(
    labels: np.ndarray, classes: tuple[str, ...], rows: np.ndarray, *, train: np.ndarray
) -> list[str]:
    """Say which classes are too rare to be learned and checked."""
    found = []
    trained = np.bincount(labels[train], minlength=len(classes)) if classes else np.zeros(0)
    for code, name in enumerate(classes):
        here = np.flatnonzero(labels == code)
        if trained[code] == 0:
            found.append(f"Class “{shortened(name)}” has no training row (its first row is {rows[here[0]]}).")
        elif len(here) == 1:
            found.append(
                f"Class “{shortened(name)}” has a single row, row {rows[here[0]]}: it cannot be checked."
            )
    return found
