"""The learning-rate laboratory: which learning rates learn, which do not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import number_text
from nncore.experiment.fields import FIELDS
from ui.shared import session
from ui.shared.controls import draw_controls
from ui.shared.navigation import PAGE_NAMED
from ui.shared.plain_text import plain
from ui.shared.theme import draw_notices, heading, page_style
from ui.shared.widget_values import parse_number
from ui.sweep.budget import ETA_HIGH, ETA_LOW, SweepSize, check_size, subset
from ui.sweep.modes import AXIS_LABELS, Wish, curvature_experiment
from ui.sweep.view import announce, laboratory

PAGE: Final = "learning_rate"
LEAD: Final = "Every learning rate at once: drag the marker and watch the run at each of them."


@dataclass(frozen=True)
class Look:
    """One way to look at the sweep: its name on the button, and what it shows in a sentence or two."""

    label: str
    help: str


LOOKS: Final[dict[str, Look]] = {
    "strip": Look(
        "Strip",
        "Final cost against learning rate, zones by outcome; with several starts their median and a band. "
        "The panels show the run at the marker.",
    ),
    "race": Look(
        "Race",
        "The same starts under every method or schedule: at one learning rate, or each at its own best. The "
        "gap between the two is the lesson: a fair race gives each its own learning rate.",
    ),
    "heat": Look(
        "Heat map",
        "Learning rate against a second setting. Hatched cells are unstable; click a cell to open its run.",
    ),
    "luck": Look(
        "Luck",
        "The same setting from twenty starts: it tells bad luck from a bad learning rate.",
    ),
    "range": Look(
        "Range test",
        "One run whose learning rate rises at every step, laid over the true strip: a quick estimate, and "
        "where it misleads.",
    ),
    "curvature": Look(
        "Curvature",
        "Learning rate times sharpness, the largest curvature of the cost, during the run. Above its limit a "
        "straight step overshoots; at the limit training bounces and still gets on.",
    ),
    "rules": Look(
        "Two rules",
        "The scheduler as the textbooks have it, and with the bookkeeping of the lecture's published code.",
    ),
}
EXTRA: Final = {
    "look": "strip",
    "low": number_text(ETA_LOW),
    "high": number_text(ETA_HIGH),
    "rates": "",
    "starts": "",
    "against": "lam",
    "race": "scheduler",
}
"""What the address holds beside the experiment, with what a bare address means."""
CHOICES: Final = {"look": tuple(LOOKS), "against": tuple(AXIS_LABELS), "race": ("scheduler", "schedule")}
RANGE_FIELDS: Final = ("low", "high", "rates", "starts")
HOMES: Final = {
    "gate": PAGE_NAMED["logic_gates"],
    "image": PAGE_NAMED["digits"],
    "pattern": PAGE_NAMED["patterns"],
    "curve": PAGE_NAMED["regression"],
    "surface": PAGE_NAMED["regression"],
}
"""The page on which a run goes on, by the kind of its data."""

EDGE_RATES: Final = {"gate": 0.3, "curve": 0.25, "image": 0.1, "table": 0.1}
"""Rates at which the usual networks climb to the edge and stay there; what is not named takes 0.2."""
EDGE_EPOCHS: Final = {"gate": 500}

RULE: Final = """
- **learned**: the final cost is at most 7 % of what the best constant answer costs.
- **unstable**: the final cost is more than a hundredth above the starting cost, or it keeps bouncing to the
  end.
- **overflow**: weights or cost ceased to be finite numbers.
- **slow**: everything else, still falling or resting on a plateau.

