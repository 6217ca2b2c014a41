"""`python -m nncore.sweep experiment.json --eta 1e-5:1e2:96 --seeds 100 --out result.csv`."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Names, Real, Whole, Widths
from nncore.experiment.fields import FIELDS, OWN_DATA, seeds_from
from nncore.sweep.grid import AXES
from nncore.sweep.memory import check_runs, free_bytes
from nncore.sweep.ranges import parse_range
from nncore.sweep.result import SweepResult
from nncore.sweep.run import sweep

EPILOG = """
Values of an axis are low:high:count (spread over decades where the setting spans decades, else evenly) or
separated by commas. Any setting of an experiment but its data can be an axis:

  python -m nncore.sweep XOR --eta 1e-5:1e2:96 --seeds 100 --out result.csv
  python -m nncore.sweep experiment.json --eta 1e-4:1:24 --axis hidden=2,4,8,16-16 --out result.csv
  python -m nncore.sweep experiment.json --eta 1e-4:1:48 --axis scheduler=Constant,Adam --out result.csv

On a cluster: start `dask scheduler` on one machine, `dask worker tcp://HOST:8786` on each that is to help
(with this project installed), then add --dask tcp://HOST:8786 here.
"""


def parse_axis(name: str, text: str) -> list[Any]:
    """Read the values of any setting as they are typed on the command line.

    Parameters
    ----------
    name : str
        Field of an experiment.
    text : str
        ``low:high:count``, or values separated by commas.

    Raises
    ------
    ValueError
        When there is no such setting, or the text cannot be read.

    Examples
    --------
    >>> parse_axis("hidden", "4,100-30"), parse_axis("batch_size", "8,32")
    ([(4,), (100, 30)], [8, 32])
    """
    known = [field for field in AXES if field != "data"]  # the problem is the experiment's
    if name not in known:
        raise ValueError(f"an axis must be one of {', '.join(known)}; got {name!r}.")
    field = FIELDS[name]
    if isinstance(field, Real):
        return list(parse_range(name, text, logarithmic=field.logarithmic))
    if isinstance(field, Whole) and ":" in text:
        values = parse_range(name, text, logarithmic=field.logarithmic)
        return sorted({round(value) for value in values})
    if ":" in text and not isinstance(field, Names | Widths):
        raise ValueError(f"{name} must be values separated by commas; got {text!r}.")
    return [field.parse(part.strip()) for part in text.split(",")]


def read_experiment(source: str) -> Experiment:
    """Return the experiment of a JSON file, or the default one of a data set by its name.

    Raises
    ------
    ValueError
        When it is neither, or its data is a file of one's own, which is not in the JSON.
    """
    if source in DATA:
        return Experiment.default(source)
    try:
        experiment = Experiment.from_json(Path(source).read_bytes())
    except OSError as error:
        raise ValueError(
            f"experiment must be a JSON file or one of {', '.join(DATA)}; {source!r}: {error.strerror}."
        ) from None
    if experiment.data == OWN_DATA:
        raise ValueError(
            f"experiment must be on data that has a name, {', '.join(DATA)}; with a file of your own call"
            " nncore.sweep(experiment, data=...) from a program."
        )
    return experiment


def read_axes(arguments: argparse.Namespace, experiment: Experiment) -> dict[str, Any]:
    """Return all axes that the command line names.

    Raises
    ------
    ValueError
        When one is given twice or cannot be read.
    """
    axes: dict[str, Any] = {}
    given = [("eta", arguments.eta), ("lam", arguments.lam)]
    for axis in arguments.axis:
        name, equals, text = axis.partition("=")
        if not equals:
            raise ValueError(f"axis must be NAME=VALUES; got {axis!r}.")
        given.append((name, text))
    for name, text in given:
        if text is None:
            continue
        if name in axes:
            raise ValueError(f"axis {name} must be given once; got it twice.")
        axes[name] = parse_axis(name, text)
    if arguments.seeds is not None:
        if arguments.seeds < 1:
            raise ValueError(f"seeds must be a whole number above 0; got {arguments.seeds}.")
        if "seed" in axes:
            raise ValueError("axis seed must be given once; got it twice.")
        # Seeds take memory themselves: those of too many runs are refused before they are drawn.
        check_runs(math.prod(map(len, axes.values())) * arguments.seeds, free=free_bytes())
        axes["seed"] = seeds_from(experiment.seed, arguments.seeds)
    return axes


def check_out(name: str) -> None:
    """Refuse a place where no result can be written, before hours are spent on one.

    Raises
    ------
    ValueError
        When the folder does not exist, or nothing may be written there.
    """
    path = Path(name)
    if name == "-":
        return
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"out must be a file in a folder that exists, or - for the screen; got {name!r}.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"out must be a file that may be written; {name!r} may not.")


def parser() -> argparse.ArgumentParser:
    """Return the command line's reader."""
    reader = argparse.ArgumentParser(
        allow_abbrev=False,
        prog="python -m nncore.sweep",
        description="Train an experiment at every combination of some settings, and write one line per run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reader.add_argument(
        "experiment", help="JSON file as the playground downloads it, or a data set such as XOR"
    )
    reader.add_argument("--eta", metavar="VALUES", help="learning rates, such as 1e-5:1e2:96")
    reader.add_argument("--lam", metavar="VALUES", help="L2 penalties, such as 0,1e-4,1e-2")
    reader.add_argument("--seeds", type=int, metavar="N", help="starts, from the experiment's own seed on")
    reader.add_argument(
        "--axis", action="append", default=[], metavar="NAME=VALUES", help="any other setting"
    )
    reader.add_argument("--out", required=True, metavar="FILE", help="CSV to write; - for the screen")
    reader.add_argument("--workers", type=int, metavar="N", help="processes; by default as many as pay")
    reader.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster, tcp://HOST:8786")
    return reader


