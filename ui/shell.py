"""The frame around every page: title, navigation, and the page that the address names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

PAGES: Final = Path(__file__).resolve().parents[1] / "pages"


@dataclass(frozen=True)
class Entry:
    """One page of the navigation.

    Attributes
    ----------
    name : str
        File in `pages/` and address, both without ending.
    title : str
        As the navigation and the browser's tab show it.
    icon : str
        Name of a Material symbol.
    help : str
        What one does there.
    """

    name: str
    title: str
    icon: str
    help: str


ENTRIES: Final = (
    Entry("home", "Home", "home", "The lecture's steps, each one click away; how to use it in class."),
    Entry("logic_gates", "Logic gates", "join_inner", "XOR and the other gates, learnt before your eyes."),
    Entry("digits", "Digits", "draw", "Handwritten digits: train, see the mistakes, draw your own."),
    Entry("learning_rate", "Learning rate", "speed", "Which learning rates learn, and why others do not."),
    Entry(
        "building_blocks",
        "Building blocks",
        "category",
        "Activations, costs, schedulers, and the chain rule.",
    ),
    Entry("patterns", "Patterns", "scatter_plot", "Points in the plane, and the border between them."),
    Entry("regression", "Regression", "show_chart", "Curves and surfaces, under- and over-fitting."),
    Entry("own_data", "Own data", "upload_file", "A table of your own."),
    Entry("frameworks", "Frameworks", "hub", "The same network in PyTorch, Keras, TensorFlow, scikit-learn."),
)
"""All pages, in the order of the navigation; a page is listed once its file exists."""


def pages() -> list[st.Page]:
    """Give the pages whose files exist; the first of them opens at the root address."""
    present = [entry for entry in ENTRIES if (PAGES / f"{entry.name}.py").is_file()]
    return [
        st.Page(
            PAGES / f"{entry.name}.py",
            title=entry.title,
            icon=f":material/{entry.icon}:",
            url_path=entry.name,
            help=entry.help,
            default=entry is present[0],
        )
        for entry in present
    ]


def main() -> None:
    """Run the page that the address names."""
    st.set_page_config(page_title="Neural network playground", layout="wide")
    page = st.navigation(pages())
    page.run()


main()
