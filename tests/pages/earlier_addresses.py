"""What an address opens, told by what stays: the page itself, its address bar, and the run's own numbers."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import numpy as np
from streamlit.testing.v1 import AppTest
from threadpoolctl import threadpool_limits

from nncore.data import DataSet
from nncore.experiment import Experiment
from tests.pages.app import go_to, open_page, shown, warnings, widget

FILE = Path(__file__).with_name("earlier_addresses.json")
PASTED = " and pasted there: "
"""Stands between an address and a link of TensorFlow Playground."""
MOST_EPOCHS, MOST_OF_LINKS = 200, 20
"""Runs that are longer, and those that such a link opens, are looked at after so many epochs."""
WITHOUT_EXPERIMENT = ("home", "building_blocks")
one_thread = threadpool_limits.wrap(limits=1, user_api="blas")
"""As in the server and in the tests: a product that threads share may be summed in another order."""


@one_thread
def opens(address: str) -> dict[str, Any]:
    """Return what an address opens: address bar, number of notices, experiment, costs at the end.

    Parameters
    ----------
    address : str
        Page and query; behind `PASTED`, a link that is typed into the page's box.
    """
    page, app = page_at(address)
    told = {"bar": urlencode(app.query_params, doseq=True), "notices": len(warnings(app)) + len(app.error)}
    if page in WITHOUT_EXPERIMENT:
        return told
    experiment = shown(app, page)
    end = end_of(experiment, rows=own_rows(app), most=most_epochs(address))
    return {**told, "experiment": json_fields(experiment), "end": end}


def page_at(address: str) -> tuple[str, AppTest]:
    """Open an address in a session of its own; return the page's name and the session."""
    place, _, link = address.partition(PASTED)
    page, _, query = place.partition("?")
    wanted: Any = parse_qs(query, keep_blank_values=True)
    if page == "frameworks":
        # Other libraries would train in processes of their own; what the address opens is decided before.
        app = open_page("home")
        app.session_state["libraries"] = []
        go_to(app, page, wanted)
    else:
        app = open_page(page, wanted)
    if link:
        widget(app, "tfp_link").set_value(link).run()
        assert not app.exception
    return page, app


def json_fields(experiment: Experiment) -> dict[str, Any]:
    """Return every field as "Take home" writes it."""
    return json.loads(experiment.to_json())["experiment"]


def most_epochs(address: str) -> int:
    """Return after how many epochs a run is looked at, where it is longer."""
    return MOST_OF_LINKS if PASTED in address else MOST_EPOCHS


def own_rows(app: AppTest) -> DataSet | None:
    """Return the table that the page of one's own data has made ready, if it has one."""
    return app.session_state["_own"].prepared.data if "_own" in app.session_state else None


def end_of(experiment: Experiment, *, rows: DataSet | None = None, most: int | None = None) -> list[Any]:
    """Return epochs, training cost and validation cost at the end of the run, costs in hexadecimal.

    Nothing where the rows are a table of the Frameworks page, which that page alone knows.
    """
    own = experiment.data == "own"
    if own and rows is None:
        return []
    training = experiment.training(data=rows if own else None)
    training.advance(epochs=most)
    history = training.history
    last = [history[name][-1:] for name in ("train_errors", "val_errors") if name in history]
    return [training.epoch, *(float(cost[0]).hex() for cost in last if len(cost))]


@one_thread
def spread(address: str) -> float:
    """Return how much the costs at the end change, relatively, with the last bit of the learning rate."""
    page, app = page_at(address)
    if page in WITHOUT_EXPERIMENT:
        return 0.0
    experiment, most = shown(app, page), most_epochs(address)
    near = experiment.replace(eta=float(np.nextafter(experiment.eta, 0.0)))
    ends = [end_of(run, rows=own_rows(app), most=most) for run in (experiment, near)]
    return gap(*ends)


def gap(one: list[Any], other: list[Any]) -> float:
    """Return the largest relative difference of two ends; infinite where they are not alike at all."""
    if one[:1] != other[:1] or len(one) != len(other):
        return math.inf
    return max((between(a, b) for a, b in zip(one[1:], other[1:], strict=True)), default=0.0)


def between(one: str, other: str) -> float:
    """Return the relative difference of two costs in hexadecimal."""
    if one == other:
        return 0.0
    a, b = float.fromhex(one), float.fromhex(other)
    difference = abs(a - b) / max(abs(a), abs(b))
    return difference if math.isfinite(difference) else math.inf


@one_thread
def machine() -> str:
    """Return a fingerprint of how NumPy rounds on this machine, which takes no line of ours.

    Products, sums and functions of other processors, BLAS or NumPy versions differ in their last bits.
    """
    rng = np.random.default_rng(1)
    values, narrow = rng.standard_normal((97, 65)), rng.standard_normal((4, 3))
    wide = rng.standard_normal((65, 100))
    with np.errstate(all="ignore"):
        parts = (
            values @ wide, values.T @ values, values[:32] @ wide, values @ values[0], narrow @ narrow.T,
            narrow.T @ narrow, values.sum(axis=0), values.mean(axis=1), np.einsum("np,np->n", values, values),
            np.exp(values), np.tanh(values), np.log(np.abs(values)), np.log1p(np.abs(values)),
            np.expm1(values), np.logaddexp(0.0, values), np.sqrt(np.abs(values)), np.sin(values),
        )  # fmt: skip
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()[:16]
