"""The pictures of a run as small JSON pieces: maps, weights, confusion matrix, images, curves.

Every part is a function of the network as it stands and of a `Canvas`, which holds what stays the same during
a run: the grids on which maps are drawn and the rows that are shown. All outputs come from the network's one
forward pass.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from nncore.activations import RULES
from nncore.metrics import confusion_matrix
from ui.live.messages import ByteMap, Image, Look, NeuronMaps, Numbers, Picture

if TYPE_CHECKING:
    from nncore.data import DataSet
    from nncore.experiment import Experiment
    from nncore.model import Model
    from nncore.training import Training

MAP_SIDE: Final = 50
NEURON_SIDE: Final = 20
CURVE_POINTS: Final = 201
EVERY: Final = 5
"""Of the curve's points, every such one stands in a neuron's own small curve."""
MAX_POINTS: Final = 1000
"""Rows drawn as points or residuals; the rest would only cover one another."""
MAX_NEURONS: Final = 16
"""Neurons of a layer that get a map of their own: as many as are drawn in a wide layer."""
MAX_WEIGHTS: Final = 4000
"""Parameters of the largest network whose weights are drawn one by one."""
MAX_IMAGES: Final = 24
MAX_FILTERS: Final = 100
BOUNDED: Final = {func.__name__: rule.bounds for func, rule in RULES.items() if rule.bounds}
"""Range of the activations that have one; the others are drawn relative to their size at the start."""


def pack(values: np.ndarray, low: float, high: float) -> str:
    """Write numbers as bytes in base64, 0 for `low` and below to 255 for `high` and above; NaN becomes 0."""
    return _base64(_bytes((values - low) * (255.0 / (high - low)), low=0))


def pack_signed(pictures: np.ndarray, scale: float) -> list[str]:
    """Write each row of numbers as bytes in base64, 128 for zero, 255 for `scale` and 1 for `-scale`."""
    return [_base64(row) for row in _bytes(128.0 + pictures * (127.0 / scale), low=1)]


def _bytes(values: np.ndarray, *, low: int) -> np.ndarray:
    # NaN is drawn as the lowest value: a network that overflowed has no colour of its own.
    return np.nan_to_num(np.clip(np.rint(values), low, 255), nan=low).astype(np.uint8)


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def rounded(values: np.ndarray | Sequence[float], digits: int = 6) -> Numbers:
    """Give numbers as JSON can carry them, to so many significant digits; None for what is not finite."""
    # As Python's own numbers: NumPy's are ten times slower to look at one by one.
    return [_short(value, digits) if math.isfinite(value) else None for value in np.asarray(values).tolist()]


def _short(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def thin(count: int, most: int) -> np.ndarray:
    """Give at most `most` of `count` row numbers, evenly spread, always the same ones."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).astype(int)


@dataclass
class Canvas:
    """What stays the same in the pictures of one run."""

    data: DataSet
    """What is learned."""
    functions: tuple[str, ...]
    """Name of the activation of every layer, the output's last."""
    rows: str = "val"
    """{"val", "train"}: rows whose images are shown."""
    neuron_scales: list[float] | None = None
    """Activation that is drawn in full colour, a layer; taken from the run's first picture."""
    look: tuple[int, int] | None = None
    """Layer and index of the neuron that is drawn large since it is pointed at; layer 0 holds the inputs."""

    @property
    def planar(self) -> bool:
        """Whether the inputs are points of a plane."""
        return len(self.data.bounds) == 2 and self.data.image_shape is None

    @property
    def linear(self) -> bool:
        """Whether there is one input, so that the prediction is a curve."""
        return len(self.data.bounds) == 1

    @cached_property
    def map_inputs(self) -> np.ndarray:
        """Network inputs of the decision map's pixels, rows from low to high y: (2500, n_inputs)."""
        return self.data.transform(_grid(self.data.bounds, MAP_SIDE))

    @cached_property
    def neuron_inputs(self) -> np.ndarray:
        """Network inputs of a neuron map's pixels: (400, n_inputs)."""
        return self.data.transform(_grid(self.data.bounds, NEURON_SIDE))

    @cached_property
    def curve_grid(self) -> np.ndarray:
        """Raw inputs of the fitted curve, shape (201,)."""
        low, high = self.data.bounds[0]
        return np.linspace(low, high, CURVE_POINTS)

    @cached_property
    def curve_inputs(self) -> np.ndarray:
        """Network inputs of the fitted curve, shape (201, n_inputs)."""
        return self.data.transform(self.curve_grid[:, None])

    @cached_property
    def target_range(self) -> tuple[float, float]:
        """Lowest and highest target of a regression, a tenth of the span added on both sides."""
        targets = [self.data.t] if self.data.t_val is None else [self.data.t, self.data.t_val]
        low = min(float(t.min()) for t in targets)
        high = max(float(t.max()) for t in targets)
        margin = 0.1 * (high - low) or 1.0
        return low - margin, high + margin

    @cached_property
    def output_range(self) -> tuple[float, float]:
        """Range over which maps are coloured: fixed for the whole run, so that they do not flicker."""
        return self.target_range if self.data.task == "regression" else (0.0, 1.0)


