"""Own data: a table of one's own, from the file to a trained network and its predictions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from nncore.data import DataSet
from ui.live.downloads import file_stem
from ui.live.page import LivePage
from ui.live.view import LiveHandle
from ui.shared import session
from ui.shared.plain_text import plain
from ui.shared.refusals import take_refusal
from ui.shared.theme import figure_layout, fold, palette
from ui.streamlit_internals import forget_upload, this_session
from ui.tables import results
from ui.tables import session as own_state
from ui.tables.choices import FILLINGS, SCALINGS, TASKS, target_problem, usable_features
from ui.tables.controls import draw_questions, draw_table
from ui.tables.preparation import Prepared
from ui.tables.program import own_script, recipe_json
from ui.tables.roles import tasks_for
from ui.tables.session import FILE, SAMPLES, Own
from ui.tables.sniff import Reading
from ui.tables.table import MAX_BYTES, MEGABYTE, read_table
from ui.tables.turns import turn
from ui.tables.words import TableError, shortened

MAX_TYPED: Final = 50
LOOKS: Final = {"none": "Just the view", "scores": "How good is it?", "rows": "New rows"}
PROGRESS_FROM: Final = 5 * MEGABYTE  # bytes; smaller files are read before a bar could be seen

# Signs that Markdown takes for more than themselves; an underscore within a word is one that it does not.

# The uploader refuses a file that is too large by itself and shows the sentence only under the pointer.
_REFUSAL_STYLE: Final = """
<style>
[class*="st-key-own_"] [data-testid="stFileChip"] { flex-wrap: wrap; height: auto; }
[class*="st-key-own_"] [data-testid="stFileChip"] [role="alert"] {
  position: static; width: auto; height: auto; margin: 0; overflow: visible; clip: auto; clip-path: none;
  white-space: normal; flex-basis: 100%; font-size: 0.85rem; }
