"""The table of one's own in this session: which one it is, how it was read, what was chosen, what came of it.

Everything lies in `st.session_state`: it belongs to one tab, is gone with it, and is never written to disk or
into the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import streamlit as st

from nncore.data.number_format import Written
from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice
from nncore.experiment.fields import OWN_DATA
from nncore.experiment.settings import Settings
from ui.shared import session
from ui.tables.aside import read_table
from ui.tables.choice_edits import called_otherwise, carried_over, edited, with_target
from ui.tables.choices import Choices, passed_over, suggest, telling_features, usable_features
from ui.tables.preparation import Prepared, prepare
from ui.tables.roles import Task, index_reason, tasks_for
from ui.tables.sniff import Reading
from ui.tables.table import Progress, Table, refuse_too_large
from ui.tables.turns import count, count_prepared, turn
from ui.tables.words import TableError

PAGE: Final = "own_data"
WISCONSIN: Final = "wisconsin"
FILE: Final = "file"
FOLDER: Final = Path(__file__).resolve().parents[2] / "samples"
SAMPLES: Final = {
    "diabetes_like": "Sample: diabetes-like (two classes)",
    "iris": "Sample: iris (three classes)",
    "house_prices": "Sample: house prices (a number)",
}
SETTINGS: Final = Settings(
    Choice(
        name="table", default="diabetes_like", label="Table", choices=(*SAMPLES, FILE), labels=SAMPLES,
        help="A sample, or the file that was opened in this tab.",
    ),
)  # fmt: skip
"""What the address holds beside the experiment."""
BIG_ROWS: Final = 20_000
"""Above this many rows, larger batches and fewer epochs are proposed."""
FEW_ROWS: Final = 400
"""Below this many rows an epoch has so few steps that they may be larger."""

LARGE_CELLS: Final = 2_000_000
"""Above this many cells, making a table ready takes longer than one would wait without a word."""
READING_SHARE: Final = 0.5
"""Share of the time until a file can be trained on that goes into reading it."""

_OWN: Final = "_own"  # session state: the table that is shown
_KEPT: Final = "_own_file"  # session state: the file that was opened last
_PROBLEM: Final = "_own_problem"  # session state: why the last request could not be met


@dataclass(frozen=True)
class Own:
    """A table and everything that was made of it."""

    source: str
    """A key of `SAMPLES`, or `FILE`."""
    content: bytes
    """The file, kept so that it can be read in another way."""
    reading: Reading
    """What the user said about how to read it."""
    table: Table
    choices: Choices
    """What is learned from what."""
    prepared: Prepared | None
    """Rows for the network, from the last choices that were possible; None where none was yet."""
    target_chosen: bool = False
    """Whether the target is the user's choice."""

    def passed_over(self) -> tuple[str, ...]:
        """Say which columns could not be the target that a table opens with; nothing once one was chosen."""
        return passed_over(self.table, self.choices.target) if not self.target_chosen else ()

    def hindrance(self) -> str:
        """Say why there are no rows for the network, "" where there are some."""
        if self.prepared is not None:
            return ""
        try:
            suggest(self.table)
            prepare(self.table, self.choices)
        except TableError as error:
            return str(error)
        return ""

    def set_aside(self) -> tuple[str, ...]:
        """Return the columns that only tell rows apart and so are no features, though they could be."""
        usable, _ = usable_features(self.table, self.choices.target)
        aside = set(usable) - set(self.choices.features)
        return tuple(
            name for name in usable if name in aside and index_reason(self.table, self.table.column(name))
        )


class ChoiceChanges(TypedDict, total=False):
    """What may be changed about what is learned."""

    target: str
    task: Task
    features: tuple[str, ...]
    scaling: str
    filling: str
    weighing: str
    weights: tuple[float, ...]


class ReadingChanges(TypedDict, total=False):
    """What may be changed about how a file is read."""

    encoding: str
    separator: str
    decimal: str
    header: bool
    header_row: int
    thousands: str | None
    day_first: bool | None
    missing: tuple[str, ...] | None
    missing_in: Mapping[str, tuple[str, ...]]
    sentinels: Mapping[str, tuple[float, ...]]
    written: Mapping[str, Written | None]


