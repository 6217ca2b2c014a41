"""A run as a small picture: at the left what the network answers, at the right its cost over the epochs.

One SVG a ground, as text of a few kilobytes, for the cards that open the run: drawn from the network and the
history of the run itself, in the colours of the live view.
"""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from nncore.data import DataSet
from nncore.metrics import confusion_matrix
from ui.live.meta import cost_range
from ui.live.pictures import MAP_SIDE, decision_map, labels, outputs, thin
from ui.live.record import RunRecord
from ui.live.run import LiveRun
from ui.shared.theme import Palette

SIDE: Final = 96
"""Height of a picture, and width of its left half, in units of its own."""
WIDTH: Final = 232
_LEFT, _RIGHT = SIDE + 14, WIDTH - 6
"""Ends of the epochs."""
MOST_POINTS: Final = 70
"""Points of a curve and rows of the data at most: more would only cover one another."""


def run_card(run: LiveRun, colours: Palette) -> str:
    """Return the picture of a run as it stands, an SVG.

    Parameters
    ----------
    run : LiveRun
        At its end or, where a question must not be answered yet, at its start.
    colours : Palette
        Those of the ground on which the card stands.
    """
    parts = [*_answers(run, colours), _FRAME.format(colours.grid), *_cost(run.record(), colours)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {SIDE}" width="{WIDTH}" '
        f'height="{SIDE}" font-family="sans-serif">{"".join(parts)}</svg>'
    )


# -- what the network answers ----------------------------------------------------------------------------


_FRAME: Final = f'<rect x="0.5" y="0.5" width="{SIDE - 1}" height="{SIDE - 1}" fill="none" stroke="{{}}"/>'


def _answers(run: LiveRun, colours: Palette) -> list[str]:
    if run.canvas.planar:
        # A network that has overflowed gives no answers.
        answers = [] if run.overflowed else [_map(run, colours)]
        return [*answers, *_points(run.data, colours)]
    return _fit(run, colours) if run.canvas.linear else _matrix(run, colours)


def _map(run: LiveRun, colours: Palette) -> str:
    """Draw the output over the plane as the live view does, from the same bytes."""
    picture = decision_map(run.training.network, run.canvas)
    assert picture is not None  # the canvas is planar
    values = np.frombuffer(base64.b64decode(picture.b64), dtype=np.uint8).reshape(MAP_SIDE, MAP_SIDE)
    image = png(values[::-1], ramp(colours))
    href = f"data:image/png;base64,{base64.b64encode(image).decode('ascii')}"
    return f'<image width="{SIDE}" height="{SIDE}" preserveAspectRatio="none" href="{href}"/>'


def ramp(colours: Palette) -> np.ndarray:
    """Return the colours of the bytes 0 to 255 of a map, shape (256, 3)."""
    stops = [bytes.fromhex(text[1:]) for text in (colours.low, colours.middle, colours.high)]
    at = np.arange(256) / 255
    mixed = [np.interp(at, [0, 0.5, 1], list(channel)) for channel in zip(*stops, strict=True)]
    return np.rint(np.column_stack(mixed)).astype(np.uint8)


def png(values: np.ndarray, palette: np.ndarray) -> bytes:
    """Return an image of palette numbers, shape (rows, columns), as PNG (ISO/IEC 15948, colour type 3)."""
    rows, columns = values.shape
    no_filter = np.zeros((rows, 1), np.uint8)  # with which each line begins
    lines = np.hstack([no_filter, values]).tobytes()
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _points(data: DataSet, colours: Palette) -> list[str]:
    """Draw the training rows of two classes: discs for 1, squares for 0, so that colour is not needed."""
    if data.task == "regression":
        return []
    if data.X_judge is not None and data.t_judge is not None:
        return _marks(data.X_judge, data.t_judge, data, (6.0, colours))
    assert data.points is not None  # the data set fills it in
    rows = thin(len(data.t), MOST_POINTS)
    return _marks(data.points[rows], data.t[rows], data, (2.2, colours))


def _marks(points: np.ndarray, t: np.ndarray, data: DataSet, look: tuple[float, Palette]) -> list[str]:
    size, colours = look
    across, up = data.bounds
    places = zip(_along(points[:, 0], across, size + 1), _up(points[:, 1], up, size + 1), strict=True)
    return [_mark(place, size, one, colours) for place, one in zip(places, labels(t), strict=True)]


