"""The logic gates: two inputs, one output, four rows of truth."""

from __future__ import annotations

import numpy as np

from nncore.data.rows import Rows

# Outputs for the inputs (0,0), (0,1), (1,0), (1,1).
TRUTH_TABLES: dict[str, tuple[int, int, int, int]] = {
    "XOR": (0, 1, 1, 0),
    "AND": (0, 0, 0, 1),
    "OR": (0, 1, 1, 1),
    "NAND": (1, 1, 1, 0),
    "NOR": (1, 0, 0, 0),
    "XNOR": (1, 0, 0, 1),
}
INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
INPUTS.flags.writeable = False


def truth_table(name: str) -> Rows:
    """Return the four clean rows of a gate: inputs (4, 2), outputs (4, 1).

    Raises
    ------
    ValueError
        If there is no such gate.
    """
    if name not in TRUTH_TABLES:
        raise ValueError(f"gate must be one of {', '.join(TRUTH_TABLES)}; got {name!r}")
    return Rows(INPUTS, np.array(TRUTH_TABLES[name], dtype=float)[:, None], np.arange(4))


def draw_gate(name: str, samples: int, noise: float, *, rng: np.random.Generator) -> Rows:
    """Return a gate's training rows: the truth table, or noisy copies of its rows.

    Parameters
    ----------
    name : str
        AND, OR, XOR, NAND, NOR or XNOR.
    samples : int
        Number of noisy copies, dealt evenly to the four rows.
    noise : float
        Standard deviation of the normal noise on both inputs. Without noise the four rows themselves
        are returned: copies of a row would only repeat it.
    rng : numpy.random.Generator
        Draws the noise.
    """
    table = truth_table(name)
    if noise == 0:
        return table
    rows = np.arange(samples) % 4
    copies = table.take(rows)
    return Rows(copies.points + noise * rng.standard_normal((samples, 2)), copies.t, rows)
