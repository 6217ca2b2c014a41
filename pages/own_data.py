"""Own data: a table of one's own, from the file to a trained network and its predictions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import streamlit as st

from nncore.data import DataSet
from nncore.experiment.field_kinds import counted
from ui.live.page import LivePage
from ui.live.view import LiveHandle
from ui.shared import session
from ui.shared.navigation import PAGE_NAMED
from ui.shared.plain_text import plain
from ui.shared.refusals import take_refusal
from ui.shared.theme import BARE, fold, palette
from ui.streamlit_internals import this_session
from ui.streamlit_uploads import forget_upload
from ui.tables import judge, results
from ui.tables import session as own_state
from ui.tables.choice import draw_choices, draw_classes, draw_rare
from ui.tables.choices import TASKS
from ui.tables.controls import draw_questions, draw_table
from ui.tables.judge import draw_folds, draw_importance, draw_rivals
from ui.tables.pieces import MEGABYTE
from ui.tables.preparation import Prepared
from ui.tables.session import FILE, SAMPLES, Own
from ui.tables.table import MAX_BYTES
from ui.tables.using import draw_new_rows, draw_own_downloads

LOOKS: Final = {
    "none": "Just the view",
    "scores": "How good is it?",
    "rivals": "Against other models",
    "folds": "Five folds",
    "importance": "Which columns matter?",
    "rows": "New rows",
}
PROGRESS_FROM: Final = 5 * MEGABYTE  # bytes; smaller files are read before a bar could be seen

# The uploader refuses a file that is too large by itself and shows the sentence only under the pointer.
_REFUSAL_STYLE: Final = """
<style>
[class*="st-key-own_"] [data-testid="stFileChip"] { flex-wrap: wrap; height: auto; }
[class*="st-key-own_"] [data-testid="stFileChip"] [role="alert"] {
  position: static; width: auto; height: auto; margin: 0; overflow: visible; clip: auto; clip-path: none;
  white-space: normal; flex-basis: 100%; font-size: 0.85rem; }
