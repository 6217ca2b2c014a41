"""One thread for every library that computes."""

from __future__ import annotations

import os

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")


def pin_threads() -> None:
    """Let every library compute on one thread; only what is imported afterwards takes notice."""
    for variable in THREAD_VARIABLES:
        os.environ[variable] = "1"
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