def _grid(bounds: tuple[tuple[float, float], ...], side: int) -> np.ndarray:
    x, y = (np.linspace(low, high, side) for low, high in bounds)
    columns, rows = np.meshgrid(x, y)
    return np.column_stack([columns.ravel(), rows.ravel()])


def outputs(network: Model, X: np.ndarray) -> np.ndarray:
    """Give the network's outputs for rows, shape (n, n_outputs)."""
    return network.predict_proba(X)


def labels(values: np.ndarray) -> np.ndarray:
    """Give the class of each row of outputs or targets (..., n, n_outputs).

    That is the largest of several, or a single one above 1/2.
    """
    return values.argmax(axis=-1) if values.shape[-1] > 1 else (values[..., 0] > 0.5).astype(np.int64)


def confusion(training: Training, which: str) -> np.ndarray:
    """Count how often each class is taken for each, (*runs, n_classes, n_classes), whatever the cost.

    A network that learns classes with the squared error decides nothing by itself: its outputs are rounded.
    """
    if training.network.classification:
        return training.confusion(which)
    data = training.data
    sets = {"train": (data.X, data.t), "validation": (data.X_val, data.t_val)}
    X, t = sets.get(which, (data.X_judge, data.t_judge))
    assert X is not None
    assert t is not None
    decided = labels(outputs(training.network, X))
    return confusion_matrix(labels(t), decided, n_classes=max(2, t.shape[1]))


def right_words(experiment: Experiment, data: DataSet) -> str:
    """Say what the diagonal of a confusion matrix counts.

    Of several outputs that are no softmax each is decided by itself, and a row is right when all are; the
    matrix needs one class a row, and takes the largest.
    """
    chosen = data.n_outputs == 1 or experiment.resolved(data.task)[1] == "softmax"
    return "right" if chosen else "right by the largest output"


def decision_map(network: Model, canvas: Canvas) -> ByteMap | None:
    """Give the output over the plane: probability of class 1, or the value of a regression.

    With more than two classes, the probability of the likeliest class.
    """
    if not canvas.planar:
        return None
    values = outputs(network, canvas.map_inputs).max(axis=1)
    return ByteMap(n=MAP_SIDE, b64=pack(values, *canvas.output_range))


def neuron_curves(network: Model, canvas: Canvas) -> NeuronMaps:
    """Give each neuron's output along the one input, one list per hidden layer and one for the outputs."""
    layers = network.layer_outputs(canvas.curve_inputs[::EVERY])
    drawn = [
        _layer_maps(values, "", scale)
        for values, scale in zip(layers, _grown_scales(layers, canvas), strict=True)
    ]
    return NeuronMaps(n=len(layers[0]), curve=True, layers=drawn)


def neuron_maps(network: Model, canvas: Canvas) -> NeuronMaps | None:
    """Give what each neuron sees over the plane, one list per hidden layer and one for the outputs."""
    if canvas.linear:
        return neuron_curves(network, canvas)
    if not canvas.planar:
        return None
    layers = network.layer_outputs(canvas.neuron_inputs)
    scales = _grown_scales(layers, canvas)
    drawn = [
        _layer_maps(values, function, scale)
        for values, function, scale in zip(layers, canvas.functions, scales, strict=True)
    ]
    return NeuronMaps(n=NEURON_SIDE, layers=drawn)


def looked_at(network: Model, canvas: Canvas) -> Look | None:
    """Give what the neuron that is pointed at answers, over the plane or along the one input."""
    if canvas.look is None or not (canvas.planar or canvas.linear):
        return None
    layer, index = canvas.look
    inputs = canvas.curve_inputs if canvas.linear else canvas.map_inputs
    values = (inputs if layer == 0 else network.layer_outputs(inputs)[layer - 1])[:, index]
    function = canvas.functions[layer - 1] if layer else ""
    low, high = BOUNDED.get(function, (-_scale(values), _scale(values)))
    if layer == len(canvas.functions) and canvas.data.task == "regression":
        low, high = canvas.target_range
    told = Look(layer=layer, index=index, low=_short(low, 4), high=_short(high, 4), n=len(inputs))
    if canvas.linear:
        return replace(told, values=rounded(values, 5))
    return replace(told, n=MAP_SIDE, b64=pack(values, low, high))


def _grown_scales(layers: Sequence[np.ndarray], canvas: Canvas) -> list[float]:
    """Give the value at full height or colour of each layer, at least that of the run's earlier pictures.

    It only ever grows: what is seen to grow has grown, and nothing is cut off. A regression's output has the
    scale of its targets.
    """
    before = canvas.neuron_scales or [0.0] * len(layers)
    scales = [max(old, _scale(values)) for old, values in zip(before, layers, strict=True)]
    if canvas.data.task == "regression":
        scales[-1] = max(abs(end) for end in canvas.target_range)
    canvas.neuron_scales = scales
    return scales


def _scale(values: np.ndarray) -> float:
    largest = float(np.abs(values).max(initial=0.0))
    return largest if 1.0 < largest < np.inf else 1.0


