"""Lesson: the lecture's as it ships, and one of one's own: ordered, asked, taken home, shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from typing import Any, Final

import streamlit as st

from ui.lesson import draft
from ui.lesson.contents import draw_contents
from ui.lesson.lesson import LONGEST_LINK, MOST_FILE, Lesson, LessonError, Screen, lesson_from, read_lesson
from ui.lesson.shipped import LECTURE
from ui.lesson.stage import show_address
from ui.shared.hall import hall_menu, turn_button
from ui.shared.navigation import PAGE_NAMED
from ui.shared.plain_text import plain
from ui.shared.question import Question, unpack
from ui.shared.session import open_address, write_address
from ui.shared.theme import draw_notices, page_style
from ui.shared.toasts import tell_briefly
from ui.streamlit_uploads import forget_upload

PAGE: Final = "lesson"
LEAD: Final = (
    "Screens in order, a sentence each, a question where you want one. A presenter's remote leads on."
)
HOW: Final = (
    "**Page Down** and **Page Up**, or the right and left arrow, lead from screen to screen. Where "
    "something is asked, keys **1 to 5** choose, **Space** or **Page Down** reveals. **B** or the "
    "**dot** makes the screen dark until the next key, as a remote's own button does. **L** goes on with "
    "a screen alone."
)
PARTING: Final = "|"
LINES: Final = {
    "text": "Question", "answers": f"Answers, two to five, parted by {PARTING}",
    "right": "Number of the right one", "why": "Why, in a sentence",
}  # fmt: skip
"""Labels of a question's lines."""
_REFUSED: Final = "_lesson_refused"  # session state: sentences about what could not be meant, by widget
_DRAWN: Final = "_lesson_drawn"  # session state: the questions that their lines were filled with, by place
_MOVED: Final = "_lesson_moved"  # session state: where the control is that changed the order, and words
_DONE: Final = "_lesson_done"  # session state: what was done last, to be told once
_LECTURE: Final = "_lesson_lecture"  # session state: whether the page is in lecture mode


def draw_page() -> None:
    """Draw the page."""
    address = open_address(PAGE)
    if address is not None:
        st.session_state[_LECTURE] = address.get("lecture", "0") != "0"
        if draft.untouched():
            open_packed(address.get("lesson", ""))
    lesson, lecture = draft.draft(), bool(st.session_state.get(_LECTURE))
    write_address(PAGE, address_of(lesson, lecture=lecture))
    page_style("Lesson", LEAD, lecture=lecture)
    draw_notices(st.session_state.pop(_REFUSED + "_file", ()))
    if lecture:
        draw_hall(lesson if lesson.screens else LECTURE)
    else:
        draw_desk(lesson)


def address_of(lesson: Lesson, *, lecture: bool) -> dict[str, str]:
    """Return the parameters of the page's address: the lesson where it fits, and lecture mode."""
    packed = lesson.packed() if lesson.screens else ""
    held = {"lesson": packed} if 0 < len(packed) <= LONGEST_LINK else {}
    return held | ({"lecture": "1"} if lecture else {})


def draw_hall(lesson: Lesson) -> None:
    """Draw lecture mode: the way into the lesson, and into each of its screens."""
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        st.html(f'<p class="nn-facts">{escape(lesson.title or "My lesson")}</p>', width="content")
        draft.draw_show_link(lesson, "Show it", key="show_hall")
        turn_button(turn_lecture, lecture=True)
    draw_contents(lesson)
    hall_menu()


def draw_desk(lesson: Lesson) -> None:
    """Draw the lecture's lesson beside the one of this tab."""
    shipped, own = st.columns([1, 2], gap="large")
    with shipped:
        draw_shipped()
        turn_button(turn_lecture, lecture=False)
    with own:
        draw_own(lesson)


def draw_shipped() -> None:
    """Draw the lecture's lesson, and how one goes through a lesson."""
    st.header(LECTURE.title, anchor=False)
    st.markdown(f"{len(LECTURE.screens)} screens; {sum(map(asks, LECTURE.screens))} of them ask first.")
    draft.draw_show_link(LECTURE, "Show the lecture", key="show_lecture")
    st.button(
        "Make it mine", key="copy_lecture", icon=":material/content_copy:", on_click=draft.put,
        args=(LECTURE,), disabled=bool(draft.draft().screens),
        help="A copy to change; takes the place of an empty lesson alone.",
    )  # fmt: skip
    st.markdown(HOW)


