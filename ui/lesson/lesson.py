"""A lesson: an ordered list of screens, and the same as a file.

A file is read as an experiment is: nothing in it is evaluated, and each field that cannot be meant gets one
sentence that names it, what is allowed, and what was given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from nncore.experiment import VERSION_KEY, Experiment
from nncore.experiment.field_kinds import Choice, shown
from nncore.experiment.fields import FIELDS, OWN_DATA
from nncore.experiment.settings import spelled
from ui.shared.beside import PREFIX
from ui.shared.navigation import PAGE_NAMED, Entry
from ui.shared.question import Question, check_line, pack, question_content, question_from
from ui.shared.tfp_link import PARAMETER
from ui.shared.view_settings import VIEW

VERSION: Final = 1
MOST_SCREENS: Final = 100
MOST_TITLE: Final = 100
MOST_CAPTION: Final = 200
MOST_ADDRESS: Final = 2000
MOST_FILE: Final = 200_000
"""Longest file, in characters."""
MOST_PROBLEMS: Final = 12
"""Sentences about one file; what is beyond them is counted."""
LONGEST_LINK: Final = 6000
"""Longest link that is offered, in characters: what mail programs and slides still carry."""
NO_SCREEN: Final = ("home", "lesson", "room")
"""Pages that are no screen of a lesson: they heed no address, hold one, or need somebody at the keys."""


NO_EXPERIMENT: Final = "building_blocks"
"""A page whose address holds settings of its own alone."""
_PASSED: Final = (VERSION_KEY, PARAMETER)
"""What a page reads of an address before all else: its version, a setting of TensorFlow Playground."""
_NAMES: Final = (*FIELDS, *VIEW, *(PREFIX + name for name in FIELDS))
OWN_FILE: Final = "table must be one that the playground has: a file of one's own stays in its tab."


class LessonError(ValueError):
    """A lesson that cannot be: one sentence a field that cannot be meant."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True)
class Screen:
    """One screen: where it is, what is said about it, and what is asked before it plays."""

    page: str
    query: tuple[tuple[str, str], ...]
    """Parameters of its address."""
    caption: str
    question: Question | None = None

    @property
    def address(self) -> str:
        """Page and parameters, as a file of a lesson has them."""
        return f"{self.page}?{urlencode(self.query)}" if self.query else self.page

    def opening(self, **more: str) -> str:
        """Return the address that opens it: with its question, and what else is given."""
        asked = {} if self.question is None else {"ask": VIEW["ask"].format(self.question)}
        return f"{self.page}?{urlencode({**dict(self.query), **more, **asked})}"


@dataclass(frozen=True)
class Lesson:
    """Screens in order, under a title."""

    title: str
    screens: tuple[Screen, ...] = ()

    def content(self) -> dict[str, Any]:
        """Return what a file of it holds, which `lesson_from` reads back."""
        return {
            "version": VERSION,
            "title": self.title,
            "screens": [_screen_content(screen) for screen in self.screens],
        }

    def to_json(self) -> str:
        """Return the text of its file."""
        return json.dumps(self.content(), indent=2, ensure_ascii=False)

    def packed(self) -> str:
        """Return it as a link has it."""
        return pack(self.content())


def _screen_content(screen: Screen) -> dict[str, Any]:
    asked = {} if screen.question is None else {"question": question_content(screen.question)}
    return {"address": screen.address, "caption": screen.caption, **asked}


def read_lesson(text: str | bytes) -> Lesson:
    """Read a file.

    Raises `LessonError` with a sentence for each field that cannot be meant.
    """
    if len(text) > MOST_FILE:
        raise LessonError([f"lesson must be a JSON text below {MOST_FILE} characters; got {len(text)}."])
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LessonError([f"lesson must be JSON text; {type(error).__name__}: {error}."]) from None
    return lesson_from(content)


def lesson_from(content: object) -> Lesson:
    """Read a lesson out of a JSON value; raises `LessonError` as `read_lesson` does."""
    if not isinstance(content, Mapping) or "screens" not in content:
        raise LessonError(
            [f'lesson must be an object {{"version", "title", "screens"}}; got {shown(content)}.']
        )
    version = content.get("version")
    problems = [] if version == VERSION and version is not True else [
        f"version must be {VERSION}; got {shown(version)}."
    ]  # fmt: skip
    problems += _unknown(content, ("version", "title", "screens"))
    title = _try(lambda: check_line("title", content.get("title", ""), most=MOST_TITLE), problems) or ""
    given = content["screens"]
    if not isinstance(given, list):
        problems.append(f"screens must be a list of screens; got {shown(given)}.")
        given = []
    if len(given) > MOST_SCREENS:
        problems.append(f"screens must be at most {MOST_SCREENS}; there were {len(given)}.")
    screens = []
    for number, screen in enumerate(given[:MOST_SCREENS], start=1):
        found, refused = screen_from(screen)
        problems += [f"Screen {number}: {sentence}" for sentence in refused]
        screens += [] if found is None else [found]
    if problems:
        raise LessonError(_at_most(problems))
    return Lesson(title, tuple(screens))


