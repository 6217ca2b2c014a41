"""What other models make of the same rows: a constant, a straight model, a forest, and five folds.

All models are scikit-learn's. Nothing is looked at that a model has not trained on: medians, scales, texts
and the scale of a target are fitted to the training rows of each fold anew. Runs in a process of its own, so
nothing here knows Streamlit.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, r2_score, roc_auc_score, root_mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold

from nncore.data.dataset import DataSet
from nncore.experiment import Experiment
from nncore.model import Model
from ui.tables.choices import Choices
from ui.tables.preparation import Prepared, class_weights, feature_frame, numeric_features
from ui.tables.table import Table

CONSTANT, STRAIGHT, FOREST, NETWORK = "constant", "straight", "forest", "network"
FOLDS: Final = 5
TREES: Final = 200
MOST_FOREST_ROWS: Final = 50_000
"""A forest grows on at most so many of its training rows, evenly taken: it holds them all many times over."""
REPEATS: Final = 10
MOST_SHUFFLED: Final = 2000
"""Importance is measured on at most so many rows, evenly taken."""
SLICE_SECONDS: Final = 0.2
"""Between two words about a network that trains."""

Measures = dict[str, float]


@dataclass(frozen=True)
class JudgedRows:
    """The rows that are used, as they were read: before anything was fitted to them."""

    frame: pd.DataFrame
    """Feature columns, in the order of the file."""
    target: np.ndarray
    """Class codes, or values in their own units, shape (n_rows,)."""
    n_classes: int
    """0 for a regression."""
    train: np.ndarray
    val: np.ndarray
    """`train` and `val`: positions of the rows that train and of those kept apart."""
    steps: ColumnTransformer
    """Turns the frame into inputs; not fitted."""
    choices: Choices


@dataclass(frozen=True)
class Judged:
    """What one model answered."""

    model: str
    """One of "constant", "straight", "forest", "network"."""
    part: str
    """Either "training" or "validation", or the number of the fold that it was tested on."""
    outputs: np.ndarray
    """Probabilities (n_rows, n_classes), or values (n_rows, 1) in the units of the target."""
    targets: np.ndarray
    """Class codes or values, shape (n_rows,)."""

    @property
    def measures(self) -> Measures:
        """How good the answers are."""
        width = self.outputs.shape[1]
        return measures(self.targets, self.outputs, n_classes=width if width > 1 else 0)


@dataclass(frozen=True)
class Progress:
    """How much of the work is done, 0 to 1, and what comes next."""

    share: float
    text: str


@dataclass(frozen=True)
class Importance:
    """How much worse the answers are where one column is shuffled."""

    column: str
    rise: float
    spread: float
    """`rise` and `spread`: mean and standard deviation, over the shuffles, of the rise of log loss or typical
    error."""


Finding = Progress | Judged | Importance


def judged_rows(table: Table, prepared: Prepared) -> JudgedRows:
    """Return the rows of a prepared table as they were read.

    Parameters
    ----------
    table : Table
    prepared : Prepared
        Made from the table.
    """
    used = np.sort(np.concatenate([prepared.train_rows, prepared.val_rows]))
    train, val = (np.searchsorted(used, rows) for rows in (prepared.train_rows, prepared.val_rows))
    data = prepared.data
    target = np.empty(len(used))
    for rows, t in ((train, data.t), (val, data.t_val)):
        if t is not None:
            target[rows] = _labels(t) if prepared.classes else prepared.in_units(t[:, 0])
    frame = feature_frame(
        table, prepared.choices.features, np.searchsorted(table.rows, used),
        numeric=numeric_features(table, prepared.choices),
    )  # fmt: skip
    steps = clone(prepared.steps)
    return JudgedRows(frame, target, len(prepared.classes), train, val, steps, prepared.choices)


def _labels(t: np.ndarray) -> np.ndarray:
    return t[:, 0] if t.shape[1] == 1 else t.argmax(axis=1)


def measures(targets: np.ndarray, outputs: np.ndarray, *, n_classes: int) -> Measures:
    """Return how good answers are: accuracy, log loss and ROC area, or typical error and R².

    Parameters
    ----------
    targets : array, shape (n_rows,)
        Class codes, or values.
    outputs : array, shape (n_rows, n_classes) or (n_rows, 1)
        Probabilities, or values in the same units.
    n_classes : int
        0 for values.
    """
    if not n_classes:
        return _value_measures(targets, outputs[:, 0])
    if not np.isfinite(outputs).all():
        return {"accuracy": np.nan, "log loss": np.nan, **({"ROC area": np.nan} if n_classes == 2 else {})}
    right = float((outputs.argmax(axis=1) == targets).mean())
    shares = np.clip(outputs, 1e-15, 1.0)
    loss = float(log_loss(targets, shares / shares.sum(axis=1, keepdims=True), labels=np.arange(n_classes)))
    found = {"accuracy": right, "log loss": loss}
    if n_classes == 2:
        both = len(np.unique(targets)) == 2
        found["ROC area"] = float(roc_auc_score(targets, outputs[:, 1])) if both else np.nan
    return found


def _value_measures(targets: np.ndarray, answers: np.ndarray) -> Measures:
    if not np.isfinite(answers).all():
        return {"typical error": np.nan, "R²": np.nan}
    share = r2_score(targets, answers, force_finite=False) if len(targets) > 1 else np.nan
    return {"typical error": float(root_mean_squared_error(targets, answers)), "R²": float(share)}


def estimator(model: str, *, classes: bool, seed: int) -> BaseEstimator:
    """Return one of the other models, as scikit-learn has it."""
    if model == CONSTANT:
        return DummyClassifier(strategy="prior") if classes else DummyRegressor()
    if model == STRAIGHT:
        return LogisticRegression(max_iter=500) if classes else Ridge()
    forest = RandomForestClassifier if classes else RandomForestRegressor
    return forest(n_estimators=TREES, random_state=seed, n_jobs=1)


def compare(rows: JudgedRows, models: tuple[str, ...]) -> Iterator[Finding]:
    """Fit models to the training rows and let them answer for these and for those kept apart.

    Parameters
    ----------
    rows : JudgedRows
    models : tuple of str
        Out of "constant", "straight" and "forest".
    """
    for number, model in enumerate(models):
        yield Progress(number / len(models), f"The {NAMES[model]} learns")
        fold = _Fold(rows, rows.train)
        answers = fold.fitted(model)
        for part, which in (("training", rows.train), ("validation", rows.val)):
            if len(which):
                yield Judged(model, part, answers(which), rows.target[which])


NAMES: Final = {
    CONSTANT: "best constant",
    STRAIGHT: "straight model",
    FOREST: "forest",
    NETWORK: "network",
}
"""What the models are called."""


def fold_rows(rows: JudgedRows) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return five pairs of training and test rows; each row is tested once, classes are dealt out evenly."""
    seed = rows.choices.seed
    n_rows = np.arange(len(rows.target))
    # Where no class has a row for every fold there is nothing to deal out evenly.
    even = rows.n_classes > 0 and np.bincount(rows.target.astype(int)).max() >= FOLDS
    kind = StratifiedKFold if even else KFold
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class with fewer rows than folds is in some of them only
        return list(kind(FOLDS, shuffle=True, random_state=seed).split(n_rows, rows.target))


