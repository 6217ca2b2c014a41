"""The pages of the playground, by name and in order."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

import streamlit as st

from nncore.experiment.settings import Settings

NAME: Final = "Neural network playground"
PAGES: Final = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True)
class Entry:
    """One page of the navigation."""

    name: str
    """File in `pages/` and address, both without ending."""
    title: str
    """As the navigation and the browser's tab show it."""
    help: str
    """What one does there."""
    declares: str = ""
    """Module with the `SETTINGS` that its address holds beside the experiment, where it holds some."""
    live: bool = False
    """Whether its script declares a `PAGE` on which a network learns, two side by side too."""

    @property
    def own(self) -> Settings:
        """What its address holds beside the experiment; loaded by name, as the page's script is."""
        found: Settings = import_module(self.declares).SETTINGS if self.declares else Settings()
        return found

    @property
    def data(self) -> tuple[str, ...]:
        """Data sets that it can show, the first of which it opens with; none where they are not named."""
        found: tuple[str, ...] = import_module(f"pages.{self.name}").PAGE.data if self.live else ()
        return found

    @property
    def file(self) -> Path:
        """The page's script."""
        return PAGES / f"{self.name}.py"

    @property
    def exists(self) -> bool:
        """Whether the page is part of this playground."""
        return self.file.is_file()


ENTRIES: Final = (
    Entry("home", "Home", "The lecture's steps, each one click away; how to use it in class."),
    Entry("logic_gates", "Logic gates", "XOR and the other gates, learnt before your eyes.", live=True),
    Entry("digits", "Digits", "Handwritten digits: train, see the mistakes, draw your own.", live=True),
    Entry(
        "learning_rate",
        "Learning rate",
        "Which learning rates learn, and why others do not.",
        declares="pages.learning_rate",
    ),
    Entry(
        "building_blocks",
        "Building blocks",
        "Activations, costs, schedulers, and the chain rule.",
        declares="ui.blocks.settings",
    ),
    Entry("patterns", "Patterns", "Points in the plane, and the border between them.", live=True),
    Entry(
        "regression",
        "Regression",
        "Curves and surfaces, under- and over-fitting.",
        declares="pages.regression",
        live=True,
    ),
    Entry("own_data", "Own data", "A table of your own.", declares="ui.tables.session", live=True),
    Entry("room", "Room", "A class takes part by phone: votes, or every phone's learning rate trained."),
    Entry(
        "frameworks",
        "Frameworks",
        "The same network in PyTorch, Keras, TensorFlow, scikit-learn.",
        declares="pages.frameworks",
    ),
    Entry("lesson", "Lesson", "Screens in order, with captions and questions; the lecture's, or your own."),
)
"""All pages, in the order of the navigation; a page is listed once its file exists."""
PAGE_NAMED: Final = {entry.name: entry for entry in ENTRIES}


def title_of(*names: str) -> str:
    """Give what the browser's tab shows; the closest comes first, since a tab shows few letters."""
    return " · ".join((*names, NAME))


def pages() -> list[st.Page]:
    """Give the pages whose files exist; the first of them opens at the root address."""
    present = [entry for entry in ENTRIES if entry.exists]
    return [
        st.Page(
            entry.file,
            title=entry.title,
            url_path=entry.name,
            help=entry.help,
            default=entry is present[0],
        )
        for entry in present
    ]
