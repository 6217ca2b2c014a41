"""Patterns: two classes in the plane, or a surface over it, and what a network makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from nncore.data import DATA
from nncore.data.point_edits import PointEdits
from nncore.experiment import Experiment
from ui.live.edits import edited
from ui.live.page import LivePage
from ui.live.view import Extras
from ui.shared import session
from ui.shared.plain_text import plain
from ui.shared.tfp_link import LinkError, read_link, take_setting
from ui.shared.theme import fold

_STEPS: Final = "_edit_steps"  # session state: edits of this tab, to be taken back one by one
_REFUSED: Final = "_edit_refused"
_LINK: Final = "tfp_link"
_SECTION: Final = "tfp_section"
_LINK_NOTES: Final = "_tfp_notes"
CLASSIFICATION: Final = tuple(name for name, source in DATA.items() if source.kind == "pattern")
REGRESSION: Final = ("reg_plane", "reg_gauss")

Edit = dict[str, Any]


def panels_for(experiment: Experiment) -> tuple[str, ...]:
    """Return the panels that say something about this kind of data."""
    both = ("map", "network", "loss")
    return (*both, "accuracy", "matrix") if DATA[experiment.data].task == "binary" else both


def keep_edit(page: str, value: Any) -> None:
    """Keep one edit of a point; a browser may send anything, so only what can be done is kept."""
    experiment = session.current_experiment(page)
    edit = _as_edit(value)
    if edit is None:
        return
    try:
        after = edited(experiment, edit)
    except ValueError as error:
        st.session_state[_REFUSED] = f"That point stays as it is: {error}"
        return
    st.session_state.pop(_REFUSED, None)
    _steps().append((experiment.points, after.points))
    session.show_experiment(page, after)


def draw_edits(opened: session.Opened) -> None:
    """Say what was edited by hand, and offer to take it back."""
    if opened.changed:
        st.session_state.pop(_REFUSED, None)
    refused = st.session_state.get(_REFUSED)
    if refused:
        st.warning(refused, icon=":material/info:")
    edits = PointEdits.parse(opened.experiment.points)
    if not len(edits):
        return
    words, last, every = st.columns([4, 1, 1], vertical_alignment="center")
    words.caption(
        f"Points by hand: {edits.told}. They are part of the address and of everything that is taken home. "
        "Other noise, share or seed of the data keeps the added ones."
    )
    last.button("Undo the last", key="edit_undo", on_click=_undo, args=(opened.page,), width="stretch")
    every.button("Undo all", key="edit_clear", on_click=_put, args=(opened.page, ""), width="stretch")


def draw_switches(opened: session.Opened) -> None:
    """Draw the two switches of TensorFlow Playground's map into the side bar."""
    with st.sidebar:
        for name, label, text in (
            ("show_val", "Show test data", "Draw the rows that are kept for validation, as open circles."),
            ("discrete", "Discretise output", "Draw the map in two colours, without the confidence."),
        ):
            key = f"switch_{name}"
            st.session_state[key] = getattr(opened.view, name)
            st.checkbox(label, key=key, help=text, on_change=_switch, args=(opened.page, name))


def draw_link_box(page: str) -> None:
    """Draw the box that opens an address of TensorFlow Playground."""
    with st.sidebar:
        # Named, so that it stays open while the link that was pasted changes what stands above it.
        section = fold("Open a TensorFlow Playground link", key=_SECTION, icon=":material/link:")
    with section:
        st.text_input(
            "Address", key=_LINK, placeholder="https://playground.tensorflow.org/#activation=tanh&...",
            help="Everything behind the # is read: data, features, network, rates, what is shown.",
            on_change=_open_link, args=(page,),
        )  # fmt: skip
        for kind, text in st.session_state.get(_LINK_NOTES, ()):
            (st.error if kind == "error" else st.caption)(plain(text))


def open_page() -> session.Opened:
    """Open the page, with the setting of TensorFlow Playground that the address holds where it holds one."""
    setting = take_setting()
    opened = PAGE.open()
    if not setting:
        return opened
    st.session_state[_LINK], st.session_state[_SECTION] = setting, True
    _open_link(PAGE.name)
    return PAGE.open()


def _open_link(page: str) -> None:
    text = st.session_state[_LINK]
    if not text.strip():
        st.session_state[_LINK_NOTES] = ()
        return
    try:
        linked = read_link(text)
    except LinkError as error:
        st.session_state[_LINK_NOTES] = (("error", str(error)),)
        return
    session.show_experiment(page, linked.experiment, linked.refused)
    session.change_view(page, discrete=linked.discrete, show_val=linked.show_val)
    st.session_state[_LINK_NOTES] = tuple(("note", f"• {note}") for note in linked.notes)


def _switch(page: str, name: str) -> None:
    session.change_view(page, **{name: st.session_state[f"switch_{name}"]})


def _undo(page: str) -> None:
    """Take the last edit back: that of this tab, or where the address brought them, the last named there."""
    now = session.current_experiment(page).points
    steps = _steps()
    if steps and steps[-1][1] == now:
        _put(page, steps.pop()[0])
    else:
        _put(page, str(PointEdits.parse(now).without_last()))


def _put(page: str, points: str) -> None:
    session.change(page, points=points)


def _steps() -> list[tuple[str, str]]:
    """Return the edits of this tab, each as the points by hand before and after it."""
    return st.session_state.setdefault(_STEPS, [])


def _as_edit(value: Any) -> Edit | None:
    """Return what a browser sent as an edit, None where it is none."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    name, given = next(iter(value.items()))
    numbers = given if isinstance(given, list) else [given]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        return None
    three = isinstance(given, list) and len(given) == 3
    fits = {"add": three, "move": three, "remove": not isinstance(given, list)}
    if not fits.get(name, False) or not all(abs(number) < 1e6 for number in numbers):
        return None
    return {name: given}


PAGE = LivePage(
    name="patterns",
    title="Patterns",
    lead="Points in the plane and the border that a network draws between them. Choose features, add noise, "
    "or take the points into your own hands.",
    data=(*CLASSIFICATION, *REGRESSION),
    panels=("map", "network", "loss"),
    panels_for=panels_for,
    actions={"point": keep_edit},
)


def main() -> None:
    """Draw the page."""
    opened = open_page()
    handle = PAGE.show(opened, extras=Extras(edit=True))
    draw_switches(opened)
    draw_link_box(PAGE.name)
    draw_edits(opened)
    PAGE.take_home(opened, handle)


if __name__ == "__main__":
    main()