</style>
"""

_UPLOADS: Final = "_own_uploads"  # session state: number of the uploader, a new one after every file


def draw_steps(own: Own) -> None:
    """Draw what comes before training: the source, and the first three steps in one folded section."""
    st.caption(plain(_headline(own)))
    left, right = st.columns([3, 1])
    with left:
        _draw_source(own)
    refused = take_refusal(this_session())
    if refused:
        own_state.tell(refused)
    # A new one after every file, so that it does not stay open over the table or a sentence.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + bool(refused)
    opened = f"own_open_{st.session_state[_UPLOADS]}"
    with right, st.popover("Open a CSV file", icon=":material/upload_file:", width="stretch", key=opened):
        _draw_upload()
    for sentence in own.passed_over():
        st.info(plain(f"{sentence} “{own.choices.target}” is learned instead."), icon=":material/info:")
    if own.table.layout.told:
        st.caption(plain(own.table.layout.told))
    if own.prepared is not None:
        _draw_leaks(own, own.prepared)
    draw_questions(own)
    for sentence in dict.fromkeys(filter(None, (own_state.problem(), own.hindrance()))):
        st.error(plain(sentence), icon=":material/error:")
    # A label that followed the choices would make another section of it, and fold it under the user's hand.
    section = fold("First rows, target, features, scaling", key="own_steps", icon=":material/table_view:")
    if section.open:
        with section:
            table, target, done = st.tabs(["1 The table", "2 What to learn", "3 What was done"])
            with table:
                draw_table(own)
            with target:
                _draw_choices(own)
            with done:
                if own.prepared is not None:
                    _draw_report(own.prepared)


def _draw_leaks(own: Own, prepared: Prepared) -> None:
    """Flag features that say the answer before anything is learned from them."""
    for leak in prepared.leaks[:3]:
        st.warning(plain(leak.sentence), icon=":material/flag:")
        left = tuple(name for name in own.choices.features if name != leak.column)
        if left:
            st.button(
                plain(f"Take “{leak.column}” out"), key=f"own_leak_{leak.column}", on_click=own_state.choose,
                kwargs={"features": left},
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


def _draw_choices(own: Own) -> None:
    table, choices = own.table, own.choices
    left, right = st.columns(2)
    possible = [column.name for column in table.columns if tasks_for(column)]
    with left:
        _select(
            "target", "Target: the column to be predicted", {name: name for name in possible}, choices.target
        )
        tasks = {task: TASKS[task] for task in tasks_for(table.column(choices.target))}
        _select("task", "It is", tasks, choices.task)
    with right:
        _select("scaling", "Columns of numbers are scaled to", SCALINGS, choices.scaling)
        _select("filling", "Where a number is missing", FILLINGS, choices.filling)
    usable, reasons = usable_features(table, choices.target)
    st.session_state["own_features"] = list(choices.features)
    st.multiselect(
        "Features: the columns to predict it from", usable, key="own_features",
        on_change=lambda: own_state.choose(features=tuple(st.session_state["own_features"])),
    )  # fmt: skip
    problems = [target_problem(column) for column in table.columns if column.name not in possible]
    for sentence in (*reasons, *problems):
        st.caption(plain(sentence))


def _select(name: str, label: str, words: dict[Any, str], value: Any) -> None:
    key = f"own_{name}"
    st.session_state[key] = value
    st.selectbox(
        label, list(words), key=key, format_func=words.__getitem__,
        on_change=lambda: own_state.choose(**{name: st.session_state[key]}),
    )  # fmt: skip


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
    if prepared.balance:
        figure, text = balance_figure(prepared)
        st.plotly_chart(figure, key="own_balance", alt=text)
        st.caption(plain(text))


def balance_figure(prepared: Prepared) -> tuple[go.Figure, str]:
    """Draw how many rows each class has; words say how uneven that is."""
    colours = palette()
    figure = go.Figure(layout=figure_layout(colours, height=120 + 30 * min(len(prepared.balance), 20)))
    names = [shortened(name) for name, _, _ in prepared.balance]
    for position, (label, shape) in enumerate((("training", ""), ("validation", "/"))):
        figure.add_bar(
            y=names, x=[row[position + 1] for row in prepared.balance], name=label, orientation="h",
            marker={"color": colours.lines[position], "pattern": {"shape": shape}},
        )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        yaxis={"autorange": "reversed", "type": "category", "automargin": True},
        # A chart of few classes is so low that a share of its height is less than the legend's own.
        legend={"y": 1, "yanchor": "bottom", "traceorder": "normal"},
    )
    figure.update_xaxes(title="rows")
    counts = {shortened(name): train + val for name, train, val in prepared.balance}
    largest = max(counts, key=lambda name: counts[name])
    share = counts[largest] / sum(counts.values())
    return figure, (
        f"The largest class, “{largest}”, has {share:.0%} of the rows: whoever always says “{largest}” "
        "is right that often, so a network has to do better."
    )


def draw_results(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw the choice of what stands below the view, and that."""
    st.segmented_control(
        "Look closer", list(LOOKS), key="own_look", default="none", format_func=lambda name: LOOKS[name]
    )
    look = st.session_state["own_look"]
    if look == "scores":
        _draw_scores(own, prepared, handle)
    elif look == "rows":
        _draw_new_rows(own, prepared, handle)


def _as_of(handle: LiveHandle) -> None:
    record = handle.record()
    words, button = st.columns([4, 1], vertical_alignment="center")
    state_words = "at the end" if record.finished else "while it trains"
    words.caption(f"The network as it was after {record.epoch:,} epochs, {state_words}.")
    button.button("Look again", key="own_again", width="stretch", help="Take the network as it is now.")