def _layer_maps(values: np.ndarray, function: str, scale: float) -> list[str | None]:
    low, high = BOUNDED.get(function, (-scale, scale))
    centred = (values[:, :MAX_NEURONS].T - (low + high) / 2) * (2.0 / (high - low))
    maps = pack_signed(centred, 1.0)
    return [*maps, *[None] * (values.shape[1] - len(maps))]


def weights(network: Model, _canvas: Canvas) -> list[Numbers] | None:
    """Give all weights, one flat list per layer, row 0 the biases; None for a network too wide to draw."""
    if sum(layer.size for layer in network.weights) > MAX_WEIGHTS:
        return None
    return [rounded(layer.ravel(), 4) for layer in network.weights]


def truth_table(network: Model, canvas: Canvas) -> Numbers | None:
    """Give the output for the four rows of a gate's clean table."""
    if canvas.data.X_judge is None:
        return None
    # In full: an output a hair above one half is a yes, and must not be rounded to a no.
    return rounded(outputs(network, canvas.data.X_judge)[:, 0], 17)


def fit(network: Model, canvas: Canvas) -> Numbers | None:
    """Give the prediction along the one input of a curve."""
    if not canvas.linear:
        return None
    return rounded(outputs(network, canvas.curve_inputs)[:, 0], 5)


def residuals(network: Model, canvas: Canvas) -> Numbers | None:
    """Give target minus prediction of the rows drawn, those for training first, then for validation."""
    data = canvas.data
    if data.task != "regression":
        return None
    parts = []
    for X, t in ((data.X, data.t), (data.X_val, data.t_val)):
        if X is not None and t is not None:
            rows = thin(len(X), MAX_POINTS)
            parts.append(t[rows, 0] - outputs(network, X[rows])[:, 0])
    return rounded(np.concatenate(parts), 5)


def filters(network: Model, canvas: Canvas) -> list[str] | None:
    """Give the weights of the first layer's neurons as images, all on one scale: 128 is zero."""
    if canvas.data.image_shape is None or len(network.weights) < 2:
        return None
    kernels = network.weights[0][1:, :MAX_FILTERS]
    scale = float(np.abs(np.nan_to_num(kernels)).max(initial=0.0)) or 1.0
    return pack_signed(kernels.T, scale)


def points_in(
    network: Model, canvas: Canvas, cell: tuple[int, int] | None
) -> tuple[list[int], list[int]] | None:
    """Give the drawn points of a cell of the confusion matrix, training and validation; None for images.

    Parameters
    ----------
    cell : pair of int or None
        True and predicted class; None for all mistakes.
    """
    data = canvas.data
    if not canvas.planar or data.task == "regression":
        return None
    train = _in_cell(network, data.X, data.t, cell)
    val = [] if data.X_val is None or data.t_val is None else _in_cell(network, data.X_val, data.t_val, cell)
    return train, val


def _in_cell(network: Model, X: np.ndarray, t: np.ndarray, cell: tuple[int, int] | None) -> list[int]:
    rows = thin(len(X), MAX_POINTS)
    target, predicted = labels(t[rows]), labels(outputs(network, X[rows]))
    inside = target != predicted if cell is None else (target == cell[0]) & (predicted == cell[1])
    return [int(row) for row in np.flatnonzero(inside)]


def pictures(network: Model, canvas: Canvas, cell: tuple[int, int] | None) -> list[Image] | None:
    """Give images of the rows that are asked for (of training rows, where there are no others).

    The most confident ones come first. `cell` is row (true class) and column (predicted class) of the
    confusion matrix; None for all mistakes.
    """
    data = canvas.data
    if data.image_shape is None:
        return None
    X, t = data.X, data.t
    if canvas.rows != "train" and data.X_val is not None and data.t_val is not None:
        X, t = data.X_val, data.t_val
    values = outputs(network, X)
    if not np.isfinite(values).all():
        return []  # a network that has overflowed gives no answers, so none of them is a mistake
    target, predicted = t.argmax(axis=1), values.argmax(axis=1)
    confidence = values.max(axis=1)
    if cell is None:
        chosen = np.flatnonzero(target != predicted)
    else:
        chosen = np.flatnonzero((target == cell[0]) & (predicted == cell[1]))
    order = chosen[np.argsort(-confidence[chosen], kind="stable")][:MAX_IMAGES]
    return [
        Image(
            index=int(row),
            target=int(target[row]),
            predicted=int(predicted[row]),
            confidence=_short(float(confidence[row]), 4),
            b64=pack(X[row], 0.0, 1.0),
        )
        for row in order
    ]


Part = Callable[["Model", Canvas], Picture]

FRAME_PARTS: Final[dict[str, tuple[str, float, Part]]] = {
    "table": ("truth", 0.0, truth_table),
    "map": ("map", 1 / 15, decision_map),
    "fit": ("fit", 1 / 15, fit),
    "look": ("network", 1 / 15, looked_at),
    "neurons": ("network", 1 / 8, neuron_maps),
    "weights": ("network", 1 / 8, weights),
    "residuals": ("residuals", 1 / 8, residuals),
    "filters": ("filters", 1 / 3, filters),
}
"""Parts made from the network alone: the panel of each, its least interval in seconds, its function."""
