"""Home: a network that learns under the hand, the lecture's steps as links, how to use all this in class."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from ui.figures.run_card import SIDE, WIDTH
from ui.lesson.draft import draw_show_link
from ui.lesson.shipped import LECTURE
from ui.live.page import LivePage
from ui.live.pins import draw_pins
from ui.shared.lessons import STEPS
from ui.shared.navigation import ENTRIES, PAGE_NAMED
from ui.shared.presets import Preset, Step
from ui.shared.session import change_view, leave_address
from ui.shared.theme import DARK, palette
from ui.web.addresses import card_address

PAGE = LivePage(
    name="home",
    title="See a neural network learn",
    lead="Drag the learning rate. The same network starts again from the same weights, so what changes on "
    "the screen is what you changed.",
    data=("circle",),
    panels=("map", "network", "loss"),
    addressed=False,
)

_IN_CLASS = """
- **The address bar holds everything.** Copy it into your slides: it opens exactly that run, bit for bit.
  The steps above are such links.
- **Press L** for lecture mode: no side bar, large type, everything on one screen of any size. L again
  leaves it.
- **Space** plays and pauses; every button names its key when the pointer rests on it.
- **Pin** a run before you change something: its curve stays. **Press T** and two runs stand
  side by side, trained in step.
- **A presenter's remote** leads through a lesson: Page Down, Page Up, and B or the dot for a dark screen.
  The lecture's is one; *Add this screen to my lesson* at the end of each page makes another.
- **Ask first.** Steps that ask wait at their start: 1 to 5 choose, Space reveals, plays and tells why.
"""

_ALONE = """
- Open *XOR solved* and drag the learning rate slowly to the right. Where does learning end, and why?
- Change one thing at a time. The start is the same each time, so the difference is due to your change.
- A run that fails is a result. Read the sentence above the charts; its button tries what it advises.
- Take the run home: its weights, its history, and a short Python program that ends at the same numbers.
"""

_SOURCE = (
    "After M. Hjorth-Jensen, *Advanced machine learning and data analysis for the physical sciences* "
    '(Oslo, 2024), chapter "Building a neural network code", whose code is by E. Reber and G. Kajda (2023).'
)


def draw_home() -> None:
    """Draw the page."""
    lecture = st.query_params.get("lecture") == "1"  # all that an address says here
    leave_address()
    opened = PAGE.open()
    if lecture:
        change_view(PAGE.name, lecture=True)
        opened = replace(opened, view=replace(opened.view, lecture=True))
    PAGE.show(opened)
    if not opened.view.lecture:
        _draw_rest()


def _draw_rest() -> None:
    """Draw what stands below the network; in lecture mode it alone fills the screen."""
    draw_pins(PAGE.name)
    _draw_doors()
    with st.container(key="home_steps"):
        for step in STEPS:
            _draw_step(step)
    st.divider()
    in_class, alone, tour = st.columns(3, gap="large")
    with in_class:
        st.header("In class", anchor=False)
        st.markdown(_IN_CLASS)
    with alone:
        st.header("Alone at night", anchor=False)
        st.markdown(_ALONE)
    with tour, st.container(key="home_pages"):
        st.header("All pages", anchor=False)
        for entry in ENTRIES[1:]:
            if entry.exists:
                st.page_link(entry.file, label=f"**{entry.title}** · {entry.help}")
    st.caption(_SOURCE)


def _draw_doors() -> None:
    """Draw the links into what is for a whole room."""
    with st.container(horizontal=True, vertical_alignment="center", gap="large", key="home_doors"):
        draw_show_link(LECTURE, "Show all of it as a lesson, screen by screen", key="home_lesson")
        room = PAGE_NAMED["room"]
        if room.exists:
            st.page_link(room.file, label="**Open a room: phones vote, or train with you**", help=room.help)


def _draw_step(step: Step) -> None:
    presets = [preset for preset in step.presets if PAGE_NAMED[preset.page].exists]
    if not presets:
        return
    words, cards = st.columns([1, 3], gap="medium")
    with words:
        st.header(step.title, anchor=False)
        st.markdown(step.text)
    with cards:
        for column, preset in zip(st.columns(max(len(presets), 3)), presets, strict=False):
            with column.container(border=True, height="stretch", gap="xsmall"):
                _draw_preset(preset)


def _draw_preset(preset: Preset) -> None:
    st.html(_picture(preset))
    st.page_link(
        PAGE_NAMED[preset.page].file, label=f"**{preset.title}**", query_params=preset.link(),
        help="A link: it can be copied into slides.",
    )  # fmt: skip
    # What would give the answer away comes with it, after the run.
    st.markdown(preset.text if preset.question is None else f"*Ask first: {preset.question.text}*")


def _picture(preset: Preset) -> str:
    """Return the picture of a preset's run, which the browser fetches when it comes into view."""
    ground = "dark" if palette() is DARK else "light"
    when = "before training" if preset.asks else "at the end of its run"
    words = f"{preset.title}: what the network answers {when}, and its cost over the epochs"
    return (
        f'<img class="nn-run-card" src="{card_address(preset.name, ground)}" alt="{html.escape(words)}" '
        f'width="{WIDTH}" height="{SIDE}" loading="lazy">'
    )


if __name__ == "__main__":
    draw_home()
