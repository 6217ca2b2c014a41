"""Learning rate: which learning rates learn, which do not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice, Real, Whole, number_text
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.experiment.settings import Settings
from ui.shared import session
from ui.shared.controls import draw_controls
from ui.shared.hall import hall_menu, lecture_button
from ui.shared.navigation import PAGE_NAMED
from ui.shared.plain_text import plain
from ui.shared.room_link import draw_room_link
from ui.shared.theme import draw_notices, page_style
from ui.sweep.budget import ETA_HIGH, ETA_LOW, MOST_RATES, MOST_STARTS, SweepSize, check_size, subset
from ui.sweep.modes import AXIS_LABELS, SweepRequest, curvature_experiment
from ui.sweep.view import announce, sweep_view
from ui.tables import session as own_state
from ui.tables.session import suggested_experiment
from ui.tables.swept import SweptRows, swept_rows

PAGE: Final = "learning_rate"
LEAD: Final = "Every learning rate at once: drag the marker and watch the run at each of them."


@dataclass(frozen=True)
class Mode:
    """One way to see the sweep: its name on the button, and what it shows in a sentence or two."""

    label: str
    help: str


MODES: Final[dict[str, Mode]] = {
    "strip": Mode(
        "Strip",
        "Final cost against learning rate, zones by outcome; with several starts their median and a band. "
        "The panels show the run at the marker.",
    ),
    "race": Mode(
        "Race",
        "The same starts under every method or schedule: at one learning rate, or each at its own best. The "
        "gap between the two is the lesson: a fair race gives each its own learning rate. The chart runs "
        "this start; medians are over all starts, that of the epochs to the target over those that reach it.",
    ),
    "heat": Mode(
        "Heat map",
        "Learning rate against a second setting. Hatched cells are unstable; click a cell to open its run.",
    ),
    "luck": Mode(
        "Luck",
        "The same setting from twenty starts: it tells bad luck from a bad learning rate.",
    ),
    "range": Mode(
        "Range test",
        "One run whose learning rate rises at every step, laid over the true strip: a quick estimate, and "
        "where it misleads.",
    ),
    "curvature": Mode(
        "Curvature",
        "Learning rate times sharpness, the largest curvature of the cost, during the run. Above its limit a "
        "straight step overshoots; at the limit training may bounce for long and still get on.",
    ),
    "rules": Mode(
        "Two rules",
        "The textbook rule (solid) beside the lecture's published code itself (dashed, its zones below the "
        "axis), and what single habits of that code do (dotted, and in the table).",
    ),
}
_ETA: Final = FIELDS.of(Real, "eta")
SETTINGS: Final = Settings(
    Choice(name="look", default="strip", label="Look", choices=tuple(MODES), help="Ways to look at a sweep."),
    Real(
        name="low", default=ETA_LOW, label="From η", low=_ETA.low, high=_ETA.high,
        help="The smallest learning rate, such as 1e-5.",
    ),
    Real(
        name="high", default=ETA_HIGH, label="To η", low=_ETA.low, high=_ETA.high,
        help="The largest learning rate, such as 100.",
    ),
    Whole(
        name="rates", default=None, label="Rates", low=2, high=MOST_RATES, optional=True,
        help="How many learning rates; empty: as many as this problem affords.",
    ),
    Whole(
        name="starts", default=None, label="Starts", low=1, high=MOST_STARTS, optional=True,
        help="How many seeds each; empty: as many as this problem affords.",
    ),
    Choice(
        name="against", default="lam", label="Second axis", choices=tuple(AXIS_LABELS),
        labels={name: f"η × {label}" for name, label in AXIS_LABELS.items()},
        help="What the heat map sets the learning rate against.",
    ),
    Choice(
        name="race", default="scheduler", label="Runners", choices=("scheduler", "schedule"),
        labels={"scheduler": "schedulers", "schedule": "schedules"}, help="What runs against each other.",
    ),
)  # fmt: skip
"""What the address holds beside the experiment."""
RANGE_FIELDS: Final = ("low", "high", "rates", "starts")
HOMES: Final = {
    "gate": PAGE_NAMED["logic_gates"],
    "image": PAGE_NAMED["digits"],
    "pattern": PAGE_NAMED["patterns"],
    "curve": PAGE_NAMED["regression"],
    "surface": PAGE_NAMED["regression"],
}
"""The page on which a run goes on, by the kind of its data."""

NO_TABLE: Final = (
    "There is no table in this tab: tables stay in the tab in which they were opened, and are opened on Own "
    "data. XOR is swept instead."
)
EDGE_RATES: Final = {"gate": 0.3, "curve": 0.25, "image": 0.1, "table": 0.1}
"""Rates at which the usual networks climb to the edge and stay there; what is not named takes 0.2."""
EDGE_EPOCHS: Final = {"gate": 500}
LUCKY_RATES: Final = {
    "XOR": 0.72, "AND": 2.0, "OR": 2.5, "NAND": 1.0, "NOR": 2.5, "XNOR": 0.72,
    "digits": 0.03, "drawn_digits": 0.01,
    "circle": 0.72, "gauss": 1e-3, "moons": 2.5,
    "sine": 0.72, "step": 6.0, "bump": 1.3, "kink": 1.3, "runge": 1.0, "waves": 0.3,
    "reg_plane": 0.37, "reg_gauss": 0.04, "polynomial_surface": 1.0,
    "wisconsin": 0.2,
}  # fmt: skip
"""Rates at which, of twenty starts of the usual network, some learn and some do not.

