"""A question that a class is asked, before a run or by phone, and the same as a parameter of an address.

Pure functions, no Streamlit. In an address it is packed, so that a projected address bar does not show the
marked answer.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nncore.experiment.field_kinds import Field, shown

LEAST_ANSWERS, MOST_ANSWERS = 2, 5
MOST_QUESTION: Final = 200
"""Longest question, and longest sentence of why, in characters."""
MOST_ANSWER: Final = 80
JOINERS: Final = "\u200c\u200d"
"""What makes one picture of a teacher or a family; Persian and Hindi words are written with them, too."""
MOST_PACKED: Final = 200_000
"""Longest text that a packed one may unfold to, in bytes."""
_STRAY_JOINER: Final = re.compile(f"(?<![^\\s{JOINERS}])[{JOINERS}]+|[{JOINERS}]+(?![^\\s{JOINERS}])")


def one_line(text: str) -> str:
    """Return a text on one line, without signs that cannot be seen, but for joiners between two that can.

    Examples
    --------
    >>> one_line(" Ada\\n\u200d \\t Lovelace "), one_line("👩\u200d🏫") == "👩\u200d🏫"
    ('Ada Lovelace', True)
    """
    seen = "".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text)
    return " ".join(_STRAY_JOINER.sub("", seen).split())


def check_line(name: str, value: object, *, most: int, least: int = 0) -> str:
    """Return a text on one line; ValueError with a sentence where it is none, or too long or too short."""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{name} must be a text of at most {most} characters; got {shown(value)}.")
    line = one_line(value)
    if len(line) < least:
        raise ValueError(f"{name} must be a sentence; it was empty.")
    return line


@dataclass(frozen=True)
class Question:
    """A question with two to five answers, of which one may be marked.

    Raises `ValueError` with a sentence: the field, what is allowed, what was given.
    """

    text: str
    answers: tuple[str, ...]
    right: int | None = None
    """Place of the marked answer, from 0."""
    why: str = ""
    """One sentence that is shown with it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", check_line("question", self.text, most=MOST_QUESTION, least=1))
        object.__setattr__(self, "why", check_line("why", self.why, most=MOST_QUESTION))
        object.__setattr__(self, "answers", _answers(self.answers))
        right, count = self.right, len(self.answers)
        whole = right is None or (isinstance(right, int) and not isinstance(right, bool))
        if not whole or (right is not None and not 0 <= right < count):
            given = shown(right + 1) if whole and right is not None else shown(right)
            raise ValueError(f"right must be a number from 1 to {count}; got {given}.")

    def value(self, given: float) -> int:
        """Return the place of an answer that a phone has sent; `ValueError` with a sentence if it is none."""
        if not (float(given).is_integer() and 0 <= given < len(self.answers)):
            raise ValueError(f"value must be a whole number from 0 to {len(self.answers) - 1}; got {given}")
        return int(given)


def _answers(given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not LEAST_ANSWERS <= len(given) <= MOST_ANSWERS:
        got = f"there were {len(given)}" if isinstance(given, list | tuple) else f"got {shown(given)}"
        raise ValueError(f"answers must be two to five texts; {got}.")
    answers = tuple(check_line("each of answers", answer, most=MOST_ANSWER, least=1) for answer in given)
    if len(set(answers)) < len(answers):
        raise ValueError("answers must differ; two of them are alike.")
    return answers


def question_from(content: object) -> Question:
    """Read a question out of a JSON object, whose ``right`` counts from 1.

    Raises `ValueError` with a sentence if it is none.
    """
    names = ("text", "answers", "right", "why")
    if not isinstance(content, Mapping):
        raise ValueError(f"question must be an object with {', '.join(names)}; got {shown(content)}.")
    unknown = [name for name in content if name not in names]
    if unknown:
        raise ValueError(f"question must have {', '.join(names)} alone; got {shown(unknown[0])}.")
    right = content.get("right")
    if right is not None and (not isinstance(right, int) or isinstance(right, bool)):
        raise ValueError(f"right must be a whole number that counts the answers from 1; got {shown(right)}.")
    return Question(
        content.get("text", ""), content.get("answers", ()), None if right is None else right - 1,
        content.get("why", ""),
    )  # fmt: skip


def question_content(question: Question) -> dict[str, Any]:
    """Return what `question_from` reads back."""
    content: dict[str, Any] = {"text": question.text, "answers": list(question.answers)}
    if question.right is not None:
        content["right"] = question.right + 1
    return content | ({"why": question.why} if question.why else {})


def pack(content: object) -> str:
    """Return JSON content as a short text that an address holds as it is."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def unpack(text: str) -> object:
    """Return what `pack` has packed.

    Raises `ValueError` with a sentence if it is no such text, or unfolds to more than `MOST_PACKED`.
    """
    refusal = "must be a text that this playground has packed"
    try:
        folded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unfolding = zlib.decompressobj()
        plain = unfolding.decompress(folded, MOST_PACKED)
        if not unfolding.eof:
            raise ValueError("it is cut short or too long")
        return json.loads(plain)
    except (ValueError, zlib.error, RecursionError):
        raise ValueError(f"{refusal}; got {shown(text)}.") from None


@dataclass(frozen=True, kw_only=True)
class Asked(Field[Question | None]):
    """A question, packed."""

    @property
    def allowed(self) -> str:
        return "a question that this playground has packed"

    def check(self, value: object) -> Question | None:
        if value is None or isinstance(value, Question):
            return value
        raise self.refuse(value)

    def parse(self, text: str) -> Question:
        try:
            return question_from(unpack(text))
        except ValueError:
            raise self.refuse(text) from None

    def format(self, value: Question | None) -> str:
        return "none" if value is None else pack(question_content(value))
