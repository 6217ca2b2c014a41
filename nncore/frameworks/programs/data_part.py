"""The first part of every program: collect the data, look at it, split it; as the page does, without nncore.

Random draws repeat the page's own streams (`SeedSequence` with the key of what is drawn), so that the program
sees the very same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.data import DATA, functions, patterns, turned
from nncore.data.gates import TRUTH_TABLES
from nncore.data.point_edits import PointEdits
from nncore.data.rows import STREAMS, split_rows, stream
from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS
from nncore.frameworks.programs.inlining import entry_source, function_source
from nncore.frameworks.programs.sections import Section, sections_of

FEATURE_SOURCES = {
    "x": "x", "y": "y", "x2": "x * x", "y2": "y * y", "xy": "x * y", "sinx": "np.sin(x)", "siny": "np.sin(y)",
}  # fmt: skip
"""Input columns of two-dimensional sets as source."""

Values = dict[str, object]


def data_sections(experiment: Experiment) -> tuple[Section, ...]:
    """Return the sections that leave X_train, t_train and, where there are some, X_val and t_val behind.

    Parameters
    ----------
    experiment : Experiment
        Its data, noise, samples, split, data seed and features.
    """
    kind = DATA[experiment.data].kind
    values = {
        **{name: getattr(experiment, name) for name in FIELDS},
        "help": DATA[experiment.data].help,
        "rng": generator(experiment.data_seed),
        "split": _split(experiment),
        **_MORE[kind](experiment),
    }
    return sections_of(f"data/{kind}.py.jinja", values)


def generator(seed: int) -> Callable[[str], str]:
    """Return what gives the source of the generator that `stream` gives for a purpose."""

    def source(purpose: str) -> str:
        return f"np.random.default_rng(np.random.SeedSequence({seed}, spawn_key=({STREAMS[purpose]},)))"

    return source


@dataclass(frozen=True)
class Split:
    """Which rows train: how many of all, and of each class where the split keeps their shares."""

    rows: int
    train: int
    counts: list[int] | None

    @property
    def kept(self) -> bool:
        """Whether rows are kept for validation."""
        return self.train < self.rows


def split_of(n_rows: int, train: NDArray[np.intp], strata: np.ndarray | None) -> Split:
    """Return a split as the templates name it.

    Parameters
    ----------
    n_rows : int
        Number of all rows.
    train : array of shape (n_train,)
        The rows that train.
    strata : array of shape (n_rows,), or None
        Class of every row, where the split keeps their shares.
    """
    return Split(n_rows, len(train), None if strata is None else _counts(strata, train))


def _counts(strata: np.ndarray, rows: NDArray[np.intp]) -> list[int]:
    """Return how many of these rows are of each class."""
    classes, codes = np.unique(strata, return_inverse=True)
    return [int(count) for count in np.bincount(codes[rows], minlength=len(classes))]


def _split(experiment: Experiment) -> Split:
    """Return how `split_rows` divides the rows."""
    rows = DATA[experiment.data].draw(experiment.samples, experiment.noise, experiment.data_seed)
    rng = stream(experiment.data_seed, "split")
    train, _ = split_rows(len(rows.t), experiment.split, rng=rng, strata=rows.strata)
    return split_of(len(rows.t), train, rows.strata)


def _gate(experiment: Experiment) -> Values:
    return {"truth": [[int(value)] for value in TRUTH_TABLES[experiment.data]]}


def _measured(experiment: Experiment) -> Values:
    """Return how many measured rows of each class are used, where not all are asked for."""
    every = DATA[experiment.data].draw(10**9, 0.0, experiment.data_seed)
    n = len(every.t)
    if experiment.samples >= n:
        return {"subset": None}
    assert every.strata is not None
    rng = stream(experiment.data_seed, "subset")
    kept, _ = split_rows(n, experiment.samples / n, rng=rng, strata=every.strata)
    return {"subset": _counts(every.strata, kept)}


def _images(experiment: Experiment) -> Values:
    copies = DATA[experiment.data].copies
    source = function_source(turned.__name__, turned.varied_copies.__name__) if copies else None
    return {**_measured(experiment), "copies": copies, "function_source": source}


def _planar(experiment: Experiment) -> Values:
    columns = [FEATURE_SOURCES[name] for name in experiment.features]
    return {"feature_columns": columns, "edits": _edits(experiment)}


def _pattern(experiment: Experiment) -> Values:
    name = patterns.PATTERNS[experiment.data].__name__
    source = function_source(patterns.__name__, name)
    return {"function": name, "function_source": source, **_planar(experiment)}


def _curve(experiment: Experiment) -> Values:
    low, high = functions.CURVE_BOUNDS[0]
    return {
        "function_source": entry_source(functions.__name__, "CURVES", experiment.data),
        "low": low,
        "high": high,
    }


def _surface(experiment: Experiment) -> Values:
    name = functions.SURFACES[experiment.data].__name__
    low, high = functions.SURFACE_BOUNDS[experiment.data][0]
    source = function_source(functions.__name__, name)
    return {"function": name, "function_source": source, "low": low, "high": high, **_planar(experiment)}


def _edits(experiment: Experiment) -> Values | None:
    """Return the points that a hand moved, removed and added, in the network's inputs, if it did."""
    if not experiment.points:
        return None
    edits, drawn = PointEdits.parse(experiment.points), experiment.drawn()

    def places(points: list[tuple[float, float]]) -> list[list[float]]:
        return drawn.transform(np.array(points)).tolist() if points else []

    return {
        "moved": [row for row, _, _ in edits.moved],
        "moved_to": places([(x, y) for _, x, y in edits.moved]),
        "removed": list(edits.removed),
        "added": places([(x, y) for x, y, _ in edits.added]),
        "targets": [[target] for _, _, target in edits.added],
    }


_MORE: dict[str, Callable[[Experiment], Values]] = {
    "gate": _gate,
    "image": _images,
    "table": _measured,
    "pattern": _pattern,
    "curve": _curve,
    "surface": _surface,
}
"""What the template of a kind of data names besides the experiment's fields."""
