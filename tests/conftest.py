"""Fixtures and rules that every test shares."""

from __future__ import annotations

import os

# Before NumPy is imported anywhere: the tests run two at a time on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# The machine decides how long an example takes; the number of examples decides how much is tested.
settings.register_profile("shared", deadline=None, max_examples=25, derandomize=bool(os.environ.get("CI")))
settings.load_profile("shared")