</style>
"""

# What is said has lines of its own, and below it the section where it is open.
_HEAD_STYLE: Final = """
<style>
.st-key-own_head > [data-testid="stElementContainer"] { flex: 1 1 14rem; }
.st-key-own_head > [data-testid="stLayoutWrapper"] { flex: 0 0 auto; width: auto; }
.st-key-own_head > [data-testid="stLayoutWrapper"]:has(> .st-key-own_said) { flex-basis: 100%; }
.st-key-own_head > .st-key-own_steps:has(details[open]) { flex-basis: 100%; order: 1; }
</style>
"""

_UPLOADS: Final = "_own_uploads"  # session state: number of the uploader, a new one after every file


def draw_steps(own: Own) -> None:
    """Draw what comes before training: the source, and the first three steps in one folded section.

    All of it is one line while the section is folded: below it the view has its two rows in a low window.
    """
    st.html(_HEAD_STYLE)
    refused = take_refusal(this_session())
    if refused:
        own_state.tell(refused)
    # A new one after every file, so that it does not stay open over the table or a sentence.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + bool(refused)
    opened = f"own_open_{st.session_state[_UPLOADS]}"
    with st.container(horizontal=True, key="own_head"):
        _draw_source(own)
        with st.popover("Open a CSV file", icon=":material/upload_file:", key=opened):
            st.caption(PAGE.lead)
            _draw_upload()
        # A label that followed the choices would make another section of it, and fold it under the hand.
        section = fold("First rows, target, features, scaling", key="own_steps", icon=":material/table_view:")
        if section.open:
            with section:
                _draw_preparation(own)
        with st.container(key="own_said"):
            _draw_said(own)


def _draw_said(own: Own) -> None:
    """Draw what is to be known or answered about the rows: nothing of it where all is plain."""
    for sentence in own.passed_over():
        st.info(plain(f"{sentence} “{own.choices.target}” is learned instead."), icon=":material/info:")
    if own.table.layout.told:
        st.caption(plain(own.table.layout.told))
    if own.prepared is not None:
        _draw_leaks(own, own.prepared)
        if own.prepared.alike.many:
            st.warning(plain(own.prepared.alike.copies), icon=":material/content_copy:")
        draw_rare(own, own.prepared)
    draw_questions(own)
    for sentence in dict.fromkeys(filter(None, (own_state.problem(), own.hindrance()))):
        st.error(plain(sentence), icon=":material/error:")


def _draw_preparation(own: Own) -> None:
    """Draw the first three steps: the table, what is learned from it, what was done to it."""
    table, target, done = st.tabs(["1 The table", "2 What to learn", "3 What was done"])
    with table:
        draw_table(own)
    with target:
        draw_choices(own)
        if own.prepared is not None:
            draw_classes(own, own.prepared)
    with done:
        if own.prepared is not None:
            _draw_report(own.prepared)


def _draw_leaks(own: Own, prepared: Prepared) -> None:
    """Flag features that say the answer before anything is learned from them."""
    for leak in prepared.leaks[:3]:
        st.warning(plain(leak.sentence), icon=":material/flag:")
        if len(own.choices.features) > 1:
            st.button(
                plain(f"Take “{leak.column}” out"), key=f"own_leak_{leak.column}",
                on_click=own_state.set_role, args=(leak.column, "ignored"),
            )  # fmt: skip


def _headline(own: Own) -> str:
    if own.prepared is None:
        return f"{own.table.name}: {own.table.n_rows:,} rows, of which nothing can be learned yet"
    data = own.prepared.data
    what = TASKS[own.choices.task]
    val = 0 if data.X_val is None else len(data.X_val)
    return (
        f"{own.table.name}: learn “{own.choices.target}” ({what}) from {_columns(own.choices.features)}, "
        f"{len(data.X):,} rows to train on, {val:,} to check"
    )


def _columns(names: tuple[str, ...]) -> str:
    return "1 column" if len(names) == 1 else f"{len(names)} columns"


def _draw_source(own: Own) -> None:
    kept = own_state.kept_file()
    sources = {**SAMPLES, **({FILE: f"Your file: {kept.table.name}"} if kept else {})}
    st.session_state["own_source"] = own.source
    st.selectbox(
        "Table", list(sources), key="own_source", format_func=sources.__getitem__,
        label_visibility="collapsed",
        on_change=lambda: own_state.open_source(st.session_state["own_source"]),
    )  # fmt: skip


def _draw_upload() -> None:
    """Draw the uploader; a file that was taken makes room for the next one, and for its own memory."""
    number = st.session_state.get(_UPLOADS, 0)
    st.html(_REFUSAL_STYLE)
    file = st.file_uploader(
        f"CSV, up to {MAX_BYTES // MEGABYTE} MB", key=f"own_upload_{number}",
        help="Comma, semicolon or tab separated text in any usual encoding. The file stays in this tab's "
        "memory: it is not written to disk and nobody else sees it.",
    )  # fmt: skip
    if file is None:
        return
    bar = st.progress(0.0, text="Reading") if file.size > PROGRESS_FROM else None

    def show(share: float, text: str) -> None:
        if bar is not None:
            bar.progress(share, text=text)

    taken = own_state.open_file(
        file.getvalue(),
        name=file.name[:100],
        progress=show,
    )
    forget_upload(file.file_id)
    st.session_state[_UPLOADS] = number + 1
    if taken:
        st.session_state["own_steps"] = True
    st.rerun()


def _draw_report(prepared: Prepared) -> None:
    for sentence in prepared.report:
        st.markdown(f"- {plain(sentence)}")
    data = prepared.data
    words = (
        f"The network sees {data.n_inputs} inputs ({', '.join(data.feature_names[:12])}"
        f"{', …' if data.n_inputs > 12 else ''}) and has {data.n_outputs} "
        f"output{'s' if data.n_outputs > 1 else ''}."
    )
    st.caption(plain(words))


def draw_results(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw the choice of what stands below the view, and that."""
    st.segmented_control(
        "Look closer", list(LOOKS), key="own_look", default="none", format_func=lambda name: LOOKS[name]
    )
    look = st.session_state["own_look"]
    if look not in ("rivals", "folds", "importance"):
        judge.cancel()
    if look == "scores":
        _draw_scores(own, prepared, handle)
    elif look == "rivals":
        draw_rivals(own, prepared, handle)
    elif look == "folds":
        draw_folds(own, prepared)
    elif look == "importance":
        draw_importance(own, prepared, handle)
    elif look == "rows":
        _draw_new_rows(own, prepared, handle)