At the usual rate so it is on the spiral and the cloud of XOR; on the checkerboard hardly any learns at any.
"""

RULE: Final = """
- **learned**: the final cost is at most 7.2 % of what the best constant answer costs, and the validation
  cost, where there is one, has followed. Tables and rows with much noise are held against a straight model.
- **memorised**: the validation cost has not followed: it ends above a third of guessing, or above twice the
  target and half as high again as at its lowest.
- **unstable**: the final cost is more than a hundredth above the starting cost, or it keeps bouncing to the
  end, or it bounced and has not come to rest, or it was at the target and lost it.
- **overflow**: weights or cost ceased to be finite numbers.
- **slow**: on its way: carried on as it falls, ten times the epochs lower the cost by a sixth or more, near
  the target by a hundredth; or the training rows are learned and the validation cost still falls.
- **stuck**: everything else: the cost rests on a plateau, or creeps so that ten times the epochs would not be
  seen. On the far left the steps are too short for that, on the right too long to settle.

The small circles are the start whose seed is in the side bar. With several starts the thick line is their
median, the grey band holds the middle eight tenths, and the bars on top are the share of starts that learned;
where runs are costly there is that one start alone. Costs above ten times the starting cost lie on the upper
edge, those far below the best typical one on the lower. The axes stay as they are for all rates.
"""


def size_of(own: Mapping[str, Any]) -> SweepSize:
    """Return the range that the page's settings ask for.

    Raises `ValueError` with a sentence when the range is none or has more runs than a live sweep takes.
    """
    size = SweepSize(*(own[name] for name in RANGE_FIELDS))
    check_size(size)
    return size


def possible(opened: session.Opened) -> tuple[Mapping[str, Any], list[str]]:
    """Return the page's settings with a range that is one, and a sentence where the usual one stands in."""
    try:
        size_of(opened.own)
    except ValueError as error:
        session.change_own(PAGE, **{name: SETTINGS.defaults[name] for name in RANGE_FIELDS})
        usual = {name: SETTINGS.defaults[name] for name in RANGE_FIELDS}
        return {**opened.own, **usual}, [f"{error} The usual range is used."]
    return opened.own, []


def beyond_ends(experiment: Experiment, own: Mapping[str, Any]) -> list[str]:
    """Say where the learning rate of the side bar is none of those that are swept."""
    low, high, eta = own["low"], own["high"], experiment.eta
    # A heat map shows the run of its cell, wherever that lies.
    if low <= eta <= high or own["look"] == "heat":
        return []
    ends = f"{number_text(low)} to {number_text(high)}"
    outside = f"η = {number_text(eta)} lies outside of what is swept, {ends}"
    return [f"{outside}: the run at the nearest rate is shown."]


def draw_page() -> None:
    """Draw the page."""
    opened, rows, missing = open_with_rows()
    own, notices = possible(opened)
    lecture = opened.view.lecture
    request = SweepRequest(
        opened.experiment, own["look"], size_of(own), own["against"], own["race"], rows and rows.data
    )
    announce(request, key=PAGE)
    session.hold_experiment(PAGE)
    page_style("Learning rate", LEAD, lecture=lecture, part=MODES[own["look"]].label)
    draw_notices((*opened.notices, *missing, *notices, *beyond_ends(opened.experiment, own)))
    draw_modes(own, lecture=lecture)
    sweep_view(
        request, key=PAGE, lecture=lecture, asked=opened.asked, on_eta=take_eta, on_seed=take_seed,
        on_cell=take_cell,
    )  # fmt: skip
    draw_problem(opened.experiment)
    draw_controls(opened, data=(opened.experiment.data,))
    if not lecture:
        draw_below(opened.experiment, own["look"], rows)
    elif not opened.view.hold:
        hall_menu(tuple(DATA), shown=opened.experiment.data, on_data=show_problem)


