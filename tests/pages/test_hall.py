"""Lecture mode's menu: every page and the page's data sets, while side bar and navigation are hidden."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from nncore.experiment import Experiment
from pages.learning_rate import MODES
from tests.pages.app import open_page, shown, widget
from ui.shared.navigation import ENTRIES
from ui.shared.question import Question, pack, question_content

PAGES = ("logic_gates", "digits", "patterns", "regression", "learning_rate", "building_blocks", "frameworks")


def places_of_components(app: AppTest) -> dict[str, tuple[int, ...]]:
    """Return where on the page each of its own components stands."""
    found = {}

    def walk(block: Block, above: tuple[int, ...]) -> None:
        for index, child in block.children.items():
            if isinstance(child, Block):
                walk(child, (*above, index))
            elif child.type == "bidi_component":
                found[child.proto.id] = (*above, index)

    walk(app.main, ())
    return found


@pytest.mark.parametrize("page", [*PAGES, "lesson"])
def test_the_menu_leads_to_every_page_in_lecture_mode(page: str) -> None:
    app = open_page(page, {"lecture": "1"})
    assert not app.get("page_link")
    app.session_state["hall_open"] = True
    app.run()
    links = [link.proto for link in app.get("page_link")]
    assert [link.label for link in links] == [entry.title for entry in ENTRIES if entry.exists]
    assert all("lecture=1" in link.query_string for link in links)


ASK = pack(question_content(Question("Will it?", ("Yes", "No"), 1)))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("more", "there"), [({"ask": ASK}, True), ({"ask": ASK, "hold": "1"}, False)])
def test_a_page_that_asks_keeps_its_menu_and_a_screen_of_a_lesson_has_the_lessons_own_way_on(
    page: str, more: dict[str, str], there: bool
) -> None:
    app = open_page(page, {"lecture": "1", **more})
    assert ("hall_open" in app.session_state) is there
    app.run()
    assert ("hall_open" in app.session_state) is there


def test_a_page_that_was_left_is_found_as_it_was() -> None:
    app = open_page("logic_gates", {"lecture": "1", "data": "AND", "eta": "0.3", "b.eta": "1"})
    app.session_state["hall_open"] = True
    app.run()
    own = next(link.proto for link in app.get("page_link") if link.proto.label == "Logic gates")
    assert {"data=AND", "eta=0.3", "lecture=1", "b.eta=1"} <= set(own.query_string.split("&"))


@pytest.mark.parametrize(("page", "data"), [("logic_gates", "AND"), ("learning_rate", "moons")])
def test_another_data_set_is_chosen_without_leaving_lecture_mode(page: str, data: str) -> None:
    app = open_page(page, {"lecture": "1"})
    app.session_state["hall_open"] = True
    app.run()
    widget(app, "hall_data").set_value(data).run()
    assert not app.exception
    assert shown(app, page).data == data
    assert app.query_params["lecture"] == "1"


def test_outside_lecture_mode_there_is_no_menu_and_frameworks_has_its_button() -> None:
    app = open_page("frameworks")
    assert "hall_open" not in app.session_state
    widget(app, "lecture_mode").click().run()
    assert app.query_params["lecture"] == "1"
    assert not app.code
    assert shown(app, "frameworks") == Experiment.default("XOR")


@pytest.mark.parametrize(
    ("page", "query"),
    [(page, {}) for page in PAGES]
    + [("building_blocks", {"block": block}) for block in ("costs", "softmax", "schedulers", "backprop")]
    + [("learning_rate", {"look": look}) for look in MODES],
)
def test_what_a_page_draws_keeps_its_place_in_lecture_mode_and_beside_a_notice(
    page: str, query: dict[str, str]
) -> None:
    """Streamlit drops what is told of a fragment or component that has moved, and draws a moved one anew."""
    usual, lecture, notice = (
        places_of_components(open_page(page, {**query, **more}))
        for more in ({}, {"lecture": "1"}, {"nonsense": "1"})
    )
    drawn = {name: place for name, place in usual.items() if name in lecture}
    assert drawn
    assert lecture == {**lecture, **drawn}
    assert notice == usual
