"""Putting a lesson together: screens from any page, their order, questions, links; what is asked first."""

from __future__ import annotations

import math
from html import escape

import pytest

from tests.pages.app import go_to, has_widget, open_page, warnings, widget
from ui.lesson.contents import fit
from ui.lesson.lesson import Lesson, Screen, read_lesson
from ui.lesson.shipped import LECTURE
from ui.lesson.stage import show_address
from ui.shared.lessons import PRESETS
from ui.shared.navigation import ENTRIES

MINE = Lesson("Mine", (Screen("digits", (("data", "digits"),), "One."), Screen("patterns", (), "Two.")))


def lesson_of(app: object) -> Lesson:
    """The lesson of the session."""
    return app.session_state["_lesson"]  # type: ignore[attr-defined]


def test_a_screen_is_added_from_a_page_as_its_address_stands_and_the_lesson_is_put_in_order() -> None:
    app = open_page("logic_gates", {"data": "AND", "eta": "0.5"})
    widget(app, "add_screen").click().run()
    assert [toast.value for toast in app.toast] == ["Added as screen 1 of your lesson."]
    app = go_to(app, "building_blocks")
    widget(app, "add_screen").click().run()
    app = go_to(app, "lesson")
    first, second = lesson_of(app).screens
    assert (first.page, dict(first.query)["eta"]) == ("logic_gates", "0.5")
    assert "AND" in first.caption
    assert second.page == "building_blocks"
    widget(app, "later_0").click().run()
    assert lesson_of(app).screens == (second, first)
    assert widget(app, "earlier_0").disabled
    assert widget(app, "later_1").disabled
    widget(app, "caption_0").set_value("Look here.").run()
    assert lesson_of(app).screens[0].caption == "Look here."
    widget(app, "remove_1").click().run()
    assert [screen.page for screen in lesson_of(app).screens] == ["building_blocks"]


def test_a_question_that_is_set_in_the_moment_in_which_screens_move_is_nobodys() -> None:
    app = open_page("lesson", {"lesson": MINE.packed()})
    widget(app, "ask_0_text").set_value("What?")
    widget(app, "later_0").click()
    widget(app, "ask_0_set").click().run()
    assert not app.exception
    assert {screen.question for screen in lesson_of(app).screens} == {
        screen.question for screen in MINE.screens
    }


def test_what_cannot_be_said_or_asked_is_told_and_what_was_there_stays() -> None:
    app = open_page("lesson", {"lesson": MINE.packed()})
    widget(app, "caption_0").set_value("x" * 201).run()
    assert "caption must be a text of at most 200 characters" in app.error[0].value
    assert lesson_of(app) == MINE
    widget(app, "caption_0").set_value("One.").run()
    widget(app, "ask_0_text").set_value("What?")
    widget(app, "ask_0_answers").set_value("a")
    widget(app, "ask_0_set").click().run()
    assert "answers must be two to five texts; there were 1." in app.error[0].value
    assert not app.toast
    assert widget(app, "ask_0_text").value == "What?", "nothing typed is lost"
    widget(app, "ask_0_answers").set_value("a | b")
    widget(app, "ask_0_right").set_value("2")
    widget(app, "ask_0_set").click().run()
    assert not app.error
    assert [toast.value for toast in app.toast] == ["Screen 1 asks: What?"]
    question = lesson_of(app).screens[0].question
    assert question is not None
    assert (question.text, question.answers, question.right) == ("What?", ("a", "b"), 1)
    widget(app, "ask_0_text").set_value("")
    widget(app, "ask_0_set").click().run()
    assert lesson_of(app).screens[0].question is None
    assert [toast.value for toast in app.toast] == ["Screen 1 asks nothing."]
    app.run()
    assert not app.toast


def test_a_question_is_typed_line_by_line_and_belongs_to_its_screen() -> None:
    app = open_page("lesson", {"lesson": MINE.packed()})
    for name, text in (("text", "What?"), ("answers", "a | b"), ("right", "1"), ("why", "So it is.")):
        widget(app, f"ask_1_{name}").set_value(text).run()  # as a browser sends each line when it is left
    widget(app, "ask_0_text").set_value("Never set.").run()
    widget(app, "ask_1_set").click().run()
    question = lesson_of(app).screens[1].question
    assert question is not None
    assert (question.text, question.answers, question.right, question.why) == (
        "What?",
        ("a", "b"),
        0,
        "So it is.",
    )
    widget(app, "later_0").click().run()
    assert lesson_of(app).screens[0].question == question
    assert [widget(app, f"ask_{place}_text").value for place in (0, 1)] == ["What?", ""]
    widget(app, "remove_0").click().run()
    assert widget(app, "ask_0_text").value == ""


def test_a_link_opens_a_lesson_and_the_address_holds_it() -> None:
    app = open_page("lesson", {"lesson": MINE.packed()})
    assert lesson_of(app) == MINE
    assert app.query_params == {"lesson": MINE.packed()}
    faulty = Lesson("", (Screen("digits", (("eta", "x"),), ""),)).packed()
    app = open_page("lesson", {"lesson": faulty})
    assert warnings(app) == ["Screen 1: eta must be a number from 1e-6 to 1000; got 'x'."]


