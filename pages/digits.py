"""Digits: ten classes, 64 pixels, two hidden layers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import streamlit as st

from nncore.data import DataSet
from nncore.data.tables import digit_rows
from ui.figures.digit_images import (
    contact_sheet,
    flat_alt,
    flat_figure,
    pixel_alt,
    pixel_figure,
    sheet_figure,
)
from ui.live.page import LivePage
from ui.shared.session import Opened
from ui.shared.theme import fold, palette

SHOWN = 10
PLAIN: Final[dict[str, Any]] = {"config": {"displayModeBar": False}, "theme": None}
LEVELS = 16  # the scanner's shades, which scikit-learn keeps as whole numbers


def draw_story(opened: Opened) -> None:
    """Draw the steps from images to training rows; nothing in lecture mode."""
    if opened.view.lecture:
        return
    section = fold("How the images get into the network", key="digit_story", icon=":material/grid_on:")
    if not section.open:
        return
    with section:
        rows = digit_rows()
        images = rows.points.reshape(-1, 8, 8)
        labels = rows.t.argmax(axis=1)
        _collect(images, labels)
        number = st.slider("Look at image number", 0, len(images) - 1, 5, key="story_image")
        _scale_and_flatten(images[number], str(labels[number]), number)
        _split(opened.experiment.dataset())


def _collect(images: np.ndarray, labels: np.ndarray) -> None:
    st.markdown("**1. Collect.** Look at the shapes first, then at some images.")
    st.code(
        f"images: {images.shape}   (image, row, column)\nlabels: {labels.shape}   (image,)", language=None
    )
    first = ", ".join(str(label) for label in labels[:SHOWN])
    words = f"The first {SHOWN} images; their labels: {first}"
    st.plotly_chart(sheet_figure(contact_sheet(images[:SHOWN])), key="first_images", alt=words, **PLAIN)
    st.caption(words)


def _scale_and_flatten(image: np.ndarray, label: str, number: int) -> None:
    st.markdown(
        f"**2. Scale.** Pixels are whole numbers from 0 to {LEVELS}. Divided by {LEVELS} they lie between 0 "
        "and 1, so that no input is louder than another and the first steps are neither tiny nor wild."
    )
    before, after = st.columns(2)
    counts = np.rint(image * LEVELS)
    as_scanned = f"Image {number}, the digit {label}: as scanned"
    for place, key, values, title in (
        (before, "raw_pixels", counts, as_scanned),
        (after, "scaled_pixels", image, f"Divided by {LEVELS}"),
    ):
        chart = pixel_figure(values, palette(), title=title, digits=0 if values is counts else 2)
        place.plotly_chart(chart, key=key, alt=pixel_alt(values, label), **PLAIN)
    st.markdown(
        "**3. Flatten.** The network has 64 inputs in a line. The eight rows of pixels are laid one after "
        "the other; that two pixels were neighbours, the network has to find out."
    )
    row = image.ravel()
    st.plotly_chart(flat_figure(row, palette()), key="flat_pixels", alt=flat_alt(row, label), **PLAIN)


def _split(data: DataSet) -> None:
    held = 0 if data.X_val is None else len(data.X_val)
    apart = "Some images are kept apart: the network never learns from them, so they tell whether"
    none = "No image is kept apart here, as the training share is 1: nothing tells whether"
    st.markdown(
        f"**4. Split.** {apart if held else none} it has learned digits or only these images. The label "
        "becomes ten numbers, a 1 in the place of the digit."
    )
    lines = [f"training:   X {data.X.shape}   t {data.t.shape}"]
    if data.X_val is not None and data.t_val is not None:
        lines.append(f"validation: X {data.X_val.shape}   t {data.t_val.shape}")
    st.code("\n".join(lines), language=None, wrap_lines=True)
    st.caption(f"{len(data.X)} images to learn from, {held} to check with. {data.note}")


PAGE = LivePage(
    name="digits",
    title="Digits",
    lead="Handwritten digits of 8 by 8 pixels. Click a cell of the matrix to see those images; "
    "draw one of your own and watch the bars. The data “as drawn by hand” reads most hands.",
    data=("digits", "drawn_digits"),
    panels=("loss", "accuracy", "matrix", "mistakes", "filters", "pad"),
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    handle = PAGE.show(opened)
    draw_story(opened)
    PAGE.take_home(opened, handle)


if __name__ == "__main__":
    main()
