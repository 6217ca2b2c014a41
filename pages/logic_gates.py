"""Logic gates: a network learns a truth table of four rows, before your eyes."""

from dataclasses import replace
from typing import Any

from nncore.data.gates import TRUTH_TABLES
from ui import state
from ui.gates import draw_words, hint
from ui.live import Extras
from ui.page import LivePage
from ui.strip import small_strip


def bend(page: str, _value: Any) -> None:
    """Give the hidden layers an activation that is not a straight line."""
    state.change(page, hidden_func=("tanh",))


PAGE = LivePage(
    name="logic_gates",
    title="Logic gates",
    lead="Two inputs, one output, four rows to learn. "
    "Drag the learning rate and watch what it does to learning.",
    data=("XOR", *(name for name in TRUTH_TABLES if name != "XOR")),
    panels=("loss", "truth", "map", "network", "matrix"),
    actions={"bend": bend},
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    extras = hint(opened.experiment) or Extras()
    PAGE.announce(opened)  # the run first, then the strip of all the others
    strip = small_strip(opened.experiment, key=PAGE.name)
    handle = PAGE.show(opened, extras=replace(extras, strip=strip), announced=True)
    draw_words(opened)
    PAGE.take_home(opened, handle)


main()
