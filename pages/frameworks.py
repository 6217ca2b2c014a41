"""Frameworks: the same network in PyTorch, Keras, TensorFlow and scikit-learn."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from nncore.data import DATA
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice, number_text
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.experiment.settings import Settings
from nncore.frameworks import LIBRARIES, Recipe, recipe_of
from nncore.frameworks.programs import OwnTable
from ui.compare.chart import draw_curves
from ui.compare.csv_choice import SAMPLE, choose_table
from ui.compare.jobs import AT_WORK, Bench, session_bench
from ui.compare.programs import draw_programs
from ui.compare.table import comparison
from ui.compare.words import Comparison, remarks, verdict
from ui.lesson.cover import covered
from ui.shared import session
from ui.shared.controls import draw_controls
from ui.shared.hall import hall_menu, lecture_button
from ui.shared.plain_text import plain
from ui.shared.theme import draw_notices, page_style, palette
from ui.shared.view_settings import ViewSettings

PAGE = "frameworks"
PROBLEMS = (*DATA, OWN_DATA)
SETTINGS = Settings(
    Choice(
        name="first_tab", default="pytorch", label="First program", choices=tuple(LIBRARIES),
        help="Whose program is on top.",
    ),
)  # fmt: skip
"""What the address holds beside the experiment."""


@dataclass(frozen=True)
class Start:
    """A starting point of the page: one of the lecture's programs."""

    name: str
    title: str
    text: str
    data: str
    tab: str
    settings: dict[str, Any]


LEAD: Final = "One network, one start, the same batches: what other libraries make of it."
STARTS = (
    Start("gate", "XOR in all of them", "Four rows, 2-4-1, 200 epochs.", "XOR", "pytorch", {}),
    Start(
        "digits", "Digits (Keras, TensorFlow)",
        "The lecture's program for images: look at them, flatten them, split them, then 64-100-30-10.",
        "digits", "keras", {},
    ),
    Start(
        "table", "A table, 8-12-8-1 (PyTorch)",
        "The lecture's program for one's own table: 8 columns of numbers and a 0/1 column.",
        OWN_DATA, "pytorch", {"hidden": (12, 8), "hidden_func": ("RELU",)},
    ),
)  # fmt: skip


def draw_page() -> None:
    """Draw everything; the only call of the page's script."""
    asked = st.query_params.get("data")
    # One's own table is possible only on pages whose default it is, so the address decides.
    default = OWN_DATA if asked == OWN_DATA else "XOR"
    opened = session.open_page(PAGE, data=default, among=PROBLEMS, own=SETTINGS)
    experiment = opened.experiment
    lecture = opened.view.lecture
    page_style("Frameworks", LEAD, lecture=lecture)
    draw_notices(opened.notices)
    _draw_starts(experiment, lecture=lecture)
    try:
        table = _table(experiment, lecture=lecture)
        recipe = recipe_of(experiment, data=None if table is None else table.data)
    except ValueError as reason:
        st.info(plain(str(reason)), icon=":material/info:")
    else:
        with covered(opened.asked):
            _draw_comparison(experiment, table, recipe, view=opened.view)
        if not lecture:
            draw_programs(experiment, table, first=opened.own["first_tab"])
    if lecture and not opened.view.hold:
        hall_menu()
    draw_controls(opened, data=(experiment.data,), without=("rule",))


def _open(start: Start) -> None:
    session.show_experiment(PAGE, Experiment.default(start.data).replace(**start.settings))
    session.change_own(PAGE, first_tab=start.tab)


def _choose_problem() -> None:
    session.show_experiment(PAGE, Experiment.default(st.session_state["problem"]))


