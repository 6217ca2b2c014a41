"""Room: a class takes part, each phone with one control."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import streamlit as st

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice
from nncore.sweep.memory import free_bytes
from ui.live.meta import too_large
from ui.room.ask import PARTING, SETTINGS, Ask, Rates, ask_of
from ui.room.room import Room
from ui.room.table import answers_csv
from ui.room.view import held_room, room_view
from ui.shared import session
from ui.shared.controls import draw_controls
from ui.shared.hall import hall_menu, lecture_button
from ui.shared.plain_text import plain
from ui.shared.question import Question
from ui.shared.theme import draw_notices, page_style

PAGE: Final = "room"
LEAD: Final = "Phones join by a code; each holds one control. What they sent is shown when you reveal it."
_ASKED: Final = "_room_asked"  # session state: what this page asked last
_MARKED: Final = "room_marked"  # session state: whether the right answer can be seen and chosen
_BARE: Final = "_room_bare"  # session state: whether the page was opened by an address that asks nothing


def draw_page() -> None:
    """Draw the page."""
    st.session_state.setdefault(_BARE, not st.query_params.to_dict())
    opened = session.open_page(PAGE, data="XOR", among=tuple(DATA), own=SETTINGS, runs="planned")
    lecture = opened.view.lecture
    page_style("Room", LEAD, lecture=lecture)
    ask, problem = asked(opened)
    room = held_room()
    if room is not None and ask is not None:
        put(room, ask)
    with st.container():
        if not lecture:
            draw_notices((*opened.notices, *([] if problem is None else [problem])))
            draw_choices(opened.own, fold=room is not None)
    room_view(ask, lecture=lecture, adopt=adopt)
    if opened.own["hold"] == "rate":
        draw_controls(opened, data=tuple(DATA), without=("eta",))
    draw_below(room, lecture=lecture)
    if lecture:
        data = tuple(DATA) if opened.own["hold"] == "rate" else ()
        hall_menu(data, shown=opened.experiment.data, on_data=show_problem)


def asked(opened: session.Opened) -> tuple[Ask | None, str | None]:
    """Return what the page asks, or a sentence that says why it asks nothing."""
    experiment = opened.experiment
    try:
        ask = ask_of(opened.own, experiment, free=free_bytes())
    except ValueError as error:
        return None, str(error)
    large = too_large(experiment, experiment.dataset()) if isinstance(ask, Rates) else None
    return (ask, None) if large is None else (None, large)


def put(room: Room, ask: Ask) -> None:
    """Ask the room something else, where this page has changed since it asked last."""
    if st.session_state.get(_ASKED, room.ask) != ask:
        room.put(ask)
    st.session_state[_ASKED] = ask


def draw_choices(own: Any, *, fold: bool) -> None:
    """Draw what the room is asked; folded while a room is open."""
    with st.expander("What the room is asked", expanded=not fold, icon=":material/help:"):
        field = SETTINGS.of(Choice, "hold")
        st.session_state["room_hold"] = own["hold"]
        st.segmented_control(
            field.label, field.choices, key="room_hold", on_change=take, args=("hold",), required=True,
            format_func=lambda name: field.labels[name], help=field.help,
        )  # fmt: skip
        if own["hold"] == "rate":
            st.caption("The experiment is in the side bar; every phone's learning rate becomes a run of it.")
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            draw_text("question", own)
            draw_text("answers", own)
            draw_marked(own)


def draw_marked(own: Any) -> None:
    """Draw which answer is right, and why, out of sight of a room that sees this page."""
    place = st.popover("Right answer", key=_MARKED, icon=":material/visibility_off:", on_change="rerun")
    if place.open:
        with place:
            draw_text("right", own)
            draw_text("why", own)


def draw_text(name: str, own: Any) -> None:
    """Draw one of the question's lines."""
    key, field, value = f"room_{name}", SETTINGS[name], own[name]
    if st.session_state.get("_room_refused_field") != name:
        st.session_state[key] = "" if value is None else str(value)
    st.text_input(field.label, key=key, help=field.help, on_change=take, args=(name,))
    if st.session_state.get("_room_refused_field") == name:
        st.error(plain(st.session_state["_room_problem"]), icon=":material/error:")


def draw_below(room: Room | None, *, lecture: bool) -> None:
    """Draw lecture mode's button, and outside of it the answers to take home."""
    with st.container(horizontal=True, vertical_alignment="center"):
        lecture_button(PAGE, lecture=lecture)
        if room is not None and not lecture:
            st.download_button(
                "Answers (CSV)", lambda: answers_csv(room), file_name=f"room-{room.code}.csv",
                mime="text/csv", key="download_answers", on_click="ignore", icon=":material/download:",
                help="Time, answer or learning rate, outcome; after the reveal. Nobody's name is in it.",
            )  # fmt: skip


# What the controls do.


def take(name: str) -> None:
    """Another choice or line; one that cannot be is refused with a sentence, and nothing is lost."""
    st.session_state.pop("_room_refused_field", None)
    given = str(st.session_state.get(f"room_{name}") or "").strip()
    try:
        value = SETTINGS[name].parse(given) if given or name != "right" else None
        session.change_own(PAGE, **{name: value})
    except ValueError as error:
        st.session_state["_room_refused_field"], st.session_state["_room_problem"] = name, str(error)


def adopt(ask: Ask) -> None:
    """Let page and address follow what a room that was found again is asked.

    Where an address says what to ask, the room follows it; after a mere reload it says the same.
    """
    st.session_state[_ASKED] = ask
    if not st.session_state.get(_BARE):
        return
    with suppress(KeyError):  # the page has not been drawn yet
        if isinstance(ask, Question):
            right = None if ask.right is None else ask.right + 1
            answers = f" {PARTING} ".join(ask.answers)
            session.change_own(
                PAGE, hold="answer", question=ask.text, answers=answers, right=right, why=ask.why
            )
        else:
            session.change_own(PAGE, hold="rate")
            session.show_experiment(PAGE, ask.experiment)


def show_problem(name: str) -> None:
    """Let the room train on another data set, with the settings that it opens with."""
    session.show_experiment(PAGE, Experiment.default(name))


if __name__ == "__main__":
    draw_page()
