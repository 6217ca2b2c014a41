"""Address bar, widgets and Experiment, kept in step.

``open_page`` is the first call of every page: it returns the experiment to run, before any widget is
drawn, so that the live view hears of a change as early as possible.

Streamlit can bind a widget to the address itself (``bind="query-params"``, 1.67). That mends an impossible
value without a word, drops what has no widget drawn, and knows no parameter of several, as the widths are.

The address may come from the browser a step late: a second click can be on its way before the browser has
heard of the address that the first one led to. While one stays on a page, an address that this session wrote
a moment ago is therefore not taken for a new request, unless the browser's back button brought it. Whoever
comes from another page brings what the link says: Streamlit's navigation names no address at all, a link of
ours its whole experiment (1.67).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import streamlit as st

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import Choice
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.experiment.settings import Settings, spelled
from ui.shared.beside import PREFIX, beside_query, differences, is_beside, read_beside, suits
from ui.shared.page_memory import Memory, Opens, OpensBare
from ui.shared.view_settings import VIEW, ViewSettings, view_from_query, view_to_query
from ui.shared.widget_values import from_widgets
from ui.streamlit_internals import history_navigation_heard, is_history_navigation

# How long a browser may go on with an address that another one has taken the place of.
ECHO_SECONDS = 10.0

_LEFT_OUT = "more and changes belong to one run and are left out where many are compared; got: {}"

_PAGES = "_pages"  # session state: what each page remembers
_CURRENT = "_page"  # session state: the page that ran last
_SHOWN = "_shown"  # session state: (when, page, address) of what stood in the address bar, in order


@dataclass(frozen=True)
class Opened:
    """A page's choices in one script run."""

    page: str
    """Name of the page, also the key of its live view."""
    experiment: Experiment
    view: ViewSettings
    notices: tuple[str, ...]
    """Sentences about values that could not be used."""
    own: Mapping[str, object]
    """Values of the page's own settings."""
    beside: Experiment | None = None
    """What is held beside it, as A; it is then B itself."""
    opening: str = ""
    """Which opening of an address this is."""
    first: bool = False
    """Whether the session sees this page for the first time."""
    changed: bool = False
    """Whether the experiment is another one than in the last script run."""
    follows: bool = False
    """Whether the live view itself has led to it, and shows it already."""

    @property
    def held(self) -> str:
        """Which opening the run waits for at its start, "" where it does not."""
        return self.opening if self.view.hold or self.view.ask is not None else ""

    @property
    def asked(self) -> dict[str, object] | None:
        """What a view is told of the question before its run; `id` tells one opening from another."""
        return None if self.view.ask is None else {"id": self.opening, **asdict(self.view.ask)}


def open_page(
    page: str,
    *,
    data: str | OpensBare,
    among: Sequence[str] = (),
    own: Settings | None = None,
    opens: Opens | None = None,
    write: bool = True,
    runs: Literal["one", "two", "planned"] = "one",
) -> Opened:
    """Return what this page has to show, from the widgets or from an address just opened.

    An address that says nothing of an experiment shows `data`, or what that says for the page's own settings;
    the page can show what is `among`, or everything. `own` are parameters of the address that the page keeps
    for itself; `opens` tells what it opens with where that is not the default of the data set, and fills in
    what an address leaves out. Where the address is not to be written now, the page calls `hold_experiment`
    when its view has been told. A page that compares many `runs` wants them as planned: what was added to a
    run or changed on its way is left out with a notice. Others show one, or may show two side by side.
    """
    own = own or Settings()
    pages: dict[str, Memory] = st.session_state.setdefault(_PAGES, {})
    address = _given_address()
    previous = st.session_state.get(_CURRENT)
    st.session_state[_CURRENT] = page
    memory = pages.get(page)
    first = memory is None
    asked = _is_new_request(page, address, previous=previous)
    if memory is None or asked:
        memory = _read_address(
            address if asked else {}, shows=data, among=among, own=own, opens=opens, splits=runs == "two"
        )
        pages[page] = memory
        history_navigation_heard()
        if runs == "planned" and memory.experiment.course:
            memory.notices.append(_LEFT_OUT.format(memory.experiment.course))
            memory.experiment = memory.experiment.plan()
    elif previous != page:
        memory.forget_widgets()
    problems = _follow_widgets(memory)
    if memory.beside is not None and not suits(memory.beside, memory.experiment):
        memory.beside = None
    now = (memory.experiment, memory.beside)
    changed, memory.shown = memory.shown != now, now
    if memory.followed != memory.experiment:
        memory.followed = None
    if write:
        hold_experiment(page)
    return Opened(
        page,
        memory.experiment,
        memory.view,
        (*memory.notices, *problems),
        own=dict(memory.own),
        beside=memory.beside,
        opening=memory.opening,
        first=first,
        changed=changed,
        follows=memory.followed is not None,
    )


