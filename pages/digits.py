"""Digits: ten classes, 64 pixels, two hidden layers."""

from ui.digits import draw_story
from ui.page import LivePage

PAGE = LivePage(
    name="digits",
    title="Digits",
    lead="Handwritten digits of 8 by 8 pixels. Click a cell of the matrix to see those images; "
    "draw one of your own and watch the bars.",
    data=("digits",),
    panels=("loss", "accuracy", "matrix", "mistakes", "filters", "pad"),
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    handle = PAGE.show(opened)
    draw_story(opened)
    PAGE.take_home(opened, handle)


main()