def current(wanted: str, experiment: Experiment) -> Own:
    """Return the table of that name, made ready with the split and seed of the experiment."""
    own: Own | None = st.session_state.get(_OWN)
    kept: Own | None = st.session_state.get(_KEPT)
    if wanted == FILE and kept is not None:
        own = kept if own is None or own.source != FILE else own
    elif own is None or own.source != wanted:
        own = _sample(wanted if wanted in SAMPLES else SETTINGS.defaults["table"])
        if wanted == FILE:
            tell(
                "The address speaks of a file, and files stay in the tab in which they were opened: "
                "choose it again here. Until then a sample is shown."
            )
            session.change_own(PAGE, table=own.source)
    own = _with_split(own, experiment)
    _keep(own)
    return own


def in_tab(experiment: Experiment | None = None) -> Own | None:
    """Return the table of this tab, split as an experiment of another page says; None where there is none."""
    own: Own | None = st.session_state.get(_OWN)
    if own is not None and experiment is not None:
        own = _with_split(own, experiment)
        _keep(own)
    return own


def shown() -> Own:
    """Return the table that is shown."""
    own: Own = st.session_state[_OWN]
    return own


def kept_file() -> Own | None:
    """Return the file that was opened in this tab, if any, whatever is shown now."""
    return st.session_state.get(_KEPT)


def _keep(own: Own) -> None:
    st.session_state[_OWN] = own
    if own.source == FILE:
        st.session_state[_KEPT] = own


def _with_split(own: Own, experiment: Experiment) -> Own:
    """Make the rows ready anew where the side bar asks for another split."""
    choices = replace(own.choices, split=experiment.split, seed=experiment.data_seed)
    if own.prepared is None:
        return replace(own, choices=choices)
    return own if choices == own.choices else _try(own, choices)


def choose(**changes: Unpack[ChoiceChanges]) -> None:
    """Change what is learned, from a callback; what is not possible is told and changes nothing."""
    own = shown()
    target = changes.pop("target", own.choices.target)
    try:
        choices = own.choices if target == own.choices.target else with_target(own.table, own.choices, target)
    except TableError as error:
        tell(str(error))
        return
    adopt(replace(choices, **changes))


def adopt(choices: Choices) -> None:
    """Learn what was chosen, from a callback; what is not possible is told and changes nothing."""
    own = shown()
    after = _try(own, choices)
    if after is not own and choices.target != own.choices.target:
        after = replace(after, target_chosen=True)
    _keep(after)
    if after.prepared is not own.prepared and after.choices.task != own.choices.task:
        # A cost or an output that was chosen for the other task may not suit this one.
        session.change(PAGE, cost="auto", output_func="auto")


def _try(own: Own, choices: Choices) -> Own:
    try:
        with _patience(own.table), turn():
            prepared = count_prepared(prepare(own.table, choices))
    except TableError as error:
        tell(str(error))
        return own
    forget_problem()
    return replace(own, choices=choices, prepared=prepared)


def _patience(table: Table) -> AbstractContextManager[object]:
    """Show that work is under way, where a table is so large that it takes seconds."""
    large = table.n_rows * len(table.columns) > LARGE_CELLS
    return st.spinner(f"Making {table.n_rows:,} rows ready anew") if large else nullcontext()


def set_role(name: str, role: str) -> None:
    """Give a column another role, from a callback; what it cannot be is told."""
    own = shown()
    try:
        choices = edited(own.table, own.choices, name, changes={"role": role})
    except TableError as error:
        tell(str(error))
        return
    adopt(choices)


def open_file(
    content: bytes, *, name: str, reading: Reading | None = None, progress: Progress | None = None
) -> bool:
    """Read a file and show it; what cannot be read is told, and the table that was there stays.

    Parameters
    ----------
    content : bytes
    name : str
        Its name, for messages and for the program that is taken home.
    reading : Reading, optional
        What is known about how to read it.
    progress : callable, optional
        Called with the share done and a sentence.

    Returns
    -------
    bool
        Whether it is shown now.
    """
    try:
        own = _read(FILE, content, name, reading=reading or Reading(), progress=progress)
    except TableError as error:
        tell(str(error))
        return False
    forget_problem()
    _keep(own)
    session.change_own(PAGE, table=FILE)
    session.show_experiment(PAGE, suggested_experiment(own))
    return True


def open_source(name: str) -> None:
    """Show a sample, or the file that was opened before, from a callback."""
    kept = kept_file()
    own = kept if name == FILE and kept is not None else _sample(name)
    forget_problem()
    _keep(own)
    session.change_own(PAGE, table=own.source)
    session.show_experiment(PAGE, suggested_experiment(own))