def screen_from(content: object) -> tuple[Screen | None, list[str]]:
    """Read one screen; None, and a sentence for each field that cannot be meant, where there are such."""
    if not isinstance(content, Mapping):
        return None, [f'a screen must be an object {{"address", "caption"}}; got {shown(content)}.']
    problems = _unknown(content, ("address", "caption", "question"))
    page, query, refused = read_address(content.get("address"))
    problems += refused
    caption = _try(lambda: check_line("caption", content.get("caption", ""), most=MOST_CAPTION), problems)
    asked = content.get("question")
    question = None if asked is None else _try(lambda: question_from(asked), problems)
    if problems:
        return None, problems
    return Screen(page, query, caption or "", question), []


def read_address(address: object) -> tuple[str, tuple[tuple[str, str], ...], list[str]]:
    """Return page and parameters of a screen's address, and what of it cannot be meant."""
    if not isinstance(address, str) or len(address) > MOST_ADDRESS or not address.isprintable():
        problem = f"address must be a text of at most {MOST_ADDRESS} characters; got {shown(address)}."
        return "", (), [problem]
    page, _, text = address.partition("?")
    names = [name for name, entry in PAGE_NAMED.items() if entry.exists and name not in NO_SCREEN]
    if page not in names:
        return "", (), [f"address must begin with one of {', '.join(names)}; got {shown(page)}."]
    entry = PAGE_NAMED[page]
    given = spelled(dict(parse_qsl(text, keep_blank_values=True)), (*_NAMES, *entry.own))
    query = screen_query(given)
    problems: list[str] = [OWN_FILE] if _needs_file(page, dict(query)) else []
    values = {name: _try(partial(_value, entry, name, value), problems) for name, value in query}
    if not problems:
        _try(lambda: _together(entry, values), problems)
    return page, query, problems


def _value(entry: Entry, name: str, text: str) -> object:
    """Return the value of one parameter; `ValueError` with a sentence where the page cannot mean it."""
    field = entry.own.get(name) or VIEW.get(name)
    if field is not None:
        return field.parse(text)
    beside = name.startswith(PREFIX) and entry.live
    field = FIELDS.get(name.removeprefix(PREFIX) if beside else name)
    if field is None or entry.name == NO_EXPERIMENT:
        if name in _PASSED:
            return text
        raise ValueError(f"address must hold settings of {entry.name} alone; {shown(name)} is none.")
    if isinstance(field, Choice) and field.name == "data" and entry.data:
        field = replace(field, choices=entry.data, default=entry.data[0])
    try:
        return field.parse(text)
    except ValueError as error:
        raise ValueError(f"{PREFIX if beside else ''}{error}") from None


def _together(entry: Entry, values: Mapping[str, Any]) -> None:
    """Raise `ValueError` with a sentence where an experiment's settings do not go together."""
    data = values.get("data") or (*entry.data, "XOR")[0]
    if OWN_DATA in (data, values.get(PREFIX + "data")):
        return  # what suits it, its table decides
    run, fields = Experiment.default(data), [name for name in FIELDS if name not in entry.own]
    for prefix in ("", PREFIX):
        found = {name: values[prefix + name] for name in fields if prefix + name in values}
        try:
            run = run.replace(**found)
        except ValueError as error:
            raise ValueError(f"{prefix}{error}") from None


def _needs_file(page: str, query: Mapping[str, str]) -> bool:
    """Whether a screen would need the table that is open in one tab."""
    return query.get("table") == "file" or (page == "learning_rate" and query.get("data") == OWN_DATA)


def screen_query(query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return of an address what a screen keeps: how the lesson shows it is the lesson's."""
    return tuple((name, value) for name, value in query.items() if name not in ("lecture", "hold", "ask"))


def _unknown(content: Mapping[str, object], names: Sequence[str]) -> list[str]:
    return [
        f"{shown(name)} must be one of {', '.join(names)}; it is no field of a lesson."
        for name in content
        if name not in names
    ]


def _try(read: Any, problems: list[str]) -> Any:
    """Return what `read` returns, or None and its sentence among the problems."""
    try:
        return read()
    except ValueError as error:
        problems.append(str(error))
        return None


def _at_most(problems: list[str]) -> list[str]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    more = len(problems) - MOST_PROBLEMS + 1
    return [*problems[: MOST_PROBLEMS - 1], f"{more} more fields cannot be meant."]