The small circles are the start whose seed is in the side bar. With several starts the thick line is their
median, the grey band holds the middle eight tenths, and the bars on top are the share of starts that learned;
where runs are costly there is that one start alone. Costs above ten times the starting cost lie on the upper
edge, those far below the best typical one on the lower. The axes stay as they are for all rates.
"""


def read_size(extra: Mapping[str, str]) -> SweepSize:
    """Read the range out of the address.

    Raises
    ------
    ValueError
        With a sentence, when a value is no number or the range is none.
    """
    numbers: dict[str, float | None] = {}
    for name in RANGE_FIELDS:
        text = extra[name].strip()
        try:
            numbers[name] = parse_number(text) if text else None
        except ValueError as error:
            raise ValueError(f"{name}: {error}.") from None
    for name in ("rates", "starts"):
        count = numbers[name]
        if count is not None and not count.is_integer():
            raise ValueError(f"{name} must be a whole number; got {extra[name]}.")
    low, high, rates, starts = (numbers[name] for name in RANGE_FIELDS)
    size = SweepSize(
        ETA_LOW if low is None else low,
        ETA_HIGH if high is None else high,
        None if rates is None else int(rates),
        None if starts is None else int(starts),
    )
    check_size(size)
    return size


def settle(opened: session.Opened) -> tuple[dict[str, str], list[str]]:
    """Return the page's own parameters as far as they are possible, and a sentence for each that is not."""
    extra, notices = dict(opened.extra), []
    for name, allowed in CHOICES.items():
        if extra[name] not in allowed:
            notices.append(
                f'{name}: one of {", ".join(allowed)} is allowed, "{extra[name]}" was given; '
                f"{EXTRA[name]} is used."
            )
            extra[name] = EXTRA[name]
    try:
        read_size(extra)
    except ValueError as error:
        notices.append(f"{error} The usual range is used.")
        extra |= {name: EXTRA[name] for name in RANGE_FIELDS}
    if notices:
        session.change_extra(PAGE, **extra)
    return extra, notices


def draw_page() -> None:
    """Draw the page."""
    opened = session.open_page(PAGE, data="XOR", among=tuple(DATA), extra=EXTRA, write=False)
    extra, notices = settle(opened)
    lecture = opened.view.lecture
    wish = Wish(opened.experiment, extra["look"], read_size(extra), extra["against"], extra["race"])
    announce(wish, key=PAGE)
    session.hold_experiment(PAGE)
    page_style(lecture=lecture)
    if not lecture:
        heading("Learning rate", LEAD)
    draw_notices((*opened.notices, *notices))
    draw_looks(extra, lecture=lecture)
    laboratory(wish, key=PAGE, lecture=lecture, on_eta=take_eta, on_seed=take_seed, on_cell=take_cell)
    draw_problem(opened.experiment)
    draw_controls(opened, data=(opened.experiment.data,))
    if not lecture:
        draw_below(opened.experiment, extra["look"])


def draw_looks(extra: Mapping[str, str], *, lecture: bool) -> None:
    """Draw the choice of the look, and the choices that only some looks have."""
    st.session_state["look"] = extra["look"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Look", list(LOOKS), key="look", on_change=take_choice, args=("look",), required=True,
            label_visibility="collapsed", format_func=lambda name: LOOKS[name].label,
        )  # fmt: skip
        if extra["look"] == "heat":
            draw_choice("against", extra, {name: f"η × {label}" for name, label in AXIS_LABELS.items()})
        if extra["look"] == "race":
            draw_choice("race", extra, {"scheduler": "schedulers", "schedule": "schedules"})
        if not lecture:
            draw_range(extra)
        st.button(
            "", key="lecture_mode", icon=":material/co_present:", shortcut="l", on_click=turn_lecture,
            args=(not lecture,),
            help="Lecture mode: large type, no side bar, everything on one screen.",
        )  # fmt: skip


def draw_choice(name: str, extra: Mapping[str, str], labels: Mapping[str, str]) -> None:
    """Draw one of the smaller choices beside the looks."""
    st.session_state[name] = extra[name]
    st.selectbox(
        name, list(labels), key=name, on_change=take_choice, args=(name,),
        format_func=lambda key: labels[key], label_visibility="collapsed", width=150,
    )  # fmt: skip