def _reread(own: Own, reading: Reading) -> Own | None:
    """Read its file another way; None, and the reason told, where it cannot be read so."""
    try:
        after = _read(own.source, own.content, own.table.name, reading=reading)
    except TableError as error:
        tell(str(error))
        return None
    forget_problem()
    return after


def read_again(**changes: Unpack[ReadingChanges]) -> None:
    """Read the same file in another way, from a callback."""
    own: Own = st.session_state[_OWN]
    after = _reread(own, replace(own.reading, **changes))
    if after is None:
        return
    if own.target_chosen:
        after = _with_target(after, own.choices.target)
    choices = carried_over(after.table, after.choices, before=own.choices, old=own.table)
    _keep(after if choices == after.choices else _try(after, choices))


def rename(names: Mapping[str, str]) -> None:
    """Call columns, by their names in the file, otherwise, from a callback; what is learned stays."""
    own = shown()
    after = _reread(own, replace(own.reading, names={**own.reading.names, **names}))
    if after is None:
        return
    choices = called_otherwise(own.choices, own.table, after.table)
    after = replace(after, choices=choices, prepared=None, target_chosen=own.target_chosen)
    _keep(after if own.prepared is None else _try(after, choices))


def _with_target(own: Own, target: str) -> Own:
    """Keep a target that was chosen, where the table still has it."""
    column = next((column for column in own.table.columns if column.name == target), None)
    tasks = tasks_for(column) if column is not None else ()
    if not tasks or target == own.choices.target:
        return own
    features = telling_features(own.table, target)
    choices = replace(own.choices, target=target, task=tasks[0], features=features)
    return replace(_try(own, choices), target_chosen=True)


def suggested_experiment(own: Own) -> Experiment:
    """Return the setting with which a table opens."""
    return suggested_for(len(own.prepared.data.X) if own.prepared is not None else own.table.n_rows)


def suggested_for(n_rows: int) -> Experiment:
    """Return the setting for so many training rows: 12 and 8 hidden neurons, larger batches for many rows."""
    experiment = Experiment.default(OWN_DATA)
    if n_rows > BIG_ROWS:
        return experiment.replace(batch_size=512, epochs=20, eta=3e-3)
    return experiment.replace(eta=3e-3) if n_rows < FEW_ROWS else experiment


def opens_with(data: str, settings: Mapping[str, Any]) -> Experiment:
    """Return the setting with which the page opens, also where an address names the table alone."""
    if data != OWN_DATA:
        return Experiment.default(data)
    name = settings["table"]
    own = kept_file() if name == FILE else _sample(name) if name in SAMPLES else None
    return suggested_experiment(own) if own is not None else Experiment.default(OWN_DATA)


def tell(sentence: str) -> None:
    """Keep a sentence to be shown until something succeeds."""
    st.session_state[_PROBLEM] = sentence


def forget_problem() -> None:
    """Take the sentence back."""
    st.session_state.pop(_PROBLEM, None)


def problem() -> str:
    """Return why the last request could not be met, "" where it could."""
    return st.session_state.get(_PROBLEM, "")


def _read(
    source: str, content: bytes, name: str, *, reading: Reading, progress: Progress | None = None
) -> Own:
    """Read a table and make it ready for what it is probably for."""
    refuse_too_large(len(content), name)
    with turn(content, progress):
        part = _part(progress, 0.0, READING_SHARE)
        table = count(read_table(content, name=name, reading=reading, progress=part), content)
        choices = _first_choices(table)
        try:
            part = _part(progress, READING_SHARE, 1.0)
            prepared = count_prepared(prepare(table, choices, progress=part))
        except TableError:
            prepared = None  # what hinders is told beside the table, which stays
    return Own(source, content, reading, table, choices, prepared)


def _first_choices(table: Table) -> Choices:
    """Return what a table is probably for; of one of which nothing can be learned, the last column."""
    try:
        return suggest(table)
    except TableError:
        return Choices(table.columns[-1].name, "binary", ())


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Return a progress that covers a part of another one."""
    if progress is None:
        return None
    return lambda share, sentence: progress(start + share * (end - start), sentence)


@lru_cache(maxsize=len(SAMPLES))
def _sample(name: str) -> Own:
    path = FOLDER / f"{name}.csv"
    return _read(name, path.read_bytes(), path.name, reading=Reading())
