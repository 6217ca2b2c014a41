"""Figures that are not drawn while training, their text alternatives, and the colours of both grounds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from nncore.data.gates import INPUTS, TRUTH_TABLES
from nncore.diagnosis import draws_one_line
from nncore.experiment import Experiment
from pages.logic_gates import hint
from ui.figures.digit_images import contact_sheet, flat_alt, flat_figure, pixel_alt, pixel_figure
from ui.figures.gate_line import LINES, gate_line_alt, gate_line_figure
from ui.live.separable import NOT_SEPARABLE
from ui.shared.theme import _PAGE_STYLE, COLOURS, DARK, DASHES, LIGHT, Palette

grounds = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2 for a colour such as #0072b2."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_programs_can_be_read_in_both_themes() -> None:
    pairs = re.findall(r"\.token:is.*light-dark\((#\w+), (#\w+)\)", _PAGE_STYLE)
    assert len(pairs) == 4
    for light, dark in pairs:  # on the grounds that Streamlit gives a program
        assert contrast(light, "#f8f9fb") >= 4.5
        assert contrast(dark, "#1c2025") >= 4.5


def test_the_contrast_formula_gives_the_values_of_its_definition() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@grounds
def test_lines_reach_three_to_one_and_words_seven_to_one(colours: Palette) -> None:
    assert contrast(colours.text, colours.ground) >= 7
    for line in (*colours.lines, colours.low, colours.high):
        assert contrast(line, colours.ground) >= 3, line


@pytest.mark.parametrize(("ground", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_streamlits_theme_has_the_palette_of_views_and_figures(ground: str, colours: Palette) -> None:
    root = Path(__file__).parents[2]
    theme = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][ground]
    assert tuple(theme["chartCategoricalColors"]) == colours.lines
    assert (theme["textColor"], theme["backgroundColor"]) == (colours.text, colours.ground)
    assert theme["secondaryBackgroundColor"] == COLOURS[ground]["panel"]


@grounds
def test_six_pins_have_six_colours_and_six_dashes(colours: Palette) -> None:
    assert len(set(colours.lines)) == len(set(DASHES)) == 6


@pytest.mark.parametrize("gate", TRUTH_TABLES)
def test_a_line_is_drawn_exactly_where_one_separates_the_corners(gate: str) -> None:
    figure = gate_line_figure(gate, LIGHT)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert bool(lines) == (gate not in NOT_SEPARABLE) == (gate in LINES)
    for line in lines:
        (x0, x1), (y0, y1) = line.x, line.y
        sides = np.sign((x1 - x0) * (INPUTS[:, 1] - y0) - (y1 - y0) * (INPUTS[:, 0] - x0))
        ones = np.array(TRUTH_TABLES[gate], dtype=bool)
        assert len(set(sides[ones])) == len(set(sides[~ones])) == 1
        assert sides[ones][0] != sides[~ones][0]


@pytest.mark.parametrize("gate", TRUTH_TABLES)
def test_the_corners_of_each_output_have_a_shape_of_their_own(gate: str) -> None:
    corners = {trace.name: trace for trace in gate_line_figure(gate, DARK).data if trace.mode == "markers"}
    assert corners["output 1"].marker.symbol != corners["output 0"].marker.symbol
    assert len(corners["output 1"].x) == sum(TRUTH_TABLES[gate])
    assert len(corners["output 0"].x) == 4 - sum(TRUTH_TABLES[gate])


def test_the_text_of_a_gate_names_its_ones_and_whether_a_line_will_do() -> None:
    assert "(0, 1), (1, 0)" in gate_line_alt("XOR")
    assert "every straight line leaves at least one corner" in gate_line_alt("XNOR")
    assert "One straight line separates" in gate_line_alt("AND")


def test_a_contact_sheet_is_dark_where_there_is_ink() -> None:
    images = np.zeros((3, 8, 8))
    images[1, 0, 0] = 1.0
    sheet = contact_sheet(images, zoom=2, gap=3)
    assert sheet.shape == (16, 3 * 16 + 2 * 3)
    assert sheet.dtype == np.uint8
    assert set(np.unique(sheet)) == {0, 255}
    assert (sheet[:2, 19:21] == 0).all()
    assert (sheet == 0).sum() == 4


def test_pixels_stand_the_right_way_up_with_their_numbers() -> None:
    image = np.arange(64.0).reshape(8, 8)
    figure = pixel_figure(image, LIGHT, title="as scanned", digits=0)
    assert figure.data[0].text[0][1] == "1"
    assert figure.layout.yaxis.autorange == "reversed"
    assert "63 of the 64 pixels hold ink" in pixel_alt(image, "3")


def test_the_flattened_row_keeps_its_order() -> None:
    row = np.linspace(0, 1, 64)
    figure = flat_figure(row, LIGHT)
    assert list(figure.data[0].y) == list(row)
    assert list(figure.data[0].x) == list(range(1, 65))
    assert "64 inputs" in flat_alt(row, "3")
    assert "0.50" in flat_alt(row, "3")


@pytest.mark.parametrize(
    ("data", "hidden", "hidden_func", "action"),
    [
        ("XOR", (), ("tanh",), "add_layer"),
        ("XNOR", (), ("tanh",), "add_layer"),
        ("XOR", (4,), ("identity",), "bend"),
        ("XOR", (4, 4), ("identity", "identity"), "bend"),
        ("XOR", (4, 4), ("identity", "tanh"), None),
        ("XOR", (1,), ("tanh",), None),
        ("AND", (), ("tanh",), None),
    ],
)
def test_the_warning_comes_before_a_network_that_cannot_learn_its_gate(
    data: str, hidden: tuple[int, ...], hidden_func: tuple[str, ...], action: str | None
) -> None:
    experiment = Experiment.default(data).replace(hidden=hidden, hidden_func=hidden_func)
    extras = hint(experiment)
    if action is None:
        assert extras is None
    else:
        assert draws_one_line(experiment)
        assert extras is not None
        assert extras.hint is not None
        assert extras.hint["action"]["name"] == action
        assert "at most 3 of the 4" in extras.hint["text"]


@pytest.mark.parametrize("data", NOT_SEPARABLE)
def test_what_the_warning_says_is_so(data: str) -> None:
    runs = Experiment.default(data).replace(hidden=()).stack(seed=range(20), eta=[0.1, 1.0] * 10)
    runs.advance(epochs=500)
    table = Experiment.default(data).dataset()
    right = (runs.network.predict(table.X_judge) == table.t_judge).sum(axis=(1, 2))
    assert right.max() <= 3
