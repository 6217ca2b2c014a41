"""Patterns: two classes in the plane, or a surface over it, and what a network makes of them."""

from dataclasses import replace

from ui.live import Extras
from ui.page import LivePage
from ui.patterns import (
    CLASSIFICATION,
    REGRESSION,
    draw_edits,
    draw_link_box,
    draw_switches,
    keep_edit,
    panels_for,
)

PAGE = LivePage(
    name="patterns",
    title="Patterns",
    lead="Points in the plane and the border that a network draws between them. Choose features, add noise, "
    "or take the points into your own hands.",
    data=(*CLASSIFICATION, *REGRESSION),
    panels=("map", "network", "loss"),
    actions={"point": keep_edit},
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    page = replace(PAGE, panels=panels_for(opened.experiment))
    handle = page.show(opened, extras=Extras(edit=True))
    draw_switches(opened)
    draw_link_box(page.name)
    draw_edits(opened)
    page.take_home(opened, handle)


main()
