"""Regression: a curve or a surface with noise, and how well a network of a certain size can follow it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice, Real, Whole, counted
from nncore.experiment.settings import Settings
from nncore.machinery.pieces import aside
from nncore.sweep import Sweep
from nncore.training import Training
from ui.figures.regression_fits import (
    ERRORS,
    MAX_DEGREE,
    Fit,
    figure,
    fit_of_network,
    fit_polynomial,
    table,
    words,
)
from ui.figures.regression_size import SEEDS, size_figure, size_sweep, size_table, size_words
from ui.live.page import LivePage
from ui.live.slice_queue import slice_queue
from ui.shared import session
from ui.shared.theme import palette
from ui.streamlit_internals import session_id

CURVES: Final = tuple(name for name, source in DATA.items() if source.kind == "curve")
SURFACES: Final = ("polynomial_surface",)
LOOKS: Final = {"none": "Just the view", "compare": "Least squares and ridge", "size": "Size of the network"}
ALPHAS: Final = (0.0, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
SETTINGS: Final = Settings(
    Choice(
        name="look", default="none", label="Look closer", choices=tuple(LOOKS), labels=LOOKS,
        help="What stands below the view.",
    ),
    Whole(
        name="degree", default=9, label="Degree of the polynomial", low=1, high=max(MAX_DEGREE.values()),
        help="Highest power; the more powers, the better the training rows are met.",
    ),
    Real(
        name="alpha", default=0.1, label="Strength α of ridge", low=ALPHAS[0], high=ALPHAS[-1],
        help="Penalty on the squared coefficients; 0 is least squares.",
    ),
)  # fmt: skip
"""What the address holds beside the experiment."""
LESSON: Final[dict[str, Any]] = {"data": "sine", "noise": 0.3, "samples": 40, "epochs": 2000}
"""Few rows and much noise: where the size of the network matters most."""

_SWEEP: Final = "_size_sweep"  # session state: (experiment, sweep)
_TURN_SECONDS: Final = 0.25  # training within one script run of the fragment
_EVERY_SECONDS: Final = 0.4


def panels_for(experiment: Experiment) -> tuple[str, ...]:
    """Return the panels that suit a curve, or a surface."""
    curve = DATA[experiment.data].kind == "curve"
    return ("fit", "loss", "residuals", "network") if curve else ("map", "loss", "residuals", "network")


def draw_look(opened: session.Opened) -> None:
    """Draw the choice of what stands below the view, and that."""
    look = st.session_state["look"] = opened.own["look"]
    st.segmented_control(
        SETTINGS["look"].label, list(LOOKS), key="look", format_func=lambda name: LOOKS[name],
        on_change=_keep_look, args=(opened.page,),
    )  # fmt: skip
    if look == "compare":
        _draw_compare(opened)
    elif look == "size":
        _draw_size(opened)


def _keep_look(page: str) -> None:
    # A pressed button that is pressed again leaves nothing chosen.
    session.change_own(page, look=st.session_state["look"] or "none")


def chosen_fit(own: Mapping[str, Any], *, inputs: int) -> tuple[int, float]:
    """Return degree and strength of ridge, the nearest that the sliders have for so many inputs."""
    return min(own["degree"], MAX_DEGREE[inputs]), min(ALPHAS, key=lambda known: abs(known - own["alpha"]))


def _draw_compare(opened: session.Opened) -> None:
    experiment = opened.experiment
    inputs = DATA[experiment.data].n_raw
    degree, alpha = chosen_fit(opened.own, inputs=inputs)
    left, right = st.columns(2)
    st.session_state["fit_degree"], st.session_state["fit_alpha"] = degree, alpha
    left.slider(
        SETTINGS["degree"].label, 1, MAX_DEGREE[inputs], key="fit_degree",
        help=SETTINGS["degree"].help,
        on_change=lambda: session.change_own(opened.page, degree=st.session_state["fit_degree"]),
    )  # fmt: skip
    right.select_slider(
        SETTINGS["alpha"].label, ALPHAS, key="fit_alpha", format_func=lambda value: f"{value:g}",
        help=SETTINGS["alpha"].help,
        on_change=lambda: session.change_own(opened.page, alpha=st.session_state["fit_alpha"]),
    )  # fmt: skip
    fits = [_finished(experiment), *_polynomials(experiment, degree, alpha)]
    st.plotly_chart(figure(fits, experiment.dataset(), palette()), key="fits", alt=words(fits))
    st.markdown(words(fits))
    # An exact fit has errors such as 2e-29, which nobody reads as 0.00...002.
    errors = {name: st.column_config.NumberColumn(format="%.3g") for name in ERRORS}
    st.dataframe(table(fits), hide_index=True, key="fit_table", column_config=errors)
    planned = counted(experiment.total_epochs, "epoch", separator=",")
    st.caption(
        f"The network is trained as set up above, {planned} long; the polynomials are "
        "fitted by scikit-learn to the same training rows. Errors are means of squares."
    )


@lru_cache(maxsize=32)
def _finished(experiment: Experiment) -> Fit:
    """Return the network of an experiment at the end of its run: the same numbers as the view ends with."""
    training = experiment.training()
    _train(training)
    return fit_of_network(training.network, experiment.dataset())


@lru_cache(maxsize=64)
def _polynomials(experiment: Experiment, degree: int, alpha: float) -> tuple[Fit, Fit]:
    data = experiment.dataset()
    return fit_polynomial(data, degree), fit_polynomial(data, degree, alpha=alpha)


def _draw_size(opened: session.Opened) -> None:
    experiment = opened.experiment
    layers = max(1, len(experiment.hidden))
    shape = "one hidden layer" if layers == 1 else f"{layers} hidden layers"
    st.caption(
        f"Every width with {SEEDS} starts and {shape}; all else as planned above. "
        "Too few neurons cannot follow the curve; too many can follow the noise as well."
    )
    st.button(
        "Set up the lesson: 40 rows, much noise",
        key="size_lesson", on_click=_set_lesson, args=(opened.page,),
        help="A sine with noise 0.3, 20 rows to train on and 20 to check: where size matters most.",
    )  # fmt: skip
    sweep = _sweep_of(experiment)
    # A fragment that runs by itself only as long as there is something to train.
    st.fragment(_size_turn, run_every=None if sweep.finished else _EVERY_SECONDS)(experiment)


def _set_lesson(page: str) -> None:
    experiment = session.current_experiment(page)
    session.show_experiment(page, Experiment.default("sine").replace(**LESSON, seed=experiment.seed))


def _sweep_of(experiment: Experiment) -> Sweep:
    """Return the sweep that belongs to the experiment, of which the view's width and seed are no part."""
    layers = max(1, len(experiment.hidden))
    same = experiment.plan().replace(hidden=(4,) * layers, seed=0)
    known = st.session_state.get(_SWEEP)
    if known is None or known[0] != same:
        known = st.session_state[_SWEEP] = (same, size_sweep(experiment))
    return known[1]


