"""How a run is shown, and the same as address parameters: pure functions, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

SPEEDS: Final = ("1", "2", "5", "normal", "max")
AXES: Final = ("log", "linear")
CHOICES: Final = {"speed": SPEEDS, "axis": AXES}
"""Settings that are one of several words, and the words."""
SWITCHES: Final = ("lecture", "discrete", "show_val")
"""Settings that are on or off."""
VIEW_KEYS: Final = (*CHOICES, *SWITCHES)
"""Every setting, by its name in the address."""


@dataclass(frozen=True)
class ViewSettings:
    """How a run is shown; changes nothing about its numbers.

    Attributes
    ----------
    speed : {"1", "2", "5", "normal", "max"}
        Epochs a drawn frame; `normal` shows a whole run in about three seconds, `max` trains at full speed.
    axis : {"log", "linear"}
        Scale of the cost axis.
    lecture : bool
        Large type and thick lines, no side bar.
    discrete : bool
        Draw maps in two colours, without the confidence.
    show_val : bool
        Draw validation rows and their curve.
    """

    speed: str = "normal"
    axis: str = "log"
    lecture: bool = False
    discrete: bool = False
    show_val: bool = True


def view_to_query(view: ViewSettings) -> dict[str, str]:
    """Return the settings of the view that differ from the default, as address parameters."""
    plain = ViewSettings()
    query = {}
    for name in VIEW_KEYS:
        value = getattr(view, name)
        if value != getattr(plain, name):
            query[name] = str(int(value)) if name in SWITCHES else str(value)
    return query


def view_from_query(query: Mapping[str, str]) -> tuple[ViewSettings, list[str]]:
    """Read the view's settings out of an address.

    Returns
    -------
    ViewSettings
    list of str
        A sentence for each impossible value, which is replaced by the default.
    """
    settings: dict[str, Any] = {}
    notices = []
    for name in VIEW_KEYS:
        if name not in query:
            continue
        allowed = CHOICES.get(name, ("0", "1"))
        if query[name] in allowed:
            settings[name] = query[name] == "1" if name in SWITCHES else query[name]
        else:
            default = getattr(ViewSettings(), name)
            shown = str(int(default)) if name in SWITCHES else default
            notices.append(
                f'{name}: one of {", ".join(allowed)} is allowed, "{query[name]}" was given; {shown} is used.'
            )
    return ViewSettings(**settings), notices
