"""Regression: a curve or a surface with noise, and how well a network of a certain size can follow it."""

from dataclasses import replace

from ui.page import LivePage
from ui.regression import CURVES, EXTRA, SURFACES, draw_look, panels_for

PAGE = LivePage(
    name="regression",
    title="Regression",
    lead="A curve is drawn through noisy points while it learns. When does it follow the function, "
    "and when the noise?",
    data=(*CURVES, *SURFACES),
    panels=("fit", "loss", "residuals", "network"),
    extra=EXTRA,
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    page = replace(PAGE, panels=panels_for(opened.experiment))
    handle = page.show(opened)
    if not opened.view.lecture:
        draw_look(opened)
    page.take_home(opened, handle)


main()