def open_with_rows() -> tuple[session.Opened, SweptRows | None, list[str]]:
    """Return what the page shows, its rows where they are a table of this tab, and what is to be told."""
    among = (*DATA, OWN_DATA)
    opened = session.open_page(PAGE, data=bare_mode, among=among, own=SETTINGS, write=False, runs="planned")
    if opened.experiment.data != OWN_DATA:
        return opened, None, []
    rows = swept_rows(opened.experiment, weighted=opened.own["look"] != "rules")
    if rows is not None and session.suit(PAGE, rows.data.task):
        return open_with_rows()
    if rows is not None:
        return opened, rows, []
    session.show_experiment(PAGE, Experiment.default("XOR"))
    session.hold_experiment(PAGE)  # else the address would ask for the table once more
    return session.open_page(PAGE, data="XOR", own=SETTINGS, write=False), None, [NO_TABLE]


def draw_modes(own: Mapping[str, Any], *, lecture: bool) -> None:
    """Draw the choice of the mode, and the choices that only some modes have."""
    st.session_state["look"] = own["look"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Look", list(MODES), key="look", on_change=take_choice, args=("look",), required=True,
            label_visibility="collapsed", format_func=lambda name: MODES[name].label,
        )  # fmt: skip
        if own["look"] == "heat":
            draw_choice("against", own)
        if own["look"] == "race":
            draw_choice("race", own)
        if not lecture:
            draw_range(own)
        lecture_button(PAGE, lecture=lecture)


def draw_choice(name: str, own: Mapping[str, Any]) -> None:
    """Draw one of the smaller choices beside the modes."""
    st.session_state[name] = own[name]
    field = SETTINGS.of(Choice, name)
    st.selectbox(
        field.label, field.choices, key=name, on_change=take_choice, args=(name,),
        format_func=lambda key: field.labels[key], label_visibility="collapsed", width=150,
    )  # fmt: skip


def draw_range(own: Mapping[str, Any]) -> None:
    """Draw the ends of the sweep, and how many rates and starts it has."""
    problem = st.session_state.pop("_range_problem", None)
    with st.popover("Range", icon=":material/tune:", help="Learning rates and starts of the sweep."):
        for name in RANGE_FIELDS:
            key, field = f"range_{name}", SETTINGS[name]
            if problem is None or key not in st.session_state:
                st.session_state[key] = field.format(own[name])
            st.text_input(field.label, key=key, help=field.help, on_change=take_range)
    if problem is not None:
        st.error(f"{plain(problem)} The sweep on screen is kept.", icon=":material/error:")


def draw_problem(experiment: Experiment) -> None:
    """Draw the choice of the problem on top of the side bar, the table of this tab among them."""
    st.session_state["data"] = experiment.data
    labels, own = dict(FIELDS.of(Choice, "data").labels), own_state.in_tab()
    problems = list(DATA)
    if own is not None and own.prepared is not None:
        problems.append(OWN_DATA)
        labels[OWN_DATA] = f"Table: {own.table.name}"
    with st.sidebar:
        st.selectbox(
            "Problem", problems, key="data", on_change=take_problem, format_func=labels.__getitem__,
            help="Any problem of the playground; it opens with its own defaults.",
        )  # fmt: skip


def run_of_mode(experiment: Experiment, mode: str, task: str | None = None) -> Experiment:
    """Return the experiment of the run at the marker, which two modes change."""
    swept, _ = subset(experiment)
    if mode == "curvature":
        swept, _ = curvature_experiment(swept, task)
    return swept.replace(rule="textbook") if mode == "rules" else swept


