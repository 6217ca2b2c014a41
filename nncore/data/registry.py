"""Every data set that the playground knows by name: what it is, and how its rows are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nncore.data.functions import CURVE_BOUNDS, CURVES, SURFACE_BOUNDS, SURFACES
from nncore.data.gates import TRUTH_TABLES, draw_gate
from nncore.data.patterns import BOUNDS, PATTERNS
from nncore.data.rows import Rows, split_rows, stream
from nncore.data.tables import digit_rows, wisconsin_rows
from nncore.data.turned import COPIES

KINDS = ("gate", "image", "pattern", "curve", "surface", "table")

# Draws rows from (samples, noise, seed); sets of fixed rows take `samples` of them.
Draw = Callable[[int, float, int], Rows]


@dataclass(frozen=True)
class Source:
    """One entry of the registry."""

    name: str
    label: str
    """`name` and `label`: name in the address bar, name on the page."""
    kind: str
    """One of ``KINDS``: which page it belongs to and how it is drawn."""
    task: str
    """{"binary", "multiclass", "regression"}: what its targets mean."""
    draw: Draw
    """Rows from (samples, noise, seed)."""
    help: str
    """One sentence for a student."""
    noise_help: str
    """What the number `noise` means here."""
    samples: int
    noise: float = 0.0
    split: float = 0.8
    """`samples`, `noise` and `split`: rows to draw (for sets of fixed rows: all), noise, share of the rows
    that train."""
    n_raw: int = 2
    n_outputs: int = 1
    """`n_raw` and `n_outputs`: raw inputs and outputs."""
    class_names: tuple[str, ...] = ()
    bounds: tuple[tuple[float, float], ...] = field(default=())
    """tuple of (low, high): range of every raw input, for maps."""
    truth: Callable[[np.ndarray], np.ndarray] | None = None
    """For made-up regressions, the function without noise."""
    copies: int = 0
    """Varied copies of every training image that are learned beside it."""

    @property
    def planar(self) -> bool:
        """Whether the input features x, y, x², ... can be chosen."""
        return self.kind in ("pattern", "surface")

    @property
    def fixed_rows(self) -> bool:
        """Whether the rows were measured, not drawn."""
        return self.kind in ("image", "table")


def _gate(name: str) -> Source:
    def draw(samples: int, noise: float, seed: int) -> Rows:
        return draw_gate(name, samples, noise, rng=stream(seed, "noise"))

    ones = [pair for pair, out in zip(("0 0", "0 1", "1 0", "1 1"), TRUTH_TABLES[name], strict=True) if out]
    return Source(
        name, name, "gate", "binary", draw,
        help=f"Two inputs; the output is 1 for {', '.join(ones)}, else 0.",
        noise_help="Standard deviation of noise on the inputs of the training copies; 0 trains on the "
        "truth table itself.",
        samples=100, split=1.0, class_names=("0", "1"), bounds=((0.0, 1.0), (0.0, 1.0)),
    )  # fmt: skip


def _pattern(name: str, label: str, text: str, *, noise_help: str, samples: int = 300) -> Source:
    generator = PATTERNS[name]

    def draw(samples: int, noise: float, seed: int) -> Rows:
        rng, noise_rng = stream(seed, "points"), stream(seed, "noise")
        points, labels, clean = generator(samples, noise, rng=rng, noise_rng=noise_rng)
        return Rows(points, labels[:, None].astype(float), clean)

    return Source(
        name, label, "pattern", "binary", draw, help=text, noise_help=noise_help,
        samples=samples, split=0.5, class_names=("0", "1"), bounds=BOUNDS,
    )  # fmt: skip


def _curve(name: str, label: str, text: str, *, noise: float = 0.05) -> Source:
    function = CURVES[name]

    def draw(samples: int, noise: float, seed: int) -> Rows:
        x = stream(seed, "points").uniform(*CURVE_BOUNDS[0], (samples, 1))
        return Rows(x, function(x) + noise * stream(seed, "noise").standard_normal((samples, 1)))

    return Source(
        name, label, "curve", "regression", draw, help=text,
        noise_help="Standard deviation of the noise on the targets.",
        samples=80, noise=noise, split=0.5, n_raw=1, bounds=CURVE_BOUNDS, truth=function,
    )  # fmt: skip


def _playground_surface(name: str, label: str, text: str) -> Source:
    function, bounds = SURFACES[name], SURFACE_BOUNDS[name]

    def draw(samples: int, noise: float, seed: int) -> Rows:
        points = stream(seed, "points").uniform(*bounds[0], (samples, 2))
        shift = bounds[0][1] * noise * stream(seed, "noise").uniform(-1, 1, (samples, 2))
        return Rows(points, function(points + shift))

    return Source(
        name, label, "surface", "regression", draw, help=text,
        noise_help="How far, as a share of half the plane, the point is shifted at which its target is read.",
        samples=600, split=0.5, bounds=bounds, truth=function,
    )  # fmt: skip


def _polynomial() -> Source:
    function, bounds = SURFACES["polynomial_surface"], SURFACE_BOUNDS["polynomial_surface"]

    def draw(samples: int, noise: float, seed: int) -> Rows:
        points = stream(seed, "points").uniform(0, 1, (samples, 2))
        t = function(points)
        return Rows(points, t + noise * t.std() * stream(seed, "noise").standard_normal(t.shape))

    return Source(
        "polynomial_surface", "Polynomial surface", "surface", "regression", draw,
        help="The lecture's polynomial x + 2y + 3x² + 4xy + 5y² over the unit square.",
        noise_help="Standard deviation of the noise on the targets, as a share of their own spread.",
        samples=300, split=0.75, bounds=bounds, truth=function,
    )  # fmt: skip


def _measured(rows: Callable[[], Rows]) -> Draw:
    """Return a draw that takes a stratified part of fixed rows; all of them in their own order."""

    def draw(samples: int, noise: float, seed: int) -> Rows:
        every = rows()
        n = len(every.t)
        if samples >= n:
            return every
        return every.take(split_rows(n, samples / n, rng=stream(seed, "subset"), strata=every.strata)[0])

    return draw


def _digits(name: str, label: str, text: str, copies: int = 0) -> Source:
    return Source(
        name, label, "image", "multiclass", _measured(digit_rows), help=text,
        noise_help="Standard deviation of noise on the pixels, whose range is 0 to 1.", copies=copies,
        samples=1797, n_raw=64, n_outputs=10, class_names=tuple("0123456789"), bounds=((0.0, 1.0),) * 64,
    )  # fmt: skip


_SHIFTED = "How far, as a share of the pattern's size, the point is shifted by which its label is chosen."

_SOURCES = (
    *(_gate(name) for name in TRUTH_TABLES),
    _digits("digits", "Digits", "1797 handwritten digits of 8x8 pixels, from scikit-learn."),
    _digits(
        "drawn_digits", "Digits, as drawn by hand",
        f"The same digits, and {COPIES} copies of each training image, shifted, turned and slanted a little: "
        "slower to learn, but other hands are read better.",
        copies=COPIES,
    ),
    _pattern("circle", "Circle", "A disc of one class inside a ring of the other.", noise_help=_SHIFTED),
    _pattern("xor_cloud", "XOR cloud", "Four squares; opposite ones belong together.", noise_help=_SHIFTED),
    _pattern("gauss", "Gauss", "Two clouds that a straight line can part.",
             noise_help="Widens both clouds: variance 0.5 without noise, 4 at noise 0.5."),
    _pattern("spiral", "Spiral", "Two arms wound into each other: the hardest of the patterns.",
             noise_help="How far the points are moved, in units of the plane."),
    _pattern("moons", "Moons", "Two half circles that reach into each other.",
             noise_help="Standard deviation of the noise on the points, in units of a moon's radius."),
    _pattern("checkerboard", "Checkerboard", "Sixteen fields in two colours.", noise_help=_SHIFTED,
             samples=600),
    _curve("sine", "Sine", "Two periods of a sine.", noise=0.1),
    _curve("step", "Step", "A jump, which a smooth network can only approach.", noise=0.1),
    _curve("bump", "Bump", "One narrow hill on flat ground."),
    _curve("kink", "Kink", "The absolute value: two straight lines and a corner."),
    _curve("runge", "Runge", "Runge's function, on which polynomials of high degree swing wildly."),
    _curve("waves", "Waves", "A slow and a fast oscillation at once."),
    _polynomial(),
    _playground_surface("reg_plane", "Plane", "A tilted plane: one linear neuron is enough."),
    _playground_surface("reg_gauss", "Hills", "Three hills and three hollows."),
    Source(
        "wisconsin", "Breast cancer (Wisconsin)", "table", "binary", _measured(wisconsin_rows),
        help="569 tumours with 30 measurements each, malignant (0) or benign (1), from scikit-learn.",
        noise_help="Standard deviation of noise on the measurements after scaling to 0 to 1.",
        samples=569, n_raw=30, class_names=("malignant", "benign"),
    ),
)  # fmt: skip

DATA: dict[str, Source] = {source.name: source for source in _SOURCES}