def _draw_starts(experiment: Experiment, *, lecture: bool) -> None:
    """Draw the lecture's programs as buttons, and the choice of every other problem.

    In lecture mode what the run is made with stands there, in large type.
    """
    labels = FIELDS.of(Choice, "data").labels
    st.session_state["problem"] = experiment.data
    with st.container(horizontal=True, vertical_alignment="center" if lecture else "bottom"):
        if lecture:
            st.html(_facts(experiment), width="content")
        else:
            for start in STARTS:
                st.button(
                    start.title, key=f"start_{start.name}", help=start.text, on_click=_open, args=(start,)
                )
        st.selectbox(
            "Problem", PROBLEMS, key="problem", on_change=_choose_problem, width=260,
            format_func=lambda name: labels.get(name, name), help=FIELDS["data"].help,
            label_visibility="collapsed" if lecture else "visible",
        )  # fmt: skip
        lecture_button(PAGE, lecture=lecture)


def _facts(experiment: Experiment) -> str:
    """Return what every lecture screen says of its run."""
    scheduler = FIELDS.of(Choice, "scheduler").labels.get(experiment.scheduler, experiment.scheduler)
    facts = (
        f"η = {number_text(experiment.eta)}", scheduler, f"{experiment.epochs} epochs",
        f"seed {experiment.seed}",
    )  # fmt: skip
    return f'<p class="nn-facts">{html.escape(" · ".join(facts))}</p>'


def _table(experiment: Experiment, *, lecture: bool) -> OwnTable | None:
    """Return the table, where the data is one's own; in lecture mode its choice takes one button of room."""
    if experiment.data != OWN_DATA:
        return None
    with st.popover("Table and columns", width="content") if lecture else st.container(border=True):
        table = choose_table(split=experiment.split, seed=experiment.data_seed)
        if table.name == SAMPLE.name and not lecture:
            st.download_button(
                f"{SAMPLE.name} for the programs below", SAMPLE.read_bytes(), file_name=SAMPLE.name,
                mime="text/csv", key="sample_csv", on_click="ignore", icon=":material/download:",
            )  # fmt: skip
    return table


def _draw_comparison(
    experiment: Experiment, table: OwnTable | None, recipe: Recipe, *, view: ViewSettings
) -> None:
    """Draw the choice of libraries, and the fragment that follows their runs."""
    bench = session_bench()
    installed = [name for name, library in LIBRARIES.items() if library.installed]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Libraries", installed, selection_mode="multi", default=installed, key="libraries",
            format_func=lambda name: LIBRARIES[name].label,
            help="Each trains in a process of its own; the first run of a library waits for its import.",
            label_visibility="collapsed" if view.lecture else "visible",
        )  # fmt: skip
        defaults = st.toggle(
            "With each library's own defaults", key="defaults",
            help="Off: settings that make every formula nncore's. On: only the learning rate is given, as in "
            "most programs; start and batches stay the same.",
        )  # fmt: skip
        st.button("Run again", key="run_again", icon=":material/replay:", on_click=bench.forget)
    st.session_state[AT_WORK] = True
    about = experiment.label(None if table is None else table.data)

    def follow() -> None:
        # Asked for at every look: what was stopped while a sleeping browser did not look begins anew.
        bench.show((experiment, table, defaults), recipe, chosen, defaults=defaults)
        _draw_runs(bench, recipe, about=about, defaults=defaults, view=view)

    st.fragment(follow)()
    if view.lecture:
        return
    for library in LIBRARIES.values():
        if not library.installed:
            st.caption(f"{library.label} is not installed here: `{library.install}` installs it.")


def _draw_runs(bench: Bench, recipe: Recipe, *, about: str, defaults: bool, view: ViewSettings) -> None:
    """Draw curves, table and words of what has arrived."""
    if Comparison(bench.jobs, defaults=defaults).in_question:
        bench.try_rounding(recipe)
    more = bench.active
    jobs = dict(bench.jobs)
    told = Comparison(jobs, defaults=defaults, twin=bench.twin)
    runs = {name: job.run for name, job in jobs.items() if job.run.train_errors}
    words = verdict(told)
    st.markdown(f"**{words}**")
    draw_curves(runs, palette(), about=about, told=words, epochs=recipe.epochs, view=view, more=more)
    st.table(comparison(jobs, epochs=recipe.epochs))
    if view.lecture:
        return
    st.caption("\n".join(f"- {plain(sentence)}" for sentence in remarks(told, recipe)))


if __name__ == "__main__":
    draw_page()