@contextmanager
def cluster(address: str | None) -> Iterator[None]:
    """Let joblib work on a Dask cluster, or where it would anyway.

    Raises
    ------
    ValueError
        When the library is missing, or no scheduler answers at the address.
    """
    if address is None:
        yield
        return
    try:
        from dask.distributed import Client
    except ImportError:
        raise ValueError('dask is not installed; pip install "dask[distributed]" installs it.') from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise ValueError(f"dask must be the address of a running scheduler; {address}: {error}") from None
    with client, joblib.parallel_config(backend="dask", wait_for_workers_timeout=60):
        yield


class Meter:
    """Shows on the error stream how far the sweep is; Ctrl-C asks to end with what there is."""

    def __init__(self) -> None:
        self.stopped = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C as a request; a second one breaks off at once, as everywhere."""
        before = signal.getsignal(signal.SIGINT)

        def hear(_number: int, _frame: object) -> None:
            self.stopped = True
            signal.signal(signal.SIGINT, before)

        signal.signal(signal.SIGINT, hear)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def show(self, done: int, total: int) -> None:
        """Write the line over the last one."""
        sys.stderr.write(f"\r{done:,} of {total:,} runs")
        sys.stderr.flush()

    def close(self, result: SweepResult) -> None:
        """Say how it went."""
        total = len(result.grid)
        done = total - len(result.missing)
        sys.stderr.write(f"\r{done:,} of {total:,} runs in {result.seconds:.1f} s\n")
        for sentence in result.lost:
            sys.stderr.write(f"{sentence}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, 1 where runs are missing, 2 where it made no sense."""
    options = parser().parse_args(arguments)
    meter = Meter()
    try:
        experiment = read_experiment(options.experiment)
        axes = read_axes(options, experiment)
        check_out(options.out)
        with cluster(options.dask), meter.listening():
            result = sweep(
                experiment, workers=options.workers, progress=meter.show, cancel=lambda: meter.stopped, **axes
            )
        result.to_csv(sys.stdout if options.out == "-" else options.out)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    meter.close(result)
    return 0 if result.complete else 1


if __name__ == "__main__":
    sys.exit(main())