def test_the_lectures_lesson_is_copied_into_an_empty_one_alone() -> None:
    app = open_page("lesson")
    widget(app, "copy_lecture").click().run()
    assert lesson_of(app) == LECTURE
    assert widget(app, "copy_lecture").disabled
    assert read_lesson(lesson_of(app).to_json()) == LECTURE


@pytest.mark.parametrize(("query", "shown"), [({}, LECTURE), ({"lesson": MINE.packed()}, MINE)])
def test_lecture_mode_lists_the_screens_and_one_key_leaves_it(query: dict[str, str], shown: Lesson) -> None:
    app = open_page("lesson", {**query, "lecture": "1"})
    listed = "".join(element.proto.body for element in app.get("html"))
    for number, screen in enumerate(shown.screens, start=1):
        assert f"<b>{number}</b>" in listed
        assert escape(show_address(shown, screen=number)) in listed
        assert escape(screen.caption) in listed, "whole"
    assert not has_widget(app, "lesson_file")
    widget(app, "lecture_mode").click().run()
    assert app.query_params == query
    assert has_widget(app, "copy_lecture")
    widget(app, "lecture_mode").click().run()
    assert app.query_params == {**query, "lecture": "1"}


@pytest.mark.parametrize("length", [0, 60, 200])
@pytest.mark.parametrize("count", [1, 2, 10, 11, 24, 26, 27, 50, 100])
def test_a_list_of_screens_fits_the_screen_however_many_they_are(count: int, length: int) -> None:
    laid = fit(["w" * length] * count)
    assert laid.columns * laid.rows >= count
    across = 84 / laid.size / laid.columns - 3
    lines = max(1, math.ceil(min(length, laid.letters) / across))
    assert laid.rows * lines * 3.27 * laid.size <= 84, "in hundredths of the screen's height"
    assert laid.size * 2.83 >= 2.2
    assert laid.letters >= len("Building blocks")


@pytest.mark.parametrize("page", [entry.name for entry in ENTRIES])
def test_every_page_but_those_without_a_run_can_be_a_screen_outside_lecture_mode(page: str) -> None:
    expected = page not in ("home", "lesson", "room")
    assert has_widget(open_page(page), "add_screen") is expected
    if expected:
        assert not has_widget(open_page(page, {"lecture": "1"}), "add_screen")


def test_a_file_of_ones_own_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.lesson import draft

    monkeypatch.setattr(draft, "draft", lambda: MINE)
    monkeypatch.setattr(draft, "put", lambda lesson: pytest.fail("it was added"))
    assert "stays in its tab" in draft.add("own_data", {"table": "file"})
    assert "stays in its tab" in draft.add("learning_rate", {"data": "own"})
    assert "stays in its tab" in draft.add("frameworks", {"data": "own"}, own_file=True)


def test_the_first_caption_of_two_side_by_side_says_in_what_they_differ() -> None:
    app = open_page("logic_gates", {"eta": "0.1", "b.eta": "0.3", "b.hidden": "8"})
    widget(app, "add_screen").click().run()
    caption = lesson_of(app).screens[0].caption
    assert "A | B: hidden layers 4 | 8 neurons, learning rate 0.1 | 0.3; XOR 2-4-1" in caption


def test_the_sample_of_frameworks_is_a_screen_and_a_file_chosen_there_is_none() -> None:
    app = open_page("frameworks", {"data": "own"})
    widget(app, "add_screen").click().run()
    assert [screen.page for screen in lesson_of(app).screens] == ["frameworks"]
    widget(app, "csv_source").set_value("own").run()
    widget(app, "add_screen").click().run()
    assert len(lesson_of(app).screens) == 1
    assert "stays in its tab" in app.toast[0].value


def test_a_preset_that_asks_shows_its_question_on_its_card_and_not_its_end() -> None:
    app = open_page("home")
    words = "\n".join(element.value for element in app.markdown)
    for preset in PRESETS.values():
        assert (preset.text in words) is (preset.question is None), preset.name
        if preset.question is not None:
            assert f"*Ask first: {preset.question.text}*" in words
            assert preset.question.why not in words


def test_a_page_that_asks_holds_its_run_until_it_is_opened_anew() -> None:
    preset = next(preset for preset in PRESETS.values() if preset.question and preset.page == "logic_gates")
    app = open_page("logic_gates", preset.link())
    memory = app.session_state["_pages"]["logic_gates"]
    assert memory.view.ask == preset.question
    before = memory.opening
    app.run()
    assert app.session_state["_pages"]["logic_gates"].opening == before
    app = go_to(go_to(app, "home"), "logic_gates", preset.link())
    assert app.session_state["_pages"]["logic_gates"].opening != before


def test_a_file_that_was_read_is_held_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    told: list[list[str]] = []
    monkeypatch.setattr("ui.streamlit_uploads.forget_upload", forgotten.append)
    app = open_page("lesson")
    for content in (MINE.to_json().encode(), b" " * 5_000_000):
        app.file_uploader[0].set_value(("mine.json", content, "application/json")).run()
        assert not app.exception
        assert lesson_of(app) == MINE
        told.append([toast.value for toast in app.toast])
    assert told == [[f"The lesson is open: {len(MINE.screens)} screens."], []]
    assert len(forgotten) == 2
    assert warnings(app) == ["lesson must be a JSON text below 200000 characters; got 200001."]
