"""The view's settings in the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ui.live.protocol import SPEEDS
from ui.shared.view_settings import VIEW, ViewSettings, possible, view_from_query, view_to_query


@given(
    some.builds(
        ViewSettings,
        speed=some.sampled_from(SPEEDS),
        axis=some.sampled_from(["log", "linear"]),
        lecture=some.booleans(),
        discrete=some.booleans(),
        show_val=some.booleans(),
    )
)
def test_view_settings_survive_the_address(view: ViewSettings) -> None:
    assert view_from_query(view_to_query(view)) == (view, [])


def test_the_plain_view_takes_no_room_in_the_address() -> None:
    assert view_to_query(ViewSettings()) == {}


@pytest.mark.parametrize(
    ("name", "value"), [("speed", "warp"), ("axis", "log log"), ("lecture", "yes"), ("discrete", "")]
)
def test_impossible_view_settings_are_named_and_the_others_kept(name: str, value: str) -> None:
    good = {"speed": "max", "axis": "linear", "lecture": "1"}
    view, notices = view_from_query({**good, name: value})
    expected, _ = view_from_query({key: given for key, given in good.items() if key != name})
    assert view == expected
    assert len(notices) == 1
    assert notices[0].startswith(f"{name} must be one of")
    assert f"got {value!r}." in notices[0]


def test_the_declared_defaults_are_those_of_the_view() -> None:
    assert vars(ViewSettings()) == VIEW.defaults


def test_what_no_view_can_have_is_not_taken_from_a_browser() -> None:
    sent = {
        "speed": "warp",
        "axis": "linear",
        "lecture": 1,
        "discrete": True,
        "colour": "red",
    }
    assert possible(sent) == {"axis": "linear", "discrete": True}
