"""The frame around every page: title, navigation, and the page that the address names."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import streamlit as st

from ui.compare.csv_choice import shows_own_file
from ui.compare.jobs import leave_bench
from ui.lesson.draft import draw_adding
from ui.shared.navigation import ENTRIES, pages, title_of

SELDOM: Final = timedelta(days=7)


@st.fragment(run_every=SELDOM)
def run_on_reconnect() -> None:
    """Draw nothing: a page that has something to repeat is run again by a browser (1.67) that was cut off.

    Else a restarted server, which remembers nothing, would first hear of a page with the next choice that is
    made there, and would not know it for one.
    """


def main() -> None:
    """Run the page that the address names."""
    # On top, so that the side bar is the controls' alone; without icons, which Streamlit 1.67 would fetch
    # from a foreign server for the browser's tab.
    page = st.navigation(pages(), position="top")
    st.set_page_config(page_title=title_of(page.title), layout="wide")
    if page.url_path != "frameworks":
        leave_bench()
    page.run()
    name = page.url_path or ENTRIES[0].name
    draw_adding(name, own_file=name == "frameworks" and shows_own_file())
    # Behind all else: a browser that is told of it first draws the controls one or two pictures later.
    run_on_reconnect()


main()