def _as_of(handle: LiveHandle) -> None:
    record = handle.record()
    words, button = st.columns([4, 1], vertical_alignment="center")
    state_words = "at the end" if record.finished else "while it trains"
    done = counted(record.epoch, "epoch", separator=",")
    words.caption(f"The network as it was after {done}, {state_words}.")
    button.button("Look again", key="own_again", width="stretch", help="Take the network as it is now.")


def _draw_scores(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    _as_of(handle)
    every = results.score(handle.network(), prepared)
    judged = every[-1]
    if not prepared.classes:
        for place, key, draw in zip(
            st.columns(2), ("own_values", "own_residuals"), (results.value_figure, results.residual_figure),
            strict=True,
        ):  # fmt: skip
            figure, text = draw(every, palette(), target=own.choices.target)
            place.plotly_chart(figure, key=key, alt=text, config=BARE)
            place.markdown(plain(text))
        return
    threshold, two, classes = 0.5, every, prepared.classes
    if len(classes) == 2:
        threshold = st.slider(
            f"Say “{plain(prepared.classes[1])}” from this probability on", 0.01, 0.99, 0.5, step=0.01,
            key="own_threshold", help="Lower: more hits and more false alarms.",
        )  # fmt: skip
    else:
        one = st.selectbox("Curves of one class against all others", classes, key="own_one_class")
        two = [results.against_rest(scores, classes.index(one)) for scores in every]
        classes = ("all others", one)
    for place, key, curves in zip(
        st.columns(2), ("own_roc", "own_precision"), (results.roc_figure, results.precision_figure),
        strict=True,
    ):  # fmt: skip
        figure, text = curves(two, palette(), classes=classes, threshold=threshold)
        place.plotly_chart(figure, key=key, alt=text, config=BARE)
        place.caption(plain(text))
    rows = results.class_report(judged, prepared.classes, threshold=threshold)
    st.markdown(f"**Every class, on the {judged.name} rows**")
    st.dataframe(rows, hide_index=True, key="own_classes")
    counts = results.confusion(judged, len(prepared.classes), threshold=threshold)
    right = int(counts.trace())
    st.caption(
        f"{right:,} of {int(counts.sum()):,} {judged.name} rows are right. Recall: share of the class that "
        "was found. Precision: share of those called so that are of the class. F1: their harmonic mean."
    )


def ready_words(data: DataSet) -> str:
    """Say what a ready data set is, in the place where a file has its headline."""
    counts = np.bincount(data.t[:, 0].astype(int), minlength=len(data.class_names))
    classes = ", ".join(f"{count:,} {name}" for count, name in zip(counts, data.class_names, strict=True))
    return f"{data.note} {data.n_inputs} measurements a row; training rows: {classes}."


def _draw_new_rows(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    _as_of(handle)
    draw_new_rows(own, prepared, handle)


def draw_sweep_link() -> None:
    """Draw the way to the learning-rate page, with this network and these rows."""
    sweep = PAGE_NAMED["learning_rate"]
    st.page_link(
        sweep.file, label="Sweep the learning rate on these rows", icon=":material/ssid_chart:",
        query_params=session.query_of(session.current_experiment(own_state.PAGE)),
    )  # fmt: skip


PAGE = LivePage(
    name=own_state.PAGE,
    title="Own data",
    lead="A CSV file, a target column, and a network that learns it. The rows stay in this tab.",
    data=("own", own_state.WISCONSIN),
    panels=("loss", "accuracy", "matrix", "network"),
    own=own_state.SETTINGS,
    opens=own_state.opens_with,
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    if opened.experiment.data != "own":
        ready = opened.experiment.dataset()
        PAGE.take_home(opened, PAGE.show(opened, about=ready_words(ready)))
        return
    own = own_state.current(opened.own["table"], opened.experiment)
    prepared = own.prepared
    if prepared is None:
        PAGE.show_without_run(opened, about=plain(_headline(own)), above=lambda: draw_steps(own))
        return
    if session.suit(PAGE.name, prepared.data.task):
        opened = PAGE.open()
    regression = own.choices.task == "regression"
    page = replace(PAGE, panels=("loss", "residuals", "network") if regression else PAGE.panels)
    about = plain(_headline(own))
    handle = page.show(opened, data=prepared.data, about=about, above=lambda: draw_steps(own))
    if not opened.view.lecture:
        draw_results(own, prepared, handle)
        draw_sweep_link()
        draw_own_downloads(own, prepared, handle)
    page.take_home(opened, handle)


if __name__ == "__main__":
    main()
