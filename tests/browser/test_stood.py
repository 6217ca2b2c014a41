"""A story that fails says what stood there, in every browser and on every page and frame of it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.stood import stood_in, told_on_failure

pytestmark = pytest.mark.browser


def test_a_failure_tells_address_state_verdict_and_controls(open_view: Open) -> None:
    view = open_view("logic_gates?data=AND&seed=7&speed=max")
    view.finished()
    view.quiet()
    view.until_shown("seed", "7")
    view.part("eta").focus()
    with (
        pytest.raises(AssertionError, match="a story of its own") as failed,
        told_on_failure(lambda: stood_in(view.page.context.browser)),
    ):
        raise AssertionError("a story of its own")
    (note,) = failed.value.__notes__
    for words in (
        "/logic_gates?data=AND&seed=7&v=1&speed=max",
        "script: notRunning, CONNECTED",
        '"testid":"live-view","state":"finished"',
        "said: Learned: the target was reached",
        "seed=7",
        "focus: eta",
    ):
        assert words in note


def test_what_cannot_be_told_leaves_the_failure_as_it_is() -> None:
    def tell() -> str:
        raise RuntimeError("the browser is gone")

    with pytest.raises(AssertionError, match="first") as failed, told_on_failure(tell):
        raise AssertionError("first")
    assert failed.value.__notes__ == ["What stood there cannot be told: the browser is gone"]
