"""The programs: one tab a library, to read, to copy, to take home."""

from __future__ import annotations

import streamlit as st

from nncore.experiment import Experiment
from nncore.frameworks import LIBRARIES, Unsupported
from nncore.frameworks.programs import OwnTable, program


def draw_programs(experiment: Experiment, table: OwnTable | None, *, first: str) -> None:
    """Draw the tabs of programs, that of the library `first` open; `table` is there where the data is one's
    own.
    """
    st.header("The program in each library", anchor=False)
    own = st.radio(
        "Starting weights", ("same", "own"), key="program_weights", horizontal=True,
        format_func=lambda name: "as on this page" if name == "same" else "the library's own",
        help="As on this page, a program begins where the curves above begin and ends there as far as its "
        "rounding allows: float32 has 7 digits, the curves 16. The library's own weights are what one would "
        "use at work; then every seed ends elsewhere.",
    ) == "own"  # fmt: skip
    tabs = st.tabs([library.label for library in LIBRARIES.values()], default=LIBRARIES[first].label)
    for tab, (name, library) in zip(tabs, LIBRARIES.items(), strict=True):
        with tab:
            st.caption(library.about)
            try:
                written = program(experiment, name, table=table, own_weights=own)
            except Unsupported as reason:
                st.info(str(reason), icon=":material/info:")
                continue
            _downloads(name, written.script(), written.notebook(), written.file_stem)
            st.code(written.script(), language="python", wrap_lines=True)


def _downloads(name: str, script: str, notebook: str, stem: str) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Python file", script, file_name=f"{stem}.py", mime="text/x-python", key=f"program_{name}_py",
            on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.download_button(
            "Jupyter notebook", notebook, file_name=f"{stem}.ipynb", mime="application/x-ipynb+json",
            key=f"program_{name}_ipynb", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
