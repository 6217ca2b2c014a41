"""The three problems on which libraries are compared, as Experiments and tables."""

from __future__ import annotations

from pathlib import Path

from nncore import Experiment
from nncore.frameworks.programs import OwnTable
from ui.tables import prepare, read_table, suggest
from ui.tables.program import table_of

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "diabetes_like.csv"
_READ = read_table(SAMPLE)
TABLE = table_of(_READ, prepare(_READ, suggest(_READ)))
"""The lecture's table: 8 columns of numbers and a 0/1 column."""

EPOCHS = 50

PROBLEMS: dict[str, tuple[Experiment, OwnTable | None]] = {
    "xor": (Experiment.default("XOR").replace(epochs=EPOCHS), None),
    "digits": (
        Experiment.default("digits").replace(hidden=(30, 20), samples=300, batch_size=64, epochs=EPOCHS),
        None,
    ),
    "csv": (Experiment.default("own").replace(batch_size=128, epochs=EPOCHS), TABLE),
}
"""Small enough to train dozens of times; mini-batches of which the last is smaller, but for XOR."""

RATES = {
    "Constant": 0.1,
    "Momentum": 0.05,
    "Adagrad": 0.05,
    "AdagradMomentum": 0.01,
    "RMS_prop": 0.003,
    "Adam": 0.01,
}
"""Learning rates with which each scheduler learns all three."""
