"""Which cases of a test are tried by `make test`, and which by `make test-long` alone."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet


def first(now: int, cases: Iterable[object]) -> list[object]:
    """Return the cases as `parametrize` takes them: those behind the first few are for the long lane."""
    return [case if i < now else _long(case) for i, case in enumerate(cases)]


def _long(case: object) -> ParameterSet:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.long)
