"""The playground's server: `streamlit run playground.py`."""

import os

# Before NumPy is imported: several BLAS threads fight the browser (and one another) for the cores, and the
# small matrix products of this playground are as fast with one.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from ui.app.memory import keep_little  # noqa: E402 - the environment comes first

# Before the first thread of a visitor takes memory.
keep_little()

import streamlit as st  # noqa: E402

from ui.app.server import lifespan, middleware, not_found, on_script_error, routes  # noqa: E402

app = st.App(
    "ui/app/shell.py",
    lifespan=lifespan,
    routes=routes(),
    middleware=middleware(),
    exception_handlers={404: not_found},
    on_script_error=on_script_error,
)
