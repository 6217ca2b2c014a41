"""What a network trained on one's own table is worth: ROC, every class, predictions on old and new rows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import plotly.graph_objects as go
from sklearn.metrics import (
    auc,
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    precision_recall_fscore_support,
    r2_score,
    roc_curve,
    root_mean_squared_error,
)

from nncore.model import Model
from ui.shared.theme import Palette, figure_layout
from ui.tables.preparation import Prepared
from ui.tables.words import digits

MAX_DRAWN: Final = 2000
MOST_COUNTED: Final = 10
"""Up to so many classes a table shows for which of them each was taken."""

Cell = str | int | float | None
ClassRow = dict[str, Cell]
Columns = dict[str, list[Cell]]


@dataclass(frozen=True)
class Scores:
    """What a network answers for one set of rows."""

    name: str
    """Which rows: "training" or "validation"."""
    outputs: np.ndarray
    """Shape (n_rows, n_outputs): probabilities, or values in the units of the target."""
    targets: np.ndarray
    """Shape (n_rows,): class codes, or values in the units of the target."""
    rows: np.ndarray
    """Rows of the file, shape (n_rows,)."""


def score(network: Model, prepared: Prepared) -> list[Scores]:
    """Return the network's answers for the training rows, and for the validation rows where there are any."""
    data = prepared.data
    sets = [("training", data.X, data.t, prepared.train_rows)]
    if data.X_val is not None and data.t_val is not None:
        sets.append(("validation", data.X_val, data.t_val, prepared.val_rows))
    found = []
    for name, X, t, rows in sets:
        outputs = answers(network, prepared, X)
        targets = t[:, 0] if t.shape[1] == 1 else t.argmax(axis=1)
        if not prepared.classes:
            targets = prepared.in_units(targets)
        found.append(Scores(name, outputs, targets, rows))
    return found


