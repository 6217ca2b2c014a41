"""Every setting of an experiment, declared once: `FIELDS`.

The address bar, the controls, validation, scripts and tests all read this table.
"""

from __future__ import annotations

from nncore.activations import ACTIVATIONS
from nncore.costs import COSTS
from nncore.data import DATA, FEATURES, MAX_SAMPLES
from nncore.experiment.changes import Changes
from nncore.experiment.field_kinds import Choice, Field, Formula, Names, Points, Real, Whole, Widths
from nncore.experiment.settings import Settings
from nncore.initialisation import INITIALISATIONS
from nncore.schedulers import SCHEDULERS
from nncore.schedules import SCHEDULE_LABELS, SCHEDULES

OWN_DATA = "own"
CUSTOM = "custom"

_BETWEEN = (name for name in ACTIVATIONS if name not in ("tanh", "softmax", "identity"))
HIDDEN_FUNCS = ("tanh", *_BETWEEN, "identity", CUSTOM)
OUTPUT_FUNCS = ("auto", "identity", "sigmoid", "softmax", "tanh")
COST_FUNCS = ("auto", *COSTS)
SCHEDULER_NAMES = tuple(SCHEDULERS)
INITS = ("auto", *INITIALISATIONS)

_PLANAR = ("pattern", "surface")

_DATA_FIELDS: tuple[Field, ...] = (
    Choice(
        name="data", default="XOR", label="Data", choices=(*DATA, OWN_DATA),
        labels={**{name: source.label for name, source in DATA.items()}, OWN_DATA: "Your own data"},
        help="The problem that the network is to learn.",
    ),
    Real(
        name="noise", default=0.0, label="Noise", low=0.0, high=0.5,
        help="How far the data is blurred: more noise makes the problem harder and over-fitting easier.",
    ),
    Whole(
        name="samples", default=100, label="Samples", low=10, high=MAX_SAMPLES, unit="rows", logarithmic=True,
        help="Number of rows, those for training and those for validation together.",
    ),
    Real(
        name="split", default=1.0, label="Share for training", low=0.1, high=1.0,
        help="Share of the rows that the network learns from; the others only check what it has learned.",
    ),
    Whole(
        name="data_seed", default=0, label="Data seed", low=0, high=2**31 - 1,
        help="Another number draws other noise, another split and another order of the rows.",
    ),
    Names(
        name="features", default=("x", "y"), label="Input features", choices=tuple(FEATURES),
        labels={name: label for name, (label, _) in FEATURES.items()}, most=len(FEATURES), unique=True,
        kinds=_PLANAR,
        help="What the network is shown of each point; x² and y² make a circle a straight line.",
    ),
    Points(
        name="points", default="", label="Points by hand", kinds=_PLANAR,
        help="Points that were added, moved or taken away by hand on the map.",
    ),
)  # fmt: skip

_NETWORK_FIELDS: tuple[Field, ...] = (
    Widths(
        name="hidden", default=(4,), label="Hidden layers", max_layers=6, max_width=256, unit="neurons",
        help="Number of neurons in each hidden layer; none leaves logistic or linear regression.",
    ),
    Names(
        name="hidden_func", default=("tanh",), label="Activation", choices=HIDDEN_FUNCS, most=6,
        labels={CUSTOM: "formula"},
        help="What a hidden neuron makes of its weighted sum: one function for all layers or one for each.",
    ),
    Formula(
        name="formula", default="z * sigmoid(z)", label="Formula",
        help="The activation called custom, written in z, such as z * sigmoid(z).",
    ),
    Choice(
        name="output_func", default="auto", label="Output", choices=OUTPUT_FUNCS,
        labels={"auto": "by the task"},
        help="What the last layer makes of its sums: probabilities for classes, plain values otherwise. "
        "A softmax chooses one class; several sigmoids say yes or no one by one.",
    ),
    Choice(
        name="cost", default="auto", label="Cost", choices=COST_FUNCS,
        labels={"auto": "by the task", "CostOLS": "squared error", "CostLogReg": "logistic",
                "CostCrossEntropy": "cross entropy"},
        help="The number that training makes small.",
    ),
    Choice(
        name="init", default="auto", label="Starting weights", choices=INITS,
        labels={"auto": "by the activation"},
        help="How large the random weights are at the start; zeros shows why they must be random at all.",
    ),
    Whole(
        name="seed", default=1, label="Seed", low=0, high=2**31 - 1,
        help="Draws the starting weights: another number is another start on the same data.",
    ),
)  # fmt: skip