def hold_experiment(page: str) -> None:
    """Let the address bar hold the page's experiment, its view and its own parameters, as they are now."""
    memory = _memory(page)
    write_address(page, _address_of(memory, memory.view))


def change(page: str, **fields: Any) -> None:
    """Change fields of a page's experiment from a callback; widgets and address follow.

    Raises `ValueError` in the words of `Experiment` if a value is not allowed.
    """
    show_experiment(page, current_experiment(page).replace(**fields))


def current_experiment(page: str) -> Experiment:
    """Return a page's experiment with the widgets as they are now; for callbacks."""
    memory = _memory(page)
    memory.told = True
    return from_widgets(_widget_values(memory, told=True), memory.experiment)[0]


def hear(page: str) -> None:
    """Note that this script run was asked for by something else than a control."""
    _memory(page).told = True


def default_experiment(page: str) -> Experiment:
    """Return what a page opens with for the data set that it shows."""
    memory = _memory(page)
    return memory.opens(memory.experiment.data, memory.own)


def follow(
    page: str, experiment: Experiment, fields: Sequence[str], *, beside: Experiment | None = None
) -> None:
    """Take over fields to which the live view itself has led; widgets and address follow it.

    Parameters
    ----------
    page : str
    experiment : Experiment
        What the view shows.
    fields : sequence of str
        Those that are changed in the view.
    beside : Experiment, optional
        What stands beside it there.
    """
    change(page, **{name: getattr(experiment, name) for name in fields})
    memory = _memory(page)
    if memory.beside is not None and beside is not None:
        memory.beside = memory.beside.replace(**{name: getattr(beside, name) for name in fields})
    memory.followed = memory.experiment


def change_view(page: str, **settings: Any) -> None:
    """Change settings of the view (speed, axis, lecture, ...) from a callback; the address follows."""
    memory = _memory(page)
    memory.view, memory.told = replace(memory.view, **settings), True


def current_own(page: str) -> Mapping[str, Any]:
    """Return the values of the page's own settings; for callbacks."""
    return dict(_memory(page).own)


def change_own(page: str, **values: object) -> None:
    """Change the page's own settings from a callback; the address follows.

    Raises `ValueError` if a value is not allowed: the field, what is allowed, what was given.
    """
    memory = _memory(page)
    memory.told = True
    memory.own |= {name: memory.settings[name].check(value) for name, value in values.items()}


def show_experiment(page: str, experiment: Experiment, notices: Sequence[str] = ()) -> None:
    """Put another experiment on a page, from a callback: a preset, a pin, a sweep point; tell `notices`."""
    memory = _memory(page)
    memory.change_to(experiment, _on_screen(memory))
    memory.notices = list(notices)


def suit(page: str, task: str) -> bool:
    """Let a cost or output that does not suit the task of the rows give way to the usual ones, with a notice.

    Returns whether one did, so that the page is to be opened anew: only a table tells what its task is.
    """
    memory = _memory(page)
    try:
        for one in filter(None, (memory.beside, memory.experiment)):
            one.resolved(task)
    except ValueError as error:
        usual = {"cost": "auto", "output_func": "auto"}
        memory.beside = memory.beside and memory.beside.replace(**usual)
        show_experiment(page, memory.experiment.replace(**usual))
        memory.notices = [f"{error} The default, auto, is used instead."]
        return True
    return False


