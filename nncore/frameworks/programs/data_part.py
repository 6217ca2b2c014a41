"""The first part of every program: collect the data, look at it, split it; as the page does, without nncore.

Random draws repeat the page's own streams (`SeedSequence` with the key of what is drawn), so that the program
sees the very same rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncore.data import DATA, functions, patterns
from nncore.data.gates import TRUTH_TABLES
from nncore.data.point_edits import ByHand
from nncore.data.rows import STREAMS, split_rows, stream
from nncore.experiment import Experiment
from nncore.frameworks.programs.inlining import entry_source, function_source
from nncore.frameworks.programs.sections import Section, wrapped

FEATURE_SOURCES = {
    "x": "x", "y": "y", "x2": "x * x", "y2": "y * y", "xy": "x * y", "sinx": "np.sin(x)", "siny": "np.sin(y)",
}  # fmt: skip
"""Input columns of two-dimensional sets as source."""


SPLIT_WORDS = {
    False: "Some rows are kept apart: the network never learns from them; they only check what it learned.",
    True: "Some rows are kept apart, class by class, so that both parts hold every class in the same "
    "share; scikit-learn's train_test_split(..., stratify=labels) does the same with another draw.",
}
"""What a split does, plainly and class by class, in words."""


def data_sections(experiment: Experiment) -> list[Section]:
    """Return the sections that leave X_train, t_train and, where there are some, X_val and t_val behind.

    Parameters
    ----------
    experiment : Experiment
        Its data, noise, samples, split, data seed and features.
    """
    source = DATA[experiment.data]
    return _MAKERS[source.kind](experiment)


def rng_source(seed: int, purpose: str) -> str:
    """Return the source of the generator that `stream` gives."""
    return f"np.random.default_rng(np.random.SeedSequence({seed}, spawn_key=({STREAMS[purpose]},)))"


def _split(experiment: Experiment, labels: str | None) -> Section:
    """The rows that train and those that validate, as `split_rows` draws them."""
    source = DATA[experiment.data]
    rows = source.draw(experiment.samples, experiment.noise, experiment.data_seed)
    n = len(rows.t)
    train, validation = split_rows(
        n, experiment.split, rng=stream(experiment.data_seed, "split"), strata=rows.strata
    )
    if not len(validation):
        return Section("Split", "All rows train: nothing is kept for validation.", "X_train, t_train = X, t")
    strata = None if labels is None else rows.strata
    return split_section(
        n, train, labels=labels, strata=strata, rng=rng_source(experiment.data_seed, "split")
    )


def split_section(
    n: int, train: np.ndarray, *, labels: str | None, strata: np.ndarray | None, rng: str
) -> Section:
    """Return the section that divides X and t; `train` are the rows that train, of `n`."""
    lines = [
        *split_lines(n, train, labels=labels, strata=strata, rng=rng),
        "X_train, t_train, X_val, t_val = X[train], t[train], X[validation], t[validation]",
        'print("training rows", X_train.shape, "validation rows", X_val.shape)',
    ]
    return Section("Split", SPLIT_WORDS[strata is not None and labels is not None], "\n".join(lines))


def split_lines(
    n: int, train: np.ndarray, *, labels: str | None, strata: np.ndarray | None, rng: str
) -> list[str]:
    """Return the lines that leave the row numbers `train` and `validation` behind.

    Parameters
    ----------
    n : int
        Number of rows.
    train : array of shape (n_train,)
        The rows that train.
    labels : str or None
        Name of the variable that holds the class of every row.
    strata : array of shape (n,), or None
        Those classes, where the split keeps their shares.
    rng : str
        Source of the generator that draws.
    """
    lines = [f"rng = {rng}"]
    if strata is None or labels is None:
        lines.append(f"train = np.sort(rng.permutation({n})[:{len(train)}])")
    else:
        codes = np.unique(strata, return_inverse=True)[1]
        counts = np.bincount(codes[train], minlength=codes.max() + 1)
        lines += [
            f"counts = {counts.tolist()}  # rows of each class that train",
            "train = np.sort(np.concatenate([",
            f"    rng.permutation(np.flatnonzero({labels} == k))[:count] for k, count in enumerate(counts)",
            "]))",
        ]
    return [*lines, f"validation = np.setdiff1d(np.arange({n}), train)"]


def _gate(experiment: Experiment) -> list[Section]:
    outputs = [[int(value)] for value in TRUTH_TABLES[experiment.data]]
    lines = [
        "import numpy as np",
        "",
        "X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)",
        f"t = np.array({outputs}, dtype=float)",
        'print("inputs", X.shape, "targets", t.shape)',
        "for inputs, target in zip(X, t):",
        '    print(inputs, "->", target)',
    ]
    text = f"The truth table of {experiment.data}: two inputs, one output, four rows."
    if not experiment.noise:
        lines.append("X_train, t_train = X, t")
        return [Section("Collect the data", text, "\n".join(lines))]
    lines += [
        f"rows = np.arange({experiment.samples}) % 4  # noisy copies, dealt evenly to the four rows",
        f"rng = {rng_source(experiment.data_seed, 'noise')}",
        f"X, t = X[rows] + {experiment.noise!r} * rng.standard_normal(({experiment.samples}, 2)), t[rows]",
    ]
    return [
        Section("Collect the data", f"{text} Training sees noisy copies of them.", "\n".join(lines)),
        _split(experiment, "rows"),
    ]


def _subset(experiment: Experiment, lines: list[str], *, columns: str) -> None:
    """Add the lines that take a stratified part of measured rows, where not all are asked for."""
    source = DATA[experiment.data]
    every = source.draw(10**9, 0.0, experiment.data_seed)
    n = len(every.t)
    if experiment.samples >= n:
        return
    assert every.strata is not None
    kept = split_rows(
        n, experiment.samples / n, rng=stream(experiment.data_seed, "subset"), strata=every.strata
    )[0]
    counts = np.bincount(every.strata[kept], minlength=every.strata.max() + 1).tolist()
    lines += [
        f"rng = {rng_source(experiment.data_seed, 'subset')}",
        f"counts = {counts}  # rows of each class that are used",
        "kept = np.sort(np.concatenate([",
        "    rng.permutation(np.flatnonzero(labels == k))[:count] for k, count in enumerate(counts)",
        "]))",
        f"{columns}, labels = {columns}[kept], labels[kept]",
    ]


def _noise(experiment: Experiment, lines: list[str]) -> None:
    if experiment.noise:
        lines += [
            f"rng = {rng_source(experiment.data_seed, 'noise')}",
            f"X = X + {experiment.noise!r} * rng.standard_normal(X.shape)",
        ]


def _digits(experiment: Experiment) -> list[Section]:
    collect = "\n".join(
        (
            "import matplotlib.pyplot as plt",
            "import numpy as np",
            "from sklearn.datasets import load_digits",
            "",
            "digits = load_digits()",
            "images, labels = digits.images, digits.target",
            'print("images", images.shape, "labels", labels.shape)',
            "",
            "figure, axes = plt.subplots(1, 8, figsize=(10, 1.6))",
            "for axis, image, label in zip(axes, images, labels):",
            '    axis.imshow(image, cmap="gray_r")',
            "    axis.set_title(label)",
            '    axis.axis("off")',
            "plt.show()",
        )
    )
    lines: list[str] = []
    _subset(experiment, lines, columns="images")
    lines += [
        "X = images.reshape(len(images), -1) / 16",
        "t = np.eye(10)[labels]",
        'print("inputs", X.shape, "targets", t.shape)',
    ]
    _noise(experiment, lines)
    return [
        Section(
            "Collect the data",
            "Handwritten digits of 8 x 8 pixels with values from 0 to 16, and the digit that each of "
            "them shows.",
            collect,
        ),
        Section(
            "Pre-process",
            "Flatten every image to a row of 64 numbers between 0 and 1; turn every label into a row "
            "of ten with a 1 at its digit.",
            "\n".join(lines),
        ),
        _split(experiment, "labels"),
    ]


def _wisconsin(experiment: Experiment) -> list[Section]:
    lines = [
        "import numpy as np",
        "from sklearn.datasets import load_breast_cancer",
        "",
        "cancer = load_breast_cancer()",
        "X, labels = cancer.data, cancer.target",
        'print("measurements", X.shape, "labels", labels.shape, list(cancer.target_names))',
    ]
    _subset(experiment, lines, columns="X")
    lines.append("t = labels.reshape(-1, 1).astype(float)")
    scale: list[str] = []
    split = _split(experiment, "labels")
    rows = "X_train" if "X_val" not in split.code else "X[train]"
    scale += [f"low, high = {rows}.min(axis=0), {rows}.max(axis=0)", "X = (X - low) * (1 / (high - low))"]
    _noise(experiment, scale)
    scale.append("X_train = X" if rows == "X_train" else "X_train, X_val = X[train], X[validation]")
    return [
        Section(
            "Collect the data",
            "569 tumours with 30 measurements each, malignant (0) or benign (1).",
            "\n".join(lines),
        ),
        split,
        Section(
            "Pre-process",
            "Scale every column to 0 to 1, by the range of the training rows alone: validation must "
            "not be looked at.",
            "\n".join(scale),
        ),
    ]


def _points_rngs(experiment: Experiment) -> list[str]:
    return [
        f"rng, noise_rng = ({rng_source(experiment.data_seed, 'points')},",
        f"                  {rng_source(experiment.data_seed, 'noise')})",
    ]


def _pattern(experiment: Experiment) -> list[Section]:
    name = patterns.PATTERNS[experiment.data].__name__
    lines = [
        "import numpy as np",
        "",
        function_source(patterns, name),
        "",
        *_points_rngs(experiment),
        f"points, labels, clean = {name}({experiment.samples}, {experiment.noise!r}, "
        "rng=rng, noise_rng=noise_rng)",
        "t = labels.reshape(-1, 1).astype(float)",
        *_features(experiment),
    ]
    text = f"{DATA[experiment.data].help} Drawn as on the page."
    split = _split(experiment, "clean")
    return [Section("Collect the data", text, "\n".join(lines)), split, *_by_hand(experiment)]


def _features(experiment: Experiment) -> list[str]:
    if experiment.features == ("x", "y"):
        return ["X = points", 'print("inputs", X.shape, "targets", t.shape)']
    columns = ", ".join(FEATURE_SOURCES[name] for name in experiment.features)
    return [
        "x, y = points[:, 0], points[:, 1]",
        f"X = np.stack([{columns}], axis=1)",
        'print("inputs", X.shape, "targets", t.shape)',
    ]


def _curve(experiment: Experiment) -> list[Section]:
    low, high = functions.CURVE_BOUNDS[0]
    lines = [
        "import numpy as np",
        "",
        *_points_rngs(experiment),
        f"curve = {entry_source(functions, 'CURVES', experiment.data)}",
        f"X = rng.uniform({low!r}, {high!r}, ({experiment.samples}, 1))",
        f"t = curve(X) + {experiment.noise!r} * noise_rng.standard_normal(X.shape)",
        'print("inputs", X.shape, "targets", t.shape)',
    ]
    text = f"{DATA[experiment.data].help} Points at random, with noise on the targets."
    return [Section("Collect the data", text, "\n".join(lines)), _split(experiment, None)]


def _surface(experiment: Experiment) -> list[Section]:
    function = functions.SURFACES[experiment.data]
    low, high = functions.SURFACE_BOUNDS[experiment.data][0]
    shape = f"({experiment.samples}, 2)"
    lines = [
        "import numpy as np",
        "",
        function_source(functions, function.__name__),
        "",
        *_points_rngs(experiment),
    ]
    if experiment.data == "polynomial_surface":
        lines += [
            f"points = rng.uniform(0, 1, {shape})",
            f"t = {function.__name__}(points)",
            f"t = t + {experiment.noise!r} * t.std() * noise_rng.standard_normal(t.shape)",
        ]
    else:
        lines += [
            f"points = rng.uniform({low!r}, {high!r}, {shape})",
            f"shift = {high!r} * {experiment.noise!r} * noise_rng.uniform(-1, 1, {shape})",
            f"t = {function.__name__}(points + shift)",
        ]
    lines += _features(experiment)
    return [
        Section("Collect the data", DATA[experiment.data].help, "\n".join(lines)),
        _split(experiment, None),
        *_by_hand(experiment),
    ]


def _by_hand(experiment: Experiment) -> list[Section]:
    """Return the section that moves, removes and adds the points that a hand edited, if it did."""
    if not experiment.points:
        return []
    edits, drawn = ByHand.parse(experiment.points), experiment.drawn()
    lines = []
    if edits.moved:
        places = drawn.transform(np.array([place[1:] for place in edits.moved]))
        lines.append(f"X_train[{[place[0] for place in edits.moved]}] = np.array({places.tolist()})")
    if edits.removed:
        lines.append(f"removed = {list(edits.removed)}")
        lines += [f"{name} = np.delete({name}, removed, axis=0)" for name in ("X_train", "t_train")]
    if edits.added:
        places = drawn.transform(np.array([point[:2] for point in edits.added]))
        lines.append(wrapped("X_train = np.vstack([X_train, ", places.tolist(), "])"))
        lines.append(wrapped("t_train = np.vstack([t_train, ", [[point[2]] for point in edits.added], "])"))
    text = "Some training points were moved, taken away or added by hand on the page."
    return [Section("Points by hand", text, "\n".join(lines))]


_MAKERS: dict[str, Callable[[Experiment], list[Section]]] = {
    "gate": _gate,
    "image": _digits,
    "table": _wisconsin,
    "pattern": _pattern,
    "curve": _curve,
    "surface": _surface,
}
