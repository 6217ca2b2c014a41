"""What the patterns page adds to the shared frame: points by hand, links of another playground, switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from nncore.data import DATA, DataSet
from nncore.experiment import Experiment
from ui import state
from ui.run_answers import edited
from ui.tfp_link import LinkError, read_link

_EDITS: Final = "_edits"  # session state: points edited by hand, by the data that they belong to
_REFUSED: Final = "_edit_refused"
_LINK: Final = "tfp_link"
_LINK_NOTES: Final = "_tfp_notes"
MOST_EDITS: Final = 500
CLASSIFICATION: Final = tuple(name for name, source in DATA.items() if source.kind == "pattern")
REGRESSION: Final = ("reg_plane", "reg_gauss")

Edit = dict[str, Any]


def panels_for(experiment: Experiment) -> tuple[str, ...]:
    """Return the panels that say something about this kind of data."""
    both = ("map", "network", "loss")
    return (*both, "accuracy", "matrix") if DATA[experiment.data].task == "binary" else both


def drawn_data(experiment: Experiment) -> DataSet | None:
    """Return the data with the points that were edited by hand, or None where there are no edits."""
    edits = _edits().get(_belongs_to(experiment), [])
    if not edits:
        return None
    data = experiment.dataset()
    for edit in edits:
        data = edited(data, edit)
    return data


def keep_edit(page: str, value: Any) -> None:
    """Keep one edit of a point; a browser may send anything, so only what can be done is kept."""
    experiment = state.current_experiment(page)
    edit = _as_edit(value)
    key = _belongs_to(experiment)
    edits = _edits().setdefault(key, [])
    if edit is None or len(edits) >= MOST_EDITS:
        return
    try:
        edited(drawn_data(experiment) or experiment.dataset(), edit)
    except ValueError as error:
        st.session_state[_REFUSED] = f"That point stays as it is: {error}"
        return
    st.session_state.pop(_REFUSED, None)
    edits.append(edit)


def draw_edits(experiment: Experiment) -> None:
    """Say what was edited by hand, and offer to take it back."""
    refused = st.session_state.get(_REFUSED)
    if refused:
        st.warning(refused, icon=":material/info:")
    key = _belongs_to(experiment)
    edits = _edits().get(key, [])
    if not edits:
        return
    count = f"{len(edits)} point{'s' if len(edits) > 1 else ''} edited by hand"
    words, last, every = st.columns([4, 1, 1], vertical_alignment="center")
    words.caption(f"{count}: they stay in this tab and are not part of the address or of the script.")
    last.button("Undo the last", key="edit_undo", on_click=_undo, args=(edits,), width="stretch")
    every.button("Undo all", key="edit_clear", on_click=edits.clear, width="stretch")


def draw_switches(opened: state.Opened) -> None:
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
    with st.sidebar.expander("Open a TensorFlow Playground link", icon=":material/link:"):
        st.text_input(
            "Address", key=_LINK, placeholder="https://playground.tensorflow.org/#activation=tanh&...",
            help="Everything behind the # is read: data, features, network, rates, what is shown.",
            on_change=_open_link, args=(page,),
        )  # fmt: skip
        for kind, text in st.session_state.get(_LINK_NOTES, ()):
            (st.error if kind == "error" else st.caption)(text)


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
    state.show_experiment(page, linked.experiment)
    state.change_view(page, discrete=linked.discrete, show_val=linked.show_val)
    st.session_state[_LINK_NOTES] = tuple(("note", f"• {note}") for note in linked.notes)


def _switch(page: str, name: str) -> None:
    state.change_view(page, **{name: st.session_state[f"switch_{name}"]})


def _undo(edits: list[Edit]) -> None:
    if edits:
        edits.pop()


def _edits() -> dict[tuple[Any, ...], list[Edit]]:
    return st.session_state.setdefault(_EDITS, {})


def _belongs_to(experiment: Experiment) -> tuple[Any, ...]:
    """Edits belong to one draw of points: another noise, split or seed has other points."""
    return (experiment.data, experiment.noise, experiment.samples, experiment.split, experiment.data_seed)


def _as_edit(value: Any) -> Edit | None:
    """Return what a browser sent as an edit, None where it is none."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    name, given = next(iter(value.items()))
    numbers = given if isinstance(given, list) else [given]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        return None
    fits = {"add": isinstance(given, list) and len(given) == 3, "remove": not isinstance(given, list)}
    fits["move"] = fits["add"]
    if not fits.get(name, False) or not all(abs(number) < 1e6 for number in numbers):
        return None
    return {name: given}
