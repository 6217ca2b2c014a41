"""The frame that pages with a live view share: address, view, controls, pins, downloads, in this order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

import streamlit as st

from nncore.data import DATA, FEATURES, DataSet
from nncore.experiment import Experiment
from nncore.experiment.fields import FIELDS, seeds_from
from nncore.experiment.settings import Settings
from ui.live.course import FOLLOWED
from ui.live.downloads import draw_downloads
from ui.live.pins import add_pin, all_pins, draw_pins, ghosts
from ui.live.problem import ShowRun
from ui.live.record import RunRecord, row_key
from ui.live.thumbnails import choices
from ui.live.view import Extras, LiveHandle, announce, live_view
from ui.shared import session
from ui.shared.beside import suits
from ui.shared.controls import draw_controls
from ui.shared.hall import hall_menu
from ui.shared.room_link import draw_room_link
from ui.shared.theme import draw_notices, hold_sidebar, page_style
from ui.shared.toasts import tell_briefly
from ui.shared.view_settings import possible

Action = Callable[[str, object], None]
_NOT_REPEATED: Final = (
    "Weights of B were set by hand or kept from another network, and no setting repeats that: "
    "its curve is pinned, and A begins with the weights that its seed draws."
)


@dataclass(frozen=True)
class LivePage:
    """What sets one page with a live view apart from the others."""

    name: str
    """Name of its file, of its address and of its live view."""
    title: str
    lead: str
    """`title` and `lead`: heading, and one or two sentences below it."""
    data: tuple[str, ...]
    """Data sets to choose from; the first one opens."""
    panels: tuple[str, ...]
    """Panels of the live view."""
    panels_for: Callable[[Experiment], tuple[str, ...]] | None = None
    """Those that suit an experiment, where they are not the same for all."""
    actions: Mapping[str, Action] = field(default_factory=dict)
    """What the page does, by the name of an action of the live view; called with page and value."""
    own: Settings = field(default_factory=Settings)
    """Parameters of the address that the page keeps for itself."""
    opens: session.Opens | None = None
    """What the page opens with, where that is not the default of the data set."""
    addressed: bool = True
    """Whether the address holds what is shown; where not, the page has no controls but the view's own."""

    def open(self) -> session.Opened:
        """Return the page's choices of this script run; the first call on a page."""
        return session.open_page(
            self.name,
            data=self.data[0],
            among=self.data,
            own=self.own,
            opens=self.opens,
            write=False,
            runs="two" if self.addressed else "one",
        )

    def suited(self, experiment: Experiment | None) -> tuple[str, ...]:
        """Return the panels of an experiment; of none, none."""
        if experiment is None:
            return ()
        return self.panels if self.panels_for is None else self.panels_for(experiment)

    def announce(self, opened: session.Opened, *, data: DataSet | None = None) -> None:
        """Send a changed experiment on its way before anything else is done; `show` does it at the latest."""
        if opened.changed and not opened.first:
            panels = frozenset((*self.suited(opened.experiment), *self.suited(opened.beside)))
            show = ShowRun(
                opened.experiment, data, panels, opened.view.speed, opened.follows, opened.held, opened.beside
            )
            announce(show, key=self.name)

    def show(
        self,
        opened: session.Opened,
        *,
        extras: Extras | None = None,
        data: DataSet | None = None,
        about: str = "",
        above: Callable[[], None] | None = None,
        announced: bool = False,
    ) -> LiveHandle:
        """Draw heading, notices and live view; the controls follow, so that training starts before them.

        `data` gives rows instead of the experiment's own; `about` is a line about them in place of the lead;
        `above` draws what stands between heading and view, where not in lecture mode; `announced` says that
        the page has called `announce` already.
        """
        if not announced:
            self.announce(opened, data=data)
        if self.addressed:
            session.hold_experiment(self.name)
        self._head(opened, above, about=about)
        if self.addressed:
            hold_sidebar()
        rows = row_key(data)
        handle = live_view(
            opened.experiment,
            key=self.name,
            panels=self.suited(opened.experiment),
            view=opened.view,
            data=data,
            pins=ghosts(opened.experiment.data, rows=rows),
            extras=self._extras(opened, extras or Extras()),
            on_told=lambda: session.hear(self.name),
            on_eta=lambda eta: session.change(self.name, eta=eta),
            on_lam=lambda lam: session.change(self.name, lam=lam),
            on_action=lambda name, value: self.act(name, rows if name == "split" else value),
            on_follow=lambda experiment, beside: session.follow(
                self.name, experiment, FOLLOWED, beside=beside
            ),
            on_pin=lambda record: self.pin(record, opened),
            on_view=lambda settings: session.change_view(self.name, **possible(settings)),
        )
        if opened.first:
            # A browser that opens a page fetches and builds some forty scripts for the controls. It draws the
            # first frame a quarter sooner when they come after it.
            handle.await_drawing()
        if self.addressed:
            draw_controls(opened, data=self.data)
        if opened.view.lecture and not opened.view.hold:
            hall_menu(self.data, shown=opened.experiment.data, on_data=lambda name: self.act("data", name))
        return handle

    def _extras(self, opened: session.Opened, extras: Extras) -> Extras:
        """Return what a page asks of its view, and what every page asks."""
        return replace(
            extras,
            lam=True,
            follows=opened.follows,
            held=opened.held,
            asked=opened.asked,
            beside=opened.beside,
            beside_panels=self.suited(opened.beside),
            choices=choices(opened.experiment, self.data),
        )

    def show_without_run(self, opened: session.Opened, *, about: str, above: Callable[[], None]) -> None:
        """Draw the page where nothing can be trained yet: heading, notices, what stands above, controls.

        `above` draws what is to be decided first, in lecture mode too.
        """
        session.hold_experiment(self.name)
        self._head(opened, above, about=about, decides=True)
        draw_controls(opened, data=self.data)

    def _head(
        self,
        opened: session.Opened,
        above: Callable[[], None] | None,
        *,
        about: str = "",
        decides: bool = False,
    ) -> None:
        """Draw what stands above the view: in lecture mode the notices, unless it `decides` what runs."""
        lecture = opened.view.lecture
        # Two side by side need the room of a lead of two lines.
        lead = about or (self.lead if opened.beside is None else "")
        page_style(self.title, lead, lecture=lecture)
        draw_notices(opened.notices)
        with st.container():
            if above is not None and (decides or not lecture):
                above()

    def act(self, name: str, value: object) -> None:
        """Do what a button inside the live view asks for; what no page knows is ignored."""
        action = {**ACTIONS, **self.actions}.get(name)
        if action is not None:
            action(self.name, value)

    def pin(self, record: RunRecord, opened: session.Opened) -> None:
        """Keep the run on screen; where two stand side by side, hold it as A.

        A run is held by its settings; where these do not repeat it, its curve is kept and that is said.
        """
        if opened.beside is None or record.touched:
            add_pin(self.name, record)
        if opened.beside is not None:
            session.split(self.name, record.experiment)
            if record.touched:
                tell_briefly(_NOT_REPEATED, icon=":material/info:")

    def take_home(self, opened: session.Opened, handle: LiveHandle) -> None:
        """Draw pins and downloads; nothing in lecture mode, where all must fit on one screen."""
        if opened.view.lecture:
            return
        draw_pins(self.name)
        draw_room_link(opened.experiment)
        with st.expander("Take home", key="take_home", icon=":material/download:"):
            if opened.beside is not None:
                st.caption("The files are those of B, the run that the controls change.")
            draw_downloads(handle, opened.experiment)