def draw_below(experiment: Experiment, mode: str, rows: SweptRows | None) -> None:
    """Draw, in one row below the view, the ways on and how to read the chart; then what was left out."""
    _, note = subset(experiment)
    home = PAGE_NAMED["own_data"] if rows is not None else HOMES.get(experiment.kind)
    task = None if rows is None else rows.data.task
    with st.container(horizontal=True, vertical_alignment="center", key="strip_doors"):
        if mode == "curvature":
            draw_curvature_help(experiment, task)
        if home is not None and home.exists:
            st.page_link(
                home.file,
                label=f"Open this run in {home.title} (η = {number_text(experiment.eta)})",
                icon=":material/open_in_new:",
                query_params=session.query_of(run_of_mode(experiment, mode, task))
                | ({"table": rows.own.source} if rows else {}),
                help="The same experiment, with everything that page shows of it.",
            )
        draw_room_link(experiment)
        with st.popover("How to read this", icon=":material/help:", width="content"):
            st.caption(MODES[mode].help)
            st.markdown(RULE)
    notes = " ".join([note, *(rows.notes if rows else ())]).strip()
    if notes:
        st.caption(plain(notes))


def draw_curvature_help(experiment: Experiment, task: str | None) -> None:
    """Offer the setting in which the edge of stability can be seen."""
    swept, _ = curvature_experiment(experiment, task)
    if swept == experiment and experiment.resolved(task)[0] == "CostOLS":
        return
    st.button(
        "Show the edge: squared error, plain gradient descent", key="show_edge", icon=":material/visibility:",
        on_click=show_edge, help="Constant scheduler, full batch, squared error, a rate near the limit.",
    )  # fmt: skip


# What the controls do.


def take_choice(name: str) -> None:
    """Another mode, axis or race; clicking the chosen one again keeps it."""
    with suppress(ValueError):
        session.change_own(PAGE, **{name: st.session_state.get(name)})
        show_something()


def show_something() -> None:
    """Open a mode on a setting in which something happens, where nothing has been set yet."""
    now = session.current_experiment(PAGE)
    told = telling(now, session.current_own(PAGE)["look"])
    if told != now == session.default_experiment(PAGE):
        session.show_experiment(PAGE, told)


def bare_mode(own: Mapping[str, Any]) -> Experiment:
    """Return what an address opens that names a mode, or nothing: what the mode's button opens."""
    return telling(Experiment.default("XOR"), own["look"])


def telling(experiment: Experiment, mode: str) -> Experiment:
    """Return the nearest setting in which something happens in a mode."""
    if mode == "curvature":
        return near_edge(experiment)
    if mode == "luck" and experiment.data in LUCKY_RATES:
        return experiment.replace(eta=LUCKY_RATES[experiment.data])
    return experiment


def take_range() -> None:
    """Another range; one that is none is refused with a sentence, and nothing is lost."""
    typed = {name: str(st.session_state[f"range_{name}"]).strip() for name in RANGE_FIELDS}
    try:
        asked = SETTINGS.defaults | {name: SETTINGS[name].parse(text) for name, text in typed.items() if text}
        size_of(asked)
    except ValueError as error:
        st.session_state["_range_problem"] = str(error)
        return
    session.change_own(PAGE, **{name: asked[name] for name in RANGE_FIELDS})


def take_problem() -> None:
    """Another problem, chosen in the side bar."""
    show_problem(st.session_state["data"])


def show_problem(data: str) -> None:
    """Sweep another problem, with its own defaults, or with those that tell something in the mode."""
    own = own_state.shown() if data == OWN_DATA else None
    usual = Experiment.default(data) if own is None else suggested_experiment(own)
    session.show_experiment(PAGE, telling(usual, session.current_own(PAGE)["look"]))


def take_eta(eta: float) -> None:
    """The marker was let go."""
    _change(eta=eta)


def take_seed(seed: int) -> None:
    """One of the starts was clicked."""
    _change(seed=seed)


def take_cell(fields: Mapping[str, Any]) -> None:
    """A cell of the heat map was opened."""
    _change(**fields)


def _change(**fields: Any) -> None:
    try:
        session.change(PAGE, **fields)
    except ValueError:
        # Only a browser that is not ours sends what our own axes do not hold: no request.
        return


def show_edge() -> None:
    """Go to plain gradient descent on a squared error, near its limit."""
    session.show_experiment(PAGE, near_edge(session.current_experiment(PAGE)))


def near_edge(now: Experiment) -> Experiment:
    """Return an experiment with plain gradient descent on a squared error, near the limit of its rate."""
    return now.replace(
        scheduler="Constant", cost="CostOLS", output_func="identity", batch_size=0, schedule="constant",
        eta=EDGE_RATES.get(now.kind, 0.2), epochs=max(now.epochs, EDGE_EPOCHS.get(now.kind, 100)),
    )  # fmt: skip


if __name__ == "__main__":
    draw_page()