def _mark(place: tuple[float, float], size: float, one: int, colours: Palette) -> str:
    x, y = place
    look = f'fill="{colours.high if one else colours.low}" stroke="{colours.ground}" stroke-width="1.2"'
    if one:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" {look}/>'
    side = 1.76 * size
    corner = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
    return f'<rect {corner} width="{side:.1f}" height="{side:.1f}" {look}/>'


def _along(values: np.ndarray, bounds: Sequence[float], margin: float = 0.0) -> np.ndarray:
    """Place values of the horizontal axis, at least so far from the edges."""
    low, high = bounds
    return np.clip((values - low) / (high - low) * SIDE, margin, SIDE - margin)


def _up(values: np.ndarray, bounds: Sequence[float], margin: float = 0.0) -> np.ndarray:
    return SIDE - _along(values, bounds, margin)


def _fit(run: LiveRun, colours: Palette) -> list[str]:
    canvas, data = run.canvas, run.data
    assert data.points is not None  # the data set fills it in
    rows = thin(len(data.t), MOST_POINTS)
    dots = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colours.text}" opacity="0.55"/>'
        for x, y in zip(_along(data.points[rows, 0], data.bounds[0]),
                        _up(data.t[rows, 0], canvas.target_range, 2), strict=True)
    ]  # fmt: skip
    answers = np.nan_to_num(outputs(run.training.network, canvas.curve_inputs)[:, 0])
    across = _along(canvas.curve_grid, data.bounds[0])
    return [*dots, _line(across, _up(answers, canvas.target_range), colours.lines[0])]


def _matrix(run: LiveRun, colours: Palette) -> list[str]:
    """Draw how often each class (row) was taken for each (column): right and wrong in two colours."""
    data = run.data
    X, t = (data.X, data.t) if data.X_val is None else (data.X_val, data.t_val)
    assert t is not None  # it comes with its rows
    classes = max(2, data.n_outputs)
    counts = confusion_matrix(labels(t), labels(outputs(run.training.network, X)), n_classes=classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cell = SIDE / classes
    return [
        f'<rect x="{column * cell:.1f}" y="{row * cell:.1f}" width="{cell:.1f}" height="{cell:.1f}" '
        f'fill="{colours.high if row == column else colours.low}" opacity="{math.sqrt(share):.2f}"/>'
        for row, line in enumerate(shares.tolist())
        for column, share in enumerate(line)
        if share
    ]


# -- its cost --------------------------------------------------------------------------------------------


def _cost(record: RunRecord, colours: Palette) -> list[str]:
    """Draw the costs on the live view's logarithmic axis, validation dashed; an overflow ends in a cross."""
    axis = f'<path d="M{_LEFT - 6} 4V{SIDE - 8}H{_RIGHT}" fill="none" stroke="{colours.grid}"/>'
    if record.epoch == 0:
        place = f'x="{(_LEFT + _RIGHT) / 2}" y="{SIDE / 2 + 8}" text-anchor="middle" font-size="30"'
        return [axis, f'<text {place} fill="{colours.text}">?</text>']
    train, val = colours.lines[:2]
    validation = [_curve(record.val, record, (val, "4 2"))] if record.val else []
    return [axis, *validation, _curve(record.train, record, (train, "")), *_cross(record, val)]


def _curve(series: Sequence[float], record: RunRecord, look: tuple[str, str]) -> str:
    costs = np.asarray(series)
    known = np.flatnonzero(np.isfinite(costs))
    chosen = known[thin(len(known), MOST_POINTS)]
    return _line(_epochs(chosen, record), _height(costs[chosen], record), *look)


def _epochs(epochs: np.ndarray, record: RunRecord) -> np.ndarray:
    return _LEFT + epochs / record.experiment.epochs * (_RIGHT - _LEFT)


def _height(costs: np.ndarray, record: RunRecord) -> np.ndarray:
    task = "regression" if record.experiment.kind in ("curve", "surface") else "binary"
    low, high = cost_range(record.start_cost, task)
    share = np.log(np.clip(costs, low, high) / low) / math.log(high / low)
    return 6 + (1 - share) * (SIDE - 18)


def _cross(record: RunRecord, colour: str) -> list[str]:
    if record.outcome != "overflow":
        return []
    x = float(_epochs(np.array(record.overflow_epoch), record))
    return [f'<path d="M{x - 4:.1f} 4l8 8m0 -8l-8 8" stroke="{colour}" stroke-width="2.5"/>']


def _line(x: np.ndarray, y: np.ndarray, colour: str, dash: str = "") -> str:
    places = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
