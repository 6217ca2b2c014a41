"""Curves of several libraries over one another: which epochs carry their symbols."""

from __future__ import annotations

from itertools import combinations

import pytest

from nncore.frameworks import LIBRARIES, NNCORE, FrameworkRun
from ui.compare.chart import chart_data
from ui.shared.theme import palette


def marked(*, planned: int, done: int) -> dict[str, set[int]]:
    """The epochs that carry symbols, by curve, in a comparison of all libraries so far."""
    costs = [1.0 / epoch for epoch in range(1, done + 1)]
    runs = {name: FrameworkRun(name, start_cost=2.0, train_errors=costs) for name in (NNCORE, *LIBRARIES)}
    curves = chart_data(runs, palette(), epochs=planned, logarithmic=True)["curves"]
    return {curve["name"]: {curve["x"][i] for i in curve["marks"]} for curve in curves}


@pytest.mark.parametrize("planned", [5, 20, 200, 5000])
def test_no_symbol_hides_that_of_another_library(planned: int) -> None:
    marks = marked(planned=planned, done=planned)
    assert all(marks.values())
    for one, other in combinations(marks.values(), 2):
        assert not one & other


@pytest.mark.parametrize("planned", [20, 200])
def test_symbols_stay_where_they_are_while_a_run_arrives(planned: int) -> None:
    whole = marked(planned=planned, done=planned)
    for done in range(planned):
        for name, epochs in marked(planned=planned, done=done).items():
            assert epochs == {epoch for epoch in whole[name] if epoch <= done}


def test_a_run_of_an_epoch_or_two_shows_its_symbols_all_the_same() -> None:
    assert all(epochs == {0, 1} for epochs in marked(planned=1, done=1).values())
