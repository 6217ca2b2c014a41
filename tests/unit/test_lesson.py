"""Lessons: files that can be read, files that cannot, links, and what a screen opens with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from nncore.experiment import Experiment
from ui.lesson import stage
from ui.lesson.lesson import (
    MOST_FILE,
    MOST_PROBLEMS,
    MOST_SCREENS,
    Lesson,
    LessonError,
    Screen,
    lesson_from,
    read_address,
    read_lesson,
)
from ui.lesson.shipped import LECTURE, SHIPPED
from ui.shared.lessons import PRESETS
from ui.shared.navigation import PAGE_NAMED
from ui.shared.question import Question, pack, question_content, question_from, unpack
from ui.shared.view_settings import ViewSettings, view_from_query, view_to_query

ASKED = Question("Will it learn?", ("Yes", "No"), 1, "It rests at ln 2.")
LESSON = Lesson(
    "Two screens",
    (
        Screen("logic_gates", (("data", "XOR"), ("eta", "0.5")), "One.", ASKED),
        Screen("building_blocks", (("block", "costs"),), "Two."),
    ),
)
ONE: dict[str, Any] = {"address": "digits?data=digits&eta=0.1", "caption": "A sentence."}


def content(**changes: object) -> dict[str, Any]:
    """A lesson of one screen, changed."""
    return {"version": 1, "title": "", "screens": [ONE]} | changes


def refusals(given: object) -> tuple[str, ...]:
    """What is said of a lesson that cannot be."""
    with pytest.raises(LessonError) as error:
        lesson_from(given)
    return error.value.sentences


def sentences_about(given: object) -> tuple[str, ...]:
    """What is said of a value, nothing where it is a lesson."""
    try:
        lesson_from(given)
    except LessonError as error:
        return error.sentences
    return ()


# -- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", [LESSON, LECTURE], ids=["own", "lecture"])
def test_a_lesson_is_read_back_from_its_file_and_from_its_link(lesson: Lesson) -> None:
    assert read_lesson(lesson.to_json()) == lesson
    assert read_lesson(lesson.to_json().encode()) == lesson
    assert lesson_from(unpack(lesson.packed())) == lesson


SCREEN_FAULTS = {
    "no page": ({"address": "nowhere?eta=1"}, "address must begin with one of logic_gates"),
    "a page outside": ({"address": "https://example.org/"}, "address must begin with one of"),
    "a lesson in a lesson": ({"address": "lesson"}, "address must begin with one of"),
    "a file": ({"address": "own_data?table=file"}, "a file of one's own stays in its tab"),
    "a file's sweep": ({"address": "learning_rate?data=own"}, "a file of one's own stays in its tab"),
    "no text": ({"address": 7}, "address must be a text of at most 2000 characters; got 7."),
    "a long address": ({"address": "digits?x=" + "1" * 2000}, "address must be a text of at most 2000"),
    "no letter": ({"address": "digits?x=\ud800"}, "address must be a text of at most 2000 characters; got"),
    "a field": ({"address": "digits?eta=abc"}, "eta must be a number from 1e-6 to 1000; got 'abc'."),
    "a field in capitals": ({"address": "digits?ETA=abc"}, "eta must be a number from 1e-6 to 1000; got"),
    "a look": ({"address": "learning_rate?look=sideways"}, "look must be one of strip, race, heat"),
    "a block": ({"address": "building_blocks?block=cost"}, "block must be one of activations, costs"),
    "a degree": ({"address": "regression?degree=0"}, "degree must be a whole number from 1 to"),
    "a table": ({"address": "own_data?table=nobody"}, "table must be one of diabetes_like, iris"),
    "a program": ({"address": "frameworks?first_tab=abacus"}, "first_tab must be one of pytorch"),
    "a view": ({"address": "digits?axis=sideways"}, "axis must be"),
    "another page's data": ({"address": "logic_gates?data=sine"}, "data must be one of XOR, AND, OR"),
    "data of B": ({"address": "digits?b.data=XOR"}, "b.data must be one of digits, drawn_digits; got 'XOR'."),
    "a field of B": ({"address": "digits?b.eta=abc"}, "b.eta must be a number from 1e-6 to 1000; got"),
    "a name": ({"address": "digits?etaa=1"}, "address must hold settings of digits alone; 'etaa' is none."),
    "B where one stands alone": ({"address": "learning_rate?b.eta=1"}, "'b.eta' is none."),
    "an experiment's": ({"address": "building_blocks?epochs=9"}, "'epochs' is none."),
    "no match": ({"address": "digits?output_func=sigmoid"}, "output_func must be softmax"),
    "no match in B": ({"address": "digits?b.output_func=sigmoid"}, "b.output_func must be softmax"),
    "caption": ({"caption": ["a"]}, "caption must be a text of at most 200 characters; got ['a']."),
    "a long caption": ({"caption": "x" * 201}, "caption must be a text of at most 200 characters"),
    "unknown": ({"script": "x"}, "'script' must be one of address, caption, question"),
    "question": ({"question": "Why?"}, "question must be an object with text, answers, right, why"),
    "question's own": ({"question": {"text": "Why?", "answers": ["a", "b"], "run": 1}}, "got 'run'."),
    "empty": ({"question": {"answers": ["a", "b"]}}, "question must be a sentence; it was empty."),
    "one answer": ({"question": {"text": "?", "answers": ["a"]}}, "must be two to five texts; there were 1."),
    "six answers": ({"question": {"text": "?", "answers": list("abcdef")}}, "there were 6."),
    "no answers": ({"question": {"text": "?", "answers": "ab"}}, "must be two to five texts; got 'ab'."),
    "alike": ({"question": {"text": "?", "answers": ["a", "a "]}}, "answers must differ"),
    "an empty answer": ({"question": {"text": "?", "answers": ["a", ""]}}, "answers must be a sentence"),
    "right": ({"question": {"text": "?", "answers": ["a", "b"], "right": 3}}, "from 1 to 2; got 3."),
    "right below": ({"question": {"text": "?", "answers": ["a", "b"], "right": 0}}, "from 1 to 2; got 0."),
    "right as a text": ({"question": {"text": "?", "answers": ["a", "b"], "right": "1"}}, "got '1'."),
    "right as a truth": ({"question": {"text": "?", "answers": ["a", "b"], "right": True}}, "got True."),
}  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), SCREEN_FAULTS.values(), ids=SCREEN_FAULTS)
def test_each_field_of_a_screen_that_cannot_be_meant_gets_a_sentence(
    change: dict[str, Any], sentence: str
) -> None:
    (said,) = refusals(content(screens=[ONE, ONE | change]))
    assert said.startswith("Screen 2: ")
    assert sentence in said


LESSON_FAULTS = {
    "version": (content(version=2), "version must be 1; got 2."),
    "version as a truth": (content(version=True), "version must be 1; got True."),
    "no list": (content(screens=None), "screens must be a list of screens; got None."),
    "no screens": ({"version": 1}, 'lesson must be an object {"version", "title", "screens"}'),
    "title": (content(title=None), "title must be a text of at most 100 characters; got None."),
    "unknown": (content(author="x"), "'author' must be one of version, title, screens"),
    "screen": (content(screens=[3]), 'Screen 1: a screen must be an object {"address", "caption"}; got 3.'),
    "many": (content(screens=[ONE] * (MOST_SCREENS + 1)), "screens must be at most 100; there were 101."),
    "a list": ([ONE], 'lesson must be an object {"version", "title", "screens"}'),
}


@pytest.mark.parametrize(("given", "sentence"), LESSON_FAULTS.values(), ids=LESSON_FAULTS)
def test_a_lesson_that_cannot_be_says_why(given: object, sentence: str) -> None:
    (said,) = refusals(given)
    assert said.startswith(sentence)


def test_all_faults_are_told_at_once_and_very_many_are_counted() -> None:
    bad = {"address": "digits?eta=x&epochs=-1", "caption": 3}
    assert len(refusals(content(screens=[bad], title=1))) == 4
    many = refusals(content(screens=[bad] * 10))
    assert len(many) == MOST_PROBLEMS
    assert many[-1] == "19 more fields cannot be meant."


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 5000, '"' + "x" * MOST_FILE + '"', '{"__class__": "os.system"}', "NaN"]
)
def test_what_is_no_lesson_is_refused_and_nothing_of_it_is_evaluated(text: str) -> None:
    with pytest.raises(LessonError, match="lesson must be"):
        read_lesson(text)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda part: st.lists(part)
                    | st.dictionaries(st.sampled_from(["version", "title", "screens", "address", "question"]),
                                      part)))  # fmt: skip
def test_any_json_is_a_lesson_or_gets_sentences(given: object) -> None:
    assert all(sentence.endswith(".") for sentence in sentences_about(given))


def test_how_a_screen_was_looked_at_is_no_part_of_it() -> None:
    given = "logic_gates?data=XOR&lecture=1&hold=1&speed=max"
    assert read_address(given) == ("logic_gates", (("data", "XOR"), ("speed", "max")), [])


# -- questions in an address -------------------------------------------------------------------------------


def test_a_question_goes_through_an_address_and_does_not_show_its_answer_there() -> None:
    query = view_to_query(ViewSettings(ask=ASKED))
    assert view_from_query(query) == (ViewSettings(ask=ASKED), [])
    assert "No" not in parse_qs(query["ask"])
    assert "learn" not in query["ask"]
    assert question_from(question_content(ASKED)) == ASKED


@pytest.mark.parametrize(
    "text", ["", "x", "eNp", "é", pack({"text": "?"}), pack([]), pack("x" * 300_000)[:400]]
)
def test_a_question_that_is_none_gets_a_sentence_and_nothing_is_asked(text: str) -> None:
    view, notices = view_from_query({"ask": text, "axis": "linear"})
    assert view == ViewSettings(axis="linear")
    (notice,) = notices
    assert notice.startswith("ask must be a question that this playground has packed; got")


def test_what_unfolds_to_more_than_a_lesson_can_be_is_cut_off() -> None:
    small = pack("x" * 50_000_000)
    assert len(small) < 100_000
    with pytest.raises(ValueError, match="must be a text that this playground has packed"):
        unpack(small)


# -- the lesson that ships ---------------------------------------------------------------------------------


def test_the_lectures_steps_are_the_lesson_that_ships_in_their_order() -> None:
    assert SHIPPED == {"lecture": LECTURE}
    assert len(LECTURE.screens) == len(PRESETS)
    for screen, preset in zip(LECTURE.screens, PRESETS.values(), strict=True):
        assert (screen.page, dict(screen.query)) == (preset.page, preset.query())
        assert screen.question == preset.question
        assert screen.caption.endswith((".", "!", "?")), screen.caption


@pytest.mark.parametrize(
    "preset", [preset for preset in PRESETS.values() if preset.question], ids=lambda preset: preset.name
)
def test_before_the_reveal_neither_caption_nor_address_tells_the_answer(preset: Any) -> None:
    screen = next(screen for screen in LECTURE.screens if dict(screen.query) == preset.query())
    question = preset.question
    assert question.right is not None
    assert question.why.endswith(".")
    for words in (screen.caption, screen.opening()):
        assert question.answers[question.right].lower() not in words.lower().split(".")
        assert question.why not in words
    assert screen.caption not in preset.text


# -- the page that shows it --------------------------------------------------------------------------------


def served(method: str, path: str, body: bytes = b"") -> tuple[int, str]:
    """Status and text that the stage answers."""
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=stage.routes())(scope, receive, send))
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


def test_each_screen_opens_in_lecture_mode_waiting_at_its_start_with_its_question() -> None:
    status, text = served("POST", "/show/read", LESSON.packed().encode())
    told = json.loads(text)
    assert status == 200
    assert told["title"] == "Two screens"
    first, second = told["screens"]
    assert (first["caption"], second["caption"]) == ("One.", "Two.")
    query = dict(parse_qsl(urlsplit(first["address"]).query))
    view, notices = view_from_query(query)
    assert view == ViewSettings(lecture=True, hold=True, ask=ASKED)
    fields = {name: value for name, value in query.items() if name not in ("lecture", "hold", "ask")}
    assert Experiment.from_query(fields) == (Experiment.default("XOR").replace(eta=0.5), [])
    assert not notices
    assert "ask" not in second["address"]
    assert json.loads(served("POST", "/show/read", b"lecture")[1])["title"] == LECTURE.title


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "lesson must be a text that this playground has packed"),
    "noise": (b"\xff\xfe<script>", "lesson must be a text that this playground has packed"),
    "no screens": (Lesson("").packed().encode(), "screens must be at least one"),
    "a fault": (pack(content(screens=[{"address": "x"}])).encode(), "Screen 1: address must begin"),
    "a flood": (b"x" * (stage.MOST_SENT + 1), "lesson must be packed into at most"),
}


@pytest.mark.parametrize(("body", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_lesson_is_refused_with_its_sentences(body: bytes, sentence: str) -> None:
    status, text = served("POST", "/show/read", body)
    assert status == 422
    assert json.loads(text)["problems"][0].startswith(sentence)


def test_the_page_is_there_for_what_ships_and_for_ones_own_and_escapes_what_it_is_asked_for() -> None:
    for path in ("/show", "/show/lecture"):
        status, text = served("GET", path)
        assert status == 200
        assert "lesson/stage.js" in text
    assert served("GET", "/show/<script>")[0] == 404
    assert stage.show_address(LECTURE, screen=3) == "/show/lecture#screen=3"
    assert stage.show_address(LESSON).startswith("/show#lesson=")


@pytest.mark.parametrize("build", [
    lambda: Question("", ("a", "b")), lambda: Question("x" * 201, ("a", "b")),
    lambda: Question("?", ("a", "b" * 81)), lambda: Question("?", ("a", "b"), 2),
    lambda: Question("?", ("a", "b"), why="x" * 201),
])  # fmt: skip
def test_a_question_beyond_its_limits_is_refused(build: Callable[[], Question]) -> None:
    with pytest.raises(ValueError, match=r"must (be|differ)"):
        build()


def test_every_page_of_the_lesson_exists() -> None:
    assert all(PAGE_NAMED[screen.page].exists for screen in LECTURE.screens)