def _draw_scores(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    _as_of(handle)
    every = results.score(handle.network(), prepared)
    judged = every[-1]
    if not prepared.classes:
        figure, text = results.value_figure(every, palette(), target=own.choices.target)
        st.plotly_chart(figure, key="own_values", alt=text)
        st.markdown(text)
        return
    threshold = 0.5
    if len(prepared.classes) == 2:
        threshold = st.slider(
            f"Say “{plain(prepared.classes[1])}” from this probability on", 0.01, 0.99, 0.5, step=0.01,
            key="own_threshold", help="Lower: more hits and more false alarms.",
        )  # fmt: skip
        chart, table = st.columns([3, 2])
        figure, text = results.roc_figure(every, palette(), classes=prepared.classes, threshold=threshold)
        chart.plotly_chart(figure, key="own_roc", alt=text)
        chart.caption(text)
    else:
        table = st.container()
    rows = results.class_table(judged, prepared.classes, threshold=threshold)
    table.markdown(f"**Every class, on the {judged.name} rows**")
    table.dataframe(rows, hide_index=True, key="own_classes")
    counts = results.confusion(judged, len(prepared.classes), threshold=threshold)
    right = int(counts.trace())
    table.caption(
        f"{right:,} of {int(counts.sum()):,} {judged.name} rows are right. Recall: share of the class that "
        "was found. Precision: share of those called so that are of the class."
    )


def draw_ready(data: DataSet) -> None:
    """Say what a ready data set is, in the place where a file has its steps."""
    counts = np.bincount(data.t[:, 0].astype(int), minlength=len(data.class_names))
    classes = ", ".join(f"{count:,} {name}" for count, name in zip(counts, data.class_names, strict=True))
    st.caption(f"{data.note} {data.n_inputs} measurements a row; training rows: {classes}.")


def _draw_new_rows(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    _as_of(handle)
    typed, uploaded = st.tabs(["Type them", "From a file"])
    with typed:
        frame = own.table.frame(own.choices.features, rows=slice(0, 3))
        st.caption("Change the values, add rows at the bottom: the predictions follow.")
        edited = st.data_editor(frame, num_rows="dynamic", hide_index=True, key=f"own_typed_{own.table.name}")
        content = edited.head(MAX_TYPED).to_csv(index=False).encode()
        reading = own.table.reading_alike(own.choices.features, as_shown=True)
        _predict(own, prepared, handle, content=content, name="typed.csv", reading=reading)
    with uploaded:
        file = st.file_uploader("CSV with the same feature columns", key="own_new_rows")
        if file is not None:
            reading = own.table.reading_alike(own.choices.features)
            _predict(own, prepared, handle, content=file.getvalue(), name=file.name[:100], reading=reading)


def _predict(
    own: Own, prepared: Prepared, handle: LiveHandle, *, content: bytes, name: str, reading: Reading
) -> None:
    try:
        with turn(content):
            table = read_table(content, name=name, reading=reading)
            inputs = prepared.inputs(table)
    except TableError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    signs = own.table.other_signs(table, own.choices.features) if reading.header is None else []
    for sentence in (*table.notes, *signs, *prepared.unseen(table)):
        st.caption(plain(sentence))
    outputs = results.answers(handle.network(), prepared, inputs)
    st.dataframe(results.prediction_table(outputs[:1000], prepared), hide_index=True, key=f"own_said_{name}")
    if outputs.shape[0] > 1000:
        st.caption(f"The first 1,000 of {len(outputs):,} rows; the file below has all of them.")
    st.download_button(
        "Rows with predictions (CSV)", lambda: results.new_rows_csv(table, outputs, prepared),
        file_name="predictions.csv", key=f"own_download_{name}", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def draw_own_downloads(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw the downloads that only this page has: predictions, and the whole way from file to network."""
    experiment = session.current_experiment(own_state.PAGE)
    stem = file_stem(experiment)

    def program() -> str:
        record = handle.record()
        return own_script(own.table, prepared, record.experiment, changes=record.changes)

    files = (
        (
            "predictions", "Predictions (CSV)", "predictions.csv",
            "Every row with what the network says now.",
            lambda: results.predictions_csv(results.score(handle.network(), prepared), prepared),
        ),
        (
            "recipe", "Recipe (JSON)", f"{stem}_recipe.json",
            "How the file was read and made ready, and the run.",
            lambda: recipe_json(own.table, prepared, handle.record().experiment),
        ),
        (
            "program", "Whole way (Python)", f"{stem}_whole.py",
            f"Reads {own.table.name}, does all steps and ends at the same numbers.", program,
        ),
    )  # fmt: skip
    with st.container(horizontal=True):
        for name, label, file_name, text, make in files:
            st.download_button(
                label, make, file_name=file_name, key=f"own_download_{name}", help=text, on_click="ignore",
                icon=":material/download:",
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
        PAGE.take_home(opened, PAGE.show(opened, above=lambda: draw_ready(ready)))
        return
    own = own_state.current(opened.own["table"], opened.experiment)
    prepared = own.prepared
    if prepared is None:
        PAGE.show_without_run(opened, above=lambda: draw_steps(own))
        return
    regression = own.choices.task == "regression"
    page = replace(PAGE, panels=("loss", "residuals", "network") if regression else PAGE.panels)
    handle = page.show(opened, data=prepared.data, above=lambda: draw_steps(own))
    if not opened.view.lecture:
        draw_results(own, prepared, handle)
        draw_own_downloads(own, prepared, handle)
    page.take_home(opened, handle)


if __name__ == "__main__":
    main()