def answers(network: Model, prepared: Prepared, inputs: np.ndarray) -> np.ndarray:
    """Return probabilities of every class, or values in the units of the target, shape (n_rows, n).

    Two classes have two columns, one for each, though the network has one output.
    """
    outputs = network.predict_proba(inputs)
    if not prepared.classes:
        return prepared.in_units(outputs)
    return np.hstack([1.0 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


def decided(outputs: np.ndarray, *, threshold: float = 0.5) -> np.ndarray:
    """Return class codes, shape (n_rows,); of two classes the second where it reaches the threshold."""
    if outputs.shape[1] == 2:
        return (outputs[:, 1] >= threshold).astype(int)
    return outputs.argmax(axis=1)


def confusion(scores: Scores, n_classes: int, *, threshold: float = 0.5) -> np.ndarray:
    """Return how many rows of each class (rows) were taken for each class (columns)."""
    called = decided(scores.outputs, threshold=threshold)
    return confusion_matrix(scores.targets.astype(int), called, labels=np.arange(n_classes))


def class_table(scores: Scores, classes: tuple[str, ...], *, threshold: float = 0.5) -> list[ClassRow]:
    """Return, for every class, how many of it were found and how many so called are of it."""
    precision, recall, balance, present = precision_recall_fscore_support(
        scores.targets.astype(int), decided(scores.outputs, threshold=threshold),
        labels=np.arange(len(classes)), zero_division=np.nan,
    )  # fmt: skip
    return [
        {
            "class": name, "rows": int(rows), "recall": _known(found), "precision": _known(right),
            "F1": _known(both),
        }
        for name, rows, found, right, both in zip(classes, present, recall, precision, balance, strict=True)
    ]  # fmt: skip


def class_report(scores: Scores, classes: tuple[str, ...], *, threshold: float = 0.5) -> list[ClassRow]:
    """Return the table of classes and beside it, of a few classes, how many were taken for each."""
    rows = class_table(scores, classes, threshold=threshold)
    if len(classes) > MOST_COUNTED:
        return rows
    counts = confusion(scores, len(classes), threshold=threshold)
    taken = [{f"taken for {name}": int(n) for name, n in zip(classes, line, strict=True)} for line in counts]
    return [{**row, **more} for row, more in zip(rows, taken, strict=True)]


def _known(share: float) -> float | None:
    return None if np.isnan(share) else float(share)


def roc(scores: Scores) -> tuple[np.ndarray, np.ndarray, np.ndarray, float] | None:
    """Return false alarms, hits, thresholds and the area below for the second class; None with one class."""
    truth = scores.targets.astype(int)
    if len(np.unique(truth)) < 2 or not np.isfinite(scores.outputs).all():
        return None
    false_alarms, hits, thresholds = roc_curve(truth, scores.outputs[:, 1])
    return false_alarms, hits, thresholds, float(auc(false_alarms, hits))


def roc_figure(
    every: list[Scores], colours: Palette, *, classes: tuple[str, ...], threshold: float
) -> tuple[go.Figure, str]:
    """Draw the ROC curves and mark a threshold; return the words that say what the figure shows, too."""
    figure = go.Figure(layout=figure_layout(colours, height=360))
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="guessing", line={"color": colours.grid, "width": 2}
    )
    said = []
    for scores, colour, dash in zip(every, colours.lines, ("solid", "dash"), strict=False):
        curve = roc(scores)
        if curve is None:
            said.append(f"the {scores.name} rows hold one class only")
            continue
        false_alarms, hits, _, area = curve
        step = max(1, len(hits) // MAX_DRAWN)
        said.append(f"area {area:.3f} on the {scores.name} rows")
        figure.add_scatter(
            x=[*false_alarms[::step], 1.0], y=[*hits[::step], 1.0], mode="lines",
            name=f"{scores.name}, {area:.3f}", line={"color": colour, "width": 3, "dash": dash},
        )  # fmt: skip
        counts = confusion(scores, 2, threshold=threshold)
        x, y = (float(counts[k, 1] / max(1, counts[k].sum())) for k in (0, 1))
        figure.add_scatter(
            x=[x], y=[y], mode="markers", showlegend=False, hovertext=f"threshold {threshold:g}",
            marker={"color": colour, "size": 13, "line": {"color": colours.text, "width": 2}},
        )  # fmt: skip
    figure.update_xaxes(
        title=f"false alarms: share of “{classes[0]}” called “{classes[1]}”", range=[-0.02, 1.02]
    )
    figure.update_yaxes(title=f"hits: share of “{classes[1]}” found", range=[-0.02, 1.02])
    return figure, f"ROC: {'; '.join(said)}. 0.5 is guessing, 1 is perfect."


def against_rest(scores: Scores, code: int) -> Scores:
    """Return the answers for one class against all others: two columns, the rest and the class."""
    shares = scores.outputs[:, code]
    two = np.column_stack([1.0 - shares, shares])
    return Scores(scores.name, two, (scores.targets == code).astype(float), scores.rows)


def precision_figure(
    every: list[Scores], colours: Palette, *, classes: tuple[str, ...], threshold: float
) -> tuple[go.Figure, str]:
    """Draw precision against recall of the second class and mark a threshold; words say what it shows.

    Returns
    -------
    figure, words
    """
    figure = go.Figure(layout=figure_layout(colours, height=360))
    said, guess = [], ""
    for scores, colour, dash in zip(every, colours.lines, ("solid", "dash"), strict=False):
        truth = scores.targets.astype(int)
        if len(np.unique(truth)) < 2 or not np.isfinite(scores.outputs).all():
            said.append(f"nothing to draw of the {scores.name} rows")
            continue
        precision, recall, _ = precision_recall_curve(truth, scores.outputs[:, 1])
        area = float(average_precision_score(truth, scores.outputs[:, 1]))
        said.append(f"average precision {area:.3f} on the {scores.name} rows")
        guess = f" Guessing has {truth.mean():.3f} there, the share of “{classes[1]}”."
        step = max(1, len(recall) // MAX_DRAWN)
        figure.add_scatter(
            x=recall[::step], y=precision[::step], mode="lines", name=f"{scores.name}, {area:.3f}",
            line={"color": colour, "width": 3, "dash": dash, "shape": "hv"},
        )  # fmt: skip
        counts = confusion(scores, 2, threshold=threshold)
        if counts[:, 1].sum():
            figure.add_scatter(
                x=[counts[1, 1] / counts[1].sum()], y=[counts[1, 1] / counts[:, 1].sum()], mode="markers",
                showlegend=False, hovertext=f"threshold {threshold:g}",
                marker={"color": colour, "size": 13, "line": {"color": colours.text, "width": 2}},
            )  # fmt: skip
    figure.update_xaxes(title=f"recall: share of “{classes[1]}” found", range=[-0.02, 1.02])
    figure.update_yaxes(title=f"precision: share of those called “{classes[1]}”", range=[-0.02, 1.05])
    return figure, f"Precision and recall: {'; '.join(said)}.{guess}"


def residual_figure(every: list[Scores], colours: Palette, *, target: str) -> tuple[go.Figure, str]:
    """Draw what is left, true minus predicted, against the prediction; words say how large that is.

    Returns
    -------
    figure, words
    """
    figure = go.Figure(layout=figure_layout(colours, height=360))
    said = []
    for scores, colour, symbol in zip(every, colours.lines, ("circle", "diamond-open"), strict=False):
        answers = scores.outputs[:, 0]
        if not np.isfinite(answers).all():
            continue
        left = scores.targets - answers
        pick = np.arange(0, len(left), max(1, len(left) // MAX_DRAWN))
        figure.add_scatter(
            x=answers[pick], y=left[pick], mode="markers", name=scores.name,
            marker={"color": colour, "symbol": symbol, "size": 7},
        )  # fmt: skip
        said.append(
            f"{scores.name}: mean {digits(left.mean(), 3)}, "
            f"half of them within ± {digits(np.median(np.abs(left)), 3)}"
        )
    figure.add_hline(y=0.0, line={"color": colours.grid, "width": 2})
    figure.update_xaxes(title=f"{target}, predicted")
    figure.update_yaxes(title="residual: true minus predicted")
    return (
        figure,
        f"Residuals, {'; '.join(said)}." if said else "No residuals: the run grew beyond all numbers.",
    )


def value_figure(every: list[Scores], colours: Palette, *, target: str) -> tuple[go.Figure, str]:
    """Draw predicted values against true ones; words say how good they are."""
    figure = go.Figure(layout=figure_layout(colours, height=360))
    low = min(float(scores.targets.min()) for scores in every)
    high = max(float(scores.targets.max()) for scores in every)
    line = {"color": colours.grid, "width": 2}
    figure.add_scatter(x=[low, high], y=[low, high], mode="lines", name="exact", line=line)
    said = []
    for scores, colour, symbol in zip(every, colours.lines, ("circle", "diamond-open"), strict=False):
        true, said_to_be = scores.targets, scores.outputs[:, 0]
        if np.isfinite(said_to_be).all():
            error = root_mean_squared_error(true, said_to_be)
            alike = "no R², as the true values are all alike"
            share = f"R² {r2_score(true, said_to_be):.3f}" if np.ptp(true) else alike
            said.append(f"{scores.name}: typical error {digits(error)}, {share}")
        else:
            said.append(f"{scores.name}: no answer any more, as the run grew beyond all numbers")
        pick = np.arange(0, len(true), max(1, len(true) // MAX_DRAWN))
        figure.add_scatter(
            x=true[pick], y=said_to_be[pick], mode="markers", name=scores.name,
            marker={"color": colour, "symbol": symbol, "size": 7},
        )  # fmt: skip
    figure.update_xaxes(title=f"{target}, true")
    figure.update_yaxes(title=f"{target}, predicted")
    return figure, "; ".join(said) + "."


def prediction_table(outputs: np.ndarray, prepared: Prepared, *, threshold: float = 0.5) -> Columns:
    """Return predictions as columns: the class and every probability, or the value."""
    target = prepared.choices.target
    if not prepared.classes:
        return {f"predicted {target}": outputs[:, 0].tolist()}
    codes = decided(outputs, threshold=threshold)
    columns: Columns = {f"predicted {target}": [prepared.classes[code] for code in codes]}
    for code, name in enumerate(prepared.classes):
        columns[f"probability of {name}"] = outputs[:, code].tolist()
    return columns


def predictions_csv(every: list[Scores], prepared: Prepared, *, threshold: float = 0.5) -> str:
    """Return the predictions for all rows of the table as comma-separated text, in the order of the file."""
    target = prepared.choices.target
    columns: Columns = {}
    for scores in every:
        true: list[Cell] = scores.targets.tolist()
        if prepared.classes:
            true = [prepared.classes[int(code)] for code in scores.targets]
        part = {
            "row": scores.rows.tolist(),
            "set": [scores.name] * len(true),
            target: true,
            **prediction_table(scores.outputs, prepared, threshold=threshold),
        }
        for name, values in part.items():
            columns.setdefault(name, []).extend(values)
    order = np.argsort(np.concatenate([scores.rows for scores in every]), kind="stable")
    return _csv(columns, order)


def _csv(columns: Columns, order: np.ndarray) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_harmless(name) for name in columns])
    values = list(columns.values())
    for index in order:
        writer.writerow([_cell(column[index]) for column in values])
    return text.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(value)
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