def _size_turn(experiment: Experiment) -> None:
    """Train a little, draw what is there."""
    sweep = _sweep_of(experiment)
    _train(sweep, seconds=_TURN_SECONDS)
    rows = size_table(sweep)
    one_width = len(set(experiment.hidden)) == 1
    chosen = experiment.hidden[0] if one_width else None
    noise = experiment.noise**2 if DATA[experiment.data].kind == "curve" else None
    if not sweep.finished:
        st.progress(sweep.progress, text=f"{len(rows)} of {sweep.result.grid.shape[0]} widths are trained")
    text = size_words(rows, chosen=chosen) if rows else "The first width is being trained."
    chart = size_figure(rows, palette(), chosen=chosen, floor=noise)
    st.plotly_chart(chart, key="sizes", alt=text)
    st.markdown(text)
    if sweep.finished and st.session_state.get("_size_told") is not sweep:
        st.session_state["_size_told"] = sweep
        st.rerun()


def _train(run: Training | Sweep, *, seconds: float = math.inf) -> None:
    """Train in slices of the queue that all live views share, so that nobody's frames wait for long."""
    end = time.monotonic() + seconds
    while not run.finished and time.monotonic() < end:
        ticket = slice_queue().submit(lambda share, _waiting: run.advance(seconds=share), owner=session_id())
        with aside():
            ticket.future.result()


PAGE = LivePage(
    name="regression",
    title="Regression",
    lead="A curve is drawn through noisy points while it learns. When does it follow the function, "
    "and when the noise?",
    data=(*CURVES, *SURFACES),
    panels=("fit", "loss", "residuals", "network"),
    panels_for=panels_for,
    own=SETTINGS,
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    handle = PAGE.show(opened)
    if not opened.view.lecture:
        draw_look(opened)
    PAGE.take_home(opened, handle)


if __name__ == "__main__":
    main()
