"""The page of a room: what it asks, what it refuses, and the ways to it."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from tests.pages.app import go_to, has_widget, open_page, warnings, widget
from ui.room.ask import SETTINGS
from ui.shared.question import unpack


def test_it_asks_a_question_by_default_and_holds_it_in_the_address():
    page = open_page("room")
    assert widget(page, "room_question").value == SETTINGS.defaults["question"]
    assert not has_widget(page, "hidden_layers")
    widget(page, "room_question").set_value("  Faster or   slower? ").run()
    widget(page, "room_answers").set_value("faster | slower").run()
    assert page.query_params["question"] == "Faster or slower?"
    again = open_page("room", dict(page.query_params))
    assert widget(again, "room_answers").value == "faster | slower"


def test_neither_page_nor_address_tells_a_room_which_answer_is_right():
    page = open_page("room")
    assert not has_widget(page, "room_right")
    page.session_state["room_marked"] = True
    page.run()
    widget(page, "room_right").set_value("2").run()
    widget(page, "room_why").set_value("It overshoots.").run()
    told = dict(page.query_params)
    assert told["right"] not in ("", "2")
    assert "overshoots" not in told["why"]
    for query in (told, {"right": "2", "why": "It overshoots."}):  # as it was written before
        again = open_page("room", query)
        assert not has_widget(again, "room_right")
        again.session_state["room_marked"] = True
        again.run()
        assert widget(again, "room_right").value == "2"
        assert widget(again, "room_why").value == "It overshoots."


REFUSED = {
    "one answer": ({"answers": "yes"}, "answers must be two to five"),
    "right beyond the answers": ({"right": "5"}, "right must be a number from 1 to 3"),
    "another control": ({"hold": "hands"}, "hold must be one of"),
    "a step that would hold everybody up": (
        {"hold": "rate", "data": "digits", "hidden": "256-256-256", "batch_size": "0"},
        "batch_size must be at most",
    ),
}


@pytest.mark.parametrize(("query", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_asked_is_said_in_a_sentence(query, sentence):
    page = open_page("room", query)
    assert sentence in page.warning[0].value


def test_a_line_that_is_refused_stays_with_a_sentence_and_the_question_is_kept():
    page = open_page("room")
    page.session_state["room_marked"] = True
    page.run()
    widget(page, "room_right").set_value("many").run()
    assert "right must be" in page.error[0].value
    assert "right" not in page.query_params
    widget(page, "room_right").set_value("1").run()
    assert not page.error
    assert unpack(page.query_params["right"]) == "1"


def test_a_learning_rate_is_for_the_experiment_in_the_side_bar():
    page = open_page("room", {"hold": "rate", "data": "spiral"})
    assert widget(page, "data").value == "spiral"
    assert not has_widget(page, "room_question")
    assert not has_widget(page, "eta")


@pytest.mark.parametrize("name", ["logic_gates", "digits", "learning_rate"])
def test_the_pages_lead_to_a_room_with_their_experiment(name):
    page = open_page(name, {"eta": "0.02", "seed": "7"})
    (link,) = (found for found in page.get("page_link") if found.proto.label.startswith("Open a room"))
    assert link.proto.page == "room"
    assert "hold=rate" in link.proto.query_string
    assert "seed=7" in link.proto.query_string
    assert "eta" not in link.proto.query_string


def test_the_link_opens_what_it_says():
    page = go_to(open_page("logic_gates", {"data": "NAND"}), "room", {"data": "NAND", "hold": "rate"})
    assert widget(page, "data").value == "NAND"


def test_a_run_that_went_beyond_its_plan_leads_to_a_room_that_trains_the_plan():
    beyond = {"more": "50", "changes": "eta20_0.01"}
    (link,) = (
        found for found in open_page("logic_gates", beyond).get("page_link") if "room" in found.proto.page
    )
    assert not {"more", "changes"} & parse_qs(link.proto.query_string).keys()
    page = open_page("room", {"hold": "rate", **beyond})
    (said,) = warnings(page)
    assert said.startswith("more and changes belong to one run and are left out where many are compared")
    assert not {"more", "changes"} & page.query_params.keys()


@pytest.mark.parametrize(("held", "told"), [("answer", 0), ("rate", 0), ("tea", 1)])
def test_what_phones_hold_is_the_pages_own_word_and_not_the_views(held: str, told: int) -> None:
    app = open_page("room", {"hold": held})
    said = [warning for warning in warnings(app) if "hold must be" in warning]
    assert len(said) == told
    assert all("answer, rate" in sentence for sentence in said)