def cross_validate(rows: JudgedRows, experiment: Experiment, models: tuple[str, ...]) -> Iterator[Finding]:
    """Train every model five times, each time without a fifth of the rows, and test it on these.

    Parameters
    ----------
    rows : JudgedRows
    experiment : Experiment
        How the network is trained.
    models : tuple of str
        Out of the four.
    """
    steps = FOLDS * len(models)
    for number, (train, test) in enumerate(fold_rows(rows)):
        fold = _Fold(rows, train)
        for place, model in enumerate(models):
            done, text = (
                (number * len(models) + place) / steps,
                f"Fold {number + 1} of {FOLDS}: {NAMES[model]}",
            )
            yield Progress(done, text)
            if model == NETWORK:
                for share in fold.train_network(experiment):
                    yield Progress(done + share / steps, text)
                answers = fold.network_answers
            else:
                answers = fold.fitted(model)
            yield Judged(model, str(number + 1), answers(test), rows.target[test])


class _Fold:
    """Training rows with what was fitted to them."""

    def __init__(self, rows: JudgedRows, train: np.ndarray) -> None:
        self._rows, self._train = rows, train
        self._steps = clone(rows.steps).fit(rows.frame.iloc[train])
        self._inputs = self._prepared(train)
        self._targets = rows.target[train]
        counts = np.bincount(self._targets.astype(int), minlength=rows.n_classes) if rows.n_classes else ()
        self._weights = class_weights(rows.choices, np.asarray(counts, dtype=int))
        self._network: Model | None = None

    def _prepared(self, which: np.ndarray) -> np.ndarray:
        return np.asarray(self._steps.transform(self._rows.frame.iloc[which]))

    def fitted(self, model: str) -> Any:
        """Return the answers of one of scikit-learn's models as a function of row positions."""
        # Rows of one class, as a fold may have where the other has a single row, leave a constant to learn.
        alone = self._rows.n_classes > 0 and len(np.unique(self._targets)) == 1
        kind = CONSTANT if alone else model
        known = estimator(kind, classes=bool(self._rows.n_classes), seed=self._rows.choices.seed)
        targets = self._targets.astype(int) if self._rows.n_classes else self._targets
        counts = np.array(self._weights)[targets] if self._weights and model != CONSTANT else None
        some = slice(None, None, -(-len(targets) // MOST_FOREST_ROWS) if model == FOREST else 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not converged is still a fair mark
            known.fit(
                self._inputs[some], targets[some], sample_weight=None if counts is None else counts[some]
            )

        def answers(which: np.ndarray) -> np.ndarray:
            inputs = self._prepared(which)
            if not self._rows.n_classes:
                return known.predict(inputs)[:, None]
            shares = np.zeros((len(which), self._rows.n_classes))
            shares[:, known.classes_] = known.predict_proba(inputs)
            return shares

        return answers

    def train_network(self, experiment: Experiment) -> Iterator[float]:
        """Train the network to its end and tell the share that is done."""
        training = experiment.training(self.data())
        while not training.finished:
            training.advance(seconds=SLICE_SECONDS)
            yield training.epoch / max(1, experiment.epochs)
        self._network = training.network

    def data(self) -> DataSet:
        """Return the rows as `prepare` would have made them, none kept apart."""
        rows = self._rows
        if rows.n_classes:
            codes = self._targets.astype(int)
            t = np.eye(rows.n_classes)[codes]
            if rows.choices.task == "binary":
                t = codes.astype(float)[:, None]
        else:
            t = ((self._targets - self._center) / self._spread)[:, None]
        return DataSet("own", rows.choices.task, self._inputs, t, class_weights=self._weights)

    @property
    def _center(self) -> float:
        return float(self._targets.mean())

    @property
    def _spread(self) -> float:
        return float(self._targets.std()) or 1.0

    def network_answers(self, which: np.ndarray) -> np.ndarray:
        """Return the answers of the network that was trained here."""
        assert self._network is not None
        outputs = self._network.predict_proba(self._prepared(which))
        if not self._rows.n_classes:
            return outputs * self._spread + self._center
        return both_classes(outputs)


def both_classes(outputs: np.ndarray) -> np.ndarray:
    """Return one column for each class, also where the network has one output for two of them."""
    return np.hstack([1.0 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


class NetworkEstimator(BaseEstimator):
    """A trained network behind its preparation, as scikit-learn's tools take one: raw columns in.

    Parameters
    ----------
    steps : sklearn.compose.ColumnTransformer
        Fitted.
    network : Model
        Trained.
    n_classes : int
        0 for a regression.
    center, spread : float
        A regression's outputs are multiplied by the spread and moved by the center.
    """

    def __init__(
        self, steps: ColumnTransformer, network: Model, *, n_classes: int, center: float, spread: float
    ) -> None:
        self.steps, self.network, self.n_classes = steps, network, n_classes
        self.center, self.spread = center, spread

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> NetworkEstimator:
        """Leave everything as it is: it was trained."""
        return self

    def answers(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities (n_rows, n_classes), or values (n_rows, 1)."""
        outputs = self.network.predict_proba(np.asarray(self.steps.transform(X)))
        return both_classes(outputs) if self.n_classes else outputs * self.spread + self.center


def importance(rows: JudgedRows, trained: NetworkEstimator) -> Iterator[Finding]:
    """Shuffle one column after the other among the rows kept apart, and see how much worse the answers get.

    Parameters
    ----------
    rows : JudgedRows
        Where no row is kept apart, the training rows serve.
    trained : NetworkEstimator
    """
    which = rows.val if len(rows.val) else rows.train
    which = which[:: -(-len(which) // MOST_SHUFFLED)]
    yield Progress(0.0, f"Shuffling {len(rows.frame.columns)} columns {REPEATS} times each")
    found = permutation_importance(
        trained, rows.frame.iloc[which], rows.target[which], scoring=_score, n_repeats=REPEATS,
        random_state=rows.choices.seed,
    )  # fmt: skip
    for name, rise, spread in zip(rows.frame, found.importances_mean, found.importances_std, strict=True):
        yield Importance(str(name), float(rise), float(spread))


def _score(trained: NetworkEstimator, X: pd.DataFrame, y: np.ndarray) -> float:
    found = measures(y, trained.answers(X), n_classes=trained.n_classes)
    return -found["log loss" if trained.n_classes else "typical error"]


@dataclass(frozen=True)
class Work:
    """What a process is asked for: other models, five folds, or the importance of columns."""

    kind: str
    """One of "rivals", "folds", "importance"."""
    rows: JudgedRows
    models: tuple[str, ...] = ()
    experiment: Experiment | None = None
    """For folds with the network."""
    trained: NetworkEstimator | None = None
    """For importance."""

    def findings(self) -> Iterator[Finding]:
        """Do it, a finding at a time."""
        if self.kind == "rivals":
            yield from compare(self.rows, self.models)
        elif self.kind == "folds":
            assert self.experiment is not None
            yield from cross_validate(self.rows, self.experiment, self.models)
        else:
            assert self.trained is not None
            yield from importance(self.rows, self.trained)
        yield Progress(1.0, "Done")
