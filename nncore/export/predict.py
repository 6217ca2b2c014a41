"""Answers of a trained network for new rows of its table: python predict.py rows.csv predictions.csv

It needs NumPy, and beside it network.npz and the folder of modules that read a row.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from nncore.data.raw_rows import Preparation
from nncore.data.row_files import RowFile, TypedRows, open_rows

Rows = RowFile | TypedRows


def _softmax(z: np.ndarray) -> np.ndarray:
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _gelu(z: np.ndarray) -> np.ndarray:
    cut = np.clip(z, -12.0, 12.0)  # beyond, the tanh is 1 to the last bit
    return 0.5 * z * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (cut + 0.044715 * cut**3)))


ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "softmax": _softmax,
    "RELU": lambda z: np.maximum(z, 0.0),
    "LRELU": lambda z: np.where(z > 0.0, z, 1e-3 * z),
    "tanh": np.tanh,
    "ELU": lambda z: np.where(z > 0.0, z, np.expm1(np.minimum(z, 0.0))),
    "GELU": _gelu,
    "softplus": lambda z: np.logaddexp(0.0, z),
}
FORMULAS: dict[str, Callable[[np.ndarray], np.ndarray]] = {}


class Network:
    """A trained network, read from the file beside this program."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as stored:
            facts = json.loads(stored["network"].tobytes().decode())
            self.weights = [stored[f"weights_{layer}"] for layer in range(len(facts["dimensions"]) - 1)]
        self.preparation = Preparation.from_facts(facts["preparation"])
        self.functions = [_function(name) for name in (*facts["hidden_func"], facts["output_func"])]

    def answers(self, inputs: np.ndarray) -> np.ndarray:
        """Return probabilities of all classes, or values in the units of the target, (n_rows, n)."""
        value = inputs.astype(self.weights[0].dtype)
        with np.errstate(all="ignore"):
            for weights, function in zip(self.weights, self.functions, strict=True):
                value = function(value @ weights[1:] + weights[0])
        return self.preparation.answers(value)


def _function(name: Any) -> Callable[[np.ndarray], np.ndarray]:
    return FORMULAS[name["formula"]] if isinstance(name, dict) else ACTIVATIONS[name]


def head(preparation: Preparation) -> list[str]:
    """Return the names of what is answered."""
    said = [f"predicted {preparation.target}"]
    return [*said, *(f"probability of {name}" for name in preparation.classes)]


def answered(
    file: Rows, answers: Callable[[np.ndarray], np.ndarray]
) -> Iterator[tuple[int, list[object], list[object], str]]:
    """Yield for every row where it stands, its cells, what is predicted, and what was wrong with it."""
    preparation = file.preparation
    for block in file.blocks():
        inputs, problems = file.inputs(block)
        found = answers(inputs)
        known = np.isfinite(found).all(axis=1)
        names = preparation.names(found) if preparation.classes else []
        told: dict[int, list[str]] = {}
        for row, sentence in problems:
            told.setdefault(row, []).append(sentence)
        for row, number in enumerate(block.rows):
            said: list[object] = [names[row], *found[row].tolist()] if names else found[row].tolist()
            if not known[row]:
                told.setdefault(row, []).append("the network gives no number any more: not answered")
            said = said if known[row] and row not in block.refused else [None] * len(said)
            yield number, block.cells[row], said, "; ".join(told.get(row, []))


def written(cell: object) -> object:
    """Return a value as it is written: a text so that no spreadsheet takes it for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
    return repr(cell) if isinstance(cell, float) else cell


def write(content: bytes, network: Network, to: TextIO) -> tuple[int, int]:
    """Write the answer of every row of a file; return how many rows there are, and how many with a remark."""
    rows = open_rows(content, network.preparation)
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(["row", *map(written, head(network.preparation)), "remarks"])
    count = remarked = 0
    for number, _, said, remark in answered(rows, network.answers):
        writer.writerow([number, *map(written, said), remark])
        count += 1
        remarked += bool(remark)
    return count, remarked


def main(arguments: Sequence[str]) -> int:
    """Answer the rows of one file into another."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python predict.py rows.csv predictions.csv\n")
        return 2
    source, target = map(Path, arguments)
    try:
        network = Network(Path(__file__).with_name("network.npz"))
        content = source.read_bytes()
        with target.open("w", encoding="utf-8", newline="") as file:
            count, remarked = write(content, network, file)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 1
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{count:,} rows answered, with a remark about {remarked:,}: {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