def asks(screen: Screen) -> bool:
    """Whether a screen asks something before its run plays."""
    return screen.question is not None


def draw_own(lesson: Lesson) -> None:
    """Draw the lesson of this tab, and what can be done with it."""
    st.header("My lesson", anchor=False)
    if lesson.screens:
        draw_line("Title", "lesson_title", lesson.title, take=draft.rename)
        for place, screen in enumerate(lesson.screens):
            draw_screen(place, screen, last=place == len(lesson.screens) - 1)
        draw_going(lesson)
    else:
        st.markdown("It is empty: *Add this screen to my lesson* stands at the end of every page.")
    draw_opening(empty=not lesson.screens)
    draw_moved()
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        tell_briefly(plain(done), icon=":material/check:")


def draw_moved() -> None:
    """Say once where the control is that has changed the order, for `ui/web/frame/focus.js` to read."""
    control, told = st.session_state.pop(_MOVED, ("", ""))
    if control:
        st.html(f'<i hidden data-focus="{control}" data-at="{time.monotonic_ns()}">{told}</i>')


def draw_going(lesson: Lesson) -> None:
    """Draw the ways out: shown, taken home, as a link."""
    draft.draw_show_link(lesson, "Show my lesson", key="show_own")
    st.download_button(
        "Download (JSON)", lesson.to_json(), file_name="lesson.json", mime="application/json",
        key="download_lesson", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    address = show_address(lesson)
    if len(address) <= LONGEST_LINK:
        st.caption("It is a link, too: the address of this page, or of its first screen once it is shown.")
    else:
        more = f"{len(address):,} characters, {LONGEST_LINK:,} fit"
        st.caption(f"It is too long for a link that mail and slides carry ({more}): hand on its file.")


def draw_opening(*, empty: bool) -> None:
    """Draw the place for a file."""
    st.file_uploader(
        "Open a lesson (JSON)", type="json", key="lesson_file", on_change=open_file, max_upload_size=1,
        help="It takes the place of the one on this page." if not empty else None,
    )  # fmt: skip


def draw_screen(place: int, screen: Screen, *, last: bool) -> None:
    """Draw one screen: where it is, what is said, what is asked, and its place in the order."""
    with st.container(border=True, gap="small", key=f"screen_{place}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                PAGE_NAMED[screen.page].file, query_params=dict(screen.query), width="stretch",
                label=f"**{place + 1}** {PAGE_NAMED[screen.page].title}",
            )  # fmt: skip
            # Words, since Streamlit (1.67) gives a button without them the name of its icon.
            for words, by, off in (("Earlier", -1, place == 0), ("Later", 1, last)):
                st.button(
                    words,
                    key=f"{words.lower()}_{place}",
                    on_click=move_screen,
                    args=(place, by),
                    disabled=off,
                )
            st.button("Take out", key=f"remove_{place}", on_click=remove_screen, args=(place,))
        draw_line("Caption", f"caption_{place}", screen.caption, take=lambda text: draft.caption(place, text))
        draw_question(place, screen.question)


def draw_question(place: int, question: Question | None) -> None:
    """Draw what is asked before the run plays; an empty question asks nothing."""
    values = {
        "text": "" if question is None else question.text,
        "answers": "" if question is None else f" {PARTING} ".join(question.answers),
        "right": "" if question is None or question.right is None else str(question.right + 1),
        "why": "" if question is None else question.why,
    }
    key = f"ask_{place}"
    refused = st.session_state.get(_REFUSED, {}).get(key)
    drawn = st.session_state.setdefault(_DRAWN, {})
    with st.expander("Ask first" if question is None else f"Asks: {plain(question.text)}", key=f"{key}_fold"):
        for name, label in LINES.items():
            # A line that was typed stays while the next one is: only another question fills them anew.
            anew = refused is None and drawn.get(place, question) != question
            if anew or f"{key}_{name}" not in st.session_state:
                st.session_state[f"{key}_{name}"] = values[name]
            st.text_input(label, key=f"{key}_{name}")
        st.button("Set", key=f"{key}_set", on_click=take_question, args=(place,))
        if refused is not None:
            st.error(plain(refused), icon=":material/error:")
    drawn[place] = question


def draw_line(label: str, key: str, value: str, *, take: Callable[[str], None]) -> None:
    """Draw a line of words; one that cannot be is told, and what was there stays."""
    refused = st.session_state.get(_REFUSED, {}).get(key)
    if refused is None:
        st.session_state[key] = value
    st.text_input(label, key=key, on_change=take_line, args=(key, take))
    if refused is not None:
        st.error(plain(refused), icon=":material/error:")


# What the controls do.


def turn_lecture(on: bool) -> None:
    """Lecture mode comes or goes."""
    st.session_state[_LECTURE] = on


def move_screen(place: int, by: int) -> None:
    """A screen goes forward or back, and with it the focus of who presses by key."""
    draft.move(place, by)
    control = f"{'earlier' if by < 0 else 'later'}_{place + by}"
    forget_places(control, f"Screen {place + 1} is now screen {place + 1 + by}.")


def remove_screen(place: int) -> None:
    """A screen goes."""
    draft.remove(place)
    left = len(draft.draft().screens)
    forget_places(f"remove_{min(place, left - 1)}", f"Screen {place + 1} is taken out; {left} left.")


def forget_places(control: str, told: str) -> None:
    """The order is another one: what was refused of a screen by its place is forgotten."""
    st.session_state.pop(_REFUSED, None)
    forget_lines()
    st.session_state[_MOVED] = (control, told)


def forget_lines() -> None:
    """Fill the lines of all questions anew: what was typed and not set belonged to another screen."""
    for place in st.session_state.pop(_DRAWN, {}):
        for name in LINES:
            st.session_state.pop(f"ask_{place}_{name}", None)


def open_packed(text: str) -> None:
    """The page was opened by a link that holds a lesson."""
    if not text:
        return
    try:
        draft.put(lesson_from(unpack(text)))
    except LessonError as error:
        st.session_state[_REFUSED + "_file"] = error.sentences
    except ValueError as error:
        st.session_state[_REFUSED + "_file"] = (f"lesson {error}",)


def take_line(key: str, take: Callable[[str], None]) -> None:
    """A line was changed."""
    _try(key, lambda: take(str(st.session_state[key])))


def take_question(place: int) -> None:
    """A question was set, or, with an empty text, taken back."""
    key = f"ask_{place}"
    if any(f"{key}_{name}" not in st.session_state for name in LINES):
        return  # screens were moved in the same moment: what was typed belonged to another one
    given = {name: str(st.session_state[f"{key}_{name}"]).strip() for name in LINES}
    if _try(key, lambda: draft.ask(place, question_of(**given))):
        asked = draft.draft().screens[place].question
        what = "asks nothing." if asked is None else f"asks: {asked.text}"
        st.session_state[_DONE] = f"Screen {place + 1} {what}"


def question_of(*, text: str, answers: str, right: str, why: str) -> Question | None:
    """Return the question that was typed, None for an empty one; `ValueError` where it is none."""
    if not text:
        return None
    if right and not right.isdecimal():
        raise ValueError(f"right must be the number of an answer, or empty; got {right[:40]}.")
    parts = tuple(part.strip() for part in answers.split(PARTING) if part.strip())
    return Question(text, parts, int(right) - 1 if right else None, why)


def open_file() -> None:
    """A file was chosen: it is shown, or each of its fields that cannot be meant is told."""
    file: Any = st.session_state["lesson_file"]
    if file is None:
        return
    try:
        # One sign more than fits tells that it is too long, without reading the rest.
        draft.put(read_lesson(file.read(MOST_FILE + 1)))
        st.session_state.pop(_REFUSED, None)
        forget_lines()
        screens = len(draft.draft().screens)
        st.session_state[_DONE] = f"The lesson is open: {screens} screen{'' if screens == 1 else 's'}."
    except LessonError as error:
        st.session_state[_REFUSED + "_file"] = error.sentences
    # It has been read. The session's state would keep what it holds for as long as the tab may come back.
    file.truncate(0)
    forget_upload(file.file_id)


def _try(key: str, work: Callable[[], None]) -> bool:
    """Do what a line asks for, or keep the sentence why not; return whether it was done."""
    refused = dict(st.session_state.get(_REFUSED, {}))
    refused.pop(key, None)
    try:
        work()
    except ValueError as error:
        refused[key] = str(error)
    st.session_state[_REFUSED] = refused
    return key not in refused


if __name__ == "__main__":
    draw_page()