_TRAINING_FIELDS: tuple[Field, ...] = (
    Choice(
        name="scheduler", default="Adam", label="Scheduler", choices=SCHEDULER_NAMES,
        labels={"AdagradMomentum": "Adagrad with momentum", "RMS_prop": "RMSprop"},
        help="The rule by which gradients become steps.",
    ),
    Real(
        name="eta", default=0.1, label="Learning rate", low=1e-6, high=1e3, logarithmic=True,
        help="How large a step the weights take against the gradient: too small crawls, too large jumps.",
    ),
    Real(
        name="momentum", default=0.9, label="Momentum", low=0.0, high=0.999,
        schedulers=("Momentum", "AdagradMomentum"),
        help="Share of the last step that is kept in the next one.",
    ),
    Real(
        name="rho", default=0.9, label="Decay ρ", low=0.0, high=0.9999, schedulers=("RMS_prop", "Adam"),
        help="How slowly the running mean (RMSprop: of squares; Adam: of gradients) forgets.",
    ),
    Real(
        name="rho2", default=0.999, label="Decay ρ₂", low=0.0, high=0.99999, schedulers=("Adam",),
        help="How slowly Adam's running mean of squared gradients forgets.",
    ),
    Choice(
        name="schedule", default="constant", label="Learning rate over time", choices=tuple(SCHEDULES),
        labels=SCHEDULE_LABELS,
        help="How the learning rate changes from the first epoch to the last.",
    ),
    Choice(
        name="rule", default="textbook", label="Rule", choices=("textbook", "lecture"),
        labels={
            "textbook": "as in the textbooks",
            "lecture": "forgetting every epoch (as the lecture's code does)",
        },
        help="Forgetting empties a scheduler's memory at every epoch, and sums a softmax's gradient over the "
        "batch: habits of the lecture's published code, which has others (Learning rate, Two rules).",
    ),
    Real(
        name="lam", default=0.0, label="L2 penalty λ", low=1e-8, high=10.0, zero=True, logarithmic=True,
        help="Pulls all weights towards zero in proportion to their size, against over-fitting.",
    ),
    Real(
        name="lam1", default=0.0, label="L1 penalty λ₁", low=1e-8, high=10.0, zero=True, logarithmic=True,
        help="Pulls all weights towards zero by the same force, so that some become exactly useless.",
    ),
    Whole(
        name="batch_size", default=0, label="Batch size", low=0, high=MAX_SAMPLES, unit="rows",
        zero_means="all",
        help="Rows per step: few make many quick, noisy steps an epoch; all takes every row at once.",
    ),
    Whole(
        name="epochs", default=200, label="Epochs", low=1, high=100_000, unit="epochs", logarithmic=True,
        help="How many times training goes through all rows.",
    ),
    Whole(
        name="more", default=0, label="Epochs added", low=0, high=100_000, unit="epochs",
        help="Epochs that a run goes on beyond those planned; a learning rate that falls over the plan stays "
        "where the plan ends.",
    ),
    Changes(
        name="changes", default="", label="Changed on the way",
        help="Learning rates and penalties that are set while the run goes on, each after so many epochs.",
    ),
)  # fmt: skip

FIELDS = Settings(*_DATA_FIELDS, *_NETWORK_FIELDS, *_TRAINING_FIELDS)

_PATTERN = {"hidden": (8,), "eta": 0.03, "batch_size": 30, "epochs": 100}
_CURVE = {"hidden": (16,), "eta": 0.03, "epochs": 1000}
_SURFACE = {"hidden": (8,), "eta": 0.01, "batch_size": 30, "epochs": 100}

# What differs from the fields' own defaults, by kind of data and then by name.
KIND_DEFAULTS: dict[str, dict[str, object]] = {
    "gate": {},
    "image": {"hidden": (100, 30), "hidden_func": ("RELU",), "eta": 1e-3, "batch_size": 32, "epochs": 20},
    "pattern": _PATTERN,
    "curve": _CURVE,
    "surface": _SURFACE,
    "table": {"hidden": (100, 30), "hidden_func": ("RELU",), "eta": 2e-3, "batch_size": 32, "epochs": 50},
}
DATA_DEFAULTS: dict[str, dict[str, object]] = {
    "spiral": {"hidden": (16, 16), "batch_size": 0, "epochs": 300},
    "checkerboard": {"hidden": (24, 24), "eta": 0.02, "batch_size": 0, "epochs": 400},
    "waves": {"hidden": (24, 24), "eta": 0.02},
    "reg_gauss": {"hidden": (24, 16), "epochs": 300},
    OWN_DATA: {"hidden": (12, 8), "hidden_func": ("RELU",), "eta": 1e-3, "batch_size": 32, "epochs": 100},
}


def seeds_from(seed: int, count: int) -> tuple[int, ...]:
    """Return so many seeds, the given one first and those that follow it; after the highest comes 0.

    Examples
    --------
    >>> seeds_from(7, 3), seeds_from(2**31 - 1, 2)
    ((7, 8, 9), (2147483647, 0))
    """
    possible = FIELDS.of(Whole, "seed").high + 1
    return tuple((seed + k) % possible for k in range(count))