def draw_range(extra: Mapping[str, str]) -> None:
    """Draw the ends of the sweep, and how many rates and starts it has."""
    problem = st.session_state.pop("_range_problem", None)
    with st.popover("Range", icon=":material/tune:", help="Learning rates and starts of the sweep."):
        words = {
            "low": ("From η", "The smallest learning rate, such as 1e-5."),
            "high": ("To η", "The largest learning rate, such as 100."),
            "rates": ("Rates", "How many learning rates; empty: as many as this problem affords."),
            "starts": ("Starts", "How many seeds each; empty: as many as this problem affords."),
        }
        for name, (label, text) in words.items():
            key = f"range_{name}"
            if problem is None or key not in st.session_state:
                st.session_state[key] = extra[name]
            st.text_input(label, key=key, help=text, on_change=take_range)
    if problem is not None:
        st.error(f"{plain(problem)} The sweep on screen is kept.", icon=":material/error:")


def draw_problem(experiment: Experiment) -> None:
    """Draw the choice of the problem on top of the side bar."""
    st.session_state["data"] = experiment.data
    labels = FIELDS["data"].labels  # type: ignore[attr-defined]
    with st.sidebar:
        st.selectbox(
            "Problem", list(DATA), key="data", on_change=take_problem, format_func=lambda name: labels[name],
            help="Any problem of the playground; it opens with its own defaults.",
        )  # fmt: skip


def run_of_look(experiment: Experiment, look: str) -> Experiment:
    """Return the experiment of the run at the marker, which two looks change."""
    swept, _ = subset(experiment)
    if look == "curvature":
        swept, _ = curvature_experiment(swept)
    return swept.replace(rule="textbook") if look == "rules" else swept


def draw_below(experiment: Experiment, look: str) -> None:
    """Draw the way to the run's own page, and how to read the chart."""
    _, note = subset(experiment)
    home = HOMES.get(experiment.kind)
    st.caption(f"{LOOKS[look].help} {note}".strip())
    if look == "curvature":
        draw_curvature_help(experiment)
    if home is not None and home.exists:
        st.page_link(
            home.file,
            label=f"Open this run in {home.title} (η = {number_text(experiment.eta)})",
            icon=":material/open_in_new:",
            query_params=session.query_of(run_of_look(experiment, look)),
            help="The same experiment, bit for bit, with everything that page shows of it.",
        )
    with st.expander("How to read the strip", icon=":material/help:"):
        st.markdown(RULE)


def draw_curvature_help(experiment: Experiment) -> None:
    """Offer the setting in which the edge of stability can be seen."""
    swept, _ = curvature_experiment(experiment)
    if swept == experiment and experiment.resolved()[0] == "CostOLS":
        return
    st.button(
        "Show the edge: squared error, plain gradient descent", key="show_edge", icon=":material/visibility:",
        on_click=show_edge, help="Constant scheduler, full batch, squared error, a rate near the limit.",
    )  # fmt: skip


# What the controls do.


def take_choice(name: str) -> None:
    """Another look, axis or race; clicking the chosen look again keeps it."""
    value = st.session_state.get(name)
    if value in CHOICES[name]:
        session.change_extra(PAGE, **{name: value})


def take_range() -> None:
    """Another range; one that is none is refused with a sentence, and nothing is lost."""
    typed = {name: str(st.session_state[f"range_{name}"]).strip() or EXTRA[name] for name in RANGE_FIELDS}
    try:
        read_size(typed)
    except ValueError as error:
        st.session_state["_range_problem"] = str(error)
        return
    session.change_extra(PAGE, **typed)


def take_problem() -> None:
    """Another problem, with its own defaults."""
    session.show_experiment(PAGE, Experiment.default(st.session_state["data"]))


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
        # Only a browser that is not ours sends what our own axes do not hold: not a wish.
        return


def show_edge() -> None:
    """Go to plain gradient descent on a squared error, near its limit."""
    now = session.current_experiment(PAGE)
    _change(
        scheduler="Constant", cost="CostOLS", output_func="identity", batch_size=0, schedule="constant",
        eta=EDGE_RATES.get(now.kind, 0.2), epochs=max(now.epochs, EDGE_EPOCHS.get(now.kind, 100)),
    )  # fmt: skip


def turn_lecture(on: bool) -> None:
    """Into lecture mode, or out of it."""
    session.change_view(PAGE, lecture=on)


if __name__ == "__main__":
    draw_page()
