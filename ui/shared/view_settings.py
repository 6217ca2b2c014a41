"""How a run is shown, and the same as address parameters: pure functions, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nncore.experiment.field_kinds import Choice, Switch
from nncore.experiment.settings import Settings
from ui.shared.question import Asked, Question

SPEEDS: Final = ("1", "2", "5", "normal", "max")
VIEW: Final = Settings(
    Choice(
        name="speed", default="normal", label="Speed", choices=SPEEDS,
        help="Epochs a frame; normal shows a whole run in about three seconds, max trains at full speed.",
    ),
    Choice(name="axis", default="log", label="Cost axis", choices=("log", "linear"), help="Its scale."),
    Switch(name="lecture", default=False, label="Lecture mode", help="Large type, thick lines, no side bar."),
    Switch(
        name="discrete", default=False, label="Two colours only",
        help="Draw maps in two colours, without the confidence.",
    ),
    Switch(
        name="show_val", default=True, label="Validation", help="Draw validation rows and their curve.",
    ),
    Switch(name="hold", default=False, label="Wait", help="The run waits at its start until it is played."),
    Asked(name="ask", default=None, label="Ask first", help="A question before the run plays."),
)  # fmt: skip
"""Every setting of the view, by its name in the address."""


@dataclass(frozen=True)
class ViewSettings:
    """How a run is shown; changes nothing about its numbers. What each means is declared in `VIEW`."""

    speed: str = "normal"
    axis: str = "log"
    lecture: bool = False
    discrete: bool = False
    show_val: bool = True
    hold: bool = False
    ask: Question | None = None


def view_to_query(view: ViewSettings) -> dict[str, str]:
    """Return the settings of the view that differ from the default, as address parameters."""
    return VIEW.query(vars(view))


def view_from_query(query: Mapping[str, str]) -> tuple[ViewSettings, list[str]]:
    """Read the view's settings out of an address, with a sentence for each impossible value, which the
    default replaces.
    """
    values, notices = VIEW.read(query)
    return ViewSettings(**values), notices


def possible(settings: Mapping[str, object]) -> dict[str, object]:
    """Return those of some settings that a view can have; what a browser sends may be anything."""
    found = {}
    for name, value in settings.items():
        try:
            found[name] = VIEW[name].check(value)
        except (KeyError, ValueError):
            continue
    return found