def new_start(page: str, _value: object) -> None:
    """Draw other starting weights: the next seed, on the same data."""
    seed = session.current_experiment(page).seed
    session.change(page, seed=seeds_from(seed, 2)[1])


def try_eta(page: str, value: object) -> None:
    """Train again with the learning rate that the view advises after a run that did not go well."""
    with suppress(ValueError):  # only a browser that is not ours sends what the field does not allow
        session.change(page, eta=FIELDS["eta"].check(value))


def try_change(page: str, value: object) -> None:
    """Train again with the fields that the view advises to change, as an address writes them."""
    if not isinstance(value, Mapping):
        return
    now = session.current_experiment(page)
    given = {str(name): str(text) for name, text in value.items() if name in FIELDS}
    changed, refused = FIELDS.read(given, defaults=vars(now))
    with suppress(ValueError):  # only a browser that is not ours sends what does not go together
        if not refused:
            session.change(page, **{name: changed[name] for name in given})


def add_layer(page: str, _value: object) -> None:
    """Add one hidden layer of four neurons in front of the output."""
    experiment = session.current_experiment(page)
    functions = experiment.hidden_func
    more = (*functions, functions[-1]) if len(functions) > 1 else functions
    session.change(page, hidden=(*experiment.hidden, 4), hidden_func=more)


def go_as_planned(page: str, _value: object) -> None:
    """Begin anew without the epochs that were added and without what was changed on the way."""
    session.show_experiment(page, session.current_experiment(page).plan())


def choose_data(page: str, value: object) -> None:
    """Show another data set, with the settings as they are as far as they suit it."""
    name, both = _picked(value)
    if name in DATA:
        _show_each(page, lambda experiment: _on_data(experiment, name), both=both)


def _on_data(experiment: Experiment, name: str) -> Experiment:
    try:
        return experiment.replace(data=name)
    except ValueError:
        return Experiment.default(name)


def choose_feature(page: str, value: object) -> None:
    """Show the network one input feature more or fewer, but never none; of two, A has it as B has."""
    name, both = _picked(value)
    more = name not in session.current_experiment(page).features

    def changed(experiment: Experiment) -> Experiment:
        others = [one for one in FEATURES if one in experiment.features and one != name]
        wanted = [one for one in FEATURES if one in others or (more and one == name)]
        return experiment.replace(features=tuple(wanted)) if wanted else experiment

    _show_each(page, changed, both=both)


def _picked(value: object) -> tuple[str, bool]:
    """Return what was chosen by its picture, and whether for both that stand side by side."""
    if isinstance(value, Mapping):
        return str(value.get("name")), bool(value.get("both"))
    return str(value), False


def _show_each(page: str, change: Callable[[Experiment], Experiment], *, both: bool) -> None:
    """Show another experiment, and another one beside it where `both` are to change."""
    now, held = session.current_experiment(page), session.held_experiment(page)
    session.show_experiment(page, change(now))
    if both and held is not None:
        session.split(page, change(held))


def split(page: str, value: object) -> None:
    """Show two runs side by side, A the one that was pinned last on rows of that name; or one again."""
    if session.held_experiment(page) is not None:
        session.merge(page)
        return
    now = session.current_experiment(page)
    pins = [pin.record for pin in all_pins() if pin.page == page and pin.record.rows == value]
    pinned = [record.experiment for record in pins if suits(record.experiment, now)]
    session.split(page, pinned[-1] if pinned else None)


def swap(page: str, _value: object) -> None:
    """Let A and B change places."""
    session.swap(page)


ACTIONS: dict[str, Action] = {
    "split": split,
    "swap": swap,
    "new_start": new_start,
    "try": try_change,
    "try_eta": try_eta,
    "add_layer": add_layer,
    "as_planned": go_as_planned,
    "data": choose_data,
    "feature": choose_feature,
}
