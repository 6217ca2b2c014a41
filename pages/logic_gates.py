"""Logic gates: a network learns a truth table of four rows, before your eyes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from nncore.data.gates import TRUTH_TABLES
from nncore.experiment import Experiment
from ui.figures.gate_line import gate_line_alt, gate_line_figure
from ui.live.page import LivePage
from ui.live.separable import NOT_SEPARABLE, cannot_learn
from ui.live.view import Extras
from ui.shared import session
from ui.shared.session import Opened
from ui.shared.theme import fold, palette
from ui.sweep.view import small_strip


def hint(experiment: Experiment) -> Extras | None:
    """Return the notice for a network that cannot represent its gate, with the button that helps."""
    if not cannot_learn(experiment):
        return None
    why = "Without a hidden layer" if not experiment.hidden else "With the identity as activation"
    text = (
        f"{why} the network draws one straight line. No line separates the ones of {experiment.data} from "
        "its zeros: at most 3 of the 4 rows can be right, whatever the learning rate."
    )
    name = "add_layer" if not experiment.hidden else "bend"
    label = "Add a hidden layer" if not experiment.hidden else "Use tanh instead"
    return Extras(hint={"text": text, "action": {"name": name, "label": label}})


def draw_words(opened: Opened) -> None:
    """Draw the explanation below the view; nothing in lecture mode."""
    if opened.view.lecture:
        return
    gate = opened.experiment.data
    section = fold(f"{gate} as corners of a square", key="gate_words", icon=":material/help:")
    if not section.open:
        return
    with section:
        words, drawing = st.columns([3, 2])
        words.markdown(_why(gate))
        drawing.plotly_chart(
            gate_line_figure(gate, palette()), key="gate_line", alt=gate_line_alt(gate),
            config={"displayModeBar": False}, theme=None,
        )  # fmt: skip


def _why(gate: str) -> str:
    start = (
        "The two inputs are the two coordinates of a point, so the four rows of the truth table are the "
        "corners of a square. A network without a hidden layer says 1 on one side of a straight line and 0 "
        "on the other.\n\n"
    )
    if gate not in NOT_SEPARABLE:
        return start + f"For {gate} such a line exists, so the lecture's logistic regression learns it."
    return start + (
        f"For {gate} no such line exists. The corners with the same output face each other across the "
        "diagonal. The sums at two opposite corners, w₁ + b and w₂ + b, add up to w₁ + w₂ + 2b; the sums at "
        "the other two, b and w₁ + w₂ + b, add up to the same. So the first two cannot both be positive "
        "while the last two are both negative.\n\n"
        "A hidden layer first moves the corners to other places, where a line will do."
    )


def bend(page: str, _value: Any) -> None:
    """Give the hidden layers an activation that is not a straight line."""
    session.change(page, hidden_func=("tanh",))


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


if __name__ == "__main__":
    main()
