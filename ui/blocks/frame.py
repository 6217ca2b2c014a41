"""What the building blocks share: the choices of the page, their widgets, and the mounting of a block."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

import streamlit as st

from nncore.experiment import MAX_NOTICES
from nncore.experiment.field_kinds import Choice, Whole, shown
from nncore.experiment.settings import spelled
from nncore.study.landscapes import LANDSCAPES
from ui.blocks.settings import BLOCKS, SETTINGS
from ui.live.view import counted, heard_of
from ui.shared.session import open_address
from ui.web.addresses import BOOT, stylesheet, view_files

PAGE: Final = "building_blocks"
_CHOICES: Final = "_blocks"  # session state: every choice of the page
_NOTICES: Final = "_blocks_notices"
_DRAWN: Final = "_blocks_drawn"  # session state: the choices with which the whole page was drawn last
_OPENING: Final = "_blocks_opening"  # session state: which opening of an address this is
_HELD: Final = "_blocks_held"  # session state: whether a lesson has opened it, which leads on by itself

UNTOLD: Final = ("block", "lecture", "ask")
"""Choices that say nothing of what a block shows."""

Listener = Callable[[Any], object]
Then = Callable[[], None] | None

_component = st.components.v2.component(
    "blocks",
    js=BOOT,
    css=stylesheet("blocks/blocks.css"),
)


def open_choices() -> dict[str, Any]:
    """Return the page's choices, from the address where it asks for something new."""
    address = open_address(PAGE)
    if address is not None or _CHOICES not in st.session_state:
        given = spelled(address or {}, SETTINGS)
        values, notices = SETTINGS.read(given)
        # Nothing here runs by itself, so that nothing has to wait for a lesson's screen to be seen.
        unknown = [name for name in given if name not in (*SETTINGS, "hold")]
        st.session_state[_OPENING] = secrets.token_hex(4)
        st.session_state[_HELD] = "hold" in (address or {})
        notices += [f"{shown(name)} in the address is not a setting and is ignored." for name in unknown]
        st.session_state[_CHOICES], st.session_state[_NOTICES] = values, notices[:MAX_NOTICES]
        # The one widget that keeps what is refused; others are given their choice whenever they are drawn.
        # None is taken out: where a script was cut short, Streamlit (1.67) still calls what hears a widget.
        st.session_state[widget_key("formula")] = values["formula"]
    return st.session_state[_CHOICES]


def choices() -> dict[str, Any]:
    """Return the page's choices as they are now."""
    return st.session_state[_CHOICES]


def asked() -> dict[str, object] | None:
    """Return what is asked first, and the `id` of this opening; None where nothing is."""
    question = choices()["ask"]
    return None if question is None else {"id": st.session_state[_OPENING], **asdict(question)}


def in_lesson() -> bool:
    """Return whether the page is a screen of a lesson, which has its own way on to other pages."""
    return bool(st.session_state[_HELD])


def note_drawn() -> None:
    """Note that the whole page is being drawn with the choices as they are now."""
    st.session_state[_DRAWN] = dict(choices())


def draw_all_if_changed(*own: str) -> None:
    """In a fragment: draw the whole page where more has changed than what the fragment keeps, its `own`.

    A button pressed in the same moment as a fragment has news reaches Streamlit (1.67) in one message with
    them, which runs the fragment alone: the button's callback is called, and nothing around it is drawn.
    """
    drawn = st.session_state[_DRAWN]
    if any(value != drawn[name] for name, value in choices().items() if name not in own):
        st.rerun()


def notices() -> list[str]:
    """Return the sentences about an address that could not be taken over whole."""
    return st.session_state[_NOTICES]


def widget_key(name: str) -> str:
    """Return the key of a choice's widget."""
    return f"blocks_{name}"


def keep(name: str, value: object) -> bool:
    """Keep a choice if it is allowed; what a browser sends need not be."""
    try:
        st.session_state[_CHOICES][name] = SETTINGS[name].check(value)
    except ValueError:
        return False
    st.session_state[_NOTICES] = []
    return True


def keeper(name: str) -> Listener:
    """Return the listener that keeps a choice."""
    return lambda value: keep(name, value)


def forget(*names: str) -> None:
    """Put choices back to their defaults."""
    for name in names:
        st.session_state[_CHOICES][name] = SETTINGS.defaults[name]


def choose(name: str, *, as_buttons: bool = False, hide_label: bool = False, then: Then = None) -> None:
    """Draw a choice out of names, as a row of buttons or as a list; `then` is called after another choice was
    made.

    A hidden label is left to screen readers.
    """
    field = SETTINGS.of(Choice, name)
    draw: Any = st.segmented_control if as_buttons else st.selectbox
    draw(
        field.label, field.choices, format_func=lambda choice: field.labels.get(choice, choice),
        **_placed(name, hide_label=hide_label, then=then),
    )  # fmt: skip


def choose_whole(name: str, *, hide_label: bool = False, then: Then = None) -> None:
    """Draw a whole number; the parameters are those of `choose`."""
    field = SETTINGS.of(Whole, name)
    st.number_input(field.label, field.low, field.high, **_placed(name, hide_label=hide_label, then=then))


def _placed(name: str, *, hide_label: bool, then: Then) -> dict[str, Any]:
    """Put a choice into its widget, which forgets it when it is not drawn; return how the widget is drawn."""
    key = widget_key(name)
    st.session_state[key] = choices()[name]

    def take() -> None:
        # A pressed button that is pressed again is nobody's choice: the last one stays.
        if keep(name, st.session_state[key]) and then is not None:
            then()

    return {
        "key": key,
        "on_change": take,
        "help": None if hide_label else SETTINGS[name].help,
        "label_visibility": "collapsed" if hide_label else "visible",
    }


def about() -> str:
    """Return the block and its choices that are unusual or stand nowhere else, for a picture of the page."""
    now = choices()
    told = {name: text for name, text in SETTINGS.query(now).items() if name not in UNTOLD}
    if now["block"] == "schedulers":  # stand in boxes to type in, which are no part of a picture
        own = {"eta": now["eta"] or LANDSCAPES[now["landscape"]].eta, "momentum": now["momentum"]}
        told |= {name: SETTINGS[name].format(value) for name, value in own.items()}
    return ", ".join([BLOCKS[now["block"]], *(f"{SETTINGS[name].label} {told[name]}" for name in told)])


def mount(kind: str, data: Mapping[str, object], listeners: Mapping[str, Listener]) -> None:
    """Mount the block of that kind; the listeners take the new value of a state that it tells."""
    widget = f"block_{kind}"

    def call(name: str, listener: Listener) -> Any:
        return lambda: listener(st.session_state[widget].get(name))

    calls = {f"on_{name}_change": call(name, listener) for name, listener in listeners.items()}
    common = {
        "files": view_files("blocks/blocks.js"),
        "kind": kind,
        "lecture": bool(choices()["lecture"]),
        "about": about(),
    }
    _component(key=widget, data={**common, **data, **heard_of(widget)}, **counted(widget, calls))