def split(page: str, held: Experiment | None = None) -> None:
    """Hold an experiment beside the one that the controls change: by default that one, as it is now."""
    memory = _memory(page)
    memory.beside = current_experiment(page) if held is None else held
    memory.followed = None  # the view shows one alone


def held_experiment(page: str) -> Experiment | None:
    """Return what is held beside the page's experiment, None where one is shown alone."""
    return _memory(page).beside


def merge(page: str) -> None:
    """Show the controls' experiment alone again."""
    _memory(page).beside = None


def swap(page: str) -> None:
    """Let the controls have the experiment that was held, and hold theirs."""
    held = held_experiment(page)
    if held is not None:
        split(page)
        show_experiment(page, held)


def shown_label(page: str) -> str:
    """Return what a page showed last, in a line; of two, in what they differ; "" where it has shown none."""
    memory = st.session_state.get(_PAGES, {}).get(page)
    if memory is None or memory.beside is None:
        return "" if memory is None else memory.experiment.label()
    apart = [one.words for one in differences(memory.beside, memory.experiment)]
    return f"A | B: {', '.join(apart) or 'the same'}; {memory.beside.label()}"


def leave_address() -> None:
    """Clear the address on pages that keep nothing in it, and note that the last page was left."""
    st.session_state[_CURRENT] = None
    history_navigation_heard()
    if st.query_params.to_dict():
        st.query_params.clear()


def open_address(page: str) -> dict[str, str] | None:
    """Return the address where it asks something new of a page without an experiment, else None."""
    address = _given_address()
    previous = st.session_state.get(_CURRENT)
    st.session_state[_CURRENT] = page
    new = address if _is_new_request(page, address, previous=previous) else None
    history_navigation_heard()
    return new


def write_address(page: str, wanted: dict[str, str]) -> None:
    """Put the parameters of `page` into the address bar, and note that they are not a new request."""
    _note(page, wanted)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def query_of(experiment: Experiment, view: ViewSettings | None = None) -> dict[str, str]:
    """Return the address parameters that open exactly this experiment and view."""
    return {**experiment.to_query(), **view_to_query(view or ViewSettings())}


def lecture_query(page: str) -> dict[str, str]:
    """Return the address parameters that open a page in lecture mode, as it was left or as it opens."""
    memory: Memory | None = st.session_state.get(_PAGES, {}).get(page)
    if memory is None:
        return view_to_query(ViewSettings(lecture=True))
    return _address_of(memory, replace(memory.view, lecture=True))


def place_widget(page: str, key: str, value: object) -> str:
    """Give the widget of an experiment's field its value, just before it is drawn; return its key.

    A widget that is on the screen already keeps what its user chose, unless Streamlit has dropped its value
    (after a script run that was cut short): it would then show its lowest value as if somebody had chosen it.
    """
    memory = _memory(page)
    if key not in memory.drawn or key not in st.session_state:
        before = st.session_state.get(key, value)
        if before != value:
            memory.outdate(key, before)
        st.session_state[key] = value
    memory.place(key)
    return key


def all_widgets_drawn(page: str) -> None:
    """Note that every widget of the experiment that this run draws has been drawn."""
    _memory(page).all_drawn()


def _memory(page: str) -> Memory:
    return st.session_state[_PAGES][page]


def _address_of(memory: Memory, view: ViewSettings) -> dict[str, str]:
    """Return the parameters that open what a page remembers, seen in this view."""
    first = memory.beside or memory.experiment
    wanted = query_of(first, view) | memory.settings.query(memory.own)
    for name in memory.opens(first.data, memory.own).to_query():
        # A default of the data set that is not what the page opens with has to be said.
        if name in FIELDS:
            wanted.setdefault(name, FIELDS[name].format(getattr(first, name)))
    if memory.beside is not None:
        wanted |= beside_query(memory.beside, memory.experiment)
    return wanted


def _widget_values(memory: Memory, *, told: bool) -> dict[str, Any]:
    return memory.said(_on_screen(memory), told=told)


def _on_screen(memory: Memory) -> dict[str, Any]:
    """Return the values of the widgets on the screen, as the browser or a script has said them last."""
    return {key: st.session_state[key] for key in memory.on_screen if key in st.session_state}


