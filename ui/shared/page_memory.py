"""What a session remembers of one page, and which of the values that its browser sends were chosen.

A browser sends the values of all controls with whatever is asked for. Some of them it has not heard of yet:
they were changed by a script that is still on its way, or that was ended before it came to them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nncore.experiment import Experiment
from nncore.experiment.settings import Settings
from ui.shared.view_settings import ViewSettings
from ui.shared.widget_values import to_widgets

Opens = Callable[[str, Mapping[str, object]], Experiment]
"""What a page opens with, by data set and by the values of the page's own settings."""
OpensBare = Callable[[Mapping[str, Any]], Experiment]
"""What an address without a word of an experiment opens, by the values of the page's own settings."""


@dataclass
class Memory:
    """What the session remembers of one page."""

    experiment: Experiment
    """The last one that was whole and sound."""
    view: ViewSettings = field(default_factory=ViewSettings)
    """Speed, axis, lecture mode."""
    notices: list[str] = field(default_factory=list)
    """What was wrong with the address that was opened, shown until a choice changes."""
    settings: Settings = field(default_factory=Settings)
    """Parameters of the address that belong to the page itself."""
    own: dict[str, Any] = field(default_factory=dict)
    """Their values."""
    drawn: set[str] = field(default_factory=set)
    """Widgets that show the experiment, but for what was chosen there. A key left behind by a widget that is
    no longer drawn may hold anything, and is not looked at."""
    drawing: set[str] = field(default_factory=set)
    """Widgets drawn so far in this script run; a run that is cut short has drawn only some."""
    stale: set[str] = field(default_factory=set)
    """Widgets on the screen that do not show the experiment yet, since something else has changed it."""
    late: dict[str, list[Any]] = field(default_factory=dict)
    """What a browser may still say of widgets that were given other values, until it says those."""
    told: bool = False
    """Whether this script run was asked for by something else than a control."""
    opening: str = field(default_factory=lambda: secrets.token_hex(4))
    """Which opening of an address this is: a question is asked once in each."""
    beside: Experiment | None = None
    """The one that is held beside it; the controls change `experiment` alone."""
    shown: tuple[Experiment, Experiment | None] | None = None
    """What the last script run returned: the experiment, and the one beside it."""
    followed: Experiment | None = None
    """The one to which the live view itself led."""
    opens: Opens = lambda data, _own: Experiment.default(data)
    """What the page opens with."""

    def forget_widgets(self) -> None:
        """Let the experiment decide all widgets: the browser shows none of them."""
        self.drawn, self.drawing, self.stale = set(), set(), set()

    def change_to(self, experiment: Experiment, said: Mapping[str, Any]) -> None:
        """Let another experiment decide the widgets, whatever the browser has `said` so far.

        What it says of them later, before they show that experiment, was chosen.
        """
        self.stale, self.drawn, self.drawing = self.on_screen, set(), set()
        for values in (to_widgets(self.experiment), said):
            for key in self.stale & values.keys():
                self.outdate(key, values[key])
        self.experiment = experiment

    @property
    def on_screen(self) -> set[str]:
        """Keys of the widgets that a browser may show."""
        return self.drawn | self.drawing | self.stale

    def outdate(self, key: str, value: object) -> None:
        """Note what a browser may still say of a widget that gets another value."""
        known = self.late.setdefault(key, [])
        if value not in known:
            known.append(value)

    def place(self, key: str) -> None:
        """Note that a widget is being drawn, with the experiment's value."""
        self.drawing.add(key)
        self.stale.discard(key)

    def all_drawn(self) -> None:
        """Note that every widget of the page has been drawn."""
        self.drawn, self.stale = set(self.drawing), set()

    def hear(self, values: Mapping[str, Any]) -> None:
        """Note what a browser says of the widgets: where it says what they show, nothing of old will come.

        Only what comes with a request is its word; later in a script run the widgets hold what that has set.
        """
        shown = to_widgets(self.experiment)
        for name in values.keys() - self.stale:
            if values[name] == shown.get(name, values[name]):
                self.late.pop(name, None)

    def said(self, values: Mapping[str, Any], *, told: bool) -> dict[str, Any]:
        """Return the values of the widgets without those that the browser has not heard of yet.

        What is asked for while a script runs comes with values that this script has changed already; they
        must not undo it. A value of old that alone is another one, where nothing else was `told`, was chosen,
        unless the browser cannot show another one yet.
        """
        shown = to_widgets(self.experiment)
        other = {name for name, value in values.items() if value != shown.get(name, value)}
        late = {name for name in other if values[name] in self.late.get(name, ())}
        if len(other) == 1 and not told:
            late &= self.stale
        return {name: value for name, value in values.items() if name not in late}
