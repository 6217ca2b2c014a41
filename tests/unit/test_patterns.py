"""Edits of points: only what is one, and what can be done, is kept."""

from __future__ import annotations

import pytest

from pages.patterns import _as_edit


@pytest.mark.parametrize("value", [{"add": [1.0, 2.0, 1]}, {"move": [3, 1.0, -2.5]}, {"remove": 7}])
def test_an_edit_is_taken_as_it_came(value: dict) -> None:
    assert _as_edit(value) == value


@pytest.mark.parametrize(
    "value",
    [
        None, "add", [], {}, {"add": [1, 2]}, {"add": "1,2,3"}, {"add": [1, 2, True]}, {"add": [1, 2, None]},
        {"add": [1, 2, float("nan")]}, {"add": [1e9, 2, 1]}, {"move": [1, 2]}, {"remove": "3"},
        {"remove": [1, 2]}, {"remove": [1]}, {"add": 5},
        {"drop": 1}, {"add": [1, 2, 1], "remove": 0},
    ],
)  # fmt: skip
def test_whatever_else_a_browser_sends_is_no_edit(value: object) -> None:
    assert _as_edit(value) is None