def _given_address() -> dict[str, str]:
    """Return the parameters of the address; a name in capitals means the small one, where there is none."""
    given = st.query_params.to_dict()
    small = {name: text for name, text in given.items() if name == name.lower()}
    return {name.lower(): text for name, text in given.items()} | small


def _is_new_request(page: str, address: Mapping[str, str], *, previous: str | None) -> bool:
    """Whether the address asks for something that neither widgets nor memory hold."""
    # A bare address is the navigation's, which leads back to what the page remembers.
    elsewhere = page != previous or not _is_known(page, address)
    asked = is_history_navigation() or (bool(address) and elsewhere)
    if asked:
        _note(page, address)
    return asked


def _note(page: str, address: Mapping[str, str]) -> None:
    """Note what the address bar holds from now on; of what it held before, what a browser may still send."""
    now, given = time.monotonic(), dict(address)
    seen = st.session_state.get(_SHOWN, [])
    if seen and seen[-1][1:] == (page, given):
        return
    seen = [*seen, (now, page, given)]
    last = {where: when for when, where, _ in seen}
    late = [
        item
        for item, (after, _, _) in pairwise(seen)
        if now - after < ECHO_SECONDS or last[item[1]] == item[0]
    ]
    st.session_state[_SHOWN] = [*late, seen[-1]]


def _is_known(page: str, address: Mapping[str, str]) -> bool:
    """Whether the address stood there last on `page`, or was followed by another one only a moment ago."""
    seen = st.session_state.get(_SHOWN, [])
    last = [query for _, where, query in seen if where == page][-1:]
    since = time.monotonic() - ECHO_SECONDS
    late = [query for (_, _, query), (after, _, _) in pairwise(seen) if after >= since]
    return address in [*last, *late]


def _read_address(
    address: Mapping[str, str],
    *,
    shows: str | OpensBare,
    among: Sequence[str],
    own: Settings,
    opens: Opens | None,
    splits: bool,
) -> Memory:
    address = spelled(address, {*own, *VIEW, *FIELDS, *(PREFIX + name for name in FIELDS)})
    # A page may have a name of the view as its own: the phones of a room "hold" an answer or a rate.
    view, notices = view_from_query({name: value for name, value in address.items() if name not in own})
    values, refused = own.read(address)
    notices += refused
    data = shows if isinstance(shows, str) else shows(values).data
    wanted = {name: value for name, value in address.items() if name not in (*own, *VIEW)}
    others = {name: wanted.pop(name) for name in list(wanted) if splits and is_beside(name)}
    if among and "data" in wanted:
        here = replace(FIELDS.of(Choice, "data"), choices=tuple(among), default=data)
        found, refused = Settings(here).read(wanted)
        notices += refused
        wanted["data"] = found["data"]
    memory = Memory(Experiment.default(data), view, settings=own, own=values)
    start = {}
    if opens is not None:
        memory.opens = opens
        start = opens(wanted.get("data", data), values).to_query()
    # Data of one's own are read by pages that say so: here it is among those that this one can show.
    read_as = OWN_DATA if among and wanted.get("data") == OWN_DATA else data
    memory.experiment, more = Experiment.from_query({**start, **wanted}, data=read_as)
    if not isinstance(shows, str) and FIELDS.keys().isdisjoint(wanted):
        memory.experiment = shows(values)
    other, refused = read_beside(others, memory.experiment, among=among)
    if other is not None:
        memory.experiment, memory.beside = other, memory.experiment
    memory.notices = [*notices, *more, *refused]
    return memory


def _follow_widgets(memory: Memory) -> list[str]:
    """Take over what the widgets on the screen say, and return what could not be used."""
    memory.drawn |= memory.drawing
    memory.drawing = set()
    memory.hear(_on_screen(memory))
    values, memory.told = _widget_values(memory, told=memory.told), False
    memory.drawn &= values.keys()
    experiment, problems = from_widgets(values, memory.experiment)
    if experiment != memory.experiment:
        memory.experiment, memory.notices = experiment, []
    return problems
